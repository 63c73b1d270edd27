"""Printed numbers as intervals."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_papers import RULES, show

from regio.auditing.inference import levels, star_range
from regio.auditing.numbers import EVERYTHING, Interval, Number, Rule, effective, parse, power

OURS: dict[str, Rule] = {"half_up": "nearest", "half_even": "nearest", "truncated": "truncated", "away": "away", "floor": "floor", "ceiling": "ceiling"}


@given(st.floats(-1e4, 1e4), st.integers(0, 5), st.sampled_from(sorted(RULES)))
def test_the_true_value_lies_in_the_interval_of_its_rule_and_of_any(value: float, digits: int, rule: str) -> None:
    number = parse(show(value, digits, rule))
    assert number is not None
    assert number.interval(OURS[rule]).holds(value)
    assert number.interval("mixed").holds(value)


@given(*[st.floats(-50, 50)] * 4, st.floats(0, 1), st.floats(0, 1))
def test_interval_arithmetic_holds_every_pair(a: float, b: float, c: float, d: float, s: float, t: float) -> None:
    x, y = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    u, v = x.low + s * x.width, y.low + t * y.width
    assert (x + y).holds(u + v)
    assert (x - y).holds(u - v)
    assert (x * y).holds(u * v) or math.isclose(u * v, 0, abs_tol=1e-6)
    assert x.square().holds(u * u) or u * u < 1e-6
    if v != 0 and not y.low <= 0 <= y.high:
        assert (x / y).holds(u / v) or abs(u) < 1e-6


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("0.0580", 0.058, 4), ("1,594", 1594, 0), ("−0.062", -0.062, 3), ("(2.31)", 2.31, 2), (".05", 0.05, 2), ("1.2e-05", 1.2e-5, 6),
        ("２.５***", 2.5, 1), ("1 234.5", 1234.5, 1)],
)  # fmt: skip
def test_forms(text: str, value: float, decimals: int) -> None:
    number = parse(text)
    assert number is not None
    assert (pytest.approx(value), decimals) == (number.value, number.decimals)


@pytest.mark.parametrize("text", ["", "T+0.5", "seven", "n.a.", "1.2.3", "—"])
def test_what_is_no_number(text: str) -> None:
    assert parse(text) is None


def test_percentages_and_bounds() -> None:
    share, below = parse("38.46%"), parse("<0.001")
    assert share is not None
    assert below is not None
    assert share.interval().holds(10 / 26)
    assert not share.interval().holds(0.3847)
    assert Interval(0, 0.001) == below.interval()


def test_padded_decimals() -> None:
    """Four entries whose last digit is 0: padded; three, or one other digit, are not."""
    assert effective(["0.0730", "0.0580", "-0.0270", "0.0170", "0.188"]) == {4: 3}
    assert effective(["0.0730", "0.0580", "0.0270"]) == {}
    assert effective(["0.0730", "0.0580", "0.0270", "0.0171"]) == {}
    assert effective(["0.000", "0.000", "0.000", "0.000"]) == {}


def test_power_counts_the_digits_that_would_show() -> None:
    assert power("0.25", None, Interval(0.25, 0.25)) == 1.0
    assert power("0.25", None, EVERYTHING) == 0.0
    wide = Interval(0.2, 0.3)
    texts = [f"{d}.25" for d in range(1, 10)] + [f"0.{d}5" for d in range(10) if d != 2] + [f"0.2{d}" for d in range(10) if d != 5]
    shown = sum(not Number(t, float(t), 2).interval().meets(wide) for t in texts)
    assert pytest.approx(shown / len(texts)) == power("0.25", None, wide)


@pytest.mark.parametrize(
    "note",
    [
        "***, **, and * indicate significance at the 1%, 5%, and 10% confidence levels, respectively.",
        "*** p<0.01, ** p<0.05, * p<0.1",
        "***、**、*分别表示在1%、5%、10%的水平上显著",
        "",
    ],
)
def test_star_levels(note: str) -> None:
    assert levels(note) == {3: 0.01, 2: 0.05, 1: 0.1}


def test_other_star_levels() -> None:
    found = levels("* p<0.05, ** p<0.01, *** p<0.001")
    assert found == {1: 0.05, 2: 0.01, 3: 0.001}
    assert star_range("", found) == (0.05, 1.0)
    assert star_range("*", found) == (0.01, 0.05)


def test_show_is_exact() -> None:
    assert (show(0.125, 2, "half_up"), show(0.125, 2, "half_even"), show(0.129, 2, "truncated")) == ("0.13", "0.12", "0.12")
    assert Decimal("-0.13") == Decimal(show(-0.121, 2, "floor"))
