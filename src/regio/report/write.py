"""What a run leaves behind: report.html, tables/, results.json. The same bytes for the same study and data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from regio.contract.finding import DataError, Position, error
from regio.exhibits.render.html import CSS, html
from regio.exhibits.render.markdown import markdown
from regio.language import Language, say
from regio.report.exhibits import Item, items, printed
from regio.report.page import page
from regio.report.results import as_json
from regio.study.execute import Run


def write(run: Run, folder: Path, languages: tuple[Language, ...]) -> Run:
    """Write a run into a folder; the run with its folder.

    Raises
    ------
    DataError
        where the folder cannot be written
    """
    shown, problems = items(run)
    findings = (*run.findings, *problems)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tables = folder / "tables"
        tables.mkdir(exist_ok=True)
        _text(folder / "results.json", json.dumps(as_json(run, shown), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        for item in shown:
            for language in languages:
                _table(tables, item, run, language)
        _remove_stale(tables, {f"{item.slug}.{language}" for item in shown for language in languages})
        _text(folder / "report.html", page(run, shown, findings, languages))
    except OSError as problem:
        raise DataError(error("report.cannot_write", Position(str(problem.filename or folder)), reason=problem.strerror or "")) from problem
    return replace(run, folder=folder)


def _table(tables: Path, item: Item, run: Run, language: Language) -> None:
    table = printed(item, run, language)
    number = say(item.heading(language), language)
    tag = "zh-CN" if language == "zh" else "en"
    head = f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8"><title>{number}</title><style>{CSS}</style></head><body>\n'
    _text(tables / f"{item.slug}.{language}.html", f"{head}{html(table, number=number)}</body></html>\n")
    _text(tables / f"{item.slug}.{language}.md", markdown(table))


def _remove_stale(tables: Path, kept: set[str]) -> None:
    """Tables of an earlier run that this one does not have; other files are left alone."""
    for file in tables.iterdir():
        if file.stem not in kept and file.name[:2].isdigit() and file.name.endswith((".en.html", ".zh.html", ".en.md", ".zh.md")):
            file.unlink()


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
