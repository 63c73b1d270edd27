"""Driscoll-Kraay errors: Stata's logs, brute force, linearmodels and pyfixest after the factor each of them states."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from panels import brute, random_panel

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, EstimationError

ROUNDING = 1e-11  # relative; the same sums in another order
PRINTED = 5e-7  # relative; seven printed digits
FLOATS = 5e-7  # relative; the log's data went through single precision
PARTS = 1e-12  # relative; sums in another order

TERMS = ("x1", "x2", "x3")
EFFECTS: list[tuple[str, ...]] = [(), ("region",), ("period",), ("region", "period")]


def fit(data: Any, **options: Any) -> regio.models.regress.Regress:
    return regio.regress(data, "y", TERMS[0], TERMS[1:], errors="driscoll_kraay", region="region", period="period", **options)


def panel(seed: int = 31) -> pd.DataFrame:
    return random_panel(seed, periods=12)


# Stata ---------------------------------------------------------------------------------------------------------------------------------------


def test_xtscc_with_two_effects() -> None:
    """xi: xtscc gsp pcap emp unemp i.year, fe (version 1.4) on the 48 states and 17 years of Munnell's data, as printed in a public question about
    xtscc and R's plm; T = 17, so 2 lags and 16 degrees of freedom.
    """
    munnell = pytest.importorskip("linearmodels.datasets.munnell")
    result = regio.regress(
        munnell.load(), "GSP", "P_CAP", ("EMP", "UNEMP"), effects=("region", "period"), errors="driscoll_kraay", region="ST_ABB", period="YR"
    )
    printed = {
        "P_CAP": (-0.1769881, 0.265713, -0.7402745, 0.3862983),
        "EMP": (40.61522, 2.238392, 35.87004, 45.3604),
        "UNEMP": (23.59849, 85.10647, -156.8192, 204.0161),
    }
    for term, numbers in printed.items():
        found = result.coefficients.loc[term, ["estimate", "std_error", "conf_low", "conf_high"]]
        np.testing.assert_allclose(found.to_numpy(dtype=float), numbers, rtol=2 * PRINTED)
    assert result.lags == 2
    assert result.fit["f_df"][1] == 16


def test_xtscc_pooled_with_four_lags() -> None:
    """Xtscc invest mvalue kstock, lag(4) on Grunfeld's ten firms: the log that statsmodels keeps is of an early version without a small-sample factor."""
    grunfeld = pytest.importorskip("statsmodels.datasets.grunfeld")
    data = grunfeld.load_pandas().data
    data = data[data["firm"] != "American Steel"]
    result = regio.regress(data, "invest", ("value", "capital"), errors="driscoll_kraay", lags=4, region="firm", period="year")
    log = np.array([[0.00018052657317, -0.00035661054613, -0.06728261073866], [0, 0.0024312795189, -0.32394785247278], [0, 0, 148.60456447156]])
    log = np.triu(log) + np.triu(log, 1).T
    np.testing.assert_allclose(result.covariance.to_numpy(), log * (199 / 197) * (20 / 19), rtol=FLOATS)


# Brute force ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", EFFECTS, ids=str)
@pytest.mark.parametrize("lags", [0, 1, 3, None])
@pytest.mark.parametrize("weights", [None, "weight"])
def test_brute_force(effects: tuple[str, ...], lags: int | None, weights: str | None) -> None:
    """Period by period, pair of periods by pair of periods, with a column for every dummy."""
    frame = panel()
    result = fit(frame, effects=effects, lags=lags, sample_weights=weights)
    model = brute(frame, "y", TERMS, effects, weights)
    scores = pd.DataFrame(model.design * model.residuals[:, None]).groupby(frame["period"].to_numpy()).sum().to_numpy()
    used = 2 if lags is None else lags  # 12 periods: floor(4 · 0.12^(2/9)) = 2
    meat = np.zeros((scores.shape[1],) * 2)
    for s, left in enumerate(scores):
        for t, right in enumerate(scores):
            meat += max(0.0, 1 - abs(s - t) / (used + 1)) * np.outer(left, right)
    n, k = len(frame), 3 + (11 if "period" in effects else 0)
    expected = model.inverse @ meat @ model.inverse * (n - 1) / (n - k - 1) * 12 / 11
    np.testing.assert_allclose(result.covariance.to_numpy()[:3, :3], expected[:3, :3], rtol=ROUNDING, atol=ROUNDING * np.abs(expected[:3, :3]).max())
    assert result.lags == used
    if effects == ():  # the constant is a column of the model
        np.testing.assert_allclose(result.covariance.to_numpy(), expected[:4, :4], rtol=ROUNDING, atol=ROUNDING * np.abs(expected[:4, :4]).max())


def test_no_lags_are_clusters_of_periods() -> None:
    frame = panel()
    kernel, clusters = fit(frame, lags=0), regio.regress(frame, "y", TERMS[0], TERMS[1:], errors="cluster", cluster="period", region="region", period="period")
    np.testing.assert_allclose(kernel.covariance.to_numpy(), clusters.covariance.to_numpy(), rtol=ROUNDING)


