"""Tables whose columns touch: boundaries that no sign of any row straddles, and that leave a number, a word or nothing in every cell.

Gaps of the usual width do not part such cells. What does: positions that all rows share, numbers that would have two points, one alignment of all columns.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from regio.auditing.proposing.cells import is_number, said, yes_no
from regio.auditing.proposing.heads import Limits, headed, misfit
from regio.auditing.proposing.lines import GAP, Line, Word, chunks, gathered
from regio.auditing.proposing.names import CAPTION, NOTE
from regio.auditing.proposing.signs import APART, HANG, Piece, Row

GLUED = re.compile(  # two numbers, or a name and a number, without room between them
    r"\d\.\d+[*＊∗]*[)）]?[(（]?[-−–]?\d*\.\d|\d[-−–]\d+\.\d|[A-Za-z\u4e00-\u9fff²)）][-−–(（]?\d+\.\d{2,}[*＊∗)）]*$"
)
TAILED = re.compile(r"\d\.\d|\d\.$|[-−–(（]$|\s[(（]?[-−–]?\d*\.\d")  # the beginning of a number at the end of a name
VALUE = re.compile(r"[(（\[]?[-−–]?\d*\.\d+[*＊∗)）\]]*")
DECIMAL = re.compile(r"\d\.\d")
SAME = 0.8  # points within which edges are one
HALF = 0.85  # ems below a line at which the name of two lines stands
FEWEST = 3  # rows with decimals of a table
MOST = 120  # boundaries that are tried
ODD = re.compile(r"[(（]?[-−–]?(?:0\d|\.)|.*\.(?!\d)")  # 07.5, .5 and 5. begin or end in the number beside them
PROSE = re.compile(r".*[\u4e00-\u9fff].*[，。；：].*|.*[\u4e00-\u9fff]{40}")
INVALID, STRADDLED, OVER, EMPTY, COLUMN, MISALIGNED, OTHER_SIDE, UNLIKE, UNKNOWN = 10.0, 8.0, 1.0, 5.0, 1.5, 1.0, 0.05, 0.3, 0.7  # what is paid for
WORDS = 2.0  # for words in a column of numbers
HEADED = 1.0  # for a head that begins or ends where its column does
NEARLY = 1.5  # what an alignment may cost more than the cheapest one, where the head tells which it is
BROKEN = 0.1  # share of cells that fit nothing, above which the words are left as they are


def parted(pages: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """The words of each page; in tables whose columns touch, its cells instead. A table goes on at the top of the next page."""
    blocks = [list(_blocks(gathered(_level(words)))) for words in pages]
    made: list[list[Word]] = [[] for _ in pages]
    for n, page in enumerate(blocks):
        for i, block in enumerate(page):
            if i == 0 and n and blocks[n - 1] and not _alone(block[0]) and not _alone(blocks[n - 1][-1][0]):
                continue  # read together with what stands at the end of the page before
            parts, at = [(n, block)], n
            while i == len(page) - 1 and at + 1 < len(blocks) and blocks[at + 1] and not _alone(blocks[at + 1][0][0]) and not _alone(block[0]):
                at += 1
                parts.append((at, blocks[at][0]))
                if len(blocks[at]) > 1:
                    break
            for number, words in zip((p for p, _ in parts), _read([lines for _, lines in parts]), strict=True):
                made[number] += words
    return made


def _level(words: Sequence[Word]) -> list[Word]:
    """The words of a page; a name that stands half way between a number and its bracket is moved up to the number."""
    lines = gathered(words)
    made = list(words)
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        near = max(line.middle - above.middle, below.middle - line.middle) < HALF * line.size
        beside = all(other.left > line.right and any(is_number(w.text) for w in other.words) for other in (above, below))
        if near and beside and not any(is_number(w.text) for w in line.words):
            held = {id(w) for w in line.words}
            made = [replace(w, top=above.top, bottom=above.bottom) if id(w) in held else w for w in made]
    return made


def _read(parts: Sequence[Sequence[Line]]) -> list[list[Word]]:
    """One table in its pieces on one or several pages."""
    kept = [lines[slice(*_trimmed(lines))] for lines in parts]
    firsts = [next((i for i, line in enumerate(rows) if DECIMAL.search(line.text)), len(rows)) for rows in kept]
    body = [line for rows, first in zip(kept, firsts, strict=True) for line in rows[first:]]
    head = [line for rows, first in zip(kept, firsts, strict=True) for line in rows[:first]]
    cells = _cells(head, body) if crowded(head, body) else {}
    return [[w for line in lines for w in cells.get(id(line), line.words)] for lines in parts]


def _alone(line: Line) -> bool:
    return bool(CAPTION.match(line.text) or NOTE.match(line.text))


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines that follow each other closely; captions and notes stand by themselves."""
    held: list[Line] = []
    for line in lines:
        alone = _alone(line)
        if held and (alone or line.top - held[-1].bottom > 2.2 * line.size):
            yield held
            held = []
        if alone:
            yield [line]
        else:
            held.append(line)
    if held:
        yield held


