"""Claims about what a training run costs: parameters and FLOP counted beside those that were published."""

from functools import partial

import numpy as np

from course_lib.kernels.scaling import flops
from course_lib.kernels.scaling.flops import CHINCHILLA, GOPHER, GPT3, Transformer
from course_lib.learn import AtLeast, AtMost, Between, Bias, Claim

from .tools import AS_IT_IS, ROUNDED, Measurement

BROWN = "Brown et al., arXiv:2005.14165 (2020), tables 2.1 and D.1"
HOFFMANN_F = "Hoffmann et al., arXiv:2203.15556 (2022), appendix F"
# The six models of Hoffmann's table A4: depth and width (table A9), and the printed ratio of the full count to 6 N D.
TABLE_A4 = ((10, 640, 1.03), (20, 1024, 1.10), (24, 1280, 1.08), (26, 1792, 1.04), (28, 2048, 1.03), (40, 3584, 0.99))


def parameters(model: Transformer) -> float:
    return flops.block_parameters(model) + flops.embedding_parameters(model)


def billions(rng: np.random.Generator, model: Transformer) -> Measurement:
    return parameters(model) / 1e9, 0.0


def six_N_D(rng: np.random.Generator, N: float, D: float, quoted: float, passes: float = 6.0) -> Measurement:
    """6 N D over the quoted budget."""
    return passes * N * D / quoted, 0.0


def attention_share(rng: np.random.Generator, model: Transformer = GOPHER) -> Measurement:
    """What attention costs, which 6 N D leaves out, over what 6 N D lacks of the quoted budget of Gopher."""
    attention = flops.training_flops(flops.forward_flops(model).attention, 300e9)
    return attention / (5.76e23 - 6 * parameters(GOPHER) * 300e9), 0.0


def rematerialised(rng: np.random.Generator, passes: float = 4.0, positional: int = 0) -> Measurement:
    """Gopher's blocks (four matrices in attention) and attention, so many passes, over its own published FLOP."""
    count = flops.forward_flops(GOPHER._replace(positional=positional))
    return passes * (count.blocks + count.attention) * 300e9 / 6.31e23, 0.0


def table_A4(rng: np.random.Generator, vocabulary: bool = False) -> Measurement:
    """The largest difference from the printed ratio, over six models."""
    worst = 0.0
    for layers, d, printed in TABLE_A4:
        count = flops.forward_flops(Transformer(layers, d, 32000, 2048))
        full = count.blocks + count.attention + vocabulary * (count.head + count.embedding)
        ratio = 3 * full / (6 * parameters(Transformer(layers, d, 32000, 2048, positional=1)))
        worst = max(worst, abs(ratio - printed))
    return worst, 0.0


def head_share(rng: np.random.Generator, d: int = 64) -> Measurement:
    """The head's share of products with weights, in a model of two layers."""
    count = flops.forward_flops(Transformer(2, d, 50257, 1024))
    return count.head / (count.head + count.blocks), 0.0


claims = (
    Claim(
        says="Depth, width and vocabulary of GPT-3 give its published 174.6 billion parameters (in billions).",
        measure=partial(billions, model=GPT3),
        expect=174.6,
        within=Bias(0.05, "positions, biases and norms: 0.04"),
        control=partial(billions, model=GPT3._replace(positional=1)),
        source=BROWN,
    ),
    Claim(
        says="6 N D is the compute published for GPT-3, 3.14e23 FLOP (ratio).",
        measure=partial(six_N_D, N=174.6e9, D=300e9, quoted=3.14e23),
        expect=1.0,
        within=Bias(0.003, ROUNDED),
        control=partial(six_N_D, N=174.6e9, D=300e9, quoted=3.14e23, passes=2.0),
        source=BROWN,
    ),
    Claim(
        says="With a fifth matrix in attention, for positions, Chinchilla has its 70 billion parameters (in billions).",
        measure=partial(billions, model=CHINCHILLA),
        expect=70.0,
        within=Bias(0.5, ROUNDED),
        control=partial(billions, model=CHINCHILLA._replace(positional=0)),
        source="Hoffmann et al. (2022), table 4; Schaeffer et al., arXiv:2509.23963 (2025), abstract",
    ),
    Claim(
        says="6 N D gives 5.88e23 FLOP for Chinchilla, 2 % more than the 5.76e23 it was planned with (ratio).",
        measure=partial(six_N_D, N=70e9, D=1.4e12, quoted=5.76e23),
        expect=1.02,
        within=Bias(0.005, ROUNDED),
        control=partial(six_N_D, N=70e9, D=1.4e12, quoted=5.76e23, passes=2.0),
        source="Hoffmann et al. (2022), table 3 and abstract",
    ),
    Claim(
        says="6 N D falls 12.5 % short of the 5.76e23 FLOP that Hoffmann et al. quote for Gopher (ratio 0.875).",
        measure=partial(six_N_D, N=280e9, D=300e9, quoted=5.76e23),
        expect=0.875,
        within=Bias(0.005, ROUNDED),
        control=partial(six_N_D, N=280e9, D=300e9, quoted=5.76e23, passes=8.0),
        source="Rae et al., arXiv:2112.11446 (2021), table 1; Hoffmann et al. (2022), figure 2",
    ),
    Claim(
        says="Attention, the term that 6 N D leaves out, makes up only an eighth or so of what Gopher lacks (share).",
        measure=attention_share,
        expect=Between(0.1, 0.17),
        within=AS_IT_IS,
        control=partial(attention_share, model=GOPHER._replace(context=8192)),
        source=HOFFMANN_F,
    ),
    Claim(
        says="Gopher's own 6.31e23 FLOP is blocks (four matrices in attention) and attention, the forward pass twice "
        "(ratio).",
        measure=rematerialised,
        expect=1.0,
        within=Bias(0.002, ROUNDED),
        control=partial(rematerialised, passes=3.0),
        source="Rae et al. (2021), table A27, with 33 % of rematerialisation; the decomposition is ours",
    ),
    Claim(
        says="Hoffmann's table A4 (full count over 6 N D) leaves the vocabulary out (worst of 6 deviations).",
        measure=table_A4,
        expect=AtMost(0.01),
        within=AS_IT_IS,
        control=partial(table_A4, vocabulary=True),
        source="Hoffmann et al. (2022), table A4, whose text counts it in; the recomputation is ours",
    ),
    Claim(
        says="In a model of two layers of width 64 the head does over nine tenths of the products with weights "
        "(share).",
        measure=head_share,
        expect=AtLeast(0.9),
        within=AS_IT_IS,
        control=partial(head_share, d=4096),
        source="2 v d beside 24 layers d^2: Porian et al., arXiv:2406.19146 (2024)",
    ),
)
