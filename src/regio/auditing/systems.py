"""The system of moments behind a paper's pooled columns, or behind its within columns: from the schema alone.

Parameters: correlations, SDs and means of the variables that no column explains; of each explained one its slopes on all before it, its residual SD and its
mean. So numbers that are printed sharply are parameters, or nearly so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.auditing.checks.estimator import shown_estimators
from regio.auditing.evidence import errors_of
from regio.auditing.inference import bracket_t, brackets
from regio.auditing.joint import System, Target
from regio.auditing.look import Look, place
from regio.auditing.margins import Moments, moments
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHARES = (0.5, 0.25, 0.75)  # of the variation within regions: starts
SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column as the system sees it: places of outcome and regressors among the variables, the lost degrees of freedom."""

    table: PaperTable
    model: Model
    outcome: int
    regressors: tuple[int, ...]
    df: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Variables in order; the first ``free`` are explained by no column."""

    names: tuple[str, ...]
    free: int
    rows: int
    columns: tuple[Fitted, ...]
    estimator: str

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(self.free) for j in range(i)]


def layout(look: Look, estimator: str) -> Layout | None:
    """The columns whose degrees of freedom say this estimator (``pooled`` or ``region``), over all rows; None where there are none."""
    sample = look.paper.sample
    rows = sample.units * sample.periods if sample.units and sample.periods else None
    found = []
    known = moments(look)
    for table in look.paper.of_kind("regression"):
        for model in table.models:
            if any(look.paper.variable(v) not in known.mean or look.paper.variable(v) not in known.sd for v in (model.dependent, *model.regressors)):
                continue
            if shown_estimators(look, table, model)[0] == (estimator,) and look.whole(model.values.get("N")) == rows and brackets(look, table).kind != "p":
                found.append((table, model))
    if not found or not rows or not sample.units:
        return None
    explained = list(dict.fromkeys(look.paper.variable(m.dependent) for _, m in found))
    before = list(dict.fromkeys(n for _, m in found for v in m.regressors if (n := look.paper.variable(v)) not in explained))
    order = list(before)
    while explained:
        ready = [
            d for d in explained if all(n in order for _, m in found if look.paper.variable(m.dependent) == d for n in map(look.paper.variable, m.regressors))
        ]
        if not ready:
            return None  # each explains the other
        order += ready
        explained = [d for d in explained if d not in ready]
    lost = sample.units if estimator == "region" else 1
    columns = tuple(
        Fitted(
            t,
            m,
            order.index(look.paper.variable(m.dependent)),
            tuple(order.index(look.paper.variable(v)) for v in m.regressors),
            rows - lost - len(m.regressors),
        )
        for t, m in found
    )
    return Layout(tuple(order), len(before), rows, columns, estimator)


def unpack(plan: Layout, theta: Array) -> tuple[Array, Array]:
    """Covariances (divisor n − 1), (b, v, v), and means, (b, v), of the variables for b sets of parameters, (b, p)."""
    import numpy as np

    p, size, sets = plan.free, len(plan.names), len(theta)
    count = len(plan.pairs)
    s = np.zeros((sets, size, size))
    sd = theta[:, count : count + p]
    s[:, range(p), range(p)] = sd**2
    for (i, j), value in zip(plan.pairs, theta.T, strict=False):
        s[:, i, j] = s[:, j, i] = value * sd[:, i] * sd[:, j]
    at = count + p
    for d in range(p, size):
        b = theta[:, at : at + d]
        cross = np.einsum("bij,bj->bi", s[:, :d, :d], b)
        s[:, d, :d] = s[:, :d, d] = cross
        s[:, d, d] = (b * cross).sum(axis=1) + theta[:, at + d] ** 2
        at += d + 1
    return s, theta[:, at:]


def column(plan: Layout, fitted: Fitted, s: Array, mean: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Slopes, their standard errors, R², F, constant and its standard error, each for b sets of moments."""
    import numpy as np

    ix, iy, n = list(fitted.regressors), fitted.outcome, plan.rows
    inverse = np.linalg.inv(s[:, ix][:, :, ix])
    with_y, variance, m = s[:, ix, iy], s[:, iy, iy], mean[:, ix]
    b = np.einsum("bij,bj->bi", inverse, with_y)
    r2 = (b * with_y).sum(axis=1) / variance
    sigma2 = (1 - r2) * variance * (n - 1) / fitted.df
    error = np.sqrt(sigma2[:, None] * np.diagonal(inverse, axis1=1, axis2=2) / (n - 1))
    error_constant = np.sqrt(sigma2 * (1 / n + np.einsum("bi,bij,bj->b", m, inverse, m) / (n - 1)))
    f = r2 / len(ix) / ((1 - r2) / fitted.df)
    return b, error, r2, f, mean[:, iy] - (b * m).sum(axis=1), error_constant


