"""Second routes to the same numbers: a column for every dummy, linearmodels, pyfixest, statsmodels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import linearmodels
import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from panels import Brute, brute, random_panel

import regio

EXACT = 1e-10  # relative; both sides solve the same well-conditioned equations directly
ITERATED = 1e-9  # relative; pyfixest projects until a tolerance, which its default leaves near 1e-10 here

TERMS = ("x1", "x2", "x3")
EFFECTS = [(), ("region",), ("period",), ("region", "period")]
SEEDS = [1, 2]


def fit(frame: pd.DataFrame, effects: Sequence[str] = (), errors: str = "classical", **options: Any) -> regio.models.regress.Regress:
    return regio.regress(frame, "y", TERMS[0], TERMS[1:], effects=effects, errors=errors, region="region", period="period", **options)


def std_errors(covariance: np.ndarray) -> np.ndarray:
    return np.sqrt(np.diag(covariance)[: len(TERMS)])


def assert_fit(result: regio.models.regress.Regress, estimates: Any, errors: Any, rel: float = EXACT) -> None:
    terms = result.coefficients.loc[list(TERMS)]
    np.testing.assert_allclose(terms["estimate"], estimates, rtol=rel)
    np.testing.assert_allclose(terms["std_error"], errors, rtol=rel)


# A column for every dummy -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", [None, "weight"])
@pytest.mark.parametrize("effects", [*EFFECTS, ("zone", "region"), ("region", "zone"), ("zone*period",), ("region", "zone*period"), ("zone", "period")])
@pytest.mark.parametrize("seed", SEEDS)
def test_dummies_classical_and_robust(seed: int, effects: tuple[str, ...], weights: str | None) -> None:
    """Absorbing is the same as writing every dummy, also where effects are nested, combined or weighted."""
    frame = random_panel(seed)
    full = brute(frame, "y", TERMS, effects, weights)
    n, df = len(frame), len(frame) - full.rank
    classical = fit(frame, effects, sample_weights=weights)
    assert_fit(classical, full.coefficients[:3], std_errors(full.inverse * (full.residuals @ full.residuals) / df))
    assert classical.fit["df_residual"] == df
    squared = full.sandwich(np.arange(n))
    assert_fit(fit(frame, effects, "hc1", sample_weights=weights), full.coefficients[:3], std_errors(squared * n / df))


@pytest.mark.parametrize("weights", [None, "weight"])
@pytest.mark.parametrize("effects", EFFECTS)
def test_dummies_hc3(effects: tuple[str, ...], weights: str | None) -> None:
    """MacKinnon and White (1985): residuals over one less the leverage, here from the full hat matrix."""
    frame = random_panel(3)
    full = brute(frame, "y", TERMS, effects, weights)
    jackknifed = Brute(full.coefficients, full.inverse, full.residuals / (1 - full.leverage()), full.design, full.rank)
    assert_fit(fit(frame, effects, "hc3", sample_weights=weights), full.coefficients[:3], std_errors(jackknifed.sandwich(np.arange(len(frame)))))


def test_hc3_ignores_rows_that_their_own_effect_fits() -> None:
    """A region with one row has leverage one and no residual; it says nothing about the slopes, and dropping it changes no slope's error."""
    frame = random_panel(4)
    lone = frame.iloc[[0]].assign(region="alone")
    with_lone, without = fit(pd.concat([frame, lone], ignore_index=True), ("region",), "hc3"), fit(frame, ("region",), "hc3")
    assert_fit(with_lone, without.coefficients["estimate"].iloc[:3], without.coefficients["std_error"].iloc[:3])


def factor(convention: str, n: int, counted: int, clusters: int) -> float:
    """Written out once more: (n − 1)/(n − counted) · G/(G − 1)."""
    return (n - 1) / (n - counted) * clusters / (clusters - 1)


