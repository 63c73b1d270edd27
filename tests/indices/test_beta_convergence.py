"""Beta convergence: a known answer, the same regression by the door and by dummies, the speed, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from regional_frames import KEYS, e13, growing, long

import regio
from regio.contract.finding import ArgumentError, DataError

SAME = 1e-9  # two solutions of the same normal equations


def test_e13(reference: Path) -> None:
    expected = e13(reference)["convergence"]
    frame = long(expected["levels_region_by_year"])
    cross = regio.beta_convergence(frame, "y", form="cross_section", **KEYS)
    printed = expected["cross_section_beta"]
    assert cross.coefficients["estimate"].tolist() == pytest.approx([printed["b"], printed["a"]], abs=1e-12)
    assert cross.speeds["estimate"].iloc[0] == pytest.approx(printed["speed_lambda=-ln(1+3b)/3"], abs=1e-12)
    panel = regio.beta_convergence(frame, "y", **KEYS)
    assert panel.coefficients["estimate"].iloc[0] == pytest.approx(expected["panel_beta_region_fixed_effects"]["b"], abs=1e-12)


def steps(frame: pd.DataFrame, span: int) -> pd.DataFrame:
    frame = frame.sort_values(["r", "t"]).assign(level=lambda f: np.log(f["y"]))
    later = frame.groupby("r")["level"].shift(-span)
    return frame.assign(growth=(later - frame["level"]) / span).dropna()


@pytest.mark.parametrize("errors", ["classical", "hc1", "cluster"])
@pytest.mark.parametrize("effects", [(), ("region",), ("period",), ("region", "period")])
def test_the_panel_is_a_regression_of_growth(effects: tuple[str, ...], errors: str) -> None:
    rng = np.random.default_rng(3)
    frame = long(growing(12, 7)).assign(x=lambda f: rng.normal(size=len(f)))
    found = regio.beta_convergence(frame, "y", "x", span=2, effects=effects, errors=errors, **KEYS)
    same = regio.regress(steps(frame, 2), "growth", "level", "x", effects=effects, errors=errors, **KEYS)
    np.testing.assert_allclose(found.coefficients.to_numpy(), same.coefficients.to_numpy(), rtol=SAME, atol=SAME)
    assert found.fit["_all"]["r2"] == pytest.approx(same.fit["r2"], abs=SAME)


def test_groups_are_done_like_tables_of_their_own() -> None:
    frame = long(growing()).assign(zone=lambda f: f["r"].map(lambda r: "north" if r < "r08" else "south"))
    found = regio.beta_convergence(frame, "y", groups="zone", **KEYS)
    alone = regio.beta_convergence(frame[frame["zone"] == "north"], "y", **KEYS)
    np.testing.assert_allclose(found.coefficients.loc["north"].to_numpy(), alone.coefficients.loc["_all"].to_numpy(), rtol=SAME)
    assert len(found.exhibits()[0].columns) == 3


def test_the_unit_does_not_matter_and_the_interval_of_the_speed_is_that_of_beta() -> None:
    levels = growing(15, 5)
    one, two = (regio.beta_convergence(long(levels * k), "y", form="cross_section", **KEYS) for k in (1, 1000))
    assert one.coefficients["estimate"].iloc[0] == pytest.approx(two.coefficients["estimate"].iloc[0], rel=SAME)
    beta, speed = one.coefficients.iloc[0], one.speeds.iloc[0]
    assert [speed["conf_low"], speed["conf_high"]] == pytest.approx([-np.log1p(4 * beta["conf_high"]) / 4, -np.log1p(4 * beta["conf_low"]) / 4], rel=SAME)
    assert speed["std_error"] == pytest.approx(beta["std_error"] / (1 + 4 * beta["estimate"]), rel=SAME)


def test_the_half_life_of_a_known_process() -> None:
    start, rate = np.log(np.array([1.0, 2.0, 4.0, 9.0])), 0.1
    levels = np.exp(3 + np.exp(-rate * np.arange(6)) * (start[:, None] - 3))  # every region goes to the same level at 10 % a period
    found = regio.beta_convergence(long(levels), "y", form="cross_section", **KEYS).speeds.iloc[0]
    assert [found["estimate"], found["half_life"]] == pytest.approx([rate, np.log(2) / rate], rel=1e-9)


def test_overshooting_has_no_speed() -> None:
    found = regio.beta_convergence(long([[1.0, 9.0], [2.0, 2.1], [4.0, 0.4]]), "y", form="cross_section", **KEYS)
    assert found.speeds["estimate"].isna().all()
    assert [f.code for f in found.findings] == ["beta_convergence.no_speed"]
    assert found.exhibits()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"form": "cross_section", "effects": ("region",)}, "has no effects to absorb", "没有可吸收的固定效应"),
    ({"span": 5}, "does not fit into 4 periods", "容不下"),
    ({"controls": ("y",)}, "its own control", "不能作自身的控制变量"),
    ({"effects": ("x",)}, "region, period or both", "region、period 或两者"),
]


@pytest.mark.parametrize(("options", "en", "zh"), BAD)
def test_refusals(options: dict[str, Any], en: str, zh: str) -> None:
    frame = long(growing(6, 4)).assign(x=1.0)
    with pytest.raises(ArgumentError) as caught:
        regio.beta_convergence(frame, "y", **options, **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")


def test_values_must_be_positive() -> None:
    with pytest.raises(DataError, match="zero or negative"):
        regio.beta_convergence(long([[1.0, 0.0], [2.0, 1.0]]), "y", **KEYS)
