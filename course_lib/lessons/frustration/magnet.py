"""The second playground: a live magnet heated and cooled by hand, beside the curves of Onsager and Yang."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from plotly.graph_objects import Figure

from course_lib import draw
from course_lib.kernels.frustration import chain, exact, ising, wolff_clusters
from course_lib.play import Choice, Knob, Playground

LX = 128
SWEEPS = 5  # a frame
KEPT, PAST = 4000, 60  # measured sweeps kept for the mean; temperatures remembered
T_C = exact.critical_temperature()
CURVE = np.sort(np.concatenate([np.linspace(0.5, 4.0, 71), T_C - np.geomspace(1e-5, 0.2, 20), [T_C]]))
ONSAGER, YANG = exact.onsager_energy(CURVE), exact.yang_magnetisation(CURVE)
AGAINST_T = {"x": "temperature T (J/k_B)", "x_range": (0.4, 4.1)}
FLIPS, CLUSTERS = "single flips", "Wolff clusters"
COLD, STUCK = 0.97 * T_C, 0.1  # so cold, an |m| so far from Yang's is no fluctuation: there are domains


class Magnet(NamedTuple):
    """The spins, the knobs, the frames so far, u and m of each sweep at this temperature, and what was seen before."""

    s: np.ndarray
    T: float
    dynamics: str
    frame: int
    u: np.ndarray
    m: np.ndarray
    past: tuple[tuple[float, float, float], ...]  # T, |m| and u of earlier temperatures


def heat(state: Magnet | None, T: float, dynamics: str) -> Iterator[Magnet]:
    """From all spins up, or on from where they are: another temperature forgets what was measured, not the spins."""
    past = () if state is None else state.past
    s, frame = (np.ones((LX, LX), np.int8), 0) if state is None else (state.s, state.frame)
    if state is None or (T, dynamics) != (state.T, state.dynamics):
        if state is not None and T != state.T:
            here = (state.T, settled(abs(state.m)).mean, settled(state.u).mean)
            past = (*past, here)[-PAST:]
        state = Magnet(s, T, dynamics, frame, np.array([ising.energy_per_spin(s)]), np.array([s.mean()]), past)
    while True:
        yield state
        state = after_a_frame(state)


def after_a_frame(state: Magnet) -> Magnet:
    """Five sweeps later, or as many clusters later as that is worth. Chance is numbered by the frame."""
    rng = np.random.default_rng(state.frame)
    if state.dynamics == FLIPS:
        now = ising.metropolis(state.s, state.T, SWEEPS, rng=rng)
    else:
        n = clusters_a_sweep(state.T)
        now = wolff_clusters.wolff(state.s, state.T, SWEEPS * n, every=n, rng=rng)
    u, m = np.append(state.u, now.u)[-KEPT:], np.append(state.m, now.m)[-KEPT:]
    return state._replace(s=now.s, frame=state.frame + 1, u=u, m=m)


def clusters_a_sweep(T: float) -> int:
    """So many clusters flip about as many spins as there are: one is a share m^2 of them, or as wide as order is."""
    if T < T_C:
        return int(np.ceil(1 / exact.yang_magnetisation(T) ** 2))
    width = 1 / max(np.log(1 / np.tanh(1 / T)) - 2 / T, 1 / LX)  # Onsager's correlation length, in sites
    return int(np.ceil(LX**2 / (2 * width**1.75)))


def settled(x: np.ndarray) -> chain.Estimate:
    """The mean of the later half and its error; while there are too few values for blocks, how far they spread."""
    later = x[len(x) // 2 :]
    return (
        chain.blocked(later) if len(later) >= 2 * chain.BLOCKS else chain.Estimate(float(later.mean()), np.ptp(later))
    )


def spins_and_curves(state: Magnet) -> Figure:
    """The spins, the magnetisation and the energy, each beside what is known exactly."""
    m, u = settled(abs(state.m)), settled(state.u)
    yang, kaufman = float(exact.yang_magnetisation(state.T)), float(exact.kaufman_energy(LX, state.T))
    domains = state.T < COLD and m.mean < yang - STUCK
    told = " Domains of both kinds: the magnet is not in equilibrium." if domains else ""
    return draw.panels(
        draw.lattice(
            state.s, -1, 1, label="spin", title=f"{LX}² spins{', in domains' if domains else ''}", alt="spins"
        ),
        draw.figure(
            draw.curve(CURVE, YANG, "Yang"),
            *measured(state, 1, m, ("before", "now")),
            y="|m| per spin",
            y_range=(-0.03, 1.05),
            title="Magnetisation",
            alt="magnetisation",
            **AGAINST_T,
        ),
        draw.figure(
            draw.curve(CURVE, ONSAGER, "Onsager"),
            draw.points([state.T], [kaufman], "Kaufman", style=2),
            *measured(state, 2, u, ("", "")),
            y="u per spin (units of J)",
            y_range=(-2.05, -0.4),
            title="Energy",
            alt="energy",
            **AGAINST_T,
        ),
        alt=f"{LX} by {LX} spins at T = {state.T:.2f}, {state.frame} frames on, by {state.dynamics}: m is "
        f"{state.m[-1]:+.3f}. Mean |m| {m.mean:.3f} ± {m.error:.2g}, Yang's for an infinite lattice {yang:.3f}. Mean "
        f"energy {u.mean:.4f} ± {u.error:.2g}, Kaufman's for this lattice {kaufman:.4f}.{told}",
    )


def measured(state: Magnet, column: int, now: chain.Estimate, names: tuple[str, str]) -> tuple:
    """What was measured at earlier temperatures, what is measured now, and T_c."""
    past = np.array(state.past).reshape(-1, 3)
    return (
        draw.points(past[:, 0], past[:, column], names[0], style=5),
        draw.points([state.T], [now.mean], names[1], style=1, error=[now.error]),
        draw.line_at(x=T_C, text="T_c"),
    )


heating = Playground(
    question="At what temperature does the magnet forget which way it points? Heat it, then cool it again.",
    run=heat,
    view=spins_and_curves,
    knobs=(
        Knob("T", 0.5, 4.0, start=2.0, step=0.05, unit="J/k_B", label="temperature T"),
        Choice("dynamics", (FLIPS, CLUSTERS), label="what moves"),
    ),
)
