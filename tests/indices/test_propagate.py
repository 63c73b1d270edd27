"""The uncertainty of an index in later steps: brute force through the steps themselves, a study, refusals."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from uncertain_tables import KEYS, NAMES, table

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, EstimationError
from regio.contract.result import Call
from regio.exhibits.models import Figure, Table
from regio.study.execute import execute

VARIATIONS = [{"scale": "rank"}, {"weights": "equal"}, {"weights": "critic"}]


def studied(**more: Any) -> tuple[pd.DataFrame, Any]:
    """A table with an index, two systems and an outcome."""
    frame = table(regions=12, periods=4)
    made = regio.index(frame, NAMES, **KEYS)
    rng = np.random.default_rng(4)
    score = made.scores["score"]
    frame = frame.assign(score=score, other=rng.uniform(0.2, 0.8, len(frame)), y=2 * score + rng.normal(size=len(frame)) / 5, k=rng.normal(size=len(frame)))
    return frame.assign(**more), made


def runs(frame: pd.DataFrame) -> list[pd.DataFrame]:
    chosen = product(("min_max", "rank"), ("entropy", "equal", "critic"))
    return [frame.assign(score=regio.index(frame, NAMES, scale=s, weights=w, **KEYS).scores["score"]) for s, w in chosen]


def test_a_coefficient_is_that_of_each_run() -> None:
    frame, made = studied()
    later = regio.regress(frame, "y", "score", "k", effects=("period",), **KEYS)
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)
    found = regio.propagate(frame, later, unsure, "score", **KEYS)
    models = [regio.regress(run, "y", "score", "k", effects=("period",), **KEYS).coefficients.loc["score"] for run in runs(frame)]
    values = np.array([m["estimate"] for m in models])
    assert found.draws["coefficients/score/(1)"].tolist() == pytest.approx(values.tolist())
    row = found.estimates.loc["coefficients/score/(1)"]
    assert row["estimate"] == later.coefficients.loc["score", "estimate"]
    assert row[["mean", "sd", "least", "greatest"]].tolist() == pytest.approx([values.mean(), values.std(), values.min(), values.max()])
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(values, (0.025, 0.975), method="inverted_cdf")))
    assert row["same_sign"] == (values > 0).mean()
    assert row["significant"] == np.mean([m["estimate"] > 0 and m["p_value"] < 0.05 for m in models])
    assert (found.exact, found.kind, found.findings) == (True, "regress", ())
    assert [type(e) for e in found.exhibits()] == [Table, Figure]


def test_addresses_choose_estimates_also_below_them() -> None:
    frame, made = studied()
    later = regio.regress(frame, "y", "score", "k", **KEYS)
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)
    found = regio.propagate(frame, later, unsure, "score", estimates=("coefficients/k", "coefficients/r2/(1)", "coefficients/score/(1)/std_error"), **KEYS)
    models = [regio.regress(run, "y", "score", "k", **KEYS) for run in runs(frame)]
    assert found.draws["coefficients/k/(1)"].tolist() == pytest.approx([m.coefficients.loc["k", "estimate"] for m in models])
    assert found.draws["coefficients/r2/(1)"].tolist() == pytest.approx([m.fit["r2"] for m in models])
    assert found.estimates.loc["coefficients/score/(1)/std_error", "least"] == pytest.approx(min(m.coefficients.loc["score", "std_error"] for m in models))
    assert np.isnan(found.estimates.loc["coefficients/r2/(1)", "significant"])


def test_the_power_of_a_determinant_is_followed() -> None:
    frame, made = studied()
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)
    words: dict[str, Any] = {"discretise": "quantile", "classes": 3}
    found = regio.propagate(frame, regio.geodetector(frame, "y", ("score", "k"), **words, **KEYS), unsure, "score", **KEYS)
    values = [regio.geodetector(run, "y", ("score", "k"), **words, **KEYS).factors.loc["score", "q"] for run in runs(frame)]
    name = next(cell for cell in found.estimates.index if cell.split("/")[:2] == ["factors", "score"])
    assert found.draws[name].tolist() == pytest.approx(values)


def test_grades_of_a_coupling_are_followed_region_by_region() -> None:
    frame, made = studied()
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)
    found = regio.propagate(frame, regio.coupling(frame, ("score", "other"), **KEYS), unsure, "score", **KEYS)
    coupled = [regio.coupling(run, ("score", "other"), **KEYS).scores for run in runs(frame)]
    for part, column in (("", "D"), ("grade", "grade")):
        own = found.rows[found.rows["part"] == part]
        values = np.array([one[column].astype(float) for one in coupled])
        np.testing.assert_allclose(own["mean"], values.mean(axis=0))
        np.testing.assert_allclose(own["low"], values.min(axis=0))
        np.testing.assert_allclose(own["same"], (np.abs(values - values[0]) < 1e-9).mean(axis=0))
    kinds = np.array([one["type"] for one in coupled])
    np.testing.assert_allclose(found.rows.loc[found.rows["part"] == "type", "same"].astype(float), (kinds == kinds[0]).mean(axis=0))
    shown = found.exhibits()[-1]
    assert isinstance(shown, Table)
    assert [column.key for column in shown.columns if "same" in column.key] == ["grade same"]


def test_noise_draws_do_not_depend_on_workers() -> None:
    frame, made = studied()
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, noise=0.2, draws=20, **KEYS)
    later = regio.regress(frame, "y", "score", **KEYS)
    here = regio.propagate(frame, later, unsure, "score", draws=24, **KEYS)
    with Processes(2) as engine:
        there = regio.propagate(frame, later, unsure, "score", draws=24, engine=engine, **KEYS)
    pd.testing.assert_frame_equal(here.draws, there.draws, check_exact=True)
    assert (here.exact, len(here.draws)) == (False, 24)
    assert (
        regio.propagate(frame, later, unsure, "score", draws=24, seed=3, **KEYS).draws["coefficients/score/(1)"].tolist()
        != here.draws["coefficients/score/(1)"].tolist()
    )


def test_draws_of_the_same_combination_are_computed_once() -> None:
    frame, made = studied()
    unsure = regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)
    later = regio.regress(frame, "y", "score", **KEYS)
    exact = regio.propagate(frame, later, unsure, "score", **KEYS)
    drawn = regio.propagate(frame, later, unsure, "score", draws=4, **KEYS)
    assert (drawn.draws["runs"].sum(), exact.draws["runs"].tolist()) == (4, [1] * 6)
    values = dict(zip(exact.draws["coefficients/score/(1)"], range(6), strict=True))
    assert all(value in values for value in drawn.draws["coefficients/score/(1)"])


def test_a_column_that_is_not_the_index_and_an_unsure_sign_are_said() -> None:
    frame, made = studied(y=np.random.default_rng(0).normal(size=48))
    frame["score"] = 100 * frame["score"]
    unsure = regio.index_uncertainty(frame, made, [*VARIATIONS, {"aggregate": "topsis"}], drop=True, **KEYS)
    found = regio.propagate(frame, regio.regress(frame, "y", "score", **KEYS), unsure, "score", **KEYS)
    codes = [f.code for f in found.findings]
    assert codes[0] == "propagate.other_column"
    assert ("propagate.sign" in codes) == (found.estimates["same_sign"].iloc[0] < 0.95)


STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "r"
period = "t"
[[step]]
name = "carried"
kind = "propagate"
of = "base"
uncertainty = "unsure"
column = "digital"
draws = 30
[[step]]
name = "unsure"
kind = "index_uncertainty"
of = "digital"
variations = [{ scale = "rank" }, { weights = "equal" }, { name = "bent", aggregate = "geometric", interval = [0.1, 1.0] }]
noise = 0.1
draws = 50
[[step]]
name = "digital"
kind = "index"
indicators = ["a", "b", "c", "d"]
[[step]]
name = "base"
kind = "regress"
outcome = "y"
treatment = "digital"
"""


