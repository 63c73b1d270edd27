"""Printed tables as aims: which function of means, variances and correlations each printed number is, and between which limits it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from regio.auditing.inference import bracket_t, brackets, implied, levels, star_range, two_sided
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, parse
from regio.auditing.paper import Model, Paper, PaperTable, Term
from regio.calibrating.words import masks
from regio.contract.finding import DataError, error

Estimator = Literal["pooled", "region"]
ORDER = ("min", "median", "max")


@dataclass(frozen=True, slots=True)
class Fit:
    """A regression: of the rows of ``group`` (None: all); indices of variables."""

    estimator: Estimator
    group: int | None
    outcome: int
    regressors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """A printed number. ``kind`` and ``of`` say what it is: mean, sd (of: a variable), r (two), vif, inverse_vif, mean_vif (a fit, its regressor), coef,
    se, t (a fit, its regressor or -1 for the constant), r2, r2_adj, f (a fit), product (two coefficients). ``shown``: it is printed, and not only a limit.
    """

    where: str
    printed: str
    kind: str
    of: tuple[int, ...]
    limits: Interval
    fit: Fit | None = None
    other: Fit | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    regions: int


@dataclass(frozen=True, slots=True)
class Aims:
    """Everything a panel must give back. order: variable → least, median, greatest value (None: not printed); lost: where, printed, reason."""

    variables: tuple[str, ...]
    groups: tuple[Group, ...]
    periods: tuple[int, ...]
    aims: tuple[Aim, ...]
    order: Mapping[int, tuple[Interval | None, Interval | None, Interval | None]]
    order_aims: tuple[tuple[str, str, int, str, Interval], ...]  # where, printed, variable, which, limits
    lost: tuple[tuple[str, str, str], ...] = ()

    @property
    def rows(self) -> int:
        return sum(g.regions for g in self.groups) * len(self.periods)


@dataclass
class _Gathering:
    look: Look
    total: int
    names: list[str] = field(default_factory=list)
    printed: dict[str, str] = field(default_factory=dict)
    aims: list[Aim] = field(default_factory=list)
    lost: list[tuple[str, str, str]] = field(default_factory=list)

    def index(self, name: str) -> int:
        plain = self.look.paper.variable(name)
        if plain not in self.names:
            self.names.append(plain)
            self.printed[plain] = name
        return self.names.index(plain)


def aims_of(paper: Paper) -> Aims:
    """The aims of a paper.

    Raises
    ------
    DataError
        where regions, periods or tables that a panel could be made from are missing
    """
    look = Look(paper)
    sample = paper.sample
    if not (sample.units and sample.first_period is not None and sample.last_period is not None):
        raise DataError(error("calibrate.no_sample", paper.name))
    periods = tuple(range(sample.first_period, sample.last_period + 1))
    found = _Gathering(look, sample.units * len(periods))
    order_aims = list(_descriptives(found))
    _correlations(found)
    groups, group_of = _groups(look, found.total, len(periods))
    fits = list(_regressions(found, group_of))
    _vifs(found)
    _products(found, fits)
    if not found.aims:
        raise DataError(error("calibrate.no_moments", paper.name))
    order_aims = _possible(found, order_aims)
    known = {(v, which): limits for _, _, v, which, limits in order_aims}
    order = {v: (known.get((v, "min")), known.get((v, "median")), known.get((v, "max"))) for v in range(len(found.names))}
    variables = tuple(found.printed[n] for n in found.names)
    return Aims(variables, groups, periods, tuple(found.aims), order, tuple(order_aims), tuple(found.lost))


def _descriptives(found: _Gathering) -> Iterator[tuple[str, str, int, str, Interval]]:
    for table in found.look.paper.of_kind("descriptives"):
        for row in table.rows:
            n = found.look.whole(row.get("n"))
            for cell in ("mean", "sd", *ORDER):
                limits = found.look.interval(row.get(cell), table, cell)
                where, printed = place(table.id, row["var"], cell), row.get(cell, "")
                if limits is None:
                    continue
                if n is not None and n != found.total:
                    found.lost.append((where, printed, "calibrate.reason.unknown_sample"))
                elif cell in ORDER:
                    yield where, printed, found.index(row["var"]), cell, limits
                else:
                    found.aims.append(Aim(where, printed, cell, (found.index(row["var"]),), limits))


def _correlations(found: _Gathering) -> None:
    for table in found.look.paper.of_kind("correlations"):
        padded = significant_only([row["r"] for row in table.rows])
        for row in table.rows:
            limits = found.look.interval(row["r"], table, "r")
            number = parse(row["r"])
            if limits is not None and number is not None and number.decimals in padded:
                limits = number.interval(decimals=padded[number.decimals])
            if limits is not None and found.look.paper.variable(row["row"]) != found.look.paper.variable(row["col"]):
                pair = (found.index(row["row"]), found.index(row["col"]))
                found.aims.append(Aim(place(table.id, row["row"], row["col"]), row["r"], "r", pair, limits))


def significant_only(texts: list[str]) -> dict[int, int]:
    """Decimals shown → decimals that count, where a block prints significant digits: the entries with one more decimal than the others all end in 0.

    >>> significant_only(["0.538", "0.0910", "-0.0290", "0.461"])
    {4: 3}
    """
    numbers = [n for text in texts if (n := parse(text)) is not None]
    shown = sorted({n.decimals for n in numbers})
    if len(shown) != 2 or shown[1] != shown[0] + 1 or shown[0] == 0:
        return {}
    return {shown[1]: shown[0]} if all(n.text.strip().endswith("0") for n in numbers if n.decimals == shown[1]) else {}


def _groups(look: Look, total: int, periods: int) -> tuple[tuple[Group, ...], dict[tuple[str, str], int]]:
    """Groups of regions that some table estimates apart: columns of one table whose rows add up to all rows. And table, column → group."""
    known = {name: len(members) for name, members in look.paper.sample.regions.items()}
    for table in look.paper.of_kind("regression"):
        sizes = [look.whole(m.values.get("N")) or 0 for m in table.models]
        if len(sizes) > 1 and sum(sizes) == total and all(n % periods == 0 for n in sizes):
            groups = tuple(Group(_named(m.col, n // periods, known), n // periods) for m, n in zip(table.models, sizes, strict=True))
            return groups, {(table.id, m.col): i for i, m in enumerate(table.models)}
    return (Group("", total // periods),), {}


def _named(column: str, regions: int, known: Mapping[str, int]) -> str:
    """The name of a group of regions: the one of the sample that the column's label begins with, else of its size, else the label."""
    begins = [name for name in known if name and column.casefold().startswith(name.casefold()[:4])]
    sized = [name for name, n in known.items() if n == regions]
    return begins[0] if begins else sized[0] if len(sized) == 1 else column


