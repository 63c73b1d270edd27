"""Whether a table is a panel that Regio generated: by rounded order statistics of its columns, never by agreement with a print.

The order statistics stand away from the least, median and greatest value, which a print may give. Names, order of rows and columns, and rounding to four digits
do not matter. Panels of the built-in studies with seeds 0 to 99 are known.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from regio.panel import Panel

Array = NDArray[np.float64]
PLACES = (0.08, 0.17, 0.26, 0.35, 0.65, 0.74, 0.83, 0.92)  # of the order statistics
DIGITS = 4
DECIMALS = 0.6e-4  # what rounding to four decimals may change
DISTINCT = 6  # of the order statistics must differ, so that a column of few values is never taken for a generated one
SEEDS = 100
COLUMNS = 12  # of a table are kept


@dataclass(frozen=True, slots=True)
class Recognised:
    """A column of the table and the generated column that it is."""

    column: str
    study: str
    variable: str
    seed: int


def print_of(values: Array) -> Array | None:
    """The order statistics of a column with four significant digits; None where it has gaps or few values."""
    if len(values) < 20 or not np.isfinite(values).all():
        return None
    ordered = np.sort(values)[[round(p * (len(values) - 1)) for p in PLACES]]
    return rounded(ordered) if len(set(rounded(ordered).tolist())) >= DISTINCT else None


def rounded(x: Array) -> Array:
    return np.array([float(f"{v:.{DIGITS}g}") for v in x])


def recognise(table: pd.DataFrame) -> tuple[Recognised, ...]:
    """The columns of a table that Regio generated.

    >>> import pandas as pd
    >>> recognise(pd.DataFrame({"x": range(203)}))
    ()
    """
    found = []
    known = _known()
    for name in table.columns:
        column = table[name]
        if column.dtype.kind not in "if":
            continue
        own = print_of(column.to_numpy(float))
        block = known.get(len(column))
        if own is None or block is None:
            continue
        prints, names = block
        unit = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(prints), 1e-12))) - DIGITS + 1)
        for row in np.flatnonzero((np.abs(prints - own) <= 1.1 * unit + DECIMALS).all(axis=1))[:1]:
            found.append(Recognised(str(name), *names[row]))
    return tuple(found)


@cache
def _known() -> dict[int, tuple[Array, list[tuple[str, str, int]]]]:
    """Rows of a table → order statistics (k, 8), and of which study, variable and seed."""
    blocks: dict[int, list[tuple[list[float], tuple[str, str, int]]]] = {}
    folder = resources.files("regio.calibrating") / "fingerprints"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name) if folder.is_dir() else ():
        for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
            values = [float(row[f"q{i}"]) for i in range(len(PLACES))]
            blocks.setdefault(int(row["rows"]), []).append((values, (file.name.removesuffix(".csv"), row["variable"], int(row["seed"]))))
    return {n: (np.array([v for v, _ in rows]), [names for _, names in rows]) for n, rows in blocks.items()}


def fingerprints(made: Iterable[Sequence[Panel]]) -> str:
    """The file of a study: order statistics of its tables with seeds 0, 1, 2, …; without columns in which no seed plays a part, such as a common trend."""
    found = list(_prints(made))
    times = Counter(values for _, values in found)
    lines = [f"{name},{values}" for name, values in found if times[values] == 1]
    return "\n".join(["variable,seed,rows," + ",".join(f"q{i}" for i in range(len(PLACES))), *lines]) + "\n"


def _prints(made: Iterable[Sequence[Panel]]) -> Iterator[tuple[str, str]]:
    for seed, panels in enumerate(made):
        for panel in panels:
            for name in [c for c in panel.value_columns if panel.rows[c].dtype.kind == "f"][:COLUMNS]:
                found = print_of(panel.rows[name].to_numpy(float))
                if found is not None:
                    yield f"{name},{seed}", f"{len(panel.rows)}," + ",".join(f"{v:.{DIGITS}g}" for v in found)
