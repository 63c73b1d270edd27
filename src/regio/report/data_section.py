"""The words of the data section: whether a table is complete, and what came up about it, grouped by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from regio.contract.finding import Finding
from regio.exhibits.models import Text
from regio.exhibits.typeset import named
from regio.language import Language, Message, Name, say
from regio.report.data import STATE, Group, complete, groups
from regio.study.execute import Run

SHOWN_FINDINGS = 50  # of a group
NAMES = ("variable", "region", "other")  # values of a suspicion that are names
COLUMNS = ("column", "columns", "variable", "name", "by")  # values of other findings that may be names of columns
DIGITS = 4


def data_findings(run: Run, language: Language) -> str:
    """A sentence for each table that lacks nothing, then the groups of findings."""
    found = groups(run)
    whole = "".join(f"<p>{_say('data.complete', language, **_extent(run, note))}</p>" for note in run.tables if complete(note))
    head = f"<h3>{_say('data.findings', language)}</h3>" if found else f"<p>{_say('data.no_findings', language)}</p>"
    return whole + head + "".join(_group(group, run, language) for group in found)


def _extent(run: Run, note: Any) -> dict[str, object]:
    held = note.coverage
    return {"source": run.study.source(note.source).title or note.source, "count": len(note.missing), "filled": f"{held['filled']:,}"}


def _group(group: Group, run: Run, language: Language) -> str:
    """A heading, one line a finding, the cure once. Only the notes of a long group are folded away."""
    rows = "".join(_lines(group, run, language))
    more = len(group.findings) - SHOWN_FINDINGS
    rest = f"<li>{_say('data.more', language, count=more)}</li>" if more > 0 else ""
    cure = group.findings[0].cure if group.title.code != STATE else None
    advice = f'<p class="cure">{escape(say("contract.cure", language, cure=cure))}</p>' if cure else ""
    return f'<div class="group"><h4>{escape(say(group.title, language))}</h4><ul>{rows}{rest}</ul>{advice}</div>'


def _lines(group: Group, run: Run, language: Language) -> Iterator[str]:
    for finding in group.findings[:SHOWN_FINDINGS]:
        f = labelled(finding, run)
        if f.where == run.tables[0].source and len(run.tables) == 1:
            f = replace(f, where="")
        shown = f.text(language) if group.title.code == STATE else _place(f, language) + say(f, language)
        yield f'<li class="{f.severity}">{escape(shown)}</li>'


def _place(finding: Finding, language: Language) -> str:
    place = finding.where if isinstance(finding.where, str) else finding.where.text(language)
    return (f"{place}: " if language == "en" else f"{place}：") if place else ""


def labelled(f: Finding, run: Run) -> Finding:
    """A finding whose names of variables and regions are the study's words."""
    names = NAMES if f.code.startswith("suspicion.") else COLUMNS
    return replace(f, values=_in_words(named(f, run.labels).values, names, run.labels))


def _in_words(values: Mapping[str, Any], names: Sequence[str], labels: Mapping[str, Text]) -> dict[str, Any]:
    """Names of columns as labels, numbers in digits that can be read."""

    def word(name: str, value: Any) -> Any:
        if isinstance(value, Message):
            return Message(value.code, _in_words(value.values, names, labels))
        if isinstance(value, tuple | list):
            return tuple(word(name, item) for item in value)
        if isinstance(value, str) and name in names and value in labels:
            return Name(labels[value])
        return float(f"{value:.{DIGITS}g}") if isinstance(value, float) and abs(value) < 10**DIGITS else value

    return {name: word(name, value) for name, value in values.items()}


def _say(code: str, language: Language, **values: Any) -> str:
    return escape(say(code, language, **values))