def _trimmed(lines: Sequence[Line]) -> tuple[int, int]:
    """The first line and the one after the last that belong to a table: prose stands above and below it."""
    start, end = 0, len(lines)
    while end > start and _prose(lines[end - 1].text) and not DECIMAL.search(lines[end - 1].text):
        end -= 1
    rows = [i for i in range(start, end) if DECIMAL.search(lines[i].text)]
    while rows and start < rows[0] and _prose(lines[start].text):
        start += 1
    return start, end


def _prose(text: str) -> bool:
    small = len(re.findall(r"(?<=\s)[a-z]{2,}", text))
    return bool(PROSE.match(text)) or (small > 0.5 * len(text.split()) and small >= (3 if re.search(r"[.:;?!]$", text) else 6))


def crowded(head: Sequence[Line], body: Sequence[Line]) -> bool:
    """Whether numbers stand nearer to what is before them than cells do elsewhere, in a table of some rows, or the head has fewer cells than they."""
    if sum(bool(DECIMAL.search(line.text)) for line in body) < FEWEST:
        return False
    words = [w for line in body for w in line.words]
    if head:
        named = any(abs(line.left - min(b.left for b in body)) < 4 for line in head)
        if max(len(chunks(line)) for line in head) < max(len(chunks(line)) for line in body) - (not named):
            return True
    return any(GLUED.search(w.text) and said(w.text) is None for w in words) or any(_close(a, b) for line in body for a, b in pairwise(line.words))


