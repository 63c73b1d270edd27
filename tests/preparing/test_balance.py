"""balance: complete regions, complete periods, added rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from touched_cells import PATIENT, panels, said, series

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Panel
from regio.preparing.balance import balance
from regio.preparing.fill import fill

ROWS = pd.DataFrame(
    {"region": list("aaabbc"), "period": [1, 2, 3, 1, 3, 3], "x": [1.0, 2, np.nan, 4, 5, 6], "zone": list("nnnsss"), "k": range(6)}, index=[9, 3, 5, 7, 1, 2]
)
PANEL = Panel(ROWS, region="region", period="period")


@pytest.mark.parametrize(
    ("options", "left_out", "reason"),
    [
        ({}, [("b", "1"), ("b", "3"), ("c", "3")], "region_incomplete"),
        ({"drop": "periods"}, [("a", "1"), ("a", "2"), ("b", "1")], "period_incomplete"),
    ],
)
def test_rows_of_what_is_not_complete_are_left_out_and_listed(options: dict[str, Any], left_out: list[tuple[str, str]], reason: str) -> None:
    done = balance(PANEL, **options)
    assert [(c.variable, c.region, c.period, c.reason) for c in done.changes] == [("", *place, f"panel.change.{reason}") for place in left_out]
    kept = [(r, str(p)) not in left_out for r, p in zip(ROWS.region, ROWS.period, strict=True)]
    pd.testing.assert_frame_equal(done.panel.rows, ROWS[kept])
    assert all(say(done.changes[0].reason, language).startswith(word) for language, word in (("en", "row left out"), ("zh", "该行被剔除")))  # type: ignore[arg-type]


def test_a_missing_cell_counts_where_its_column_is_named() -> None:
    whole = series([1.0, np.nan, 3.0])
    assert balance(whole).changes == ()
    assert "already balanced" in balance(whole).findings[0].text("en")
    assert [c.period for c in balance(whole, columns="x", drop="periods").changes] == ["2002"]
    assert "1 periods that are not complete were left out (1 rows); 2 periods are kept." in balance(whole, columns="x", drop="periods").findings[0].text("en")
    with pytest.raises(DataError) as caught:
        balance(whole, columns="x")
    assert [f.code for f in caught.value.findings] == ["balance.no_regions"]
    said(caught, "None of the 1 regions is complete in all 3 periods (x)", "1 个地区中没有一个")


def test_added_rows_are_empty_listed_and_at_the_end() -> None:
    done = balance(PANEL, add_rows=True)
    assert [(c.region, c.period) for c in done.changes] == [("b", "2"), ("c", "1"), ("c", "2")]
    assert {say(c.reason, "zh") for c in done.changes} == {"添加空行"}
    pd.testing.assert_frame_equal(done.panel.rows.iloc[:6], ROWS, check_dtype=False)
    assert done.panel.rows.index.tolist() == [9, 3, 5, 7, 1, 2, 10, 11, 12]
    assert done.panel.rows.iloc[6:][["x", "zone", "k"]].isna().all(axis=None)
    assert done.panel.rows.period.dtype == ROWS.period.dtype
    assert "3 empty rows were added" in done.findings[0].text("en")
    assert fill(done.panel, columns="x").panel.rows.x.iloc[6] == 4.5  # b between 4 and 5


def test_firms_keep_their_region() -> None:
    rows = pd.DataFrame({"region": ["a", "a", "b"], "firm": list("ppq"), "period": [1, 2, 2], "x": [1.0, 2, 3]})
    done = balance(Panel(rows, region="region", period="period", unit="firm"), add_rows=True)
    assert done.panel.rows.iloc[3][["region", "firm", "period"]].tolist() == ["b", "q", 1]
    assert done.changes[0].region == "b/q"


def test_labels_that_are_words_are_replaced_where_rows_are_added() -> None:
    rows = ROWS.set_axis(list("uvwxyz"))
    assert balance(Panel(rows, region="region", period="period"), add_rows=True).panel.rows.index.tolist() == list(range(9))


@PATIENT
@given(panels(), st.sampled_from(["regions", "periods"]), st.booleans())
def test_what_is_left_is_balanced_and_nothing_that_was_complete_is_lost(panel: Panel, drop: Any, filled: bool) -> None:
    key, other = ("region", "period") if drop == "regions" else ("period", "region")
    names = ("x",) if filled else ()
    every = set(panel.rows[other])
    good = {k for k, own in panel.rows.groupby(key) if set(own[other][own.x.notna()] if filled else own[other]) == every}
    if not good:
        with pytest.raises(DataError):
            balance(panel, columns=names, drop=drop)
        return
    done = balance(panel, columns=names, drop=drop)
    assert set(done.panel.rows[key]) == good
    assert len(done.panel) == len(good) * len(every)
    assert len(done.changes) == len(panel) - len(done.panel)
    assert balance(done.panel, columns=names, drop=drop).changes == ()


@PATIENT
@given(panels())
def test_with_rows_added_every_pair_is_there_once(panel: Panel) -> None:
    done = balance(panel, add_rows=True)
    pairs = set(zip(done.panel.rows.region, done.panel.rows.period, strict=True))
    assert len(pairs) == len(done.panel) == panel.rows.region.nunique() * panel.rows.period.nunique()
    assert done.panel.rows.index.is_unique
    Panel(done.panel.rows, region="region", period="period")


@pytest.mark.parametrize(
    ("options", "kind", "code", "english", "chinese"),
    [
        ({"columns": ["x"], "add_rows": True}, ArgumentError, "balance.columns_and_rows", "Leave out columns, or leave out add_rows", "请去掉 columns"),
        ({"columns": ["x"], "drop": "periods"}, None, "", "", ""),
        ({"columns": ["zone"]}, DataError, "panel.text_column", "holds text", "为文本"),
        ({"drop": "rows"}, ArgumentError, "contract.not_a_choice", "expected one of: regions, periods", "应为以下之一"),
    ],
)
def test_bad_input(options: dict[str, Any], kind: type[FindingError] | None, code: str, english: str, chinese: str) -> None:
    with pytest.raises(kind or DataError) as caught:
        balance(PANEL, **options)
    assert [f.code for f in caught.value.findings] == [code or "balance.no_periods"]
    said(caught, english or "None of the 3 periods", chinese or "3 个时期中没有一个")


def test_a_table_without_keys() -> None:
    with pytest.raises(ArgumentError) as caught:
        balance(Panel(ROWS.iloc[[0, 3]], region="region"))
    said(caught, 'which column names the period (drop = "regions")', "哪一列是时期")
