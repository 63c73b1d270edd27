"""fill: known answers, a slow second route, what must hold of any panel, and what is refused."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from touched_cells import PATIENT, column, listed, panels, said, series, touched

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Panel
from regio.preparing.fill import fill

NONE = None
ROUNDING = 1e-12  # relative: a product of two numbers against a sum of logarithms

E15_X = [3.0, 5.0, NONE, NONE, 11.0, 12.0, NONE, 16.0]
E15_ENDS = [NONE, 4.0, 6.0, NONE, 10.0, NONE]


@pytest.fixture(scope="module")
def e15(reference: Path) -> dict[str, Any]:
    return dict(json.loads((reference / "indices" / "e15_preprocessing.json").read_text(encoding="utf-8"))["expected"])


def test_the_line_of_the_reference(e15: dict[str, Any]) -> None:
    case = e15["linear_interpolation"]
    assert case["filled"] == column(fill(series(case["x"], case["year"][0]), columns="x").panel)


def test_the_ends_of_the_reference(e15: dict[str, Any]) -> None:
    case = e15["linear_interpolation_ends"]
    for ends, name in (("leave", "interior_only"), ("nearest", "nearest_value_at_ends"), ("line", "straight_line_extrapolation")):
        np.testing.assert_array_equal(np.array(case[name], dtype=float), column(fill(series(case["x"]), columns="x", ends=ends).panel))  # type: ignore[arg-type]


def test_the_moving_average_of_the_reference(e15: dict[str, Any]) -> None:
    case = e15["centred_moving_average_window_5"]
    assert case["filled"] == column(fill(series(case["x"]), columns="x", method="moving_average").panel)


@pytest.mark.parametrize(
    ("options", "values", "filled"),
    [
        ({}, E15_X, [3, 5, 7, 9, 11, 12, 14, 16]),
        ({"method": "moving_average", "window": 3}, E15_X, [3, 5, 5, 11, 11, 12, 14, 16]),
        ({"method": "moving_average"}, [1, NONE, NONE, NONE, NONE, NONE, 7], [1, 1, 1, np.nan, 7, 7, 7]),
        ({"method": "carry"}, E15_X, [3, 5, 5, 5, 11, 12, 12, 16]),
        ({"method": "carry", "carry": "backward"}, E15_X, [3, 5, 11, 11, 11, 12, 16, 16]),
        ({"method": "carry", "carry": "nearest"}, [1, NONE, NONE, NONE, 9], [1, 1, 1, 9, 9]),
        ({"method": "growth"}, [1, NONE, NONE, 8, NONE], [1, 2, 4, 8, np.nan]),
        ({"method": "growth", "ends": "line"}, [NONE, 2, 4, NONE, NONE], [1, 2, 4, 8, 16]),
        ({"method": "growth", "ends": "nearest"}, [NONE, 2, 4, NONE], [2, 2, 4, 4]),
        ({"method": "carry", "ends": "nearest"}, E15_ENDS, [4, 4, 6, 6, 10, 10]),
        ({"limit": 1}, E15_X, [3, 5, np.nan, np.nan, 11, 12, 14, 16]),
        ({"limit": 2}, E15_X, [3, 5, 7, 9, 11, 12, 14, 16]),
        ({"limit": 1, "ends": "nearest"}, [NONE, NONE, 1, NONE], [np.nan, np.nan, 1, 1]),
        ({"ends": "line"}, [NONE, 5, NONE], [np.nan, 5, np.nan]),
        ({"ends": "nearest"}, [NONE, NONE], [np.nan, np.nan]),
    ],
)
def test_small_series(options: dict[str, Any], values: list[float | None], filled: list[float]) -> None:
    np.testing.assert_allclose(column(fill(series(values), columns="x", **options).panel), filled, rtol=ROUNDING)


def test_a_year_without_a_row_is_part_of_the_gap_and_no_row_is_made() -> None:
    rows = pd.DataFrame({"region": "a", "period": [2010, 2011, 2014], "x": [0.0, np.nan, 8.0]})
    panel = Panel(rows, region="region", period="period")
    assert column(fill(panel, columns="x").panel) == [0, 2, 8]
    assert column(fill(panel, columns="x", method="moving_average").panel) == [0, 0, 8]
    assert fill(panel, columns="x", limit=2).changes == ()  # the gap is 2011 to 2013
    assert len(fill(panel, columns="x", limit=3).changes) == 1


def test_nothing_crosses_from_one_region_to_the_next() -> None:
    rows = pd.DataFrame({"region": list("aaabbb"), "period": [1, 2, 3] * 2, "x": [1.0, 2, np.nan, np.nan, 50, 60]})
    for method in ("linear", "moving_average", "carry", "growth"):
        assert fill(Panel(rows, region="region", period="period"), columns="x", method=method).changes == ()  # type: ignore[arg-type]


def test_firms_are_filled_one_by_one_and_named_behind_their_region() -> None:
    rows = pd.DataFrame({"region": "a", "period": [1, 2, 3] * 2, "firm": list("ppp") + list("qqq"), "x": [1.0, np.nan, 3, 50, np.nan, 70]})
    done = fill(Panel(rows, region="region", period="period", unit="firm"), columns="x")
    assert column(done.panel) == [1, 2, 3, 50, 60, 70]
    assert [c.region for c in done.changes] == ["a/p", "a/q"]


def test_every_cell_says_how_it_was_filled_in_both_languages() -> None:
    done = fill(series(E15_ENDS), columns="x", ends="line")
    assert [(c.period, c.before, c.after, c.reason) for c in done.changes] == [
        ("2001", "", "2", "panel.change.filled_end_line"),
        ("2004", "", "8", "panel.change.filled_linear"),
        ("2006", "", "12", "panel.change.filled_end_line"),
    ]
    assert say(done.changes[1].reason, "en") == "filled by linear interpolation inside the region"
    assert say(done.changes[1].reason, "zh") == "地区内线性插值填补"
    for method in ("linear", "moving_average", "growth"):
        assert all(say(c.reason, "zh") for c in fill(series(E15_X), columns="x", method=method, ends="line").changes)  # type: ignore[arg-type]
    for carry in ("forward", "backward", "nearest"):
        assert f"panel.change.filled_carry_{carry}" == fill(series(E15_X), columns="x", method="carry", carry=carry).changes[0].reason  # type: ignore[arg-type]


def test_what_was_filled_and_what_stays_missing_is_said() -> None:
    done = fill(series(E15_ENDS), columns="x")
    texts = [f.text("en") for f in done.findings]
    assert "“x”: 1 of 6 cells (16.7%) were filled" in texts[0]
    assert "“x”: 2 cells stay missing (2 of them before the first or after the last" in texts[1]
    assert "(a, 2001), (a, 2006)" in texts[1]
    assert "仍有 2 个单元格缺失" in done.findings[1].text("zh")
    assert [c.name for c in done.conventions] == ["fill.method.linear", "fill.ends.leave"]


def test_words_as_periods_are_taken_in_order_and_this_is_said() -> None:
    rows = pd.DataFrame({"region": "a", "period": ["wave 2", "wave 10", "wave 1"], "x": [np.nan, 3.0, 1.0]})
    done = fill(Panel(rows, region="region", period="period"), columns="x")
    assert column(done.panel) == [2, 3, 1]
    assert "Periods are words" in done.findings[0].text("en")
    assert "时期为文字" in done.findings[0].text("zh")


def slow(panel: Panel, method: str, window: int, ends: str) -> list[float]:
    """Cell by cell, by looking at every other row."""
    rows = panel.rows
    found = []
    for i in range(len(rows)):
        here = rows.iloc[i]
        own = rows[(rows.region == here.region) & rows.x.notna()].sort_values("period")
        t, known = here.period, list(zip(own.period, own.x, strict=True))
        before, after = [k for k in known if k[0] < t], [k for k in known if k[0] > t]
        value = here.x
        if np.isnan(value) and before and after:
            (a, xa), (b, xb) = before[-1], after[0]
            if method == "linear":
                value = float(np.interp(t, [a, b], [xa, xb]))
            elif method == "carry":
                value = xa
            elif method == "growth":
                value = float(np.exp(np.interp(t, [a, b], np.log([xa, xb]))))
            else:
                near = [x for s, x in known if abs(s - t) <= window // 2]
                value = float(np.mean(near)) if near else np.nan
        elif np.isnan(value) and ends == "nearest" and known:
            value = (before or after)[-1 if before else 0][1]
        elif np.isnan(value) and ends == "line" and len(known) > 1:
            two = before[-2:] if before else after[:2]
            if method == "growth":
                value = float(np.exp(np.polynomial.Polynomial.fit(*zip(*((s, np.log(x)) for s, x in two), strict=True), 1)(t)))
            else:
                value = two[0][1] + (two[1][1] - two[0][1]) / (two[1][0] - two[0][0]) * (t - two[0][0])
        found.append(value)
    return found


@PATIENT
@given(panels(), st.sampled_from(["linear", "moving_average", "carry"]), st.sampled_from([3, 5, 7]), st.sampled_from(["leave", "nearest", "line"]))
def test_the_same_as_looking_cell_by_cell(panel: Panel, method: Any, window: int, ends: Any) -> None:
    given_window = {"window": window} if method == "moving_average" else {}
    done = fill(panel, columns="x", method=method, ends=ends, **given_window)
    np.testing.assert_allclose(column(done.panel), slow(panel, method, window, ends), rtol=1e-9, atol=1e-6)  # numbers up to 1e6 cancel in a line


@PATIENT
@given(panels(st.floats(0.01, 1e4)), st.sampled_from(["leave", "nearest", "line"]))
def test_growth_is_a_line_in_logarithms(panel: Panel, ends: Any) -> None:
    np.testing.assert_allclose(column(fill(panel, columns="x", method="growth", ends=ends).panel), slow(panel, "growth", 5, ends), rtol=1e-9)


@PATIENT
@given(panels(), st.sampled_from(["linear", "moving_average", "carry"]), st.sampled_from(["leave", "nearest", "line"]), st.one_of(st.none(), st.integers(1, 4)))
def test_known_cells_stay_and_the_list_is_what_differs(panel: Panel, method: Any, ends: Any, limit: int | None) -> None:
    before = panel.rows.copy()
    done = fill(panel, columns="x", method=method, ends=ends, limit=limit)
    pd.testing.assert_frame_equal(before, panel.rows)
    known = before.x.notna()
    assert before.x[known].tolist() == done.panel.rows.x[known].tolist()
    assert touched(panel, done.panel, ("x",)) == listed(done.changes)


@PATIENT
@given(panels())
def test_a_filled_cell_lies_between_its_neighbours(panel: Panel) -> None:
    for method in ("linear", "carry"):
        done = fill(panel, columns="x", method=method).panel.rows.assign(own=panel.rows.x)  # type: ignore[arg-type]
        for _, rows in done.sort_values("period").groupby("region"):
            places = [i for i, x in enumerate(rows.own) if not np.isnan(x)]
            for a, b in pairwise(places):
                low, high = sorted((rows.own.iloc[a], rows.own.iloc[b]))
                assert rows.x.iloc[a:b].between(low, high).all()


@PATIENT
@given(panels(), st.randoms(use_true_random=False), st.sampled_from(["linear", "moving_average", "carry"]))
def test_the_order_of_rows_does_not_matter(panel: Panel, random: Any, method: Any) -> None:
    order = list(range(len(panel)))
    random.shuffle(order)
    shuffled = panel.with_rows(panel.rows.iloc[order])
    one, two = (fill(p, columns="x", method=method, ends="line") for p in (panel, shuffled))
    pd.testing.assert_frame_equal(one.panel.rows, two.panel.rows.sort_index())
    assert set(one.changes) == set(two.changes)


@pytest.mark.parametrize("dtype", ["float32", "Float64", "Int64", "object"])
def test_other_kinds_of_numbers(dtype: str) -> None:
    rows = pd.DataFrame({"region": "a", "period": [1, 2, 3], "x": pd.array([1, None, 4], dtype="Int64")})
    rows["x"] = (
        rows.x.astype(object).where(rows.x.notna(), None) if dtype == "object" else rows.x.astype("float64" if dtype == "float32" else dtype).astype(dtype)
    )
    assert column(fill(Panel(rows, region="region", period="period"), columns="x").panel) == [1, 2.5, 4]


@pytest.mark.parametrize(
    ("options", "kind", "code", "english", "chinese"),
    [
        ({"columns": "y"}, ArgumentError, "contract.unknown_column", "There is no column “y”", "没有名为“y”的列"),
        ({"columns": "t"}, DataError, "panel.text_column", "holds text", "为文本"),
        ({"columns": "period"}, ArgumentError, "preparing.key_column", "is a key of the table", "键列"),
        ({"columns": "x", "method": "spline"}, ArgumentError, "contract.not_a_choice", "expected one of: linear", "应为以下之一"),
        ({"columns": "x", "method": "moving_average", "window": 4}, ArgumentError, "fill.even_window", "must be odd", "须为奇数"),
        ({"columns": "x", "window": 3}, ArgumentError, "fill.idle_option", 'no effect under method = "linear"', "不起作用"),
        ({"columns": "x", "carry": "backward"}, ArgumentError, "fill.idle_option", 'or write method = "carry"', "不起作用"),
        ({"columns": "x", "limit": 0}, ArgumentError, "contract.greater_than_equal", "must be at least 1", "不得小于 1"),
        ({"columns": "x", "method": "growth"}, DataError, "fill.not_positive", "1 known cells beside its gaps", "零或负"),
        ({}, ArgumentError, "contract.missing_option", "fill needs “columns”", "缺少必需的“columns”"),
        ({"columns": "x", "colums": "x"}, ArgumentError, "contract.unknown_option", "Did you mean columns?", "是否想写 columns"),
    ],
)
def test_bad_input(options: dict[str, Any], kind: type[FindingError], code: str, english: str, chinese: str) -> None:
    rows = pd.DataFrame({"region": "a", "period": [1, 2, 3], "x": [0.0, np.nan, 2.0], "t": list("abc")})
    with pytest.raises(kind) as caught:
        fill(Panel(rows, region="region", period="period"), **options)
    assert [code] == [f.code for f in caught.value.findings]
    said(caught, english, chinese)


def test_a_table_without_keys_and_what_is_no_table() -> None:
    with pytest.raises(ArgumentError) as caught:
        fill(Panel(pd.DataFrame({"x": [1.0, np.nan]})), columns="x")
    assert [f.code for f in caught.value.findings] == ["contract.no_region", "contract.no_period"]
    said(caught, "fill needs to know which column names the period", "fill 需要知道哪一列是时期")
    with pytest.raises(ArgumentError) as caught:
        fill([1, 2], columns="x")
    said(caught, "fill was given a list as data", "fill 的数据为 list")
    with pytest.raises(ArgumentError, match="needs data"):
        fill(columns="x")  # type: ignore[call-arg]
    with pytest.raises(ArgumentError, match="Name the others: columns, method"):
        fill(series([1.0]), "x")  # type: ignore[misc]
