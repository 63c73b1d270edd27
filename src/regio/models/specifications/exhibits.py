"""The exhibits of a specification curve: the summary by choice, the joint test, and the curve over its choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import key_name
from regio.models._replayed import records
from regio.models.specifications.curve import CHOICES, JOINED

if TYPE_CHECKING:
    from regio.models.specification_curve import SpecificationCurve

SHARES = ("share_positive", "share_significant", "share_positive_significant", "share_negative_significant")
TEST_HEADS = ("statistic", "p_value", "p_share", "critical_10", "critical_5", "critical_1")
MOST = 1_000  # models of a picture: of more, so many at equal distances


def summary_table(result: SpecificationCurve) -> Table:
    """Rows are choices."""
    heads = ("models", "median", "least", "greatest", *SHARES)
    rows = []
    for values in result.summary.reset_index().to_dict("records"):
        choice, value = str(values["choice"]), str(values["value"])
        cells = tuple(_cell(head, values[head]) for head in heads)
        rows.append(Row(f"{choice}:{value}" if value else choice, _head(choice, value), cells, block="with" if choice in ("with", "without") else choice))
    columns = tuple(Column(head, (text(f"specification_curve.head.{head}"),)) for head in heads)
    notes = [Message("specification_curve.note.models", {"n": result.n}), Message("specification_curve.note.level", {"level": _percent(result.level)})]
    notes += [Message("specification_curve.note.always", {"columns": tuple(map(label, result.always))})] if result.always else []
    notes += [Message("specification_curve.note.left_out", {"count": len(result.left_out)})] if len(result.left_out) else []
    notes.append(Message(f"regress.note.{result.convention}"))
    return Table(
        name="summary",
        frame=result.summary,
        columns=columns,
        rows=tuple(rows),
        title=Message("specification_curve.title.summary", _names(result)),
        stub=text("specification_curve.head.choice"),
        notes=tuple(notes),
    )


def tests_table(result: SpecificationCurve) -> Table:
    """Rows are statistics of all models together."""
    columns = tuple(Column(head, (text(f"specification_curve.head.{head}"),)) for head in TEST_HEADS)
    rows = tuple(
        Row(name, text(f"specification_curve.statistic.{name}"), tuple(_test_cell(head, values[head], values["p_value"]) for head in TEST_HEADS))
        for name, values in records(result.tests)
    )
    draws = int(result.tests["draws"].iloc[0])
    values = {"draws": draws, "units": result.units, "scheme": Message(f"specification_curve.scheme.{result.scheme}")}
    notes = [Message("specification_curve.note.test", values), Message("specification_curve.note.statistics", {"level": _percent(result.level)})]
    notes += [Message("specification_curve.note.fixed", {"fixed": result.fixed, "units": result.units})] if result.fixed else []
    title = Message("specification_curve.title.tests", _names(result))
    stub = text("specification_curve.head.statistic")
    return Table(name="tests", frame=result.tests, columns=columns, rows=rows, title=title, stub=stub, notes=tuple(notes))


def _percent(level: float) -> float:
    return round(100 * (1 - level), 10)


def _names(result: SpecificationCurve) -> dict[str, Any]:
    frame = result.specifications
    return {name: tuple(label(value) for value in frame[f"{name}"].unique()) for name in ("outcome", "treatment")}


def _cell(head: str, value: Any) -> Cell:
    if head == "models":
        return Cell("count", int(value))
    return Cell("share" if head in SHARES else "number", float(value))


def _test_cell(head: str, value: Any, p_value: float) -> Cell:
    if value != value:
        return EMPTY
    return Cell("estimate", float(value), p_value) if head == "statistic" else Cell(kind_of(head), float(value))


def _head(choice: str, value: str) -> Cell:
    if choice == "all":
        return text("specification_curve.all")
    if choice in ("with", "without"):
        return text(f"specification_curve.{choice}", column=label(value))
    return text(f"specification_curve.choice.{choice}", value=_value(choice, value))


def _value(choice: str, value: str) -> Any:
    """What a choice is called: effects, errors and the whole sample in words, columns by their labels."""
    if choice == "effects":
        words = tuple(key_name(word) for effect in value.split(JOINED) for word in effect.split("*")) if value else ()
        return words or Message("specification_curve.no_effects")
    if choice == "errors":
        return Message(f"specification_curve.errors.{value}")
    return Message("specification_curve.whole") if choice == "sample" and value == "all" else label(value)


def curve_figure(result: SpecificationCurve) -> Figure:
    """Estimates in order, with intervals, over marks of the choices behind each."""
    frame, words = _curve_frame(result)
    channels = {
        "x": Channel("rank", text("specification_curve.rank")),
        "y": Channel("estimate", text("specification_curve.estimate", level=100 * result.level)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
        "group": Channel("sign", kind="label"),
        "mark": Channel("mark", kind="label"),
        "heading": Channel("choice", kind="label"),
    }
    notes = [Message("specification_curve.note.curve", {"level": 100 * result.level, "alpha": _percent(result.level), "models": len(result.specifications)})]
    if len(result.specifications) > MOST:
        notes.append(Message("specification_curve.note.shown", {"shown": MOST, "models": len(result.specifications)}))
    title = Message("specification_curve.title.curve", _names(result))
    return Figure(name="curve", form="specifications", frame=frame, channels=channels, title=title, notes=tuple(notes), words=words)


def _curve_frame(result: SpecificationCurve) -> tuple[pd.DataFrame, dict[str, Cell]]:
    """One row a model, and one more for each choice that it makes: ``choice`` is the heading, ``mark`` the choice."""
    frame = result.specifications.sort_values("estimate", kind="stable")
    frame = frame.assign(rank=range(1, len(frame) + 1))
    if len(frame) > MOST:
        places = (pd.Series(range(MOST)) * (len(frame) - 1) / (MOST - 1)).round().astype(int)
        frame = frame.iloc[places]
    limit = 1 - result.level
    sign = ["none" if p >= limit else "positive" if b > 0 else "negative" for b, p in zip(frame["estimate"], frame["p_value"], strict=True)]
    base = frame[["rank", "estimate", "conf_low", "conf_high"]].assign(sign=sign)
    words = {s: text(f"specification_curve.sign.{s}", level=_percent(result.level)) for s in ("positive", "negative", "none")}
    pieces = [base.assign(choice=None, mark=None)]
    for choice in CHOICES:
        if frame[choice].nunique() > 1:
            words[f"choice.{choice}"] = text(f"specification_curve.head.{choice}")
            for value in result.specifications[choice].unique():
                said = _value(choice, str(value))
                words[f"{choice}.{value}"] = said if isinstance(said, Cell) else text("specification_curve.value", value=said)
                pieces.append(base[(frame[choice] == value).to_numpy()].assign(choice=f"choice.{choice}", mark=f"{choice}.{value}"))
    for name in result.included:
        words["choice.controls"] = text("specification_curve.head.controls")
        words[f"control.{name}"] = label(name)
        pieces.append(base[result.included[name].loc[frame.index].to_numpy()].assign(choice="choice.controls", mark=f"control.{name}"))
    return pd.concat(pieces, ignore_index=True), words
