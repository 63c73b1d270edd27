"""The paper's own numbers next to ours: a companion of an exhibit, laid out as the paper's table, each cell equal, rounded otherwise or different."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from regio.auditing.inference import brackets
from regio.auditing.look import Look
from regio.auditing.numbers import Interval, parse, total
from regio.auditing.paper import Paper, PaperTable, plain
from regio.calibrating.aims import significant_only
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, Text, label, text
from regio.exhibits.numbers import MINUS
from regio.language import Message, entries, say
from regio.language import known as known_code

Agreement = Literal["equal", "rounding", "inside", "outside", "different", "absent"]
Ranges = Mapping[tuple[str, str, str, str], tuple[float, float]]  # exhibit, row, part, column → least and greatest over calibrated panels
Value = float | str | tuple[float, float] | None
DIGITS = 3  # decimals of a range
SHOWN: tuple[Agreement, ...] = ("equal", "rounding", "different", "absent")  # signs that a note explains
LAST = 1.0  # units of the last digit that still count as rounding
FITS = {"N": ("n",), "R2": ("r2_within", "r2"), "R2_within": ("r2_within",), "R2_adj": ("r2_within_adjusted", "r2_adjusted"), "F": ("f_statistic",)}
NAMES = {"inverse_vif": "tolerance", "weight": "weight", "coef": "estimate", "se": "std_error", "z": "statistic", "p": "p_value"}
NAMES |= {f"{kind}_{end}": f"{long}.{end}" for kind, long in (("percentile", "percentile"), ("corrected", "bias_corrected")) for end in ("low", "high")}
CELLS = {
    "descriptives": ("n", "mean", "median", "sd", "min", "max"),
    "vif": ("vif", "inverse_vif"),
    "weights": ("weight",),
    "bootstrap": ("coef", "se", "z", "p", "percentile_low", "percentile_high", "corrected_low", "corrected_high"),
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number: the row and column that it should stand in among ours (the first of several names that we have), and as the paper has them."""

    rows: tuple[str, ...]
    part: str
    columns: tuple[str | int, ...]
    row: str
    column: str
    printed: str
    limits: Interval | None


def companion(ours: Table, paper: Paper, names: Sequence[str], *, calibrated: bool, ranges: Ranges | None = None) -> Table:
    """A table of the paper's numbers in the paper's layout, each with how ours compares; several tables of the paper stand side by side.

    A number that print does not pin down, so that it has a range over calibrated panels, is set beside the range: one panel says nothing of it.
    """
    import pandas as pd

    look = Look(paper)
    cells = [cell for name in names if (table := paper.table(name)) is not None for cell in _cells(look, table)]
    columns = tuple(dict.fromkeys(cell.column for cell in cells))
    judged = {(c.row, c.part, c.column): (c, *_compared(ours, c, ranges or {})) for c in cells}
    rows = []
    for row, part in _order(cells):
        first = next(c for c in cells if (c.row, c.part) == (row, part))
        head = EMPTY if part else _head(ours, first)
        rows.append(Row(row, head, tuple(_cell(ours, judged.get((row, part, column))) for column in columns), block="fit" if row in FITS else "terms"))
    counts = {kind: sum(found[2] == kind for found in judged.values()) for kind in ("equal", "rounding", "inside", "outside", "different", "absent")}
    frame = pd.DataFrame(
        [(c.row, c.part, c.column, c.printed, *(None if isinstance(value, tuple) else value, kind)) for c, value, kind in judged.values()],
        columns=["row", "part", "column", "printed", "computed", "agreement"],
    )
    weights = [number.value for c in cells if c.column == "weight" and (number := parse(c.printed))]
    divided = [Message("beside.of_sum", {"sum": f"{sum(weights):.4f}"})] if any(c.column == "of_sum" for c in cells) else []
    ranged = [Message("beside.ranged", counts)] if counts["inside"] or counts["outside"] else []
    signs = tuple(Message(f"beside.sign.{kind}", {"count": counts[kind]}) for kind in SHOWN if counts[kind])
    notes = [
        *([Message("beside.note", {"signs": signs})] if signs else []),
        *ranged,
        *divided,
        *([Message("beside.reproduced")] if calibrated and counts["equal"] else []),
    ]
    heads = tuple(Column(c, (_column_head(ours, c),)) for c in columns)
    title = Message("beside.title", {"tables": tuple(_called(t) for n in names if (t := paper.table(n)) is not None)})
    return Table(name=f"{ours.name}_beside", frame=frame, columns=heads, rows=tuple(rows), title=title, notes=tuple(notes))


