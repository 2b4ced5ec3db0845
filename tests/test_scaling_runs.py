"""A reader's own runs: whatever the file, the numbers are those that stand there, or a sentence says why not."""

import os
import time
import tracemalloc

import numpy as np
import pytest

from course_lib.core import Refusal
from course_lib.kernels.scaling.runs import read_runs
from course_lib.lessons.scaling.own_runs import own_runs

# Twelve runs, their losses from no law: reading asks only that they could tell one.
SIZES = [1e8, 2e8, 4e8, 8e8] * 3
TOKENS = [2e9] * 4 + [8e9] * 4 + [3e10] * 4
LOSSES = [3.5, 3.3, 3.2, 3.1, 3.2, 3.0, 2.9, 2.8, 3.0, 2.8, 2.7, 2.6]


def lines(head="N,D,loss", cut=",", change=None):
    """The table as lines; `change` puts other words in the place of some: {line as an editor counts: words}."""
    rows = [head] + [cut.join(map(repr, row)) for row in zip(SIZES, TOKENS, LOSSES)]
    return [(change or {}).get(number, row) for number, row in enumerate(rows, 1)]


@pytest.fixture
def stored(tmp_path):
    """A function that stores text (or bytes) and returns where."""

    def store(text, name="runs.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return store


def refused(path, **declared):
    """The sentence with which a file is refused."""
    with pytest.raises(Refusal) as refusal:
        read_runs(path, **declared)
    return str(refusal.value)


def said(table):
    return dict(sentence.split(": ", 1) for sentence in table.said)


# Which column is which


@pytest.mark.parametrize("head", ["N,D,loss", "n_params,Tokens,Final Loss", "Model Size,data,val_loss", "# params,D,L"])
def test_columns_are_guessed_from_common_names_and_told(stored, head):
    table = read_runs(stored("\n".join(lines(head))))
    assert [column.tolist() for column in table.runs] == [SIZES, TOKENS, LOSSES]
    N, D, L = head.split(",")
    words = said(table)
    assert f"'{N}'" in words["parameters N"] and f"'{D}'" in words["tokens D"] and f"'{L}'" in words["loss L"]
    assert "nats per token" in words["loss L"]


def test_units_in_brackets_do_not_hide_a_column(stored):
    table = read_runs(stored("\n".join(lines("Parameters [count];Tokens (BPE);Loss (nats, per token)", ";"))))
    assert table.runs.N.tolist() == SIZES and table.runs.L.tolist() == LOSSES


@pytest.mark.parametrize("cut", [";", ",", "\t"])
def test_the_line_that_excel_puts_above_a_table_names_what_cuts_it(stored, cut):
    table = read_runs(stored("\r\n".join([f"sep={cut}", *lines(cut.join(("N", "D", "loss")), cut)])))
    assert [column.tolist() for column in table.runs] == [SIZES, TOKENS, LOSSES]
    late = ["sep=;", *lines("N;D;loss", ";", {3: "1e9;x;3"})]
    assert "Line 4: tokens D is 'x'" in refused(stored("\n".join(late)))


@pytest.mark.parametrize("name", ["FLOP", "flops", "Compute", "C", "training FLOPs [FLOP]"])
def test_of_compute_the_tokens_follow(stored, name):
    rows = [f"N,{name},loss"] + [f"{n!r},{6 * n * d!r},{loss!r}" for n, d, loss in zip(SIZES, TOKENS, LOSSES)]
    table = read_runs(stored("\n".join(rows)))
    assert np.allclose(table.runs.D, TOKENS, rtol=1e-14)
    assert "C / (6 N)" in said(table)["tokens D"] and name in said(table)["tokens D"]


def test_tokens_go_before_compute_unless_declared_otherwise(stored):
    rows = ["N,D,C,loss"] + [f"{n!r},{d!r},{12 * n * d!r},{loss!r}" for n, d, loss in zip(SIZES, TOKENS, LOSSES)]
    path = stored("\n".join(rows))
    assert read_runs(path).runs.D.tolist() == TOKENS and said(read_runs(path))["not used"] == "'C'"
    assert np.allclose(read_runs(path, C="C").runs.D, 2 * np.array(TOKENS))
    assert "declare one of them" in refused(path, C="C", D="D")


def test_declared_columns_are_taken_whatever_they_are_called(stored):
    path = stored("\n".join(lines("breadth,length,depth")))
    table = read_runs(path, N="breadth", D="length", L="depth")
    assert [column.tolist() for column in table.runs] == [SIZES, TOKENS, LOSSES]
    swapped = stored("\n".join(lines("D,N,loss")))
    assert read_runs(swapped, N="D", D="N").runs.N.tolist() == SIZES, "declared against what the name suggests"


@pytest.mark.parametrize(
    ("head", "declared", "words"),
    [
        ("params,parameters,loss", {}, ["More than one", "'params', 'parameters'", "parameters N"]),
        ("N,D,entropy", {}, ["loss L", "'N', 'D', 'entropy'", "L="]),
        ("N,steps,loss", {}, ["tokens D or compute C", "'steps'"]),
        ("N,D,loss", {"L": "entropy"}, ["no column 'entropy'", "'loss'"]),
        ("N,D,D", {"L": "D"}, ["2 columns are called 'D'"]),
        ("N,D,loss", {"N": "loss"}, ["No column looks like loss"]),
        ("N,D,loss", {"N": "loss", "L": "loss"}, ["declared twice"]),
        ("N,D,loss", {"N": 0}, ["in quotes"]),
        ("params (millions),D,loss", {}, ["larger units", "70e6"]),
        ("N,tokens [B],loss", {}, ["larger units"]),
        ("N,C [PFLOP],loss", {}, ["larger units"]),
        ("N,compute (1e18 FLOP),loss", {}, ["larger units"]),
        ("1e8,2e9,3.5", {}, ["first line holds numbers", "N,D,loss"]),
    ],
)
def test_a_table_whose_columns_are_unclear_is_refused_with_their_names(stored, head, declared, words):
    sentence = refused(stored("\n".join(lines(head))), **declared)
    assert all(word in sentence for word in words), sentence


def test_text_of_the_file_is_short_and_without_markup_in_sentences(stored):
    head = "N,D,loss,<b>bold</b> & $x$" + "y" * 5000
    table = read_runs(stored("\n".join([head] + [row + ",1" for row in lines()[1:]])))
    assert "'bbold/b  xyyy" in said(table)["not used"] and len(said(table)["not used"]) < 60


# Letters and delimiters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", "\r"])
def test_letters_and_line_ends_do_not_matter(stored, encoding, end):
    rows = [row + ",für" for row in lines()]
    table = read_runs(stored(end.join(rows) + end, encoding=encoding))
    assert table.runs.L.tolist() == LOSSES and said(table)["not used"] == "'für'"
    assert ("letters" in said(table)) == (encoding == "latin-1")


def test_decimal_commas_are_read_and_told(stored):
    rows = [row.replace(".", ",") for row in lines(cut=";")]
    table = read_runs(stored("\n".join(["N;D;loss", *rows[1:]])))
    assert table.runs.L.tolist() == LOSSES and "3.14" in said(table)["decimals"]


@pytest.mark.parametrize("cut", [";", "\t"])
def test_a_decimal_comma_beside_a_decimal_point_is_refused_with_both_lines(stored, cut):
    change = {5: cut.join(["1,5e8", "2e9", "3"]), 1: cut.join(["N", "D", "loss"])}
    sentence = refused(stored("\n".join(lines(cut=cut, change=change))))
    assert "Line 5 has a decimal comma" in sentence and "line 2 a decimal point" in sentence


def random_file(rng):
    """A random table as somebody may have stored it: the bytes, the true columns, and the quoted line breaks in it."""
    n = int(rng.integers(8, 40))
    N, D, L = 10 ** rng.uniform(6, 11, n), 10 ** rng.uniform(8, 13, n), rng.uniform(1, 5, n)
    cut, decimal = [(",", "."), (";", ","), (";", "."), ("\t", "."), ("\t", ",")][rng.integers(5)]
    quote = lambda cell: f'"{cell}"' if rng.random() < 0.3 else cell  # noqa: E731
    number = lambda x: quote(f"{x!r}".replace(".", decimal))  # noqa: E731
    notes = ["plain", "", 'a ""quoted"" word', "two\nlines", f"with {cut} inside", "ünïcödé"]
    columns = {
        "N params": list(map(number, N.tolist())),
        "tokens": list(map(number, D.tolist())),
        "Loss": list(map(number, L.tolist())),
        "note": [f'"{notes[rng.integers(len(notes))]}"' for _ in range(n)],
        "seed": [quote(str(rng.integers(9))) for _ in range(n)],
    }
    order = rng.permutation(list(columns))
    rows = [cut.join(map(quote, order)), *(cut.join(row) for row in zip(*(columns[name] for name in order)))]
    end = ["\n", "\r\n"][rng.integers(2)]
    text = end.join(rows) + end * int(rng.integers(3))
    return text.encode(["utf-8", "utf-8-sig", "utf-16"][rng.integers(3)]), (N, D, L)


@pytest.mark.parametrize("seed", range(60))
def test_a_random_table_comes_back_to_the_last_bit_and_its_file_is_unchanged(stored, seed):
    data, columns = random_file(np.random.default_rng(seed))
    path = stored(data)
    table = read_runs(path, N="N params")
    assert all(np.array_equal(read, true) for read, true in zip(table.runs, columns))
    assert path.read_bytes() == data and said(table)["not used"].count("'") == 4


@pytest.mark.parametrize("seed", range(40))
def test_a_bad_cell_anywhere_is_found_on_its_line(stored, seed):
    """The oracle counts the line breaks before the word; quoted ones count, as they do in an editor."""
    rng = np.random.default_rng(seed)
    rows = [f"{n!r},{d!r},{loss!r},note" for n, d, loss in zip(SIZES, TOKENS, LOSSES)]
    rows = [row.replace("note", rng.choice(["plain", '"two\nlines"', '"\r\n\n"', '""""'])) for row in rows]
    cells = rows[where := int(rng.integers(len(rows)))].split(",")
    cells[rng.integers(3)] = "rotten"
    rows[where] = ",".join(cells)
    text = "N,D,loss,note\n" + "".join(row + rng.choice(["\n", "\n\n", "\r\n"]) for row in rows)
    line = text[: text.index("rotten")].replace("\r\n", "\n").count("\n") + 1
    sentence = refused(stored(text))
    assert f"Line {line}: " in sentence and "'rotten'" in sentence and sentence.startswith("1 row is no run")


# Rows that are no runs


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("0,2e9,3", ["parameters N is '0'", "not a positive"]),
        ("1e8,-2e9,3", ["tokens D is '-2e9'", "not a positive"]),
        ("1e8,2e9,nan", ["loss L is 'nan'"]),
        ("inf,2e9,3", ["parameters N is 'inf'"]),
        ("1e999,2e9,3", ["parameters N is '1e999'"]),
        ("1e99,2e9,3", ["parameters N is '1e99'", "1e+30"]),
        ("1e8,2e9,", ["loss L is empty"]),
        ("1e8, ,3", ["tokens D is empty"]),
        ("1e8,2e9,diverged", ["loss L is 'diverged', no number"]),
        ('"1,000,000",2e9,3', ["'1,000,000'", "write 1000000"]),
        ("1'000'000,2e9,3", ["write 1000000"]),
        ('1e8,2e9,"3,14"', ["write 3.14"]),
        ("70M,2e9,3", ["'70M'", "write 70e6"]),
        ("1.3b,2e9,3", ["write 1.3e9"]),
        ("1e8,1.4T tokens,3", ["no number"]),
        ("1e8,300B,3", ["write 300e9"]),
        ("1e8,2e9", ["2 cells, where the first line has 3"]),
        ("1e8,2e9,3,14", ["4 cells, where the first line has 3"]),
    ],
)
def test_a_row_that_is_no_run_is_refused_with_its_line_and_what_to_write(stored, row, words):
    sentence = refused(stored("\n".join(lines(change={7: row}))))
    assert "Line 7: " in sentence and all(word in sentence for word in words), sentence


