"""The exhibits about the hypotheses and the recommendations of a study: ``study/verdicts`` and ``study/recommendations``."""

from __future__ import annotations

from itertools import takewhile

from regio.exhibits.models import EMPTY, Cell, Column, Kind, Row, Table, text
from regio.language import Message
from regio.study.execute import Run
from regio.study.verdicts import Judged, Judgement, recommendations, verdicts

NAME = "verdicts"
ADVICE = "recommendations"
NAMES = (NAME, ADVICE)
MOST, FIRST = 8, 3  # conditions of one hypothesis that are printed, and those that hold where there are more
ENDS = ("least", "greatest")
COMPARED = ("verdict.is_above", "verdict.is_below", "verdict.above", "verdict.below")
HOLDS = ("supported", "reproduced")
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
    rows, before = list[Row](), ""
    kept = _kept(j)
    for i in kept:
        judged = j.judged[i]
        number = (EMPTY, EMPTY) if judged.condition.written == before else (text("report.words", words=judged.condition.written), _shown(judged))
        cells = (*number, Cell("text", _short(judged.reason, judged.condition.written)))
        before = judged.condition.written
        rows.append(Row(f"{name}.{i + 1}" if rows else name, EMPTY if rows else head, (EMPTY, *cells, EMPTY) if rows else (claim, *cells, verdict), block=name))
    if more := len(j.judged) - len(kept):
        rows.append(Row(f"{name}.more", EMPTY, (EMPTY, text("verdict.more", count=more), EMPTY, EMPTY, EMPTY), block=name))
    return rows


def _short(reason: Message | None, own: str) -> Message | None:
    """The reason with digits that can be read, and without the part of another address that is that of the condition's own."""
    if not isinstance(reason, Message):
        return reason
    values = {name: f"{value:.4g}".replace("-", "−") if isinstance(value, float) and name in ENDS else value for name, value in reason.values.items()}
    other = values.get("cell")
    if isinstance(other, str) and reason.code in COMPARED:
        parts = other.split("/")
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(own.split("/"), parts, strict=False)))
        values["cell"] = "…/" + "/".join(parts[same:]) if 0 < same < len(parts) else other
    return Message(reason.code, values)


def _kept(j: Judgement) -> list[int]:
    """Which conditions are printed: where there are many, those that decide against it, and the first of those that hold."""
    if len(j.judged) <= MOST:
        return list(range(len(j.judged)))
    holding = [i for i, judged in enumerate(j.judged) if judged.verdict in HOLDS]
    return sorted({*range(len(j.judged))} - {*holding[FIRST:]})


def _shown(judged: Judged) -> Cell:
    value = judged.value
    kind: Kind = "text" if isinstance(value, Message) else "label" if isinstance(value, str) else "estimate"
    return Cell(kind, value, judged.p_value)


def _robust(j: Judgement) -> Message:
    share, count = j.robust or (0.0, 0)
    return Message("verdict.robust", {"share": f"{share:.0%}", "count": count, "name": j.hypothesis.name})
