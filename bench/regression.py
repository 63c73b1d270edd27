"""Seconds of one clustered two-way regression in Regio, pyfixest and linearmodels, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/regression.py              # 203, 1e5 and 1e6 rows
    python bench/regression.py 203 1e5      # these only
    python bench/regression.py --large      # ten million rows from Parquet beside pyfixest, in seconds and megabytes

Region and period effects, five regressors, errors clustered by region. The panel of 203 rows is balanced (29 regions, 7 years); of the
larger ones (10 years) a tenth of the cells is missing. ``first`` is the first fit of the process, imports included (each program in a
process of its own); ``warm`` the best of several later ones. Ratios are to Regio. The run stops where coefficients differ by more than 1e-9.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

AGREE = 1e-9  # relative difference of coefficients; all three solve the same equations
TERMS = [f"x{j}" for j in range(1, 6)]
SIZES = (203, 100_000, 1_000_000)
SECONDS = 4.0  # spent on repeating each fit


def panel(rows: int) -> pd.DataFrame:
    """A panel with about this many rows; regions are whole numbers, in order."""
    rng = np.random.default_rng(rows)
    periods, kept = (7, 1.0) if rows == 203 else (10, 0.9)
    regions = round(rows / periods / kept)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), 2001 + np.arange(periods), indexing="ij"))
    frame = pd.DataFrame({"region": region, "period": period})
    for term in TERMS:
        frame[term] = rng.normal(size=regions)[region] + rng.normal(size=periods)[period - 2001] + rng.normal(size=len(frame))
    frame["y"] = frame[TERMS].sum(axis=1) + rng.normal(size=regions)[region] + rng.normal(size=len(frame))
    return frame[rng.random(len(frame)) < kept].reset_index(drop=True)


def with_regio(frame: pd.DataFrame) -> np.ndarray:
    import regio

    result = regio.regress(
        frame, "y", TERMS[0], TERMS[1:], effects=("region", "period"), errors="cluster", convention="reghdfe", region="region", period="period"
    )
    return result.coefficients["estimate"].loc[TERMS].to_numpy()


def with_pyfixest(frame: pd.DataFrame) -> np.ndarray:
    import pyfixest

    return pyfixest.feols(f"y ~ {' + '.join(TERMS)} | region + period", frame, vcov={"CRV1": "region"}, fixef_tol=1e-10).coef().loc[TERMS].to_numpy()


def with_linearmodels(frame: pd.DataFrame) -> np.ndarray:
    from linearmodels import PanelOLS

    indexed = frame.set_index(["region", "period"])
    fit = PanelOLS(indexed["y"], indexed[TERMS], entity_effects=True, time_effects=True).fit(cov_type="clustered", cluster_entity=True)
    return fit.params.loc[TERMS].to_numpy()


PROGRAMS: dict[str, Callable[[pd.DataFrame], np.ndarray]] = {"regio": with_regio, "pyfixest": with_pyfixest, "linearmodels": with_linearmodels}


def best(program: Callable[[pd.DataFrame], np.ndarray], frame: pd.DataFrame) -> tuple[float, np.ndarray]:
    """Seconds of the best of several fits, after one that does not count, and its coefficients."""
    found = program(frame)
    times: list[float] = []
    while len(times) < 3 or (sum(times) < SECONDS and len(times) < 500):
        start = time.perf_counter()
        found = program(frame)
        times.append(time.perf_counter() - start)
    return min(times), found


def first(name: str, rows: int) -> float:
    """Seconds of the first fit in a fresh process, imports included, the making of the panel not."""
    code = (
        f"import sys, time; sys.path.insert(0, {sys.path[0]!r}); import regression as r; frame = r.panel({rows}); "
        f"start = time.perf_counter(); r.PROGRAMS[{name!r}](frame); print(time.perf_counter() - start)"
    )
    return float(subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True).stdout.split()[-1])


def main() -> None:
    if "--large" in sys.argv:  # ten million rows from Parquet, in memory-bounded parts
        subprocess.run([sys.executable, str(Path(__file__).with_name("large.py"))], check=True)
        return
    sizes = [round(float(word)) for word in sys.argv[1:]] or SIZES
    print(f"{'rows':>9} {'program':<13} {'first s':>9} {'warm s':>10} {'ratio':>7} {'difference':>11}")
    for rows in sizes:
        frame = panel(rows)
        reference, base = np.empty(0), 0.0
        for name, program in PROGRAMS.items():
            seconds, found = best(program, frame)
            if name == "regio":
                reference, base = found, seconds
            difference = float(np.max(np.abs(found / reference - 1)))
            if not difference <= AGREE:
                raise SystemExit(f"{name} differs from regio by {difference:.1e} at {rows} rows")
            print(f"{len(frame):>9} {name:<13} {first(name, rows):>9.2f} {seconds:>10.4f} {seconds / base:>7.1f} {difference:>11.1e}", flush=True)


if __name__ == "__main__":
    main()
