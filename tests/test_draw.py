"""How the course looks: colours that are legible on white and on black, units, words, and panels that stay apart."""

import time

import numpy as np
import plotly.graph_objects as go
import pytest

from course_lib import draw
from course_lib.core import Refusal

EDGES = np.array([[0, 1], [1, 2], [2, 3], [3, 0]])
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# What each kind of colour blindness leaves of linear red, green and blue (Machado et al. 2009, severity 1).
VISION = {
    "usual": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])


def lab(colour: str, seen_by: str) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as somebody sees it."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(np.array(VISION[seen_by]) @ linear, 0, 1) @ TO_XYZ / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def closest_pair(colours: tuple[str, ...], seen_by: str) -> float:
    seen = [lab(colour, seen_by) for colour in colours]
    return min(np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i])


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("colour", draw.PALETTE)
def test_every_colour_of_the_palette_stands_out_from_white_and_from_black_paper(colour, page):
    assert contrast(colour, page) >= 3


@pytest.mark.parametrize("seen_by", VISION)
def test_the_palette_stays_apart_for_every_kind_of_colour_blindness(seen_by):
    assert closest_pair(draw.PALETTE, seen_by) > 13
    red_and_green = ("#d62728", "#2ca02c", "#8c564b")
    assert seen_by != "deutan" or closest_pair(red_and_green, seen_by) < 13, "control: a confusing palette passes"


@pytest.mark.parametrize("scale", [draw.SEQUENTIAL, draw.GLOW, draw.DIVERGING])
def test_no_end_of_a_colour_scale_sinks_into_the_page(scale):
    assert all(contrast(colour, page) >= 1.9 for _, colour in scale for page in ("#ffffff", "#111111"))


@pytest.mark.parametrize("scale", [draw.SEQUENTIAL, draw.GLOW])
def test_a_sequential_scale_keeps_its_order_in_a_grey_print(scale):
    light = [luminance(colour) for _, colour in scale]
    assert light == sorted(light)


def test_a_diverging_scale_is_palest_where_nothing_happens():
    light = [luminance(colour) for _, colour in draw.DIVERGING]
    assert light.index(max(light)) == 2
    assert light[0] == pytest.approx(light[-1], rel=0.5)


def test_things_of_different_style_differ_in_more_than_colour():
    x = np.arange(3.0)
    lines = [draw.curve(x, x, style=i)["line"]["dash"] for i in range(6)]
    shapes = [draw.points(x, x, style=i)["marker"]["symbol"] for i in range(6)]
    fills = [draw.bars(x, x, style=i)["marker"]["pattern"]["shape"] for i in range(6)]
    assert [len(set(looks)) for looks in (lines, shapes, fills)] == [6, 6, 6]


def plain(**changed):
    """A figure with every kind of part."""
    x = np.linspace(1, 10, 20)
    parts = (
        draw.curve(x, x**2, "curve"),
        draw.points(x, x, "points", style=1, error=x / 9),
        draw.line_at(y=5, text="5"),
    )
    return draw.figure(*parts, **({"x": "t (s)", "y": "V (V)", "alt": "rising"} | changed))


def network(**changed):
    given = {
        "colour": np.arange(4.0),
        "colour_label": "power (W)",
        "node_colour": np.arange(4.0),
        "node_label": "V (V)",
    }
    return draw.graph(SQUARE, EDGES, np.array([1.0, 0.5, 0.25, 0.0]), **({"alt": "a square"} | given | changed))


def heat_map(**changed):
    return draw.figure(
        draw.heat(np.eye(5), "heat (J)"), **({"x": "x (m)", "y": "y (m)", "alt": "a diagonal"} | changed)
    )


def table():
    return draw.table(("x", "y"), (("0", "1"), ("1", "0")), alt="a table", title="Swap")


def lattice():
    return draw.lattice(np.eye(4), 0, 1, alt="a diagonal", label="spin")


TILES = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, -1.0], [1.0, -1.0], [2.0, -1.0]])  # two squares
BONDS = np.array([[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]])
FACES = np.array([[0, 5, 2, 4], [1, 6, 3, 5]])


