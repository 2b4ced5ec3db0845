"""Claims about circuits that do not learn yet."""

from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtLeast, AtMost, Bias, Claim

from .tools import EXACT, Measurement, slope


def circuit(rng: np.random.Generator) -> tuple[rs.Network, np.ndarray, np.ndarray, np.ndarray]:
    """A 6 x 6 lattice with random conductances, and four random nodes clamped at random voltages."""
    net = rs.square(6)
    return net, np.exp(rng.uniform(-1, 1, net.m)), rs.scattered(net, 4, rng=rng), rng.random(4)


def kirchhoff_residual(rng: np.random.Generator, hold: float = 0.0) -> Measurement:
    """The largest current missing at a free node; `hold` shifts one free node by so many volts."""
    net, k, clamped, values = circuit(rng)
    V = rs.voltages(net, k, clamped, values)
    free = np.setdiff1d(np.arange(net.n), clamped)
    V[free[0]] += hold
    return abs(rs.currents(net, k, V)[free]).max(), 0.0


def least_rise_in_power(rng: np.random.Generator, hold: float = 0.0) -> Measurement:
    """The smallest relative change of power when the free voltages are shifted at random, in 1000 trials."""
    net, k, clamped, values = circuit(rng)
    V = rs.voltages(net, k, clamped, values)
    free = np.setdiff1d(np.arange(net.n), clamped)
    V[free] += hold * rng.normal(size=len(free))
    shifted = np.tile(V, (1000, 1))
    shifted[:, free] += 0.1 * rng.normal(size=(1000, len(free)))
    return (rs.power(net, k, shifted) / rs.power(net, k, V) - 1).min(), 0.0


def foster_sum(rng: np.random.Generator) -> Measurement:
    """sum_e k_e R_e of a 6 x 6 lattice."""
    net, k, *_ = circuit(rng)
    return k @ rs.edge_resistances(net, k), 0.0


def torus_neighbours(rng: np.random.Generator, thick: float = 1.0) -> Measurement:
    """R between neighbours over (n - 1) / 2n: of all wires of the tori of side 3 to 8, the one farthest from 1."""
    ratios = []
    for net in map(rs.torus, range(3, 9)):
        k = np.full(net.m, rng.uniform(0.5, 2))
        R = k[0] * rs.edge_resistances(net, np.where(np.arange(net.m) == 0, thick * k, k))
        ratios.append(R * 2 * net.n / (net.n - 1))
    ratios = np.concatenate(ratios)
    return ratios[abs(ratios - 1).argmax()], 0.0


def approach_to_infinity(rng: np.random.Generator, dx: int, dy: int, limit: float) -> Measurement:
    """The exponent with which R on a torus of side 16 to 256 tends to the limit."""
    sides = np.array([16, 32, 64, 128, 256])
    return slope(sides, [abs(rs.torus_resistance(side, dx, dy) - limit) for side in sides]), 0.0


def overshoot(rng: np.random.Generator, weakest: float = 0.0) -> Measurement:
    """How far a free voltage gets above all clamped ones, at most, in 50 circuits; `weakest` is put on one wire."""
    worst = -np.inf
    for _ in range(50):
        net, k, clamped, values = circuit(rng)
        k[rng.integers(net.m)] += weakest
        V = rs.free_voltages(rs.laplacian(net.edges, k, net.n), clamped, values)
        worst = max(worst, V.max() - values.max())
    return worst, 0.0


claims = (
    Claim(
        says="Kirchhoff's current law holds at every free node of a random circuit, to rounding (amperes missing).",
        measure=kirchhoff_residual,
        expect=AtMost(1e-12),
        within=EXACT,
        control=partial(kirchhoff_residual, hold=1e-3),
        source="Kirchhoff, Ann. Phys. 64, 497 (1845)",
    ),
    Claim(
        says="With voltages clamped, no other free voltages dissipate less: all of 1000 random shifts raise the power.",
        measure=least_rise_in_power,
        expect=AtLeast(0.0),
        within=EXACT,
        control=partial(least_rise_in_power, hold=0.3),
        source="Thomson's principle; Doyle and Snell, Random Walks and Electric Networks (1984), part 1",
    ),
    Claim(
        says="Conductance times resistance, summed over all wires of a 6 x 6 lattice, is n - 1 = 35 (Foster).",
        measure=foster_sum,
        expect=35.0,
        within=EXACT,
        source="Foster, in Contributions to Applied Mechanics, Reissner volume, 333 (1949)",
    ),
    Claim(
        says="On a torus of n nodes with equal wires neighbours are (n - 1)/(2n) ohms apart (ratio; sides 3 to 8).",
        measure=torus_neighbours,
        expect=1.0,
        within=EXACT,
        control=partial(torus_neighbours, thick=1.01),
        source="Foster (1949) and the symmetry of the torus",
    ),
    Claim(
        says="Neighbours on an infinite square lattice of unit resistors are 1/2 ohm apart.",
        measure=lambda rng: (rs.infinite_lattice_resistance(1, 0), 0.0),
        expect=1 / 2,
        within=EXACT,
        source="Cserti, Am. J. Phys. 68, 896 (2000)",
    ),
    Claim(
        says="Diagonal neighbours on that lattice are 2/pi ohms apart.",
        measure=lambda rng: (rs.infinite_lattice_resistance(1, 1), 0.0),
        expect=2 / np.pi,
        within=EXACT,
        source="Cserti, Am. J. Phys. 68, 896 (2000)",
    ),
    Claim(
        says="On a torus the 1/2 is approached as one over the square of its side (exponent).",
        measure=partial(approach_to_infinity, dx=1, dy=0, limit=1 / 2),
        expect=-2.0,
        within=Bias(0.01, "sides 16 to 256; here the law is exact"),
        control=partial(approach_to_infinity, dx=1, dy=0, limit=1 / 2 + 1e-4),
        source="exact: (n - 1)/(2n) with n = L^2",
    ),
    Claim(
        says="And so is the 2/pi between diagonal neighbours (exponent).",
        measure=partial(approach_to_infinity, dx=1, dy=1, limit=2 / np.pi),
        expect=-2.0,
        within=Bias(0.01, "sides 16 to 256: terms of order 1/L^4 bend the line"),
        control=partial(approach_to_infinity, dx=1, dy=1, limit=2 / np.pi + 1e-4),
        source="the difference between a sum over plane waves and its integral",
    ),
    Claim(
        says="No free node is ever above the highest clamped one (volts above; 50 random circuits).",
        measure=overshoot,
        expect=AtMost(1e-12),
        within=EXACT,
        control=partial(overshoot, weakest=-4.0),
        source="maximum principle; Doyle and Snell (1984), part 1",
    ),
)