def test_a_study_carries_an_index_into_its_regression(tmp_path: Path) -> None:
    frame, _ = studied()
    frame.drop(columns="score").to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "s.toml").write_text(STUDY, encoding="utf-8")
    run = execute(tmp_path / "s.toml")
    assert not run.failed
    found: Any = run.results["carried"]
    model: Any = run.results["base"]
    assert found.estimates["estimate"].iloc[0] == model.coefficients.loc["digital", "estimate"]
    assert not [f for f in found.findings if f.code == "propagate.other_column"]
    unsure: Any = run.results["unsure"]
    assert unsure.alternatives.index.tolist()[-1] == ("aggregate", "bent")
    assert set(unsure.sensitivity.index) == {"scale", "weights", "aggregate", "noise"}


def test_a_failing_run_is_named() -> None:
    frame, made = studied()
    unsure = regio.index_uncertainty(frame, made, [{"name": "only a", "weights": {"a": 1.0, "b": 0.0, "c": 0.0, "d": 0.0}}], **KEYS)
    later = Call("regress", {"outcome": "y", "treatment": ("score",), "controls": ("scaled",)})
    frame["scaled"] = (frame["a"] - frame["a"].min()) / (frame["a"].max() - frame["a"].min())
    with pytest.raises(EstimationError) as caught:
        regio.propagate(frame, later, unsure, "score", **KEYS)
    assert "“regress” cannot be computed with this index: Weights = only a" in caught.value.text("en")
    assert "赋权方法 = only a" in caught.value.text("zh")


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"of": "base"}, "of needs a result or its call", "需要一个结果或其调用"),
    ({"uncertainty": Call("index", {})}, "needs a step or result of index_uncertainty; found index", "应为 index_uncertainty"),
    ({"estimates": "coefficients/scor"}, "There is no cell “coefficients/scor”. Did you mean", "没有单元格"),
    ({"of": Call("beta_convergence", {"column": "a"}), "estimates": "nothing/at"}, "There is no cell “nothing/at”", "没有单元格"),
    ({"draws": 0}, "cannot be looked at with draws = 0", "不足以考察"),
]


@pytest.mark.parametrize(("options", "en", "zh"), BAD)
def test_refusals(options: dict[str, Any], en: str, zh: str) -> None:
    frame, made = studied()
    words = {"of": Call("regress", {"outcome": "y", "treatment": ("score",)}), "uncertainty": regio.index_uncertainty(frame, made, VARIATIONS, **KEYS)}
    with pytest.raises(ArgumentError) as caught:
        regio.propagate(frame, **(words | {"column": "score"} | options), **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
