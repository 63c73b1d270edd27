"""What a threshold model says in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import label
from regio.exhibits.sentences import number, p_kind, p_words, percent
from regio.language import Message

if TYPE_CHECKING:
    from regio.models.threshold import Threshold


def threshold_readings(result: Threshold) -> dict[str, tuple[Message, ...]]:
    """Of the tests, the thresholds and the slopes by regime."""
    return {"tests": tuple(_tests(result)), "estimates": tuple(_values(result)), "coefficients": tuple(_slopes(result))}


def _tests(result: Threshold) -> Iterator[Message]:
    tests: Any = result.tests
    for row in tests.itertuples():
        if row.p_value == row.p_value and row.draws:
            kind = "found" if p_kind(row.p_value, result.level) == "clear" else "not_found"
            values = {"q": label(result.threshold_variable), "number": int(row.Index), "f": number(row.statistic), "p": p_words(row.p_value)}
            yield Message(f"readings.threshold.{kind}", values)


def _values(result: Threshold) -> Iterator[Message]:
    chosen: Any = result.thresholds.loc[result.number]
    for row in chosen.itertuples():
        ends = {"low": number(row.conf_low), "high": number(row.conf_high)}
        yield Message("readings.threshold.value", {"q": label(result.threshold_variable), "value": number(row.value), **ends})


def _slopes(result: Threshold) -> Iterator[Message]:
    estimates: Any = result.coefficients["estimate"]
    equality: Any = result.equality["p_value"]
    for name in result.treatment:
        slopes = [float(estimates[term]) for term in estimates.index if str(term).startswith(f"{name}:")]
        names = {"x": label(name), "y": label(result.outcome)}
        yield Message("readings.threshold.slopes", {**names, "slopes": tuple(map(number, slopes))})
        if name in result.moments:
            yield from _sizes(result, name, slopes, names)
        p = float(equality[name]) if name in equality.index else float("nan")
        if p == p:
            yield Message(f"readings.threshold.{'different' if p_kind(p, result.level) == 'clear' else 'same'}", {"p": p_words(p)})


def _sizes(result: Threshold, name: str, slopes: list[float], names: dict[str, Any]) -> Iterator[Message]:
    (mean, sd_y, _), (_, sd, _) = result.moments[result.outcome], result.moments[name]
    if not sd > 0 or not sd_y > 0:
        return
    effects = [slope * sd for slope in slopes]
    shares = tuple(number(effect / sd_y) for effect in effects)
    yield Message("readings.threshold.sd", {**names, "sd": number(sd), "effects": tuple(map(number, effects)), "shares": shares})
    if abs(mean) >= sd_y / 10:
        parts = tuple(Message("methods.percent", {"value": percent(effect / abs(mean))}) for effect in effects)
        yield Message("readings.threshold.mean", {**names, "mean": number(mean), "shares": parts})
