"""What an audit gives: judgements as a frame, counted, and as tables in two languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.auditing.judgement import VERDICTS, Judgement, Verdict
from regio.contract.finding import Finding
from regio.exhibits.models import Cell, Column, Row, Table, text
from regio.language import LANGUAGES, Language, Message, default_language, say

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "paper", "where", "check", "printed", "computed", "verdict", "severity", "note", "formula", "assumption", "power")
SHOWN = ("where", "check", "printed", "computed", "severity", "note", "formula", "power")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audit:
    """judgements: one a relation, the gravest first; notes: remarks of the reader of the file."""

    paper: str
    title: str
    rounding: str
    checks: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    notes: tuple[Finding, ...] = ()

    @property
    def findings(self) -> pd.DataFrame:
        """One row a relation; words in the default language."""
        return self.frame(default_language())

    @property
    def summary(self) -> pd.DataFrame:
        """Checks by verdicts: how many relations."""
        import pandas as pd

        names = list(dict.fromkeys(name for name in self.checks if any(j.check == name for j in self.judgements)))
        counts = [[sum(j.check == name and j.verdict == v for j in self.judgements) for v in VERDICTS] for name in names]
        return pd.DataFrame(counts, index=pd.Index(names, name="check"), columns=list(VERDICTS), dtype=int)

    @property
    def suspects(self) -> pd.DataFrame:
        """Cells by how many relations that read them fail and hold: the likeliest misprint first. The audit does not say which it is."""
        import pandas as pd

        counts: dict[str, list[int]] = {}
        for j in self.judgements:
            for cell in dict.fromkeys((j.where, *j.cells)) if j.verdict in ("inconsistent", "consistent") else ():
                counts.setdefault(cell, [0, 0])[j.verdict == "consistent"] += 1
        rows = [(cell, bad, good) for cell, (bad, good) in counts.items() if bad]
        rows.sort(key=lambda row: (-(row[1] + 0.5) / (row[1] + row[2] + 1), -row[1]))
        return pd.DataFrame(rows, columns=["where", "inconsistent", "consistent"])

    def of(self, verdict: Verdict) -> tuple[Judgement, ...]:
        return tuple(j for j in self.judgements if j.verdict == verdict)

    @property
    def inconsistent(self) -> int:
        return len(self.of("inconsistent"))

    def frame(self, language: Language) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (
                f"{self.paper}-{i + 1}", self.paper, j.where, j.check, j.printed, j.computed, j.verdict, j.severity, say(j.note, language),
                say(j.formula, language), "" if j.assumption is None else say(j.assumption, language), j.power,
            )
            for i, j in enumerate(self.judgements)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"power": float})

    def exhibits(self) -> tuple[Table, ...]:
        """The counts, and one table for each verdict that a person should read."""
        parts = [self._part(v) for v in VERDICTS if v != "consistent" and self.of(v)]
        return (self._summary(), *parts)

    def to_dict(self) -> dict[str, Any]:
        """JSON: every relation with its words in both languages."""
        return {
            "paper": self.paper,
            "rounding": self.rounding,
            "checks": list(self.checks),
            "summary": {v: len(self.of(v)) for v in VERDICTS},
            "findings": [self._stored(i, j) for i, j in enumerate(self.judgements)],
            "notes": [f.to_dict() for f in self.notes],
        }

    def _stored(self, i: int, j: Judgement) -> dict[str, Any]:
        words = {"note": j.note, "formula": j.formula} | ({"assumption": j.assumption} if j.assumption else {})
        return {
            "id": f"{self.paper}-{i + 1}", "where": j.where, "check": j.check, "printed": j.printed, "computed": j.computed, "verdict": j.verdict,
            "severity": j.severity, "power": j.power, "cells": list(j.cells), **{k: {x: say(m, x) for x in LANGUAGES} for k, m in words.items()},
        }  # fmt: skip

    def _summary(self) -> Table:
        frame = self.summary
        columns = tuple(Column(v, (text(f"audit.verdict.{v}"),)) for v in VERDICTS)
        rows = [
            Row(name, text(f"audit.check.{name}"), tuple(Cell("count", int(n)) for n in counts))
            for name, counts in zip(frame.index, frame.to_numpy().tolist(), strict=True)
        ]
        rows.append(Row("all", text("audit.all_checks"), tuple(Cell("count", int(frame[v].sum())) for v in VERDICTS), block="all"))
        note = Message("audit.about")
        return Table(
            name="summary",
            frame=frame,
            columns=columns,
            rows=tuple(rows),
            title=Message("audit.summary", {"paper": self.paper}),
            stub=text("audit.head.check"),
            notes=(note,),
        )

    def _part(self, verdict: Verdict) -> Table:
        found = self.of(verdict)
        frame = self.findings
        frame = frame[frame["verdict"] == verdict]
        columns = tuple(Column(name, (text(f"audit.head.{name}"),)) for name in SHOWN)
        rows = tuple(Row(f"{id_}", Cell("text", id_), tuple(_cells(j))) for id_, j in zip(frame["id"], found, strict=True))
        title = Message("audit.part", {"verdict": Message(f"audit.verdict.{verdict}"), "count": len(found)})
        return Table(name=verdict, frame=frame, columns=columns, rows=rows, title=title, stub=text("audit.head.id"))

    def _repr_html_(self) -> str:
        from regio.exhibits.page import fragment

        return fragment(self.exhibits())


def _cells(j: Judgement) -> Iterable[Cell]:
    note = j.note if j.assumption is None else Message("audit.note_if", {"note": j.note, "assumption": j.assumption})
    power = Cell("text", "") if j.power is None else Cell("text", f"{j.power:.0%}")
    yield from (Cell("text", j.where), text(f"audit.check.{j.check}"), Cell("text", j.printed), Cell("text", j.computed))
    yield from (text(f"audit.severity.{j.severity}"), Cell("text", note), Cell("text", j.formula), power)
