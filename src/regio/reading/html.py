"""Tables of an HTML page to grids: what many statistics sites send under the name .xls. Standard library only."""

from __future__ import annotations

from html.parser import HTMLParser

from regio.reading.grid import Cell, Grid, grid


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[Cell]]] = []
        self.merged: list[list[tuple[int, int, int, int]]] = []
        self._words: list[str] | None = None
        self._span = (1, 1)
        self._taken: set[tuple[int, int]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.tables.append([])
            self.merged.append([])
            self._taken = set()
        elif tag == "tr" and self.tables:
            self._close()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._close()
            self._words, self._span = [], (_count(given.get("rowspan")), _count(given.get("colspan")))
        elif tag == "br" and self._words is not None:
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def _close(self) -> None:
        if self._words is None:
            return
        row = self.tables[-1][-1]
        at = len(self.tables[-1]) - 1
        while (at, len(row)) in self._taken:
            row.append(None)
        high, wide = self._span
        left = len(row)
        row += [" ".join("".join(self._words).split()), *([None] * (wide - 1))]
        if high * wide > 1:
            self.merged[-1].append((at, left, at + high - 1, left + wide - 1))
            self._taken |= {(i, j) for i in range(at + 1, at + high) for j in range(left, left + wide)}
        self._words = None


def grids(file: str, page: str) -> tuple[Grid, ...]:
    """The tables of a page that have a cell. Cells are text, as in a text file."""
    reader = _Tables()
    reader.feed(page)
    reader.close()
    found = [(rows, merged) for rows, merged in zip(reader.tables, reader.merged, strict=True) if any(any(row) for row in rows)]
    names = [f"table {k}" for k in range(1, len(found) + 1)] if len(found) > 1 else [""]
    return tuple(grid(file, name, rows, merged=tuple(merged), typed=False) for name, (rows, merged) in zip(names, found, strict=False))


def _count(written: str | None) -> int:
    return max(1, min(int(written), 1000)) if written and written.isdigit() else 1
