"""Completeness of places: arrays, frames, exhibits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import figure_words, matrix, table
from regio.chain.base.model import Chain
from regio.chain.base.names import listed
from regio.chain.base.presence import PRESENT, UNKNOWN, Presence, place_of, presence_of
from regio.exhibits.models import Channel, Exhibit, Figure, label, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.structure.completeness import Completeness

WORDS = {0: "absent", 1: "unknown", 2: "present"}
MOST_PLACES, MOST_SEGMENTS = 60, 60  # of a matrix that can be drawn


def compute(chain: Chain, place: str | None, unknown: str, hours: float | None) -> dict[str, Any]:
    """The fields of the result."""
    found = presence_of(chain, hours)
    places = (place_of(chain, place, found.places),) if place is not None else found.clusters or found.places
    rows = [found.places.index(name) for name in places]
    status = found.status[rows]
    scores = measures(chain, found, status, unknown == "interval").assign(place=list(places))
    scores = scores[["place", *(c for c in scores if c != "place")]]
    long = pd.DataFrame(
        {
            "place": np.repeat(np.array(places, object), len(found.segments)),
            "segment": list(found.segments) * len(places),
            "status": [WORDS[int(s)] for s in status.ravel()],
        }
    )
    long["firms"] = _firms(chain, long)
    coverage = pd.DataFrame({"segment": found.segments, "places": (status == PRESENT).sum(axis=0), "not_known": (status == UNKNOWN).sum(axis=0)})
    member = {
        e: larger[0] for e, w in chain.entities[["entity", "within"]].itertuples(index=False, name=None) if (larger := [x for x in listed([w]) if x in places])
    }
    return {
        "scores": scores,
        "matrix": long,
        "coverage": coverage,
        "stages": chain.stages,
        "clusters": found.clusters,
        "names": chain.words([*places, *found.segments, *chain.stages, *member]),
        "system": chain.system,
        "membership": member,
    }


def _firms(chain: Chain, long: pd.DataFrame) -> list[int]:
    """How many firms of the table are in a place, or within it, and in the segment."""
    inside: dict[str, set[str]] = {}
    above = {e: listed([w]) for e, w in chain.entities[["entity", "within"]].itertuples(index=False, name=None)}
    for region in listed(chain.firms["region"].unique()):
        waiting, seen = [region], set[str]()
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting += above.get(place, [])
        for place in seen:
            inside.setdefault(place, set()).add(region)
    firms = chain.firms[["firm", "region", "segment"]]
    if any(";" in region for region in firms["region"].unique()):
        firms = firms.assign(region=firms["region"].map(lambda r: listed([r]))).explode("region")
    wanted = {place: inside.get(place, set()) for place in long["place"].unique()}
    pairs = pd.DataFrame([(place, region) for place, regions in wanted.items() for region in sorted(regions)], columns=["place", "region"])
    counted = firms.merge(pairs, on="region").drop_duplicates(["place", "segment", "firm"]).groupby(["place", "segment"], sort=False).size()
    return counted.reindex(pd.MultiIndex.from_frame(long[["place", "segment"]]), fill_value=0).astype(int).tolist()


def measures(chain: Chain, found: Presence, status: Any, interval: bool) -> pd.DataFrame:
    """One row a place: every measure with what is known to be there, and with what may be there too."""
    low, high = status == PRESENT, (status >= UNKNOWN if interval else status == PRESENT)
    number = {name: j for j, name in enumerate(found.segments)}
    ends = [chain.edges[c].map(number).to_numpy(np.intp) for c in ("from", "to")]
    cost = np.nan_to_num(chain.edges["cost_share"].to_numpy(float))
    stage = np.array(chain.segments["stage"], object)
    made: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {"low": {}, "high": {}}
    for end, has in (("low", low), ("high", high)):
        both = has[:, ends[0]] & has[:, ends[1]]
        parts[end]["nodes"] = has.mean(axis=1)
        parts[end]["links"] = both.mean(axis=1) if len(cost) else np.full(len(has), np.nan)
        parts[end]["weighted_links"] = both @ cost / cost.sum() if cost.sum() else np.full(len(has), np.nan)
        for name in chain.stages:
            parts[end][f"stage.{name}"] = has[:, stage == name].mean(axis=1)
        staged = np.array([parts[end][f"stage.{name}"] for name in chain.stages])
        parts[end]["balanced"] = staged.prod(axis=0) ** (1 / len(staged)) if len(staged) else np.full(len(has), np.nan)
    for name in parts["low"]:
        made[f"{name}_low"], made[f"{name}_high"] = parts["low"][name], parts["high"][name]
    made["present"], made["unknown"], made["absent"] = low.sum(axis=1), (status == UNKNOWN).sum(axis=1), (status == 0).sum(axis=1)
    lacking = status == 0 if interval else status != PRESENT
    made["missing"] = ["; ".join(found.segments[j] for j in np.flatnonzero(row)) for row in lacking]
    made["open"] = ["; ".join(found.segments[j] for j in np.flatnonzero(row == UNKNOWN)) for row in status]
    return pd.DataFrame(made)


def exhibits(result: Completeness) -> tuple[Exhibit, ...]:
    names, scores = result.names, result.scores
    exact = bool((scores["nodes_low"] == scores["nodes_high"]).all())
    shown = ("nodes", "links", "weighted_links", "balanced")
    columns = {f"{m}_{end}": "share" for m in shown if scores[f"{m}_low"].notna().any() for end in (("low",) if exact else ("low", "high"))}
    heads = {c: (text(f"chain.head.{c.rpartition('_')[0]}") if exact else text(f"chain.head.{c}")) for c in columns}
    notes = (Message("chain.completeness.note"), Message("chain.completeness.exact" if exact else "chain.completeness.interval"))
    made: list[Exhibit] = [
        table(
            "scores",
            scores,
            {**columns, "present": "count", "unknown": "count", "absent": "count"},
            ["place"],
            Message("chain.completeness.title"),
            names=names,
            notes=notes,
            heads=heads,
        )
    ]
    if len(result.stages):
        made.append(_stages(result, exact))
    lack = scores[(scores["missing"] != "")]
    if len(lack):
        made.append(table("missing", lack, {"missing": "names"}, ["place"], Message("chain.completeness.missing"), names=names))
    places, segments = result.matrix["place"].unique(), result.matrix["segment"].unique()
    if 1 < len(places) <= MOST_PLACES and len(segments) <= MOST_SEGMENTS:
        made += [_matrix(result), _heat(result)]
    return (*made, *_map(result))


def _stages(result: Completeness, exact: bool) -> Exhibit:
    columns = {f"stage.{s}_{end}": "share" for s in result.stages for end in (("low",) if exact else ("low", "high"))}
    from regio.chain.base.exhibits import words

    over = {c: text("chain.stage_head", stage=words(result.names, c.removeprefix("stage.").rpartition("_")[0])) for c in columns}
    heads = {c: head if exact else (head, text(f"chain.head.{c.rpartition('_')[2]}")) for c, head in over.items()}
    return table("stages", result.scores, columns, ["place"], Message("chain.completeness.stages"), names=result.names, heads=heads)


def _matrix(result: Completeness) -> Exhibit:
    wide = result.matrix.pivot(index="segment", columns="place", values="status").reindex(
        result.matrix["segment"].unique(), columns=result.matrix["place"].unique()
    )
    return matrix("matrix", wide, "code:status", Message("chain.completeness.matrix"), names=result.names, stub="segment", frame=result.matrix)


def _heat(result: Completeness) -> Figure:
    frame = result.matrix.assign(value=result.matrix["firms"].astype(float).where(result.matrix["status"] == "present"))
    return Figure(
        name="heat",
        form="heat_map",
        frame=frame,
        channels={"x": Channel("place", kind="label"), "y": Channel("segment", kind="label"), "value": Channel("value", text("chain.head.firms"))},
        title=Message("chain.completeness.heat"),
        notes=(Message("chain.completeness.matrix_note"),),
        words=figure_words(result.names, frame["place"].unique(), frame["segment"].unique()),
    )


def _map(result: Completeness) -> tuple[Figure, ...]:
    """The provinces of each cluster, on the tile grid of the system."""
    if not result.system or not result.membership or not result.clusters:
        return ()
    from regio.regions import system
    from regio.spatial.places.outlines import outlines_of

    regions = set(system(result.system).codes)
    frame = pd.DataFrame([(code, cluster) for code, cluster in result.membership.items() if code in regions], columns=["place", "cluster"])
    if not len(frame):
        return ()
    return (
        Figure(
            name="map",
            form="map",
            frame=frame,
            channels={"place": Channel("place", kind="label"), "value": Channel("cluster", text("chain.head.cluster"), kind="label")},
            title=Message("chain.completeness.map"),
            words={**figure_words(result.names, frame["cluster"].unique(), frame["place"])}
            | {c: label(c) for c in frame["cluster"].unique() if c not in result.names},
            shapes=outlines_of("tiles", frame["place"].tolist()).shapes,
        ),
    )
