"""Seconds of a panel threshold regression in Regio, by plain refits, and in pyxthreg where it is installed, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/threshold.py                       # a panel like Hansen's: 565 firms, 14 years
    python bench/threshold.py ../shared/reference   # Hansen's own

Five controls, one slope that switches. Refits are what a loop of regressions costs: one least squares fit by numpy on demeaned columns for each
candidate, timed over some of them and scaled up. Ratios are to Regio. The run stops where thresholds or sums of squares differ.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import regio
from regio.contract.tables import open_table
from regio.models._threshold import fit
from regio.models._threshold.candidates import candidates
from regio.models._threshold.path import path
from regio.models._threshold.prepare import Prepared, Wanted, prepare
from regio.models._threshold.problem import problem
from regio.models._threshold.rules import RULES
from regio.models._threshold.search import State, combinations, joint

CONTROLS = ("q1", "q2", "q3", "d1", "qd")
TRIM = (0.01, 0.01, 0.05)
REFITS = 200  # that are timed
DRAWS = 1000


def panel(folder: str | None) -> pd.DataFrame:
    if folder is None:
        rng = np.random.default_rng(1)
        firm, year = (a.ravel() for a in np.meshgrid(np.arange(565), np.arange(1974, 1988), indexing="ij"))
        n = len(firm)
        frame = pd.DataFrame({"firm": firm, "year": year, "q1": rng.lognormal(size=n), "c1": 0.2 + 0.1 * rng.normal(size=n)})
        frame["d1"] = np.maximum(0.25 + 0.2 * rng.normal(size=n), 0.0).round(5)
        frame["i"] = 0.05 + 0.01 * frame["q1"] + frame["c1"] * (0.05 + 0.05 * (frame["d1"] > 0.3)) + 0.05 * rng.normal(size=n)
    else:
        raw = pd.read_csv(Path(folder) / "panel_threshold" / "hansen_invest_1973_1987.csv")
        by_firm = raw.groupby("firm")
        frame = pd.DataFrame({"firm": raw["firm"], "year": raw["year"], "i": raw["inva"]})
        frame["q1"], frame["c1"], frame["d1"] = by_firm["vala"].shift(), by_firm["cfa"].shift(), by_firm["debta"].shift()
        frame = frame.dropna().reset_index(drop=True)
    return frame.assign(q2=frame["q1"] ** 2, q3=frame["q1"] ** 3, qd=frame["q1"] * frame["d1"])


def best(task: Callable[[], Any], seconds: float = 2.0) -> tuple[float, Any]:
    """Seconds of the best of several runs, and what it gave."""
    times: list[float] = []
    found = None
    while len(times) < 3 or (sum(times) < seconds and len(times) < 200):
        start = time.perf_counter()
        found = task()
        times.append(time.perf_counter() - start)
    return min(times), found


def kernel(found: Prepared, frame: pd.DataFrame) -> Callable[[], float]:
    """The exact fit from arrays: sort, demean, running sums, every candidate."""
    q, y, r = (frame[name].to_numpy() for name in ("d1", "i", "c1"))
    x = frame[["c1", *CONTROLS]].to_numpy()
    group = pd.factorize(frame["firm"])[0]
    place = frame.groupby("firm").cumcount().to_numpy()

    def run() -> float:
        made = problem(q, y, r[:, None], x, group, group, place)
        way = path(made, candidates(made, RULES["textbook"], TRIM[:1], None).counts)
        gains = State.start(way, way.running(made.outcome)[..., None], np.array([made.ssr])).gains(way)
        return float(made.ssr - gains.max())

    return run


def refits(frame: pd.DataFrame, values: np.ndarray) -> tuple[float, float]:
    """(seconds of one refit, the smallest sum of squares over ``values``)."""
    codes = pd.factorize(frame["firm"])[0]
    sizes = np.bincount(codes)

    def within(columns: np.ndarray) -> np.ndarray:
        return columns - np.stack([np.bincount(codes, c) / sizes for c in columns.T], axis=1)[codes]

    controls, y = within(frame[list(CONTROLS)].to_numpy()), within(frame[["i"]].to_numpy())[:, 0]
    c, q = frame["c1"].to_numpy(), frame["d1"].to_numpy()
    smallest, start = np.inf, time.perf_counter()
    for value in values:
        design = np.hstack([controls, within(np.column_stack([c * (q <= value), c * (q > value)]))])
        e = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        smallest = min(smallest, float(e @ e))
    return (time.perf_counter() - start) / len(values), smallest


def line(task: str, ours: float, others: dict[str, float | None]) -> None:
    parts = [f"{name} {'not installed' if seconds is None else f'{seconds:10.4f} s ({seconds / ours:8.0f} times)'}" for name, seconds in others.items()]
    print(f"{task:58} regio {ours:8.4f} s   {'   '.join(parts)}", flush=True)


def peer(frame: pd.DataFrame, draws: int) -> float | None:
    """Pyxthreg's fit of one threshold on a grid of 400 with its own bootstrap; None where it is not installed."""
    if importlib.util.find_spec("pyxthreg") is None:
        return None
    from pyxthreg.estimator import ThresholdPanel

    def run() -> None:
        ThresholdPanel(data=frame, dep="i", indep=list(CONTROLS), rx=["c1"], qx="d1", entity_col="firm", time_col="year").fit(
            thnum=1, trim=0.01, grid=400, bs=draws
        )

    run()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def drawn(found: Prepared, done: fit.Search, k: int) -> fit.Test:
    return fit.test_of(found, done, RULES["textbook"], k, draws=DRAWS, scheme="cluster", seed=0, engine=None)


