"""Names that nearly agree: one variable or two? A mapping is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.language import Message

KINDS = ("descriptives", "correlations", "vif", "regression")
NEAR = 0.75


def run(look: Look) -> Iterator[Judgement]:
    used: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for table in look.paper.of_kind(*KINDS):
        printed = [row[c] for row in table.rows for c in ("var", "row", "col") if row.get(c)]
        printed += [v for m in table.models for v in (m.dependent, *m.regressors)]
        for name in printed:
            used.setdefault(look.paper.variable(name), set()).add(table.id)
            shown.setdefault(look.paper.variable(name), name)
    names = list(used)
    for i, one in enumerate(names):
        for two in names[i + 1 :]:
            if not used[one] & used[two] and _near(one, two) and shown[one] not in look.paper.names and shown[two] not in look.paper.names:
                where = sorted(used[two])[0]
                values = {"one": shown[one], "two": shown[two], "tables": tuple(sorted(used[one] | used[two]))}
                yield Judgement("names", where, shown[two], shown[one], "not_checkable", "label", Message("audit.note.two_names", values))


def _near(one: str, two: str) -> bool:
    return min(len(one), len(two)) >= 3 and (one.startswith(two) or two.startswith(one) or SequenceMatcher(None, one, two).ratio() >= NEAR)
