"""deflate: index levels and chained indices, by hand and by a slow walk along the chain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from touched_cells import PATIENT, column, listed, panels, said, touched

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Panel
from regio.preparing.deflate import deflate

ROWS = pd.DataFrame({"region": list("aaabbb"), "period": [2011, 2012, 2013] * 2, "x": [100.0, 220, 363, 10, 10, 10], "p": [105.0, 110, 110, 100, 50, 200]})
CHAIN = {"by": "p", "base": 2011, "chained": True}


def panel(**cells: Any) -> Panel:
    return Panel(ROWS.assign(**cells), region="region", period="period")


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({}, [100 / 1.05, 200, 330, 10, 20, 5]),
        ({"base": 2012}, [100 / 105 * 110, 220, 363, 5, 10, 2.5]),
        ({"base": 2011, "chained": True}, [100, 200, 300, 10, 20, 10]),
        ({"base": 2013, "chained": True}, [121, 242, 363, 10, 20, 10]),
        ({"base": 2012, "chained": True}, [110, 220, 330, 5, 10, 5]),
    ],
)
def test_by_hand(options: dict[str, Any], result: list[float]) -> None:
    done = deflate(panel(), columns="x", by="p", **options)
    np.testing.assert_allclose(column(done.panel), result, rtol=1e-14)
    assert touched(panel(), done.panel, ("x",)) == listed(done.changes)
    assert {say(c.reason, "zh") for c in done.changes} == {"按价格指数平减"}
    assert len(done.conventions) == 1


def test_a_chain_breaks_at_a_missing_index_and_at_a_year_without_a_row() -> None:
    done = deflate(panel(p=[105, np.nan, 110, 100, 50, 200]), columns="x", **CHAIN)
    np.testing.assert_array_equal(column(done.panel), [100, np.nan, np.nan, 10, 20, 10])
    text = done.findings[0].text("en")
    assert "“x”: 2 known cells are empty now, because “p” is missing there or between there and the base, for example (a, 2012), (a, 2013)." in text
    assert "例如 (a, 2012)、(a, 2013)" in done.findings[0].text("zh")
    gap = Panel(ROWS.drop(index=1), region="region", period="period")
    np.testing.assert_array_equal(column(deflate(gap, columns="x", **CHAIN).panel), [100, np.nan, 10, 20, 10])  # type: ignore[arg-type]
    assert column(deflate(panel(p=[np.nan, 110, 110, 100, 50, 200]), columns="x", **CHAIN).panel)[:3] == [100, 200, 300]  # type: ignore[arg-type]


def walk(rows: pd.DataFrame, base: int, i: int) -> float:
    """The level at a row, multiplied up year by year from the base."""
    own = {int(y): p for r, y, p in zip(rows.region, rows.period, rows.p, strict=True) if r == rows.region[i]}
    at, level = base, 1.0
    while at != rows.period[i]:
        step = 1 if rows.period[i] > at else -1
        factor = own.get(max(at, at + step), np.nan) / 100
        level = level * factor if step > 0 else level / factor
        at += step
    return level


@PATIENT
@given(panels(st.floats(50, 150), missing=False, least=3), st.data())
def test_the_same_as_a_walk_along_the_chain(table: Panel, data: st.DataObject) -> None:
    rows = table.rows.assign(p=table.rows.x, x=1.0)
    common = set.intersection(*(set(own.period) for _, own in rows.groupby("region")))
    if not common or rows.period.nunique() != rows.period.max() - rows.period.min() + 1:
        return
    base = data.draw(st.sampled_from(sorted(common)))
    done = deflate(table.with_rows(rows), columns="x", by="p", base=int(base), chained=True)
    np.testing.assert_allclose(column(done.panel), [1 / walk(rows, int(base), i) for i in range(len(rows))], rtol=1e-12)


@PATIENT
@given(panels(st.floats(50, 150), missing=False, least=8))
def test_a_chained_index_deflates_as_its_levels_do(table: Panel) -> None:
    rows = table.rows.sort_values("period").assign(p=table.rows.x, x=7.0)
    levels = rows.assign(p=rows.groupby("region").p.transform(lambda p: (p / 100).cumprod() * 100))
    one = deflate(table.with_rows(rows), columns="x", by="p", base=2004, chained=True)
    two = deflate(table.with_rows(levels), columns="x", by="p", base=2004)
    np.testing.assert_allclose(column(one.panel), column(two.panel), rtol=1e-12)


@pytest.mark.parametrize(
    ("cells", "options", "kind", "code", "english", "chinese"),
    [
        ({}, {"by": "x"}, ArgumentError, "deflate.itself", "both a column that is deflated", "又是价格指数"),
        ({}, {"chained": True}, ArgumentError, "deflate.no_base", "for example base = 2012", "没有基期"),
        ({}, {"base": 2020}, ArgumentError, "panel.unknown_period", "periods run from 2011 to 2013", "没有时期 2020"),
        ({"p": [2.1, 0, 3, 1, 1, 1]}, {}, DataError, "deflate.not_positive", "add 100 to it first", "请先加上 100"),
        ({"p": [np.nan, 1, 1, 1, 1, 1]}, {"base": 2011}, DataError, "deflate.no_base_in_region", "for 1 regions, for example a", "有 1 个地区"),
        ({}, {"base": [2011]}, ArgumentError, "contract.wrong_type", "expected a number", "应为数字"),
    ],
)
def test_bad_input(cells: dict[str, Any], options: dict[str, Any], kind: type[FindingError], code: str, english: str, chinese: str) -> None:
    with pytest.raises(kind) as caught:
        deflate(panel(**cells), **({"columns": "x", "by": "p"} | options))
    assert [f.code for f in caught.value.findings] == [code]
    said(caught, english, chinese)


def test_a_base_needs_keys_and_a_region_without_it_is_named() -> None:
    with pytest.raises(ArgumentError, match="deflate needs to know which column names the period"):
        deflate(Panel(ROWS.iloc[:1], region="region"), columns="x", by="p", base=2011)
    with pytest.raises(DataError, match="for 1 regions, for example b"):
        deflate(Panel(ROWS.drop(index=3), region="region", period="period"), columns="x", **CHAIN)  # type: ignore[arg-type]
    assert column(deflate(Panel(ROWS.iloc[:1]), columns="x", by="p").panel) == [100 / 1.05]
