"""The exhibits of a robustness table: columns side by side, one line a variation, and the estimates as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.declaration import declaration
from regio.contract.result import choose
from regio.exhibits.combine import beside
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Reference, Row, Table, kind_of, label, text
from regio.language import Message, known
from regio.models._regress_exhibits import errors_message, key_name
from regio.models._replayed import asked, records
from regio.models._robustness import BASELINE

if TYPE_CHECKING:
    from regio.contract.replay import Variation
    from regio.models.robustness import Robustness


def coefficients_table(result: Robustness) -> Table:
    """The tables of coefficients side by side."""
    tables = []
    for number, (name, model) in enumerate(zip(result.names, result.models, strict=True), 1):
        table = choose(model.exhibits(), Table, "coefficients")
        columns = tuple(_column(column, number, _name(result, name), alone=len(table.columns) == 1) for column in table.columns)
        tables.append(replace(table, columns=columns))
    table = beside(tables)
    notes = [*_varied_notes(result), *table.notes]
    notes += [Message("robustness.note.failed", {"name": _title(result, name), "reason": found}) for name, found in result.failures.items()]
    title = Message("robustness.title.coefficients", _outcome(result))
    return replace(table, name="coefficients", frame=result.coefficients, title=title, notes=tuple(notes))


def _column(column: Column, number: int, name: Cell, *, alone: bool) -> Column:
    key = f"({number})" if alone else f"({number}) {column.key}"
    return Column(key, (Cell("text", f"({number})"), name, *column.heads[1 if alone else 0 :]))


def _name(result: Robustness, name: str) -> Cell:
    """What a variation is called: its title, else its name."""
    title = next((variation.title for variation in result.variations if variation.name == name), "")
    if title:
        return text("robustness.varied", parts=title)
    return label(name) if name and name != BASELINE else text("robustness.baseline")


def _title(result: Robustness, name: str) -> Any:
    return next((variation.title for variation in result.variations if variation.name == name and variation.title), name)


def _outcome(result: Robustness) -> dict[str, Any]:
    return {"outcome": label(getattr(result.models[0], "outcome", ""))}


def _varied_notes(result: Robustness) -> list[Message]:
    numbers = {name: number for number, name in enumerate(result.names, 1)}
    done = [variation for variation in result.variations if variation.name in numbers]
    return [Message("robustness.note.column", {"number": numbers[v.name], "varied": varied(v, _options(result))}) for v in done]


def _options(result: Robustness) -> Mapping[str, Any]:
    call = result.models[0].call
    return call.options if call is not None else {}


def varied(variation: Variation, options: Mapping[str, Any]) -> tuple[Message, ...]:
    """What a variation replaces, in words."""
    said = [_option(name, value, options) for name, value in variation.options.items()]
    for kind, chosen in variation.prepare:
        usual = {a.name: a.default for a in declaration(kind).fields}
        own = tuple(_chosen(name, value) for name, value in chosen.items() if value != usual.get(name))
        said.append(Message("robustness.prepared", {"kind": Message(f"robustness.prepare.{kind}"), "options": own or ("—",)}))
    said += [Message(f"robustness.sample.{key}", {"names": tuple(label(str(name)) for name in value)}) for key, value in variation.sample.items()]
    return tuple(said)


def _option(name: str, value: Any, options: Mapping[str, Any]) -> Message:
    before = options.get(name)
    if name == "controls":
        more, fewer = ([c for c in a if c not in b] for a, b in ((value, before or ()), (before or (), value)))
        if more and not fewer:
            return Message("robustness.added", {"columns": tuple(map(label, more))})
        if fewer and not more:
            return Message("robustness.dropped", {"columns": tuple(map(label, fewer))})
    code = f"robustness.option.{name}"
    return Message("robustness.replaced", {"option": Message(code) if known(code) else name, "value": _said(name, value)})


def _said(name: str, value: Any) -> Any:
    if name == "errors":
        return errors_message(str(value), ("region",)) if str(value) in ("classical", "hc1", "hc3") else Message(f"robustness.errors.{value}")
    if value in (None, (), ""):
        return Message("robustness.nothing")
    if name in ("effects", "cluster", "trends"):
        return tuple(key_name(word) for effect in ((value,) if isinstance(value, str) else value) for word in effect.split("*"))
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return tuple(map(label, value))
    return label(value) if isinstance(value, str) else _plain(value)


def _chosen(name: str, value: Any) -> Any:
    """An option of a preparation, as the methods text says it."""
    words = tuple(_word(name, v) for v in (value if isinstance(value, tuple | list) else (value,)))
    return Message(f"methods.option.{name}", {"value": words}) if known(f"methods.option.{name}") else f"{name} = {_plain(value)}"


def _word(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _plain(value)
    code = next((c for c in (f"methods.value_of.{name}.{value}", f"methods.value.{value}") if known(c)), None)
    return Message(code) if code else key_name(value)


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else f"{value:g}" if isinstance(value, float) else str(value)


def summary_table(result: Robustness) -> Table:
    """Rows are variations."""
    heads = ("term", "estimate", "std_error", "p_value", "n", "cells_changed", "agrees", "varied")
    by_name = {variation.name: variation for variation in result.variations}
    rows = []
    for (name, term), values in records(result.summary):
        variation = by_name.get(name)
        said: Cell = text("robustness.baseline_words") if variation is None else text("robustness.varied", parts=varied(variation, _options(result)))
        if name in result.failures:
            cells = (*[EMPTY] * (len(heads) - 1), text("robustness.not_computed", parts=varied(by_name[name], _options(result)), reason=result.failures[name]))
        else:
            cells = (
                label(term),
                Cell("estimate", values["estimate"], values["p_value"]),
                *(Cell(kind_of(head), values[head]) for head in ("std_error", "p_value")),
                Cell("count", None if values["n"] != values["n"] else int(values["n"])),
                Cell("count", int(values["cells_changed"])),
                EMPTY if variation is None else Cell("yes_no", bool(values["agrees"])),
                said,
            )
        rows.append(Row(f"{name}:{term}" if term else str(name), _name(result, str(name)), tuple(cells)))
    columns = tuple(Column(head, (text(f"robustness.head.{head}"),)) for head in heads)
    level = round(100 * (1 - result.level), 10)
    return Table(
        name="summary",
        frame=result.summary,
        columns=columns,
        rows=tuple(rows),
        title=Message("robustness.title.summary", _outcome(result)),
        stub=text("robustness.head.variation"),
        notes=(Message("robustness.note.agrees", {"level": level}),),
    )


def plot(result: Robustness) -> Figure:
    """The estimates asked about, one row a variation, and the baseline across them."""
    frame = result.summary.reset_index()
    frame = frame[frame["estimate"].notna()]
    several = frame["variation"].duplicated().any()
    channels = {
        "y": Channel("variation", kind="label"),
        "x": Channel("estimate", text("robustness.interval", level=100 * result.level)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
        **({"group": Channel("term", kind="label")} if several else {}),
    }
    first = asked(result.models[0])[0]
    at = dict(records(result.summary))[BASELINE, first]["estimate"]
    return Figure(
        name="plot",
        form="coefficients",
        frame=frame,
        channels=channels,
        title=Message("robustness.title.plot", _outcome(result)),
        notes=(Message("robustness.note.plot", {"level": 100 * result.level, "terms": tuple(map(label, dict.fromkeys(frame["term"])))}),),
        words={str(name): _name(result, str(name)) for name in frame["variation"].unique()},
        references=(Reference("x", float(at), text("robustness.baseline")),),
    )
