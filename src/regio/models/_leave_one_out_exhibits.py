"""The exhibits of leaving one out: the extremes, every estimate, and the plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Reference, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._replayed import records

if TYPE_CHECKING:
    from regio.models.leave_one_out import LeaveOneOut

EXTREMES = ("least", "greatest", "largest_change")
HEADS = ("estimate", "std_error", "p_value", "n", "change_in_errors", "agrees")


def _names(result: LeaveOneOut) -> dict[str, Any]:
    known_key = result.by in ("region", "period")
    return {"outcome": label(result.outcome), "by": Message(f"leave_one_out.by.{result.by}") if known_key else label(result.by)}


def summary_table(result: LeaveOneOut) -> Table:
    """Rows are terms."""
    heads = ["baseline", *(name for pair in zip(EXTREMES, ("least_without", "greatest_without", "largest_without"), strict=True) for name in pair)]
    heads += ["disagree", "jackknife_error", "std_error"]
    rows = []
    for term, values in records(result.summary):
        own = result.baseline.loc[term]
        every = {**values, "baseline": own["estimate"], "std_error": own["std_error"]}
        cells = {
            head: Cell(kind_of(head), float(every[head])) if every[head] == every[head] else EMPTY
            for head in heads
            if not head.endswith("_without") and head != "disagree"
        }
        cells |= {head: label(every[head]) for head in heads if head.endswith("_without")}
        cells |= {"disagree": Cell("count", int(values["disagree"])), "baseline": Cell("estimate", float(own["estimate"]), float(own["p_value"]))}
        rows.append(Row(str(term), label(term), tuple(cells[head] for head in heads)))
    return Table(
        name="summary",
        frame=result.summary,
        columns=tuple(Column(head, (text(f"leave_one_out.head.{head}"),)) for head in heads),
        rows=tuple(rows),
        title=Message("leave_one_out.title.summary", _names(result)),
        stub=text("robustness.head.term"),
        notes=(Message("leave_one_out.note.summary", {"level": round(100 * (1 - result.level), 10)}),),
    )


def estimates_table(result: LeaveOneOut) -> Table:
    """Rows are what is left out, those that move the estimate most first."""
    several = len(result.baseline) > 1
    frame = result.estimates
    order = frame["change_in_errors"].abs().sort_values(ascending=False, kind="stable").index
    rows = []
    for (name, term), values in records(frame.loc[order]):
        cells = (
            Cell("estimate", values["estimate"], values["p_value"]),
            *(Cell(kind_of(head), values[head]) for head in ("std_error", "p_value")),
            Cell("count", int(values["n"])),
            Cell("number", values["change_in_errors"]),
            Cell("yes_no", bool(values["agrees"])),
        )
        failed = values["estimate"] != values["estimate"]
        head = text("leave_one_out.of_term", name=label(name), term=label(term)) if several else label(name)
        rows.append(Row(f"{name}:{term}" if several else str(name), head, tuple([EMPTY] * len(HEADS)) if failed else cells))
    notes = [Message("leave_one_out.note.change")]
    notes += [Message("leave_one_out.failed", {"name": name, "reason": reason}) for name, reason in result.failures.items()]
    return Table(
        name="estimates",
        frame=frame,
        columns=tuple(Column(head, (text(f"leave_one_out.head.{head}"),)) for head in HEADS),
        rows=tuple(rows),
        title=Message("leave_one_out.title.estimates", _names(result)),
        stub=text("leave_one_out.head.left_out"),
        notes=tuple(notes),
    )


def plot(result: LeaveOneOut) -> Figure:
    """Estimates in order, with the baseline across them."""
    frame = result.estimates.reset_index()
    frame = frame[frame["estimate"].notna()].sort_values(["estimate"], ascending=False, kind="stable")
    several = len(result.baseline) > 1
    channels = {
        "y": Channel("left_out", text("leave_one_out.head.left_out"), kind="label"),
        "x": Channel("estimate", text("robustness.interval", level=100 * result.level)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
        **({"facet": Channel("term", kind="label")} if several else {}),
    }
    lines = tuple(
        Reference("x", float(values["estimate"]), text("leave_one_out.head.baseline"), facet=term if several else None)
        for term, values in records(result.baseline)
    )
    notes = (Message("leave_one_out.note.plot", {"level": 100 * result.level}),)
    title = Message("leave_one_out.title.plot", _names(result))
    return Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=title, notes=notes, references=lines)
