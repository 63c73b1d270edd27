"""Why scores and ranks moved between two editions: every mix of old and new sources scored, and the Shapley value of each source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.contract.result import Provenance
from regio.indices._compute import DECIMALS
from regio.indices._rules import PartRules
from regio.indices._score import Plan, learn
from regio.indices.aggregate import AGGREGATES
from regio.indices.editions._edition import Edition, applied, edition
from regio.indices.editions._shapley import all_sets, shares
from regio.indices.scale import SCALES, Floats, turned
from regio.indices.weights.learnt import Learnt

SOURCES = ("own", "others", "revised", "weights", "scale", "method", "entrants")
OWN, OTHERS, REVISED, WEIGHTS, SCALE, METHOD, ENTRANTS = range(len(SOURCES))


@dataclass(frozen=True, slots=True)
class Made:
    """Fields of ``ExplainChange``."""

    scores: pd.DataFrame
    ranks: pd.DataFrame
    entrants: tuple[str, ...]
    leavers: tuple[str, ...]
    since: str
    until: str
    provenance: Provenance
    findings: tuple[Finding, ...]


def make(data: Any, of: Any, *, before: Any, previous: Any, since: Any, until: Any) -> Made:
    old_table = data if previous is None else previous
    new = edition(data, of, "explain_change", until)
    old = edition(old_table, of if before is None else before, "explain_change", _since(old_table, data, new, since))
    _check(old, new, previous, before)
    rules = Rules((old, new))
    everyone, stands_old, stands_new = _regions(old, new)
    values = _values(old, new, everyone)
    scored = _all_scores(values, rules)
    both = stands_old & stands_new
    if not both.any():
        raise DataError(error("explain_change.nobody", since=str(old.at), until=str(new.at)))
    scores, ranks = _states(scored, stands_old, stands_new, np.flatnonzero(both))
    names = [str(everyone[i]) for i in np.flatnonzero(both)]
    entrants = tuple(str(everyone[i]) for i in np.flatnonzero(stands_new & ~stands_old))
    leavers = tuple(str(everyone[i]) for i in np.flatnonzero(stands_old & ~stands_new))
    score_frame, rank_frame = _frame(scores, names), _frame(ranks, names)
    return Made(
        scores=score_frame,
        ranks=rank_frame,
        entrants=entrants,
        leavers=leavers,
        since=str(old.at),
        until=str(new.at),
        provenance=Provenance(columns=new.hashes),
        findings=_findings(entrants, leavers, old, new, previous is not None),
    )


def _since(table: Any, data: Any, new: Edition, since: Any) -> Any:
    """The period of the earlier edition: the last of another table, the one before ``until`` of the same."""
    if since is not None or table is not data or data.keys.period is None:
        return since
    earlier = [p for p in sorted(set(new.period.tolist())) if p < new.at]
    if not earlier:
        raise ArgumentError(error("explain_change.no_earlier", until=str(new.at)))
    return earlier[-1]


def _check(old: Edition, new: Edition, previous: Any, before: Any) -> None:
    problems = []
    if set(old.names) != set(new.names):
        problems.append(
            error("explain_change.indicators", before=tuple(sorted(set(old.names) - set(new.names))), after=tuple(sorted(set(new.names) - set(old.names))))
        )
    elif old.names != new.names:
        problems.append(error("explain_change.order", before=old.names, after=new.names))
    elif old.plan.nested != new.plan.nested or (new.plan.nested and old.rules.dimensions != new.rules.dimensions):
        problems.append(error("explain_change.hierarchy"))
    if previous is None and before is None and old.at == new.at:
        problems.append(error("explain_change.same", period=str(new.at)))
    if problems:
        raise ArgumentError(*problems)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules mixed from two editions, the earlier (0) and the later (1)."""

    editions: tuple[Edition, Edition]

    def plan(self, method: int) -> Plan:
        return self.editions[method].plan

    def mixed(self, weights: int, scale: int, method: int) -> PartRules:
        """Weights of one edition, what the method of another learns of scale and ideal from the table of a third."""
        learnt, weighed = self._learnt(method, scale), self.editions[weights].part
        return replace(learnt, weights=weighed.weights, between=weighed.between, frontier=weighed.frontier)

    def _learnt(self, method: int, scale: int) -> PartRules:
        here, there = self.editions[method], self.editions[scale]
        if method == scale or SCALES[here.plan.scale].needs:  # what a user gives belongs to the method
            return here.part
        if _same_scale(here.plan, there.plan):
            return there.part
        rows = there.values if there.rules.periods is None else there.values[there.rows(there.at)]
        if base := there.rules.options.get("base"):
            rows = there.values[np.isin(there.period.astype(str), [str(p) for p in base])]
        weights = Learnt(here.part.weights)
        plan = replace(here.plan, weigh=lambda scaled, constant: weights, nested=False)
        lesson = learn(np.asfortranarray(turned(rows, plan.best)), plan)
        return replace(lesson.rules, ideal_between=here.part.ideal_between)


