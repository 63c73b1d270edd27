"""Intervals of indirect, direct and total effects, from draws of regions or rows and from a simulated normal distribution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.engine import generator, repeat
from regio.compute.rows import FrameRows
from regio.contract.finding import EstimationError, Finding, error
from regio.models._mediate import Call, Paths, design
from regio.models._sample import Sample
from regio.models.core.blocks import Array
from regio.models.core.bootstrap import bca, bias, bias_corrected, percentile
from regio.models.core.elimination import partialled, slopes
from regio.models.core.inference import inference
from regio.models.core.levels import Codes, coded
from regio.models.core.resampling import Units, drawn, units_of
from regio.models.core.source import Source
from regio.models.regress import COEFFICIENTS

METHODS = ("percentile", "bias_corrected", "bca", "monte_carlo")
SIMULATED = 2**31  # chunks of simulated draws are numbered from here, so that they share no random numbers with resampled ones
FEW_UNITS = 10  # fewer units have under 92,378 different draws, so limits stand on few values
ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Draws:
    """unit: the column whose values are drawn, empty for rows."""

    draws: int
    seed: int
    unit: str
    engine: Any = None


def bootstrapped(sample: Sample, call: Call, paths: Paths, estimates: Mapping[str, float], how: Draws) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The frame of intervals, rows (method, effect), and what there is to say about the draws.

    Raises
    ------
    EstimationError
        where there is one unit only
    """
    units, controls = units_in(sample, call, how.unit)
    if units.count < ENOUGH:
        raise EstimationError(error("mediate.one_unit", unit=how.unit or "—"))
    mixing = np.vstack([*call.combined.values()])
    shared = (units, controls, mixing)
    found = repeat(_effects_of_chunk, how.draws, how.seed, *shared, engine=how.engine)
    usable = np.isfinite(found).all(1)
    if usable.sum() < ENOUGH:
        raise EstimationError(error("mediate.no_draw", draws=how.draws))
    jackknife = np.concatenate([_effects(cross, mixing, units.floor[units.dummies + controls :]) for cross in units.left_one_out(controls)], axis=1).T
    simulated = monte_carlo(paths, mixing, how)
    frame, sided = interval_frame(found[usable], jackknife, simulated, estimates, call.options["level"])
    return frame, (*_notes(units.count, how, int((~usable).sum())), *sided)


def no_intervals() -> pd.DataFrame:
    return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["method", "effect"]), columns=list(COEFFICIENTS), dtype=float)


def _notes(units: int, how: Draws, lost: int) -> tuple[Finding, ...]:
    notes = [Finding("mediate.few_units", {"units": units}, "warning")] if units < FEW_UNITS else []
    notes += [Finding("mediate.draws_lost", {"lost": lost, "draws": how.draws}, "warning")] if lost else []
    return tuple(notes)


def units_in(sample: Sample, call: Call, unit: str) -> tuple[Units, int]:
    """Cross products of [controls, treatment, mediators, outcome] by unit, and the number of controls. ``unit``: a column, or empty for rows.

    Units stand in the order of their names, so that draws do not depend on the order of the rows.
    """
    model = replace(design(sample, call), clusters=(), calendar=False)
    part = Source(FrameRows(sample.rows, part_rows=max(len(sample.rows), 1)), model).only
    assert part is not None
    block, controls = part.block, len(call.controls)
    effects: list[Codes] = [] if model.pooled else [block.first]
    effects += [] if block.second is None else [block.second]
    order = [*range(2, 2 + controls), 1, *range(2 + controls, len(block.values)), 0]
    codes, count = np.arange(block.n), block.n
    if unit:
        codes, levels = coded([sample.rows[unit].iloc[block.rows].values])
        count = len(levels)
    return units_of(block.values[order], codes, count, effects), controls


def _effects_of_chunk(chunk: tuple[int, int, int], units: Units, controls: int, mixing: Array) -> Array:
    floor = units.floor[units.dummies + controls :]
    return np.concatenate([_effects(units.partialled(weights, controls), mixing, floor) for weights in drawn(chunk, units.count)], axis=1).T


def _effects(cross: Array, mixing: Array, floor: Array) -> Array:
    """(effects + 2, B) out of net cross products of [treatment, mediators, outcome]: the mixed indirect effects, direct, total."""
    own = cross[0, 0]
    first = np.divide(cross[0, 1:], own, out=np.full(cross[0, 1:].shape, np.nan), where=own > floor[0])
    b = slopes(partialled(cross, 1, floor), floor[1:])
    products = first[:-1] * b
    return np.vstack([mixing @ products, first[-1:] - products.sum(0), first[-1:]])


def monte_carlo(paths: Paths, mixing: Array, how: Draws) -> Array:
    """(draws, effects) indirect effects of normal a and b with the estimated means and covariances."""
    roots = [_root(paths.a_covariance), _root(paths.b_covariance)]
    return repeat(_simulated, how.draws, how.seed, (paths.a, paths.b), roots, mixing, engine=how.engine)


def _simulated(chunk: tuple[int, int, int], means: tuple[Array, Array], roots: list[Array], mixing: Array) -> Array:
    random = generator((chunk[0] + SIMULATED, *chunk[1:]))
    normal = random.standard_normal((2, chunk[1], len(means[0])))
    a, b = (mean + z @ root.T for mean, z, root in zip(means, normal, roots, strict=True))
    effects: Array = a * b @ mixing.T
    return effects


def _root(covariance: Array) -> Array:
    """R with R R′ = covariance; negative eigenvalues, which two-way clusters may leave, count as zero."""
    values, vectors = np.linalg.eigh(covariance)
    root: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def interval_frame(found: Array, jackknife: Array, simulated: Array, estimates: Mapping[str, float], level: float) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Rows (method, effect); found (draws, effects), jackknife (units, effects), simulated (draws, indirect effects), in the order of ``estimates``."""
    rows: dict[tuple[str, str], list[float]] = {}
    for j, (effect, estimate) in enumerate(estimates.items()):
        draws = found[:, j]
        limits = {
            "percentile": percentile(draws, level),
            "bias_corrected": bias_corrected(draws, estimate, level),
            "bca": bca(draws, estimate, jackknife[:, j], level),
        }
        for method, (low, high) in limits.items():
            rows[method, effect] = _row(estimate, draws, low, high)
        if j < simulated.shape[1]:
            rows["monte_carlo", effect] = _row(estimate, simulated[:, j], *percentile(simulated[:, j], level))
    order = [(method, effect) for method in METHODS for effect in estimates if (method, effect) in rows]
    index = pd.MultiIndex.from_tuples(order, names=["method", "effect"])
    sided = tuple(effect for j, (effect, estimate) in enumerate(estimates.items()) if not np.isfinite(bias(found[:, j], estimate)))
    notes = (Finding("mediate.one_sided", {"effects": sided}, "warning"),) if sided else ()
    if (lost := int((~np.isfinite(jackknife)).any(1).sum())) > 0:
        notes = (*notes, Finding("mediate.no_acceleration", {"units": lost}, "warning"))
    return pd.DataFrame([rows[key] for key in order], index, list(COEFFICIENTS)), notes


def _row(estimate: float, draws: Array, low: float, high: float) -> list[float]:
    """The error is the spread of the draws; z and its normal p are what Stata's bootstrap prints."""
    std_error = float(np.std(draws, ddof=1))
    found = inference(np.array([estimate]), np.array([[std_error**2]]), np.inf, 0.95)
    return [estimate, std_error, float(found.statistic[0]), float(found.p_value[0]), low, high]
