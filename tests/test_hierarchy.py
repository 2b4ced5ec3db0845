"""The random hierarchy against every derivation of tiny grammars, and against samples of the standard one."""

from collections import defaultdict
from itertools import product
from math import log, prod

import numpy as np
import pytest
import torch

from course_lib.core import Refusal
from course_lib.shared import hierarchy
from course_lib.shared.estimates import mean_and_error
from course_lib.shared.hierarchy import Grammar, Texts, entropies

TINY = [(3, 2, 2, 1.0), (3, 2, 3, 0.7), (2, 2, 3, 0.5), (4, 3, 2, 1.5), (3, 1, 3, 1.0), (2, 1, 1, 0.0)]


def rng(seed=0):
    return np.random.default_rng(seed)


def uneven(v, m, levels, zipf, seed=0):
    """A random grammar whose rules have chances of their own."""
    grammar = hierarchy.random_grammar(v, m, levels, zipf, rng=rng(seed))
    return grammar._replace(chance=rng(seed + 1).dirichlet(np.ones(m), (levels, v)))


def ambiguous():
    """Of two tokens; 00 is written by either symbol."""
    pairs = np.array([[[[0, 0], [0, 1]], [[1, 1], [0, 0]]]])
    return Grammar(np.array([0.6, 0.4]), np.array([[[0.7, 0.3], [0.2, 0.8]]]), pairs)


tiny = pytest.mark.parametrize("grammar", [uneven(*kind) for kind in TINY], ids=map(str, TINY))


# --- the oracle: every derivation by hand -----------------------------------------------------------------------------


def derivations(grammar, level=0, symbol=None):
    """Chances and trees: for each level the symbols, from left to right."""
    if symbol is None:
        parts = [(q, derivations(grammar, 0, i)) for i, q in enumerate(grammar.root.tolist())]
        return [(q * p, tree) for q, trees in parts for p, tree in trees]
    if level == len(grammar.chance):
        return [(1.0, ((symbol,),))]
    found = []
    for q, (a, b) in zip(grammar.chance[level, symbol].tolist(), grammar.pairs[level, symbol].tolist()):
        both = product(derivations(grammar, level + 1, a), derivations(grammar, level + 1, b))
        found += [(q * p * r, ((symbol,), *(x + y for x, y in zip(s, t)))) for (p, s), (r, t) in both]
    return found


def summed(pairs):
    """The chance of each different thing."""
    found = defaultdict(float)
    for p, thing in pairs:
        found[thing] += p
    return found


def texts_by_hand(grammar):
    return summed((p, tree[-1]) for p, tree in derivations(grammar))


def entropy_by_hand(chances):
    return -sum(p * log(p) for p in chances if p > 0)


def beginnings_by_hand(texts, t):
    return summed((p, text[:t]) for text, p in texts.items())


# --- against the oracle -----------------------------------------------------------------------------------------------


@tiny
def test_the_entropy_is_that_of_all_texts_one_by_one(grammar):
    texts = texts_by_hand(grammar)
    assert abs(sum(texts.values()) - 1) < 1e-12
    assert abs(hierarchy.entropy(grammar) - entropy_by_hand(texts.values())) < 1e-12
    other = grammar._replace(root=(grammar.root + 3 * np.eye(len(grammar.root))[0]) / 4)
    assert abs(hierarchy.entropy(other) - entropy_by_hand(texts.values())) > 1e-3, "control: another root passes"


@tiny
def test_no_text_has_two_derivations(grammar):
    assert len(texts_by_hand(grammar)) == len(derivations(grammar))


def test_in_an_ambiguous_grammar_derivations_have_more_entropy_than_texts(monkeypatch):
    grammar = ambiguous()
    of_texts = entropy_by_hand(texts_by_hand(grammar).values())
    of_derivations = entropy_by_hand([p for p, _ in derivations(grammar)])
    assert len(derivations(grammar)) == 4 and len(texts_by_hand(grammar)) == 3
    for asked in (hierarchy.entropy, hierarchy.ladder, hierarchy.bayes_losses):
        with pytest.raises(Refusal, match="two readings"):
            asked(grammar)
    monkeypatch.setattr(entropies, "readings", lambda grammar: None)
    assert abs(hierarchy.entropy(grammar) - of_derivations) < 1e-12 < of_derivations - of_texts - 0.5


