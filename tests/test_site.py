"""The pages that need no kernel: what they hold, and what a browser makes of them when opened from a file.

    pytest -m browser tests/test_site.py

The first pages are made of two small notebooks, so that every kind of output has an oracle; the last test builds all.
"""

import gzip
import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from test_offline import SCISSORS

from course_lib import draw, lessons
from course_lib.author import site
from course_lib.author.command import main as command
from course_lib.author.site import frames, tables
from course_lib.learn import AtMost, Claim, Recorded, Rounding
from course_lib.play import Choice, File, Knob, Pick, Playground, Toggle

TYPES = {"f4": "<f4", "f8": "<f8", "i1": "<i1", "i4": "<i4", "u1": "<u1"}


def wave(a, kind, up, marks, file):
    """A parabola that every knob changes."""
    x = np.linspace(0, 1, 7)
    y = a * x**2 + (kind == "b") + 2 * up + sum(marks)
    return draw.figure(draw.curve(x, y), x="x", y="y", alt=f"A parabola up to {y[-1]:.3f}.")


KNOBS = (
    Knob("a", 0.0, 3.0, start=1.23, step=0.01),
    Choice("kind", ("a", "b")),
    Toggle("up", start=True),
    Pick("marks", 4, start=(2, 3)),
    File("file", ".csv"),
)
WAVE = Playground("How high?", view=wave, knobs=KNOBS)


# --- what a page holds ------------------------------------------------------------------------------------------------


def unpacked(text: str) -> SimpleNamespace:
    """The oracle of page.js: the head, and a function that puts arrays where their numbers stand."""
    whole = gzip.decompress(b64decode(text))
    length = int.from_bytes(whole[:4], "little")
    head, data = json.loads(whole[4 : 4 + length]), whole[4 + length :]

    def filled(tree):
        if isinstance(tree, dict) and "#" in tree:
            at, size = head["places"][tree["#"]]
            return np.frombuffer(data[at : at + size], TYPES[tree["dtype"]]).reshape(tree["shape"])
        if isinstance(tree, dict):
            return {key: filled(item) for key, item in tree.items()}
        return [filled(item) for item in tree] if isinstance(tree, list) else tree

    return SimpleNamespace(head=head, filled=filled, size=len(data))


def shown(page: SimpleNamespace, knob: str, position: int) -> dict:
    """The figure that the page shows at a position of a knob."""
    figure, frame = page.filled(page.head["figure"]), page.filled(page.head["frames"][knob][position])
    for path, value in frame["put"]:
        at = figure
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
    return figure


def test_every_recorded_position_shows_the_figure_of_its_knob():
    page = unpacked(frames.sliding(WAVE))
    for control in page.head["knobs"]:
        knob = WAVE.knob(control["name"])
        texts = control.get("texts", ["off", "on"])
        values = {"a": map(float, texts), "kind": texts, "up": (False, True), "marks": map(picked, texts)}[knob.name]
        for position, value in enumerate(values):
            figure = shown(page, knob.name, position)
            expected = WAVE.still(**{knob.name: value})
            np.testing.assert_allclose(figure["data"][0]["y"], expected.data[0].y, rtol=2**-14)
            assert figure["layout"]["meta"]["alt"] == expected.layout.meta["alt"]


def picked(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(", "))) if text != "none" else ()


def test_a_knob_starts_where_it_does_in_a_notebook_and_a_file_is_left_out():
    page = unpacked(frames.sliding(WAVE))
    texts = {control["name"]: control.get("texts") for control in page.head["knobs"]}
    assert texts.keys() == {"a", "kind", "up", "marks"}
    assert texts["a"][page.head["values"]["a"]] == "1.23"  # not among the eleven that `frames` gives
    assert texts["marks"][page.head["values"]["marks"]] == "2, 3"
    assert len(texts["a"]) == 12 and float(texts["a"][0]) == 0 and float(texts["a"][-1]) == 3


