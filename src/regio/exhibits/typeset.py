"""Typeset: the one function in which words, digits, stars and labels come into being."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from regio.exhibits.models import Cell, Row, Table, Text
from regio.exhibits.numbers import count, digits, p_text, stars
from regio.exhibits.printed import Head, Printed, PrintedCell, PrintedRow
from regio.exhibits.style import Style
from regio.language import Language, Message, Name, say, spell

CHECK = "✓"
ENDS = (".", "。", "!", "！", "?", "？", ";", "；", ":", "：", "…")
BRACKETED = ("std_error", "statistic")


def typeset(
    table: Table,
    language: Language,
    *,
    style: Style | None = None,
    labels: Mapping[str, Text] | None = None,
    title: Text | None = None,
    marks: Sequence[Text] = (),
) -> Printed:
    """A table in one language.

    ``labels`` gives the words for names of variables, regions and groups; a name without one prints as it is. ``title`` replaces the
    table's own. ``marks`` are labels of the data, such as "calibrated, not observed".
    """
    style, labels = style or Style(), labels or {}
    rows = [row for row in table.rows if (row.part not in BRACKETED or row.part == style.brackets) and not (style.fixed_effects == "none" and _yes_no(row))]
    printed = tuple(_row(row, above, style, labels, language) for row, above in zip(rows, [None, *rows], strict=False))
    return Printed(
        name=table.name,
        language=language,
        title=spell(title if title is not None else named(table.title, labels), language),
        stub=_cell(table.stub, style, labels, language).text,
        heads=_heads(table, style, labels, language),
        column_keys=tuple(column.key for column in table.columns),
        rows=printed,
        notes=stopped(
            [*_bracket_note(rows, style, language), *(say(named(n, labels), language) for n in table.notes), *_star_note(printed, style, language)], language
        ),
        labels=tuple(spell(mark, language) for mark in marks),
    )


def _yes_no(row: Row) -> bool:
    return bool(row.cells) and all(cell.kind == "yes_no" for cell in row.cells)


def _row(row: Row, above: Row | None, style: Style, labels: Mapping[str, Text], language: Language) -> PrintedRow:
    cells = tuple(_cell(cell, style, labels, language) for cell in row.cells)
    if row.part in BRACKETED:
        cells = tuple(PrintedCell(f"({c.text})", c.kind, c.stars, c.address) if c.text else c for c in cells)
    head = "" if row.part in BRACKETED else _cell(row.head, style, labels, language).text
    return PrintedRow(row.key, head, cells, row.part, above is not None and above.block != row.block)


def _cell(cell: Cell, style: Style, labels: Mapping[str, Text], language: Language) -> PrintedCell:
    return PrintedCell(words(cell, style, labels, language), cell.kind, stars(cell.p_value, style) if cell.kind == "estimate" else "", cell.address)


def words(cell: Cell, style: Style, labels: Mapping[str, Text], language: Language) -> str:
    """What a cell says."""
    value = cell.value
    if value is None:
        return ""
    match cell.kind:
        case "label":
            return spell(labels.get(str(value), value), language)
        case "text":
            return say(named(value, labels), language) if isinstance(value, Message) else str(value)
        case "yes_no":
            return say("exhibits.yes" if value else "exhibits.no", language) if style.fixed_effects != "check" else CHECK if value else ""
        case "count":
            return count(value)
        case "p_value":
            return p_text(value)
        case _:
            return digits(value, style.decimals)


def named(message: Message, labels: Mapping[str, Text]) -> Message:
    """Names of variables inside a message become their labels: values that are ``label`` cells, alone, in a tuple or inside another message."""

    def word(value: object) -> object:
        if isinstance(value, Cell) and value.kind == "label":
            return Name(labels.get(str(value.value), value.value))
        if isinstance(value, Cell) and value.kind == "text":
            return word(value.value)
        if isinstance(value, Message):
            return named(value, labels)
        return tuple(word(v) for v in value) if isinstance(value, tuple) else value

    return Message(message.code, {k: word(v) for k, v in message.values.items()})


def _heads(table: Table, style: Style, labels: Mapping[str, Text], language: Language) -> tuple[tuple[Head, ...], ...]:
    depth = max((len(column.heads) for column in table.columns), default=0)
    rows = []
    for level in range(depth):
        cells = [column.heads[level] if level < len(column.heads) else Cell("text") for column in table.columns]
        groups = [(same, len(list(group))) for same, group in groupby(cells)]
        rows.append(tuple(Head(_cell(cell, style, labels, language).text, span) for cell, span in groups))
    return tuple(rows)


def stopped(notes: Sequence[str], language: Language) -> tuple[str, ...]:
    """Notes that can follow one another: each but the last ends with a stop."""
    stop = "." if language == "en" else "。"
    return (*(note if not note or note.endswith(ENDS) else note + stop for note in notes[:-1]), *notes[-1:])


def _bracket_note(rows: Sequence[Row], style: Style, language: Language) -> tuple[str, ...]:
    shown = any(row.part == style.brackets for row in rows)
    return (say(f"exhibits.brackets.{style.brackets}", language),) if shown else ()


def _star_note(rows: Sequence[PrintedRow], style: Style, language: Language) -> tuple[str, ...]:
    if not any(cell.stars for row in rows for cell in row.cells):
        return ()
    levels = (", " if language == "en" else "，").join(f"{mark} p < {level:g}" for level, mark in sorted(style.stars))
    return (say("exhibits.stars", language, levels=levels),)
