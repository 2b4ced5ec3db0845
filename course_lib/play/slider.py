"""The slider: its positions, and how each of them reads."""

import math
from dataclasses import dataclass, field

import numpy as np

from course_lib.core import require

Number = int | float
MOST = 2001  # positions of one slider
PER_DECADE = 20
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Knob:
    """A slider from low to high.

    step: the difference between neighbours, or their ratio where `log` is set; a round number is found if it is None.
    Whole low, high, start and step give whole numbers.
    """

    name: str
    low: Number
    high: Number
    start: Number
    step: Number | None = None
    unit: str = ""
    log: bool = False
    label: str = ""
    positions: tuple[Number, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        name = self.name
        require(all(map(math.isfinite, (self.low, self.high, self.start))), f"The knob {name} needs finite numbers.")
        require(self.low < self.high, f"The knob {name} must go up: from {self.low} to {self.high} it does not.")
        inside = self.low <= self.start <= self.high
        require(inside, f"The knob {name} starts at {self.start}, outside {self.low} to {self.high}.")
        require(not self.log or self.low > 0, f"A logarithmic knob starts above zero: {name} has low={self.low}.")
        if self.step is not None:
            least = 1 if self.log else 0
            require(self.step > least, f"The step of the knob {name} must be more than {least}: got {self.step}.")
        positions = self._positions()
        object.__setattr__(self, "positions", positions if self.whole else tuple(map(float, positions)))
        require(len(self.positions) <= MOST, f"The knob {name} has too many positions: give it a larger step.")

    @property
    def whole(self) -> bool:
        """Does it give whole numbers?"""
        given = (self.low, self.high, self.start) + ((self.step,) if self.step is not None else ())
        return all(isinstance(number, int) for number in given)

    def check(self, value: Number) -> Number:
        """The value, if this knob could stand there."""
        is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        require(is_number, f"{self.name} is a number, not {value!r}.")
        require(self.low <= value <= self.high, f"{self.name} goes from {self.low} to {self.high}: got {value}.")
        require(not self.whole or value == int(value), f"{self.name} is a whole number: got {value}.")
        return int(value) if self.whole else float(value)

    def sample(self) -> list[Number]:
        """About eleven positions from end to end."""
        at = np.unique(np.linspace(0, len(self.positions) - 1, 11).round().astype(int))
        return [self.positions[i] for i in at]

    def decode(self, position: int) -> Number:
        return self.positions[position]

    def encode(self, value: Number) -> int:
        return int(np.abs(np.array(self.positions, float) - value).argmin())

    def front(self) -> dict[str, object]:
        texts = [self._reads(value) for value in self.positions]
        named = {"kind": "slider", "name": self.name, "label": self.label or self.name.replace("_", " ")}
        return named | {"texts": texts, "unit": self.unit}

    def _positions(self) -> tuple[Number, ...]:
        """The ends, the start, and every step between them that is not too close to one of these to be told apart."""
        ruler = math.log if self.log else float
        step = ruler(self.step or (10 ** (1 / PER_DECADE) if self.log else self._round_step()))
        low, high = ruler(self.low), ruler(self.high)
        first = low if self.step else math.floor(low / step + 1e-9) * step
        marks = first + step * np.arange(min(int((high - first) / step + 1e-9) + 2, MOST + 2))
        fixed = [self.low, self.high, self.start]
        apart = np.abs(marks[:, None] - [ruler(value) for value in fixed]).min(axis=1) > 0.4 * step
        inside = marks[apart & (marks > low) & (marks < high)]
        values = {self._rounded(math.exp(mark) if self.log else mark) for mark in inside}
        return tuple(sorted(values | set(fixed)))

    def _rounded(self, value: float) -> Number:
        if self.whole:
            return round(value)
        return float(f"{value:.3g}") if self.log else round(value, 12)

    def _round_step(self) -> Number:
        """The round number that makes about a hundred steps."""
        rough = (self.high - self.low) / 100
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * min((1, 2, 5, 10), key=lambda m: abs(math.log(m * power / rough)))
        return max(1, round(step)) if self.whole else step

    def _reads(self, value: Number) -> str:
        if self.whole or self.log:
            return reads(value)
        step = self.step or self._round_step()
        decimals = len(f"{step:.8f}".rstrip("0").partition(".")[2])
        return f"{value:.{decimals}f}".replace("-", "−")


def reads(value: Number) -> str:
    """A number as a person writes it: 0.01, 1250, 3×10⁻⁷."""
    if isinstance(value, int) or value == 0 or 1e-4 <= abs(value) < 1e5:
        digits = 0 if value == 0 or isinstance(value, int) else max(0, 2 - math.floor(math.log10(abs(value))))
        text = f"{value:.{digits}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", "−")
