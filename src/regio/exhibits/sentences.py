"""Numbers inside sentences: typed cells, which become digits where the sentence is said."""

from __future__ import annotations

from typing import Any

from regio.exhibits.models import Cell
from regio.exhibits.numbers import p_text
from regio.language import Message

PERCENT_DECIMALS = 1


def number(value: Any) -> Cell:
    """A number, printed with the decimals of the study."""
    return Cell("number", float(value))


def percent(value: Any) -> str:
    """A share as per cent, with one decimal, or two significant digits where it is small."""
    shown = 100 * float(value)
    text = f"{abs(shown):,.{PERCENT_DECIMALS}f}" if abs(shown) >= 1 or shown == 0 else f"{abs(shown):.2g}"
    return ("−" if shown < 0 and text.strip("0.") else "") + text


def p_words(value: Any) -> Message:
    """P = 0.012, or p < 0.001."""
    shown = p_text(float(value))
    return Message("readings.p_below") if shown.startswith("<") else Message("readings.p", {"p": shown})


def p_kind(value: float, level: float) -> str:
    """``clear`` where a p-value is below one minus the confidence level, else ``unclear``."""
    return "clear" if value < 1 - level + 1e-12 else "unclear"