def _called(table: PaperTable) -> Message | str:
    """The number of a table in the reader's language, where it is called by no more than that."""
    words = table.label or table.id
    found = re.fullmatch(r"(?:Table|表)\s*(\w+)", words)
    if found is None and (some := re.fullmatch(r"Table\s*(\w+), columns?\s*(.+)", words)):
        return Message("beside.table_columns", {"number": some[1], "columns": tuple(re.split(r",\s*|\s+and\s+", some[2]))})
    if found is None and (section := re.fullmatch(r"(?:Section|第)\s*([\d.]+)\s*节?", words)):
        return Message("beside.section", {"number": section[1]})
    return Message("beside.table", {"number": found[1]}) if found else words


def _order(cells: Sequence[Printed]) -> list[tuple[str, str]]:
    """Rows in the order of each column, a row that a column adds behind the one above it there; what describes the fit below."""
    found = list[tuple[str, str]]()
    for column in dict.fromkeys(cell.column for cell in cells):
        at = 0
        for row in ((cell.row, cell.part) for cell in cells if cell.column == column):
            if row not in found:
                found.insert(at, row)
            at = found.index(row) + 1
    return sorted(found, key=lambda row: row[0] in FITS)


def _cells(look: Look, table: PaperTable) -> Iterator[Printed]:
    if table.kind == "regression":
        yield from _regression(look, table)
    elif table.kind == "correlations":
        padded = significant_only([row["r"] for row in table.rows])
        for row in table.rows:
            number = parse(row["r"])
            limits = number.interval(decimals=padded[number.decimals]) if number and number.decimals in padded else look.interval(row["r"], table, "r")
            yield Printed((row["row"],), "", (row["col"],), row["row"], row["col"], row["r"], limits)
    elif table.kind in OWN:
        yield from OWN[table.kind](look, table)
    else:
        for row in table.rows:
            name = row.get("var") or row.get("indicator") or row.get("effect") or row.get("factor") or ""
            for cell in CELLS.get(table.kind, ()):
                if row.get(cell):
                    yield Printed(_ours(table, name), "", (NAMES.get(cell, cell),), name, cell, row[cell], look.interval(row[cell], table, cell))
        if table.kind == "weights":
            yield from _shares(look, table)
        if table.values.get("mean_vif"):
            mean = table.values["mean_vif"]
            yield Printed(("_mean",), "", ("vif",), "_mean", "vif", mean, look.interval(mean, table, "vif"))


def _detector(look: Look, table: PaperTable) -> Iterator[Printed]:
    for row in table.rows:
        name, period = row.get("factor") or f"{row.get('first')}.{row.get('second')}", row.get("period", "")
        for cell in ("q", "p", "rank"):
            if row.get(cell):
                ours = NAMES.get(cell, cell)
                column, shown = (f"{period}.{ours}", f"{cell}@{period}") if period else (ours, cell)
                yield Printed((name,), "", (column,), name, shown, row[cell], look.interval(row[cell], table, cell))


def _group_means(look: Look, table: PaperTable) -> Iterator[Printed]:
    for row in table.rows:
        name, group = row.get("period", "_all"), row["group"]
        yield Printed((name,), "", (group,), name, group, row["mean"], look.interval(row["mean"], table, "mean"))


def _thresholds(look: Look, table: PaperTable) -> Iterator[Printed]:
    """Rows of the table of tests bear the number of the threshold, those of the table of estimates that of the model before it."""
    for row in table.rows:
        number = str(TESTS.get(row["test"], row["test"]))
        for cell, ours in THRESHOLD.items():
            if row.get(cell):
                yield Printed((number, f"{number}.{number}"), "", (ours,), number, cell, row[cell], look.interval(row[cell], table, cell))


def _instruments(look: Look, table: PaperTable) -> Iterator[Printed]:
    for row in table.rows:
        for cell, (name, column) in INSTRUMENTS.items():
            if row.get(cell):
                yield Printed((name,), "", (NAMES.get(column, column),), name, column, row[cell], look.interval(row[cell], table, cell))


def _directions(look: Look, table: PaperTable) -> Iterator[Printed]:
    return (
        Printed((row["indicator"],), "", ("direction",), row["indicator"], "direction", row["attribute"], None) for row in table.rows if row.get("attribute")
    )


