"""Seconds and megabytes of a clustered two-way regression on ten million rows of a Parquet file: Regio by parts, pyfixest in memory.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/large.py                  # ten million rows
    python bench/large.py --rows 1e6

Region and period effects, five regressors, errors clustered by region; about nine rows a region, ten periods, a tenth of the cells missing.
Each program runs in a process of its own and reads the file itself; ``seconds`` begin before its import, ``peak MB`` is the largest resident
memory of the process. Ratios are to Regio. The run stops where coefficients or standard errors differ by more than 1e-9. pyfixest is left out
where the machine has too little memory for it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

AGREE = 1e-9  # relative difference of coefficients and of standard errors; both solve the same equations
TERMS = [f"x{j}" for j in range(1, 6)]
PERIODS, KEPT = 10, 0.9
CHUNK = 100_000  # regions that are made at once
NEEDED = 1_000  # bytes a row that pyfixest takes at its peak, with room to spare

REGIO = """
import regio
from regio.compute.parquet import ParquetRows
options = dict(effects=("region", "period"), errors="cluster", convention="reghdfe", region="region", period="period")
found = regio.regress(ParquetRows(place), "y", terms[0], terms[1:], **options).coefficients.loc[terms]
estimates, std_errors = found["estimate"], found["std_error"]
"""
PYFIXEST = """
import pandas as pd, pyfixest
demeaner = {"demeaner": pyfixest.MapDemeaner(fixef_tol=1e-10)} if hasattr(pyfixest, "MapDemeaner") else {"fixef_tol": 1e-10}
fit = pyfixest.feols("y ~ " + " + ".join(terms) + " | region + period", pd.read_parquet(place), vcov={"CRV1": "region"}, **demeaner)
estimates, std_errors = fit.coef().loc[terms], fit.se().loc[terms]
"""
PROGRAM = """
import json, resource, sys, time
start = time.perf_counter()
place, terms = sys.argv[1], json.loads(sys.argv[2])
{body}
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps([seconds, peak, list(map(float, estimates)), list(map(float, std_errors))]))
"""


def write(place: Path, rows: int) -> int:
    """A file in the order of regions and periods, the same bytes for the same number of rows; returns how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(rows)
    regions, shocks, written, writer = round(rows / PERIODS / KEPT), rng.normal(size=(PERIODS, len(TERMS) + 1)), 0, None
    for start in range(0, regions, CHUNK):
        some = min(CHUNK, regions - start)
        period = np.tile(np.arange(PERIODS), some)
        columns = {"region": np.repeat(np.arange(start, start + some), PERIODS), "period": 2001 + period}
        for j, term in enumerate(TERMS):
            columns[term] = np.repeat(rng.normal(size=some), PERIODS) + shocks[period, j] + rng.normal(size=len(period))
        columns["y"] = sum(columns[t] for t in TERMS) + np.repeat(rng.normal(size=some), PERIODS) + shocks[period, -1] + rng.normal(size=len(period))
        kept = rng.random(len(period)) < KEPT
        table = pa.table({name: column[kept] for name, column in columns.items()})
        writer = writer or pq.ParquetWriter(place, table.schema)
        writer.write_table(table)
        written += len(table)
    if writer is not None:
        writer.close()
    return written


def measured(body: str, place: Path) -> tuple[float, float, np.ndarray]:
    """Seconds, peak MB, and coefficients with their standard errors, of a program in a fresh process."""
    code = PROGRAM.format(body=body)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(place), json.dumps(TERMS)], capture_output=True, text=True, check=True)
    seconds, peak, estimates, std_errors = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak, np.array([estimates, std_errors])


def free_bytes() -> float:
    """Memory that is there now; infinite where the system does not say."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return float("inf")


def main() -> None:
    options = argparse.ArgumentParser(description="Regression on many rows, by parts and in memory.")
    options.add_argument("--rows", type=float, default=1e7)
    rows = round(options.parse_args().rows)
    programs = {"regio": REGIO, "pyfixest": PYFIXEST}
    if free_bytes() < rows * NEEDED:
        print("pyfixest is left out: too little memory")
        del programs["pyfixest"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "panel.parquet"
        written = write(place, rows)
        print(f"{written} rows, {place.stat().st_size / 2**20:.0f} MB of Parquet")
        print(f"{'program':<10} {'seconds':>8} {'ratio':>6} {'peak MB':>8} {'ratio':>6} {'difference':>11}")
        base = None
        for name, body in programs.items():
            seconds, peak, found = measured(body, place)
            base = base or (seconds, peak, found)
            difference = float(np.max(np.abs(found / base[2] - 1)))
            if not difference <= AGREE:
                raise SystemExit(f"{name} differs from regio by {difference:.1e}")
            print(f"{name:<10} {seconds:>8.1f} {seconds / base[0]:>6.1f} {peak:>8.0f} {peak / base[1]:>6.1f} {difference:>11.1e}", flush=True)


if __name__ == "__main__":
    main()
