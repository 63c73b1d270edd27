"""The constant: c = ȳ − Σ b x̄, also under region effects as xtreg prints it."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.inference import df_is_sure, estimators, implied
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.margins import Pooled, columns_with_moments, moments
from regio.auditing.numbers import total
from regio.language import Message

KINDS = ("regression", "descriptives")


def run(look: Look) -> Iterator[Judgement]:
    for column in columns_with_moments(look):
        if found := _judge(look, column):
            yield found


def _judge(look: Look, column: Pooled) -> Judgement | None:
    table, model = column.table, column.model
    term, means = model.term("_cons"), moments(look).mean
    if term is None or any(n not in means for n in (column.outcome, *column.names)):
        return None
    parts = []
    for var, name in zip(model.regressors, column.names, strict=True):
        one = model.term(var)
        value = look.coef(table, one) if one else None
        if value is None:
            return None
        parts.append(value * means[name])
    computed = means[column.outcome] - total(parts)
    fails: Verdict = "inconsistent" if is_pooled(look, column) else "consistent_if"
    cells = (
        place(table.id, model.col, "_cons"),
        *(place(table.id, model.col, v) for v in model.regressors),
        *(moments(look).cells["mean", n] for n in (column.outcome, *column.names)),
    )
    return look.compare(
        "constant", cells[0], term.coef, computed, table=table, cell="coef", fails=fails,
        assumption=Message("audit.if.same_rows" if fails == "inconsistent" else "audit.if.base_region"), cells=cells,
    )  # fmt: skip


def is_pooled(look: Look, column: Pooled) -> bool:
    """Whether the degrees of freedom that the column prints are those of no effects, and of nothing else."""
    return (
        df_is_sure(look, column.table, column.model)
        and len(estimators(look, column.model) or {}) > 1
        and implied(look, column.table, column.model) == ("pooled",)
    )
