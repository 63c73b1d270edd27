"""Where the tables of a page are: between horizontal rules, or under a caption where there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from regio.auditing.proposing.blocks import STARRY
from regio.auditing.proposing.cells import is_number
from regio.auditing.proposing.lines import Line, Rule, Word, chunks, gathered
from regio.auditing.proposing.names import CAPTION, NOTE

SAME = 9.0  # points by which the ends of the rules of one table may differ
LONGEST = 60  # characters of a cell in a table without rules
WIDE = 210.0  # points: a line of one piece as long as this is prose
SHORT = 25  # characters of the second line of the name of a row


@dataclass(frozen=True, slots=True)
class Region:
    """A table on its page: from its first to its last rule."""

    top: float
    bottom: float
    left: float
    right: float
    ruled: bool = True


def inside(word: Word, region: Region) -> bool:
    middle = (word.top + word.bottom) / 2
    return region.top <= middle <= region.bottom and word.right > region.left - SAME and word.left < region.right + SAME


def regions(words: list[Word], rules: list[Rule], *, open_: bool) -> list[Region]:
    """Rules of one width and place, as long as what stands between them is no caption, note or prose."""
    found: list[Region] = []
    left_over = [r for r in sorted(rules, key=lambda r: r.y) if r.right - r.left > 60]
    while left_over:
        first = left_over.pop(0)
        wide = [r for r in left_over if abs(r.left - first.left) < SAME and abs(r.right - first.right) < SAME]
        group = [first]
        for rule in wide:
            if not _tabular(_between(words, group[-1].y, rule.y, first)) or _spills(words, group[-1].y, rule.y, first):
                break
            group.append(rule)
        left_over = [
            r for r in left_over if r not in group and not (group[0].y <= r.y <= group[-1].y and r.left >= first.left - SAME and r.right <= first.right + SAME)
        ]
        region = _stretched(words, group, first)
        if region is None:
            continue
        filled = sum(len(chunks(line)) > 1 for line in _between(words, region.top, region.bottom, first))
        at_edge = region.top - min(w.top for w in words) < 12 or max(w.bottom for w in words) - region.bottom < 12
        if filled >= 2 or (filled and at_edge):  # one row of a table may stand alone on a page
            found.append(region)
    return [*found, *_bare(words, found, open_=open_)]


def _bare(words: list[Word], found: Sequence[Region], *, open_: bool) -> list[Region]:
    """Tables without any rule: rows of numbers under a caption, and at the top of a page where the last one ended with a table."""
    lines = gathered([w for w in words if not any(inside(w, r) for r in found)])
    made = [_around(rows)] if open_ and not any(r.top < lines[0].top for r in found if lines) and (rows := _rest(lines)) else []
    for i, line in enumerate(lines):
        if CAPTION.match(line.text) and not (made and line.top < made[-1].bottom) and (rows := _under(lines, i)):
            made.append(_around(rows))
    return made


def _around(rows: Sequence[Line]) -> Region:
    return Region(rows[0].top - 1, rows[-1].bottom + 1, min(r.left for r in rows), max(r.right for r in rows), ruled=False)


def _rest(lines: Sequence[Line]) -> list[Line]:
    """The rows at the top of a page; the second line of a name at the left edge belongs to them."""

    def belongs(line: Line) -> bool:
        return _row_like(line) or (not NOTE.match(line.text) and len(line.text) <= SHORT and abs(line.left - lines[0].left) < 4)

    rows = list(takewhile(belongs, lines))
    return rows if any(map(_row_like, rows)) else []


def _under(lines: Sequence[Line], at: int) -> list[Line]:
    """The rows under a caption: at least three with numbers, or as many as stand before the end of the page."""
    rows: list[Line] = []
    for row in lines[at + 1 :]:
        above = rows[-1] if rows else lines[at]
        if CAPTION.match(row.text) or NOTE.match(row.text) or row.top - above.bottom > 2.2 * row.size or max(len(c.text) for c in chunks(row)) > LONGEST:
            break
        rows.append(row)
    while rows and len(chunks(rows[-1])) < 2 and not is_number(rows[-1].text) and not STARRY.fullmatch(rows[-1].text):
        rows.pop()
    numeric = [row for row in rows if any(is_number(c.text) for c in chunks(row)[1:])]
    cut = bool(rows) and rows[-1] is lines[-1] and all(len(chunks(r)) > 1 for r in rows[:2])
    return rows if cut or (len(numeric) >= 3 and len(numeric) > 0.4 * len(rows)) else []


def _between(words: list[Word], top: float, bottom: float, rule: Rule) -> list[Line]:
    return gathered([w for w in words if top < (w.top + w.bottom) / 2 < bottom and w.right > rule.left - SAME and w.left < rule.right + SAME])


def _tabular(lines: Sequence[Line]) -> bool:
    """Whether lines between two rules belong to a table."""
    if any((CAPTION.match(line.text) or NOTE.match(line.text)) and len(chunks(line)) == 1 for line in lines):
        return False
    prose = [line for line in lines if len(chunks(line)) == 1 and line.right - line.left > WIDE and len(line.text) > 40]
    return not lines or len(prose) < 0.5 * len(lines)


def _spills(words: list[Word], top: float, bottom: float, rule: Rule) -> bool:
    """Whether a text between two rules begins or ends beside them: a paragraph between two tables."""
    lines = gathered([w for w in words if top < (w.top + w.bottom) / 2 < bottom])
    reach = 2 * SAME
    return any(
        c.left < rule.right and c.right > rule.left and (c.left < rule.left - reach or c.right > rule.right + reach) for line in lines for c in chunks(line)
    )


def _stretched(words: list[Word], group: list[Rule], rule: Rule) -> Region | None:
    """A table that goes on over the end of a page has no last rule there, and may have no first one on the next."""
    left, right = min(r.left for r in group), max(r.right for r in group)
    below = _between(words, group[-1].y, 1e6, rule)
    above = _between(words, -1.0, group[0].y, rule)
    bottom, top = group[-1].y, group[0].y
    if below and all(_row_like(line) for line in below):
        bottom = below[-1].bottom + 1
    if len(group) <= 2 and above and all(_row_like(line) for line in above):
        top = above[0].top - 1
    return None if bottom - top < 8 or (len(group) < 2 and bottom == group[-1].y and top == group[0].y) else Region(top, bottom, left, right)


def _row_like(line: Line) -> bool:
    parts = chunks(line)
    if len(parts) == 1:
        return is_number(line.text) and not line.text.isdigit()
    return not CAPTION.match(line.text) and not NOTE.match(line.text) and any(re.search(r"\d|^[是否有无✓√×]$|^(yes|no|y|n)$", p.text, re.I) for p in parts[1:])
