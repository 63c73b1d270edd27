"""The exhibits of a scenario: gains, lifts, and the plot. The words are those of an association unless the study states an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import number
from regio.models._replayed import records

if TYPE_CHECKING:
    from regio.models.scenario import Scenario

GAINS = ("outcome", "estimate", "std_error", "p_value", "conf_low", "conf_high", "relative", "support")
LIFTS = ("value", "target", "lift", "own_greatest", "largest_rise")


def _names(result: Scenario) -> dict[str, Any]:
    period = {"at": result.at or Message("scenario.once")}
    return {"outcome": label(result.outcome), "terms": tuple(map(label, result.terms)), "quantile": round(100 * result.quantile, 10), **period}


def _wording(result: Scenario) -> str:
    return "effect" if result.identified else "association"


def gains_table(result: Scenario) -> Table:
    """Rows are regions, then all of them together."""
    columns = (
        Column("outcome", (text("scenario.head.outcome", outcome=label(result.outcome)),)),
        Column("estimate", (text(f"scenario.head.{_wording(result)}.{result.form}"),)),
        *(Column(head, (text(f"scenario.head.{head}", level=100 * result.level),)) for head in GAINS[2:]),
    )
    rows = [Row(str(name), label(str(name)), _cells(values), block="region") for name, values in records(result.gains)]
    rows += [Row(str(name), text(f"scenario.total.{name}"), _cells(values), block="total") for name, values in records(result.total)]
    notes = [Message(f"scenario.note.{_wording(result)}", _names(result)), Message(f"scenario.note.{result.form}", {"level": 100 * result.level})]
    notes.append(Message("scenario.note.support"))
    return Table(
        name="gains",
        frame=result.gains,
        columns=columns,
        rows=tuple(rows),
        title=Message(f"scenario.title.{_wording(result)}", _names(result)),
        stub=text("index.region_head"),
        notes=tuple(notes),
    )


def _cells(values: dict[str, Any]) -> tuple[Cell, ...]:
    cells = {head: number(values.get(head), kind_of(head)) for head in GAINS}
    cells["estimate"] = Cell("estimate", float(values["estimate"]), None if values["p_value"] != values["p_value"] else float(values["p_value"]))
    cells["relative"] = Cell("share", float(values["relative"])) if values.get("relative", float("nan")) == values.get("relative") else EMPTY
    if "beyond_own" in values:
        cells["support"] = text(f"scenario.support.{'sample' if values['beyond_sample'] else 'own' if values['beyond_own'] else 'inside'}")
    return tuple(cells[head] for head in GAINS)


def lifts_table(result: Scenario) -> Table:
    """Rows are regions and what is lifted."""
    several = len(result.terms) > 1
    rows = tuple(
        Row(
            f"{name}:{term}",
            text("leave_one_out.of_term", name=label(str(name)), term=label(str(term))) if several else label(str(name)),
            tuple(number(values[head] if abs(values[head]) < float("inf") else None) for head in LIFTS),
        )
        for (name, term), values in records(result.lifts)
    )
    columns = tuple(Column(head, (text(f"scenario.head.{head}"),)) for head in LIFTS)
    title = Message("scenario.title.lifts", _names(result))
    return Table(name="lifts", frame=result.lifts, columns=columns, rows=rows, title=title, stub=text("index.region_head"))


def plot(result: Scenario) -> Figure:
    """Gains in order, with intervals; those outside the support are marked."""
    frame = result.gains.reset_index().sort_values("estimate", ascending=False, kind="stable")
    outside = frame["beyond_own"] | frame["beyond_sample"]
    frame = frame.assign(support=["outside" if flag else "inside" for flag in outside])
    several = frame["support"].nunique() > 1
    channels = {
        "y": Channel("region", kind="label"),
        "x": Channel("estimate", text(f"scenario.axis.{_wording(result)}.{result.form}", outcome=label(result.outcome), level=100 * result.level)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
        **({"group": Channel("support", kind="label")} if several else {}),
    }
    words = {"inside": text("scenario.support.inside"), "outside": text("scenario.support.outside")}
    notes = (Message(f"scenario.note.{_wording(result)}", _names(result)), Message("scenario.note.support"))
    title = Message(f"scenario.title.{_wording(result)}", _names(result))
    return Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=title, notes=notes, words=words)
