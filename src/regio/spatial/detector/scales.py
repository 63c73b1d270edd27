"""Rows put together to larger units, and the detector on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.result import Provenance
from regio.spatial.detector.call import filled
from regio.spatial.detector.compute import complete, compute

KEPT = ["q", "p_value", "q_adjusted", "rank", "classes", "method"]


@dataclass(frozen=True, slots=True)
class Keys:
    region: None = None
    period: None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows without keys, as the engine reads them."""

    rows: pd.DataFrame
    keys: Keys = Keys()


def compare(
    data: Any, outcome: str, factors: Sequence[str], coordinates: Sequence[str], sizes: Sequence[float], units: Sequence[str], given: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, Provenance, tuple[Finding, ...]]:
    """By scale and factor, and by scale."""
    _check(coordinates, sizes, units)
    keys = {"region": data.keys.region, "period": data.keys.period}
    names = [keys.get(name) or name for name in factors]
    further = [*coordinates, *(keys.get(name) or name for name in units)]
    rows, findings = complete(data.rows, (outcome,), [*names, *further], None, None)
    options = filled(factors=names, single_rows=None, tolerance=0.0, ways=2, shares="none", draws=0, seed=0, **given)
    found, lines = {}, {}
    for scale, sheet in _scales(rows, outcome, names, coordinates, sizes, further[len(coordinates) :], units):
        own = compute(Sheet(sheet), (outcome,), names, options, None, None)
        frame = own.frames["factors"]
        found[scale] = frame[KEPT]
        significant = int((frame["p_value"] < 1 - options.level).sum())
        q = frame["q"]
        lines[scale] = {
            "n": len(sheet),
            "mean_q": float(q.mean()),
            "q_90": float(q.quantile(0.9)),
            "mean_adjusted": float(frame["q_adjusted"].mean()),
            "significant": significant,
        }
    used = Provenance(rows_used=len(rows), rows_left_out=len(data.rows) - len(rows))
    return pd.concat(found, names=["scale"]), pd.DataFrame(lines).T.rename_axis("scale"), used, tuple(findings)


def _check(coordinates: Sequence[str], sizes: Sequence[float], units: Sequence[str]) -> None:
    problems = []
    if not sizes and not units:
        problems.append(error("compare_scales.nothing"))
    if sizes and len(coordinates) != 2:
        problems.append(error("spade.coordinates", found=tuple(coordinates)))
    if any(not 0 < size < np.inf for size in sizes):
        problems.append(error("compare_scales.sizes", found=", ".join(map(str, sizes))))
    if problems:
        raise ArgumentError(*problems)


def _scales(
    rows: pd.DataFrame,
    outcome: str,
    factors: Sequence[str],
    coordinates: Sequence[str],
    sizes: Sequence[float],
    columns: Sequence[str],
    units: Sequence[str],
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows themselves, then each larger unit."""
    wanted = list(dict.fromkeys([outcome, *factors]))
    yield "rows", rows[wanted]
    for size in sorted(sizes):
        cells = [np.floor((rows[name].to_numpy(float) - rows[name].min()) / size) for name in coordinates]
        yield f"{size:g}", _put_together(rows[wanted], cells)
    for column, unit in zip(columns, units, strict=True):
        yield str(unit), _put_together(rows[wanted], [rows[column].to_numpy()])


def _put_together(rows: pd.DataFrame, keys: Sequence[Any]) -> pd.DataFrame:
    """The mean of numbers and the commonest label in each unit."""
    codes = pd.MultiIndex.from_arrays(list(keys)).factorize()[0]
    groups = rows.groupby(codes, sort=True)
    found = {}
    for name in rows.columns:
        measured = rows[name].dtype.kind == "f" or (rows[name].dtype.kind in "iu" and rows[name].nunique() > 30)
        found[name] = groups[name].mean() if measured else groups[name].agg(lambda cells: cells.value_counts(sort=True).index[0])
    return pd.DataFrame(found)
