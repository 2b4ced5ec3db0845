"""The square-lattice magnet, periodic, one spin flip at a time: Metropolis and heat bath.

E = -sum over bonds of s_i s_j. The sites are coloured like a checkerboard. All neighbours of a spin have the other
colour, so all spins of one colour are updated at once, and the compiler does that with one instruction for many spins.

    c = split(s > 0)                                # (2, Lx, Lx / 2 + 2): each colour by itself, as bits
    sweep(c, levels, streams, needed)               # in place: every spin once
    s = 2 * join(c) - 1

Symbols   s     spins (Lx, Lx), each -1 or +1
          T     temperature, in units of the coupling
          Lx    side of the lattice, even
          N     number of spins, Lx^2
          u     energy per spin, in units of the coupling
          m     magnetisation per spin, the mean of s
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, Int8
from numba import njit
from numpy.typing import ArrayLike

from course_lib.core import require

from .checks import checked_count, checked_spins, checked_temperature

Spins = Int8[np.ndarray, "Lx Lx"]
WIDEST = 4096
MOST = 10**7  # numbers measured in a run: more would fill the memory
COST = 8.0 - 4.0 * np.arange(5)  # energy of flipping a spin that has 0, 1, 2, 3, 4 unlike neighbours


class Chain(NamedTuple):
    """A Monte Carlo run: the spins at its end, and after each step that was measured u and m (with its sign)."""

    s: Spins
    u: Float[np.ndarray, " n"]
    m: Float[np.ndarray, " n"]


def energy_per_spin(s: ArrayLike) -> float:
    """u = -(1/N) sum over bonds of s_i s_j: each spin has one bond to its right and one below it."""
    s = checked_square(s).astype(int)
    return float(-(s * (np.roll(s, 1, axis=0) + np.roll(s, 1, axis=1))).mean())


def metropolis(s: ArrayLike, T: float, sweeps: int, *, every: int = 1, rng: np.random.Generator) -> Chain:
    """Flip each spin with probability min(1, e^(-dE/T)), where dE is what flipping it would cost.

    Args:
        s: the spins to start from (Lx, Lx), Lx even.
        sweeps: how often every spin is tried.
        every: measure after each so many sweeps.
    Source: Metropolis, Rosenbluth, Rosenbluth, Teller and Teller, J. Chem. Phys. 21, 1087 (1953).
    """
    return _run(s, np.exp(-np.maximum(COST, 0) / checked_temperature(T)), sweeps, every, rng)


def heat_bath(s: ArrayLike, T: float, sweeps: int, *, every: int = 1, rng: np.random.Generator) -> Chain:
    """Flip each spin with probability 1 / (1 + e^(dE/T)): it is redrawn as if its neighbours were a heat bath.

    Arguments as for metropolis. Source: Glauber, J. Math. Phys. 4, 294 (1963).
    """
    return _run(s, 1 / (1 + np.exp(np.minimum(COST / checked_temperature(T), 700))), sweeps, every, rng)


def _run(s: ArrayLike, P: Float[np.ndarray, " 5"], sweeps: int, every: int, rng: np.random.Generator) -> Chain:
    """A chain whose flips have the probabilities P[d], d the number of unlike neighbours."""
    steps = checked_steps(sweeps, every)
    colours = split((checked_square(s) > 0).astype(np.uint8))
    levels = np.maximum(np.rint(P * 2.0**32) - 1, 0).astype(np.uint32)  # P to within 2^-32
    needed = np.empty((2, colours.shape[2] - 2), np.uint8)
    u, m = _sweeps(colours, levels, streams(needed.shape[1], rng=rng), needed, *steps)
    return Chain(2 * join(colours).astype(np.int8) - 1, u, m)


def split(a: Int[np.ndarray, "Lx Lx"]) -> Int[np.ndarray, "2 Lx W"]:
    """Both colours, each row pushed together; a column more at either end repeats the row's other end."""
    colours = np.empty((2, len(a), len(a) // 2 + 2), a.dtype)
    for c in range(2):
        colours[c, 0::2, 1:-1], colours[c, 1::2, 1:-1] = a[0::2, c::2], a[1::2, 1 - c :: 2]
    colours[:, :, 0], colours[:, :, -1] = colours[:, :, -2], colours[:, :, 1]
    return colours


def join(colours: Int[np.ndarray, "2 Lx W"]) -> Int[np.ndarray, "Lx Lx"]:
    """The lattice that was split."""
    Lx = colours.shape[1]
    a = np.empty((Lx, Lx), colours.dtype)
    for c in range(2):
        a[0::2, c::2], a[1::2, 1 - c :: 2] = colours[c, 0::2, 1:-1], colours[c, 1::2, 1:-1]
    return a


def streams(n: int, *, rng: np.random.Generator) -> Int[np.ndarray, "2 n"]:
    """The states of n independent generators of random words."""
    return rng.integers(1, 2**64, (2, n), dtype=np.uint64)


@njit(cache=True, error_model="numpy")
def word(streams, j):
    """The next 64 random bits of stream j: xorshift128+, Vigna, J. Comput. Appl. Math. 315, 175 (2017)."""
    x, y = streams[0, j], streams[1, j]
    x ^= x << np.uint64(23)
    x ^= y ^ (x >> np.uint64(17)) ^ (y >> np.uint64(26))
    streams[0, j], streams[1, j] = y, x
    return x + y


@njit(cache=True, error_model="numpy")
def _sweeps(colours, levels, streams, needed, sweeps, every):
    """All sweeps of a chain, and what is measured on the way."""
    u, m = np.empty(sweeps // every), np.empty(sweeps // every)
    for t in range(sweeps):
        sweep(colours, levels, streams, needed)
        if (t + 1) % every == 0:
            u[t // every], m[t // every] = _measure(colours)
    return u, m


@njit(cache=True, error_model="numpy")
def sweep(colours, levels, streams, needed):
    """One colour, then the other, two rows at a time: in the second, a colour's sites lie one step further right."""
    for c in range(2):
        for r in range(0, colours.shape[1], 2):
            _draw(needed, levels, streams)
            _flip_row(colours[c], colours[1 - c], r, c, needed[0])
            _flip_row(colours[c], colours[1 - c], r + 1, 1 - c, needed[1])


@njit(cache=True, error_model="numpy")
def _draw(needed, levels, streams):
    """How many unlike neighbours each spin of two rows needs to have this time in order to flip.

    With d of them it flips with probability P[d], which rises with d. So one random number settles all five cases:
    the spin flips if the number is at most P[d], that is, if d is no less than how many levels P lie below it.
    """
    P_0, P_1, P_2, P_3, P_4 = levels[0], levels[1], levels[2], levels[3], levels[4]
    for j in range(needed.shape[1]):
        both = word(streams, j)
        x = np.uint32(both >> np.uint64(32))
        needed[0, j] = (x > P_0) + np.uint8(x > P_1) + np.uint8(x > P_2) + np.uint8(x > P_3) + np.uint8(x > P_4)
        x = np.uint32(both)
        needed[1, j] = (x > P_0) + np.uint8(x > P_1) + np.uint8(x > P_2) + np.uint8(x > P_3) + np.uint8(x > P_4)


@njit(cache=True, error_model="numpy")
def _flip_row(own, other, r, shift, needed):
    """Flip the spins of a row that have enough unlike neighbours: above, below, and two beside them."""
    Lx, n = len(own), len(needed)
    here, above, below = own[r, 1:], other[(r + Lx - 1) % Lx, 1:], other[(r + 1) % Lx, 1:]
    left, right = other[r, shift:], other[r, shift + 1 :]
    for j in range(n):
        s = here[j]
        unlike = (s ^ above[j]) + (s ^ below[j]) + (s ^ left[j]) + (s ^ right[j])
        here[j] = s ^ np.uint8(np.uint8(unlike) >= needed[j])
    own[r, 0], own[r, n + 1] = own[r, n], own[r, 1]


@njit(cache=True, error_model="numpy")
def _measure(colours):
    """(u, m): every bond has one end of colour 0, and costs 2 if its ends are unlike."""
    Lx, n = colours.shape[1], colours.shape[2] - 2
    own, other, up, unlike = colours[0], colours[1], 0, 0
    for r in range(Lx):
        here, above, below = own[r, 1:], other[(r + Lx - 1) % Lx, 1:], other[(r + 1) % Lx, 1:]
        left, right, beyond = other[r, r % 2 :], other[r, r % 2 + 1 :], other[r, 1:]
        for j in range(n):
            s = here[j]
            up += s + beyond[j]
            unlike += (s ^ above[j]) + (s ^ below[j]) + (s ^ left[j]) + (s ^ right[j])
    N = 2 * Lx * n
    return 2.0 * unlike / N - 2.0, 2.0 * up / N - 1.0


def checked_square(s: ArrayLike) -> Spins:
    """A writable copy of a square of spins, or a refusal in words."""
    s = checked_spins(s)
    checked_shape(s.shape)
    return s


def checked_shape(shape: tuple[int, ...]) -> None:
    """Refuse in words what is not the shape (Lx, Lx) of a checkerboard that closes."""
    square = len(shape) == 2 and shape[0] == shape[1] and shape[0] in range(4, WIDEST + 1, 2)
    require(
        square, f"The lattice is a square with an even side from 4 to {WIDEST} (a checkerboard must close): {shape}."
    )


def checked_steps(steps: int, every: int, replicas: int = 1) -> tuple[int, int]:
    """Both as whole numbers with 1 <= every <= steps, or a refusal in words."""
    steps, every = checked_count(steps, 1, "The number of steps"), checked_count(every, 1, "every")
    require(every <= steps, f"Nothing would be measured: every = {every} is more than the {steps} steps.")
    measured = steps // every * replicas
    require(measured <= MOST, f"That measures {measured:,} numbers, too many for the memory: use a larger every.")
    return steps, every
