"""Plain readings under the tables of a report: what the methods say of their numbers, in words and digits of one language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from regio.exhibits.models import Cell, Table
from regio.exhibits.typeset import words
from regio.language import Language, Message, Name, say
from regio.report.exhibits import Item
from regio.report.options import spaced
from regio.study.execute import Run
from regio.study.file import STUDY

LOGARITHMS = ("log", "log1p")  # forms of a column in which a difference is a relative change
LOGARITHM = re.compile(
    r"[(,] ?(?:natural )?(?:log|ln|logarithm)(?:\)|$)|^(?:log|ln|logarithm) of\b|对数", re.IGNORECASE
)  # in the label of a column read as it is
CLEAR, ELASTIC = "readings.coefficient.clear", "readings.coefficient.elastic"
SHARE_OF_MEAN, SHARE_OF_LOG = "readings.effect.mean", "readings.effect.log"


def readings(item: Item, run: Run, language: Language) -> tuple[str, ...]:
    """The sentences under a table, one paragraph for each of its steps; none where the study does not want them."""
    if not run.study.readings or not isinstance(item.exhibit, Table):
        return ()
    return tuple(_paragraphs(item, item.exhibit, run, language))


def _paragraphs(item: Item, table: Table, run: Run, language: Language) -> Iterator[str]:
    shown = {step: _columns(table, step) for step in dict.fromkeys(item.steps) if step != STUDY}
    order = [column.key for column in table.columns]
    for step, own in sorted(shown.items(), key=lambda pair: order.index(pair[1][0]) if pair[1] else len(order)):
        found = messages(run, step, table.name) if own else ()
        if not found:
            continue
        text = (" " if language == "en" else "").join(said(message, run, language) for message in found)
        columns = own if len(item.steps) > 1 else ()
        if columns:
            code = "readings.column" if len(columns) == 1 else "readings.columns"
            text = say(code, language, columns=("–" if len(columns) > 1 else "").join((columns[0], columns[-1])[: len(columns)]), text=text)
        yield text if language == "en" else spaced(text)


def messages(run: Run, step: str, table: str) -> tuple[Message, ...]:
    """What a step says of one of its tables."""
    if step not in run.results:
        return ()
    found = (_of_logarithm(message, run) for message in run.results[step].readings().get(table, ()))
    return tuple(message for message in found if message is not None)


def _of_logarithm(message: Message, run: Run) -> Message | None:
    """A share of the mean says nothing of a logarithm: there it becomes a relative change, unless that is beyond all sense. Of two logarithms the coefficient
    is an elasticity.
    """
    outcome, regressor = message.values.get("y"), message.values.get("x")
    if message.code not in (SHARE_OF_MEAN, CLEAR) or not isinstance(outcome, Cell) or not _is_logarithm(outcome, run):
        return message
    if message.code == CLEAR:
        return Message(ELASTIC, message.values) if isinstance(regressor, Cell) and _is_logarithm(regressor, run) else message
    from regio.exhibits.sentences import percent

    effect = message.values["effect"].value
    return Message(SHARE_OF_LOG, {"y": outcome, "share": percent(math.expm1(effect))}) if abs(effect) <= 1 else None


def _is_logarithm(name: Cell, run: Run) -> bool:
    """Whether a column was made by taking logarithms, or is called one by its label."""
    step = next((s for s in run.study.steps if s.name == str(name.value)), None)
    if step is not None:
        return step.options.get("form") in LOGARITHMS
    label = run.labels.get(str(name.value), "")
    return any(LOGARITHM.search(words) for words in ([label] if isinstance(label, str) else label.values()))


def _columns(table: Table, step: str) -> tuple[str, ...]:
    """The printed keys of the columns that show a step."""
    shown = []
    for place, column in enumerate(table.columns):
        owner = next((row.cells[place].address[0] for row in table.rows if row.cells[place].address), "")
        shown += [column.key] if owner == step else []
    return tuple(shown)


def said(message: Message, run: Run, language: Language) -> str:
    """A message with the cells inside it: names become labels, numbers digits."""
    return say(Message(message.code, {k: _spoken(v, run, language) for k, v in message.values.items()}), language)


def _spoken(value: Any, run: Run, language: Language) -> Any:
    if isinstance(value, Cell):
        word = words(value, run.study.style, run.labels, language)
        return Name(word) if value.kind == "label" else word
    if isinstance(value, Message):
        return said(value, run, language)
    if isinstance(value, tuple | list):
        return tuple(_spoken(part, run, language) for part in value)
    return value


def as_plain(message: Message) -> Mapping[str, Any]:
    """Code and values for results.json: cells as their values."""
    return {"code": message.code, "values": {k: _plain(v) for k, v in message.values.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, Cell):
        return value.value
    if isinstance(value, Message):
        return as_plain(value)
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value
