"""The sweep of lesson 03: its models against plain ones, its training against torch's, its table against accidents."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from threading import Thread

import numpy as np
import psutil
import pytest
import scipy.stats

import course_lib
from course_lib.author.sweep import __main__ as command
from course_lib.author.sweep import again, jobs, run
from course_lib.author.sweep import train as training
from course_lib.author.sweep.executors import processes
from course_lib.author.sweep.jobs import Job, Row, Shape, planned
from course_lib.author.sweep.model import initial, log_losses, sizes
from course_lib.author.sweep.train import Training, schedule, train
from course_lib.core import Refusal
from course_lib.shared import hierarchy

torch = pytest.importorskip("torch")

CARD = command.TABLE.with_suffix(".md")
TINY = Shape(v=5, T=4, d=32, layers=2)  # two heads
JOB = Job(6, 1e7, seeds=(0, 1))  # 25 steps


@pytest.fixture
def small_tests(monkeypatch):
    monkeypatch.setattr(jobs, "TESTS", (32, 32))


def rng(seed=0):
    return np.random.default_rng(seed)


# --- the models -------------------------------------------------------------------------------------------------------


def models(K, shape):
    chance = torch.Generator().manual_seed(0)
    return torch.cat([initial(shape, chance) for _ in range(K)]).double()


def plain_losses(weights, shape, text):
    """-ln of each token's chance, from one model and one text: place by place and head by head, in numpy."""
    v, T, d, layers = shape
    cut = np.split(weights, np.cumsum([v * d, T * d] + layers * [3 * d * d, d * d, 4 * d * d, 4 * d * d])[:-1])
    table, place = cut[0].reshape(v, d), cut[1].reshape(T, d)
    stream = [place[t] + (table[text[t - 1]] if t else 0) for t in range(T)]

    def norm(h):
        return h / np.sqrt((h**2).mean() + np.finfo(float).eps)

    for qkv, out, into, back in (cut[2 + 4 * i : 6 + 4 * i] for i in range(layers)):
        three = [np.split(norm(h) @ qkv.reshape(d, 3 * d), 3) for h in stream]
        for t in range(T):
            heads = []
            for head in (slice(0, 16), slice(16, 32)):
                looks = np.exp([three[t][0][head] @ three[s][1][head] / 4 for s in range(t + 1)])
                heads.append(sum(look * three[s][2][head] for s, look in enumerate(looks)) / looks.sum())
            h = stream[t] + np.concatenate(heads) @ out.reshape(d, d)
            stream[t] = h + np.maximum(norm(h) @ into.reshape(d, 4 * d), 0) @ back.reshape(4 * d, d)
    logits = [norm(h) @ table.T for h in stream]
    return [np.log(np.exp(z).sum()) - z[token] for z, token in zip(logits, text)]


def test_models_side_by_side_lose_what_each_plain_transformer_loses():
    W, tokens = models(3, TINY), rng().integers(TINY.v, size=(3, 2, TINY.T))
    found = log_losses(W, TINY, torch.tensor(tokens)).numpy()
    plain = np.array([[plain_losses(w.numpy(), TINY, text) for text in texts] for w, texts in zip(W, tokens)])
    assert np.abs(found - plain).max() < 1e-6, "the norms' smallest numbers differ"
    assert np.abs(found - plain[::-1]).max() > 0.1, "control: other models pass"


def test_a_token_tells_nothing_to_those_before_it():
    W, tokens = models(1, TINY), torch.tensor(rng().integers(TINY.v, size=(1, 1, TINY.T)))
    changed = tokens.clone()
    changed[0, 0, 2] = (tokens[0, 0, 2] + 1) % TINY.v
    before, after = (log_losses(W, TINY, text)[0, 0] for text in (tokens, changed))
    assert (before[:2] == after[:2]).all()
    assert (before[2:] != after[2:]).all(), "control: it is not even foretold, or not even read"


@pytest.mark.parametrize("d", [6, 40, 192])
def test_parameters_are_counted_as_they_are(d):
    shape = Job(d, 1e10).shape
    assert initial(shape, torch.Generator()).shape[1] == shape.blocks + shape.embedding


def test_first_weights_keep_the_size_of_what_they_are_applied_to():
    shape = Job(192, 1e10).shape
    row = initial(shape, torch.Generator().manual_seed(0))[0]
    parts = row.split([rows * columns for rows, columns in sizes(shape)])
    expected = [1 / 192, 1 / 192, *2 * [1 / 192, 1 / 192 / 4, 1 / 192, 1 / 768 / 4]]
    for part, variance in zip(parts, expected):
        assert part.var().item() == pytest.approx(variance, rel=5 * (2 / len(part)) ** 0.5)


