"""Words on a page to lines, and the lines of one table to rows and columns: by where numbers stand, not by rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from regio.auditing.proposing.blocks import Block, Span, table
from regio.auditing.proposing.cells import is_decimal, is_number
from regio.auditing.proposing.names import MODEL

GAP = 0.62  # ems: a wider gap parts two cells
TIGHT = 0.7  # of the usual distance of rows: lines nearer than this are one row
TAIL = re.compile(r"(?=.)\d{0,5}[*＊∗]*[)）\]]?[*＊∗]*")  # of a number that was broken
BROKEN = re.compile(r"[(（\[]?[-−–]?\d[\d,]*\.\d*[*＊∗]*")  # what stands before it
SIGN = re.compile(r"[(（\[]?[-−–]")
REACH = 0.15  # ems by which a word may hang out of its column


@dataclass(frozen=True, slots=True)
class Word:
    """``edges``: left and right of each of its signs, where known; ``alone``: a cell that is joined to no other word."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    edges: tuple[tuple[float, float], ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    y: float
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    words: tuple[Word, ...]

    @property
    def left(self) -> float:
        return min(w.left for w in self.words)

    @property
    def right(self) -> float:
        return max(w.right for w in self.words)

    @property
    def top(self) -> float:
        return min(w.top for w in self.words)

    @property
    def bottom(self) -> float:
        return max(w.bottom for w in self.words)

    @property
    def middle(self) -> float:
        return median((w.top + w.bottom) / 2 for w in self.words)

    @property
    def size(self) -> float:
        return median(w.size for w in self.words)

    @property
    def text(self) -> str:
        return spaced(self.words)


def spaced(words: Sequence[Word]) -> str:
    """Words in one line, a blank where the page has room for one."""
    text = ""
    for before, word in zip((None, *words), words, strict=False):
        text += ("" if before is None or word.left - before.right < 0.1 * word.size else " ") + word.text
    return text


