"""A printed table in Typst: three rules, notes below. Every text is a string, so that no character in it has a meaning."""

from __future__ import annotations

from regio.exhibits.printed import Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import Fit, fit
from regio.language import say

SHORT = 24  # characters: the head of a row up to this length stays in one line


def quoted(text: str) -> str:
    """A text as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def typst(printed: Printed, *, number: str = "") -> str:
    """One figure of kind table, with its caption above, in the mode of markup."""
    caption = f"{number}　{printed.title}" if number and printed.language == "zh" else f"{number}. {printed.title}" if number else printed.title
    count, fitted = len(printed.column_keys), fit(printed)
    starred = any(cell.stars for row in printed.rows for cell in row.cells)
    head = "".join(_head_row(printed, level) for level in range(len(printed.heads)))
    body = "".join(_row(row, count + 1) for row in printed.rows)
    marks = "".join(f'#block(above: 4pt, text(size: 8pt, weight: "bold", {quoted(mark)}))\n' for mark in printed.labels)
    sentences = (" " if printed.language == "en" else "").join(printed.notes)
    notes = f"#block(above: 5pt, width: 100%, text(size: 8pt, {quoted(say('exhibits.notes', printed.language, notes=sentences))}))\n" if printed.notes else ""
    form = (
        f"columns: ({_widths(fitted)}), align: ({_aligned(printed, fitted)}), stroke: none, "
        f"inset: (left: {fitted.size * 0.4:.1f}pt, right: {fitted.size * (1.1 if starred else 0.4):.1f}pt, y: 2.4pt)"
    )
    made = (
        f"#block(above: 16pt, below: 6pt, sticky: true, align(center, strong({quoted(caption)})))\n"
        f"{marks}#align(center)[#set text(size: {fitted.size:.1f}pt)\n#table({form},\n"
        f"table.hline(stroke: 1.2pt),\ntable.header(repeat: true,\n{head}table.hline(stroke: .6pt)),\n{body}table.hline(stroke: 1.2pt))]\n{notes}"
    )
    return f"#page(flipped: true)[\n{made}]\n" if fitted.across else made


def _widths(fitted: Fit) -> str:
    return ", ".join("1fr" if wraps else "auto" for wraps in fitted.wraps) + ","


def _aligned(printed: Printed, fitted: Fit) -> str:
    sides = ["left"]
    for i, wraps in enumerate(fitted.wraps[1:]):
        words = all(row.cells[i].kind in ("text", "label", "yes_no") for row in printed.rows if row.cells[i].text)
        sides.append("left" if wraps else "center" if words else "right")
    return ", ".join(sides) + ","


def _head_row(printed: Printed, level: int) -> str:
    last = level == len(printed.heads) - 1
    cells, rules, at = [f"{quoted(printed.stub if last else '')},"], [], 1
    for head in printed.heads[level]:
        cells.append(f"table.cell(colspan: {head.span}, align: center, {quoted(head.text)}),")
        if head.span > 1 and not last:
            rules.append(f"table.hline(start: {at}, end: {at + head.span}, stroke: .4pt),")
        at += head.span
    return " ".join([*cells, *rules]) + "\n"


def _row(row: PrintedRow, width: int) -> str:
    rule = f"table.hline(start: 0, end: {width}, stroke: .4pt),\n" if row.rule_above else ""
    head = f"box({quoted(row.head)})," if len(row.head) < SHORT else f"{quoted(row.head)},"
    return rule + " ".join([head, *map(_cell, row.cells)]) + "\n"


def _cell(cell: PrintedCell) -> str:
    """Stars stand outside the column, so that digits stay in one line."""
    return f"[#{quoted(cell.text)}#box(width: 0pt, align(left, box(super({quoted(cell.stars)}))))]," if cell.stars else f"{quoted(cell.text)},"
