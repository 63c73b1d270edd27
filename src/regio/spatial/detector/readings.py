"""What the tables of the detector say in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import label
from regio.exhibits.sentences import number, p_kind, p_words, percent
from regio.language import Message

if TYPE_CHECKING:
    from regio.spatial.geodetector import Geodetector


def detector_readings(result: Geodetector) -> dict[str, tuple[Message, ...]]:
    """Of the factors and of the strongest pair; with one outcome and no groups, where one table holds one analysis."""
    if result.by is not None or len(result.outcomes) != 1:
        return {}
    return {"factors": tuple(_factors(result)), "interactions": tuple(_pair(result))}


def _factors(result: Geodetector) -> Iterator[Message]:
    frame: Any = result.factors.sort_values("q", ascending=False, kind="stable")
    told = {name: p_kind(_p(row), result.level) == "clear" for name, row in frame.iterrows()}
    best, row = next(iter(frame.iterrows()))
    names = {"x": label(best), "y": label(result.outcomes[0])}
    values = {"share": percent(row["q"]), "q": number(row["q"]), "p": p_words(_p(row)), "adjusted": percent(max(0.0, row["q_adjusted"]))}
    yield Message("readings.detector.strongest", {**names, **values})
    yield Message("readings.detector.chance", {"expected": percent(row["q_expected"])})
    also = [name for name in frame.index[1:] if told[name]]
    if also:
        yield Message("readings.detector.also", {"factors": tuple(_factor(name, frame) for name in also)})
    unclear = [name for name in frame.index if not told[name]]
    if unclear:
        yield Message("readings.detector.unclear", {"factors": tuple(_factor(name, frame) for name in unclear)})
    yield Message("readings.detector.association")


def _p(row: Any) -> float:
    """The p of the whole search where it was drawn, else of the F distribution."""
    drawn = row.get("p_search", float("nan"))
    return float(drawn if drawn == drawn else row["p_value"])


def _factor(name: Any, frame: Any) -> Message:
    return Message("readings.detector.factor", {"x": label(name), "share": percent(frame.loc[name, "q"])})


def _pair(result: Geodetector) -> Iterator[Message]:
    pairs: Any = result.interactions
    if pairs is None or not len(pairs) or pairs["q"].isna().all():
        return
    row: Any = pairs.loc[pairs["q"].idxmax()]
    q: Any = result.factors["q"]
    alone = {side: percent(q[row[f"factor_{name}"]]) for side, name in (("first", "a"), ("second", "b"))}
    yield Message("readings.detector.pair", {"a": label(row["factor_a"]), "b": label(row["factor_b"]), "share": percent(row["q"]), **alone})