def test_what_does_not_change_is_stored_once():
    x = np.random.default_rng(0).random(50_000)  # 200 kB that no compression makes smaller
    view = lambda a: draw.figure(draw.curve(x, a * x), draw.curve(x, x), x="x", y="y", alt=f"{a}")  # noqa: E731
    page = unpacked(frames.sliding(Playground("?", view=view, knobs=(Knob("a", 1, 4, start=1),))))
    assert page.size == 4 * x.nbytes / 2  # one x, and a times it for each of four a


def test_numbers_are_rounded_to_what_can_be_seen_and_gaps_stay():
    y = np.array([np.nan, 0.0, -1.2345678, 1e-20, 3e30])
    page = unpacked(frames.still(draw.figure(draw.curve(np.arange(5), y), x="x", y="y", alt="five")))
    stored = page.filled(page.head["figure"])["data"][0]["y"]
    np.testing.assert_allclose(stored, y, rtol=2**-16)
    assert (stored.view("<u4") & 0xFF == 0).all()


def test_a_recorded_claim_is_told_in_full_and_a_failed_one_is_not_told_as_held():
    claim = Claim(
        says="1 < 2 & so on", measure=lambda rng: (1, 0), expect=AtMost(-2), within=Rounding(1e-9), source="us"
    )
    last = Recorded(lesson="x", measured=-1.5, error=0.25, ok=True, seconds=0.02, seeds="0-19", date="2026-11-22")
    row = " ".join(tables.recorded_claim(claim, last).cells)
    for part in ("1 &lt; 2 &amp; so on", "≤ −2", "−1.5 ± 0.2", "✓ holds", "2026-11-22", "seeds 0-19", "20 ms", "us"):
        assert part in row
    failed = tables.recorded_claim(claim, replace(last, ok=False))
    assert failed.state == "fails" and "✗ fails" in " ".join(failed.cells) and "✓" not in " ".join(failed.cells)
    assert tables.recorded_claim(claim, None).state == "open"


def test_a_module_of_the_front_end_becomes_an_expression():
    script = site.as_script(Path(lessons.COURSE / "front" / "controls.js"))
    assert script.startswith("(() => {") and script.endswith("})()") and "export" not in script


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").touch()
    assert command(["site", "resistors", "--to", str(tmp_path)]) == 2
    assert "another folder" in capsys.readouterr().err and (tmp_path / "thesis.tex").exists()


# --- what a browser makes of it ---------------------------------------------------------------------------------------

RUN = """import numpy as np
from course_lib import draw, learn, play
from course_lib.play import Knob, Playground


def steps(state, push):
    for n in range(40):
        yield n * push


def place(state):
    x, long = np.arange(3.0), "A heading that says far more than a phone has room for"
    curves = draw.curve(x, state * np.ones(3), "where it is by now"), draw.curve(x, x, "where it would be")
    return draw.figure(*curves, x="x", y="y", title=long, alt=f"At {state:.1f}.")


Playground("How far?", view=place, run=steps, knobs=(Knob("push", 1.0, 2.0, start=1.0),)).show()"""
ASKS = """guess = learn.Prediction(question="How many?", low=0, high=9)
task = learn.Exercise(ask="Write double(x).", answer=np.negative, cases=lambda rng: [(1.0,)], hints=("Think.",))
display(guess.ask(), task, task.check(lambda x: ...))"""
CLAIMS = """def claim(says, value):
    return learn.Claim(says=says, measure=lambda rng: (value, 0.0), expect=1.0, within=learn.Rounding(0), source="us")


play.scoreboard({"Good": [claim("One is one.", 1.0)], "Bad": [claim("Two is one.", 2.0)]})"""
LATTICE = """from course_lib import draw, play
import ipywidgets
import numpy as np

display(ipywidgets.IntSlider())
play.screen(draw.lattice(np.eye(9), -1, 1, label="spin", title="Nine", alt="A diagonal of ones."))"""
PROSE = r"""# First page

Let $E = mc^2$, and in the middle of a line $$\int_0^1 x\, \mathrm dx = \tfrac12$$ before it goes on. The word is
xylophone. [Second](02_second.ipynb)

$$ \mathbb E[x] = \sum_i p_i x_i , \qquad \Big( \mathsf T \Big) $$

<div class="alert alert-info">

**A slip.** It says $x < y$.

</div>"""


