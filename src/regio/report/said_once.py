"""Findings said once: those of one kind about one place become one sentence that names everything it concerns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from regio.contract.finding import Finding, Severity
from regio.language import JOINED, Language, say

TOKEN = re.compile(r"[\u4e00-\u9fff]|\d[\d.,]*\d|\w+|\s+|.")
SHARED = 0.3  # of a text: with less in common findings stay apart
OPEN, CLOSE = "“（([", "”）)]"
ALREADY = {"two_stage.interacted": "lint.assumed_instrument"}  # a finding that repeats what a rule of the checks says of the same study


@dataclass(frozen=True, slots=True)
class Said:
    severity: Severity
    text: str


def said_once(findings: Sequence[Finding], language: Language) -> tuple[Said, ...]:
    """The findings as they are printed, in the order in which each kind first comes up."""
    codes = {f.code for f in findings}
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for f in findings:
        if ALREADY.get(f.code) not in codes:
            groups.setdefault((f.code, str(f.where), f.severity), []).append(f)
    places: dict[tuple[Severity, str, str], list[str]] = {}  # of a sentence and its cure
    for group in groups.values():
        for text, cure in _group(group, language):
            places.setdefault((group[0].severity, text, cure), []).append(_place(group[0], language))
    return tuple(Said(severity, _at(found, language) + text + cure) for (severity, text, cure), found in places.items())


def _group(group: Sequence[Finding], language: Language) -> list[tuple[str, str]]:
    """Sentences and cures: one of each where that can be."""
    found = list(dict.fromkeys((say(f, language), "" if f.cure is None else "\n    " + say("contract.cure", language, cure=f.cure)) for f in group))
    cures = {cure for _, cure in found}
    whole = joined([text for text, _ in found], language) if len(cures) == 1 else None
    return found if whole is None else [(whole, next(iter(cures)))]


def _place(finding: Finding, language: Language) -> str:
    return finding.where if isinstance(finding.where, str) else finding.where.text(language)


def _at(places: Sequence[str], language: Language) -> str:
    named = JOINED[language].join(dict.fromkeys(filter(None, places)))
    return (f"{named}: " if language == "en" else f"{named}：") if named else ""


def joined(texts: Sequence[str], language: Language) -> str | None:
    """Texts that begin and end alike as one, what differs in a list; None where they have little in common."""
    if len(texts) == 1:
        return texts[0]
    tokens = [TOKEN.findall(text) for text in texts]
    first = _common(tokens)
    last = _common([t[len(first) :][::-1] for t in tokens])[::-1]
    middles = ["".join(t[len(first) : len(t) - len(last)]) for t in tokens]
    while first and "".join(middles[:1])[:1] not in OPEN and _open("".join(first)):
        middles = [first[-1] + middle for middle in middles]
        first = first[:-1]
    while last and _open(middles[0]):
        middles = [middle + last[0] for middle in middles]
        last = last[1:]
    start, end = "".join(first), "".join(last)
    if len(start) + len(end) < SHARED * len(texts[0]):
        return None
    return start + ("; " if language == "en" else "；").join(middle.strip() for middle in middles) + _spaced(middles[0], end)


def _common(rows: Sequence[Sequence[str]]) -> list[str]:
    return [some[0] for some in takewhile(lambda some: len(set(some)) == 1, zip(*rows, strict=False))]


def _open(text: str) -> bool:
    """Whether a bracket or a quotation mark is still open."""
    return any(text.count(a) > text.count(b) for a, b in zip(OPEN, CLOSE, strict=True))


def _spaced(middle: str, end: str) -> str:
    return " " + end if middle.endswith(" ") else end