@tiny
def test_predictions_are_ratios_of_chances_of_beginnings(grammar):
    texts = texts_by_hand(grammar)
    rows, T = np.array(list(texts)), hierarchy.length(grammar)
    found = hierarchy.predictions(grammar, rows)
    for t in range(T):
        before, after = beginnings_by_hand(texts, t), beginnings_by_hand(texts, t + 1)
        expected = [[after[(*text[:t], x)] / before[text[:t]] for x in range(len(grammar.root))] for text in texts]
        assert np.abs(found[:, t] - expected).max() < 1e-12


@tiny
def test_the_loss_at_each_place_is_the_entropy_that_each_token_adds(grammar):
    texts = texts_by_hand(grammar)
    H = [entropy_by_hand(beginnings_by_hand(texts, t).values()) for t in range(hierarchy.length(grammar) + 1)]
    assert np.abs(hierarchy.bayes_losses(grammar) - np.diff(H)).max() < 1e-12


@tiny
def test_the_ladder_is_the_entropy_of_blocks_on_their_own(grammar):
    texts, T = texts_by_hand(grammar), hierarchy.length(grammar)
    for k, found in enumerate(hierarchy.ladder(grammar)):
        blocks = [summed((p, x[s : s + 2**k]) for x, p in texts.items()) for s in range(0, T, 2**k)]
        assert abs(found - sum(entropy_by_hand(block.values()) for block in blocks) / T) < 1e-12


@tiny
def test_marginals_count_symbols_in_all_derivations(grammar):
    for level, found in enumerate(hierarchy.marginals(grammar)):
        expected = sum(p * np.eye(len(grammar.root))[list(tree[level])] for p, tree in derivations(grammar))
        assert np.abs(found - expected).max() < 1e-12


@pytest.mark.parametrize("grammar", [*(uneven(*kind) for kind in TINY), ambiguous()])
def test_the_posterior_weighs_every_derivation_by_its_evidence(grammar):
    T, v = hierarchy.length(grammar), len(grammar.root)
    evidence = rng(3).random((5, T, v)) ** 3
    evidence[1, :, 1:] = 0  # contradicts every text but one, if there is one
    evidence[1, -1], evidence[2, 1:] = 1, 1
    evidence[1, :-1] += 1e-3
    for row, *levels in zip(evidence, *hierarchy.posterior(grammar, evidence)):
        weighed = [(p * prod(row[range(T), tree[-1]]), tree) for p, tree in derivations(grammar)]
        total = sum(p for p, _ in weighed)
        for level, found in enumerate(levels):
            expected = sum(p / total * np.eye(v)[list(tree[level])] for p, tree in weighed)
            assert np.abs(found - expected).max() < 1e-12


def test_a_rule_without_a_chance_is_no_rule():
    grammar = uneven(3, 2, 2, 1.0)
    less = grammar._replace(chance=grammar.chance.copy(), pairs=grammar.pairs.copy(), root=np.array([0.5, 0.0, 0.5]))
    less.chance[0, 0], less.pairs[0, 0, 1] = (1, 0), grammar.pairs[0, 0, 0]
    texts = {text: p for text, p in texts_by_hand(less).items() if p > 0}
    assert abs(hierarchy.entropy(less) - entropy_by_hand(texts.values())) < 1e-12
    found = np.exp(hierarchy.log_chance(less, hierarchy.parse(less, np.array(list(texts)))))
    assert np.abs(found - list(texts.values())).max() < 1e-12
    for gone in set(texts_by_hand(grammar)) - set(texts):
        with pytest.raises(Refusal, match="no text of this grammar"):
            hierarchy.predictions(less, np.array([gone]))


# --- texts ------------------------------------------------------------------------------------------------------------


