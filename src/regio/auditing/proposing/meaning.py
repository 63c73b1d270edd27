"""What a table means, as far as its notes, heads and numbers tell: kind, brackets, star levels; and the evidence for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from regio.auditing.inference import BRACKETS, CLAIMS, LEVELS, Bracket, brackets, levels
from regio.auditing.look import Look
from regio.auditing.numbers import parse
from regio.auditing.paper import KINDS, Model, Paper, PaperTable
from regio.auditing.proposing.cells import STARS, key, said, words
from regio.auditing.proposing.file import BRACKET_WORDS as SAID
from regio.auditing.proposing.lists import Listed, correlations, is_list, listed, turned
from regio.auditing.proposing.names import BESIDE, NAMED
from regio.auditing.proposing.regression import UNKNOWN, models
from regio.auditing.proposing.tables import Found
from regio.language import Message

ROWS = ("descriptives", "vif", "weights", "bootstrap", "threshold", "geodetector", "topsis", "coupling")
KNOWN = ("regression", "correlations", *ROWS)
OTHER = "variables"  # words, as printed: no check reads them
THROUGH = re.compile(
    r"(?:稳健|聚类|异方差)*标准误(?:差)?(?:计算|调整|修正|得到|得出|对应|下)*的?\s*(?=[tz])|(?<=[ (]based on )[^.;()]*standard errors", re.IGNORECASE
)
MARK = r"\*{1,4}"
LEVEL = r"(?:0?\.\d+|\d+(?:\.\d+)?\s*[%％])"
JOIN = r"(?:[\s、,，;；/和及与&]|and|at|the|in|on|level|p|<|=)*"


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as the audit will read it, if a person agrees, and why."""

    table: PaperTable
    evidence: tuple[Message, ...]


def readings(found: Found, id_: str) -> tuple[Reading, ...]:
    """What a raw table seems to be; several where it prints two things at once, such as descriptives beside correlations."""
    made = [reading for kind in _kinds(found) if (reading := read_as(found, kind, id_)) is not None]
    if not made:
        return (unread(found, id_),)
    return tuple(Reading(_renamed(r.table, n), r.evidence) for n, r in enumerate(made))


def _renamed(table: PaperTable, n: int) -> PaperTable:
    return table if n == 0 else replace(table, id=f"{table.id}{'abcdefgh'[n]}")


def _kinds(found: Found) -> Iterator[str]:
    """The kinds of a table, the likeliest first."""
    effects = any(re.search(r"效应|effect|indirect|direct", row[0], re.IGNORECASE) for row in found.body)
    flipped = turned(found) if found.heads else found
    lists = [kind for kind in ROWS if is_list(found, kind)]
    matrix = correlations(found) is not None
    across = [kind for kind in ("descriptives", "vif") if not lists and not matrix and is_list(flipped, kind)]
    for kind in ("descriptives", "vif"):
        if kind in lists or kind in across:
            yield kind
    if matrix:
        yield "correlations"
        if any(re.fullmatch(r"vif(值)?", key(row[0])) for row in found.body):
            yield "vif"
    if matrix or "descriptives" in (*lists, *across) or "vif" in (*lists, *across):
        return
    if "bootstrap" in lists and effects:
        yield "bootstrap"
    elif other := next((kind for kind in ("threshold", "topsis", "coupling", "weights", "geodetector") if kind in lists), None):
        yield other
    elif _is_regression(found):
        yield "regression"


def _is_regression(found: Found) -> bool:
    columns = models(found)
    terms = [t for m in columns for t in m.terms]
    statistics = any({"N", "R2", "R2_adj", "R2_within", "F"} & set(m.values) for m in columns)
    brackets_ = sum(bool(t.paren) for t in terms) >= 0.5 * len(terms)
    return bool(terms) and brackets_ and (statistics or any(t.stars for t in terms) or bool(re.search(NAMED["regression"], found.title, re.IGNORECASE)))


def read_as(found: Found, kind: str, id_: str) -> Reading | None:
    """A raw table read as this kind; None where it cannot be."""
    if kind == "regression":
        columns = models(found)
        return _regression(found, columns, id_) if columns else None
    if kind == "correlations":
        matrix = correlations(found)
        return None if matrix is None else _table(found, kind, id_, matrix, _stars(found, any("stars" in r for r in matrix.rows)), _observations(found))
    if kind not in ROWS:
        return unread(found, id_) if kind in KINDS else None
    rows = _with_vif_row(found) if kind == "vif" and correlations(found) is not None else None
    if rows is None:
        across = not is_list(found, kind) and bool(found.heads) and is_list(turned(found), kind)
        found = turned(found) if across else found
        rows = listed(found, kind)
    needed = KINDS[kind][0]
    full = tuple(row for row in rows.rows if all(row.get(cell) for cell in needed))
    return _table(found, kind, id_, Listed(full, rows.values, rows.columns)) if full else None


