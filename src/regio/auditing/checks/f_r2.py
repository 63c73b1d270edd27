"""F, R² and the number of regressors give the residual degrees of freedom, and these the estimator."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import errors_of
from regio.auditing.inference import TIGHT, df_of_f, estimators
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, power
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            if "F" in model.values and "R2" in model.values and not model.stage:
                yield _judge(look, table, model)


def _judge(look: Look, table: PaperTable, model: Model) -> Judgement:
    where, printed = place(table.id, model.col, "F"), model.values["F"]
    df, options = df_of_f(look, table, model), estimators(look, model)
    if df is None:
        return look.unread("f_r2", where, printed)
    if not options:
        return Judgement("f_r2", where, printed, str(df), "not_checkable", "digit", Message("audit.note.no_n", {"df": str(df)}))
    fits = tuple(name for name, x in options.items() if df.holds(x))
    values: dict[str, object] = {
        "df": str(df),
        "options": tuple(Message("audit.df", {"name": Message(f"audit.estimator.{n}"), "df": x}) for n, x in options.items()),
    }
    if fits:
        note = Message("audit.note.df_fits", values | {"estimator": tuple(Message(f"audit.estimator.{n}") for n in fits)})
        strength = _power(look, table, model, options)
        return Judgement("f_r2", where, printed, str(df), "consistent", "digit", note, Message("audit.if.conventional_f"), strength)
    shown = errors_of(look, table).conventional and df.width <= TIGHT
    verdict: Verdict = "inconsistent" if shown else "consistent_if"
    note = Message("audit.note.df_differs", values)
    assumption = Message("audit.if.same_errors" if shown else "audit.if.robust_f")
    cells = (where, place(table.id, model.col, "R2"))
    return Judgement("f_r2", where, printed, str(df), verdict, "digit", note, assumption, None, cells)


def _power(look: Look, table: PaperTable, model: Model, options: dict[str, int]) -> float:
    r2, k = look.value(table, model, "R2"), len(model.regressors)
    if r2 is None or r2.high >= 1:
        return 0.0
    spans = [r2 * float(df) / (1 - r2) * (1 / k) for df in options.values()]
    return min(power(model.values["F"], look.counted(model.values["F"], table, "F"), Interval(s.low, s.high), look.rule) for s in spans)
