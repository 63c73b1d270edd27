"""The exhibits about the hypotheses and the recommendations of a study: ``study/verdicts`` and ``study/recommendations``."""

from __future__ import annotations

from regio.exhibits.models import EMPTY, Cell, Column, Kind, Row, Table, text
from regio.language import Message
from regio.study.execute import Run
from regio.study.verdicts import Judged, Judgement, recommendations, verdicts

NAME = "verdicts"
ADVICE = "recommendations"
NAMES = (NAME, ADVICE)
COLUMNS = ("cell", "value", "reason", "verdict")


def exhibits(run: Run) -> tuple[Table, ...]:
    """One row a condition; no table where the study has no hypotheses, or no recommendations."""
    return run.kept("study/judged", lambda: _exhibits(run))


def _exhibits(run: Run) -> tuple[Table, ...]:
    claims, advice = verdicts(run), recommendations(run)
    robust = tuple(_robust(j) for j in claims if j.robust)
    return (
        *([_table(NAME, claims, ("hypothesis", "claim"), "verdict", (Message("verdict.note"), *robust))] if claims else []),
        *([_table(ADVICE, advice, ("recommendation", "advice"), "verdict.recommendation", (Message("verdict.recommendation.note"),))] if advice else []),
    )


def _table(name: str, found: tuple[Judgement, ...], heads: tuple[str, str], prefix: str, notes: tuple[Message, ...]) -> Table:
    """heads: the first column of the frame, and that of the words."""
    import pandas as pd

    tidy = [
        (j.hypothesis.name, c.condition.written if c else None, _plain(c), c and c.p_value, c and c.verdict, j.verdict, *(j.robust or (None, None)))
        for j in found
        for c in (j.judged or (None,))
    ]
    return Table(
        name=name,
        frame=pd.DataFrame(tidy, columns=[heads[0], "cell", "value", "p_value", "condition", "verdict", "robust_share", "specifications"]),
        columns=tuple(Column(column, (text(f"verdict.column.{column}"),)) for column in (heads[1], *COLUMNS)),
        rows=tuple(row for judgement in found for row in _rows(judgement)),
        title=Message(f"{prefix}.title"),
        stub=text(f"{prefix}.stub"),
        notes=(*notes, *(_said(j) for j in found if j.hypothesis.note)),
    )


def _said(j: Judgement) -> Message:
    """The note of the study under the name of what it is about."""
    name, note = j.hypothesis.name, j.hypothesis.note
    return Message(
        "report.words", {"words": f"{name}: {note}" if isinstance(note, str) else {language: f"{name}: {words}" for language, words in note.items()}}
    )


def _plain(judged: Judged | None) -> float | str | None:
    value = None if judged is None else judged.value
    return value if isinstance(value, int | float | str) or value is None else str(getattr(value, "code", value))


def _rows(j: Judgement) -> list[Row]:
    name, verdict = j.hypothesis.name, text(f"verdict.is.{j.verdict}")
    head, claim = text("report.words", words=name), text("report.words", words=j.hypothesis.claim)
    if not j.judged:
        return [Row(name, head, (claim, EMPTY, EMPTY, EMPTY, verdict), block=name)]
    rows = []
    for i, judged in enumerate(j.judged):
        cells = (text("report.words", words=judged.condition.written), _shown(judged), Cell("text", judged.reason))
        first = (claim, *cells, verdict) if i == 0 else (EMPTY, *cells, EMPTY)
        rows.append(Row(f"{name}.{i + 1}" if i else name, EMPTY if i else head, first, block=name))
    return rows


def _shown(judged: Judged) -> Cell:
    value = judged.value
    kind: Kind = "text" if isinstance(value, Message) else "label" if isinstance(value, str) else "estimate"
    return Cell(kind, value, judged.p_value)


def _robust(j: Judgement) -> Message:
    share, count = j.robust or (0.0, 0)
    return Message("verdict.robust", {"share": f"{share:.0%}", "count": count, "name": j.hypothesis.name})
