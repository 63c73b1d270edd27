"""The detector against printed and independently computed numbers: CRAN geodetector, GD, gdverse, rpart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.spatial.breaks import Profile, breaks
from regio.spatial.detector.shapley import Feature, Forest, shapley, subsets
from spatial.detector_data import FACTORS, known, table

COMPUTED = 1e-9  # absolute on q: exact arithmetic elsewhere
NTD = ["watershed", "elevation", "soiltype"]
RULES = {"gdverse": "factor_drop_singletons_popvar (GD, gdverse rule)", "cran": "factor_keep_singletons_samplevar (CRAN geodetector rule)"}


@pytest.fixture
def diseases(reference: Path) -> pd.DataFrame:
    return table(reference, "ntd_collectdata")


@pytest.fixture
def vegetation(reference: Path) -> pd.DataFrame:
    return table(reference, "ndvi_40")


def aliases(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"region": "watershed", "type": "soiltype", "level": "elevation"})


@pytest.mark.parametrize("convention", ["gd", "gdverse", "cran"])
def test_q_and_the_literature_p_of_the_disease_table(reference: Path, diseases: pd.DataFrame, convention: Any) -> None:
    found = regio.geodetector(aliases(diseases), "incidence", NTD, convention=convention, discretise="labels").factors
    for name, expected in known(reference)["computed_here"]["NTD"][RULES.get(convention, RULES["gdverse"])].items():
        assert expected["q"] == pytest.approx(found.loc[name, "q"], abs=COMPUTED)
        assert expected["F"] == pytest.approx(found.loc[name, "statistic"], rel=1e-9)
        assert float(expected["p_literature_lambda"]) == pytest.approx(found.loc[name, "p_literature"], rel=1e-8)
        assert float(expected["p_central_F"]) == pytest.approx(found.loc[name, "p_value"], rel=1e-8)


def test_printed_p_of_both_packages(reference: Path, diseases: pd.DataFrame) -> None:
    published = known(reference)["published"]["NTD"]
    for convention, name, digits in (("cran", "CRAN geodetector 1.0-5", 2e-5), ("gd", "GD and gdverse", 1e-5)):
        found = regio.geodetector(aliases(diseases), "incidence", NTD, convention=convention, discretise="labels").factors["p_literature"]
        for factor, p in published[name]["p"].items():
            assert p == pytest.approx(found[factor], rel=digits)  # R's tail is good to five digits here


@pytest.mark.parametrize(
    ("convention", "which"), [("cran", "q_keep_singletons"), ("textbook", "q_keep_singletons"), ("gd", "q_drop_singletons"), ("gdverse", "q_drop_singletons")]
)
def test_interactions_of_the_disease_table(reference: Path, diseases: pd.DataFrame, convention: Any, which: str) -> None:
    pairs = regio.geodetector(aliases(diseases), "incidence", NTD, convention=convention, discretise="labels").interactions
    found = {frozenset((row.factor_a, row.factor_b)): row for row in pairs.itertuples()}
    for pair, expected in known(reference)["computed_here"]["NTD"]["interaction"].items():
        row = found[frozenset(pair.split(" x "))]
        assert expected[which] == pytest.approx(row.q, abs=COMPUTED)
        assert expected["n_singleton_strata"] == row.single_rows
        assert row.kind == "enhance_bivariate"


def test_the_ecological_rules(reference: Path, diseases: pd.DataFrame) -> None:
    expected = known(reference)["computed_here"]["NTD"]["ecological_by_rule"]
    for order in (NTD, NTD[::-1]):
        for convention in ("textbook", "gdverse", "gd"):
            found = regio.geodetector(aliases(diseases), "incidence", order, convention=convention, discretise="labels").ecological
            for row in found.itertuples():
                rule = expected[f"{row.factor_a} vs {row.factor_b}"]
                if convention == "gd":
                    assert max(rule["GD_q_ratio"], 1 / rule["GD_q_ratio"]) == pytest.approx(row.statistic, rel=1e-9)
                    assert (rule["GD_flag"], pytest.approx(rule["GD_critical_qf090"])) == (row.differs, row.critical)
                    continue
                assert rule["F"] == pytest.approx(row.statistic, rel=1e-9)
                assert rule["p_two_sided" if convention == "textbook" else "p_one_sided_upper"] == pytest.approx(row.p_value, rel=1e-7)


def test_risk_of_the_disease_table(reference: Path, diseases: pd.DataFrame) -> None:
    run = known(reference)["computed_here"]["NTD"]["GD_source_run"]
    result = regio.geodetector(aliases(diseases), "incidence", NTD, discretise="labels")
    for factor in NTD:
        risk = result.risk[result.risk["factor"] == factor].set_index(["stratum_a", "stratum_b"])
        for row in run["risk_t"][factor]:
            found = risk.loc[(row["itv1"], row["itv2"])]
            assert (row["t"], row["df"], row["sig"]) == pytest.approx((found["statistic"], found["df"], found["p_value"]), rel=1e-6)
            assert (row["risk"] == "Y") == bool(found["differs"])
        means = result.strata[result.strata["factor"] == factor]["mean"].tolist()
        assert [row["meanrisk"] for row in run["risk_mean"][factor]] == pytest.approx(means)


def test_the_moving_literature_p(reference: Path, diseases: pd.DataFrame) -> None:
    for shift, expected in known(reference)["computed_here"]["NTD"]["shift_of_y (watershed, drop singletons)"].items():
        frame = aliases(diseases).assign(incidence=lambda f, c=float(shift): f["incidence"] + c)
        found = regio.geodetector(frame, "incidence", "watershed", convention="gdverse", discretise="labels").factors.loc["watershed"]
        assert float(expected["p_literature_lambda"]) == pytest.approx(found["p_literature"], rel=1e-7)
        assert float(expected["p_central_F"]) == pytest.approx(found["p_value"], rel=1e-7)


def test_the_interval_at_the_level_asked(diseases: pd.DataFrame) -> None:
    frame = aliases(diseases)
    found = {level: regio.geodetector(frame, "incidence", "soiltype", level=level, discretise="labels").factors.loc["soiltype"] for level in (0.9, 0.95)}
    assert pytest.approx((found[0.9]["conf_low"], found[0.9]["conf_high"]), abs=5e-5) == (0.2843, 0.4529)  # gdverse prints it as 95 %
    assert pytest.approx((found[0.95]["conf_low"], found[0.95]["conf_high"]), abs=2e-4) == (0.2670, 0.4673)


def test_the_tiny_table() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "x": list("xyyyzzz")})
    found = regio.geodetector(frame, "y", "x", convention="gdverse").factors.loc["x"]
    assert pytest.approx((found["q"], found["p_literature"]), rel=1e-7) == (0.7714285714, 0.0793647678)


def test_tails_far_below_what_r_can_say(reference: Path, vegetation: pd.DataFrame) -> None:
    found = regio.geodetector(vegetation, "NDVIchange", ["Climatezone", "Mining"], convention="gdverse").factors
    for name, expected in known(reference)["computed_here"]["ndvi_40"]["factor_exact_p"].items():
        assert expected["q"] == pytest.approx(found.loc[name, "q"], abs=COMPUTED)
        assert float(expected["p_literature_lambda"]) == pytest.approx(found.loc[name, "p_literature"], rel=1e-8)
        assert float(expected["p_central_F"]) == pytest.approx(found.loc[name, "p_value"], rel=1e-8)
        assert np.log10(float(expected["p_central_F"])) == pytest.approx(found.loc[name, "log10_p"], rel=1e-9)


def q_without_the_largest(frame: pd.DataFrame, factor: str, classes: int) -> float:
    """GD's last geometric edge may round to less than the largest value, whose row then is in no class, but still in the total."""
    y, x = frame["NDVIchange"], frame[factor]
    inner = breaks(Profile.of(x.to_numpy(float)), "geometric", classes, "gd")
    kept = x < x.max()
    codes = np.searchsorted(inner, x[kept])
    return 1 - float(((y[kept] - y[kept].groupby(codes).transform("mean")) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def test_the_search_of_gd(reference: Path, vegetation: pd.DataFrame) -> None:
    """The whole table of q, and the choice."""
    result = regio.geodetector(vegetation, "NDVIchange", FACTORS, convention="gd")
    q = result.search.set_index(["factor", "method", "classes"]).sort_index()
    for factor, run in known(reference)["computed_here"]["ndvi_40"]["optidisc"].items():
        chosen = result.factors.loc[factor]
        assert (run["method"], run["k"]) == (chosen["method"], chosen["classes"])
        strata = result.strata[result.strata["factor"] == factor]
        assert run["counts"] == strata["n"].tolist()
        assert run["breaks"][1:] == pytest.approx(strata["high"].tolist(), rel=1e-6)
        for method, by_classes in run["q_matrix"].items():
            for classes, expected in by_classes.items():
                found = q.loc[(factor, {"sd": "standard_deviation"}.get(method, method), int(classes))]
                assert (expected is not None) == bool(found["usable"])
                if expected is not None:
                    lost = q_without_the_largest(vegetation, factor, int(classes)) if method == "geometric" else found["q"]
                    assert min(abs(expected - found["q"]), abs(expected - lost)) < COMPUTED
    assert {row["variable"]: row["qv"] for row in known(reference)["computed_here"]["ndvi_40"]["factor"] if row["variable"] in FACTORS} == pytest.approx(
        result.factors["q"].to_dict(), abs=COMPUTED
    )


def test_the_interactions_of_gd(reference: Path, vegetation: pd.DataFrame) -> None:
    names = ["Climatezone", "Mining", *FACTORS]
    pairs = regio.geodetector(vegetation, "NDVIchange", names, convention="gd", shares="none").interactions
    found = {frozenset((row.factor_a, row.factor_b)): row.q for row in pairs.itertuples()}
    for row in known(reference)["computed_here"]["ndvi_40"]["interaction"]:
        assert row["qv12"] == pytest.approx(found[frozenset((row["var1"], row["var2"]))], abs=COMPUTED)


def test_the_search_of_gdverse(reference: Path, vegetation: pd.DataFrame) -> None:
    published = known(reference)["published"]["ndvi_40"]
    methods = ("standard_deviation", "equal", "geometric", "quantile", "natural")
    found = regio.geodetector(vegetation, "NDVIchange", ["Climatezone", "Mining", *FACTORS], convention="gdverse", methods=methods).factors["q"]
    assert published["gdverse_opgd_k3_8 (README)"] == pytest.approx(found.to_dict(), abs=5e-8)
    wide = regio.geodetector(vegetation, "NDVIchange", FACTORS, convention="gdverse", methods=methods, classes=range(3, 16), shares="none")
    for name, (method, classes, q) in published["gdverse_opgd_k3_15 (opgd.Rmd)"].items():
        row = wide.search[(wide.search["factor"] == name) & wide.search["chosen"]].iloc[0]
        assert (method, classes) == (row["method"], row["classes"])
        if method != "natural":  # its natural breaks are not exact: 0.8809405, where the optimum has 0.8811989
            assert q == pytest.approx(row["q"], abs=5e-8)


def test_robust_classes_are_the_exact_optimum(reference: Path, vegetation: pd.DataFrame) -> None:
    result = regio.geodetector(vegetation, "NDVIchange", FACTORS, methods=("robust",), min_rows=1, shares="none")
    for factor, by_classes in known(reference)["computed_here"]["ndvi_40"]["supervised_optimum_q (exact DP, ties kept together)"].items():
        q = result.search[result.search["factor"] == factor].set_index("classes")["q"]
        assert {int(k): expected for k, expected in by_classes.items()} == pytest.approx(q.to_dict(), abs=COMPUTED)
    others = regio.geodetector(vegetation, "NDVIchange", FACTORS, min_rows=1, shares="none").search
    best = others.groupby(["factor", "classes"])["q"].max()
    robust = result.search.set_index(["factor", "classes"])["q"]
    assert (robust >= best.reindex(robust.index) - 1e-12).all()


def test_robust_classes_of_the_simulated_table(reference: Path) -> None:
    frame = table(reference, "sim")
    for name, by_classes in known(reference)["computed_here"]["sim"]["supervised_optimum_q"].items():
        for classes, expected in by_classes.items():
            found = regio.geodetector(frame, "y", name, methods=("robust",), discretise="search", classes=int(classes), min_rows=1)
            assert expected == pytest.approx(found.factors.loc[name, "q"], abs=COMPUTED)
    assert known(reference)["published"]["sim"]["rgd_k5"]["xc"] == pytest.approx(
        regio.geodetector(frame, "y", "xc", methods=("robust",), discretise="search", classes=5, min_rows=1).factors.loc["xc", "q"], abs=5e-8
    )


def test_trees_and_shapley_shares_are_those_of_rpart(reference: Path, vegetation: pd.DataFrame) -> None:
    names = ["Climatezone", "Mining", *FACTORS]
    result = regio.geodetector(vegetation, "NDVIchange", names).shapley.set_index("factor")
    assert known(reference)["published"]["ndvi_40"]["gdverse_gozh (shegd.Rmd)"] == pytest.approx(result["alone"].to_dict(), abs=5e-9)
    expected = known(reference)["computed_here"]["ndvi_40"]["LESH_shapley_of_rpart_q"]
    assert expected["correct_incl_empty_set"] == pytest.approx(result["shapley"].to_dict(), abs=5e-9)
    assert expected["v_all"] == pytest.approx(result["q_joint"].iloc[0], abs=5e-8)
    assert result["shapley"].sum() == pytest.approx(result["q_joint"].iloc[0], rel=1e-12)


def test_nodes_shared_between_sets_give_the_trees_grown_alone(vegetation: pd.DataFrame) -> None:
    features = [Feature(vegetation[name].to_numpy(float), False) for name in FACTORS]
    y = vegetation["NDVIchange"].to_numpy()
    shared = Forest(y, features)
    alone = {chosen: Forest(y, features).q(sorted(chosen)) for chosen in subsets(4)}
    assert {chosen: shared.q(sorted(chosen)) for chosen in subsets(4)} == alone
    assert shapley(alone, 4).sum() == pytest.approx(alone[frozenset(range(4))])
