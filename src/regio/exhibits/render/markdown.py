"""A printed table as GitHub-flavoured Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from regio.exhibits.printed import Printed
from regio.exhibits.render.html import TAGS
from regio.exhibits.scripts import Piece, scripts
from regio.language import say


def markdown(printed: Printed) -> str:
    head = [[_stub(printed, level), *(_plain(text) for text in _spread(printed, level))] for level in range(len(printed.heads))] or [[_plain(printed.stub)]]
    body = [[_plain(row.head), *(_plain(str(cell)) for cell in row.cells)] for row in printed.rows]
    width = len(printed.column_keys)
    lines = [f"**{_plain(printed.title)}**", ""]
    lines += [f"*{_plain(mark)}*\n" for mark in printed.labels]
    lines += [_line(head[0]), "|" + " :--- |" + " ---: |" * width, *(_line(cells) for cells in head[1:] + body)]
    if printed.notes:
        lines += ["", as_marked(scripts(say("exhibits.notes", printed.language, notes=(" " if printed.language == "en" else "").join(printed.notes))))]
    return "\n".join(lines) + "\n"


def _stub(printed: Printed, level: int) -> str:
    return _plain(printed.stub) if level == 0 else ""


def _spread(printed: Printed, level: int) -> list[str]:
    return [text for head in printed.heads[level] for text in (head.text, *[""] * (head.span - 1))]


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def as_marked(pieces: Iterable[Piece]) -> str:
    """Running text with indices and powers."""
    return "".join(_plain(text) if place == "plain" else f"<{TAGS[place]}>{_plain(text)}</{TAGS[place]}>" for text, place in pieces)


def _plain(text: str) -> str:
    for mark in "\\|*_<>`":
        text = text.replace(mark, f"\\{mark}")
    return text