@pytest.mark.parametrize("weights", [None, "weight"])
@pytest.mark.parametrize(
    ("effects", "cluster", "counted"),  # counted: by convention, parameters besides the three slopes; N regions, T periods, Z zones
    [
        ((), "region", {"xtreg": lambda N, T, Z: 1, "reghdfe": lambda N, T, Z: 1, "ivreghdfe": lambda N, T, Z: 1}),
        (("region",), "region", {"xtreg": lambda N, T, Z: 1, "reghdfe": lambda N, T, Z: 1, "ivreghdfe": lambda N, T, Z: 1}),
        (("region",), "zone", {"xtreg": lambda N, T, Z: 1, "reghdfe": lambda N, T, Z: 1, "ivreghdfe": lambda N, T, Z: 1}),
        (("region",), "period", {"reghdfe": lambda N, T, Z: N, "ivreghdfe": lambda N, T, Z: N}),
        (("period",), "region", {"xtreg": lambda N, T, Z: T, "reghdfe": lambda N, T, Z: T, "ivreghdfe": lambda N, T, Z: T}),
        (("period",), "period", {"xtreg": lambda N, T, Z: T, "reghdfe": lambda N, T, Z: 1, "ivreghdfe": lambda N, T, Z: 1}),
        (("region", "period"), "region", {"xtreg": lambda N, T, Z: T, "reghdfe": lambda N, T, Z: T, "ivreghdfe": lambda N, T, Z: T - 1}),
        (("region", "period"), "zone", {"xtreg": lambda N, T, Z: T, "reghdfe": lambda N, T, Z: T, "ivreghdfe": lambda N, T, Z: T - 1}),
        (("region", "period"), "period", {"reghdfe": lambda N, T, Z: N, "ivreghdfe": lambda N, T, Z: N - 1}),
    ],
)
def test_dummies_clustered(effects: tuple[str, ...], cluster: str, counted: dict[str, Any], weights: str | None) -> None:
    frame = random_panel(5)
    full = brute(frame, "y", TERMS, effects, weights)
    plain = full.sandwich(frame[cluster])
    sizes = [frame[c].nunique() for c in ("region", "period", "zone")]
    for convention, parameters in counted.items():
        scale = factor(convention, len(frame), 3 + parameters(*sizes), frame[cluster].nunique())
        result = fit(frame, effects, "cluster", cluster=cluster, convention=convention, sample_weights=weights)
        assert_fit(result, full.coefficients[:3], std_errors(plain * scale))
        assert result.fit["f_df"][1] == frame[cluster].nunique() - 1


@pytest.mark.parametrize("effects", EFFECTS)
def test_dummies_two_way_clustered(effects: tuple[str, ...]) -> None:
    """Cameron, Gelbach and Miller (2011): by region, plus by period, less by their combinations (here: by row)."""
    frame = random_panel(6, regions=40, periods=30)
    full = brute(frame, "y", TERMS, effects)
    plain = full.sandwich(frame["region"]) + full.sandwich(frame["period"]) - full.sandwich(np.arange(len(frame)))
    counted = 3 + 1  # every effect is nested in one of the two clusters, so only the constant counts
    scale = factor("reghdfe", len(frame), counted, min(frame["region"].nunique(), frame["period"].nunique()))
    assert np.linalg.eigvalsh(plain[:3, :3])[0] > 0  # nothing to repair in this sample
    assert_fit(fit(frame, effects, "cluster", cluster=("region", "period"), convention="reghdfe"), full.coefficients[:3], std_errors(plain * scale))


def test_constant_and_its_error_are_those_of_the_transformed_model() -> None:
    """Stata's xtreg adds the grand mean back and keeps a constant in the design: the same by hand."""
    frame = random_panel(7)
    columns = ["y", *TERMS]
    moved = frame[columns] - frame.groupby("region")[columns].transform("mean") + frame[columns].mean()
    full = brute(moved, "y", TERMS)
    n, groups = len(frame), frame["region"].nunique()
    classical = full.inverse * (full.residuals @ full.residuals) / (n - groups - 3)
    clustered = full.sandwich(frame["region"]) * factor("xtreg", n, 4, groups)
    for errors, covariance in (("classical", classical), ("cluster", clustered)):
        result = fit(frame, ("region",), errors)
        np.testing.assert_allclose(result.coefficients["estimate"], full.coefficients, rtol=EXACT)
        np.testing.assert_allclose(result.covariance, covariance, rtol=1e-8, atol=1e-12 * np.abs(covariance).max())


