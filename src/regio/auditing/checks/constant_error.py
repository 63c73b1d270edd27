"""The standard error of a constant at the means: SE(c)² = s²/N + x̄ᵀ V x̄. V is not printed: with several regressors its bounds, or what correlations give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from regio.auditing.checks.constant import at_the_means, fits, is_pooled
from regio.auditing.evidence import error_of, errors_of
from regio.auditing.inference import brackets, estimators, implied
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.margins import Pooled, columns_with_moments, matrix, moments, worst_case
from regio.auditing.numbers import Interval
from regio.language import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

KINDS = ("regression", "descriptives", "correlations")


def run(look: Look) -> Iterator[Judgement]:
    for column in columns_with_moments(look):
        term, kind = column.model.term("_cons"), brackets(look, column.table).kind
        if term is None or not term.paren or kind == "p":
            continue
        range_ = at_the_means(look, column)
        there = fits(look, column, range_) if range_ is not None else None
        error = standard_error(look, column) if range_ is not None and there is not False else None
        if error is None or (error.low <= 0 and math.isinf(error.high)):
            continue
        coef, table = look.coef(column.table, term), column.table
        if kind == "t" and (coef is None or coef.low <= 0 <= coef.high):
            continue
        sure = errors_of(look, table).conventional and there is True
        where = place(table.id, column.model.col, "_cons")
        cells = (where, *(place(table.id, column.model.col, v) for v in column.model.regressors), *(moments(look).cells["mean", n] for n in column.names))
        yield look.compare(
            "constant_error", where, term.paren, _t(coef, error) if kind == "t" and coef is not None else error, table=table, cell="paren",
            fails="inconsistent" if sure else "consistent_if", assumption=Message("audit.if.same_errors" if sure else "audit.if.conventional_constant"),
            cells=cells,
        )  # fmt: skip


def _t(coef: Interval, error: Interval) -> Interval:
    size = abs(coef) / error
    return size if coef.low > 0 else -size


def standard_error(look: Look, column: Pooled) -> Interval | None:
    """All values that the printed numbers allow; None where a standard error, a mean or N is not printed."""
    table, model = column.table, column.model
    n = look.whole(model.values.get("N"))
    terms = [model.term(v) for v in model.regressors]
    errors = [error_of(look, table, t) if t is not None else None for t in terms]
    means = moments(look).mean
    if not n or any(e is None for e in errors) or any(name not in means for name in column.names):
        return None
    slopes = bounds([abs(means[name]) * e for name, e in zip(column.names, errors, strict=True) if e is not None])
    residual = residual_variance(look, column, n)
    found = (residual * (1 / n) + slopes.square()).sqrt()
    exact = _by_correlations(look, column, residual, n) if is_pooled(look, column) else None
    return found if exact is None or not exact.meets(found) else Interval(max(found.low, exact.low), min(found.high, exact.high))


def bounds(parts: Sequence[Interval]) -> Interval:
    """√(x̄ᵀ V x̄) from |x̄_j| SE_j: at most their sum (Cauchy and Schwarz), at least what the largest is more than all the others.

    >>> bounds([Interval(3.0, 3.0), Interval(1.0, 1.0)])
    Interval(low=2.0, high=4.0)
    """
    highs = sum(p.high for p in parts)
    return Interval(max(0.0, max(p.low - (highs - p.high) for p in parts)), highs)


def residual_variance(look: Look, column: Pooled, n: int) -> Interval:
    """s²: printed; (1 − R²) SD_y² (n − 1)/df of a pooled column, which is a ceiling under effects; of one pooled regressor SE² SD_x² (n − 1)."""
    table, model, known = column.table, column.model, moments(look)
    rmse, r2, options = look.value(table, model, "rmse"), look.value(table, model, "R2"), estimators(look, model) or {}
    if rmse is not None and rmse.low >= 0:
        return rmse.square()
    found = Interval(0.0, math.inf)
    left = [options[name] for name in implied(look, table, model)]
    pooled = is_pooled(look, column)
    if r2 is not None and column.outcome in known.sd and left and r2.low >= 0:
        made = known.sd[column.outcome].square() * (1 - r2).clip(0.0, 1.0) * Interval((n - 1) / max(left), (n - 1) / min(left))
        found = made if pooled else Interval(0.0, made.high)
    if pooled and len(column.names) == 1 and column.names[0] in known.sd:
        term = model.term(model.regressors[0])
        error = error_of(look, table, term) if term is not None else None
        other = error.square() * known.sd[column.names[0]].square() * float(n - 1) if error is not None else found
        found = Interval(max(found.low, other.low), min(found.high, other.high)) if other.meets(found) else found
    return found


def _by_correlations(look: Look, column: Pooled, residual: Interval, n: int) -> Interval | None:
    """S √(1/n + zᵀ R⁻¹ z/(n − 1)), z = x̄/SD, for all means, SDs and correlations inside the digits."""
    import numpy as np

    known, size = moments(look), len(column.names)
    both = matrix(known, column.names)
    if both is None or any(name not in known.sd or known.sd[name].low <= 0 for name in column.names):
        return None
    pairs = [(i, j) for i in range(size) for j in range(i)]
    ratios = [known.mean[name] / known.sd[name] for name in column.names]

    def f(x: Array) -> Array:
        m = np.eye(size)
        for (i, j), value in zip(pairs, x, strict=False):
            m[i, j] = m[j, i] = value
        try:
            np.linalg.cholesky(m)
        except np.linalg.LinAlgError:
            return np.full(1, np.nan)
        z = x[len(pairs) :]
        return np.array([z @ np.linalg.solve(m, z)])

    centre = np.array([both[0][p] for p in pairs] + [r.middle for r in ratios])
    half = np.array([both[1][p] for p in pairs] + [r.width / 2 for r in ratios])
    form = worst_case(f, centre, half)[0]
    return (residual * (Interval(max(form.low, 0.0), form.high) * (1 / (n - 1)) + 1 / n)).sqrt()
