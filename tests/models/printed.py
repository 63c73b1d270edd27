"""Comparing a number with one that a program printed: every printed digit counts, and nothing else does."""

from __future__ import annotations

from decimal import Decimal

UNIT = 0.5  # a printed number stands for every number within half a unit of its last digit
ROUNDING = 1e-6  # of that unit: a value that lies on the edge in decimals may lie beside it in binary


def last_digit(printed: str) -> float:
    """One unit of the last printed digit: ``".0194393"`` → 1e-7."""
    return float(Decimal(1).scaleb(int(Decimal(printed).as_tuple().exponent)))


def assert_printed(expected: str, actual: float, what: str = "") -> None:
    """``actual`` would be printed as ``expected``."""
    gap = abs(actual - float(expected))
    assert gap <= last_digit(expected) * UNIT * (1 + ROUNDING), f"{what}: printed {expected}, computed {actual!r}"


def assert_all_printed(expected: dict[str, str], actual: dict[str, float]) -> None:
    """The same for a column of numbers, all of them before any failure is reported."""
    wrong = []
    for name, printed in expected.items():
        try:
            assert_printed(printed, float(actual[name]), name)
        except AssertionError as problem:
            wrong.append(str(problem))
    assert not wrong, "\n".join(wrong)
