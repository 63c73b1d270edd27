"""From a table and spatial weights to the frames of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, stats

from regio.compute.engine import Engine
from regio.contract.finding import ArgumentError, DataError, Finding, error
from regio.spatial.dependence.drawing import adjusted, drawn, local_counts, p_of_counts, p_of_draws
from regio.spatial.dependence.moments import GLOBAL, Known, Sums, local_getis_ord, local_moran
from regio.spatial.places.sphere import Floats
from regio.spatial.places.table import ALL, SHOWN, Parts
from regio.spatial.weights.build import Weights, standardised

LEAST = 4  # regions: below this the variance does not exist
QUADRANTS = ("high_high", "low_low", "low_high", "high_low")
SPOTS = ("hot_spot", "cold_spot")
SAME = 1e-12  # of the largest value: a column that varies less is constant


@dataclass(frozen=True, slots=True)
class Way:
    """What is computed, and how."""

    measure: str
    row_standardise: bool
    islands: str
    draws: int
    seed: int
    alternative: str = "two_sided"
    correction: str = "fdr"
    level: float = 0.95
    engine: Engine | None = None


@dataclass(frozen=True, slots=True)
class Frames:
    estimates: pd.DataFrame
    tests: pd.DataFrame
    local: pd.DataFrame | None
    scatter: pd.DataFrame
    columns: Mapping[str, tuple[Any, ...]]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """The values of one part and its weights."""

    rows: Any
    values: Floats
    matrix: Any
    islands: tuple[str, ...]


def analyse(parts: Parts, weights: Weights, column: str, way: Way, local: bool) -> Frames:
    """Global statistics of every part, and local ones where they are asked for.

    Raises
    ------
    ArgumentError
        where no region has a neighbour
    DataError
        for a constant column, or negative values under Getis and Ord's G
    """
    fields = {name: _field(parts, weights, name, rows, column, way) for name, rows in parts.rows.items()}
    found = {name: one(field.values, field.matrix, way) for name, field in fields.items()}
    index = pd.Index(list(found), name=parts.by or "part", dtype=None)
    estimates = pd.DataFrame([_line(e, t, fields[name]) for name, (e, t) in found.items()], index=index)
    tests = pd.concat({name: t for name, (_, t) in found.items()}, names=[parts.by or "part"])
    locals_ = pd.concat([_local(name, field, parts, way) for name, field in fields.items()], ignore_index=True) if local else None
    scatter = pd.concat([_scatter(name, field, parts) for name, field in fields.items()], ignore_index=True)
    return Frames(estimates, tests, locals_, scatter, _columns(parts, fields, locals_), _findings(fields, way, locals_))


def one(values: Floats, matrix: Any, way: Way) -> tuple[Known, pd.DataFrame]:
    """The global statistic of some values and its tests."""
    known = GLOBAL[way.measure](values, matrix, Sums.of(matrix))
    lines = {}
    for scheme, variance in (("normality", known.normal), ("randomisation", known.variance)):
        if variance == variance:
            z = (known.estimate - known.expected) / np.sqrt(variance) if variance > 0 else np.nan
            lines[scheme] = {"statistic": float(z), "p_value": float(2 * stats.norm.sf(abs(z))), "p_share": np.nan, "scheme": scheme, "draws": 0}
            lines[scheme] |= {f"critical_{level}": float(stats.norm.isf(level / 200)) for level in (10, 5, 1)}
    if way.draws:
        found = drawn(way.measure, values, matrix, way.draws, way.seed, way.engine)
        p_value, p_share = p_of_draws(known.estimate, found)
        spread = float(found.std())
        z = (known.estimate - float(found.mean())) / spread if spread > 0 else np.nan
        far = np.quantile(np.abs(found - found.mean()), [0.9, 0.95, 0.99]) / spread if spread > 0 else [np.nan] * 3
        lines["permutation"] = {"statistic": z, "p_value": p_value, "p_share": p_share, "scheme": "permutation", "draws": way.draws}
        lines["permutation"] |= {f"critical_{level}": float(q) for level, q in zip((10, 5, 1), far, strict=True)}
    return known, pd.DataFrame.from_dict(lines, orient="index").rename_axis("test")


def _line(known: Known, tests: pd.DataFrame, field: Field) -> dict[str, Any]:
    random = tests.loc["randomisation"].to_dict() if "randomisation" in tests.index else {}
    return {
        "estimate": known.estimate,
        "expected": known.expected,
        "std_error": float(np.sqrt(known.variance)),
        "statistic": float(random.get("statistic", np.nan)),
        "p_value": float(random.get("p_value", np.nan)),
        "p_permutation": float(tests["p_value"].to_dict().get("permutation", np.nan)),
        "n": len(field.values),
        "links": int(field.matrix.nnz),
        "islands": len(field.islands),
    }


def _field(parts: Parts, weights: Weights, name: Any, rows: Any, column: str, way: Way) -> Field:
    here = parts.region[rows]
    matrix = weights.matrix[here][:, here]
    alone = np.diff(matrix.indptr) + np.diff(sparse.csr_array(matrix.T).indptr) == 0
    part = "" if name == ALL else f" ({name})"
    if len(rows) - (alone.sum() if way.islands == "drop" else 0) < LEAST:
        raise DataError(error("autocorrelation.few", column=column, count=len(rows), least=LEAST, part=part))
    if alone.all():
        raise ArgumentError(error("neighbours.nobody", part=part))
    islands = tuple(str(parts.regions[i]) for i in here[alone])
    if way.islands == "drop" and alone.any():
        rows, matrix = rows[~alone], sparse.csr_array(matrix[~alone][:, ~alone])
    values = parts.values[rows]
    if np.ptp(values) <= SAME * np.abs(values).max():
        raise DataError(error("autocorrelation.constant", column=column, part=part))
    if way.measure == "getis_ord" and (values < 0).any():
        raise DataError(error("autocorrelation.negative", column=column, count=int((values < 0).sum()), part=part))
    return Field(rows, values, standardised(matrix) if way.row_standardise else sparse.csr_array(matrix), islands)


def _local(name: Any, field: Field, parts: Parts, way: Way) -> pd.DataFrame:
    star = way.measure == "getis_ord"
    estimate, z, lag = (local_getis_ord if star else local_moran)(field.values, field.matrix)
    n = len(field.values)
    links = np.diff(field.matrix.indptr)
    own = np.asarray(field.matrix.sum(axis=1)).ravel() / np.maximum(links, 1) if star else np.zeros(n)
    observed = np.asarray(field.matrix @ z) + own * z
    counts = local_counts(observed, z, field.matrix, own, way.draws, way.seed, way.engine)
    estimate = estimate + 0.0  # no minus before a zero
    p_value = np.where(links > 0, p_of_counts(counts, way.draws, way.alternative), np.nan)
    p_adjusted = adjusted(p_value, way.correction)
    names = np.where(estimate > 0, *SPOTS) if star else np.select([(z > 0) & (lag > 0), (z <= 0) & (lag <= 0), z <= 0], QUADRANTS[:3], QUADRANTS[3])
    quadrant = np.where(links > 0, names, "no_neighbours")
    estimate = np.where(links > 0, estimate, np.nan)

    def marked(p: Floats) -> Any:
        return np.where((p <= 1 - way.level + 1e-12) | (links == 0), quadrant, "not_significant")

    return pd.DataFrame(
        {
            "part": [name] * n,
            "region": [str(parts.regions[i]) for i in parts.region[field.rows]],
            "value": field.values,
            "estimate": estimate,
            "z": z,
            "lag": lag,
            "p_value": p_value,
            "p_adjusted": p_adjusted,
            "quadrant": quadrant.astype(object),
            "cluster": marked(p_adjusted).astype(object),
            "cluster_uncorrected": marked(p_value).astype(object),
        }
    )


def _scatter(name: Any, field: Field, parts: Parts) -> pd.DataFrame:
    _, z, lag = local_moran(field.values, field.matrix)
    quadrant = np.select([(z > 0) & (lag > 0), (z <= 0) & (lag <= 0), z <= 0], QUADRANTS[:3], QUADRANTS[3]).astype(object)
    regions = [str(parts.regions[i]) for i in parts.region[field.rows]]
    return pd.DataFrame({"part": [name] * len(z), "region": regions, "z": z, "lag": lag, "quadrant": quadrant})


def _columns(parts: Parts, fields: Mapping[Any, Field], local: pd.DataFrame | None) -> dict[str, tuple[Any, ...]]:
    """New columns in the rows of the table."""
    size = len(parts.values)
    rows = np.concatenate([field.rows for field in fields.values()])
    lag = np.full(size, np.nan)
    lag[rows] = np.concatenate([np.asarray(field.matrix @ field.values) for field in fields.values()])
    found: dict[str, tuple[Any, ...]] = {"lag": tuple(lag.tolist())}
    if local is not None:
        for name in ("estimate", "p_value", "p_adjusted", "quadrant", "cluster", "cluster_uncorrected"):
            texts = local[name].dtype.kind not in "f"
            column = np.full(size, None if texts else np.nan, dtype=object if texts else float)
            column[rows] = local[name].to_numpy()
            found[name] = tuple(column.tolist())
    return found


def _findings(fields: Mapping[Any, Field], way: Way, local: pd.DataFrame | None) -> tuple[Finding, ...]:
    found = []
    islands = tuple(dict.fromkeys(name for field in fields.values() for name in field.islands))
    if islands:
        shown = islands[:SHOWN] + (("…",) if len(islands) > SHOWN else ())
        found.append(Finding("neighbours.alone", {"count": len(islands), "regions": shown}))
    if local is not None and way.correction != "none":
        least = (2 if way.alternative == "two_sided" else 1) / (1 + way.draws)
        tests = max(len(field.values) for field in fields.values())
        if least > (1 - way.level) / tests:
            found.append(Finding("autocorrelation.few_draws", {"draws": way.draws, "least": least, "tests": tests, "needed": _needed(tests, way)}))
    return tuple(found)


def _needed(tests: int, way: Way) -> int:
    """Draws from which a single region can be significant: a round number less one."""
    least = (2 if way.alternative == "two_sided" else 1) * tests / (1 - way.level)
    return next(n for n in (999, 4999, 9999, 49_999, 99_999, 10**9) if n + 1 >= least)
