"""The exhibits of a moderation: the regression, effects along the moderator, Johnson-Neyman points, and the plot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.result import choose
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Reference, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import number

if TYPE_CHECKING:
    from regio.models.moderate import Moderate


def coefficients_table(result: Moderate) -> Table:
    """The regression, the interaction said in words."""
    table = choose(result.model.exhibits(), Table, None)
    product = f"{result.treatment}*{result.moderator}"
    head = text("moderate.product", treatment=label(result.treatment), moderator=label(result.moderator))
    rows = tuple(replace(row, head=head) if row.key == product else row for row in table.rows)
    notes = (_centre_note(result), *([Message("moderate.note.absorbed", _names(result))] if result.absorbed else []), *table.notes)
    return replace(table, rows=rows, title=Message("moderate.title.coefficients", _names(result)), notes=notes)


def _names(result: Moderate) -> dict[str, Any]:
    return {name: label(getattr(result, name)) for name in ("outcome", "treatment", "moderator")}


def _centre_note(result: Moderate) -> Message:
    return Message(f"moderate.note.{result.centre}", {**_names(result), "n": result.model.fit["n"]})


def _rows(frame: Any) -> Any:
    return frame.itertuples()


def margins_table(result: Moderate) -> Table:
    """The effect at chosen values of the moderator."""
    columns = [Column("moderator", (label(result.moderator),)), Column("estimate", (text("moderate.effect"),))]
    columns += [Column(name, (text(f"moderate.{name}"),)) for name in ("std_error", "p_value")]
    interval = text("moderate.interval", level=100 * result.level)
    columns += [Column(name, (interval, text(f"moderate.{name}"))) for name in ("conf_low", "conf_high")]
    columns.append(Column("inside", (text("moderate.inside"),)))
    rows = tuple(
        Row(
            str(item.Index),
            text(f"moderate.at.{item.Index}"),
            (
                number(item.moderator),
                Cell("estimate", item.estimate, item.p_value),
                *(number(getattr(item, name), kind_of(name)) for name in ("std_error", "p_value", "conf_low", "conf_high")),
                Cell("yes_no", not item.outside),
            ),
        )
        for item in _rows(result.margins)
    )
    return Table(
        name="margins",
        frame=result.margins,
        columns=tuple(columns),
        rows=rows,
        title=Message("moderate.title.margins", _names(result)),
        stub=text("moderate.at"),
        notes=(Message("moderate.note.margins", _names(result)), Message("moderate.note.outside")),
    )


def points_table(result: Moderate) -> Table:
    """Rows are Johnson-Neyman points; one that says so where there is none."""
    heads = ("estimate", "inside", "share_below")
    columns = (Column("moderator", (label(result.moderator),)), *(Column(name, (text(f"moderate.point.{name}"),)) for name in heads))
    rows = tuple(
        Row(
            str(item.Index),
            text("moderate.point", number=int(item.Index)),
            (number(item.moderator), number(item.estimate), Cell("yes_no", bool(item.inside)), Cell("share", item.share_below)),
        )
        for item in _rows(result.johnson_neyman)
    )
    return Table(
        name="johnson_neyman",
        frame=result.johnson_neyman,
        columns=columns,
        rows=rows or (Row("none", text("moderate.point.none"), (EMPTY,) * len(columns)),),
        title=Message("moderate.title.johnson_neyman", _names(result)),
        notes=(Message("moderate.note.johnson_neyman", {**_names(result), "level": 100 * result.level}),),
    )


def significance_table(result: Moderate) -> Table:
    """Rows are pieces of the observed range."""
    columns = [Column(name, (text(f"moderate.piece.{name}"),)) for name in ("low", "high", "sign", "share")]
    rows = tuple(
        Row(
            str(item.Index),
            text("moderate.piece", number=int(item.Index)),
            (number(item.low), number(item.high), text(f"moderate.sign.{item.sign or 'none'}"), Cell("share", item.share)),
        )
        for item in _rows(result.significance)
    )
    title = Message("moderate.title.significance", _names(result))
    notes = (Message("moderate.note.significance", {"level": round(100 * (1 - result.level), 10)}),)
    return Table(name="significance", frame=result.significance, columns=tuple(columns), rows=rows, title=title, stub=text("moderate.piece.range"), notes=notes)


def margins_plot(result: Moderate) -> Figure:
    """The effect over the observed range with its band; zero, the mean of the moderator and Johnson-Neyman points across it."""
    head = text("moderate.effect_on", **_names(result))
    channels = {
        "x": Channel("moderator", label(result.moderator)),
        "y": Channel("estimate", head),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
    }
    inside = result.johnson_neyman.loc[result.johnson_neyman["inside"].astype(bool), "moderator"]
    references = [Reference("y", 0.0), *(Reference("x", float(at), text("moderate.point.short")) for at in inside)]
    notes = (Message("moderate.note.plot", {**_names(result), "level": 100 * result.level}),)
    title = Message("moderate.title.plot", _names(result))
    return Figure(name="plot", form="line", frame=result.curve, channels=channels, title=title, notes=notes, references=tuple(references))
