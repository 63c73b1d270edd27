"""The scoreboard as a page: ranks of the last period with the reasons, the chains, the years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from regio.chain.base.exhibits import figure_words, matrix, table, words
from regio.chain.base.model import Names
from regio.exhibits.models import EMPTY, Cell, Channel, Exhibit, Figure, text
from regio.exhibits.numbers import digits
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.scoreboard import Scoreboard


def exhibits(result: Scoreboard) -> tuple[Exhibit, ...]:
    last = result.scores[result.scores["period"].astype(str) == result.last].sort_values(["rank", "region"], kind="stable")
    made: list[Exhibit] = [_board(result, last)]
    made.append(_firms(result, last))
    chains = result.chains[result.chains["period"].astype(str) == result.last]
    if chains["chain"].nunique() > 1:
        made.append(_chains(result, last, chains))
    if result.scores["period"].nunique() > 1:
        channels = {"x": Channel("period", kind="label"), "y": Channel("region", kind="label"), "value": Channel("score", text("chain.head.score"))}
        shown = result.scores[["region", "period", "score"]]
        made.append(
            Figure(
                name="heat",
                form="heat_map",
                frame=shown,
                channels=channels,
                title=Message("chain.scoreboard.heat"),
                words=figure_words(result.names, shown["region"].unique()),
            )
        )
    return tuple(made)


def _board(result: Scoreboard, last: pd.DataFrame) -> Exhibit:
    frame = last.copy()
    known = frame["rank_low"].notna().any()
    frame["interval"] = [f"{int(a)}–{int(b)}" if a == a else "" for a, b in zip(frame["rank_low"], frame["rank_high"], strict=True)]
    columns = {"rank": "count"} | ({"interval": "plain", "tie": "count"} if known else {}) | {"score": "number"}
    columns |= {"change": "number", "why": "plain"} if result.before else {}
    columns |= {"firms": "count"}
    frame["why"] = "x"
    heads = {"change": text("chain.head.change_since", period=result.before or "")}
    title = Message("chain.scoreboard.title_at", {"period": result.last}) if result.last else Message("chain.scoreboard.title")
    notes = [Message("chain.scoreboard.note")]
    notes += [Message("chain.scoreboard.interval_note", {"draws": result.draws, "level": f"{result.level:.0%}"})] if known else []
    notes += [Message("chain.scoreboard.change_note")] if result.before else []
    made = table("scoreboard", frame, columns, ["region"], title, names=result.names, notes=notes, heads=heads)
    if "why" not in columns:
        return made
    from dataclasses import replace

    at = list(columns).index("why")
    rows = tuple(
        replace(row, cells=(*row.cells[:at], _why(record, result.names), *row.cells[at + 1 :]))
        for row, record in zip(made.rows, frame.to_dict("records"), strict=True)
    )
    return replace(made, rows=rows, frame=frame.drop(columns=["why"]))


def _firms(result: Scoreboard, last: pd.DataFrame) -> Exhibit:
    """What stands behind the scores: firms, their concentration, and the segment in which the region is most specialised."""
    columns = {"firms": "count"} | ({"ratio": "share", "herfindahl": "share"} if last["ratio"].notna().any() else {})
    columns |= {"lead": "name", "location_quotient": "number"}
    title = Message("chain.scoreboard.firms_at", {"period": result.last}) if result.last else Message("chain.scoreboard.firms")
    heads = {"ratio": text("chain.head.ratio", n=result.top)}
    return table("firms", last, columns, ["region"], title, names=result.names, notes=(Message("chain.scoreboard.firms_note"),), heads=heads)


def _why(record: dict[Any, Any], names: Names) -> Cell:
    """The largest part of the change, in words."""
    if not record["reason_indicator"]:
        return EMPTY
    sign = "+" if record["reason"] > 0 else ""
    chain = Message("chain.all_segments") if record["reason_chain"] == "all_segments" else words(names, record["reason_chain"])
    indicator = Message("chain.amount.firms") if record["reason_indicator"] == "firms" else words(names, record["reason_indicator"])
    return Cell("text", Message("chain.scoreboard.why", {"indicator": indicator, "chain": chain, "part": sign + digits(record["reason"], 3)}))


def _chains(result: Scoreboard, last: pd.DataFrame, chains: pd.DataFrame) -> Exhibit:
    wide = chains.pivot(index="region", columns="chain", values="score").reindex(index=last["region"], columns=chains["chain"].unique())
    made = matrix(
        "chains",
        wide,
        "number",
        Message("chain.scoreboard.chains"),
        names=result.names,
        stub="region",
        frame=chains,
        notes=(Message("chain.scoreboard.chains_note"),),
    )
    if "coordination" not in last:
        return made
    from dataclasses import replace

    from regio.exhibits.models import Column

    degree = [(Cell("number", float(d)), text(f"coupling.grade.g{int(g)}")) for d, g in last[["coordination", "grade"]].itertuples(index=False, name=None)]
    columns = (*made.columns, Column("coordination", (text("chain.head.coordination"),)), Column("grade", (text("chain.head.grade"),)))
    return replace(made, columns=columns, rows=tuple(replace(row, cells=(*row.cells, *more)) for row, more in zip(made.rows, degree, strict=True)))
