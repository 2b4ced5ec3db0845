"""Belief propagation on the tree of a random hierarchy: what is to be thought of each symbol, given any evidence.

    up_i    = sum_k chance_ik up_left(a_ik) up_right(b_ik)                     chance of the evidence below, given i
    down_b  = sum_ik down_i chance_ik up_left(a_ik) [b_ik = b]                 of the evidence elsewhere, and b

with a_ik, b_ik the pair of rule k, and the second formula's mirror image for the left child. The posterior is their
product; all up to a factor. Pairs may have two readings here.

Symbols   v, m, T   symbols of a level, rules of a symbol, tokens of a text
          evidence  chance of what was observed at a place, given each token there; 1 where nothing was (n, T, v)
          up, down  messages (v, n nodes): a column for each node, those of a text side by side

Sources: Pearl, Artif. Intell. 29, 241 (1986); on this tree Sclocchi, Favero and Wyart, arXiv:2402.16991 (2024).
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array

from course_lib.core import require
from course_lib.shared.arrays import rows
from course_lib.shared.numbers import affordable

from .grammar import Grammar, checked, length
from .reading import checked_tokens

Messages = Float[np.ndarray, "v n_nodes"]
Chances = Float[np.ndarray, "n nodes v"]


def posterior(grammar: Grammar, evidence: Chances) -> tuple[Chances, ...]:
    """The chance of each symbol at each node of each level, the root's first, given the evidence."""
    grammar = checked(grammar)
    up = upward(grammar, _checked_evidence(grammar, evidence))
    v, n = up[0].shape
    beliefs = (_over(np.sum, u * d) for u, d in zip(up, downward(grammar, up)))
    return tuple(belief.T.reshape(n, -1, v) for belief in beliefs)


def observed(grammar: Grammar, tokens: Int[np.ndarray, "n T"]) -> Chances:
    """The evidence of texts that are known."""
    return np.eye(len(checked(grammar).root))[checked_tokens(grammar, tokens)]


def _checked_evidence(grammar: Grammar, evidence: Chances) -> Messages:
    evidence, T, v = rows(evidence), length(grammar), len(grammar.root)
    fits = evidence.ndim == 3 and evidence.shape[1:] == (T, v) and evidence.dtype.kind in "biuf"
    require(fits, f"Evidence is an array (n, {T}, {v}): for each text and place a chance of each token.")
    require(
        bool(((evidence >= 0) & (evidence < np.inf)).all()), "Evidence is made of chances: none below 0, all finite."
    )
    affordable(*evidence.shape, grammar.chance.shape[2])
    return np.ascontiguousarray(evidence.reshape(-1, v).T, float)


def upward(grammar: Grammar, evidence: Messages) -> list[Messages]:
    """up of every level, the root's first."""
    up = [_over(np.max, evidence)]
    for chance, pairs in zip(grammar.chance[::-1], grammar.pairs[::-1]):
        left, right = up[0][:, ::2], up[0][:, 1::2]
        rules = zip(chance.T, pairs[..., 0].T, pairs[..., 1].T)
        up.insert(0, _over(np.max, sum(p[:, None] * left[a] * right[b] for p, a, b in rules)))
    return up


def downward(grammar: Grammar, up: list[Messages]) -> list[Messages]:
    """down of every level, the root's first."""
    v, n = up[0].shape
    down = [np.broadcast_to(grammar.root[:, None], (v, n))]
    for chance, pairs, below in zip(grammar.chance, grammar.pairs, up[1:]):
        left, right = below[:, ::2], below[:, 1::2]
        a, b = pairs[..., 0], pairs[..., 1]
        rules = down[-1][:, None] * chance[..., None]  # (v, m, n nodes)
        both = _gathered(rules * right[b], a), _gathered(rules * left[a], b)
        down.append(_over(np.max, np.stack(both, axis=2).reshape(v, -1)))
    return down


def _gathered(rules: Float[np.ndarray, "v m n_nodes"], child: Int[np.ndarray, "v m"]) -> Messages:
    """Sums over all rules that write the same child."""
    v, m, _ = rules.shape
    writes = coo_array((np.ones(v * m), (child.ravel(), np.arange(v * m))), shape=(v, v * m)).tocsr()
    return writes @ rules.reshape(v * m, -1)


def _over(what: np.ufunc, messages: Messages) -> Messages:
    """Each message over its largest entry, or over its sum."""
    scale = what(messages, axis=0)
    require(bool((scale > 0).all()), "No text of this grammar agrees with this evidence.")
    return messages / scale
