"""A proposal: the tables of a document, what they seem to mean and what the text says, each to be confirmed by a person before an audit uses it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from regio.auditing.inference import BRACKETS, LEVELS
from regio.auditing.paper import KINDS, Model, Paper, PaperTable
from regio.auditing.proposing.blocks import Block
from regio.auditing.proposing.claims import ProposedClaim, claims, sample
from regio.auditing.proposing.file import BRACKET_WORDS as SAID
from regio.auditing.proposing.file import DOCUMENTS, written
from regio.auditing.proposing.meaning import Reading, read_as, readings, star_levels, with_levels
from regio.auditing.proposing.regression import UNKNOWN
from regio.auditing.proposing.tables import Found, captions_alone, tables
from regio.contract.finding import ArgumentError, DataError, Finding, Position, error, suggestion
from regio.language import Language, Message

NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}
OLD = {".doc": ".docx", ".wps": ".docx", ".xls": ".xlsx", ".et": ".xlsx", ".caj": ".pdf", ".odt": ".docx", ".ods": ".xlsx"}


@dataclass(frozen=True, slots=True)
class Proposed:
    """One table: as the audit would read it, why, on which page (0: not known), and whether a person agreed. ``found``: as it stands in the document."""

    table: PaperTable
    evidence: tuple[Message, ...]
    page: int
    found: Found
    confirmed: bool = False

    @property
    def brackets(self) -> str:
        """t, se or p; empty where there are none."""
        stated = self.table.values.get("paren_claimed", "")
        return next((kind for kind, words in SAID.items() if words == stated), "")

    @property
    def star_levels(self) -> Mapping[int, float]:
        """Number of stars → level; empty where no cell has any."""
        stars = any(t.stars for m in self.table.models for t in m.terms) or any("stars" in row for row in self.table.rows)
        return (star_levels(self.table.note) or LEVELS) if stars else {}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What ``propose`` found in a document. ``name``: of the paper; ``file``: where it was read from; ``text``: its paragraphs; ``claims``: sentences that
    state numbers; ``sample``: the words that say what was observed, and ``units, first_period, last_period``; ``notes``: what could not be read.
    """

    name: str
    file: str
    tables: tuple[Proposed, ...]
    text: str = ""
    claims: tuple[ProposedClaim, ...] = ()
    sample: tuple[str, Mapping[str, int]] = ("", MappingProxyType({}))
    notes: tuple[Finding, ...] = ()

    def __getitem__(self, id_: str) -> Proposed:
        for proposed in self.tables:
            if proposed.table.id == id_:
                return proposed
        ids = tuple(p.table.id for p in self.tables)
        raise ArgumentError(error("audit_import.unknown_table", found=id_, tables=ids, near=suggestion(id_, ids)))

    def paper(self, *, confirmed: Sequence[str] | bool = ()) -> Paper:
        """The paper with the tables and claims that a person confirmed: those named here and those that ``corrected`` or a form confirmed; ``True``: all.

        Raises
        ------
        ArgumentError
            for a table that does not exist
        """
        named = () if isinstance(confirmed, bool) else (confirmed,) if isinstance(confirmed, str) else tuple(confirmed)
        spoken = {c.claim.id for c in self.claims}
        wanted = {id_ if id_ in spoken else self[id_].table.id for id_ in named}
        kept = tuple(_safe(p.table) for p in self.tables if p.confirmed or confirmed is True or p.table.id in wanted)
        said = tuple(c.claim for c in self.claims if c.confirmed or confirmed is True or c.claim.id in wanted)
        return Paper(self.name, tables=kept, claims=said, text=self.text)

    def corrected(
        self,
        table: str,
        *,
        kind: str | None = None,
        brackets: str | None = None,
        star_levels: Mapping[int, float] | None = None,
        dependents: Sequence[str] | None = None,
        confirmed: bool | None = None,
    ) -> Proposal:
        """The proposal with one meaning changed.

        Parameters
        ----------
        table : id of a table
        kind : read it as this kind
        brackets : t, se or p
        star_levels : number of stars → level
        dependents : the outcome of each column
        confirmed : whether the audit may use it

        Raises
        ------
        ArgumentError
            for what does not exist, and for a kind that the table cannot be read as
        """
        old = self[table]
        new = old
        if kind is not None and kind != old.table.kind:
            new = _as_kind(old, kind)
        if brackets is not None:
            _known(brackets, BRACKETS, "audit_import.unknown_brackets")
            new = replace(new, table=replace(new.table, values={**new.table.values, "paren_claimed": SAID[brackets]}))
        if star_levels is not None:
            new = replace(new, table=replace(new.table, note=with_levels(new.table.note, star_levels)))
        if dependents is not None:
            new = replace(new, table=replace(new.table, models=_explained(new.table, dependents)))
        if confirmed is not None:
            new = replace(new, confirmed=confirmed)
        return replace(self, tables=tuple(new if p is old else p for p in self.tables))

    def agreed(self, *ids: str) -> Proposal:
        """The proposal with these claims confirmed.

        Raises
        ------
        ArgumentError
            for a claim that does not exist
        """
        known = tuple(c.claim.id for c in self.claims)
        for id_ in ids:
            _known(id_, known, "audit_import.unknown_claim")
        return replace(self, claims=tuple(replace(c, confirmed=True) if c.claim.id in ids else c for c in self.claims))

    def toml(self, language: Language = "en") -> str:
        """The file that a person confirms, its comments in one language."""
        return written(self, language)


