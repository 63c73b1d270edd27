"""The exhibits of a coupling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, label, text
from regio.indices.activity.tables import cell
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

WHOLE = "all"
SCORES = ("C", "T", "D")


def scores_table(scores: pd.DataFrame, notes: tuple[Message, ...]) -> Table:
    """Regions by periods with the mean of each region; every measure where there is one period only."""
    who = "unit" if "unit" in scores else "region"
    stub, title = text(f"coupling.{who}"), Message("coupling.title.scores")
    if "period" in scores and scores["period"].nunique() > 1 and not scores.duplicated([who, "period"]).any():
        wide = scores.pivot(index=who, columns="period", values="D").reindex(scores[who].unique())
        columns = (*(Column(str(p), (label(str(p)),)) for p in wide.columns), Column("mean", (text("coupling.mean"),)))
        rows = tuple(
            Row(str(name), label(name), (*(cell("D", v) for v in values), cell("D", mean)))
            for name, values, mean in zip(wide.index, wide.to_numpy(float), wide.mean(axis=1), strict=True)
        )
        return Table(name="scores", frame=scores, columns=columns, rows=rows, title=title, stub=stub, notes=notes)
    heads = {**{name: text(f"coupling.{name}") for name in SCORES}, "grade": text("coupling.grade_head"), "type": text("coupling.type_head")}
    rows = tuple(
        Row(f"{getattr(item, who)}.{i}" if twice else str(getattr(item, who)), label(getattr(item, who)), _cells(item))
        for i, (item, twice) in enumerate(zip(scores.itertuples(index=False), scores.duplicated(who, keep=False), strict=True))
    )
    return Table(name="scores", frame=scores, columns=tuple(Column(k, (v,)) for k, v in heads.items()), rows=rows, title=title, stub=stub, notes=notes)


def _cells(item: Any) -> tuple[Cell, ...]:
    if item.D != item.D:
        return (EMPTY,) * 5
    return (*(cell(name, getattr(item, name)) for name in SCORES), text(f"coupling.grade.g{int(item.grade)}"), type_word(item.type))


def type_word(name: str) -> Cell:
    """What a relative-development type says; names of systems become their labels."""
    return text("coupling.type.lags", system=label(name.removesuffix("_lags"))) if name.endswith("_lags") else text(f"coupling.type.{name}")


def grade_word(grade: object) -> Cell:
    return text(f"coupling.grade.g{int(str(grade))}")


def heat(scores: pd.DataFrame, notes: tuple[Message, ...]) -> Iterator[Figure]:
    """Regions by periods; nothing where there is one period only."""
    who = "unit" if "unit" in scores else "region"
    if "period" not in scores or scores["period"].nunique() < 2 or scores.duplicated([who, "period"]).any():
        return
    channels = {"x": Channel("period", kind="label"), "y": Channel(who, kind="label"), "value": Channel("D", text("coupling.D"))}
    yield Figure(name="heat", form="heat_map", frame=scores[[who, "period", "D"]], channels=channels, title=Message("coupling.title.scores"), notes=notes)


def shares_table(name: str, shares: pd.DataFrame, words: Mapping[str, Cell], title: Message) -> Table:
    """Rows are grades or types that occur, columns periods."""
    shown = [str(column) for column in shares if shares[column].sum() > 0]
    columns = tuple(Column(str(p), (_period(p),)) for p in shares.index)
    rows = tuple(Row(str(column), words[column], tuple(Cell("share", float(v)) for v in shares[column])) for column in shown)
    return Table(name=name, frame=shares, columns=columns, rows=rows, title=title, stub=text(f"coupling.{name}_head"))


def _period(period: object) -> Cell:
    return text("coupling.all_rows") if period == WHOLE else label(str(period))


def shares_figure(shares: pd.DataFrame) -> Iterator[Figure]:
    """Bars of the shares of grades by period."""
    if len(shares) < 2:
        return
    shown = [str(column) for column in shares if shares[column].sum() > 0]
    frame = shares[shown].melt(ignore_index=False, var_name="grade", value_name="share").reset_index()
    channels = {
        "x": Channel("period", kind="label"),
        "y": Channel("share", text("coupling.share")),
        "group": Channel("grade", text("coupling.grade_head"), "label"),
    }
    words = {column: grade_word(column) for column in shown}
    yield Figure(name="grades", form="stacked_bar", frame=frame, channels=channels, title=Message("coupling.title.grades"), words=words)


def group_word(group: str, words: Mapping[str, Any]) -> Cell:
    return text("coupling.all_rows") if group == WHOLE else label(words.get(group, group))


def means_table(means: pd.DataFrame, words: Mapping[str, Any]) -> Table:
    """Rows are periods, columns all rows and the groups."""
    wide = means.pivot(index="period", columns="group", values="mean").reindex(columns=means["group"].unique())
    columns = tuple(Column(str(group), (group_word(str(group), words),)) for group in wide)
    rows = tuple(Row(str(p), _period(p), tuple(cell("D", v) for v in values)) for p, values in zip(wide.index, wide.to_numpy(float), strict=True))
    notes = (Message("coupling.note.means"),)
    return Table(name="means", frame=means, columns=columns, rows=rows, title=Message("coupling.title.means"), stub=text("coupling.period"), notes=notes)


def means_figure(means: pd.DataFrame, words: Mapping[str, Any]) -> Iterator[Figure]:
    if means["period"].nunique() < 2:
        return
    channels = {"x": Channel("period", kind="label"), "y": Channel("mean", text("coupling.D")), "group": Channel("group", kind="label")}
    said = {group: group_word(group, words) for group in means["group"].unique()}
    yield Figure(name="paths", form="line", frame=means, channels=channels, title=Message("coupling.title.means"), words=said)


def trends_table(trends: pd.DataFrame, words: Mapping[str, Any]) -> Iterator[Table]:
    if trends.empty:
        return
    heads = {name: text(f"coupling.{name}") for name in ("shape", "turns", "first", "last", "change")}
    rows = tuple(
        Row(
            str(item.group),
            group_word(str(item.group), words),
            (text(f"coupling.shape.{item.shape}"), Cell("text", item.turns), *(Cell("number", v) for v in (item.first, item.last, item.change))),
        )
        for item in trends.itertuples(index=False)
    )
    notes = (Message("coupling.note.turns"),)
    yield Table(
        name="trends",
        frame=trends,
        columns=tuple(Column(k, (v,)) for k, v in heads.items()),
        rows=rows,
        title=Message("coupling.title.trends"),
        stub=text("coupling.group"),
        notes=notes,
    )


def obstacles_table(obstacles: pd.DataFrame, systems: tuple[str, ...]) -> Iterator[Table]:
    """Mean obstacle degrees by period."""
    known = obstacles.dropna(subset=list(systems))
    if known.empty:
        return
    by = known.groupby("period", sort=True) if "period" in known else known.assign(period=WHOLE).groupby("period")
    wide = by[list(systems)].mean()
    rows = tuple(Row(str(p), _period(p), tuple(Cell("share", float(v)) for v in values)) for p, values in zip(wide.index, wide.to_numpy(float), strict=True))
    columns = tuple(Column(name, (label(name),)) for name in systems)
    notes = (Message("coupling.note.obstacles"),)
    yield Table(
        name="obstacles", frame=obstacles, columns=columns, rows=rows, title=Message("coupling.title.obstacles"), stub=text("coupling.period"), notes=notes
    )
