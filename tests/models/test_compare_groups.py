"""Groups against separate regressions, differences against a model with every interaction, permutations against refits, cuts, and bad input."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import random_panel

import regio
from regio.compute.engine import generator, named
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.models.compare_groups import CompareGroups

SAME = 1e-8  # relative; two routes to one number
KEYS = {"region": "region", "period": "period"}
PROVINCES = ["北京", "天津", "河北", "上海", "江苏", "浙江", "山西", "吉林", "安徽", "江西", "四川", "贵州", "云南", "陕西", "甘肃"]
TWO_WAY = ("region", "period")


def run(frame: pd.DataFrame, groups: str = "zone", **options: Any) -> CompareGroups:
    return regio.compare_groups(frame, "y", "x1", groups, ["x2"], **{**KEYS, **options})


@pytest.mark.parametrize("effects", [(), ("region",), TWO_WAY, ("zone",)], ids=str)
@pytest.mark.parametrize("errors", ["classical", "cluster", "driscoll_kraay", "wild_cluster"])
def test_each_group_is_a_regression_of_its_rows(effects: tuple[str, ...], errors: str) -> None:
    frame = random_panel(2, regions=20, periods=6)
    if effects == ("zone",):
        frame["zone"] = frame["period"] % 2
    convention = "reghdfe"
    groups = "side" if effects == ("zone",) else "zone"
    frame["side"] = frame["region"] < "r010"
    result = run(frame, groups, effects=effects, errors=errors, convention=convention, draws=99)
    for name, model in zip(result.names, result.models, strict=True):
        own = frame[frame[groups].astype(str) == name]
        plain = regio.regress(own, "y", "x1", ["x2"], effects=effects, errors=errors, convention=convention, draws=99, **KEYS)
        pd.testing.assert_frame_equal(model.coefficients, plain.coefficients, check_exact=True)
        assert result.sizes.loc[name, "n"] == len(own) == plain.fit["n"]


def test_differences_are_those_of_a_model_with_every_interaction() -> None:
    """Against statsmodels with dummies, clustered by region; regions lie inside clusters and are not counted in the factor of xtreg."""
    frame = random_panel(5, regions=18, periods=6)
    frame["zone"] = frame["region"].str[1:].astype(int) % 3
    result = run(frame, effects=TWO_WAY, draws=0)
    zones = {f"{x}{g}": frame[x] * (frame["zone"] == g) for x in ("x1", "x2") for g in range(3)}
    steps = {f"t{g}{t}": (frame["zone"] == g) & (frame["period"] == t) for g in range(3) for t in range(2002, 2007)}
    design = pd.DataFrame({**zones, **steps}).astype(float).join(pd.get_dummies(frame["region"], dtype=float))
    fit = sm.OLS(frame["y"], design).fit(cov_type="cluster", cov_kwds={"groups": frame["region"]}, use_t=True)
    n, k = design.shape
    factor = np.sqrt((n - k) / (n - (k - 18) - 1))  # regions lie inside clusters: only the constant is counted
    for a, b in combinations(range(3), 2):
        test = fit.t_test(f"x1{a} - x1{b} = 0")
        row = result.differences.loc[("x1", f"{a} - {b}")]
        assert row["estimate"] == pytest.approx(test.effect[0], rel=SAME)
        assert row["std_error"] == pytest.approx(test.sd[0, 0] * factor, rel=1e-6)
    joint = fit.f_test("x20 = x21, x20 = x22")
    row = result.tests.loc["x2"]
    assert row["statistic"] == pytest.approx(float(joint.fvalue) / factor**2, rel=1e-6)
    assert (row["df"], row["df_residual"]) == (2, 17)
    assert result.tests.loc["_all", "df"] == 4
    assert result.clustered == ("region",)


@pytest.mark.parametrize("cut", [{"groups": "period", "cut": "periods", "edges": (2003,)}, {"groups": "x3", "cut": "median"}], ids=str)
@pytest.mark.parametrize("effects", [(), ("region",), TWO_WAY], ids=str)
def test_groups_that_regions_cross_share_clusters(effects: tuple[str, ...], cut: dict[str, Any]) -> None:
    """The estimates are those of the groups; variances of differences carry the covariance across groups, by sums of both groups' scores."""
    frame = random_panel(6, regions=15, periods=6, terms=3)
    result = run(frame, effects=effects, **cut)
    low, high = result.models
    for term in ("x1", "x2"):
        difference = low.coefficients.loc[term, "estimate"] - high.coefficients.loc[term, "estimate"]
        assert result.differences.loc[term, "estimate"].iloc[0] == pytest.approx(difference, rel=1e-7)
    assert [f.code for f in result.findings] == ["compare_groups.not_permuted"]
    assert not result.permuted
    assert result.differences["permutation_p_value"].isna().all()
    assert "permutation" not in [c.key for c in result.exhibits()[0].columns]


