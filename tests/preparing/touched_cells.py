"""Small panels for the tests of preparations, and the cells in which two of them differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

from regio.language import LANGUAGES
from regio.panel import Change, Panel

PATIENT = settings(max_examples=60)


def series(values: list[float | None], first: int = 2001) -> Panel:
    """One region with a value a year."""
    return Panel(
        pd.DataFrame({"region": "a", "period": range(first, first + len(values)), "x": np.array(values, dtype=float)}), region="region", period="period"
    )


def column(panel: Panel, name: str = "x") -> list[float]:
    return [float(v) for v in panel.rows[name]]


def touched(before: Panel, after: Panel, names: tuple[str, ...]) -> set[tuple[str, str, str, float, float]]:
    """Cells that differ, found one by one."""
    found = set()
    for name in names:
        for i in range(len(before)):
            old, new = float(before.rows[name].iloc[i]), float(after.rows[name].iloc[i])
            if old != new and not (np.isnan(old) and np.isnan(new)):
                row = before.rows.iloc[i]
                found.add((name, str(row["region"]), str(row["period"]), old, new))
    return known(found)


def listed(changes: tuple[Change, ...]) -> set[tuple[str, str, str, float, float]]:
    """The cells of a list of changes, their numbers read back from the text."""
    found = {(c.variable, c.region, c.period, float(c.before or "nan"), float(c.after or "nan")) for c in changes}
    assert len(found) == len(changes)
    return known(found)


def known(cells: set[Any]) -> set[Any]:
    """A missing cell stands as a word: nan is not equal to itself."""
    return {(*cell[:-2], *("missing" if np.isnan(x) else x for x in cell[-2:])) for cell in cells}


def said(error: Any, english: str, chinese: str) -> None:
    """Both fragments stand in the message, which is said in every language."""
    assert all(error.value.text(language) for language in LANGUAGES)
    assert english in error.value.text("en")
    assert chinese in error.value.text("zh")


NUMBERS = st.one_of(st.integers(-50, 50).map(float), st.floats(-1e6, 1e6, allow_subnormal=False))


@st.composite
def panels(draw: Any, cells: Any = NUMBERS, *, missing: bool = True, least: int = 1) -> Panel:
    """Up to four regions with some of eight years each, rows in any order, some cells empty."""
    years = {region: draw(st.lists(st.integers(2001, 2008), min_size=least, max_size=8, unique=True)) for region in "abcd"[: draw(st.integers(1, 4))]}
    rows = draw(st.permutations([(region, year) for region, found in years.items() for year in found]))
    cell = st.one_of(st.none(), cells) if missing else cells
    values = draw(st.lists(cell, min_size=len(rows), max_size=len(rows)))
    frame = pd.DataFrame(rows, columns=["region", "period"]).assign(x=np.array(values, dtype=float))
    return Panel(frame, region="region", period="period")
