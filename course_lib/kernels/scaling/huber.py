"""The objective of a scaling fit, and the descent to its minimum, compiled.

The fit is done round a pivot: x = ln(N / N_0) and y = ln(D / D_0), with N_0 and D_0 the geometric means of the runs. In
the law's own parameters the minimum lies in a narrow valley, along which ln A and alpha rise together; seen from the
pivot it is wider, and a descent from a good start needs about three fifths as many steps.

The exponentials and the logarithm are written out as polynomials: of these a processor computes eight at a time, and
the sum over runs takes a third of the time. `reassoc` lets it add the runs in eight columns.

Symbols   theta  the law as the fit sees it (5,): ln of A/N_0^alpha, ln of B/D_0^beta, ln E, alpha, beta
          x, y, z  ln(N / N_0), ln(D / D_0) and ln L of each run (n,)
          w      weight of each run (n,): ones for a sum, 1/n for a mean, how often it was drawn for a bootstrap
          r      residual of a run: ln of the law's loss less z
          delta  where the penalty of a residual turns from r^2/2 to delta (|r| - delta/2)
          free   one for each parameter that may move, zero for each that is held (5,)
          g, H   gradient of the objective, and the estimate of its inverse curvature (5, 5)
"""

import numpy as np
from jaxtyping import Float
from numba import njit

from course_lib.shared.exponential import exp_below

Row = Float[np.ndarray, " n"]
Theta = Float[np.ndarray, " 5"]
ENOUGH = 1e-15  # relative decrease of the objective that a further step must promise
FARTHEST, FIRST = 4.0, 0.5  # no step changes a parameter by more, nor the first
DOWN, FLATTER = 1e-4, 0.9  # of the slope at the start: what a step must gain, and how flat the slope must have become
STEPS, TRIALS = 2000, 40
TWO_OVER_ODD = tuple(2 / k for k in range(1, 28, 2))
MIDDLE, LN_MIDDLE = 1.75, float(np.log(1.75))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def ln_to_three(x: float) -> float:
    """ln(x) for 1 <= x <= 3, to 3e-16: ln(x/m) = 2 (s + s^3/3 + s^5/5 + ...) with s = (x - m)/(x + m)."""
    s = (x - MIDDLE) / (x + MIDDLE)
    square, series = s * s, 0.0
    for n in range(13, -1, -1):
        series = series * square + TWO_OVER_ODD[n]
    return LN_MIDDLE + s * series


@njit(cache=True, error_model="numpy", fastmath={"reassoc"})
def objective(theta: Theta, x: Row, y: Row, z: Row, w: Row, delta: float, g: Theta) -> float:
    """sum_i w_i Huber(r_i) with r = ln(exp(a - alpha x) + exp(b - beta y) + exp(e)) - z; its gradient goes to g.

    The largest of the three exponents is taken out before they are summed, so that nothing overflows.
    """
    a, b, e, alpha, beta = theta
    total = g_a = g_b = g_e = g_alpha = g_beta = 0.0
    for i in range(len(x)):
        u, v = a - alpha * x[i], b - beta * y[i]
        most = max(u, v, e)
        p_u, p_v, p_e = exp_below(u - most), exp_below(v - most), exp_below(e - most)
        p = p_u + p_v + p_e
        r = most + ln_to_three(p) - z[i]
        pull = min(max(r, -delta), delta)  # the slope of the penalty
        total += w[i] * pull * (r - 0.5 * pull)
        pull *= w[i] / p
        g_a += pull * p_u
        g_b += pull * p_v
        g_e += pull * p_e
        g_alpha -= pull * p_u * x[i]
        g_beta -= pull * p_v * y[i]
    g[0], g[1], g[2], g[3], g[4] = g_a, g_b, g_e, g_alpha, g_beta
    return total


@njit(cache=True, error_model="numpy")
def line_search(
    f: float,
    slope: float,
    t: float,
    along: Theta,
    theta: Theta,
    free: Theta,
    x: Row,
    y: Row,
    z: Row,
    w: Row,
    delta: float,
    ahead: Theta,
    ahead_g: Theta,
) -> tuple[float, int]:
    """A step in the direction `along` that gains enough and flattens the slope (weak Wolfe conditions), by doubling and
    halving its length t.

    Where it leads goes to ahead and ahead_g; the objective there and how often it was asked come back. These conditions
    serve objectives with kinks too. Source: Lewis and Overton, Math. Program. 141, 135 (2013), algorithm 2.6.
    """
    low, high, ahead_f = 0.0, np.inf, f
    for trial in range(TRIALS):
        ahead[:] = theta + t * along
        ahead_f = objective(ahead, x, y, z, w, delta, ahead_g)
        ahead_g *= free
        if not ahead_f <= f + DOWN * t * slope:
            high = t
        elif ahead_g @ along < FLATTER * slope:
            low = t
        else:
            return ahead_f, trial + 1
        t = 2 * low if high == np.inf else (low + high) / 2
    return ahead_f, TRIALS


@njit(cache=True, error_model="numpy")
def descend(theta: Theta, free: Theta, x: Row, y: Row, z: Row, w: Row, delta: float) -> tuple[float, int]:
    """Quasi-Newton descent (BFGS) from theta, in place, to machine precision; the objective and how often it was asked.

    It ends when a step can promise nothing above rounding, or the line search gains nothing.
    Source: Nocedal and Wright, Numerical Optimization (2006), algorithm 6.1.
    """
    g, ahead, ahead_g, H = np.empty(5), np.empty(5), np.empty(5), np.eye(5)
    f, asked = objective(theta, x, y, z, w, delta, g), 1
    g *= free
    for step in range(STEPS):
        along = -(H @ g)
        slope = g @ along
        if not -slope > ENOUGH * f:
            break
        t = min(1.0, (FARTHEST if step else FIRST) / np.abs(along).max())
        ahead_f, asks = line_search(f, slope, t, along, theta, free, x, y, z, w, delta, ahead, ahead_g)
        asked += asks
        if not ahead_f < f:
            break
        s, q = ahead - theta, ahead_g - g  # what the step changed
        theta[:], g[:], f = ahead, ahead_g, ahead_f
        curvature = s @ q
        if curvature > 0:
            if step == 0:
                H *= curvature / (q @ q)  # the first guess of the curvature's unit
            Hq = H @ q
            both = np.outer(Hq, s)
            H += ((1 + q @ Hq / curvature) * np.outer(s, s) - both - both.T) / curvature
    return f, asked
