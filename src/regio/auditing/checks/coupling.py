"""Coupling coordination: C from the systems, T = αU₁ + βU₂, D = √(C T)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, total
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("coupling",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            yield from _row(look, table, row)


def _row(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    def where(cell: str) -> str:
        return place(table.id, row["unit"], row.get("period", ""), cell)

    v = {k: x for k in ("u1", "u2", "u3", "c", "t", "d") if (x := look.interval(row.get(k), table, k)) is not None}
    for cell, value in v.items():
        if value.high < 0 or value.low > 1:
            yield Judgement("coupling", where(cell), row[cell], "[0, 1]", "inconsistent", "digit", Message("audit.note.unit_range"))
            return
    systems = [v[k].clip(0.0, 1.0) for k in ("u1", "u2", "u3") if k in v]
    if len(systems) > 1:
        if "c" in v:
            yield look.compare(
                "coupling", where("c"), row["c"], degree(systems), table=table, cell="c", fails="consistent_if",
                assumption=Message("audit.if.standard_form"), cells=(where("c"),),
            )  # fmt: skip
        if "t" in v:
            weights = _weights(look, table, len(systems))
            computed = total(u * w for u, w in zip(systems, weights, strict=True))
            given = "alpha" in table.values or "beta" in table.values
            yield look.compare(
                "coupling", where("t"), row["t"], computed, table=table, cell="t", fails="inconsistent" if given else "consistent_if",
                assumption=Message("audit.if.equal_weights"), cells=(where("t"),),
            )  # fmt: skip
    if all(k in v for k in ("c", "t", "d")):
        computed = (v["c"].clip(0.0, 1.0) * v["t"].clip(0.0, 1.0)).sqrt()
        yield look.compare("coupling", where("d"), row["d"], computed, table=table, cell="d", cells=(where("d"), where("c"), where("t")))


def degree(systems: list[Interval]) -> Interval:
    """C = n (Π u)^(1/n)/Σ u: largest where the systems are alike, so that its range lies at corners and, where they can be equal, at 1."""
    from itertools import product

    n = len(systems)
    ends = [_degree(c, n) for c in product(*((s.low, s.high) for s in systems))]
    alike = max(s.low for s in systems) <= min(s.high for s in systems)
    return Interval(min(ends), 1.0 if alike else max(ends))


def _degree(u: tuple[float, ...], n: int) -> float:
    return n * math.prod(u) ** (1 / n) / sum(u) if sum(u) > 0 else 0.0


def _weights(look: Look, table: PaperTable, n: int) -> list[float]:
    given = [look.number(table.values.get(k)) for k in ("alpha", "beta")]
    if n == 2 and any(given):
        alpha = given[0].value if given[0] else 1 - given[1].value if given[1] else 0.5
        return [alpha, given[1].value if given[1] else 1 - alpha]
    return [1 / n] * n
