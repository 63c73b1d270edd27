"""Which exhibits a report prints, in which order and under which number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from regio.contract.address import Address
from regio.contract.finding import ArgumentError, Finding, Position, error, suggestion
from regio.exhibits.combine import beside
from regio.exhibits.models import Exhibit, Figure, Table, Text
from regio.exhibits.printed import Printed
from regio.exhibits.typeset import named, typeset
from regio.language import Language, Message, spell
from regio.report import about, data, judged
from regio.report.layout import arranged
from regio.study.execute import Run
from regio.study.file import STUDY
from regio.study.model import Shown, Step, Study
from regio.study.verdicts import calibrated_ranges


@dataclass(frozen=True, slots=True)
class Item:
    """One exhibit of the report; tables and figures are numbered apart, 0 is for those without a number. steps: those it shows, in order."""

    number: int
    exhibit: Exhibit
    steps: tuple[str, ...]
    title: Text | None
    main: bool
    notes: tuple[Text, ...] = ()
    page: bool = False

    @property
    def slug(self) -> str:
        """Name of its files."""
        return f"{self.number:02d}-{self.steps[0]}-{self.exhibit.name}"

    @property
    def anchor(self) -> str:
        return f"figure-{self.slug}" if isinstance(self.exhibit, Figure) else self.slug

    def heading(self, language: Language) -> Message:
        return Message("figure.number" if isinstance(self.exhibit, Figure) else "report.table_number", {"number": self.number})


def items(run: Run) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """The exhibits that ``[report]`` asks for, else those of every step; and what could not be shown."""
    shown = run.study.shown or tuple(Shown((step.name,), None, False, step.where) for step in run.study.steps)
    found: list[Item] = []
    problems: list[Finding] = []
    for entry in shown:
        missing = [step for a in entry.addresses if (step := Address.read(a).step) not in run.results and step != STUDY]
        if missing:
            problems += [Finding("report.not_shown", {"step": step}, "warning", entry.where) for step in dict.fromkeys(missing) if step in run.failed]
            continue
        try:
            found += _items(run, entry, found)
        except ArgumentError as problem:
            problems += [replace(f, where=entry.where) for f in problem.findings]
    if run.study.left_out and not any(item.exhibit.name == about.LEFT_OUT for item in found):
        found += _items(run, Shown((f"{STUDY}/{about.LEFT_OUT}",), None, False, Position("")), found)
    if not any(item.main for item in found):
        first = next((i for i, item in enumerate(found) if isinstance(item.exhibit, Table)), None)
        found = [replace(item, main=True) if i == first else item for i, item in enumerate(found)]
    return tuple(found), tuple(problems)


def _items(run: Run, entry: Shown, before: Sequence[Item]) -> list[Item]:
    addresses = [Address.read(a) for a in entry.addresses]
    steps = tuple(a.step for a in addresses)
    exhibits: list[Exhibit]
    if len(addresses) > 1:
        exhibits = [beside([_table(run, address) for address in addresses])]
    elif addresses[0].exhibit:
        exhibits = [_one(run, addresses[0])]
    else:
        exhibits = [_placed(exhibit, steps[0]) for exhibit in exhibits_of(run, steps[0])]
    exhibits = [arranged(exhibit, entry) for exhibit in exhibits]
    made: list[Item] = []
    for i, exhibit in enumerate(exhibits):
        number = 1 + sum(isinstance(item.exhibit, Figure) == isinstance(exhibit, Figure) for item in (*before, *made))
        made.append(Item(number, exhibit, steps, entry.title if len(exhibits) == 1 else None, entry.main and i == 0, entry.notes, entry.page))
    return [*made, *_companion(run, entry, made, len(before))]


def _companion(run: Run, entry: Shown, made: Sequence[Item], before: int) -> list[Item]:
    """The paper's own numbers next to the first table of an entry, where it asks for them."""
    first = next((item for item in made if isinstance(item.exhibit, Table)), None)
    if not entry.beside or run.study.printed is None or first is None or not isinstance(first.exhibit, Table):
        return []
    from regio.auditing.paper import read_paper
    from regio.report.besides import companion

    calibrated = any((p := run.results[step].provenance) and p.labels for step in first.steps if step in run.results)
    ranges = calibrated_ranges(run, first.steps[0]) if len(first.steps) == 1 else {}
    table = companion(first.exhibit, read_paper(run.study.printed), entry.beside, calibrated=bool(calibrated), ranges=ranges)
    number = 1 + max([item.number for item in made if isinstance(item.exhibit, Table)])
    return [Item(number, table, first.steps, None, False)]


