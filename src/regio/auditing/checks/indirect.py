"""Indirect and direct effects against the columns of the three steps: a b, c′; and |z| of a b below both |t| (Sobel)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.checks.mediation import Steps, steps
from regio.auditing.inference import bracket_t, brackets
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("bootstrap", "regression")
INDIRECT = re.compile(r"indirect|mediat|间接|中介|a ?[*×x·] ?b", re.IGNORECASE)
DIRECT = re.compile(r"direct|直接", re.IGNORECASE)
TOTAL = re.compile(r"total|总", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    found = list(steps(look))
    for table in look.paper.of_kind("bootstrap"):
        effects = {kind: look.interval(row["coef"], table, "coef") for row in table.rows if (kind := kind_of(row["effect"]))}
        if all(effects.get(k) is not None for k in ("total", "direct", "indirect")):
            row = next(r for r in table.rows if kind_of(r["effect"]) == "total")
            parts = effects["direct"], effects["indirect"]
            if parts[0] is not None and parts[1] is not None:
                yield look.compare("indirect", place(table.id, row["effect"], "coef"), row["coef"], parts[0] + parts[1], table=table, cell="coef")
        for row in table.rows:
            kind, value = kind_of(row["effect"]), look.interval(row["coef"], table, "coef")
            if not kind or value is None or not found:
                continue
            ranges = [(s, r) for s in found if (r := effect_of(look, s, kind)) is not None]
            hit = next(((s, r) for s, r in ranges if value.meets(r)), ranges[0] if ranges else None)
            if hit is None:
                continue
            where = place(table.id, row["effect"], "coef")
            cells = (where, place(hit[0].table.id, hit[0].full.col))
            yield look.compare(
                "indirect", where, row["coef"], hit[1], table=table, cell="coef", fails="inconsistent" if len(ranges) == 1 else "consistent_if",
                assumption=Message("audit.if.same_model", {"table": hit[0].table.id}), cells=cells,
            )  # fmt: skip
            if kind == "indirect" and row.get("z") and value.meets(hit[1]) and (limit := _limit(look, hit[0])) is not None:
                z = look.interval(row["z"], table, "z")
                if z is not None:
                    bound = Interval(-limit, limit)
                    yield look.compare(
                        "indirect", place(table.id, row["effect"], "z"), row["z"], bound, table=table, cell="z", fails="consistent_if",
                        assumption=Message("audit.if.not_sobel"),
                    )  # fmt: skip


def kind_of(effect: str) -> str:
    for kind, words in (("indirect", INDIRECT), ("direct", DIRECT), ("total", TOTAL)):
        if words.search(effect):
            return kind
    return ""


def effect_of(look: Look, s: Steps, kind: str) -> Interval | None:
    """The effect of the first regressor, which the study asks about."""
    var = s.total.regressors[0]
    terms = {"a": s.first.term(var), "b": s.full.term(s.mediator), "direct": s.full.term(var), "total": s.total.term(var)}
    values = {k: look.coef(s.table, t) if t else None for k, t in terms.items()}
    if kind == "indirect":
        a, b = values["a"], values["b"]
        return None if a is None or b is None else a * b
    return values[kind]


def _limit(look: Look, s: Steps) -> float | None:
    kind = brackets(look, s.table).kind
    terms = s.first.term(s.total.regressors[0]), s.full.term(s.mediator)
    sizes = [bracket_t(look, s.table, t, kind) if t else None for t in terms]
    return None if sizes[0] is None or sizes[1] is None else min(sizes[0].high, sizes[1].high)
