"""Moderation: effects along the moderator against statsmodels, Johnson-Neyman points against a search, centring, and bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import random_panel

import regio
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.exhibits.models import Figure, Table
from regio.models._moderate import Slope, quadratic_roots
from regio.models.moderate import Moderate

SAME = 1e-9  # relative; one regression in two sets of columns
SEARCH = 1e-6  # of the moderator; a search by halves stops there
KEYS = {"region": "region", "period": "period"}
COLUMNS = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]


def panel(seed: int = 3, strength: float = 0.8, **options: Any) -> pd.DataFrame:
    frame = random_panel(seed, **options)
    return frame.assign(y=frame["y"] + strength * frame["x1"] * frame["x2"])


def run(frame: pd.DataFrame, **options: Any) -> Moderate:
    return regio.moderate(frame, "y", "x1", "x2", "x3", **KEYS, **options)


def test_effects_along_the_moderator_are_those_of_statsmodels() -> None:
    frame = panel()
    result = run(frame, centre="none")
    fit = smf.ols("y ~ x1 + x2 + x1:x2 + x3", frame).fit()
    np.testing.assert_allclose(result.coefficients.loc[["x1", "x2", "x1*x2", "x3"], "estimate"], fit.params[["x1", "x2", "x1:x2", "x3"]], rtol=SAME)
    for row in (*result.margins.itertuples(), *result.curve.iloc[::25].itertuples()):
        test = fit.t_test(f"x1 + {row.moderator!r} * x1:x2 = 0")
        low, high = test.conf_int()[0]
        expected = [test.effect[0], test.sd[0, 0], float(np.ravel(test.tvalue)[0]), float(test.pvalue), low, high]
        np.testing.assert_allclose([getattr(row, c) for c in COLUMNS], expected, rtol=1e-7)


def test_clustered_effects_with_dummies_for_regions_and_periods() -> None:
    """Second route: every dummy as a column, clustered by region; the small-sample factor of xtreg instead of that of dummies."""
    frame = panel()
    result = run(frame, centre="none", effects=("region", "period"), errors="cluster")
    fit = smf.ols("y ~ x1 + x2 + x1:x2 + x3 + C(region) + C(period)", frame).fit(cov_type="cluster", cov_kwds={"groups": frame["region"]})
    n, k, regions = len(frame), int(fit.df_model) + 1, frame["region"].nunique()
    factor = np.sqrt((n - k) / (n - k + regions - 1))  # regions lie inside clusters and are not counted
    at = float(result.margins.loc["mean", "moderator"])
    test = fit.t_test(f"x1 + {at!r} * x1:x2 = 0")
    assert result.margins.loc["mean", "estimate"] == pytest.approx(test.effect[0], rel=SAME)
    assert result.margins.loc["mean", "std_error"] == pytest.approx(test.sd[0, 0] * factor, rel=1e-7)


@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period")], ids=str)
def test_centring_changes_own_terms_and_nothing_else(effects: tuple[str, ...]) -> None:
    frame = panel()
    centred, plain = (run(frame, centre=centre, effects=effects, errors="cluster") for centre in ("sample", "none"))
    for name in ("margins", "curve", "johnson_neyman"):
        left, right = (getattr(r, name).select_dtypes(float) for r in (centred, plain))
        np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-12)
    assert centred.coefficients.loc["x1*x2", "estimate"] == pytest.approx(plain.coefficients.loc["x1*x2", "estimate"], rel=1e-8)
    at_mean = centred.margins.loc["mean", COLUMNS].astype(float)
    np.testing.assert_allclose(centred.coefficients.loc["x1"], at_mean, rtol=1e-8)
    assert centred.centres["x2"] == pytest.approx(frame["x2"].mean())
    assert plain.centres == {"x1": 0.0, "x2": 0.0}


def test_centres_are_those_of_the_rows_used() -> None:
    frame = panel(missing=0.05)
    frame.loc[0, "region"] = "alone"
    result = run(frame, effects="region", errors="cluster", convention="reghdfe")
    used = frame.dropna(subset=["y", "x1", "x2", "x3"])
    used = used[used.groupby("region")["y"].transform("size") > 1]
    assert result.centres == pytest.approx({"x1": used["x1"].mean(), "x2": used["x2"].mean()})
    assert result.model.fit["n"] == len(used)
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (len(used), len(frame) - len(used))
    assert [f.code for f in result.findings] == ["regress.rows_left_out", "regress.singletons_dropped"]


# Johnson-Neyman points ----------------------------------------------------------------------------------------------------------------------


def edges(slope: Slope, low: float, high: float) -> list[float]:
    """Where significance changes between low and high: a fine walk, then halves."""

    def clear(m: float) -> bool:
        row = slope.at(np.array([m]))[0]
        return bool(row[4] > 0 or row[5] < 0)

    walk = np.linspace(low, high, 4001)
    states = slope.at(walk)
    flags = (states[:, 4] > 0) | (states[:, 5] < 0)
    found = []
    for i in np.flatnonzero(flags[1:] != flags[:-1]):
        a, b = walk[i], walk[i + 1]
        while b - a > SEARCH / 4:
            middle = (a + b) / 2
            a, b = (a, middle) if clear(middle) == flags[i + 1] else (middle, b)
        found.append(float(a))
    return found


@settings(max_examples=25)
@given(st.integers(0, 200), st.floats(-1.5, 1.5))
def test_points_are_where_a_search_finds_them(seed: int, strength: float) -> None:
    frame = panel(seed, strength, regions=12, terms=3)
    result = run(frame)
    slope = Slope.of(result.model, _terms(), result.centres["x2"])
    low, high = frame["x2"].min() - 3, frame["x2"].max() + 3
    points = [p for p in result.johnson_neyman["moderator"] if low < p < high]
    np.testing.assert_allclose(points, edges(slope, low, high), atol=SEARCH)
    for limit in result.johnson_neyman[["conf_low", "conf_high"]].abs().min(axis=1):
        assert limit == pytest.approx(0, abs=1e-6)


def _terms() -> Any:
    from regio.models._moderate import Terms

    return Terms("y", "x1", "x2", ("x3",))


@pytest.mark.parametrize(
    ("b", "d", "variance_d", "number"),
    [
        (5.0, 0.01, 0.01, 2),  # significant near the centre only: d itself is not
        (5.0, 1.0, 0.0001, 2),  # outside two points: d is significant
        (0.5, 0.01, 0.01, 0),  # never
        (5.0, 0.0, 0.0, 0),  # the same everywhere
    ],
)
def test_none_and_two_points(b: float, d: float, variance_d: float, number: int) -> None:
    slope = Slope(b, d, 1.0, variance_d, 0.0, 10.0, 100.0, 0.95)
    assert len(slope.critical()) == number


def test_one_point() -> None:
    """B + d m with a standard error that does not change: the interval touches zero on either side of the root; in a linear equation once."""
    assert quadratic_roots(0.0, 2.0, -3.0).tolist() == [1.5]
    assert quadratic_roots(1.0, 2.0, 1.0).tolist() == [-1.0]
    assert quadratic_roots(0.0, 0.0, 1.0).tolist() == []
    assert sorted(quadratic_roots(1.0, -1e8, 1.0)) == pytest.approx([1e-8, 1e8], rel=1e-12)


def test_points_outside_the_data_are_flagged_and_ranges_cover_the_data() -> None:
    frame = panel(strength=0.8)
    result = run(frame)
    narrow = run(frame[frame["x2"] > 0])
    for found in (result, narrow):
        jn, pieces = found.johnson_neyman, found.significance
        rows = found.model.fit["n"]
        values = frame.loc[frame["x2"] > 0, "x2"] if rows < len(frame) else frame["x2"]
        assert jn["inside"].tolist() == [values.min() <= m <= values.max() for m in jn["moderator"]]
        assert pieces["share"].sum() == pytest.approx(1)
        assert (pieces["low"].iloc[0], pieces["high"].iloc[-1]) == (values.min(), values.max())
        assert (pieces["low"].to_numpy()[1:] == pieces["high"].to_numpy()[:-1]).all()
        assert len(pieces) == 1 + jn["inside"].sum()
    assert not narrow.johnson_neyman["inside"].all()
    assert result.significance["sign"].tolist() == ["negative", "", "positive"]


def test_values_outside_the_data_are_flagged() -> None:
    frame = panel()
    frame["x2"] = np.where(frame["x2"] > 0, 1.0, np.where(frame["x2"] > -2.5, 0.9, 0.0))
    margins = run(frame).margins
    assert margins["outside"].to_dict() == {
        "mean_less_sd": False,
        "mean": False,
        "mean_plus_sd": True,
        **{f"quantile_{q}": False for q in (10, 25, 50, 75, 90)},
    }


# Special moderators -------------------------------------------------------------------------------------------------------------------------


def test_a_moderator_that_regions_keep_has_its_own_term_absorbed() -> None:
    frame = panel()
    frame["x2"] = frame.groupby("region")["x2"].transform("mean")
    result = run(frame, effects="region", errors="cluster")
    assert result.absorbed
    assert "x2" not in result.coefficients.index
    assert [f.code for f in result.findings] == ["moderate.absorbed"]
    by_hand = frame.assign(p=(frame["x1"] - frame["x1"].mean()) * (frame["x2"] - frame["x2"].mean()))
    plain = regio.regress(by_hand, "y", ("x1", "p"), "x3", effects="region", errors="cluster", **KEYS)
    np.testing.assert_allclose(result.coefficients.loc[["x1", "x1*x2"], "estimate"], plain.coefficients.loc[["x1", "p"], "estimate"], rtol=SAME)


def test_two_values_are_the_slopes_of_two_groups() -> None:
    frame = panel()
    frame["x2"] = (frame["zone"] == "z1").astype(float)
    result = regio.moderate(frame, "y", "x1", "x2", **KEYS)
    slopes = [regio.regress(part, "y", "x1", **KEYS).coefficients.loc["x1", "estimate"] for _, part in frame.groupby("x2")]
    assert result.margins["estimate"].tolist() == pytest.approx(slopes)
    assert result.margins.index.tolist() == ["value_1", "value_2"]
    assert [f.code for f in result.findings] == ["moderate.two_values"]


# Exhibits and bad input ---------------------------------------------------------------------------------------------------------------------


def test_exhibits() -> None:
    result = run(panel(), effects=("region", "period"), errors="cluster")
    exhibits = {e.name: e for e in result.exhibits()}
    assert list(exhibits) == ["coefficients", "margins", "johnson_neyman", "significance", "plot"]
    figure = exhibits["plot"]
    assert isinstance(figure, Figure)
    points = result.johnson_neyman
    assert [(r.axis, r.at) for r in figure.references] == [("y", 0.0), *(("x", at) for at in points.loc[points["inside"], "moderator"])]
    table = exhibits["coefficients"]
    assert isinstance(table, Table)
    head = next(row.head for row in table.rows if row.key == "x1*x2")
    assert head.value.code == "moderate.product"


def refused(kind: type[FindingError], code: str, english: str, chinese: str, frame: pd.DataFrame | None = None, **given: Any) -> None:
    call = {"outcome": "y", "treatment": "x1", "moderator": "x2", "controls": ("x3",)} | KEYS | given
    with pytest.raises(kind) as caught:
        regio.moderate(panel() if frame is None else frame, **call)
    assert code in [finding.code for finding in caught.value.findings]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_columns_that_play_two_parts() -> None:
    refused(ArgumentError, "moderate.same_column", "“x1” is the treatment and also stands in the interaction", "又出现在交互项中", moderator="x1")
    refused(ArgumentError, "moderate.same_column", "“y” is the outcome", "“y”既是", moderator="y")
    refused(ArgumentError, "moderate.same_column", "“x2” is the controls", "“x2”既是", controls=("x3", "x2"))
    named = panel().assign(**{"x1*x2": 1.0})
    refused(ArgumentError, "moderate.product_given", "“x1*x2” bears the name of the interaction", "同名", named, controls=("x1*x2",))


def test_moderators_that_tell_nothing() -> None:
    frame = panel()
    refused(EstimationError, "moderate.constant", "The moderator “x2” is constant", "调节变量“x2”是常数", frame.assign(x2=1.0))
    refused(EstimationError, "moderate.collinear", "is a combination of other columns", "线性表出", frame.assign(x2=2 * frame["x1"]))
    still = frame.assign(x1=frame["region"].str[1:].astype(float), x2=frame["region"].str[1:].astype(float) % 3)
    refused(EstimationError, "regress.no_within_variation", "“x1” does not vary within the effects", "没有变化", still, effects="region")
    refused(EstimationError, "regress.no_rows", "No row has a value", "没有一行", frame.assign(x2=np.nan))
