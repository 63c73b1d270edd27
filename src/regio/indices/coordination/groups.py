"""The group of each row: of a column, or of a grouping of regions that Regio knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from regio.contract.finding import ArgumentError, error
from regio.contract.roles import GROUPINGS
from regio.exhibits.models import Text
from regio.regions.groups import group_of
from regio.regions.system import SYSTEMS, system


def row_groups(data: Any, groups: str, kind: str) -> tuple[pd.Series, Mapping[str, Text]]:
    """The group of each row as text, missing where there is none; and the words for the groups of a known grouping.

    Raises
    ------
    ArgumentError
        for a known grouping without a region key, with regions that it does not know, or that is also a column
    """
    name = {"region": data.keys.region, "period": data.keys.period}.get(groups, groups)
    if groups in GROUPINGS and groups in data.rows.columns:
        raise ArgumentError(error("coupling.group_twice", groups=groups))
    if groups not in GROUPINGS:
        column = data.rows[name]
        return column.map(str).where(column.notna()), {}
    if data.keys.region is None:
        raise ArgumentError(error("contract.no_region", kind=kind, argument=f'groups = "{groups}"'))
    regions = data.rows[data.keys.region]
    known = {region: group_of(region, groups) for region in regions.unique()}
    words = next(g.groups for s in map(system, SYSTEMS) for g in s.groupings if g.name == groups)
    order = [group for group in words if group in known.values()]
    return regions.map(known), {group: dict(words[group]) for group in order}
