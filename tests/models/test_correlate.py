"""Correlation matrices."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import random_panel
from printed import assert_printed
from scipy.stats import pearsonr

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.exhibits.typeset import typeset
from regio.models.correlate import Correlate

ROUNDING = 1e-14  # absolute, of a correlation: a few units in the sixteenth digit
TAIL = 1e-9  # relative, of a p-value: far out in the tail the rounding of r counts many times
NAMES = ["y", "x1", "x2"]


def test_anscombe() -> None:
    """Anscombe (1973), Graphs in statistical analysis, The American Statistician 27(1): r² = .667 in the first of his four sets."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    result = regio.correlate(pd.DataFrame({"x": x, "y": y}))
    assert_printed(".667", result.correlations.loc["x", "y"] ** 2)
    assert result.n == 11
    assert result.p_values.loc["x", "y"] == pytest.approx(pearsonr(x, y).pvalue, rel=TAIL)


def test_longley_correlations_in_exact_fractions() -> None:
    """The correlations of Longley's regressors, squared, as fractions of whole numbers."""
    frame = statsmodels.datasets.longley.load_pandas().exog
    result = regio.correlate(frame)
    exact = {name: [Fraction(value) for value in frame[name].tolist()] for name in frame}
    centred = {name: [value - sum(values) / len(values) for value in values] for name, values in exact.items()}

    def product(a: str, b: str) -> Fraction:
        return sum((x * y for x, y in zip(centred[a], centred[b], strict=True)), Fraction(0))

    for a in frame:
        for b in frame:
            expected = float(product(a, b)) / sqrt(float(product(a, a) * product(b, b)))
            assert result.correlations.loc[a, b] == pytest.approx(expected, abs=ROUNDING)


def test_numpy_and_scipy_agree() -> None:
    frame = random_panel(1, missing=0.05)
    result = regio.correlate(frame, NAMES)
    rows = frame.dropna(subset=NAMES)
    np.testing.assert_allclose(result.correlations.to_numpy(), np.corrcoef(rows[NAMES].T), rtol=0, atol=ROUNDING)
    for a in NAMES:
        for b in NAMES:
            if a == b:
                assert np.isnan(result.p_values.loc[a, b])
            else:
                assert result.p_values.loc[a, b] == pytest.approx(pearsonr(rows[a], rows[b]).pvalue, rel=TAIL)


def test_p_value_is_that_of_the_slope() -> None:
    """Second route: t of a correlation is t of the slope in a regression of either on the other."""
    frame = random_panel(2)
    for outcome, regressor in (("y", "x1"), ("x1", "y")):
        slope = regio.regress(frame, outcome, regressor).coefficients.loc[regressor, "p_value"]
        assert regio.correlate(frame, ["y", "x1"]).p_values.loc["y", "x1"] == pytest.approx(slope, rel=TAIL)


def test_one_sample_for_all_columns() -> None:
    frame = random_panel(3, missing=0.05)
    result = regio.correlate(frame, NAMES)
    n = len(frame.dropna(subset=NAMES))
    assert result.n == n < min(len(frame.dropna(subset=pair)) for pair in (["y", "x1"], ["y", "x2"], ["x1", "x2"]))
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (n, len(frame) - n)
    (finding,) = result.findings
    assert finding.text("en").startswith(f"{len(frame) - n} rows were left out because a value is missing: y (")
    assert finding.text("zh").startswith(f"因缺失值剔除 {len(frame) - n} 行：y (")


@pytest.mark.parametrize("by", ["zone", "period", "region"])
def test_by_group_is_each_group_alone(by: str) -> None:
    frame = random_panel(4, regions=8, periods=9)
    result = regio.correlate(frame, NAMES, by=by, region="region", period="period")
    assert isinstance(result.n, pd.Series)
    assert list(result.n.index) == sorted(frame[by].unique())
    for group, rows in frame.groupby(by):
        alone = regio.correlate(rows, NAMES)
        assert result.n[group] == alone.n == len(rows)
        np.testing.assert_allclose(result.correlations.loc[group], alone.correlations, rtol=0, atol=ROUNDING)
        np.testing.assert_allclose(result.p_values.loc[group], alone.p_values, rtol=TAIL)


