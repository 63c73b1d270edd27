"""The exhibits of an index: weights of the indicators, scores of the regions, the scores as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.contract.result import Convention
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, label, text
from regio.indices._indicators import KEYS
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

TOTAL = "_total"
SIGNS = {"positive": "+", "negative": "−"}


def weights_table(weights: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> Table:
    """Rows are indicators; one column of weights, or one for each period."""
    by_period = weights.index.nlevels == 2
    periods = list(weights.index.get_level_values(0).unique()) if by_period else []
    parts = [weights.loc[period] for period in periods] or [weights]
    heads: dict[str, tuple[Cell, ...]] = {"direction": (text("index.direction_head"),)}
    if weights["dimension"].astype(bool).any():
        heads = {"dimension": (text("index.dimension_head"),)} | heads
    if not by_period:
        heads |= {name: (text(f"index.{name}_head"),) for name in ("entropy", "divergence") if name in weights}
    weight = text("index.weight_head")
    numbers: dict[str, tuple[Cell, ...]] = {str(period): (weight, label(str(period))) for period in periods} or {"weight": (weight,)}
    rows = [_indicator_row(item, tuple(heads), tuple(part["weight"].iloc[i] for part in parts)) for i, item in enumerate(parts[0].itertuples())]
    totals = tuple(Cell("share", float(part["weight"].sum())) for part in parts)
    rows.append(Row(TOTAL, text("index.total"), (EMPTY,) * len(heads) + totals, block="total"))
    columns = tuple(Column(key, cells) for key, cells in (heads | numbers).items())
    return Table(name="weights", frame=weights, columns=columns, rows=tuple(rows), title=title, stub=text("index.indicator_head"), notes=notes)


def _indicator_row(item: Any, heads: tuple[str, ...], weights: tuple[float, ...]) -> Row:
    made = {
        "dimension": lambda: label(item.dimension),
        "direction": lambda: Cell("text", SIGNS[item.direction]),
        "entropy": lambda: Cell("number", float(item.entropy)),
        "divergence": lambda: Cell("number", float(item.divergence)),
    }
    cells = tuple(made[name]() for name in heads) + tuple(Cell("share", float(weight)) for weight in weights)
    return Row(str(item.Index), label(item.Index), cells, block="indicators")


def scores_table(scores: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> Table:
    """Regions by periods with the mean of each region; score and rank where there is one period only."""
    who = "unit" if "unit" in scores else "region"
    stub = text(f"index.{who}_head")
    if "period" in scores and scores["period"].nunique() > 1 and not scores.duplicated([who, "period"]).any():
        columns, rows = _matrix(scores, who)
        return Table(name="scores", frame=scores, columns=columns, rows=rows, title=title, stub=stub, notes=notes)
    from regio.indices._compute import rank

    ranked = scores.assign(rank=rank(scores)["rank"].to_numpy())
    columns = tuple(Column(name, (text(f"index.{name}_head"),)) for name in ("score", "rank"))
    rows = tuple(
        Row(str(name), label(name), (Cell("number", value), Cell("count", place)))
        for name, value, place in ranked[[who, "score", "rank"]].itertuples(index=False)
    )
    return Table(name="scores", frame=ranked, columns=columns, rows=rows, title=title, stub=stub, notes=(*notes, Message("index.note.rank")))


def heat_map(scores: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> tuple[Figure, ...]:
    """Regions by periods; nothing where there is one period only, or where a region stands twice in one."""
    who = "unit" if "unit" in scores else "region"
    if "period" not in scores or who not in scores or scores["period"].nunique() < 2 or scores.duplicated([who, "period"]).any():
        return ()
    channels = {"x": Channel("period", kind="label"), "y": Channel(who, kind="label"), "value": Channel("score", text("index.score_head"))}
    return (Figure(name="heat", form="heat_map", frame=scores[[who, "period", "score"]], channels=channels, title=title, notes=notes),)


def _matrix(scores: pd.DataFrame, who: str) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    wide = scores.pivot(index=who, columns="period", values="score").reindex(scores[who].unique())
    means = scores.groupby(who, sort=False)["score"].mean()
    columns = (*(Column(str(period), (label(str(period)),)) for period in wide.columns), Column("mean", (text("index.mean_head"),)))
    rows = tuple(
        Row(str(name), label(name), (*(_number(value) for value in values), _number(means[name])))
        for name, values in zip(wide.index, wide.to_numpy(), strict=True)
    )
    return columns, rows


def _number(value: float) -> Cell:
    return EMPTY if value != value else Cell("number", float(value))


def sub_scores(scores: pd.DataFrame) -> dict[str, pd.Series]:
    """The score under the empty name and one series for each heading: what later steps may use."""
    return {"": scores["score"]} | {str(name): scores[name] for name in scores.columns if name not in KEYS}


def conventions(scope: str, weighting: str, shift: float = 0.0) -> tuple[Convention, ...]:
    found = [
        Convention("index.scale", "index.scale.min_max"),
        Convention("index.scope", f"index.scope.{scope}"),
        Convention("index.weighting", f"index.weighting.{weighting}", "index.source.entropy" if weighting == "entropy" else ""),
        Convention("index.aggregate", "index.aggregate.arithmetic"),
    ]
    if weighting == "entropy":
        found += [Convention("index.zero", "index.zero.exact"), Convention("index.shift_of", "index.shift_of.added" if shift else "index.shift_of.none")]
    return tuple(found)


def notes(scope: str, weighting: str, shift: float = 0.0) -> tuple[Message, ...]:
    """The conventions as sentences under the table of weights."""
    found = [Message("index.note.scale"), Message(f"index.note.{scope}"), Message(f"index.note.{weighting}")]
    if weighting == "entropy":
        found.append(Message("index.note.shift", {"shift": shift}) if shift else Message("index.note.zero"))
    return tuple(found)


def score_notes(scope: str) -> tuple[Message, ...]:
    return (Message("index.levels" if scope == "by_period" else f"index.note.{scope}"),)
