"""Digits and stars: the one place where a number becomes a text."""

from __future__ import annotations

import math

from regio.exhibits.style import Style

MINUS = "−"


def digits(value: float, decimals: int) -> str:
    """Fixed decimals; a value that is not zero never prints as zero (it gets two significant digits instead)."""
    if not math.isfinite(value):
        return "" if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    shown = f"{abs(value):,.{decimals}f}"
    if value != 0 and not shown.strip("0.,"):
        places = 1 - math.floor(math.log10(abs(value)))
        shown = f"{abs(value):.{places}f}" if places <= 7 else f"{abs(value):.1e}"
    negative = value < 0 and bool(shown.strip("0.,"))
    return (MINUS if negative else "") + shown


def count(value: float) -> str:
    """A whole number with thousands separators."""
    return digits(value, 0 if float(value).is_integer() else 1)


def stars(p_value: float | None, style: Style) -> str:
    """The stars of a p-value: the mark of the smallest level that it is below."""
    if p_value is None or math.isnan(p_value):
        return ""
    return next((mark for level, mark in sorted(style.stars) if p_value < level), "")


def p_text(p_value: float) -> str:
    """A p-value with three decimals; smaller ones as a bound, never as zero."""
    if math.isnan(p_value):
        return ""
    return "<0.001" if p_value < 0.001 else f"{p_value:.3f}"