def _regressions(found: _Gathering, group_of: Mapping[tuple[str, str], int]) -> Iterator[tuple[PaperTable, Model, Fit]]:
    look = found.look
    models = [(t, m) for t in look.paper.of_kind("regression") for m in t.models]
    for table, model in models:
        rows = look.whole(model.values.get("N"))
        group = group_of.get((table.id, model.col))
        estimator = _estimator(look, table, model, models)
        reason = ""
        if model.stage or any(look.paper.variable(t.var) == "" or "*" in t.var or "×" in t.var for t in model.terms):
            reason = "calibrate.reason.not_moments"
        elif estimator is None and rows is None:
            reason = "calibrate.reason.no_n"
        elif estimator is None or (group is not None and estimator == "pooled"):
            reason = "calibrate.reason.two_way"
        elif group is None and rows not in (None, found.total):
            reason = "calibrate.reason.unknown_sample"
        if reason:
            found.lost += [
                (place(table.id, model.col, t.var, cell), text, reason) for t in model.terms for cell, text in (("coef", t.coef), ("paren", t.paren)) if text
            ]
            found.lost += [(place(table.id, model.col, cell), model.values[cell], reason) for cell in ("R2", "R2_adj", "F") if cell in model.values]
            continue
        assert estimator is not None
        fit = Fit(estimator, group, found.index(model.dependent), tuple(found.index(v) for v in model.regressors))
        _terms(found, table, model, fit)
        yield table, model, fit


