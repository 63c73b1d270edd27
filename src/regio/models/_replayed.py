"""Methods that do another call again: the call, its result on a panel, and the estimates that are asked about. No kind is named here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.fingerprint import of_column
from regio.contract.declaration import Use
from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.method import check_labels
from regio.contract.replay import replay
from regio.contract.result import Call, Result
from regio.contract.tables import as_numbers, check_numeric
from regio.models._regress_exhibits import CONSTANT
from regio.models.regress import COEFFICIENTS

ASKED = ("treatment", "endogenous")  # options that name what a study asks about


def call_of(kind: str, of: Any) -> Call:
    """Raises ArgumentError for what is no call."""
    if not isinstance(of, Call):
        raise ArgumentError(error("replay.not_a_result", kind=kind, option="of", found=type(of).__name__))
    return of


def baseline(kind: str, call: Call, panel: Any, *, engine: Any = None) -> Any:
    """The call on this panel.

    Raises
    ------
    ArgumentError
        where its result has no coefficients
    """
    result = replay(call, panel, engine=engine)
    if not has_coefficients(result):
        raise ArgumentError(error("robustness.no_coefficients", kind=kind, found=call.kind))
    return result


def has_coefficients(result: Result) -> bool:
    frame = getattr(result, "coefficients", None)
    return isinstance(frame, pd.DataFrame) and set(COEFFICIENTS) <= set(frame.columns) and frame.index.nlevels == 1 and len(frame) > 0


def asked(result: Any) -> tuple[str, ...]:
    """The terms that the call names as its treatment, as far as they have a coefficient; else its first term."""
    named = [name for option in ASKED for name in _tuple(result.call.options.get(option))]
    found = tuple(name for name in named if name in result.coefficients.index)
    terms = tuple(str(term) for term in result.coefficients.index if term != CONSTANT)
    return found or terms[:1]


def _tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def estimate_of(result: Any, term: str) -> dict[str, float]:
    """The columns of one estimate, and N."""
    row = result.coefficients.loc[term]
    return {**{name: float(row[name]) for name in COEFFICIENTS}, "n": rows_of(result)}


def rows_of(result: Any) -> float:
    n = getattr(result, "fit", {}).get("n")
    return float("nan") if n is None else float(n)


def no_estimate() -> dict[str, float]:
    return dict.fromkeys((*COEFFICIENTS, "n"), float("nan"))


def level_of(result: Any) -> float:
    return float(getattr(result, "level", 0.95))


def hashes(panel: Any, uses: Sequence[Use]) -> dict[str, str]:
    """Of the columns that the calls read, as far as the table has them."""
    return {use.column: of_column(panel.rows[use.column]) for use in uses if use.column in panel.rows}


def complete(kind: str, panel: Any, uses: Sequence[Use]) -> Any:
    """The panel without rows that lack a value in a column that is used; its numbers as floats.

    Raises
    ------
    DataError
        for cells that are no number, or cannot name a group
    """
    known = [use for use in uses if use.column in panel.rows]
    labels = {use.column for use in known if not use.numeric}
    numbers = list(dict.fromkeys(use.column for use in known if use.numeric))
    check_numeric(panel.rows, numbers)
    check_labels(kind, known, panel.rows)
    panel = as_numbers(panel, [name for name in numbers if name not in labels])
    there = np.ones(len(panel.rows), dtype=bool)
    for use in known:
        column = panel.rows[use.column]
        there &= np.isfinite(column.to_numpy(float, na_value=np.nan)) if use.numeric else column.notna().to_numpy()
    return panel.with_rows(panel.rows[there])


def reasons(problems: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of an error, each once."""
    return tuple({str(problem.to_dict()): problem for problem in problems}.values())


def records(frame: pd.DataFrame) -> list[tuple[Any, dict[str, Any]]]:
    """(index, columns by name) of each row."""
    found: Any = frame.to_dict("index")
    return list(found.items())
