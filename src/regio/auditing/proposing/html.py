"""A web page to blocks: paragraphs and tables in their order, raised signs told apart. Standard library only."""

from __future__ import annotations

from html.parser import HTMLParser

from regio.auditing.proposing.blocks import Block, Span, raised, table
from regio.contract.finding import DataError, Position, error
from regio.reading.decode import UndecodableError, decode

SILENT = ("script", "style", "head", "template", "noscript", "svg")
PARTS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "figcaption", "blockquote", "figure", "main", "body", "dd", "dt")


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.spans: list[Span] = []
        self.taken: dict[tuple[int, int], bool] = {}
        self.words: list[str] | None = None
        self.size = (1, 1)
        self.head = 0
        self.in_head = False
        self.caption: list[str] = []
        self.in_caption = False

    def close(self) -> None:
        """The end of a cell, said or not."""
        if self.words is None or not self.rows:
            self.words = None
            return
        row, at = self.rows[-1], len(self.rows) - 1
        while (at, len(row)) in self.taken:
            row.append("")
        (high, wide), left = self.size, len(row)
        lines = [" ".join(line.split()) for line in "".join(self.words).split("\n")]
        row += ["\n".join(line for line in lines if line), *([""] * (wide - 1))]
        if high * wide > 1:
            self.spans.append((at, left, at + high - 1, left + wide - 1))
            self.taken |= {(i, j): True for i in range(at + 1, at + high) for j in range(left, left + wide)}
        self.words = None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[Block] = []
        self.text: list[str] = []
        self.open: list[_Table] = []
        self.silent = self.up = 0
        self.up_words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self._paragraph()
            self.open.append(_Table())
        elif tag == "sup":
            self.up += 1
        elif tag == "br":
            self._say("\n")
        elif self.open:
            self._in_table(tag, given)
        elif tag in PARTS:
            self._paragraph()

    def _in_table(self, tag: str, given: dict[str, str | None]) -> None:
        now = self.open[-1]
        if tag == "caption":
            now.in_caption = True
        elif tag == "thead":
            now.in_head = True
        elif tag in ("tbody", "tfoot"):
            now.in_head = False
        elif tag == "tr":
            now.close()
            now.rows.append([])
            now.head += now.in_head
        elif tag in ("td", "th"):
            now.close()
            if not now.rows:
                now.rows.append([])
            now.words, now.size = [], (_count(given.get("rowspan")), _count(given.get("colspan")))
        elif tag in PARTS and now.words:
            now.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "sup" and self.up:
            self.up -= 1
            words, self.up_words = "".join(self.up_words), []
            if words.strip():
                self._say(raised(words))
        elif self.open and tag == "table":
            self._end_table()
        elif self.open:
            now = self.open[-1]
            if tag in ("td", "th", "tr"):
                now.close()
            elif tag == "thead":
                now.in_head = False
            elif tag == "caption":
                now.in_caption = False
        elif tag in PARTS:
            self._paragraph()

    def _end_table(self) -> None:
        now = self.open.pop()
        now.close()
        caption = " ".join("".join(now.caption).split())
        rows = now.rows
        if any(any(row) for row in rows) and max(map(len, rows)) > 1:
            self.made += [Block(text=caption)] if caption else []
            self.made.append(table(rows, now.spans, head=now.head))
        else:  # a table that only lays out the page
            self.made += [Block(text=cell) for row in rows for cell in row if cell]

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        data = data.replace("\n", " ").replace("\r", " ")
        if self.up:
            self.up_words.append(data)
        else:
            self._say(data)

    def _say(self, words: str) -> None:
        if not self.open:
            self.text.append(words)
        elif self.open[-1].in_caption:
            self.open[-1].caption.append(words)
        elif (cell := self.open[-1].words) is not None:
            cell.append(words)

    def _paragraph(self) -> None:
        line = " ".join("".join(self.text).split())
        self.text = []
        if line and not self.open:
            self.made.append(Block(text=line))

    def finish(self) -> tuple[Block, ...]:
        self.close()
        while self.open:
            self._end_table()
        self._paragraph()
        return tuple(self.made)


def blocks(file: str, raw: bytes) -> tuple[Block, ...]:
    """The paragraphs and tables of a page."""
    try:
        page = decode(raw).text
    except UndecodableError as problem:
        raise DataError(error("reading.not_text", Position(file, line=problem.line))) from None
    reader = _Page()
    reader.feed(page)
    return reader.finish()


def _count(written: str | None) -> int:
    return max(1, min(int(written), 1000)) if written and written.isdigit() else 1