def _same_scale(one: Plan, two: Plan) -> bool:
    """Whether what one learns of scale and ideal has the same meaning to the other."""
    same = (one.scale, one.interval, one.ideal) == (two.scale, two.interval, two.ideal) and bool((one.signs == two.signs).all())
    return same and np.array_equal(one.best, two.best, equal_nan=True) and AGGREGATES[one.aggregate].ideal == AGGREGATES[two.aggregate].ideal


def _regions(old: Edition, new: Edition) -> tuple[list[Any], np.ndarray, np.ndarray]:
    here, there = new.who[new.rows(new.at)].tolist(), old.who[old.rows(old.at)].tolist()
    everyone, now, then = list(dict.fromkeys([*here, *there])), set(here), set(there)
    return everyone, np.array([who in then for who in everyone]), np.array([who in now for who in everyone])


def _values(old: Edition, new: Edition, everyone: Sequence[Any]) -> Floats:
    """(2, 2, n, k) by [revised, moved]: cells of every region.

    Not moved: of the earlier period, as the earlier or (revised) as the later table has it. Moved: of the later period; before the revision, as the earlier
    table has it, else the earlier value plus the move that the later table shows. What a table lacks is taken from the other.
    """
    found = np.empty((2, 2, len(everyone), len(new.names)))
    for i, who in enumerate(everyone):
        old_then, new_then = _cells(old, who, old.at), _cells(new, who, old.at)
        old_now, new_now = _cells(old, who, new.at), _cells(new, who, new.at)
        moved = _first(new_now, old_now, new_then, old_then)
        stayed = _first(old_then, new_then, moved)
        revised = _first(new_then, stayed)
        added = stayed + (new_now - new_then) if new_now is not None and new_then is not None and old_then is not None else None
        found[0, 0, i], found[1, 0, i], found[1, 1, i] = stayed, revised, moved
        found[0, 1, i] = _first(old_now if old_then is not None else None, added, moved)
    return found


def _cells(found: Edition, who: Any, at: Any) -> Floats | None:
    row = found.row(who, at)
    return None if row is None else found.values[row]


def _first(*choices: Floats | None) -> Floats:
    return next(choice for choice in choices if choice is not None)


def _all_scores(values: Floats, rules: Rules) -> Floats:
    """(2, 2, 2, 2, 2, n) by [weights, scale, method, revised, moved]: each region scored by itself, as frozen rules do."""
    n, k = values.shape[2:]
    flat = values.reshape(-1, k)
    found = np.empty((2, 2, 2, 2, 2, n))
    for weights in (0, 1):
        for scale in (0, 1):
            for method in (0, 1):
                scored = applied(flat, rules.plan(method), rules.mixed(weights, scale, method)).scores
                found[weights, scale, method] = scored.reshape(2, 2, n)
    return found


def _states(scored: Floats, stands_old: np.ndarray, stands_new: np.ndarray, both: np.ndarray) -> tuple[Floats, Floats]:
    """(128, m) score and rank of each region that stands in both editions, in every mix of the sources."""
    sets = all_sets(len(SOURCES)).astype(int)
    scores, ranks = np.empty((len(sets), len(both))), np.empty((len(sets), len(both)))
    for s, on in enumerate(sets):
        table = scored[on[WEIGHTS], on[SCALE], on[METHOD], on[REVISED]]
        own, others = table[on[OWN]][both], table[on[OTHERS]]
        among = stands_new if on[ENTRANTS] else stands_old
        scores[s], ranks[s] = own, _rank_among(own, others, among, both)
    return scores, ranks


def _rank_among(own: Floats, others: Floats, among: np.ndarray, both: np.ndarray) -> Floats:
    """1 + how many of the others, the region itself left out, have a higher score; ties share the better rank."""
    mine, theirs = np.round(own, DECIMALS), np.round(others, DECIMALS)
    ordered = np.sort(theirs[among])
    above = len(ordered) - np.searchsorted(ordered, mine, side="right")
    itself = theirs[both] > mine
    found: Floats = (1 + above - itself).astype(float)
    return found


def _frame(states: Floats, names: Sequence[str]) -> pd.DataFrame:
    """before, after, change and the part of each source."""
    split = shares(states, len(SOURCES))
    first, last = states[0], states[-1]
    columns = {"before": first, "after": last, "change": last - first, **dict(zip(SOURCES, split, strict=True))}
    return pd.DataFrame(columns, index=pd.Index(list(names), name="region"))


def _findings(entrants: tuple[str, ...], leavers: tuple[str, ...], old: Edition, new: Edition, two: bool) -> tuple[Finding, ...]:
    found = [Finding("explain_change.two_tables", severity="note")] if two else []
    if entrants:
        found.append(Finding("explain_change.entrants", {"regions": entrants, "count": len(entrants)}, "note"))
    if leavers:
        found.append(Finding("explain_change.leavers", {"regions": leavers, "count": len(leavers)}, "note"))
    if old.rules.options["scope"] == "by_period" or new.rules.options["scope"] == "by_period":
        found.append(Finding("explain_change.levels", severity="note"))
    return tuple(found)
