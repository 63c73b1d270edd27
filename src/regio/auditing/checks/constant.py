"""The constant: c = ȳ − Σ b x̄, also under region effects as xtreg prints it."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.evidence import df_is_sure
from regio.auditing.inference import estimators, implied
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.margins import Pooled, columns_with_moments, moments
from regio.auditing.numbers import Interval, total
from regio.language import Message

KINDS = ("regression", "descriptives")
FEWEST = 2  # other columns of a table whose constants are those at the means before one that is not is inconsistent
SHARP = 0.05  # width over size that still tells


def run(look: Look) -> Iterator[Judgement]:
    found = [(column, range_) for column in columns_with_moments(look) if (range_ := at_the_means(look, column)) is not None]
    for column, range_ in found:
        others = [fits(look, c, r) for c, r in found if c is not column and c.table is column.table and c.model.effects == column.model.effects]
        shown = sum(f is True for f in others) >= FEWEST and False not in others
        yield _judge(look, column, range_, "inconsistent" if shown or is_pooled(look, column) else "consistent_if")


def at_the_means(look: Look, column: Pooled) -> Interval | None:
    """ȳ − Σ b x̄; None where a number of it is not printed."""
    model, means = column.model, moments(look).mean
    if model.term("_cons") is None or any(n not in means for n in (column.outcome, *column.names)):
        return None
    parts = []
    for var, name in zip(model.regressors, column.names, strict=True):
        one = model.term(var)
        value = look.coef(column.table, one) if one else None
        if value is None:
            return None
        parts.append(value * means[name])
    return means[column.outcome] - total(parts)


def fits(look: Look, column: Pooled, range_: Interval) -> bool | None:
    """Whether the constant of a column is the one at the means; None where its digits do not tell."""
    term = column.model.term("_cons")
    printed = look.coef(column.table, term) if term else None
    if printed is None or range_.width + printed.width > SHARP * max(abs(printed.middle), abs(range_.middle)):
        return None
    return printed.meets(range_)


def _judge(look: Look, column: Pooled, computed: Interval, fails: Verdict) -> Judgement:
    table, model = column.table, column.model
    cells = (
        place(table.id, model.col, "_cons"),
        *(place(table.id, model.col, v) for v in model.regressors),
        *(moments(look).cells["mean", n] for n in (column.outcome, *column.names)),
    )
    term = model.term("_cons")
    assert term is not None
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