def main(folder: str | None) -> None:
    frame = panel(folder)
    start = time.perf_counter()
    regio.threshold(frame, "i", "c1", "d1", CONTROLS, max_thresholds=1, draws=0, trim=TRIM, region="firm", period="year")
    print(f"first call, imports of numbers included: {time.perf_counter() - start:.2f} s; nothing is compiled")
    found = prepare(open_table(frame, "firm", "year"), Wanted("i", ("c1",), CONTROLS, "d1", ("region",)), RULES["textbook"])
    exact, ssr = best(kernel(found, frame))
    done = fit.search(found, RULES["textbook"], TRIM[:1], None, None)
    values = done.candidates.values
    near = values[np.clip(done.sequence[0] + np.arange(-REFITS // 2, REFITS // 2), 0, len(values) - 1)]
    each, plain = refits(frame, near)
    if abs(plain / ssr - 1) > 1e-9:
        sys.exit(f"sums of squares differ: {ssr} and {plain}")
    line(f"one threshold, all {len(values)} values, from arrays", exact, {"refits": each * len(values), "pyxthreg": peer(frame, 0)})
    whole = {"max_thresholds": 1, "trim": TRIM, "region": "firm", "period": "year"}
    door, _ = best(lambda: regio.threshold(frame, "i", "c1", "d1", CONTROLS, draws=0, **whole))
    line("the same through the door, with slopes, set and curve", door, {})
    gridded = fit.search(found, RULES["textbook"], TRIM, 429, None)
    size = gridded.candidates.size
    for k in (1, 2, 3):
        seconds, _ = best(lambda k=k: drawn(found, gridded, k))
        line(f"{DRAWS} draws of test {k}, {size} values", seconds, {"refits": each * size * k * DRAWS} | ({"pyxthreg": peer(frame, DRAWS)} if k == 1 else {}))
    seconds, _ = best(lambda: drawn(found, done, 1))
    line(f"{DRAWS} draws of test 1, all {len(values)} values", seconds, {"refits": each * len(values) * DRAWS})
    limit = done.candidates.limits[0]
    pairs = (limit.last - limit.first + 1) * (limit.last - limit.first) // 2
    both, _ = best(lambda: joint(done.path, limit, done.c, found.problem.ssr, combinations(limit, done.path.size, 1)))
    line(f"best pair of {pairs:,}", both, {"refits": each * pairs})


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
