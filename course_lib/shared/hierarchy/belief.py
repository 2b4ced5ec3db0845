"""Belief propagation on the tree of a random hierarchy: what is to be thought of each symbol, exactly.

    up_i    = sum_k chance_ik up_left(a_ik) up_right(b_ik)                     chance of what lies below, given i
    down_b  = sum_ik down_i chance_ik up_left(a_ik) [b_ik = b]                 of what lies elsewhere, and of b

with a_ik, b_ik the pair of rule k. To foretell token t from those before it, all to its right counts as unknown: a right
neighbour's up is 1, in the second formula's mirror image for the left child. So one pass up and one pass down foretell
every token of a text.

Symbols   v, m, T   symbols of a level, rules of a symbol, tokens of a text
          evidence  chance of what was observed at a place, given each token there; 1 where nothing was (n, T, v)
          up, down  messages (n, nodes, v)

Source: Pearl, Artif. Intell. 29, 241 (1986); for texts: Baker (1979), Jelinek and Lafferty (1991).
"""

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require

from .grammar import Grammar, length

Messages = Float[np.ndarray, "n nodes v"]


def predictions(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Float[np.ndarray, "n T v"]:
    """The chance of each token at each place, given all tokens before it: the best that any model can say."""
    up = upward(grammar, observed(grammar, tokens))
    unknown = [np.ones_like(level) for level in up]
    return _normalised(downward(grammar, up, unknown)[-1])


def posterior(grammar: Grammar, evidence: Messages) -> tuple[Messages, ...]:
    """The chance of each symbol at each node of each level, the root's first, given the evidence."""
    up = upward(grammar, evidence)
    return tuple(_normalised(a * b) for a, b in zip(up, downward(grammar, up, up)))


def observed(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Messages:
    """The evidence of texts that are known."""
    tokens, v = np.asarray(tokens), len(grammar.root)
    fits = tokens.ndim == 2 and tokens.dtype.kind in "iu" and tokens.shape[1] == length(grammar)
    require(fits, f"Texts of this grammar are rows of {length(grammar)} tokens, whole numbers.")
    require(bool(((tokens >= 0) & (tokens < v)).all()), f"Tokens go from 0 to {v - 1}.")
    return np.eye(v)[tokens]


def upward(grammar: Grammar, evidence: Messages) -> list[Messages]:
    """up of every level, the root's first; each node's largest entry is 1."""
    up = [evidence]
    for chance, pairs in zip(grammar.chance[::-1], grammar.pairs[::-1]):
        left, right = up[0][:, ::2], up[0][:, 1::2]
        up.insert(0, _scaled((chance * left[..., pairs[..., 0]] * right[..., pairs[..., 1]]).sum(axis=-1)))
    return up


def downward(grammar: Grammar, before: list[Messages], after: list[Messages]) -> list[Messages]:
    """down of every level, the root's first: left neighbours say `before`, right ones `after`."""
    n, v = len(before[0]), len(grammar.root)
    down = [np.broadcast_to(grammar.root, (n, 1, v))]
    for level, (chance, pairs) in enumerate(zip(grammar.chance, grammar.pairs), 1):
        left, right = before[level][:, ::2], after[level][:, 1::2]
        rules = down[-1][..., None] * chance
        to_left = _gathered(rules * right[..., pairs[..., 1]], pairs[..., 0])
        to_right = _gathered(rules * left[..., pairs[..., 0]], pairs[..., 1])
        down.append(_scaled(np.stack([to_left, to_right], axis=2).reshape(n, -1, v)))
    return down


def _gathered(rules: np.ndarray, child: np.ndarray) -> Messages:
    """Sums over all rules that write the same child."""
    v = len(child)
    return rules.reshape(*rules.shape[:-2], -1) @ np.eye(v)[child.ravel()]


def _scaled(messages: Messages) -> Messages:
    largest = messages.max(axis=-1, keepdims=True)
    require(bool((largest > 0).all()), "No text of this grammar agrees with this evidence.")
    return messages / largest


def _normalised(chances: np.ndarray) -> np.ndarray:
    total = chances.sum(axis=-1, keepdims=True)
    require(bool((total > 0).all()), "No text of this grammar agrees with this evidence.")
    return chances / total
