"""How wide a table will be on paper, and so how small its letters must be and whether it lies across the page."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import east_asian_width

from regio.exhibits.printed import Printed

POINT = 25.4 / 72  # millimetres
GAP = 0.95  # between columns, in ems
WRAPPED = 13.0  # ems: a text column wider than this may wrap
UPRIGHT, ACROSS = 160.0, 245.0  # millimetres of text on a page of A4


@dataclass(frozen=True, slots=True)
class Fit:
    """widths: of the stub and each column in ems; size: of letters in points; across: on a page turned by a quarter; wraps: which columns may
    break their texts.
    """

    widths: tuple[float, ...]
    size: float
    across: bool
    wraps: tuple[bool, ...]

    def millimetres(self) -> list[float]:
        """The width of each column, the whole no wider than the page."""
        wanted = [(w + GAP) * self.size * POINT for w in self.widths]
        room = ACROSS if self.across else UPRIGHT
        return [w * min(1.0, room / sum(wanted)) for w in wanted]


def ems(text: str) -> float:
    """The width of a text: a Chinese character is one em, a digit half."""
    return sum(1.0 if east_asian_width(c) in "WF" else 0.3 if c in ".,()il|−" else 0.52 for c in text)


def fit(printed: Printed, largest: float = 9.5, smallest: float = 6.5) -> Fit:
    """The largest size at which the table fits, on a page turned by a quarter where it does not fit upright."""
    columns = [[printed.stub, *(row.head for row in printed.rows)]]
    columns += [[cell.text + cell.stars for row in printed.rows for cell in (row.cells[i],)] for i in range(len(printed.column_keys))]
    wraps = [False] + [any(row.cells[i].kind == "text" and ems(row.cells[i].text) > WRAPPED for row in printed.rows) for i in range(len(printed.column_keys))]
    widths = [max((ems(text) for text in texts), default=1.0) for texts in columns]
    for heads in printed.heads:
        at = 1
        for head in heads:
            share = min(ems(head.text), WRAPPED) / head.span
            widths[at : at + head.span] = [max(width, share) for width in widths[at : at + head.span]]
            at += head.span
    if widths[0] > 2 * WRAPPED:
        wraps[0] = True
    widths = [min(width, 2 * WRAPPED if i == 0 else 1.6 * WRAPPED) if wrap else width for i, (width, wrap) in enumerate(zip(widths, wraps, strict=True))]
    total = (sum(widths) + GAP * len(widths)) * POINT
    upright = UPRIGHT / total
    if upright >= smallest:
        return Fit(tuple(widths), min(largest, upright), False, tuple(wraps))
    return Fit(tuple(widths), max(4.5, min(largest - 1, ACROSS / total)), True, tuple(wraps))
