"""Conventional standard errors of a pooled column: SE = (SDy/SDx) √((1 − R²) VIF/df)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.checks.constant import is_pooled
from regio.auditing.checks.estimator import shown_estimators
from regio.auditing.evidence import errors_of
from regio.auditing.inference import bracket_t, brackets, estimators
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.margins import Pooled, columns_with_moments, inflation, matrix, moments
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("regression", "descriptives", "correlations", "vif")


def run(look: Look) -> Iterator[Judgement]:
    for column in columns_with_moments(look):
        shown = shown_estimators(look, column.table, column.model)[0]
        if (not shown or "pooled" in shown) and brackets(look, column.table).kind != "p":
            found = list(_judge(look, column))
            if is_pooled(look, column) or all(j.verdict == "consistent" for j in found):
                yield from found


def _judge(look: Look, column: Pooled) -> Iterator[Judgement]:
    table, model, found = column.table, column.model, moments(look)
    r2, options = look.value(table, model, "R2"), estimators(look, model)
    factors = _factors(look, column)
    if r2 is None or not options or factors is None or any(n not in found.sd for n in (column.outcome, *column.names)):
        return
    sure = is_pooled(look, column) and errors_of(look, table).conventional
    fails: Verdict = "inconsistent" if sure else "not_checkable"
    for var, name, factor in zip(model.regressors, column.names, factors, strict=True):
        term = model.term(var)
        if term is None or factor.high == float("inf") or found.sd[name].low <= 0:
            continue
        error = found.sd[column.outcome] / found.sd[name] * ((1 - r2).clip(0.0, 1.0) * factor * (1 / options["pooled"])).sqrt()
        where = place(table.id, model.col, var)
        cells = (where, place(table.id, model.col, "R2"))
        if brackets(look, table).kind == "se":
            yield look.compare(
                "margin_errors", where, term.paren, error, table=table, cell="paren", fails=fails, assumption=Message("audit.if.conventional"), cells=cells
            )
            continue
        t, coef = bracket_t(look, table, term, "t"), look.coef(table, term)
        if t is not None and coef is not None:
            signed = coef / error if error.low > 0 else None
            if signed is not None:
                yield look.compare(
                    "margin_errors", where, term.paren, signed, table=table, cell="paren", fails=fails, assumption=Message("audit.if.conventional"), cells=cells
                )


def _factors(look: Look, column: Pooled) -> list[Interval] | None:
    """The printed VIFs of exactly these regressors, else those that the correlations give."""
    if len(column.names) == 1:
        return [Interval(1.0, 1.0)]
    for table in look.paper.of_kind("vif"):
        printed = {look.paper.variable(row["var"]): look.interval(row["vif"], table, "vif") for row in table.rows}
        if set(printed) == set(column.names) and all(v is not None for v in printed.values()):
            return [v for n in column.names if (v := printed[n]) is not None]
    both = matrix(moments(look), column.names)
    return None if both is None else inflation(*both)