def test_a_second_route_to_the_shared_variance() -> None:
    """Pooled, two spans, no effects: scores of both groups added by region."""
    frame = random_panel(7, regions=12, periods=6, drop=0.0)
    result = run(frame, "period", cut="periods", edges=(2003,), draws=0)
    late = (frame["period"] > 2003).astype(float)
    wide = frame.assign(a=frame["x1"] * (1 - late), b=frame["x1"] * late, c=frame["x2"] * (1 - late), d=frame["x2"] * late, late=late)
    whole = regio.regress(wide, "y", ["a", "b", "c", "d", "late"], errors="cluster", **KEYS)
    variance = whole.covariance.loc["a", "a"] + whole.covariance.loc["b", "b"] - 2 * whole.covariance.loc["a", "b"]
    assert result.differences.loc["x1", "std_error"].iloc[0] == pytest.approx(np.sqrt(variance), rel=SAME)
    assert result.names == ("2001–2003", "2004–2006")


@pytest.mark.parametrize("effects", [(), ("region",), TWO_WAY, ("period",)], ids=str)
def test_permutations_equal_refits(effects: tuple[str, ...]) -> None:
    """The same shuffles, each group fitted anew by ``regress``."""
    frame = random_panel(8, regions=14, periods=5)
    frame["side"] = (frame["region"] < "r006").map({True: "a", False: "b"})
    draws, seed = 12, 3
    result = run(frame, "side", effects=effects, draws=draws, seed=seed)
    regions = sorted(frame["region"].unique())
    labels = np.array([0 if r < "r006" else 1 for r in regions])
    dealt = generator((0, draws, seed)).permuted(np.tile(labels, (draws, 1)), axis=1)
    own = abs(result.differences["estimate"].to_numpy())
    beyond = np.zeros(2)
    for row in dealt:
        group = frame["region"].map(dict(zip(regions, row, strict=True)))
        fits = [regio.regress(frame[group == g], "y", "x1", ["x2"], effects=effects, **KEYS).coefficients["estimate"].to_numpy()[:2] for g in (0, 1)]
        beyond += abs(fits[0] - fits[1]) >= own
    assert result.differences["permutation_p_share"].tolist() == pytest.approx((beyond / draws).tolist())
    assert result.tests["permutation_p_value"].tolist()[:2] == pytest.approx(((1 + beyond) / (1 + draws)).tolist())


def test_three_groups_are_permuted_together() -> None:
    frame = random_panel(9, regions=18, periods=5)
    result = run(frame, effects=TWO_WAY, draws=199, seed=1)
    again = run(frame, effects=TWO_WAY, draws=199, seed=1, engine=named("processes:2"))
    assert result.to_dict() == again.to_dict()
    p = result.tests["permutation_p_value"].dropna()
    assert ((p > 0) & (p <= 1)).all()
    assert np.isnan(result.tests.loc["_all", "permutation_p_value"])
    halves = frame.assign(zone=frame["region"] < "r009")
    strong = halves.assign(y=frame["y"] + 30 * frame["x1"] * halves["zone"])
    assert run(strong, effects=TWO_WAY, draws=199).tests.loc["x1", "permutation_p_value"] == pytest.approx(1 / 200)


def test_known_groupings_of_provinces() -> None:
    frame = random_panel(3, regions=15, periods=6)
    frame["region"] = frame["region"].str[1:].astype(int).map(dict(enumerate(PROVINCES)))
    result = run(frame, "east_central_west", effects="region", draws=49)
    assert result.names == ("east", "central", "west")
    assert result.sizes["n_regions"].tolist() == [6, 4, 5]
    shown = result._repr_html_()
    assert "east" in shown.lower()


def test_the_mean_of_region_averages() -> None:
    frame = random_panel(4, regions=16, periods=5)
    result = run(frame, "x3", cut="region_mean", effects="region", draws=0)
    averages = frame.groupby("region")["x3"].mean()
    assert result.cuts == pytest.approx((averages.mean(),))
    assert result.sizes["n_regions"].tolist() == [(averages <= averages.mean()).sum(), (averages > averages.mean()).sum()]
    assert result.names == ("low", "high")
    middle = run(frame, "x3", cut="region_median", effects="region", draws=0)
    assert middle.sizes["n_regions"].tolist() == [8, 8]


