"""The signs of a line, and the pieces into which boundaries part it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from regio.auditing.proposing.cells import said
from regio.auditing.proposing.lines import Line, Word

APART = 0.03  # ems between two signs of one number at most
BLANK = 0.2  # ems that part words
HANG = 0.6  # points by which a sign may reach over a boundary


@dataclass(frozen=True, slots=True)
class Sign:
    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two boundaries in one row; ``wide``: the widest gap inside, in ems."""

    text: str
    left: float
    right: float
    number: bool
    wide: float

    @property
    def decimals(self) -> int:
        found = re.search(r"\.(\d+)", self.text)
        return len(found[1]) if found else 0


class Row:
    """The signs of a line from left to right."""

    def __init__(self, line: Line) -> None:
        self.line, self.size = line, line.size
        self.signs = sorted((s for w in line.words for s in signs(w)), key=lambda s: (s.left + s.right) / 2)
        self.known: dict[tuple[int, int], Piece | None] = {}

    @cached_property
    def middles(self) -> list[float]:
        return [(s.left + s.right) / 2 for s in self.signs]

    @cached_property
    def ends(self) -> tuple[list[float], list[float]]:
        """Where words begin and where they end."""
        starts = [i for i in range(1, len(self.signs)) if not inside(self, i)]
        return [self.signs[i].left for i in starts], [self.signs[i - 1].right for i in starts]

    def before(self, x: float) -> int:
        """How many signs stand left of a boundary."""
        return sum(m < x for m in self.middles)

    def straddles(self, x: float) -> bool:
        return any(s.left < x - HANG and s.right > x + HANG for s in self.signs)

    def piece(self, start: int, end: int) -> Piece | None:
        if (start, end) not in self.known:
            self.known[start, end] = self._piece(start, end)
        return self.known[start, end]

    def _piece(self, start: int, end: int) -> Piece | None:
        held = self.signs[start:end]
        if not held:
            return None
        text, wide = held[0].text, 0.0
        for before, sign in pairwise(held):
            gap = (sign.left - before.right) / self.size
            numeric = before.text[-1] in "0123456789.)*" and sign.text[0] in "0123456789.(-−–"
            text += (" " if gap > (APART if numeric else BLANK) else "") + sign.text
            wide = max(wide, gap)
        read = said(text)
        return Piece(text, held[0].left, held[-1].right, read is not None and not read.empty and " " not in text.strip(), wide)


def signs(word: Word) -> Iterator[Sign]:
    """The signs of a word with their places; the word as one where these are not known."""
    if len(word.edges) == len(word.text):
        yield from (Sign(c, left, right) for c, (left, right) in zip(word.text, word.edges, strict=True))
    else:
        yield Sign(word.text, word.left, word.right)


def inside(row: Row, i: int) -> bool:
    """Whether a word goes on from one sign to the next."""
    before, after = row.signs[i - 1].text[-1], row.signs[i].text[0]
    begins = after.isupper() and i + 1 < len(row.signs) and row.signs[i + 1].text[0].islower()
    return bool(re.fullmatch(r"[a-z]{2}|[A-Z]{2}|\d{2}|[A-Z][a-z]|[(（].|.[)）.]|1/", before + after)) and not begins
