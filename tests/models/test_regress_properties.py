"""What must not change a regression: hash seeds, parts, the order of rows, units."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import random_panel

import regio
from regio.compute.rows import FrameRows

PARTS = 1e-12  # relative; sums in another order, on well-conditioned columns
UNITS = 1e-9  # relative; a shift costs digits of the input itself: 1e4 standard deviations leave twelve of sixteen

TERMS = ("x1", "x2", "x3")
CASES: list[dict[str, Any]] = [
    {},
    {"errors": "hc3"},
    {"effects": "region", "errors": "cluster"},
    {"effects": "period", "errors": "cluster"},
    {"effects": ("region", "period"), "errors": "cluster"},
    {"effects": ("region", "period"), "errors": "hc1", "sample_weights": "weight"},
    {"effects": ("region", "period"), "errors": "cluster", "cluster": "zone"},
    {"effects": ("region", "period"), "errors": "cluster", "cluster": ("zone", "period"), "convention": "reghdfe"},
    {"effects": ("region", "period"), "errors": "cluster", "convention": "reghdfe"},
    {"effects": ("zone*period",), "errors": "cluster", "convention": "reghdfe"},
    {"effects": ("region", "zone*period"), "errors": "cluster", "convention": "reghdfe"},
    {"effects": "period", "errors": "cluster", "cluster": ("region", "period"), "convention": "reghdfe"},
]


def fit(data: Any, **options: Any) -> regio.models.regress.Regress:
    return regio.regress(data, "y", TERMS[0], TERMS[1:], region="region", period="period", **options)


def awkward_panel(seed: int) -> pd.DataFrame:
    """Unbalanced, with missing cells, regions with one row, and a period that only such a region has."""
    frame = random_panel(seed, missing=0.03)
    lone = frame.dropna().iloc[:4].copy()
    lone["region"] = ["s1", "s2", "s3", "s3"]
    lone["period"] = [2001, 2030, 2002, 2031]  # s3 keeps one row once its lone period is gone, and so goes too
    lone["zone"] = ["z0", "z1", "z9", "z9"]  # zone z9 exists only through singletons
    return pd.concat([frame, lone], ignore_index=True).sample(frac=1, random_state=seed).reset_index(drop=True)


def assert_same(expected: regio.models.regress.Regress, actual: regio.models.regress.Regress, rel: float) -> None:
    np.testing.assert_allclose(actual.coefficients.to_numpy(), expected.coefficients.to_numpy(), rtol=rel, atol=rel * 1e-3)
    np.testing.assert_allclose(
        actual.covariance.to_numpy(), expected.covariance.to_numpy(), rtol=rel * 100, atol=rel * np.abs(expected.covariance.to_numpy()).max()
    )
    for name, value in expected.fit.items():
        np.testing.assert_allclose(np.asarray(actual.fit[name], dtype=float), np.asarray(value, dtype=float), rtol=rel * 10, err_msg=name)


@pytest.mark.parametrize("options", CASES, ids=str)
@pytest.mark.parametrize("part_rows", [7, 40, 100])
def test_parts_do_not_matter(options: dict[str, Any], part_rows: int) -> None:
    frame = awkward_panel(21)
    whole, parted = fit(frame, **options), fit(FrameRows(frame, part_rows=part_rows), **options)
    unknown = [name for name in ("n_regions", "n_periods") if np.isnan(parted.fit[name])]  # not counted where no effect or cluster needs them
    assert_same(whole, regio.models.regress.Regress.from_dict(parted.to_dict() | {"fit": dict(parted.fit) | {n: whole.fit[n] for n in unknown}}), PARTS)
    assert parted.provenance.rows_used == whole.provenance.rows_used
    assert parted.provenance.rows_left_out == whole.provenance.rows_left_out == len(frame) - whole.fit["n"]
    assert [f.text("en") for f in parted.findings] == [f.text("en") for f in whole.findings]


def test_singletons_go_one_after_the_other() -> None:
    """Under reghdfe: s1 and s2 have one row; period 2030 and 2031 too; then s3 has one row left. Their zone is no cluster any more."""
    frame = awkward_panel(22)
    complete = frame.dropna()
    inside = complete[~complete["region"].isin(["s1", "s2", "s3"])]
    options = {"effects": ("region", "period"), "errors": "cluster", "cluster": "zone"}
    dropped, kept = fit(frame, convention="reghdfe", **options), fit(inside, convention="reghdfe", **options)
    assert_same(kept, dropped, PARTS)
    assert dropped.fit["n_clusters"] == (4,)
    assert [f.code for f in dropped.findings if f.code != "regress.no_f"] == ["regress.rows_left_out", "regress.singletons_dropped"]
    assert "4 rows were dropped as singletons" in dropped.findings[1].text("en")
    assert fit(frame, **options).fit["n"] == len(complete)  # xtreg keeps them


@pytest.mark.parametrize("options", CASES, ids=str)
def test_order_of_rows_does_not_matter(options: dict[str, Any]) -> None:
    frame = awkward_panel(23)
    assert_same(fit(frame, **options), fit(frame.sample(frac=1, random_state=1), **options), PARTS)


@pytest.mark.parametrize("options", CASES[2:5], ids=str)
def test_names_of_regions_do_not_matter(options: dict[str, Any]) -> None:
    """Text, Chinese text, whole numbers, categories: the same groups."""
    frame = awkward_panel(24)
    expected = fit(frame, **options)
    codes = pd.factorize(frame["region"])[0]
    for names in (codes, codes.astype(float) + 0.5, pd.Series([f"省{c}" for c in codes]), pd.Series(codes).astype("category"), pd.Series(codes, dtype="Int64")):
        assert_same(expected, fit(frame.assign(region=names), **options), PARTS)


@given(seed=st.integers(0, 5), case=st.sampled_from(CASES), power=st.integers(-30, 30), shift=st.floats(-1e4, 1e4))
@settings(max_examples=30)
def test_units_do_not_matter(seed: int, case: dict[str, Any], power: int, shift: float) -> None:
    """Y → 2^p y + c scales slopes; x1 → 2^p x1 + c divides its slope; t, R² and F stay."""
    frame, scale = random_panel(seed), 2.0**power
    before = fit(frame, **case)
    after = fit(frame.assign(y=frame["y"] * scale + shift * scale), **case)
    np.testing.assert_allclose(after.coefficients.loc[list(TERMS), "estimate"], before.coefficients.loc[list(TERMS), "estimate"] * scale, rtol=UNITS)
    np.testing.assert_allclose(after.coefficients.loc[list(TERMS), "statistic"], before.coefficients.loc[list(TERMS), "statistic"], rtol=UNITS)
    moved = fit(frame.assign(x1=frame["x1"] * scale + shift * scale), **case)
    assert moved.coefficients.loc["x1", "estimate"] == pytest.approx(before.coefficients.loc["x1", "estimate"] / scale, rel=UNITS)
    np.testing.assert_allclose(moved.coefficients.loc[list(TERMS), "statistic"], before.coefficients.loc[list(TERMS), "statistic"], rtol=UNITS)
    for name in ("r2", "r2_within", "r2_overall", "f_statistic"):
        for other in (after, moved):
            assert other.fit[name] == pytest.approx(before.fit[name], rel=UNITS, nan_ok=True), name


@pytest.mark.parametrize("options", CASES, ids=str)
def test_scale_of_weights_does_not_matter(options: dict[str, Any]) -> None:
    frame = random_panel(25)
    options = options | {"sample_weights": "weight"}
    assert_same(fit(frame, **options), fit(frame.assign(weight=frame["weight"] * 1e5), **options), PARTS)


@pytest.mark.parametrize("options", CASES, ids=str)
def test_equal_weights_are_no_weights(options: dict[str, Any]) -> None:
    frame = random_panel(26).assign(equal=3.0)
    plain = {k: v for k, v in options.items() if k != "sample_weights"}
    assert_same(fit(frame, **plain), fit(frame, **plain, sample_weights="equal"), PARTS)


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from test_regress_properties import CASES, FrameRows, awkward_panel, fit
for options in CASES:
    for data in (awkward_panel(27), FrameRows(awkward_panel(27), part_rows=50)):
        result = fit(data, **options)
        print(*(float(v).hex() for v in result.coefficients.to_numpy().ravel()), result.fit["f_statistic"].hex())
"""


def test_hash_seed_does_not_matter() -> None:
    """The same bits in fresh processes whatever PYTHONHASHSEED is."""
    printed = set()
    for seed in ("0", "1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", PROGRAM, str(Path(__file__).parent)], env=environment, capture_output=True, text=True, check=True)
        printed.add(done.stdout)
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == 2 * len(CASES)
