"""Layers: a study file, what it extends, and what is laid over it. Tables merge by key, arrays of tables by ``name``, ``drop = true`` removes,
anything else replaces; every value keeps the file and line it came from.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regio.contract.finding import Finding, Position, StudyError, error, suggestion
from regio.language import Message
from regio.reading.decode import UndecodableError, decode
from regio.reading.workbook import is_workbook
from regio.study.builtin import FILE, find
from regio.study.from_workbook import as_raw
from regio.study.scan import Path as Keys
from regio.study.scan import Scan, scan

NEEDED = {
    "source": "from",
    "step": "kind",
    "prepare": "kind",
    "hypothesis": "claim",
    "recommendation": "advice",
    "set": "members",
}  # what makes an item a new one
Data = str | Path | Sequence[str | Path] | None
TOML = (  # how what the parser says begins
    ("Expected '=' after", "no_equals"),
    ("Invalid statement", "statement"),
    ("Invalid initial character", "statement"),
    ("Expected newline", "after"),
    ("Cannot overwrite", "twice"),
    ("Cannot declare", "twice"),
    ("Cannot mutate", "twice"),
    ("Cannot redefine", "twice"),
    ("Duplicate inline", "twice"),
    ("Expected ']", "header"),
    ("Invalid value", "value"),
    ("Invalid date", "value"),
    ("Unescaped", "escape"),
    ("Invalid hex", "escape"),
    ("Escaped character", "escape"),
    ("Unterminated", "unclosed"),
    ("Unclosed", "unclosed"),
    ('Expected "', "unclosed"),
    ("Illegal character", "character"),
    ("Found invalid character", "character"),
)
OVERLAY = "real.toml"  # in a study's folder: the study on tables of one's own


@dataclass(slots=True)
class Layer:
    """raw: the merged TOML; lines: where each table, key and item stands; folders: the folder of the file in which each key stands."""

    file: Path
    raw: dict[str, Any]
    lines: dict[Keys, Position] = field(default_factory=dict)
    folders: dict[Keys, Path] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)

    def where(self, path: Keys) -> Position:
        """The place of a path, or of the nearest thing that contains it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return Position(self.file.name)

    def folder(self, path: Keys) -> Path:
        """Where relative paths that stand at this key begin."""
        while path:
            if path in self.folders:
                return self.folders[path]
            path = path[:-1]
        return self.file.parent


def read_layers(study: str | Path, data: Data = None) -> Layer:
    """A study with everything that it extends, and an overlay on top.

    ``data`` is a TOML file with the keys of a study, or ``NAME=FILE``, which replaces where one source comes from, or a folder of tables for which
    the study brings an overlay of its own (``real.toml``); by the name of that file alone the tables are looked for in the working folder. Several
    are laid one on the other.

    Raises
    ------
    StudyError
        for a file that cannot be read, and for files that extend one another in a circle
    """
    layer = _read(find(study), ())
    home = layer.file
    for one in () if data is None else (data,) if isinstance(data, str | Path) else data:
        layer = _laid(layer, one, study, home)
    return layer


def _laid(layer: Layer, data: str | Path, study: str | Path, home: Path) -> Layer:
    """One overlay on a study whose own file is ``home``."""
    name, equals, file = str(data).partition("=")
    if equals and not Path(str(data)).is_file():
        return _replaced(layer, name.strip(), file.strip())
    path, tables = _overlay(Path(data).expanduser(), home.parent)
    if path is None:
        raise StudyError(error("study.no_overlay", Position(str(data))))
    over = _one(path, path.name)
    if tables is not None:
        over.folders |= {keys: tables for keys in over.folders if keys[:1] == ("source",)}
    extends = over.raw.pop("extends", None)
    if extends is not None and not _is_that(extends, path, home):
        raise StudyError(error("study.overlay_of_another", over.where(("extends",)), extends=str(extends), study=str(study)))
    return merge(layer, over)