def test_the_first_bad_rows_are_shown_and_all_are_counted(stored):
    sentence = refused(stored("\n".join(lines(change=dict.fromkeys(range(3, 12), "a,b,c")))))
    assert sentence.startswith("9 rows are no runs; the first 4") and "Line 3" in sentence and "Line 6:" in sentence
    assert "Line 7" not in sentence


def test_compute_that_pays_for_no_token_is_refused(stored):
    pf_days = ["N,compute,loss"] + [f"{n!r},{6 * n * d / 8.64e19!r},3.0" for n, d in zip(SIZES, TOKENS)]
    assert "is C in FLOP?" in refused(stored("\n".join(pf_days)))


def test_quotes_that_do_not_match_are_refused_with_their_line(stored):
    sentence = refused(stored("\n".join(lines(change={7: '1e8,2e9,"3'}))))
    assert "Line 7" in sentence and "quotes" in sentence
    assert "Line 7" in refused(stored("\n".join(lines(change={7: '1e8,2e9,"3'})) + "\n1,2,3" * 100_000))


def test_empty_lines_are_left_out_and_told(stored):
    table = read_runs(stored("\n\n" + "\n".join(lines(change={5: lines()[4] + "\n,,\n\n"})) + "\n,,\n\n"))
    assert table.runs.L.tolist() == LOSSES and said(table)["empty lines"] == "5, left out", "below the names"