def _explained(table: PaperTable, dependents: Sequence[str]) -> tuple[Model, ...]:
    if len(dependents) != len(table.models):
        raise ArgumentError(error("audit_import.dependents", table.id, found=len(dependents), expected=len(table.models)))
    return tuple(replace(m, dependent=d) for m, d in zip(table.models, dependents, strict=True))


def _as_kind(old: Proposed, kind: str) -> Proposed:
    _known(kind, ("regression", *KINDS), "audit_import.unknown_kind")
    made = read_as(old.found, kind, old.table.id)
    if made is None:
        raise ArgumentError(error("audit_import.not_that_kind", old.table.id, kind=kind))
    return replace(old, table=made.table, evidence=made.evidence)


def _known(word: str, known: Sequence[str], code: str) -> None:
    if word not in known:
        raise ArgumentError(error(code, found=word, known=tuple(known), near=suggestion(word, tuple(known))))


def _safe(table: PaperTable) -> PaperTable:
    """Outcomes that nobody named are held apart, so that no relation takes two of them for one."""
    return replace(table, models=tuple(replace(m, dependent=f"? {m.col}") if m.dependent in ("", UNKNOWN) else m for m in table.models))


def propose(path: Path | str) -> Proposal:
    """The tables and claims of a document with their proposed meanings; see ``regio.auditing.propose``."""
    path = Path(path)
    blocks = read_blocks(path)
    made: list[Proposed] = []
    for found in tables(blocks):
        for reading in readings(found, _id(found.label, [p.table.id for p in made])):
            made.append(Proposed(_fresh(reading, made), reading.evidence, found.page, found))
    paragraphs = [b.text for b in blocks if b.text and not b.rows]
    said = claims(paragraphs, [p.table for p in made])
    if not made and not said:
        raise DataError(error("audit_import.no_tables", Position(path.name)))
    pages = tuple(b.page for b in blocks if b.picture)
    notes = list[Finding]()
    if pages:
        notes.append(Finding("audit_import.picture_pages", {"pages": pages, "count": len(pages)}, "warning", Position(path.name)))
    if missed := captions_alone(blocks, [p.table.label for p in made]):
        notes.append(Finding("audit_import.caption_alone", {"captions": missed}, "warning", Position(path.name)))
    return Proposal(path.stem, str(path), tuple(made), "\n".join(paragraphs), said, sample(paragraphs), tuple(notes))


def _fresh(reading: Reading, made: Sequence[Proposed]) -> PaperTable:
    taken = {p.table.id for p in made}
    table = reading.table
    id_ = next(i for i in (table.id, *(f"{table.id}.{n}" for n in range(2, 999))) if i not in taken)
    return replace(table, id=id_)


def _id(label: str, taken: Sequence[str]) -> str:
    """T3 of Table 3 and of 表三; the next free number where a table has no label."""
    number = re.sub(r"(?i)^\s*(续|附)?表|^\s*tab(le|\.)?|\s", "", label).strip(".:：")
    if all(c in NUMERALS or c == "十" for c in number) and number:
        tens, _, ones = number.rpartition("十")
        number = str((NUMERALS.get(tens, 1) * 10 if "十" in number else 0) + NUMERALS.get(ones, 0))
    if number:
        return f"T{number}"
    return next(f"T{n}" for n in range(1, 9999) if f"T{n}" not in taken)


def read_blocks(path: Path) -> tuple[Block, ...]:
    """The paragraphs and tables of a document, by the ending of its name.

    Raises
    ------
    DataError
        where there is no such file, it is of a kind that is not read, empty, broken or locked, or has no text
    """
    if not path.is_file():
        raise DataError(error("audit.no_file", Position(str(path)), file=str(path)))
    kind, raw = path.suffix.lower(), path.read_bytes()
    if kind in OLD:
        raise DataError(error("audit_import.old_format", Position(path.name), found=kind, wanted=OLD[kind]))
    if kind not in DOCUMENTS:
        raise DataError(error("audit_import.unknown_format", Position(path.name), found=kind or path.name, known=DOCUMENTS))
    if not raw.strip():
        raise DataError(error("audit_import.empty", Position(path.name)))
    match kind:
        case ".docx":
            from regio.auditing.proposing.docx import blocks
        case ".pdf":
            from regio.auditing.proposing.pdf import blocks
        case ".html" | ".htm" | ".xhtml":
            from regio.auditing.proposing.html import blocks
        case ".xlsx" | ".xlsm":
            from regio.auditing.proposing.sheets import workbook as blocks
        case _:
            from regio.auditing.proposing.sheets import delimited as blocks
    return blocks(path.name, raw)