def _with_vif_row(found: Found) -> Listed | None:
    """VIFs in the last row of a matrix of correlations."""
    matrix = correlations(found)
    row = next((r for r in found.body if re.fullmatch(r"vif(值)?", key(r[0]))), None)
    if matrix is None or row is None:
        return None
    cells = [(name, s.number) for name, c in zip(matrix.variables, row[-len(matrix.variables) :], strict=False) if (s := said(c)) is not None and s.number]
    return Listed(tuple({"var": name, "vif": number} for name, number in cells))


def _table(found: Found, kind: str, id_: str, rows: Listed, more: tuple[Message, ...] = (), values: Mapping[str, str] | None = None) -> Reading:
    heads = tuple((name, " ".join(found.head(j)) or "–") for name, j in rows.columns.items()) if found.heads else ()
    evidence = [Message("audit_import.evidence.columns", {"columns": tuple(f"{head} = {name}" for name, head in heads)})] if heads else []
    evidence += [Message("audit_import.evidence.matrix", {"count": len(rows.variables)})] if kind == "correlations" else []
    evidence += _from_caption(found, kind)
    if values and "observations" in values:
        evidence.append(Message("audit_import.evidence.observations", {"n": values["observations"]}))
    if "mean_vif" in rows.values:
        evidence.append(Message("audit_import.evidence.mean_vif", {"value": rows.values["mean_vif"]}))
    table = PaperTable(id_, kind, found.label, found.title, noted(found), rows=rows.rows, values={**rows.values, **(values or {})}, variables=rows.variables)
    return Reading(table, (*evidence, *more))


def unread(found: Found, id_: str) -> Reading:
    """A table of which nothing is understood, in words."""
    heads = [" ".join(found.head(j)) or f"c{j + 1}" for j in range(found.width)]
    unique = [h if heads.index(h) == j else f"{h} ({j + 1})" for j, h in enumerate(heads)]
    rows = tuple({h: words(c) for h, c in zip(unique, row, strict=True) if c} for row in found.body)
    return Reading(PaperTable(id_, OTHER, found.label, found.title, noted(found), rows=rows), (Message("audit_import.evidence.unknown"),))


def _from_caption(found: Found, kind: str) -> list[Message]:
    hit = re.search(NAMED[kind], found.title, re.IGNORECASE) if kind in NAMED else None
    if hit is None:
        return []
    whole = re.search(rf"[a-z]*{re.escape(hit.group())}[a-z]*", found.title, re.IGNORECASE)  # not the stem of a word
    return [Message("audit_import.evidence.caption", {"words": (whole or hit).group()})]


def _regression(found: Found, columns: tuple[Model, ...], id_: str) -> Reading:
    table = PaperTable(id_, "regression", found.label, found.title, noted(found), models=columns)
    terms = sum(len(m.terms) for m in columns)
    evidence = [
        Message("audit_import.evidence.terms", {"columns": len(columns), "terms": terms, "brackets": sum(bool(t.paren) for m in columns for t in m.terms)})
    ]
    evidence += _from_caption(found, "regression")
    kind, why = bracket(found, table)
    evidence += why
    evidence += _stars(found, any(t.stars for m in columns for t in m.terms))
    rows = [m.values.get("N", "") for m in columns]
    evidence.append(
        Message("audit_import.evidence.n", {"n": tuple(dict.fromkeys(n or "–" for n in rows))}) if any(rows) else Message("audit_import.evidence.no_n")
    )
    if any(m.dependent == UNKNOWN for m in columns):
        evidence.append(Message("audit_import.evidence.no_dependent", {"columns": tuple(m.col for m in columns if m.dependent == UNKNOWN)}))
    values = {"paren_claimed": SAID[kind]} if kind else {}
    return Reading(PaperTable(id_, "regression", found.label, found.title, noted(found), models=columns, values=values), tuple(evidence))


def bracket(found: Found, table: PaperTable) -> tuple[Bracket | None, list[Message]]:
    """What stands in brackets: what the table says, else what the stars agree with."""
    if not any(t.paren for m in table.models for t in m.terms):
        return None, []
    claimed, by = _claimed(found)
    read = brackets(Look(Paper("", tables=(table,)), powers=False), table)
    count = tuple(f"{SAID[k]}: {read.failures[k]}" for k in BRACKETS)
    by_stars = Message("audit_import.evidence.stars_agree", {"kind": Message(f"audit.bracket.{read.kind}"), "count": count, "terms": read.terms})
    if claimed is None:
        return read.kind, [by_stars, Message("audit_import.evidence.brackets_not_said")]
    said_so = Message("audit_import.evidence.brackets_said", {"kind": Message(f"audit.bracket.{claimed}"), "words": by})
    against = read.failures[claimed] > read.failures[read.kind]
    return claimed, [said_so, *([by_stars, Message("audit_import.evidence.brackets_differ")] if against else [])]


