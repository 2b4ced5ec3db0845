"""Reading a text of a random hierarchy: its derivation, and the chance of each token given those before it.

No pair has two readings. So pairs of tokens name the symbols that wrote them, those the ones above, and so on. What
comes before a token is then a few known symbols, each the left child of a node on the way from the root to the token.
Down that way, b_i is the chance of the symbol i at a node, given the symbols known so far:

    to a left child a:                        b_a <- sum_ik b_i chance_ik [a_ik = a]
    to the right child c of a known one, a:   b_c <- b_i chance_ik,    i, k the reading of (a, c); 0 where it has none

with a_ik the first of the pair of rule k; all up to a factor.

Symbols   v, T     symbols of a level, tokens of a text
          i, k     a symbol and its rule

Sources: for any grammar Jelinek and Lafferty, Comput. Linguist. 17, 315 (1991); here it is simpler.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.arrays import rows
from course_lib.shared.numbers import affordable

from .grammar import Grammar, Texts, checked, length

AT_ONCE = 64  # texts: what they need stays in the processor's cache


class Readings(NamedTuple):
    """Who writes each pair on one level: the symbol, by which rule, and with what chance; -1, -1 and 0: nobody."""

    symbol: Int[np.ndarray, "v v"]
    rule: Int[np.ndarray, "v v"]
    chance: Float[np.ndarray, "v v"]


def readings(grammar: Grammar) -> list[Readings]:
    """Of each level. Raises: Refusal if some pair has two."""
    found = []
    for chance, pairs in zip(*checked(grammar)[1:]):
        v = len(chance)
        level = Readings(np.full((v, v), -1), np.full((v, v), -1), np.zeros((v, v)))
        i, k = np.nonzero(chance)
        at = pairs[i, k, 0], pairs[i, k, 1]
        for table, entries in zip(level, (i, k, chance[i, k])):
            table[at] = entries
        require(np.count_nonzero(level.chance) == len(i), "A pair of this grammar has two readings.")
        found.append(level)
    return found


def parse(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Texts:
    """The derivation of each text. Raises: Refusal for what is no text of this grammar."""
    grammar = checked(grammar)
    symbols, rules = [checked_tokens(grammar, tokens)], []
    for level in readings(grammar)[::-1]:
        pair = symbols[0][:, ::2], symbols[0][:, 1::2]
        symbols.insert(0, level.symbol[pair])
        rules.insert(0, level.rule[pair])
        require(bool((symbols[0] >= 0).all()), "This is no text of this grammar: nothing writes one of its pairs.")
    require(bool((grammar.root[symbols[0]] > 0).all()), "This is no text of this grammar: none has such a root.")
    return Texts(tuple(symbols), tuple(rules))


def checked_tokens(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Int[np.ndarray, "n T"]:
    """The tokens. Raises: Refusal unless they are as many in each row as a text has, and all in the vocabulary."""
    tokens, T, v = rows(tokens), length(checked(grammar)), len(grammar.root)
    fits = tokens.ndim == 2 and tokens.dtype.kind in "iu" and tokens.shape[1] == T
    require(fits, f"Texts of this grammar are rows of {T} tokens, whole numbers.")
    require(bool(((tokens >= 0) & (tokens < v)).all()), f"Tokens go from 0 to {v - 1}.")
    return tokens


def predictions(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Float[np.ndarray, "n T v"]:
    """The chance of each token at each place, given all tokens before it: the best that any model can say."""
    grammar = checked(grammar)
    known = parse(grammar, tokens).symbols[1:]
    left = [written(chance, pairs[..., 0]) for chance, pairs in zip(grammar.chance, grammar.pairs)]
    right = readings(grammar)
    found = np.empty(affordable(*known[-1].shape, len(grammar.root)))
    for some in range(0, len(found), AT_ONCE):
        part = slice(some, some + AT_ONCE)
        found[part] = _downward(grammar.root, left, right, [symbols[part, ::2] for symbols in known])
    return found


def _downward(root: np.ndarray, left: list[np.ndarray], right: list[Readings], known: list[np.ndarray]) -> np.ndarray:
    """b of the last level, adding up to 1."""
    n, v = len(known[0]), len(root)
    b = np.broadcast_to(root, (n, 1, v))
    for to_left, reading, a in zip(left, right, known):
        to_right = np.take_along_axis(b, reading.symbol[a], axis=-1) * reading.chance[a]
        b = np.stack([b @ to_left, to_right], axis=2).reshape(n, -1, v)
    return b / b.sum(axis=-1, keepdims=True)


def written(chance: Float[np.ndarray, "v m"], child: Int[np.ndarray, "v m"]) -> Float[np.ndarray, "v v"]:
    """The chance that symbol i writes symbol j there: sum_k chance_ik [child_ik = j]."""
    v = len(chance)
    found = np.zeros((v, v))
    np.add.at(found, (np.arange(v)[:, None], child), chance)
    return found
