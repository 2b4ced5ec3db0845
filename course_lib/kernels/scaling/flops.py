"""What it costs to train a transformer: parameters and FLOP, term by term.

Symbols   layers, d, v, context  depth, width, vocabulary and length of a text, of one transformer
          N, D   parameters, and tokens trained on
          C      compute of the training, in FLOP
"""

from typing import NamedTuple

from course_lib.core import require
from course_lib.shared.numbers import whole

from .checks import positive

MULTIPLY_ADD = 2  # FLOP a weight and token
BACKWARD = 2  # times the forward pass: one product for the gradient of the activations, one for that of the weights


class Transformer(NamedTuple):
    """A decoder with heads that fill the width and a hidden layer four times as wide.

    positional: matrices of width x width in each layer that encode relative positions (1 in Gopher and Chinchilla,
    whose published sizes come out so, as do those of Hoffmann's table A9).
    """

    layers: int
    d: int
    v: int
    context: int
    positional: int = 0


class Count(NamedTuple):
    """FLOP of one token's forward pass: the blocks' matrices, attention's products of tokens, and the output head.

    embedding: what reading the table costs if it is counted as a matrix product; looked up, it costs nothing.
    """

    blocks: float
    attention: float
    head: float
    embedding: float


# Brown et al., arXiv:2005.14165 (2020), table 2.1. Hoffmann et al. (2022), table 4. Rae et al., arXiv:2112.11446
# (2021), table 1.
GPT3 = Transformer(96, 12288, 50257, 2048)
CHINCHILLA = Transformer(80, 8192, 32000, 2048, positional=1)
GOPHER = Transformer(80, 16384, 32000, 2048, positional=1)


def block_parameters(model: Transformer) -> float:
    """12 layers d^2, without the embedding: four matrices of attention (d x d), two of the hidden layer (d x 4d)."""
    layers, d, *_ = checked_model(model)
    return float((12 + model.positional) * layers * d**2)


def embedding_parameters(model: Transformer) -> float:
    """v d: one vector for each token of the vocabulary."""
    model = checked_model(model)
    return float(model.v * model.d)


def forward_flops(model: Transformer) -> Count:
    """FLOP a token: 2 for each weight of a block and of the head, 4 context d a layer for attention.

    Attention compares a token with all of its text (context d multiply-adds) and sums as many values. Half of these
    pairs are masked out in a decoder; the usual count does them all. Source: Hoffmann et al. (2022), appendix F.
    """
    layers, d, v, context, _ = checked_model(model)
    head = float(MULTIPLY_ADD * v * d)
    return Count(MULTIPLY_ADD * block_parameters(model), float(2 * MULTIPLY_ADD * layers * context * d), head, head)


def training_flops(count: float, D: float) -> float:
    """C = 3 * (FLOP of a token's forward pass) * D: the backward pass costs twice the forward pass."""
    return (1 + BACKWARD) * positive(count, "FLOP of a token") * positive(D, "Tokens")


def matrix_training_flops(layers: int, d: int, v: int, D: float) -> float:
    """FLOP of training in matrix products with weights: 6 (12 layers d^2 + v d) D; the embedding is looked up."""
    count = forward_flops(Transformer(layers, d, v, 1))
    return training_flops(count.blocks + count.head, D)


def checked_model(model: Transformer) -> Transformer:
    """The same in Python's whole numbers, which do not overflow. Raises: Refusal where one is not whole."""
    require(isinstance(model, Transformer), "A model is a Transformer(layers, d, v, context).")
    sizes = (whole(n, name) for n, name in zip(model, ("Depth", "Width", "Vocabulary", "Context")))
    return Transformer(*sizes, whole(model.positional, "Positional matrices", least=0))