def _estimator(look: Look, table: PaperTable, model: Model, models: list[tuple[PaperTable, Model]]) -> Estimator | None:
    """The one that its degrees of freedom tell; of several, that of a column with the same numbers, else of its table, else what it claims."""
    options = implied(look, table, model)
    if len(options) > 1:
        same = [implied(look, t, m) for t, m in models if m is not model and _same(look, table, model, t, m)]
        sure = [o[0] for o in same if len(o) == 1 and o[0] in options]
        peers = [o[0] for t, m in models if t is table and len(o := implied(look, t, m)) == 1 and o[0] in options]
        claims = {name.casefold() for name, said in model.effects.items() if said.strip().casefold() in ("yes", "是", "√", "controlled")}
        claimed = ["both" if len(claims) > 1 else "region" if claims else "pooled"]
        options = tuple((sure or peers or claimed)[:1])
    name = options[0] if options else ""
    return "pooled" if name == "pooled" else "region" if name == "region" else None


def _same(look: Look, table: PaperTable, model: Model, other_table: PaperTable, other: Model) -> bool:
    """Whether two columns print the same coefficients, as far as their digits go."""
    if look.paper.variable(model.dependent) != look.paper.variable(other.dependent) or len(model.terms) != len(other.terms):
        return False
    theirs = {look.paper.variable(t.var): look.coef(other_table, t) for t in other.terms}
    pairs = [(look.coef(table, t), theirs.get(look.paper.variable(t.var))) for t in model.terms]
    return all(a is not None and b is not None and a.meets(b) for a, b in pairs)


def _terms(found: _Gathering, table: PaperTable, model: Model, fit: Fit) -> None:
    look, bracket, given = found.look, brackets(found.look, table).kind, levels(table.note)
    for term in model.terms:
        at = -1 if term.var == "_cons" else model.regressors.index(term.var)
        coef, paren = look.coef(table, term), look.interval(term.paren, table, "paren")
        if coef is not None:
            found.aims.append(Aim(place(table.id, model.col, term.var, "coef"), term.coef, "coef", (at,), coef, fit))
        if paren is not None and bracket != "p":
            limits = Interval(max(paren.low, 0.0), paren.high) if bracket == "se" else paren
            found.aims.append(Aim(place(table.id, model.col, term.var, "paren"), term.paren, bracket, (at,), limits, fit))
        elif paren is not None:
            found.lost.append((place(table.id, model.col, term.var, "paren"), term.paren, "calibrate.reason.not_moments"))
        if (limits_of_t := _star_limits(look, table, term, given)) is not None:
            found.aims.append(Aim(place(table.id, model.col, term.var, "stars"), term.stars, "t", (at,), limits_of_t, fit, shown=False))
    for cell, kind in (("R2", "r2"), ("R2_within", "r2"), ("R2_adj", "r2_adj"), ("F", "f")):
        limits_of_cell = look.value(table, model, cell)
        if limits_of_cell is not None:
            found.aims.append(Aim(place(table.id, model.col, cell), model.values[cell], kind, (), limits_of_cell, fit))


def _star_limits(look: Look, table: PaperTable, term: Term, given: Mapping[int, float]) -> Interval | None:
    """Limits of t that the stars set, where the printed digits leave t open; None where they do not, or contradict the stars."""
    from scipy.special import ndtri

    t, coef = bracket_t(look, table, term, brackets(look, table).kind), look.coef(table, term)
    if t is None or coef is None or t.width < 0.1:
        return None
    low, high = star_range(term.stars, given)
    p = two_sided(t, 1000.0)
    if not (p.low <= high and p.high >= low):
        return None
    least, most = (0.0 if high >= 1 else -float(ndtri(high / 2)) * 1.06), (float("inf") if low <= 0 else -float(ndtri(low / 2)))
    if coef.low <= 0 <= coef.high:
        return Interval(-most, most) if least == 0 else None
    return Interval(least, most) if coef.low > 0 else Interval(-most, -least)


