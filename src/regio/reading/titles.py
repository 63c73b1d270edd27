"""Names of indicators and their units, out of headers, sheet names, titles and file names. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

WORDS = (
    "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百|十|人民币|美元|欧元|元|人年|人次|人日|人|户籍|户|个|件|项|台|套|辆|部|家|所|张|条|座|艘|架|册|份|处|头|只|株|门|端|路|宗|起|例|本|篇|床位|床|"
    "标准煤|标煤|千瓦小时|千瓦时|千瓦|吨公里|人公里|吨|公斤|千克|克|平方公里|平方千米|平方米|立方米|公顷|亩|公里|千米|米|升|小时|分钟|天|日|月|年末|年|每|上年|个百分点|百分点|倍|当年价|"
    "million|billion|thousand|hundred|yuan|CNY|RMB|USD|US\\$|\\$|EUR|persons?|people|tons?|tonnes?|tce|km2|km|kg|sq|m2|m3|ha|GWh|MWh|TWh|kWh|Mtce|Mt|kt|Gt|GB|TB|MB|"
    "per|units?|pieces?|percent|pct|years?|cases?|households?|vehicles?|index|current prices?"
)
UNIT = re.compile(rf"(?:{WORDS}|[/·*×%％‰°℃\d.,=＝\s\-–^²³])+", re.IGNORECASE)
BRACKETED = re.compile(r"^(.*\S)\s*[（(\[]([^（()）\[\]]+)[)）\]]$", re.DOTALL)
GENERIC = re.compile(r"(?:sheet|工作表|table|表|数据|data|页|sql results?|export|导出)?[\s_\-]*\d*(?:\s*\(\d+\))?", re.IGNORECASE)
SPAN = re.compile(r"[（(\[]?\s*(?:19|20)\d{2}\s*年?\s*(?:[-—–~～至到_]+\s*(?:(?:19|20)\d{2})\s*年?)?\s*[)）\]]?\s*年?")
NUMBERED = re.compile(r"^\s*(?:附?表\s*[\d一二三四五六七八九十]*(?:[-.－—]\d+)*|\d+(?:[-.－]\d+)+|table\s+\d+(?:[-.]\d+)*)[\s:：.、]*", re.IGNORECASE)
CONTINUED = re.compile(r"[（(]?\s*(?:续\s*表?\s*\d*|续)\s*[)）]?$|^[（(]?\s*续表\s*\d*\s*[)）]?|[（(]?continued[)）]?", re.IGNORECASE)
AROUND = re.compile(r"分地区|分省区市|分省份?|各地区|各省区市|各省份?|历年|统计表$|一览表$|情况表$|面板数据")
NO_TITLE = re.compile(r"^\s*(?:数据库|时间|地区|datayes|wind|ifind|csmar|eps)\b.*|^\s*(?:数据库|时间|地区)\s*[:：].*", re.IGNORECASE)
INDICATOR = re.compile(r"^\s*(?:指标|indicator)\s*[:：]\s*(.+)$", re.IGNORECASE)


def split_unit(name: str) -> tuple[str, str]:
    """A name and the unit in the brackets behind it; brackets that hold a definition stay.

    Examples
    --------
    >>> split_unit("地区生产总值(亿元)"), split_unit("对外开放度（进出口/GDP）"), split_unit("增加值（当年价）（亿元）")
    (('地区生产总值', '亿元'), ('对外开放度（进出口/GDP）', ''), ('增加值（当年价）', '亿元'))
    """
    name = name.strip()
    found = BRACKETED.match(name)
    if found and is_unit(found[2]) and found[2].strip() != "当年价":
        return found[1].strip().rstrip("_ "), found[2].strip()
    return name, ""


def is_unit(words: str) -> bool:
    """Whether words are a unit: made of nothing but units, amounts and signs, and not a bare number."""
    return bool(UNIT.fullmatch(words.strip())) and not re.fullmatch(r"[\d\s.\-–,]+年?", words.strip())


def indicator_of(sheet: str, titles: Iterable[str], file: str, before: str = "") -> tuple[str, str]:
    """Name and unit of the one indicator of a sheet: a line "指标：…", else the sheet's name, its title, the file's name.

    ``before``: the indicator of the sheet before this one, which a sheet called 续表 (continued) goes on with.

    Examples
    --------
    >>> indicator_of("Sheet1", ["表3-1 分地区生产总值（2011-2022年）（亿元）"], "a.xlsx"), indicator_of("", [], "nbs_gdp_2011.csv")
    (('生产总值', '亿元'), ('nbs_gdp', ''))
    """
    titles = tuple(titles)
    for title in titles:
        if found := INDICATOR.match(title):
            return split_unit(found[1])
    units = [unit for title in titles if (unit := split_unit(title)[1])]
    stem = Path(file.partition("::")[0]).name
    stem = stem.split(".")[0] if stem.split(".")[0] else stem
    goes_on = bool(before) and any(CONTINUED.search(words) for words in (sheet, *titles))
    for words in (sheet, *titles, *(() if goes_on else (stem,))):
        name, unit = split_unit(words)
        name = _bare(name)
        if name and not GENERIC.fullmatch(name):
            return name, unit or (units[0] if units else "")
    return before if goes_on else stem or sheet, ""


def _bare(name: str) -> str:
    if NO_TITLE.match(name):
        return ""
    bare = name
    for pattern in (CONTINUED, NUMBERED, SPAN, AROUND, CONTINUED):
        bare = pattern.sub("", bare.strip())
    bare, _ = split_unit(bare.strip(" _-—–:：、，,"))
    return bare.strip(" _-—–:：、，,")
