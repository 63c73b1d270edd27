"""A printed table as an HTML three-line table (三线表)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from regio.exhibits.printed import Head, Printed, PrintedCell, PrintedRow
from regio.exhibits.render.fit import SEAM, ems, seamed
from regio.exhibits.scripts import Piece, scripts
from regio.language import say

LONG = 12.0  # em: above this a text cell is set flush left and may wrap
TAGS = {"sub": "sub", "super": "sup"}
SHORT = 7.0  # em: a title up to this stays on one line
WIDE, BROAD = 12, 78.0  # columns, ems with what is between them: above this the table is set smaller
CSS = """
.regio { margin: 1.6em 0; overflow-x: auto; }
.regio table { border-collapse: collapse; border-top: 1.5pt solid; border-bottom: 1.5pt solid; font-variant-numeric: tabular-nums;
  font-family: "Times New Roman", "Noto Serif SC", "Songti SC", SimSun, serif; }
.regio caption { caption-side: top; font-weight: bold; padding: .4em 0; text-align: left; }
.regio th, .regio td { padding: .18em .8em; font-weight: normal; text-align: right; white-space: nowrap; vertical-align: baseline; }
.regio thead th { text-align: center; white-space: normal; text-wrap: balance; vertical-align: bottom; }
.regio thead th.short { white-space: nowrap; }
.regio thead th.over { border-bottom: .5pt solid; }
.regio thead tr:last-child th, .regio thead th.stub, .regio thead th.reach { border-bottom: .75pt solid; }
.regio tbody th, .regio thead th.stub { text-align: left; padding-left: .2em; }
.regio tbody th { white-space: normal; min-width: 5em; }
.regio tbody th.long { min-width: 13em; }
.regio tbody tr.rule > * { border-top: .5pt solid; }
.regio td.text, .regio td.yes_no, .regio td.label { text-align: center; }
.regio td.long { text-align: left; white-space: normal; overflow-wrap: break-word; min-width: 9em; max-width: 26em; }
.regio td sup { font-size: .72em; line-height: 0; position: absolute; margin-top: .5em; }
.regio.starred td.estimate, .regio.starred td.std_error, .regio.starred td.statistic, .regio.starred td.count,
.regio.starred td.number, .regio.starred td.p_value { padding-right: 1.7em; }
.regio.wide table { font-size: .8em; }
.regio.wide th, .regio.wide td { padding: .12em .38em; }
.regio .notes { font-size: .86em; max-width: 62em; margin: .4em 0 0; line-height: 1.45; }
.regio .mark { font-size: .86em; font-weight: bold; color: #9a3412; }
"""


def html(printed: Printed, *, anchor: str = "", number: str = "") -> str:
    """One ``<div>`` with the table; ``anchor`` becomes its id, ``number`` (Table 1) stands before the title."""
    heads = "".join(_head_row(printed, level) for level in range(len(printed.heads)))
    caption = f"{number}　{printed.title}" if number and printed.language == "zh" else f"{number}. {printed.title}" if number else printed.title
    marks = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in printed.labels)
    notes = f'<p class="notes">{marked(scripts(say("exhibits.notes", printed.language, notes=_sentences(printed))))}</p>' if printed.notes else ""
    identity = f' id="{escape(anchor)}"' if anchor else ""
    long = _long_columns(printed)
    body = "".join(_row(row, long) for row in printed.rows)
    wide = " wide" if len(printed.column_keys) > WIDE or _breadth(printed) > BROAD else ""
    wide += " starred" if any(cell.stars for row in printed.rows for cell in row.cells) else ""
    return (
        f'<div class="regio{wide}" lang="{"zh-CN" if printed.language == "zh" else "en"}"{identity}>{marks}<table><caption>{escape(caption)}</caption>'
        f"<thead>{heads}</thead><tbody>{body}</tbody></table>{notes}</div>\n"
    )


def _breadth(printed: Printed) -> float:
    """About how many ems the table takes, with texts that wrap as narrow as they may be."""
    starred = any(cell.stars for row in printed.rows for cell in row.cells)
    heads = [head.text for head in printed.heads[-1] for _ in range(head.span)] if printed.heads else []
    widths = [min(LONG, max((ems(row.head) for row in printed.rows), default=0.0))]
    for i in range(len(printed.column_keys)):
        texts = [row.cells[i].text for row in printed.rows]
        title = ems(heads[i]) if i < len(heads) else 0.0
        widths.append(max(min(LONG, max(map(ems, texts), default=0.0)), title if title <= SHORT else 0.0))
    return sum(widths) + len(widths) * (2.5 if starred else 1.6)


def marked(pieces: Iterable[Piece]) -> str:
    """Running text with indices and powers."""
    return "".join(escape(text) if place == "plain" else f"<{TAGS[place]}>{escape(text)}</{TAGS[place]}>" for text, place in pieces)


def _sentences(printed: Printed) -> str:
    return (" " if printed.language == "en" else "").join(printed.notes)


def _head_row(printed: Printed, level: int) -> str:
    """One row of header cells; a word with nothing below it reaches down to the body."""
    depth = len(printed.heads)
    stub = f'<th class="stub" scope="col" rowspan="{depth}">{escape(printed.stub)}</th>' if level == 0 else ""
    return f"<tr>{stub}{''.join(_head(printed, level, start, head) for start, head in _placed(printed.heads[level]))}</tr>"


def _head(printed: Printed, level: int, start: int, head: Head) -> str:
    depth = len(printed.heads)
    columns = range(start, start + head.span)
    if not head.text:  # each column by itself, unless a word above reaches down
        return "".join("" if _covered(printed, level, column) else "<th></th>" for column in columns)
    down = depth - level if _reaches(printed, level, start) else 1
    over = head.span > 1 and level + down < depth
    said = {
        "scope": "col" if head.span == 1 else "colgroup",
        "colspan": head.span,
        "rowspan": down,
        "class": " ".join(filter(None, ("over" if over else "reach" if down > 1 else "", "short" if ems(head.text) <= SHORT else ""))),
    }
    attributes = "".join(f' {name}="{value}"' for name, value in said.items() if value not in ("", 1))
    return f"<th{attributes}>{escape(head.text)}</th>"


def breaking(made: str) -> str:
    """HTML in which a line may break behind the joints of an address or of a long name."""
    return seamed(made).replace(SEAM, "<wbr>")


def _placed(heads: Sequence[Head]) -> Iterator[tuple[int, Head]]:
    """Header cells with the column where each starts."""
    start = 0
    for head in heads:
        yield start, head
        start += head.span


def _above(printed: Printed, level: int, column: int) -> str:
    """What the header says of a column on one level."""
    return next(head.text for start, head in _placed(printed.heads[level]) if start <= column < start + head.span)


def _covered(printed: Printed, level: int, column: int) -> bool:
    """Whether a word above reaches down through this cell."""
    return any(_reaches(printed, above, column) for above in range(level))


def _reaches(printed: Printed, level: int, column: int) -> bool:
    start, head = next((start, head) for start, head in _placed(printed.heads[level]) if start <= column < start + head.span)
    lower = range(level + 1, len(printed.heads))
    return bool(head.text) and all(not _above(printed, below, c) for below in lower for c in range(start, start + head.span))


def _long_columns(printed: Printed) -> list[bool]:
    """Columns with a long text: set flush left, and they may wrap."""
    return [any(row.cells[i].kind == "text" and ems(row.cells[i].text) > LONG for row in printed.rows) for i in range(len(printed.column_keys))]


def _row(row: PrintedRow, long: list[bool]) -> str:
    rule = ' class="rule"' if row.rule_above else ""
    cells = "".join(_cell(cell, wraps and cell.kind == "text") for cell, wraps in zip(row.cells, long, strict=True))
    wide = ' class="long"' if ems(row.head) > LONG else ""
    return f'<tr{rule}><th{wide} scope="row">{breaking(escape(row.head))}</th>{cells}</tr>'


def _cell(cell: PrintedCell, long: bool) -> str:
    mark = f"<sup>{escape(cell.stars)}</sup>" if cell.stars else ""
    address = f' data-address="{escape("/".join(cell.address))}"' if cell.address and cell.text else ""
    return f'<td class="{"long" if long else cell.kind}"{address}>{breaking(escape(cell.text)) if long else escape(cell.text)}{mark}</td>'
