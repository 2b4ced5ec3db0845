"""The compiled sum over the components of a mixture, point by point.

Symbols   y      points (d, n), one in each column
          mu     means (K, d)
          g      of each component: S^-1 (mu - y), the gradient of its logarithm
          s      sum of the gradients, each times its component's weight (d, n)
"""

import numpy as np
from jaxtyping import Float
from numba import njit

from course_lib.shared.exponential import exp_below

Row = Float[np.ndarray, " points"]
BLOCK = 256  # points that are worked on together: their numbers stay in the processor's cache


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def weigh(
    y: Float[np.ndarray, "d n"],
    constant: Float[np.ndarray, " K"],
    mu: Float[np.ndarray, "K d"],
    precision: Float[np.ndarray, "K d d"],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Block by block of points: each component's logarithm and gradient, then the sums of weights and gradients.

    The innermost loops run along rows of points, side by side in memory, so that a processor takes several at once.
    """
    K, d = mu.shape
    n = y.shape[1]
    top, total, s = np.full(n, -np.inf), np.zeros(n), np.zeros((d, n))
    g, log_joint, weight = np.empty((K, d, BLOCK)), np.empty((K, BLOCK)), np.empty(BLOCK)
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        top_b, total_b = top[block], total[block]
        m = len(top_b)
        for k in range(K):
            log_k = log_joint[k, :m]
            log_k[:] = constant[k]
            for i in range(d):
                g_i = g[k, i, :m]
                g_i[:] = 0.0
                for j in range(d):
                    P, y_j, mu_j = precision[k, i, j], y[j, block], mu[k, j]
                    for a in range(m):
                        g_i[a] -= P * (y_j[a] - mu_j)
                add_products(log_k, 0.5, g_i, y[i, block], mu[k, i])
            for a in range(m):
                top_b[a] = max(top_b[a], log_k[a])
        for k in range(K):
            for a in range(m):
                weight[a] = exp_below(log_joint[k, a] - top_b[a])
                total_b[a] += weight[a]
            for i in range(d):
                add_products(s[i, block], 1.0, weight[:m], g[k, i, :m], 0.0)
    return top, total, s


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def add_products(out: Row, factor: float, u: Row, y: Row, origin: float) -> None:
    """out += factor u (y - origin)"""
    for a in range(len(out)):
        out[a] += factor * u[a] * (y[a] - origin)
