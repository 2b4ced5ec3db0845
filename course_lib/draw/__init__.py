"""How the course looks: figures with units, words for those who cannot see them, and colours for white and for black.

Every function here returns a plotly figure built from plain arrays; nothing here knows what it draws.
"""

from course_lib.draw.bonds import spins
from course_lib.draw.figures import figure, lattice, table
from course_lib.draw.network import graph
from course_lib.draw.panels import panels
from course_lib.draw.theme import DASHES, DIVERGING, GLOW, GREY, MARKERS, PALETTE, SEQUENTIAL, template
from course_lib.draw.traces import bars, curve, guess_line, heat, line_at, points

__all__ = [
    "DASHES",
    "DIVERGING",
    "GLOW",
    "GREY",
    "MARKERS",
    "PALETTE",
    "SEQUENTIAL",
    "bars",
    "curve",
    "figure",
    "graph",
    "guess_line",
    "heat",
    "lattice",
    "line_at",
    "panels",
    "points",
    "spins",
    "table",
    "template",
]
