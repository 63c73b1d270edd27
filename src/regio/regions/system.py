"""Systems of regions: their units, neighbours, tiles and groupings, read from the data files beside this module."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from regio.contract.finding import ArgumentError, error, suggestion
from regio.exhibits.models import Text

SYSTEMS = ("china_provinces", "us_states")


@dataclass(frozen=True, slots=True)
class Region:
    """One unit. ``code``: GB/T 2260 or the postal abbreviation; ``number``: the first two digits of GB/T 2260, or FIPS; ``zh`` short
    (北京) and ``full`` (北京市); ``abbreviation``: 京; ``pinyin`` with tones; ``neighbours``: codes; ``tile``: row and column from zero.
    """

    code: str
    number: str
    en: str
    zh: str
    full: str
    abbreviation: str
    pinyin: str
    aliases: tuple[str, ...]
    neighbours: tuple[str, ...]
    tile: tuple[int, int]
    groups: Mapping[str, str]  # grouping → group; only the groupings that cover this unit


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to sort units into groups, as papers use it; ``groups`` gives the label of each."""

    name: str
    label: Text
    source: str
    groups: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class System:
    name: str
    label: Text
    regions: tuple[Region, ...]
    groupings: tuple[Grouping, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(region.code for region in self.regions)

    def region(self, code: str) -> Region:
        """Raises KeyError for anything but a code."""
        return next((r for r in self.regions if r.code == code), None) or _absent(code)

    def members(self, grouping: str, group: str) -> tuple[Region, ...]:
        """The units of one group, in the order of the system."""
        return tuple(r for r in self.regions if r.groups.get(grouping) == group)


def _absent(code: str) -> Region:
    raise KeyError(code)


@cache
def system(name: str) -> System:
    """A system of regions by name: ``china_provinces`` (34 units) or ``us_states`` (50 states and the District of Columbia).

    Raises
    ------
    ArgumentError
        for any other name

    Examples
    --------
    >>> system("china_provinces").region("440000").neighbours
    ('350000', '360000', '430000', '450000', '460000', '810000', '820000')
    """
    if name not in SYSTEMS:
        raise ArgumentError(error("regions.unknown_system", found=name, systems=SYSTEMS, near=suggestion(name, SYSTEMS)))
    about = tomllib.loads(_file(f"{name}.toml"))
    groupings = tuple(Grouping(key, g["label"], g["source"], MappingProxyType(g["groups"])) for key, g in about["groupings"].items())
    rows = csv.DictReader(_file(f"{name}.csv").splitlines())
    return System(name, about["name"], tuple(_region(row, groupings) for row in rows), groupings)


def names(name: str) -> Mapping[str, Mapping[str, str]]:
    """Labels of a system's units by code, in English and Chinese, for the row heads of tables.

    Examples
    --------
    >>> names("us_states")["MA"]
    {'en': 'Massachusetts', 'zh': '马萨诸塞州'}
    """
    return {region.code: {"en": region.en, "zh": region.zh} for region in system(name).regions}


def _region(row: Mapping[str, str], groupings: tuple[Grouping, ...]) -> Region:
    return Region(
        code=row["code"],
        number=row["number"],
        en=row["en"],
        zh=row["zh"],
        full=row.get("full", row["zh"]),
        abbreviation=row.get("abbreviation", ""),
        pinyin=row.get("pinyin", ""),
        aliases=tuple(filter(None, row["aliases"].split(";"))),
        neighbours=tuple(row["neighbours"].split()),
        tile=(int(row["tile_row"]), int(row["tile_column"])),
        groups=MappingProxyType({g.name: row[g.name] for g in groupings if row[g.name]}),
    )


def _file(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")
