"""The state of a panel as findings: balance, gaps, missing cells. Nothing is changed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.panel.panel import SHOWN, Panel


def survey(panel: Panel, where: str = "") -> tuple[Finding, ...]:
    """What a reader should know about the rows before any method runs."""
    return (*_balance(panel, where), *_missing(panel, where))


def _balance(panel: Panel, where: str) -> list[Finding]:
    keys = panel.keys
    if keys.region is None or keys.period is None or keys.unit is not None:
        return []
    cells = pd.crosstab(panel.rows[keys.region], panel.rows[keys.period]).to_numpy() > 0
    full = cells.size
    if cells.all():
        return []
    filled = int(cells.sum())
    findings = [Finding("panel.unbalanced", {"rows": filled, "full": full, "regions": cells.shape[0], "periods": cells.shape[1]}, "note", where)]
    names = sorted(panel.rows[keys.region].unique(), key=str)
    inside = (np.maximum.accumulate(cells, 1) & np.maximum.accumulate(cells[:, ::-1], 1)[:, ::-1]) & ~cells
    gaps = [str(names[i]) for i in np.flatnonzero(inside.any(1))]
    if gaps:
        shown = tuple(gaps[:SHOWN]) + (("…",) if len(gaps) > SHOWN else ())
        findings.append(Finding("panel.gaps", {"count": int(inside.sum()), "regions": shown}, "note", where))
    return findings


def _missing(panel: Panel, where: str) -> list[Finding]:
    missing = panel.rows[list(panel.value_columns)].isna().sum()
    found = [f"{name} ({count})" for name, count in missing[missing > 0].items()]
    return [Finding("panel.missing_cells", {"columns": tuple(found), "total": int(missing.sum())}, "note", where)] if found else []
