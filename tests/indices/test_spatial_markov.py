"""Spatial Markov chains: a peer, borders of provinces, forms of neighbours, refusals."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from regional_frames import EXACT, KEYS, growing, long

import regio
from regio.contract.finding import FindingError
from regio.indices.dynamics._neighbours import lag, weights_of
from regio.regions import system


def lattice(rows: int, columns: int) -> np.ndarray:
    """Rook contiguity."""
    place = np.array([(i, j) for i in range(rows) for j in range(columns)])
    return (np.abs(place[:, None] - place[None]).sum(axis=2) == 1).astype(float)


@pytest.mark.parametrize("lag_breaks", ["same", "own"])
def test_the_peer_gives_the_same(lag_breaks: Any) -> None:
    pytest.importorskip("giddy")
    from giddy.markov import Spatial_Markov
    from libpysal.weights import lat2W

    levels = growing()
    found = regio.spatial_markov(long(levels), "y", lattice(4, 5), lag_breaks=lag_breaks, **KEYS)
    w = lat2W(4, 5)
    w.transform = "r"
    bounds = np.quantile(levels, [0.25, 0.5, 0.75])
    cut = {"cutoffs": bounds, "lag_cutoffs": bounds} if lag_breaks == "same" else {}
    theirs = Spatial_Markov(levels, w, fixed=True, k=4, m=4, **cut)
    np.testing.assert_array_equal(found.counts.to_numpy(), theirs.T.reshape(16, 4))
    np.testing.assert_allclose(found.unconditional, theirs.p, atol=EXACT)
    assert found.tests["statistic"].tolist() == pytest.approx([theirs.LR, theirs.Q], rel=1e-9)
    assert (found.tests["df"].iloc[0], found.tests["p_value"].iloc[0]) == (theirs.dof_hom, pytest.approx(theirs.LR_p_value, rel=1e-9))


def test_conditional_counts_add_up_to_the_unconditional_ones() -> None:
    frame = long(growing(12, 6))
    found = regio.spatial_markov(frame, "y", lattice(3, 4), classes=3, **KEYS)
    plain = regio.markov(frame, "y", classes=3, **KEYS)
    np.testing.assert_array_equal(found.counts.groupby("class").sum().to_numpy(), plain.counts.to_numpy())
    pd.testing.assert_frame_equal(found.unconditional, plain.transitions)


def test_provinces_have_their_borders_in_any_form_of_name() -> None:
    here = system("china_provinces")
    regions = [r for r in here.regions if r.groups]
    levels = growing(len(regions), 4)
    frame = long(levels).assign(r=np.repeat([r.zh for r in regions], 4))
    english = frame.assign(r=np.repeat([r.en for r in regions], 4))
    mapping = {r.zh: [o.zh for o in regions if o.code in r.neighbours] for r in regions}
    built_in, other, given = (regio.spatial_markov(f, "y", n, **KEYS) for f, n in ((frame, "contiguity"), (english, "contiguity"), (frame, mapping)))
    pd.testing.assert_frame_equal(built_in.counts, other.counts)
    pd.testing.assert_frame_equal(built_in.counts, given.counts)
    assert not [f for f in built_in.findings if f.code == "spatial_markov.islands"]
    around = built_in.lag_of.to_numpy().reshape(levels.shape)
    guangdong = [r.zh for r in regions].index("广东")
    near = [i for i, r in enumerate(regions) if r.code in regions[guangdong].neighbours]
    np.testing.assert_allclose(around[guangdong], levels[near].mean(axis=0), atol=EXACT)


def test_forms_of_neighbours_mean_the_same_and_can_be_stored() -> None:
    matrix = lattice(3, 4)
    frame = long(growing(12, 5))
    names = frame["r"].unique()
    forms = (
        matrix,
        matrix.tolist(),
        pd.DataFrame(matrix, index=names, columns=names),
        {a: {b: 1.0 for b, w in zip(names, row, strict=True) if w} for a, row in zip(names, matrix, strict=True)},
    )
    found = [regio.spatial_markov(frame, "y", form, classes=2, **KEYS) for form in forms]
    for one in found[1:]:
        pd.testing.assert_frame_equal(found[0].counts, one.counts)
    for one in found:
        assert json.loads(json.dumps(one.to_dict()))
        assert one.call is not None
        again = regio.spatial_markov(frame, "y", **{k: v for k, v in one.call.options.items() if k != "column"}, **KEYS)
        pd.testing.assert_frame_equal(again.counts, one.counts)


def test_weights_scale_away_and_missing_neighbours_are_left_out_of_the_mean() -> None:
    values = np.array([[1.0], [np.nan], [5.0]])
    weights = np.array([[0.0, 1.0, 3.0], [1.0, 0.0, 1.0], [0.0, 2.0, 0.0]])
    np.testing.assert_array_equal(lag(values, weights), [[5.0], [3.0], [np.nan]])
    np.testing.assert_array_equal(lag(values, 7 * weights), lag(values, weights))


def test_islands_are_named() -> None:
    frame = long(growing(4, 5))
    neighbours = {"r00": ["r01"], "r01": ["r00"], "r02": ["r00"]}
    found = regio.spatial_markov(frame, "y", neighbours, classes=2, **KEYS)
    assert [f.values["regions"] for f in found.findings if f.code == "spatial_markov.islands"] == [("r03",)]
    assert found.counts.to_numpy().sum() == 3 * 4


BAD: list[tuple[Any, dict[str, Any], str, str]] = [
    ("contiguty", {}, "Did you mean contiguity", "contiguity"),
    ("contiguity", {}, "belong to no built-in system", "不属于任何内置地区体系"),
    ({"r00": ["r99"]}, {}, "no region of the table: r99", "r99"),
    (np.ones((2, 2)), {}, "is 2 × 2; the table has 4 regions", "4 个地区"),
    (np.ones((4, 4)), {}, "zeros on the diagonal", "对角线为零"),
    (np.zeros((4, 4)), {"breaks": (1.0,), "lag_breaks": "own"}, "as many quantiles as classes", "按 classes 取分位数"),
]


@pytest.mark.parametrize(("neighbours", "options", "en", "zh"), BAD)
def test_refusals(neighbours: Any, options: dict[str, Any], en: str, zh: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.spatial_markov(long(growing(4, 3)), "y", neighbours, **options, **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")


def test_names_as_numbers() -> None:
    assert weights_of({1: [2], 2: [1]}, [1, 2]).tolist() == [[0.0, 1.0], [1.0, 0.0]]
