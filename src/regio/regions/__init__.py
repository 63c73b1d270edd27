"""Facts about places: names and codes, groupings, neighbours and tile grids of provinces and states."""

from __future__ import annotations

from regio.regions.groups import group_members, group_of, same_place
from regio.regions.names import Resolved, resolve
from regio.regions.system import SYSTEMS, Grouping, Region, System, names, system

__all__ = ["SYSTEMS", "Grouping", "Region", "Resolved", "System", "group_members", "group_of", "names", "resolve", "same_place", "system"]
