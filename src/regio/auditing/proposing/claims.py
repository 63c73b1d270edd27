# ruff: noqa: E501
"""Sentences that state numbers, proposed as claims: what they quote from a table, and levels, growth rates and shares with a year. A person confirms each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from regio.auditing.numbers import parse
from regio.auditing.paper import Claim, PaperTable, Value, plain
from regio.auditing.proposing.facts import stated

NUMERALS = {c: str(n) for n, c in enumerate("一二三四五六七八九", 1)}
END = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+(?=[A-Z“\"(（\u4e00-\u9fff])|\n+")
NUMBER = re.compile(r"(?<![A-Za-z0-9_.,])[-−–]?\d[\d,]*\.\d+(?![\d.]*\d)\s*([%％]?)")
TABLE = re.compile(r"\b(?:table|tab\.)\s*(\d+|[IVX]+)|表\s*(\d+|[一二三四五六七八九])", re.IGNORECASE)
LEVEL = re.compile(r"(\d+(?:\.\d+)?\s*[%％])\s*(?:的)?\s*(?:statistical\s+|significance\s+)*(?:level|(?:显著性|统计)?水平)|(?:at|in)\s+(?:the\s+)?(\d+(?:\.\d+)?\s*[%％])(?!\s*(?:of|confidence))", re.IGNORECASE)  # fmt: skip
SIGNIFICANT = re.compile(r"significan|显著", re.IGNORECASE)
WORDS: Mapping[str, str] = {  # what a number is called → the name of the value; the nearest word before the number counts
    "mean": r"\bmean\b|\baverage\b|均值|平均值",
    "median": r"\bmedian\b|中位数",
    "sd": r"\bstandard deviation\b|标准差",
    "min": r"\bminimum\b|最小值",
    "max": r"\bmaximum\b|最大值",
    "vif": r"\bVIF\b|方差膨胀因子",
    "threshold": r"\bcritical (?:value|threshold)\b|\b(?:lower|less|greater|higher|larger|smaller) than\b|\bbelow\b|\babove\b|临界值|小于|低于|大于|高于",
    "p": r"\bp[- ]?values?\b|\bP\s*=|\bp\s*=|P ?值|p ?值",
    "F": r"\bF[- ]?(?:statistics?|values?)\b|F ?(?:统计量|值)",
    "t": r"\bt[- ]?(?:statistics?|values?)\b|t ?(?:统计量|值)",
    "q": r"\bq[- ]?(?:statistics?|values?)\b|q ?值|解释力",
    "weight": r"\bweights?\b|权重",
    "indirect": r"\b(?:indirect|mediation|mediating) effect\b|中介效应|间接效应",
    "coef": r"\bcoefficients?\b|\bestimates?\b|系数",
}
LIMIT = re.compile(r"(?:threshold|limit|value|rule)\s+of\s+(\d+)(?![\d.]*\d)|(?:below|under|less than|小于|低于|不超过)\s*(?:the\s+|临界值)?(?P<n>\d+)(?![\d.]*\d)", re.IGNORECASE)  # fmt: skip
MOST = 400  # sentences of a paper
LONGEST, MANY = 600, 8  # characters and numbers of a sentence: more is a table whose rows were read as text
PANEL = re.compile(r"(\d{1,4}|[一二三四五六七八九十百]+)\s*(?:个\s*)?(?:Chinese\s+|sample\s+|prefecture-level\s+)*(province|provincial|cit(?:y|ies)|region|state|countr(?:y|ies)|count(?:y|ies)|省|城市|地级市|市|县|国家|地区)", re.IGNORECASE)  # fmt: skip
YEARS = re.compile(r"((?:19|20)\d\d)\s*年?\s*(?:to|and|through|[-–—~～至到])+\s*((?:19|20)\d\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProposedClaim:
    """One sentence with numbers, and whether a person agreed."""

    claim: Claim
    confirmed: bool = False


def claims(paragraphs: Sequence[str], tables: Sequence[PaperTable]) -> tuple[ProposedClaim, ...]:
    """The sentences of running text that state numbers which a check could hold against tables or against one another."""
    names = _names(tables)
    known = {t.id for t in tables}
    found: list[ProposedClaim] = []
    seen: set[str] = set()
    for paragraph in paragraphs:
        last: tuple[str, ...] = ()
        for sentence in sentences(paragraph):
            last = tuple(dict.fromkeys(id_ for m in TABLE.finditer(sentence) if (id_ := _id(m)) in known)) or last
            if sentence in seen or len(sentence) > LONGEST or len(re.findall(r"\d+\.\d+", sentence)) > MANY or len(found) >= MOST:
                continue
            values = (*_quoted(sentence, names), *stated(sentence))
            if not values:
                continue
            seen.add(sentence)
            about = last or _holding(values, tables)
            if about or any(v.period for v in values):
                found.append(ProposedClaim(Claim(f"c{len(found) + 1}", "number", sentence, _named_apart(values), about)))
    return tuple(found)


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph; a point inside a number ends none.

    >>> list(sentences("The mean is 16.23. The median is 16.71. 均值为0.188。中位数为0.140。"))
    ['The mean is 16.23.', 'The median is 16.71.', '均值为0.188。', '中位数为0.140。']
    """
    for part in END.split(paragraph):
        if part and part.strip():
            yield " ".join(part.split())


