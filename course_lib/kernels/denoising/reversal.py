"""Running diffusion backwards: one family of processes, one sampler.

Forward, dx = -x dt + sqrt(2) dW takes the law p_0 of the data to p_t. With q_t = p_(T-t), for every alpha >= 0,

    dy = [y + (1 + alpha) grad ln q_t(y)] dt + sqrt(2 alpha) dW        keeps y_t distributed as q_t.

alpha = 0 is the probability-flow equation, without noise; alpha = 1 is the reverse of the forward process itself,
paths included. Note that -x has become +y.

Symbols   y      points (n, d)
          s      score of p_t at these points (n, d)
          t, T   forward time: where y is now, and where it starts
          h      step in time
          alpha  how much noise is kept
          z      standard normals (n, d)
          p      law of the data
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from course_lib.core import require
from course_lib.shared.arrays import plain, rows
from course_lib.shared.numbers import affordable, number, whole

from .checks import Points, points
from .mixtures import Mixture, law
from .mixtures import laplacian as mixture_laplacian
from .mixtures import score as score_of
from .noise import at_time

Score = Callable[[Points, float], Points]  # grad ln p_t, from points and a time
Laplacian = Callable[[Points, float], Float[np.ndarray, " n"]]


def times(T: float, t_min: float, steps: int) -> Float[np.ndarray, " steps_1"]:
    """From T down to t_min, in steps that shrink towards the end: sqrt(t) falls evenly.

    Near t = 0 the score is steep, and a step of Euler's method has to be small beside t.
    """
    T, t_min = number(T, "The start T"), number(t_min, "The end t_min")
    require(t_min < T, f"A reverse run goes from T down to t_min: got {T:.3g} and {t_min:.3g}.")
    return np.linspace(np.sqrt(T), np.sqrt(t_min), *affordable(whole(steps, "The number of steps") + 1)) ** 2


def reverse_step(y: Points, s: Points, h: float, alpha: float, z: Points) -> Points:
    """One step of Euler's method backwards: y + h [y + (1 + alpha) s] + sqrt(2 alpha h) z.

    Source: alpha = 1: Anderson, Stoch. Proc. Appl. 12, 313 (1982); alpha = 0: Song et al., arXiv:2011.13456 (2021),
        eq. 13; all of them, written otherwise: Karras et al., arXiv:2206.00364 (2022), eq. 6.
    """
    return y + h * (y + (1 + alpha) * s) + np.sqrt(2 * alpha * h) * z


def reverse(
    y: ArrayLike, times: Sequence[float], score: Score, alpha: float, *, rng: np.random.Generator
) -> Iterator[Points]:
    """The points at each of the times, from the first, largest one on: y itself, then one Euler step after the other.

    Args:
        y: where they start (n, d): draws from p_T, or standard normals if T is large.
        times: falling.
        score: the score of p_t, as a function (y, t) -> (n, d).
        alpha: 0 draws no noise at all.
    Raises: Refusal where the times do not fall, or the score is no function that gives one row for each point.
    """
    y, times = points(y), plain(times, float, "Times are numbers.")
    falling = times.ndim == 1 and len(times) > 0 and bool((np.diff(times) < 0).all() and times[-1] >= 0)
    require(falling, "The times of a reverse run fall, and end at 0 or before.")
    alpha = number(alpha, "alpha", zero=True)
    yield y.copy()
    for t, later in pairwise(times.tolist()):
        z = rng.standard_normal(y.shape) if alpha else np.zeros(1)
        y = reverse_step(y, answered(score, "The score", y, t, y.shape), t - later, alpha, z)
        yield y.copy()


def brought_back(
    y: ArrayLike, times: Sequence[float], score: Score, alpha: float, *, rng: np.random.Generator
) -> Points:
    """Where `reverse` ends; the states on the way are let go."""
    return deque(reverse(y, times, score, alpha, rng=rng), maxlen=1).pop()


def mixture_score(p: Mixture) -> Score:
    """The exact score of x_t for data from a mixture. Raises: Refusal unless p is one."""
    law(p)
    return lambda y, t: score_of(y, at_time(p, t))


def mixture_flow(p: Mixture) -> tuple[Score, Laplacian]:
    """The exact score of x_t and its divergence, for `flow_log_density`."""
    return mixture_score(p), lambda y, t: mixture_laplacian(y, at_time(p, t))


def flow_log_density(
    x: ArrayLike, times: Sequence[float], score: Score, laplacian: Laplacian
) -> Float[np.ndarray, " n"]:
    """ln p at x and the first time, by the probability flow from there to the last, where p_T is a standard normal.

        dx/dt = -x - s,     ln p(x) = ln N(x_T; 0, 1) + integral of div(-x - s) dt,    div(-x - s) = -d - tr Hess ln p_t

    The classical Runge-Kutta method, one step from each time to the next.
    Args:
        x: points (n, d).
        times: rising; the last one so late that p_T is nearly normal.
        score, laplacian: grad ln p_t and its divergence, as functions of (points, t).
    Raises: Refusal where the times do not rise, or score and divergence are no functions that give (n, d) and (n,).
    Source: Song et al., arXiv:2011.13456 (2021), on likelihoods.
    """
    x, times = points(x), plain(times, float, "Times are numbers.")
    rising = times.ndim == 1 and len(times) > 0 and bool((np.diff(times) > 0).all() and times[0] >= 0)
    require(rising, "The times of a flow from the data on rise, from 0 or later.")
    (n, d), change = x.shape, np.zeros(len(x))

    def slopes(x: Points, t: float) -> tuple[Points, np.ndarray]:
        s, divergence = answered(score, "The score", x, t, x.shape), answered(laplacian, "The divergence", x, t, (n,))
        return -x - s, -d - divergence

    for t, later in pairwise(times.tolist()):
        h = later - t
        v_1, c_1 = slopes(x, t)
        v_2, c_2 = slopes(x + h / 2 * v_1, t + h / 2)
        v_3, c_3 = slopes(x + h / 2 * v_2, t + h / 2)
        v_4, c_4 = slopes(x + h * v_3, later)
        x = x + h / 6 * (v_1 + 2 * v_2 + 2 * v_3 + v_4)
        change += h / 6 * (c_1 + 2 * c_2 + 2 * c_3 + c_4)
    return change - (x**2).sum(axis=1) / 2 - d / 2 * np.log(2 * np.pi)


def answered(f: Callable, name: str, y: Points, t: float, shape: tuple[int, ...]) -> np.ndarray:
    """What the function says of these points and this time. Raises: Refusal unless it says numbers of this shape."""
    require(callable(f), f"{name}: a function of (y, t) is needed, such as denoising.mixture_score(p).")
    said = rows(f(y, t))
    require(said.dtype.kind in "iuf", f"{name}: numbers are needed.")
    require(said.shape == shape, f"{name} of these points has the shape {shape}: got {said.shape}.")
    return said