def test_cuts_of_rows() -> None:
    frame = random_panel(4, regions=16, periods=6, drop=0.0).rename(columns={"region": "place"})
    options: dict[str, Any] = {"draws": 0, "region": None, "period": None}
    assert run(frame, "x3", cut="median", **options).sizes["n"].tolist() == [48, 48]
    assert run(frame, "x3", cut="terciles", **options).sizes["n"].tolist() == [32, 32, 32]
    edged = run(frame, "x3", cut="edges", edges=(0.0, 1.0), **options)
    assert edged.sizes["n"].tolist() == [(frame["x3"] <= 0).sum(), ((frame["x3"] > 0) & (frame["x3"] <= 1)).sum(), (frame["x3"] > 1).sum()]
    assert edged.clustered == ()  # no regions: robust errors


def test_rows_without_a_group_are_counted() -> None:
    frame = random_panel(4, regions=16, periods=6)
    frame.loc[:4, "zone"] = None
    result = run(frame, draws=0)
    assert [f.code for f in result.findings] == ["regress.rows_left_out"]
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (len(frame) - 5, 5)


@given(seed=st.integers(0, 30), shift=st.floats(-5, 5))
@settings(max_examples=8)
def test_a_constant_per_group_does_not_matter(seed: int, shift: float) -> None:
    frame = random_panel(seed, regions=12, terms=2)
    frame["side"] = frame["region"] < "r006"
    first, second = run(frame, "side", draws=0), run(frame.assign(y=frame["y"] + shift * frame["side"]), "side", draws=0)
    np.testing.assert_allclose(first.differences, second.differences, rtol=1e-6, atol=1e-9)


def refused(kind: type[FindingError] = ArgumentError, frame: pd.DataFrame | None = None, **options: Any) -> FindingError:
    with pytest.raises(kind) as caught:
        run(random_panel(1, regions=12) if frame is None else frame, **options)
    assert caught.value.text("zh")
    return caught.value


def test_bad_input() -> None:
    frame = random_panel(1, regions=12)
    assert [f.code for f in refused(cut="periods").findings] == ["compare_groups.edges_missing", "compare_groups.not_the_period"]
    assert refused(edges=(1.0,)).findings[0].code == "compare_groups.edges_ignored"
    assert refused(groups="x3", cut="edges", edges=(2.0, 1.0)).findings[0].code == "compare_groups.edges_order"
    assert refused(cut="median").findings[0].code == "compare_groups.not_a_number"
    assert refused(groups="east_central_west", cut="median").findings[0].code == "compare_groups.cut_of_grouping"
    assert refused(EstimationError, frame.assign(zone="one")).findings[0].code == "compare_groups.one_group"
    assert refused(EstimationError, groups="x3").findings[0].code == "compare_groups.many_groups"
    assert refused(cut="region_mean", groups="x3", region=None, period=None).findings[0].code == "contract.no_region"
    assert refused(cut="halves").findings[0].code == "contract.not_a_choice"


def test_a_group_with_no_more_regions_than_regressors() -> None:
    frame = random_panel(1, regions=12).assign(zone=lambda f: np.where(f["region"] < "r002", "small", "large"))
    problem = refused(EstimationError, frame, effects="region")
    assert [f.code for f in problem.findings] == ["compare_groups.few_regions"]
    assert "The group “small” has 2 regions, no more than its 2 regressors." in problem.text("en")
    assert "“small”组有 2 个地区" in problem.text("zh")


def test_what_goes_wrong_in_a_group_names_it() -> None:
    frame = random_panel(1, regions=12)
    frame.loc[frame["zone"] == "z2", "x2"] = 1.0
    problem = refused(EstimationError, frame)
    assert "In the group “z2”: The regressor “x2” is constant." in problem.text("en")
    assert "在“z2”组中：解释变量“x2”是常数。" in problem.text("zh")


def test_groups_stand_as_they_come_in_the_data_numbers_by_size() -> None:
    frame = random_panel(4, regions=18, periods=5)
    places = frame["region"].map({name: i % 3 for i, name in enumerate(sorted(frame["region"].unique()))})
    named = frame.assign(zone=places.map({0: "west", 1: "east", 2: "centre"}))
    named = named.sort_values("zone", key=lambda column: column.map({"west": 0, "east": 1, "centre": 2}), kind="stable")
    assert [*run(named, draws=0).sizes.index] == ["west", "east", "centre"]
    ordered = pd.Categorical(named["zone"], ["east", "centre", "west"], ordered=True)
    assert [*run(named.assign(zone=ordered), draws=0).sizes.index] == ["east", "centre", "west"]
    assert [*run(frame.assign(zone=places.map({0: 10, 1: 9, 2: 2})), draws=0).sizes.index] == ["2", "9", "10"]
