"""``two_stage`` by second routes: peers, brute force, dummies, properties; and what is said of weak instruments."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from scipy.stats import f as f_distribution
from tests.models.panels import random_panel

import regio
from regio.models.instruments.after import ReducedForms, confidence_set, set_form
from regio.models.two_stage import TwoStage

SAME = 1e-9
EFFECTS: tuple[Any, ...] = ((), "region", ("region", "period"), "period", "zone*period")
ERRORS: tuple[dict[str, Any], ...] = (
    {"errors": "classical"},
    {"errors": "hc1"},
    {"errors": "cluster"},
    {"errors": "cluster", "cluster": ("region", "period")},
    {"errors": "driscoll_kraay", "lags": 1},
)


@cache
def panel(seed: int = 1, strength: float = 0.6) -> pd.DataFrame:
    """Columns y, x1, x2 (endogenous), z1 … z3 (instruments), c; effects of regions and periods in all of them."""
    frame = random_panel(seed, regions=30, periods=7, terms=6)
    rng = np.random.default_rng(seed)
    shock = rng.normal(size=(len(frame), 2))
    z, c = frame[["x3", "x4", "x5"]].to_numpy(), frame["x6"].to_numpy()
    x1 = strength * (z[:, 0] + 0.5 * z[:, 1]) + 0.3 * c + shock[:, 0]
    x2 = strength * (z[:, 2] - 0.5 * z[:, 1]) + 0.1 * c + shock[:, 1]
    y = 1 + x1 - 0.5 * x2 + 0.5 * c + shock.sum(1) + rng.normal(size=len(frame)) * (1 + 0.3 * np.abs(z[:, 0]))
    return frame[["region", "period", "zone"]].assign(y=y, x1=x1, x2=x2, z1=z[:, 0], z2=z[:, 1], z3=z[:, 2], c=c)


def fitted(endogenous: Any = ("x1", "x2"), instruments: Any = ("z1", "z2", "z3"), controls: Any = "c", data: Any = None, **options: Any) -> TwoStage:
    table = panel() if data is None else data
    return regio.two_stage(table, "y", endogenous, instruments, controls, region="region", period="period", **options)


def linearmodels(errors: dict[str, Any], endogenous: list[str], instruments: list[str]) -> Any:
    IV2SLS = pytest.importorskip("linearmodels.iv").IV2SLS
    frame = panel().assign(one=1.0)
    kind = {"classical": "unadjusted", "hc1": "robust", "cluster": "clustered"}[errors["errors"]]
    options = {"cov_type": kind, "debiased": False}
    if kind == "clustered":
        options["clusters"] = frame[list(errors.get("cluster", ("region",)))].apply(lambda c: pd.factorize(c)[0])
    return IV2SLS(frame["y"], frame[["c", "one"]], frame[endogenous], frame[instruments]).fit(**options)


@pytest.mark.parametrize("errors", ERRORS[:3], ids=str)
def test_linearmodels(errors: dict[str, Any]) -> None:
    peer = linearmodels(errors, ["x1", "x2"], ["z1", "z2", "z3"])
    ours = fitted(convention="ivreg2", **errors)
    terms = ["x1", "x2", "c"]
    assert ours.coefficients.loc[terms, "estimate"].to_numpy() == pytest.approx(peer.params[terms].to_numpy(), rel=SAME)
    assert ours.coefficients.loc[terms, "std_error"].to_numpy() == pytest.approx(peer.std_errors[terms].to_numpy(), rel=SAME)
    if errors["errors"] == "classical":
        assert ours.identification["sargan"] == pytest.approx(peer.sargan.stat, rel=SAME)
        assert ours.identification["endogeneity_c"] == pytest.approx(peer.durbin().stat, rel=1e-7)
        assert ours.identification["wu_hausman_f"] == pytest.approx(peer.wu_hausman().stat, rel=1e-7)
        assert ours.identification["wu_hausman_df"] == (peer.wu_hausman().df, peer.wu_hausman().df_denom)


def test_kleibergen_paap_of_linearmodels_and_effective_f_of_pyfixest() -> None:
    frame = panel()
    peer = linearmodels({"errors": "hc1"}, ["x1", "x2"], ["z1", "z2", "z3"]).first_stage
    found = fitted(errors="hc1", convention="ivreg2").identification
    if hasattr(peer, "kleibergen_paap"):
        assert found["kleibergen_paap_lm"] == pytest.approx(peer.kleibergen_paap.stat, rel=1e-8)
    pyfixest = pytest.importorskip("pyfixest")
    columns = ["y", "x1", "z1", "z2"]  # pyfixest 0.60 takes Z'Z of raw instruments: right only where they are net of controls beforehand
    netted = pd.DataFrame(net(frame, columns, np.column_stack((frame["c"], np.ones(len(frame))))), columns=columns)
    fit = pyfixest.feols("y ~ 1 | x1 ~ z1 + z2", netted, vcov="HC1")
    fit.IV_Diag()
    ours = fitted("x1", ("z1", "z2"), errors="hc1").identification
    assert ours["effective_f"] == pytest.approx(fit._eff_F * (len(frame) - 4) / (len(frame) - 3), rel=1e-8)
    fit = pyfixest.feols("y ~ c | region + period | x1 ~ z1", frame, vcov={"CRV1": "region"})
    ours_fe = fitted("x1", "z1", effects=("region", "period"), errors="cluster", convention="ivreghdfe").coefficients
    assert ours_fe.loc["x1", "estimate"] == pytest.approx(fit.coef()["x1"], rel=1e-7)


def dummies(frame: pd.DataFrame, effects: Any) -> np.ndarray:
    """A constant and the columns of every level but the first, of full rank."""
    effects = (effects,) if isinstance(effects, str) else effects
    columns = [np.ones((len(frame), 1))]
    for effect in effects:
        level = frame[effect.split("*")].astype(str).agg("|".join, axis=1)
        columns.append(pd.get_dummies(level, drop_first=True, dtype=float).to_numpy())
    return np.hstack(columns)


@pytest.mark.parametrize("errors", ERRORS, ids=str)
@pytest.mark.parametrize("effects", EFFECTS, ids=str)
def test_brute_force_with_dummies(effects: Any, errors: dict[str, Any]) -> None:
    """Large-sample covariance, with every dummy a column."""
    frame, result = panel(), fitted(effects=effects, convention="ivreg2", **errors)
    d = np.column_stack((frame["c"], dummies(frame, effects)))
    x, z = np.column_stack((frame[["x1", "x2"]], d)), np.column_stack((frame[["z1", "z2", "z3"]], d))
    fit = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(fit.T @ fit)
    beta = bread @ fit.T @ frame["y"].to_numpy()
    residual = frame["y"].to_numpy() - x @ beta
    covariance = bread @ meat(frame, fit, residual, errors) @ bread
    terms = ["x1", "x2", "c"]
    assert result.coefficients.loc[terms, "estimate"].to_numpy() == pytest.approx(beta[:3], rel=1e-8)
    assert result.covariance.loc[terms, terms].to_numpy() == pytest.approx(covariance[:3, :3], rel=1e-6, abs=1e-9)


def meat(frame: pd.DataFrame, columns: np.ndarray, residual: np.ndarray, errors: dict[str, Any]) -> np.ndarray:
    if errors["errors"] == "classical":
        return columns.T @ columns * (residual @ residual / len(residual))
    scores = pd.DataFrame(columns * residual[:, None])
    if errors["errors"] == "hc1":
        return (scores.T @ scores).to_numpy()
    if errors["errors"] == "driscoll_kraay":
        sums = scores.groupby(frame["period"]).sum().to_numpy()
        cross = sums[1:].T @ sums[:-1]
        return sums.T @ sums + (cross + cross.T) / 2
    clusters = errors.get("cluster", ("region",))
    total = np.zeros((columns.shape[1],) * 2)
    for sign, by in [*((1, [c]) for c in clusters), *([(-1, list(clusters))] if len(clusters) == 2 else [])]:
        sums = scores.groupby([frame[c] for c in by]).sum().to_numpy()
        total += sign * sums.T @ sums
    return total


@pytest.mark.parametrize("effects", EFFECTS, ids=str)
@pytest.mark.parametrize("errors", ERRORS, ids=str)
def test_first_stages_are_regressions(effects: Any, errors: dict[str, Any]) -> None:
    frame, result = panel(), fitted(effects=effects, **errors)
    for first in result.first_stage:
        alone = regio.regress(
            frame,
            first.outcome,
            ["z1", "z2", "z3"],
            "c",
            effects=effects,
            convention="ivreghdfe" if effects else "reghdfe",
            region="region",
            period="period",
            **errors,
        )
        terms = first.coefficients.index
        pd.testing.assert_frame_equal(alone.coefficients.loc[terms], first.coefficients, rtol=1e-8)
        for name in ("n", "n_regions", "n_periods", "df_residual", "rss", "r2", "sigma_e", "f_statistic"):
            assert alone.fit[name] == pytest.approx(first.fit[name], rel=1e-8, nan_ok=True), name


@pytest.mark.parametrize("errors", ERRORS, ids=str)
def test_own_instruments_are_least_squares(errors: dict[str, Any]) -> None:
    """With instruments that explain nearly everything the second stage is ``regress``: here y on x1 with an instrument of correlation 1 − 1e-12."""
    frame = panel().assign(near=lambda t: t["x1"] + 1e-5 * t["z3"])
    result = fitted("x1", "near", data=frame, effects=("region", "period"), **errors)
    alone = regio.regress(frame, "y", "x1", "c", effects=("region", "period"), convention="ivreghdfe", region="region", period="period", **errors)
    assert result.coefficients.loc["x1"].to_numpy() == pytest.approx(alone.coefficients.loc["x1"].to_numpy(), rel=1e-3)


@pytest.mark.parametrize("errors", ERRORS[:4], ids=str)
def test_one_instrument_makes_all_strengths_one(errors: dict[str, Any]) -> None:
    result = fitted("x1", "z1", effects=("region",), **errors)
    found, fit = result.identification, result.first_stage[0].fit
    expected = [found["kleibergen_paap_f"]] * 3
    assert expected == pytest.approx([found["effective_f"], fit["f_excluded"], fit["sanderson_windmeijer_f"]], rel=SAME)
    assert round(found["effective_f_critical"]["10"], 3) == 23.109  # the number of Montiel Olea and Pflueger


def textbook_rank(x: np.ndarray, z: np.ndarray) -> tuple[float, float]:
    """Robust Kleibergen-Paap LM and Wald by their own partition of the singular value decomposition (2006, equation 9 and theorem 1)."""
    n, m, k = len(x), x.shape[1], z.shape[1]

    def root(a: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(a)
        return vectors @ np.diag(values**-0.5) @ vectors.T

    x, z = x @ root(x.T @ x / n), z @ root(z.T @ z / n)
    theta = z.T @ x / n
    u, _, vt = np.linalg.svd(theta)
    v, q = vt.T, m - 1

    def half(a: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(a)
        return vectors @ np.diag(np.sqrt(np.maximum(values, 0))) @ vectors.T

    u22, v22 = u[q:, q:], v[q:, q:]
    left = u[:, q:] @ np.linalg.inv(u22) @ half(u22 @ u22.T)
    right = half(v22 @ v22.T) @ np.linalg.inv(v22.T) @ v[:, q:].T
    value = (left.T @ theta @ right.T)[:, 0]

    def rank(w: np.ndarray) -> float:
        scores = (z @ left) * (w @ right.T)
        return float(n * value @ np.linalg.solve(scores.T @ scores / n, value))

    assert k > q
    return rank(x), rank(x - z @ theta)


def net(frame: pd.DataFrame, columns: list[str], others: np.ndarray) -> np.ndarray:
    values = frame[columns].to_numpy(dtype=float)
    return values - others @ np.linalg.lstsq(others, values, rcond=None)[0]


def test_kleibergen_paap_by_the_textbook_partition() -> None:
    frame, found = panel(), fitted(errors="hc1", effects=("region", "period"), convention="ivreg2").identification
    others = np.column_stack((frame["c"], dummies(frame, ("region", "period"))))
    lm, wald = textbook_rank(net(frame, ["x1", "x2"], others), net(frame, ["z1", "z2", "z3"], others))
    left = len(frame) - 3 - others.shape[1]
    assert lm == pytest.approx(found["kleibergen_paap_lm"], rel=1e-8)
    assert wald / len(frame) * left / 3 == pytest.approx(found["kleibergen_paap_f"], rel=1e-8)


def test_two_endogenous_columns_in_blocks_under_effects(reference: Any) -> None:
    """X1 and Z1 are zero in the second half, X2 and Z2 in the first. Sums and differences of the columns span the same spaces and have no blocks: there the
    textbook form works.
    """
    frame = pd.read_csv(reference / "econometrics" / "kp_two_endog_fe.csv")
    options: dict[str, Any] = {"effects": "id", "errors": "hc1", "convention": "ivreg2"}
    found = regio.two_stage(frame, "Y", ["X1", "X2"], ["Z1", "Z2"], **options)
    mixed = frame.assign(p=frame["X1"] + frame["X2"], q=frame["X1"] - 2 * frame["X2"], r=frame["Z1"] + frame["Z2"], s=frame["Z1"] - 3 * frame["Z2"])
    again = regio.two_stage(mixed, "Y", ["p", "q"], ["r", "s"], **options).identification
    for name in ("kleibergen_paap_lm", "kleibergen_paap_f", "cragg_donald_f", "anderson_lm", "anderson_rubin_chi2"):
        assert again[name] == pytest.approx(found.identification[name], rel=1e-8), name
    others = dummies(frame, "id")
    lm, wald = textbook_rank(net(mixed, ["p", "q"], others), net(mixed, ["r", "s"], others))
    assert lm == pytest.approx(found.identification["kleibergen_paap_lm"], rel=1e-8)
    assert wald / 20 * (20 - 2 - 2) / 2 == pytest.approx(found.identification["kleibergen_paap_f"], rel=1e-8)
    assert all(np.isfinite(first.fit["sanderson_windmeijer_f"]) for first in found.first_stage)


@pytest.mark.parametrize("convention", ["ivreghdfe", "ivreg2"])
@pytest.mark.parametrize("errors", ERRORS, ids=str)
def test_anderson_rubin_is_a_regression_of_the_null(errors: dict[str, Any], convention: Any) -> None:
    """At the ends of the set p = 5 %; inside, outside and at zero the statistic is that of y − b x on the instruments."""
    result = fitted("x1", ("z1", "z2"), effects=("region",), convention=convention, **errors)
    ((low, high),) = result.identification["anderson_rubin_set"]
    for b, p_value in ((low, 0.05), (high, 0.05), (0.0, None), ((low + high) / 2, None)):
        frame = panel().assign(y=lambda t, b=b: t["y"] - b * t["x1"])
        found = fitted("x1", ("z1", "z2"), data=frame, effects=("region",), convention=convention, **errors).identification
        p = found["anderson_rubin_p_value"] if convention == "ivreghdfe" else found["anderson_rubin_chi2_p_value"]
        assert p_value is None or p == pytest.approx(p_value, rel=1e-6)
        assert (low <= b <= high) == (p >= 0.05 - 1e-9)
    at, p = result.anderson_rubin["coefficient"], result.anderson_rubin["p_value"]
    assert ((at.between(low, high)) == (p >= 0.05)).all()
    k, df = result.identification["anderson_rubin_df"]
    value = result.identification["anderson_rubin_f"]
    assert f_distribution.sf(value, k, df) == pytest.approx(result.identification["anderson_rubin_p_value"], rel=1e-9)
    assert chi2.sf(result.identification["anderson_rubin_chi2"], k) == pytest.approx(result.identification["anderson_rubin_chi2_p_value"], rel=1e-9)


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(0, 10_000), st.floats(0.0, 4.0), st.sampled_from([0.5, 0.9, 0.95]))
def test_the_confidence_set_is_where_the_test_does_not_reject(k: int, seed: int, strength: float, level: float) -> None:
    """Against a fine grid; weak instruments give unbounded and empty sets among them."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(2 * k, 2 * k + 3)) / 2
    values = np.stack([rng.normal(size=k) * 2, strength * rng.normal(size=k)])
    forms = ReducedForms(values, root @ root.T, (1.0, 1.0), 0.9, 40, True)
    pieces = confidence_set(forms, level)
    grid = np.tan(np.linspace(-1.5607, 1.5607, 401))
    c = forms.critical(level)
    for b in grid:
        statistic = forms.statistic(b)
        if abs(statistic / c - 1) > 1e-6:
            assert (statistic <= c) == any(low <= b <= high for low, high in pieces)
    assert all(a[1] < b[0] for a, b in pairwise(pieces))
    assert set_form(pieces) in ("empty", "interval", "ray", "rays", "line", "several")


