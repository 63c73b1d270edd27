"""How a table lies on paper: the size of its letters, which texts wrap, whether it lies across the page, and into how many parts it is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil
from unicodedata import east_asian_width

from regio.exhibits.printed import Printed
from regio.exhibits.render.cut import cut

POINT = 25.4 / 72  # millimetres
GAP, STARRED_GAP = 0.95, 1.45  # ems between columns; more where stars stand between them
LONG = 13.0  # ems: a text wider than this may wrap
SHORTEST = 6.0  # ems: no column of texts is made narrower
HEAD = 7.0  # ems: a wider title of a column may wrap
WIDEST = 22.0, 27.0  # ems: no column of texts, no column of row heads is wider
UPRIGHT, ACROSS = 160.0, 245.0  # millimetres of text on a page of A4
LARGEST, PLEASANT, SMALL, SMALLEST = 9.5, 7.5, 6.5, 6.0  # points
SEAM = "\u200b"
BIT = 0.5  # ems by which columns are widened
LINES = 80, 52  # of the smallest letters on an upright page, on a turned one
TALLEST = 9  # lines of a row
ROOM = 0.8  # the share of a page that rows may take beside title, heads and notes
MORE = 1.3  # a table that takes so many times the pages is turned
BETWEEN = 12  # rows: a table up to this is turned with its neighbours
OPENING, CLOSING = frozenset("（《“「【[("), frozenset("，。、；：）》”」】？！")
ADDRESS = re.compile(r"(?:[\w.,-]+/)+[\w.,-]+|\w+(?:_\w+)+")  # of a number, or a name of several words
_JOINT = re.compile(r"(?<=\w)[/_](?=\w)|(?<=[a-z])\.(?=[a-z])")
WORDS = ("text", "label", "yes_no")  # kinds of cells that hold no number
NARROW, BROAD = frozenset(".,:;'!|()[]fijlrtI "), frozenset("mwMW−×≥≤∩→⇔+=<>%@")


@dataclass(frozen=True, slots=True)
class Fit:
    """widths: of the stub and each column in ems, without the gap after it; size: of letters in points; across: on a page turned by a quarter; wraps:
    which columns hold texts that may break; tight: which of them are narrower than their texts.
    """

    widths: tuple[float, ...]
    size: float
    across: bool
    wraps: tuple[bool, ...]
    tight: tuple[bool, ...]
    gap: float

    @property
    def room(self) -> float:
        return ACROSS if self.across else UPRIGHT

    def millimetres(self, *, gaps: bool = True) -> list[float]:
        """The width of each column, with the gap after it or without; the whole no wider than the page."""
        wanted = [(width + self.gap) * self.size * POINT for width in self.widths]
        shrunk = min(1.0, self.room / sum(wanted))
        return [(width + self.gap * gaps) * self.size * POINT * shrunk for width in self.widths]


def insets(printed: Printed, fitted: Fit) -> tuple[float, ...]:
    """Ems by which the numbers of each column stand in from its right edge, so that they lie in the middle below a wide title."""
    found = []
    for i, width in enumerate(fitted.widths[1:]):
        digits = [ems(row.cells[i].text) for row in printed.rows if row.cells[i].text and row.cells[i].kind not in WORDS]
        found.append(max(0.0, (width - max(digits)) / 2) if digits and not fitted.tight[i + 1] else 0.0)
    return tuple(found)


@lru_cache(maxsize=2**16)
def ems(text: str) -> float:
    """The width of a text: a Chinese character is one em, a digit half."""
    return sum(map(_em, text))


@cache
def _em(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.0
    return 0.32 if character in NARROW else 0.8 if character in BROAD else 0.7 if character.isupper() else 0.5


def fit(printed: Printed) -> Fit:
    """Upright where letters of a pleasant size allow it or texts of two lines do; else across the page; else as small as it must be."""
    gap = STARRED_GAP if any(cell.stars for row in printed.rows for cell in row.cells) else GAP
    texts = _texts(printed)
    wraps = tuple(_may_wrap(printed, i, texts[i]) for i in range(len(texts)))
    widths, size, across = _chosen(*_widths(printed, texts, wraps), texts, gap)
    tight = tuple(wrap and max(map(ems, column), default=0.0) > width + 0.1 for wrap, column, width in zip(wraps, texts, widths, strict=True))
    return Fit(tuple(widths), size, across, wraps, tight, gap)


def _chosen(full: list[float], natural: list[float], least: list[float], texts: list[list[str]], gap: float) -> tuple[Sequence[float], float, bool]:
    """Widths, size of letters, and whether they lie across the page."""
    halved = [max(low, min(wide, wide / 2 + 1)) for wide, low in zip(natural, least, strict=True)]  # texts of two lines
    for size in (LARGEST, 9.0, 8.5, 8.0):
        if (widths := next((w for w in (full, natural) if _total(w, gap, size) <= UPRIGHT), None)) is not None:
            return widths, size, False
    across = _across(full, natural, halved, least, texts, gap)
    most = max(1.0, MORE * _pages(texts, *across))
    for wrapped in (halved, least):  # letters that are easy to read go before texts of one line
        for size in (8.5, 8.0, PLEASANT):
            if _total(wrapped, gap, size) <= UPRIGHT:
                shared = _shared(natural, wrapped, texts, gap, size, UPRIGHT)
                if _pages(texts, shared, size, False) <= (most if size < 8.5 else 1.0) and max(_lines(texts, shared), default=1) <= TALLEST:
                    return shared, size, False
        for size in (PLEASANT, 7.0):
            if _total(natural, gap, size) <= UPRIGHT:
                return natural, size, False
    if _total(halved, gap, 7.0) <= UPRIGHT:
        return _shared(natural, halved, texts, gap, 7.0, UPRIGHT), 7.0, False
    if (upright := UPRIGHT / _total(natural, gap, 1.0)) >= SMALL:
        return natural, upright, False
    return across


def _across(
    full: list[float], natural: list[float], halved: list[float], least: list[float], texts: list[list[str]], gap: float
) -> tuple[Sequence[float], float, bool]:
    """Widths and size of letters on a page turned by a quarter: the largest letters that are wide enough, or smaller ones where these keep it on one page."""
    found: list[tuple[Sequence[float], float, bool]] = []
    for size in (8.5, 8.0, PLEASANT, 7.0, SMALL):
        if (widths := next((w for w in (full, natural) if _total(w, gap, size) <= ACROSS), None)) is not None:
            found.append((widths, size, True))
        elif _total(halved, gap, size) <= ACROSS:
            found.append((_shared(natural, halved, texts, gap, size, ACROSS), size, True))
    if found:
        return next((one for one in found if one[1] >= 7.0 and _pages(texts, *one) <= ROOM), found[0])
    size = max(4.5, min(SMALL, ACROSS / _total(least, gap, 1.0)))
    return _shared(natural, least, texts, gap, size, ACROSS), size, True


def _pages(texts: Sequence[Sequence[str]], widths: Sequence[float], size: float, across: bool) -> float:
    """About how many pages the rows take."""
    return sum(_lines(texts, widths)) * size / (LINES[across] * SMALL)


def _lines(texts: Sequence[Sequence[str]], widths: Sequence[float]) -> list[int]:
    """How many lines each row takes."""
    rows = zip(texts[0][1:], *texts[1:], strict=True)
    return [max(len(broken(text, width + 0.1)) for text, width in zip(row, widths, strict=True)) for row in rows]


def parts(printed: Printed) -> tuple[tuple[Printed, Fit], ...]:
    """The table, cut between columns where even across the page its letters would be too small to read; each part has the heads of all rows."""
    whole = fit(printed)
    if whole.size >= SMALLEST or len(printed.column_keys) < 2:
        return ((printed, whole),)
    gap, stub = whole.gap, min(whole.widths[0], WIDEST[1])
    room, ends, used = ACROSS / (PLEASANT * POINT) - stub - gap, [0], 0.0
    for i, width in enumerate(whole.widths[1:]):
        if used and used + width + gap > room:
            ends.append(_boundary(printed, ends[-1], i))
            used = sum(w + gap for w in whole.widths[1 + ends[-1] : 1 + i])
        used += width + gap
    made = cut(printed, [*ends, len(printed.column_keys)])
    return tuple((part, fit(part)) for part in made)


def turned(tables: Sequence[Printed | None]) -> tuple[bool, ...]:
    """Which of the exhibits of a document stand on pages turned by a quarter; None is a figure, which stays upright. A short table between two turned ones is
    turned with them, so that it does not need a page of its own.
    """
    flags = [table is not None and any(fitted.across for _, fitted in parts(table)) for table in tables]
    for i in range(1, len(flags) - 1):
        later = next((flag for flag, table in zip(flags[i:], tables[i:], strict=True) if flag or table is None or len(table.rows) > BETWEEN), False)
        flags[i] = flags[i] or (flags[i - 1] and later)
    return tuple(flags)


def _boundary(printed: Printed, first: int, end: int) -> int:
    """Where columns first … end are cut: between two titles over columns if this leaves two thirds of them."""
    at, ends = 0, []
    for head in printed.heads[0] if printed.heads else ():
        at += head.span
        ends.append(at)
    return max((e for e in ends if first + 2 * (end - first) / 3 <= e <= end), default=end)


def _texts(printed: Printed) -> list[list[str]]:
    """What stands in each column below its heads; first the heads of the rows."""
    columns = [[row.cells[i].text for row in printed.rows] for i in range(len(printed.column_keys))]
    return [[printed.stub, *(row.head for row in printed.rows)], *columns]


def all_words(printed: Printed, column: int) -> bool:
    """Whether a column holds no number."""
    return all(row.cells[column].kind in WORDS for row in printed.rows if row.cells[column].text)


def _may_wrap(printed: Printed, column: int, texts: Sequence[str]) -> bool:
    if column == 0:
        return max(map(ems, texts), default=0.0) > LONG
    limit = SHORTEST if all_words(printed, column - 1) else LONG
    return any(cell.kind in ("text", "label") and ems(cell.text) > limit for row in printed.rows for cell in (row.cells[column - 1],))


def _widths(printed: Printed, texts: Sequence[Sequence[str]], wraps: Sequence[bool]) -> tuple[list[float], list[float], list[float]]:
    """The width of each column with its title in one line, that with a title of two lines, and the least it can do with."""
    natural, least = [], []
    for i, (column, wrap) in enumerate(zip(texts, wraps, strict=True)):
        width = max(map(ems, column), default=1.0)
        widest = WIDEST[1] if i == 0 else WIDEST[0]
        natural.append(min(width, widest) if wrap else width)
        least.append(min(natural[-1], max(SHORTEST, *(ems(word) for text in column for word in words(text)))) if wrap else width)
    full = list(natural)
    for heads in printed.heads:
        at = 1
        for head in heads:
            under, wide = range(at, at + head.span), ems(head.text)
            word = max(map(ems, words(head.text)), default=0.0)
            for widths, wanted in ((full, min(wide, WIDEST[0])), (natural, min(wide, max(HEAD, word, wide / 2 + 1))), (least, min(max(word, wide / 3), LONG))):
                missing = wanted - sum(widths[i] for i in under) - GAP * (head.span - 1)
                for i in under:
                    widths[i] += max(0.0, missing / head.span)
            at += head.span
    return full, natural, [min(low, wide) for low, wide in zip(least, natural, strict=True)]


def words(text: str) -> list[str]:
    """What a line break cannot part, as far as tables go: words, parts of an address, and Chinese characters one by one."""
    found = [""]
    for word in seamed(text).split(" "):
        for piece in _pieces(word):
            for part in piece.split(SEAM):
                found += [""] if found[-1] else []
                for character in part:
                    found[-1] += character
                    if character in "·–-":
                        found.append("")
        found.append("")
    return [word for word in found if word]


def seamed(text: str) -> str:
    """A text whose addresses and long names may break behind their joints: there stands a space without width."""
    return ADDRESS.sub(lambda address: _JOINT.sub(lambda joint: joint.group() + SEAM, address.group()), text)


def _total(widths: Sequence[float], gap: float, size: float) -> float:
    return (sum(widths) + gap * len(widths)) * size * POINT


def _shared(natural: Sequence[float], least: Sequence[float], texts: Sequence[Sequence[str]], gap: float, size: float, room: float) -> tuple[float, ...]:
    """Each column its least; what is left goes, bit by bit, to where it saves most lines."""
    widths, left = list(least), room / (size * POINT) - sum(least) - gap * len(least)
    lengths = [[ems(text) for text in column] for column in texts]
    while left > 0 and (waiting := [i for i in range(len(widths)) if widths[i] < natural[i] - 1e-9]):
        i = max(waiting, key=lambda i: sum(length / widths[i] - length / (widths[i] + BIT) for length in lengths[i] if length > widths[i]))
        more = min(BIT, left, natural[i] - widths[i])
        widths[i] += more
        left -= more
    return tuple(widths)


@lru_cache(maxsize=2**14)
def broken(text: str, width: float) -> tuple[str, ...]:
    """The lines of a text in a column so many ems wide; words stay whole."""
    if ems(text) <= width and SEAM not in text:
        return (text,)
    lines = [""]
    for word in text.split(" "):
        for i, piece in enumerate(part for whole in _pieces(seamed(word)) for part in whole.split(SEAM)):
            before = " " if i == 0 and lines[-1] else ""
            if lines[-1] and ems(lines[-1] + before + piece) > width:
                lines.append(piece)
            else:
                lines[-1] += before + piece
    return tuple(lines)


def lines(printed: Printed, fitted: Fit) -> int:
    """How many lines the rows of a table take."""
    every = ([row.head, *(cell.text for cell in row.cells)] for row in printed.rows)
    return sum(
        max((ceil(ems(text) / width) for text, width, wraps in zip(row, fitted.widths, fitted.wraps, strict=True) if wraps), default=1) or 1 for row in every
    )


@lru_cache(maxsize=2**14)
def _pieces(word: str) -> tuple[str, ...]:
    """A word, or its Chinese characters; a mark that closes stays with the one before it, a mark that opens with the one behind it."""
    pieces: list[str] = []
    for character in word:
        last = pieces[-1][-1] if pieces else ""
        wide = character not in OPENING and east_asian_width(character) in "WF"
        if pieces and (character in CLOSING or last in OPENING or not (wide or character in "（《「【" or east_asian_width(last) in "WF")):
            pieces[-1] += character
        else:
            pieces.append(character)
    return tuple(pieces) or ("",)
