"""Seconds of a clustered bootstrap of an indirect effect in Regio, and of the same bootstrap as a loop of refits in pyfixest and linearmodels.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/mediation.py               # 203 rows (29 regions, 7 years)
    python bench/mediation.py 203 20000     # also 2,000 regions by 10 years

Three controls, 5,000 draws of regions. ``draws s`` is the resampling alone, ``whole s`` the whole call: equations, Sobel tests, four intervals, jackknife.
A loop is run for a few draws, on the same draws, and its time for 5,000 is extrapolated from these: the printed ratio is of that. The run stops where an
indirect effect of a draw differs by more than 1e-8.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

AGREE = 1e-8  # relative; pyfixest iterates to a tolerance
DRAWS = 5_000
CONTROLS = ["c1", "c2", "c3"]
EFFECTS: tuple[tuple[str, ...], ...] = ((), ("region",), ("region", "period"))
SECONDS = 6.0  # spent on a loop


def panel(rows: int) -> pd.DataFrame:
    periods = 7 if rows == 203 else 10
    rng = np.random.default_rng(rows)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(rows // periods), 2001 + np.arange(periods), indexing="ij"))
    n, own = len(region), rng.normal(size=rows // periods)[region]
    frame = pd.DataFrame({"region": region, "period": period, "x": rng.normal(size=n) + own / 2})
    for name in CONTROLS:
        frame[name] = rng.normal(size=n)
    frame["m"] = 0.3 * frame["x"] + 0.2 * frame["c1"] + own + rng.normal(size=n)
    frame["y"] = 0.2 * frame["x"] + 0.4 * frame["m"] + 0.3 * frame["c3"] + own + rng.normal(size=n)
    return frame


def drawn(frame: pd.DataFrame, weights: np.ndarray) -> pd.DataFrame:
    """The rows of the drawn regions; copies are regions of their own."""
    by_region = np.split(np.arange(len(frame)), np.flatnonzero(np.diff(frame["region"])) + 1)
    picked = [by_region[u] for u in np.repeat(np.arange(len(weights)), weights.astype(int))]
    table = frame.iloc[np.concatenate(picked)].reset_index(drop=True)
    return table.assign(region=np.repeat(np.arange(len(picked)), [len(p) for p in picked]))


def with_pyfixest(table: pd.DataFrame, effects: tuple[str, ...]) -> float:
    import pyfixest

    tail = " + ".join(["x", *CONTROLS]) + (f" | {' + '.join(effects)}" if effects else "")
    options: dict[str, Any] = {"vcov": "iid", "fixef_tol": 1e-12} if effects else {"vcov": "iid"}
    a = pyfixest.feols(f"m ~ {tail}", table, **options).coef()["x"]
    return float(a * pyfixest.feols(f"y ~ m + {tail}", table, **options).coef()["m"])


def with_linearmodels(table: pd.DataFrame, effects: tuple[str, ...]) -> float:
    from linearmodels import PanelOLS

    indexed = table.assign(one=1.0).set_index(["region", "period"])
    terms = ["x", *CONTROLS, "one"]
    options = {"entity_effects": "region" in effects, "time_effects": "period" in effects}
    a = PanelOLS(indexed["m"], indexed[terms], **options).fit().params["x"]
    return float(a * PanelOLS(indexed["y"], indexed[["m", *terms]], **options).fit().params["m"])


LOOPS: dict[str, Callable[[pd.DataFrame, tuple[str, ...]], float]] = {"pyfixest": with_pyfixest, "linearmodels": with_linearmodels}


def resampling(frame: pd.DataFrame, effects: tuple[str, ...]) -> tuple[float, np.ndarray, np.ndarray]:
    """Seconds of 5,000 draws (cross products included), the indirect effects and the weights of the first draws."""
    from regio.compute.engine import repeat
    from regio.models._mediate import Call
    from regio.models._mediate_draws import _effects_of_chunk, units_in
    from regio.models._sample import Sample
    from regio.models.core.resampling import drawn as weights_of
    from regio.panel.variable import Keys

    options = {"effects": effects, "errors": "classical", "cluster": None, "convention": "xtreg", "level": 0.95}
    call = Call("y", "x", ("m",), tuple(CONTROLS), options)
    sample = Sample(frame, Keys("region", "period"))
    start = time.perf_counter()
    units, controls = units_in(sample, call, "region")
    found = repeat(_effects_of_chunk, DRAWS, 0, units, controls, np.eye(1))
    seconds = time.perf_counter() - start
    return seconds, found[:, 0], next(weights_of((0, 1000, 0), units.count))


def whole(frame: pd.DataFrame, effects: tuple[str, ...]) -> float:
    import regio

    start = time.perf_counter()
    regio.mediate(frame, "y", "x", "m", CONTROLS, effects=effects, draws=DRAWS, region="region", period="period")
    return time.perf_counter() - start


def main() -> None:
    warnings.filterwarnings("ignore")
    print(f"{'rows':>7} {'effects':<16} {'program':<13} {'draws s':>10} {'whole s':>9} {'ratio':>8} {'difference':>11}")
    for rows in [round(float(word)) for word in sys.argv[1:]] or [203]:
        frame = panel(rows)
        for effects in EFFECTS:
            resampling(frame, effects)
            timed = [resampling(frame, effects) for _ in range(3)]
            seconds, found, weights = min(timed, key=lambda each: each[0])
            said = ", ".join(effects) or "none"
            print(f"{len(frame):>7} {said:<16} {'regio':<13} {seconds:>10.4f} {min(whole(frame, effects) for _ in range(3)):>9.3f} {1:>8} {'':>11}", flush=True)
            for name, loop in LOOPS.items():
                loop(drawn(frame, weights[:, 0]), effects)
                times, worst = [], 0.0
                while len(times) < 3 or (sum(times) < SECONDS and len(times) < 100):
                    i = len(times)
                    start = time.perf_counter()
                    value = loop(drawn(frame, weights[:, i]), effects)
                    times.append(time.perf_counter() - start)
                    worst = max(worst, abs(value / found[i] - 1))
                if not worst <= AGREE:
                    raise SystemExit(f"{name} differs from regio by {worst:.1e}")
                loop_seconds = float(np.mean(times)) * DRAWS
                note = f"extrapolated from {len(times)} draws"
                print(f"{len(frame):>7} {said:<16} {name:<13} {loop_seconds:>10.1f} {'':>9} {loop_seconds / seconds:>8.0f} {worst:>11.1e}  {note}", flush=True)


if __name__ == "__main__":
    main()
