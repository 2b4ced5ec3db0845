"""Claims about networks in which some wires conduct one way only."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels import resistors as rs
from course_lib.learn import AtLeast, AtMost, Bias, Claim

from .tools import AS_IT_IS, Measurement, slope

NUDGES = np.array([0.02, 0.01, 0.005])


def best_of_twelve(rng: np.random.Generator, rectification: float = 1.0) -> Measurement:
    """The least squared error of 12 random starts."""
    return rs.xor_errors(12, rectification, rng=rng).min(), 0.0


def share_that_learns(rng: np.random.Generator, rectification: float = 1.0) -> Measurement:
    """Of 40 random starts, the share that ends below 1e-3."""
    return (rs.xor_errors(40, rectification, 100, rng=rng) < 1e-3).mean(), 0.0


def middle_start(rng: np.random.Generator, rectification: float = 0.5, starts: int = 9) -> Measurement:
    """The median squared error of random starts after 300 steps."""
    return np.median(rs.xor_errors(starts, rectification, 300, rng=rng)), 0.0


def power_to_spare(rng: np.random.Generator, rectification: float = 1.0) -> Measurement:
    """The share of its power that a settled network could save by other voltages; median of 9 networks."""
    return np.median([_saving(rs.xor_network(rng=rng), rectification) for _ in range(9)]), 0.0


def _saving(machine: rs.Machine, rectification: float) -> float:
    """The largest saving found along steepest descent from the settled voltages."""
    net, k, diodes, task = machine
    diodes = diodes._replace(rectification=rectification)
    V = rs.diode_voltages(net, k, diodes, task.sources, task.inputs[1])
    h = 1e-4 * np.eye(net.n)[len(task.sources) :]  # one free node at a time
    slopes = rs.diode_power(net, k, diodes, V + h) - rs.diode_power(net, k, diodes, V - h)
    downhill = -(slopes @ h) / np.linalg.norm(slopes @ h)
    shifted = V + np.geomspace(1e-5, 0.1, 40)[:, None] * downhill
    return 1 - rs.diode_power(net, k, diodes, shifted).min() / rs.diode_power(net, k, diodes, V)


def least_rise(rng: np.random.Generator, of: Callable = rs.co_content) -> Measurement:
    """The smallest relative rise of the co-content when free voltages are shifted at random; 9 x 500 trials."""
    rises = []
    for _ in range(9):
        net, k, diodes, task = rs.xor_network(rng=rng)
        V = rs.diode_voltages(net, k, diodes, task.sources, task.inputs[1])
        shifted = np.tile(V, (500, 1))
        shifted[:, len(task.sources) :] += 0.001 * rng.normal(size=(500, net.n - len(task.sources)))
        rises.append((of(net, k, diodes, shifted) / of(net, k, diodes, V) - 1).min())
    return min(rises), 0.0


def nudge_error(rng: np.random.Generator, rule=rs.symmetric_diode_propagation) -> Measurement:
    """The exponent with which the rule's error falls with the nudge; median of 5 networks."""
    return np.median([_exponent(rs.xor_network(rng=rng), rule) for _ in range(5)]), 0.0


def _exponent(machine: rs.Machine, rule) -> float:
    exact = rs.diode_gradient(*machine)
    return slope(NUDGES, [np.linalg.norm(rule(*machine, b) - exact) for b in NUDGES])


claims = (
    Claim(
        says="With diodes a network learns exclusive or (squared error of the best of 12 starts; each stops at 1e-3).",
        measure=best_of_twelve,
        expect=AtMost(1e-3),
        within=AS_IT_IS,
        control=partial(best_of_twelve, rectification=0.0),
        source="measured here; task of Dillavou et al., PNAS 121, e2319718121 (2024)",
    ),
    Claim(
        says="Most starts succeed: the share of 40 that is below 1e-3 after at most 100 steps.",
        measure=share_that_learns,
        expect=AtLeast(0.4),
        within=AS_IT_IS,
        control=partial(share_that_learns, rectification=0.5),
        source="measured here",
    ),
    Claim(
        says="Diodes that rectify half as well do not suffice: squared error of the middle one of 9 starts.",
        measure=middle_start,
        expect=AtLeast(1e-3),
        within=AS_IT_IS,
        control=partial(middle_start, rectification=1.0, starts=25),
        source="measured here",
    ),
    Claim(
        says="A settled network of diodes does not dissipate the least power: a share of it could be saved.",
        measure=power_to_spare,
        expect=AtLeast(1e-5),
        within=AS_IT_IS,
        control=partial(power_to_spare, rectification=0.0),
        source="Millar, Phil. Mag. 42, 1150 (1951): the co-content is least",
    ),
    Claim(
        says="It has the least co-content: all of 9 x 500 random shifts raise it (smallest relative rise).",
        measure=least_rise,
        expect=AtLeast(0.0),
        within=AS_IT_IS,
        control=partial(least_rise, of=rs.diode_power),
        source="Millar, Phil. Mag. 42, 1150 (1951)",
    ),
    Claim(
        says="With diodes, too, the symmetric nudge errs in proportion to its square (exponent).",
        measure=nudge_error,
        expect=2.0,
        within=Bias(0.2, "nudges of 0.005 to 0.02 S are not quite small"),
        control=partial(nudge_error, rule=rs.diode_propagation),
        source="Laborieux et al., Front. Neurosci. 15, 633674 (2021)",
    ),
)
