"""Seconds of natural breaks and of the geographical detector in Regio, with the peers from PyPI beside it, in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/geodetector.py
    python bench/geodetector.py 1e5      # rows of the long columns

Each number is the best of several runs after one that does not count. Ratios are to Regio. The run stops where a peer's breaks are better than ours.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

import regio
from regio.spatial.breaks import Profile, within

SECONDS = 2.0  # spent on repeating each


def best(task: Callable[[], object], least: int = 2) -> float:
    task()
    times: list[float] = []
    while len(times) < least or (sum(times) < SECONDS and len(times) < 200):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def vegetation(rows: int) -> pd.DataFrame:
    """Four skewed factors and an outcome, in the manner of the NDVI tables of the R package GD."""
    rng = np.random.default_rng(rows)
    rain, people = rng.gamma(4, 80, rows), rng.lognormal(1, 2, rows)
    frame = pd.DataFrame(
        {"temperature": rng.normal(1.2, 0.8, rows), "rain": rain, "output": np.where(rng.random(rows) < 0.2, 0, rng.lognormal(4, 2, rows)), "people": people}
    )
    return frame.assign(ndvi=np.tanh(rain / 300) + 0.05 * np.log(people) + 0.1 * frame["temperature"] + rng.normal(0, 0.2, rows))


FACTORS = ("temperature", "rain", "output", "people")


def line(name: str, program: str, seconds: float, base: float) -> None:
    print(f"{name:<44} {program:<12} {seconds:>9.4f} {seconds / base:>8.1f}", flush=True)


def peers_of_breaks(values: np.ndarray, classes: int) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    """Those that can take so many values: both of them need n² numbers or steps."""
    if len(values) <= 12_000:
        import jenkspy
        import mapclassify

        yield "jenkspy", lambda: np.array(jenkspy.jenks_breaks(values, classes)[1:-1])
        if len(values) <= 1_000:
            yield "mapclassify", lambda: np.array(mapclassify.FisherJenks(values, k=classes).bins[:-1])


def breaks_against_peers(long: int) -> None:
    for rows in (713, 11_567, long):
        values = np.random.default_rng(1).lognormal(0, 1, rows)
        base = best(lambda v=values: regio.natural_breaks(v, 8))
        line(f"natural breaks, {rows} values, 8 classes", "regio", base, base)
        own = regio.natural_breaks(values, 8).within_ss
        for program, task in peers_of_breaks(values, 8):
            line("", program, best(task), base)
            if within(Profile.of(values), np.unique(task())) < own * (1 - 1e-9):
                raise SystemExit(f"{program} found better breaks")


def detectors(long: int) -> None:
    small, large = vegetation(713), vegetation(46_295)
    tasks: dict[str, Callable[[], object]] = {
        "OPGD 713 x 4, 5 methods, 3 to 8 classes": lambda: regio.geodetector(small, "ndvi", FACTORS, shares="none"),
        "the same with Shapley shares": lambda: regio.geodetector(small, "ndvi", FACTORS),
        "the same with 999 permutations of the search": lambda: regio.geodetector(small, "ndvi", FACTORS, shares="none", draws=999),
        "OPGD 46295 x 4": lambda: regio.geodetector(large, "ndvi", FACTORS, shares="none"),
        "RGD 713 x 4, exact": lambda: regio.geodetector(small, "ndvi", FACTORS, shares="none", methods=("robust",)),
    }
    rng = np.random.default_rng(2)
    labels = pd.DataFrame({"a": rng.integers(0, 8, long), "b": rng.integers(0, 8, long), "y": rng.normal(size=long)})
    tasks[f"one factor of 8 strata, {long} rows"] = lambda: regio.geodetector(labels, "y", "a")
    tasks[f"a pair of 8 x 8 strata, {long} rows"] = lambda: regio.geodetector(labels, "y", ("a", "b"), shares="none")
    for name, task in tasks.items():
        seconds = best(task)
        line(name, "regio", seconds, seconds)
        if name.startswith("RGD"):
            _ruptures(small, seconds)


def _ruptures(frame: pd.DataFrame, base: float) -> None:
    """The engine of gdverse's robust detector, one factor only; ratios are to four of ours."""
    try:
        import ruptures
    except ImportError:
        return
    ordered = frame.sort_values("rain")["ndvi"].to_numpy()
    start = time.perf_counter()
    ruptures.Dynp("l2", min_size=1, jump=1).fit(ordered).predict(7)
    line("  one factor", "ruptures", time.perf_counter() - start, base)


def main() -> None:
    warnings.simplefilter("ignore")
    long = round(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    print(f"{'what':<44} {'program':<12} {'seconds':>9} {'ratio':>8}")
    breaks_against_peers(long)
    detectors(long)


if __name__ == "__main__":
    main()