def test_texts_come_as_often_as_their_chances_say():
    grammar, n = uneven(3, 2, 2, 1.0), 20000
    tokens = hierarchy.sample(grammar, n, rng=rng(1)).tokens.tolist()
    counted = summed((1, tuple(text)) for text in tokens)

    def surprise(of):
        """The largest difference in standard errors."""
        return max(abs(counted[x] - n * p) / (n * p * (1 - p)) ** 0.5 for x, p in texts_by_hand(of).items())

    assert surprise(grammar) < 5
    swapped = grammar._replace(chance=grammar.chance[..., ::-1])
    assert surprise(swapped) > 5, "control: rules of swapped chances pass"


def test_a_parse_finds_the_rules_that_wrote_a_text_and_predictions_multiply_to_its_chance():
    grammar = hierarchy.standard_grammar()
    texts = hierarchy.sample(grammar, 300, rng=rng(2))
    parsed = hierarchy.parse(grammar, texts.tokens)
    for found, wrote in zip((*parsed.symbols, *parsed.rules), (*texts.symbols, *texts.rules)):
        assert (found == wrote).all()
    said = np.take_along_axis(hierarchy.predictions(grammar, texts.tokens), texts.tokens[..., None], axis=2)
    assert np.abs(np.log(said).sum(axis=(1, 2)) - hierarchy.log_chance(grammar, texts)).max() < 1e-10


def test_predictions_are_the_posterior_when_all_that_comes_later_is_unknown():
    grammar = hierarchy.standard_grammar()
    tokens = hierarchy.sample(grammar, 100, rng=rng(3)).tokens
    said = hierarchy.predictions(grammar, tokens)
    for t in range(16):
        evidence = hierarchy.observed(grammar, tokens)
        evidence[:, t:] = 1
        assert np.abs(hierarchy.posterior(grammar, evidence)[-1][:, t] - said[:, t]).max() < 1e-12


def test_numpy_and_torch_derive_the_same_texts():
    grammar, uniforms = hierarchy.standard_grammar(), rng(4).random((200, 16))
    ours = hierarchy.derive(grammar, uniforms)
    theirs = hierarchy.derive(Grammar(*map(torch.as_tensor, grammar)), torch.as_tensor(uniforms))
    for found, expected in zip((*theirs.symbols, *theirs.rules), (*ours.symbols, *ours.rules)):
        assert isinstance(found, torch.Tensor) and found.tolist() == expected.tolist()


def test_a_row_of_numbers_picks_the_root_and_then_rules_level_by_level():
    grammar = uneven(3, 2, 3, 1.0)
    uniforms = rng(5).random((50, 8))
    for u, *symbols in zip(uniforms.tolist(), *hierarchy.derive(grammar, uniforms).symbols):
        level = [np.searchsorted(grammar.root.cumsum(), u.pop(0), side="right")]
        for chance, pairs, found in zip(grammar.chance, grammar.pairs, symbols[1:]):
            rules = [np.searchsorted(chance[i].cumsum(), u.pop(0), side="right") for i in level]
            level = [child for i, k in zip(level, rules) for child in pairs[i, k]]
            assert found.tolist() == level


# --- the standard grammar ---------------------------------------------------------------------------------------------


def loss(grammar, n, seed):
    """Mean and error of -ln chance of a token, over sampled texts."""
    texts = hierarchy.sample(grammar, n, rng=rng(seed))
    return mean_and_error(-hierarchy.log_chance(grammar, texts) / hierarchy.length(grammar))


def floor(grammar):
    return hierarchy.entropy(grammar) / hierarchy.length(grammar)


def test_rules_of_equal_chances_for_all_make_the_entropy_one_root_and_a_rule_for_each_other_token():
    zipf = [np.arange(1, n + 1) ** -1.0 / (np.arange(1, n + 1) ** -1.0).sum() for n in (64, 4)]
    root, rule = map(entropy_by_hand, zipf)
    assert abs(floor(hierarchy.standard_grammar()) - (root + 15 * rule) / 16) < 1e-12


def test_the_floor_is_the_mean_of_minus_ln_chance_over_sampled_texts():
    grammar = hierarchy.standard_grammar()
    mean, error = loss(grammar, 20000, seed=6)
    assert abs(mean - floor(grammar)) < 5 * error
    flatter = hierarchy.random_grammar(64, 4, 4, 0.9, rng=rng())
    assert (flatter.pairs == grammar.pairs).all()
    assert abs(mean - floor(flatter)) > 5 * error, "control: another exponent passes"


