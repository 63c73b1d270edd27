"""Gini coefficients: a known answer, all pairs by force, a peer, properties, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regional_frames import EXACT, KEYS, e09, growing, long

import regio
from regio.contract.finding import DataError
from regio.indices.dynamics._inequality import excess, gini

VALUES = st.lists(st.floats(0, 1e6), min_size=2, max_size=30).filter(lambda v: sum(v) > 1e-3)


def test_e09(reference: Path) -> None:
    frame, expected = e09(reference)
    found = regio.gini(frame, "y", region="unit").inequality.loc["_all"]
    assert found["gini"] == pytest.approx(expected["gini(n^2 denominator)"], abs=EXACT)
    assert found["gini_unbiased"] == pytest.approx(expected["gini_unbiased(n(n-1))"], abs=EXACT)
    weighted = regio.gini(frame, "y", sample_weights="population", region="unit").inequality
    assert weighted["gini"].iloc[0] == pytest.approx(expected["gini_population_weighted"], abs=EXACT)
    assert weighted["gini_unbiased"].isna().all()


def test_each_period_agrees_with_the_peer() -> None:
    peer = pytest.importorskip("inequality.gini")
    levels = growing()
    found = regio.gini(long(levels), "y", **KEYS).inequality
    assert found.index.tolist() == list(range(2001, 2010))
    np.testing.assert_allclose(found["gini"], [peer.Gini(column).g for column in levels.T], atol=EXACT, rtol=0)


@settings(max_examples=60)
@given(VALUES, VALUES)
def test_all_pairs_by_force(x: list[float], y: list[float]) -> None:
    a, b = np.array(x), np.array(y)
    weight_a, weight_b = np.arange(1.0, len(a) + 1), np.ones(len(b))
    force = (np.maximum(a[:, None] - b[None], 0) * np.outer(weight_a, weight_b)).sum() / weight_a.sum() / weight_b.sum()
    assert excess(a, weight_a, b, weight_b) == pytest.approx(force, rel=1e-9, abs=1e-9 * max(*x, *y))
    assert gini(a, np.ones(len(a))) == pytest.approx(np.abs(a[:, None] - a).mean() / (2 * a.mean()), abs=1e-9)


@settings(max_examples=40)
@given(VALUES, st.floats(0.01, 100))
def test_the_unit_does_not_matter_and_copies_do_not_either(values: list[float], factor: float) -> None:
    x = np.array(values)
    one = gini(x, np.ones(len(x)))
    assert gini(x * factor, np.ones(len(x))) == pytest.approx(one, abs=1e-9)
    assert gini(np.tile(x, 3), np.ones(3 * len(x))) == pytest.approx(one, abs=1e-9)
    assert gini(x, np.full(len(x), 3.0)) == pytest.approx(one, abs=1e-9)
    assert -1e-12 <= one < 1


def test_missing_cells_are_left_out_and_counted() -> None:
    frame = long(growing(4, 2))
    frame.loc[0, "y"] = np.nan
    found = regio.gini(frame, "y", **KEYS)
    assert found.inequality["n"].tolist() == [3, 4]
    assert [f.code for f in found.findings] == ["dynamics.missing"]
    assert "r00 2001" in found.findings[0].text("en")
    assert "1 个缺失值" in found.findings[0].text("zh")
    assert found.provenance is not None
    assert (found.provenance.rows_used, found.provenance.rows_left_out) == (7, 1)


def test_by_a_column_and_without_periods() -> None:
    frame = long([[1.0, 2.0], [3.0, 6.0]]).assign(zone=["a", "b"] * 2)
    assert regio.gini(frame, "y", by="zone", **KEYS).inequality["gini"].tolist() == [0.25, 0.25]
    assert regio.gini(frame, "y", by="region", **KEYS).inequality.index.tolist() == ["r00", "r01"]
    assert regio.gini(frame, "y").inequality.index.tolist() == ["_all"]
    assert regio.gini(frame, "y").exhibits()[0].rows[0].head.value.code == "dynamics.all"


def test_all_zero_is_said() -> None:
    found = regio.gini(pd.DataFrame({"y": [0.0, 0.0]}), "y")
    assert found.inequality["gini"].isna().all()
    assert [f.code for f in found.findings] == ["dynamics.all_zero"]


@pytest.mark.parametrize(
    ("frame", "options", "en", "zh"),
    [
        (pd.DataFrame({"y": [1.0, -1.0]}), {}, "1 negative cells", "1 个负值"),
        (pd.DataFrame({"y": [1.0, np.inf]}), {}, "1 infinite cells", "无穷大值"),
        (pd.DataFrame({"y": [1.0, np.nan]}), {}, "fewer than 2 values", "少于 2 个"),
        (pd.DataFrame({"y": [1.0, 2.0], "p": [1.0, 0.0]}), {"sample_weights": "p"}, "must be positive numbers; 1 are not", "应为正数"),
    ],
)
def test_refusals(frame: pd.DataFrame, options: dict[str, str], en: str, zh: str) -> None:
    with pytest.raises(DataError) as caught:
        regio.gini(frame, "y", **options)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