def spins(**changed):
    """Two squares whose common bond is negative and unsatisfied."""
    J, up = np.array([1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 1.0]), np.ones(6)
    given = {"J": J, "s": up, "faces": FACES, "marked": np.array([True, True]), "alt": "two squares"} | changed
    return draw.spins(TILES, BONDS, **given)


EVERY = [plain, network, heat_map, table, lattice, spins]


@pytest.mark.parametrize("make", [*EVERY, lambda: draw.panels(*(make() for make in EVERY), alt="all")])
def test_plotly_accepts_every_property_of_every_figure(make):
    go.Figure(make().to_dict())
    with pytest.raises(ValueError):
        go.Figure({"data": [{"type": "scatter", "colour": "blue"}]})  # control: this is a check


@pytest.mark.parametrize("make", EVERY)
def test_every_picture_carries_its_words(make):
    assert make().layout.meta["alt"]


@pytest.mark.parametrize("make", [plain, network, heat_map, spins])
def test_a_picture_without_words_is_refused(make):
    with pytest.raises(Refusal, match="alt"):
        make(alt=" ")


def test_an_axis_without_a_name_is_refused():
    with pytest.raises(Refusal, match="unit"):
        plain(x="")


def test_colours_drawn_through_zero_are_centred_on_zero():
    drawn = draw.figure(draw.heat(np.array([[-1.0, 4.0]]), "q (C)", scale=draw.DIVERGING), x="x", y="y", alt="two")
    assert (drawn.data[0].zmin, drawn.data[0].zmax) == (-4, 4)
    assert "q (C): −4 to 4" in [note.text for note in drawn.layout.annotations]


def test_the_key_to_the_colours_is_rounded_as_its_ends_need():
    says = [draw.figures.Key("P (W)", low, high, draw.GLOW).says() for low, high in ((1e-6, 0.0348), (-20000.0, 1.5))]
    assert says == ["P (W): 0 to 0.0348", "P (W): −20000 to 0"]


def test_a_guess_that_was_not_made_draws_nothing_and_one_that_was_draws_a_line():
    none, some = (plain_with(draw.guess_line(y=value)).layout.shapes[0] for value in (None, 3.0))
    assert (none.visible, some.visible, some.y0, some.y1) == (False, True, 3.0, 3.0)


def plain_with(part):
    return draw.figure(part, x="t (s)", y="V (V)", alt="a line")


def test_ranges_on_a_logarithmic_axis_are_given_in_its_own_units():
    axis = plain(log="y", y_range=(0.01, 100)).layout.yaxis
    assert (axis.type, tuple(axis.range)) == ("log", (-2, 2))


def test_words_on_an_axis_are_not_read_as_numbers():
    drawn = draw.figure(draw.bars(["00", "01", "10"], [1, 2, 3]), x="input", y="V (V)", alt="bars")
    assert drawn.layout.xaxis.type == "category"


# Networks


def thickness(drawn, wire):
    """The width of a wire as drawn: the distance between the first and the last corner of its polygon."""
    start = SQUARE[EDGES[wire][0]]
    for trace in drawn.data:
        if trace.fill == "toself":
            corners = np.stack([trace.x, trace.y], axis=1).reshape(-1, 6, 2)
            for corner in corners:
                if np.allclose((corner[0] + corner[3]) / 2, start):
                    return np.linalg.norm(corner[0] - corner[3])
    return None


def test_a_wire_is_as_wide_as_its_conductance():
    drawn = network()
    assert thickness(drawn, 0) / thickness(drawn, 1) == pytest.approx(2)
    assert thickness(drawn, 0) / thickness(drawn, 2) == pytest.approx(4)


def test_a_wire_of_no_conductance_is_dotted_and_not_filled():
    drawn = network()
    assert thickness(drawn, 3) is None
    (dotted,) = [trace for trace in drawn.data if trace.line.dash == "dot"]
    assert np.allclose(np.stack([dotted.x, dotted.y], axis=1)[:2], SQUARE[EDGES[3]])


def test_a_wire_can_be_clicked_at_its_middle():
    (clickable,) = [trace for trace in network().data if trace.customdata is not None]
    assert clickable.customdata[:, 0].tolist() == [0, 1, 2, 3]
    assert np.allclose([clickable.x, clickable.y], SQUARE[EDGES].mean(axis=1).T)