def course_site(folder: Path, *notebooks: Path, **environment: str) -> Path:
    """The pages of these notebooks (of all, if none is named), built as `make site` builds them."""
    if not (site.SPHINX / site.WHERE).exists():
        missing = "make site makes the environment that builds pages"
        pytest.fail(missing) if os.environ.get("COURSE_REQUIRE_BROWSER") == "1" else pytest.skip(missing)
    command = [sys.executable, "-m", "course_lib.author.command", "site", *map(str, notebooks), "--to", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> SimpleNamespace:
    """Two notebooks that hold one of everything, built with the network cut."""
    home = tmp_path_factory.mktemp("small")
    instructor = new_markdown_cell("The secret is a tuba.", metadata={"tags": ["instructor"]})
    sources = ("from test_site import WAVE\n\nWAVE.show()", RUN, ASKS, CLAIMS)
    first = new_notebook(cells=[new_markdown_cell(PROSE), *map(new_code_cell, sources), instructor])
    second = new_notebook(cells=[new_markdown_cell("# Second page"), new_code_cell(LATTICE)])
    for name, notebook in (("01_first", first), ("02_second", second)):
        nbformat.write(notebook, home / f"{name}.ipynb")
    (home / "sitecustomize.py").write_text(SCISSORS)
    asked = home / "asked_for.txt"
    asked.touch()
    cut = {"PYTHONPATH": f"{home}{os.pathsep}{Path(__file__).parent}", "COURSE_ASKED_FOR": str(asked)}
    return SimpleNamespace(
        pages=course_site(home / "site", *sorted(home.glob("*.ipynb")), **cut), asked=asked.read_text()
    )


@pytest.fixture
def visit(browser) -> Iterator:
    """Opens a page from its file; what it asks for beyond files, and what it complains of, is written down."""
    contexts = []

    def opened(path: Path, query: str = "", width: int = 1280, theme: str = "light") -> SimpleNamespace:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page, asked, said = context.new_page(), [], []
        context.route(lambda url: not url.startswith(("file:", "data:", "blob:")), lambda route: route.abort())
        page.on("request", lambda sent: asked.append(sent.url))
        page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri() + query)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")  # draws what is out of sight, too
        return SimpleNamespace(page=page, asked=asked, said=said)

    yield opened
    for context in contexts:
        context.close()


def foreign(seen: SimpleNamespace) -> list[str]:
    return [url for url in seen.asked if not url.startswith(("file:", "data:", "blob:"))]


def figures(page) -> list:
    """Each figure's place, when all have been drawn."""
    page.wait_for_function(
        "[...document.querySelectorAll('.course-page-figure')].every((f) => f.querySelector('[data-version]'))",
        timeout=60_000,
    )
    return page.locator(".course-page-figure").all()


DRAWN = "(host) => Array.from(host.shadowRoot.querySelector('.js-plotly-plot').data[0].y)"
REDRAWN = "([host, version]) => Number(host.dataset.version) > version"


def press(page, control, host, key: str) -> None:
    """A key on a control, and the figure that follows."""
    version = int(host.get_attribute("data-version"))
    control.focus()
    page.keyboard.press(key)
    page.wait_for_function(REDRAWN, arg=[host.element_handle(), version], timeout=10_000)


@pytest.mark.browser
def test_a_frame_slider_moves_the_figure_and_its_words_by_keyboard(small, visit):
    page = visit(small.pages / "01_first.html").page
    place = figures(page)[0]
    slider, host = place.locator("input[type=range]"), place.locator("[data-version]")
    assert slider.get_attribute("aria-valuetext") == "1.23"
    for key in ("ArrowRight", "End", "ArrowLeft", "Home"):
        press(page, slider, host, key)
        expected = WAVE.still(a=float(slider.get_attribute("aria-valuetext")))
        np.testing.assert_allclose(host.evaluate(DRAWN), expected.data[0].y, rtol=1e-4)
        assert host.get_attribute("aria-label") == expected.layout.meta["alt"]


