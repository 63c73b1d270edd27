"""What degrees of coordination say in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import label
from regio.exhibits.sentences import number, percent
from regio.language import Message

if TYPE_CHECKING:
    from regio.indices.coupling import Coupling

COORDINATED = 0.5  # from the grade of bare coordination upwards: Liao (1999)


def coupling_readings(result: Coupling) -> dict[str, tuple[Message, ...]]:
    """Of the means over time and of the last period's regions."""
    return {"means": tuple(_means(result)), "scores": tuple(_scores(result))}


def _grade(value: Any) -> Message:
    return Message(f"coupling.grade.g{int(value)}")


def _means(result: Coupling) -> Iterator[Message]:
    own: Any = result.means[result.means["group"] == "all"].dropna(subset=["mean"]) if len(result.means) else result.means
    if not len(own):
        return
    first, last = own.iloc[0], own.iloc[-1]
    ends = {"first": number(first["mean"]), "first_grade": _grade(first["grade"])}
    if len(own) == 1 or "period" not in own:
        yield Message("readings.coupling.one", ends)
        return
    change = last["mean"] - first["mean"]
    ends |= {"last": number(last["mean"]), "last_grade": _grade(last["grade"]), "change": number(change), "share": percent(change / first["mean"])}
    yield Message("readings.coupling.change", {**ends, "first_period": label(first["period"]), "last_period": label(last["period"])})


def _scores(result: Coupling) -> Iterator[Message]:
    frame: Any = result.scores.dropna(subset=["D"])
    who = next((name for name in ("region", "unit") if name in frame), None)
    if who is None or "period" not in frame or not len(frame):
        return
    period = frame["period"].max()
    now = frame[frame["period"] == period]
    best, worst = now.loc[now["D"].idxmax()], now.loc[now["D"].idxmin()]
    ends = {"best": label(best[who]), "high": number(best["D"]), "worst": label(worst[who]), "low": number(worst["D"])}
    yield Message("readings.coupling.spread", {"period": label(period), **ends})
    yield Message("readings.coupling.balanced", {"period": label(period), "share": percent((now["D"] >= COORDINATED).mean())})