def test_what_grows_points_up_and_what_shrinks_points_down():
    drawn = network(change=np.array([1.0, -1.0, 0.0, 0.5]))
    marks = {trace.name: (trace.marker.symbol, len(trace.x)) for trace in drawn.data if trace.name}
    assert marks == {"grows": ("triangle-up", 2), "shrinks": ("triangle-down", 1)}


def test_an_arrow_points_along_its_wire_and_back_where_the_current_is_negative():
    drawn = network(arrows=np.array([1.0, 1.0, -1.0, 0.0]))
    (arrows,) = [trace for trace in drawn.data if trace.marker.angle is not None]
    assert arrows.marker.angle.tolist() == [90, 0, 90]  # right, up, and left turned back to the right


def test_a_redrawn_network_has_the_same_traces():
    shapes = [[(t.type, t.mode) for t in network(**given).data] for given in ({}, {"colour": np.zeros(4)})]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("wrong", [{"colour": np.zeros(3)}, {"node_colour": np.zeros(5)}, {"change": np.zeros(9)}])
def test_a_network_with_too_few_numbers_is_refused(wrong):
    with pytest.raises(Refusal, match="one number for each"):
        network(**wrong)


# Spins


def named(drawn, name):
    """The points of the trace with this name, without the gaps between its pieces."""
    (trace,) = [trace for trace in drawn.data if trace.name == name]
    points = np.stack([trace.x, trace.y], axis=1)
    return points[np.isfinite(points).all(axis=1)]


def test_a_negative_bond_is_dashed_and_a_positive_one_is_not():
    drawn = spins()
    dashes = {trace.name: trace.line.dash for trace in drawn.data if trace.name in ("J < 0", "J > 0")}
    assert dashes["J < 0"] and not dashes["J > 0"]
    assert named(drawn, "J < 0").tolist() == TILES[BONDS[5]].tolist() and len(named(drawn, "J > 0")) == 2 * 6


def test_a_string_crosses_the_unsatisfied_bond_from_one_face_to_the_next():
    assert sorted(named(spins(), "unsatisfied").tolist()) == [[0.5, -0.5], [1.5, -0.5]]
    assert len(named(spins(J=np.ones(7)), "unsatisfied")) == 0  # control: no bond is unsatisfied


def test_a_string_across_the_rim_leads_outside():
    rim = np.array([1.0, 1.0, 1.0, 1.0, -1.0, 1.0, 1.0])
    assert sorted(named(spins(J=rim), "unsatisfied").tolist()) == [[-0.5, -0.5], [0.5, -0.5]]


@pytest.mark.parametrize("marked", [[True, False], [False, True], [True, True], [False, False]])
def test_marked_faces_are_filled_and_crossed(marked):
    drawn = spins(marked=np.array(marked))
    centres = [[0.5, -0.5], [1.5, -0.5]]
    assert named(drawn, "frustrated").tolist() == [c for c, shown in zip(centres, marked) if shown]
    (filled,) = [trace for trace in drawn.data if trace.fill == "toself"]
    outlines = np.stack([filled.x, filled.y], axis=1).reshape(-1, 5, 2)
    for outline, shown in zip(outlines, [c for c, shown in zip(centres, marked) if shown], strict=True):
        corners = outline[:4]
        assert np.allclose(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1), 1), "round it, not across"
        assert np.allclose(corners.mean(axis=0), shown)


def test_a_spin_up_and_a_spin_down_differ_in_shape():
    drawn = spins(s=np.array([1, 1, 1, -1, -1, 1]))
    shapes = {t.marker.symbol: len(t.x) for t in drawn.data if "triangle" in str(t.marker.symbol)}
    assert shapes == {"triangle-up": 4, "triangle-down-open": 2}


def test_a_bond_can_be_clicked_at_its_middle_and_says_what_it_is():
    (clickable,) = [trace for trace in spins().data if trace.customdata is not None]
    assert clickable.customdata[:, 0].tolist() == list(range(7))
    assert np.allclose([clickable.x, clickable.y], TILES[BONDS].mean(axis=1).T)
    assert clickable.hovertext[5] == "bond 5, from 1 to 4: unsatisfied"


