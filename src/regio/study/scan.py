"""What a TOML parser does not say: the line of every header and key, and punctuation that Chinese input methods put in the wrong place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from regio.contract.finding import Finding, Position, error

CURLY = "“”‘’„«»＂＇"
FULL_WIDTH = re.compile("[，：；＝［］｛｝（）【】。、\u3000\u00a0\uff01-\uff5e]")
SHOWN = {"\u3000": "U+3000", "\u00a0": "U+00A0"}  # blanks that nobody would see in a message
PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
DOTTED = rf"{PART}(?:\s*\.\s*{PART})*"
HEADER = re.compile(rf"^\s*(\[\[?)\s*({DOTTED})\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(rf"^\s*({DOTTED})\s*=")
ESCAPES = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[btnfre"\\])')
LETTERS = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
WORD = re.compile(r"""[^\s=\[\]{},"'#]*[^\x00-\x7f][^\s=\[\]{},"'#]*""")
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Scan:
    """lines: the line of each table header, key, and item of an array; problems: misplaced punctuation and bare non-ASCII keys; again: line of a key or
    header that was there before → its name and first line; left_open: line of the bracket that is never closed, and the bracket.
    """

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    again: dict[int, tuple[str, int]] = field(default_factory=dict)
    left_open: tuple[int, str] = (0, "")

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing that contains it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 0

    def mark(self, path: Path, number: int, name: str) -> None:
        """The first line of a path; a later one of the same name is noted."""
        first = self.lines.setdefault(path, number)
        if name and first != number:
            self.again[number] = (name, first)

    def where(self, path: Path) -> Position:
        return Position(self.file, line=self.line(path))


def scan(text: str, file: str) -> Scan:
    found = Scan(file)
    table: Path = ()
    key: Path = ()
    items: dict[Path, int] = {}
    quote, depth, item = "", 0, -1
    opening = (0, "")
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: TOML knows no other line end
        if not quote and depth == 0:
            if header := HEADER.match(line):
                table = _table(_parts(header[2]), items, new=header[1] == "[[")
                found.mark(table, number, header[2] if header[1] == "[" else "")
                continue
            if start := KEY.match(line):
                key = (*table, *_parts(start[1]))
                found.mark(key, number, start[1])
                item = -1
        outside, quote, opened = _outside(line, quote)
        wrong = _punctuation(outside, file, number)
        found.problems += wrong
        if wrong and depth == 0 and outside.lstrip().startswith("["):
            continue  # a header that cannot be read opens nothing
        for mark in opened:
            if mark == "{" and depth == 1:
                item += 1
                found.lines.setdefault((*key, item), number)
            if mark in "[{" and depth == 0:
                opening = (number, mark)
            depth = max(0, depth + (1 if mark in "[{" else -1))
    found.left_open = opening if depth else (0, "")
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted key; a quoted part may itself hold dots."""
    return tuple(_unquoted(part) for part in re.findall(PART, dotted))


def _unquoted(part: str) -> str:
    if part.startswith('"'):
        return ESCAPES.sub(lambda m: LETTERS.get(m[1]) or chr(int(m[1][1:], 16)), part[1:-1])
    return part[1:-1] if part.startswith("'") else part


def _table(parts: tuple[str, ...], items: dict[Path, int], *, new: bool) -> Path:
    """The path of a header: inside an array of tables it goes on from the last item. ``items`` counts the items of each array."""
    path: Path = ()
    for i, part in enumerate(parts):
        path = (*path, part)
        if new and i == len(parts) - 1:
            items[path] = items.get(path, -1) + 1
        if path in items:
            path = (*path, items[path])
    return path


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
                if len(quote) == 3:
                    i += len(re.match(f"{quote[0]}{{0,2}}", line[i:])[0])  # type: ignore[index]  # a text may end in one or two quotes of its own
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
    if marks := "".join(SHOWN.get(c, c) for c in dict.fromkeys(FULL_WIDTH.findall(outside))):
        return [error("study.full_width", where, found=marks)]
    word = WORD.search(outside)
    if word is None:
        return []
    is_key = outside[word.end() :].lstrip().startswith("=") or "=" not in outside[: word.start()]
    return [error("study.bare_key" if is_key else "study.bare_value", where, found=word[0])]
