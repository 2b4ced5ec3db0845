"""Training of the two sequence models in torch, on prompts with their answers.

Symbols   W      weights
          h      what each token holds (prompts, tokens, d)
          eta    learning rate after the first steps; it then falls in a straight line to zero
          loss   cross-entropy of a token of the answer, in nats
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from course_lib.core import Refusal, require
from course_lib.shared.numbers import number, whole

from .attention import HEADS, Transformer
from .composed import Tokens
from .recurrent import Lstm

if TYPE_CHECKING:
    from torch import Tensor

BATCH, WARM, DECAY = 64, 20, 0.01  # WARM: steps in which the rate rises to eta


class Snapshot(NamedTuple):
    """A model in training: its weights after so many steps, and the mean loss of the steps since the last one."""

    step: int
    W: Transformer | Lstm
    loss: float


def token_training(
    tokens: Tokens,
    answer: int,
    W: Transformer | Lstm,
    steps: int,
    *,
    eta: float,
    every: int,
    rng: np.random.Generator,
) -> Iterator[Snapshot]:
    """Snapshots of a training, one every so many steps and one at the end; W stays as it is.

    Each step of AdamW takes 64 rows of tokens at random. The loss counts the last `answer` tokens of each, given all
    that stand before: the prompt is not to be guessed.

    Raises: Refusal unless the tokens are a table of whole numbers, of which `answer` is a part, and the numbers what
        they stand for; and where torch is not installed.
    """
    try:
        import torch
    except ModuleNotFoundError as missing:
        raise Refusal("To train a sequence model takes PyTorch: `make lab TORCH=cpu` installs it.") from missing

    steps, every = whole(steps, "The number of steps"), whole(every, "The steps from snapshot to snapshot")
    eta, answer = number(eta, "A learning rate"), whole(answer, "The length of an answer")
    tokens = np.asarray(tokens)
    require(tokens.ndim == 2 and tokens.dtype.kind in "iu" and len(tokens) > 0, "Tokens: whole numbers in rows.")
    require(answer < tokens.shape[1], f"An answer of {answer} tokens leaves none of {tokens.shape[1]} for a prompt.")
    rows = torch.from_numpy(tokens.astype(np.int64))
    W = type(W)(*(torch.tensor(w, requires_grad=True) for w in W))
    adam = torch.optim.AdamW(W, lr=eta, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
    losses = []
    for step in range(steps):
        adam.param_groups[0]["lr"] = eta * min((step + 1) / WARM, 1 - step / steps)
        batch = rows[torch.from_numpy(rng.integers(len(rows), size=BATCH))]
        loss = answer_loss(W, batch, answer)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.detach())
        if len(losses) == every or step + 1 == steps:
            yield Snapshot(
                step + 1, type(W)(*(w.detach().numpy().copy() for w in W)), float(torch.stack(losses).mean())
            )
            losses = []


def answer_loss(W: Transformer | Lstm, batch: "Tensor", answer: int) -> "Tensor":
    """Mean of -ln of the chance that the model gives to each token of the answer."""
    from torch.nn.functional import cross_entropy

    forward = transformer_logits if isinstance(W, Transformer) else lstm_logits
    said = forward(W, batch[:, :-1])[:, -answer:]
    return cross_entropy(said.flatten(0, 1), batch[:, -answer:].flatten())


def transformer_logits(W: Transformer, tokens: "Tensor") -> "Tensor":
    """The formulas of `attention`, with torch's own attention."""
    from torch.nn.functional import embedding, layer_norm, scaled_dot_product_attention

    d = W.place.shape[1:]
    norm = lambda h, gain: layer_norm(h, d, gain)  # noqa: E731
    h = embedding(tokens, W.embed) + W.place[: tokens.shape[1]]
    layers = zip(*(w.unbind() for w in (W.gain, W.W_qkv, W.W_o, W.W_in, W.W_out)))
    for gain, qkv, W_o, W_in, W_out in layers:
        q, k, values = (norm(h, gain[0]) @ qkv).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(q, k, values, is_causal=True)
        h = h + mixed.transpose(1, 2).flatten(2) @ W_o
        h = h + (norm(h, gain[1]) @ W_in).relu() @ W_out
    return norm(h, W.last) @ W.head


def lstm_logits(W: Lstm, tokens: "Tensor") -> "Tensor":
    """The formulas of `recurrent`."""
    import torch
    from torch.nn.functional import embedding

    neurons = len(W.W_h)
    h = cell = torch.zeros(len(tokens), neurons)
    held = []
    for driven in (embedding(tokens, W.embed) @ W.W_x + W.bias).unbind(1):
        gates = driven + h @ W.W_h
        i, o, g = gates[:, : 3 * neurons].sigmoid().chunk(3, dim=1)
        cell = g * cell + i * gates[:, 3 * neurons :].tanh()
        h = o * cell.tanh()
        held.append(h)
    return torch.stack(held, dim=1) @ W.head
