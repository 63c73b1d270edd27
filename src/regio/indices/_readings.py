"""What weights and scores say in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import label
from regio.exhibits.sentences import number, percent
from regio.language import Message

if TYPE_CHECKING:
    from regio.indices.index import Index


def index_readings(result: Index) -> dict[str, tuple[Message, ...]]:
    """Of the weights and of the last period's scores."""
    return {"weights": tuple(_weights(result)), "scores": tuple(_scores(result))}


def _weights(result: Index) -> Iterator[Message]:
    weights = result.weights.get("weight")
    if weights is None or weights.index.nlevels > 1 or weights.isna().any() or len(weights) < 2:
        return
    ordered = weights.sort_values(ascending=False, kind="stable")
    if ordered.iloc[0] - ordered.iloc[-1] < 1e-12:
        yield Message("readings.index.equal", {"all": len(ordered)})
        return
    few = int((ordered.cumsum() / ordered.sum() <= 0.5).sum()) + 1
    ends = {"x": label(ordered.index[0]), "share": percent(ordered.iloc[0]), "z": label(ordered.index[-1]), "least": percent(ordered.iloc[-1])}
    yield Message("readings.index.weight", {**ends, "few": few, "all": len(ordered)})


def _scores(result: Index) -> Iterator[Message]:
    frame: Any = result.scores.dropna(subset=["score"])
    who = next((name for name in ("region", "unit") if name in frame), None)
    if not len(frame) or who is None:
        return
    if "period" not in frame:
        yield from _spread(frame, who, None)
        return
    means = frame.groupby("period")["score"].mean()
    first, last = means.index[0], means.index[-1]
    if len(means) > 1 and means.iloc[0] > 0 and result.scope == "pooled":
        change = percent(means.iloc[-1] / means.iloc[0] - 1)
        ends = {"first": number(means.iloc[0]), "first_period": label(first), "last": number(means.iloc[-1]), "last_period": label(last)}
        yield Message("readings.index.change", {**ends, "share": change})
    yield from _spread(frame[frame["period"] == last], who, last)


def _spread(frame: Any, who: str, period: Any) -> Iterator[Message]:
    if len(frame) < 2:
        return
    best, worst = frame.loc[frame["score"].idxmax()], frame.loc[frame["score"].idxmin()]
    values = {"best": label(best[who]), "high": number(best["score"]), "worst": label(worst[who]), "low": number(worst["score"])}
    values |= {"mean": number(frame["score"].mean()), "sd": number(frame["score"].std(ddof=1))}
    code, when = ("readings.index.spread", {"period": label(period)}) if period is not None else ("readings.index.spread_once", {})
    yield Message(code, {**values, **when})