def test_rows_without_a_group_are_left_out() -> None:
    frame = random_panel(5)
    frame.loc[[0, 1], "zone"] = None
    result = regio.correlate(frame, NAMES, by="zone")
    assert result.provenance is not None
    assert result.provenance.rows_left_out == 2
    assert result.findings[0].text("en") == "2 rows were left out because a value is missing: zone (2)."


def test_none_is_every_number_that_is_no_key() -> None:
    frame = random_panel(6)
    assert list(regio.correlate(frame, region="region", period="period").correlations) == ["y", "x1", "x2", "x3", "weight"]
    assert list(regio.correlate(frame.assign(g=frame["period"]), by="g", region="region", period="period").correlations) == ["y", "x1", "x2", "x3", "weight"]


@given(values=st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=3, max_size=30), offset=st.sampled_from([1e8, -1e12]))
@settings(max_examples=60)
def test_large_offsets_do_no_harm(values: list[tuple[int, int]], offset: float) -> None:
    """Whole numbers and their offsets are exact, so nothing may change. (Beyond 1e13 times its range a column counts as constant.)"""
    frame = pd.DataFrame(values, columns=["a", "b"], dtype=float)
    if frame.nunique().min() < 2:
        return
    np.testing.assert_allclose(regio.correlate(frame + offset).correlations, regio.correlate(frame).correlations, rtol=0, atol=ROUNDING)


@given(seed=st.integers(0, 10), power=st.integers(-230, 230), sign=st.sampled_from([-1, 1]))
@settings(max_examples=30)
def test_units_and_order_do_not_matter(seed: int, power: int, sign: int) -> None:
    frame = random_panel(seed, regions=6, periods=5)
    before = regio.correlate(frame, NAMES)
    after = regio.correlate(frame.assign(y=sign * np.ldexp(frame["y"], power)).sample(frac=1, random_state=seed), NAMES[::-1])
    flips = np.where((np.array(NAMES) == "y")[:, None] ^ (np.array(NAMES) == "y"), sign, 1)
    np.testing.assert_allclose(after.correlations.loc[NAMES, NAMES], before.correlations * flips, rtol=0, atol=ROUNDING)


@given(seed=st.integers(0, 1000), n=st.integers(3, 12))
@settings(max_examples=40)
def test_it_is_a_correlation_matrix(seed: int, n: int) -> None:
    """Symmetric to the bit, ones on the diagonal, never beyond one, and no negative eigenvalue."""
    values = np.random.default_rng(seed).normal(size=(n, 2))
    frame = pd.DataFrame({"a": values[:, 0], "b": values[:, 1], "copy": 3 * values[:, 0] + 1e3, "mirror": -values[:, 0]})
    r = regio.correlate(frame).correlations.to_numpy()
    assert (r == r.T).all()
    assert (np.diag(r) == 1).all()
    assert (np.abs(r) <= 1).all()
    assert np.linalg.eigvalsh(r)[0] > -1e-13  # rounding of four columns
    assert regio.correlate(frame).p_values.loc["a", "mirror"] < 1e-6


def test_table_is_the_lower_triangle() -> None:
    result = regio.correlate(random_panel(7), NAMES)
    (table,) = result.exhibits()
    shape = [[cell.kind if cell.value is not None else "" for cell in row.cells] for row in table.rows]
    assert shape == [["number", "", ""], ["estimate", "number", ""], ["estimate", "estimate", "number"]]
    cells = {cell.address: cell for row in table.located("links").rows for cell in row.cells}
    cell = cells["links", "correlations", "x2", "y"]
    assert (cell.value, cell.p_value) == (result.correlations.loc["x2", "y"], result.p_values.loc["x2", "y"])


@pytest.mark.parametrize(
    ("language", "stub", "label", "note"),
    [("en", "Variable", "Output", "two-sided t tests with n − 2"), ("zh", "变量", "产出", "自由度为 n − 2 的双侧 t 检验")],
)
def test_typeset_in_both_languages(language: Any, stub: str, label: str, note: str) -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.1], "x": [1.0, 2.0, 3.0, 4.0, 5.0], "z": [5.0, 2.0, 4.0, 4.0, 5.0]})
    printed = typeset(regio.correlate(frame).exhibits()[0], language, labels={"y": {"en": "Output", "zh": "产出"}})
    assert printed.stub == stub
    assert [head.text for head in printed.heads[0]] == ["(1)", "(2)", "(3)"]
    assert [row.head for row in printed.rows] == [f"(1) {label}", "(2) x", "(3) z"]
    assert [str(cell) for cell in printed.rows[1].cells] == ["1.000***", "1.000", ""]
    assert any(note in text for text in printed.notes)
    assert any("N = 5" in text for text in printed.notes)
    grouped = typeset(regio.correlate(random_panel(8), NAMES, by="zone").exhibits()[0], language)
    assert grouped.rows[3].head == ("(1) y (z1)" if language == "en" else "(1) y（z1）")
    assert [row.rule_above for row in grouped.rows][:4] == [False, False, False, True]
    assert any("z0 (" in text for text in grouped.notes)