def test_redrawn_spins_have_the_same_traces():
    none = {"marked": np.zeros(2, bool), "J": np.ones(7), "s": -np.ones(6)}
    shapes = [[(t.type, t.mode, t.name) for t in spins(**given).data] for given in ({}, none)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("wrong", [{"J": np.ones(3)}, {"s": np.ones(7)}, {"marked": np.ones(3, bool)}])
def test_spins_with_too_few_numbers_are_refused(wrong):
    with pytest.raises(Refusal, match="one number for each"):
        spins(**wrong)


# Panels


def boxes(layout, changes=()):
    domains = {f"{n}.domain": layout[n].domain for n in ("xaxis", "yaxis", "xaxis2", "yaxis2")} | dict(changes)
    return [(domains[f"xaxis{i}.domain"], domains[f"yaxis{i}.domain"]) for i in ("", "2")]


def test_two_panels_stand_side_by_side_and_on_a_narrow_page_one_below_the_other():
    layout = draw.panels(plain(), heat_map(), alt="two").layout
    (left, _), (right, _) = boxes(layout)
    assert left[1] < right[0]
    narrow = layout.meta["narrow"]
    (x1, upper), (x2, lower) = boxes(layout, narrow)
    assert x1 == x2 == [0, 1] and lower[1] < upper[0]
    assert narrow["height"] > 1.5 * layout.height


def test_each_panel_keeps_its_own_axes_title_and_colour_bar():
    drawn = draw.panels(heat_map(title="One"), network(title="Two"), plain(title="Three"), alt="three")
    assert [t.xaxis for t in drawn.data][0] == "x" and {t.xaxis for t in drawn.data} == {"x", "x2", "x3"}
    assert [image.x for image in drawn.layout.images] == sorted(image.x for image in drawn.layout.images)
    assert drawn.layout.yaxis2.scaleanchor == "x2"
    assert drawn.layout.shapes[0].xref == "x3 domain" and drawn.layout.shapes[0].yref == "y3"
    titles = [note.text for note in drawn.layout.annotations if note.text.startswith("<b>")]
    assert titles == ["<b>One</b>", "<b>Two</b>", "<b>Three</b>"]


def test_panels_leave_their_parts_as_they_were():
    one = heat_map(title="One")
    before = one.to_json()
    draw.panels(plain(), one, alt="two")
    assert one.to_json() == before


def test_panels_within_panels_are_refused():
    with pytest.raises(Refusal, match="panels"):
        draw.panels(draw.panels(plain(), plain(), alt="two"), plain(), alt="three")


# Speed: the whole turn of a slider has 0.1 s, of which the figure may take a part.


def median_ms(make, repeats=15):
    make()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        make()
        times.append(1000 * (time.perf_counter() - start))
    return float(np.median(times))


def test_a_map_of_256_by_256_is_made_in_10_ms():
    z = np.random.default_rng(0).random((256, 256))
    assert median_ms(lambda: draw.figure(draw.heat(z, "z (J)"), x="x", y="y", alt="noise")) < 10


def test_two_networks_of_60_wires_are_made_in_40_ms():
    rng = np.random.default_rng(0)
    xy, edges = rng.random((36, 2)), np.array([(i, (7 * i + 1 + i // 36) % 36) for i in range(60)]) % 36
    given = {"colour": rng.random(60), "node_colour": rng.random(36), "change": rng.normal(size=60)}
    one = {"alt": "net", "colour_label": "P (W)", "node_label": "V (V)", "pins": {0: "in", 35: "out"}}
    make = lambda: draw.graph(xy, edges, rng.random(60), **given, **one)  # noqa: E731
    assert median_ms(lambda: draw.panels(make(), make(), alt="two")) < 40


@pytest.mark.parametrize(("names", "orientation"), [(("clean", "noisy"), "h"), (("± spread", "y itself", "best"), "v")])
def test_a_legend_that_a_panel_may_be_too_narrow_for_goes_line_by_line(names, orientation):
    x = np.arange(3.0)
    one = draw.figure(*(draw.curve(x, x, name) for name in names), x="x", y="y", title="T", alt="lines")
    three = draw.panels(one, one, one, alt="three")
    assert three.layout.legend.orientation == orientation
    assert (three.layout.height > one.layout.height) == (orientation == "v")
