"""Races for `make bench`: several ways to one result, timed by turns, and how their cost grows with the size."""

import statistics
import time

import numpy as np

PATIENCE = 2.0  # seconds a call; a slower peer is left out from there on


def race(title, contenders, prepare, sizes, *, large, power=1.0, steepest=5.0, seconds=3.0):
    """Print a table of medians, each contender's ratio to the first, and how its cost grows; return seconds a call.

    contenders: name -> make, where make(*prepare(size)) is the call that is timed; the first is ours.
    large: sizes from here on decide the exponent in n, where n = size**power.
    steepest: a peer whose next size would take too long, its cost growing with this power of the size, is left out.
    """
    print(f"\n{title}: milliseconds (times ours), medians of interleaved repeats\n{'':34}" + spread(sizes))
    times, ours = {name: {} for name in contenders}, next(iter(contenders))
    for size in sizes:
        case = prepare(size)
        calls = {}
        for name, make in contenders.items():
            if not times[name] or max(times[name].values()) * (size / max(times[name])) ** steepest < PATIENCE:
                calls[name] = make(*case)
                calls[name]()  # compiled, planned and in cache
        for name, taken in interleaved(calls, seconds).items():
            times[name][size] = taken
    for name, row in times.items():
        cells = [f"{1e3 * row[s]:.3g} ({row[s] / times[ours][s]:.1f})" if s in row else "> 2 s" for s in sizes]
        print(f"{name:34}" + spread(cells) + growth(row, large, power))
    return times


def interleaved(calls, seconds):
    """The median seconds of each call, all of them taken by turns, so that other tenants slow all alike."""
    at_once = {name: max(1, int(3e-3 / seconds_of(call, 1))) for name, call in calls.items()}
    rounds = {name: [] for name in calls}
    until = time.perf_counter() + seconds
    while time.perf_counter() < until and len(next(iter(rounds.values()))) < 30:
        for name, call in calls.items():
            rounds[name].append(seconds_of(call, at_once[name]))
    return {name: statistics.median(taken) for name, taken in rounds.items()}


def seconds_of(call, times):
    """Seconds a call, the mean of so many in a row."""
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def growth(row, large, power):
    """The exponent of the cost in n, over the large sizes or, where these are fewer than two, over all."""
    sizes = [s for s in row if s >= large] if len([s for s in row if s >= large]) > 1 else list(row)
    if len(sizes) < 2:
        return ""
    n, seconds = np.array(sizes, float) ** power, [row[s] for s in sizes]
    return f"  ~ n^{np.polyfit(np.log(n), np.log(seconds), 1)[0]:.1f}"


def spread(cells):
    return "".join(f"{cell!s:>17}" for cell in cells)
