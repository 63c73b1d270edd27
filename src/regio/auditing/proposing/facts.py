# ruff: noqa: E501
"""Levels, growth rates and shares that a sentence states with a year, as values of a claim."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from regio.auditing.paper import Value

YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]?\d)(?:\s*年)?")
SPANS = re.compile(r"(?:between|from)\s+(?:19|20)\d\d\s+(?:and|to)\s+(?:19|20)\d\d|(?:19|20)\d\d\s*年?\s*[-–—~至到]+\s*(?:19|20)\d\d", re.IGNORECASE)
UNITS = (
    r"(?:hundred |ten )?(?:thousand|million|billion|trillion)(?: (?:units|vehicles|yuan|RMB|US dollars|dollars|tons|tonnes|people|kWh))?|units|vehicles|GWh|MWh|kWh|GW|MW|"
    r"(?:百万|千万|万亿|万|亿)?(?:辆|台|元|美元|人民币|吨|千瓦时|千瓦|人|家|座|个|件)|万亿|百万|万|亿"
)
LEVEL = re.compile(rf"(?<![A-Za-z0-9_.,])(\d[\d,]*(?:\.\d+)?)\s*({UNITS})(?![A-Za-z])", re.IGNORECASE)
PERCENT = re.compile(r"(?<![A-Za-z0-9_.,])(\d+(?:\.\d+)?)\s*(%|％|per ?cent)", re.IGNORECASE)
GROWS = re.compile(r"\b(?:grew|grow\w*|increas\w+|rose|ris\w+|up|surg\w+|jump\w*)\b|增长|上升|提高|增加|增幅|增速|提升", re.IGNORECASE)
FALLS = re.compile(r"\b(?:fell|fall\w*|decreas\w+|declin\w+|down|drop\w*|reduc\w+)\b|下降|减少|降低|下滑|降幅", re.IGNORECASE)
SHARES = re.compile(r"\b(?:account\w*|shares?|proportion|penetration|represent\w*|of (?:the|its|all) total)\b|占|比重|份额|渗透率|占比", re.IGNORECASE)
POINTS = re.compile(
    r"^\s*(?:percentage points?|points?|个百分点)|^\s*(?:statistical |significance |confidence )*(?:level|interval)|^\s*的?(?:显著性|置信)?水平", re.IGNORECASE
)
VERB = re.compile(
    r"\s*\b(?:has |have |had )?(?:reach\w*|was|were|is|are|stood at|amount\w* to|total(?:l?ed|s)|hit|exceed\w*|surpass\w*|grew|grow\w*|increas\w+|rose|ris\w+|fell|declin\w+|account\w*|produced|sold)\b"
    r"|(?:分别|累计|共)?(?:达到?|为|约为)|增长|增至|增加|上升|突破|超过|同比|占(?!有)|是|下降",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:(?:in|by|during|since|as of|at the end of|for|and|while|whereas|with|but|the|a|an|its|that|of|year)\b|[\s,，、：:])+|^(?:其中|截至|到|在|年末?|年底|底)+",
    re.IGNORECASE,
)
RESPECTIVELY = re.compile(r"\brespectively\b|分别", re.IGNORECASE)
BEHIND = re.compile(r"[^\d.;。；]{0,20}?\b(?:in|by|during)\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
TO = re.compile(r"(?:\b(?:from|to|reach\w*|at|was|is|exceed\w*)|由|从|至|到|达|达到|为|超过)\s*$", re.IGNORECASE)  # what stands so is a level, not a change
RATE = re.compile(r"growth rate|rate of growth|增长率|增速|增幅", re.IGNORECASE)
PAIR = re.compile(r"(.*?)(\w+) and (\w+)(.*)|(.*)([\u4e00-\u9fff]{2})[和与]([\u4e00-\u9fff]{2})()")
WORDS, CHARACTERS = 8, 16  # of a subject
FAR = 999


def stated(sentence: str) -> tuple[Value, ...]:
    """The quantities of a sentence that names a year. Two numbers under one name keep neither subject nor year: the words do not tell them apart.

    >>> [(v.printed, v.subject, v.period, v.measure) for v in stated("In 2023, sales of buses reached 1.2 million units, up 30% from 2022.")]
    [('1.2', 'sales of buses', '2023', 'level'), ('30%', 'sales of buses', '2023', 'growth')]
    """
    spans = [m.span() for m in SPANS.finditer(sentence)]
    years = [(m.start(), m.group()[:4]) for m in YEAR.finditer(sentence) if not any(a <= m.start() < b for a, b in spans)]
    if not years:
        return ()
    levels = [m for m in LEVEL.finditer(sentence) if not sentence[m.end() :].lstrip().startswith(("%", "％"))]
    rates = [m for m in PERCENT.finditer(sentence) if not POINTS.match(sentence[m.end() :])]
    found = []
    for kind, numbers in (("level", levels), ("", rates)):
        for m, period, subject in zip(numbers, _periods(sentence, numbers, years), _subjects(sentence, numbers), strict=True):
            measure = kind or _measure(sentence, m.start(), m.end())
            if measure and subject:
                printed, unit = (m.group(1), m.group(2).strip()) if kind else (f"{m.group(1)}%", "")
                found.append(Value(_name(subject, measure, period), printed, unit, "", subject, period, measure))
    names = Counter((v.subject, v.period, v.measure) for v in found)
    return tuple(v if names[v.subject, v.period, v.measure] == 1 else replace(v, name="number", subject="", period="") for v in found)


def _periods(sentence: str, numbers: list[re.Match[str]], years: list[tuple[int, str]]) -> list[str]:
    """The year of each number: in turn where the sentence says respectively; else the one right behind it, the last before it, the first after it."""
    if RESPECTIVELY.search(sentence) and len(numbers) == len(years):
        return [year for _, year in years]
    found = []
    for m in numbers:
        behind = BEHIND.match(sentence[m.end() :])
        before = [year for place, year in years if place < m.start()]
        found.append(behind.group(1) if behind else before[-1] if before else years[0][1])
    return found


def _subjects(sentence: str, numbers: list[re.Match[str]]) -> list[str]:
    """What each number is about: in turn where two things have two numbers respectively."""
    found = [_subject(sentence, m.start()) for m in numbers]
    for subject in dict.fromkeys(found):
        pair = PAIR.fullmatch(subject) if found.count(subject) == 2 and RESPECTIVELY.search(sentence) else None
        if pair is not None:
            before, one, two, after = (a or b or "" for a, b in zip(pair.groups()[:4], pair.groups()[4:], strict=True))
            named = iter([" ".join(f"{before} {name} {after}".split()) if subject.isascii() else f"{before}{name}{after}" for name in (one, two)])
            found = [next(named) if s == subject else s for s in found]
    return found


def _measure(sentence: str, start: int, end: int) -> str:
    """Growth or share, by the nearest word around a percentage; none where something falls: its sign is not printed."""
    first = max(0, start - 60)
    near, at = sentence[first : end + 30], start - first
    distances = {
        kind: min((abs(m.start() - at) for m in words.finditer(near)), default=FAR) for kind, words in (("growth", GROWS), ("share", SHARES), ("", FALLS))
    }
    if TO.search(near[:at]) and not RATE.search(near[:at]):
        return "share" if distances["share"] < FAR else ""
    kind = min(distances, key=lambda k: distances[k])
    return kind if distances[kind] < FAR else ""


def _subject(sentence: str, at: int) -> str:
    """The words before the verb that leads to a number, without the year and its preposition."""
    clause = re.split(r"[,，;；。]", sentence[:at])
    for part in reversed(clause):
        verbs = list(VERB.finditer(part))
        head = YEAR.sub(" ", part[: verbs[0].start()] if verbs else "").strip()
        while head != (shorter := LEAD.sub("", head).strip()):
            head = shorter
        if re.search(r"[A-Za-z\u4e00-\u9fff]{2}", head):
            return head[-CHARACTERS:] if re.search(r"[\u4e00-\u9fff]", head) else " ".join(re.sub(r"\s*\b(?:in|by|of|for|at)$", "", head).split()[-WORDS:])
    return ""


def _name(subject: str, kind: str, period: str) -> str:
    words = "_".join(re.findall(r"[A-Za-z]+|[\u4e00-\u9fff]+", subject)[-3:]).casefold()
    return "_".join(part for part in (words, kind, period) if part)
