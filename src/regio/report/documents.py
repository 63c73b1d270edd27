"""The report as a Word document, a typeset PDF, a LaTeX folder and a workbook: the same tables as on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from regio import __version__
from regio.exhibits.draw.caption import Caption
from regio.exhibits.models import Figure, Table
from regio.exhibits.printed import Printed
from regio.exhibits.render.fit import UPRIGHT, fit, lines, turned
from regio.exhibits.render.flow import PAGE, SPACE, Block, order, table_height, text_height
from regio.exhibits.render.latex import PACKAGES, escaped, flowing, latex
from regio.exhibits.render.typst import WHOLE, content, quoted, typst
from regio.exhibits.scripts import scripts
from regio.language import Language, say, spell
from regio.report.exhibits import Item, printed
from regio.report.figures import Drawings
from regio.report.methods import Passage
from regio.report.readings import readings
from regio.study.execute import Run

FONTS = "pylopdf_fonts_zh_cn"
TIMES = "".join(  # the letters of most journals, where they are installed
    f"\\IfFontExistsTF{{{name}}}{{\\setmainfont{{{name}}}}}{{}}\n" for name in ("TeX Gyre Termes", "Times New Roman")
)
LATIN_MARKS = '\\xeCJKDeclareCharClass{Default}{"2018 -> "201D, "2013, "2014, "2026, "00B7}\n'  # quotation marks and dashes as wide as letters
HEADING = 16.0  # millimetres of the heading over tables and figures
BEGUN = 0.45  # of a page: where the text takes more of its last one, exhibits begin on a new page
MAIN_FONT = {"en": '("New Computer Modern", "Noto Serif SC", "Songti SC", "SimSun")', "zh": '("New Computer Modern", "Noto Serif SC", "Songti SC", "SimSun")'}


@dataclass(frozen=True, slots=True)
class Text:
    """The text on data and methods, and the list of references."""

    passages: tuple[Passage, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An exhibit in one language: ``printed`` for a table, ``caption`` and the files of the picture for a figure."""

    item: Item
    number: str
    printed: Printed | None = None
    readings: tuple[str, ...] = ()
    caption: Caption | None = None
    svg: bytes | None = None
    png: bytes | None = None


def shown(run: Run, items: tuple[Item, ...], drawings: Drawings, language: Language) -> tuple[Shown, ...]:
    """What the documents show, in the order of the report."""
    return tuple(_shown(run, item, drawings, language) for item in items)


def _shown(run: Run, item: Item, drawings: Drawings, language: Language) -> Shown:
    number = say(item.heading(language), language) if item.number else ""
    if isinstance(item.exhibit, Table):
        return Shown(item, number, printed(item, run, language), readings(item, run, language))
    drawn = drawings[item.slug, language]
    return Shown(item, number, caption=drawn.caption, svg=drawn.svg, png=drawn.files.get("png"))


def _above(run: Run, text: Text, language: Language) -> float:
    """Millimetres of the last page that the text before the exhibits takes; 0 where too little is left of it, so that they begin on a new one."""
    taken = 12.0 + sum(text_height(sentence, 10.0, UPRIGHT) for sentence in _opening(run, language))
    taken += sum(11.0 + text_height(passage.text, 10.0, UPRIGHT) for passage in text.passages)
    used = taken % PAGE
    return used if used < BEGUN * PAGE else 0.0


def _flow(exhibits: tuple[Shown, ...], above: float) -> list[tuple[Shown, bool]]:
    """The exhibits in the order in which they fill pages, and whether each stands on a turned one."""
    lying = turned([exhibit.printed for exhibit in exhibits])
    blocks = [_block(exhibit, across) for exhibit, across in zip(exhibits, lying, strict=True)]
    return [(exhibits[i], lying[i]) for i in order(blocks, above + HEADING)]


def _block(exhibit: Shown, across: bool) -> Block:
    if exhibit.printed is not None:
        tall = lines(exhibit.printed, fit(exhibit.printed)) > WHOLE[across]
        return Block("table", table_height(exhibit.printed, exhibit.readings, across=across), tall, across)
    if exhibit.caption is None or exhibit.png is None:
        return Block("figure", 0.0)
    notes = text_height(_caption(exhibit, exhibit.caption.language)[1], 8.5, UPRIGHT)
    return Block("figure", _height(exhibit.png) * min(1.0, UPRIGHT / _width(exhibit.png)) + SPACE + notes)


