"""Groups of regions by name: municipalities, east, New England."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import ArgumentError, error, suggestion
from regio.regions.names import key, resolve
from regio.regions.system import SYSTEMS, Grouping, System, system

ENDINGS = ("地区", "地带")


def group_members(name: str) -> tuple[str, ...]:
    """Every form, codes and names, of the members of a group in any system; empty for an unknown name.

    Where several groupings of a system have a group of this name, the first one counts: "east" is that of ``east_central_west``. Another
    is named in full: ``four_regions/east``.

    Examples
    --------
    >>> group_members("municipalities")[:4]
    ('110000', '北京', '北京市', 'Beijing')
    >>> group_members("nowhere")
    ()
    """
    wanted, _, group = name.rpartition("/")
    found: list[str] = []
    for here in map(system, SYSTEMS):
        match = next((pair for pair in _groups(here, wanted) if key(group) in _forms(pair[0], pair[1])), None)
        for region in here.members(match[0].name, match[1]) if match else ():
            found += [region.code, region.zh, region.full, region.en]
    return tuple(dict.fromkeys(found))


def same_place(name: str) -> tuple[str, ...]:
    """Every form, code and names, of the region that a name means in any system; empty for an unknown name.

    Examples
    --------
    >>> same_place("Guangdong")
    ('440000', '广东', '广东省', 'Guangdong')
    """
    found: list[str] = []
    for here in map(system, SYSTEMS):
        code = resolve([name], here.name).codes[0]
        if code is not None:
            region = here.region(code)
            found += [region.code, region.zh, region.full, region.en]
    return tuple(dict.fromkeys(found))


def group_of(region: object, grouping: str) -> str | None:
    """The group of a region, named in any form; None where the grouping does not cover it (Hong Kong in ``east_central_west``).

    Raises
    ------
    ArgumentError
        for an unknown grouping or region

    Examples
    --------
    >>> group_of("辽宁", "east_central_west"), group_of("Liaoning", "four_regions")
    ('east', 'northeast')
    """
    here = next((s for s in map(system, SYSTEMS) if any(g.name == grouping for g in s.groupings)), None)
    if here is None:
        known = tuple(g.name for s in map(system, SYSTEMS) for g in s.groupings)
        raise ArgumentError(error("regions.unknown_grouping", found=grouping, groupings=known, near=suggestion(grouping, known)))
    resolved = resolve([region], here.name)
    code = resolved.codes[0]
    if code is None:
        raise ArgumentError(*resolved.findings)
    return here.region(code).groups.get(grouping)


def _groups(here: System, wanted: str) -> Iterator[tuple[Grouping, str]]:
    for grouping in here.groupings:
        if not wanted or key(wanted) == key(grouping.name):
            yield from ((grouping, group) for group in grouping.groups)


def _forms(grouping: Grouping, group: str) -> set[str]:
    """Keys of the names of a group: east, eastern, East, 东部地区, 东部."""
    label = grouping.groups[group]
    short = label["zh"]
    for ending in ENDINGS:
        short = short.removesuffix(ending)
    return {key(word) for word in (group, f"{group}ern", label["en"], label["zh"], short)}
