"""What a run leaves behind: report.html, tables/, figures/, results.json. The same bytes for the same study and data; nothing is written twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from regio import __version__
from regio.compute.fingerprint import of_files
from regio.contract.finding import Finding
from regio.exhibits.models import Figure, Table
from regio.exhibits.render.html import CSS, html
from regio.exhibits.render.markdown import markdown
from regio.exhibits.render.terminal import terminal
from regio.language import Language, say
from regio.report import citing, documents, handout
from regio.report.exhibits import Item, data_items, items, judged_items, printed
from regio.report.figures import Drawings, as_csv, draw_all
from regio.report.judged import NAME
from regio.report.methods import as_markdown, passages
from regio.report.output import Output, intact
from regio.report.page import page, reading_html
from regio.report.readings import readings
from regio.report.references import Work, used
from regio.report.results import as_json
from regio.study import keys
from regio.study.execute import Run, labels
from regio.study.store import Store

TABLE_FILES = (".en.html", ".zh.html", ".en.md", ".zh.md")
FIGURE_FILES = (".svg", ".pdf", ".png", ".csv")


def write(run: Run, folder: Path, languages: tuple[Language, ...], store: Store | None = None) -> Run:
    """Write a run into a folder, unless it lies there already; the run with its folder and its main table as text.

    Raises
    ------
    DataError
        where the folder cannot be written
    """
    key = keys.digest(_depends_on(run, languages))
    last = store.read("report") if store is not None else None
    if isinstance(last, dict) and last.get("key") == key and not run.failed and intact(folder, last["files"]):
        return replace(run, folder=folder, main=last["main"])
    output = Output(folder)
    shown, problems = items(run)
    beside = (*judged_items(run, shown), *data_items(run, shown))
    output.text("results.json", json.dumps(as_json(run, shown, beside), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    drawings, undrawn = draw_all(run, (*shown, *beside), languages)
    problems = (*problems, *undrawn, *_audited(run, (*shown, *beside), languages[0]), *run.astray)
    for item in shown:
        if isinstance(item.exhibit, Figure):
            output.bytes(f"figures/{item.slug}.csv", as_csv(item.exhibit))
            if item.exhibit.nodes is not None:
                output.bytes(f"figures/{item.slug}.nodes.csv", as_csv(item.exhibit, nodes=True))
        for language in languages:
            if isinstance(item.exhibit, Table):
                _table(output, item, run, language)
            else:
                for form, content in drawings[item.slug, language].files.items():
                    output.bytes(f"figures/{item.slug}.{language}.{form}", content)
    works = used(run)
    for language in languages:
        text = documents.Text(passages(run, language), tuple(citing.cited(work, language) for work in works))
        output.text(f"methods.{language}.md", as_markdown(text.passages, text.references, language))
        _documents(output, run, shown, drawings, text, language)
    _references(output, works)
    output.remove_stale("tables", TABLE_FILES)
    output.remove_stale("figures", FIGURE_FILES)
    output.text("report.html", page(run, shown, beside, drawings, (*run.findings, *problems), works, languages))
    main = {
        language: "\n\n".join(
            terminal(printed(item, run, language)) for item in (*shown, *beside) if (item.main or item.exhibit.name == NAME) and isinstance(item.exhibit, Table)
        )
        for language in languages
    }
    if store is not None and not output.findings and not problems:
        store.write("report", {"key": key, "files": output.files, "main": main})
    return replace(run, folder=folder, main=main, written=(*problems, *output.findings))


def _audited(run: Run, items: tuple[Item, ...], language: Language) -> tuple[Finding, ...]:
    """What the audit says about the tables as they are printed: the digits are the same in every language."""
    from regio.auditing import own

    tables = [item for item in items if isinstance(item.exhibit, Table)]
    return tuple(replace(f, where=item.slug) for item in tables for f in own.findings(printed(item, run, language)))


def _depends_on(run: Run, languages: tuple[Language, ...]) -> list[Any]:
    """Everything that the written files depend on."""
    study = run.study
    steps = [[s.name, s.given, s.by_default, s.title, s.note] for s in study.steps]
    prints = [
        study.name,
        study.title,
        study.note,
        study.shown,
        study.style,
        study.figure_formats,
        study.seed,
        study.variables,
        study.hypotheses,
        study.recommendations,
        study.printed_notes,
        study.readings,
        study.absent,
        study.left_out,
        of_files([study.printed]) if study.printed is not None else "",
        labels(study),
        steps,
        study.notes,
        [s.title for s in study.sources],
    ]
    return [dict(run.hashes), sorted(run.failed), run.tables, prints, languages, keys.report_rooms(), keys.versions(), __version__]


def _references(output: Output, works: tuple[Work, ...]) -> None:
    """The works behind the study, for LaTeX, for reference managers, and by GB/T 7714-2015."""
    output.text("references.bib", citing.bibtex(works))
    output.text("references.ris", citing.ris(works))
    output.text("references.gbt.txt", "".join(f"[{i}] {citing.gbt(work)}\n" for i, work in enumerate(works, 1)))


def _documents(output: Output, run: Run, items: tuple[Item, ...], drawings: Drawings, text: documents.Text, language: Language) -> None:
    """The report for those who go on in Word, LaTeX or Excel, and as a PDF."""
    exhibits = documents.shown(run, items, drawings, language)
    output.bytes(f"report.{language}.docx", documents.word_document(run, exhibits, text, language))
    output.bytes(f"tables.{language}.xlsx", documents.workbook(run, exhibits))
    source, pictures = documents.typst_document(run, exhibits, text, language)
    output.bytes(f"report.{language}.pdf", documents.pdf(source, pictures))
    if handed := tuple(shown for shown in exhibits if shown.item.page):
        output.bytes(f"page.{language}.docx", handout.word_page(run, handed, language))
        source, pictures = handout.typst_page(run, handed, language)
        output.bytes(f"page.{language}.pdf", documents.pdf(source, pictures))
    for name, content in documents.latex_files(run, exhibits, text, language):
        output.bytes(f"latex.{language}/{name}", content)


def _table(output: Output, item: Item, run: Run, language: Language) -> None:
    table = printed(item, run, language)
    number = say(item.heading(language), language)
    tag = "zh-CN" if language == "zh" else "en"
    head = f'<!doctype html>\n<html lang="{tag}"><head><meta charset="utf-8"><title>{number}</title><style>{CSS}</style></head><body>\n'
    said = readings(item, run, language)
    output.text(f"tables/{item.slug}.{language}.html", f"{head}{html(table, number=number)}{reading_html(said)}</body></html>\n")
    output.text(f"tables/{item.slug}.{language}.md", markdown(table) + "".join(f"\n{sentence}\n" for sentence in said))