@pytest.mark.browser
def test_one_knob_turns_at_a_time(small, visit):
    page = visit(small.pages / "01_first.html").page
    place = figures(page)[0]
    slider, host = place.locator("input[type=range]"), place.locator("[data-version]")
    press(page, slider, host, "End")
    press(page, place.get_by_role("switch"), host, "Space")
    assert slider.get_attribute("aria-valuetext") == "1.23", "the first knob stays away from its start"
    assert host.get_attribute("aria-label") == WAVE.still(up=False).layout.meta["alt"]
    place.get_by_label("marks").select_option("1")
    page.wait_for_function("([host, words]) => host.ariaLabel === words", arg=[host.element_handle(), alt(marks=(1,))])
    assert place.get_by_role("switch").is_checked()


def alt(**knobs) -> str:
    return WAVE.still(**knobs).layout.meta["alt"]


@pytest.mark.browser
def test_a_run_slides_through_its_recorded_steps_and_a_lattice_is_drawn(small, visit):
    page = visit(small.pages / "01_first.html").page
    place = figures(page)[1]
    host, step = place.locator("[data-version]"), place.get_by_label("step of the run")
    assert host.get_attribute("aria-label") == "At 30.0."
    press(page, step, host, "Home")
    assert host.get_attribute("aria-label") == "At 0.0."
    page = visit(small.pages / "02_second.html").page
    assert figures(page)[0].locator("[data-version]").get_attribute("aria-label") == "A diagonal of ones."


@pytest.mark.browser
def test_what_needs_a_kernel_says_so_and_notes_for_instructors_stay_at_home(small, visit):
    page = visit(small.pages / "01_first.html").page
    words = page.locator("article").text_content()
    for said in ("How many?", "A number from 0 to 9", "Write double(x).", "Hint 1", "is judged with a kernel"):
        assert said in words
    assert "A file of your own" in words and "tuba" not in words and "widget" not in words
    assert page.locator("details.course-fold[open]").text_content().startswith("Bad 1 fail"), "a failure is hidden"
    assert page.locator("details.course-fold:not([open])").text_content().startswith("Good 1 hold")
    assert "What this cell shows lives" in visit(small.pages / "02_second.html").page.locator("article").text_content()


@pytest.mark.browser
def test_formulas_are_drawn_wherever_they_stand_in_a_line(small, visit):
    page = visit(small.pages / "01_first.html").page
    page.wait_for_selector("mjx-container svg")
    assert page.locator("mjx-container").count() == 4
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert "$" not in page.locator("article section > p").first.text_content()


@pytest.mark.browser
def test_the_search_finds_a_word_from_a_file(small, visit):
    for word, pages in (("xylophone", ["First page"]), ("tuba", [])):
        page = visit(small.pages / "search.html", f"?q={word}").page
        page.wait_for_selector(".search-summary")
        page.wait_for_function("!document.querySelector('.search-summary').textContent.includes('Searching')")
        assert page.locator("#search-results li a").all_text_contents() == pages


@pytest.mark.browser
def test_figures_take_their_ink_from_a_light_or_dark_page(small, visit):
    inks = {}
    for theme in ("light", "dark"):
        page = visit(small.pages / "01_first.html", theme=theme).page
        ink = (
            figures(page)[0]
            .locator("[data-version]")
            .evaluate("(host) => [host.shadowRoot.querySelector('svg text').style.fill, getComputedStyle(host).color]")
        )
        assert ink[0] == ink[1]
        inks[theme] = ink[0]
    assert inks["light"] != inks["dark"]


@pytest.mark.browser
def test_a_phone_scrolls_no_page_sideways(small, visit):
    for path in sorted(small.pages.glob("*.html")):
        page = visit(path, width=375).page
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, path.name


# Headings and the words of legends: which of them cross each other, or the right edge?
CROSSING = """(host) => {
  const words = [...host.shadowRoot.querySelectorAll('g.annotation text, g.legend .traces text')];
  const boxes = words.map((node) => [node.textContent, node.getBoundingClientRect()]).filter(([, box]) => box.width);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
  const pairs = boxes.flatMap(([said, box], i) => boxes.slice(i + 1).filter(([, other]) => over(box, other))
    .map(([other]) => `${said} | ${other}`));
  const edge = host.getBoundingClientRect().right + 2;
  return [...pairs, ...boxes.filter(([, box]) => box.right > edge).map(([said]) => said)];
}"""


