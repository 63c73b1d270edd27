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
SYSTEMS = ("u1", "u2", "u3")
Values = Mapping[str, Interval]  # cells of a row
ALIKE = 0.98  # a C above which systems are so alike that every form of it is near one
FEWEST = 3  # rows that must agree before a row that does not is inconsistent


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        rows = [_values(look, table, row) for row in table.rows]
        form, mean = _shown(look, table, rows)
        for row, v in zip(table.rows, rows, strict=True):
            yield from _row(look, table, row, v, form, mean)


def _values(look: Look, table: PaperTable, row: Mapping[str, str]) -> Values:
    return {k: x for k in ("u1", "u2", "u3", "c", "t", "d") if (x := look.interval(row.get(k), table, k)) is not None}


def _systems(v: Values) -> list[Interval]:
    return [v[k].clip(0.0, 1.0) for k in SYSTEMS if k in v]


def _shown(look: Look, table: PaperTable, rows: list[Values]) -> tuple[bool, bool]:
    """Whether the rows of the table show the standard form of C, and the weights of T: nearly all of several rows that would tell agree."""
    fits: dict[str, list[bool]] = {"c": [], "t": []}
    for v in rows:
        systems = _systems(v)
        if len(systems) < 2:
            continue
        c, t = degree(systems), _mean(look, table, systems)
        if "c" in v and c.high < ALIKE:
            fits["c"].append(v["c"].meets(c))
        if "t" in v and max(s.low for s in systems) > 1.2 * min(s.high for s in systems):
            fits["t"].append(v["t"].meets(t))
    form, mean = (len(f) - sum(f) <= len(f) // 4 and sum(f) >= FEWEST for f in fits.values())
    return form, mean


def _row(look: Look, table: PaperTable, row: Mapping[str, str], v: Values, form: bool, mean: bool) -> Iterator[Judgement]:
    def where(cell: str) -> str:
        return place(table.id, row["unit"], row.get("period", ""), cell)

    for cell, value in v.items():
        if value.high < 0 or value.low > 1:
            yield Judgement("coupling", where(cell), row[cell], "[0, 1]", "inconsistent", "digit", Message("audit.note.unit_range"))
            return
    systems = _systems(v)
    read = tuple(where(k) for k in SYSTEMS if k in v)
    if len(systems) > 1:
        given = mean or "alpha" in table.values or "beta" in table.values
        c, t = degree(systems), _mean(look, table, systems)
        if "c" in v:
            yield _compare(look, table, row, "c", c, (where("c"), *read), "standard_form", sure=form)
        if "t" in v:
            outside = not v["t"].meets(Interval(min(s.low for s in systems), max(s.high for s in systems)))
            yield _compare(look, table, row, "t", t, (where("t"), *read), "equal_weights", sure=given or outside)
        if "d" in v and not ("c" in v and "t" in v):
            yield _compare(look, table, row, "d", (c * t.clip(0.0, 1.0)).sqrt(), (where("d"), *read), "standard_form", sure=False)
    if all(k in v for k in ("c", "t", "d")):
        computed = (v["c"].clip(0.0, 1.0) * v["t"].clip(0.0, 1.0)).sqrt()
        yield look.compare("coupling", where("d"), row["d"], computed, table=table, cell="d", cells=(where("d"), where("c"), where("t")))


def _compare(
    look: Look, table: PaperTable, row: Mapping[str, str], cell: str, computed: Interval, cells: tuple[str, ...], assumption: str, *, sure: bool
) -> Judgement:
    return look.compare(
        "coupling", cells[0], row[cell], computed, table=table, cell=cell, fails="inconsistent" if sure else "consistent_if",
        assumption=Message(f"audit.if.{assumption}"), cells=cells,
    )  # fmt: skip


def _mean(look: Look, table: PaperTable, systems: list[Interval]) -> Interval:
    return total(u * w for u, w in zip(systems, _weights(look, table, len(systems)), strict=True))


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
