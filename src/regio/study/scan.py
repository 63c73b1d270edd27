"""What a TOML parser does not say: the line of every header and key, and punctuation that Chinese input methods put in the wrong place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from regio.contract.finding import Finding, Position, error

CURLY = "“”‘’„«»＂＇"
FULL_WIDTH = "，：；＝［］｛｝（）【】。、＃．"
HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Scan:
    """lines: the line of each table header, key, and item of an array; problems: misplaced punctuation and bare non-ASCII keys."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing that contains it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0

    def where(self, path: Path) -> Position:
        return Position(self.file, line=self.line(path))


def scan(text: str, file: str) -> Scan:
    found = Scan(file)
    table: Path = ()
    key: Path = ()
    items: dict[str, int] = {}
    quote, depth, item = "", 0, -1
    for number, line in enumerate(text.splitlines(), 1):
        if not quote and depth == 0:
            if header := HEADER.match(line):
                name = tuple(part.strip().strip("\"'") for part in header[2].split("."))
                table = name
                if header[1] == "[[":
                    items[header[2]] = items.get(header[2], -1) + 1
                    table = (*name, items[header[2]])
                found.lines.setdefault(table, number)
                if not header[2].isascii() and not header[2].startswith(("'", '"')):
                    found.problems.append(error("study.bare_key", Position(file, number), found=header[2]))
                continue
            if start := KEY.match(line):
                key = (*table, *(part.strip().strip("\"'") for part in start[1].split(".")))
                found.lines.setdefault(key, number)
                item = -1
        outside, quote, opened = _outside(line, quote)
        for mark in opened:
            if mark == "{" and depth == 1:
                item += 1
                found.lines.setdefault((*key, item), number)
            depth = max(0, depth + (1 if mark in "[{" else -1))
        found.problems += _punctuation(outside, file, number)
    return found


def _outside(line: str, quote: str) -> tuple[str, str, str]:
    """The part of a line outside strings and comments, the quote that is open at its end, and the brackets outside strings."""
    kept, brackets, i = [], [], 0
    while i < len(line):
        if quote:
            if quote in ('"', '"""') and line[i] == "\\":
                i += 2
                continue
            if line.startswith(quote, i):
                i += len(quote)
                quote = ""
                kept.append('"')
                continue
            i += 1
            continue
        triple = line[i : i + 3]
        if triple in ('"""', "'''"):
            quote = triple
            i += 3
            continue
        if line[i] in "\"'":
            quote = line[i]
            kept.append('"')
        elif line[i] == "#":
            break
        else:
            kept.append(line[i])
            if line[i] in "[]{}":
                brackets.append(line[i])
        i += 1
    return "".join(kept), quote if len(quote) == 3 else "", "".join(brackets)


def _punctuation(outside: str, file: str, number: int) -> list[Finding]:
    """One finding a line: a line with curly quotes would otherwise also be blamed for the words between them."""
    where = Position(file, number)
    if marks := "".join(dict.fromkeys(c for c in outside if c in CURLY)):
        return [error("study.curly_quotes", where, found=marks)]
    if marks := "".join(dict.fromkeys(c for c in outside if c in FULL_WIDTH)):
        return [error("study.full_width", where, found=marks)]
    word = re.search(r"[^\x00-\x7f]+", outside)
    if word is None:
        return []
    before = outside[: word.start()]
    code = "study.bare_value" if "=" in before else "study.bare_key"
    return [error(code, where, found=word[0])]