def word_document(run: Run, exhibits: tuple[Shown, ...], text: Text, language: Language) -> bytes:
    """A Word document."""
    from regio.exhibits.render.word import Document

    title = spell(run.study.title, language) or run.study.name
    document = Document(language, title)
    document.heading(title)
    for sentence in _opening(run, language):
        document.paragraph(sentence)
    if text.passages:
        document.heading(say("report.methods", language), 2)
    for passage in text.passages:
        document.heading(passage.head, 3)
        document.paragraph(passage.pieces)
    above = _above(run, text, language)
    flow = _flow(exhibits, above)
    document.turn(any(across for _, across in flow[:1]))
    document.heading(say("report.exhibits", language), 2, new_page=not above)
    for exhibit, across in flow:
        if exhibit.printed is not None:
            document.table(exhibit.printed, number=exhibit.number, across=across)
            for sentence in exhibit.readings:
                document.paragraph(scripts(sentence))
        elif exhibit.caption is not None and exhibit.png is not None:
            caption, notes = _caption(exhibit, language)
            document.picture(exhibit.png, caption, notes, width=_width(exhibit.png), alt=exhibit.caption.alt)
    document.turn(False)
    if text.references:
        document.heading(say("methods.head.references", language), 2)
    for reference in text.references:
        document.paragraph(reference, size=9, hanging=True)
    return document.content()


def typst_document(run: Run, exhibits: tuple[Shown, ...], text: Text, language: Language) -> tuple[str, dict[str, bytes]]:
    """The source of the PDF, and the pictures beside it."""
    title = spell(run.study.title, language) or run.study.name
    pictures: dict[str, bytes] = {}
    parts = [
        f'#set document(title: {quoted(title)}, date: none)\n#set page(paper: "a4", margin: 22mm, numbering: "1")\n'
        f'#set text(font: {MAIN_FONT[language]}, size: 10pt, lang: "{language}"{", region: " + quoted("cn") if language == "zh" else ""})\n'
        f"#set par(justify: true)\n#show heading: set block(above: 16pt, below: 8pt)\n",
        f"#align(center, text(size: 15pt, weight: {quoted('bold')}, {quoted(title)}))\n",
        *(f"#par(text(size: 9pt, {quoted(sentence)}))\n" for sentence in _opening(run, language)),
    ]
    if text.passages:
        parts.append(f"#heading(level: 1, {quoted(say('report.methods', language))})\n")
        parts += [f"#heading(level: 2, {quoted(p.head)})\n#par({content(p.pieces)})\n" for p in text.passages]
    head = f"#heading(level: 1, {quoted(say('report.exhibits', language))})\n"
    above = _above(run, text, language)
    parts += [] if above else ["#pagebreak(weak: true)\n"]
    for across, group in groupby(_flow(exhibits, above), key=itemgetter(1)):
        shown = head + "".join(_in_typst(exhibit, pictures, language) for exhibit, _ in group)
        parts.append(f"#page(flipped: true)[\n{shown}]\n" if across else shown)
        head = ""
    if text.references:
        parts.append(f"#heading(level: 1, {quoted(say('methods.head.references', language))})\n")
        parts += [f"#par(hanging-indent: 1.5em, text(size: 9pt, {quoted(reference)}))\n" for reference in text.references]
    return "".join(parts), pictures


def _in_typst(exhibit: Shown, pictures: dict[str, bytes], language: Language) -> str:
    if exhibit.printed is not None:
        return typst(exhibit.printed, number=exhibit.number, turned=False) + "".join(f"#par({content(scripts(sentence))})\n" for sentence in exhibit.readings)
    if exhibit.caption is None or exhibit.svg is None:
        return ""
    name = f"{exhibit.item.slug}.svg"
    pictures[name] = exhibit.svg
    caption, notes = _caption(exhibit, language)
    below = f"#par(text(size: 8pt, {content(scripts(notes))}))\n" if notes else ""
    return (
        f"#block(breakable: false, width: 100%)[#align(center, image({quoted(name)}, alt: {quoted(exhibit.caption.alt)}))\n"
        f"#align(center, strong({quoted(caption)}))\n{below}]\n"
    )


