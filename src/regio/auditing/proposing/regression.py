"""A raw table to the columns of a regression table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from regio.auditing.paper import Model, Term
from regio.auditing.proposing.cells import Said, is_number, key, said, words, yes_no
from regio.auditing.proposing.names import BESIDE, CONSTANT, DEPENDENT, EFFECTS, ESTIMATE, SAMPLES, is_model, statistic
from regio.auditing.proposing.tables import Found

UNKNOWN = "?"


@dataclass(slots=True)
class _Column:
    terms: list[Term] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    effects: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)


def models(found: Found) -> tuple[Model, ...]:
    """The columns of a regression table; none where it has no coefficients."""
    groups = _groups(found)
    columns = [_Column() for _ in groups]
    stubs = _stubs(found, groups)
    _walk(found, groups, stubs, columns)
    names = _column_names(found, groups)
    outcomes = _outcomes(found, groups)
    return tuple(Model(name, outcome, tuple(c.terms), c.values, c.effects) for name, outcome, c in zip(names, outcomes, columns, strict=True) if c.terms)


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of one model: its coefficients and, where they stand beside them, what else is printed."""

    at: int
    beside: tuple[int, ...] = ()
    kind: str = ""  # se, t, p of the first column beside


def _groups(found: Found) -> list[Group]:
    numeric = [j for j in range(1, found.width) if _is_numeric(found, j)]
    lowest = {j: key(found.head(j)[-1]) if found.head(j) else "" for j in numeric}
    heads = {
        j: "b" if re.fullmatch(ESTIMATE, lowest[j]) else next((k for k, p in BESIDE.items() if re.fullmatch(p, lowest[j], re.IGNORECASE)), "") for j in numeric
    }
    if "b" not in heads.values() or not {"se", "t", "p"} & set(heads.values()):
        return [Group(j) for j in numeric]
    made: list[Group] = []
    for j in numeric:
        if heads[j] == "b":
            made.append(Group(j))
        elif made and heads[j]:
            last = made[-1]
            better = {"se": 0, "t": 1, "p": 2}
            if not last.kind or better[heads[j]] < better[last.kind]:
                made[-1] = Group(last.at, (j, *last.beside), heads[j])
    return made


def _is_numeric(found: Found, j: int) -> bool:
    cells = [row[j] for row in found.body if row[j]]
    return bool(cells) and sum(is_number(c) or yes_no(c) is not None for c in cells) >= 0.5 * len(cells) and any(is_number(c) for c in cells)


def _stubs(found: Found, groups: Sequence[Group]) -> list[str]:
    """The names of the rows: of several columns before the numbers the last one that is not empty."""
    first = min((g.at for g in groups), default=1)
    return [next((words(c) for c in reversed(row[:first]) if c), "") for row in found.body]


def _walk(found: Found, groups: Sequence[Group], stubs: Sequence[str], columns: Sequence[_Column]) -> None:
    """Row by row: coefficients, brackets below them, effects, statistics."""
    bracketed = _has_brackets(found, groups) or any(g.beside for g in groups)
    constant = next((i for i, s in enumerate(stubs) if re.fullmatch(CONSTANT, key(s))), -1)
    beside = any(g.beside for g in groups)
    last = ""  # the row above: "term", "value" and its name
    value_seen = False
    for i, stub in enumerate(stubs):
        cells = [found.body[i][g.at] for g in groups]
        read = [said(c) for c in cells]
        name = statistic(stub)
        if stub and not any(c for c in cells):
            last = ""
        elif _is_below(stub, stubs[i - 1] if i else "", read, last, bracketed=bracketed):
            _brackets(columns, read, last)
        elif stub and (name or (value_seen and i > constant and _numbers(read))):
            value_seen = value_seen or name is not None
            for column, cell, got in zip(columns, cells, read, strict=True):
                if cell and (got is None or not got.empty):
                    column.values[name or words(stub)] = got.number or got.paren if got is not None else words(cell)
                    if got is not None and got.number and got.paren and name == "F":
                        column.values["p_F"] = got.paren
            last = f"value:{name or words(stub)}"
        elif stub and _is_effect(stub, cells, read):
            for column, cell in zip(columns, cells, strict=True):
                if cell:
                    column.effects[words(stub)] = words(cell)
            last = ""
        elif (
            stub
            and _numbers(read)
            and (any(g is not None and (g.number and g.paren) for g in read) or not bracketed or beside or _bracket_next(found, groups, stubs, i))
        ):
            _terms(found, groups, columns, i, stub, read)
            last = "term"
        elif stub and _numbers(read):
            for column, got in zip(columns, read, strict=True):
                if got is not None and not got.empty:
                    column.values[words(stub)] = got.number or got.paren
            last = f"value:{words(stub)}"
        elif stub and any(cells):
            for column, cell in zip(columns, cells, strict=True):
                if cell and said(cell) is None:
                    column.effects[words(stub)] = words(cell)
            last = ""


def _numbers(read: Sequence[Said | None]) -> bool:
    return any(r is not None and not r.empty for r in read)


def _is_below(stub: str, above: str, read: Sequence[Said | None], last: str, *, bracketed: bool) -> bool:
    """Whether a row holds the brackets of the row above: no name of its own, or one that says so."""
    filled = [r for r in read if r is not None and not r.empty]
    if not filled or not last or any(r is None for r in read):
        return False
    brackets = all(r.paren and not r.number for r in filled)
    own = key(stub)
    said_so = any(re.fullmatch(rf"\(?({p})\)?", own, re.IGNORECASE) for p in BESIDE.values())
    if brackets:
        return not stub or said_so or own == key(above) or bool(re.search(r"标准误|t值|t统计|p值|std|t-stat|error", own))
    return last == "term" and (not stub or (said_so and not bracketed))  # in a table with brackets t, z and p are variables


