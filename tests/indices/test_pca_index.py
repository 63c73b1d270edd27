"""Index by principal components: E18, a second route, signs, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from known_indices import E02

import regio
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.exhibits.typeset import typeset

EXACT = 1e-12


def table(seed: int = 0, rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    common, other = rng.normal(size=(2, rows))
    return pd.DataFrame(
        {"a": common + 0.3 * rng.normal(size=rows), "b": common + 0.4 * rng.normal(size=rows), "c": other, "d": other + 0.5 * rng.normal(size=rows)}
    )


def test_e18(reference: Path) -> None:
    stored = json.loads((reference / "indices" / "e18_pca_index.json").read_text())
    expected = stored["expected"]
    result = regio.pca_index(pd.DataFrame(stored["input"], columns=list("abc")), components=0.85)
    np.testing.assert_allclose(result.scores["score"], expected["index"], atol=1e-10)
    np.testing.assert_allclose(result.components["eigenvalue"], expected["eigenvalues"], atol=1e-10)
    np.testing.assert_allclose(result.components["share"], expected["share"], atol=1e-10)
    np.testing.assert_allclose(result.loadings["1"], np.array(expected["loadings"])[:, 0], atol=1e-10)
    np.testing.assert_allclose(result.weights["weight"], expected["indicator_weights_abs_loading"], atol=1e-10)
    assert result.ranks["rank"].tolist() == expected["rank"]
    assert (result.kmo, result.bartlett["statistic"], result.bartlett["df"]) == (
        pytest.approx(expected["KMO"], abs=1e-10),
        pytest.approx(expected["bartlett_chi2"], abs=1e-9),
        expected["bartlett_df"],
    )
    assert result.facts["alpha_cronbach"].iloc[0] == pytest.approx(expected["cronbach_alpha_standardised"], abs=EXACT)
    assert result.components["kept"].tolist() == [True, False, False]


def test_second_route_by_singular_values() -> None:
    frame = table()
    result = regio.pca_index(frame, components=2)
    z = ((frame - frame.mean()) / frame.std(ddof=1)).to_numpy()
    _, singular, rows = np.linalg.svd(z, full_matrices=False)
    values = singular**2 / (len(z) - 1)
    rows = rows * np.sign(rows.sum(axis=1))[:, None]
    np.testing.assert_allclose(result.scores["score"], z @ rows[:2].T @ (values[:2] / values[:2].sum()), atol=1e-10)
    np.testing.assert_allclose(result.components["eigenvalue"], values, atol=1e-10)


def test_statsmodels_agrees() -> None:
    pca = pytest.importorskip("statsmodels.multivariate.pca", reason="statsmodels is not installed")
    frame = table(5)
    theirs = pca.PCA(frame, standardize=True)
    np.testing.assert_allclose(regio.pca_index(frame).components["share"], theirs.eigenvals / theirs.eigenvals.sum(), atol=1e-10)


@pytest.mark.parametrize(("rule", "number"), [("kaiser", 2), (0.4, 1), (0.99, 4), (3, 3)])
def test_how_many_are_kept(rule: Any, number: int) -> None:
    result = regio.pca_index(table(), components=rule)
    assert result.facts["components"].iloc[0] == result.components["kept"].sum() == result.loadings.shape[1] == number


def test_units_and_directions() -> None:
    frame = table()
    plain = regio.pca_index(frame).scores["score"]
    np.testing.assert_allclose(regio.pca_index(frame * [3, 0.1, 1e6, 1] + 7).scores["score"], plain, atol=1e-8)
    turned = regio.pca_index(frame.assign(b=-frame["b"]), directions={"b": "negative"}).scores["score"]
    np.testing.assert_allclose(turned, plain, atol=1e-10)


def test_rescaled_to_the_unit_interval() -> None:
    plain, unit = regio.pca_index(table()).scores["score"], regio.pca_index(table(), rescale=True).scores["score"]
    np.testing.assert_allclose(unit, (plain - plain.min()) / (plain.max() - plain.min()), atol=EXACT)
    assert plain.mean() == pytest.approx(0, abs=1e-10)


def test_an_indicator_that_works_against_its_direction_is_named() -> None:
    frame = table()
    result = regio.pca_index(frame.assign(b=-frame["b"])[["a", "b", "c"]], components=1)
    assert "pca_index.against" in [f.code for f in result.findings]
    finding = next(f for f in result.findings if f.code == "pca_index.against")
    assert "与其方向相反" in finding.text("zh")


def test_constant_and_dependent_indicators() -> None:
    frame = table()
    constant = regio.pca_index(frame.assign(e=1.0))
    np.testing.assert_allclose(constant.scores["score"], regio.pca_index(frame).scores["score"], atol=EXACT)
    assert constant.weights.loc["e", "weight"] == 0
    assert next(f.code for f in constant.findings) == "index.constant"
    dependent = regio.pca_index(frame.assign(e=frame["a"] * 2))
    assert np.isnan(dependent.kmo)
    assert "pca_index.singular" in [f.code for f in dependent.findings]
    assert all(typeset(t, "en").rows for t in (*constant.exhibits(), *dependent.exhibits()))


def test_by_period_is_a_call_on_each() -> None:
    keys = {"region": "region", "period": "year"}
    result = regio.pca_index(E02, scope="by_period", **keys)
    alone = regio.pca_index(E02[E02["year"] == 2022], **keys)
    np.testing.assert_allclose(result.scores.loc[E02["year"] == 2022, "score"], alone.scores["score"], atol=EXACT)
    assert "index.levels" in [f.code for f in result.findings]
    assert result.facts.index.tolist() == [2021, 2022, 2023]
    again = type(result).from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))
    pd.testing.assert_frame_equal(again.components, result.components)
    assert all(typeset(t, "zh").title for t in result.exhibits()[:4])


@pytest.mark.parametrize(
    ("frame", "options", "kind", "english", "chinese"),
    [
        (table()[["a"]], {}, ArgumentError, "at least two indicators: a", "至少需要两个指标"),
        (table(), {"components": 9}, ArgumentError, "9 components of 4 indicators", "要求从 4 个指标中保留 9 个主成分"),
        (table(), {"components": 0}, ArgumentError, "components", "components"),
        (table()[["a", "b"]].assign(b=1.0), {}, EstimationError, "Fewer than two of the indicators vary", "不足两个"),
        (table(), {"scope": "by_period"}, ArgumentError, "needs to know which column names the period", "需要知道哪一列是时期"),
    ],
)
def test_refusals(frame: pd.DataFrame, options: dict[str, Any], kind: type[FindingError], english: str, chinese: str) -> None:
    with pytest.raises(kind) as problem:
        regio.pca_index(frame, **options)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")
