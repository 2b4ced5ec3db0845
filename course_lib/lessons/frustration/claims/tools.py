"""What the claims of this lesson share: their tolerances."""

from course_lib.learn import Bias, Rounding

Measurement = tuple[float, float]

EXACT = Rounding(1e-10)
ONLY_ROUNDING = Bias(1e-9, "rounding")
AS_IT_IS = Bias(0.0, "the bound itself leaves the room that a run needs")
