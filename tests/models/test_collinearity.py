"""Variance inflation factors."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import brute, random_panel
from printed import assert_all_printed
from statsmodels.stats.outliers_influence import variance_inflation_factor

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.exhibits.typeset import typeset
from regio.models.collinearity import Collinearity

PEER = 1e-8  # relative; statsmodels solves with columns that are not centred, which costs it digits
EXACT = 1e-12  # relative; the condition of Longley's columns is about 100 times the rounding of one number, and a factor squares it
DUMMIES = 1e-9  # relative; the pseudo-inverse of a matrix of dummies
UNITS = 1e-9  # relative; a shift costs digits of the input itself
NAMES = ["x1", "x2", "x3"]
EFFECTS: list[tuple[str, ...]] = [("region",), ("period",), ("region", "period"), ("period", "region"), ("zone*period",), ("region", "zone*period")]
LONGLEY = {"GNPDEFL": "135.53", "GNP": "1788.51", "UNEMP": "33.62", "ARMED": "3.59", "POP": "399.15", "YEAR": "758.98"}  # as textbooks print them


def longley() -> pd.DataFrame:
    """Regressors of employment, 1947 to 1962, certified by NIST (Statistical Reference Datasets)."""
    frame: pd.DataFrame = statsmodels.datasets.longley.load_pandas().exog
    return frame


def panel(seed: int) -> pd.DataFrame:
    """Unbalanced, with missing cells, and columns that go together across regions more than within them."""
    frame = random_panel(seed, missing=0.03)
    codes = pd.factorize(frame["region"])[0]
    return frame.assign(x3=frame["x1"] + frame["x3"] / 3 + codes / 5)


def run(frame: pd.DataFrame, effects: Any = (), names: list[str] = NAMES) -> Collinearity:
    return regio.collinearity(frame, names, effects=effects, region="region", period="period")


def auxiliary(rows: pd.DataFrame, name: str, effects: tuple[str, ...]) -> float:
    """1/(1 − R²) of the regression on the others and the dummies, R² net of the dummies."""
    others = [n for n in NAMES if n != name]
    whole, empty = brute(rows, name, others, effects), brute(rows, name, [], effects)
    return float((empty.residuals**2).sum() / (whole.residuals**2).sum())


def test_longley() -> None:
    result = regio.collinearity(longley(), list(LONGLEY))
    assert_all_printed(LONGLEY, result.inflation["vif"].to_dict())
    assert result.mean_vif == pytest.approx(result.inflation["vif"].mean(), rel=1e-15)
    assert result.inflation["tolerance"].to_numpy() == pytest.approx(1 / result.inflation["vif"].to_numpy(), rel=1e-15)


def test_longley_known_answers(reference: Path) -> None:
    with (reference / "econometrics" / "known_answers.csv").open(encoding="utf-8") as file:
        printed = {row["term"]: row["value"] for row in csv.DictReader(file) if row["case"] == "vif_longley"}
    assert len(printed) == 6
    assert_all_printed(printed, regio.collinearity(longley(), list(printed)).inflation["vif"].to_dict())


def test_longley_in_exact_fractions() -> None:
    """The diagonals of the cross products of deviations and of their inverse, as fractions."""
    rows = [[Fraction(value) for value in row] for row in longley().to_numpy().tolist()]
    means = [sum(column, Fraction(0)) / len(rows) for column in zip(*rows, strict=True)]
    k = len(means)
    cross = [[sum(((r[i] - means[i]) * (r[j] - means[j]) for r in rows), Fraction(0)) for j in range(k)] for i in range(k)]
    tableau = [row[:] + [Fraction(int(i == j)) for j in range(k)] for i, row in enumerate(cross)]
    for i in range(k):
        tableau[i] = [value / tableau[i][i] for value in tableau[i]]
        for j in set(range(k)) - {i}:
            tableau[j] = [a - tableau[j][i] * b for a, b in zip(tableau[j], tableau[i], strict=True)]
    exact = [float(cross[i][i] * tableau[i][k + i]) for i in range(k)]
    assert regio.collinearity(longley(), list(longley())).inflation["vif"].tolist() == pytest.approx(exact, rel=EXACT)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statsmodels_agrees(seed: int) -> None:
    for frame in (longley(), panel(seed)[NAMES].dropna()):
        design = np.column_stack([np.ones(len(frame)), frame.to_numpy()])
        expected = [variance_inflation_factor(design, j + 1) for j in range(frame.shape[1])]
        assert regio.collinearity(frame, list(frame)).inflation["vif"].tolist() == pytest.approx(expected, rel=PEER)


@pytest.mark.parametrize("effects", EFFECTS, ids=str)
def test_within_is_the_auxiliary_regression_on_dummies(effects: tuple[str, ...]) -> None:
    frame = panel(4)
    rows = frame.dropna(subset=NAMES)
    found = run(frame, effects).inflation
    for name in NAMES:
        assert found.loc[name, "vif_within"] == pytest.approx(auxiliary(rows, name, effects), rel=DUMMIES)
        assert found.loc[name, "vif"] == pytest.approx(auxiliary(rows, name, ()), rel=DUMMIES)
        assert found.loc[name, "tolerance_within"] == pytest.approx(1 / found.loc[name, "vif_within"], rel=1e-15)


def test_within_on_a_panel_of_two_unconnected_parts() -> None:
    """Half of the regions has the first periods and the other half the last ones: one period dummy more is redundant."""
    frame = panel(5)
    early = frame["region"] < "r012"
    rows = frame[(early & (frame["period"] < 2004)) | (~early & (frame["period"] >= 2004))].dropna(subset=NAMES)
    for name in NAMES:
        assert run(rows, ("region", "period")).inflation.loc[name, "vif_within"] == pytest.approx(auxiliary(rows, name, ("region", "period")), rel=DUMMIES)


def test_vif_is_what_the_variance_of_a_coefficient_shows() -> None:
    """Second route, through regress: Var(b_j) = s² VIF_j / Σ(x_j net of the effects)²."""
    rows = panel(6).dropna(subset=["y", *NAMES])
    for effects in ((), ("region",), ("region", "period")):
        fit = regio.regress(rows, "y", NAMES, effects=effects, convention="reghdfe", region="region", period="period")
        factors = run(rows, effects).inflation["vif_within" if effects else "vif"]
        for name in NAMES:
            own = regio.regress(rows, name, effects=effects, convention="reghdfe", region="region", period="period").fit["rss"]
            assert fit.covariance.loc[name, name] == pytest.approx(fit.fit["sigma_e"] ** 2 * factors[name] / own, rel=DUMMIES)


def test_one_column_has_factor_one() -> None:
    result = regio.collinearity(panel(7), "x1", effects="region", region="region", period="period")
    assert result.inflation.to_numpy().tolist() == [[1.0, 1.0, 1.0, 1.0]]


def test_two_columns_follow_from_their_correlation() -> None:
    frame = panel(8)
    r = regio.correlate(frame, ["x1", "x3"]).correlations.loc["x1", "x3"]
    assert regio.collinearity(frame, ["x1", "x3"]).inflation["vif"].tolist() == pytest.approx([1 / (1 - r**2)] * 2, rel=1e-12)  # 1 − r² is about 0.1


def test_without_effects_nothing_is_within() -> None:
    result = run(panel(9))
    assert result.inflation[["vif_within", "tolerance_within"]].isna().all(axis=None)
    assert np.isnan(result.mean_vif_within)
    assert [column.key for column in result.exhibits()[0].columns] == ["vif", "tolerance"]


@given(seed=st.integers(0, 10), power=st.integers(-230, 230), shift=st.floats(-1e4, 1e4), effects=st.sampled_from([(), *EFFECTS]))
@settings(max_examples=30)
def test_units_and_order_do_not_matter(seed: int, power: int, shift: float, effects: tuple[str, ...]) -> None:
    frame = panel(seed)
    before = run(frame, effects)
    other = run(frame.assign(x1=np.ldexp(frame["x1"] + shift, power), x2=-frame["x2"]).sample(frac=1, random_state=seed), effects, NAMES[::-1])
    np.testing.assert_allclose(other.inflation.loc[NAMES], before.inflation, rtol=UNITS)


@given(seed=st.integers(0, 20))
@settings(max_examples=20)
def test_never_below_one_and_never_less_with_more_columns(seed: int) -> None:
    frame = panel(seed)
    small, large = run(frame, "region", ["x1", "x2"]).inflation, run(frame.dropna(subset=NAMES), "region").inflation
    small = run(frame.dropna(subset=NAMES), "region", ["x1", "x2"]).inflation
    for column in ("vif", "vif_within"):
        assert (large[column] >= 1).all()
        assert (large.loc[["x1", "x2"], column] >= small[column] * (1 - UNITS)).all()


def test_large_offsets_do_no_harm() -> None:
    """Whole numbers and their offsets are exact."""
    rng = np.random.default_rng(1)
    frame = random_panel(10)
    for name in NAMES:
        frame[name] = rng.integers(-1000, 1000, len(frame)).astype(float)
    moved = frame.assign(**{name: frame[name] + 2.0**45 for name in NAMES})
    for effects in ((), ("region", "period")):
        np.testing.assert_allclose(run(moved, effects).inflation, run(frame, effects).inflation, rtol=1e-13)


def test_near_collinearity_keeps_its_digits() -> None:
    """x2 = x1 + u/1000 with u orthogonal to x1 and of equal variance: R² of x2 on x1 is 1/(1 + 1e-6), so both factors are 1e6 + 1."""
    x, u = np.tile([1.0, 1.0, -1.0, -1.0], 5), np.tile([1.0, -1.0, 1.0, -1.0], 5)
    frame = pd.DataFrame({"x1": x, "x2": x + u / 1000})
    assert regio.collinearity(frame, ["x1", "x2"]).inflation["vif"].tolist() == pytest.approx([1e6 + 1] * 2, rel=1e-11)  # of x + u/1000 13 digits of u are kept


def test_above_ten_is_a_convention_and_is_named() -> None:
    result = regio.collinearity(longley(), list(longley()))
    (finding,) = result.findings
    assert (finding.code, finding.severity) == ("collinearity.above", "warning")
    assert finding.text("en").startswith(
        "VIF above 10 (rule of thumb of 10: Marquardt 1970): GNP (1788.51), YEAR (758.98), POP (399.15), GNPDEFL (135.53), UNEMP (33.62)."
    )
    assert finding.text("zh").startswith("方差膨胀因子超过 10（经验法则，临界值 10：Marquardt 1970）：GNP（1788.51）、YEAR（758.98）")
    assert run(random_panel(11), "region").findings == ()


def test_above_ten_within_only() -> None:
    frame = random_panel(12)
    codes = pd.factorize(frame["region"])[0]
    frame["x2"] = frame["x1"] + 0.1 * frame["x2"] + 100 * (codes % 5)  # differences between regions hide that they move together
    result = run(frame, "region")
    assert [f.code for f in result.findings] == ["collinearity.above_within"]
    assert result.findings[0].text("en").startswith("VIF above 10 net of effects (Region; rule of thumb of 10: Marquardt 1970): x")
    assert result.findings[0].text("zh").startswith("扣除固定效应（地区）后方差膨胀因子超过 10（经验法则，临界值 10：Marquardt 1970）：x")


def test_missing_rows_are_counted() -> None:
    frame = panel(13)
    frame.loc[0, "zone"] = None
    result = run(frame, "zone")
    n = len(frame.dropna(subset=[*NAMES, "zone"]))
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (n, len(frame) - n)
    assert result.findings[0].code == "regress.rows_left_out"
    assert "zone (1)" in result.findings[0].text("en")


def test_table_is_sorted_and_ends_with_the_mean() -> None:
    result = run(panel(14), ("region", "period"))
    (table,) = result.exhibits()
    assert [column.key for column in table.columns] == ["vif", "tolerance", "vif_within", "tolerance_within"]
    assert [row.key for row in table.rows] == [*result.inflation["vif"].sort_values(ascending=False).index, "_mean"]
    assert list(result.inflation.index) == NAMES
    assert [cell.value for cell in table.rows[-1].cells] == [result.mean_vif, None, result.mean_vif_within, None]
    cells = {cell.address: cell.value for row in table.located("check").rows for cell in row.cells}
    assert cells["check", "inflation", "x1", "vif_within"] == result.inflation.loc["x1", "vif_within"]


@pytest.mark.parametrize(
    ("language", "heads", "mean", "note"),
    [("en", ["Pooled", "Within"], "Mean VIF", "(Region, zone, Period)"), ("zh", ["混合", "组内"], "VIF 均值", "（地区、zone、时期）")],
)
def test_typeset_in_both_languages(language: Any, heads: list[str], mean: str, note: str) -> None:
    result = run(panel(15), ("region", "zone*period"))
    printed = typeset(result.exhibits()[0], language)
    assert [(head.text, head.span) for head in printed.heads[0]] == [(head, 2) for head in heads]
    assert [head.text for head in printed.heads[1]] == ["VIF", "1/VIF"] * 2
    assert printed.rows[-1].head == mean
    assert printed.rows[-1].rule_above
    assert note in printed.notes[1]
    longley_rows = typeset(regio.collinearity(longley(), list(longley())).exhibits()[0], language).rows
    assert [row.key for row in longley_rows] == ["GNP", "YEAR", "POP", "GNPDEFL", "UNEMP", "ARMED", "_mean"]
    assert [str(cell) for cell in longley_rows[-2].cells] == ["3.589", "0.279"]


@pytest.mark.parametrize("effects", [(), ("region", "period")])
def test_round_trip(effects: tuple[str, ...]) -> None:
    result = run(panel(16), effects)
    again = Collinearity.from_dict(result.to_dict())
    assert again.to_dict() == result.to_dict()
    pd.testing.assert_frame_equal(again.inflation, result.inflation, check_exact=True)
    assert again.effects == effects


@pytest.mark.parametrize(
    ("columns", "effects", "kind", "codes", "en", "zh"),
    [
        ((), (), ArgumentError, ["collinearity.no_columns"], "There is no column whose collinearity", "没有给出需要检验共线性的列"),
        (["x1", "x1"], (), ArgumentError, ["collinearity.twice"], "Given twice: x1.", "重复列出：x1。"),
        (["x1", "x9"], (), ArgumentError, ["contract.unknown_column"], "There is no column “x9”", "没有名为“x9”的列"),
        (["x1"], ("region", "period", "zone"), ArgumentError, ["regress.three_effects"], "At most two effects are absorbed", "最多吸收两个固定效应"),
        (["x1", "zone"], (), DataError, ["panel.text_column"], "zone", "zone"),
        (["x1", "one"], (), EstimationError, ["collinearity.constant"], "The column “one” is constant", "列“one”为常数"),
        (
            ["x1", "x2", "sum"],
            (),
            EstimationError,
            ["collinearity.perfect"],
            "Perfect collinearity: “sum” is a combination of x1, x2, so its VIF is infinite.",
            "完全共线性：“sum”可由 x1、x2 线性表出，其方差膨胀因子为无穷大。",
        ),
        (
            ["x1", "twice", "x2", "sum"],
            ("region",),
            EstimationError,
            ["collinearity.perfect"] * 2,
            "“twice” is a combination of x1, so",
            "“twice”可由 x1 线性表出",
        ),
        (
            ["x1", "moved"],
            ("region", "zone*period"),
            EstimationError,
            ["collinearity.perfect_within"],
            "Perfect collinearity net of effects (Region, zone, Period): “moved” is a combination of x1, so",
            "扣除固定效应（地区、zone、时期）后完全共线性：“moved”可由 x1 线性表出",
        ),
        (
            ["x1", "place", "trend"],
            ("region", "period"),
            EstimationError,
            ["regress.no_within_variation"] * 2,
            "The regressor “place” does not vary within the effects (Region, Period).",
            "解释变量“place”在固定效应（地区、时期）内没有变化。",
        ),
        (["x1", "inf"], (), EstimationError, ["regress.infinite"], "“inf” holds 1 infinite", "“inf”中有 1 个无穷大"),
        (["x1", "empty"], (), EstimationError, ["regress.no_rows"], "No row has a value for every column", "没有一行在模型的所有列上都有数值"),
    ],
)
def test_bad_input(columns: Any, effects: tuple[str, ...], kind: type[Exception], codes: list[str], en: str, zh: str) -> None:
    frame = random_panel(17)
    place = pd.factorize(frame["region"])[0] / 7
    frame = frame.assign(one=0.1, empty=np.nan, inf=frame["x1"], sum=frame["x1"] - 2 * frame["x2"] + 5, twice=2 * frame["x1"], place=place)
    frame = frame.assign(moved=frame["x1"] + place, trend=place + frame["period"] / 3)
    frame.loc[0, "inf"] = -np.inf
    with pytest.raises(kind) as caught:
        regio.collinearity(frame, columns, effects=effects, region="region", period="period")
    findings = caught.value.findings  # type: ignore[attr-defined]
    assert [f.code for f in findings] == codes
    assert en in findings[0].text("en")
    assert zh in findings[0].text("zh")


def test_effects_need_a_key() -> None:
    with pytest.raises(ArgumentError, match="which column names the region"):
        regio.collinearity(random_panel(18).drop(columns=["region"]), NAMES, effects="region")
