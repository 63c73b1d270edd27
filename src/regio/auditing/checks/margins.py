"""Pooled slopes and R² against the printed means, standard deviations and correlations."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.checks.constant import is_pooled
from regio.auditing.checks.estimator import shown_estimators
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.margins import Pooled, columns_with_moments, moments, regression
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("regression", "descriptives", "correlations")


def run(look: Look) -> Iterator[Judgement]:
    for column in columns_with_moments(look):
        table, model = column.table, column.model
        shown = shown_estimators(look, table, model)[0]
        if shown and "pooled" not in shown:
            continue
        ranges = regression(moments(look), column.outcome, column.names)
        if ranges is None:
            continue
        found = list(_judge(look, column, *ranges))
        if is_pooled(look, column) or all(j.verdict == "consistent" for j in found):
            yield from found
        else:
            yield Judgement("margins", place(table.id, model.col), "", "", "not_checkable", "label", Message("audit.note.not_pooled"))


def _judge(look: Look, column: Pooled, slopes: list[Interval], r2: Interval) -> Iterator[Judgement]:
    table, model = column.table, column.model
    fails: Verdict = "inconsistent" if is_pooled(look, column) else "not_checkable"
    assumption = Message("audit.if.pooled")
    for var, slope in zip(model.regressors, slopes, strict=True):
        term = model.term(var)
        if term is not None and slope.width < float("inf"):
            where = place(table.id, model.col, var)
            yield look.compare("margins", where, term.coef, slope, table=table, cell="coef", fails=fails, assumption=assumption, cells=(where,))
    if "R2" in model.values and r2.width < float("inf"):
        where = place(table.id, model.col, "R2")
        yield look.compare("margins", where, model.values["R2"], r2, table=table, cell="R2", fails=fails, assumption=assumption, cells=(where,))
