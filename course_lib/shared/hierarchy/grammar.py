"""A random hierarchy: a language of which the grammar, the entropy and every posterior are known exactly.

A symbol writes a pair of symbols of the level below, and so on down to the tokens of a text: a balanced tree, and
T = 2^levels tokens. Which pairs a symbol may write is drawn once; no pair of a level belongs to two symbols. So a text
has one derivation, and its entropy is that of the choices that made it:

    H = H(root) + sum_l sum_i n_li H(rules of i),    n_0 = root,    n_(l+1)j = sum of n_li chance_lik over children j

Symbols   v      symbols of each level; those of the last are the tokens
          m      rules of each symbol, the k-th chosen with a chance ~ k^-zipf
          T      tokens of a text
          n_li   how many symbols i a text has on level l, on average
          H      entropy of a text, in nats

Sources: Cagnetta, Petrini, Tomasini, Favero and Wyart, Phys. Rev. X 14, 031001 (2024), rules of equal chances; with
Zipf's law: Cagnetta, Kang and Wyart, arXiv:2505.07067 (2025).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.numbers import number, whole

if TYPE_CHECKING:
    from torch import Tensor

DEEPEST = 10
Array = "np.ndarray | Tensor"


class Grammar(NamedTuple):
    """The chance of each symbol at the root, that of each rule, and the pair that the rule writes."""

    root: Float[np.ndarray, " v"]
    chance: Float[np.ndarray, "levels v m"]
    pairs: Int[np.ndarray, "levels v m 2"]


class Texts(NamedTuple):
    """Texts: the symbols of each level, the root's first and the tokens last, and the rules that wrote them."""

    symbols: tuple[Int[np.ndarray, "n nodes"], ...]
    rules: tuple[Int[np.ndarray, "n nodes"], ...]

    @property
    def tokens(self) -> Int[np.ndarray, "n T"]:
        return self.symbols[-1]


def random_grammar(v: int, m: int, levels: int, zipf: float, *, rng: np.random.Generator) -> Grammar:
    """v symbols on each level with m rules each; the root follows Zipf's law as well.

    Raises: Refusal unless m <= v: the pairs have to suffice, since none may belong to two symbols.
    """
    v, m, levels = whole(v, "Symbols", 2), whole(m, "Rules of a symbol"), whole(levels, "Levels")
    require(m <= v, f"{v} symbols make {v * v} pairs: too few for {m} rules each, if no pair may have two readings.")
    require(levels <= DEEPEST, f"{DEEPEST} levels at most: a text has 2^levels tokens.")
    zipf = number(zipf, "Zipf's exponent", zero=True)
    pairs = np.array([rng.permutation(v * v)[: v * m] for _ in range(levels)]).reshape(levels, v, m)
    chance = np.broadcast_to(_zipf(m, zipf), (levels, v, m)).copy()
    return Grammar(_zipf(v, zipf), chance, np.stack(np.divmod(pairs, v), axis=-1))


def _zipf(n: int, exponent: float) -> np.ndarray:
    weights = np.arange(1.0, n + 1) ** -exponent
    return weights / weights.sum()


def length(grammar: Grammar) -> int:
    """T, the tokens of a text."""
    return 2 ** len(grammar.chance)


def sample(grammar: Grammar, n: int, *, rng: np.random.Generator) -> Texts:
    """n texts."""
    return derive(grammar, rng.random((whole(n, "Texts"), length(grammar))))


def derive(grammar: Grammar, uniforms: Float[np.ndarray, "n T"]) -> Texts:
    """A text for each row of numbers between 0 and 1: the first picks the root, each other one a rule.

    The same for arrays of numpy and tensors of torch, on whatever device both arguments are.
    """
    symbols = [_pick(grammar.root, uniforms[:, :1])]
    rules, used = [], 1
    for chance, pairs in zip(grammar.chance, grammar.pairs):
        parents = symbols[-1]
        nodes = parents.shape[1]
        rules.append(_pick(chance[parents], uniforms[:, used : used + nodes]))
        symbols.append(pairs[parents, rules[-1]].reshape(-1, 2 * nodes))
        used += nodes
    return Texts(tuple(symbols), tuple(rules))


def _pick(chance: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The first k whose summed chance lies above u."""
    return (u[..., None] >= chance.cumsum(-1)[..., :-1]).sum(-1)


def log_chance(grammar: Grammar, texts: Texts) -> Float[np.ndarray, " n"]:
    """ln of the chance of each text: of its root, and of all rules."""
    found = np.log(grammar.root)[texts.symbols[0][:, 0]]
    for chance, symbols, rules in zip(grammar.chance, texts.symbols, texts.rules):
        found = found + np.log(chance)[symbols, rules].sum(axis=1)
    return found


def entropy(grammar: Grammar) -> float:
    """H, exactly. Over T it is the least loss that any model can have, averaged over all T positions."""
    H, n = _entropies(grammar.root), grammar.root
    for chance, pairs in zip(grammar.chance, grammar.pairs):
        H = H + n @ _entropies(chance)
        written = np.broadcast_to((n[:, None] * chance)[..., None], pairs.shape)
        n = np.bincount(pairs.ravel(), written.ravel(), len(n))
    return float(H)


def _entropies(chance: np.ndarray) -> np.ndarray:
    """Of the distributions along the last axis."""
    return -(chance * np.log(chance)).sum(axis=-1)


def standard_grammar() -> Grammar:
    """The language of the course: 64 symbols a level with 4 rules each, and texts of 16 tokens."""
    return random_grammar(64, 4, 4, 1.0, rng=np.random.default_rng(0))
