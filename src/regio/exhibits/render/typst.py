"""A printed table in Typst: three rules, notes below. Every text is a string, so that no character in it has a meaning."""

from __future__ import annotations

from collections.abc import Iterable

from regio.exhibits.printed import Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import WORDS, Fit, all_words, ems, insets, lines, parts, seamed
from regio.exhibits.scripts import Piece, scripts
from regio.language import say

CHINESE = (0.8, 0.5)  # points above and below: Chinese characters are taller than capitals and reach below the line
WHOLE = (32, 20)  # lines on an upright page, on a turned one: a table up to this is kept on one page


def quoted(text: str) -> str:
    """A text as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def content(pieces: Iterable[Piece]) -> str:
    """Running text with indices and powers."""
    return "[" + "".join(f"#{quoted(text)};" if place == "plain" else f"#{place}(typographic: false, {quoted(text)});" for text, place in pieces) + "]"


def typst(printed: Printed, *, number: str = "", turned: bool | None = None) -> str:
    """One figure of kind table, with its caption above, in the mode of markup; several where the table is cut into parts. turned: on a page turned by a
    quarter; None: as its width wants.
    """
    made = "".join(_part(part, fitted, number) for part, fitted in parts(printed))
    turned = any(fitted.across for _, fitted in parts(printed)) if turned is None else turned
    return f"#page(flipped: true)[\n{made}]\n" if turned else made


def _part(printed: Printed, fitted: Fit, number: str) -> str:
    caption = f"{number}　{printed.title}" if number and printed.language == "zh" else f"{number}. {printed.title}" if number else printed.title
    small = [f'text(size: 8pt, weight: "bold", {quoted(mark)})' for mark in printed.labels]
    marks = "".join(f"#block(above: 4pt, width: 100%, sticky: true, align(center, {mark}))\n" for mark in small)
    sentences = (" " if printed.language == "en" else "").join(printed.notes)
    said = content(scripts(say("exhibits.notes", printed.language, notes=sentences)))
    notes = f"#block(above: 5pt, width: 100%, text(size: 8pt, {said}))\n" if printed.notes else ""
    starred = any(cell.stars for row in printed.rows for cell in row.cells)
    left = fitted.size * 0.4
    right = fitted.size * fitted.gap - left if starred else left
    tall = 3.0 if any(fitted.tight) else 2.4
    high = f"top: {tall + CHINESE[0]:.1f}pt, bottom: {tall + CHINESE[1]:.1f}pt" if printed.language == "zh" else f"y: {tall:.1f}pt"
    sides = ", ".join(f"(left: {left:.1f}pt, right: {right + inset * fitted.size:.1f}pt, {high})" for inset in (0.0, *insets(printed, fitted)))
    form = f"columns: ({_widths(printed, fitted)}), align: ({_aligned(printed, fitted)}), stroke: none, inset: ({sides},)"
    plain = f"(left: {left:.1f}pt, right: {right:.1f}pt, {high})"
    head = "".join(_head_row(printed, level, plain) for level in range(len(printed.heads)))
    body = "".join(_row(row, fitted, plain) for row in printed.rows)
    whole = lines(printed, fitted) <= WHOLE[fitted.across]
    block = f"breakable: {'false' if whole else 'true'}, width: 100%, sticky: {'true' if notes and whole else 'false'}"
    return (
        f"#block(above: 16pt, below: 6pt, width: 100%, sticky: true, align(center, strong({quoted(caption)})))\n"
        f"{marks}#block({block})[#set align(center)\n#set text(size: {fitted.size:.1f}pt)\n"
        f"#set par(justify: false, leading: .45em)\n#set table.cell(breakable: false)\n#table({form},\n"
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


def _head_row(printed: Printed, level: int, plain: str) -> str:
    last = level == len(printed.heads) - 1
    cells, rules, at = [f"{quoted(printed.stub if last else '')},"], [], 1
    for head in printed.heads[level]:
        cells.append(f"table.cell(colspan: {head.span}, align: center, inset: {plain}, {quoted(head.text)}),")
        if head.span > 1 and not last:
            rules.append(f"table.hline(start: {at}, end: {at + head.span}, stroke: .4pt),")
        at += head.span
    return " ".join([*cells, *rules]) + "\n"


def _row(row: PrintedRow, fitted: Fit, plain: str) -> str:
    rule = f"table.hline(start: 0, end: {len(fitted.widths)}, stroke: .4pt),\n" if row.rule_above else ""
    head = f"{quoted(seamed(row.head))}," if fitted.tight[0] else f"box({quoted(row.head)}),"
    cells = (_cell(cell, plain, wraps, tight) for cell, wraps, tight in zip(row.cells, fitted.wraps[1:], fitted.tight[1:], strict=True))
    return rule + " ".join([head, *cells]) + "\n"


def _cell(cell: PrintedCell, plain: str, wraps: bool, tight: bool) -> str:
    """Stars stand outside the column, so that digits stay in one line; a word among numbers stands in the middle."""
    if cell.text and cell.kind in WORDS and not cell.stars:
        words = quoted(seamed(cell.text) if tight else cell.text)
        return f"{words}," if wraps else f"table.cell(align: center, inset: {plain}, {words}),"
    return f"[#{quoted(cell.text)}#box(width: 0pt, align(left, box(super({quoted(cell.stars)}))))]," if cell.stars else f"{quoted(cell.text)},"
