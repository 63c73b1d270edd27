"""A document as paragraphs and raw tables in their order, before anyone decides what a table means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int, int, int]  # top, left, bottom, right: the last row and column belong to it
RAISED = str.maketrans("0123456789+-−–()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁽⁾")
STARRY = re.compile(r"[*＊∗⁎✱†‡+\s]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (``text``) or a table (``rows``, all of one length). ``head``: rows that the file itself calls a head; ``page``: from 1 on, 0 where the
    file has none; ``goes_on``: it begins at the top of a page or sheet and may be the rest of the table before it; ``picture``: a page without text.
    """

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    spans: tuple[Span, ...] = ()
    head: int = 0
    page: int = 0
    goes_on: bool = False
    picture: bool = False


def table(rows: Iterable[Sequence[str]], spans: Iterable[Span] = (), *, head: int = 0, page: int = 0, goes_on: bool = False, text: str = "") -> Block:
    """A table whose rows are filled up to one length."""
    given = [tuple(row) for row in rows]
    width = max(map(len, given), default=0)
    return Block(text, tuple(row + ("",) * (width - len(row)) for row in given), tuple(spans), head, page, goes_on)


def raised(text: str) -> str:
    """What a raised text says in a line: stars stay, digits become raised ones (R², 10⁻³, a footnote), letters get a caret."""
    if STARRY.fullmatch(text):
        return text
    moved = text.strip().translate(RAISED)
    return f"^{moved}" if re.fullmatch(r"[A-Za-z,]+", moved) else moved