def disconnected_panel() -> pd.DataFrame:
    """Half of the regions have only the first three years, the others only the last three: two islands, and one more redundant dummy."""
    frame = random_panel(15, regions=24, drop=0.0)
    early = frame["region"].isin(sorted(frame["region"].unique())[:12])
    return frame[early == (frame["period"] <= 2003)].reset_index(drop=True)


@pytest.mark.parametrize("effects", [("region", "period"), ("period", "region")])
def test_islands_of_regions_and_periods(effects: tuple[str, ...]) -> None:
    """The rank of the dummies is N + T − 2 then. Clustered by region the conventions differ: xtreg drops the redundant dummy, as Stata drops
    collinear ones; reghdfe counts T − 1, since it looks for redundant periods only among effects that are not nested in the clusters.
    """
    frame = disconnected_panel()
    full = brute(frame, "y", TERMS, ("region", "period"))
    n, regions, periods = len(frame), 24, 6
    assert full.rank == 3 + regions + periods - 2
    classical = full.inverse * (full.residuals @ full.residuals) / (n - full.rank)
    assert_fit(fit(frame, effects), full.coefficients[:3], std_errors(classical))
    plain = full.sandwich(frame["region"])
    for convention, counted in (("xtreg", 3 + 1 + periods - 2), ("reghdfe", 3 + 1 + periods - 1)):
        expected = std_errors(plain * factor(convention, n, counted, regions))
        assert_fit(fit(frame, effects, "cluster", convention=convention), full.coefficients[:3], expected)


# Other packages -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_linearmodels_classical(seed: int, effects: tuple[str, ...]) -> None:
    frame = random_panel(seed)
    indexed = frame.set_index(["region", "period"])
    design = indexed[list(TERMS)].assign(constant=1.0)
    if effects:
        peer = linearmodels.PanelOLS(indexed["y"], design, entity_effects="region" in effects, time_effects="period" in effects).fit()
    else:
        peer = linearmodels.PooledOLS(indexed["y"], design).fit()
    result = fit(frame, effects)
    assert_fit(result, peer.params[list(TERMS)], peer.std_errors[list(TERMS)])
    assert result.fit["rss"] == pytest.approx(peer.resid_ss, rel=EXACT)
    assert result.fit["df_residual"] == peer.df_resid


@pytest.mark.parametrize("effects", [("region",), ("region", "period")])
def test_linearmodels_clustered(effects: tuple[str, ...]) -> None:
    """Linearmodels counts differently by default: no G/(G − 1), no constant among the parameters, and absorbed periods never count.

    With its switches group_debias, auto_df and count_effects it gives xtreg's numbers for region effects. For two effects count_effects=False
    leaves the T − 1 periods out, where xtreg and reghdfe count them: its standard error is smaller by √((n−k−T)/(n−k−1)), undone here.
    """
    frame = random_panel(8)
    indexed = frame.set_index(["region", "period"])
    model = linearmodels.PanelOLS(indexed["y"], indexed[list(TERMS)].assign(constant=1.0), entity_effects=True, time_effects="period" in effects)
    peer = model.fit(cov_type="clustered", cluster_entity=True, group_debias=True, auto_df=False, count_effects=False)
    n, extra = len(frame), frame["period"].nunique() - 1 if "period" in effects else 0
    scale = np.sqrt((n - 4) / (n - 4 - extra))
    assert_fit(fit(frame, effects, "cluster"), peer.params[list(TERMS)], peer.std_errors[list(TERMS)] * scale)


PYFIXEST_ERRORS: list[tuple[str, tuple[str, ...], Any]] = [
    ("classical", (), "iid"),
    ("hc1", (), "HC1"),
    ("cluster", ("region",), {"CRV1": "region"}),
    ("cluster", ("period",), {"CRV1": "period"}),
    ("cluster", ("region", "period"), {"CRV1": "region + period"}),
]