# Too little to fit


def grid(sizes, amounts, C=False):
    pairs = [(n, d) for n in sizes for d in amounts]
    rows = [f"{n!r},{6 * n * d if C else d!r},{3 + i / 9!r}" for i, (n, d) in enumerate(pairs)]
    return "\n".join(["N,C,loss" if C else "N,D,loss", *rows])


@pytest.mark.parametrize("C", [False, True])
@pytest.mark.parametrize(
    ("sizes", "amounts", "word"),
    [
        ([1e8, 2e8, 3e8], [1e9], "3 runs"),
        ([1e8, 3e8], [1e9, 2e9, 3e9], "2 sizes"),
        ([1e8, 2e8, 3e8, 4e8, 5e8, 6e8], [1.1e9], "1 amount"),
        ([1e8, 2e8, 3e8], [1.1e9, 2.7e9], "2 amounts"),
    ],
)
def test_runs_that_cannot_tell_the_parameters_are_refused_with_the_reason(stored, sizes, amounts, word, C):
    assert word in refused(stored(grid(sizes, amounts, C)))


def test_runs_all_at_twenty_tokens_per_parameter_are_refused(stored):
    N = np.geomspace(1e8, 1e10, 9)
    rows = [f"{n!r},{20 * n!r},{2 + 100 / n**0.3!r}" for n in N.tolist()]
    assert "trade places" in refused(stored("\n".join(["N,D,loss", *rows])))


