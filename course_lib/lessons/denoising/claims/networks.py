"""Claims about networks that take the noise off digits: when two agree, and whom they beat."""

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.kernels.denoising import empirical, network, stored
from course_lib.kernels.denoising.filters import linear_denoiser
from course_lib.learn import AtLeast, AtMost, Claim
from course_lib.shared.digits import centred_digits

from .tools import AS_IT_IS, Measurement

KADKHODAIE = "Kadkhodaie, Guth, Simoncelli and Mallat, arXiv:2310.02557 (2024)"
SIGMA = 0.6
Denoiser = Callable[[np.ndarray], np.ndarray]
Pair = tuple[Denoiser, Denoiser]


def noisy(x: np.ndarray, rng: np.random.Generator, sigma: float = SIGMA) -> np.ndarray:
    return x + sigma * rng.standard_normal(x.shape)


def kept(n: int) -> Pair:
    """The two stored networks of n images each."""
    return tuple(partial(network.denoised, W) for W in stored.stored_networks().networks[n])


def own_of(x: np.ndarray, sigma: float = SIGMA) -> Denoiser:
    """What a training set says itself."""
    return partial(empirical.empirical_denoiser, x=x.astype(float), sigma=sigma)


def noisy_itself(x: np.ndarray, sigma: float) -> Denoiser:
    return lambda y: y


def linear(x: np.ndarray, sigma: float = SIGMA) -> Denoiser:
    return partial(linear_denoiser, x=x, sigma=sigma)


def error(f: Denoiser, x: np.ndarray, rng: np.random.Generator, sigma: float = SIGMA) -> float:
    """Mean squared error a pixel."""
    return float(((f(noisy(x, rng, sigma)) - x) ** 2).mean())


def unseen() -> np.ndarray:
    return stored.stored_networks().halves(800).unseen.astype(float)


def apart(pair: Pair, x: np.ndarray, rng: np.random.Generator) -> float:
    """Mean square difference of two denoisers, over the mean of their errors."""
    y = noisy(x, rng)
    a, b = (f(y) for f in pair)
    return float(((a - b) ** 2).mean() / (((a - x) ** 2).mean() / 2 + ((b - x) ** 2).mean() / 2))


def disagreement(rng: np.random.Generator, n: int) -> Measurement:
    return apart(kept(n), unseen(), rng), 0.0


def agreement_gained(rng: np.random.Generator, of: Callable[[int], Pair]) -> Measurement:
    """Mean square difference of a pair from 5 images each over that from 800."""
    y = noisy(unseen(), rng)
    few, many = (((a(y) - b(y)) ** 2).mean() for a, b in (of(5), of(800)))
    return float(few / many), 0.0


def own_pair(n: int) -> Pair:
    """What the two halves of the stored networks say themselves."""
    return tuple(map(own_of, stored.stored_networks().halves(n)[:2]))


def over(rng: np.random.Generator, other: Callable, n: int, sigma: float = SIGMA) -> Measurement:
    """Error of a stored network over that of another denoiser made of the same images, on unseen digits."""
    x, half = np.tile(unseen(), (6, 1)), stored.stored_networks().halves(n).one.astype(float)
    return error(kept(n)[0], x, rng, sigma) / error(other(half, sigma), x, rng, sigma), 0.0


def over_own(rng: np.random.Generator, seen: bool) -> Measurement:
    """The largest of five ratios, one for each n: error of the network over that of the training set's own denoiser."""
    ratios = []
    for n in stored.SIZES:
        halves = stored.stored_networks().halves(n)
        x = halves.one.astype(float) if seen else halves.unseen.astype(float)
        ratios.append(error(kept(n)[0], x, rng) / error(own_of(halves.one), x, rng))
    return max(ratios), 0.0


