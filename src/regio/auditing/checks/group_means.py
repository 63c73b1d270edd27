"""Means of groups and of the whole: some whole numbers of units must make the one out of the others, the same ones in every period."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from itertools import product
from math import comb

from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("group_means",)
OVERALL = ("overall", "all", "whole", "total", "全国", "总体", "全样本", "")
NAMES = re.compile(
    r"(?P<measure>[A-Za-z]+)(?:_(?P<group>east|eastern|central|centre|west|western|northeast|north|south|coastal|inland))?_(?P<period>\d{4}|first|last)"
)
MOST = 200_000  # combinations of sizes that are tried

Means = Mapping[str, Mapping[str, tuple[Interval, str]]]  # period → group → value and place


def run(look: Look) -> Iterator[Judgement]:
    for name, means, sizes in sources(look):
        yield from _judge(look, name, means, sizes)


def sources(look: Look) -> Iterator[tuple[str, Means, Mapping[str, int]]]:
    for table in look.paper.of_kind(*KINDS):
        found: dict[str, dict[str, tuple[Interval, str]]] = {}
        sizes = {}
        for row in table.rows:
            value, group = look.interval(row["mean"], table, "mean"), row["group"].strip()
            if value is not None:
                found.setdefault(row.get("period", ""), {})[group] = (value, place(table.id, group, row.get("period", ""), "mean"))
            if (n := look.whole(row.get("n"))) is not None:
                sizes[group] = n
        yield table.id, found, sizes
    yield from _from_claims(look)


def _from_claims(look: Look) -> Iterator[tuple[str, Means, Mapping[str, int]]]:
    """Values of claims that are named measure_group_period, as D_east_2012; ``first`` and ``last`` are the years that the claim gives."""
    measures: dict[str, dict[str, dict[str, tuple[Interval, str]]]] = {}
    for claim in look.paper.claims:
        years = {v.name.removeprefix("year_"): v.printed for v in claim.values if v.name.startswith("year_")}
        for value in claim.values:
            m, number = NAMES.fullmatch(value.name), look.interval(value.printed)
            if m and number is not None and m["measure"].casefold() not in ("year", "share", "growth"):
                period = years.get(m["period"], m["period"])
                measures.setdefault(m["measure"], {}).setdefault(period, {})[m["group"] or "overall"] = (number, place(claim.id, value.name))
    for measure, found in measures.items():
        groups = {g for period in found.values() for g in period} - {"overall"}
        if len(groups) > 1 and any("overall" in p for p in found.values()):
            yield measure, found, {}


def _judge(look: Look, name: str, means: Means, sizes: Mapping[str, int]) -> Iterator[Judgement]:
    n = look.paper.sample.units
    groups = tuple(dict.fromkeys(g for period in means.values() for g in period if g.casefold() not in OVERALL))
    if len(groups) < 2 or not (n or sizes):
        return
    known = {p: _overall(found) for p, found in means.items()}
    periods = [p for p, found in means.items() if known[p] and all(g in found for g in groups)]
    options = [tuple(sizes[g] for g in groups)] if all(g in sizes for g in groups) else _sizes(n or 0, len(groups))
    for period in periods:
        options = yield from _period(means[period], groups, options, period, known[period], "")
    for period in sorted(p for p, whole in known.items() if whole and p not in periods):
        borrowed = {g: means[period].get(g) or _latest(means, g, period, periods) for g in groups}
        if all(borrowed.values()) and options and any(g in means[period] for g in groups):
            late = ", ".join(g for g in groups if g not in means[period])
            yield from _period({g: v for g, v in borrowed.items() if v}, groups, options, period, known[period], late)


def _overall(found: Mapping[str, tuple[Interval, str]]) -> tuple[Interval, str] | None:
    return next((v for g, v in found.items() if g.casefold() in OVERALL), None)


def _latest(means: Means, group: str, period: str, used: list[str]) -> tuple[Interval, str] | None:
    """The group's mean of another period that no other comparison uses."""
    return next((found[group] for p, found in sorted(means.items(), reverse=True) if group in found and p not in used), None)


def _sizes(n: int, groups: int) -> list[tuple[int, ...]]:
    if comb(n - 1, groups - 1) > MOST:
        return []
    return [(*rest, n - sum(rest)) for rest in product(range(1, n), repeat=groups - 1) if sum(rest) < n]


def _period(
    found: Mapping[str, tuple[Interval, str]],
    groups: tuple[str, ...],
    options: list[tuple[int, ...]],
    period: str,
    whole: tuple[Interval, str] | None,
    late: str,
) -> Generator[Judgement, None, list[tuple[int, ...]]]:
    assert whole is not None
    fits = [o for o in options if _mean([found[g][0] for g in groups], o).meets(whole[0])]
    ends = [found[g][0] for g in groups]
    computed = _mean([found[g][0] for g in groups], fits[0]) if fits else Interval(min(e.low for e in ends), max(e.high for e in ends))
    values = {"sizes": tuple(f"{g} {k}" for g, k in zip(groups, fits[0], strict=True)) if fits else (), "count": len(fits), "groups": late}
    note = Message("audit.note.sizes" if fits else "audit.note.no_sizes", values)
    verdict: Verdict = "consistent" if fits and not late else "consistent_if" if fits else "not_checkable" if late else "inconsistent"
    assumption = Message("audit.if.dated", {"groups": late, "period": period}) if late else None
    yield Judgement("group_means", whole[1], str(whole[0]), str(computed), verdict, "digit", note, assumption, cells=(whole[1], *(found[g][1] for g in groups)))
    return fits or options


def _mean(values: list[Interval], sizes: tuple[int, ...]) -> Interval:
    n = sum(sizes)
    return Interval(sum(v.low * k for v, k in zip(values, sizes, strict=True)) / n, sum(v.high * k for v, k in zip(values, sizes, strict=True)) / n)
