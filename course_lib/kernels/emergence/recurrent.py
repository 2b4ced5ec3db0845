"""A long short-term memory, read in numpy: one token after the other, and all that is past has to pass through h.

    i, o, g, u = split(embed[token] W_x + h W_h + bias)
    cell <- sigma(g) cell + sigma(i) tanh(u),   h <- sigma(o) tanh(cell),   sigma(a) = 1 / (1 + e^-a)

and h times `head` is what it says of the next token. The same in torch stands in `sequence_training`.

Symbols   W      weights
          h      what it puts out, and reads back at the next token (prompts, neurons)
          d      width of the embedding

Source: Hochreiter and Schmidhuber, Neural Computation 9, 1735 (1997); gate g by Gers et al., ibid. 12, 2451 (2000).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.numbers import whole

NEURONS, EMBEDDING = 104, 48
WIDEST = 1024


class Lstm(NamedTuple):
    """The weights; each matrix acts from the right, and the four gates of all neurons come in the order i, o, g, u."""

    embed: Float[np.ndarray, "vocabulary d"]
    W_x: Float[np.ndarray, "d gates"]
    W_h: Float[np.ndarray, "neurons gates"]
    bias: Float[np.ndarray, " gates"]
    head: Float[np.ndarray, "neurons vocabulary"]


def initial_lstm(vocabulary: int, neurons: int = NEURONS, d: int = EMBEDDING, *, rng: np.random.Generator) -> Lstm:
    """Gaussian weights of variance 1 over the inputs; the gate g begins open, by a bias of 1.

    Raises: Refusal unless all are whole numbers, and neither neurons nor the width d go beyond a thousand.
    """
    vocabulary, d = whole(vocabulary, "The size of the vocabulary"), whole(d, "A width")
    neurons = whole(neurons, "The number of neurons")
    require(max(neurons, d) <= WIDEST, f"A network {max(neurons, d)} wide trains for too long: {WIDEST} is the most.")
    normal = lambda *shape, std: rng.standard_normal(shape, np.float32) * std  # noqa: E731
    bias = np.zeros(4 * neurons, np.float32)
    bias[2 * neurons : 3 * neurons] = 1
    return Lstm(
        embed=normal(vocabulary, d, std=1.0),
        W_x=normal(d, 4 * neurons, std=d**-0.5),
        W_h=normal(neurons, 4 * neurons, std=neurons**-0.5),
        bias=bias,
        head=normal(neurons, vocabulary, std=neurons**-0.5),
    )


def recurrent_logits(W: Lstm, tokens: Int[np.ndarray, "prompts tokens"]) -> np.ndarray:
    """What it says of the next token, at each token (prompts, tokens, vocabulary).

    Raises: Refusal unless the tokens are whole numbers of the vocabulary, in rows.
    """
    tokens, vocabulary = np.asarray(tokens), len(W.embed)
    fits = tokens.ndim == 2 and tokens.dtype.kind in "iu" and tokens.shape[1] > 0
    require(fits, f"Tokens: whole numbers in rows: got {tokens.dtype} of shape {tokens.shape}.")
    require(tokens.min(initial=0) >= 0 and tokens.max(initial=0) < vocabulary, f"Tokens go from 0 to {vocabulary - 1}.")
    neurons = len(W.W_h)
    h = cell = np.zeros((len(tokens), neurons), np.float32)
    said = []
    for driven in (W.embed @ W.W_x + W.bias)[tokens.T]:
        gates = driven + h @ W.W_h
        i, o, g = np.split(1 / (1 + np.exp(-gates[:, : 3 * neurons])), 3, axis=1)
        cell = g * cell + i * np.tanh(gates[:, 3 * neurons :])
        h = o * np.tanh(cell)
        said.append(h @ W.head)
    return np.stack(said, axis=1)