# --- the training -----------------------------------------------------------------------------------------------------


def in_double_precision(job):
    trains = Training(job, "cpu")
    for name in ("W", "mean", "square", "rates", "first", "second"):
        setattr(trains, name, getattr(trains, name).double())
    return trains


def by_torch(job, batches, W, betas):
    """The oracle: each model on its own, with torch's optimiser and its own schedule."""
    found = []
    for (log2_rate, _), w, texts in zip(job.members, W, zip(*batches)):
        w = w[None].clone().requires_grad_()
        adam = torch.optim.Adam([w], lr=2.0**log2_rate, betas=betas)
        n, warm = job.steps, 0.1 * job.steps
        for s, batch in enumerate(texts):
            adam.param_groups[0]["lr"] = 2.0**log2_rate * min((s + 1) / (warm + 1), (n - s) / n)
            adam.zero_grad()
            log_losses(w, job.shape, batch[None]).mean().backward()
            adam.step()
        found.append(w.detach()[0])
    return torch.stack(found)


def test_training_is_that_of_torchs_adam_model_by_model():
    trains = in_double_precision(JOB)
    W, batches = trains.W.clone(), []
    for _ in range(6):
        trains.advance()
        batches.append(trains.batch())
    assert (trains.W - by_torch(JOB, batches, W, (0.9, 0.98))).abs().max() < 1e-9
    assert (trains.W - by_torch(JOB, batches, W, (0.9, 0.99))).abs().max() > 1e-4, "control: another memory passes"


def test_the_rate_rises_for_a_tenth_of_the_steps_and_falls_to_nearly_nothing():
    rates = [schedule(s, 1000) for s in range(1000)]
    assert 85 < np.argmax(rates) < 100 and 0.9 < max(rates) <= 1
    assert rates[0] < 0.01 and rates[-1] == pytest.approx(0.001)


def test_a_seed_has_its_own_texts_and_first_weights_and_all_its_rates_share_them():
    trains = Training(JOB, "cpu")
    W = trains.W.clone().view(2, 6, -1)
    batches = []
    for _ in range(2):
        trains.advance()
        batches.append(trains.batch().view(2, 6, JOB.texts, -1))
    for shared in (W, *batches):
        assert (shared == shared[:, :1]).all()
        assert (shared[0] != shared[1]).any()
    assert (batches[0] != batches[1]).any(), "no batch comes twice"
    texts = batches[0][:, 0].flatten(0, 1).numpy()
    said = np.take_along_axis(hierarchy.predictions(JOB.grammar, texts), texts[..., None], axis=2)
    assert (said > 0).all(), "texts of the language"
    assert len({number for job in planned() for number in job.seed_numbers}) == 4 * len(planned()), (
        "streams of their own"
    )


def test_the_test_agrees_with_plain_averaging(monkeypatch):
    monkeypatch.setattr(jobs, "TESTS", (1024, 1024))
    W = Training(JOB, "cpu").W
    loss, error = training.tested(W, JOB)
    texts = torch.tensor(hierarchy.sample(JOB.grammar, 1024, rng=rng(1)).tokens).expand(len(W), -1, -1)
    each = log_losses(W, JOB.shape, texts).mean(dim=-1).numpy()
    both = np.hypot(error, each.std(axis=1) / 1024**0.5)
    assert (np.abs(loss - each.mean(axis=1)) < 5 * both).all()
    assert (np.abs(loss - each.mean(axis=1) - 0.2) > 5 * both).all(), "control: any loss passes"


def test_the_best_possible_model_is_found_to_lose_the_floor_without_any_luck(monkeypatch):
    def best(W, shape, tokens):
        said = hierarchy.predictions(JOB.grammar, tokens[0].numpy())
        return -torch.tensor(np.take_along_axis(said, tokens[0].numpy()[..., None], axis=2)[..., 0]).log()[None]

    monkeypatch.setattr(jobs, "TESTS", (64, 64))
    monkeypatch.setattr(training, "log_losses", best)
    loss, error = training.tested(torch.zeros(1, 1), JOB)
    assert loss[0] == pytest.approx(JOB.floor, abs=1e-12) and error[0] < 1e-12
    texts = torch.tensor(hierarchy.sample(JOB.grammar, 64, rng=rng(1)).tokens)[None]
    assert abs(best(None, None, texts).mean().item() - JOB.floor) > 1e-3, "control: plain averaging has no luck either"


