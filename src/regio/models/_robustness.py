"""The variations of a call, one after the other; one that fails leaves its reason."""

from __future__ import annotations

from typing import Any

import pandas as pd

from regio.contract.finding import Finding, FindingError, error
from regio.contract.replay import Variation, uses_of, vary
from regio.contract.result import Call, Provenance
from regio.models._regress_exhibits import regions_used
from regio.models._replayed import asked, baseline, estimate_of, has_coefficients, hashes, level_of, no_estimate, reasons, rows_of

BASELINE = "baseline"


def make(data: Any, call: Call, variations: tuple[Variation, ...], engine: Any) -> dict[str, Any]:
    """Fields of ``Robustness``."""
    first = baseline("robustness", call, data, engine=engine)
    level = level_of(first)
    models, names, failures = [first], [""], dict[str, tuple[Finding, ...]]()
    terms = asked(first)
    rows = {(BASELINE, term): {**estimate_of(first, term), "cells_changed": 0} for term in terms}
    notes = list[Finding]()
    for variation in variations:
        try:
            found, panel, said = vary(call, data, variation, engine=engine)
            if not has_coefficients(found):
                raise FindingError(error("robustness.no_coefficients", kind="robustness", found=call.kind))
        except FindingError as problem:
            failures[variation.name] = reasons(problem.findings)
            rows[variation.name, ""] = {**no_estimate(), "cells_changed": float("nan")}
            notes.append(Finding("robustness.failed", {"name": variation.name, "reason": tuple(problem.findings)}, "warning"))
            continue
        models.append(found)
        names.append(variation.name)
        changed = _changed(data, panel, found)
        rows |= {(variation.name, term): {**estimate_of(found, term), "cells_changed": changed} for term in asked(found)}
        notes += [Finding("robustness.said", {"name": variation.name, "message": note}, note.severity) for note in said]
    summary = pd.DataFrame(rows.values(), pd.MultiIndex.from_tuples(rows, names=["variation", "term"]))
    summary["agrees"] = _agrees(summary, rows[BASELINE, terms[0]], level)
    n = rows_of(first)
    used = int(n) if n == n else len(data.rows)
    return {
        "names": tuple(names),
        "models": tuple(models),
        "coefficients": pd.concat({name or BASELINE: model.coefficients for name, model in zip(names, models, strict=True)}, names=["variation", "term"]),
        "summary": summary,
        "variations": variations,
        "failures": failures,
        "level": level,
        "conventions": first.conventions,
        "findings": (*first.findings, *notes),
        "provenance": Provenance(
            columns=hashes(data, uses_of(call, variations)),
            rows_used=used,
            rows_left_out=len(data.rows) - used,
            regions_used=regions_used({"n_regions": getattr(first, "fit", {}).get("n_regions", float("nan"))}),
        ),
    }


def _changed(data: Any, panel: Any, found: Any) -> int:
    """Cells that the preparations changed in columns that the model reads."""
    read = {use.column for use in uses_of(found.call, ())}
    return sum(1 for change in panel.changes[len(data.changes) :] if change.variable in read)


def _agrees(summary: pd.DataFrame, first: dict[str, float], level: float) -> list[bool]:
    significant = first["p_value"] < 1 - level
    same = summary["estimate"] * first["estimate"] > 0
    return (same & ((summary["p_value"] < 1 - level) | (not significant))).tolist()
