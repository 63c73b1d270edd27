"""Paths counted on the graph, and the graph as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import figure_words, table, words
from regio.chain.base.graph import Order, ordered, target_of
from regio.chain.base.model import Chain
from regio.chain.base.presence import PRESENT, presence_of
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.structure.criticality import Criticality

MOST_NODES = 120  # of a picture
MOST_TIED = 40


def paths(order: Order, target: int) -> tuple[list[int], list[int]]:
    """For each segment the paths from sources to it, and from it to the target: whole numbers of any size."""
    before, after = [0] * len(order.names), [0] * len(order.names)
    for node in order.order:
        before[node] = sum(before[int(order.source[e])] for e in order.suppliers[node]) if order.suppliers[node] else 1
    after[target] = 1
    for node in reversed(order.order):
        if node != target:
            after[node] = sum(after[int(order.target[e])] for e in order.buyers[node])
    return before, after


def _number(count: int) -> float:
    """A whole number of any size; infinite where no float is as large."""
    return float(count) if count.bit_length() < 1024 else float("inf")


def compute(chain: Chain, target: str | None) -> dict[str, Any]:
    order = ordered(chain, "criticality")
    goal = target_of(chain, order, target)
    before, after = paths(order, goal)
    total = before[goal]
    firms = chain.firms.groupby("segment")["firm"].nunique() if len(chain.firms) else pd.Series(dtype=float)
    found = presence_of(chain)
    has = (found.status == PRESENT)[[i for i, p in enumerate(found.places) if p not in found.clusters]].sum(axis=0)
    rows = [i for i in range(len(order.names)) if i != goal]
    counts = [int(firms.get(order.names[i], 0)) for i in rows]
    frame = pd.DataFrame(
        {
            "segment": [order.names[i] for i in rows],
            "stage": chain.segments["stage"].to_numpy(object)[rows],
            "criticality": [before[i] * after[i] / total if total else np.nan for i in rows],
            "paths": [_number(before[i] * after[i]) for i in rows],
            "firms": counts,
            "places": has[rows],
            "single": [n == 1 for n in counts],
        }
    )
    edges = chain.edges[["from", "to", "cost_share"]].assign(
        share=[before[int(a)] * after[int(b)] / total if total else np.nan for a, b in zip(order.source, order.target, strict=True)]
    )
    stage = dict(zip(order.names, chain.segments["stage"], strict=True))
    edges = edges.assign(stage=[stage[name] for name in edges["from"]], to_stage=[stage[name] for name in edges["to"]])
    return {
        "segments": frame,
        "edges": edges.reset_index(drop=True),
        "paths": _number(total),
        "target": order.names[goal],
        "stages": chain.stages,
        "relations": chain.relations[["from", "to", "type", "start", "end", "source"]].reset_index(drop=True),
        "names": chain.words([*order.names, *chain.stages, *(x for c in ("from", "to", "type", "source") for x in chain.relations[c])]),
    }


def exhibits(result: Criticality) -> tuple[Exhibit, ...]:
    names = result.names
    ranked = result.segments.sort_values("criticality", ascending=False, kind="stable")
    title = Message("chain.criticality.title", {"target": words(names, result.target)})
    columns = {"criticality": "share", "paths": "count", "firms": "count", "places": "count", "single": "yes_no"}
    if any(result.segments["stage"]):
        columns = {"stage": "name", **columns}
    notes = (Message("chain.criticality.note", {"paths": f"{result.paths:.0f}", "target": words(names, result.target)}),)
    made: tuple[Exhibit, ...] = (table("criticality", ranked, columns, ["segment"], title, names=names, notes=notes),)
    drawn = (diagram(result),) if len(ranked) < MOST_NODES and len(result.edges) else ()
    return (*made, *drawn, *_relations(result))


def _relations(result: Criticality) -> tuple[Exhibit, ...]:
    """Typed ties as a table, and as a picture where they are not too many."""
    frame, names = result.relations, result.names
    if not len(frame):
        return ()
    columns = {"type": "name", "to": "name", "start": "plain", "source": "words"}
    listed = table("relations", frame, columns, ["from", "to", "type"], Message("chain.criticality.relations"), names=names)
    ends = dict.fromkeys([*frame["from"], *frame["to"]])
    if len(ends) > MOST_TIED:
        return (listed,)
    channels = {c: Channel(k, kind="label") for c, k in (("source", "from"), ("target", "to"), ("group", "type"))}
    said = figure_words(names, ends, frame["type"])
    return listed, Figure(name="ties", form="diagram", frame=frame, channels=channels, title=Message("chain.criticality.ties"), words=said)


def diagram(result: Criticality) -> Figure:
    names = result.names
    stage = dict(zip(result.edges["from"], result.edges["stage"], strict=True)) | dict(zip(result.edges["to"], result.edges["to_stage"], strict=True))
    order = {name: i for i, name in enumerate(result.stages)}
    nodes = pd.DataFrame([{"name": n, "group": s} for n, s in sorted(stage.items(), key=lambda item: order.get(item[1], len(order)))])
    if not any(nodes["group"]):
        nodes = nodes[["name"]]
    channels = {"source": Channel("from", kind="label"), "target": Channel("to", kind="label")}
    if result.edges["cost_share"].notna().any():
        channels["value"] = Channel("cost_share", text("chain.head.cost_share"))
    return Figure(
        name="graph",
        form="diagram",
        frame=result.edges,
        channels=channels,
        title=Message("chain.criticality.graph"),
        words=figure_words(names, stage, result.stages),
        nodes=nodes,
    )
