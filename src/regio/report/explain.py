"""From a printed number back to its call, sample, formula, conventions, columns and changed cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from regio.contract.address import Address
from regio.contract.finding import ArgumentError, error, suggestion
from regio.contract.result import Convention, Provenance
from regio.exhibits.models import Cell, Exhibit, Table, Text
from regio.exhibits.numbers import count, digits
from regio.exhibits.typeset import named
from regio.language import Language, Message, known, say, spell
from regio.report import judged
from regio.report.citing import shorts
from regio.report.exhibits import Item, exhibits_of, items, makers
from regio.report.methods import name_of
from regio.report.options import as_in_file, draws
from regio.report.references import Work, bibliography, of_step
from regio.report.results import plain
from regio.study.execute import Run, seed_of
from regio.study.file import STUDY
from regio.study.model import Step

SHOWN = 20  # changed cells that are written out


@dataclass(frozen=True, slots=True)
class ColumnOrigin:
    """A column that a call used: described in the study, or made by a step (``made_by``). changes: cells of it that are not as in their source."""

    name: str
    source: str
    made_by: str
    described: Any
    hash: str
    changes: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one number. step: None for numbers about the study itself; columns: those the call used, then those behind the steps that made them."""

    address: Address
    cell: Cell
    step: Step | None
    provenance: Provenance | None
    conventions: tuple[Convention, ...]
    columns: tuple[ColumnOrigin, ...]
    made_by: tuple[Step, ...]
    labels: dict[str, Text]
    seed: int | None = None  # where the step draws random numbers
    works: tuple[Work, ...] = ()
    printed: tuple[Item, ...] = ()  # the exhibits of the report that show the number


def explain(run: Run, written: str | Sequence[str]) -> Explanation:
    """What lies behind the number at an address. Numbers about the study itself have no step.

    Raises
    ------
    ArgumentError
        where there is no such step, exhibit, row or column, with near misses; where the step failed, with its reasons
    """
    address = Address.read(written)
    if address.step == STUDY:
        return Explanation(address, _cell(exhibits_of(run, STUDY), address), None, None, (), (), (), run.labels)
    if address.step in run.failed:
        raise ArgumentError(*run.failed[address.step])
    if address.step not in run.results:
        names = (*run.results, STUDY)
        raise ArgumentError(error("study.unknown_step", found=address.step, steps=names, near=suggestion(address.step, names)))
    result, step = run.results[address.step], run.study.step(address.step)
    cell = _cell(result.exhibits(), address)
    behind = tuple(makers(run.study, step))
    columns = dict[tuple[str, str], ColumnOrigin]()
    for origin in (origin for s in (step, *behind) for origin in _origins(run, s)):
        columns.setdefault((origin.name, origin.source), origin)
    return Explanation(
        address,
        cell,
        step,
        result.provenance,
        result.conventions,
        tuple(columns.values()),
        behind,
        run.labels,
        seed=seed_of(run.study, step) if draws(step.kind, step.options) else None,
        works=tuple(bibliography()[key] for key in of_step(run, step)),
        printed=tuple(item for item in items(run)[0] if _shows(item, address)) if run.study.shown else (),
    )


def _shows(item: Item, address: Address) -> bool:
    """Whether an exhibit of the report prints the number."""
    if not isinstance(item.exhibit, Table):
        return False
    return any(cell.address == address.parts for row in item.exhibit.rows for cell in row.cells)


def _cell(exhibits: Sequence[Exhibit], address: Address) -> Cell:
    tables = [e for e in exhibits if isinstance(e, Table)]
    names = tuple(t.name for t in tables)
    table = next((t for t in tables if t.name == address.exhibit), tables[0] if tables and not address.exhibit else None)
    if table is None:
        raise ArgumentError(error("contract.no_exhibit", found=address.exhibit, exhibits=names, near=suggestion(address.exhibit, names)))
    rows = [row for row in table.rows if row.key == address.row]
    keys = tuple(dict.fromkeys(row.key for row in table.rows))
    if not rows:
        raise ArgumentError(error("report.no_row", found=address.row, rows=keys, near=suggestion(address.row, keys)))
    row = next((row for row in rows if row.part == address.part), None)
    if row is None:
        parts = tuple(row.part for row in rows if row.part)
        raise ArgumentError(error("report.no_row", found=address.part, rows=parts, near=suggestion(address.part, parts)))
    columns = tuple(column.key for column in table.columns)
    if address.column in columns:
        return row.cells[columns.index(address.column)]
    if not address.column and len(columns) == 1:
        return row.cells[0]
    raise ArgumentError(error("report.no_column", found=address.column, columns=columns, near=suggestion(address.column, columns)))


def _origins(run: Run, step: Step) -> Iterator[ColumnOrigin]:
    table = next(t for t in run.tables if t.source == step.on)
    names = [name for name, _ in step.uses] or [name for name in table.columns if name not in ("region", "period", "unit")]
    described = {v.name: v for v in run.study.variables}
    hashes = run.results[step.name].provenance.columns if run.results[step.name].provenance else {}  # type: ignore[union-attr]
    for name in names:
        owner = name.split(".")[0]
        changes = tuple(dict(c) for c in table.changes if c["variable"] in (name, ""))
        if name in table.columns:
            yield ColumnOrigin(name, run.study.source(step.on).written, "", described.get(name), table.columns[name], changes)
        else:
            yield ColumnOrigin(name, "", owner, None, hashes.get(name, ""), ())