def _id(found: re.Match[str]) -> str:
    number = found.group(1) or found.group(2)
    return f"T{NUMERALS.get(number, number)}"


def _names(tables: Sequence[PaperTable]) -> dict[str, str]:
    """Every name of a variable that a table prints → itself, the longest first."""
    found: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            found |= {row[c]: row[c] for c in ("var", "indicator", "factor") if row.get(c)}
        for model in table.models:
            found |= {label: t.var for t in model.terms if t.var != "_cons" for label in (t.var, t.label_printed) if label}
    return dict(sorted(((n, v) for n, v in found.items() if len(n) > 1), key=lambda pair: -len(pair[0])))


def _quoted(sentence: str, names: Mapping[str, str]) -> Iterator[Value]:
    """Numbers with decimals that a word before them names, and the level of significance beside them."""
    levels = list(LEVEL.finditer(sentence)) if SIGNIFICANT.search(sentence) else []
    taken = [m.span() for m in levels]
    any_quoted = False
    for m in NUMBER.finditer(sentence):
        if m.group(1) or any(a <= m.start() < b for a, b in taken):
            continue
        kind = _called(sentence[: m.start()])
        if not kind:
            continue
        any_quoted = any_quoted or kind == "coef"
        variable = _variable(sentence[: m.end() + 60], m.start(), names)
        name = f"{kind}_{variable}" if variable and kind not in ("threshold", "p", "F", "indirect") else kind
        yield Value(name, m.group().strip())
    if "VIF" in sentence and (limit := LIMIT.search(sentence)):
        yield Value("threshold", limit.group(1) or limit.group("n"))
    if levels and any_quoted:
        yield Value("level", re.sub(r"\s", "", levels[0].group(1) or levels[0].group(2)))


def _called(before: str) -> str:
    """What the words before a number call it: the last word that names a statistic, not farther than a clause."""
    near = before[-80:]
    ends = {kind: max((m.end() for m in re.finditer(words, near, re.IGNORECASE | re.ASCII)), default=-1) for kind, words in WORDS.items()}
    best = max(ends, key=lambda kind: ends[kind])
    return best if ends[best] >= 0 else ""


def _variable(text: str, at: int, names: Mapping[str, str]) -> str:
    """The variable whose printed name stands nearest to the number, before it if any does."""
    places: list[tuple[bool, int, int, str]] = []
    for printed, variable in names.items():
        pattern = rf"(?<!\w){re.escape(printed)}(?!\w)" if printed.isascii() else re.escape(printed)
        places += [(m.start() > at, abs(m.start() - at), -len(printed), variable) for m in re.finditer(pattern, text)]
    return min(places)[3] if places else ""


def _holding(values: Sequence[Value], tables: Sequence[PaperTable]) -> tuple[str, ...]:
    """The first table that prints all of the quoted numbers, where the text names none."""
    wanted = {plain(v.printed) for v in values if not v.period and v.name not in ("level", "threshold") and parse(v.printed)}
    if not wanted:
        return ()
    for table in tables:
        printed = {plain(x) for row in table.rows for x in row.values()} | {plain(x) for m in table.models for t in m.terms for x in (t.coef, t.paren)}
        printed |= {plain(x) for m in table.models for x in m.values.values()}
        if wanted <= printed:
            return (table.id,)
    return ()


def _named_apart(values: Sequence[Value]) -> tuple[Value, ...]:
    """No two values of a sentence under one name."""
    from dataclasses import replace

    made: list[Value] = []
    for value in values:
        taken = {v.name for v in made}
        name = value.name if value.name not in taken else next(n for i in range(2, 99) if (n := f"{value.name}_{i}") not in taken)
        made.append(replace(value, name=name))
    return tuple(made)


def sample(paragraphs: Sequence[str]) -> tuple[str, dict[str, int]]:
    """The first sentence that counts units and names two years, and what it says: ``units``, ``first_period``, ``last_period``.

    >>> sample(["The panel has 29 provinces from 2017 to 2023. 30 provinces follow."])[1]
    {'units': 29, 'first_period': 2017, 'last_period': 2023}
    """
    for sentence in (s for paragraph in paragraphs for s in sentences(paragraph)):
        units, years = PANEL.search(sentence), YEARS.search(sentence)
        if units and years and units.group(1).isdigit():
            return sentence, {"units": int(units.group(1)), "first_period": int(years.group(1)), "last_period": int(years.group(2))}
    return "", {}


def unit_of(sentence: str) -> str:
    """The word of the units that it counts, in the singular; provinces where it says none.

    >>> unit_of("panel data of 20 cities from 2015 to 2022")
    'city'
    """
    found = PANEL.search(sentence)
    word = found.group(2).casefold() if found else "province"
    return "province" if word == "provincial" else f"{word[:-3]}y" if word.endswith("ies") else word