def _claimed(found: Found) -> tuple[Bracket | None, str]:
    """The kind of bracket that notes, names of rows or heads of columns give, and their words."""
    named = [words(row[0]) for row in found.body if row[0] and any((s := said(c)) is not None and not s.empty for c in row[1:])]
    stubs = [s for s in named if len(key(s)) > 1 and (named.count(s) > 1 or re.search(r"[(（]", s) or len(named) < 8)]
    heads = [h for j in range(found.width) for h in found.head(j)]
    for kind in BRACKETS:
        pattern = BESIDE[kind]
        hit = next((s for s in (*stubs, *heads) if re.fullmatch(rf"[(（]?({pattern})[)）]?", key(s), re.IGNORECASE)), None)
        if hit is not None and not (kind == "p" and any(re.fullmatch(BESIDE[k], key(h), re.IGNORECASE) for k in ("se", "t") for h in heads)):
            return kind, hit
    note = THROUGH.sub("", re.sub(r"p\s*[<≤]", "", noted(found)))
    places = {kind: m for kind, pattern in CLAIMS.items() if (m := _in_brackets(pattern, note) or re.search(pattern, note, re.IGNORECASE))}
    if not places:
        return None, ""
    near = {kind: m for kind, m in places.items() if _in_brackets(CLAIMS[kind], note)} or places
    kind = min(near, key=lambda k: near[k].start())
    return kind, near[kind].group()


def _in_brackets(pattern: str, note: str) -> re.Match[str] | None:
    """A kind that is named beside the word brackets."""
    bracketed = r"括号|括弧|parenthes\w*|brackets?"
    return re.search(rf"(?:(?:{bracketed})[^。.;；*]{{0,30}}?)(?:{pattern})|(?:{pattern})[^。.;；*]{{0,40}}?(?:{bracketed})", note, re.IGNORECASE)


def star_levels(note: str) -> dict[int, float] | None:
    """Number of stars → level as a note gives them; None where it does not.

    >>> star_levels("注：95%置信区间；***、**和*分别表示在1%、5%和10%水平上显著")
    {3: 0.01, 2: 0.05, 1: 0.1}
    """
    text = unicodedata.normalize("NFKC", note.translate(STARS)).replace("\\", "")
    text = re.sub(r"(?<=\*) (?=\*(?:[ *]|\s*p))", "", text)
    each = re.findall(rf"({MARK})\s*(?:[:：=]|p|sig\w*|indicates?|表示)*\s*[<≤=]?\s*({LEVEL})", text, re.IGNORECASE)
    lists = re.findall(rf"({MARK}(?:{JOIN}{MARK})+)[^*]{{0,70}}?({LEVEL}(?:{JOIN}{LEVEL})+)", text, re.IGNORECASE)
    lists += [(b, a) for a, b in re.findall(rf"({LEVEL}(?:{JOIN}{LEVEL})+)[^*]{{0,40}}?({MARK}(?:{JOIN}{MARK})+)", text, re.IGNORECASE)]
    for marks, numbers in lists:
        counts, values = [len(m) for m in re.findall(MARK, marks)], [_level(n) for n in re.findall(LEVEL, numbers)]
        if len(counts) == len(values) == len(set(counts)) and all(0 < v < 1 for v in values) and len(set(values)) == len(values):
            return dict(zip(counts, values, strict=True))
    found = {len(m): _level(n) for m, n in each}
    return dict(sorted(found.items(), reverse=True)) if found and all(0 < v < 1 for v in found.values()) else None


def _level(text: str) -> float:
    number = parse(text)
    return 0.0 if number is None else number.value / 100 if number.percent else number.value


def _stars(found: Found, any_: bool) -> tuple[Message, ...]:
    if not any_:
        return ()
    stated = star_levels(noted(found))
    shown = tuple(f"{'*' * n} {level:g}" for n, level in (stated or LEVELS).items())
    return (Message("audit_import.evidence.levels" if stated else "audit_import.evidence.no_levels", {"levels": shown}),)


def noted(found: Found) -> str:
    """The notes of a table, their stars made equal."""
    return re.sub(r"\\(?=\*)", "", found.note.translate(STARS))


def with_levels(note: str, given: Mapping[int, float]) -> str:
    """A note that says these levels, in the words that the audit reads."""
    if levels(note) == dict(given):
        return note
    rest = re.sub(rf"\*+|{LEVEL}", "", note).strip()
    said_so = ", ".join(f"{'*' * n} p<{level:g}" for n, level in sorted(given.items(), reverse=True))
    return f"{rest} {said_so}.".strip()


def _observations(found: Found) -> dict[str, str]:
    hit = re.search(r"\b[nN]\s*[=＝]\s*(\d[\d,]*)|(?:样本量|观测值|observations)\D{0,6}(\d[\d,]*)", noted(found))
    return {"observations": hit.group(1) or hit.group(2)} if hit else {}