@pytest.mark.parametrize("by", [None, "zone", "period"])
def test_round_trip(by: str | None) -> None:
    result = regio.correlate(random_panel(9), NAMES, by=by, region="region", period="period")
    again = Correlate.from_dict(result.to_dict())
    assert again.to_dict() == result.to_dict()
    pd.testing.assert_frame_equal(again.p_values, result.p_values, check_exact=True)
    pd.testing.assert_frame_equal(again.correlations, result.correlations, check_exact=True)
    if isinstance(result.n, pd.Series):
        pd.testing.assert_series_equal(again.n, result.n)
    assert [row.key for row in again.exhibits()[0].rows] == [row.key for row in result.exhibits()[0].rows]


@pytest.mark.parametrize(
    ("options", "kind", "codes", "en", "zh"),
    [
        ({"columns": "y"}, ArgumentError, ["correlate.two_columns"], "at least two numeric columns; there are: y.", "至少需要两个数值列；现有：y。"),
        ({"columns": ["y", "x9"]}, ArgumentError, ["contract.unknown_column"], "There is no column “x9”", "没有名为“x9”的列"),
        ({"columns": ["y", "region"]}, DataError, ["panel.text_column"], "region", "region"),
        ({"columns": ["y", "one"]}, EstimationError, ["correlate.constant"], "The column “one” is constant: its", "列“one”为常数：其相关系数无定义"),
        ({"columns": ["y", "sum"]}, EstimationError, ["correlate.constant"], "The column “sum” is constant", "列“sum”为常数"),
        ({"columns": ["y", "dot", "one"]}, EstimationError, ["correlate.constant"] * 2, "The column “dot” is constant", "列“dot”为常数"),
        (
            {"columns": ["y", "z0"], "by": "zone"},
            EstimationError,
            ["correlate.constant"] * 4,
            "The column “z0” is constant where zone is z0",
            "列“z0”为常数（zone 为 z0 时）",
        ),
        (
            {"columns": ["y", "two"]},
            EstimationError,
            ["correlate.too_few_rows"],
            "Only 2 rows have a value in every column; a correlation needs three (missing cells: two (",
            "在所有列上都有数值的仅有 2 行；计算相关系数至少需要三行（缺失单元格：two (",
        ),
        ({"columns": ["y", "inf"]}, EstimationError, ["regress.infinite"], "“inf” holds 1 infinite", "“inf”中有 1 个无穷大"),
        ({"columns": ["y", "x1"], "by": "none"}, EstimationError, ["correlate.no_groups"], "The column “none” is empty", "列“none”为空"),
    ],
)
def test_bad_input(options: dict[str, Any], kind: type[Exception], codes: list[str], en: str, zh: str) -> None:
    frame = random_panel(10)
    rounded = np.where(np.arange(len(frame)) % 2, 0.3, 0.1 + 0.2)  # they differ in the seventeenth digit
    frame = frame.assign(one=0.1, dot=-7.0, sum=rounded, two=np.nan, inf=frame["x1"], none=None, z0=(frame["zone"] == "z0") * 1.0)
    frame.loc[[3, 8], "two"] = [1.0, 2.0]
    frame.loc[0, "inf"] = np.inf
    with pytest.raises(kind) as caught:
        regio.correlate(frame, **options)
    findings = caught.value.findings  # type: ignore[attr-defined]
    assert [f.code for f in findings] == codes
    assert en in findings[0].text("en")
    assert zh in findings[0].text("zh")


def test_two_rows() -> None:
    with pytest.raises(EstimationError) as caught:
        regio.correlate(pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 5.0]}))
    assert caught.value.findings[0].text("en").startswith("Only 2 rows have a value in every column; a correlation needs three.")
