"""Seconds of a specification curve in Regio, and of the same models as a loop of fits in pyfixest.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/specifications.py

1,024 models on 341 rows (31 regions, 11 years): 9 controls in or out, region effects or region and period effects, errors clustered by region. ``curve`` is
the estimates alone, ``with test`` the joint test of 499 draws as well, in which every model is estimated again, ``placebo`` 499 draws of one model. Loops are
run for some of their models, on the same data, and their time for all is extrapolated from these: the printed ratio is of that. The run stops where an
estimate differs by more than 1e-7 or a standard error by more than 1e-6.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

AGREE, AGREE_ERROR = 1e-7, 1e-6  # relative; pyfixest iterates to a tolerance
REGIONS, PERIODS, DRAWS = 31, 11, 499
CONTROLS = tuple(f"c{j}" for j in range(9))
EFFECTS = (("region",), ("region", "period"))
SECONDS = 6.0  # spent on a loop


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(341)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(REGIONS), 2010 + np.arange(PERIODS), indexing="ij"))
    frame = pd.DataFrame({"region": [f"r{i:02d}" for i in region], "period": period})
    for name in ("x", *CONTROLS):
        frame[name] = rng.normal(size=REGIONS)[region] + rng.normal(size=len(frame))
    frame["y"] = 0.1 * frame["x"] + 0.2 * frame[list(CONTROLS)].sum(axis=1) + rng.normal(size=len(frame))
    return frame


def best(call: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    found, seconds = call(), []
    for _ in range(times):
        start = time.perf_counter()
        found = call()
        seconds.append(time.perf_counter() - start)
    return min(seconds), found


def with_pyfixest(frame: pd.DataFrame, model: Any) -> tuple[float, float]:
    import pyfixest

    terms = " + ".join(["x", *filter(None, model["controls"].split(" + "))])
    fit = pyfixest.feols(f"y ~ {terms} | {model['effects']}", frame, vcov={"CRV1": "region"}, fixef_tol=1e-12)
    return float(fit.coef()["x"]), float(fit.se()["x"])


def looped(fit: Callable[[Any], tuple[float, float]], models: pd.DataFrame) -> tuple[float, int, float, float]:
    """(seconds a model, models done, largest differences of estimate and error)"""
    order = np.random.default_rng(0).permutation(len(models))
    fit(models.iloc[order[0]])
    start, done, apart = time.perf_counter(), 0, [0.0, 0.0]
    for i in order:
        found = fit(models.iloc[i])
        done += 1
        expected = models.iloc[i][["estimate", "std_error"]].to_numpy(float)
        apart = np.maximum(apart, np.abs(np.array(found) / expected - 1)).tolist()
        if time.perf_counter() - start > SECONDS:
            break
    return (time.perf_counter() - start) / done, done, apart[0], apart[1]


def main() -> None:
    import regio

    frame = panel()
    data = regio.Panel(frame, region="region", period="period")

    def curve(draws: int) -> Any:
        return regio.specification_curve(data, "y", "x", CONTROLS, effects=EFFECTS, convention="reghdfe", draws=draws)

    def refit(model: Any) -> tuple[float, float]:
        controls, effects = (tuple(filter(None, model[name].split(" + "))) for name in ("controls", "effects"))
        row = regio.regress(data, "y", "x", controls, effects=effects, errors="cluster", convention="reghdfe").coefficients.loc["x"]
        return float(row["estimate"]), float(row["std_error"])

    seconds, found = best(lambda: curve(0))
    whole, _ = best(lambda: curve(DRAWS))
    models = found.specifications
    base = regio.regress(data, "y", "x", CONTROLS, effects=EFFECTS[1], errors="cluster", convention="reghdfe")
    shuffled, _ = best(lambda: regio.placebo(data, base, draws=DRAWS))
    print(f"{len(models)} models, {len(frame)} rows; {DRAWS} draws")
    print(f"{'':<22} {'curve s':>10} {'ratio':>8} {'with test s':>12} {'ratio':>10} {'placebo s':>10} {'ratio':>8} {'models run':>11} {'apart':>9}")
    print(f"{'regio':<22} {seconds:>10.3f} {1:>8.1f} {whole:>12.3f} {1:>10.1f} {shuffled:>10.3f} {1:>8.1f} {len(models):>11} {0:>9.1e}")
    for name, fit in (("regio.regress, a loop", refit), ("pyfixest, a loop", lambda model: with_pyfixest(frame, model))):
        one, done, apart, error = looped(fit, models)
        if not (apart <= AGREE and error <= AGREE_ERROR):
            raise SystemExit(f"{name} differs by {apart:.1e} (estimate), {error:.1e} (error)")
        every, tested, drawn = one * len(models), one * len(models) * (DRAWS + 1), one * DRAWS
        ratios = (every / seconds, tested / whole, drawn / shuffled)
        cells = f"{every:>10.2f} {ratios[0]:>8.1f} {tested:>12.0f} {ratios[1]:>10.1f} {drawn:>10.2f} {ratios[2]:>8.1f}"
        print(f"{name:<22} {cells} {done:>11} {max(apart, error):>9.1e}", flush=True)


if __name__ == "__main__":
    main()
