"""transform: forms in time, with a second column, inside groups."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from touched_cells import NUMBERS, PATIENT, panels, said

import regio
from regio.contract.declaration import declaration
from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import Message, say
from regio.panel import Panel

NAN = np.nan
ROWS = pd.DataFrame(
    {
        "place": list("aaaabb"),
        "year": [2010, 2011, 2012, 2014, 2011, 2012],
        "x": [1.0, 2, 4, 10, 7, NAN],
        "y": [2.0, 4, 8, 5, NAN, 3],
        "zone": list("nnnsss"),
        "t": list("uvwxyz"),
    },
    index=[9, 3, 5, 7, 1, 2],
)
SHUFFLED = ROWS.iloc[[4, 0, 3, 5, 2, 1]]


def make(form: str, rows: pd.DataFrame = ROWS, **options: Any) -> Any:
    return regio.transform(rows, options.pop("column", "x"), form=form, region="place", period="year", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "options", "values"),
    [
        ("lag", {}, [NAN, 1, 2, NAN, NAN, 7]),
        ("lead", {}, [2, 4, NAN, NAN, NAN, NAN]),
        ("difference", {}, [NAN, 1, 2, NAN, NAN, NAN]),
        ("growth", {}, [NAN, 1, 1, NAN, NAN, NAN]),
        ("square", {}, [1, 4, 16, 100, 49, NAN]),
        ("log1p", {"column": "y"}, np.log([3, 5, 9, 6, NAN, 4])),
        ("ratio", {"by": "y"}, [0.5, 0.5, 0.5, 2, NAN, NAN]),
        ("interaction", {"by": "y"}, [2, 8, 32, 50, NAN, NAN]),
        ("standardise", {"by": "year", "column": "y"}, None),
        ("standardise", {"column": "y"}, (np.array([2, 4, 8, 5, NAN, 3]) - 4.4) / np.sqrt(5.3)),
        ("standardise", {"by": "zone"}, [*((np.array([1, 2, 4]) - 7 / 3) / np.sqrt(7 / 3)), 0.5**0.5, -(0.5**0.5), NAN]),
    ],
)
@pytest.mark.parametrize("rows", [ROWS, SHUFFLED], ids=["sorted", "shuffled"])
def test_by_hand(rows: pd.DataFrame, form: str, options: dict[str, Any], values: Any) -> None:
    if values is None:
        with pytest.raises(DataError, match="stand in groups with a single value"):
            make(form, rows, **options)
        return
    result = make(form, rows, **options)
    assert list(result.values.index) == list(rows.index)
    np.testing.assert_allclose(result.values[ROWS.index], values, rtol=1e-14)
    assert result.provenance.rows_left_out == int(np.isnan(np.array(values, dtype=float)).sum())


def test_by_period_means_the_key_whatever_it_is_called() -> None:
    rows = ROWS.drop(index=[9, 7, 2]).assign(x=[1.0, 2, 3])  # 2011: a and b, 2012: a alone
    with pytest.raises(DataError) as caught:
        make("standardise", rows, by="period")
    said(caught, "“x” cannot be standardised by “period”: 1 cells stand in groups with a single value, for example (a, 2012)", "按“period”分组标准化")
    np.testing.assert_allclose(make("standardise", rows.iloc[[0, 2]], by="period").values, [-(0.5**0.5), 0.5**0.5])


def test_a_year_that_is_not_there_is_a_gap_and_is_said() -> None:
    found = make("lag").findings
    assert [f.code for f in found] == ["transform.no_such_period"]
    assert "2 rows have no row of their region in the period they look at" in found[0].text("en")
    assert "有 2 行在所需时期没有该地区的数据行" in found[0].text("zh")


def test_every_fifth_year_and_words_as_periods_are_said() -> None:
    fifth = pd.DataFrame({"place": "a", "year": [2000, 2005, 2015], "x": [1.0, 2, 3]})
    result = make("lag", fifth)
    np.testing.assert_array_equal(result.values, [NAN, 1, NAN])
    assert "The periods of the table lie 5 apart" in result.findings[0].text("en")
    uneven = make("lag", fifth.assign(year=[2000, 2002, 2005]))
    np.testing.assert_array_equal(uneven.values, [NAN, 1, 2])
    assert "stand at unequal distances" in uneven.findings[0].text("en")
    assert "间隔不等" in uneven.findings[0].text("zh")
    words = make("lead", fifth.assign(year=["wave 9", "wave 10", "wave 11"]))
    np.testing.assert_array_equal(words.values, [2, 3, NAN])
    assert [f.code for f in words.findings] == ["preparing.by_order"]


def test_formulas_are_said() -> None:
    assert make("log").conventions == ()
    for form, by in (("standardise", None), ("interaction", "y"), ("growth", None)):
        convention = make(form, by=by).conventions[0]
        assert isinstance(convention.name, str)
        assert say(convention.what, "zh") == "变量变换"
        assert say(convention.name, "en") != say(convention.name, "zh")
    assert "nothing is centred" in say(Message("transform.forms.interaction"), "en")
    assert "未作中心化" in say(Message("transform.forms.interaction"), "zh")


def test_growth_from_a_negative_value_is_computed_and_said() -> None:
    result = make("growth", ROWS.assign(x=[-1.0, 2, 4, 1, 1, 1]))
    assert result.values.iloc[1] == -3
    assert [f.code for f in result.findings][-1] == "transform.growth_from_negative"
    assert "1 rates of growth start from a negative value" in result.findings[-1].text("en")


def slow_lag(panel: Panel, years: int) -> list[float]:
    cells = {(r, p): x for r, p, x in panel.rows[["region", "period", "x"]].itertuples(index=False)}
    return [cells.get((r, p - years), NAN) for r, p in zip(panel.rows.region, panel.rows.period, strict=True)]


def yearly(panel: Panel) -> bool:
    years = sorted(set(panel.rows.period))
    return len(years) == 1 or min(b - a for a, b in pairwise(years)) == 1


@PATIENT
@given(panels())
def test_lags_are_those_found_by_looking_them_up(panel: Panel) -> None:
    assume(yearly(panel))
    for form, years in (("lag", 1), ("lead", -1)):
        np.testing.assert_array_equal(regio.transform(panel, "x", form=form).values, slow_lag(panel, years))  # type: ignore[arg-type]
    np.testing.assert_array_equal(regio.transform(panel, "x", form="difference").values, panel.rows.x - slow_lag(panel, 1))


@PATIENT
@given(panels())
def test_the_lag_of_the_lead_is_the_column_where_the_year_before_is_there(panel: Panel) -> None:
    assume(yearly(panel))
    lead = panel.join({"lead": regio.transform(panel, "x", form="lead").values})
    again = regio.transform(lead, "lead", form="lag").values
    pairs = set(zip(panel.rows.region, panel.rows.period, strict=True))
    inside = [(r, p - 1) in pairs for r, p in zip(panel.rows.region, panel.rows.period, strict=True)]
    np.testing.assert_array_equal(again[inside], panel.rows.x[inside])
    assert again[~np.array(inside)].isna().all()


@PATIENT
@given(panels(least=2), st.sampled_from(["lag", "difference", "square", "standardise"]), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(panel: Panel, form: Any, random: Any) -> None:
    assume(panel.rows.x.nunique() > 1)
    order = list(range(len(panel)))
    random.shuffle(order)
    one, two = (regio.transform(panel.with_rows(rows), "x", form=form).values for rows in (panel.rows, panel.rows.iloc[order]))
    np.testing.assert_allclose(one, two[one.index], rtol=1e-9, atol=1e-12)  # sums run in another order


@PATIENT
@given(st.lists(NUMBERS, min_size=3, max_size=40), st.floats(-1e3, 1e3), st.floats(0.1, 10))
def test_standardised_values_have_mean_zero_and_sd_one_and_forget_units(values: list[float], shift: float, scale: float) -> None:
    x = np.array(values)
    assume(np.std(x) > 1)
    z, moved = (regio.transform(pd.DataFrame({"x": cells}), "x", form="standardise").values for cells in (x, shift + scale * x))
    np.testing.assert_allclose([z.mean(), z.std(ddof=1)], [0, 1], atol=1e-9)
    np.testing.assert_allclose(z, moved, atol=1e-8)


def test_a_large_offset_does_no_harm() -> None:
    z = regio.transform(pd.DataFrame({"x": 1e9 + np.array([1.0, 2, 3])}), "x", form="standardise").values
    assert z.tolist() == [-1, 0, 1]


def test_the_graph_sees_the_second_column_and_not_the_words() -> None:
    uses = declaration("transform").uses
    assert [u.column for u in uses({"column": "x", "form": "ratio", "by": "y"})] == ["x", "y"]
    assert [u.column for u in uses({"column": "x", "form": "standardise", "by": "period"})] == ["x"]
    assert make("ratio", by="y").provenance.columns.keys() == {"x", "y"}


@pytest.mark.parametrize(
    ("form", "options", "kind", "code", "english", "chinese"),
    [
        ("ratio", {}, ArgumentError, "transform.needs_by.ratio", "A ratio needs its denominator", "缺少分母"),
        ("interaction", {}, ArgumentError, "transform.needs_by.interaction", "needs its other factor", "缺少另一个因子"),
        ("lag", {"by": "y"}, ArgumentError, "transform.has_no_by", 'form = "lag" has no by', "不使用 by"),
        ("log", {"by": "period"}, ArgumentError, "transform.has_no_by", "Only ratio, interaction and standardise", "只有 ratio"),
        ("ratio", {"by": "period"}, ArgumentError, "transform.by_is_key", "is a key of the table", "是表的键列"),
        ("interaction", {"by": "year"}, ArgumentError, "transform.by_is_key", "is a key of the table", "是表的键列"),
        ("ratio", {"by": "t"}, DataError, "panel.text_column", "holds text", "为文本"),
        ("ratio", {"by": "q"}, ArgumentError, "contract.unknown_column", "(by of transform)", "没有名为“q”的列"),
        ("ratio", {"by": "zero"}, DataError, "transform.ratio_to_zero", "1 cells of it are zero, for example (a, 2011)", "有 1 个单元格为零"),
        ("growth", {"column": "zero"}, DataError, "transform.growth_from_zero", "1 cells follow a zero, for example (a, 2012)", "前一期为零"),
        (
            "log1p",
            {"column": "low"},
            DataError,
            "transform.log1p_of_minus_one",
            "1 cells are −1 or less (the least is -3)",
            "小于等于 −1",
        ),
        ("standardise", {"column": "same"}, DataError, "transform.no_spread", "are all the same (6 cells", "全部相同"),
        ("median", {}, ArgumentError, "contract.not_a_choice", "expected one of: log, log1p", "应为以下之一"),
    ],
)
def test_bad_input(form: str, options: dict[str, Any], kind: type[FindingError], code: str, english: str, chinese: str) -> None:
    rows = ROWS.assign(zero=[1.0, 0, 1, 1, 1, 1], low=[0.0, 1, 2, 3, 4, -3], same=0.1)
    with pytest.raises(kind) as caught:
        make(form, rows, **options)
    assert [f.code for f in caught.value.findings] == [code]
    said(caught, english, chinese)


def test_forms_in_time_need_keys() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.transform(ROWS, "x", form="lag")
    assert [f.code for f in caught.value.findings] == ["contract.no_region", "contract.no_period"]
    said(caught, 'transform needs to know which column names the region (form = "lag")', "需要知道哪一列是地区")
    with pytest.raises(ArgumentError, match="which column names the period"):
        regio.transform(ROWS, "x", form="standardise", by="period")
