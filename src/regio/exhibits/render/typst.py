"""A printed table in Typst: three rules, notes below. Every text is a string, so that no character in it has a meaning."""

from __future__ import annotations

from regio.exhibits.printed import Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import Fit, all_words, ems, lines, parts
from regio.language import say

WHOLE = (32, 20)  # lines on an upright page, on a turned one: a table up to this is kept on one page


def quoted(text: str) -> str:
    """A text as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def typst(printed: Printed, *, number: str = "", turned: bool | None = None) -> str:
    """One figure of kind table, with its caption above, in the mode of markup; several where the table is cut into parts. turned: on a page turned by a
    quarter; None: as its width wants.
    """
    made = "".join(_part(part, fitted, number) for part, fitted in parts(printed))
    turned = any(fitted.across for _, fitted in parts(printed)) if turned is None else turned
    return f"#page(flipped: true)[\n{made}]\n" if turned else made


def _part(printed: Printed, fitted: Fit, number: str) -> str:
    caption = f"{number}　{printed.title}" if number and printed.language == "zh" else f"{number}. {printed.title}" if number else printed.title
    head = "".join(_head_row(printed, level) for level in range(len(printed.heads)))
    body = "".join(_row(row, fitted) for row in printed.rows)
    marks = "".join(f'#block(above: 4pt, sticky: true, text(size: 8pt, weight: "bold", {quoted(mark)}))\n' for mark in printed.labels)
    sentences = (" " if printed.language == "en" else "").join(printed.notes)
    notes = f"#block(above: 5pt, width: 100%, text(size: 8pt, {quoted(say('exhibits.notes', printed.language, notes=sentences))}))\n" if printed.notes else ""
    starred = any(cell.stars for row in printed.rows for cell in row.cells)
    left = fitted.size * 0.4
    form = (
        f"columns: ({_widths(printed, fitted)}), align: ({_aligned(printed, fitted)}), stroke: none, "
        f"inset: (left: {left:.1f}pt, right: {fitted.size * fitted.gap - left if starred else left:.1f}pt, y: 2.4pt)"
    )
    whole = "false" if lines(printed, fitted) <= WHOLE[fitted.across] else "true"
    return (
        f"#block(above: 16pt, below: 6pt, sticky: true, align(center, strong({quoted(caption)})))\n"
        f"{marks}#block(breakable: {whole}, width: 100%, sticky: {'true' if notes else 'false'})[#set align(center)\n#set text(size: {fitted.size:.1f}pt)\n"
        f"#set par(justify: false)\n#table({form},\n"
        f"table.hline(stroke: 1.2pt),\ntable.header(repeat: true,\n{head}table.hline(stroke: .6pt)),\n{body}table.hline(stroke: 1.2pt))]\n{notes}"
    )


def _widths(printed: Printed, fitted: Fit) -> str:
    """Columns of numbers as wide as they are; those of texts and those under a wide title as wide as they may be."""
    heads = [head.text for head in printed.heads[-1] for _ in range(head.span)] if printed.heads else [""] * len(printed.column_keys)
    found = []
    for text, tight, width, millimetres in zip([printed.stub, *heads], fitted.tight, fitted.widths, fitted.millimetres(), strict=True):
        found.append(f"{millimetres:.1f}mm" if tight or ems(text) > width + 0.5 else "auto")
    return ", ".join(found) + ","


def _aligned(printed: Printed, fitted: Fit) -> str:
    wordy = [all_words(printed, i) for i in range(len(printed.column_keys))]
    return "left, " + "".join(f"{('left' if wraps else 'center') if only else 'right'}, " for only, wraps in zip(wordy, fitted.wraps[1:], strict=True))


def _head_row(printed: Printed, level: int) -> str:
    last = level == len(printed.heads) - 1
    cells, rules, at = [f"{quoted(printed.stub if last else '')},"], [], 1
    for head in printed.heads[level]:
        cells.append(f"table.cell(colspan: {head.span}, align: center, {quoted(head.text)}),")
        if head.span > 1 and not last:
            rules.append(f"table.hline(start: {at}, end: {at + head.span}, stroke: .4pt),")
        at += head.span
    return " ".join([*cells, *rules]) + "\n"


def _row(row: PrintedRow, fitted: Fit) -> str:
    rule = f"table.hline(start: 0, end: {len(fitted.widths)}, stroke: .4pt),\n" if row.rule_above else ""
    head = f"{quoted(row.head)}," if fitted.tight[0] else f"box({quoted(row.head)}),"
    return rule + " ".join([head, *map(_cell, row.cells)]) + "\n"


def _cell(cell: PrintedCell) -> str:
    """Stars stand outside the column, so that digits stay in one line."""
    return f"[#{quoted(cell.text)}#box(width: 0pt, align(left, box(super({quoted(cell.stars)}))))]," if cell.stars else f"{quoted(cell.text)},"