def _overlay(path: Path, home: Path) -> tuple[Path | None, Path | None]:
    """The overlay that is meant, and where its tables lie if that is not beside it: a file; one that the study brings; or a folder of tables."""
    if path.is_file():
        return path, None
    if path.is_dir():
        own = next((p for p in (path / OVERLAY, home / OVERLAY) if p.is_file()), None)
        return own, path.resolve()
    shipped = home / path
    return (shipped, Path.cwd()) if path.parent == Path() and path.suffix == ".toml" and shipped.is_file() else (None, None)


def _is_that(extends: object, path: Path, file: Path) -> bool:
    """Whether an overlay that says what it extends names this study."""
    if not isinstance(extends, str):
        return False
    beside = path.parent / extends
    try:
        return find(beside if beside.exists() else extends).resolve() == file.resolve()
    except StudyError:
        return False


def _read(path: Path, above: tuple[Path, ...]) -> Layer:
    layer = _one(path, f"{path.parent.name}/{FILE}" if above and path.name == FILE else path.name)  # so that a study and its base are told apart
    extends = layer.raw.pop("extends", None)
    if extends is None:
        return layer
    where = layer.where(("extends",))
    if not isinstance(extends, str):
        raise StudyError(error("study.wrong_type", where, key="extends", found=repr(extends), expected="text"))
    try:
        base = find(extends, path.parent)
    except StudyError as problem:
        raise StudyError(*(error(f.code, where, **f.values) for f in problem.findings)) from None
    circle = (*above, path.resolve(), base.resolve())
    if base.resolve() in circle[:-1]:
        start = circle.index(base.resolve())
        raise StudyError(error("study.extends_circle", where, circle=" → ".join(p.name if p.name != "study.toml" else p.parent.name for p in circle[start:])))
    return merge(_read(base, (*above, path.resolve())), layer)


def _one(path: Path, shown: str) -> Layer:
    """One file alone; ``shown`` is its name in messages."""
    if is_workbook(path):
        return Layer(path, as_raw(path), {("source", 0): Position(shown)}, {("source", 0): path.parent})
    try:
        text = decode(path.read_bytes()).text
    except UndecodableError as problem:
        raise StudyError(error("study.not_text", Position(shown, problem.line))) from None
    marks = scan(text, shown)
    raw = _parsed(text, shown, marks)
    lines = {keys: Position(shown, line) for keys, line in marks.lines.items()}
    return Layer(path, raw, lines, dict.fromkeys(lines, path.parent))


def _parsed(text: str, shown: str, marks: Scan) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        if marks.problems:
            raise StudyError(*marks.problems) from None
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(problem))
        where = Position(shown, int(place[1]), column=place[2]) if place else Position(shown, len(text.splitlines()))
        raise StudyError(_syntax(str(problem).partition(" (at ")[0], where, text, marks)) from None


def _syntax(said: str, where: Position, text: str, marks: Scan) -> Finding:
    """What is wrong with the grammar of a line, in the words of the two languages; what the parser says where it is not known."""
    code = next((code for start, code in TOML if said.startswith(start)), "")
    if code == "twice" and (again := marks.again.get(where.line)):
        return error("study.twice", Position(where.file, where.line), key=again[0], first=again[1])
    if 0 < marks.left_open[0] <= where.line:
        return error("study.unclosed", Position(where.file, marks.left_open[0]), mark=marks.left_open[1])
    if code == "unclosed" or said.startswith("Illegal character '\\n'"):
        return error("study.unclosed_text", Position(where.file, min(where.line, len(text.splitlines()))))
    return error("study.syntax", where, problem=Message(f"study.toml.{code}") if code else said)


def _replaced(layer: Layer, name: str, file: str) -> Layer:
    """One source from another file; its path starts at the working folder."""
    sources = layer.raw.get("source", [])
    names = tuple(str(s.get("name")) for s in sources if isinstance(s, Mapping))
    if name not in names:
        raise StudyError(error("study.unknown_source", Position("--data"), found=name, sources=names, near=suggestion(name, names)))
    over = Layer(layer.file, {"source": [{"name": name, "from": file}]}, {("source", 0): Position("--data")}, {("source", 0): Path.cwd()})
    return merge(layer, over)


