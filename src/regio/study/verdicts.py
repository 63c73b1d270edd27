"""What the numbers of a run say of the hypotheses of its study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.calibrating.source import is_calibrated
from regio.calibrating.words import PRINTED
from regio.contract.address import Address
from regio.contract.finding import Finding, suggestion
from regio.exhibits.models import Cell, Row, Table
from regio.exhibits.numbers import digits, p_text
from regio.language import Message, known
from regio.study.model import Condition, Hypothesis

if TYPE_CHECKING:
    from regio.study.execute import Run

SPECIFICATIONS = ("specifications", "summary")  # exhibits with one row a specification
BOUNDS = ("conf_low", "conf_high")
RANGE = ("least", "greatest")
Verdict = str  # supported, not_supported, contradicted, reproduced, not_determined, not_computed, not_tested


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition: the number at its address, and whether it holds. reason: why it does not, or how it was judged."""

    condition: Condition
    value: Any
    p_value: float | None
    verdict: Verdict
    reason: Message


@dataclass(frozen=True, slots=True)
class Judgement:
    """robust: share of the specifications of ``robust_in`` with the same sign that differ from zero at the level, and how many there are."""

    hypothesis: Hypothesis
    verdict: Verdict
    judged: tuple[Judged, ...]
    robust: tuple[float, int] | None


def verdicts(run: Run) -> tuple[Judgement, ...]:
    """Every hypothesis judged, in text order. Numbers that rest on calibrated data are reproduced at best: they are no test."""
    return tuple(_judge(run, hypothesis) for hypothesis in run.study.hypotheses)


def recommendations(run: Run) -> tuple[Judgement, ...]:
    """Every recommendation judged by the numbers that test it; one that no step tests is ``not_tested``."""
    return tuple(_judge(run, advice) if advice.conditions else Judgement(advice, "not_tested", (), None) for advice in run.study.recommendations)


def _judge(run: Run, hypothesis: Hypothesis) -> Judgement:
    judged = tuple(_condition(run, condition) for condition in hypothesis.conditions)
    found = [j.verdict for j in judged]
    verdict = next((v for v in ("not_computed", "contradicted", "not_supported", "not_determined") if v in found), "supported")
    if verdict != "not_computed" and any(_labelled(run, j.condition.cell.step) for j in judged):
        verdict = "not_determined" if not hypothesis.carried else "reproduced" if verdict == "supported" else verdict
    return Judgement(hypothesis, verdict, judged, _robust(run, hypothesis))


def _labelled(results: Run, step: str) -> bool:
    provenance = results[step].provenance
    return bool(provenance and provenance.labels)


def _condition(results: Run, c: Condition) -> Judged:
    cell, row = _cell(results, c.cell)
    if cell is None:
        return Judged(c, None, None, "not_computed", _why_not(results, c.cell))
    value = _word(cell.value)
    if _unaimed(results, c.cell, row):
        return Judged(c, cell.value, cell.p_value, "not_determined", Message("verdict.one_panel"))
    for address in c.plus:
        other = _cell(results, address)[0]
        if other is None or not isinstance(other.value, int | float) or not isinstance(value, int | float):
            return Judged(c, None, None, "not_computed", _why_not(results, address))
        value += other.value
    if c.equals is not None:
        reason = Message("verdict.equals", {"expected": _expected(cell.value, c.equals)})
        return Judged(c, cell.value, None, "supported" if _same(value, c.equals) else "not_supported", reason)
    if not isinstance(value, int | float) or value != value:
        return Judged(c, cell.value, None, "not_computed", Message("verdict.no_number", {"cell": str(c.cell)}))
    for verdict, reason in _failures(results, c, value, cell, row):
        return Judged(c, value, cell.p_value, verdict, reason)
    return Judged(c, value, cell.p_value, "supported", _holds(results, c))


def _expected(value: Any, word: str) -> Message | str:
    """The word of the study file as the cell would print it."""
    message = Message(f"{value.code.rpartition('.')[0]}.{word}", value.values) if isinstance(value, Message) else None
    return message if message is not None and known(message.code) else word


def _holds(results: Run, c: Condition) -> Message:
    """What a number was held against, where it is another number or two limits."""
    for side, address in (("above", c.above), ("below", c.below)):
        if address is not None and (other := _cell(results, address)[0]) is not None:
            return Message(f"verdict.is_{side}", {"cell": str(address), "other": digits(other.value, 3)})
    if c.at_least is not None and c.at_most is not None:
        return Message("verdict.within", {"low": c.at_least, "high": c.at_most})
    return Message("verdict.holds")


