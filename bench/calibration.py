"""Times of calibration: the search for moments from nothing, one panel from kept moments, a family of panels, recognition; and the files of fingerprints.

python bench/calibration.py                     # times
python bench/calibration.py --fingerprints      # writes src/regio/calibrating/fingerprints/*.csv anew
python bench/calibration.py --tables FOLDER     # false alarms of recognition on the CSV files of a folder
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from regio.auditing.paper import read_paper
from regio.calibrating import search
from regio.calibrating.aims import aims_of
from regio.calibrating.design import read_design
from regio.calibrating.designed import designed
from regio.calibrating.moments import System
from regio.calibrating.printed import family, found, member, read_start
from regio.calibrating.recognise import SEEDS, fingerprints, recognise
from regio.calibrating.start import scales

ROOM = Path(__file__).parents[1] / "src" / "regio"
STUDIES = ROOM / "studies"


def timed(words: str, work: Callable[[], object]) -> object:
    begun = perf_counter()
    result = work()
    print(f"{words:<60} {perf_counter() - begun:8.2f} s")
    return result


def times() -> None:
    folder = STUDIES / "nev-exports"
    paper = read_paper(folder / "printed.json")
    system = System(aims := aims_of(paper), scales(aims))
    print(f"{len(aims.aims)} aims, {len(aims.order_aims)} order statistics, {aims.rows} rows × {len(aims.variables)} variables")
    kept = read_start(folder / "start.json", system)
    assert kept is not None
    _, off = timed("search for moments from nothing", lambda: found(system, 5))  # type: ignore[misc]
    print(f"  worst number: {off:.3f} half units")
    timed("one panel from kept moments, with 13 indicators", lambda: member(paper, system, kept, 0.97, 0))
    timed("another member of the family", lambda: search.wander(system, kept, np.random.default_rng(1)))
    many = timed("20 members", lambda: list(family(paper, range(20), start=folder / "start.json", indicators=False)))
    timed("recognition of one table", lambda: recognise(many[7].panel.rows))  # type: ignore[index]


def prints() -> None:
    for folder in sorted(STUDIES.iterdir()):
        printed, design = folder / "printed.json", folder / "design.toml"
        if design.is_file():
            made = (designed(read_design(design), seed=seed) for seed in range(SEEDS))
        elif printed.is_file() and (folder / "start.json").is_file():
            made = family(read_paper(printed), range(SEEDS), start=folder / "start.json", indicators=False)  # type: ignore[assignment]
        else:
            continue
        file = ROOM / "calibrating" / "fingerprints" / f"{folder.name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(fingerprints(m.panel for m in made), encoding="utf-8")
        print(f"{folder.name}: {file.stat().st_size:,} bytes")


def alarms(folder: Path) -> None:
    tables = columns = wrong = 0
    for file in sorted(folder.rglob("*.csv")):
        try:
            table = pd.read_csv(file)
        except (UnicodeDecodeError, pd.errors.ParserError):
            print(f"  not a plain table: {file.name}")
            continue
        for part in (table, *(table.iloc[i : i + 203] for i in range(0, len(table) - 202, 203))):
            tables, columns = tables + 1, columns + len(part.columns)
            wrong += len(recognise(part))
    print(f"{tables} tables, {columns} columns: {wrong} false alarms")


if __name__ == "__main__":
    if "--fingerprints" in sys.argv:
        prints()
    elif "--tables" in sys.argv:
        alarms(Path(sys.argv[sys.argv.index("--tables") + 1]))
    else:
        times()
