"""Printed tables and pictures in a Word document: three-line tables (三线表) with fonts for Chinese and Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from regio.exhibits.printed import Printed, PrintedCell
from regio.exhibits.render.archive import WHEN, fixed
from regio.exhibits.render.fit import Fit, lines, parts
from regio.exhibits.scripts import Piece, scripts
from regio.language import Language, say

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

LATIN, CHINESE, HEADING = "Times New Roman", "宋体", "黑体"
TAGS = {"en": "en-GB", "zh": "zh-CN"}
THICK, THIN, HAIR = 12, 6, 4  # eighths of a point
WHOLE = (32, 18)  # lines on an upright page, on a turned one: a table up to this is kept on one page
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Document:
    """A Word document that grows: headings, paragraphs, tables, pictures."""

    def __init__(self, language: Language, title: str = "") -> None:
        import docx
        from docx.shared import Mm, Pt

        self.language = language
        self.doc: Doc = docx.Document()
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin = section.bottom_margin = Mm(25)
        normal = self.doc.styles["Normal"]
        normal.font.size = Pt(10.5)
        _fonts(normal.element, CHINESE, language)
        for level in range(1, 4):
            style = self.doc.styles[f"Heading {level}"]
            style.font.size = Pt((16, 14, 12)[level - 1])
            style.font.color.rgb = None
            _fonts(style.element, HEADING, language)
        properties = self.doc.core_properties
        properties.title, properties.author, properties.comments = _clean(title), "Regio", ""
        properties.created = properties.modified = WHEN.replace(tzinfo=None)

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        made = self.doc.add_heading(_clean(text), level)
        made.paragraph_format.page_break_before = new_page or None

    def paragraph(
        self,
        text: str | Iterable[Piece],
        *,
        size: float | None = None,
        bold: bool = False,
        centred: bool = False,
        with_next: bool = False,
        before: float = 0,
        hanging: bool = False,
    ) -> Paragraph:
        """before: points above; hanging: all lines but the first are indented."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        made = self.doc.add_paragraph()
        made.paragraph_format.space_after = Pt(4)
        made.paragraph_format.keep_with_next = with_next
        if before:
            made.paragraph_format.space_before = Pt(before)
        if hanging:
            made.paragraph_format.left_indent, made.paragraph_format.first_line_indent = Pt(18), Pt(-18)
        if centred:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for words, place in [(text, "plain")] if isinstance(text, str) else text:
            run = made.add_run(_clean(words))
            run.bold = bold or None
            if place != "plain":
                setattr(run.font, f"{place}script", True)
            if size is not None:
                run.font.size = Pt(size)
        return made

    def table(self, printed: Printed, *, number: str = "", across: bool | None = None) -> None:
        """Caption, table and notes; one after the other where the table is cut into parts. across: on a page turned by a quarter; None: as its width wants."""
        for part, fitted in parts(printed):
            self.turn(fitted.across if across is None else across)
            caption = f"{number}　{part.title}" if number and part.language == "zh" else f"{number}. {part.title}" if number else part.title
            self.paragraph(caption, bold=True, centred=True, with_next=True, before=8)
            for mark in part.labels:
                self.paragraph(mark, size=9, bold=True, centred=True, with_next=True)
            _table(self.doc, part, fitted)
            sentences = (" " if part.language == "en" else "").join(part.notes)
            self.paragraph(scripts(say("exhibits.notes", part.language, notes=sentences)) if part.notes else "", size=9, before=3)

    def turn(self, across: bool) -> None:
        """From here on pages that lie across, or upright ones."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self.doc.sections[-1]
        if across == (section.orientation == WD_ORIENT.LANDSCAPE):
            return
        new = self.doc.add_section(WD_SECTION.NEW_PAGE)
        new.page_width, new.page_height = section.page_height, section.page_width
        new.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT

    def picture(self, png: bytes, caption: str, notes: str = "", *, width: float, alt: str = "") -> None:
        """A picture so many millimetres wide, and its caption below."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        self.turn(False)
        holder = self.doc.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(BytesIO(png), width=Mm(min(width, 160)))
        shape._inline.docPr.set("descr", _clean(alt or caption))
        self.paragraph(caption, bold=True, centred=True, with_next=bool(notes))
        if notes:
            self.paragraph(scripts(notes), size=9)

    def content(self) -> bytes:
        """The file, the same bytes for the same content."""
        made = BytesIO()
        self.doc.save(made)
        return fixed(made.getvalue())


def word(printed: Printed, *, number: str = "") -> bytes:
    """One table as a document of its own."""
    document = Document(printed.language, printed.title)
    document.table(printed, number=number)
    return document.content()


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _fonts(element: Any, chinese: str, language: Language) -> None:
    """Latin letters and digits in one font, Chinese in another, and the language, without which punctuation is set wrong."""
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for slot, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{slot}"), name)
    lang = _child(properties, "w:lang")
    lang.set(qn("w:val"), TAGS["en"] if language == "en" else "en-US")
    lang.set(qn("w:eastAsia"), TAGS["zh"])


