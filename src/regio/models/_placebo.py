"""Draws of a placebo: the call again on moved columns; a plain regression by its cross products, anything else by doing it again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from regio.compute.engine import repeat
from regio.contract.finding import ArgumentError, EstimationError, Finding, FindingError, error
from regio.contract.replay import replay, uses_of
from regio.contract.result import Call, Provenance
from regio.models._replayed import asked, baseline, complete, estimate_of, hashes
from regio.models._sample import Sample
from regio.models.core.blocks import Array
from regio.models.specifications.block import block_of
from regio.models.specifications.draws import Family, Task, models_of
from regio.models.specifications.shuffling import Shuffle, keys_of, shuffle

TIED = 1e-9  # of a statistic: closer than this a draw counts as equal
POINTS = 201  # of the density
TESTS = ("estimate", "statistic")
PLAIN = {"sample_weights": None, "trends": ()}  # options of a regression that cross products alone can do again
Moved = tuple[str, ...]


def make(data: Any, call: Call, columns: Moved, draws: int, scheme: Any, seed: int, engine: Any) -> dict[str, Any]:
    """Fields of ``Placebo``."""
    columns = columns or tuple(call.options.get("treatment") or ())
    _check(data, call, columns, draws, scheme)
    uses = uses_of(call, ())
    panel = complete("placebo", data, uses)
    first = baseline("placebo", call, panel, engine=engine)
    terms = asked(first)
    how = shuffle(scheme, *_keys(panel))
    if how.fixed == how.units:
        raise EstimationError(error("specification_curve.no_shuffle", units=how.units, scheme=scheme))
    family = _family(panel, first, columns, how)
    if family is not None:
        found = repeat(_of_family, draws, seed, family, engine=engine)
    else:
        found = repeat(_of_calls, draws, seed, call, panel, columns, terms, how, engine=engine)
    good = np.isfinite(found).all((1, 2))
    if not good.any():
        raise EstimationError(error("placebo.no_draw", draws=draws))
    estimates = pd.DataFrame([estimate_of(first, term) for term in terms], pd.Index(terms, name="term"))
    tests = {(term, test): _tested(float(estimates[test].iloc[i]), found[good, i, j], scheme) for i, term in enumerate(terms) for j, test in enumerate(TESTS)}
    lost = int((~good).sum())
    return {
        "outcome": str(getattr(first, "outcome", "")),
        "estimates": estimates,
        "distribution": _distribution(found, terms),
        "tests": pd.DataFrame(tests.values(), pd.MultiIndex.from_tuples(tests, names=["term", "test"])),
        "density": pd.concat([_density(found[good, i, 0], term) for i, term in enumerate(terms)], ignore_index=True),
        "moved": columns,
        "scheme": scheme,
        "units": how.units,
        "fixed": how.fixed,
        "failed": lost,
        "conventions": first.conventions,
        "provenance": Provenance(columns=hashes(data, uses), rows_used=len(panel.rows), rows_left_out=len(data.rows) - len(panel.rows)),
        "findings": (*first.findings, *_notes(how, lost, draws)),
    }


def _check(data: Any, call: Call, columns: Moved, draws: int, scheme: str) -> None:
    problems = [] if columns else [error("placebo.no_treatment", of=call.kind)]
    problems += [] if draws else [error("placebo.no_draws")]
    needed = {"permutation": ("region",), "stratified": ("period",)}.get(scheme, ())
    problems += [error(f"contract.no_{key}", kind="placebo", argument=f'scheme = "{scheme}"') for key in needed if getattr(data.keys, key) is None]
    read = {use.column for use in uses_of(call, ())}
    problems += [error("placebo.not_read", column=column, of=call.kind) for column in columns if column not in read]
    if problems:
        raise ArgumentError(*problems)


def _keys(panel: Any) -> tuple[Any, Any]:
    if panel.keys.region is None:
        return np.arange(len(panel.rows)), None if panel.keys.period is None else panel.rows[panel.keys.period].values
    return keys_of(panel, panel.rows)


def _family(panel: Any, first: Any, columns: Moved, how: Shuffle) -> Family | None:
    """What a plain regression needs for draws by cross products; None for any other call."""
    call = first.call
    options = call.options
    plain = call.kind == "regress" and options["treatment"] == columns and len(columns) == 1 and all(options[name] == value for name, value in PLAIN.items())
    errors, cluster = options.get("errors"), options.get("cluster") or ("region",)
    if not plain or errors not in ("classical", "hc1", "cluster") or len(cluster) > 1:
        return None
    sample = Sample(panel.rows, panel.keys)
    names = (options["outcome"], *columns, *options["controls"])
    by = cluster if errors == "cluster" else ()
    block = block_of(sample, names, effects=options["effects"], cluster=by, convention=options["convention"])
    task = Task(block, 1, (0,), tuple(range(2, len(names))), (), errors, {(0, 0): 0})
    df = np.array([block.df(errors, len(names) - 1)], dtype=float)
    return Family((task,), panel.rows[list(columns)].to_numpy(float).T, {1: 0}, df, 0.95, how)


def _of_family(chunk: tuple[int, int, int], family: Family) -> Array:
    estimate, statistic = np.concatenate([models_of(family, moved) for moved in family.shuffle.blocks(chunk)], axis=2)
    p_value = 2 * stdtr(family.df[:, None], -np.abs(statistic))
    return np.stack((estimate, statistic, p_value)).transpose(2, 1, 0)


def _of_calls(chunk: tuple[int, int, int], call: Call, panel: Any, columns: Moved, terms: tuple[str, ...], how: Shuffle) -> Array:
    """(draws, terms, 3)"""
    words: dict[str, Any] = {"errors": "cluster"} if call.options.get("errors") == "wild_cluster" else {}  # the same estimate and t, without draws inside draws
    found = np.full((chunk[1], len(terms), 3), np.nan)
    for i, rows in enumerate(column for moved in how.blocks(chunk) for column in moved.T):
        values = {name: panel.rows[name].to_numpy()[rows] for name in columns}
        try:
            result: Any = replay(call, panel.with_rows(panel.rows.assign(**values)), **words)
        except FindingError:
            continue
        found[i] = result.coefficients.reindex(list(terms))[["estimate", "statistic", "p_value"]].to_numpy(float)
    return found


def _tested(observed: float, draws: Array, scheme: str) -> dict[str, Any]:
    size = np.abs(draws)
    beyond = int((size >= abs(observed) * (1 - TIED)).sum())
    critical = np.quantile(size, (0.9, 0.95, 0.99), method="higher")
    shares = {"p_value": (1 + beyond) / (1 + len(draws)), "p_share": beyond / len(draws)}
    return {
        "statistic": observed,
        **shares,
        "scheme": scheme,
        "draws": len(draws),
        **dict(zip(("critical_10", "critical_5", "critical_1"), critical, strict=True)),
    }


def _distribution(found: Array, terms: tuple[str, ...]) -> pd.DataFrame:
    draws, k = found.shape[:2]
    table = pd.DataFrame(found.reshape(draws * k, 3), columns=["estimate", "statistic", "p_value"])
    table.insert(0, "draw", np.repeat(np.arange(1, draws + 1), k))
    table.insert(1, "term", list(terms) * draws)
    return table


def _density(draws: Array, term: str) -> pd.DataFrame:
    """Gaussian kernel, Silverman's width 0.9 min(SD, IQR/1.34) n^(−1/5)."""
    low, high = np.quantile(draws, (0.25, 0.75))
    spread = min(s for s in (float(np.std(draws, ddof=min(1, len(draws) - 1))), float(high - low) / 1.34, np.inf) if s > 0)
    width = 0.9 * spread * len(draws) ** -0.2 if np.isfinite(spread) else max(abs(draws[0]), 1.0) / 10
    at = np.linspace(draws.min() - 3 * width, draws.max() + 3 * width, POINTS)
    height = np.exp(-(((at[:, None] - draws) / width) ** 2) / 2).mean(1) / (width * np.sqrt(2 * np.pi))
    return pd.DataFrame({"term": term, "estimate": at, "density": height})


def _notes(how: Shuffle, lost: int, draws: int) -> tuple[Finding, ...]:
    notes = [Finding("specification_curve.fixed", {"fixed": how.fixed, "units": how.units}, "warning")] if how.fixed else []
    return (*notes, *([Finding("placebo.lost", {"lost": lost, "draws": draws}, "warning")] if lost else []))
