"""winsorise and trim: Stata's percentiles, the difference between the two, what must hold of any panel, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from touched_cells import NUMBERS, PATIENT, column, listed, panels, said, series, touched

import regio
from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Panel
from regio.preparing._tails import skewness_and_kurtosis, tail_limits
from regio.preparing.trim import trim
from regio.preparing.winsorise import winsorise

TEN = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100]
BOTH = pytest.mark.parametrize("kind", [winsorise, trim])


@pytest.fixture(scope="module")
def e15(reference: Path) -> dict[str, Any]:
    return dict(json.loads((reference / "indices" / "e15_preprocessing.json").read_text(encoding="utf-8"))["expected"])


def test_the_reference_under_statas_definition(e15: dict[str, Any]) -> None:
    case = e15["winsorise_10_90"]
    wanted = case["by_quantile_definition"]["averaged_inverted_cdf"]
    done = winsorise(series(case["x"]), columns="x", share=0.1)
    assert column(done.panel) == wanted["result"]
    assert [c.after for c in done.changes] == ["1.5", "54.5"]
    assert done.conventions[0].name == "preparing.percentile.stata"
    others = [v["result"] for name, v in case["by_quantile_definition"].items() if name != "averaged_inverted_cdf"]
    assert column(done.panel) not in others  # the definition matters in a small sample


def test_the_shape_of_the_reference_and_the_rule_of_treatment(e15: dict[str, Any]) -> None:
    case = e15["skew_kurt_of_winsor_input"]
    np.testing.assert_allclose(skewness_and_kurtosis(np.array(TEN)), [case["skew_bias_corrected"], case["excess_kurtosis_bias_corrected"]], rtol=1e-13)
    assert len(winsorise(series(TEN), columns="x", share=0.1, skewed_only=True).changes) == 2
    left = winsorise(series([*TEN[:-1], 10.0]), columns="x", share=0.1, skewed_only=True)
    assert left.changes == ()
    assert "“x” was left as it is: skewness 0 and excess kurtosis -1.2" in left.findings[0].text("en")
    assert "“x”保持原样" in left.findings[0].text("zh")


@PATIENT
@given(st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=4, max_size=30))
def test_the_shape_as_scipy_computes_it(values: list[float]) -> None:
    x = np.array(values)
    assume(np.ptp(x) > 1e-3)
    np.testing.assert_allclose(skewness_and_kurtosis(x), [stats.skew(x, bias=False), stats.kurtosis(x, bias=False)], rtol=1e-6, atol=1e-6)


def test_winsorising_is_not_trimming_and_both_say_so() -> None:
    pulled, emptied = winsorise(series(TEN), columns="x", share=0.1), trim(series(TEN), columns="x", share=0.1)
    assert column(pulled.panel)[1:-1] == column(emptied.panel)[1:-1] == TEN[1:-1]
    assert [np.isnan(x) for x in column(emptied.panel)] == [True, *[False] * 8, True]
    assert [(c.before, c.after) for c in emptied.changes] == [("1", ""), ("100", "")]
    assert "This is not trimming: no cell was emptied." in pulled.findings[0].text("en")
    assert "This is not winsorising." in emptied.findings[0].text("en")
    assert "缩尾不同于截尾" in pulled.findings[0].text("zh")
    assert "截尾不同于缩尾" in emptied.findings[0].text("zh")
    assert say(pulled.changes[0].reason, "zh").startswith("缩尾处理：上调")
    assert say(emptied.changes[0].reason, "zh").startswith("截尾处理：低于")


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ({"upper": 0.1}, [*TEN[:-1], 54.5]),
        ({"lower": 0.1}, [1.5, *TEN[1:]]),
        ({"lower": 0.05, "upper": 0.25}, [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]),
        ({"share": 0.25}, [3, 3, 3, 4, 5, 6, 7, 8, 8, 8]),
        ({"share": 0.2}, [2.5, 2.5, 3, 4, 5, 6, 7, 8, 8.5, 8.5]),
    ],
)
def test_shares_by_hand(options: dict[str, float], result: list[float]) -> None:
    assert column(winsorise(series(TEN), columns="x", **options).panel) == result


def test_a_product_that_misses_a_whole_number_by_its_rounding_is_whole() -> None:
    x = np.arange(1.0, 101)
    assert 100 * 0.07 != 7
    limits = tail_limits(x, np.zeros(100, dtype=np.int64), 0.07, 0.07)
    assert (limits.low[0], limits.high[0]) == (7.5, 93.5)  # Stata: _pctile with p(7 93) takes n·p/100 = 7 and averages


@PATIENT
@given(st.lists(st.one_of(NUMBERS, st.just(np.nan)), min_size=1, max_size=40), st.sampled_from([1, 2, 4, 8, 16, 32, 64]), st.integers(1, 20))
def test_percentiles_are_those_of_numpy_where_products_are_exact(values: list[float], parts: int, piece: int) -> None:
    share = piece / (parts * 64)  # a binary fraction: n times it has no rounding
    x = np.array(values)
    known = x[~np.isnan(x)]
    assume(len(known) > 0 and share < 0.5)
    limits = tail_limits(x, np.zeros(len(x), dtype=np.int64), share, share)
    wanted = np.quantile(known, [share, 1 - share], method="averaged_inverted_cdf")
    assert [limits.low[0], limits.high[0]] == wanted.tolist()


def slow(values: list[float], share: float) -> list[float]:
    """By sorting and counting, with whole numbers alone."""
    percent = round(share * 100)
    x = sorted(v for v in values if not np.isnan(v))
    if not x or percent == 0:
        return values
    k, rest = divmod(len(x) * percent, 100)
    low = x[k] if rest else (x[k - 1] + x[k]) / 2
    high = x[-k - 1] if rest else (x[-k] + x[-k - 1]) / 2
    return [v if np.isnan(v) else min(max(v, low), high) for v in values]


@PATIENT
@given(panels(), st.integers(1, 49), st.sampled_from([None, "period", "region", "zone"]))
def test_the_same_as_sorting_and_counting_group_by_group(panel: Panel, percent: int, by: str | None) -> None:
    panel = panel.with_rows(panel.rows.assign(zone=["n" if y % 2 else "s" for y in panel.rows.period]))
    groups = panel.rows.groupby(by, sort=False).groups.values() if by else [panel.rows.index]
    assume(max(int(panel.rows.x[rows].notna().sum()) for rows in groups) * percent >= 100)
    done = winsorise(panel, columns="x", share=percent / 100, by=by)
    for rows in groups:
        np.testing.assert_array_equal(done.panel.rows.x[rows].to_numpy(), slow(panel.rows.x[rows].tolist(), percent / 100))
    assert touched(panel, done.panel, ("x",)) == listed(done.changes)


@PATIENT
@given(st.lists(st.one_of(st.just(np.nan), NUMBERS), min_size=3, max_size=40), st.integers(3, 49))
def test_order_is_kept_and_a_second_time_changes_nothing_where_limits_are_cells(values: list[float], percent: int) -> None:
    panel, n = series(values), int(np.sum(~np.isnan(values)))
    assume(n * percent >= 100)
    once = winsorise(panel, columns="x", share=percent / 100).panel
    x, y = np.array(values), np.array(column(once))
    order = np.argsort(x, kind="stable")
    assert (np.diff(y[order][:n]) >= 0).all()
    np.testing.assert_array_equal(np.isnan(x), np.isnan(y))
    twice = winsorise(once, columns="x", share=percent / 100).panel
    if n * percent % 100:
        np.testing.assert_array_equal(y, column(twice))
    else:  # an averaged limit lies between two cells, and a second time averages again
        assert np.nanmin(column(twice)) >= np.nanmin(y)
        assert np.nanmax(column(twice)) <= np.nanmax(y)


def test_an_averaged_limit_moves_when_it_is_taken_twice() -> None:
    once = winsorise(series(TEN), columns="x", share=0.1).panel
    assert column(winsorise(once, columns="x", share=0.1).panel)[0] == 1.75  # (1.5 + 2) / 2


@PATIENT
@given(panels(), st.integers(5, 49))
def test_trim_empties_the_cells_that_winsorise_pulls(panel: Panel, percent: int) -> None:
    assume(int(panel.rows.x.notna().sum()) * percent >= 100)
    pulled, emptied = (kind(panel, columns="x", share=percent / 100) for kind in (winsorise, trim))
    assert {(c.region, c.period, c.before) for c in pulled.changes} == {(c.region, c.period, c.before) for c in emptied.changes}
    assert all(c.after == "" for c in emptied.changes)
    assert touched(panel, emptied.panel, ("x",)) == listed(emptied.changes)


@PATIENT
@given(panels(least=3), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(panel: Panel, random: Any) -> None:
    assume(int(panel.rows.x.notna().sum()) >= 4)
    order = list(range(len(panel)))
    random.shuffle(order)
    one, two = (winsorise(panel.with_rows(rows), columns="x", share=0.25) for rows in (panel.rows, panel.rows.iloc[order]))
    pd.testing.assert_frame_equal(one.panel.rows, two.panel.rows.sort_index())


@BOTH
def test_small_groups_constants_and_rows_without_a_group_are_said(kind: Any) -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6], "c": 7.0, "g": ["a"] * 4 + ["b", None]})
    done = kind(Panel(frame), columns=["x", "c"], share=0.3, by="g")
    tails = [f"preparing.tails.{word}" for word in ("few_in_groups", "no_group", "constant")]
    assert [f.code for f in done.findings] == [*tails[:2], f"{kind.__name__}.done_by", tails[2]]
    assert "1 groups are so small" in done.findings[0].text("en")
    assert "有 1 组过小" in done.findings[0].text("zh")
    assert "1 cells stand in rows without a value of “g”" in done.findings[1].text("en")
    assert "every known cell of “c” is 7; nothing was changed" in done.findings[3].text("en")
    assert "均为 7" in done.findings[3].text("zh")
    assert [c.variable for c in done.changes] == ["x", "x"]


@BOTH
@pytest.mark.parametrize(
    ("options", "error", "code", "english", "chinese"),
    [
        ({}, ArgumentError, "no_share", "needs a share of the cells", "需要给出尾部比例"),
        ({"share": 0.1, "upper": 0.1}, ArgumentError, "both", "together with lower or upper", "同时给出了"),
        ({"share": 0.5}, ArgumentError, "overlap", "leave no middle", "没有留下中间部分"),
        ({"share": 0.0}, ArgumentError, "overlap", "are both empty", "两侧均为零"),
        ({"share": 0.1, "by": "x"}, ArgumentError, "by_itself", "cannot treat “x” itself", "不能处理“x”本身"),
        ({"share": 0.01}, DataError, "too_few", "At least 100 cells are needed", "至少需要 100 个单元格"),
        ({"share": 0.3, "by": "period"}, DataError, "too_few", "has at most 1 known cells to take a percentile from", "至多 1 个"),
        ({"share": 0.3, "columns": "e"}, DataError, "empty", "has no known cell", "没有任何非缺失值"),
    ],
)
def test_what_cannot_be_done(kind: Any, options: dict[str, Any], error: type[FindingError], code: str, english: str, chinese: str) -> None:
    panel = series([1.0, 2, 3, 4])
    with pytest.raises(error) as caught:
        kind(panel.with_rows(panel.rows.assign(e=np.nan)), **({"columns": "x"} | options))
    assert [f.code for f in caught.value.findings] == [f"preparing.tails.{code}"]
    said(caught, english, chinese)


@BOTH
@pytest.mark.parametrize(
    ("options", "code", "english"),
    [
        ({"share": 1.5}, "contract.less_than_equal", "must be at most 1"),
        ({"share": 0.1, "columns": "region"}, "preparing.key_column", "does not change keys"),
        ({"share": 0.1, "by": "zone"}, "contract.unknown_column", "There is no column “zone”"),
    ],
)
def test_the_door(kind: Any, options: dict[str, Any], code: str, english: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        kind(series([1.0, 2, 3, 4]), **({"columns": "x"} | options))
    assert [f.code for f in caught.value.findings] == [code]
    said(caught, english, "")
    with pytest.raises(ArgumentError, match="This table has no period column"):
        kind(Panel(pd.DataFrame({"x": [1.0, 2.0]})), columns="x", share=0.4, by="period")


def test_one_value_keeps_one_limit_only_where_the_level_is_winsorised_before_the_lag() -> None:
    """The lagged column lacks each region's last year, so its percentiles are those of other rows."""
    rows = pd.DataFrame({"region": np.repeat(list("abcd"), 5), "period": [1, 2, 3, 4, 5] * 4, "x": np.arange(20.0) ** 2})
    panel = Panel(rows, region="region", period="period")
    level = winsorise(panel, columns="x", share=0.1).panel
    first = regio.transform(level, "x", form="lag").values
    np.testing.assert_array_equal(first[first.notna()], level.rows.x[rows.period < 5])
    lagged = panel.join({"earlier": regio.transform(panel, "x", form="lag").values})
    after = winsorise(lagged, columns="earlier", share=0.1).panel.rows.earlier
    assert set(after.dropna()) - set(level.rows.x)