# Other programs ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", [("region",), ("region", "period")], ids=str)
@pytest.mark.parametrize("lags", [1, 4])
def test_linearmodels(effects: tuple[str, ...], lags: int) -> None:
    """linearmodels: B S B n/(n − k − effects), no T/(T−1), and the effects count; the kernel is the same."""
    from linearmodels import PanelOLS

    frame = panel()
    indexed = frame.set_index(["region", "period"])
    model = PanelOLS(indexed["y"], indexed[list(TERMS)], entity_effects=True, time_effects="period" in effects)
    theirs = model.fit(cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=True)
    n, regions, periods = len(frame), frame["region"].nunique(), 12 if "period" in effects else 1
    own = n / (n - 3 - regions - periods + 1)
    stata = (n - 1) / (n - 3 - periods) * 12 / 11
    ours = fit(frame, effects=effects, lags=lags)
    np.testing.assert_allclose(ours.covariance.to_numpy()[:3, :3], theirs.cov.to_numpy() / own * stata, rtol=1e-9)


@pytest.mark.parametrize("effects", EFFECTS, ids=str)
def test_pyfixest(effects: tuple[str, ...]) -> None:
    """Fixest counts every level of both effects, as do the conventions reghdfe and ivreghdfe here; its usual number of lags is another."""
    pyfixest = pytest.importorskip("pyfixest")
    frame = panel()
    frame["region"] = frame["region"].str[1:].astype(int)  # it cannot sort texts
    formula = "y ~ x1 + x2 + x3" + (" | " + " + ".join(effects) if effects else "")
    theirs = pyfixest.feols(formula, frame, vcov="DK", vcov_kwargs={"time_id": "period", "panel_id": "region", "lag": 2})
    for convention in ("reghdfe", "ivreghdfe"):
        ours = fit(frame, effects=effects, lags=2, convention=convention)
        np.testing.assert_allclose(ours.coefficients.loc[list(TERMS), "std_error"], theirs.se()[list(TERMS)], rtol=1e-8)
        np.testing.assert_allclose(ours.coefficients.loc[list(TERMS), "p_value"], theirs.pvalue()[list(TERMS)], rtol=1e-5)


# What must not matter, and what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("effects", EFFECTS, ids=str)
@pytest.mark.parametrize("convention", ["xtreg", "reghdfe"])
@pytest.mark.parametrize("part_rows", [11, 60])
def test_parts_do_not_matter(effects: tuple[str, ...], convention: str, part_rows: int) -> None:
    frame = random_panel(32, periods=12, missing=0.03)
    whole, parted = fit(frame, effects=effects, convention=convention), fit(FrameRows(frame, part_rows), effects=effects, convention=convention)
    np.testing.assert_allclose(parted.coefficients.to_numpy(), whole.coefficients.to_numpy(), rtol=PARTS, atol=PARTS * 1e-3)
    np.testing.assert_allclose(parted.covariance.to_numpy(), whole.covariance.to_numpy(), rtol=PARTS * 100, atol=PARTS * 10)
    assert parted.lags == whole.lags == 2


def test_the_order_of_rows_does_not_matter_but_that_of_periods_does() -> None:
    frame = panel()
    expected = fit(frame).covariance.to_numpy()
    np.testing.assert_allclose(fit(frame.sample(frac=1, random_state=2)).covariance.to_numpy(), expected, rtol=1e-10)
    swapped = frame.assign(period=frame["period"].map(dict(zip(range(2001, 2013), np.random.default_rng(1).permutation(12), strict=True))))
    assert np.abs(fit(swapped).covariance.to_numpy() / expected - 1).max() > 1e-3


def test_periods_that_do_not_occur_are_no_periods() -> None:
    """As in xtscc, lags count the periods that occur: every second year is as good as every year."""
    frame = panel()
    np.testing.assert_allclose(fit(frame.assign(period=2 * frame["period"])).covariance.to_numpy(), fit(frame).covariance.to_numpy(), rtol=1e-13)


def test_words() -> None:
    result = fit(panel(), effects=("region", "period"), lags=3)
    (row,) = [row for row in result.exhibits()[0].rows if row.key == "errors"]
    assert regio.language.spell(row.cells[0].value, "en") == "Driscoll-Kraay (lags: 3)"
    assert regio.language.spell(row.cells[0].value, "zh") == "Driscoll-Kraay（滞后阶数：3）"
    assert regio.models.regress.Regress.from_dict(result.to_dict()).lags == 3
    assert fit(panel()).call.options["lags"] is None


@pytest.mark.parametrize(
    ("kind", "code", "options", "en", "zh"),
    [
        (ArgumentError, "regress.no_period", {"errors": "driscoll_kraay"}, "which column is the period", "需要指明时期列"),
        (ArgumentError, "regress.lags_ignored", {"lags": 2, "region": "region", "period": "period"}, "errors = “classical” has none", "没有滞后阶数"),
        (
            EstimationError,
            "regress.few_periods",
            {"errors": "driscoll_kraay", "lags": 12, "region": "region", "period": "period"},
            "need more than 12 periods; there are 12",
            "需要多于 12 个时期",
        ),
        (
            ArgumentError,
            "regress.cluster_ignored",
            {"errors": "driscoll_kraay", "cluster": "zone", "region": "region", "period": "period"},
            "does not cluster",
            "并不聚类",
        ),
    ],
)
def test_what_is_refused(kind: type[ArgumentError], code: str, options: dict[str, Any], en: str, zh: str) -> None:
    with pytest.raises(kind) as caught:
        regio.regress(panel(), "y", TERMS[0], TERMS[1:], **options)
    assert caught.value.findings[0].code == code
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