def latin(n, T, rng):
    """n rows, evenly spread along every column: with sums of functions of one column each, little is left to luck."""
    rows = rng.permuted(np.broadcast_to(np.arange(n)[:, None], (n, T)), axis=0)
    return (rows + rng.random((n, T))) / n


def test_evenly_spread_texts_meet_the_floor_to_one_in_ten_thousand():
    """Latin hypercubes (McKay, Beckman and Conover, 1979): each alone is unbiased; their scatter tells the error."""
    grammar, chance = hierarchy.standard_grammar(), rng(8)
    texts = [hierarchy.derive(grammar, latin(4000, 16, chance)) for _ in range(20)]
    mean, error = mean_and_error([-hierarchy.log_chance(grammar, some).mean() / 16 for some in texts])
    assert error < 1e-5
    assert abs(mean - floor(grammar)) < 5 * error
    nearly = hierarchy.random_grammar(64, 4, 4, 0.999, rng=rng())
    assert abs(mean - floor(nearly)) > 5 * error, "control: an exponent a tenth of a per cent off passes"


def test_the_losses_at_each_place_are_mean_entropies_of_predictions():
    grammar = hierarchy.standard_grammar()
    said = hierarchy.predictions(grammar, hierarchy.sample(grammar, 2000, rng=rng(7)).tokens)
    H = -(said * np.log(np.maximum(said, 1e-300))).sum(axis=-1)
    exact = hierarchy.bayes_losses(grammar)
    assert np.abs(H[:, 0] - exact[0]).max() < 1e-12, "nothing is known yet, so this is no average"
    for t in range(1, 16):
        mean, error = mean_and_error(H[:, t])
        assert abs(mean - exact[t]) < 5 * error
        assert abs(mean - exact[t - 1]) > 5 * error, "control: the place before passes"


def every_way_to(grammar, t):
    """Texts with all roots and all rules on the way down to place t, their other rules the first; and their chances."""
    levels, v, m = grammar.chance.shape
    choices = np.indices((v, *[m] * levels)).reshape(levels + 1, -1)
    symbols, chances = choices[:1].T, grammar.root[choices[0]]
    for level in range(levels):
        rules, node = np.zeros_like(symbols), t >> (levels - level)
        rules[:, node] = choices[level + 1]
        chances = chances * grammar.chance[level, symbols[:, node], rules[:, node]]
        symbols = grammar.pairs[level, symbols, rules].reshape(len(symbols), -1)
    return symbols, chances


def loss_over_every_way(grammar, t):
    """Mean entropy of the prediction at place t. What is known there depends on the way down, and on nothing else."""
    tokens, chances = every_way_to(grammar, t)
    said = hierarchy.predictions(grammar, tokens)[:, t]
    return -chances @ (said * np.log(np.maximum(said, 1e-300))).sum(axis=-1)


@pytest.mark.parametrize("kind", [(8, 3, 3, 1.0), (6, 4, 2, 0.5)])
def test_entropies_of_predictions_averaged_over_every_way_down_are_the_losses(kind):
    grammar = uneven(*kind)
    found = [loss_over_every_way(grammar, t) for t in range(hierarchy.length(grammar))]
    assert np.abs(found - hierarchy.bayes_losses(grammar)).max() < 1e-10
    assert abs(np.mean(found) - floor(grammar)) < 1e-10


@pytest.mark.slow
def test_the_standard_floor_is_the_entropy_of_predictions_averaged_over_every_way_down():
    """Exact, and independent of the closed form."""
    grammar = hierarchy.standard_grammar()
    found = [loss_over_every_way(grammar, t) for t in range(16)]
    assert np.abs(found - hierarchy.bayes_losses(grammar)).max() < 1e-10
    assert abs(np.mean(found) - floor(grammar)) < 1e-10


# --- refusals ---------------------------------------------------------------------------------------------------------


def refused(match, function, *arguments, **more):
    with pytest.raises(Refusal, match=match):
        function(*arguments, **more)


