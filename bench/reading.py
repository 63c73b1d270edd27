"""Seconds to read yearbook files in Regio, beside pandas doing the bare minimum by hand, in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/reading.py                   # 31 provinces × 50 indicator sheets; 5 million rows of firms
    python bench/reading.py --rows 1e6        # another number of firms

The workbook has a title, a unit, footnotes, totals and numbers with separators in each sheet. pandas reads the same sheets with the header's place
given, melts and joins them, and cleans nothing (its engine is calamine too). The firms' file is summed to provinces and years; memory is the most that
a process of its own took.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

SHEETS, YEARS, REPEATS = 50, tuple(range(2011, 2024)), 3
LIMITS = {"sheets": 2.0, "firms": 5.0}  # seconds; the memory of the firms' sum is to stay below 1 GB


def workbook(path: Path) -> None:
    import openpyxl

    from regio.regions import system

    places = [region.full for region in system("china_provinces").regions if region.zh not in ("香港", "澳门", "台湾")]
    rng = np.random.default_rng(1)
    book = openpyxl.Workbook(write_only=True)
    for k in range(SHEETS):
        page = book.create_sheet(f"指标{k}x")
        page.append([f"{k + 1}-1 分地区指标{k}x（2011-2023年）"])
        page.append([None] * len(YEARS) + ["单位：亿元"])
        page.append(["地区", *(f"{year}年" for year in YEARS)])
        page.append(["全国", *(1.0 for _ in YEARS)])
        for i, place in enumerate(places):
            page.append([place, *(f"{value:,.2f}" if (i + j) % 10 == 0 else float(value) for j, value in enumerate(rng.lognormal(8, 1, len(YEARS)).round(2)))])
        page.append(["注：本表按当年价格计算。"])
    book.save(path)


def sheets_with_regio(path: Path) -> int:
    import regio

    panel = regio.read(path).panel
    return len(panel) * len(panel.value_columns)


def sheets_with_pandas(path: Path) -> int:
    book = pd.read_excel(path, sheet_name=None, header=2, engine="calamine")
    frames = [frame.melt("地区", var_name="year", value_name=name).set_index(["地区", "year"]) for name, frame in book.items()]
    return pd.concat(frames, axis=1).size


def firms(folder: Path, rows: int) -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"province": np.array([f"P{i:02d}" for i in range(31)])[rng.integers(0, 31, rows)], "year": rng.integers(2011, 2024, rows)})
    frame["firm"] = np.arange(rows)
    for name in ("assets", "revenue"):
        frame[name] = rng.lognormal(3, 1, rows).round(4)
    frame.to_parquet(folder / "firms.parquet")
    frame.to_csv(folder / "firms.csv", index=False)


def firms_with_regio(path: Path) -> int:
    from regio.reading.large import aggregate

    return len(aggregate(path, "province", "year", ["assets", "revenue"]))


def firms_with_pandas(path: Path) -> int:
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    return len(frame.groupby(["province", "year"])[["assets", "revenue"]].sum())


def best(task: Callable[[Path], int], path: Path) -> tuple[float, int]:
    times, found = [], 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = task(path)
        times.append(time.perf_counter() - start)
    return min(times), found


def alone(call: str) -> list[str]:
    """What an expression of this module prints in a process of its own, which is not born with the memory of this one."""
    code = f"import sys, pathlib; sys.path.insert(0, {sys.path[0]!r}); import reading as r; {call}"
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True).stdout.split()


def measured(name: str, path: Path) -> tuple[float, int, float]:
    """Seconds (imports not counted), rows and most memory in GB."""
    seconds, rows, gigabytes = alone(f"print(*r.best(r.{name}, pathlib.Path({str(path)!r})), r.memory())")
    return float(seconds), int(rows), float(gigabytes)


def memory() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 2**30 if sys.platform == "darwin" else used / 2**20


def main() -> None:
    rows = int(float(sys.argv[sys.argv.index("--rows") + 1])) if "--rows" in sys.argv else 5_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone(f"r.workbook(pathlib.Path({str(folder / 'sheets.xlsx')!r})); r.firms(pathlib.Path({name!r}), {rows})")
        print(f"{'task':<28} {'regio s':>8} {'pandas s':>9} {'ratio':>6} {'regio GB':>9} {'pandas GB':>10}   limit")
        for task, file, limit in (("sheets", "sheets.xlsx", "sheets"), ("firms", "firms.csv", "firms"), ("firms", "firms.parquet", "firms")):
            own, found, own_memory = measured(f"{task}_with_regio", folder / file)
            peer, _, peer_memory = measured(f"{task}_with_pandas", folder / file)
            label = f"{file} ({found if task == 'sheets' else rows})"
            print(f"{label:<28} {own:>8.2f} {peer:>9.2f} {peer / own:>6.2f} {own_memory:>9.2f} {peer_memory:>10.2f}   {LIMITS[limit]} s", flush=True)


if __name__ == "__main__":
    main()
