"""The exponential of a number that is not positive, compiled, as a polynomial.

The processor's library computes one exponential at a time; a polynomial it computes for eight numbers at a time,
wherever the loop round it lets it.
"""

from math import factorial

import numpy as np
from numba import njit

# ln 2 in two parts, the first with so few digits that its multiples are exact.
LN_2, LN_2_REST = 6.93147180369123816490e-01, 1.90821492927058770002e-10
PER_LN_2 = float(1 / np.log(2))
SMALLEST = -708.0  # exp of less is no normal number
TAYLOR = tuple(1 / factorial(n) for n in range(14))


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def exp_below(x: float) -> float:
    """exp(x) for x <= 0, to the last digit: 2^k times Taylor's polynomial of what is left, less than ln(2)/2."""
    x = max(x, SMALLEST)
    k = np.floor(x * PER_LN_2 + 0.5)
    left = (x - k * LN_2) - k * LN_2_REST
    series = TAYLOR[13]
    for n in range(12, -1, -1):
        series = TAYLOR[n] + left * series
    return series * np.int64((np.int64(k) + 1023) << 52).view(np.float64)  # the bits of 2^k
