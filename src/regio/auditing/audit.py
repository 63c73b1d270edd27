"""Whether the printed numbers of a paper can be true together: every check under every rule of rounding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from regio.auditing.checks import CHECKS, JOINT, check
from regio.auditing.joint import Progress
from regio.auditing.judgement import SEVERITIES, VERDICTS, Judgement
from regio.auditing.look import Look
from regio.auditing.numbers import RULES, Rule
from regio.auditing.paper import Paper, read_paper
from regio.auditing.result import Audit
from regio.contract.finding import ArgumentError, error, suggestion
from regio.language import Message

Rounding = Literal["any", "nearest", "truncated"]
ROUNDINGS: tuple[Rounding, ...] = ("any", "nearest", "truncated")
WORDS = (JOINT, "domains", "trends", "errors", "brackets", "estimator", "duplicates", "foreign_text", "names", "dates", "counts")  # hang on no last digit
SUPPORT = 3  # more relations that fail under any other rule than under rounding to the nearest: then the print was rounded so


def audit(paper: Paper | str | Path | Mapping[str, Any], *, rounding: Rounding = "any", checks: Sequence[str] = ()) -> Audit:
    """Say for every printed number whether it can be true beside the others.

    Parameters
    ----------
    paper : a paper, the JSON or TOML file of one, or what such a file holds; numbers are strings as printed (docs/audit.md)
    rounding : how the digits came about. ``nearest``: rounded; ``truncated``: cut off; ``any``: one rule a table, whichever its numbers obey
    checks : names of the checks to run; empty: all but ``joint``, which takes seconds and runs only where it is named

    Returns
    -------
    Audit
        ``.findings``: frame, one row a relation: ``id, paper, where, check, printed, computed, verdict, severity, note, formula, assumption, power``;
        ``.summary``: frame, checks by verdicts

    Raises
    ------
    DataError
        all mistakes of the file at once
    ArgumentError
        for a check or a rule of rounding that does not exist

    Notes
    -----
    A printed x with d decimals stands for [x − h, x + h], h = 0.5 · 10⁻ᵈ. A relation is *inconsistent* only if no values inside the intervals of its
    numbers satisfy it; *consistent_if* names what must be assumed. Interval evaluation in the manner of statcheck (Nuijten et al. 2016, Behavior Research
    Methods 48) and of the granularity tests (Brown and Heathers 2017, Social Psychological and Personality Science 8).

    Examples
    --------
    >>> import regio
    >>> table = {"id": "T1", "kind": "weights", "rows": [{"indicator": "a", "weight": "0.25"}, {"indicator": "b", "weight": "0.57"}]}
    >>> regio.audit({"paper": "example", "tables": [table]}).findings[["where", "printed", "computed", "verdict"]].values.tolist()
    [['T1/sum', '0.82', '1', 'inconsistent']]
    """
    names = _names(checks)
    if rounding not in ROUNDINGS:
        raise ArgumentError(error("audit.rounding", found=str(rounding), choices=ROUNDINGS, near=suggestion(str(rounding), ROUNDINGS)))
    return examined(paper if isinstance(paper, Paper) else read_paper(paper), names, rounding)


def examined(paper: Paper, names: tuple[str, ...], rounding: Rounding = "any", progress: Progress | None = None) -> Audit:
    """The audit of a paper that is read; ``progress`` is told how far the search of ``joint`` is."""
    found = judged(paper, names, "truncated" if rounding == "truncated" else "nearest", progress=progress)
    if rounding == "any" and any(j.verdict == "inconsistent" for j in found):
        found = _by_rule(paper, names, found)
    order = {name: i for i, name in enumerate((*CHECKS, JOINT))}
    found.sort(key=lambda j: (VERDICTS.index(j.verdict), SEVERITIES.index(j.severity), order[j.check]))
    return Audit(paper=paper.name, title=paper.title, rounding=rounding, checks=names, judgements=tuple(found), notes=paper.notes)


def _names(checks: Sequence[str]) -> tuple[str, ...]:
    if not checks:
        return CHECKS
    known = (*CHECKS, JOINT)
    given = (checks,) if isinstance(checks, str) else tuple(checks)
    problems = [error("audit.unknown_check", found=name, checks=known, near=suggestion(name, known)) for name in given if name not in known]
    if problems:
        raise ArgumentError(*problems)
    return given


def judged(paper: Paper, names: Sequence[str], rule: Rule, *, powers: bool = True, progress: Progress | None = None) -> list[Judgement]:
    """Every judgement of these checks under one rule of rounding."""
    look = Look(paper, rule, powers, progress)
    return [j for name in names for j in check(name).run(look)]


def _by_rule(paper: Paper, names: Sequence[str], nearest: list[Judgement]) -> list[Judgement]:
    """The judgements once more, where another rule of rounding explains what rounding to the nearest does not. One rule is looked for a table."""
    names = [name for name in names if name not in WORDS]
    others = {rule: {j.key: j for j in judged(paper, names, rule, powers=False)} for rule in (*RULES[1:], "mixed")}
    fails: dict[str, Counter[str]] = {"nearest": _fails(nearest)} | {rule: _fails(found.values()) for rule, found in others.items()}
    return [_again(j, others, fails) if j.verdict == "inconsistent" and j.check not in WORDS else j for j in nearest]


def _again(j: Judgement, others: Mapping[Any, Mapping[tuple[str, str], Judgement]], fails: Mapping[str, Counter[str]]) -> Judgement:
    group = _group(j)
    for rule in RULES[1:]:
        other = others[rule].get(j.key)
        explains = other is not None and other.verdict != "inconsistent" and fails[rule][group] == 0
        if explains and not (group == TEXT and fails[rule].total() >= fails["nearest"].total() + SUPPORT):
            return _if_rounded(j, rule)
    other = others["mixed"].get(j.key)
    loose = min(fails[rule][group] for rule in RULES[1:]) < fails["nearest"][group] + SUPPORT
    if other is not None and other.verdict not in ("inconsistent", "not_checkable") and loose and group != TEXT:
        return _if_rounded(j, "mixed")
    return j


def _if_rounded(j: Judgement, rule: str) -> Judgement:
    return replace(j, verdict="consistent_if", assumption=Message(f"audit.if.rule.{rule}"))


TEXT = ""


def _group(j: Judgement) -> str:
    """The table that a judgement belongs to; the text, for claims."""
    first = j.where.partition("/")[0]
    return TEXT if ".c" in first or first in ("sample", "text", "title") else first


def _fails(found: Any) -> Counter[str]:
    return Counter(_group(j) for j in found if j.verdict == "inconsistent")
