"""Every notebook in a real JupyterLab and a real browser: it runs, its playgrounds draw, its sliders move the figure.

    pytest -m browser tests/test_browser.py -s

Without a browser the tests are skipped, unless COURSE_REQUIRE_BROWSER=1 asks for a failure instead.
"""

import io
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
PRESSES = 3  # one way, and as many back
THUMB = 8  # pixels: half a slider's handle
RUN = 180_000  # ms for all cells of a notebook

IDLE = "globalThis.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
# Lab draws only the cells in sight, so the model is asked: has every cell a number, or has one failed?
RAN = """(() => {
  const cells = jupyterapp.shell.currentWidget.content.widgets.filter((cell) => cell.model.type === 'code');
  const failed = (cell) => cell.model.outputs.toJSON().some((output) => output.output_type === 'error');
  const ran = (cell) => !cell.model.sharedModel.source.trim() || cell.model.executionCount !== null;
  return cells.every(ran) || cells.some(failed);
})()"""
# The cells whose output holds a widget, and the sentences of errors, from the notebook's own model.
OUTPUTS = """(() => jupyterapp.shell.currentWidget.content.widgets.map((cell, i) => {
  const outputs = cell.model.type === 'code' ? cell.model.outputs.toJSON() : [];
  const tags = cell.model.getMetadata('tags') ?? [];
  return {
    i,
    widget: outputs.some((o) => o.data && 'application/vnd.jupyter.widget-view+json' in o.data),
    error: tags.includes('raises-exception') ? null : outputs.find((o) => o.output_type === 'error')?.evalue ?? null,
  };
}))()"""
SHOW = "(i) => jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start')"
VERSION = "(plot) => Number(plot.dataset.version)"
# Either a new figure, or a sentence that says why not.
REDRAWN = """([plot, version]) => Number(plot.dataset.version) > version ||
  plot.parentElement.querySelector('[role=status]').textContent !== ''"""


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request, lab, browser) -> Iterator[SimpleNamespace]:
    """One notebook, opened and run from top to bottom, with what the console said."""
    shutil.copy(request.param, lab.folder)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    console: list[str] = []
    page.on("console", lambda said: console.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: console.append(str(error)))
    page.goto(f"{lab.url}/lab/tree/{request.param.name}?token={lab.token}&reset")
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(RAN, timeout=RUN)
    yield SimpleNamespace(page=page, console=console, outputs=page.evaluate(OUTPUTS), name=request.param.stem)
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()


def cells_with(notebook: SimpleNamespace, selector: str) -> Iterator:
    """The output of each cell that holds such a thing, scrolled into sight and drawn."""
    for cell in notebook.outputs:
        if cell["widget"]:
            notebook.page.evaluate(SHOW, cell["i"])
            output = notebook.page.locator(f".jp-Cell[data-windowed-list-index='{cell['i']}'] .jp-Cell-outputArea")
            output.locator(
                ".course-controls, .course-plot, .course-canvas, .course-guess, .course-board, .course-work"
            ).first.wait_for()
            if output.locator(selector).count():
                yield output


def test_a_notebook_runs_and_draws_and_its_sliders_move_the_figure(notebook):
    assert [cell["error"] for cell in notebook.outputs if cell["error"]] == []
    latencies, drawn = [], 0
    for output in cells_with(notebook, ".course-plot, .course-canvas"):
        screen = output.locator(".course-plot > [data-version], .course-canvas canvas[data-version]").first
        screen.wait_for(timeout=40_000)
        assert screen.get_attribute("aria-label"), "a figure without words"
        assert screen.bounding_box()["height"] > 80, "a figure of no height"
        drawn += 1
        for slider in output.locator(".course-controls input[type=range]").all():
            runs = output.locator(".course-play").count() > 0
            latencies += moved_by_keyboard(notebook.page, slider, screen, runs)
            moved_by_mouse(notebook.page, slider, screen)
    print(f"\n{notebook.name}: {drawn} figures, ", end="")
    print(
        f"key press to redraw {statistics.median(latencies):.0f} ms (median of {len(latencies)}), 95 % within "
        f"{np.percentile(latencies, 95):.0f}"
        if latencies
        else ""
    )
    assert notebook.console == []


