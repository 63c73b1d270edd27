"""Digits and stars."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regio.exhibits.numbers import count, digits, p_text, stars
from regio.exhibits.style import Style

STYLE = Style()


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (1.0, 3, "1.000"),
        (0.0, 3, "0.000"),
        (-0.0, 3, "0.000"),
        (2.0006, 3, "2.001"),
        (-2.0006, 3, "−2.001"),
        (0.9996, 3, "1.000"),
        (0.0005000001, 3, "0.001"),
        (0.0004, 3, "0.00040"),
        (-0.0004, 3, "−0.00040"),
        (0.00012345, 3, "0.00012"),
        (0.000000123, 3, "1.2e-07"),
        (-1e-300, 3, "−1.0e-300"),
        (5e-324, 3, "4.9e-324"),
        (0.4, 0, "0.40"),
        (0.6, 0, "1"),
        (1234.5678, 2, "1,234.57"),
        (-1234567.0, 0, "−1,234,567"),
        (1e15, 1, "1,000,000,000,000,000.0"),
        (math.nan, 3, ""),
        (math.inf, 3, "∞"),
        (-math.inf, 3, "−∞"),
    ],
)
def test_digits(value: float, decimals: int, shown: str) -> None:
    assert shown == digits(value, decimals)


def number(shown: str) -> float:
    return float(shown.replace("−", "-").replace(",", ""))


@given(st.floats(allow_nan=False, allow_infinity=False, width=64), st.integers(0, 6))
def test_a_number_prints_with_its_sign_and_never_as_zero(value: float, decimals: int) -> None:
    shown = digits(value, decimals)
    assert (value == 0) == (number(shown) == 0)
    assert math.copysign(1, number(shown)) == math.copysign(1, value) or value == 0
    assert "-" not in shown.replace("e-", "")


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_digits_are_those_of_the_number_rounded_at_that_place(value: float, decimals: int) -> None:
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    assume(rounded != 0)
    assert rounded == Decimal(digits(value, decimals).replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(
    ("value", "shown"), [(816.0, "816"), (27171.0, "27,171"), (0.0, "0"), (-3.0, "−3"), (2.5, "2.5"), (1234.56, "1,234.6"), (math.nan, "")]
)
def test_counts(value: float, shown: str) -> None:
    assert shown == (count(value) if not math.isnan(value) else digits(value, 0))


@pytest.mark.parametrize(
    ("p_value", "shown"),
    [
        (0.0, "***"),
        (0.0099999, "***"),
        (0.01, "**"),
        (math.nextafter(0.01, 0), "***"),
        (0.0499, "**"),
        (0.05, "*"),
        (math.nextafter(0.05, 0), "**"),
        (0.1, ""),
        (math.nextafter(0.1, 0), "*"),
        (1.0, ""),
        (math.nan, ""),
        (None, ""),
    ],
)
def test_stars_are_given_below_a_level_and_not_at_it(p_value: float | None, shown: str) -> None:
    assert shown == stars(p_value, STYLE)


def test_the_order_in_which_levels_are_given_does_not_matter() -> None:
    style = Style(stars=((0.1, "+"), (0.001, "***")))
    assert [stars(p, style) for p in (0.0005, 0.02, 0.2)] == ["***", "+", ""]


@pytest.mark.parametrize(("p_value", "shown"), [(0.0, "<0.001"), (0.00099, "<0.001"), (0.001, "0.001"), (0.0446, "0.045"), (1.0, "1.000")])
def test_p_values(p_value: float, shown: str) -> None:
    assert shown == p_text(p_value)