def gap(rng: np.random.Generator, n: int) -> Measurement:
    """Error on unseen digits over that on the images of the training."""
    seen = stored.stored_networks().halves(n).one.astype(float)
    return error(kept(n)[0], unseen(), rng) / error(kept(n)[0], np.tile(seen, (800 // n, 1)), rng), 0.0


def trained(x: np.ndarray, rng: np.random.Generator, sigma: float = SIGMA) -> network.Weights:
    """A network trained on these images at one noise level, from new first weights."""
    *_, last = network.training(x, network.initial_weights(rng=rng), sigmas=(sigma, sigma), rng=rng)
    return last.W


def gained_anew(rng: np.random.Generator, many: int) -> Measurement:
    """Mean square difference of two networks of 5 digits each over that of two of many; all of them trained anew."""
    x = rng.permutation(centred_digits())
    y, apart = noisy(x[800:-800].astype(float), rng), []
    for n in (5, many):
        a, b = (network.denoised(trained(half, rng), y) for half in network.both_ends(x, n)[:2])
        apart.append(((a - b) ** 2).mean())
    return float(apart[0] / apart[1]), 0.0


claims = (
    Claim(
        says="Two networks trained on 800 digits each, none in common, differ nine times less than two trained on 5, "
        "or even less (ratio of mean squared differences on unseen digits, stored networks, noise 0.6).",
        measure=partial(agreement_gained, of=kept),
        expect=AtLeast(9.0),
        within=AS_IT_IS,
        control=partial(agreement_gained, of=own_pair),
        source=f"{KADKHODAIE}, there with 100,000 faces; control: what the training sets say themselves",
    ),
    Claim(
        says="Trained on 5 digits each, two networks differ nearly as much as each of them errs (ratio of squares).",
        measure=partial(disagreement, n=5),
        expect=AtLeast(0.65),
        within=AS_IT_IS,
        control=partial(disagreement, n=800),
        source=KADKHODAIE,
    ),
    Claim(
        says="Trained on 800, they differ by a third of it, or less (ratio of squares).",
        measure=partial(disagreement, n=800),
        expect=AtMost(1 / 3),
        within=AS_IT_IS,
        control=partial(disagreement, n=80),
        source=KADKHODAIE,
    ),
    Claim(
        says="A network trained on 5 digits knows them by heart (error on unseen digits over that on its own).",
        measure=partial(gap, n=5),
        expect=AtLeast(20.0),
        within=AS_IT_IS,
        control=partial(gap, n=800),
        source=KADKHODAIE,
    ),
    Claim(
        says="At noise 0.6 the training set's own denoiser never catches up with the network on unseen digits (largest "
        "of five ratios of errors, n from 5 to 800).",
        measure=partial(over_own, seen=False),
        expect=AtMost(0.92),
        within=AS_IT_IS,
        control=partial(over_own, seen=True),
        source="control: on the images of the training, where nothing beats their own denoiser",
    ),
    *(
        Claim(
            says=f"At noise {sigma} a network {words} (ratio of errors, n = {n}).",
            measure=partial(over, other=other, n=n, sigma=sigma),
            expect=expect,
            within=AS_IT_IS,
            control=partial(over, other=other, n=wrong_n, sigma=wrong_sigma),
            source=f"measured here; control: n = {wrong_n}, noise {wrong_sigma}",
        )
        for words, other, n, sigma, expect, wrong_n, wrong_sigma in (
            ("beats the best linear denoiser from a few hundred images on", linear, 320, 0.6, AtMost(0.97), 80, 0.6),
            ("beats the best linear denoiser", linear, 800, 0.6, AtMost(0.88), 80, 0.6),
            ("is behind the best linear denoiser", linear, 800, 0.3, AtLeast(1.1), 800, 0.6),
            ("is behind the training set's own denoiser", own_of, 800, 1.0, AtLeast(1.1), 800, 0.6),
            (
                "is no better than the noisy image itself",
                lambda x, sigma: lambda y: y,
                800,
                0.2,
                AtLeast(0.9),
                800,
                0.6,
            ),
        )
    ),
    Claim(
        says="Trained anew on other digits, at noise 0.6 only, two networks of 800 each differ ten times less than two "
        "of 5 (ratio of squared differences).",
        measure=partial(gained_anew, many=800),
        expect=AtLeast(10.0),
        within=AS_IT_IS,
        control=partial(gained_anew, many=20),
        source=f"{KADKHODAIE}; control: two of 20",
        slow=True,
    ),
)
