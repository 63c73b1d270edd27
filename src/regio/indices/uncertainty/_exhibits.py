"""The exhibits of the uncertainty of an index: ranks with intervals, acceptability, sources, weights, removals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.indices.uncertainty._sources import BASE, WITHOUT
from regio.language import Message, known

if TYPE_CHECKING:
    import pandas as pd

    from regio.indices.uncertainty.index_uncertainty import IndexUncertainty

SHOWN = 10  # regions in the table of removals
FLOWING = 8  # regions whose ranks are drawn over time; intervals of more hide one another
SAID = {"scale": "index.scale", "weights": "index.weighting", "aggregate": "index.aggregate", "scope": "index.scope"}


def exhibits(found: IndexUncertainty) -> tuple[Exhibit, ...]:
    who = "unit" if "unit" in found.ranks else "region"
    here, notes = at(found.ranks, found.at), (runs_note(found), Message("index_uncertainty.note.groups", {"level": 100 * found.level}))
    return (
        _ranks(here, at(found.scores, found.at), who, found.level, found.at, notes),
        *_intervals(here, who, found.level, found.at, notes[:1]),
        *_flow(found.ranks, here, who, found.level, notes[:1]),
        *_acceptability(at(found.acceptability, found.at), here, who, found.at, notes[:1]),
        _sensitivity(found, notes[:1]),
        *_bars(found, notes[:1]),
        _alternatives(found),
        *_weights(found.weights),
        *_removals(found.removals),
    )


def at(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The rows of the period that is shown."""
    return frame[frame["period"].astype(str) == period] if "period" in frame else frame


def runs_note(found: IndexUncertainty) -> Message:
    noise = Message(f"index_uncertainty.note.noise_{found.form}", {"noise": found.noise}) if found.noise else ""
    return Message(f"index_uncertainty.note.runs_{'exact' if found.exact else 'drawn'}", {"runs": len(found.runs), "noise": noise})


def source_cell(name: str) -> Cell:
    code = f"index_uncertainty.source.{name}"
    return text(code) if known(code) else label(name)


def alternative_cell(source: str, name: str) -> Cell:
    """An option value in words, else the name that was given."""
    if name.startswith(WITHOUT):
        return text("index_uncertainty.without", indicator=label(name.removeprefix(WITHOUT)))
    if name in BASE.values():
        return text(f"index_uncertainty.{name}")
    code = f"{SAID.get(source, 'none')}.{name}"
    return text(code) if source in SAID and known(code) else label(name)


def _title(name: str, period: str) -> Message:
    return Message(f"index_uncertainty.title.{name}_at", {"at": period}) if period else Message(f"index_uncertainty.title.{name}")


def _number(value: Any, kind: Any = "number") -> Cell:
    return EMPTY if value != value else Cell(kind, int(value) if kind == "count" else float(value))


def _ranks(ranks: pd.DataFrame, scores: pd.DataFrame, who: str, level: float, period: str, notes: tuple[Message, ...]) -> Table:
    frame = ranks.assign(score=scores["score"], score_low=scores["low"], score_high=scores["high"]).sort_values(["rank", "median"], kind="stable")
    heads: dict[str, Any] = {"score": "number", "score_low": "number", "score_high": "number", "rank": "count", "median": "number"}
    heads |= dict.fromkeys(("low", "high", "least", "greatest", "group"), "count")
    columns = tuple(Column(name, (text(f"index_uncertainty.{name}_head", level=100 * level),)) for name in heads)
    rows = tuple(
        Row(str(item[who]), label(str(item[who])), tuple(_number(item[name], kind) for name, kind in heads.items()), block=f"group {item['group']}")
        for item in frame.to_dict("records")
    )
    return Table(
        name="ranks", frame=frame, columns=columns, rows=rows, title=_title("ranks", period), stub=text(f"index.{who}_head"), notes=(*notes, _ranked())
    )


def _ranked() -> Message:
    return Message("index.note.rank")


def _intervals(ranks: pd.DataFrame, who: str, level: float, period: str, notes: tuple[Message, ...]) -> Iterator[Figure]:
    """Ranks with their intervals, the best first."""
    if ranks.duplicated(who).any():
        return
    frame = ranks.sort_values(["rank", "median"], kind="stable")[[who, "rank", "median", "low", "high"]].reset_index(drop=True)
    channels = {
        "y": Channel(who, kind="label"),
        "x": Channel("median", text("index_uncertainty.interval", level=100 * level)),
        "low": Channel("low"),
        "high": Channel("high"),
    }
    yield Figure(name="intervals", form="coefficients", frame=frame, channels=channels, title=_title("intervals", period), notes=notes)


def _flow(ranks: pd.DataFrame, here: pd.DataFrame, who: str, level: float, notes: tuple[Message, ...]) -> Iterator[Figure]:
    if "period" not in ranks or ranks["period"].nunique() < 2 or ranks.duplicated([who, "period"]).any():
        return
    channels = {
        "x": Channel("period", kind="label"),
        "y": Channel("rank", text("index_uncertainty.flow", level=100 * level)),
        "low": Channel("low"),
        "high": Channel("high"),
        "group": Channel(who, kind="label"),
    }
    first = here.sort_values(["rank", "median"], kind="stable")[who].head(FLOWING if len(here) > 1.5 * FLOWING else len(here))
    frame = ranks.loc[ranks[who].isin(first), [who, "period", "rank", "low", "high"]]
    if len(first) < len(here):
        notes = (*notes, Message("index_uncertainty.note.flow", {"shown": len(first), "count": len(here)}))
    yield Figure(name="flow", form="rank_flow", frame=frame, channels=channels, title=Message("index_uncertainty.title.flow"), notes=notes)