def _table(run: Run, address: Address) -> Table:
    exhibit = _one(run, address)
    if isinstance(exhibit, Figure):
        raise ArgumentError(error("figure.beside", found=str(address)))
    return exhibit


def _one(run: Run, address: Address) -> Exhibit:
    exhibits = exhibits_of(run, address.step)
    names = tuple(exhibit.name for exhibit in exhibits)
    for exhibit in exhibits:
        if address.exhibit in ("", exhibit.name):
            return _placed(exhibit, address.step)
    raise ArgumentError(error("contract.no_exhibit", found=str(address), exhibits=names, near=suggestion(address.exhibit, names)))


def exhibits_of(run: Run, step: str) -> tuple[Exhibit, ...]:
    """The exhibits of a step, or those about the study itself."""
    return run.kept(STUDY, lambda: (*about.exhibits(run), *judged.exhibits(run), *data.exhibits(run))) if step == STUDY else run.exhibits(step)


def judged_items(run: Run, before: Sequence[Item]) -> tuple[Item, ...]:
    """The tables of hypotheses and of recommendations, without numbers, where the report does not show them elsewhere."""
    shown = {item.exhibit.name for item in before if item.steps == (STUDY,)}
    return tuple(Item(0, _placed(exhibit, STUDY), (STUDY,), None, False) for exhibit in judged.exhibits(run) if exhibit.name not in shown)


def data_items(run: Run, before: Sequence[Item]) -> tuple[Item, ...]:
    """The exhibits of the data section, without numbers: those that the report does not show elsewhere."""
    elsewhere = {item.exhibit.name for item in before if item.steps == (STUDY,)}
    return tuple(Item(0, _placed(exhibit, STUDY), (STUDY,), None, False) for exhibit in data.shown(run) if exhibit.name not in elsewhere)


def _placed(exhibit: Exhibit, step: str) -> Exhibit:
    return exhibit.located(step) if isinstance(exhibit, Table) else exhibit


def printed(item: Item, run: Run, language: Language) -> Printed:
    """A table in one language, in the study's style, with the marks of the data it rests on."""
    assert isinstance(item.exhibit, Table)
    own = tuple(Message("report.words", {"words": note}) for note in (*item.notes, *run.study.printed_notes))
    table = replace(item.exhibit, notes=(*item.exhibit.notes, *_rests_on(item, run), *own))
    return typeset(table, language, style=run.study.style, labels=run.labels, title=item.title, marks=marks(item, run))


def _rests_on(item: Item, run: Run) -> tuple[Message, ...]:
    """How many cells behind a table were filled, winsorised and so on, also those behind the steps whose columns it uses."""
    used: set[tuple[str, str]] = set()
    for step in (run.study.step(name) for name in item.steps if name != STUDY):
        for behind in (step, *makers(run.study, step)):
            table = next(t for t in run.tables if t.source == behind.on)
            used |= {(table.source, name) for name, _ in behind.uses} or {(table.source, name) for name in table.columns}
    reasons = Counter(c["reason"] for t in run.tables for c in t.changes if not c["file"] and (t.source, c["variable"]) in used)
    found = tuple(Message("report.cells", {"count": n, "reason": Message(reason)}) for reason, n in sorted(reasons.items()))
    return (Message("report.rests_on", {"cells": found}),) if found else ()


def makers(study: Study, step: Step) -> Iterator[Step]:
    """The steps whose columns a step uses, nearest first, each once."""
    seen: list[str] = []
    waiting = list(step.needs)
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.append(name)
            yield study.step(name)
            waiting += study.step(name).needs


def title_of(item: Item, run: Run, language: Language) -> str:
    """What the report calls an exhibit."""
    return spell(named(item.exhibit.title, run.labels) if item.title is None else item.title, language)


def marks(item: Item, run: Run) -> tuple[Text, ...]:
    """The marks of the data that an exhibit rests on, such as "calibrated, not observed"."""
    found: list[Text] = []
    for step in item.steps:
        provenance = run.results[step].provenance if step in run.results else None
        every = provenance.labels if provenance else [mark for table in run.tables for mark in table.labels]
        for mark in every:
            if mark not in found:
                found.append(mark)
    return tuple(found)
