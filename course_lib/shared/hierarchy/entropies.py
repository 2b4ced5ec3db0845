"""Entropies of a random hierarchy, exactly: of a text, of what is known of it in part, and of each next token.

A text has one derivation, so its entropy is that of the choices that made it: of the root, and of all rules.

    S_i = H(rules of i) + sum_k chance_ik (S_a + S_b)            of the text below a symbol i that writes a, b
    H   = H(root) + sum_i root_i S_i                             of a text
    H_t = H(known symbols) + sum of S over them, on average      of its first t tokens
    ℓ_t = H_t - H_(t-1)                                          least loss at place t, given all tokens before

The known symbols of the first t tokens are those of the largest whole subtrees in them: one for each 1 among the binary
digits of t. As few as they are, all that they can be is gone through.

Symbols   v, m, T  symbols of a level, rules of a symbol, tokens of a text
          S, H     entropies in nats
          p        chance of each symbol at each node of a level

Source: Soule, Inf. Control 25, 57 (1974), for the entropy of a derivation.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int
from scipy.special import entr

from course_lib.shared.numbers import affordable

from .grammar import Grammar, checked, length
from .reading import readings, written


def entropy(grammar: Grammar) -> float:
    """H. Over T it is the least loss that any model can have, averaged over all T places."""
    grammar = checked(grammar)
    return float(entr(grammar.root).sum() + grammar.root @ _below(grammar)[0])


def ladder(grammar: Grammar) -> Float[np.ndarray, " levels+1"]:
    """Least losses, in nats per token, of models that know the lowest 0, 1, ... and at last all levels.

    Such a model takes a text for neighbouring subtrees that know nothing of each other. Of each it knows the place, how
    likely each symbol is at its top, and all below.
    """
    levels = zip(marginals(grammar), _below(grammar))
    return np.array([entr(p).sum() + (p @ S).sum() for p, S in levels])[::-1] / length(grammar)


def marginals(grammar: Grammar) -> list[Float[np.ndarray, "nodes v"]]:
    """p of each level, the root's first."""
    root, chances, tables = checked(grammar)
    found = [root[None]]
    for chance, pairs in zip(chances, tables):
        left, right = written(chance, pairs[..., 0]), written(chance, pairs[..., 1])
        found.append(np.stack([found[-1] @ left, found[-1] @ right], axis=1).reshape(-1, len(root)))
    return found


def bayes_losses(grammar: Grammar) -> Float[np.ndarray, " T"]:
    """ℓ_t for each t, in nats: what the best model loses at each place. Their sum is H.

    Raises: Refusal where the known symbols could be too much: v m^levels of them at most.
    """
    root, chance, pairs = checked(grammar)
    levels, v, m = chance.shape
    affordable(v, m**levels)
    below = list(zip(chance, pairs, _below(grammar)[1:]))
    at_root = np.zeros(v, int), np.arange(v), root
    return np.diff([0.0, *_of_beginnings(below, at_root, 0.0), entropy(grammar)])


def _below(grammar: Grammar) -> list[Float[np.ndarray, " v"]]:
    """S of each level, the root's first. Raises: Refusal if a pair has two readings: texts have several derivations."""
    readings(grammar)
    root, chances, tables = checked(grammar)
    found = [np.zeros(len(root))]
    for chance, pairs in zip(chances[::-1], tables[::-1]):
        found.insert(0, (entr(chance) + chance * found[0][pairs].sum(axis=-1)).sum(axis=-1))
    return found


Table = tuple[Int[np.ndarray, " entries"], Int[np.ndarray, " entries"], Float[np.ndarray, " entries"]]


def _of_beginnings(below: list[tuple], node: Table, S_known: float) -> Iterator[float]:
    """H_t of the texts cut inside of one node, from left to right.

    below: of each level from this node's on, its chances, its pairs, and S of the symbols in these.
    node: what is known to the left of it, as a number; the symbol at the node; the chance of both.
    S_known: sum of S over the known symbols, on average.
    """
    if not below:
        return
    (chance, pairs, S), *below = below
    known, i, p = node
    p = p[:, None] * chance[i]
    a, b = pairs[i, :, 0], pairs[i, :, 1]
    yield from _of_beginnings(below, _merged(known[:, None], a, p), S_known)
    S_known = S_known + (p * S[a]).sum()
    known = np.unique(known[:, None] * len(S) + a, return_inverse=True)[1].reshape(a.shape)
    yield entr(np.bincount(known.ravel(), p.ravel())).sum() + S_known
    yield from _of_beginnings(below, _merged(known, b, p), S_known)


def _merged(known: np.ndarray, i: np.ndarray, p: np.ndarray) -> Table:
    """Equal entries become one."""
    v = i.max() + 1
    entries, which = np.unique(known * v + i, return_inverse=True)
    return (*np.divmod(entries, v), np.bincount(which.ravel(), p.ravel()))