def _vifs(found: _Gathering) -> None:
    for table in found.look.paper.of_kind("vif"):
        indices = tuple(found.index(row["var"]) for row in table.rows)
        fit = Fit("pooled", None, indices[0], indices)
        for i, row in enumerate(table.rows):
            for cell in ("vif", "inverse_vif"):
                limits = found.look.interval(row.get(cell), table, cell)
                if limits is not None:
                    found.aims.append(Aim(place(table.id, row["var"], cell), row[cell], cell, (i,), limits, fit))
        limits = found.look.interval(table.values.get("mean_vif"), table, "vif")
        if limits is not None:
            found.aims.append(Aim(place(table.id, "mean_vif"), table.values["mean_vif"], "mean_vif", (), limits, fit))


def _products(found: _Gathering, fits: list[tuple[PaperTable, Model, Fit]]) -> None:
    """Indirect and direct effects of bootstrap tables: the mediation whose direct effect is the printed one."""
    for table in found.look.paper.of_kind("bootstrap"):
        rows = {("direct" if "direct" in r["effect"].casefold().replace("indirect", "") or "直接" in r["effect"] else "indirect"): r for r in table.rows}
        matched = _mediation(found, table, rows, fits) if len(rows) == 2 else None
        for kind, row in rows.items():
            limits = found.look.interval(row["coef"], table, "coef")
            where = place(table.id, row["effect"], "coef")
            if matched is None or limits is None:
                found.lost.append((where, row["coef"], "calibrate.reason.unknown_sample"))
            elif kind == "direct":
                found.aims.append(Aim(where, row["coef"], "coef", (matched[2],), limits, matched[1]))
            else:
                found.aims.append(Aim(where, row["coef"], "product", (matched[3], matched[4]), limits, matched[0], matched[1]))
            found.lost += [(place(table.id, row["effect"], cell), row[cell], "calibrate.reason.not_moments") for cell in row if cell not in ("effect", "coef")]


def _mediation(
    found: _Gathering, table: PaperTable, rows: Mapping[str, Mapping[str, str]], fits: list[tuple[PaperTable, Model, Fit]]
) -> tuple[Fit, Fit, int, int, int] | None:
    """First and last equation, places of the treatment in the last, in the first, and of the mediator in the last."""
    direct = found.look.interval(rows["direct"]["coef"], table, "coef")
    product = found.look.interval(rows["indirect"]["coef"], table, "coef")
    for _, _, first in fits:
        for last_table, last_model, last in fits:
            if first.outcome not in last.regressors or first.group != last.group or first.estimator != last.estimator:
                continue
            mediator = last.regressors.index(first.outcome)
            for at, v in enumerate(last.regressors):
                coef = _coef(found, last_table, last_model, at)
                if v in first.regressors and direct is not None and product is not None and coef is not None and coef.meets(direct):
                    return first, last, at, first.regressors.index(v), mediator
    return None


def _coef(found: _Gathering, table: PaperTable, model: Model, at: int) -> Interval | None:
    term = model.term(model.regressors[at])
    return found.look.coef(table, term) if term else None


def _possible(found: _Gathering, order: list[tuple[str, str, int, str, Interval]]) -> list[tuple[str, str, int, str, Interval]]:
    """Without the least and greatest values that contradict the rest of their row."""
    kept = []
    for where, printed, v, which, limits in order:
        others = [i for _, _, w, k, i in order if w == v and k != which] + [a.limits for a in found.aims if a.kind == "mean" and a.of == (v,)]
        below, above = sum(i.low > limits.high for i in others), sum(i.high < limits.low for i in others)
        if (which == "max" and below > 1) or (which == "min" and above > 1):
            found.lost.append((where, printed, "calibrate.reason.impossible"))
        else:
            kept.append((where, printed, v, which, limits))
    return kept


def region_names(groups: tuple[Group, ...]) -> tuple[str, ...]:
    return tuple(masks(sum(g.regions for g in groups)))
