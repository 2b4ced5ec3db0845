"""A random hierarchy: a language of which the grammar, the entropy and every posterior are known exactly.

A symbol writes a pair of symbols of the level below, and so on down to the tokens of a text: a balanced tree, and
T = 2^levels tokens. Which pairs a symbol may write is drawn once; no pair of a level belongs to two symbols. So a text
has one derivation, and its chance is that of the choices that made it:

    chance of a text = root_i prod chance_jk    over the root's symbol i, and over each node: its symbol j, its rule k

Symbols   v        symbols of each level; those of the last are the tokens
          m        rules of each symbol, the k-th chosen with a chance ~ k^-zipf
          n, T     texts, tokens of a text
          nodes    of a level: 1 at the root, then 2, 4, ... and T tokens

Sources: Cagnetta, Petrini, Tomasini, Favero and Wyart, Phys. Rev. X 14, 031001 (2024), rules of equal chances; with
Zipf's law: Cagnetta, Kang and Wyart, arXiv:2505.07067 (2025). That the root follows Zipf's law is our choice.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from course_lib.core import require
from course_lib.shared.arrays import rows
from course_lib.shared.numbers import affordable, number, whole

DEEPEST = 10


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

    All symbols choose among their rules alike, so the entropy of a text is H(root) + (T - 1) H(rules).

    Raises: Refusal unless m <= v: the pairs have to suffice, since none may belong to two symbols.
    """
    v, m, levels = whole(v, "Symbols", 2), whole(m, "Rules of a symbol"), whole(levels, "Levels")
    require(m <= v, f"{v} symbols make {v * v} pairs: too few for {m} rules each, if no pair may have two readings.")
    require(levels <= DEEPEST, f"{DEEPEST} levels at most: a text has 2^levels tokens.")
    affordable(v, v)
    zipf = number(zipf, "Zipf's exponent", zero=True)
    pairs = np.array([rng.permutation(v * v)[: v * m] for _ in range(levels)]).reshape(levels, v, m)
    chance = np.broadcast_to(_zipf(m, zipf), (levels, v, m)).copy()
    return Grammar(_zipf(v, zipf), chance, np.stack(np.divmod(pairs, v), axis=-1))


def _zipf(n: int, exponent: float) -> np.ndarray:
    weights = np.arange(1.0, n + 1) ** -exponent
    return weights / weights.sum()


def standard_grammar() -> Grammar:
    """The language of the course: 64 symbols a level with 4 rules each, and texts of 16 tokens."""
    return random_grammar(64, 4, 4, 1.0, rng=np.random.default_rng(0))


def checked(grammar: Grammar) -> Grammar:
    """The grammar. Raises: Refusal if it is none."""
    says = "A grammar: the root's chances (v,), chances (levels, v, m) of the rules, and pairs (levels, v, m, 2)."
    require(isinstance(grammar, tuple) and len(grammar) == 3, says)
    root, chance, pairs = map(rows, grammar)
    require(root.ndim == 1 and len(root) >= 1 and chance.ndim == 3, says)
    require(chance.shape[1] == len(root) and chance.size > 0 and pairs.shape == (*chance.shape, 2), says)
    require(root.dtype.kind == chance.dtype.kind == "f" and pairs.dtype.kind in "iu", f"{says} Pairs: whole numbers.")
    for p in (root, chance):
        adds = bool((p >= 0).all() and (abs(p.sum(axis=-1) - 1) < 1e-6).all())
        require(adds, "The chances of the root, and those of each symbol's rules, are positive and add up to 1.")
    require(bool(((pairs >= 0) & (pairs < len(root))).all()), f"Symbols go from 0 to {len(root) - 1}, in pairs too.")
    return Grammar(root, chance, pairs)


def length(grammar: Grammar) -> int:
    """T, the tokens of a text."""
    return 2 ** len(grammar.chance)


def sample(grammar: Grammar, n: int, *, rng: np.random.Generator) -> Texts:
    """n texts."""
    grammar = checked(grammar)
    return derive(grammar, rng.random(affordable(whole(n, "Texts"), length(grammar))))


def derive(grammar: Grammar, uniforms: Float[np.ndarray, "n T"]) -> Texts:
    """A text for each row of numbers from 0 to below 1: the first picks the root, each other one a rule.

    The same for arrays of numpy and tensors of torch, on whatever device both arguments are.
    """
    shape, T = getattr(uniforms, "shape", ()), length(grammar)
    require(len(shape) == 2 and shape[1] == T, f"Each text of this grammar is made of a row of {T} numbers.")
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
    root, chances, _ = checked(grammar)
    derived = isinstance(texts, Texts) and len(texts.symbols) == len(chances) + 1
    require(derived, "Texts with the rules that wrote them. Of tokens alone: those that parse(grammar, tokens) finds.")
    found = np.log(root[texts.symbols[0]])[:, 0]
    for chance, symbols, rules in zip(chances, texts.symbols, texts.rules):
        found = found + np.log(chance[symbols, rules]).sum(axis=1)
    return found
