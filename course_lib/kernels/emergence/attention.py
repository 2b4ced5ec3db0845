"""A small causal transformer, read in numpy: what it says, where it looks, and what it holds in between.

    h = embed[token] + place;   for each layer:  h <- h + attention(norm(h)),   h <- h + max(norm(h) W_in, 0) W_out
    attention:  softmax over earlier tokens and itself of q.k / sqrt(d / heads), in each head, weighs what is read
    norm(h) = gain (h - mean) / sqrt(variance + 1e-5);   the last norm(h) times `head` is what it says of the next token

No biases. The same formulas in torch, with derivatives, stand in `sequence_training`.

Symbols   W      weights
          h      what each token holds, layer after layer: the residual stream (prompts, tokens, d)
          d      width of the residual stream

Source: Vaswani et al., arXiv:1706.03762 (2017); norms first as in Radford et al., GPT-2 (2019).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.numbers import whole

WIDTH, LAYERS, HEADS, HIDDEN = 48, 2, 4, 4  # HIDDEN times as many neurons as the stream is wide
WIDEST = 512


class Transformer(NamedTuple):
    """The weights; each matrix acts from the right, and `layers` come first."""

    embed: Float[np.ndarray, "vocabulary d"]
    place: Float[np.ndarray, "tokens d"]
    gain: Float[np.ndarray, "layers 2 d"]  # before the attention, before the neurons
    W_qkv: Float[np.ndarray, "layers d 3d"]  # queries, keys, values, each head after head
    W_o: Float[np.ndarray, "layers d d"]
    W_in: Float[np.ndarray, "layers d 4d"]
    W_out: Float[np.ndarray, "layers 4d d"]
    last: Float[np.ndarray, " d"]
    head: Float[np.ndarray, "d vocabulary"]


class Reading(NamedTuple):
    """What a transformer does with some tokens."""

    logits: Float[np.ndarray, "prompts tokens vocabulary"]
    attention: Float[np.ndarray, "layers prompts heads tokens tokens"]  # from the later token to the earlier
    stream: Float[np.ndarray, "stages prompts tokens d"]  # h first, then after each attention and after its neurons


def initial_transformer(
    vocabulary: int, tokens: int, d: int = WIDTH, layers: int = LAYERS, *, rng: np.random.Generator
) -> Transformer:
    """Gaussian weights of variance 1 over the inputs, 0.02 in deviation for tokens and places; what adds to the
    stream begins smaller, by the root of how often something is added.

    Raises: Refusal unless all are whole numbers, and the width d is one that the heads share out.
    """
    vocabulary, tokens = whole(vocabulary, "The size of the vocabulary"), whole(tokens, "The number of tokens")
    d, layers = whole(d, "A width"), whole(layers, "The number of layers")
    require(d % HEADS == 0 and d <= WIDEST, f"A width: a multiple of {HEADS}, {WIDEST} at most: got {d}.")
    normal = lambda *shape, std: rng.standard_normal(shape, np.float32) * std  # noqa: E731
    into, added = d**-0.5, (2 * layers) ** -0.5
    return Transformer(
        embed=normal(vocabulary, d, std=0.02),
        place=normal(tokens, d, std=0.02),
        gain=np.ones((layers, 2, d), np.float32),
        W_qkv=normal(layers, d, 3 * d, std=into),
        W_o=normal(layers, d, d, std=into * added),
        W_in=normal(layers, d, HIDDEN * d, std=into),
        W_out=normal(layers, HIDDEN * d, d, std=(HIDDEN * d) ** -0.5 * added),
        last=np.ones(d, np.float32),
        head=normal(d, vocabulary, std=into),
    )


def read(W: Transformer, tokens: Int[np.ndarray, "prompts tokens"]) -> Reading:
    """All that happens between the tokens and what is said of the next one.

    Raises: Refusal unless the tokens are whole numbers of the vocabulary, in rows that are not too long.
    """
    tokens = np.asarray(tokens)
    longest, vocabulary = len(W.place), len(W.embed)
    fits = tokens.ndim == 2 and tokens.dtype.kind in "iu" and 0 < tokens.shape[1] <= longest
    require(fits, f"Tokens: whole numbers in rows of 1 to {longest}: got {tokens.dtype} of shape {tokens.shape}.")
    require(tokens.min(initial=0) >= 0 and tokens.max(initial=0) < vocabulary, f"Tokens go from 0 to {vocabulary - 1}.")
    h = W.embed[tokens] + W.place[: tokens.shape[1]]
    stream, attention = [h], []
    for gain, qkv, out, W_in, W_out in zip(W.gain, W.W_qkv, W.W_o, W.W_in, W.W_out):
        looks, mixed = attended(norm(h, gain[0]) @ qkv)
        h = h + mixed @ out
        after = h + np.maximum(norm(h, gain[1]) @ W_in, 0) @ W_out
        stream += [h, after]
        attention.append(looks)
        h = after
    return Reading(norm(h, W.last) @ W.head, np.stack(attention), np.stack(stream))


def attended(qkv: Float[np.ndarray, "prompts tokens 3d"]) -> tuple[np.ndarray, np.ndarray]:
    """Where each head looks (prompts, heads, tokens, tokens), and the mixture of what it finds (prompts, tokens, d)."""
    prompts, tokens, width = qkv.shape
    q, k, values = qkv.reshape(prompts, tokens, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5
    scores[..., ~np.tri(tokens, dtype=bool)] = -np.inf  # nobody looks ahead
    scores -= scores.max(axis=-1, keepdims=True)
    looks = np.exp(scores, out=scores)
    looks /= looks.sum(axis=-1, keepdims=True)
    return looks, (looks @ values).transpose(0, 2, 1, 3).reshape(prompts, tokens, width // 3)


def norm(h: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Each token's own mean is taken away and its own spread made 1."""
    h = h - h.mean(axis=-1, keepdims=True)
    return h / np.sqrt((h**2).mean(axis=-1, keepdims=True) + 1e-5) * gain
