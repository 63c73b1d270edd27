"""Names of regions in any form to codes. What cannot be resolved is listed, never dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from regio.contract.finding import Finding, error
from regio.language import Message
from regio.regions.system import Region, system

LETTERS = 6  # a cut-off name in Latin letters has at least this many, "MASSACHUSET"
CHARACTERS = 2  # and in Chinese characters, "内蒙"
SHOWN = 5
MISSING = ("", "nan", "NaN", "<NA>", "NaT")
WHOLE = re.compile(r"^\s*(\d+)\.0+\s*$")  # codes that a spreadsheet turned into 110000.0
SUFFIXES = {
    "省": ("Province", "Sheng"),
    "市": ("Municipality", "City", "Shi"),
    "特别行政区": ("SAR", "Special Administrative Region"),
    "自治区": ("Autonomous Region", "AR", "Zizhiqu"),
}
PEOPLES = {"壮族": ("Zhuang",), "回族": ("Hui",), "维吾尔": ("Uygur", "Uyghur", "Uighur")}


@dataclass(frozen=True, slots=True)
class Resolved:
    """``codes``: one for each of ``names``, None where a name is unknown or ambiguous; each such name has one finding."""

    system: str
    names: tuple[str, ...]
    codes: tuple[str | None, ...]
    findings: tuple[Finding, ...]

    @property
    def mapping(self) -> Mapping[str, str]:
        """Name → code, for the names that were resolved."""
        return {name: code for name, code in zip(self.names, self.codes, strict=True) if code is not None}

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The names without a code, each once."""
        return tuple(dict.fromkeys(name for name, code in zip(self.names, self.codes, strict=True) if code is None))


def resolve(names: Iterable[object], system: str) -> Resolved:
    """Codes of regions that are named in any form.

    Parameters
    ----------
    names : codes, English or Chinese names with or without 省, 市, 自治区, 特别行政区, pinyin, one-character abbreviations (京), numbers
        (GB/T 2260, FIPS); case, blanks and punctuation do not matter. A long name that an old file cut off (``NORTH_CAROL``, 内蒙) is understood
        where it is the beginning of one region's name only
    system : ``china_provinces`` or ``us_states``

    Returns
    -------
    Resolved
        codes in the order of the names, and findings with suggestions for the names that are unknown or ambiguous

    Raises
    ------
    ArgumentError
        for an unknown system

    Notes
    -----
    Without tones, "Shanxi" is 山西; 陕西 is "Shaanxi". A city that bears the name of its province (吉林市, Jilin City) is not the province.

    Examples
    --------
    >>> resolve(["北京市", "shaanxi", "内蒙", "粤"], "china_provinces").codes
    ('110000', '610000', '150000', '440000')
    >>> resolve(["MASSACHUSET", "New Yrok"], "us_states").unresolved
    ('New Yrok',)
    """
    written = tuple(_written(name) for name in names)
    found = {name: _find(name, system) for name in dict.fromkeys(written)}
    findings = tuple(_problem(name, codes, system) for name, codes in found.items() if len(codes) != 1)
    return Resolved(system, written, tuple(found[name][0] if len(found[name]) == 1 else None for name in written), findings)


def forms(region: Region) -> tuple[str, ...]:
    """Every written form of a region by which it is known, apart from pinyin without tones."""
    return tuple(dict.fromkeys(form for form in _forms(region) if form))


def _forms(region: Region) -> Iterator[str]:
    yield from (region.code, region.number, region.number.lstrip("0"), region.en, region.zh, region.full, region.abbreviation, region.pinyin)
    for alias in region.aliases:
        yield from (alias, alias.removesuffix("州"))
    yield region.zh.removesuffix("州")
    suffix = next((s for s in SUFFIXES if region.full.endswith(s) and region.full != region.zh), None)
    if suffix is None:
        return
    yield region.zh + suffix
    people = next((p for p in PEOPLES if p in region.full), "")
    for english in (region.en, _toneless(region.pinyin) if region.en != "Shaanxi" else region.en):
        for word in SUFFIXES[suffix]:
            yield f"{english} {word}"
            yield from (f"{english} {name} {word}" for name in PEOPLES.get(people, ()))


def key(name: str) -> str:
    """What two spellings of a name share: letters and digits, without case, blanks and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


@cache
def _index(name: str) -> Mapping[str, tuple[str, ...]]:
    """Key → codes. Pinyin without tones gives way where another region owns that spelling."""
    index: dict[str, tuple[str, ...]] = {}
    regions = system(name).regions
    for region in regions:
        for form in forms(region):
            index[key(form)] = tuple(dict.fromkeys((*index.get(key(form), ()), region.code)))
    for region in regions:
        if region.pinyin:
            index.setdefault(key(_toneless(region.pinyin)), (region.code,))
    return index


def _find(name: str, system: str) -> tuple[str, ...]:
    """The codes that a name may stand for."""
    wanted, index = key(WHOLE.sub(r"\1", name)), _index(system)
    if wanted in index:
        return index[wanted]
    enough = CHARACTERS if _chinese(wanted) else LETTERS
    return _beginning(wanted, index) if wanted.isalpha() and len(wanted) >= enough else ()


def _beginning(start: str, index: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for form, codes in index.items() if form.startswith(start) for code in codes))


def _problem(name: str, codes: tuple[str, ...], which: str) -> Finding:
    here = system(which)
    if not name:
        return error("regions.no_name", system=here.label)
    near = codes or _near(name, which)
    chinese = _chinese(key(name))
    shown = tuple((r.zh if chinese else r.en) for r in map(here.region, near[:SHOWN]))
    if codes:
        return error("regions.ambiguous", found=name, system=here.label, candidates=shown)
    return error("regions.unknown", found=name, system=here.label, near=Message("contract.did_you_mean", {"near": shown}) if shown else "")


def _near(name: str, system: str) -> tuple[str, ...]:
    wanted, index = key(name), _index(system)
    found = _beginning(wanted, index) if wanted.isalpha() and len(wanted) > 1 else ()
    close = get_close_matches(wanted, index, n=SHOWN, cutoff=0.5 if _chinese(wanted) else 0.7)
    return found or tuple(dict.fromkeys(code for form in close for code in index[form]))


def _written(name: object) -> str:
    """A cell as text; a missing cell is an empty text."""
    text = "" if name is None else str(name)
    return "" if text.strip() in MISSING else text


def _toneless(pinyin: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", pinyin) if not unicodedata.combining(c))


def _chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)
