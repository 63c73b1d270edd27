"""The house: which way imports run, what names may be used, how large a module may grow. Read from the source, not from memory."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from inspect import signature, unwrap
from pathlib import Path

import pytest

import regio
from regio.catalogue import FUNCTIONS, METHODS, ROOMS
from regio.contract.declaration import declaration
from regio.language import LANGUAGES, catalogues, entries

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "regio"
RANK = {room: i for i, rooms in enumerate(ROOMS) for room in rooms}
SHARED = ("regio.models.core", "regio.spatial.breaks")  # what methods may take from another room of their rank
MAX_LINES = 400
WRITERS = ("report", "cli", "web", "study/store.py", "study/ledger.py")


def modules() -> Iterator[Path]:
    return (path for path in sorted(SOURCE.rglob("*.py")))


def room(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_run_one_way(path: Path) -> None:
    here = room(path)
    assert here in RANK, f"the room {here} has no rank"
    for name in imports(path):
        if not name.startswith("regio"):
            continue
        there = name.split(".")[1] if "." in name else "__init__"
        there = there if there in RANK else "__init__"
        if there == here or name.startswith(SHARED):
            continue
        assert RANK[there] > RANK[here], f"{path.relative_to(SOURCE)} imports {name}"


def test_no_circles_inside_a_room() -> None:
    """Module-level imports only: those inside functions are made later."""
    graph = {}
    for path in modules():
        name = ".".join(("regio", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("regio")]
        graph[name] = {target for node in found for alias in node.names for target in (f"{node.module}.{alias.name}", node.module)}
    names = set(graph)

    def reach(start: str, seen: set[str]) -> set[str]:
        for target in graph[start] & names - seen:
            if target != start:
                seen.add(target)
                reach(target, seen)
        return seen

    for name in names:
        above = {".".join(name.split(".")[:i]) for i in range(1, name.count(".") + 1)}
        onward = {t for target in graph[name] & names - above - {name} for t in reach(target, set())}
        assert name not in onward - above, f"{name} imports itself in a circle"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_room_is_named_like_a_public_function() -> None:
    rooms = {room(path) for path in modules()} - {"__init__", "__main__", "catalogue"}
    assert not rooms & (set(METHODS) | set(FUNCTIONS))


def test_no_python_under_studies() -> None:
    assert not list((SOURCE / "studies").rglob("*.py"))


def test_nothing_below_report_writes_files() -> None:
    pattern = re.compile(r"\.write_text\(|\.write_bytes\(|\.mkdir\(|\bopen\([^)]*[\"'][wax]b?[\"']|\.to_(csv|parquet|excel|json)\(\s*[^)\s]")
    for path in modules():
        place = str(path.relative_to(SOURCE))
        if place.startswith(WRITERS):
            continue
        assert not pattern.search(path.read_text(encoding="utf-8")), f"{place} writes a file"


def test_methods_never_import_matplotlib_or_an_engine() -> None:
    for path in modules():
        if room(path) in ("indices", "models", "spatial", "chain", "preparing"):
            assert not {name.split(".")[0] for name in imports(path)} & {"matplotlib", "dask", "duckdb", "multiprocessing"}


def vocabulary() -> set[str]:
    """Words of table 4.1 and of the signatures in 4.3 of the project's own copy."""
    text = (ROOT / "docs" / "VOCABULARY.md").read_text(encoding="utf-8")
    table = text.split("### 4.1")[1].split("### 4.2")[0]
    words = {word for line in table.splitlines() if line.startswith("| `") for word in re.findall(r"`([a-z_]+)`", line.split("|")[1])}
    block = text.split("### 4.3")[1].split("```")[1]
    for line in block.splitlines():
        words |= set(re.findall(r"[(,*]\s*([a-z_]+)\s*(?=[=,)])", line.split("->")[0]))
    return words


@pytest.mark.parametrize("kind", METHODS)
def test_parameters_are_in_the_vocabulary(kind: str) -> None:
    unknown = {a.name for a in declaration(kind).arguments} - vocabulary()
    assert not unknown, f"{kind} uses words that VOCABULARY.md does not know: {sorted(unknown)}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_in_the_vocabulary(name: str) -> None:
    unknown = (
        set(signature(unwrap(getattr(regio, name))).parameters) - vocabulary() - {"paths", "study", "events", "rows", "unit", "variables", "changes", "labels"}
    )
    assert not unknown


@pytest.mark.parametrize("kind", METHODS)
def test_result_class_is_named_like_the_method(kind: str) -> None:
    result = declaration(kind).result.__name__
    assert result == "".join(word.capitalize() for word in kind.rpartition(".")[2].split("_"))
    forbidden = {"call", "provenance", "conventions", "findings", "exhibits", "columns", "table", "figure", "to_dict", "regions", "data"}
    own = set(declaration(kind).result.__dataclass_fields__) - set(regio.contract.result.Result.__dataclass_fields__)
    assert not own & forbidden


@pytest.mark.parametrize("name", catalogues())
def test_catalogues_are_complete_in_both_languages(name: str) -> None:
    assert entries(name)
    for code, texts in entries(name).items():
        assert set(texts) == set(LANGUAGES), code
        placeholders = {language: set(re.findall(r"(?<!{){(\w+)}(?!})", text)) for language, text in texts.items()}
        assert placeholders["en"] == placeholders["zh"], code
        assert all(text.strip() for text in texts.values()), code


NOT_CODES = {"figure.dpi"}  # a setting of matplotlib


def codes_in_the_source() -> set[str]:
    """String constants of the source that look like a code of a catalogue."""
    names = set(catalogues())
    found = set()
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if (
                id(node) not in pieces
                and isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", node.value)
            ):
                found.add(node.value)
    return {code for code in found if code.split(".")[0] in names and not code.endswith((".toml", ".json", ".html"))} - NOT_CODES


def test_every_code_that_is_used_has_a_text() -> None:
    missing = {code for code in codes_in_the_source() if code not in entries(code.split(".")[0])}
    missing = {code for code in missing if not any(other.startswith(code + ".") for other in entries(code.split(".")[0]))}
    assert not missing


def test_check_imports_no_numpy() -> None:
    program = """
import sys
from regio.cli.app import start
code = start(["check", "us-public-capital"])
heavy = {"numpy", "pandas", "scipy", "matplotlib"} & set(sys.modules)
sys.exit(str(heavy) if heavy else code)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_import_of_the_package_is_free() -> None:
    program = "import sys, regio; sys.exit(1 if {'numpy', 'pydantic', 'pandas'} & set(sys.modules) else 0)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
