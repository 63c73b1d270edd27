"""Poisson regression against statsmodels with dummies and pyfixest's own errors; separated rows, zeros, and bad input."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from panels import random_panel

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError
from regio.models.poisson import Poisson

GLM = 1e-7  # relative; statsmodels stops earlier than this
SAME = 1e-8  # relative; pyfixest's own errors from the same maximum
KEYS = {"region": "region", "period": "period"}


def panel(seed: int = 0) -> pd.DataFrame:
    frame = random_panel(seed, regions=15, periods=6, terms=2)
    rng = np.random.default_rng(seed)
    mean = np.exp(0.2 + 0.4 * frame["x1"] - 0.2 * frame["x2"] + 0.1 * (frame["period"] - 2001))
    return frame.assign(y=rng.poisson(mean) * rng.uniform(0.5, 1.5, len(frame)))


def run(frame: pd.DataFrame, **options: Any) -> Poisson:
    return regio.poisson(frame, "y", "x1", ["x2"], **KEYS, **options)


@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period")], ids=str)
def test_dummies_in_a_generalised_linear_model(effects: tuple[str, ...]) -> None:
    frame = panel()
    columns = [frame[["x1", "x2"]], *(pd.get_dummies(frame[e], drop_first=True, dtype=float) for e in effects)]
    design = np.column_stack([np.ones(len(frame)), *(c.to_numpy() for c in columns)])
    fit = sm.GLM(frame["y"].to_numpy(), design, family=sm.families.Poisson()).fit(tol=1e-12, maxiter=100)
    result = run(frame, effects=effects, errors="classical")
    np.testing.assert_allclose(result.coefficients.loc[["x1", "x2"], "estimate"], fit.params[1:3], rtol=GLM)
    np.testing.assert_allclose(result.coefficients.loc[["x1", "x2"], ["std_error", "p_value"]], np.column_stack([fit.bse, fit.pvalues])[1:3], rtol=1e-5)
    assert result.fit["deviance"] == pytest.approx(fit.deviance, rel=GLM)
    assert result.fit["log_likelihood"] == pytest.approx(fit.llf, rel=GLM)
    assert ("_cons" in result.coefficients.index) == (not effects)
    if not effects:
        assert result.coefficients.loc["_cons", "estimate"] == pytest.approx(fit.params[0], rel=1e-6)


@pytest.mark.parametrize(("errors", "vcov"), [("hc1", "hetero"), ("cluster", {"CRV1": "region"})])
@pytest.mark.parametrize("effects", [("region",), ("region", "period")], ids=str)
def test_errors_are_those_of_pyfixest(errors: str, vcov: Any, effects: tuple[str, ...]) -> None:
    """Written with blanks around the plus, where its own counts are right."""
    from pyfixest.estimation import fepois

    frame = panel(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = fepois(f"y ~ x1 + x2 | {' + '.join(effects)}", frame, vcov=vcov, iwls_tol=1e-12, fixef_tol=1e-12)
    result = run(frame, effects=effects, errors=errors)
    np.testing.assert_allclose(result.coefficients["estimate"], fit.coef(), rtol=SAME)
    np.testing.assert_allclose(result.coefficients["std_error"], fit.se(), rtol=1e-6)


def test_without_regressors_of_interest_the_mean_comes_back() -> None:
    result = regio.poisson(pd.DataFrame({"y": [0.0, 2.0, 4.0]}), "y")
    assert result.coefficients.loc["_cons", "estimate"] == pytest.approx(np.log(2))
    assert np.isnan(result.fit["chi2"])


def test_scale_of_the_outcome_moves_the_constant_alone() -> None:
    frame = panel(2)
    first, second = run(frame, errors="cluster").coefficients, run(frame.assign(y=1000 * frame["y"]), errors="cluster").coefficients
    np.testing.assert_allclose(second.loc[["x1", "x2"]], first.loc[["x1", "x2"]], rtol=1e-6)
    assert second.loc["_cons", "estimate"] - first.loc["_cons", "estimate"] == pytest.approx(np.log(1000), rel=1e-8)


def test_zeros_and_separated_rows_are_counted() -> None:
    frame = panel(3)
    frame.loc[frame["region"] == "r003", "y"] = 0.0
    frame.loc[0, "x1"] = np.nan
    result = run(frame, effects=("region", "period"), errors="cluster")
    gone = int((frame["region"].eq("r003") & frame["x1"].notna()).sum())
    assert result.fit["separated"] == gone
    used = frame[frame["region"] != "r003"].dropna()
    assert (result.fit["zeros"], result.fit["n"]) == ((used["y"] == 0).sum(), len(used))
    assert [f.code for f in result.findings] == ["regress.rows_left_out", "poisson.separated", "poisson.zeros"]
    assert f"{gone} of {len(frame) - 1} rows are separated" in result.findings[1].text("en")
    assert "分离观测" in result.findings[1].text("zh")
    without = run(used, effects=("region", "period"), errors="cluster")
    np.testing.assert_allclose(result.coefficients, without.coefficients, rtol=1e-7)
    assert result.provenance is not None
    assert result.provenance.rows_used + result.provenance.rows_left_out == len(frame)


def test_a_regressor_of_separated_rows_is_refused() -> None:
    frame = panel(4)
    frame["only"] = ((frame["region"] == "r005") & (frame["period"] < 2004)).astype(float)
    frame.loc[frame["only"] == 1, "y"] = 0.0
    for effects in ((), ("region",)):
        with pytest.raises(EstimationError, match="run off to infinity: only") as caught:
            regio.poisson(frame, "y", ["x1", "only"], effects=effects, **KEYS)
        assert "趋于无穷：only" in caught.value.text("zh")


def refused(frame: pd.DataFrame, kind: type[FindingError], **options: Any) -> str:
    with pytest.raises(kind) as caught:
        run(frame, **options)
    assert caught.value.text("zh")
    return caught.value.findings[0].code


def test_bad_input() -> None:
    frame = panel()
    assert refused(frame.assign(y=frame["y"] - 1), EstimationError) == "poisson.negative"
    assert refused(frame.assign(y=0.0), EstimationError) == "regress.outcome_constant"
    assert refused(frame.assign(x2=2 * frame["x1"]), EstimationError) == "regress.collinear"
    assert refused(frame, ArgumentError, errors="driscoll_kraay") == "contract.not_a_choice"
    assert refused(frame, ArgumentError, effects=("region", "period", "zone")) == "regress.three_effects"


def test_a_missing_pyfixest_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfixest.estimation", None)
    with pytest.raises(DataError, match="not installed") as caught:
        run(panel())
    assert 'regio[poisson]"' in caught.value.text("zh")


def test_the_hash_seed_does_not_matter() -> None:
    """Effects in pyfixest are ordered by a set of names; the bits must be the same in every process."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import numpy as np, regio; from panels import random_panel\n"
        "frame = random_panel(3, regions=15); frame['y'] = np.round(np.exp(frame['x1'] / 3))\n"
        "found = regio.poisson(frame, 'y', 'x1', ['x2'], effects=('region', 'period'), errors='cluster', region='region', period='period')\n"
        "print(found.coefficients.to_numpy().tobytes().hex())"
    )
    call = [sys.executable, "-W", "ignore", "-c", program, str(Path(__file__).parent)]
    found = {subprocess.run(call, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}).stdout for seed in "01"}
    assert len(found) == 1
