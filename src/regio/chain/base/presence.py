"""Which segments a place has: by its firms, by what is said of it, by the places within it. Unknown is not absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.chain.base.names import PLACES, listed
from regio.contract.finding import ArgumentError, error, suggestion

if TYPE_CHECKING:
    from regio.chain.base.model import Chain

ABSENT, UNKNOWN, PRESENT = 0, 1, 2  # a place has the best of its parts


@dataclass(frozen=True, slots=True)
class Presence:
    """status (p, n): 0 absent, 1 unknown, 2 present; clusters: which places have others within them."""

    places: tuple[str, ...]
    segments: tuple[str, ...]
    status: NDArray[np.int8]
    clusters: tuple[str, ...]


def presence_of(chain: Chain, hours: float | None = None) -> Presence:
    """The status of every segment in every place; with ``hours`` in what can be reached from it in that time."""
    segments = chain.order
    entities = chain.entities
    within = {row["entity"]: listed([row["within"]]) for row in entities.to_dict("records") if row["kind"] in PLACES} if len(entities) else {}
    regions = [name for cell in chain.firms["region"].unique() for name in listed([cell])]
    places = tuple(dict.fromkeys([*listed(chain.presence["place"].unique()), *regions, *within, *(w for parts in within.values() for w in parts)]))
    number = {place: i for i, place in enumerate(places)}
    place_of_segment = {segment: j for j, segment in enumerate(segments)}
    own = np.full((len(places), len(segments)), -1, np.int8)  # -1: nothing is said
    said = chain.presence
    if len(said):
        codes = said["status"].map({"present": PRESENT, "absent": ABSENT, "unknown": UNKNOWN}).to_numpy(np.int8)
        own[said["place"].map(number).to_numpy(np.intp), said["segment"].map(place_of_segment).to_numpy(np.intp)] = codes
    firms = chain.firms
    if len(firms):
        columns = firms["segment"].map(place_of_segment).to_numpy(np.intp)
        if any(";" in str(r) for r in firms["region"].unique()):
            for cells, column in zip(firms["region"], columns, strict=True):
                own[[number[p] for p in listed([cells])], column] = PRESENT
        else:
            own[firms["region"].map(number).to_numpy(np.intp), columns] = PRESENT
    status = _gathered(own, within, number)
    if hours is not None:
        status = _reached(status, chain, number, hours)
    larger = {w for parts in within.values() for w in parts}
    named = set(entities.loc[entities["kind"] == "cluster", "entity"]) if len(entities) else set()
    clusters = tuple(place for place in places if place in (named or larger))
    return Presence(places, segments, np.where(status < 0, UNKNOWN, status).astype(np.int8), clusters)


def _gathered(own: NDArray[np.int8], within: dict[str, list[str]], number: dict[str, int]) -> NDArray[np.int8]:
    """A larger place has what its parts have; it lacks a segment where it says so, or every part does."""
    status = own.copy()
    for _ in range(3):  # cities in provinces in clusters
        parts: dict[str, list[int]] = {}
        for place, larger in within.items():
            for name in larger:
                parts.setdefault(name, []).append(number[place])
        for name, members in parts.items():
            i = number[name]
            inside = status[members]
            best = np.where((inside == PRESENT).any(axis=0), PRESENT, np.where((inside == ABSENT).all(axis=0), ABSENT, -1))
            status[i] = np.where(best == PRESENT, PRESENT, np.where(own[i] >= 0, own[i], best))
    return status


def _reached(status: NDArray[np.int8], chain: Chain, number: dict[str, int], hours: float) -> NDArray[np.int8]:
    """The best of a place and of every place within so many hours, as the table of travel times says; it holds both ways."""
    travel: pd.DataFrame = chain.table("travel")
    found = status.copy()
    near = travel[travel["hours"] <= hours]
    for a, b in near[["from", "to"]].itertuples(index=False, name=None):
        if a in number and b in number:
            for here, there in ((number[a], number[b]), (number[b], number[a])):
                found[here] = np.maximum(found[here], status[there])
    return found


def place_of(chain: Chain, written: str, places: Sequence[str]) -> str:
    """One of the places, by any of its names.

    Raises
    ------
    ArgumentError
        for a place of which the tables say nothing, with near misses
    """
    from regio.regions import resolve

    called = {word: place for place in reversed(places) for word in (place, *chain.names.get(place, {}).values())}
    if chain.system and written not in called:
        called |= {name: code for name, code in resolve([written], chain.system).mapping.items() if code in places}
    if written not in called:
        known = tuple(chain.names.get(place, place) for place in places[:30])
        raise ArgumentError(error("chain.no_place", found=written, known=known, near=suggestion(written, tuple(called))))
    return called[written]


def amounts(chain: Chain, value: str) -> tuple[pd.DataFrame, str]:
    """The amounts of activity by region, segment and period (long), and the name of the amount: ``firms`` counts them."""
    from regio.chain.base.model import chosen

    firms = chain.firms
    keys = ["period", "region", "segment"]
    if value == "firms":
        counted = firms.drop_duplicates([*keys, "firm"]).groupby(keys, sort=False).size()
        return counted.rename("amount").reset_index(), value
    chosen(value, (*chain.amounts, "firms"), "chain.unknown_value")
    return firms.groupby(keys, sort=False)[value].sum(min_count=1).rename("amount").reset_index().dropna(), value


def cube(long: pd.DataFrame, regions: Sequence[str], segments: Sequence[str], periods: Sequence[object]) -> NDArray[np.float64]:
    """(R, P, K) sums of amounts."""
    made = np.zeros((len(regions), len(periods), len(segments)))
    places = [
        long[key].map({name: i for i, name in enumerate(names)}).to_numpy(np.intp)
        for key, names in (("region", regions), ("period", periods), ("segment", segments))
    ]
    np.add.at(made, tuple(places), long["amount"].to_numpy(float))
    return made