# --- interrupted ------------------------------------------------------------------------------------------------------


def in_pieces(job, kept, between=lambda: None):
    """Train, and be stopped after every seven steps."""
    attempts, rows = 0, []
    while not rows:
        ticks = iter([0.0] * 7)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(training, "time", partial(next, ticks, 2.0))
            rows, attempts = train(job, kept, until=1.0), attempts + 1
        between()
    assert attempts > 3
    return rows


def test_a_job_that_was_interrupted_ends_as_if_it_had_not_been(tmp_path, small_tests):
    whole, pieces, spoiled = (tmp_path / name for name in ("whole", "pieces", "spoiled"))

    def exchange_the_chances():
        state = dict(np.load(spoiled))
        with spoiled.open("wb") as file:
            np.savez(file, **state | {"chance": state["chance"][::-1]})

    assert in_pieces(JOB, pieces) == train(JOB, whole)
    for name in ("step", "W", "mean", "square", "chance"):
        assert (np.load(whole)[name] == np.load(pieces)[name]).all(), name
    assert in_pieces(JOB, spoiled, exchange_the_chances) != train(JOB, whole), "control: what is saved is not needed"


# --- the table, and what can happen on the way ------------------------------------------------------------------------


FEW = [Job(6, C, seeds=(0, 1)) for C in (2e6, 3e6, 4e6, 5e6)]


def pretend(job, kept):
    """Rows at once."""
    n = len(job.members)
    return job.rows(np.linspace(2, 3, n), np.full(n, 0.01), "cpu")


def test_the_plan_is_the_table():
    assert run.lacking(command.TABLE, planned()) == []
    assert {row.run for row in run.read(command.TABLE)} == set().union(*(job.runs for job in planned()))
    assert len(run.read(command.TABLE)) == sum(len(job.runs) for job in planned()), "nothing twice"
    names = [job.name for group in (planned(), [job._replace(seeds=again.SEEDS) for job in planned()]) for job in group]
    assert len(set(names)) == len(names), "each is kept in a file of its own"


def test_the_card_says_what_the_table_holds():
    card, rows = CARD.read_text(encoding="utf-8"), run.read(command.TABLE)
    training_cost = sum(jobs.PER_TOKEN * (row.blocks + row.embedding) * row.tokens for row in rows)
    budgets = [job.C for job in planned()]
    says = {
        f"{len(rows)} rows",
        f"{len(planned())} configurations",
        f"{training_cost:.2e} FLOP".replace("e+", "e"),
        f"{planned()[0].floor:.5f} nats",
        f"{rows[0].width} to {rows[-1].width} wide",
        f"{min(row.blocks + row.embedding for row in rows)} to {rows[-1].blocks + rows[-1].embedding} parameters",
        f"{min(row.tokens for row in rows)} to {max(row.tokens for row in rows)} tokens",
        f"10^{np.log10(min(budgets)):.1f} to 10^{np.log10(max(jobs.BUDGETS)):.1f} FLOP",
        f"{training.BETAS[0]} and {training.BETAS[1]}",
        f"{jobs.TOKENS_A_STEP} sqrt(D)",
        f"{min(job.tests for job in planned())} to {max(job.tests for job in planned())} texts",
        "course_lib.shared.hierarchy.standard_grammar()",
    }
    lowest = -jobs.TRIED + 1
    says |= {f"to {width}: 2^{top + lowest} to 2^{top}" for width, top in list(jobs.RATES.items())[:-1]}
    assert [words for words in says if words not in " ".join(card.split())] == []
    assert re.findall(r"^\| (\w+) \|", card, re.M)[1:] == list(Row._fields)


def test_a_table_is_whole_when_its_writer_is_killed(tmp_path):
    table = tmp_path / "table.csv"
    run.add(table, pretend(FEW[0], None))
    before = table.read_bytes()
    killed = (
        "import os\nfrom pathlib import Path\nfrom course_lib.author.sweep import run\n"
        "os.fsync = lambda file: os.kill(os.getpid(), 9)\n"
        f"run.add(Path({str(table)!r}), [run.read(Path({str(table)!r}))[0]._replace(seed=9)])"
    )
    assert subprocess.run([sys.executable, "-c", killed]).returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2, "control: it was not killed on the way"
    assert table.read_bytes() == before
    run.add(table, pretend(FEW[1], None))
    run.add(table, pretend(FEW[1], None))
    assert run.lacking(table, FEW) == FEW[2:]
    assert len(run.read(table)) == 24, "nothing twice"