def _acceptability(shares: pd.DataFrame, ranks: pd.DataFrame, who: str, period: str, notes: tuple[Message, ...]) -> Iterator[Figure]:
    """Regions by ranks; the best region on top."""
    if ranks.duplicated(who).any():
        return
    order = {name: i for i, name in enumerate(ranks.sort_values(["rank", "median"], kind="stable")[who])}
    frame = shares[[who, "rank", "share"]].sort_values([who, "rank"], key=lambda column: column.map(order) if column.name == who else column, kind="stable")
    frame = frame.assign(rank=frame["rank"].astype(str)).reset_index(drop=True)
    channels = {
        "x": Channel("rank", text("index.rank_head"), "label"),
        "y": Channel(who, kind="label"),
        "value": Channel("share", text("index_uncertainty.share_head")),
    }
    yield Figure(name="acceptability", form="heat_map", frame=frame, channels=channels, title=_title("acceptability", period), notes=notes)


def _sensitivity(found: IndexUncertainty, notes: tuple[Message, ...]) -> Table:
    frame = found.sensitivity
    bounded = () if found.exact else ("low", "high")
    heads = [f"{index}_{which}" for index in ("first", "total") for which in ("order", *bounded)]
    columns = tuple(Column(name, (text(f"index_uncertainty.{name}_head", level=100 * found.level),)) for name in ("alternatives", *heads))
    rows = tuple(
        Row(
            str(source),
            source_cell(str(source)),
            (Cell("count", int(item["alternatives"])) if item["alternatives"] else text("index_uncertainty.continuous"), *(_number(item[h]) for h in heads)),
        )
        for source, item in frame.to_dict("index").items()
    )
    notes = (*notes, Message(f"index_uncertainty.estimators.{'exact' if found.exact else 'drawn'}"))
    title, stub = _title("sensitivity", found.at), text("index_uncertainty.source_head")
    return Table(name="sensitivity", frame=frame, columns=columns, rows=rows, title=title, stub=stub, notes=notes)


def _bars(found: IndexUncertainty, notes: tuple[Message, ...]) -> Iterator[Figure]:
    """First-order and total indices side by side."""
    import pandas as pd

    frame = found.sensitivity.reset_index()
    if frame["first_order"].isna().all():
        return
    parts = [
        frame[["source"]].assign(index=f"{which}_order", value=frame[f"{which}_order"], low=frame[f"{which}_low"], high=frame[f"{which}_high"])
        for which in ("first", "total")
    ]
    long = pd.concat(parts, ignore_index=True)
    channels = {"x": Channel("source", kind="label"), "y": Channel("value", text("index_uncertainty.variance")), "group": Channel("index", kind="label")}
    channels |= {} if found.exact else {"low": Channel("low"), "high": Channel("high")}
    words = {str(name): source_cell(str(name)) for name in found.sensitivity.index}
    words |= {name: text(f"index_uncertainty.{name}_head") for name in ("first_order", "total_order")}
    yield Figure(name="sources", form="bar", frame=long, channels=channels, title=_title("sensitivity", found.at), words=words, notes=notes)


def _alternatives(found: IndexUncertainty) -> Table:
    """What each alternative does to the ranks."""
    frame, rows, above = found.alternatives, [], None
    for (source, name), item in zip(frame.index, frame.to_dict("records"), strict=True):
        head = source_cell(str(source)) if source != above else EMPTY
        above = source
        rows.append(
            Row(
                f"{source} {name}",
                alternative_cell(str(source), str(name)),
                (head, Cell("count", item["runs"]), _number(item["rank_shift"])),
                block=str(source),
            )
        )
    columns = tuple(Column(name, (text(f"index_uncertainty.{name}_head"),)) for name in ("source", "runs", "rank_shift"))
    title, stub = _title("alternatives", found.at), text("index_uncertainty.alternative_head")
    return Table(
        name="alternatives",
        frame=frame,
        columns=columns,
        rows=tuple(rows),
        title=title,
        stub=stub,
        notes=(Message("index_uncertainty.note.rank_shift"),),
    )


def _weights(frame: pd.DataFrame | None) -> Iterator[Table]:
    if frame is None:
        return
    heads: Sequence[str] = [str(name) for name in frame if frame[name].notna().any()]
    kinds: dict[str, Any] = {"correlation": "number"}
    columns = tuple(Column(name, (text(f"index_uncertainty.{name}_head"),)) for name in heads)
    rows = tuple(
        Row(str(name), label(str(name)), tuple(_number(item[head], kinds.get(head, "share")) for head in heads))
        for name, item in frame.to_dict("index").items()
    )
    notes = (Message("index_uncertainty.note.importance"), *((Message("index_uncertainty.note.variance_share"),) if "variance_share" in heads else ()))
    title = Message("index_uncertainty.title.weights")
    yield Table(name="weights", frame=frame, columns=columns, rows=rows, title=title, stub=text("index.indicator_head"), notes=notes)


def _removals(frame: pd.DataFrame | None) -> Iterator[Table]:
    if frame is None or frame.empty:
        return
    kinds: dict[str, Any] = {"weight": "share", "without": "share", "change": "number"}
    columns = tuple(Column(name, (text(f"index_uncertainty.{name}_head"),)) for name in ("indicator", *kinds))
    rows = tuple(
        Row(str(name), label(str(name)), (label(str(item["indicator"])), *(_number(item[head], kind) for head, kind in kinds.items())))
        for name, item in frame.head(SHOWN).to_dict("index").items()
    )
    notes = (Message("index_uncertainty.note.removals", {"shown": len(rows), "count": len(frame)}),)
    title = Message("index_uncertainty.title.removals")
    yield Table(name="removals", frame=frame, columns=columns, rows=rows, title=title, stub=text("index.region_head"), notes=notes)