def test_what_is_no_grammar_is_refused_in_words():
    grammar = uneven(3, 2, 2, 1.0)
    root, chance, pairs = grammar
    none = {
        "A grammar:": (
            None,
            (root, chance),
            (root, chance[0], pairs),
            (root[:2], chance, pairs),
            (root, chance, pairs[1:]),
        ),
        "whole numbers": ((root, chance, pairs + 0.5), (root.astype(complex), chance, pairs)),
        "add up to 1": ((root * 2, chance, pairs), (root, chance - 1, pairs), (root * np.nan, chance, pairs)),
        "from 0 to 2": ((root, chance, pairs + 1), (root, chance, pairs - 1)),
    }
    for match, grammars in none.items():
        for wrong in grammars:
            for ask in (hierarchy.entropy, hierarchy.ladder, hierarchy.bayes_losses, hierarchy.marginals):
                refused(match, ask, wrong)
            refused(match, hierarchy.predictions, wrong, [[0, 0, 0, 0]])
            refused(match, hierarchy.posterior, wrong, np.ones((1, 4, 3)))
            refused(match, hierarchy.sample, wrong, 3, rng=rng())
            refused(match, hierarchy.log_chance, wrong, hierarchy.sample(grammar, 3, rng=rng()))


def test_what_is_no_text_is_refused_in_words():
    grammar = uneven(3, 2, 2, 1.0)
    texts = texts_by_hand(grammar)
    none = next(text for text in product(range(3), repeat=4) if text not in texts)
    for ask in (hierarchy.parse, hierarchy.predictions):
        refused("no text of this grammar", ask, grammar, [none])
        for wrong in ([0, 0, 0, 0], [[0, 0, 0]], [[0.5, 0, 0, 0]], [list("abcd")]):
            refused("rows of 4 tokens", ask, grammar, wrong)
        refused("equally long", ask, grammar, [[0, 0, 0, 0], [0]])
        for wrong in ([[0, 0, 0, 3]], [[0, 0, 0, -1]]):
            refused("from 0 to 2", ask, grammar, wrong)
    refused("parse", hierarchy.log_chance, grammar, np.array([none]))
    refused("parse", hierarchy.log_chance, grammar, Texts((), ()))


def test_evidence_that_is_none_is_refused_in_words():
    grammar = uneven(3, 2, 2, 1.0)
    some = np.ones((2, 4, 3))
    for wrong in (some[0], some[:, :3], some[..., :2], some.astype(complex), None):
        refused("an array", hierarchy.posterior, grammar, wrong)
    for wrong in (-some, some * np.nan, some * np.inf):
        refused("none below 0", hierarchy.posterior, grammar, wrong)
    texts = texts_by_hand(grammar)
    none = next(text for text in product(range(3), repeat=4) if text not in texts)
    for wrong in (some * 0, hierarchy.observed(grammar, [none])):
        refused("agrees with this evidence", hierarchy.posterior, grammar, wrong)
    impossible = grammar._replace(root=np.array([1.0, 0.0, 0.0]))
    gone = next(text for text in texts if text not in {x for x, p in texts_by_hand(impossible).items() if p})
    refused("agrees with this evidence", hierarchy.posterior, impossible, hierarchy.observed(grammar, [gone]))


def test_sizes_that_cannot_be_are_refused_in_words():
    make = hierarchy.random_grammar
    refused("two readings", make, 3, 4, 2, 1.0, rng=rng())
    refused("levels at most", make, 3, 2, 11, 1.0, rng=rng())
    refused("Symbols", make, 1, 1, 2, 1.0, rng=rng())
    refused("Zipf", make, 3, 2, 2, -1.0, rng=rng())
    refused("Too much", make, 10**6, 2, 2, 1.0, rng=rng())
    grammar = make(64, 8, 10, 1.0, rng=rng())
    refused("Too much", hierarchy.bayes_losses, grammar)
    refused("Too much", hierarchy.sample, grammar, 10**6, rng=rng())
    refused("Texts", hierarchy.sample, grammar, 0, rng=rng())
    for wrong in (np.ones((3, 1025)), np.ones(1024), [[0.5] * 1024]):
        refused("row of 1024 numbers", hierarchy.derive, grammar, wrong)