def test_runs_at_one_budget_are_enough(stored):
    rows = [f"{n!r},{1e20 / n!r},{2 + 100 / n**0.3 + n / 1e11!r}" for n in np.geomspace(1e8, 1e10, 9).tolist()]
    assert len(read_runs(stored("\n".join(["N,D,loss", *rows]))).runs.N) == 9


def test_repeated_runs_and_equal_losses_are_refused(stored):
    pairs = [(1e8, 1e9), (2e8, 3e9), (4e8, 2e9), (4e8, 1e9)] * 3
    rows = [f"{n},{d},{3 + i}" for i, (n, d) in enumerate(pairs)]
    assert "there are 4 pairs" in refused(stored("\n".join(["N,D,loss", *rows])))
    assert "losses are the same" in refused(
        stored("\n".join(["N,D,loss"] + [f"{n},{d},3" for n, d in zip(SIZES, TOKENS)]))
    )


# Files that are no tables


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xff\xfe", "empty"),
        (b",,\n,,\n", "empty"),
        (b"PK\x03\x04\x14\0\x06\0 a spreadsheet", "export the table as CSV"),
        (b"\xd0\xcf\x11\xe0 an old one", "export the table as CSV"),
        (b"\x1f\x8b\x08 zipped", "compressed"),
        (b"N,D,loss\n1\0\0\0", "no text"),
        ("N,D,loss\n1,2,3".encode("utf-16")[:-1], "no text"),
        (b"{'N': [1, 2], 'D': [3, 4]}", "No column looks like"),
        (b"N,D,loss\n", "0 runs"),
        (b"N D loss\n1 2 3\n", "No column looks like parameters N. The columns are 'N D loss'"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(stored, data, word):
    assert word in refused(stored(data))


@pytest.mark.parametrize("path", ["nowhere.csv", "", None, 7, b"runs.csv", "a\0b", "~nobody/x", "x" * 5000])
def test_a_path_that_leads_nowhere_is_refused_in_words(path):
    sentence = refused(path)
    assert sentence.endswith(".") and len(sentence) < 250


def test_a_folder_and_a_locked_file_are_refused_in_words(tmp_path, stored):
    assert "folder" in refused(tmp_path)
    path = stored("\n".join(lines()))
    path.chmod(0)
    if not os.access(path, os.R_OK):  # root reads everything
        assert "cannot be read" in refused(path)


# A million runs


@pytest.fixture(scope="module")
def million(tmp_path_factory):
    """A table of a million runs; and the same with a bad row near its end."""
    folder, rng = tmp_path_factory.mktemp("million"), np.random.default_rng(0)
    N, D = 10 ** rng.uniform(7, 10, 1_000_000), 10 ** rng.uniform(9, 12, 1_000_000)
    good, bad = folder / "good.csv", folder / "bad.csv"
    with open(good, "w") as file:
        file.write("Model Size,tokens,loss\n")
        np.savetxt(file, np.c_[N, D, 1.8 + 480 / N**0.35 + 2000 / D**0.37], delimiter=",", fmt="%.9g")
    rows = good.read_text().splitlines()
    rows[999_998] = "70M,1e9,3"
    bad.write_text("\n".join(rows))
    return good, bad


@pytest.mark.slow
def test_a_million_runs_are_read_in_4_seconds(million):
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        table = read_runs(million[0])
        seconds.append(time.perf_counter() - start)
    assert len(table.runs.N) == 1_000_000 and min(seconds) < 4
    print(f"\na million runs: {min(seconds):.1f} s")


@pytest.mark.slow
def test_a_million_runs_take_less_than_200_mb(million):
    tracemalloc.start()
    read_runs(million[0])
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 200e6


@pytest.mark.slow
def test_the_line_of_a_bad_row_is_right_even_near_the_millionth(million):
    sentence = refused(million[1])
    assert "Line 999999: " in sentence and "70e6" in sentence


@pytest.mark.slow
def test_a_million_runs_are_drawn_and_then_every_knob_is_quick(million):
    assert "2,000 of 1,000,000 runs" in own_runs.still(file=million[0]).layout.meta["alt"]
    start = time.perf_counter()
    own_runs.still(file=million[0], beyond=1e3)
    assert time.perf_counter() - start < 0.1


# The playground


def law_file(rng, scatter=0.003):
    """Runs of a known law: E = 1.7, A = 400, alpha = 0.34, B = 400, beta = 0.28."""
    N, D = 10 ** rng.uniform(7, 10, 90), 10 ** rng.uniform(9, 12, 90)
    L = (1.7 + 400 / N**0.34 + 400 / D**0.28) * np.exp(scatter * rng.normal(size=90))
    rows = [f"{n!r},{d!r},{loss!r}" for n, d, loss in zip(N.tolist(), D.tolist(), L.tolist())]
    return "\n".join(["params,tokens,loss", *rows])


def interval(alt, name):
    """What the words say of a parameter: value, low, high."""
    value, low, high = alt.split(f"{name} ", 1)[1].split(")", 1)[0].replace("(", "").replace(" to", "").split()
    return float(value), float(low), float(high)


def test_the_law_of_a_file_comes_back_within_its_interval(stored):
    hits = 0
    for seed in range(12):
        alt = own_runs.still(file=stored(law_file(np.random.default_rng(seed)), f"{seed}.csv")).layout.meta["alt"]
        value, low, high = interval(alt, "α")
        assert low < value < high
        hits += low < 0.34 < high
        assert not low < 0.4 < high, "control: another exponent"
    assert hits >= 8, "12 intervals of 95 percent; fewer than 8 would be a chance of 1 in 5000"


def test_without_a_file_the_runs_are_synthetic_and_it_says_so():
    assert "243 runs" in (alt := own_runs.still().layout.meta["alt"]) and "synthetic" in alt


def test_a_changed_file_is_read_anew(stored):
    path = stored(law_file(np.random.default_rng(0)))
    first = own_runs.still(file=path).layout.meta["alt"]
    stored(law_file(np.random.default_rng(1)))
    os.utime(path, ns=(1, 1))
    assert own_runs.still(file=path).layout.meta["alt"] != first


def test_a_refused_file_is_a_sentence_under_the_last_figure(stored):
    shown = own_runs.show()
    before = shown.alt
    shown.set(file=stored("\n".join(lines(change={4: "70M,1,2"}))))
    assert "Line 4" in shown.screen.status and shown.alt == before
    shown.set(beyond=2.0)
    assert "Line 4" in shown.screen.status, "as long as the file stands there"
    shown.set(file=stored(law_file(np.random.default_rng(2)), "good.csv"))
    assert shown.screen.status == "" and "90 runs" in shown.alt


@pytest.mark.parametrize("scatter", [0.5, 2.0])
def test_runs_that_follow_no_law_get_a_figure_or_a_sentence(stored, scatter):
    for seed in range(8):
        path = stored(law_file(np.random.default_rng(seed), scatter), f"{seed}.csv")
        try:
            assert own_runs.still(file=path).layout.meta["alt"]
        except Refusal as refusal:
            assert "best size" in str(refusal)


def test_no_markup_of_a_file_reaches_the_figure(stored):
    assert "<" not in refused(stored("\n".join(lines("<a href='x'>N</a>,D,loss"))))
    head, *rows = law_file(np.random.default_rng(0)).splitlines()
    marked = [head.replace("params", "params (<i>&)") + ",&<i>", *(row + ",1" for row in rows)]
    figure = own_runs.still(file=stored("\n".join(marked), "marked.csv"))
    drawn = [text for trace in figure.data for text in (trace.text or ())]
    assert any("params" in text for text in drawn)
    assert not any("<i>" in text or "&" in text or "(<" in text for text in drawn)


def test_a_turn_of_a_knob_takes_less_than_100_ms_once_the_file_is_read(stored):
    path = stored(law_file(np.random.default_rng(0)))
    own_runs.still(file=path)
    seconds = []
    for beyond in np.geomspace(0.01, 1e4, 9).tolist():
        for picture in own_runs.knob("picture").options:
            start = time.perf_counter()
            own_runs.still(file=path, beyond=beyond, picture=picture)
            seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 0.1
