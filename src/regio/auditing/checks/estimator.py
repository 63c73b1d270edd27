"""The effects that a column says it has, against the estimator that its numbers show (its own degrees of freedom, or those of a column equal to it)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.checks.duplicates import twins
from regio.auditing.evidence import df_is_sure
from regio.auditing.inference import estimators, implied
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression",)
YES = ("yes", "y", "是", "√", "✓", "控制", "true")
PERIOD = re.compile(r"year|time|period|wave|quarter|month|年|时间|时期", re.IGNORECASE)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            options = estimators(look, model)
            if not options or len(options) < 2:
                continue
            shown, source = shown_estimators(look, table, model)
            if not shown:
                continue
            where = place(table.id, model.col)
            names = tuple(Message(f"audit.estimator.{n}") for n in shown)
            values: dict[str, object] = {"shown": names, "source": source}
            if not model.effects:
                yield Judgement("estimator", where, "", ", ".join(shown), "consistent", "label", Message("audit.note.estimator_is", values))
                continue
            claimed = _claimed(model)
            values |= {"claimed": Message(f"audit.estimator.{claimed}")}
            fine = claimed in shown
            note = Message("audit.note.estimator_fits" if fine else "audit.note.estimator_differs", values)
            printed = ", ".join(f"{k}: {v}" for k, v in model.effects.items())
            yield Judgement(
                "estimator", where, printed, ", ".join(shown), "consistent" if fine else "inconsistent", "conclusion", note, Message("audit.if.conventional_f")
            )


def _claimed(model: Model) -> str:
    on = [name for name, word in model.effects.items() if word.strip().casefold() in YES]
    period = any(PERIOD.search(name) for name in on)
    region = any(not PERIOD.search(name) for name in on)
    return "both" if period and region else "period" if period else "region" if region else "pooled"


def shown_estimators(look: Look, table: PaperTable, model: Model) -> tuple[tuple[str, ...], str]:
    """The estimators that print allows, where it allows fewer than all, and the column that shows it."""
    for where, t, m in ((place(table.id, model.col), table, model), *((place(t.id, m.col), t, m) for t, m in twins(look, table, model))):
        options = estimators(look, m) or {}
        names = implied(look, t, m)
        if df_is_sure(look, t, m) and 0 < len(names) < len(options):
            return names, where
    return (), ""