def gathered(words: Iterable[Word]) -> list[Line]:
    """Words whose middles are at one height, from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.top + w.bottom) / 2):
        middle = (word.top + word.bottom) / 2
        if lines and abs(middle - median((w.top + w.bottom) / 2 for w in lines[-1])) < 0.38 * max(word.size, max(w.size for w in lines[-1])):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [Line(tuple(sorted(line, key=lambda w: w.left))) for line in lines]


def chunks(line: Line, gap: float = GAP) -> list[Word]:
    """The words of a line joined to cells; numbers with a point stand by themselves."""
    groups: list[list[Word]] = []
    for word in line.words:
        last = groups[-1][-1] if groups else None
        near = last is not None and word.left - last.right < gap * max(word.size, last.size)
        apart = last is not None and (word.alone or last.alone or (is_decimal(word.text) and is_number(spaced(groups[-1]))))
        if near and not apart:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Word(spaced(g), g[0].left, max(w.right for w in g), min(w.top for w in g), max(w.bottom for w in g), g[0].size) for g in groups]


def read_table(lines: list[Line], rules: Sequence[Rule], ends: tuple[float, float]) -> Block | None:
    """Rows and columns of one table."""
    first = next((i for i, line in enumerate(lines) if any(is_decimal(c.text) for c in chunks(line)[1:])), None)
    if first is None:
        first = next((i for i, line in enumerate(lines) if any(is_number(c.text) for c in chunks(line)[1:])), 1)
    columns = _columns(lines[first:], lines[:first])
    if len(columns) < 2:
        return None
    full = _full(rules, ends)
    ruled = len(lines) > 3 and len([y for y in full if lines[0].top < y < lines[-1].bottom]) >= 0.4 * len(lines)
    groups = _within(lines[:first], full) if ruled else _close(lines[:first], _usual(lines[first:], columns, _tails(lines[first:], columns)))
    head, spans = _head(groups, columns, rules)
    return table([*head, *_body(lines[first:], columns, full, ruled=ruled)], spans)


def _within(lines: Sequence[Line], full: Sequence[float]) -> list[list[Line]]:
    """The lines between two rules together: broken words of a head."""
    made: list[list[Line]] = []
    for line in lines:
        if made and not any(made[-1][-1].middle < y < line.middle for y in full):
            made[-1].append(line)
        else:
            made.append([line])
    return made


def _close(lines: Sequence[Line], usual: float) -> list[list[Line]]:
    """The lines of a head that stand closer than rows do together: broken words."""
    made: list[list[Line]] = []
    for line in lines:
        numbered = any(MODEL.fullmatch(c.text) for c in chunks(line))
        if made and not numbered and line.middle - made[-1][-1].middle < TIGHT * usual:
            made[-1].append(line)
        else:
            made.append([line])
    return made


def _full(rules: Sequence[Rule], ends: tuple[float, float]) -> list[float]:
    return [r.y for r in rules if r.right - r.left > 0.9 * (ends[1] - ends[0])]


def _columns(body: Sequence[Line], head: Sequence[Line]) -> list[tuple[float, float]]:
    """Where the cells of the body stand, and those of the last line of the head that stand over nothing."""
    cells = [c for line in body for c in chunks(line) if len(chunks(line)) > 1]
    found: list[tuple[float, float]] = []
    for numeric in (True, False):
        for cell in cells:
            if is_number(cell.text) == numeric:
                found = _joined(found, cell.left, cell.right, merging=numeric or sum(_meet(c, cell) for c in found) < 2)
    for line in head[-1:]:
        for cell in chunks(line):
            if not any(_meet(c, cell, -0.4 * cell.size) for c in found) and len(chunks(line)) > len(found):
                found = _joined(found, cell.left, cell.right, merging=True)
    return sorted(found)


def _meet(column: tuple[float, float], cell: Word, reach: float = 0.0) -> bool:
    return cell.left <= column[1] - reach and cell.right >= column[0] + reach


def _joined(columns: list[tuple[float, float]], left: float, right: float, *, merging: bool) -> list[tuple[float, float]]:
    meeting = [c for c in columns if left <= c[1] and right >= c[0]]
    if not merging:
        return columns
    return [c for c in columns if c not in meeting] + [(min([left, *(c[0] for c in meeting)]), max([right, *(c[1] for c in meeting)]))]


def _at(columns: Sequence[tuple[float, float]], cell: Word) -> int:
    """The column that a cell shares most room with; the nearest where none."""

    def shared(c: tuple[float, float]) -> tuple[float, float]:
        room = min(c[1], cell.right) - max(c[0], cell.left)
        return room, -abs((c[0] + c[1]) / 2 - (cell.left + cell.right) / 2)

    return max(range(len(columns)), key=lambda j: shared(columns[j]))


def _head(groups: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]], rules: Sequence[Rule]) -> tuple[list[list[str]], list[Span]]:
    """Rows of the head. A text over several columns spans those that a short rule under it or its own width says, else those nearest to it."""
    rows: list[list[str]] = []
    spans: list[Span] = []
    for number, group in enumerate(groups):
        row = [""] * len(columns)
        last = number == len(groups) - 1 or any(len(chunks(line)) >= len(columns) - 1 for above in groups[:number] for line in above)
        for line in group:
            cells = chunks(line)
            under = [r for r in rules if line.middle < r.y < line.bottom + 0.9 * line.size and r.right - r.left < 0.9 * (columns[-1][1] - columns[0][0])]
            for k, cell in enumerate(cells):
                reach = _reach(cell, [c for i, c in enumerate(cells) if i != k], columns, under, last=last or line is not group[0], many=len(cells))
                row[reach[0]] = f"{row[reach[0]]} {cell.text}".strip()
                if reach[1] > reach[0]:
                    spans.append((number, reach[0], number, reach[1]))
        rows.append(row)
    return rows, spans


def _reach(cell: Word, others: Sequence[Word], columns: Sequence[tuple[float, float]], under: Sequence[Rule], *, last: bool, many: int) -> tuple[int, int]:
    middle = (cell.left + cell.right) / 2
    for rule in under:
        if rule.left - 2 <= middle <= rule.right + 2:
            covered = [j for j, c in enumerate(columns) if rule.left - 4 <= (c[0] + c[1]) / 2 <= rule.right + 4]
            if covered:
                return covered[0], covered[-1]
    at = _at(columns, cell)
    if last or at == 0 or many >= len(columns) - 1:
        return at, at
    mine = [j for j, c in enumerate(columns) if j and all(_far(c, cell) <= _far(c, other) for other in others if _at(columns, other) > 0)]
    direct = [j for j in mine if cell.left - 2 <= (columns[j][0] + columns[j][1]) / 2 <= cell.right + 2]
    centred = [j for j in mine if _symmetric(columns, mine, middle)]
    chosen = centred or direct or [at]
    return chosen[0], chosen[-1]


def _far(column: tuple[float, float], cell: Word) -> float:
    return abs((column[0] + column[1]) / 2 - (cell.left + cell.right) / 2)


def _symmetric(columns: Sequence[tuple[float, float]], mine: Sequence[int], middle: float) -> bool:
    """Whether a text stands in the middle of these columns."""
    width = columns[mine[-1]][1] - columns[mine[0]][0]
    return abs((columns[mine[0]][0] + columns[mine[-1]][1]) / 2 - middle) < 0.12 * width + 4


def _body(lines: Sequence[Line], columns: Sequence[tuple[float, float]], full: Sequence[float], *, ruled: bool) -> list[list[str]]:
    """Lines to rows: those between two rules where every row has one, those that stand closer than rows do elsewhere."""
    placed = [[(_at(columns, c), c.text) for c in chunks(line)] for line in lines]
    tails = _tails(lines, columns)
    usual = _usual(lines, columns, tails)
    rows: list[list[str]] = []
    for i, (line, cells) in enumerate(zip(lines, placed, strict=True)):
        parted = any(lines[i - 1].middle < y < line.middle for y in full) if i else True
        close = i > 0 and not parted and (ruled or line.middle - lines[i - 1].middle < TIGHT * usual)
        if not close and i not in tails:
            rows.append([""] * len(columns))
        for j, text in cells:
            rows[-1][j] = re.sub(r"^\n", "", f"{rows[-1][j]}{'' if i in tails and j else chr(10)}{text}")
    return rows


def _tails(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i in range(1, len(lines)) if _is_tail(lines[i], lines[i - 1], columns)]


def _usual(lines: Sequence[Line], columns: Sequence[tuple[float, float]], tails: Sequence[int]) -> float:
    """How far rows of numbers stand below what is above them; 0 where that does not show."""
    numeric = {i for i, line in enumerate(lines) if i not in tails and any(_at(columns, c) and is_number(c.text) for c in chunks(line))}
    gaps = [lines[i].middle - lines[i - 1].middle for i in numeric if i - 1 in numeric or i - 1 in tails]
    return median(gaps) if gaps else 0.0


def _is_tail(line: Line, above: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether a line holds nothing but the last digits, stars and brackets of numbers that were broken in narrow cells right above."""
    over = {_at(columns, c): c for c in chunks(above)}
    parts = [(_at(columns, c), c) for c in chunks(line)]
    tails = [(j, c) for j, c in parts if j]
    if not tails or line.middle - above.middle > 2 * line.size or any(is_number(c.text) for j, c in parts if not j):
        return False
    return all(j in over and _under(over[j], c) and (SIGN.fullmatch(over[j].text) if "." in c.text else _ends(over[j].text, c.text)) for j, c in tails)


def _ends(above: str, tail: str) -> bool:
    return bool(BROKEN.fullmatch(above) and TAIL.fullmatch(tail))


def _under(above: Word, tail: Word) -> bool:
    """Whether two pieces of a cell are set alike: from the left, to the right, or in the middle."""
    reach = 0.3 * tail.size
    middles = (above.left + above.right) / 2 - (tail.left + tail.right) / 2
    return abs(above.left - tail.left) < reach or abs(above.right - tail.right) < reach or abs(middles) < reach