def as_text(e: Explanation, language: Language) -> str:
    """The explanation in words."""

    def line(code: str, **values: Any) -> str:
        return say(f"explain.{code}", language, **values)

    value = e.cell.value
    shown = (
        (count(value) if e.cell.kind == "count" else digits(float(value), 10))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else _words(e, language)
    )
    lines = [line("number", address=str(e.address), value=shown, kind=line(f"kind.{e.cell.kind}"))]
    if e.cell.p_value is not None:
        lines.append("  " + line("p_value", value=f"{e.cell.p_value:.6g}"))
    if e.step is None:
        return "\n".join([*lines, line("judged" if e.address.exhibit in judged.NAMES else "about_the_study")])
    lines += [line("call", step=e.step.name, kind=e.step.kind, place=e.step.where.text(language))]
    for name, option in e.step.options.items():
        state = "given" if name in e.step.given else "from_defaults" if name in e.step.by_default else "default"
        if option not in (None, ()):
            lines.append("  " + line(state, name=name, value=as_in_file(option)))
    if e.step.sample:
        lines.append(line("sample", sample=", ".join(f"{k} = {as_in_file(v)}" for k, v in e.step.sample.items())))
    if e.provenance:
        lines.append(line("rows", used=e.provenance.rows_used, left_out=e.provenance.rows_left_out, source=e.step.on))
        lines += [line("label", label=spell(mark, language)) for mark in e.provenance.labels]
    if e.seed is not None:
        lines.append(line("seed", seed=e.seed))
    if known(f"methods.kind.{e.step.kind}"):
        lines.append(line("method", name=name_of(e.step.kind, language), text=say(f"methods.kind.{e.step.kind}", language)))
    if known(f"{e.step.kind}.formula"):
        lines.append(line("formula", formula=say(f"{e.step.kind}.formula", language)))
    for c in e.conventions:
        words = [say(named(m if isinstance(m, Message) else Message(m), e.labels), language) for m in (c.what, c.name, c.source) if m]
        lines.append(line("convention", text=": ".join(words)))
    if e.works:
        lines.append(line("works", works=shorts(e.works, language)))
    for item in e.printed:
        lines.append(line("printed", exhibit=say(item.heading(language), language), file=f"tables/{item.slug}.{language}.html"))
    lines.append(line("columns"))
    for origin in e.columns:
        lines += ["  " + text for text in _origin_lines(origin, e, language)]
    lines += [
        line("made_by", step=s.name, kind=s.kind, options=", ".join(f"{k} = {as_in_file(v)}" for k, v in s.options.items() if k in s.given)) for s in e.made_by
    ]
    return "\n".join(lines)


def _words(e: Explanation, language: Language) -> str:
    if isinstance(e.cell.value, Message):
        return say(named(e.cell.value, e.labels), language)
    return say("exhibits.yes" if e.cell.value else "exhibits.no", language) if isinstance(e.cell.value, bool) else str(e.cell.value or "")


def _origin_lines(origin: ColumnOrigin, e: Explanation, language: Language) -> Iterator[str]:
    words = spell(e.labels.get(origin.name, ""), language)
    head = f"{origin.name} ({words})" if words else origin.name
    if origin.made_by:
        yield say("explain.from_step", language, column=head, step=origin.made_by)
        return
    yield say("explain.from_source", language, column=head, source=origin.source, hash=origin.hash[:12])
    if origin.described is not None:
        for name in ("definition", "unit", "source"):
            if text := spell(getattr(origin.described, name), language):
                yield "  " + say(f"explain.described.{name}", language, text=text)
    if not origin.changes:
        yield "  " + say("explain.unchanged", language)
    for c in origin.changes[:SHOWN]:
        yield "  " + say("explain.changed", language, **{k: c[k] for k in ("region", "period", "before", "after")}, reason=Message(c["reason"]))
    if len(origin.changes) > SHOWN:
        yield "  " + say("explain.more_changes", language, count=len(origin.changes) - SHOWN)


def as_json(e: Explanation) -> dict[str, Any]:
    """The explanation for programs."""
    return {
        "address": e.address.written,
        "kind": e.cell.kind,
        "value": plain(e.cell.value),
        "p_value": plain(e.cell.p_value),
        "step": e.address.step,
        "call": {"kind": e.step.kind, "options": plain(e.step.options), "given": list(e.step.given), "sample": plain(e.step.sample)} if e.step else None,
        "rows_used": e.provenance.rows_used if e.provenance else None,
        "rows_left_out": e.provenance.rows_left_out if e.provenance else None,
        "conventions": [{"what": c.what, "name": plain(c.name), "source": c.source} for c in e.conventions],
        "seed": e.seed,
        "works": [work.key for work in e.works],
        "printed": [item.slug for item in e.printed],
        "columns": [{"name": o.name, "source": o.source, "made_by": o.made_by, "hash": o.hash, "changes": plain(list(o.changes))} for o in e.columns],
        "made_by": [{"step": s.name, "kind": s.kind, "options": plain(s.options)} for s in e.made_by],
    }