def pdf(source: str, pictures: dict[str, bytes]) -> bytes:
    """The PDF of a source: the same bytes for the same source and fonts."""
    import typst as compiler

    with TemporaryDirectory() as folder:
        for name, content in pictures.items():
            (Path(folder) / name).write_bytes(content)
        (Path(folder) / "main.typ").write_text(source, encoding="utf-8")
        made = compiler.compile(Path(folder) / "main.typ", font_paths=_font_folders(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _font_folders() -> Any:
    try:
        return [str(files(FONTS))]
    except ModuleNotFoundError:
        return []


def latex_files(run: Run, exhibits: tuple[Shown, ...], text: Text, language: Language) -> Iterator[tuple[str, bytes]]:
    """``main.tex``, one file a table, and the pictures; compiles with xelatex."""
    body: list[str] = []
    above = _above(run, text, language)
    for across, group in groupby(_flow(exhibits, above), key=itemgetter(1)):
        inside = []
        for exhibit, _ in group:
            slug = exhibit.item.slug
            if exhibit.printed is not None:
                yield f"tables/{slug}.tex", latex(exhibit.printed, label=f"tab:{slug}", turned=False).encode()
                inside.append(f"\\input{{tables/{slug}}}\n" + "".join(f"\n{flowing(scripts(sentence))}\\par\n" for sentence in exhibit.readings))
            elif exhibit.png is not None:
                yield f"figures/{slug}.png", exhibit.png
                inside.append(_in_latex(exhibit, exhibit.png, language))
        body.append(f"\\begin{{landscape}}\n{''.join(inside)}\\end{{landscape}}\n" if across else "".join(inside))
    yield "main.tex", _main(run, "".join(body), text, language, new_page=not above).encode()


def _in_latex(exhibit: Shown, png: bytes, language: Language) -> str:
    caption, slug = exhibit.caption, exhibit.item.slug
    assert caption is not None
    _, notes = _caption(exhibit, language)
    below = f"\\par\\footnotesize {flowing(scripts(notes))}\n" if notes else ""
    width = f"{min(160.0, _width(png)):.0f}mm"
    return (
        f"\\begin{{figure}}\n\\centering\n\\includegraphics[width={width},height=0.8\\textheight,keepaspectratio]{{figures/{slug}.png}}\n"
        f"\\caption{{{escaped(caption.title)}}}\\label{{fig:{slug}}}\n{below}\\end{{figure}}\n"
    )


def _main(run: Run, body: str, text: Text, language: Language, *, new_page: bool) -> str:
    """The document around the tables. Tables and figures stand where they are named; Chinese words in an English text need a font of their own."""
    title = spell(run.study.title, language) or run.study.name
    opening = "".join(f"\\noindent {flowing(sentence)}\\par\n" for sentence in _opening(run, language))
    methods = "".join(f"\\subsection*{{{escaped(p.head)}}}\n{flowing(p.pieces)}\n\n" for p in text.passages)
    methods = f"\\section{{{escaped(say('report.methods', language))}}}\n{methods}" if methods else ""
    listed = "".join(f"\\item {flowing(reference)}\n" for reference in text.references)
    title_of_list = escaped(say("methods.head.references", language))
    around = "\\begin{list}{}{\\leftmargin=1.5em\\itemindent=-1.5em\\itemsep=2pt\\parsep=0pt}\n\\footnotesize\n", "\\end{list}\n"
    listed = f"\\section*{{{title_of_list}}}\\markboth{{{title_of_list}}}{{{title_of_list}}}\n{around[0]}{listed}{around[1]}" if listed else ""
    packages = "".join(f"\\usepackage{{{name}}}\n" for name in (*PACKAGES, "amssymb", "float"))
    begin = "\\clearpage" if new_page else ""
    fonts = "\\captionsetup{labelsep=quad}\n" if language == "zh" else "\\usepackage[scheme=plain]{ctex}\n" + LATIN_MARKS
    return (
        f"% xelatex main.tex\n\\documentclass[a4paper,11pt]{{{'ctexart' if language == 'zh' else 'article'}}}\n{packages}{fonts}"
        f"\\usepackage[margin=25mm]{{geometry}}\n{TIMES}\\floatplacement{{table}}{{H}}\n\\floatplacement{{figure}}{{H}}\n\\emergencystretch=3em\n"
        f"\\title{{{escaped(title)}}}\n\\date{{}}\n\\begin{{document}}\n\\maketitle\n{opening}{methods}"
        f"{begin}\n\\section{{{escaped(say('report.exhibits', language))}}}\n{body}{listed}\\end{{document}}\n"
    )


def workbook(run: Run, exhibits: tuple[Shown, ...]) -> bytes:
    """Every table on a sheet of its own, at full precision."""
    from regio.exhibits.render.excel import excel

    return excel((e.item.exhibit, e.printed, e.number) for e in exhibits if e.printed is not None and isinstance(e.item.exhibit, Table))


def _opening(run: Run, language: Language) -> list[str]:
    made = say("report.made_by", language, version=__version__, study=run.study.name)
    return [sentence for sentence in (spell(run.study.note, language), made) if sentence]


def _caption(exhibit: Shown, language: Language) -> tuple[str, str]:
    caption = exhibit.caption
    assert caption is not None
    assert isinstance(exhibit.item.exhibit, Figure)
    title = f"{exhibit.number}　{caption.title}" if language == "zh" else f"{exhibit.number}. {caption.title}"
    sentences = (" " if language == "en" else "").join(caption.notes)
    return title, say("exhibits.notes", language, notes=sentences) if sentences else ""


def _width(png: bytes) -> float:
    """The width of a picture in millimetres, from its own header."""
    return _millimetres(png[16:20])


def _height(png: bytes) -> float:
    return _millimetres(png[20:24])


def _millimetres(pixels: bytes) -> float:
    from regio.exhibits.draw.look import DPI

    return int.from_bytes(pixels, "big") / DPI * 25.4
