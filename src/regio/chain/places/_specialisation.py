"""Quotients of regions and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import figure_words, table
from regio.chain.base.model import Chain
from regio.chain.base.presence import amounts, cube
from regio.contract.finding import EstimationError, Finding, error
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.indices.activity.quotients import quotients
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.specialisation import Specialisation

FEW = 3  # firms behind a quotient: below this it is marked
MOST = 40  # regions or segments of a heat map
SHOWN = 40


def compute(chain: Chain, value: str) -> tuple[dict[str, Any], list[Finding]]:
    long, _ = amounts(chain, value)
    if not len(long) or not long["amount"].sum():
        raise EstimationError(error("chain.no_firms", value=value))
    counts, _ = amounts(chain, "firms")
    regions = list(dict.fromkeys(long["region"]))
    there = set(long["segment"])
    segments = [s for s in chain.order if s in there]
    periods = sorted(dict.fromkeys(long["period"]), key=str)
    sums = cube(long, regions, segments, periods)
    firms = cube(counts[counts["period"].isin(periods) & counts["region"].isin(regions) & counts["segment"].isin(segments)], regions, segments, periods)
    found = quotients(sums, len(segments))
    r, p, k = np.nonzero(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = sums / sums.sum(axis=0)
    frame = pd.DataFrame(
        {
            "region": [regions[i] for i in r],
            "period": [periods[i] for i in p],
            "segment": [segments[i] for i in k],
            "location_quotient": found[r, p, k],
            "amount": sums[r, p, k],
            "share": share[r, p, k],
            "firms": firms[r, p, k].astype(int),
        }
    )
    few = int((frame["firms"] < FEW).sum())
    notes = [Finding("chain.few_behind", {"count": few, "total": len(frame), "least": FEW})] if few else []
    return {"scores": frame, "value": value, "names": chain.words([*regions, *segments])}, notes


def exhibits(result: Specialisation) -> tuple[Exhibit, ...]:
    periods = sorted(result.scores["period"].unique(), key=str)
    last = result.scores[result.scores["period"] == periods[-1]]
    ranked = last.sort_values(["location_quotient", "share"], ascending=False, kind="stable").head(SHOWN)
    columns = {"segment": "name", "location_quotient": "number", "firms": "count", "share": "share"}
    title = Message("chain.specialisation.title_at" if str(periods[-1]) else "chain.specialisation.title", {"period": periods[-1]} if str(periods[-1]) else {})
    notes = (
        Message("chain.specialisation.note", {"least": FEW}),
        *([Message("chain.first_rows", {"count": SHOWN, "total": len(last)})] if len(last) > SHOWN else []),
    )
    made: list[Exhibit] = [table("scores", ranked, columns, ["region", "segment"], title, names=result.names, notes=notes)]
    if 1 < last["region"].nunique() <= MOST and 1 < last["segment"].nunique() <= MOST:
        made.append(
            Figure(
                name="heat",
                form="heat_map",
                frame=last,
                channels={
                    "x": Channel("segment", kind="label"),
                    "y": Channel("region", kind="label"),
                    "value": Channel("location_quotient", text("chain.head.location_quotient")),
                },
                title=title,
                words=figure_words(result.names, last["region"], last["segment"]),
            )
        )
    return tuple(made)