@pytest.mark.parametrize("content, word", [("a,b\n1,2\n", "columns"), ("", "columns"), ("half", "damaged")])
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content, word):
    table = tmp_path / "table.csv"
    run.add(table, pretend(FEW[0], None))
    whole = table.read_text()
    table.write_text(content if content != "half" else whole.replace("0.01", "0.o1"))
    with pytest.raises(Refusal, match=word):
        run.read(table)


def test_any_executor_does_and_what_is_there_is_not_trained_again(tmp_path, small_tests):
    table, scratch, asked = tmp_path / "table.csv", tmp_path / "kept", []

    def watched(job, kept):
        asked.append(job)
        return train(job, kept)

    alone = [row for job in FEW for row in train(job, tmp_path / job.name)]
    run.sweep(FEW[1:2], table, scratch, watched, partial(ThreadPoolExecutor, 2))
    run.sweep(FEW, table, scratch, watched, partial(ThreadPoolExecutor, 2))
    assert sorted(asked) == FEW
    run.add(tmp_path / "alone.csv", alone)
    assert table.read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert not list(scratch.iterdir())


def breaking(when):
    """A `train` that is killed where when(job) says so."""

    def fragile(job, kept):
        if when(job):
            raise BrokenExecutor("killed")
        return pretend(job, kept)

    return fragile


def test_a_broken_pool_is_replaced_as_long_as_something_is_trained(tmp_path, capsys):
    table, victims = tmp_path / "table.csv", {job: 2 for job in FEW}

    def once_more(job):
        victims[job] -= 1
        return victims[job] >= 0

    run.sweep(FEW, table, tmp_path, breaking(once_more), partial(ThreadPoolExecutor, 1))
    assert run.lacking(table, FEW) == []
    assert "goes on" in capsys.readouterr().err
    with pytest.raises(Refusal, match="memory"):
        run.sweep(FEW, tmp_path / "other.csv", tmp_path, breaking(lambda job: True), partial(ThreadPoolExecutor, 1))


class AtOnce(Executor):
    """Every job has come back before the first one is asked for."""

    def submit(self, train, *given):
        future = Future()
        try:
            future.set_result(train(*given))
        except BrokenExecutor as error:
            future.set_exception(error)
        return future


@pytest.mark.parametrize("victim", FEW)
def test_what_came_back_with_a_broken_pool_is_written_down(tmp_path, victim):
    table = tmp_path / "table.csv"
    with pytest.raises(BrokenExecutor):
        run.collect(FEW, table, tmp_path, breaking(lambda job: job == victim), AtOnce(), lambda: None)
    assert run.lacking(table, FEW) == [victim]


def test_a_job_without_rows_is_left_for_the_next_time(tmp_path):
    table = tmp_path / "table.csv"
    run.sweep(FEW, table, tmp_path, lambda job, kept: [], partial(ThreadPoolExecutor, 2))
    assert run.lacking(table, FEW) == FEW