def merge(base: Layer, over: Layer) -> Layer:
    """``over`` laid on ``base``."""
    merged = Layer(over.file, {}, {}, {}, [*base.problems, *over.problems])
    merged.raw = _tables(base, over, base.raw, over.raw, (), (), (), merged)
    return merged


def _tables(base: Layer, over: Layer, old: Mapping[str, Any], new: Mapping[str, Any], at_old: Keys, at_new: Keys, at: Keys, into: Layer) -> dict[str, Any]:
    result: dict[str, Any] = {}
    _place(base, at_old, at, into)
    _place(over, at_new, at, into)
    for key in dict.fromkeys([*old, *new]):
        if key == "drop":
            continue
        path_old, path_new, path = (*at_old, key), (*at_new, key), (*at, key)
        if key in old and isinstance(new.get(key), Mapping) and new[key].get("drop") is True:
            continue
        if key not in new:
            result[key] = _kept(base, old[key], path_old, path, into)
        elif isinstance(old.get(key), Mapping) and isinstance(new[key], Mapping):
            result[key] = _tables(base, over, old[key], new[key], path_old, path_new, path, into)
        elif len(path) == 1 and _is_array(new[key]) and (key not in old or _is_array(old[key])):
            result[key] = _arrays(base, over, old.get(key, []), new[key], key, into)
        else:
            result[key] = _kept(over, new[key], path_new, path, into)
    return result


def _is_array(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _name(item: Mapping[str, Any]) -> str | None:
    """None where it has no text for a name: that mistake is found when the item is read."""
    name = item.get("name")
    return name if isinstance(name, str) else None


def _arrays(base: Layer, over: Layer, old: list[Any], new: list[Any], key: str, into: Layer) -> list[Any]:
    """Items of the same name merge; new ones go to the end, or to where ``drop`` leaves the rest."""
    places = {name: i for i, item in reversed(list(enumerate(new))) if (name := _name(item)) is not None}
    known = tuple(name for item in old if (name := _name(item)) is not None)
    into.problems += [
        error("study.same_name", over.where((key, j, "name")), name=name, first=Message(f"study.use.{key}"))
        for j, item in enumerate(new)
        if (name := _name(item)) in known and places[name] != j
    ]
    result: list[Any] = []
    for i, item in enumerate(old):
        j = places.get(_name(item) or "")
        at = (key, len(result))
        if j is None:
            result.append(_kept(base, item, (key, i), at, into))
        elif not new[j].get("drop"):
            result.append(_tables(base, over, item, new[j], (key, i), (key, j), at, into))
    for j, item in enumerate(new):
        name = _name(item)
        if name in known:
            continue
        if name is not None and ((item.get("drop") and key != "variable") or NEEDED.get(key, "name") not in item):
            near, needed = suggestion(name, known), NEEDED.get(key, "")
            into.problems.append(error("study.overlay_unknown", over.where((key, j)), section=key, name=name, needed=needed, near=near))
            continue
        result.append(_kept(over, item, (key, j), (key, len(result)), into))
    return result


def _kept(layer: Layer, value: Any, path: Keys, at: Keys, into: Layer) -> Any:
    """A value as it is, with all its places."""
    into.lines[at], into.folders[at] = layer.where(path), layer.folder(path)
    for keys, position in layer.lines.items():
        if keys[: len(path)] == path:
            into.lines[(*at, *keys[len(path) :])] = position
            into.folders[(*at, *keys[len(path) :])] = layer.folder(keys)
    return value


def _place(layer: Layer, path: Keys, at: Keys, into: Layer) -> None:
    if path in layer.lines:
        into.lines[at] = layer.lines[path]
        into.folders[at] = layer.folder(path)