def conventional(look: Look, table: PaperTable) -> bool:
    """Whether standard errors and F of a table can be conventional; the system leaves out those that are not."""
    found = errors_of(look, table)
    return not found.fails or found.conventional


def system(look: Look, plan: Layout, share: float = SHARES[0]) -> System | None:
    """The system with a start; None where no start is found. ``share``: of each variance that is taken to lie within regions."""
    import numpy as np

    known = moments(look)
    if any(n not in known.sd or n not in known.mean for n in plan.names):
        return None
    targets = _targets(look, plan, known)
    start = _start(look, plan, known, 1.0 if plan.estimator == "pooled" else share)
    if start is None:
        return None
    theta, names, scale = start
    shown = _shown(look, plan, known)

    def predict(x: Array) -> Array:
        one: Array = many(x[None])[0]
        return one

    def many(x: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            try:
                return _predicted(shown, x)
            except np.linalg.LinAlgError:
                return np.full((1, len(targets)), np.nan) if len(x) == 1 else np.concatenate([many(one[None]) for one in x])

    return System(tuple(names), theta, scale, tuple(targets), predict, many)


def _targets(look: Look, plan: Layout, known: Moments) -> list[Target]:
    """Printed numbers in the order in which ``_predicted`` gives them."""
    found = [Target(known.cells["mean", n], "", known.mean[n]) for n in plan.names]
    if plan.estimator == "pooled":
        found += [Target(known.cells["sd", n], "", known.sd[n]) for n in plan.names]
        found += [Target(known.cells["r", pair], "", known.r[pair]) for pair in _correlated(plan, known)]
        for table, row, _ in _inflated(look, plan):
            for cell in ("vif", "inverse_vif"):
                if (v := look.interval(row.get(cell), table, cell)) is not None:
                    found.append(Target(place(table.id, row["var"], cell), row[cell], v))
    for fitted in plan.columns:
        table, model = fitted.table, fitted.model
        kind = brackets(look, table).kind
        for term in model.terms:
            where = place(table.id, model.col, term.var)
            coef, paren = look.coef(table, term), look.interval(term.paren, table, "paren")
            if coef is not None:
                found.append(Target(where, term.coef, coef))
            if paren is not None and conventional(look, table):
                found.append(Target(place(where, "paren"), term.paren, paren if kind == "t" else Interval(max(paren.low, 0.0), paren.high)))
        for name in ("R2", "F") if conventional(look, table) else ("R2",):
            if (v := look.value(table, model, name)) is not None:
                found.append(Target(place(table.id, model.col, name), model.values[name], v))
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Which numbers are printed, worked out once: pairs; VIFs as (place, regressors, vif?, 1/vif?); for each column its terms as (place among the
    regressors or −1, slope?, bracket?), whether brackets are t, and R²?, F?.
    """

    plan: Layout
    pairs: tuple[tuple[int, int], ...]
    inflated: tuple[tuple[int, list[int], bool, bool], ...]
    columns: tuple[tuple[Fitted, tuple[tuple[int, bool, bool], ...], bool, bool, bool], ...]


def _shown(look: Look, plan: Layout, known: Moments) -> Shown:
    pooled = plan.estimator == "pooled"
    index = plan.names.index
    inflated = tuple(
        (index(look.paper.variable(row["var"])), ix, *(look.interval(row.get(c), table, c) is not None for c in ("vif", "inverse_vif")))
        for table, row, ix in (_inflated(look, plan) if pooled else [])
    )
    columns = []
    for fitted in plan.columns:
        table, model = fitted.table, fitted.model
        usual = conventional(look, table)
        terms = tuple(
            (
                -1 if t.var == "_cons" else model.regressors.index(t.var),
                look.coef(table, t) is not None,
                usual and look.interval(t.paren, table, "paren") is not None,
            )
            for t in model.terms
        )
        r2, f = look.value(table, model, "R2") is not None, usual and look.value(table, model, "F") is not None
        columns.append((fitted, terms, brackets(look, table).kind == "t", r2, f))
    pairs = tuple((index(a), index(b)) for a, b in _correlated(plan, known)) if pooled else ()
    return Shown(plan, pairs, inflated, tuple(columns))  # type: ignore[arg-type]


def _predicted(shown: Shown, x: Array) -> Array:
    """The numbers for b sets of parameters, (b, m); nan where a variance is not positive."""
    import numpy as np

    plan = shown.plan
    s, mean = unpack(plan, x)
    diagonal = np.diagonal(s, axis1=1, axis2=2)
    fine = np.isfinite(s).all(axis=(1, 2)) & (diagonal > 0).all(axis=1)
    if not fine.any():
        raise np.linalg.LinAlgError
    s[~fine] = np.eye(len(plan.names))
    sd = np.sqrt(diagonal)
    found: list[Array] = list(mean.T)
    if plan.estimator == "pooled":
        found += list(sd.T)
        found += [s[:, i, j] / (sd[:, i] * sd[:, j]) for i, j in shown.pairs]
        inverses: dict[tuple[int, ...], NDArray[np.floating]] = {}
        for i, ix, direct, inverted in shown.inflated:
            if tuple(ix) not in inverses:
                inverses[tuple(ix)] = np.linalg.inv(s[:, ix][:, :, ix])
            vif = inverses[tuple(ix)][:, ix.index(i), ix.index(i)] * s[:, i, i]
            found += [v for v, there in ((vif, direct), (1 / vif, inverted)) if there]
    for fitted, terms, t_kind, r2_there, f_there in shown.columns:
        b, error, r2, f, constant, error_constant = column(plan, fitted, s, mean)
        for at, coef, paren in terms:
            slope, se = (constant, error_constant) if at < 0 else (b[:, at], error[:, at])
            if coef:
                found.append(slope)
            if paren:
                found.append(slope / se if t_kind else se)
        found += [v for v, there in ((r2, r2_there), (f, f_there)) if there]
    made = np.stack(found, axis=1)
    made[~fine] = np.nan
    return made


def _correlated(plan: Layout, known: Moments) -> list[tuple[str, str]]:
    return [pair for pair in known.r if pair[0] in plan.names and pair[1] in plan.names]


def _inflated(look: Look, plan: Layout) -> list[tuple[PaperTable, dict[str, str], list[int]]]:
    found = []
    for table in look.paper.of_kind("vif"):
        names = [look.paper.variable(row["var"]) for row in table.rows]
        if all(n in plan.names for n in names):
            found += [(table, dict(row), [plan.names.index(n) for n in names]) for row in table.rows]
    return found


def _start(look: Look, plan: Layout, known: Moments, share: float) -> tuple[Array, list[str], Array] | None:
    """Printed numbers where they are parameters, what follows from them elsewhere."""
    import numpy as np

    p = plan.free
    r = np.eye(p)
    for i, j in plan.pairs:
        value = known.r.get((min(plan.names[i], plan.names[j]), max(plan.names[i], plan.names[j])))
        r[i, j] = r[j, i] = value.middle if value is not None else 0.0
    least = float(np.linalg.eigvalsh(r)[0]) if p else 1.0
    if least < SINGULAR:
        r = (r + (SINGULAR - least + 1e-3) * np.eye(p)) / (1 + SINGULAR - least + 1e-3)
    inflated = np.diag(np.linalg.inv(r))
    sd = np.array([known.sd[n].middle * np.sqrt(share) for n in plan.names])
    if plan.estimator == "region":
        sd[:p] = _within(look, plan, known, sd, inflated, share)
    theta: list[float] = [float(r[i, j]) for i, j in plan.pairs] + list(map(float, sd[:p]))
    names = [f"r({plan.names[i]}, {plan.names[j]})" for i, j in plan.pairs] + [f"sd({n})" for n in plan.names[:p]]
    scale = [1e-3] * len(plan.pairs) + [1e-3 * float(x) for x in sd[:p]]
    for d in range(p, len(plan.names)):
        fitted = max((c for c in plan.columns if c.outcome == d), key=lambda c: len(c.regressors))
        r2 = look.value(fitted.table, fitted.model, "R2")
        left = 1 - (min(max(r2.middle, 0.0), 0.999) if r2 is not None else 0.5)
        for j in range(d):
            slope = _slope(look, fitted, j, sd, d, left, float(inflated[j]) if j < p else 1.5)
            theta.append(slope)
            names.append(f"b({plan.names[d]}, {plan.names[j]})")
            scale.append(max(abs(slope) * 1e-3, 1e-4 * float(sd[d] / sd[j])))
        theta.append(float(sd[d] * np.sqrt(left)))
        names.append(f"s({plan.names[d]})")
        scale.append(1e-3 * theta[-1])
    for n in plan.names:
        theta.append(known.mean[n].middle)
        names.append(f"mean({n})")
        scale.append(max(known.mean[n].width / 2, 1e-9))
    return np.array(theta), names, np.array(scale)


def _slope(look: Look, fitted: Fitted, j: int, sd: Array, d: int, left: float, inflation: float) -> float:
    """A printed slope; where its digits are rounded away, t times the standard error that the margins give; 0 where the column lacks it."""
    if j not in fitted.regressors:
        return 0.0
    var = fitted.model.regressors[fitted.regressors.index(j)]
    term = fitted.model.term(var)
    coef = look.coef(fitted.table, term) if term else None
    if coef is None or term is None:
        return 0.0
    if coef.width < 0.2 * abs(coef.middle):
        return coef.middle
    t = look.interval(term.paren, fitted.table, "paren") if brackets(look, fitted.table).kind == "t" else None
    error = float(sd[d] / sd[j]) * (left * inflation / fitted.df) ** 0.5
    return float(min(max((t.middle if t is not None else 0.0) * error, coef.low), coef.high))


def _within(look: Look, plan: Layout, known: Moments, sd: Array, inflated: Array, share: float) -> Array:
    """SDs within regions from the printed standard errors: SE² = s² VIF/(SD² (n − 1))."""
    fitted = max(plan.columns, key=lambda c: sum(i < plan.free for i in c.regressors))
    r2 = look.value(fitted.table, fitted.model, "R2")
    left = 1 - (r2.middle if r2 is not None else 0.5)
    found = sd[: plan.free].copy()
    sigma = float(sd[fitted.outcome]) * (left * (plan.rows - 1) / fitted.df) ** 0.5
    for var, i in zip(fitted.model.regressors, fitted.regressors, strict=True):
        term = fitted.model.term(var)
        if term is None or i >= plan.free:
            continue
        t, coef = bracket_t(look, fitted.table, term, brackets(look, fitted.table).kind), look.coef(fitted.table, term)
        if t is not None and coef is not None and coef.width < 0.2 * abs(coef.middle) and t.low > 0:
            error = abs(coef.middle) / t.middle
            found[i] = min(sigma * (float(inflated[i]) / (plan.rows - 1)) ** 0.5 / error, 1.2 * known.sd[plan.names[i]].middle)
    return found


def starts(look: Look, plan: Layout) -> Sequence[System]:
    """The system from several starts."""
    shares = (1.0,) if plan.estimator == "pooled" else SHARES
    return [s for share in shares if (s := system(look, plan, share)) is not None]
