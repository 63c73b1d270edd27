"""Polygons and lines out of a GeoJSON file or a shapefile, with their attributes and what is said of their coordinates."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from regio.contract.finding import ArgumentError, DataError, Finding, Position, error
from regio.spatial.places.sphere import Floats

POLYGONS, LINES = (5, 15, 25), (3, 13, 23)  # kinds of shapes: plain, with heights, with measures
ENCODINGS = ("utf-8", "gb18030", "latin-1")


@dataclass(frozen=True, slots=True)
class Feature:
    names: Mapping[str, str]  # attributes
    rings: tuple[Floats, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Features:
    """crs: as the file says it; empty where it says nothing. digest: SHA-256 of the file."""

    file: str
    features: tuple[Feature, ...]
    crs: str
    digest: str

    def points(self) -> Floats:
        return np.vstack([ring for feature in self.features for ring in feature.rings])


def read_features(path: str) -> Features:
    """Every polygon and line of a file.

    Raises
    ------
    ArgumentError
        for a file that is not there, or of another kind
    DataError
        for a file that cannot be read, or has no shapes
    """
    file = Path(path).expanduser()
    readers = {".geojson": _geojson, ".json": _geojson, ".shp": _shapefile}
    if file.suffix.lower() not in readers:
        raise ArgumentError(error("outlines.kind_of_file", found=file.name))
    if not file.is_file():
        raise ArgumentError(error("outlines.no_file", found=str(path)))
    content = file.read_bytes()
    try:
        found, crs = readers[file.suffix.lower()](file, content)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error) as problem:
        raise DataError(_unreadable(file, problem)) from None
    if not found:
        raise DataError(_unreadable(file, "0"))
    return Features(file.name, tuple(found), crs, sha256(content).hexdigest())


def _unreadable(file: Path, problem: object) -> Finding:
    return error("outlines.unreadable", Position(file.name), reason=str(problem)[:80])


def _geojson(file: Path, content: bytes) -> tuple[list[Feature], str]:
    whole = json.loads(content.decode("utf-8-sig"))
    crs = str(whole.get("crs", {}).get("properties", {}).get("name", "")) if whole.get("crs") else ""
    items = whole["features"] if whole["type"] == "FeatureCollection" else [whole]
    found = []
    for item in items:
        names = {str(key): str(value) for key, value in (item.get("properties") or {}).items() if value is not None and not isinstance(value, dict | list)}
        names |= {"id": str(item["id"])} if item.get("id") is not None else {}
        for closed in (True, False):
            if rings := tuple(ring for ring, shut in _rings(item.get("geometry")) if shut == closed):
                found.append(Feature(names, rings, closed))
    return found, crs


def _rings(geometry: Any) -> Iterator[tuple[Floats, bool]]:
    if not geometry:
        return
    kind = geometry["type"]
    if kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)
        return
    parts = geometry["coordinates"]
    depth = {"Polygon": 1, "MultiPolygon": 2, "LineString": 0, "MultiLineString": 1}.get(kind)
    if depth is None:
        return  # points have no outline
    rings = [parts]
    for _ in range(depth):
        rings = [ring for part in rings for ring in part]
    for ring in rings:
        yield np.asarray([point[:2] for point in ring], dtype=np.float64), "Polygon" in kind


def _shapefile(file: Path, content: bytes) -> tuple[list[Feature], str]:
    if struct.unpack(">i", content[:4])[0] != 9994:
        raise ValueError("9994")
    attributes = _attributes(file.with_suffix(".dbf"), _said(file.with_suffix(".cpg")))
    place, number, found = 100, 0, []
    while place + 12 <= len(content):
        length = struct.unpack(">i", content[place + 4 : place + 8])[0] * 2
        record = content[place + 8 : place + 8 + length]
        kind = struct.unpack("<i", record[:4])[0]
        if kind in POLYGONS + LINES:
            parts, points = struct.unpack("<2i", record[36:44])
            starts = [*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), points]
            body = np.frombuffer(record, "<f8", 2 * points, 44 + 4 * parts).reshape(-1, 2)
            rings = tuple(body[a:b].astype(np.float64) for a, b in pairwise(starts))
            found.append(Feature(attributes[number] if number < len(attributes) else {}, rings, kind in POLYGONS))
        place, number = place + 8 + length, number + 1
    return found, _said(file.with_suffix(".prj"))


def _said(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip() if file.is_file() else ""


def _attributes(file: Path, encoding: str) -> list[dict[str, str]]:
    """The texts and numbers of a dBASE table."""
    if not file.is_file():
        return []
    content = file.read_bytes()
    rows, head, width = struct.unpack("<IHH", content[4:12])
    fields, place, start = [], 32, 1
    while content[place : place + 1] != b"\r":
        name, size = content[place : place + 11].split(b"\0")[0], content[place + 16]
        fields.append((name, start, size))
        place, start = place + 32, start + size
    body = [content[head + i * width : head + (i + 1) * width] for i in range(rows)]
    said = f"cp{encoding}" if re.fullmatch(r"\d{3,4}", encoding) else encoding.replace("ANSI ", "cp")
    for trial in filter(None, (said, *ENCODINGS)):
        try:
            names = [name.decode(trial) for name, *_ in fields]
            return [{n: row[a : a + size].decode(trial).strip(" \0") for n, (_, a, size) in zip(names, fields, strict=True)} for row in body]
        except (UnicodeDecodeError, LookupError):
            continue
    return []


def geographic(crs: str) -> bool | None:
    """Whether coordinates are degrees of longitude and latitude, by what a file or a user says; None where that says neither."""
    said = crs.strip().upper()
    if said.startswith(("GEOGCS", "GEOGCRS", "GEODCRS")) or said.endswith(("CRS84", ":4326", ":4490", ":4269", ":4214", ":4610")) or "+PROJ=LONGLAT" in said:
        return True
    return False if said.startswith(("PROJCS", "PROJCRS")) else None


def metres_of(crs: str) -> float:
    """Metres of one unit of projected coordinates; 0 where that is not said."""
    units = re.findall(r'(?:LENGTH)?UNIT\["[^"]*",\s*([0-9.eE+-]+)', crs)
    return float(units[-1]) if units and crs.upper().startswith(("PROJCS", "PROJCRS")) else 0.0
