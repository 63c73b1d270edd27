"""From a design to tables that carry its effects: exactly where that is algebra, as near as can be elsewhere, and said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.auditing.numbers import parse
from regio.calibrating import inverse, resampled
from regio.calibrating.design import Design, columns_known, columns_of, regions_of
from regio.calibrating.detecting import Aimed, upper_share
from regio.calibrating.drawing import draw, standard
from regio.calibrating.effects import Restriction, dummies, met_inside, of_effect, of_mean, rows_of, term, value, without
from regio.calibrating.parts import Computed, Drawn, Effect, Made, Table, names_in
from regio.calibrating.result import Calibrate
from regio.calibrating.statistics import brought, conditions
from regio.calibrating.words import GROUP, LABEL
from regio.contract.finding import DataError, Finding, error
from regio.panel import Panel

Array = NDArray[np.float64]
START_OFF = 1e-9  # of a restriction, at a start that was found before
DRAWS = 10  # of a seed
SIGNAL_ROOM = 0.2  # least share of an outcome's spread that is left to what its effects do not explain

REDRAWN = ("calibrate.score_outside", "calibrate.gap")  # what another draw may mend


@dataclass
class Making:
    """A table while it is made."""

    table: Table
    keys: pd.DataFrame
    codes: dict[str, NDArray[np.intp]]
    groups: tuple[str, ...]
    columns: dict[str, Array] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Any]:
        return {name: self.keys[name].to_numpy() for name in self.keys.columns if name != "unit"}


def designed(design: Design, *, seed: int = 0) -> Calibrate:
    """The tables of a design, what of its print they carry, and what they do not. A draw that leads outside what indicators can make, or whose statistics
    cannot be brought to the print, is drawn again; of several that cannot the nearest is kept.
    """
    best: Calibrate | None = None
    for number in range(DRAWS):
        draw = design.first_draw + number
        sequence = np.random.SeedSequence(seed, spawn_key=(draw,)) if draw else np.random.SeedSequence(seed)
        try:
            made = _made(design, np.random.default_rng(sequence))
        except DataError as problem:
            if problem.findings[0].code not in REDRAWN or (number == DRAWS - 1 and best is None):
                raise
            continue
        if best is None or made.equal > best.equal:
            best = made
        if not any(e.speaks for e in design.effects) or not (made.reproduction["reason"] == "calibrate.reason.conflict").any():
            break
    assert best is not None
    return best


def _made(design: Design, random: np.random.Generator) -> Calibrate:
    done: dict[str, Panel] = {}
    rows: list[tuple[str, str, float, str]] = []
    findings: list[Finding] = []
    order = sorted(design.tables, key=lambda t: any(c.table == t.name != c.source for c in design.computed))  # tables that rest on others come last
    for table in order:
        making = _begun(table)
        _computed(design, making, done)
        for v in design.variables:
            if v.table == table.name:
                _drawn(design, making, v, random, findings)
                _computed(design, making, done)
        _detected(design, making, random, rows)
        _solved(design, making, findings)
        rows += _carried(design, making)
        _indices(design, making, random, rows, findings)
        done[table.name] = _finished(design, making)
    found = pd.DataFrame(
        [(w, p, c, _equal(p, c), r if not _equal(p, c) else "") for w, p, c, r in rows], columns=["where", "printed", "computed", "equal", "reason"]
    )
    lost = tuple(found.loc[~found["equal"], "where"])
    if lost:
        findings.append(Finding("calibrate.not_carried", {"count": len(lost), "cells": lost}, "warning"))
    first = done.get("", next(iter(done.values())))
    return Calibrate(first, found, tuple(findings), {name: panel for name, panel in done.items() if name})


def _computed(design: Design, making: Making, done: dict[str, Panel]) -> None:
    """Columns that methods make of other tables, and of the columns of this one that are there."""
    for c in design.computed:
        if c.table != making.table.name or c.name in making.columns:
            continue
        if c.source != c.table:
            making.columns[c.name] = _known(c, inverse.computed(c.kind, c.options, done[c.source], c.part, making.keys[["region", "period"]]))
        elif {name for name in _named(c.options) if name in columns_known(design, c.table)} <= {*making.columns}:
            panel = Panel(making.keys.assign(**making.columns), region="region", period="period")
            making.columns[c.name] = inverse.computed(c.kind, c.options, panel, c.part, making.keys[["region", "period"]])


def _named(options: Mapping[str, Any]) -> list[str]:
    """The words in the options of a method."""
    return [
        word
        for given in options.values()
        for word in ([given] if isinstance(given, str) else given if isinstance(given, list) else [])
        if isinstance(word, str)
    ]


def _known(wanted: Computed, found: Array) -> Array:
    """A column that a method gave, without gaps."""
    if lost := int(np.isnan(found).sum()):
        raise DataError(error("calibrate.gap", variable=wanted.name, kind=wanted.kind, count=lost))
    return found


def _equal(printed: str, computed: float) -> bool:
    number = parse(printed)
    return number is not None and number.interval().holds(computed)


def _begun(table: Table) -> Making:
    names, groups = regions_of(table)
    periods = range(table.first_period, table.last_period + 1)
    units = max(table.units, 1)
    places = [(r, u, t) for r in range(len(names)) for u in range(units) for t in range(len(periods))]
    region, unit, period = (np.array(x) for x in zip(*places, strict=True))
    keys = pd.DataFrame({"region": np.array(names)[region], "period": np.array(periods)[period]})
    if table.units:
        keys["unit"] = [f"{names[r]}-{u + 1:03d}" for r, u, _ in places]
    if groups:
        keys[GROUP] = np.array(groups)[region]
    return Making(table, keys, {"region": region, "period": period, "unit": region * units + unit}, groups)


def _drawn(design: Design, making: Making, v: Drawn, random: np.random.Generator, findings: list[Finding]) -> None:
    """One column, with the effects and means that it must carry."""
    effects = [e for e in design.effects if e.table == v.table and e.outcome == v.name]
    means = [m for m in design.means if m.table == v.table and m.variable == v.name]
    later = [
        n
        for e in effects
        for t in (*e.terms, *e.instruments.values(), *filter(None, (e.sample.above, e.sample.below)))
        for n in names_in(t)
        if n not in making.columns
    ]
    later += [n for n in v.follows if n not in making.columns]
    if later:
        raise DataError(error("calibrate.too_late", variable=v.name, needs=tuple(dict.fromkeys(later))))
    codes = making.codes
    y = draw(v, codes["region"], codes["period"], codes["unit"] if making.table.units else None, making.groups, making.columns, random)
    if v.distribution != "flag" and (effects or means or v.attains):
        y = _carrying(design, v, y, effects, means, making, findings, random)
    making.columns[v.name] = y


def _carrying(
    design: Design, v: Drawn, y: Array, effects: list[Effect], means: list[Any], making: Making, findings: list[Finding], random: np.random.Generator
) -> Array:
    keys, columns = making.known, making.columns
    if effects:
        signal = _signal(effects[0], making)
        rest = without(np.column_stack([np.ones(len(y)), signal]), (y - y.mean())[:, None])[:, 0] if signal.std() > 0 else y - y.mean()
        left = max(v.sd**2 - signal.var(ddof=1), (SIGNAL_ROOM * v.sd) ** 2)
        y = v.mean + signal - signal.mean() + np.sqrt(left) * standard(rest)
    restrictions = [r for e in effects for r in of_effect(e, keys, columns)] + [of_mean(m, keys) for m in means]
    if not any(not (m.group or m.regions or m.periods) for m in means) and not means:
        restrictions.append(Restriction("", repr(float(y.mean())), np.full(len(y), 1 / len(y))))
    low, high = _limits(design, v, making)
    y = met_inside(y, restrictions, low, high)
    for printed in v.attains:
        at = np.zeros(len(y))
        at[np.abs(y - value(printed)).argmin()] = 1.0
        restrictions.append(Restriction("", printed, at))
    wanted = [c for e in effects for c in conditions(e, keys, columns)]
    known = np.array(design.start.get(v.name, ()))
    if len(known) == len(y) and all(c.holds(known) for c in wanted) and all(abs(r.weights @ known - r.value) < START_OFF for r in restrictions if r.where):
        return known  # found before, and checked
    y = brought(y, restrictions, wanted, low, high) if wanted else met_inside(y, restrictions, low, high)
    drawn = [r for r in design.resampled if (r.table, r.outcome) == (v.table, v.name)]
    if drawn and all(c.holds(y) for c in wanted):
        y = resampled.near(
            drawn[0], y, lambda x: brought(x, restrictions, wanted, low, high), partial(resampled.asked, drawn[0], keys=making.keys, columns=columns), random
        )
    outside = int(((y < low) | (y > high)).sum())
    if outside:
        findings.append(Finding("calibrate.outside", {"variable": v.name, "count": outside}, "warning"))
    return y


def _limits(design: Design, v: Drawn, making: Making) -> tuple[Array, Array]:
    """Least and greatest values (n,): its own, and for a degree of coordination those that its systems allow."""
    n = len(making.keys)
    low, high = np.full(n, -np.inf if v.min is None else v.min), np.full(n, np.inf if v.max is None else v.max)
    for s in design.solved:
        if (s.table, s.degree) == (v.table, v.name):
            keys = making.keys[["region", "period"]]
            high = np.minimum(high, inverse.degree(s, making.columns, s.high, keys))
            low = np.minimum(np.maximum(low, inverse.degree(s, making.columns, s.low, keys)), high)  # a region without the other system has one value
    return low, high


def _signal(effect: Effect, making: Making) -> Array:
    rows = rows_of(effect.sample, making.known, making.columns, effect.terms)
    parts = [value(b) * term(t, making.columns, rows) for t, b in effect.coefficients.items() if t != "_cons"]
    return np.asarray(np.nan_to_num(np.sum(parts, axis=0))) if parts else np.zeros(len(rows))


def estimate(effect: Effect, y: Array, making: Making) -> tuple[list[float], Array, float]:
    """Coefficients, residuals (rows of the sample) and t of the first term, classical, by dummies: another way than that of the restrictions."""
    named = effect.terms
    rows = rows_of(effect.sample, making.known, making.columns, named)
    x = np.column_stack([term(t, making.columns, rows)[rows] for t in named])
    block = dummies(effect.effects, making.known, rows)
    if effect.instruments:
        z = np.column_stack([term(effect.instruments.get(t, t), making.columns, rows)[rows] for t in named])
        first = np.hstack([z, block])
        fitted = first @ np.linalg.lstsq(first, x, rcond=None)[0]
        solved = np.linalg.lstsq(np.hstack([fitted, block]), y[rows], rcond=None)[0]
    else:
        fitted = x
        solved = np.linalg.lstsq(np.hstack([x, block]), y[rows], rcond=None)[0]
    residual = y[rows] - np.hstack([x, block]) @ solved
    df = int(rows.sum()) - len(named) - int(np.linalg.matrix_rank(block))
    own = without(block, fitted)
    error_of = np.sqrt(residual @ residual / df * np.linalg.inv(own.T @ own)[0, 0])
    return [float(b) for b in solved[: len(named)]], residual, float(solved[0] / error_of)


def _solved(design: Design, making: Making, findings: list[Finding]) -> None:
    for s in design.solved:
        if s.table == making.table.name:
            found, reached = inverse.system(s, making.columns, making.keys[["region", "period"]])
            making.columns[s.solve] = found
            lost = int((np.abs(reached - making.columns[s.degree]) > 1e-9).sum())
            if lost:
                findings.append(Finding("calibrate.not_solved", {"variable": s.solve, "degree": s.degree, "count": lost}, "warning"))
                making.columns[s.degree] = reached  # what is carried is judged by what can be had


def _detected(design: Design, making: Making, random: np.random.Generator, rows: list[tuple[str, str, float, str]]) -> None:
    name, made = making.table.name, {c.name for c in design.computed}
    keys = [(d.outcome, d.period) for d in design.detected if d.table == name] + [(d.outcome, d.period) for d in design.overlaid if d.table == name]
    for outcome, period in dict.fromkeys(keys):
        single = [d for d in design.detected if (d.table, d.outcome, d.period) == (name, outcome, period)]
        pairs = [d for d in design.overlaid if (d.table, d.outcome, d.period) == (name, outcome, period)]
        at = making.keys["period"].to_numpy() == period
        v = next((v for v in design.variables if (v.table, v.name) == (name, outcome)), None)
        low, high = _limits(design, v, making) if v is not None else (making.columns[outcome],) * 2
        groups = np.unique(making.keys[GROUP][at] if making.groups else np.zeros(int(at.sum())), return_inverse=True)[1]
        accepted = partial(_as_classed, design, making, outcome, period)
        aims = Aimed(single, pairs, made, groups, v.classes if v is not None else 0.0, low[at], high[at], accepted)
        before, factors = making.columns[outcome][at], {n: making.columns[n][at] for n in aims.names}
        known = {n: np.array(design.start[n])[at] for n in (outcome, *aims.names) if len(design.start.get(n, ())) == len(at)}
        if outcome in known and aims.holds(before, known[outcome], factors | {n: known[n] for n in aims.names if n in known}):
            y, factors = known[outcome], factors | {n: known[n] for n in aims.names if n in known}
        else:
            y, factors = aims.met(before, factors, random)
        for column, x in (*factors.items(), (outcome, y)):
            if column not in made:
                making.columns[column] = making.columns[column].copy()
                making.columns[column][at] = x
        rows += [(where, printed, found, "calibrate.reason.steps") for where, printed, found in aims.told(y, factors)]


def _as_classed(design: Design, making: Making, degree: str, period: int, y: Array) -> bool:
    """Whether shares of classes of the systems that this degree (n,) of a period brings are the printed ones."""
    at = making.keys["period"].to_numpy() == period
    columns = {name: x[at] for name, x in making.columns.items()} | {degree: y}
    solved = {s.solve: s for s in design.solved if (s.table, s.degree) == (making.table.name, degree)}
    wanted = [c for c in design.classed if c.variable in solved and c.period == period]
    found = [inverse.system(solved[c.variable], columns, making.keys[at][["region", "period"]])[0] for c in wanted]
    return all(_equal(c.share, upper_share(x, c.classes, c.upper)) for c, x in zip(wanted, found, strict=True))


def _carried(design: Design, making: Making) -> list[tuple[str, str, float, str]]:
    """Every printed number of a table, computed again on what was made."""
    found = []
    for m in design.means:
        if m.table == making.table.name and isinstance(m.value, str):
            r = of_mean(m, making.known)
            found.append((r.where, r.printed, float(r.weights @ making.columns[m.variable]), "calibrate.reason.conflict"))
    for k in design.classed:
        if k.table == making.table.name:
            part = making.columns[k.variable][making.keys["period"].to_numpy() == k.period]
            found.append((f"{k.variable}/upper classes/{k.period}", k.share, upper_share(part, k.classes, k.upper), "calibrate.reason.steps"))
    for e in design.effects:
        if e.table != making.table.name:
            continue
        solved, _, t = estimate(e, making.columns[e.outcome], making)
        name = e.name or e.outcome
        named = [x for x in e.coefficients if x != "_cons"]
        found += [(f"{name}/{x}", e.coefficients[x], b, "calibrate.reason.conflict") for x, b in zip(named, solved, strict=False)]
        if e.statistic is not None and e.errors == "classical":
            found.append((f"{name}/{named[0]}/statistic", e.statistic, t, "calibrate.reason.conflict"))
        own = [c for c in conditions(e, making.known, making.columns) if c.printed and not (c.where.endswith("/statistic") and e.errors == "classical")]
        found += [(c.where, c.printed, c.shown(making.columns[e.outcome]), "calibrate.reason.conflict") for c in own]
    for d in design.resampled:
        if d.table == making.table.name:
            numbers = resampled.asked(d, making.columns[d.outcome], making.keys, making.columns)
            found += [(f"{d.kind}/{c}", p, float(x), "calibrate.reason.drawn") for (c, p), x in zip(d.cells.items(), numbers, strict=True)]
    return found


def _indices(design: Design, making: Making, random: np.random.Generator, rows: list[tuple[str, str, float, str]], findings: list[Finding]) -> None:
    for made in design.indices:
        if made.table != making.table.name:
            continue
        total = sum(value(w) for w in made.weights.values())
        weights = {name: value(w) / total for name, w in made.weights.items()}
        score = making.columns[made.score]
        x, found, _ = inverse.indicators(score, made.indicators, making.keys[["region", "period"]], made.options, weights, made.spread, random)
        gap = float(np.abs(found - score).max())
        if gap > 1e-9:
            findings.append(Finding("calibrate.index_gap", {"score": made.score, "gap": gap}, "warning"))
        ranges = {v.name: v for v in design.variables if v.table == made.table}
        for j, name in enumerate(made.indicators):
            making.columns[name] = _in_units(x[:, j], ranges.get(name), made, name)


def _in_units(x: Array, v: Drawn | None, made: Made, name: str) -> Array:
    """An indicator between its least and greatest value, falling where less is better."""
    low, high = (0.0, 1.0) if v is None or v.min is None or v.max is None else (v.min, v.max)
    return low + (high - low) * (1 - x if made.directions.get(name) == "negative" else x)


def _finished(design: Design, making: Making) -> Panel:
    names = [c for c in columns_of(design, making.table.name) if c in making.columns]
    rows = making.keys.assign(**{name: making.columns[name] for name in names})
    unit = "unit" if making.table.units else None
    return Panel(rows, region="region", period="period", unit=unit, labels=(LABEL,))
