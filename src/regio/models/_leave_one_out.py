"""A call without one value of a column at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, Finding, FindingError, error
from regio.contract.replay import replay, uses_of
from regio.contract.result import Call, Provenance
from regio.models._replayed import asked, baseline, complete, estimate_of, hashes, level_of, no_estimate, reasons, records

FEWEST = 3  # values, so that two are left
LARGE = 1.0  # errors of the baseline, that one value moves the estimate by


def make(data: Any, call: Call, by: str, engine: Any) -> dict[str, Any]:
    """Fields of ``LeaveOneOut``."""
    name = {"region": data.keys.region, "period": data.keys.period}.get(by, by)
    uses = uses_of(call, ())
    panel = complete("leave_one_out", data, uses)
    column = panel.rows[name]
    panel = panel.with_rows(panel.rows[column.notna().to_numpy()]) if column.isna().any() else panel
    column = panel.rows[name]
    values = sorted(column.unique().tolist(), key=lambda value: (str(type(value)), value))
    if len(values) < FEWEST:
        raise ArgumentError(error("leave_one_out.few", by=by, count=len(values)))
    first = baseline("leave_one_out", call, panel, engine=engine)
    terms, level = asked(first), level_of(first)
    whole = pd.DataFrame([estimate_of(first, term) for term in terms], pd.Index(terms, name="term"))
    rows, failures = dict[tuple[str, str], dict[str, float]](), dict[str, tuple[Finding, ...]]()
    for value in values:
        try:
            found = replay(call, panel.with_rows(panel.rows[(column != value).to_numpy()]), engine=engine)
            rows |= {(str(value), term): estimate_of(found, term) for term in terms}
        except FindingError as problem:
            failures[str(value)] = reasons(problem.findings)
            rows |= {(str(value), term): no_estimate() for term in terms}
    estimates = _compared(pd.DataFrame(rows.values(), pd.MultiIndex.from_tuples(rows, names=["left_out", "term"])), whole, level)
    summary = pd.DataFrame(
        [_summary(estimates[estimates.index.get_level_values("term") == term].droplevel("term")) for term in terms], pd.Index(terms, name="term")
    )
    return {
        "outcome": str(getattr(first, "outcome", "")),
        "by": by,
        "baseline": whole,
        "estimates": estimates,
        "summary": summary,
        "failures": failures,
        "level": level,
        "conventions": first.conventions,
        "provenance": Provenance(columns=hashes(data, uses), rows_used=len(panel.rows), rows_left_out=len(data.rows) - len(panel.rows)),
        "findings": (*first.findings, *_notes(summary, failures)),
    }


def _compared(estimates: pd.DataFrame, whole: pd.DataFrame, level: float) -> pd.DataFrame:
    own = whole.loc[estimates.index.get_level_values("term")].set_index(estimates.index)
    change = estimates["estimate"] - own["estimate"]
    same = estimates["estimate"] * own["estimate"] > 0
    agrees = same & ((estimates["p_value"] < 1 - level) | (own["p_value"] >= 1 - level))
    return estimates.assign(change=change, change_in_errors=change / own["std_error"], agrees=agrees)


def _summary(part: pd.DataFrame) -> dict[str, Any]:
    """Of one term. Values that could not be left out do not count."""
    part = part[part["estimate"].notna()]
    if part.empty:
        return (
            dict.fromkeys(("least", "greatest", "largest_change", "jackknife_error"), np.nan)
            | dict.fromkeys(("least_without", "greatest_without", "largest_without"), "")
            | {"disagree": 0}
        )
    b, g = part["estimate"], len(part)
    change = part["change_in_errors"].to_numpy(float)
    most = int(np.abs(change).argmax())
    return {
        "least": b.min(),
        "least_without": str(b.idxmin()),
        "greatest": b.max(),
        "greatest_without": str(b.idxmax()),
        "largest_change": float(change[most]),
        "largest_without": str(part.index[most]),
        "disagree": int((~part["agrees"]).sum()),
        "jackknife_error": float(np.sqrt((g - 1) / g * (part["change"] ** 2).sum())),
    }


def _notes(summary: pd.DataFrame, failures: dict[str, tuple[Finding, ...]]) -> tuple[Finding, ...]:
    notes = [Finding("leave_one_out.failed", {"name": name, "reason": reason}, "warning") for name, reason in failures.items()]
    for term, values in records(summary):
        if values["disagree"]:
            notes.append(Finding("leave_one_out.disagree", {"term": str(term), "count": values["disagree"]}, "warning"))
        elif abs(values["largest_change"]) > LARGE:
            place = {"term": str(term), "name": values["largest_without"], "change": round(float(values["largest_change"]), 2)}
            notes.append(Finding("leave_one_out.large", place, "warning"))
    return tuple(notes)