def _classes(look: Look, table: PaperTable) -> Iterator[Printed]:
    return (Printed((str(i),), "", (HEAD,), row["interval_printed"], "type", row["type"], None) for i, row in enumerate(table.rows, 1))


SIGNS = {"+": "positive", "−": "negative"}  # of a direction
HEAD = "_head"  # the words of a row, in place of one of its cells
TESTS = {"single": 1, "double": 2, "triple": 3}
THRESHOLD = {"F": "statistic", "p": "p_value", "critical_10": "critical_10", "critical_5": "critical_5", "critical_1": "critical_1", "estimate": "value"}
THRESHOLD |= {"ci_low": "conf_low", "ci_high": "conf_high"}
INSTRUMENTS = {
    "kp_lm": ("kleibergen_paap_lm", "statistic"),
    "kp_lm_p": ("kleibergen_paap_lm", "p"),
    "kp_f": ("kleibergen_paap_f", "statistic"),
    "cragg_donald_f": ("cragg_donald_f", "statistic"),
    "stock_yogo": ("stock_yogo.size_10", "statistic"),
}
OWN: dict[str, Callable[[Look, PaperTable], Iterator[Printed]]] = {
    "geodetector": _detector,
    "interactions": _detector,
    "group_means": _group_means,
    "threshold": _thresholds,
    "instruments": _instruments,
    "indicator_system": _directions,
    "classes": _classes,
}


def _shares(look: Look, table: PaperTable) -> Iterator[Printed]:
    """Printed weights divided by their sum, where they do not sum to one."""
    known = [(row["indicator"], look.interval(row["weight"], table, "weight")) for row in table.rows if row.get("indicator") and row.get("weight")]
    parts = [limits for _, limits in known if limits is not None]
    whole = total(parts)
    if len(parts) == len(known) and parts and not whole.holds(1.0):
        for name, limits in known:
            assert limits is not None
            share = limits.middle / whole.middle
            yield Printed(_ours(table, name), "", ("weight",), name, "of_sum", f"{share:.4f}", None)


def _ours(table: PaperTable, name: str) -> tuple[str, ...]:
    """Names of our row: an effect of a bootstrap is the direct one, or that of the first mediator."""
    if table.kind != "bootstrap":
        return name, re.sub(r"\W+", "_", name.casefold()).strip("_")
    words = name.casefold()
    direct = ("direct" in words and "indirect" not in words) or "直接" in words
    return ("_direct",) if direct else ("_total",) if "total" in words or "总" in words else ("*",)


def _regression(look: Look, table: PaperTable) -> Iterator[Printed]:
    part = {"t": "statistic", "se": "std_error", "p": "p_value"}[brackets(look, table).kind]
    for i, model in enumerate(table.models):
        where: tuple[str | int, ...] = (model.col, i)
        for term in model.terms:
            yield Printed((term.var,), "", where, term.var, model.col, term.coef, look.coef(table, term))
            if term.paren:
                yield Printed((term.var,), part, where, term.var, model.col, term.paren, look.interval(term.paren, table, "paren"))
        for name, ours in FITS.items():
            if name in model.values:
                yield Printed(ours, "", where, name, model.col, model.values[name], look.value(table, model, name))


def _words(value: object) -> tuple[str, ...]:
    """What a cell says in English, and the word that it stands for."""
    if isinstance(value, Message):
        return say(value, "en"), value.code.rpartition(".")[2]
    return (value, SIGNS.get(value, value)) if isinstance(value, str) and value else ()


def _compared(ours: Table, cell: Printed, ranges: Ranges) -> tuple[Value, Agreement]:
    found = _find(ours, cell)
    value = found.value if found is not None else None
    if isinstance(value, Message) and [*value.values] == ["value"]:  # a number with digits of its own
        value = value.values["value"]
    number = parse(cell.printed)
    if number is None and (words := _words(value)):
        return words[0], "equal" if plain(cell.printed) in map(plain, words) else "different"
    if isinstance(value, str) and (written := parse(value)) is not None:
        value = written.value
    if isinstance(value, bool) or not isinstance(value, int | float) or number is None:
        return None, "absent"
    limits = cell.limits or number.interval()
    if found is not None and (ends := ranges.get(_address(ours, found))) and not (limits.holds(ends[0]) and limits.holds(ends[1])):
        return ends, "inside" if limits.low <= ends[1] and limits.high >= ends[0] else "outside"
    if limits.holds(float(value)):
        return float(value), "equal"
    return float(value), "rounding" if limits.low - LAST * limits.width <= value <= limits.high + LAST * limits.width else "different"


