"""Times of calibration: the search for moments from nothing, one panel from kept moments, a family of panels, recognition; and the files of fingerprints.

python bench/calibration.py                     # times
python bench/calibration.py --starts 10         # the search for moments from so many starts
python bench/calibration.py --fingerprints      # writes src/regio/calibrating/fingerprints/*.csv anew; names of studies behind it: of these only
python bench/calibration.py --tables FOLDER     # false alarms of recognition on the CSV files of a folder
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from regio.auditing.paper import read_paper
from regio.calibrating import search
from regio.calibrating.aims import aims_of
from regio.calibrating.design import read_design
from regio.calibrating.designed import designed
from regio.calibrating.moments import System
from regio.calibrating.printed import RESTARTS, attempt, family, found, member, read_start
from regio.calibrating.recognise import SEEDS, _known, fingerprints, recognise
from regio.calibrating.start import scales

ROOM = Path(__file__).parents[1] / "src" / "regio"
STUDIES = ROOM / "studies"


def timed(words: str, work: Callable[[], object]) -> object:
    begun = process_time()
    result = work()
    print(f"{words:<60} {process_time() - begun:8.2f} s")
    return result


def times() -> None:
    folder = STUDIES / "nev-exports"
    paper = read_paper(folder / "printed.json")
    system = System(aims := aims_of(paper), scales(aims))
    print(f"{len(aims.aims)} aims, {len(aims.order_aims)} order statistics, {aims.rows} rows × {len(aims.variables)} variables")
    kept = read_start(folder / "start.json", system)
    assert kept is not None
    _, off = timed("search for moments from nothing", lambda: found(system, RESTARTS))  # type: ignore[misc]
    print(f"  worst number: {off:.3f} half units")
    timed("one panel from kept moments, with 13 indicators", lambda: member(paper, system, kept, 0.97, 0))
    timed("another member of the family", lambda: search.wander(system, kept, np.random.default_rng(1)))
    many = timed("20 members", lambda: list(family(folder / "printed.json", range(20), indicators=False)))
    timed("recognition of one table", lambda: recognise(many[7].panel.rows))  # type: ignore[index]


def starts(count: int) -> None:
    system = System(aims := aims_of(read_paper(STUDIES / "nev-exports" / "printed.json")), scales(aims))
    for number in range(count):
        _, off = timed(f"start {number}", lambda number=number: attempt(system, number))  # type: ignore[misc]
        print(f"  worst number: {off:.3f} half units")


def prints(names: list[str]) -> None:
    for folder in sorted(STUDIES.iterdir()):
        if names and folder.name not in names:
            continue
        printed, design = folder / "printed.json", folder / "design.toml"
        if design.is_file():
            read = read_design(design)
            made = (designed(read, seed=seed) for seed in range(SEEDS))
        elif printed.is_file() and (folder / "start.json").is_file():
            made = family(printed, range(SEEDS), indicators=False)  # type: ignore[assignment]
        else:
            continue
        file = ROOM / "calibrating" / "fingerprints" / f"{folder.name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(fingerprints((m.panel, *m.tables.values()) for m in made), encoding="utf-8")
        print(f"{folder.name}: {file.stat().st_size:,} bytes")


def alarms(folder: Path) -> None:
    """Whole tables, and all their runs of as many rows as a kept panel has."""
    counts = sorted(_known())
    tables = columns = wrong = 0
    for file in sorted(f for f in folder.rglob("*") if f.suffix in (".csv", ".xlsx")):
        for table in opened(file):
            for part in (table, *(table.iloc[i : i + n] for n in counts for i in range(0, len(table) - n + 1, n))):
                tables, columns = tables + 1, columns + len(part.columns)
                wrong += len(recognise(part))
    print(f"{tables} tables of {', '.join(map(str, counts))} or all rows, {columns} columns: {wrong} false alarms")


def opened(file: Path) -> list[pd.DataFrame]:
    """The tables of a file; lines above the header are left out."""
    if file.suffix == ".xlsx":
        return list(pd.read_excel(file, sheet_name=None, engine="calamine").values())
    encoding = "utf-8" if not _broken(file) else "gb18030"
    lines = file.read_text(encoding=encoding).splitlines()
    head = next((i for i, line in enumerate(lines[:10]) if line.count(",") == max(x.count(",") for x in lines[:10])), 0)
    return [pd.read_csv(file, encoding=encoding, skiprows=head, on_bad_lines="skip")]


def _broken(file: Path) -> bool:
    try:
        file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return True
    return False


if __name__ == "__main__":
    if "--fingerprints" in sys.argv:
        prints(sys.argv[sys.argv.index("--fingerprints") + 1 :])
    elif "--starts" in sys.argv:
        starts(int(sys.argv[sys.argv.index("--starts") + 1]))
    elif "--tables" in sys.argv:
        alarms(Path(sys.argv[sys.argv.index("--tables") + 1]))
    else:
        times()
