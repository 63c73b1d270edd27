"""In which order tables and figures follow one another on paper: a figure may pass a table, and a table a figure, where a page would stay half empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from regio.exhibits.printed import Printed
from regio.exhibits.render.fit import ACROSS, POINT, UPRIGHT, ems, lines, parts

PAGE, TURNED = 245.0, 158.0  # millimetres of a page of A4 from the first line to the last
WINDOW = 4  # places by which an exhibit may come earlier
LEAST = 40.0  # millimetres that a table over several pages needs to begin
LEADING, PADDING, SPACE = 1.25, 4.8, 9.0  # of a line; points of a row; millimetres around an exhibit and its caption


@dataclass(frozen=True, slots=True)
class Block:
    """kind: tables keep their order, and figures theirs; height in millimetres; breaks: whether it may go on over pages; across: on turned pages."""

    kind: str
    height: float
    breaks: bool = False
    across: bool = False


def order(blocks: Sequence[Block], first: float = 0.0) -> tuple[int, ...]:
    """The places of the blocks in the order in which they are printed. first: millimetres of the first page that are taken."""
    waiting, found, left = list(range(len(blocks))), list[int](), PAGE - first
    across = False
    while waiting:
        chosen = waiting[0]
        if not _fits(blocks[chosen], left, across):
            others = (i for i in waiting if i - waiting[0] <= WINDOW and blocks[i].kind != blocks[chosen].kind)
            other = next(others, chosen)
            chosen = other if _fits(blocks[other], left, across) else chosen
        block = blocks[chosen]
        if block.across != across or not _fits(block, left, across):
            left = TURNED if block.across else PAGE
        across, page = block.across, TURNED if block.across else PAGE
        left = left - block.height if block.height <= left else page - (block.height - left) % page
        waiting.remove(chosen)
        found.append(chosen)
    return tuple(found)


def _fits(block: Block, left: float, across: bool) -> bool:
    return block.across == across and (block.height <= left or (block.breaks and left >= LEAST))


def table_height(printed: Printed, readings: Sequence[str] = (), *, across: bool = False) -> float:
    """About how many millimetres a table takes, with its caption, its notes and what is read from it."""
    room, height = ACROSS if across else UPRIGHT, 0.0
    for part, fitted in parts(printed):
        rows = len(part.rows) + len(part.heads)
        height += (lines(part, fitted) + 1.5 * len(part.heads)) * fitted.size * LEADING * POINT + rows * PADDING * POINT * fitted.size / 9 + SPACE
    height += 5.0 * len(printed.labels) + text_height(" ".join(printed.notes), 8.5, room)
    return height + sum(text_height(sentence, 10.0, room) for sentence in readings)


def text_height(text: str, size: float, room: float) -> float:
    """Millimetres of a paragraph."""
    return ceil(ems(text) * size * POINT / room) * size * LEADING * POINT + 2.0 if text else 0.0