def moved_by_keyboard(page, slider, screen, runs: bool) -> list[float]:
    """Press arrow keys on a slider, time each redraw in ms, and go back to where it was."""
    plot = screen.element_handle()
    left, right = slider.evaluate("(node) => [Number(node.value), Number(node.max) - Number(node.value)]")
    back = left > right
    there, here = ("ArrowLeft", "ArrowRight") if back else ("ArrowRight", "ArrowLeft")
    steps = min(PRESSES, int(max(left, right)))
    words, figure = slider.get_attribute("aria-valuetext"), screen.get_attribute("aria-label")
    times = [_press(page, slider, plot, there) for _ in range(steps)]
    assert slider.get_attribute("aria-valuetext") != words, "the slider did not move"
    # A run shows most knobs only as it goes on.
    assert runs or screen.get_attribute("aria-label") != figure, f"{slider.get_attribute('aria-label')} changes nothing"
    times += [_press(page, slider, plot, here) for _ in range(steps)]
    assert slider.get_attribute("aria-valuetext") == words, "the slider did not come back"
    return times


def moved_by_mouse(page, slider, screen) -> None:
    """Take the slider by its handle, drag it aside, and drag it back."""
    plot, words = screen.element_handle(), slider.get_attribute("aria-valuetext")
    slider.scroll_into_view_if_needed()
    position, last = slider.evaluate("(node) => [Number(node.value), Number(node.max)]")  # from 0 on
    away = max(1, last // 4)
    at, aside = position / last, (position + away if 2 * position < last else position - away) / last
    for here, there in ((at, aside), (aside, at)):
        version = plot.evaluate(VERSION)
        box = slider.bounding_box()
        places = [box["x"] + THUMB + share * (box["width"] - 2 * THUMB) for share in (here, there)]
        page.mouse.move(places[0], box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(places[1], box["y"] + box["height"] / 2, steps=3)
        page.mouse.up()
        page.wait_for_function(REDRAWN, arg=[plot, version], timeout=10_000)
        if there == aside:
            assert slider.get_attribute("aria-valuetext") != words, "the slider was not dragged"


def _press(page, slider, plot, key: str) -> float:
    version = plot.evaluate(VERSION)
    _focus(page, slider)
    start = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_function(REDRAWN, arg=[plot, version], timeout=10_000)
    return 1000 * (time.perf_counter() - start)


def _focus(page, node) -> None:
    """JupyterLab takes the focus back to its cell while it is busy: insist."""
    for _ in range(20):
        node.focus()
        page.wait_for_timeout(60)
        if node.evaluate("(node) => document.activeElement === node"):
            return
    pytest.fail("the slider cannot be reached by keyboard")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_figure_takes_its_ink_from_the_theme(notebook, theme):
    plots = cells_with(notebook, ".course-plot")
    output = next(plots, None)
    if output is None:
        pytest.skip("this notebook has no plot")
    plot = output.locator(".course-plot > [data-version]").first
    plot.wait_for(timeout=40_000)
    notebook.page.evaluate(
        "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", f"JupyterLab {theme}"
    )
    follows = """([plot, light]) => {
      const numbers = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).join();
      const text = getComputedStyle(plot.shadowRoot.querySelector('svg text')).fill;
      return document.body.dataset.jpThemeLight === light && numbers(text) === numbers(getComputedStyle(plot).color);
    }"""
    light = "true" if theme == "Light" else "false"
    notebook.page.wait_for_function(follows, arg=[plot.element_handle(), light], timeout=10_000)


CHECKED = re.compile(r"lesson\.(\w+)\.check\((\w+)\)\s*$")
NUMBER = "(i) => jupyterapp.shell.currentWidget.content.widgets[i].model.executionCount ?? 0"
SOURCE = "(i) => jupyterapp.shell.currentWidget.content.widgets[i]?.model.sharedModel.source"


def test_an_exercise_is_answered_wrong_and_then_right(notebook):
    """Typed into the cell, as a reader does; the verdict stands below it."""
    sources = [notebook.page.evaluate(SOURCE, cell["i"]) for cell in notebook.outputs]
    found = [(i, CHECKED.search(source)) for i, source in enumerate(sources) if CHECKED.search(source)]
    if not found:
        pytest.skip("nothing to solve in this notebook")
    i, exercise = found[0]
    said = answered(notebook.page, i, f"lesson.{exercise[1]}.check(lambda *given: 0 * float(len(given)))")
    assert said.startswith("Not yet."), said
    said = answered(notebook.page, i, f"lesson.{exercise[1]}.check(lesson.{exercise[1]}.answer)")
    assert said.startswith("Right."), said


def answered(page, i: int, typed: str) -> str:
    """Type this in the place of what is in the cell, run it, and read the verdict."""
    page.evaluate(SHOW, i)
    cell = page.locator(f".jp-Cell[data-windowed-list-index='{i}']")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(typed)
    before = page.evaluate(NUMBER, i)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(f"([i, before]) => ({NUMBER})(i) > before", arg=[i, before], timeout=20_000)
    verdict = cell.locator(".jp-OutputArea-output [role=status]").first
    verdict.wait_for()
    return verdict.text_content()


WIRE = """(host) => {
  const plot = host.shadowRoot.querySelector('.js-plotly-plot');
  const wires = plot?._fullData?.find((trace) => trace.customdata);
  if (!wires) return null;
  const [x, y] = [plot._fullLayout.xaxis, plot._fullLayout.yaxis];
  const frame = plot.getBoundingClientRect();
  return [frame.left + x._offset + x.l2p(wires.x[0]), frame.top + y._offset + y.l2p(wires.y[0])];
}"""


def test_a_click_on_a_wire_picks_it_and_another_lets_it_go(notebook):
    for output in cells_with(notebook, ".course-plot"):
        chosen = output.locator(".course-chosen")
        plot = output.locator(".course-plot > [data-version]").first
        plot.wait_for(timeout=40_000)
        if chosen.count():
            break
    else:
        pytest.skip("nothing to pick in this notebook")
    plot.scroll_into_view_if_needed()
    play, before = output.locator(".course-play"), chosen.locator("button").count()
    for state in ("stopped", "running") if play.count() else ("stopped",):
        if state == "running":
            play.click()
        place = plot.evaluate(WIRE)
        for changed in (1, 0):
            notebook.page.mouse.click(*place)
            notebook.page.wait_for_timeout(700)
            assert abs(chosen.locator("button").count() - before) == changed, state
    if play.count():
        play.click()


def test_a_notebook_draws_again_after_the_page_was_reloaded(notebook):
    figures = list(cells_with(notebook, ".course-plot, .course-canvas"))
    if not figures:
        pytest.skip("this notebook draws nothing")
    notebook.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    notebook.page.reload()
    notebook.page.wait_for_function(IDLE, timeout=60_000)
    again = next(cells_with(notebook, ".course-plot, .course-canvas"))
    again.locator(".course-plot > [data-version], .course-canvas canvas[data-version]").first.wait_for(timeout=40_000)


def runs_of(seed: int, n: int = 800_000) -> str:
    """A table of training runs of about 30 MB, whose floor depends on the seed."""
    rng = np.random.default_rng(seed)
    N, D = 10 ** rng.uniform(7, 10, n), 10 ** rng.uniform(9, 12, n)
    table = io.StringIO("N,D,loss\n")
    table.seek(0, io.SEEK_END)
    np.savetxt(table, np.c_[N, D, 1.7 + seed / 10 + 400 / N**0.34 + 400 / D**0.28], delimiter=",", fmt="%.10g")
    return table.getvalue()


def test_a_file_of_30_mb_reaches_the_figure_and_so_does_another_of_its_name(notebook, tmp_path):
    tables = cells_with(notebook, ".course-controls input[type=file][accept*='.csv']")
    output = next(tables, None)
    if output is None:
        pytest.skip("no playground of this notebook takes a table")
    screen = output.locator(".course-plot > [data-version]").first
    screen.wait_for(timeout=40_000)
    for seed in (1, 2):
        path, version, words = tmp_path / "my runs.csv", screen.evaluate(VERSION), screen.get_attribute("aria-label")
        path.write_text(runs_of(seed))
        assert path.stat().st_size > 28e6
        start = time.perf_counter()
        with notebook.page.expect_file_chooser() as chooser:
            output.get_by_role("button", name="Choose a file").click()
        chooser.value.set_files(path)
        notebook.page.wait_for_function(REDRAWN, arg=[screen.element_handle(), version], timeout=60_000)
        print(f"\n{notebook.name}: {path.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - start:.1f} s")
        assert output.locator(".course-file").text_content() == "my runs.csv"
        assert output.locator(".course-plot [role=status]").text_content() == ""
        assert screen.get_attribute("aria-label") != words and "800,000" in screen.get_attribute("aria-label")
    assert notebook.console == []
