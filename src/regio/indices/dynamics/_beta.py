"""Growth regressions of ``beta_convergence``: steps of regions to a frame, the fit of the core, speeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.result import Provenance
from regio.indices.dynamics._sigma import ESTIMATE, members_of
from regio.indices.dynamics._values import Wide, of_regions, wide
from regio.models.core.blocks import Model
from regio.models.core.fit import Fit, fit

REGION, PERIOD, GROWTH, INITIAL, CONSTANT = "_region", "_period", "_growth", "_initial", "_cons"
ALLOWED = ("region", "period")


@dataclass(frozen=True, slots=True)
class Found:
    """As the fields of ``BetaConvergence``."""

    coefficients: pd.DataFrame
    speeds: pd.DataFrame
    fit: dict[str, Any]
    points: pd.DataFrame
    provenance: Provenance
    findings: tuple[Finding, ...]
    words: Mapping[str, Any]


def converge(
    data: Any,
    column: str,
    controls: tuple[str, ...],
    *,
    form: str,
    span: int,
    effects: tuple[str, ...],
    errors: str,
    groups: str | None,
    level: float,
) -> Found:
    found = wide(data, column, "beta_convergence", "positive")
    _check(found, column, controls, form, span, effects)
    group_of, words = (None, {}) if groups is None else of_regions(data, groups, found)
    steps = [(0, len(found.periods) - 1)] if form == "cross_section" else [(t, t + span) for t in range(len(found.periods) - span)]
    frame, length = _steps(data, found, controls, steps)
    coefficients, speeds, figures, points, findings = [], {}, {}, [], list(found.findings)
    for group, members in members_of(found, group_of):
        part = frame[members[frame[REGION].to_numpy()]]
        fitted = _fit(part, controls, effects, errors, level)
        inference = fitted.inference
        table = np.column_stack((fitted.coefficients, inference.std_error, inference.statistic, inference.p_value, inference.conf_low, inference.conf_high))
        terms = pd.MultiIndex.from_product([[group], [INITIAL, *controls, CONSTANT]], names=["group", "term"])
        coefficients.append(pd.DataFrame(table, index=terms, columns=ESTIMATE))
        speeds[group] = speed(table[0, 0], table[0, 1], table[0, 4], table[0, 5], length)
        if np.isnan(speeds[group]["estimate"]):
            findings.append(Finding("beta_convergence.no_speed", {"group": "" if group == "_all" else group}, "note"))
        figures[group] = {**fitted.figures, "n_regions": int(part[REGION].nunique()), "n_periods": int(part[PERIOD].nunique())}
        points.append(_points(part, group, found))
        findings += [f for f in fitted.findings if f not in findings]
    lost = len(steps) * len(found.regions) - len(frame)
    if lost and not any(f.code == "dynamics.missing" for f in findings):
        findings.append(Finding("beta_convergence.steps_lost", {"count": lost}))
    return Found(
        pd.concat(coefficients),
        pd.DataFrame(list(speeds.values()), index=pd.Index(list(speeds), name="group")),
        figures,
        pd.concat(points, ignore_index=True),
        found.provenance,
        tuple(findings),
        words,
    )


def speed(beta: float, std_error: float, low: float, high: float, length: float) -> dict[str, float]:
    """λ = −ln(1 + β s)/s with its standard error and interval, and the half-life; nan where β s ≤ −1.

    Examples
    --------
    >>> round(speed(-0.08761740300842194, 0.01, -0.1, -0.07, 3.0)["estimate"], 10)
    0.1016556255
    """

    def rate(b: float) -> float:
        return float(-np.log1p(b * length) / length) if b * length > -1 else float("nan")

    def half(b: float) -> float:
        found = rate(b)
        return float(np.log(2) / found) if found > 0 else float("nan")

    own = 1 + beta * length
    return {
        "estimate": rate(beta),
        "std_error": float(std_error / own) if own > 0 else float("nan"),
        "conf_low": rate(high),
        "conf_high": rate(low),
        "half_life": half(beta),
        "half_life_low": half(low),
        "half_life_high": half(high),
    }


def _check(found: Wide, column: str, controls: Sequence[str], form: str, span: int, effects: Sequence[str]) -> None:
    problems = []
    if form == "cross_section" and effects:
        problems.append(error("beta_convergence.effects", effects=tuple(effects)))
    if wrong := tuple(e for e in effects if e not in ALLOWED):
        problems.append(error("beta_convergence.unknown_effect", effects=wrong))
    if form == "panel" and span >= len(found.periods):
        problems.append(error("beta_convergence.span", span=span, periods=len(found.periods)))
    if column in controls:
        problems.append(error("beta_convergence.own_control", column=column))
    if problems:
        raise ArgumentError(*problems)


def _steps(data: Any, found: Wide, controls: Sequence[str], steps: Sequence[tuple[int, int]]) -> tuple[pd.DataFrame, float]:
    """One row a region and step that has both ends, and the mean length of a step in periods."""
    logs, times, parts = np.log(found.values), found.times, []
    columns = {name: data.rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in controls}
    for start, stop in steps:
        known = np.flatnonzero(~np.isnan(logs[:, start]) & ~np.isnan(logs[:, stop]))
        growth = (logs[known, stop] - logs[known, start]) / (times[stop] - times[start])
        part = {REGION: known, PERIOD: np.full(len(known), start), GROWTH: growth, INITIAL: logs[known, start]}
        rows = found.rows[known, start]
        parts.append(pd.DataFrame(part | {name: values[rows] for name, values in columns.items()}))
    lengths = [times[stop] - times[start] for start, stop in steps]
    return pd.concat(parts, ignore_index=True), float(np.mean(lengths))


def _fit(frame: pd.DataFrame, controls: Sequence[str], effects: Sequence[str], errors: str, level: float) -> Fit:
    absorbed: list[tuple[str, ...]] = [(name,) for word, name in (("region", REGION), ("period", PERIOD)) if word in effects]
    if absorbed == [(PERIOD,)]:
        absorbed = [(), (PERIOD,)]  # period dummies are regressors under this convention
    clusters = ((REGION,),) if errors == "cluster" else ()
    model = Model(GROWTH, (INITIAL, *controls), tuple(absorbed) or ((),), clusters)
    return fit(FrameRows(frame, part_rows=max(len(frame), 1)), model, errors=errors, convention="xtreg", level=level)


def _points(part: pd.DataFrame, group: str, found: Wide) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": group,
            "region": [found.regions[i] for i in part[REGION]],
            "period": [found.periods[i] for i in part[PERIOD]],
            "initial": part[INITIAL].to_numpy(),
            "growth": part[GROWTH].to_numpy(),
        }
    )