def _close(one: Word, two: Word) -> bool:
    right = one.edges[-1][1] if one.edges else one.right  # stars that hang over count
    return two.left - right < GAP * max(one.size, two.size) and (bool(VALUE.fullmatch(two.text)) or (is_number(one.text) and is_number(two.text)))


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where it may stand, and how many signs of each row are left of it."""

    places: tuple[float, ...]
    before: tuple[int, ...]
    straddled: int


def _cells(heads: Sequence[Line], lines: Sequence[Line]) -> dict[int, list[Word]]:
    """The id of each line → its cells; nothing where no boundaries make sense of most of them."""
    head, body = [Row(line) for line in heads], [Row(line) for line in lines]
    found = _boundaries(body)
    if not found:
        return {}
    ends = (Boundary((-math.inf,), (0,) * len(body), 0), *found, Boundary((math.inf,), tuple(len(r.signs) for r in body), 0))
    usual = _usual(body)
    costs: Costs = {}
    paths = [_cheapest(body, head, ends, side, usual, costs) for side in (0, 1, 2)]
    least = min(cost for cost, _ in paths)
    fits = [(misfit(head, limits), limits) for side, (cost, path) in enumerate(paths) if cost <= least + NEARLY for limits in [_limits(body, ends, path, side)]]
    limits = min(fits, key=lambda f: f[0])[1]
    if len(limits.columns) < 3:
        return {}
    pieces = limits.pieces
    if sum(_bad(p, first=k == 0) for row in pieces for k, p in enumerate(row)) > BROKEN * sum(p is not None for row in pieces for p in row):
        return {}
    if any(_torn(a, b, row.size) for row, held in zip(body, pieces, strict=True) for a, b in pairwise(p for p in held if p is not None)):
        return {}
    made = {id(row.line): [_word(row, p) for p in headed(row, limits)] for row in head}
    return made | {id(row.line): [_word(row, p) for p in held if p is not None] for row, held in zip(body, pieces, strict=True)}


def _torn(one: Piece, two: Piece, size: float) -> bool:
    """Whether a boundary goes through a word."""
    touching = (two.left - one.right) / size < APART
    return touching and bool(re.fullmatch(r"[a-z]{2}|[\u4e00-\u9fff]{2}", one.text[-1] + two.text[0])) and yes_no(two.text) is None


def _limits(body: Sequence[Row], ends: Sequence[Boundary], path: Sequence[int], side: int) -> Limits:
    columns = list(pairwise((0, *path, len(ends) - 1)))
    pieces = [[row.piece(ends[i].before[n], ends[j].before[n]) for i, j in columns] for n, row in enumerate(body)]
    held = [[p for row in pieces if (p := row[k]) is not None] for k in range(len(columns))]
    middles = [median((p.left + p.right) / 2 for p in column) if column else 0.0 for column in held]
    return Limits(columns, pieces, [(ends[c].places[0], ends[c].places[-1]) for c in path], middles, side)


def _boundaries(body: Sequence[Row]) -> list[Boundary]:
    """Edges of signs that hardly any row straddles; those that part every row in the same way are one."""
    edges = sorted({round(x, 2) for row in body for s in row.signs for x in (s.left, s.right)})
    allowed = 0.04 * len(body)
    classes: dict[tuple[int, ...], list[float]] = {}
    cuts: dict[tuple[int, ...], int] = {}
    for x in edges:
        cut = sum(row.straddles(x) for row in body)
        if cut > allowed:
            continue
        before = tuple(row.before(x) for row in body)
        if not any(before) or all(n == len(row.signs) for n, row in zip(before, body, strict=True)):
            continue
        classes.setdefault(before, []).append(x)
        cuts[before] = min(cut, cuts.get(before, cut))
    found = [Boundary(tuple(places), before, cuts[before]) for before, places in classes.items()]
    return sorted(found, key=lambda b: b.places[0]) if len(found) <= MOST else []


Costs = dict[tuple[int, int], tuple[float, float, float]]


def _usual(body: Sequence[Row]) -> dict[int, float]:
    """The decimals of the numbers that end a word, and how often each comes beside the most frequent."""
    counts = Counter(len(m[1]) for row in body for w in row.line.words if (m := re.search(r"\.(\d+)[)）*＊]*$", w.text)))
    return {d: n / max(counts.values()) for d, n in counts.items()}


def _cheapest(body: Sequence[Row], head: Sequence[Row], ends: Sequence[Boundary], side: int, usual: dict[int, float], known: Costs) -> tuple[float, list[int]]:
    """The boundaries that cost least when all columns are aligned at one side (0 left, 1 right, 2 middle)."""
    best: list[tuple[float, int]] = [(0.0, -1)]
    for j in range(1, len(ends)):
        own = STRADDLED * ends[j].straddled + (min(_over(head, x, side) for x in ends[j].places) if j < len(ends) - 1 else 0.0)
        options = []
        for i in range(j):
            if (i, j) not in known:
                known[i, j] = _cost(body, ends[i], ends[j], usual, first=i == 0)
            options.append((best[i][0] + known[i, j][side] + own, i))
        best.append(min(options))
    path, at = [], best[-1][1]
    while at > 0:
        path.append(at)
        at = best[at][1]
    return best[-1][0], path[::-1]


def _over(head: Sequence[Row], x: float, side: int) -> float:
    """What a boundary costs in the head: signs that go over it; heads that begin right of it, or end left of it, are paid back."""
    cost = 0.0
    for row in head:
        cost += OVER * row.straddles(x)
        cost -= HEADED * (side < 2 and any(abs(e - x) < SAME for e in row.ends[side]))
    return cost


def _cost(body: Sequence[Row], one: Boundary, two: Boundary, usual: dict[int, float], *, first: bool) -> tuple[float, float, float]:
    """What a column costs under each alignment."""
    pieces = [p for n, row in enumerate(body) if (p := row.piece(one.before[n], two.before[n])) is not None]
    if not pieces:
        return (EMPTY + COLUMN,) * 3
    cost = COLUMN + INVALID * sum(_bad(p, first=first) for p in pieces)
    if first:
        return (cost + WORDS * sum(bool(re.search(r"\s\d{2,}$", p.text)) for p in pieces),) * 3
    numbers = [p for p in pieces if p.number]
    cost += WORDS * sum(not p.number and yes_no(p.text) is None for p in pieces)
    decimals = Counter(p.decimals for p in numbers if p.decimals)
    cost += UNLIKE * (sum(decimals.values()) - max(decimals.values(), default=0))
    cost += sum(UNKNOWN * (p.decimals > 0) * (1 - usual.get(p.decimals, 0.0)) + (INVALID / 3 if ODD.match(p.text) else 0.0) for p in numbers)
    sides: tuple[Callable[[Piece], float], ...] = (lambda p: p.left, lambda p: p.right, lambda p: (p.left + p.right) / 2)
    off = [_off([f(p) for p in numbers]) for f in sides]
    return tuple(cost + MISALIGNED * off[k] + OTHER_SIDE * (sum(off) - off[k]) for k in range(3))  # type: ignore[return-value]


def _off(edges: Sequence[float]) -> int:
    """How many edges are not where most are."""
    return len(edges) - max((sum(abs(e - x) < SAME for e in edges) for x in edges), default=0)


def _bad(piece: Piece | None, *, first: bool) -> bool:
    """Whether what stands in a cell is neither a number nor words: numbers that run together, words with room for a column between them."""
    if piece is None or piece.number:
        return False
    if piece.text[0] in "*＊∗" or piece.text[0] in ")）":
        return True
    if first:
        return piece.wide > 1.5 or bool(TAILED.search(piece.text))
    return (
        piece.wide > GAP
        or (bool(re.search(r"\d", piece.text)) and (said(piece.text) is None or " " in piece.text))
        or not re.search(r"\w|[-−–—✓√/]", piece.text)
    )


def _word(row: Row, piece: Piece) -> Word:
    like = row.line.words[0]
    room = min(HANG, (piece.right - piece.left) / 4)
    return replace(
        like,
        text=piece.text.strip(),
        left=piece.left + room,
        right=piece.right - room,
        top=row.line.top,
        bottom=row.line.bottom,
        size=row.size,
        edges=(),
        alone=True,
    )