@pytest.mark.parametrize(("errors", "cluster", "vcov"), PYFIXEST_ERRORS)
@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_pyfixest(seed: int, effects: tuple[str, ...], errors: str, cluster: tuple[str, ...], vcov: Any) -> None:
    """The reghdfe convention. Effects are written with blanks: without them pyfixest 0.60 counts nested effects by the hash seed."""
    frame = random_panel(seed)
    formula = "y ~ x1 + x2 + x3" + (f" | {' + '.join(effects)}" if effects else "")
    counting = pyfixest.ssc(k_adj=True, k_fixef="nonnested", G_adj=True, G_df="min")
    peer = pyfixest.feols(formula, frame, vcov=vcov, ssc=counting, fixef_rm="singleton", fixef_tol=1e-12)
    result = fit(frame, effects, errors, convention="reghdfe", **({"cluster": cluster} if cluster else {}))
    covariance = pd.DataFrame(peer._vcov, index=peer._coefnames, columns=peer._coefnames).loc[list(TERMS), list(TERMS)].to_numpy()
    values, vectors = np.linalg.eigh(covariance)
    if values[0] < 0:  # pyfixest leaves a two-way sandwich as it comes out; reghdfe sets negative eigenvalues to zero, and Regio says so
        assert "regress.not_positive" in {finding.code for finding in result.findings}
        units = np.outer(*[frame[list(TERMS)].std()] * 2)  # as reghdfe does it: after dividing columns by their standard deviations
        values, vectors = np.linalg.eigh(covariance * units)
        covariance = (vectors * np.maximum(values, 0)) @ vectors.T / units
    assert_fit(result, peer.coef()[list(TERMS)], std_errors(covariance), ITERATED)
    if values[0] >= 0:
        np.testing.assert_allclose(result.coefficients["p_value"].loc[list(TERMS)], peer.pvalue()[list(TERMS)], rtol=1e-6, atol=1e-12)
    if effects:
        assert result.fit["r2_within"] == pytest.approx(peer._r2_within, rel=ITERATED)
    assert result.fit["r2"] == pytest.approx(peer._r2, rel=ITERATED)


@pytest.mark.parametrize("errors", ["classical", "hc1", "hc3", "cluster"])
def test_statsmodels_weights(errors: str) -> None:
    frame = random_panel(9)
    codes = pd.factorize(frame["region"])[0]
    how = {"classical": {}, "hc1": {"cov_type": "HC1"}, "hc3": {"cov_type": "HC3"}, "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": codes}}}[errors]
    peer = sm.WLS(frame["y"], sm.add_constant(frame[list(TERMS)]), weights=frame["weight"]).fit(use_t=True, **how)
    result = fit(frame, errors=errors, sample_weights="weight")
    order = [*TERMS, "const"]
    np.testing.assert_allclose(result.coefficients["estimate"], peer.params[order], rtol=EXACT)
    np.testing.assert_allclose(result.coefficients["std_error"], peer.bse[order], rtol=EXACT)
    assert result.fit["r2"] == pytest.approx(peer.rsquared, rel=EXACT)
    assert result.fit["r2_adjusted"] == pytest.approx(peer.rsquared_adj, rel=EXACT)
    if errors != "cluster":  # statsmodels keeps the residual degrees of freedom in this F; Stata takes G − 1, as Regio does
        assert result.fit["f_statistic"] == pytest.approx(float(np.squeeze(peer.fvalue)), rel=EXACT)


# F ------------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", EFFECTS)
def test_classical_f_compares_two_models(effects: tuple[str, ...]) -> None:
    """(RSS without the tested terms − RSS) / q over RSS / df; under xtreg the periods are tested too, under reghdfe they are not."""
    frame = random_panel(10)
    full, regions = brute(frame, "y", TERMS, effects), [e for e in effects if e == "region"]
    for convention, kept in (("xtreg", regions), ("reghdfe", list(effects))):
        without = brute(frame, "y", (), kept)
        rss, q = full.residuals @ full.residuals, full.rank - without.rank
        expected = ((without.residuals @ without.residuals - rss) / q) / (rss / (len(frame) - full.rank))
        result = fit(frame, effects, convention=convention)
        assert result.fit["f_statistic"] == pytest.approx(expected, rel=EXACT)
        assert result.fit["f_df"] == (q, len(frame) - full.rank)


@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period")])
def test_clustered_f_is_a_wald_test(effects: tuple[str, ...]) -> None:
    frame = random_panel(11)
    full = brute(frame, "y", TERMS, effects)
    groups = frame["region"].nunique()
    extra = frame["period"].nunique() - 1 if "period" in effects else 0
    covariance = full.sandwich(frame["region"]) * factor("xtreg", len(frame), 4 + extra, groups)
    tested = [0, 1, 2, *range(full.design.shape[1] - extra, full.design.shape[1])]
    b, v = full.coefficients[tested], covariance[np.ix_(tested, tested)]
    result = fit(frame, effects, "cluster")
    assert result.fit["f_statistic"] == pytest.approx(b @ np.linalg.solve(v, b) / len(tested), rel=1e-8)  # the inverse of a sandwich
    assert result.fit["f_df"] == (3 + extra, groups - 1)


