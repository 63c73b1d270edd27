"""Which system the names of a table belong to, and what a name is: a place, a total, or unknown. The names themselves stand in ``regions``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from regio.contract.finding import Finding
from regio.reading.clean import without_notes
from regio.regions import SYSTEMS, resolve, system
from regio.regions.names import key

NEARLY_ALL = 0.8  # least share of the names of a column that must be places of one system
SAMPLE = 40  # names looked at
LONGEST = 24  # no name of a province or state is longer
NUMERIC = re.compile(r"(\d{6}|\d{12})(\.0+)?")  # GB/T 2260, and the twelve digits of the statistics office; shorter numbers count rows
TOTAL_WORDS = (
    "全国 全国总计 全国合计 全国平均 中国 合计 总计 总和 小计 共计 地方 地方合计 地方总计 平均 平均值 各地区合计 各地区总计 "
    "东部 中部 西部 东北 东部地区 中部地区 西部地区 东北地区 "
    "华北 华东 华中 华南 西南 西北 华北地区 华东地区 华中地区 华南地区 西南地区 西北地区 "
    "National China Total NationalTotal GrandTotal All Sum Average Mean WholeCountry UnitedStates USA US"
)
TOTALS = frozenset(key(word) for word in TOTAL_WORDS.split())
Kind = Literal["place", "total", "unknown"]


@dataclass(frozen=True, slots=True)
class Place:
    """name: the short Chinese name of a province, the code of a state; as it was written where it is unknown."""

    name: str
    kind: Kind


@lru_cache(maxsize=20_000)
def place(written: str, which: str) -> Place:
    """What a name is in a system of regions."""
    bare = without_notes(written)
    if key(bare) in TOTALS:
        return Place(bare, "total")
    code = _code(bare, which)
    if code is None:
        return Place(written, "unknown")
    return Place(system(which).region(code).zh if which == "china_provinces" else code, "place")


def system_of(names: Iterable[str]) -> str:
    """The system to which nearly all names belong; empty where there is none."""
    different = [name for name in dict.fromkeys(names) if key(without_notes(name)) not in TOTALS][:SAMPLE]
    for which in SYSTEMS:
        strangers = 0
        for name in different:
            strangers += _code(without_notes(name), which) is None
            if len(different) - strangers < NEARLY_ALL * len(different):
                break
        else:
            if different:
                return which
    return ""


def is_total(name: str) -> bool:
    return key(without_notes(name)) in TOTALS


def unknown(name: str, which: str) -> Finding:
    """The finding of the room ``regions`` about a name, with its suggestions."""
    return resolve([name], which).findings[0]


@lru_cache(maxsize=20_000)
def _code(name: str, which: str) -> str | None:
    """Names in letters, and codes of six or twelve digits; other numbers are not taken for places."""
    squeezed = key(name)
    if not squeezed or len(squeezed) > LONGEST or (which == "us_states" and not squeezed.isascii()):
        return None
    if squeezed[0].isdigit():
        found = NUMERIC.fullmatch(name.strip())
        if which != "china_provinces" or found is None or set(found[1][2:]) != {"0"}:
            return None
        name = found[1][:6]
    return resolve([name], which).codes[0]
