"""Moran's I of bare numbers: known answers, brute force, properties, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import FindingError
from regio.spatial.dependence.drawing import adjusted, drawn, local_counts

EXACT = 1e-12  # a handful of sums in double precision
PRINTED = 1e-9  # what the known answers promise


def lattice(rows: int, columns: int) -> np.ndarray:
    """Rook contiguity."""
    place = np.array([(i, j) for i in range(rows) for j in range(columns)])
    return (np.abs(place[:, None] - place[None]).sum(axis=2) == 1).astype(float)


def by_hand(y: np.ndarray, w: np.ndarray) -> float:
    z = y - y.mean()
    total = sum(w[i, j] * z[i] * z[j] for i in range(len(y)) for j in range(len(y)))
    return float(len(y) / w.sum() * total / (z @ z))


def test_known_answers(reference: Path) -> None:
    known = json.loads((reference / "indices" / "e10_moran.json").read_text())
    y, expected = known["input"]["y_rowwise"], known["expected"]
    binary = lattice(3, 3)
    for style, weights in (("binary", binary), ("row_standardised", binary / binary.sum(axis=1, keepdims=True))):
        found, want = regio.moran(y, weights, draws=0), expected[style]
        assert want["moran_I"] == pytest.approx(found.estimate, abs=PRINTED)
        assert want["E_I"] == pytest.approx(found.expected, abs=PRINTED)
        z = found.tests["statistic"]
        assert [want["z_normality"], want["z_randomisation"]] == pytest.approx(z.tolist(), abs=PRINTED)


@settings(max_examples=30)
@given(st.lists(st.integers(-50, 50), min_size=6, max_size=6, unique=True), st.floats(-1e6, 1e6), st.floats(0.1, 100))
def test_by_hand_and_whatever_the_unit(values: list[int], shift: float, scale: float) -> None:
    y, w = np.array(values, float), lattice(2, 3)
    found = regio.moran(y, w, draws=0)
    assert by_hand(y, w) == pytest.approx(found.estimate, abs=EXACT)
    moved = regio.moran(shift + scale * y, w, draws=0)
    assert found.estimate == pytest.approx(moved.estimate, abs=1e-6)
    assert found.tests["statistic"].tolist() == pytest.approx(moved.tests["statistic"].tolist(), abs=1e-5)


def test_moments_are_those_of_every_order() -> None:
    """All 720 orders of six values: their mean and variance are the formulae of randomisation."""
    from itertools import permutations

    y, w = np.array([1.0, 2.0, 4.0, 7.0, 3.0, 9.0]), lattice(2, 3)
    every = np.array([by_hand(y[list(order)], w) for order in permutations(range(6))])
    found = regio.moran(y, w, draws=0)
    spread = (found.estimate - found.expected) / found.tests.loc["randomisation", "statistic"]
    assert every.mean() == pytest.approx(found.expected, abs=EXACT)
    assert every.std() == pytest.approx(spread, abs=EXACT)


def test_draws_are_the_statistic_of_reordered_values() -> None:
    from regio.compute.engine import generator
    from regio.spatial.weights.build import from_given

    y, w = np.array([1.0, 2.0, 4.0, 7.0, 3.0, 9.0]), lattice(2, 3)
    matrix = from_given(w, tuple(range(6))).matrix
    orders = generator((0, 50, 7)).permuted(np.broadcast_to(y - y.mean(), (50, 6)), axis=1)
    assert [by_hand(order, w) for order in orders] == pytest.approx(drawn("moran", y, matrix, 50, 7).tolist(), abs=EXACT)


def test_a_seed_gives_the_same_draws_and_another_gives_others() -> None:
    y, w = np.arange(12.0) ** 2, lattice(3, 4)
    one, same, other = (regio.moran(y, w, draws=1500, seed=s).tests.loc["permutation", "statistic"] for s in (1, 1, 2))
    assert one == same != other


def test_local_draws_are_those_of_a_loop() -> None:
    from regio.compute.engine import generator
    from regio.spatial.weights.build import from_given

    y, w = np.array([1.0, 2.0, 4.0, 7.0, 3.0, 9.0]), lattice(2, 3)
    matrix = from_given(w, tuple(range(6))).matrix
    z = y - y.mean()
    counts = local_counts(w @ z, z, matrix, np.zeros(6), 200, 3)
    most = int((w > 0).sum(axis=1).max())
    places = generator((0, 200, 3)).permuted(np.broadcast_to(np.arange(5), (200, 5)), axis=1)[:, :most]
    for i in range(6):
        links = int((w[i] > 0).sum())
        sums = [sum(np.delete(z, i)[p] for p in row[:links]) for row in places]
        assert counts[:, i].tolist() == [sum(s >= (w @ z)[i] - 1e-9 for s in sums), sum(s <= (w @ z)[i] + 1e-9 for s in sums)]


def test_corrections_are_those_of_statsmodels() -> None:
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.array([0.001, 0.04, 0.03, 0.5, 0.01, 0.03])
    for ours, theirs in (("fdr", "fdr_bh"), ("holm", "holm"), ("bonferroni", "bonferroni")):
        np.testing.assert_allclose(multitest.multipletests(p, method=theirs)[1], adjusted(p, ours), atol=EXACT)
    assert np.isnan(adjusted(np.array([np.nan, 0.01]), "fdr")).tolist() == [True, False]


def test_a_series_and_a_mapping_of_its_labels() -> None:
    y = pd.Series([1.0, 2.0, 3.0, 4.0], index=list("abcd"))
    line = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]}
    assert regio.moran(y, line, draws=0).estimate == pytest.approx(1 / 3, abs=EXACT)


@pytest.mark.parametrize(
    ("values", "neighbours", "code", "english", "chinese"),
    [
        ([1.0, 2.0, float("nan"), 4.0], np.ones((4, 4)) - np.eye(4), "moran.missing", "1 values are missing", "缺失"),
        ([1.0, 2.0, 3.0], np.ones((3, 3)) - np.eye(3), "autocorrelation.few", "at least 4", "至少需要 4"),
        ([2.0] * 4, np.ones((4, 4)) - np.eye(4), "autocorrelation.constant", "same value everywhere", "取值相同"),
        ([1.0, 2.0, 3.0, 4.0], np.ones((3, 3)), "neighbours.shape", "3 × 3", "4 个地区"),
        ([1.0, 2.0, 3.0, 4.0], np.ones((4, 4)), "neighbours.entries", "zeros on the diagonal", "对角线为零"),
        ([1.0, 2.0, 3.0, 4.0], np.zeros((4, 4)), "neighbours.nobody", "No region has a neighbour", "没有任何地区有邻居"),
        ([1.0, 2.0, 3.0, 4.0], {"9": ["1"]}, "neighbours.unknown", "not in the table: 9", "不在表中"),
        (["a", "b"], np.ones((2, 2)), "natural_breaks.not_numbers", "other than numbers", "非数值"),
    ],
)
def test_what_it_refuses(values: list[float], neighbours: object, code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.moran(values, neighbours)
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")