def test_what_a_job_has_saved_counts_as_done(tmp_path):
    np.savez(run.kept(FEW[0], tmp_path).open("wb"), step=FEW[0].steps // 2)
    done = run.trained(FEW, tmp_path / "table.csv", tmp_path)
    assert done == pytest.approx(FEW[0].effort * (FEW[0].steps // 2) / FEW[0].steps)


@pytest.mark.parametrize(
    "arguments, word",
    [
        (["--workers", "0"], "at least 1"),
        (["--minutes", "0"], "more than 0"),
        (["--minutes", "nan"], "more than 0"),
        (["--again", "--minutes", "-1"], "more than 0"),
        (["--table", __file__], "not a table"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(arguments, word, capsys):
    assert command.main(arguments) == 2
    said = capsys.readouterr().err
    assert word in said and "Traceback" not in said


# --- the same with other seeds ----------------------------------------------------------------------------------------


def test_differences_are_students_t():
    one, other = rng(1).normal(size=(2, 6, 4))
    expected = scipy.stats.ttest_ind(other, one, axis=1, equal_var=False).statistic
    assert again.student(one, other) == pytest.approx(expected)
    deals = again.dealt(again.Both(6, 100, tuple(range(6)), one, other))
    assert len(deals) == 70 and (expected**2).mean() == pytest.approx(deals[0])


def test_other_seeds_of_the_same_sweep_pass_and_other_learning_rates_do_not():
    rows = run.read(command.TABLE)
    one, other = ([row for row in rows if row.seed in seeds] for seeds in ((0, 1), (2, 3)))
    same = again.both(one, other)
    wrong = [job._replace(new=np.roll(job.new, 1, axis=0)) for job in same]
    assert len(same) == len(planned())
    passes, fails = (again.verdict(both, rng=rng()) for both in (same, wrong))
    assert passes.found < passes.bound
    assert fails.found > fails.bound, "control: the losses of the learning rates beside pass"
    assert "come out again" in again.report(same, passes) and "NOT" in again.report(wrong, fails)


def test_chance_alone_hardly_ever_passes_the_bound_whatever_the_scatter(monkeypatch):
    """Two ways to end, one of them rare: nothing of Gauss in it."""
    monkeypatch.setattr(again, "DEALS", 10_000)
    draws, passed, found = rng(5), 0, 0
    for _ in range(20):
        seeds = 3 + 0.01 * draws.normal(size=(3, 1, 8)) + 0.3 * (draws.random((3, 1, 8)) < 0.1)
        made = [again.Both(6, n, (-3,), job[:, :4], job[:, 4:]) for n, job in enumerate(seeds)]
        moved = [job._replace(new=job.new + 1) for job in made]
        same, other = (again.verdict(both, rng=draws) for both in (made, moved))
        passed, found = passed + (same.found > same.bound), found + (other.found > other.bound)
    assert passed <= 1, "the chance of two in twenty is about 2e-4"
    assert found > 15, "control: nothing is ever found"


# --- real processes ---------------------------------------------------------------------------------------------------


def hasty(job, kept):
    """Train, and save all the time."""
    training.SAVED_EVERY = 0.2
    return train(job, kept)


REAL = [Job(6, C, seeds=(0, 1)) for C in (3e8, 4e8)]
IN_A_PROCESS = f"""
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import test_sweep as tests
if __name__ == "__main__":
    tests.run.sweep(tests.REAL, Path("table.csv"), Path("kept"), tests.hasty, partial(tests.processes, 2))
"""


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uninterrupted")
    for job in REAL:
        run.add(folder / "table.csv", train(job, folder / job.name))
    return (folder / "table.csv").read_bytes()


def until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def on_their_way(scratch):
    return lambda: all(0 < run.fraction(job, scratch) < 0.6 for job in REAL)


@pytest.mark.slow
def test_a_worker_is_killed_and_nothing_is_lost(tmp_path, uninterrupted, capsys):
    def kill():
        until(on_their_way(tmp_path))
        active_children()[0].kill()

    Thread(target=kill).start()
    run.sweep(REAL, tmp_path / "table.csv", tmp_path, hasty, partial(processes, 2))
    assert "Workers were lost" in capsys.readouterr().err, "control: nobody was"
    assert (tmp_path / "table.csv").read_bytes() == uninterrupted


@pytest.mark.slow
def test_the_main_process_is_killed_and_nothing_is_lost_and_nobody_left(tmp_path, uninterrupted):
    (tmp_path / "main.py").write_text(IN_A_PROCESS)
    main = psutil.Popen([sys.executable, "main.py"], cwd=tmp_path)
    until(on_their_way(tmp_path / "kept"))
    workers = main.children(recursive=True)
    main.kill()
    main.wait()
    assert len(workers) >= 2
    until(lambda: not any(map(alive, workers)), 30)
    steps = {job: run.fraction(job, tmp_path / "kept") for job in REAL}
    assert all(steps.values()), "control: nothing was saved"
    subprocess.run([sys.executable, "main.py"], cwd=tmp_path, check=True)
    assert (tmp_path / "table.csv").read_bytes() == uninterrupted


@pytest.mark.slow
def test_ctrl_c_leaves_a_sentence_and_nobody(tmp_path):
    module = [sys.executable, "-m", "course_lib.author.sweep", "--table", "table.csv", "--workers", "2"]
    here = os.environ | {"PYTHONPATH": str(Path(course_lib.__file__).parents[1])}
    main = psutil.Popen(module, cwd=tmp_path, env=here, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until(lambda: sum(worker.cpu_times().user > 4 for worker in main.children()) >= 2)
    workers = main.children(recursive=True)
    os.killpg(main.pid, signal.SIGINT)
    said = main.communicate(timeout=20)[1]
    assert main.returncode == 2 and "Stopped. Start it again" in said and "Traceback" not in said
    until(lambda: not any(map(alive, workers)), 30)
