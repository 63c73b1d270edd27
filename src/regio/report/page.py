"""report.html: one self-contained page in every language of the study, readable offline and on paper."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import Any

from regio import __version__
from regio.contract.finding import Finding
from regio.exhibits.models import Figure
from regio.exhibits.render import html_figure
from regio.exhibits.render.html import CSS, breaking, html, marked
from regio.exhibits.render.html_figure import figure_html
from regio.exhibits.scripts import scripts
from regio.language import Language, say, spell
from regio.report import judged
from regio.report.citing import cited
from regio.report.data import first_to_know
from regio.report.data_section import data_findings, labelled
from regio.report.exhibits import Item, printed, title_of
from regio.report.figures import Drawings
from regio.report.methods import convention_in_words, passages
from regio.report.options import as_in_file
from regio.report.readings import readings
from regio.report.references import Work
from regio.report.said_once import said_once
from regio.study.execute import Run
from regio.study.model import Step

SHOWN_CHANGES = 500
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}


def _css() -> str:
    return (resources.files("regio.report") / "page.css").read_text(encoding="utf-8")


def page(
    run: Run,
    items: tuple[Item, ...],
    beside: tuple[Item, ...],
    drawings: Drawings,
    findings: tuple[Finding, ...],
    works: tuple[Work, ...],
    languages: tuple[Language, ...],
) -> str:
    """The whole page. beside: exhibits of the data section, which have no numbers; works: those in the list of references."""
    switch = "".join(f'<label for="{language}">{LANGUAGE_NAMES[language]}</label>' for language in languages) if len(languages) > 1 else ""
    inputs = "".join(
        f'<input class="language" type="radio" name="language" id="{language}" aria-label="{LANGUAGE_NAMES[language]}"{" checked" if i == 0 else ""}>'
        for i, language in enumerate(languages)
    )
    rules = "".join(
        f"#{x}:checked ~ section.{x} {{ display: block; }} #{x}:checked ~ .switch label[for={x}] {{ background: #1b1b1b; color: #fff; }}\n" for x in languages
    )
    sections = "".join(_section(run, items, beside, drawings, findings, works, language) for language in languages)
    first = languages[0]
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if first == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(spell(run.study.title, first))}</title>\n'
        f'<style>{_css()}{rules}{CSS}{html_figure.CSS}</style>\n</head>\n<body>\n{inputs}<div class="switch">{switch}</div>\n{sections}</body>\n</html>\n'
    )


def _section(
    run: Run,
    items: tuple[Item, ...],
    beside: tuple[Item, ...],
    drawings: Drawings,
    findings: tuple[Finding, ...],
    works: tuple[Work, ...],
    language: Language,
) -> str:
    study = run.study
    title, note = escape(spell(study.title, language)), escape(spell(study.note, language))
    claims = tuple(item for item in beside if item.exhibit.name in judged.NAMES)
    some = (items, claims, tuple(item for item in beside if item not in claims))
    exhibits, verdicts, about = ("".join(_exhibit(item, run, drawings, language) for item in part) for part in some)
    parts = [
        f"<h1>{title}</h1>",
        f'<p class="note">{note}</p>' if note else "",
        f'<p class="meta">{escape(say("report.made_by", language, version=__version__, study=study.name))}</p>',
        _findings(first_to_know(findings, run), run, language),
        _contents(run, items, language),
        f"<h2>{_say('report.exhibits', language)}</h2>{exhibits}" if items else "",
        f"<h2>{_say('report.hypotheses', language)}</h2>{verdicts}" if verdicts else "",
        f"<h2>{_say('report.data', language)}</h2>{_sources(run, language)}{about}{data_findings(run, language)}{_changes(run, language)}",
        f"<h2>{_say('report.methods', language)}</h2>{_methods(run, language)}",
        f"<h2>{_say('report.steps', language)}</h2>{_steps(run, language)}",
        f"<h2>{_say('methods.head.references', language)}</h2>{_references(works, language)}" if works else "",
    ]
    return f'<section class="page {language}" lang="{"zh-CN" if language == "zh" else "en"}">\n' + "\n".join(filter(None, parts)) + "\n</section>\n"


def _exhibit(item: Item, run: Run, drawings: Drawings, language: Language) -> str:
    anchor, number = f"{language}-{item.anchor}", say(item.heading(language), language) if item.number else ""
    if isinstance(item.exhibit, Figure):
        drawn = drawings[item.slug, language]
        return figure_html(drawn.svg, drawn.caption, anchor=anchor, number=number)
    return html(printed(item, run, language), anchor=anchor, number=number) + reading_html(readings(item, run, language))


def reading_html(said: tuple[str, ...]) -> str:
    """Plain readings below a table."""
    if not said:
        return ""
    return '<div class="reading">' + "".join(f"<p>{marked(scripts(sentence))}</p>" for sentence in said) + "</div>"


def _methods(run: Run, language: Language) -> str:
    return "".join(f"<h3>{escape(passage.head)}</h3><p>{marked(passage.pieces)}</p>" for passage in passages(run, language))


def _references(works: tuple[Work, ...], language: Language) -> str:
    return '<ul class="references">' + "".join(f"<li>{escape(cited(work, language))}</li>" for work in works) + "</ul>"


def _say(code: str, language: Language, **values: Any) -> str:
    return escape(say(code, language, **values))


def _findings(findings: tuple[Finding, ...], run: Run, language: Language) -> str:
    if not findings:
        return ""
    rows = "".join(f'<li class="{said.severity}">{escape(said.text)}</li>' for said in said_once([labelled(f, run) for f in findings], language))
    return f'<div class="findings"><strong>{_say("report.findings", language)}</strong><ul>{rows}</ul></div>'


def _contents(run: Run, items: tuple[Item, ...], language: Language) -> str:
    links = "".join(f'<li><a href="#{language}-{item.anchor}">{escape(_numbered(item, run, language))}</a></li>' for item in items)
    return f'<nav aria-label="{_say("report.contents", language)}"><ul>{links}</ul></nav>' if len(items) > 1 else ""


def _numbered(item: Item, run: Run, language: Language) -> str:
    return f"{say(item.heading(language), language)}{'. ' if language == 'en' else '　'}{title_of(item, run, language)}"


def _sources(run: Run, language: Language) -> str:
    rows = []
    for table in run.tables:
        source = run.study.source(table.source)
        extent = [str(table.extent.get(f"n_{key}s", "–")) for key in ("region", "period")]
        title = spell(source.title, language) or source.name
        marks = "".join(f' <strong class="mark">{escape(spell(mark, language))}</strong>' for mark in table.labels)
        rows.append([escape(title) + marks, _code(source.written), f"{table.rows:,}", *extent, _code(table.file_hash[:12])])
    return _plain_table("report.source", ("name", "from", "rows", "regions", "periods", "hash"), rows, language)


def _changes(run: Run, language: Language) -> str:
    changes = [change for table in run.tables for change in table.changes]
    if not changes:
        return f"<p>{_say('report.no_changes', language)}</p>"
    rows = []
    for c in changes[:SHOWN_CHANGES]:
        name, reason, place = c["variable"], say(c["reason"], language), f"{c['file']}:{c['row']}" if c["row"] else c["file"]
        rows.append(
            [escape(str(word)) for word in (spell(run.labels.get(name, name), language), c["region"], c["period"], c["before"], c["after"], reason, place)]
        )
    table = _plain_table("report.change", ("variable", "region", "period", "before", "after", "reason", "place"), rows, language)
    more = f"<p>{_say('report.more_changes', language, count=len(changes) - SHOWN_CHANGES)}</p>" if len(changes) > SHOWN_CHANGES else ""
    return f"<details><summary>{_say('report.changes', language, count=len(changes))}</summary>{table}{more}</details>"


def _steps(run: Run, language: Language) -> str:
    rows = [_step(run, step, language) for step in run.study.steps if step.name in run.results or step.name in run.failed]
    return _plain_table("report.step", ("name", "kind", "stated", "by_default", "rows", "conventions"), rows, language)


def _step(run: Run, step: Step, language: Language) -> list[str]:
    result = run.results.get(step.name)
    stated = {k: v for k, v in step.options.items() if k in step.given or k in step.by_default}
    rest = {k: v for k, v in step.options.items() if k not in stated and v not in (None, (), "")}
    provenance = result.provenance if result else None
    rows = _say("report.rows", language, used=provenance.rows_used, left_out=provenance.rows_left_out) if provenance else _say("report.failed", language)
    between = "; " if language == "en" else "；"
    conventions = between.join(dict.fromkeys(convention_in_words(c, run, language) for c in result.conventions)) if result else ""
    return [_code(step.name), _code(step.kind), _options(stated), _options(rest), rows, escape(conventions)]


def _plain_table(code: str, heads: tuple[str, ...], rows: list[list[str]], language: Language) -> str:
    """A table of the report that is no exhibit; its cells are HTML."""
    head = "".join(f'<th scope="col">{_say(f"{code}.{h}", language)}</th>' for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table class="plain"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _options(options: dict[str, Any]) -> str:
    return "<br>".join(breaking(_code(f"{k} = {as_in_file(v)}")) for k, v in options.items())
