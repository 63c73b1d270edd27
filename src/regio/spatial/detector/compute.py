"""From the table of a call to frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Provenance
from regio.language import Message
from regio.spatial.breaks import Profile
from regio.spatial.detector.analyse import Factor, Found, analyse
from regio.spatial.detector.factors import by_edges, by_labels, rule_of
from regio.spatial.detector.options import Options
from regio.spatial.detector.search import candidates
from regio.spatial.detector.statistics import Floats, Ints

FRAMES = ("interactions", "combinations", "search", "strata", "risk", "ecological", "shapley", "stability")


@dataclass(frozen=True, slots=True)
class Computed:
    frames: dict[str, pd.DataFrame]
    importance: pd.DataFrame
    columns: dict[str, pd.Series]
    provenance: Provenance
    findings: tuple[Finding, ...]


def compute(data: Any, outcomes: Sequence[str], factors: Sequence[str], options: Options, by: str | None, sample_weights: str | None) -> Computed:
    """Every outcome in every group."""
    keys = {"region": data.keys.region, "period": data.keys.period}
    columns = {name: keys.get(name) or name for name in factors}
    check_names(outcomes, factors, columns, sample_weights, keys.get(by or "", by))
    group = keys.get(by or "", by)
    rows, findings = complete(data.rows, outcomes, list(columns.values()), group, sample_weights)
    found: list[tuple[dict[str, Any], Found]] = []
    strata: dict[str, pd.Series] = {}
    for value, part in _groups(rows, group):
        inside = "" if group is None else Message("geodetector.inside", {"column": group, "value": str(value)})
        weights = None if sample_weights is None else part[sample_weights].to_numpy(float) * (len(part) / part[sample_weights].sum())
        if len(part) < 3:
            raise EstimationError(error("geodetector.few_rows", rows=len(part), inside=inside))
        made, notes = prepare(part, columns, weights, options)
        findings += notes
        regions = _regions(part, data.keys.region)
        for outcome in outcomes:
            own = analyse(part[outcome].to_numpy(float), weights, made, regions, options, inside, outcome)
            found.append((({"outcome": outcome} if len(outcomes) > 1 else {}) | ({} if by is None else {by: value}), own))
            if len(outcomes) == 1:
                _add_codes(strata, own, part)
    findings += notes_of(found)
    frames = collected(found)
    return Computed(
        frames=frames,
        importance=importance(frames["factors"], options.level),
        columns={name: column.reindex(data.rows.index) for name, column in strata.items()},
        provenance=Provenance(rows_used=len(rows), rows_left_out=len(data.rows) - len(rows), regions_used=_count(rows, data.keys.region)),
        findings=tuple(_unique(findings)),
    )


def check_names(outcomes: Sequence[str], factors: Sequence[str], columns: dict[str, str], sample_weights: str | None, by: str | None) -> None:
    """No name twice, and none in two places."""
    problems = []
    if not outcomes or not factors:
        problems.append(error("geodetector.nothing", argument="factors" if outcomes else "outcome"))
    every = [*outcomes, *columns.values()]
    if len(columns) < len(factors):
        every = [*outcomes, *factors]
    twice = tuple(sorted({name for name in every if every.count(name) > 1}))
    if twice:
        problems.append(error("geodetector.twice", columns=twice))
    if by is not None and by in columns.values():
        problems.append(error("geodetector.by_is_factor", column=by))
    if problems:
        raise ArgumentError(*problems)


def complete(rows: pd.DataFrame, outcomes: Sequence[str], factors: Sequence[str], group: str | None, weights: str | None) -> tuple[pd.DataFrame, list[Finding]]:
    """Rows that have a value in every column, as a plain frame, and a note on those left out.

    Raises
    ------
    EstimationError
        for infinite cells, weights that are not positive, or no row at all
    """
    wanted = list(dict.fromkeys([*outcomes, *factors, *([group] if group else []), *([weights] if weights else [])]))
    numbers = [name for name in wanted if rows[name].dtype.kind in "iuf"]
    problems = [
        error("regress.infinite", column=name, count=int(n))
        for name in numbers
        if rows[name].dtype.kind == "f" and (n := np.isinf(rows[name].to_numpy()).sum())
    ]
    if weights and (bad := int((rows[weights].to_numpy(float) <= 0).sum())):
        problems.append(error("regress.bad_weights", column=weights, count=bad))
    if problems:
        raise EstimationError(*problems)
    missing = {name: rows[name].isna().to_numpy() for name in wanted}
    gone = np.logical_or.reduce(list(missing.values()))
    if gone.all():
        raise EstimationError(error("geodetector.few_rows", rows=0, inside=""))
    if not gone.any():
        return pd.DataFrame(rows), []
    named = tuple(f"{name} ({int(mask.sum())})" for name, mask in missing.items() if mask.any())
    return pd.DataFrame(rows[~gone]), [Finding("regress.rows_left_out", {"rows": int(gone.sum()), "columns": named}, "note")]


def prepare(part: pd.DataFrame, columns: dict[str, str], weights: Floats | None, options: Options) -> tuple[list[Factor], list[Finding]]:
    """The factors in one group of rows."""
    made: list[Factor] = []
    notes: list[Finding] = []
    searched: list[tuple[int, Profile, tuple[str, ...]]] = []
    for name, column in columns.items():
        cells = part[column]
        rule, note = rule_of(name, cells, options.discretise, options.methods, options.classes, options.min_rows)
        notes += [note] if note else []
        if isinstance(rule, tuple) and rule:
            values = cells.to_numpy(float)
            searched.append((len(made), Profile.of(values, weights), rule))
            made.append(Factor(name, None, None, values, rule))
        elif isinstance(rule, tuple):
            made.append(Factor(name, by_labels(name, cells, options.convention)))
        else:
            values = cells.to_numpy(float)
            made.append(Factor(name, by_edges(name, values, rule, "manual"), None, values))
    for methods in dict.fromkeys(rule for *_, rule in searched):
        chosen = [(i, profile) for i, profile, rule in searched if rule == methods]
        for (i, _), candidate in zip(chosen, candidates([p for _, p in chosen], methods, options.classes, options.convention), strict=True):
            made[i] = Factor(made[i].name, None, candidate, made[i].values, methods)
    return made, notes


def _groups(rows: pd.DataFrame, group: str | None) -> Iterator[tuple[Any, pd.DataFrame]]:
    if group is None:
        yield None, rows
        return
    for value, places in sorted(rows.groupby(group, sort=True, observed=True).indices.items()):
        yield value, rows.iloc[places]


def _regions(part: pd.DataFrame, region: str | None) -> tuple[Ints, Sequence[Any]] | None:
    if region is None:
        return None
    codes, names = pd.factorize(part[region].array)
    return codes.astype(np.intp), list(names)


def _count(rows: pd.DataFrame, region: str | None) -> int | None:
    return int(rows[region].nunique()) if region is not None else None


def _add_codes(strata: dict[str, pd.Series], own: Found, part: pd.DataFrame) -> None:
    """The class of each row, numbered from 1, where classes were made."""
    for name, made in own.codes.items():
        if made.method != "labels":
            column = pd.Series(made.codes + 1.0, index=part.index)
            strata[name] = pd.concat([strata[name], column]) if name in strata else column


def notes_of(found: Sequence[tuple[dict[str, Any], Found]]) -> list[Finding]:
    """One finding a code and column: of several groups the largest count."""
    most: dict[tuple[str, str], int] = {}
    for _, own in found:
        for code, column, count in own.notes:
            most[code, column] = max(most.get((code, column), 0), count)
    warnings = ("geodetector.single_rows_keep",)
    return [Finding(code, {"column": column, "count": count}, "warning" if code in warnings else "note") for (code, column), count in most.items()]


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if not any((finding.code, finding.values.get("column")) == (other.code, other.values.get("column")) for other in kept):
            kept.append(finding)
    return kept


def collected(found: Sequence[tuple[dict[str, Any], Found]]) -> dict[str, pd.DataFrame]:
    """The frames: ``factors`` by outcome (where there are several), group and factor; of the others these are columns."""
    frames = {name: frame_of([prefix | row for prefix, own in found for row in getattr(own, name)]) for name in FRAMES}
    factors = frame_of([prefix | row for prefix, own in found for row in own.factors])
    return {"factors": factors.set_index([*found[0][0], "factor"]), **frames}


def frame_of(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame({name: [row[name] for row in records] for name in records[0]}) if records else pd.DataFrame()


def importance(factors: pd.DataFrame, level: float) -> pd.DataFrame:
    """By factor: mean q and rank over the groups, in how many of them it is significant, and its class: core where in all, secondary where in some,
    general where in none (paper 003's reading of its Table 4).
    """
    frame = factors.reset_index()
    significant = frame["p_value"] < 1 - level
    grouped = frame.assign(significant=significant).groupby("factor", sort=False)
    found = grouped.agg(q=("q", "mean"), rank=("rank", "mean"), significant=("significant", "sum"), groups=("q", "size"))
    kinds = np.where(found["significant"] == found["groups"], "core", np.where(found["significant"] > 0, "secondary", "general"))
    return found.assign(importance=kinds).rename(columns={"q": "mean_q", "rank": "mean_rank"})
