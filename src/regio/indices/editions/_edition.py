"""An edition of an index: a table and the rules that score it, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.compute.fingerprint import of_column
from regio.contract.finding import ArgumentError, EstimationError, error, suggestion
from regio.contract.method import HASHED_ROWS
from regio.contract.replay import replay
from regio.contract.result import Call
from regio.indices._cells import cells
from regio.indices._compute import DECIMALS, KIND
from regio.indices._indicators import Indicator
from regio.indices._plan import How, bare_plan
from regio.indices._rules import IndexRules, PartRules, read_rules
from regio.indices._score import Applied, InadmissibleError, Plan, apply
from regio.indices.scale import Floats, turned


@dataclass(frozen=True, slots=True)
class Edition:
    """names: (k,) indicators; values: (N, k); who, period: (N,) labels of the rows, all one empty period where there is none; part: the rules of the period
    ``at``; hashes: of the columns.
    """

    rules: IndexRules
    plan: Plan
    part: PartRules
    names: tuple[str, ...]
    values: Floats
    who: NDArray[Any]
    period: NDArray[Any]
    at: Any
    hashes: Mapping[str, str]
    places: Mapping[tuple[Any, Any], int]  # (period, region) → row

    def rows(self, at: Any) -> NDArray[np.intp]:
        return np.flatnonzero(self.period == at)

    def row(self, who: Any, at: Any) -> int | None:
        return self.places.get((at, who))

    def applied(self, values: Floats) -> Applied:
        """Rows (m, k) of raw values by the rules of this edition."""
        return applied(values, self.plan, self.part)

    def scores(self, at: Any) -> Floats:
        """The scores of a period by its own rules."""
        return applied(self.values[self.rows(at)], self.plan, part_of(self.rules, at)).scores


def applied(values: Floats, plan: Plan, part: PartRules) -> Applied:
    """Raises EstimationError where the aggregate cannot take a scaled value, as the geometric mean cannot take zero."""
    try:
        return apply(np.asfortranarray(turned(values, plan.best)), plan, part)
    except InadmissibleError as problem:
        raise EstimationError(error("explain_change.inadmissible", aggregate=plan.aggregate, count=int(problem.columns.sum()))) from None


def edition(data: Any, given: Any, kind: str, at: Any = None) -> Edition:
    """The rules that are given, on this table in the period ``at`` (None: the last). A call is done again on this table and learns there.

    Raises
    ------
    ArgumentError
        where ``given`` is no index, or there is no such period
    DataError
        for missing or infinite cells
    """
    rules = rules_of(data, given, kind)
    if absent := tuple(name for name in rules.indicators if name not in data.rows.columns):
        raise ArgumentError(error("explain_change.absent", kind=kind, columns=absent))
    found = cells(data, rules.indicators, False, least=1)
    who = found.keys["unit" if "unit" in found.keys else "region"].to_numpy(dtype=object)
    period = found.keys["period"].to_numpy(dtype=object) if "period" in found.keys else np.full(len(who), "", dtype=object)
    at = chosen_period(period, at, kind)
    if rules.periods is not None and (unknown := {str(p) for p in period} - {str(p) for p in rules.periods}):
        raise ArgumentError(
            error("index.no_rules_of_period", periods=tuple(sorted(unknown)), known=tuple(map(str, rules.periods)), scope=rules.options["scope"])
        )
    chosen = tuple(Indicator(*item) for item in zip(rules.indicators, rules.directions, rules.dimensions, rules.best, strict=True))
    how = How(**{f.name: rules.options[f.name] for f in fields(How) if f.name in rules.options})
    places = dict(zip(zip(period.tolist(), who.tolist(), strict=True), range(len(who)), strict=True))
    hashes = {name: of_column(data.rows[name]) for name in rules.indicators} if len(who) <= HASHED_ROWS else {}
    return Edition(rules, bare_plan(chosen, how), part_of(rules, at), rules.indicators, found.values, who, period, at, hashes, places)


def rules_of(data: Any, given: Any, kind: str) -> IndexRules:
    """What an index learnt: its rules, those of a result, or those that a call learns from this table."""
    if isinstance(given, Call):
        made = getattr(replay(given, data), "rules", None)
        if not isinstance(made, IndexRules):
            raise ArgumentError(error("explain_change.no_index", kind=kind, found=given.kind))
        return made
    if not isinstance(given, IndexRules | Mapping):
        raise ArgumentError(error("explain_change.not_a_call", kind=kind, found=type(given).__name__))
    return read_rules(given, KIND)


def part_of(rules: IndexRules, at: Any) -> PartRules:
    """The rules of a period; those of all periods where there is one set."""
    if rules.periods is None:
        return rules.parts[0]
    return dict(zip(map(str, rules.periods), rules.parts, strict=True))[str(at)]


def chosen_period(periods: NDArray[Any], wanted: Any, kind: str) -> Any:
    """The period that is meant, as the table writes it; the last one for None."""
    known = sorted(set(periods.tolist()))
    if wanted is None:
        return known[-1]
    for period in known:
        if str(period) == str(wanted):
            return period
    raise ArgumentError(error("explain_change.period", kind=kind, found=str(wanted), periods=tuple(map(str, known))))


def chosen_place(found: Edition, place: str, at: Any, kind: str) -> Any:
    """The region that is meant, named as in the table or in another form that Regio knows."""
    from regio.regions import same_place

    here = found.who[found.rows(at)].tolist()
    for name in (place, *same_place(place)):
        for who in here:
            if str(who) == name:
                return who
    known = tuple(map(str, here))
    raise ArgumentError(error("explain_change.place", kind=kind, found=place, period=str(at), near=suggestion(place, known)))


def ranks(scores: Floats) -> NDArray[np.intp]:
    """1 is best, ties after rounding share the better rank."""
    rounded = np.sort(np.round(scores, DECIMALS))
    return len(scores) - np.searchsorted(rounded, np.round(scores, DECIMALS), side="right") + 1
