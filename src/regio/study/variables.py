"""What a study says of its variables: ``variables.csv`` and ``[[variable]]`` tables. Standard library only."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from regio.contract.finding import Finding, Position, error, suggestion
from regio.exhibits.models import Text
from regio.language import Message
from regio.panel.variable import Direction, Variable
from regio.reading.decode import UndecodableError, decode
from regio.study.entries import VariableEntry
from regio.study.layers import Layer

COLUMNS = (
    "name",
    "label_en",
    "label_zh",
    "unit",
    "unit_en",
    "unit_zh",
    "source",
    "source_zh",
    "definition",
    "definition_zh",
    "role",
    "direction",
    "dimension",
    "weight",
    "best",
    "goalposts",
    "set",
)
DIRECTIONS: tuple[Direction, ...] = ("positive", "negative", "moderate")


def read_variables(file: str | None, entries: list[tuple[int, VariableEntry]], marks: Layer) -> tuple[tuple[Variable, ...], list[Finding], dict[str, Position]]:
    """Every variable, those of the study file laid over those of the table field by field; what is wrong; and the rows of the table."""
    found: dict[str, Variable] = {}
    problems: list[Finding] = []
    rows: dict[str, Position] = {}
    if file is not None:
        path = marks.folder(("study", "variables")) / file
        if path.is_file():
            found, problems, rows = _table(path)
        else:
            beside = tuple(sorted(p.name for p in path.parent.iterdir() if p.is_file())) if path.parent.is_dir() else ()
            problems.append(error("reading.no_file", marks.where(("study", "variables")), found=file, near=suggestion(path.name, beside)))
    names = [entry.name for _, entry in entries]
    for place, (i, entry) in enumerate(entries):
        if entry.name in names[:place]:
            problems.append(error("study.same_name", marks.where(("variable", i, "name")), name=entry.name, first=Message("study.use.variable")))
        if not entry.drop:
            found[entry.name] = _laid_over(found.get(entry.name), entry)
        elif found.pop(entry.name, None) is None:
            near = suggestion(entry.name, tuple(found))
            problems.append(error("study.overlay_unknown", marks.where(("variable", i)), section="variable", name=entry.name, needed="", near=near))
    return tuple(found.values()), problems, rows


def _laid_over(row: Variable | None, entry: VariableEntry) -> Variable:
    """The row of the table with what the study file says; a language that it does not say stays."""
    said = entry.model_dump(exclude={"drop"})
    if row is None:
        return Variable(**said)
    news: dict[str, Any] = {}
    for name in entry.model_fields_set & said.keys():
        old = getattr(row, name)
        news[name] = {**old, **said[name]} if isinstance(old, dict) and isinstance(said[name], dict) else said[name]
    return replace(row, **news)


def _table(path: Path) -> tuple[dict[str, Variable], list[Finding], dict[str, Position]]:
    try:
        text = decode(path.read_bytes()).text
    except UndecodableError as problem:
        return {}, [error("reading.not_text", Position(path.name, line=problem.line))], {}
    reader = csv.DictReader(io.StringIO(text, newline=""))
    problems = [
        error("study.unknown_key", Position(path.name, 1), key=name, section=path.name, keys=COLUMNS, near=suggestion(name, COLUMNS))
        for name in reader.fieldnames or ()
        if name not in COLUMNS
    ]
    if "name" not in (reader.fieldnames or ()):
        return {}, [*problems, error("study.missing_key", Position(path.name, 1), key="name", section=path.name)], {}
    found: dict[str, Variable] = {}
    rows: dict[str, Position] = {}
    for row in reader:
        where = Position(path.name, line=reader.line_num)
        if None in row or None in row.values():
            cells = sum(value is not None for key, value in row.items() if key is not None) + len(row.get(None) or ())
            problems.append(error("reading.ragged", where, found=cells, expected=len(reader.fieldnames or ())))
            continue
        name = (row.get("name") or "").strip()
        if not name:
            problems.append(error("study.missing_key", where, key="name", section=path.name))
            continue
        if name in found:
            problems.append(error("study.same_name", where, name=name, first=path.name))
        found[name], rows[name] = _variable(name, row, where, problems), where
    return found, problems, rows


def _variable(name: str, row: Mapping[str, str], where: Position, problems: list[Finding]) -> Variable:
    stated = (row.get("direction") or "").strip()
    direction = next((d for d in DIRECTIONS if d == stated), None)
    if stated and direction is None:
        problems.append(error("study.not_a_choice", where, key="direction", found=stated, choices=DIRECTIONS, near=suggestion(stated, DIRECTIONS)))
    weight: float | None = None
    if written := (row.get("weight") or "").strip():
        try:
            weight = float(written)
        except ValueError:
            problems.append(error("study.wrong_type", where, key="weight", found=repr(written), expected="0.25"))
    return Variable(
        name=name,
        label=_text(row, "label_en", "label_zh"),
        unit=_text(row, "unit_en", "unit_zh") or (row.get("unit") or "").strip(),
        source=_text(row, "source", "source_zh"),
        definition=_text(row, "definition", "definition_zh"),
        role=(row.get("role") or "").strip(),
        direction=direction,
        dimension=(row.get("dimension") or "").strip(),
        weight=weight,
        best=_numbers(row, "best", where, problems),
        goalposts=_numbers(row, "goalposts", where, problems),
        sets=tuple((row.get("set") or "").replace(";", " ").split()),
    )


def _numbers(row: Mapping[str, str], key: str, where: Position, problems: list[Finding]) -> tuple[float, ...]:
    """One number or two, apart by a space or a semicolon."""
    written = (row.get(key) or "").replace(";", " ").split()
    try:
        found = tuple(float(item) for item in written)
    except ValueError:
        found = (math.nan,)
    if len(found) > 2 or not all(map(math.isfinite, found)):
        problems.append(error("study.wrong_type", where, key=key, found=repr(row.get(key)), expected="0.4 0.6"))
        return ()
    return found


def _text(row: Mapping[str, str], en: str, zh: str) -> Text:
    texts = {"en": (row.get(en) or "").strip(), "zh": (row.get(zh) or "").strip()}
    texts = {language: words for language, words in texts.items() if words}
    return texts if len(texts) == 2 else next(iter(texts.values()), "")