def _unaimed(results: Run, address: Address, row: Mapping[str, Cell]) -> bool:
    """Whether a number rests on a panel made from printed tables, none of them prints it, and no range over such panels says how it varies."""
    on = next((step.on for step in results.study.steps if step.name == address.step), None)
    source = next((s for s in results.study.sources if s.name == on), None)
    if source is None or not is_calibrated(source.written) or source.path.name != PRINTED:
        return False
    return not ({*RANGE} <= {*row} or _range_of(results, address) or _beside(results, address))


def _why_not(results: Run, cell: Address) -> Message:
    """Why there is no number at an address."""
    absent = next((item.absent for item in results.study.left_out if item.name == cell.step), None)
    return Message("verdict.no_cell", {"cell": str(cell)}) if absent is None else Message("verdict.not_run", {"absent": absent})


def _failures(results: Run, c: Condition, value: float, cell: Cell, row: Mapping[str, Cell]) -> Iterator[tuple[Verdict, Message]]:
    ranged = row if {*RANGE} <= {*row} else _range_of(results, c.cell)
    if _open(c, ranged):
        ends = {name: ranged[name].value for name in RANGE}
        yield "not_determined", Message("verdict.varies", ends | {"share": f"{ranged['share_significant'].value or 0.0:.0%}"})
    if c.sign is not None:
        significant, how = _significant(c, cell, row)
        right = value != 0 if c.sign == "nonzero" else (value > 0) == (c.sign == "positive") and value != 0
        if significant and not right:
            yield "contradicted", Message("verdict.opposite", {"how": how})
        if not significant and not ranged and _labelled(results, c.cell.step) and not _beside(results, c.cell):
            yield "not_determined", Message("verdict.not_aimed", {"how": how, "level": c.level})
        if not right:
            yield "not_supported", Message("verdict.sign", {"how": how})
        if not significant:
            yield "not_supported", Message("verdict.not_significant", {"how": how, "level": c.level})
    if c.at_least is not None and value < c.at_least:
        yield "not_supported", Message("verdict.at_least", {"limit": c.at_least})
    if c.at_most is not None and value > c.at_most:
        yield "not_supported", Message("verdict.at_most", {"limit": c.at_most})
    for side, address, up in (("above", c.above, 1), ("below", c.below, -1)):
        if address is None:
            continue
        other = _cell(results, address)[0]
        if other is None or not isinstance(other.value, int | float):
            yield "not_computed", Message("verdict.no_cell", {"cell": str(address)})
        elif up * (value - other.value) <= 0:
            yield "not_supported", Message(f"verdict.{side}", {"cell": str(address), "other": digits(other.value, 3)})


def _significant(c: Condition, cell: Cell, row: Mapping[str, Cell]) -> tuple[bool, Message]:
    """By the p-value of the cell, else by the interval of its row, else by its sign alone; and which of them."""
    if cell.p_value is not None:
        return cell.p_value < c.level, Message("verdict.by_p", {"p": p_text(cell.p_value)})
    if {*RANGE} <= {*row}:
        share = row["share_significant"].value
        return share is None or share == 1, Message("verdict.by_range", {name: row[name].value for name in RANGE})
    low, high = (row[b].value if b in row else None for b in BOUNDS)
    if isinstance(low, int | float) and isinstance(high, int | float):
        return low > 0 or high < 0, Message("verdict.by_interval", {"low": digits(low, 3), "high": digits(high, 3)})
    return True, Message("verdict.by_sign")


def astray(run: Run) -> tuple[Finding, ...]:
    """Addresses of hypotheses and recommendations at which a step that ran has nothing: mistakes of the study file that only a run can find."""
    found = dict[str, Finding]()
    for claim in (*run.study.hypotheses, *run.study.recommendations):
        for c in claim.conditions:
            for address in (c.cell, *c.plus, *(a for a in (c.above, c.below) if a is not None)):
                if address.step in run and _cell(run, address)[0] is None and not _range_of(run, address):
                    found.setdefault(f"{claim.name} {address}", _astray(run, claim, address))
    return tuple(found.values())


def _astray(run: Run, claim: Hypothesis, address: Address) -> Finding:
    """What there is instead: exhibits, rows or columns, as far as the address is right."""
    tables = {table.name: table for table in run.exhibits(address.step) if isinstance(table, Table)}
    table = tables.get(address.exhibit)
    rows = tuple(dict.fromkeys(row.key for row in table.rows)) if table else ()
    columns = tuple(column.key for column in table.columns) if table else ()
    wanted, known_words = (address.exhibit, tuple(tables)) if table is None else (address.row, rows) if address.row not in rows else (address.column, columns)
    values = {"name": claim.name, "cell": str(address), "found": wanted, "known": known_words, "near": suggestion(wanted, known_words)}
    return Finding("verdict.astray", values, "warning", claim.where)


