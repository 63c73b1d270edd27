"""A printed table as plain text for a terminal: three lines, Chinese characters counted as two columns wide."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from regio.exhibits.printed import Printed
from regio.language import say

GAP = "  "


def terminal(printed: Printed, width: int = 100) -> str:
    heads = [_head(printed, level) for level in range(len(printed.heads))]
    body = [[row.head, *(str(cell) for cell in row.cells)] for row in printed.rows]
    sizes = [max(columns(line[i]) for line in heads + body) for i in range(len(printed.column_keys) + 1)]
    total = sum(sizes) + len(GAP) * (len(sizes) - 1)
    lines = [printed.title, *printed.labels, "━" * total]
    lines += [_line(line, sizes) for line in heads] + ["─" * total]
    for row, line in zip(printed.rows, body, strict=True):
        lines += (["─" * total] if row.rule_above else []) + [_line(line, sizes)]
    lines.append("━" * total)
    if printed.notes:
        notes = say("exhibits.notes", printed.language, notes=(" " if printed.language == "en" else "").join(printed.notes))
        lines += wrap(notes, max(40, min(width, total)))
    return "\n".join(lines)


NEVER_FIRST = "，。；：、！？）】》”’%,.;:!?)]"  # a line does not begin with these


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns: broken at blanks, and between Chinese characters but never before closing punctuation."""
    pieces = re.findall(rf"\s+|[\u2e80-\u9fff\uff00-\uffef][{re.escape(NEVER_FIRST)}]*|[^\s\u2e80-\u9fff\uff00-\uffef]+[{re.escape(NEVER_FIRST)}]*", text)
    lines, line = [], ""
    for piece in pieces:
        if line and columns((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        if line or piece.strip():
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _head(printed: Printed, level: int) -> list[str]:
    spread = (text for head in printed.heads[level] for text in (head.text, *[""] * (head.span - 1)))
    return [printed.stub if level == 0 else "", *spread]


def columns(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: list[str], sizes: list[int]) -> str:
    first = cells[0] + " " * (sizes[0] - columns(cells[0]))
    rest = [" " * (size - columns(cell)) + cell for cell, size in zip(cells[1:], sizes[1:], strict=True)]
    return GAP.join([first, *rest]).rstrip()
