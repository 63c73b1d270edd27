"""A printed number as the interval of all values that print so."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Rule = Literal["nearest", "truncated", "away", "floor", "ceiling", "mixed"]
RULES: tuple[Rule, ...] = ("nearest", "truncated", "away", "floor", "ceiling")  # one rule for a whole print; "mixed" is any of them in any cell
SLACK = 1e-9  # relative; room for floating point only
NOTHING = 1e-13  # smaller numbers are shown as zero
FORM = re.compile(r"([<>≤≥]?)\s*([+-]?)\s*(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?\s*(%?)")
MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "－": "-", "，": ",", "＜": "<", "＞": ">", "％": "%", "⁻": "-"})
BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|"}
MIN_BLOCK = 4  # entries whose last digits are all 0 are taken to be padded from this many on: chance 10^-4


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from low to high."""

    low: float
    high: float

    def __add__(self, other: Interval | float) -> Interval:
        o = _of(other)
        return Interval(self.low + o.low, self.high + o.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval | float) -> Interval:
        return self + -_of(other)

    def __rsub__(self, other: float) -> Interval:
        return _of(other) - self

    def __mul__(self, other: Interval | float) -> Interval:
        o = _of(other)
        ends = [_product(a, b) for a in (self.low, self.high) for b in (o.low, o.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval | float) -> Interval:
        o = _of(other)
        if o.low <= 0 <= o.high:
            if o.low == 0 < o.high and self.low >= 0:
                return Interval(self.low / o.high, math.inf)
            return EVERYTHING
        return self * Interval(1 / o.high, 1 / o.low)

    def __rtruediv__(self, other: float) -> Interval:
        return _of(other) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __abs__(self) -> Interval:
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Interval(0.0, max(-self.low, self.high))

    def square(self) -> Interval:
        a = abs(self)
        return Interval(a.low**2, a.high**2)

    def sqrt(self) -> Interval:
        return Interval(math.sqrt(max(self.low, 0.0)), math.sqrt(max(self.high, 0.0)))

    def clip(self, low: float, high: float) -> Interval:
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        room = SLACK * max(abs(x) for x in (self.low, self.high, other.low, other.high, 1e-300) if math.isfinite(x))
        return self.low <= other.high + room and other.low <= self.high + room

    def holds(self, value: float) -> bool:
        return self.meets(Interval(value, value))

    def hull(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), max(self.high, other.high))

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def width(self) -> float:
        return self.high - self.low

    def __str__(self) -> str:
        return f"[{shown(self.low)}, {shown(self.high)}]" if self.width else shown(self.low)


EVERYTHING = Interval(-math.inf, math.inf)


def _of(value: Interval | float) -> Interval:
    return value if isinstance(value, Interval) else Interval(float(value), float(value))


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def shown(value: float) -> str:
    """A computed number, short; what is left of a difference of equal numbers is zero."""
    value = 0.0 if abs(value) < NOTHING else value
    return "∞" if value == math.inf else "−∞" if value == -math.inf else f"{value:.5g}".replace("-", "−")


def total(parts: Iterable[Interval]) -> Interval:
    low = high = 0.0
    for part in parts:
        low, high = low + part.low, high + part.high
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Number:
    """What a printed string says: its value, how many decimals it shows (negative: rounded before the point), a bound (< or >) and a per cent sign."""

    text: str
    value: float
    decimals: int
    bound: str = ""
    percent: bool = False

    def interval(self, rule: Rule = "nearest", decimals: int | None = None) -> Interval:
        """The values that print so; a per cent sign is taken out of it (38.46% is 0.3846)."""
        unit = 10.0 ** -(self.decimals if decimals is None else decimals)
        scale = 0.01 if self.percent else 1.0
        if self.bound:
            return _bounded(self.bound, self.value * scale)
        below, above = _reach(rule, self.value)
        return Interval((self.value - below * unit) * scale, (self.value + above * unit) * scale)


def _bounded(bound: str, value: float) -> Interval:
    if bound in "<≤":
        return Interval(min(0.0, value), value) if value >= 0 else Interval(-math.inf, value)
    return Interval(value, math.inf)


def _reach(rule: Rule, value: float) -> tuple[float, float]:
    """How far the true value may lie below and above the printed one, in units of the last digit."""
    if rule == "nearest":
        return 0.5, 0.5
    if rule == "mixed" or (value == 0 and rule in ("truncated", "away")):
        return (1.0, 1.0) if rule != "away" else (0.0, 0.0)
    below = {"truncated": value < 0, "away": value > 0, "floor": False, "ceiling": True}[rule]
    return (1.0, 0.0) if below else (0.0, 1.0)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Number | None:
    """The number that a printed string says; None where it says none.

    >>> parse("1,594").value, parse("−0.062").decimals, parse("38.46%").interval().holds(10 / 26)
    (1594.0, 3, True)
    """
    plain = unicodedata.normalize("NFKC", text).translate(MINUS).strip().rstrip("*†‡+^").strip().casefold()
    while len(plain) > 1 and BRACKETS.get(plain[0]) == plain[-1]:
        plain = plain[1:-1].strip()
    plain = re.sub(r"(?<=\d)[, \u2009\u00a0](?=\d{3}(\D|$))", "", plain)
    found = FORM.fullmatch(plain)
    if not found:
        return None
    bound, sign, digits, power, percent = found.groups()
    exponent = int(power or 0)
    value = float(f"{sign}{digits}e{exponent}")
    return Number(text, value, len(digits.partition(".")[2]) - exponent, bound, bool(percent))


def effective(texts: Iterable[str]) -> dict[int, int]:
    """Decimals shown → decimals that count, for one block of entries: where all of four or more end in 0, the last digit was padded."""
    by_decimals: dict[int, list[str]] = {}
    for text in texts:
        number = parse(text)
        if number is not None and number.decimals > 0 and not number.bound and "e" not in text:
            by_decimals.setdefault(number.decimals, []).append(re.sub(r"\D", "", text))
    return {d: d - n for d, digits in by_decimals.items() if (n := _padded(digits, d))}


def _padded(digits: list[str], decimals: int) -> int:
    if len(digits) < MIN_BLOCK or all(not d.strip("0") for d in digits):
        return 0
    return min(min(len(d) - len(d.rstrip("0")) for d in digits), decimals)


def alternatives(text: str) -> Iterator[str]:
    """The same print with one digit changed, each way."""
    for i, c in enumerate(text):
        if c.isdigit():
            yield from (text[:i] + d + text[i + 1 :] for d in "0123456789" if d != c)


def power(text: str, decimals: int | None, computed: Interval, rule: Rule = "nearest") -> float:
    """The share of one-digit changes of the printed number that the computed interval would show."""
    changed = [n for t in alternatives(text) if (n := parse(t))]
    if not changed:
        return 0.0
    return sum(not n.interval(rule, decimals).meets(computed) for n in changed) / len(changed)
