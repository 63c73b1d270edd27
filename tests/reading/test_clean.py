"""One cell at a time: what it becomes and why, and what is refused; names of indicators, units, periods, places."""

from __future__ import annotations

import pytest

from regio.reading.clean import NotANumberError, number
from regio.reading.grid import letter, text
from regio.reading.periods import Moment, moment, spelled, step, years_in
from regio.reading.places import is_total, place, system_of
from regio.reading.titles import indicator_of, is_unit, split_unit


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        (1, 1.0, ""), (2.5, 2.5, ""), (None, None, ""), ("", None, ""), ("  ", None, ""), (float("nan"), None, ""), (True, 1.0, "yes_no"),
        ("1.50", 1.5, ""), (" -2e3 ", -2000.0, ""), (".5", 0.5, ""), ("5.", 5.0, ""),
        ("1,234.5①", 1234.5, "footnote"), ("12[3]", 12.0, "footnote"), ("…①", None, "footnote"), ("12（1）", 12.0, "footnote"),
        ("1,234", 1234.0, "thousands"), ("12 345.6", 12345.6, "thousands"), ("１２３．４", 123.4, "full_width"),
        ("－１", -1.0, "full_width"), ("−3", -3.0, "full_width"),
        ("12.5%", 12.5, "percent"), ("12.5 ％", 12.5, "percent"), ("3‰", 3.0, "per_mille"), ("1，234", 1234.0, "full_width"),
        ("…", None, "missing_mark"), ("—", None, "missing_mark"), ("－", None, "missing_mark"), ("#", None, "missing_mark"),
        ("#DIV/0!", None, "missing_mark"), ("NA", None, "missing_mark"),
    ],
)  # fmt: skip
def test_cells(cell: object, value: float | None, reason: str) -> None:
    assert number(cell) == (value, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["1,23", "12,3456", "1.2.3", "3a", "total", "1 23", "12 345 6", "inf", "1_000", "(5)", "5-6", "①", "2011年", "约5", "+", "%"])
def test_what_is_not_clearly_a_number_is_refused(cell: str) -> None:
    with pytest.raises(NotANumberError):
        number(cell)


def test_a_plain_number_in_a_text_cell_is_a_change_in_a_workbook_only() -> None:
    assert (number("5", stored_as_text=True), number("5")) == ((5.0, "stored_as_text"), (5.0, ""))


@pytest.mark.parametrize("label", ["20211", "211", "2011-13", "2011-00", "abc", "", "2011 2012", "2300", "2011Q1", True])
def test_labels_that_are_no_periods(label: object) -> None:
    assert moment(label) is None  # type: ignore[arg-type]


def test_steps_of_an_axis() -> None:
    ends = [Moment(2011, 12, 31), Moment(2012, 12, 31)]
    months = [Moment(2011, 1), Moment(2011, 2)]
    days = [Moment(2011, 1, 1), Moment(2011, 1, 2)]
    assert [step(x) for x in (ends, months, days)] == ["year", "month", "day"]
    assert [spelled(x[0], step(x)) for x in (ends, months, days)] == [2011, "2011-01", "2011-01-01"]
    assert years_in("表3 2011-2022年, 12345") == (2011, 2022)


def test_places() -> None:
    assert [place(x, "china_provinces").name for x in ("北 京", "内蒙古自治区", "Inner mongolia", "Shaanxi", "110000", "110000000000", "新疆①")] == [
        "北京", "内蒙古", "内蒙古", "陕西", "北京", "北京", "新疆",
    ]  # fmt: skip
    assert [is_total(x) for x in ("全 国", "合计", "Total", "National", "东部地区", "北京")] == [True, True, True, True, True, False]
    assert [system_of(x) for x in (["1", "2"], ["R01", "R02"], [], ["全国"], ["AL", "AK"], ["北京", "x"])] == ["", "", "", "", "us_states", ""]


def test_names_and_units() -> None:
    assert [split_unit(x) for x in ("GDP (亿元)", "f(1)", "a（b）", "指数(上年=100)", "价格[元/吨]")] == [
        ("GDP", "亿元"), ("f(1)", ""), ("a（b）", ""), ("指数", "上年=100"), ("价格", "元/吨"),
    ]  # fmt: skip
    assert [is_unit(x) for x in ("万人", "%", "2011", "人口", "100 million yuan")] == [True, True, False, False, True]
    assert indicator_of("Sheet1", ["数据库：分省年度数据", "指标：地区生产总值(亿元)"], "a.csv") == ("地区生产总值", "亿元")
    assert indicator_of("Sheet1", ["续表 1"], "a.csv", before="产值") == ("产值", "")


def test_letters_and_texts() -> None:
    assert [letter(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [text(x) for x in (2011.0, 0.1, None, " a ", True)] == ["2011", "0.1", "", "a", "True"]
