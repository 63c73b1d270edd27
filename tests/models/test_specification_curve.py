"""Specification curve: every model against ``regress``, the joint test against doing all of it again, choices, bad input, the picture."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, DataError, EstimationError
from regio.exhibits.draw.caption import caption
from regio.models.specifications.curve import TIED
from regio.models.specifications.shuffling import shuffle

ROUNDING = 1e-9  # relative: the same equations, solved in another order
ESTIMATE = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
CONTROLS = ("c1", "c2", "c3", "c4")


def panel_frame(seed: int = 3, regions: int = 12, periods: int = 6, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), 2010 + np.arange(periods), indexing="ij"))
    frame = pd.DataFrame({"region": [f"r{i:02d}" for i in region], "period": period, "zone": [f"z{i % 3}" for i in region]})
    for name in ("x", "x2", *CONTROLS):
        frame[name] = rng.normal(size=regions)[region] + rng.normal(size=periods)[period - 2010] + rng.normal(size=len(frame))
    frame["y"] = 0.3 * frame["x"] + frame[list(CONTROLS)].sum(axis=1) * 0.3 + rng.normal(size=len(frame))
    frame["y2"] = frame["y"] + rng.normal(size=len(frame)) / 2
    frame["level"] = rng.normal(size=regions)[region]
    if missing:
        frame.loc[rng.random(len(frame)) < missing, "c2"] = np.nan
        frame = frame[rng.random(len(frame)) > missing]
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def curve(frame: pd.DataFrame, **options: Any) -> regio.models.specification_curve.SpecificationCurve:  # type: ignore[name-defined]
    given = {"outcomes": "y", "treatments": "x", "controls": CONTROLS, "draws": 0} | options
    return regio.specification_curve(frame, region="region", period="period", **given)


def alone(frame: pd.DataFrame, model: Any, convention: str = "xtreg", always: tuple[str, ...] = (), cluster: Any = None) -> pd.Series:
    """The same model by ``regress``."""
    controls = tuple(filter(None, model["controls"].split(" + ")))
    effects = tuple(filter(None, model["effects"].split(" + ")))
    by = cluster if model["errors"] == "cluster" else None
    how = {"effects": effects, "errors": model["errors"], "cluster": by, "convention": convention}
    found = regio.regress(frame, model["outcome"], model["treatment"], (*always, *controls), **how, region="region", period="period")
    return found.coefficients.loc[model["treatment"]]


@pytest.mark.parametrize("convention", ["xtreg", "reghdfe", "ivreghdfe"])
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_every_model_is_that_of_regress(convention: str, missing: float) -> None:
    frame = panel_frame(missing=missing)
    used = frame.dropna()
    found = curve(frame, outcomes=("y", "y2"), treatments=("x", "x2"), controls=("c1", "c2"), errors=("classical", "hc1", "cluster"), convention=convention)
    assert len(found.specifications) == 2 * 2 * 4 * 3 * 3
    for i in range(0, len(found.specifications), 5):
        model = found.specifications.iloc[i]
        np.testing.assert_allclose(model[list(ESTIMATE)].astype(float), alone(used, model, convention)[list(ESTIMATE)], rtol=ROUNDING, atol=1e-12)


def test_other_effects_clusters_and_columns_of_every_model() -> None:
    frame = panel_frame()
    effects = (("zone*period",), ("region", "zone*period"))
    found = curve(frame, effects=effects, always=("c4",), controls=("c1", "c2"), cluster="zone", errors=("cluster",), convention="reghdfe")
    for _, model in found.specifications.iterrows():
        np.testing.assert_allclose(model[list(ESTIMATE)].astype(float), alone(frame, model, "reghdfe", ("c4",), "zone"), rtol=1e-7, atol=1e-11)


def test_all_subsets_and_the_marks_of_controls() -> None:
    found = curve(panel_frame(), effects=(("region",),))
    names = {" + ".join(chosen) for size in range(5) for chosen in combinations(CONTROLS, size)}
    assert names == set(found.specifications["controls"])
    for name in CONTROLS:
        assert found.included[name].tolist() == [name in text.split(" + ") for text in found.specifications["controls"]]


def moved(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    return frame.assign(x=frame["x"].to_numpy()[rows])


@pytest.mark.parametrize(("errors", "scheme"), [("cluster", "permutation"), ("classical", "permutation"), ("hc1", "permutation"), ("cluster", "stratified")])
def test_the_joint_test_is_that_of_32_models_done_again(errors: str, scheme: Any) -> None:
    frame = panel_frame(regions=9, periods=4)
    options: dict[str, Any] = {"effects": (("region",), ("region", "period")), "errors": errors}
    draws, seed = 6, 5
    found = curve(frame, draws=draws, seed=seed, scheme=scheme, **options)
    assert len(found.specifications) == 32
    how = shuffle(scheme, frame["region"].to_numpy(), frame["period"].to_numpy())
    again = []
    for rows in how.drawn((0, draws, seed)).T:
        here = moved(frame, rows)
        fits = pd.DataFrame([alone(here, model) for _, model in found.specifications.iterrows()])
        significant = fits["p_value"] < 0.05
        shares = [(significant & (fits["estimate"] > 0)).mean(), (significant & (fits["estimate"] < 0)).mean()]
        z = np.sign(fits["statistic"]) * np.array([abs(_normal(p)) for p in fits["p_value"]])
        again.append((abs(fits["estimate"].median()), max(shares), abs(z.mean())))
    observed = found.tests["statistic"].abs().to_numpy()
    beyond = (np.array(again) >= observed * (1 - TIED)).sum(0)
    assert found.tests["p_value"].tolist() == pytest.approx(((1 + beyond) / (1 + draws)).tolist())
    assert found.tests["p_share"].tolist() == pytest.approx((beyond / draws).tolist())
    np.testing.assert_allclose(found.tests["critical_1"], np.max(again, axis=0), rtol=1e-8)


def _normal(p: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(p / 2)


def test_samples_and_a_table_that_is_not_balanced() -> None:
    frame = panel_frame(missing=0.1)
    found = curve(frame, samples=({"name": "late", "periods": [2012, 2013, 2014, 2015]}, {"name": "few", "without": ["r00", "r01"]}), effects=(("region",),))
    used = frame.dropna()
    parts = {"all": used, "late": used[used["period"] >= 2012], "few": used[~used["region"].isin(["r00", "r01"])]}
    assert set(found.specifications["sample"]) == set(parts)
    for _, model in found.specifications.iloc[::7].iterrows():
        np.testing.assert_allclose(model[list(ESTIMATE)].astype(float), alone(parts[model["sample"]], model), rtol=ROUNDING, atol=1e-12)
    assert found.summary.loc[("sample", "late"), "models"] == 16


def test_only_regions_with_the_same_periods_change_places() -> None:
    region = np.array(list("aabbccd"))
    period = np.array([1, 2, 1, 2, 1, 3, 1])
    how = shuffle("permutation", region, period)
    assert (how.units, how.fixed) == (4, 2)
    drawn = how.drawn((0, 200, 1))
    assert {tuple(column) for column in drawn.T} == {(0, 1, 2, 3, 4, 5, 6), (2, 3, 0, 1, 4, 5, 6)}
    within = shuffle("stratified", region, period).drawn((0, 50, 1))
    assert all((period[column] == period).all() for column in within.T)


def test_draws_do_not_depend_on_the_order_of_rows_or_workers() -> None:
    frame = panel_frame()
    options: dict[str, Any] = {"draws": 30, "controls": ("c1", "c2")}
    found = curve(frame, **options).tests
    other = curve(frame.sort_values(["period", "c1"]), **options).tests
    pd.testing.assert_frame_equal(found, other, rtol=1e-9)
    pd.testing.assert_frame_equal(found, curve(frame, **options, engine=Processes(2)).tests, check_exact=True)


def test_it_does_not_depend_on_the_hash_seed() -> None:
    program = (
        "import numpy as np, pandas as pd, regio; r = np.random.default_rng(1); f = pd.DataFrame(r.normal(size=(40, 4)), columns=list('yxcd'));"
        "f['region'] = np.repeat([f'r{i}' for i in range(8)], 5); f['period'] = np.tile(range(5), 8);"
        "print(regio.specification_curve(f, 'y', 'x', ('c', 'd'), draws=20, region='region', period='period').tests.to_json())"
    )
    said = {
        subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": s}, capture_output=True, text=True, check=True).stdout
        for s in "01"
    }
    assert len(said) == 1


def test_what_cannot_be_estimated_is_listed() -> None:
    frame = panel_frame().assign(twice=lambda f: 2 * f["c1"])
    found = curve(frame, controls=("c1", "twice", "level"), effects=((), ("region",)))
    reasons = found.left_out.groupby("effects")["reason"].value_counts()
    assert reasons["", "collinear"] == 2
    assert reasons["region", "no_variation"] == 4
    assert reasons["region", "collinear"] == 1
    assert len(found.specifications) + len(found.left_out) == 16
    note = next(f for f in found.findings if f.code == "specification_curve.left_out")
    assert "7 of 16" in note.text("en")
    assert "线性相关" in note.text("zh")
    again = curve(frame, controls=("c1", "twice", "level"), effects=((), ("region",)), draws=9)
    assert np.isfinite(again.tests["p_value"]).all()


def test_an_effect_everywhere_is_found_and_noise_is_not() -> None:
    frame = panel_frame(8, regions=20)
    strong = frame.assign(y=frame["y"] + 2 * frame["x"])
    found = curve(strong, draws=99, effects=(("region", "period"),)).tests["p_value"]
    assert found[["median", "mean_z"]].tolist() == [0.01, 0.01]  # a share of one can be met by draws, so that its p is larger
    noise = frame.assign(y=np.random.default_rng(0).normal(size=len(frame)))
    assert (curve(noise, draws=99, effects=(("region", "period"),)).tests["p_value"] > 0.05).all()


def test_a_flat_list_is_one_set_of_effects() -> None:
    assert set(curve(panel_frame(), effects=["region", "period"]).specifications["effects"]) == {"region + period"}
    assert set(curve(panel_frame(), effects=[[], ["region"]]).specifications["effects"]) == {"", "region"}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"controls": ("c1", "x")}, "specification_curve.twice", ("two parts", "重复承担角色")),
        ({"effects": ()}, "specification_curve.empty", ("nothing to choose", "没有可供选择")),
        ({"effects": (("region",), ("region",))}, "specification_curve.same_choice", ("twice", "重复")),
        ({"effects": (("region", "region"),)}, "regress.same_effect", ("region", "region")),
        ({"effects": (("region", "period", "zone"),)}, "regress.three_effects", ("zone", "zone")),
        ({"cluster": ("region", "zone")}, "specification_curve.two_clusters", ("one column", "一列")),
        ({"errors": "classical", "cluster": "zone"}, "regress.cluster_ignored", ("cluster", "聚类")),
        ({"samples": "late"}, "specification_curve.not_samples", ("list of tables", "列表")),
        ({"samples": ({"name": "all", "periods": [2012]},)}, "specification_curve.bad_sample", ("all", "名称")),
        ({"samples": ({"name": "s", "years": [2012]},)}, "specification_curve.bad_sample", ("regions", "regions")),
        ({"effects": (("nowhere",),)}, "contract.unknown_column", ("nowhere", "nowhere")),
        ({"errors": "robust"}, "contract.robust", ("two readings", "robust")),
    ],
)
def test_mistakes_are_said(options: dict[str, Any], code: str, words: tuple[str, str]) -> None:
    with pytest.raises(ArgumentError) as caught:
        curve(panel_frame(), **options)
    assert code in [f.code for f in caught.value.findings]
    assert words[0] in caught.value.text("en")
    assert words[1] in caught.value.text("zh")


def test_too_many_models_no_region_and_nothing_to_estimate() -> None:
    frame = panel_frame()
    wide = frame.assign(**{f"k{i}": frame["c1"] for i in range(17)})
    with pytest.raises(ArgumentError, match=r"2\^17"):
        curve(wide, controls=tuple(f"k{i}" for i in range(17)))
    with pytest.raises(ArgumentError) as caught:
        regio.specification_curve(frame, "y", "x", effects=((),), errors="classical", draws=9)
    assert [f.code for f in caught.value.findings] == ["contract.no_region"]
    with pytest.raises(EstimationError) as none:
        curve(frame, treatments="level", effects=(("region",),))
    assert [f.code for f in none.value.findings] == ["specification_curve.none"]
    assert "没有变化" in none.value.text("zh")
    with pytest.raises(DataError):
        curve(frame.assign(c1=frame["c1"].where(frame["period"] > 2012)), samples=({"name": "early", "periods": [2013]}, {"name": "x", "regions": []}))


def test_regions_that_nobody_can_stand_in_for() -> None:
    frame = pd.DataFrame({"region": list("abbccc"), "period": [1, 1, 2, 1, 2, 3], "y": [1.0, 2, 4, 3, 6, 5], "x": [0.0, 1, 2, 5, 1, 4]})
    with pytest.raises(EstimationError) as caught:
        curve(frame, controls=(), effects=((),), errors="classical", draws=9)
    assert [f.code for f in caught.value.findings] == ["specification_curve.no_shuffle"]
    assert "平衡面板" in caught.value.text("zh")


def test_the_picture_has_a_point_a_model_and_a_mark_a_choice() -> None:
    found = curve(panel_frame(), outcomes=("y", "y2"), effects=(("region",), ("region", "period")), controls=("c1", "c2"))
    figure = found.exhibits()[-1]
    models = figure.frame[figure.frame["mark"].isna()]
    assert models["estimate"].is_monotonic_increasing
    assert len(models) == 16
    marks = figure.frame["mark"].value_counts()
    assert {marks[name] for name in ("outcome.y", "effects.region", "control.c1")} == {8}
    picture = found.figure("curve")
    labels = [label.get_text() for label in picture.axes[0].get_yticklabels()]
    assert {"Controls", "c1", "y2"} <= set(labels)
    assert "16 models" in caption(figure, "en").alt
    assert "设定曲线" in caption(figure, "zh").alt
