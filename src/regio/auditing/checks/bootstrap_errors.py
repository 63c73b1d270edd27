"""Bootstrap standard errors of effects against the delta ones that the columns give, within what draws and finite rows explain. Never inconsistent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from regio.auditing.checks.indirect import effect_of, kind_of
from regio.auditing.checks.mediation import Steps, steps
from regio.auditing.evidence import error_of
from regio.auditing.inference import estimators
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("bootstrap", "regression")
FEW = 50  # draws where their number is not printed: Stata's default, the fewest
WIDTH = 3.0  # standard errors of the band
WIDE = (0.35, 6.0)  # ratios that uneven, skewed or clustered rows reach (bench/audit_bootstrap.py)


@dataclass(frozen=True, slots=True)
class Delta:
    """The standard error of an effect from its columns, and the kurtosis of its draws."""

    error: Interval
    kurtosis: float


def run(look: Look) -> Iterator[Judgement]:
    found = list(steps(look))
    for table in look.paper.of_kind("bootstrap") if found else ():
        for row in table.rows:
            kind, value, error = kind_of(row["effect"]), look.interval(row["coef"], table, "coef"), _printed(look, table, row)
            if not kind or value is None or error is None:
                continue
            hit = next((s for s in found if (r := effect_of(look, s, kind)) is not None and r.meets(value)), None)
            delta = _delta(look, hit, kind) if hit is not None else None
            if hit is not None and delta is not None and delta.error.low > 0:
                yield _judge(look, table, row, kind, hit, error, delta)


def _printed(look: Look, table: PaperTable, row: Mapping[str, str]) -> Interval | None:
    """The bootstrap standard error: printed, or effect over z."""
    coef, se, z = (look.interval(row.get(c), table, c) for c in ("coef", "se", "z"))
    if se is not None:
        return se if se.low > 0 else None
    if coef is None or z is None or z.low <= 0 <= z.high or coef.low <= 0 <= coef.high:
        return None
    return abs(coef) / abs(z)


def _delta(look: Look, s: Steps, kind: str) -> Delta | None:
    """Of a product: a² s_b² + b² s_a² + s_a² s_b², the variance that the draws have around their own a and b."""
    var = s.total.regressors[0]
    if kind != "indirect":
        term = (s.full if kind == "direct" else s.total).term(var)
        error = error_of(look, s.table, term) if term is not None else None
        return None if error is None else Delta(error, 3.0)
    one, two = s.first.term(var), s.full.term(s.mediator)
    if one is None or two is None:
        return None
    a, b, sa, sb = look.coef(s.table, one), look.coef(s.table, two), error_of(look, s.table, one), error_of(look, s.table, two)
    if a is None or b is None or sa is None or sb is None or sa.low <= 0 or sb.low <= 0:
        return None
    variance = a.square() * sb.square() + b.square() * sa.square() + sa.square() * sb.square()
    return Delta(variance.sqrt(), kurtosis_of_product(abs(a / sa).low, abs(b / sb).low))


def kurtosis_of_product(one: float, two: float) -> float:
    """The kurtosis of a product of two independent normal numbers whose means are so many of their SDs.

    >>> kurtosis_of_product(0.0, 0.0)
    9.0
    """
    s = one**2 + two**2
    return 3 + (12 * s + 6) / (s + 1) ** 2


def band(kurtosis: float, draws: int, rows: int, df: int) -> Interval:
    """Bootstrap over delta error: an SD from so many draws is off by √((κ − 1)/4B), one from so many rows by about √(1/n); draws lose no df."""
    width = WIDTH * math.sqrt((kurtosis - 1) / (4 * draws) + 1 / rows)
    return Interval(math.exp(-width) * math.sqrt(df / rows), math.exp(width))


def _judge(look: Look, table: PaperTable, row: Mapping[str, str], kind: str, s: Steps, error: Interval, delta: Delta) -> Judgement:
    rows = look.whole(s.full.values.get("N")) or 0
    draws = look.whole(table.values.get("replications"))
    left = min((estimators(look, s.full) or {}).values(), default=rows)
    near = band(delta.kurtosis, draws or FEW, rows, left) if rows and left > 0 else Interval(*WIDE)
    ratio = error / delta.error
    cell = "se" if look.interval(row.get("se"), table, "se") is not None else "z"
    where, computed = place(table.id, row["effect"], cell), delta.error * near
    if cell == "z":
        coef = look.interval(row["coef"], table, "coef")
        computed = coef / computed if coef is not None else computed
    far = not ratio.meets(Interval(*WIDE))
    values: dict[str, object] = {"ratio": str(ratio), "delta": str(delta.error), "band": str(near), "draws": draws or FEW}
    legs = (place(s.table.id, s.first.col, s.total.regressors[0]), place(s.table.id, s.full.col, s.mediator if kind == "indirect" else s.total.regressors[0]))
    return look.compare(
        "bootstrap_errors", where, row[cell], computed, table=table, cell=cell, fails="consistent_if", note=Message("audit.note.bootstrap_ratio", values),
        assumption=Message("audit.if.far_draws" if far else "audit.if.uneven_rows"), cells=(where, *legs),
    )  # fmt: skip
