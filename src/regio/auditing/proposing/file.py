"""The file of a proposal: the schema of a paper, and for every table what a person is asked to confirm. Only confirmed tables reach an audit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.auditing.paper import KINDS
from regio.contract.finding import DataError, Finding, error, suggestion
from regio.language import Language, say

if TYPE_CHECKING:
    from regio.auditing.proposing.claims import ProposedClaim
    from regio.auditing.proposing.proposal import Proposal, Proposed

MARK = "proposed_from"  # the key by which a paper file says that it was proposed
DOCUMENTS = (".docx", ".pdf", ".html", ".htm", ".xhtml", ".xlsx", ".xlsm", ".csv", ".tsv")  # what tables are proposed from
OWN = ("confirmed", "brackets", "star_levels", "evidence", "page")
BRACKET_WORDS = {"t": "t-statistics", "se": "standard errors", "p": "p-values"}


def written(proposal: Proposal, language: Language) -> str:
    """The proposal as TOML."""
    lines = [f"# {line}" for line in say("audit_import.file.head", language).split("\n")]
    lines += ["", f"paper = {_quoted(proposal.name)}", f"{MARK} = {_quoted(Path(proposal.file).name)}", ""]
    lines += [*_sample(proposal, language), ""]
    for proposed in proposal.tables:
        lines += [*_table(proposed, language), ""]
    if proposal.claims:
        lines += [*(f"# {line}" for line in say("audit_import.file.claims", language).split("\n")), ""]
    for said in proposal.claims:
        lines += [*_claim(said), ""]
    return "\n".join(lines)


def _sample(proposal: Proposal, language: Language) -> Iterator[str]:
    yield from (f"# {line}" for line in say("audit_import.file.sample", language).split("\n"))
    words, found = proposal.sample
    if words:
        yield f"# {say('audit_import.file.sample_said', language, words=words)}"
    from regio.auditing.proposing.claims import unit_of

    yield from ("# [sample]", f"# unit = {_quoted(unit_of(words))}")
    yield from (f"# {key} = {found.get(key, usual)}" for key, usual in (("units", 30), ("first_period", 2011), ("last_period", 2020)))


def _claim(said: ProposedClaim) -> Iterator[str]:
    claim = said.claim
    yield "[[claims]]"
    yield f"id = {_quoted(claim.id)}"
    yield f"confirmed = {'true' if said.confirmed else 'false'}"
    yield f"kind = {_quoted(claim.kind)}"
    yield f"quote = {_quoted(claim.quote)}"
    if claim.about:
        yield f"about = [{', '.join(map(_quoted, claim.about))}]"
    values = ({k: v for k in ("name", "printed", "unit", "subject", "period", "measure") if (v := getattr(value, k))} for value in claim.values)
    yield f"values = [\n{''.join(f'  {_mapping(value)},{chr(10)}' for value in values)}]"


def _table(proposed: Proposed, language: Language) -> Iterator[str]:
    table = proposed.table
    yield "[[tables]]"
    yield f"id = {_quoted(table.id)}"
    yield f"confirmed = {'true' if proposed.confirmed else 'false'}"
    yield f"kind = {_quoted(table.kind)}"
    if table.label:
        yield f"label = {_quoted(table.label)}"
    if table.title:
        yield f"title = {_quoted(table.title)}"
    if proposed.page:
        yield f"page = {proposed.page}"
    if proposed.brackets:
        yield f"brackets = {_quoted(proposed.brackets)}   # {say('audit_import.file.brackets', language)}"
    if proposed.star_levels:
        yield f"star_levels = {_mapping({'*' * n: f'{level:g}' for n, level in sorted(proposed.star_levels.items())})}"
    yield f"evidence = {_list([say(m, language) for m in proposed.evidence])}"
    if table.note:
        yield f"note = {_quoted(table.note)}"
    for name, value in table.values.items():
        if name != "paren_claimed":
            yield f"{name} = {_quoted(value)}"
    if table.variables:
        yield f"variables = [{', '.join(map(_quoted, table.variables))}]"
    if table.rows:
        yield f"rows = [\n{''.join(f'  {_mapping(row)},{chr(10)}' for row in table.rows)}]"
    for model in table.models:
        yield "[[tables.models]]"
        yield f"col = {_quoted(model.col)}"
        yield f"dependent = {_quoted(model.dependent)}"
        if model.stage:
            yield f"stage = {_quoted(model.stage)}"
        terms = ({k: v for k in ("var", "coef", "stars", "paren", "label_printed") if (v := getattr(t, k)) or k == "coef"} for t in model.terms)
        yield f"terms = [\n{''.join(f'  {_mapping(term)},{chr(10)}' for term in terms)}]"
        yield f"values = {_mapping(model.values)}"
        if model.effects:
            yield f"effects = {_mapping(model.effects)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _mapping(cells: Mapping[str, str]) -> str:
    inside = ", ".join(f"{k if re.fullmatch('[A-Za-z0-9_-]+', k) else _quoted(k)} = {_quoted(v)}" for k, v in cells.items())
    return f"{{ {inside} }}" if inside else "{}"


def _list(texts: list[str]) -> str:
    return "[\n" + "".join(f"  {_quoted(text)},\n" for text in texts) + "]"


def prepared(raw: Mapping[str, Any], file: str = "") -> tuple[Mapping[str, Any], tuple[Finding, ...]]:
    """A proposed paper file as the schema of a paper: its confirmed tables and claims, and a note that says how many were left out; any other file as it is.

    Raises
    ------
    DataError
        where nothing is confirmed, or a meaning is none: all mistakes at once
    """
    if MARK not in raw:
        return raw, ()
    tables = [t for t in raw.get("tables", []) if isinstance(t, Mapping)]
    said = [c for c in raw.get("claims", []) if isinstance(c, Mapping)]
    problems: list[Finding] = []
    kept = [_prepared(t, problems, file) for t in tables if t.get("confirmed") is True]
    claims = [{k: v for k, v in c.items() if k != "confirmed"} for c in said if c.get("confirmed") is True]
    left = [str(t.get("id", "?")) for t in tables if t.get("confirmed") is not True]
    problems += [
        error("audit_import.not_a_truth", f"{file}: {t.get('id', '?')}", found=t["confirmed"])
        for t in (*tables, *said)
        if not isinstance(t.get("confirmed", False), bool)
    ]
    if not kept and not claims and not problems:
        problems.append(error("audit_import.nothing_confirmed", file, tables=tuple(left)))
    if problems:
        raise DataError(*problems)
    notes = (Finding("audit_import.left_out", {"count": len(left), "tables": tuple(left)}, "note", file),) if left else ()
    if len(claims) < len(said):
        notes = (*notes, Finding("audit_import.claims_left_out", {"count": len(said) - len(claims)}, "note", file))
    return {k: v for k, v in raw.items() if k != MARK} | {"tables": kept, "claims": claims}, notes


def _prepared(table: Mapping[str, Any], problems: list[Finding], file: str) -> dict[str, Any]:
    from regio.auditing.proposing.meaning import with_levels

    place = f"{file}: {table.get('id', '?')}"
    made = {k: v for k, v in table.items() if k not in OWN}
    kind = table.get("kind")
    if kind not in ("regression", *KINDS):
        problems.append(error("audit_import.unknown_kind", place, found=kind, known=("regression", *KINDS), near=suggestion(str(kind), ("regression", *KINDS))))
    if "brackets" in table:
        found = str(table["brackets"])
        if found not in BRACKET_WORDS:
            problems.append(
                error("audit_import.unknown_brackets", place, found=found, known=tuple(BRACKET_WORDS), near=suggestion(found, tuple(BRACKET_WORDS)))
            )
        made["paren_claimed"] = BRACKET_WORDS.get(found, "")
    if "star_levels" in table:
        made["note"] = with_levels(str(table.get("note", "")), _levels(table["star_levels"], problems, place))
    for model in made.get("models", ()):
        if isinstance(model, dict) and model.get("dependent") in ("?", ""):
            model["dependent"] = f"? {model.get('col', '')}"
    return made


def _levels(given: Any, problems: list[Finding], place: str) -> dict[int, float]:
    """Stars → level: a share or a per cent."""
    made: dict[int, float] = {}
    for stars, level in given.items() if isinstance(given, Mapping) else ():
        hit = re.fullmatch(r"\s*(\d*\.?\d+)\s*([%％]?)\s*", str(level))
        value = float(hit.group(1)) / (100 if hit.group(2) else 1) if hit else 0.0
        if not re.fullmatch(r"\*+", str(stars)) or not 0 < value < 1:
            problems.append(error("audit_import.bad_level", place, stars=str(stars), level=str(level)))
        else:
            made[len(str(stars))] = value
    if not isinstance(given, Mapping) or not given:
        problems.append(error("audit_import.bad_level", place, stars="", level=str(given)))
    return made
