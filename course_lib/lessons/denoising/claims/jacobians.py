"""Claims about the Jacobian of a network without biases: a matrix for each image, and what it keeps of it."""

from functools import partial

import numpy as np

from course_lib.kernels.denoising import network, stored
from course_lib.learn import AtLeast, Between, Bias, Claim

from .networks import KADKHODAIE, SIGMA, noisy, trained, unseen
from .tools import AS_IT_IS, Measurement

MOHAN = "Mohan, Kadkhodaie, Simoncelli and Fernandez-Granda, arXiv:1906.05478 (2020)"


def left_of_jacobian(rng: np.random.Generator, same: bool) -> Measurement:
    """|f(y) - J y| over |f(y)|, with the Jacobian at y, or at another noisy digit."""
    W = stored.stored_networks().networks[800][0]
    y, other = noisy(unseen()[:2], rng)
    J = network.jacobian(W, y if same else other)
    f = network.denoised(W, y[None])[0]
    return float(np.linalg.norm(f - J @ y) / np.linalg.norm(f)), 0.0


def jacobians(rng: np.random.Generator, n: int, sigma: float = SIGMA) -> list[np.ndarray]:
    """Of a stored network, at 40 noisy unseen digits."""
    W = stored.stored_networks().networks[n][0]
    return [network.jacobian(W, y) for y in noisy(rng.permutation(unseen())[:40], rng, sigma)]


def asymmetry(rng: np.random.Generator, trained: bool) -> Measurement:
    """|J - J^T| over |J + J^T|, averaged: of a stored network of 800 images, or of one before any training."""
    if trained:
        found = jacobians(rng, 800)
    else:
        W = network.initial_weights(rng=rng)
        found = [network.jacobian(W, y) for y in noisy(unseen()[:40], rng)]
    return float(np.mean([np.linalg.norm(J - J.T) / np.linalg.norm(J + J.T) for J in found])), 0.0


def kept_directions(rng: np.random.Generator, sigma: float) -> float:
    """The trace of the Jacobian, averaged: 1 for each direction that is kept as it is."""
    return float(np.mean([np.trace(J) for J in jacobians(rng, 800, sigma)]))


def kept_by_linear(sigma: float) -> float:
    """The same of the best linear denoiser, tr C (C + sigma^2)^-1."""
    return float(linear_values(sigma).sum())


def linear_values(sigma: float) -> np.ndarray:
    values = np.linalg.eigvalsh(np.cov(stored.stored_networks().halves(800).one.T))
    return values / (values + sigma**2)


def small_share(rng: np.random.Generator, n: int) -> Measurement:
    """The share of eigenvalues of the symmetric part that are below 0.2 in size: directions that are put out."""
    values = [np.linalg.eigvalsh((J + J.T) / 2) for J in jacobians(rng, n)]
    return float(np.mean(np.abs(values) < 0.2)), 0.0


def above_half(rng: np.random.Generator, sigma: float) -> float:
    """How many eigenvalues are above 1/2, averaged: of a network trained at this noise only, on 800 digits."""
    W = trained(stored.stored_networks().halves(800).one, rng, sigma)
    found = [network.jacobian(W, y) for y in noisy(rng.permutation(unseen())[:40], rng, sigma)]
    return float(np.mean([(np.linalg.eigvalsh((J + J.T) / 2) > 0.5).sum() for J in found]))


claims = (
    Claim(
        says="Without biases a network is the matrix J(y) at each y: f(y) = J(y) y, with plus (difference, relative).",
        measure=partial(left_of_jacobian, same=True),
        expect=0.0,
        within=Bias(1e-9, "rounding"),
        control=partial(left_of_jacobian, same=False),
        source=MOHAN,
    ),
    Claim(
        says="Most directions are put out: three quarters of the eigenvalues of J's symmetric part are below 0.2 in "
        "size (share, n = 800).",
        measure=partial(small_share, n=800),
        expect=AtLeast(0.7),
        within=AS_IT_IS,
        control=lambda rng: (float(np.mean(linear_values(0.1) < 0.2)), 0.0),
        source=f"{MOHAN}; control: the best linear denoiser at noise 0.1",
    ),
    Claim(
        says="An exact denoiser has a symmetric Jacobian; that of this network has an antisymmetric part a third of "
        "its symmetric one (ratio, n = 800).",
        measure=partial(asymmetry, trained=True),
        expect=Between(0.25, 0.4),
        within=AS_IT_IS,
        control=partial(asymmetry, trained=False),
        source=f"{KADKHODAIE}: nearly symmetric there; control: before any training",
    ),
    Claim(
        says="So small a network does not notice how noisy its image is: it keeps about as many directions at noise "
        "0.3 as at 1.0 (ratio of traces).",
        measure=lambda rng: (kept_directions(rng, 0.3) / kept_directions(rng, 1.0), 0.0),
        expect=Between(0.8, 1.2),
        within=AS_IT_IS,
        control=lambda rng: (kept_by_linear(0.3) / kept_by_linear(1.0), 0.0),
        source="measured here; deep convolutional ones do notice (Mohan et al.); control: the best linear denoiser",
    ),
    Claim(
        says="One that is trained at one noise level fits its number of directions to it: at noise 0.3 it keeps more "
        "than twice as many as at 1.0 (eigenvalues above one half: their ratio).",
        measure=lambda rng: (above_half(rng, 0.3) / above_half(rng, 1.0), 0.0),
        expect=AtLeast(2.5),
        within=AS_IT_IS,
        control=lambda rng: (above_half(rng, 0.6) / above_half(rng, 0.6), 0.0),
        source=MOHAN,
        slow=True,
    ),
)
