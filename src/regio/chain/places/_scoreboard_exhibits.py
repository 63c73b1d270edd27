"""The scoreboard as a page: ranks of the last period with the reasons, the chains, the years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from regio.chain.base.exhibits import figure_words, matrix, table, words
from regio.chain.base.model import Names
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Table, text
from regio.exhibits.numbers import digits
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.scoreboard import Scoreboard


ALL = "all_segments"
MOST_YEARS, MOST_CHAINS = 3, 6  # columns of the page


def exhibits(result: Scoreboard) -> tuple[Exhibit, ...]:
    last = result.scores[result.scores["period"].astype(str) == result.last].sort_values(["rank", "region"], kind="stable")
    made: list[Exhibit] = [_board(result, last)]
    made.append(_firms(result, last))
    chains = result.chains[result.chains["period"].astype(str) == result.last]
    if chains["chain"].nunique() > 1:
        made.append(_chains(result, last, chains))
    made.append(_page(result, last, chains))
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
    known = bool(last["rank_low"].notna().any())
    frame = last.assign(interval=_intervals(last), why="x")
    columns = {"rank": "count"} | ({"interval": "plain", "tie": "count"} if known else {}) | {"score": "share"}
    columns |= {"change": "share", "why": "plain"} if result.before else {}
    columns |= {"firms": "count"}
    heads = {"change": text("chain.head.change_since", period=result.before or "")}
    title = Message("chain.scoreboard.title_at", {"period": result.last}) if result.last else Message("chain.scoreboard.title")
    made = table("scoreboard", frame, columns, ["region"], title, names=result.names, notes=_board_notes(result, known), heads=heads)
    return _explained(made, frame, list(columns), result.names)


def _intervals(last: pd.DataFrame) -> list[str]:
    return [f"{int(a)}–{int(b)}" if a == a else "" for a, b in zip(last["rank_low"], last["rank_high"], strict=True)]


def _board_notes(result: Scoreboard, drawn: bool) -> list[Message]:
    notes = [Message("chain.scoreboard.note")]
    notes += [Message("chain.scoreboard.interval_note", {"draws": result.draws, "level": f"{result.level:.0%}"})] if drawn else []
    return notes + ([Message("chain.scoreboard.change_note")] if result.before else [])


def _explained(made: Table, frame: pd.DataFrame, columns: list[str], names: Names) -> Table:
    """The table with the reasons of the changes in words."""
    if "why" not in columns:
        return made
    at = columns.index("why")
    rows = tuple(
        replace(row, cells=(*row.cells[:at], _why(record, names), *row.cells[at + 1 :]))
        for row, record in zip(made.rows, frame.to_dict("records"), strict=True)
    )
    return replace(made, rows=rows, frame=frame.drop(columns=["why"], errors="ignore"))


def _page(result: Scoreboard, last: pd.DataFrame, chains: pd.DataFrame) -> Exhibit:
    """Region by chain by year on one page: ranks, the last years, the chains, the change and its reason."""
    years = [str(p) for p in result.scores["period"].unique()][-MOST_YEARS:]
    parts = list(chains["chain"].unique())[:MOST_CHAINS] if chains["chain"].nunique() > 1 else []
    scores = result.scores.assign(period=result.scores["period"].astype(str)).pivot(index="region", columns="period", values="score")
    wide = chains.pivot(index="region", columns="chain", values="score")
    frame = last.assign(interval=_intervals(last))
    for year in years:
        frame[f"score.{year}"] = scores[year].reindex(frame["region"]).to_numpy()
    for part in parts:
        frame[f"chain.{part}"] = wide[part].reindex(frame["region"]).to_numpy()
    drawn = bool(last["rank_low"].notna().any())
    columns = {"rank": "count"} | ({"interval": "plain", "tie": "count"} if drawn else {}) | {f"score.{y}": "share" for y in years}
    columns |= {f"chain.{c}": "share" for c in parts} | ({"coordination": "share"} if parts and "coordination" in last else {})
    columns |= ({"change": "share", "why": "plain"} if result.before else {}) | {"firms": "count"}
    heads = _page_heads(result, years, parts)
    notes = _board_notes(result, drawn)
    title = Message("chain.scoreboard.title_at", {"period": result.last}) if result.last else Message("chain.scoreboard.title")
    made = table("page", frame.assign(why="x"), columns, ["region"], title, names=result.names, notes=notes, heads=heads)
    return _explained(made, frame, list(columns), result.names)


def _page_heads(result: Scoreboard, years: list[str], parts: list[str]) -> Mapping[str, Cell | tuple[Cell, ...]]:
    """Two rows of heads: what it is, and of which year or chain."""
    groups = {"rank": "rank", "interval": "rank", "tie": "rank", "coordination": "of_chains", "change": "since", "why": "since"}
    over = {
        "rank": text("chain.head.rank"),
        "of_chains": text("chain.head.by_chain", period=result.last),
        "since": text("chain.head.since", period=result.before),
    }
    heads: dict[str, Cell | tuple[Cell, ...]] = {"firms": (EMPTY, text("chain.head.firms"))}
    heads |= {c: (over[g], text(f"chain.page_head.{c}")) for c, g in groups.items()}
    heads |= {f"score.{y}": (text("chain.head.score"), Cell("text", y or "–")) for y in years}
    whole = Message("chain.all_segments")
    return heads | {
        f"chain.{c}": (over["of_chains"], Cell("text", Message("chain.name", {"name": whole if c == ALL else words(result.names, c)}))) for c in parts
    }


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
    chain = Message("chain.all_segments") if record["reason_chain"] == ALL else words(names, record["reason_chain"])
    indicator = Message("chain.amount.firms") if record["reason_indicator"] == "firms" else words(names, record["reason_indicator"])
    return Cell("text", Message("chain.scoreboard.why", {"indicator": indicator, "chain": chain, "part": sign + digits(record["reason"], 3)}))


def _chains(result: Scoreboard, last: pd.DataFrame, chains: pd.DataFrame) -> Exhibit:
    coupled = "coordination" in last
    wide = chains.pivot(index="region", columns="chain", values="score").reindex(index=last["region"], columns=chains["chain"].unique())
    made = matrix(
        "chains",
        wide,
        "number",
        Message("chain.scoreboard.chains" if coupled else "chain.scoreboard.chains_alone"),
        names=result.names,
        stub="region",
        frame=chains,
        notes=(Message("chain.scoreboard.chains_note"),) if coupled else (),
    )
    if not coupled:
        return made
    degree = [(Cell("number", float(d)), text(f"coupling.grade.g{int(g)}")) for d, g in last[["coordination", "grade"]].itertuples(index=False, name=None)]
    columns = (*made.columns, Column("coordination", (text("chain.head.coordination"),)), Column("grade", (text("chain.head.grade"),)))
    return replace(made, columns=columns, rows=tuple(replace(row, cells=(*row.cells, *more)) for row, more in zip(made.rows, degree, strict=True)))
