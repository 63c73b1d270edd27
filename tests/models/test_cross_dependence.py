"""Pesaran's CD against a loop over pairs, linearmodels, and numbers of R's plm; what period effects do to it; bad input."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import linearmodels
import numpy as np
import pandas as pd
import pytest
from linearmodels.panel import PanelOLS
from panels import brute, random_panel

import regio
from regio.contract.finding import ArgumentError, EstimationError
from regio.models.cross_dependence import CrossDependence

SAME = 1e-9  # relative
PLM = 1e-8  # relative; R's number from residuals of its own
KEYS = {"region": "region", "period": "period"}
FOLDER = Path(linearmodels.__file__).parent / "tests" / "panel" / "results"


def run(frame: pd.DataFrame, **options: Any) -> CrossDependence:
    return regio.cross_dependence(frame, "y", "x1", ["x2"], **KEYS, **options)


def pairs(frame: pd.DataFrame, residual: Any) -> tuple[float, list[float]]:
    """CD over pairs with three common periods, one after the other."""
    wide = frame.assign(e=residual).pivot_table(index="period", columns="region", values="e", aggfunc="first")
    sums, rhos = [], []
    for a, b in combinations(wide.columns, 2):
        both = wide[[a, b]].dropna()
        if len(both) >= 3:
            rho = np.corrcoef(both.T)[0, 1]
            rhos.append(rho)
            sums.append(np.sqrt(len(both)) * rho)
    return sum(sums) / np.sqrt(len(sums)), rhos


@pytest.mark.parametrize("drop", [0.0, 0.3])
@pytest.mark.parametrize("effects", [(), ("region",), ("region", "period"), ("zone",)], ids=str)
def test_a_loop_over_pairs(effects: tuple[str, ...], drop: float) -> None:
    frame = random_panel(4, regions=10, periods=8, drop=drop)
    result = run(frame, effects=effects)
    cd, rhos = pairs(frame, brute(frame, "y", ["x1", "x2"], effects).residuals)
    assert result.tests.loc["cd", "statistic"] == pytest.approx(cd, rel=SAME, abs=1e-9)
    assert (result.mean_correlation, result.mean_absolute) == pytest.approx((np.mean(rhos), np.mean(np.abs(rhos))), rel=1e-7, abs=1e-10)
    assert result.pairs == len(rhos)
    if not drop:
        balanced = np.sqrt(2 * 8 / (10 * 9)) * sum(rhos)
        assert result.tests.loc["cd", "statistic"] == pytest.approx(balanced, rel=SAME, abs=1e-9)
        assert result.tests.loc["lm"].tolist()[:2] == pytest.approx([8 * np.sum(np.square(rhos)), 45], rel=1e-7)


def test_linearmodels() -> None:
    frame = random_panel(6, regions=12, periods=9)
    indexed = frame.set_index(["region", "period"])
    fit = PanelOLS(indexed["y"], indexed[["x1", "x2"]], entity_effects=True).fit()
    peer = fit.pesaran_cd() if callable(fit.pesaran_cd) else fit.pesaran_cd
    found = run(frame)
    if found.pairs_left_out == 0:
        assert found.tests.loc["cd", ["statistic", "p_value"]].astype(float).tolist() == pytest.approx([peer.stat, peer.pval], rel=1e-7)


def test_plm() -> None:
    """Residuals of the regression in first differences, as in R."""
    panels = pd.read_csv(FOLDER / "pesaran-cd-fd-panels.csv")
    expected = pd.read_csv(FOLDER / "pesaran-cd-fd-reference.csv").set_index("case")
    checked = 0
    for case, frame in panels.groupby("case"):
        frame = frame.sort_values(["entity", "time"])
        steps = frame.groupby("entity")[["y", "x"]].diff().where(frame.groupby("entity")["time"].diff() == 1)
        data = steps.assign(entity=frame["entity"], time=frame["time"]).dropna()
        data["e"] = data["y"] - data["x"] * (data["x"] @ data["y"]) / (data["x"] @ data["x"])
        found = regio.cross_dependence(data, "e", effects=(), region="entity", period="time")
        if found.pairs == expected.loc[case, "npairs"]:
            assert found.tests.loc["cd", ["statistic", "p_value"]].astype(float).tolist() == pytest.approx(
                expected.loc[case, ["cd_stat", "cd_pvalue"]].astype(float).tolist(), rel=PLM
            )
            checked += 1
    assert checked >= 3


def test_scale_and_order_of_rows_do_not_matter() -> None:
    frame = random_panel(7, regions=9, periods=7)
    other = frame.sample(frac=1, random_state=1).assign(y=lambda f: 3 + 100 * f["y"])
    assert run(frame).tests.loc["cd", "statistic"] == pytest.approx(run(other).tests.loc["cd", "statistic"], rel=1e-8)


def test_period_effects_and_short_overlaps_are_told() -> None:
    frame = random_panel(7, regions=9, periods=5, drop=0.4)
    result = run(frame, effects=("region", "period"))
    assert [f.code for f in result.findings] == ["cross_dependence.period_effects", "cross_dependence.pairs_left_out"]
    assert "rejects too often" in result.findings[0].text("en")
    assert "过度拒绝" in result.findings[0].text("zh")
    assert result.pairs + result.pairs_left_out == result.n_regions * (result.n_regions - 1) // 2


def test_bad_input() -> None:
    frame = random_panel(1, regions=5, periods=2, drop=0.0)
    with pytest.raises(EstimationError, match="3 periods in common") as caught:
        regio.cross_dependence(frame, "y", effects=(), **KEYS)
    assert "共同时期" in caught.value.text("zh")
    with pytest.raises(ArgumentError, match="names the region"):
        regio.cross_dependence(frame, "y", effects=())
    with pytest.raises(EstimationError, match="combination of others"):
        regio.cross_dependence(frame.assign(z=frame["x1"]), "y", ["x1", "z"], effects=(), **KEYS)
