"""Pages: every method has one, each is in the navigation, commands and options that are shown exist, words of signatures are in the vocabulary."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from regio.catalogue import FUNCTIONS, METHODS, PREPARATIONS, PRIMITIVES
from regio.cli import app as cli
from regio.contract.declaration import declaration
from regio.report.references import bibliography, keys_of
from regio.study.lint import RULES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
SHOWN = [*PAGES, ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md"]
KINDS = sorted(METHODS | PRIMITIVES | PREPARATIONS)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+?)(?:#[^)]*)?\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_method_has_its_page(kind: str) -> None:
    if "." in kind:
        assert f"`{kind}`" in read(DOCS / "chain.md")
    else:
        assert (DOCS / "methods" / f"{kind}.md").is_file()
        assert f"(methods/{kind}.md)" in read(DOCS / "methods.md")


def test_every_page_is_in_the_navigation_once() -> None:
    listed = re.findall(r"([\w/-]+\.md)\s*$", read(ROOT / "mkdocs.yml"), re.MULTILINE)
    assert sorted(listed) == sorted(str(p.relative_to(DOCS)) for p in PAGES)


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    inside = BLOCK.sub("", read(page))
    missing = [to for to in LINK.findall(inside) if "://" not in to and not to.startswith("mailto:") and not (page.parent / to).exists()]
    assert missing == []


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_options_that_are_shown_exist(page: Path) -> None:
    names = {name.replace("_", "-") for name in cli.app}
    blocks = [body for language, body in BLOCK.findall(read(page)) if language in ("", "bash", "sh")]
    lines = [line.strip() for body in blocks for line in body.splitlines() if line.strip().startswith("regio ")]
    for line in lines:
        command, *words = line.partition("#")[0].removeprefix("regio ").split()
        assert command in names, line
        given = {word for word in words if word.startswith("--")}
        assert given <= options(command), line


def options(command: str) -> set[str]:
    return {name for argument in cli.app[command].assemble_argument_collection() for name in argument.names} | {"--help"}


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: str(p.relative_to(ROOT)))
def test_study_files_that_are_shown_are_toml(page: Path) -> None:
    for language, body in BLOCK.findall(read(page)):
        if language == "toml":
            tomllib.loads(body)


def test_kinds_that_are_named_in_study_files_exist() -> None:
    named = {kind for page in SHOWN for kind in re.findall(r'kind = "([\w.]+)"', read(page))}
    assert sorted(named - set(KINDS)) == []


def vocabulary() -> tuple[set[str], str]:
    """The words of the first column of the tables, and the signatures."""
    table, _, signatures = read(DOCS / "VOCABULARY.md").partition("### 4.3")
    heads = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    return {word for head in heads for word in re.findall(r"`(\w+)`", head)}, signatures


@pytest.mark.parametrize("kind", KINDS)
def test_every_method_and_argument_is_in_the_vocabulary(kind: str) -> None:
    words, signatures = vocabulary()
    own = re.search(rf"(?<![\w.]){re.escape(kind)}\(([^\n]*)", signatures)
    assert own is not None
    said = words | set(re.findall(r"\w+", own[1]))
    assert sorted({a.name for a in declaration(kind).arguments} - said) == []


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_named_in_the_vocabulary(name: str) -> None:
    assert re.search(rf"\b{name}\b", read(DOCS / "VOCABULARY.md"))


def test_every_rule_is_on_its_page() -> None:
    assert [rule for rule in RULES if f"`{rule}`" not in read(DOCS / "lint.md")] == []


@pytest.mark.parametrize("kind", sorted(METHODS | PREPARATIONS))
def test_the_works_behind_a_method_stand_on_its_page(kind: str) -> None:
    page = read(DOCS / "chain.md" if "." in kind else DOCS / "methods" / f"{kind}.md")
    for work in (bibliography()[key] for key in keys_of("kind", kind)):
        families = {name.partition(",")[0].split()[-1] for name in (*work.latin, *work.authors)}
        assert any(name in page for name in families), work.key
        assert str(work.year) in page, work.key
