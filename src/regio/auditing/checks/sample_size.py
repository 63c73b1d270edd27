"""N = units × periods; groups add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import plain
from regio.language import Message

KINDS = ("regression", "descriptives")


def run(look: Look) -> Iterator[Judgement]:
    sample = look.paper.sample
    yield from _units(look)
    full = sample.units * sample.periods if sample.units and sample.periods else None
    printed: dict[int, list[tuple[str, str]]] = {}
    for table in look.paper.of_kind("descriptives"):
        for row in table.rows:
            if (n := look.whole(row.get("n"))) is not None:
                printed.setdefault(n, []).append((place(table.id, row["var"], "n"), row["n"]))
    for table in look.paper.of_kind("regression"):
        groups = [m for m in table.models if _group(look, m.col) is not None]
        for model in table.models:
            if (n := look.whole(model.values.get("N"))) is None:
                continue
            where = place(table.id, model.col, "N")
            if model in groups and sample.periods:
                yield _judge(where, model.values["N"], n, len(_group(look, model.col) or ()) * sample.periods, Message("audit.note.group_rows"))
            else:
                printed.setdefault(n, []).append((where, model.values["N"]))
        sizes = [look.whole(m.values.get("N")) for m in groups]
        if full and len(groups) == len(sample.regions) > 1 and all(sizes):
            where = place(table.id, "N")
            total = sum(s for s in sizes if s)
            yield _judge(where, " + ".join(m.values["N"] for m in groups), total, full, Message("audit.note.groups_add_up"))
    if full:
        for n, places in printed.items():
            yield _judge(places[0][0], places[0][1], n, full, Message("audit.note.cells_alike", {"count": len(places)}))


def _units(look: Look) -> Iterator[Judgement]:
    sample = look.paper.sample
    if sample.units and sample.regions:
        total = sum(map(len, sample.regions.values()))
        verdict = "consistent" if total == sample.units else "inconsistent"
        note = Message("audit.note.regions_add_up", {"total": total, "units": sample.units})
        yield Judgement("sample_size", "sample/regions", str(total), str(sample.units), verdict, "digit", note)  # type: ignore[arg-type]


def _group(look: Look, column: str) -> tuple[str, ...] | None:
    """The regions of the group that a column is named after."""
    name = plain(column)
    for group, members in look.paper.sample.regions.items():
        stem = plain(group)
        if stem and (name.startswith(stem) or stem.startswith(name) or stem in name):
            return members
    return None


def _judge(where: str, printed: str, n: int, expected: int, note: Message) -> Judgement:
    verdict = "consistent" if n == expected else "consistent_if" if n < expected else "inconsistent"
    assumption = Message("audit.if.rows_missing", {"rows": expected - n}) if n < expected else None
    said = note if n == expected else Message("audit.note.rows_differ", {"n": n, "expected": expected})
    return Judgement("sample_size", where, printed, str(expected), verdict, "digit", said, assumption)  # type: ignore[arg-type]
