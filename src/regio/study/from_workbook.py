"""A workbook as a layer over the study that it extends: its variables, its table, and the options that were changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regio.contract.declaration import Argument, declaration
from regio.contract.finding import DataError, Position, StudyError, error, suggestion
from regio.reading.workbook import OPTIONS, Workbook, read_workbook

LISTS = ("columns", "groups", "effects")
SPLIT = ("label", "unit", "source", "definition")


def as_raw(path: Path) -> dict[str, Any]:
    """The TOML that a workbook stands for.

    Raises
    ------
    StudyError
        where a sheet is missing or an option's step is unknown
    """
    try:
        book = read_workbook(path)
    except DataError as problem:
        raise StudyError(*problem.findings) from None
    raw: dict[str, Any] = {"schema": 1, "study": _head(book.study), "variable": [_variable(v) for v in book.variables]}
    if book.study.get("extends"):
        raw["extends"] = book.study["extends"]
    source = {"name": book.study.get("source") or "data", "from": path.name, "region": "region", "period": "period", "columns": []}
    if book.study.get("places"):
        source["places"] = book.study["places"]
    raw["source"] = [source]
    steps: dict[str, dict[str, Any]] = {}
    for row in book.options:
        if row.get("value", "") != row.get("as_written", ""):
            steps.setdefault(row["step"], {"name": row["step"]})[row["option"]] = _option(row, book)
    if steps:
        raw["step"] = list(steps.values())
    return raw


def _head(study: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = {key: study[key] for key in ("name",) if study.get(key)}
    for key in ("title", "note"):
        texts = {language: study[f"{key}_{language}"] for language in ("en", "zh") if study.get(f"{key}_{language}")}
        if texts:
            head[key] = texts
    return head


def _variable(row: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {key: row[key] for key in ("name", "source", "role", "direction", "dimension") if row.get(key)}
    for key in SPLIT:
        texts = {language: row[f"{key}_{language}"] for language in ("en", "zh") if row.get(f"{key}_{language}")}
        if texts:
            entry[key] = texts
    if row.get("weight"):
        entry["weight"] = _number(row["weight"])
    for key in ("best", "goalposts"):
        if row.get(key):
            entry[key] = [_number(word) for word in row[key].replace(";", " ").split()]
    if row.get("set"):
        entry["sets"] = row["set"].replace(";", " ").split()
    return entry


def _number(word: str) -> float | str:
    """A number; what is none stays text, and the check of the study says so."""
    try:
        return float(word)
    except ValueError:
        return word


def _option(row: Mapping[str, str], book: Workbook) -> Any:
    """A value as the option's argument wants it; what cannot be understood stays text, and the check of the study says so."""
    where = Position(book.path.name, sheet=OPTIONS)
    try:
        argument = declaration(row["kind"]).argument(row["option"])
    except KeyError:
        steps = tuple(dict.fromkeys(r["step"] for r in book.options))
        raise StudyError(error("workbook.unknown_option", where, step=row["step"], option=row["option"], near=suggestion(row["step"], steps))) from None
    return _typed(row["value"], argument)


def _typed(value: str, argument: Argument | None) -> Any:
    if argument is not None and argument.role.name in LISTS:
        return [part.strip() for part in value.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if value.lower() in ("true", "false"):
        return value.lower() == "true"
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def written(value: Any) -> str:
    """An option as the workbook shows it."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
