"""Candidates by density."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regio.chain.base.model import Chain, chosen
from regio.chain.places._complexity import compute


def candidates(chain: Chain, place: str | None, value: str, at: int | str | None, cut: float, top: int) -> pd.DataFrame:
    fields, _ = compute(chain, value, at, cut, "zero")
    density, proximity = fields["density"], fields["proximity"].to_numpy(float)
    segments = list(density.columns)
    held = fields["quotients"].loc[density.index, segments].to_numpy(float) >= cut
    complexity = dict(zip(fields["segments"]["segment"], fields["segments"]["complexity"], strict=True))
    regions = [_region(chain, place, list(density.index))] if place is not None else list(density.index)
    near = {s: set(chain.edges.loc[chain.edges["from"] == s, "to"]) | set(chain.edges.loc[chain.edges["to"] == s, "from"]) for s in segments}
    rows = []
    for region in regions:
        i = list(density.index).index(region)
        own = {segments[j] for j in np.flatnonzero(held[i])}
        for j in sorted(np.flatnonzero(~held[i]), key=lambda j: (-round(float(density.iat[i, j]), 12), segments[j]))[:top]:
            order = [k for k in np.argsort(-proximity[j], kind="stable") if held[i, k] and proximity[j, k] > 0][:top]
            links = "; ".join(s for s in segments if s in own and s in near[segments[j]])
            rows.append((region, segments[j], float(density.iat[i, j]), complexity[segments[j]], "; ".join(segments[k] for k in order), links))
    return pd.DataFrame(rows, columns=["region", "segment", "density", "complexity", "nearest", "links"])


def _region(chain: Chain, place: str, regions: list[str]) -> str:
    """A region by its code or its words."""
    if place in regions:
        return place
    by_words = {text: code for code in regions for text in chain.names.get(code, {}).values()}
    return by_words.get(place) or chosen(place, (*regions, *by_words), "chain.no_place")