def _address(ours: Table, cell: Cell) -> tuple[str, str, str, str]:
    """Where a cell of ours stands."""
    return next((ours.name, row.key, row.part, column.key) for row in ours.rows for column, c in zip(ours.columns, row.cells, strict=True) if c is cell)


def _find(ours: Table, cell: Printed) -> Cell | None:
    """Our cell: rows by name, columns by key, by a word of their heads, or by their place; of a symmetric table also the other way round."""
    for name in cell.rows:
        for row in ours.rows:
            if row.part == cell.part and (_same(row.key, name) or (name == "*" and not row.key.startswith("_"))):
                if HEAD in cell.columns:
                    return row.head
                found = _in_row(ours, row, cell.columns)
                if found is not None and found.value is not None:
                    return found
    swapped = next((row for row in ours.rows for c in cell.columns if isinstance(c, str) and _same(row.key, c)), None)
    return _in_row(ours, swapped, cell.rows) if swapped is not None and not cell.part else None


def _in_row(ours: Table, row: Row, columns: Sequence[str | int]) -> Cell | None:
    names = [c for c in columns if isinstance(c, str)]
    keys = [column.key for column in ours.columns]
    for name in names:
        if name in keys:
            return row.cells[keys.index(name)]
        for column, found in zip(ours.columns, row.cells, strict=True):
            heads = [str(h.value) for h in column.heads if h.kind == "label" or isinstance(h.value, str)]
            if _same(column.key, name) or any(len(h) > 3 and plain(name).startswith(plain(h)) for h in heads):
                return found
    place = next((c for c in columns if isinstance(c, int)), None)
    return row.cells[place] if place is not None and place < len(row.cells) else None


def _same(a: str, b: str) -> bool:
    return plain(a) == plain(b)


def _head(ours: Table, cell: Printed) -> Cell:
    """The words of our own row, else the paper's."""
    if HEAD in cell.columns:
        return label(cell.row)
    row = next((r for name in cell.rows for r in ours.rows if (_same(r.key, name) or (name == "*" and not r.key.startswith("_"))) and not r.part), None)
    return row.head if row is not None else text(f"beside.row.{cell.row}") if cell.row in FITS else label(cell.row)


def _column_head(ours: Table, name: str) -> Cell:
    kind, at, period = name.partition("@")
    if at:
        return text("beside.of_period", what=Message(f"beside.column.{kind}"), period=period)
    if known_code(f"beside.column.{name}"):
        return text(f"beside.column.{name}")
    own = next((column.heads[0] for column in ours.columns if column.key == name and len(column.heads) == 1), None)
    return label(name) if own is None else own


def _cell(ours: Table, found: tuple[Printed, Value, Agreement] | None) -> Cell:
    if found is None:
        return EMPTY
    cell, value, kind = found
    number = parse(cell.printed)
    if number is None:
        return text(f"beside.{kind}", printed=_in_both(ours, cell.printed), computed=_in_both(ours, str(value)))
    printed = cell.printed.replace("-", MINUS)
    shown = printed if not cell.part else f"({printed})"
    if value is None:
        return text("beside.absent", printed=shown)
    if isinstance(value, str):
        return text(f"beside.{kind}", printed=shown, computed=value)
    decimals = max(number.decimals, 0)
    if isinstance(value, tuple):
        least, greatest = (f"{end:.{min(decimals, DIGITS)}f}".replace("-", MINUS) for end in value)
        return text(f"beside.{kind}", printed=shown, least=least, greatest=greatest)
    return text(f"beside.{kind}", printed=shown, computed=f"{value:.{decimals}f}".replace("-", MINUS))


def _in_both(ours: Table, word: str) -> Text:
    """A word of the paper as it is printed, and in the other language where the catalogue has it."""
    for room in ("beside", ours.title.code.partition(".")[0]):
        for entry in entries(room).values():
            for own, other in (("en", "zh"), ("zh", "en")):
                if plain(entry.get(own, "")) == plain(SIGNS.get(word, word)):
                    return {own: word, other: entry.get(other, word)}
    return word
