"""F against t: F = t² with one regressor; with several F is at least t²/k of each, whatever the standard errors."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.checks.estimator import YES
from regio.auditing.inference import bracket_t, brackets
from regio.auditing.judgement import Judgement, Verdict
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)
FEWEST = 2  # other columns with effects that must agree before one that does not is inconsistent


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        found = [(m, r) for m in table.models if "F" in m.values and not m.stage and (r := _range(look, table, m)) is not None]
        holds = [(m, f.meets(r)) for m, r in found if (f := look.value(table, m, "F")) is not None]
        for model, range_ in found:
            others = [fine for m, fine in holds if m is not model and _effects(m) and len(m.regressors) == 1]
            plain = not _effects(model) or (all(others) and len(others) >= FEWEST)
            yield _judge(look, table, model, range_, "inconsistent" if plain else "consistent_if")


def _effects(model: Model) -> bool:
    return any(word.strip().casefold() in YES for word in model.effects.values())


def _range(look: Look, table: PaperTable, model: Model) -> Interval | None:
    """The values that F may have beside the printed t."""
    kind, k = brackets(look, table).kind, len(model.regressors)
    terms = [term for v in model.regressors if (term := model.term(v)) is not None]
    sizes = [t for term in terms if kind != "p" and (t := bracket_t(look, table, term, kind)) is not None]
    if not k or not sizes:
        return None
    return sizes[0].square() if k == 1 else Interval(max(t.low for t in sizes) ** 2 / k, float("inf"))


def _judge(look: Look, table: PaperTable, model: Model, range_: Interval, fails: Verdict) -> Judgement:
    where = place(table.id, model.col, "F")
    return look.compare(
        "one_regressor", where, model.values["F"], range_, table=table, cell="F", fails=fails, assumption=Message("audit.if.f_of_regressor"),
        cells=(where, *(place(table.id, model.col, v) for v in model.regressors)),
    )  # fmt: skip
