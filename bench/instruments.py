"""Seconds of one two-stage regression with its tests in Regio, linearmodels and pyfixest, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/instruments.py             # 203, 1e4 and 1e5 rows
    python bench/instruments.py 203         # these only

Region and period effects, one endogenous regressor, two instruments, three controls, errors clustered by region; a balanced panel of seven periods.
linearmodels absorbs no effects with instruments: it gets columns net of them, made by Regio's own routine, which is timed with it; its
Kleibergen-Paap, Sargan and Wu-Hausman are computed too. pyfixest gives the estimate, the first-stage F and the effective F. Ratios are to Regio; best of
several runs. The run stops where coefficients differ by more than 1e-6.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

AGREE = 1e-6
CONTROLS = ["c1", "c2", "c3"]
COLUMNS = ["y", "x", "z1", "z2", *CONTROLS]
SIZES = (203, 10_000, 100_000)
SECONDS = 3.0


def panel(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(rows)
    regions = max(rows // 7, 2)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), np.arange(2001, 2008), indexing="ij"))
    n = len(region)
    shared = rng.normal(size=regions)[region] + rng.normal(size=7)[period - 2001]
    other, shock = rng.normal(size=(n, 5)) + shared[:, None], rng.normal(size=n)
    x = 0.5 * other[:, 0] + 0.3 * other[:, 1] + other[:, 2:].sum(1) / 5 + shock
    y = x + other[:, 2:].sum(1) + shared + shock + rng.normal(size=n)
    table = pd.DataFrame(np.column_stack((y, x, other)), columns=COLUMNS)
    return table.assign(region=region, period=period)


def with_regio(frame: pd.DataFrame) -> float:
    import regio

    options = {"effects": ("region", "period"), "errors": "cluster", "region": "region", "period": "period"}
    return float(regio.two_stage(frame, "y", "x", ["z1", "z2"], CONTROLS, **options).coefficients.loc["x", "estimate"])


def with_linearmodels(frame: pd.DataFrame) -> float:
    from linearmodels.iv import IV2SLS

    from regio.models._collinearity import net_of

    effects = [(codes, int(codes.max()) + 1) for codes in (pd.factorize(frame[name])[0] for name in ("region", "period"))]
    net = pd.DataFrame(net_of(frame[COLUMNS].to_numpy(), effects), columns=COLUMNS)
    fit = IV2SLS(net["y"], net[CONTROLS], net[["x"]], net[["z1", "z2"]]).fit(cov_type="clustered", clusters=frame["region"])
    first = fit.first_stage
    _ = first.diagnostics, getattr(first, "kleibergen_paap", None), fit.sargan, fit.wu_hausman()
    return float(fit.params["x"])


def with_pyfixest(frame: pd.DataFrame) -> float:
    import pyfixest

    fit = pyfixest.feols(f"y ~ {' + '.join(CONTROLS)} | region + period | x ~ z1 + z2", frame, vcov={"CRV1": "region"}, fixef_tol=1e-10)
    fit.IV_Diag()
    return float(fit.coef()["x"])


PROGRAMS: dict[str, Callable[[pd.DataFrame], float]] = {"regio": with_regio, "linearmodels": with_linearmodels, "pyfixest": with_pyfixest}


def best(program: Callable[[pd.DataFrame], float], frame: pd.DataFrame) -> tuple[float, float]:
    found = program(frame)
    times: list[float] = []
    while len(times) < 3 or (sum(times) < SECONDS and len(times) < 200):
        start = time.perf_counter()
        found = program(frame)
        times.append(time.perf_counter() - start)
    return min(times), found


def main() -> None:
    warnings.simplefilter("ignore")
    sizes = [round(float(word)) for word in sys.argv[1:]] or SIZES
    print(f"{'rows':>9} {'program':<13} {'seconds':>9} {'ratio':>7} {'difference':>11}")
    for rows in sizes:
        frame = panel(rows)
        reference, base = 0.0, 0.0
        for name, program in PROGRAMS.items():
            seconds, found = best(program, frame)
            if name == "regio":
                reference, base = found, seconds
            difference = abs(found / reference - 1)
            if not difference <= AGREE:
                raise SystemExit(f"{name} differs from regio by {difference:.1e} at {rows} rows")
            print(f"{len(frame):>9} {name:<13} {seconds:>9.4f} {seconds / base:>7.1f} {difference:>11.1e}", flush=True)


if __name__ == "__main__":
    main()
