"""How every figure looks: sizes, colours, lines. Nothing here touches matplotlib's settings for longer than one figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INCH = 25.4  # millimetres
POINT = INCH / 72
DPI = 300
INK, GREY, PALE, AMBER, SLATE = "#1b1b1b", "#8a8a8a", "#e4e4e4", "#9a3412", "#4d4d4d"
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito (2008), without yellow
DASHES = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (7, 2)), (0, (3, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
EVEN, TWO_SIDED = "cividis", "PuOr_r"  # maps of numbers of one sign, and of both
MAP = "YlGnBu"  # of places: more is darker
MOST_GROUPS = len(PALETTE) * len(DASHES)  # more cannot be told apart
TICK, TITLE, SMALL, LEAST = 7.5, 8.0, 7.0, 6.0  # sizes of letters in points
LINE, THIN = 1.2, 0.6  # widths of lines in points
PAD = 1.5  # millimetres around everything
RC: dict[str, Any] = {
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": THIN,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": THIN,
    "ytick.major.width": THIN,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": LINE,
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
}


@contextmanager
def look(**more: Any) -> Iterator[None]:
    """Matplotlib's own settings with ours on top, whatever the user's are; theirs come back afterwards."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        for name, value in (RC | more).items():
            matplotlib.rcParams[name] = value  # type: ignore[index]
        yield
