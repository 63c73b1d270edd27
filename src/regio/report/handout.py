"""The page that is handed on: the exhibits with ``page = true`` under the title of the study, without the text on methods, in Word and as a PDF."""

from __future__ import annotations

from regio.exhibits.render.fit import turned
from regio.exhibits.render.typst import quoted
from regio.language import Language, spell
from regio.report.documents import MAIN_FONT, Shown, _caption, _in_typst, _opening, _width
from regio.study.execute import Run

MARGIN = 15  # millimetres


def word_page(run: Run, exhibits: tuple[Shown, ...], language: Language) -> bytes:
    """A Word document; it lies across the paper where a table of it does."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    from regio.exhibits.render.word import Document

    title = spell(run.study.title, language) or run.study.name
    document = Document(language, title)
    section, across = document.doc.sections[0], _across(exhibits)
    if across:
        section.page_width, section.page_height = section.page_height, section.page_width
        section.orientation = WD_ORIENT.LANDSCAPE
    section.top_margin = section.bottom_margin = Mm(MARGIN)
    section.footer_distance = Mm(MARGIN / 2)
    *note, made_by = _opening(run, language)
    section.footer.paragraphs[0].add_run(made_by).font.size = Pt(8)  # below the table, whatever room that leaves
    document.heading(title, 2)
    for exhibit in exhibits:
        if exhibit.printed is not None:
            document.table(exhibit.printed, number=exhibit.number, across=across)
        elif exhibit.caption is not None and exhibit.png is not None:
            caption, notes = _caption(exhibit, language)
            document.picture(exhibit.png, caption, notes, width=_width(exhibit.png), alt=exhibit.caption.alt)
    for sentence in note:
        document.paragraph(sentence, size=8)
    return document.content()


def typst_page(run: Run, exhibits: tuple[Shown, ...], language: Language) -> tuple[str, dict[str, bytes]]:
    """The source of the PDF, and the pictures beside it."""
    title = spell(run.study.title, language) or run.study.name
    pictures: dict[str, bytes] = {}
    region = ', region: "cn"' if language == "zh" else ""
    flipped = str(_across(exhibits)).lower()
    parts = [
        f'#set document(title: {quoted(title)}, date: none)\n#set page(paper: "a4", margin: {MARGIN}mm, flipped: {flipped})\n'
        f'#set text(font: {MAIN_FONT[language]}, size: 10pt, lang: "{language}"{region})\n',
        f"#align(center, text(size: 14pt, weight: {quoted('bold')}, {quoted(title)}))\n",
        *(_in_typst(exhibit, pictures, language) for exhibit in exhibits),
        *(f"#par(text(size: 8pt, {quoted(sentence)}))\n" for sentence in _opening(run, language)),
    ]
    return "".join(parts), pictures


def _across(exhibits: tuple[Shown, ...]) -> bool:
    return any(turned([exhibit.printed for exhibit in exhibits]))
