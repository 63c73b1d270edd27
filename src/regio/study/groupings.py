"""Groupings of regions of the user's own: several groups under one name, which steps compare like a column of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from regio.contract.finding import Finding, Position, StudyError, error, suggestion
from regio.contract.roles import GROUPINGS, KEY_WORDS
from regio.study.entries import GroupEntry
from regio.study.layers import Layer

if TYPE_CHECKING:
    from regio.panel import Panel
    from regio.study.model import SourceFile, Study

Grouping = Mapping[str, tuple[str, ...]]  # group → its members, as written


def read_groupings(entries: list[tuple[int, GroupEntry]], taken: Sequence[str], marks: Layer) -> tuple[dict[str, Grouping], list[Finding]]:
    """Every grouping that groups say they are ``of``, and what is wrong: a name that something else has (``taken``), a region in two groups."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    problems: list[Finding] = []
    for i, entry in entries:
        if not entry.of:
            continue
        if entry.of in (*GROUPINGS, *KEY_WORDS):
            problems.append(error("study.known_grouping", marks.where(("group", i, "of")), name=entry.of))
        elif entry.of in taken:
            problems.append(error("study.grouping_taken", marks.where(("group", i, "of")), name=entry.of))
        others = {form: name for name, members in found.get(entry.of, {}).items() for form in _forms(members)}
        for member in entry.members:
            both = next((others[form] for form in _forms((member,)) if form in others), None)
            if both is not None:
                values = {"region": member, "grouping": entry.of, "first": both, "second": entry.name}
                problems.append(Finding("study.in_two_groups", values, "error", marks.where(("group", i, "members"))))
        found.setdefault(entry.of, {})[entry.name] = entry.members
    return dict(found), problems


def groupings_used(study: Study, source: SourceFile) -> tuple[str, ...]:
    """The groupings that a step on a source names."""
    used = {name for step in study.steps if step.on == source.name for name, _ in step.uses}
    return tuple(name for name in study.groupings if name in used)


def with_groupings(panel: Panel, groupings: Mapping[str, Grouping], file: str) -> tuple[Panel, tuple[Finding, ...]]:
    """The panel with one column a grouping, empty where a region is in none of its groups; these regions are named.

    Raises
    ------
    StudyError
        for a member that is neither a region of the table nor one that Regio knows
    """
    from regio.panel import Variable

    if not groupings:
        return panel, ()
    regions = panel.rows[panel.keys.region]
    known = dict.fromkeys(regions.map(str))
    columns, findings = {}, list[Finding]()
    for name, groups in groupings.items():
        places = {form: group for group, members in groups.items() for form in _forms(members)}
        _check(groups, known, Position(file))
        columns[name] = regions.map(str).map(places)
        if without := tuple(region for region in known if region not in places):
            findings.append(Finding("study.in_no_group", {"grouping": name, "regions": without, "count": len(without)}, "note"))
    return panel.join(columns, [Variable(name, levels=tuple(groups)) for name, groups in groupings.items()]), tuple(findings)


def _check(groups: Grouping, known: Mapping[str, None], where: Position) -> None:
    """Every member is a place that Regio knows, a group of them, or a region of the table."""
    for group, members in groups.items():
        for member in members:
            if len(_forms((member,))) == 1 and member not in known:
                near = suggestion(member, tuple(known))
                raise StudyError(Finding("study.unknown_member_region", {"group": group, "found": member, "near": near}, "error", where))


def _forms(members: Sequence[str]) -> tuple[str, ...]:
    """Every form, code and names, of some regions; those of a known group are its members'."""
    from regio.regions import group_members, same_place

    return tuple(dict.fromkeys(form for member in members for form in (member, *(same_place(member) or group_members(member)))))