def test_f_needs_more_clusters_than_restrictions() -> None:
    """Four zones give a covariance of rank three at most: with eight restrictions Stata prints no F, and neither does Regio."""
    result = fit(random_panel(12), ("region", "period"), "cluster", cluster="zone")
    assert np.isnan(result.fit["f_statistic"])
    assert [finding.code for finding in result.findings] == ["regress.no_f"]
    assert "4 clusters" in result.findings[0].text("en")


def test_no_regressors_but_a_constant() -> None:
    """The mean, and no F, no explained part and no correlation with the effects."""
    frame = random_panel(16)
    result = regio.regress(frame, "y", effects="region", region="region", period="period")
    assert result.coefficients.index.tolist() == ["_cons"]
    assert result.coefficients["estimate"].iloc[0] == pytest.approx(frame["y"].mean(), rel=EXACT)
    assert np.isnan([result.fit[name] for name in ("f_statistic", "r2_overall", "r2_between", "corr_effects")]).all()
    assert result.fit["r2_within"] == pytest.approx(0, abs=1e-12)


# Precision ----------------------------------------------------------------------------------------------------------------------------------


def test_longley() -> None:
    """NIST's certified values for Longley (1967), a nearly collinear model (variance inflation up to 1,789), to 11 digits."""
    data = sm.datasets.longley.load_pandas().data
    result = regio.regress(data, "TOTEMP", list(data.columns[1:]))
    certified = [15.0618722713733, -0.358191792925910e-01, -2.02022980381683, -1.03322686717359, -0.511041056535807e-01, 1829.15146461355, -3482258.63459582]
    deviations = [84.9149257747669, 0.334910077722432e-01, 0.488399681651699, 0.214274163161675, 0.226073200069370, 455.478499142212, 890420.383607373]
    np.testing.assert_allclose(result.coefficients["estimate"], certified, rtol=1e-11)
    np.testing.assert_allclose(result.coefficients["std_error"], deviations, rtol=1e-11)
    assert result.fit["rss"] == pytest.approx(836424.055505915, rel=1e-12)
    assert result.fit["f_statistic"] == pytest.approx(330.285339234588, rel=1e-11)


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("errors", ["classical", "cluster"])
def test_large_offsets_cost_no_digits(effects: tuple[str, ...], errors: str) -> None:
    """Columns that sit on 2²⁷ ≈ 1.3e8, with values that binary numbers hold exactly: slopes and their errors keep ten digits."""
    frame = random_panel(13)
    for name in ("y", *TERMS):
        frame[name] = np.round(frame[name] * 2**12) / 2**12
    moved = frame.assign(**{name: frame[name] + 2.0**27 for name in ("y", *TERMS)})
    near, far = fit(frame, effects, errors), fit(moved, effects, errors)
    assert_fit(far, near.coefficients["estimate"].iloc[:3], near.coefficients["std_error"].iloc[:3])
    for name in ("r2", "r2_overall", "f_statistic", "f_effects", "sigma_e", "sigma_u"):
        assert far.fit[name] == pytest.approx(near.fit[name], rel=1e-9, nan_ok=True), name


def test_near_collinear_columns() -> None:
    """Variance inflation of 1e8: against a solution by orthogonal decomposition, whose own error is near 1e-12 here."""
    frame = random_panel(14)
    frame["x2"] = frame["x1"] + frame["x2"] * 1e-4
    full = brute(frame, "y", TERMS, ("region",))
    df = len(frame) - full.rank
    near = std_errors(full.inverse * (full.residuals @ full.residuals) / df)
    result = fit(frame, ("region",))
    np.testing.assert_allclose(result.coefficients["estimate"].iloc[:3], full.coefficients[:3], rtol=1e-8)
    np.testing.assert_allclose(result.coefficients["std_error"].iloc[:3], near, rtol=1e-8)
