"""The figures of a report: drawn once in each language, as files and for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regio.contract.finding import Finding
from regio.exhibits.draw.caption import Caption, caption
from regio.exhibits.draw.fonts import FontError
from regio.exhibits.models import Figure
from regio.language import Language
from regio.report.exhibits import Item, marks
from regio.study.execute import Run


@dataclass(frozen=True, slots=True)
class Drawn:
    """One figure in one language. svg: None where it could not be drawn; files: ending → content, none for a figure without a number."""

    caption: Caption
    svg: bytes | None
    files: Mapping[str, bytes]


Drawings = Mapping[tuple[str, Language], Drawn]  # by slug and language


def draw_all(run: Run, items: tuple[Item, ...], languages: tuple[Language, ...]) -> tuple[Drawings, tuple[Finding, ...]]:
    """Every figure in every language; a language without a font is skipped and comes back as a finding."""
    drawings: dict[tuple[str, Language], Drawn] = {}
    findings: list[Finding] = []
    for item in items:
        if not isinstance(item.exhibit, Figure):
            continue
        for language in languages:
            words = caption(item.exhibit, language, style=run.study.style, labels=run.labels, title=item.title, marks=marks(item, run))
            try:
                files = _files(run, item, item.exhibit, words)
            except FontError as problem:
                files = {}
                findings += [f for m in problem.messages if (f := Finding(m.code, m.values, "warning")) not in findings]
            drawings[item.slug, language] = Drawn(words, files.get("svg"), {k: v for k, v in files.items() if item.number and k in run.study.figure_formats})
    return drawings, tuple(findings)


def _files(run: Run, item: Item, figure: Figure, words: Caption) -> dict[str, bytes]:
    from regio.exhibits.draw import draw
    from regio.exhibits.draw.save import FORMATS, save

    picture = draw(figure, words.language, style=run.study.style, labels=run.labels, title=words.title, marks=words.labels)
    forms = {"svg", *(run.study.figure_formats if item.number else ())}
    return {form: save(picture, form, salt=f"{item.slug}.{words.language}") for form in FORMATS if form in forms}


def as_csv(figure: Figure, *, nodes: bool = False) -> bytes:
    """The numbers behind a figure, or the nodes of a diagram, for a spreadsheet."""
    frame = figure.nodes if nodes and figure.nodes is not None else figure.frame
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
