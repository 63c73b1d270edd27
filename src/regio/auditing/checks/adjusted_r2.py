"""R², adjusted R² and N give the residual degrees of freedom."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.inference import estimators, shape_of
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            if "R2_adj" in model.values and "R2" in model.values and not model.stage:
                yield _judge(look, table, model)


def _judge(look: Look, table: PaperTable, model: Model) -> Judgement:
    where, printed = place(table.id, model.col, "R2_adj"), model.values["R2_adj"]
    r2, adjusted, options = look.value(table, model, "R2"), look.value(table, model, "R2_adj"), estimators(look, model)
    rows = look.whole(model.values.get("N"))
    if r2 is None or adjusted is None:
        return look.unread("adjusted_r2", where, printed)
    if not rows or not options:
        return Judgement("adjusted_r2", where, printed, "", "not_checkable", "digit", Message("audit.note.no_n", {"df": ""}))
    fits = []
    for name, left in options.items():
        if any((1 - (1 - r2) * (base / left)).meets(adjusted) for base in _bases(look, model, rows, name)):
            fits.append(name)
    df = (1 - r2) * float(rows - 1) / (1 - adjusted) if adjusted.high < 1 else Interval(0, math.inf)
    values = {"df": str(df), "options": tuple(Message("audit.df", {"name": Message(f"audit.estimator.{n}"), "df": x}) for n, x in options.items())}
    if fits:
        note = Message("audit.note.df_fits", values | {"estimator": tuple(Message(f"audit.estimator.{n}") for n in fits)})
        return Judgement("adjusted_r2", where, printed, str(df), "consistent", "digit", note)
    possible = adjusted.low <= r2.high and math.floor(df.high + 1e-9) >= max(1, math.ceil(df.low - 1e-9)) and df.low <= rows - 1 - len(model.regressors)
    verdict: Verdict = "consistent_if" if possible else "inconsistent"
    assumption = Message("audit.if.other_effects", {"df": str(df)}) if possible else None
    cells = (where, place(table.id, model.col, "R2"))
    return Judgement("adjusted_r2", where, printed, str(df), verdict, "digit", Message("audit.note.df_differs", values), assumption, None, cells)


def _bases(look: Look, model: Model, rows: int, name: str) -> tuple[float, ...]:
    """N − 1, and the degrees of freedom of the outcome itself where R² is that of the demeaned rows."""
    shape = shape_of(look, model)
    lost = {"region": (shape.units or 1), "period": (shape.periods or 1), "both": (shape.units or 1) + (shape.periods or 1) - 1}.get(name, 1)
    return tuple({float(rows - 1), float(rows - lost)})
