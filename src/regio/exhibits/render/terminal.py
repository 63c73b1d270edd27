"""A printed table as plain text for a terminal: three lines, Chinese characters counted as two columns wide."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from regio.exhibits.printed import Printed
from regio.language import say

GAP = "  "
NARROWEST = 16  # columns of the terminal that a column of words keeps
HEAD = 28  # and that the names of the rows keep


def terminal(printed: Printed, width: int = 100) -> str:
    """The table; columns of words wrap where it would be wider than ``width`` columns, numbers never do."""
    heads = [_head(printed, level) for level in range(len(printed.heads))]
    body = [[row.head, *(str(cell) for cell in row.cells)] for row in printed.rows]
    words = [True, *(all(row.cells[i].kind in ("text", "label") for row in printed.rows) for i in range(len(printed.column_keys)))]
    widest = [max((columns(line[i]) for line in heads + body), default=0) for i in range(len(words))]
    sizes = _fitted(widest, words, width - len(GAP) * (len(words) - 1))
    wrapped = [size < most for size, most in zip(sizes, widest, strict=True)]
    total = sum(sizes) + len(GAP) * (len(sizes) - 1)
    lines = [printed.title, *printed.labels, "━" * total]
    lines += [part for line in heads for part in _lines(line, sizes, wrapped)] + ["─" * total]
    for row, line in zip(printed.rows, body, strict=True):
        lines += (["─" * total] if row.rule_above else []) + _lines(line, sizes, wrapped)
    lines.append("━" * total)
    if printed.notes:
        notes = say("exhibits.notes", printed.language, notes=(" " if printed.language == "en" else "").join(printed.notes))
        lines += wrap(notes, max(40, min(width, total)))
    return "\n".join(lines)


def _fitted(sizes: list[int], words: list[bool], width: int) -> list[int]:
    """Widths of columns: the widest column of words gives way first, none below ``NARROWEST``, the first one not below ``HEAD``."""
    sizes = list(sizes)
    while sum(sizes) > width:
        free = [i for i, size in enumerate(sizes) if words[i] and size > (NARROWEST if i else HEAD)]
        if not free:
            break
        sizes[max(free, key=lambda i: sizes[i])] -= 1
    return sizes


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


def _lines(cells: list[str], sizes: list[int], wrapped: list[bool]) -> list[str]:
    """One row; a wrapped column is set flush left, as the first one is."""
    broken = [_broken(cell, size) if wraps else [cell] for cell, size, wraps in zip(cells, sizes, wrapped, strict=True)]
    left = [i == 0 or wraps for i, wraps in enumerate(wrapped)]
    return [
        GAP.join(_placed(parts[k] if k < len(parts) else "", size, flush) for parts, size, flush in zip(broken, sizes, left, strict=True)).rstrip()
        for k in range(max(1, *map(len, broken)))
    ]


def _broken(cell: str, size: int) -> list[str]:
    """Lines of a cell; a word longer than the column is broken, behind a slash or an underscore where it has one."""
    found = []
    for line in wrap(cell, size):
        while columns(line) > size:
            at = max((i + 1 for i, c in enumerate(line[:size]) if c in "/_"), default=size)
            found.append(line[:at])
            line = line[at:]
        found.append(line)
    return found


def _placed(cell: str, size: int, left: bool) -> str:
    blank = " " * (size - columns(cell))
    return cell + blank if left else blank + cell