def calibrated_ranges(run: Run, step: str) -> dict[tuple[str, str, str, str], tuple[float, float]]:
    """Exhibit, row, part and column of the numbers of a step that another step does again on calibrated panels → their least and greatest."""
    return {where: (values["least"], values["greatest"]) for where, values in _ranges(run, step)}


def _ranges(run: Run, step: str) -> Iterator[tuple[tuple[str, str, str, str], Mapping[Any, Any]]]:
    for other in run.study.steps:
        cells = getattr(run[other.name], "cells", None) if other.options.get("of") == step and other.name in run else None
        if cells is not None and {*RANGE} <= {*cells.columns}:
            yield from zip(cells.index, cells.to_dict("records"), strict=True)


def _range_of(results: Run, address: Address) -> Mapping[str, Cell]:
    """The range of a number over calibrated panels, where a step of the study does its step again on them."""
    for (exhibit, row, part, column), values in _ranges(results, address.step):
        if (exhibit, row, part) == (address.exhibit, address.row, address.part) and address.column in ("", column):
            return {name: Cell("number", None if value != value else value) for name, value in values.items() if not isinstance(value, str)}
    return {}


def _open(c: Condition, row: Mapping[str, Cell]) -> bool:
    """Whether a range over calibrated panels leaves open the sign of a number, whether it differs from zero, or on which side of a limit it lies."""
    if not {*RANGE} <= {*row}:
        return False
    least, greatest = (row[name].value for name in RANGE)
    crossed = (c.at_least is not None and least < c.at_least <= greatest) or (c.at_most is not None and least <= c.at_most < greatest)
    return crossed or (c.sign is not None and _varies(row))


def _varies(row: Mapping[str, Cell]) -> bool:
    """Whether the sign of a number varies over calibrated panels, or whether it differs from zero."""
    if not {*RANGE} <= {*row}:
        return False
    least, greatest, share = (row[name].value for name in (*RANGE, "share_significant"))
    return bool(least <= 0 <= greatest or (share is not None and 0 < share < 1))


def _beside(results: Run, address: Address) -> bool:
    """Whether the paper's own table stands next to an exhibit, so that print says whether its numbers differ from zero."""
    exhibit = f"{address.step}/{address.exhibit}"
    return any(shown.beside and exhibit in shown.addresses for shown in results.study.shown)


def _word(value: Any) -> Any:
    """A number as it is; of a message or a name, the word that a study file would use."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, Message):
        return value.values["value"] if [*value.values] == ["value"] else value.code.rpartition(".")[2]  # a number with digits of its own
    return value


def _same(value: Any, stated: str) -> bool:
    """Whether a word, or a number, is the one that the study file states."""
    if isinstance(value, int | float):
        try:
            return bool(value == float(stated))
        except ValueError:
            return False
    return bool(value == stated)


def _cell(results: Run, address: Address) -> tuple[Cell | None, Mapping[str, Cell]]:
    """The cell at an address and the cells of its row by column; a column that is not named is the first one with a value."""
    if address.step not in results:
        return None, {}
    for table in results.exhibits(address.step):
        if isinstance(table, Table) and table.name == address.exhibit:
            for row in table.rows:
                if row.key == address.row and row.part == address.part:
                    return _in_row(table, row, address)
    return None, {}


def _in_row(table: Table, row: Row, address: Address) -> tuple[Cell | None, Mapping[str, Cell]]:
    cells = {column.key: cell for column, cell in zip(table.columns, row.cells, strict=True)}
    if address.column:
        return cells.get(address.column), cells
    return next((cell for cell in row.cells if cell.value is not None), None), cells


def _robust(results: Run, hypothesis: Hypothesis) -> tuple[float, int] | None:
    if not hypothesis.robust_in or hypothesis.robust_in not in results:
        return None
    first = hypothesis.conditions[0]
    exhibits = sorted(results.exhibits(hypothesis.robust_in), key=lambda e: e.name not in SPECIFICATIONS)
    frames = (getattr(results[hypothesis.robust_in], "specifications", None), *(e.frame for e in exhibits))
    frame = next((f for f in frames if f is not None and {"estimate", "p_value"} <= {*map(str, f.columns)}), None)
    if frame is None or not len(frame):
        return None
    if "treatment" in frame and (frame["treatment"] == first.cell.row).any():  # a curve of several treatments
        frame = frame[frame["treatment"] == first.cell.row]
    right = frame["estimate"] != 0 if first.sign in (None, "nonzero") else (frame["estimate"] > 0) == (first.sign == "positive")
    return float((right & (frame["p_value"] < first.level)).mean()), len(frame)