def crossing(page) -> list[str]:
    """Words of figures that cross, or that the figure's edge cuts."""
    hosts = [place.locator("[data-version]") for place in figures(page)]
    plots = [host for host in hosts if host.evaluate("(host) => host.shadowRoot !== null")]
    return [words for host in plots for words in host.evaluate(CROSSING)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_words_of_a_figure_keep_apart_on_any_page(small, visit, width):
    page = visit(small.pages / "01_first.html", width=width).page
    assert crossing(page) == []
    page.evaluate("""document.querySelectorAll('[data-version]').forEach(({ shadowRoot }) => shadowRoot
      ?.querySelectorAll('g.annotation text').forEach((node) => (node.style.transform = 'translate(40px, 30px)')))""")
    assert crossing(page) != [], "control: a heading lies on its legend"


@pytest.mark.browser
def test_every_page_is_quiet_alone_and_accessible(small, visit):
    assert not small.asked, f"the build asked for {small.asked}"
    for path in sorted(small.pages.glob("*.html")):
        for theme in ("light", "dark"):
            inspect(visit(path, theme=theme), path.name)


def inspect(seen: SimpleNamespace, name: str) -> None:
    """No complaint in the console, no request for anything but files, nothing that the accessibility checker minds."""
    figures(seen.page)
    seen.page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert seen.said == [], name
    assert foreign(seen) == [], name
    assert serious(seen.page) == [], name  # last: the checker itself tries to fetch style sheets


def serious(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.browser
def test_a_page_that_is_neither_is_found_out(visit, tmp_path):
    """The control: a picture from elsewhere, a field without a name, an error."""
    bad = (
        '<html lang="en"><title>x</title><img src="https://example.org/x.png" alt="x"><input><script>nothing()</script>'
    )
    (tmp_path / "bad.html").write_text(bad)
    seen = visit(tmp_path / "bad.html")
    assert foreign(seen) == ["https://example.org/x.png"]
    assert any("label" in one for one in serious(seen.page))
    assert any("nothing" in line for line in seen.said)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_all_lessons_are_pages_that_slide(visit, tmp_path):
    pages = course_site(tmp_path / "site")
    lesson_pages = sorted(pages.glob("[0-9][0-9]_*.html"))
    assert [path.stem for path in lesson_pages] == sorted(path.stem for path in lessons.NOTEBOOKS.glob("*.ipynb"))
    for path in sorted(pages.glob("*.html")):
        size = path.stat().st_size / 1e6
        assert size < 5, f"{path.name}: {size:.1f} MB"
        seen = visit(path)
        moved = sum(slides(seen.page, place) for place in figures(seen.page))
        assert seen.page.locator("mjx-merror, [data-mjx-error]").count() == 0, path.name
        inspect(seen, path.name)
        assert [crossing(visit(path, width=width).page) for width in (1280, 800, 390)] == [[]] * 3, path.name
        print(f"{path.name}: {size:.2f} MB, {moved} sliders")
        assert moved or path not in lesson_pages or path.stem == "00_start"
    claims = (pages / "claims.html").read_text(encoding="utf-8")
    counted = sum(len(lesson.claims) for lesson in lessons.discover().values())
    assert len(re.findall(r'<tr role="row" data-state="(?:holds|fails|open)"', claims)) == counted
    assert 'data-state="fails"' not in claims


def slides(page, place) -> int:
    """Each slider of a figure goes to one end and back one step: another figure, other words, each time."""
    host, sliders = place.locator("[data-version]"), place.locator("input[type=range]").all()
    for slider in sliders:
        at_end = slider.evaluate("(node) => node.value === node.max")
        for key in ("Home", "ArrowRight") if at_end else ("End", "ArrowLeft"):
            words = host.get_attribute("aria-label")
            press(page, slider, host, key)
            assert host.get_attribute("aria-label") != words, slider.get_attribute("aria-label")
    return len(sliders)
