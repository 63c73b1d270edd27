"""Every table, figure and number in the text of a report, with the step and the file it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regio.exhibits.models import Cell, Figure
from regio.language import Message, say, spell
from regio.report.exhibits import Item, items, title_of
from regio.report.readings import messages
from regio.study.execute import Run
from regio.study.file import STUDY

HEADS = ("kind", "number", "title_en", "title_zh", "steps", "methods", "address", "value", "program", "file", "reading")
PROGRAM = "study/study.toml"


def rows_of(run: Run, folder: str) -> list[tuple[Any, ...]]:
    """One row an exhibit, then one a number in the text: of plain readings and of hypotheses. An address is one that `regio explain` takes; a reading is the
    code of a sentence and the name of its number, as in the `readings` of results.json.
    """
    shown = items(run)[0]
    return [*(_exhibit(run, item, folder) for item in shown), *_numbers(run, shown, folder), *_hypotheses(run, folder)]


def _methods(run: Run, steps: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(run.study.step(name).kind for name in steps if name != STUDY))


def _exhibit(run: Run, item: Item, folder: str) -> tuple[Any, ...]:
    figure = isinstance(item.exhibit, Figure)
    first = run.study.languages[0]
    forms = run.study.figure_formats
    name = f"figures/{item.slug}.{first}.{forms[0]}" if figure and forms else f"tables/{item.slug}.{first}.html"
    addresses = "; ".join(f"{step}/{item.exhibit.name}" for step in item.steps)
    titles = (title_of(item, run, "en"), title_of(item, run, "zh"))
    place = f"{PROGRAM}: {', '.join(dict.fromkeys(item.steps))}"
    return (
        "figure" if figure else "table",
        item.number,
        *titles,
        "; ".join(item.steps),
        _methods(run, item.steps),
        addresses,
        "",
        place,
        f"{folder}/{name}",
        "",
    )


def _numbers(run: Run, shown: tuple[Item, ...], folder: str) -> Iterator[tuple[Any, ...]]:
    if not run.study.readings:
        return
    for item in shown:
        for step in dict.fromkeys(name for name in item.steps if name != STUDY):
            for message in messages(run, step, item.exhibit.name):
                for name, value in _inside(message):
                    titles = tuple(say(item.heading(x), x) for x in ("en", "zh"))
                    kind = run.study.step(step).kind
                    yield (
                        "in_text",
                        item.number,
                        *titles,
                        step,
                        kind,
                        f"{step}/{item.exhibit.name}",
                        value,
                        f"{PROGRAM}: {step}",
                        f"{folder}/results.json",
                        f"{message.code} {name}",
                    )


def _inside(message: Message) -> Iterator[tuple[str, Any]]:
    for name, value in message.values.items():
        for part in value if isinstance(value, tuple | list) else (value,):
            if isinstance(part, Cell) and isinstance(part.value, int | float):
                yield name, part.value
            elif isinstance(part, Message):
                yield from _inside(part)


def _hypotheses(run: Run, folder: str) -> Iterator[tuple[Any, ...]]:
    for judgement in run.verdicts:
        for judged in judgement.judged:
            if isinstance(judged.value, int | float):
                claim = judgement.hypothesis.claim
                step = judged.condition.cell.step
                titles = (spell(claim, "en"), spell(claim, "zh"))
                where = (f"{PROGRAM}: {step}", f"{folder}/results.json", "")
                yield ("in_text", judgement.hypothesis.name, *titles, step, _methods(run, (step,)), judged.condition.written, judged.value, *where)
