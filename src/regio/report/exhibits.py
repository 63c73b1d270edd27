"""Which exhibits a report prints, in which order and under which number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from regio.contract.address import Address
from regio.contract.finding import ArgumentError, Finding, error, suggestion
from regio.exhibits.combine import beside
from regio.exhibits.models import Table, Text
from regio.exhibits.printed import Printed
from regio.exhibits.typeset import typeset
from regio.language import Language, Message
from regio.study.execute import Run
from regio.study.model import Shown


@dataclass(frozen=True, slots=True)
class Item:
    """One exhibit of the report. steps: those it shows, in order."""

    number: int
    table: Table
    steps: tuple[str, ...]
    title: Text | None
    main: bool

    @property
    def slug(self) -> str:
        """Name of its files and anchor."""
        return f"{self.number:02d}-{self.steps[0]}-{self.table.name}"

    def heading(self, language: Language) -> Message:
        return Message("report.table_number", {"number": self.number})


def items(run: Run) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """The exhibits that ``[report]`` asks for, else those of every step; and what could not be shown."""
    shown = run.study.shown or tuple(Shown((step.name,), None, False, step.where) for step in run.study.steps)
    found: list[Item] = []
    problems: list[Finding] = []
    for entry in shown:
        missing = [step for a in entry.addresses if (step := Address.read(a).step) not in run.results]
        if missing:
            problems += [Finding("report.not_shown", {"step": step}, "warning", entry.where) for step in dict.fromkeys(missing) if step in run.failed]
            continue
        try:
            found += _tables(run, entry, len(found))
        except ArgumentError as problem:
            problems += [replace(f, where=entry.where) for f in problem.findings]
    if found and not any(item.main for item in found):
        found[0] = replace(found[0], main=True)
    return tuple(found), tuple(problems)


def _tables(run: Run, entry: Shown, before: int) -> list[Item]:
    addresses = [Address.read(a) for a in entry.addresses]
    steps = tuple(a.step for a in addresses)
    if len(addresses) > 1:
        table = beside([_one(run, address) for address in addresses])
        return [Item(before + 1, table, steps, entry.title, entry.main)]
    tables = [_one(run, addresses[0])] if addresses[0].exhibit else [t.located(steps[0]) for t in run.results[steps[0]].exhibits()]
    return [Item(before + i, table, steps, entry.title if len(tables) == 1 else None, entry.main and i == 1) for i, table in enumerate(tables, 1)]


def _one(run: Run, address: Address) -> Table:
    tables: Sequence[Table] = run.results[address.step].exhibits()
    names = tuple(table.name for table in tables)
    for table in tables:
        if address.exhibit in ("", table.name):
            return table.located(address.step)
    raise ArgumentError(error("contract.no_exhibit", found=str(address), exhibits=names, near=suggestion(address.exhibit, names)))


def printed(item: Item, run: Run, language: Language) -> Printed:
    """An exhibit in one language, in the study's style, with the marks of the data it rests on."""
    marks: list[Text] = []
    for step in item.steps:
        provenance = run.results[step].provenance
        marks += [mark for mark in (provenance.labels if provenance else ()) if mark not in marks]
    return typeset(item.table, language, style=run.study.style, labels=run.labels, title=item.title, marks=marks)