def _brackets(columns: Sequence[_Column], read: Sequence[Said | None], last: str) -> None:
    for column, got in zip(columns, read, strict=True):
        if got is None or got.empty:
            continue
        paren = got.paren or got.number
        if last == "term" and column.terms and column.rows and column.rows[-1] == "now":
            term = column.terms[-1]
            if not term.paren:
                column.terms[-1] = Term(term.var, term.coef, term.stars or got.stars, paren, term.label_printed)
        elif last == "value:F":
            column.values["p_F"] = paren


def _is_effect(stub: str, cells: Sequence[str], read: Sequence[Said | None]) -> bool:
    filled = [(c, r) for c, r in zip(cells, read, strict=True) if c]
    said_so = [c for c, _ in filled if yes_no(c) is not None]
    return bool(said_so) and (len(said_so) == len(filled) or bool(EFFECTS.search(stub)))


def _has_brackets(found: Found, groups: Sequence[Group]) -> bool:
    return any((s := said(row[g.at])) is not None and s.paren for row in found.body for g in groups)


def _bracket_next(found: Found, groups: Sequence[Group], stubs: Sequence[str], i: int) -> bool:
    if i + 1 >= len(stubs):
        return False
    return _is_below(stubs[i + 1], stubs[i], [said(found.body[i + 1][g.at]) for g in groups], "term", bracketed=True)


def _terms(found: Found, groups: Sequence[Group], columns: Sequence[_Column], i: int, stub: str, read: Sequence[Said | None]) -> None:
    """One coefficient a column that prints one."""
    label = words(stub)
    is_constant = bool(re.fullmatch(CONSTANT, key(stub)))
    for group, column, got in zip(groups, columns, read, strict=True):
        column.rows.append("")
        if got is None or not got.number:
            continue
        var = "_cons" if is_constant else _free(label, [t.var for t in column.terms])
        paren = got.paren or _beside(found.body[i], group)
        column.terms.append(Term(var, got.number, got.stars, paren, label if is_constant and label != "_cons" else ""))
        column.rows[-1] = "now"


def _free(name: str, taken: Sequence[str]) -> str:
    return next(n for n in (name, *(f"{name} ({k})" for k in range(2, 99))) if n not in taken)


def _beside(row: Sequence[str], group: Group) -> str:
    for j in group.beside[:1]:
        got = said(row[j])
        if got is not None:
            return got.number or got.paren
    return ""


def _column_names(found: Found, groups: Sequence[Group]) -> list[str]:
    """The number over a column; where there is none, the text that tells the columns apart; else its place."""
    numbered = [next((h for h in found.head(g.at) if is_model(h)), "") for g in groups]
    if all(numbered) and len(set(numbered)) == len(numbered):
        return numbered
    for row in reversed(found.heads):
        texts = [words(row[g.at]) for g in groups]
        if all(texts) and len(set(texts)) == len(texts) and len(texts) > 1:
            return texts
    joined = [_number_in(found.head(g.at)) for g in groups]
    if all(joined) and len(set(joined)) == len(joined):
        return joined
    return [f"({n})" for n in range(1, len(groups) + 1)]


def _number_in(heads: Sequence[str]) -> str:
    """A number at the beginning of a head: (1) lnED."""
    return next((m.group() for h in heads if (m := re.match(r"[(（]\d{1,2}[)）]", h))), "")


def _outcomes(found: Found, groups: Sequence[Group]) -> list[str]:
    """What each column explains, by the head; ``?`` where it does not say."""
    made = []
    stated = re.search(r"(?:dependent variable|被解释变量|因变量)\s*(?:is|为|是|[:：])\s*([\w\u4e00-\u9fff.]+)", f"{found.title} {found.note}", re.IGNORECASE)
    for g in groups:
        made.append(_outcome(found, g.at) or (stated.group(1) if stated else ""))
    return [m or UNKNOWN for m in made]


def _outcome(found: Found, j: int) -> str:
    rows = _carried(found)
    for row, filled in zip(found.heads, rows, strict=True):
        if DEPENDENT.search(row[0]) and filled[j] and not is_model(filled[j]):
            return words(filled[j])
    texts = [words(row[j]) for row in rows if row[j]]
    for text in texts:
        if found_ := re.match(rf"{DEPENDENT.pattern}\s*(?:is|为|[:：=])?\s*(.+)", text, re.IGNORECASE):
            return words(found_.group(1))
    texts = [re.sub(r"^[(（]\d{1,2}[)）]\s*", "", t) for t in texts if not is_model(t)]
    left = [t for t in texts if t and not SAMPLES.search(t) and not re.fullmatch(ESTIMATE, key(t)) and not DEPENDENT.fullmatch(t)]
    return left[-1] if left else ""


def _carried(found: Found) -> list[list[str]]:
    """The head, a text carried to the right over empty cells where the file has no merged ones."""
    made = []
    for row in found.heads:
        full = list(row)
        if not is_model(next((c for c in row[1:] if c), "")):
            for j in range(2, len(full)):
                full[j] = full[j] or full[j - 1]
            first = next((c for c in full[1:] if c), "")
            full[1:] = [c or first for c in full[1:]]
        made.append(full)
    return made
