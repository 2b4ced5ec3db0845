"""Knobs, playgrounds, guesses and the table of claims, without a browser."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from course_lib import draw, learn, play
from course_lib.core import Refusal, require
from course_lib.play import wire
from course_lib.play.live import ENDED
from course_lib.play.slider import reads

# Knobs


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"low": 1, "high": 0}, "go up"),
        ({"start": 9}, "outside"),
        ({"low": 0, "log": True}, "above zero"),
        ({"step": 0}, "step"),
        ({"log": True, "low": 1, "high": 2, "start": 1, "step": 1}, "step"),
        ({"high": float("inf")}, "finite"),
        ({"step": 1e-6}, "larger step"),
    ],
)
def test_a_knob_that_cannot_work_is_refused_in_words(given, word):
    with pytest.raises(Refusal, match=word):
        play.Knob(**({"name": "T", "low": 0.0, "high": 1.0, "start": 0.5} | given))


def test_a_slider_reaches_both_ends_and_its_start_in_steps_that_can_be_seen():
    knob = play.Knob("x", 0.0, 1.0, 1 / 3)
    assert (knob.positions[0], knob.positions[-1]) == (0, 1) and 1 / 3 in knob.positions
    assert min(np.diff(knob.positions)) > 0.004 and len(knob.positions) > 50


def test_whole_ends_and_a_whole_step_give_whole_numbers():
    for knob in (play.Knob("n", 0, 9, 0), play.Knob("n", 1, 1000, 10, log=True), play.Knob("n", 0, 100, 50, step=5)):
        assert all(type(value) is int for value in knob.positions)
    assert play.Knob("n", 0, 100, 50, step=5).positions == tuple(range(0, 101, 5))
    assert all(type(value) is float for value in play.Knob("x", 0, 9, 0.5).positions)


def test_the_step_of_a_logarithmic_knob_is_a_ratio():
    assert play.Knob("n", 1, 64, 16, step=2, log=True).positions == (1, 2, 4, 8, 16, 32, 64)


def test_a_logarithmic_slider_reads_as_a_person_writes():
    texts = play.Knob("rate", 1e-6, 10.0, 0.01, log=True).front()["texts"]
    assert {"0.01", "0.1", "10", "1×10⁻⁶"} <= set(texts)
    assert not any("e" in text for text in texts)


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (-0.5, "−0.5"), (1234.0, "1234"), (3e7, "3×10⁷"), (2, "2"), (20.0, "20")]
)
def test_numbers_are_written_as_a_person_writes_them(number, text):
    assert reads(number) == text


@pytest.mark.parametrize(
    ("knob", "wrong"),
    [
        (play.Knob("T", 0.0, 1.0, 0.5), 2.0),
        (play.Knob("n", 0, 9, 0), 0.5),
        (play.Knob("n", 0, 9, 0), True),
        (play.Knob("T", 0.0, 1.0, 0.5), "hot"),
        (play.Choice("shape", ("a", "b")), "c"),
        (play.Toggle("on"), 1),
        (play.Pick("cut", 4), (4,)),
        (play.Pick("cut", 4), 2),
        (play.File("photo", ".png"), "nowhere.png"),
    ],
)
def test_a_value_no_knob_could_have_is_refused_by_name(knob, wrong):
    with pytest.raises(Refusal, match=knob.name):
        knob.check(wrong)


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        (play.Knob("T", 0.01, 1.0, 0.5, log=True), 0.1),
        (play.Choice("shape", ("a", "b")), "b"),
        (play.Toggle("on"), True),
        (play.Pick("cut", 4), (1, 3)),
        (play.File("photo", ".png"), None),
    ],
)
def test_what_a_knob_sends_to_the_browser_comes_back_as_the_same_value(knob, value):
    assert knob.decode(json.loads(json.dumps(knob.encode(value)))) == value


# Playgrounds


def line(slope: float, shape: str = "up"):
    require(slope <= 2, "The slope is at most 2.")
    x = np.arange(5.0)
    y = slope * x if shape == "up" else -slope * x
    return draw.figure(draw.curve(x, y), x="x (m)", y="y (m)", alt=f"slope {slope:.1f}, {shape}")


def broken(slope: float):
    return line(1 / (slope - 1))


def sloping(**changed):
    knobs = (play.Knob("slope", 0.0, 3.0, 0.5), play.Choice("shape", ("up", "down")))
    return play.Playground(**({"question": "How steep?", "view": line, "knobs": knobs} | changed))


def counted(state, by: int, cut: tuple = ()):
    """A run: it counts to 40, in steps of `by`, and remembers how often it was cut."""
    count, cuts = state or (0, 0)
    cuts = max(cuts, len(cut))
    yield count, cuts
    while count < 40:
        count += by
        yield count, cuts


def see(state):
    return draw.lattice(np.full((4, 4), state[0]), 0, 40, alt=f"count {state[0]}, cuts {state[1]}", label="count")


def counting(run=counted):
    return play.Playground("How far?", see, (play.Knob("by", 1, 9, 1), play.Pick("cut", 6)), run=run)


def test_a_still_picture_takes_the_knobs_it_is_given_and_the_start_of_the_others():
    assert sloping().still(slope=1.5).layout.meta["alt"] == "slope 1.5, up"
    assert sloping().still(shape="down").layout.meta["alt"] == "slope 0.5, down"


@pytest.mark.parametrize(("given", "word"), [({"hue": 1}, "no knob hue"), ({"slope": 7.0}, "0.0 to 3.0")])
def test_an_unknown_knob_or_a_value_out_of_range_is_refused_in_words(given, word):
    with pytest.raises(Refusal, match=word):
        sloping().still(**given)


def test_a_view_must_have_a_parameter_for_each_knob_and_a_knob_for_each_parameter():
    with pytest.raises(Refusal, match="colour"):
        sloping(knobs=(play.Knob("slope", 0, 1, 0), play.Toggle("colour")))
    with pytest.raises(Refusal, match="slope"):
        sloping(knobs=(play.Choice("shape", ("up", "down")),))
    with pytest.raises(Refusal, match="same name"):
        sloping(knobs=(play.Knob("slope", 0, 1, 0), play.Knob("slope", 0, 1, 0)))


def test_frames_run_along_one_knob_from_end_to_end():
    frames = sloping(view=lambda slope, shape: line(slope / 2, shape)).frames("slope")
    assert len(frames) == 11 and (frames[0][0], frames[-1][0]) == (0, 3)
    assert len({figure.layout.meta["alt"] for _, figure in frames}) == 11
    assert [value for value, _ in sloping().frames("shape")] == ["up", "down"]


def test_frames_of_a_run_are_its_recorded_states():
    frames = counting().frames("step")
    assert [step for step, _ in frames] == list(range(0, 31, 3))
    assert frames[-1][1].layout.meta["alt"] == "count 30, cuts 0"


def test_a_still_picture_of_a_run_is_some_way_into_it_or_at_its_end():
    assert counting().still().layout.meta["alt"] == "count 30, cuts 0"
    assert counting().still(by=9).layout.meta["alt"] == "count 45, cuts 0"


# Live, as the browser drives it


class Sent:
    """What a shown playground sends to the browser, and the figure that the browser would have after it."""

    def __init__(self, shown):
        self.sizes = []
        self.figure = wire.message(shown.screen._tree)
        self.figure = unpacked(*self.figure)
        shown.screen.send = self

    def __call__(self, content, buffers=()):
        self.sizes.append(sum(map(len, buffers)) + len(json.dumps(content)))
        for path, value in unpacked(content["changes"], buffers):
            *way, last = path
            at = self.figure
            for step in way:
                at = at[step]
            at[last] = value


def unpacked(tree, buffers):
    if isinstance(tree, list):
        return [unpacked(item, buffers) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "#" in tree:
        return np.frombuffer(buffers[tree["#"]], "<" + tree["dtype"]).reshape(tree["shape"]).tolist()
    return {key: unpacked(item, buffers) for key, item in tree.items()}


def test_turning_a_knob_changes_the_figure_in_the_browser_into_the_new_one():
    shown = sloping().show()
    sent = Sent(shown)
    for knobs in ({"slope": 1.5}, {"shape": "down"}, {"slope": 0.0}):
        shown.set(**knobs)
        values = {"slope": 1.5, "shape": "up"} | knobs
        assert sent.figure["data"][0]["y"] == line(**(shown._values())).data[0].y.tolist(), values
    assert shown.alt == sent.figure["layout"]["meta"]["alt"] == "slope 0.0, down"


def test_only_what_changed_travels():
    z = np.random.default_rng(0).random((100, 100))
    views = lambda shift: draw.panels(  # noqa: E731
        draw.figure(draw.heat(z, "z (J)"), x="x", y="y", alt="still"),
        draw.figure(draw.curve([0, 1], [0, shift]), x="x", y="y", alt="moving"),
        alt=f"shift {shift}",
    )
    shown = play.Playground("?", views, (play.Knob("shift", 0.0, 1.0, 0.0),)).show()
    sent = Sent(shown)
    shown.set(shift=0.5)
    assert sent.sizes[0] < 1000 < 100 * 100
    shown.set(shift=0.5)
    assert len(sent.sizes) == 1, "a knob that did not move sends nothing"


def test_a_refusal_becomes_a_sentence_and_the_last_figure_stays():
    shown = sloping().show()
    shown.set(slope=3.0)
    assert shown.screen.status == "The slope is at most 2." and shown.alt == "slope 0.5, up"
    shown.set(slope=1.0)
    assert shown.screen.status == "" and shown.alt == "slope 1.0, up"


def test_an_error_that_is_no_refusal_is_not_hidden():
    shown = play.Playground("?", broken, (play.Knob("slope", 0.0, 3.0, 3.0, step=0.5),)).show()
    with pytest.raises(ZeroDivisionError):
        shown.set(slope=1.0)
    assert "ZeroDivisionError" in shown.screen.status


def test_a_page_that_missed_something_gets_the_whole_figure_again():
    shown = sloping().show()
    shown.set(slope=1.0)
    sent = []
    shown.screen.send = lambda content, buffers: sent.append(unpacked(content, buffers))
    shown.screen._listen(shown.screen, {"have": shown.screen.version}, [])
    assert sent == []
    shown.screen._listen(shown.screen, {"have": 0}, [])
    assert sent[0]["version"] == shown.screen.version
    assert sent[0]["figure"]["data"][0]["y"] == [0, 1, 2, 3, 4]


def test_a_click_in_the_figure_picks_a_wire_and_a_second_click_lets_it_go():
    shown = counting().show()
    shown._heard({"pick": 3})
    assert shown.alt == "count 0, cuts 1" and shown.controls.values["cut"] == [3]
    shown._heard({"pick": 3})
    assert shown.controls.values["cut"] == []


def press(shown, word):
    shown._pressed(shown.controls, {"run": word}, [])


def test_a_run_sends_the_next_frame_only_when_the_last_one_is_drawn():
    shown = counting().show()
    press(shown, "play")
    assert shown.alt == "count 0, cuts 0" or shown.alt == "count 1, cuts 0"
    before = shown.alt
    shown._heard({"drawn": shown.screen.version - 1})  # a late word of an older frame
    assert shown.alt == before
    shown._heard({"drawn": shown.screen.version})
    assert shown.alt != before
    press(shown, "stop")
    before = shown.alt
    shown._heard({"drawn": shown.screen.version})
    assert shown.alt == before


def test_a_run_goes_on_from_where_it_is_when_a_knob_is_turned_and_starts_again_at_reset():
    shown = counting().show()
    for _ in range(5):
        press(shown, "step")
    shown.set(cut=(2,))
    assert shown.alt == "count 5, cuts 1"
    shown.set(by=9)
    press(shown, "step")
    assert shown.alt == "count 14, cuts 1"
    shown.set(cut=())
    press(shown, "reset")
    assert shown.alt == "count 0, cuts 0"


def test_a_run_that_ends_says_so_and_stops():
    shown = counting().show()
    press(shown, "play")
    for _ in range(60):
        shown._heard({"drawn": shown.screen.version})
    assert (shown.screen.status, shown.controls.running, shown.alt) == (ENDED, False, "count 40, cuts 0")


def test_a_run_without_a_single_state_is_refused():
    with pytest.raises(Refusal, match="no state"):
        counting(run=lambda state, by, cut: iter(())).still()


def photos(seen):
    """A playground that writes down what it is given: the name of the file and what is in it."""

    def view(photo: Path | None):
        seen.append(photo and (photo.name, photo.read_bytes()))
        return line(1.0)

    return play.Playground("?", view, (play.File("photo", ".png"),)).show()


def upload(shown, name, data, slices=1, knob="photo", upload="1", stop=None):
    """Send a file as the browser does, and return what came back; `stop` leaves out the slices from there on."""
    said, step = [], max(1, -(-len(data) // slices))
    shown.controls.send = said.append
    for at in range(0, max(1, len(data)), step)[:stop]:
        content = {"file": name, "knob": knob, "upload": upload, "at": at, "size": len(data)}
        shown._pressed(shown.controls, content, [memoryview(data[at : at + step])])
    return [(message["upload"], message["have"]) for message in said if "have" in message]


def test_the_readers_file_reaches_the_view_under_its_own_name_only():
    shown = photos(seen := [])
    assert upload(shown, "../../me.png", b"pixels") == [("1", 6)]
    assert seen == [None, ("me.png", b"pixels")]


@pytest.mark.parametrize("size", [0, 1, 10, 1000])
def test_a_file_arrives_whole_whatever_its_slices(size):
    data = np.random.default_rng(size).bytes(size)
    shown = photos(seen := [])
    said = upload(shown, "me.png", data, slices=7)
    assert seen == [None, ("me.png", data)] and said[-1] == ("1", size)
    assert [have for _, have in said] == sorted({have for _, have in said}), "each slice was counted once"


def test_a_second_file_in_the_middle_of_the_first_takes_its_place():
    shown = photos(seen := [])
    upload(shown, "one.png", b"0123456789", slices=5, stop=2)
    assert upload(shown, "two.png", b"abcdef", slices=3, upload="2")[-1] == ("2", 6)
    rest = {"file": "one.png", "knob": "photo", "upload": "1", "at": 4, "size": 10}
    shown._pressed(shown.controls, rest, [b"45"])
    assert seen == [None, ("two.png", b"abcdef")], "the rest of the first changes nothing"


def test_uploads_that_were_broken_off_do_not_stay_on_the_disk():
    shown = photos([])
    for number in "123":
        upload(shown, "me.png", b"0123456789", slices=5, stop=2, upload=number)
    folder = Path(shown._uploads._folder.name)
    assert len(list(folder.iterdir())) == 1


def test_a_slice_that_does_not_follow_the_last_is_left_alone():
    shown, said = photos(seen := []), []
    shown.controls.send = said.append
    for at in (0, 4, 2, 2, 4):
        content = {"file": "me.png", "knob": "photo", "upload": "1", "at": at, "size": 6}
        shown._pressed(shown.controls, content, [b"012345"[at : at + 2]])
    assert [message["have"] for message in said] == [2, -1, 4, -1, 6]
    assert seen == [None, ("me.png", b"012345")]


def test_a_file_of_the_same_name_is_read_anew_and_the_old_one_goes():
    shown = photos(seen := [])
    upload(shown, "me.png", b"before")
    before = Path(shown.controls.values["photo"])
    upload(shown, "me.png", b"after!", upload="2")
    assert seen == [None, ("me.png", b"before"), ("me.png", b"after!")]
    assert not before.exists() and Path(shown.controls.values["photo"]).exists()


def test_a_knob_turned_while_the_file_arrives_does_not_bring_the_old_file_back():
    seen = []

    def view(photo: Path | None, slope: float):
        seen.append(photo and photo.read_bytes())
        return line(slope)

    knobs = (play.File("photo", ".png"), play.Knob("slope", 0.0, 1.0, 0.5))
    shown = play.Playground("?", view, knobs).show()
    upload(shown, "one.png", b"old")
    before = shown.controls.values
    upload(shown, "two.png", b"new", upload="2")
    shown.controls.values = before | {"slope": 0}  # the browser had not heard of the new file yet
    assert seen == [None, b"old", b"new", b"new"] and shown.alt == "slope 0.0, up"


def test_a_file_that_the_view_refuses_is_the_readers_file_all_the_same():
    def view(photo: Path | None):
        require(photo is None, "This is no photo.")
        return line(1.0)

    shown = play.Playground("?", view, (play.File("photo", ".png"),)).show()
    upload(shown, "me.png", b"words")
    told = []
    shown.controls.send = told.append
    shown._pressed(shown.controls, {"file": "me.png", "knob": "photo", "upload": "2", "at": 0, "size": 5}, [b"words"])
    assert told[-1] == {"upload": "2", "refused": True}, "beside the button, too"
    assert shown.screen.status == "This is no photo." and shown.alt == "slope 1.0, up"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\me.png", "me.png"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\0b\ud800<b>$x$.csv", "a_b__b__x_.csv"),
        ("Läufe (2).csv", "Läufe (2).csv"),
        ("con.csv", "_con.csv"),
        ("漢" * 300 + ".csv", "漢" * 56 + ".csv"),
    ],
)
def test_whatever_a_file_is_called_it_can_be_stored(name, kept):
    shown = photos(seen := [])
    upload(shown, name, b"pixels")
    assert seen[-1] == (kept, b"pixels")


def test_a_file_for_a_knob_that_is_not_there_is_left_alone():
    shown = photos(seen := [])
    assert upload(shown, "me.png", b"pixels", knob="film") == [] and seen == [None]


def test_a_full_disk_becomes_a_sentence(monkeypatch):
    def full(content, data):
        raise OSError(28, "No space left on device")

    shown = photos(seen := [])
    monkeypatch.setattr(shown._uploads, "take", full)
    assert upload(shown, "me.png", b"pixels") == [("1", -1)] and seen == [None]
    assert "No space left" in shown.screen.status


def test_a_playground_reads_as_its_question_and_its_figure_in_words():
    assert repr(sloping().show()) == "How steep?\nslope 0.5, up"


# How figures travel


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.array([1.5, np.nan]), "f4"),
        (np.array([1e-60, 1.0]), "f8"),
        (np.array([1e300]), "f8"),
        (np.arange(3), "i1"),
        (np.array([-128], np.int8), "i4"),
        (np.arange(300), "i4"),
        (np.array([2**40]), "f8"),
        (np.array([True, False]), "u1"),
        (np.zeros(3, np.uint8), "u1"),
    ],
)
def test_arrays_travel_in_the_smallest_form_that_keeps_the_picture(array, dtype):
    packed = wire.pack(array)
    back = np.frombuffer(packed.data, "<" + packed.dtype)
    assert packed.dtype == dtype and np.allclose(back, array, rtol=1e-6, atol=0, equal_nan=True)


def test_numbers_that_json_does_not_know_become_nothing():
    assert json.loads(json.dumps(wire.pack({"a": np.float64("nan"), "b": (float("inf"), np.int64(3))}))) == {
        "a": None,
        "b": [None, 3],
    }


def test_the_difference_of_two_trees_makes_one_of_the_other():
    old = {"data": [{"x": 1, "gone": 2}, {"y": [1, 2]}], "shapes": [{"a": 1}]}
    new = {"data": [{"x": 3}, {"y": [1, 2, 3]}], "shapes": [{"a": 1}, {"a": 2}], "new": None}
    put, gone = wire.changes(old, new)
    assert gone == [["data", 0, "gone"]]
    assert sorted(map(str, put)) == sorted(
        map(str, [(["data", 0, "x"], 3), (["data", 1, "y"], [1, 2, 3]), (["shapes"], new["shapes"]), (["new"], None)])
    )


def test_a_lattice_is_painted_with_one_byte_a_site_and_the_ends_of_its_palette():
    canvas = play.screen(draw.lattice(np.array([[-1, 1], [5, -9]]), -1, 1, alt="four", label="spin"))
    assert list(canvas.picture["sites"]) == [0, 255, 255, 0]
    assert canvas.picture["palette"][:3] == bytes.fromhex(draw.SEQUENTIAL[0][1][1:])
    assert canvas.picture["palette"][-3:] == bytes.fromhex(draw.SEQUENTIAL[-1][1][1:])


def test_a_slider_turn_in_the_kernel_takes_20_ms_for_a_map_of_256_by_256():
    z = np.random.default_rng(0).random((256, 256))
    view = lambda T: draw.figure(draw.heat(T * z, "E (J)"), x="x", y="y", alt=f"T={T}")  # noqa: E731
    shown = play.Playground("?", view, (play.Knob("T", 0, 99, 1),)).show()
    times = []
    for T in range(2, 22):
        start = time.perf_counter()
        shown.set(T=T)
        times.append(time.perf_counter() - start)
    assert 1000 * np.median(times) < 20


# Guesses and claims


def test_a_guess_counts_only_once_it_is_committed():
    prediction = learn.Prediction(question="How many?", low=0, high=10, unit="W")
    widget = prediction.ask()
    assert prediction.value is None and widget.question == "How many?"
    widget._committed(widget, {"guess": 4.5}, [])
    assert prediction.value == 4.5 and "4.5" in widget.said
    widget._committed(widget, {"guess": 99}, [])
    assert prediction.value == 4.5 and "0 to 10" in widget.said


def claim(says, measure, **given):
    control = {"expect": 1.0, "within": learn.Rounding(1e-9), "source": "nobody, 1900"}
    return learn.Claim(**({"says": says, "measure": measure} | control | given))


def test_the_table_says_in_words_which_claims_hold():
    board = play.scoreboard(
        [claim("One is one.", lambda rng: (1.0, 0.0)), claim("Two is one.", lambda rng: (2.0, 0.0))],
        [learn.Fact(says="A brain takes 20 W.", value="20 W", source="somebody")],
    )
    assert [row["verdict"] for row in board.rows] == ["not measured", "not measured", "cited"]
    board.measure()
    assert [row["verdict"] for row in board.rows] == ["✓ holds", "✗ fails", "cited"]
    assert board.rows[1]["measured"] == "2" and board.rows[2]["expected"] == "20 W"


def test_claims_in_parts_are_told_to_the_page_row_by_row():
    one, two = claim("One.", lambda rng: (1.0, 0.0)), claim("Two.", lambda rng: (2.0, 0.0))
    board = play.scoreboard({"First": [one], "Second": [two]}, [learn.Fact(says="Cited.", value="1", source="x")])
    assert [row["part"] for row in board.rows] == ["First", "Second", "Cited, not measured"]
    sent = []
    board.send = sent.append
    board.measure()
    assert [(news["i"], news["row"]["state"]) for news in sent] == [
        (0, "measuring"),
        (0, "holds"),
        (1, "measuring"),
        (1, "fails"),
    ]
    assert sent[-1]["progress"] == "measuring 2 of 2" and board.progress == "1 hold, 1 fail, 0 not measured now"


def test_a_slow_claim_waits_for_its_button_and_shows_the_last_measurement(monkeypatch):
    says = "A slow one."
    last = learn.Recorded(lesson="x", measured=1.0, error=0.25, ok=True, seconds=90.0, seeds="0-4", date="2026-01-02")
    monkeypatch.setattr("course_lib.play.board.recorded", lambda: {says: last})
    board = play.scoreboard([claim(says, lambda rng: (3.0, 0.0), slow=True)])
    board.measure()
    assert board.rows[0]["measured"] == "1 ± 0.2" and "2026-01-02" in board.rows[0]["when"]
    board._measure_all([0])
    assert board.rows[0]["verdict"] == "✗ fails" and board.rows[0]["measured"] == "3"


def test_interrupting_leaves_the_rest_of_the_table_unmeasured():
    def interrupted(rng):
        raise KeyboardInterrupt

    board = play.scoreboard([claim("Stop here.", interrupted), claim("Later.", lambda rng: (1.0, 0.0))])
    board.measure()
    assert [row["verdict"] for row in board.rows] == ["not measured", "not measured"]
    assert "Interrupted" in board.progress


def dividing(rng):
    raise ZeroDivisionError("no wires")


def test_a_claim_that_raises_fails_in_words_and_the_rest_is_measured():
    board = play.scoreboard(
        [claim("It breaks.", dividing), claim("One.", lambda rng: (1.0, 0.0)), claim("Slow.", dividing, slow=True)],
        [learn.Fact(says="A brain takes 20 W.", value="20 W", source="somebody")],
    )
    board.measure()
    assert [row["state"] for row in board.rows] == ["fails", "holds", "open", "cited"]
    assert board.rows[0]["verdict"] == "✗ fails: it stopped with ZeroDivisionError: no wires"
    assert board.progress == "1 hold, 1 fail, 1 not measured now"
    board._measure_all([2])
    assert board.progress == "1 hold, 2 fail, 0 not measured now"


def test_a_stored_measurement_is_not_counted_as_measured_now(monkeypatch):
    last = learn.Recorded(lesson="x", measured=1.0, error=0.0, ok=True, seconds=9.0, seeds="0", date="2026-01-02")
    monkeypatch.setattr("course_lib.play.board.recorded", lambda: {"Slow.": last})
    board = play.scoreboard([claim("Slow.", dividing, slow=True)])
    board.measure()
    assert board.rows[0]["state"] == "holds" and board.progress == "0 hold, 0 fail, 1 not measured now"


def test_the_progress_is_short_enough_to_be_read_aloud_for_every_claim():
    board = play.scoreboard([claim("One.", lambda rng: (1.0, 0.0)), claim("Two.", lambda rng: (2.0, 0.0))])
    said = []
    board.observe(lambda change: said.append(change["new"]), "progress")
    board.measure()
    assert said == ["measuring 1 of 2", "measuring 2 of 2", "1 hold, 1 fail, 0 not measured now"]


def test_interrupting_a_slow_claim_leaves_its_stored_measurement(monkeypatch):
    def interrupted(rng):
        raise KeyboardInterrupt

    last = learn.Recorded(lesson="x", measured=1.0, error=0.0, ok=True, seconds=9.0, seeds="0", date="2026-01-02")
    monkeypatch.setattr("course_lib.play.board.recorded", lambda: {"Slow.": last})
    board = play.scoreboard([claim("Slow.", interrupted, slow=True)])
    stored = board.rows
    board._measure_all([0])
    assert board.rows == stored and "Interrupted" in board.progress


def test_the_table_says_which_claims_have_a_control():
    controlled = claim("With.", lambda rng: (1.0, 0.0), control=lambda rng: (2.0, 0.0))
    rows = play.scoreboard([controlled, claim("Without.", lambda rng: (1.0, 0.0))]).rows
    assert [row["source"] for row in rows] == ["nobody, 1900 · has a control", "nobody, 1900"]