def test_weak_instruments_are_said() -> None:
    weak = fitted("x1", "z1", data=panel(3, strength=0.0), effects=("region",))
    codes = [finding.code for finding in weak.findings]
    assert "two_stage.weak.effective" in codes
    assert weak.identification["anderson_rubin_form"] in ("line", "rays", "ray")
    assert f"two_stage.set.{weak.identification['anderson_rubin_form']}" in codes
    assert "two_stage.exactly_identified" in codes
    two = fitted(data=panel(3, strength=0.0), errors="cluster")
    assert "two_stage.weak.kleibergen_paap" in [finding.code for finding in two.findings]
    empty = panel().assign(y=lambda t: t["y"] + 30 * t["z2"])
    assert fitted("x1", ("z1", "z2"), data=empty).identification["anderson_rubin_form"] == "empty"


@settings(max_examples=15)
@given(st.floats(1e-3, 1e3), st.floats(-1e4, 1e4), st.sampled_from(ERRORS))
def test_units_do_not_matter(scale: float, shift: float, errors: dict[str, Any]) -> None:
    options = {"effects": ("region",), **errors}
    before = fitted(**options)
    after = fitted(data=panel().assign(x1=lambda t: scale * t["x1"] + shift, z2=lambda t: shift - scale * t["z2"]), **options)
    assert after.coefficients.loc["x1", "estimate"] * scale == pytest.approx(before.coefficients.loc["x1", "estimate"], rel=1e-6)
    assert after.coefficients.loc["x2"].to_numpy() == pytest.approx(before.coefficients.loc["x2"].to_numpy(), rel=1e-6)
    for name in ("kleibergen_paap_lm", "kleibergen_paap_f", "cragg_donald_f", "anderson_rubin_f", "endogeneity_c"):
        assert after.identification[name] == pytest.approx(before.identification[name], rel=1e-6), name


def test_rows_in_another_order_give_the_same() -> None:
    options: dict[str, Any] = {"effects": ("region", "period"), "errors": "cluster"}
    again = fitted(data=panel().sample(frac=1, random_state=3), **options)
    pd.testing.assert_frame_equal(fitted(**options).coefficients, again.coefficients, rtol=1e-10)


def test_hash_seeds_do_not_matter() -> None:
    program = (
        "import json, regio; from tests.models.test_two_stage import fitted;"
        "r = fitted(effects=('region', 'period'), errors='cluster', cluster=('region', 'period'));"
        "print(json.dumps(r.to_dict(), sort_keys=True))"
    )
    said = [
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, capture_output=True, text=True, check=True).stdout
        for seed in ("0", "1")
    ]
    assert said[0] == said[1]
    assert json.loads(said[0])["coefficients"]
