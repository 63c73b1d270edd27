"""The exhibit about the hypotheses of a study: ``study/verdicts``."""

from __future__ import annotations

from regio.exhibits.models import EMPTY, Cell, Column, Kind, Row, Table, text
from regio.language import Message
from regio.study.execute import Run
from regio.study.verdicts import Judged, Judgement, verdicts

NAME = "verdicts"
COLUMNS = ("claim", "cell", "value", "reason", "verdict")


def exhibits(run: Run) -> tuple[Table, ...]:
    """One row a condition; none where the study has no hypotheses."""
    found = verdicts(run)
    if not found:
        return ()
    import pandas as pd

    rows = tuple(row for judgement in found for row in _rows(judgement))
    tidy = [
        (j.hypothesis.name, str(c.condition.cell), _plain(c), c.p_value, c.verdict, j.verdict, *(j.robust or (None, None))) for j in found for c in j.judged
    ]
    names = ["hypothesis", "cell", "value", "p_value", "condition", "verdict", "robust_share", "specifications"]
    return (
        Table(
            name=NAME,
            frame=pd.DataFrame(tidy, columns=names),
            columns=tuple(Column(name, (text(f"verdict.column.{name}"),)) for name in COLUMNS),
            rows=rows,
            title=Message("verdict.title"),
            stub=text("verdict.stub"),
            notes=(Message("verdict.note"), *(_robust(j) for j in found if j.robust)),
        ),
    )


def _plain(judged: Judged) -> float | str | None:
    value = judged.value
    return value if isinstance(value, int | float | str) or value is None else str(getattr(value, "code", value))


def _rows(j: Judgement) -> list[Row]:
    rows = []
    for i, judged in enumerate(j.judged):
        first = i == 0
        claim = text("report.words", words=j.hypothesis.claim) if first else EMPTY
        cells = (
            claim,
            text("report.words", words=str(judged.condition.cell)),
            _shown(judged),
            Cell("text", judged.reason),
            text(f"verdict.is.{j.verdict}") if first else EMPTY,
        )
        name = j.hypothesis.name
        rows.append(Row(f"{name}.{i + 1}" if i else name, text("report.words", words=name) if first else EMPTY, cells, block=name))
    return rows


def _shown(judged: Judged) -> Cell:
    value = judged.value
    kind: Kind = "text" if isinstance(value, Message) else "label" if isinstance(value, str) else "estimate"
    return Cell(kind, value, judged.p_value)


def _robust(j: Judgement) -> Message:
    share, count = j.robust or (0.0, 0)
    return Message("verdict.robust", {"share": f"{share:.0%}", "count": count, "name": j.hypothesis.name})