def _child(parent: Any, tag: str, *, before: tuple[str, ...] = ()) -> Any:
    """The child of that name; a new one stands before those named, since the order of children is part of the format."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = parent.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        later = next((child for name in before if (child := parent.find(qn(f"w:{name}"))) is not None), None)
        parent.append(found) if later is None else later.addprevious(found)
    return found


def _table(doc: Doc, printed: Printed, fitted: Fit) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    levels, width = len(printed.heads), len(printed.column_keys) + 1
    table = doc.add_table(rows=levels + len(printed.rows), cols=width)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    size = int(fitted.size * 2) / 2
    every = table._cells
    grid = [every[i : i + width] for i in range(0, len(every), width)]
    for column, millimetres in zip(table.columns, fitted.millimetres(), strict=True):
        column.width = Mm(millimetres)
    for cells in grid:
        for cell, millimetres in zip(cells, fitted.millimetres(), strict=True):
            cell.width = Mm(millimetres)
    _margins(table, size)
    left, centre = (_style(doc, size, side) for side in ("left", "centre"))
    whole = lines(printed, fitted) <= WHOLE[fitted.across]
    for level, heads in enumerate(printed.heads):
        column = 1
        for head in heads:
            cell = grid[level][column]
            if head.span > 1:
                cell = cell.merge(grid[level][column + head.span - 1])
                for empty in cell.paragraphs[1:]:
                    empty._p.getparent().remove(empty._p)
                if level < levels - 1:
                    _rule(cell, "bottom", HAIR)
            _fill(cell, PrintedCell(head.text), centre, keep=True)
            column += head.span
        _fill(grid[level][0], PrintedCell(printed.stub if level == levels - 1 else ""), left, keep=True)
    for row, cells in zip(printed.rows, grid[levels:], strict=True):
        _fill(cells[0], PrintedCell(row.head), left, keep=whole)
        for shown, cell, wraps in zip(row.cells, cells[1:], fitted.wraps[1:], strict=True):
            _fill(cell, shown, left if wraps and shown.kind in ("text", "label") else centre, keep=whole)
    _rules(table, grid, printed, levels)


def _margins(table: Table, size: float) -> None:
    """Little room beside the texts of a cell, by the size of its letters."""
    from docx.oxml.ns import qn

    margins = _child(table._tbl.tblPr, "w:tblCellMar", before=("tblLook",))
    for side in ("left", "right"):
        margin = _child(margins, f"w:{side}")
        margin.set(qn("w:w"), str(round(size * 4)))
        margin.set(qn("w:type"), "dxa")


def _rules(table: Table, grid: list[list[_Cell]], printed: Printed, levels: int) -> None:
    """Three rules and those between blocks; the head stands again on each page, and no row is split."""
    for row in table.rows:
        _child(row._tr.get_or_add_trPr(), "w:cantSplit")
    for row in table.rows[:levels]:
        _child(row._tr.get_or_add_trPr(), "w:tblHeader")
    if not grid:
        return
    for cell in grid[0]:
        _rule(cell, "top", THICK)
    for cell in grid[levels - 1] if levels else []:
        _rule(cell, "bottom", THIN)
    for cell in grid[-1]:
        _rule(cell, "bottom", THICK)
    for row, cells in zip(printed.rows, grid[levels:], strict=True):
        for cell in cells if row.rule_above else []:
            _rule(cell, "top", HAIR)


def _rule(cell: _Cell, side: str, width: int) -> None:
    from docx.oxml.ns import qn

    rule = _child(_child(cell._tc.get_or_add_tcPr(), "w:tcBorders"), f"w:{side}", before=("bottom",) if side == "top" else ())
    for name, value in (("val", "single"), ("sz", str(width)), ("space", "0"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)


def _fill(cell: _Cell, shown: PrintedCell, style: str, *, keep: bool) -> None:
    """Written as XML: a table of fifty regions has a thousand cells. keep: on the page of what follows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = cell._tc.p_lst[0]
    properties = OxmlElement("w:pPr")
    named = OxmlElement("w:pStyle")
    named.set(qn("w:val"), style)
    properties.append(named)
    if keep:
        properties.append(OxmlElement("w:keepNext"))
    paragraph.append(properties)
    for text, raised in ((shown.text, False), (shown.stars, True)):
        if text:
            run, words = OxmlElement("w:r"), OxmlElement("w:t")
            if raised:
                _child(_child(run, "w:rPr"), "w:vertAlign").set(qn("w:val"), "superscript")
            words.text = _clean(text)
            words.set(qn("xml:space"), "preserve")
            run.append(words)
            paragraph.append(run)


def _style(doc: Doc, size: float, side: str) -> str:
    """The style of a paragraph in a cell; its name in the file."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    name = f"Cell {size:g} {side}"
    if name not in doc.styles:
        style = doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = doc.styles["Normal"]
        style.font.size = Pt(size)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT if side == "left" else WD_ALIGN_PARAGRAPH.CENTER
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(1)
        style.paragraph_format.line_spacing = 1.0
    return str(doc.styles[name].style_id)
