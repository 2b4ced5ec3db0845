"""Many small causal transformers of one size, trained side by side as one batch of matrices.

    h = table[token before] + place;   in each layer:  h <- h + attention(norm h),   h <- h + max(norm(h) W_in, 0) W_out
    ln of the chance of a token:  log_softmax(norm(h) table^T),    norm(h) = h / sqrt(mean of h^2)

No biases, no gains; the table of tokens serves at both ends. All weights of a model lie in one row, so that Adam is a
few lines for all of them, and each model can have a learning rate of its own.

Symbols   K      models side by side
          W      their weights (K, P)
          B, T   texts in a batch, tokens in a text
          d      width; layers: depth
          v      symbols; table: what each is in the stream
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, pad, rms_norm

from .jobs import Shape

HEAD = 16  # columns of an attention head, at least


def sizes(shape: Shape) -> list[tuple[int, int]]:
    """Rows and columns of each matrix of weights: tokens, places, then four of each layer."""
    v, T, d, layers = shape
    return [(v, d), (T, d)] + layers * [(d, 3 * d), (d, d), (d, 4 * d), (4 * d, d)]


def initial(shape: Shape, chance: torch.Generator) -> Tensor:
    """First weights of one model (1, P): Gaussian, of variance 1 / inputs; what adds to the stream begins smaller.

    In the tables of tokens and places the variance is 1 / d.
    """
    parts = []
    for i, (n_in, n_out) in enumerate(sizes(shape)):
        variance = 1 / n_out if i < 2 else 1 / n_in
        adds = i >= 2 and i % 2 == 1
        variance /= 2 * shape.layers if adds else 1
        parts.append(variance**0.5 * torch.randn(1, n_in * n_out, generator=chance, device=chance.device))
    return torch.cat(parts, dim=1)


def log_losses(W: Tensor, shape: Shape, tokens: Tensor) -> Tensor:
    """-ln of the chance of each token, given those before it: (K, B, T) for tokens (K, B, T)."""
    table, place, *layers = matrices(W, shape)
    h = first(table, place, tokens)
    for W_qkv, W_o, W_in, W_out in zip(*(layers[i::4] for i in range(4))):
        h = h + attention(norm(h) @ W_qkv, shape) @ W_o
        h = h + (norm(h) @ W_in).relu() @ W_out
    logits = norm(h) @ table.transpose(1, 2)
    return cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none").view(tokens.shape)


def matrices(W: Tensor, shape: Shape) -> list[Tensor]:
    """Each matrix of all models, (K, rows, columns), out of their rows of weights."""
    parts = W.split([rows * columns for rows, columns in sizes(shape)], dim=1)
    return [part.unflatten(1, size) for part, size in zip(parts, sizes(shape))]


def first(table: Tensor, place: Tensor, tokens: Tensor) -> Tensor:
    """What the stream holds at first (K, B T, d): the place, and the token before it."""
    K, B, T = tokens.shape
    rows = tokens[:, :, :-1].reshape(K, -1, 1).expand(-1, -1, table.shape[2])
    before = table.gather(1, rows).view(K, B, T - 1, -1)
    return (pad(before, (0, 0, 1, 0)) + place[:, None]).flatten(1, 2)


def attention(qkv: Tensor, shape: Shape) -> Tensor:
    """Each place reads from itself and those before it: (K, B T, 3 d) -> (K, B T, d)."""
    heads, later = max(1, shape.d // HEAD), torch.ones(shape.T, shape.T, dtype=torch.bool, device=qkv.device).triu(1)
    q, k, values = qkv.view(-1, shape.T, 3, heads, shape.d // heads).permute(2, 0, 3, 1, 4)
    looks = (q @ k.transpose(-1, -2) * (shape.d // heads) ** -0.5).masked_fill(later, -torch.inf).softmax(-1)
    return (looks @ values).transpose(1, 2).reshape(*qkv.shape[:2], shape.d)


def norm(h: Tensor) -> Tensor:
    return rms_norm(h, h.shape[-1:])
