"""Moments, δ and bounds; the same for every draw of the bootstrap at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.engine import repeat
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.result import Provenance
from regio.models._regress import make_model
from regio.models._sample import common_sample, left_out
from regio.models.core.blocks import Array
from regio.models.core.bootstrap import percentile
from regio.models.core.elimination import partialled
from regio.models.core.levels import Codes, coded
from regio.models.core.resampling import Units, drawn, units_of
from regio.models.core.source import Source

RULE = 1.3  # times R² with the controls: Oster (2019), section 4
MULTIPLES = (1.1, 1.25, 1.5, 2.0)
POINTS = 101
REAL, TIED = 1e-8, 1e-12  # an imaginary part, a movement of the estimate: smaller than this it is none


@dataclass(frozen=True, slots=True)
class Moments:
    """Arrays (B,). short, long: estimates without and with the controls; variances are sums of squares, which is all the same."""

    short: Array
    long: Array
    r2_short: Array
    r2_long: Array
    variance_outcome: Array
    variance_treatment: Array
    variance_residual: Array

    def take(self, i: int) -> Moments:
        return Moments(*(getattr(self, f.name)[i : i + 1] for f in fields(self)))


def moments(cross: Array, always: int, floor: Array | None = None) -> Moments:
    """``cross`` (p, p, B) over [always, controls, treatment, outcome]."""
    p = len(cross)
    few = [*range(always), p - 2, p - 1]
    short = partialled(cross[np.ix_(few, few)], always, None if floor is None else floor[few])
    long = partialled(cross, p - 2, floor)
    whole = cross[-1, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = [part[0, 1] / part[0, 0] for part in (short, long)]
        r2 = [1 - (part[1, 1] - b * part[0, 1]) / whole for part, b in zip((short, long), slopes, strict=True)]
    return Moments(slopes[0], slopes[1], r2[0], r2[1], whole, short[0, 0], long[0, 0])


def parts(m: Moments, r_max: Array) -> tuple[Array, ...]:
    """D, a, e, v, τ of the formula."""
    return m.short - m.long, (r_max - m.r2_long) * m.variance_outcome, (m.r2_long - m.r2_short) * m.variance_outcome, m.variance_treatment, m.variance_residual


def deltas(m: Moments, r_max: Array, null: float) -> Array:
    """(B,) δ at which the effect is ``null``."""
    d = m.long - null
    move, a, e, v, t = parts(m, r_max)
    cubic = d**3 * (t * v - t**2)
    above = d * e * t + d * v * t * move**2 + 2 * d**2 * t * move * v + cubic
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = above / (a * move * v + d * a * (v - t) + d**2 * t * move * v + cubic)
    return found


def solutions(m: Moments, r_max: Array, delta: float) -> list[Array]:
    """For each draw every effect at which selection is ``delta``, the chosen one first."""
    move, a, e, v, t = parts(m, r_max)
    terms = np.stack(
        [
            (delta - 1) * (t * v - t**2),
            (delta - 2) * t * move * v,
            delta * a * (v - t) - e * t - v * t * move**2,
            delta * a * move * v,
        ]
    )
    found = []
    for i in range(terms.shape[1]):
        if not np.isfinite(terms[:, i]).all():
            found.append(np.array([np.nan]))
            continue
        size = np.abs(terms[:, i]).max() or 1.0
        roots = np.roots(np.trim_zeros(np.where(np.abs(terms[:, i]) < TIED * size, 0.0, terms[:, i]), "f"))
        real = roots[np.abs(roots.imag) <= REAL * np.maximum(np.abs(roots), TIED)].real
        keeps = (v[i] * move[i] + real * (v[i] - t[i])) * move[i] > 0  # the bias by the controls keeps its sign
        order = np.lexsort((np.abs(real), ~keeps))
        found.append(m.long[i] - real[order] if len(real) else np.array([np.nan]))
    return found


def make(
    data: Any,
    outcome: str,
    treatment: str,
    controls: Sequence[str],
    always: Sequence[str],
    how: Mapping[str, Any],
    asked: tuple[float | None, float, float],
    draws: tuple[int, int, float],
    engine: Any,
) -> tuple[dict[str, Any], Any]:
    """Fields of ``OsterDelta``, and the rows that both models use."""
    if not controls:
        raise ArgumentError(error("oster_delta.no_controls"))
    cluster = ("region",) if how["errors"] == "cluster" and how["cluster"] is None else how["cluster"] or ()
    options = {"effects": how["effects"], "errors": how["errors"], "cluster": cluster, "convention": how["convention"]}
    designs = [make_model(data, outcome, (treatment, *chosen), **options) for chosen in ((*always, *controls), always)][::-1]
    sample, seen = common_sample(data, designs)
    if not len(sample.rows):
        raise EstimationError(error("regress.no_rows", rows=seen[-1].rows))
    units = _units(sample, outcome, (*always, *controls, treatment), options)
    floor = units.floor[units.dummies :]
    whole = moments(units.partialled(np.ones((units.count, 1))), len(always), floor)
    _check(whole, asked[0])
    r_max, delta, null = asked
    chosen = r_max if r_max is not None else min(1.0, RULE * float(whole.r2_long[0]))
    bounds = _bounds(whole, chosen, None if r_max is not None else RULE, delta, null)
    intervals, notes = _intervals(units, len(always), asked, draws, bounds, engine)
    at = np.linspace(float(whole.r2_long[0]), 1.0, POINTS)[1:]
    own = {
        "bounds": bounds,
        "intervals": intervals,
        "curve": pd.DataFrame({"r_max": at, "bound": [float(solutions(whole, np.array([r]), delta)[0][0]) for r in at]}),
        "solutions": tuple(float(b) for b in solutions(whole, np.array([chosen]), delta)[0]),
        "moments": {f.name: float(getattr(whole, f.name)[0]) for f in fields(whole)},
        "r_max": float(chosen),
        "delta": float(delta),
        "null": float(null),
        "level": draws[2],
        "draws": draws[0],
        "provenance": Provenance(rows_used=len(sample.rows), rows_left_out=seen[-1].rows - len(sample.rows)),
        "findings": (*left_out(seen[-1], designs[-1].columns), *notes),
    }
    return own, sample


def _units(sample: Any, outcome: str, columns: Sequence[str], options: Mapping[str, Any]) -> Units:
    """Cross products by region of [columns, outcome]; by row where there is no region."""
    model = make_model(sample, outcome, columns, **{**options, "errors": "classical", "cluster": ()})
    part = Source(FrameRows(sample.rows, part_rows=len(sample.rows)), model).only
    assert part is not None
    block = part.block
    effects: list[Codes] = [] if model.pooled else [block.first]
    effects += [] if block.second is None else [block.second]
    codes, count = np.arange(block.n), block.n
    if sample.keys.region is not None:
        codes, levels = coded([sample.rows[sample.keys.region].iloc[block.rows].values])
        count = len(levels)
    return units_of(block.values[[*range(1, len(block.values)), 0]], codes, count, effects)


def _check(whole: Moments, r_max: float | None) -> None:
    r2 = float(whole.r2_long[0])
    if not np.isfinite([r2, whole.long[0], whole.short[0]]).all() or not r2 < 1 - TIED:
        raise EstimationError(error("oster_delta.nothing_left", r2=r2))
    if r_max is not None and not r2 < r_max <= 1:
        raise ArgumentError(error("oster_delta.bad_r_max", found=float(r_max), r2=r2))
    moved = abs(whole.short[0] - whole.long[0]) > TIED * max(abs(whole.short[0]), abs(whole.long[0]))
    if not moved or not whole.r2_long[0] - whole.r2_short[0] > TIED:
        raise EstimationError(error("oster_delta.nothing_moves"))


def _bounds(whole: Moments, chosen: float, multiple: float | None, delta: float, null: float) -> pd.DataFrame:
    r2 = float(whole.r2_long[0])
    cases = [(chosen / r2, chosen)]
    cases += [(m, m * r2) for m in sorted({*MULTIPLES, RULE} - {multiple}) if m * r2 < 1]
    cases += [(1 / r2, 1.0)] if chosen < 1 else []
    rows = []
    for times, r_max in cases:
        bound = float(solutions(whole, np.array([r_max]), delta)[0][0])
        low, high = sorted((bound, float(whole.long[0])))
        found = {"multiple": times, "r_max": r_max, "delta": float(deltas(whole, np.array([r_max]), null)[0]), "bound": bound, "low": low, "high": high}
        rows.append({**found, "excludes": bool(low > null or high < null)})
    return pd.DataFrame(rows)


def _intervals(units: Units, always: int, asked: tuple[float | None, float, float], draws: tuple[int, int, float], bounds: pd.DataFrame, engine: Any) -> Any:
    count, seed, level = draws
    index = pd.Index(["delta", "bound"], name="what")
    estimates = bounds.loc[0, ["delta", "bound"]].to_numpy(float)
    if not count:
        return pd.DataFrame({"estimate": estimates, "std_error": np.nan, "conf_low": np.nan, "conf_high": np.nan}, index), ()
    found = repeat(_of_chunk, count, seed, units, always, asked, engine=engine)
    good = found[np.isfinite(found).all(1)]
    lost = count - len(good)
    if len(good) < 2:
        raise EstimationError(error("oster_delta.no_draw", draws=count))
    limits = np.array([percentile(column, level) for column in good.T])
    table = {"estimate": estimates, "std_error": good.std(0, ddof=1), "conf_low": limits[:, 0], "conf_high": limits[:, 1]}
    return pd.DataFrame(table, index), (Finding("oster_delta.lost", {"lost": lost, "draws": count}, "warning"),) if lost else ()


def _of_chunk(chunk: tuple[int, int, int], units: Units, always: int, asked: tuple[float | None, float, float]) -> Array:
    r_max, delta, null = asked
    found = []
    for weights in drawn(chunk, units.count):
        m = moments(units.partialled(weights), always, units.floor[units.dummies :])
        most = np.minimum(1.0, RULE * m.r2_long) if r_max is None else np.full(len(m.long), r_max)
        found.append(np.column_stack((deltas(m, most, null), [roots[0] for roots in solutions(m, most, delta)])))
    return np.concatenate(found)
