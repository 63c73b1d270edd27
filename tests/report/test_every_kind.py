"""What reports say of every kind of step: explanations, methods text, references, plain readings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.address import Address
from regio.contract.declaration import declaration
from regio.contract.finding import Position
from regio.exhibits.models import Cell, Table
from regio.exhibits.style import Style
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, Message, known, say
from regio.report.citing import bibtex, cited, ris, short
from regio.report.exhibits import Item
from regio.report.explain import as_json, as_text, explain
from regio.report.methods import passages
from regio.report.readings import as_plain, messages, readings
from regio.report.references import SECTIONS, _file, bibliography, keys_of, of_kind, uncovered, used
from regio.study.execute import Run
from regio.study.lint import RULES
from regio.study.model import SourceFile, Step, Study
from regio.study.tables import TableNote
from test_catalogue import KINDS, example

EVERY = (*METHODS, *PREPARATIONS)
BLANK = re.compile(r"[{}]|\bNone\b|\bCell\(|\bMessage\(|\bnan\b")


@cache
def run_of(kind: str) -> Run:
    """A finished run of one step."""
    result = example(kind)
    assert result.call is not None
    options = {name: value for name, value in result.call.options.items() if not hasattr(value, "exhibits")}
    where = Position("study.toml", 9)
    names = tuple(result.provenance.columns) if result.provenance else ()
    known_kind = declaration(kind)
    uses = tuple((use.column, use.numeric) for use in known_kind.uses(options) if use.column in names)
    given = tuple(a.name for a in known_kind.fields if options.get(a.name) != a.default)
    step = Step("one", kind, "table", options, given, (), uses, (), "", "", None, where)
    source = SourceFile("table", "table.csv", Path("table.csv"), "region", "period", None, None, (), None, {}, names, "A table", where)
    study = Study("s", "S", "", Path("study.toml"), 7, (source,), (), {}, {}, {}, (), (), (step,), {}, (), LANGUAGES, Style())
    note = TableNote("table", "0" * 32, 84, {"n_regions": 12, "n_periods": 7}, dict.fromkeys(names, "0" * 32), (), (), ())
    return Run(study, (note,), {"one": result}, {}, notes={"one": {"findings": result.findings, "rows": None, "columns": {}}})


@pytest.mark.parametrize("kind", KINDS)
def test_every_printed_number_is_explained(kind: str) -> None:
    run = run_of(kind)
    result = run["one"]
    laid_out = tuple(e.located("one") for e in result.exhibits() if isinstance(e, Table))
    cells = [cell for table in laid_out for row in table.rows for cell in row.cells if cell.value is not None and cell.kind != "text"]
    for cell in cells[:: max(1, len(cells) // 12)]:
        found = explain(run, list(cell.address))
        same = found.cell.value == cell.value or (found.cell.value != found.cell.value and cell.value != cell.value)
        assert same, cell.address
        assert as_json(found)["address"] == Address(*cell.address).written
        for language in LANGUAGES:
            text = as_text(found, language)
            assert say(f"{kind}.formula", language) in text
            assert not BLANK.search(text.replace(say(f"{kind}.formula", language), "").partition("\n")[0].replace("= nan", ""))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_methods_text_names_the_kind_its_options_and_its_sources(kind: str, language: Any) -> None:
    run = run_of(kind)
    found = passages(run, language)
    assert found[1].head == say(f"methods.name.{kind}", language).strip()
    text = found[1].text.replace(say(f"{kind}.formula", language), "")
    assert all(sentence.endswith((".", "。")) for passage in found for sentence in passage.sentences)
    assert say(f"methods.kind.{kind}", language)[:20] in text
    assert short(bibliography()[of_kind(kind, run.study.steps[0].options)[0]], language) in text
    assert " ，" not in text
    assert ".." not in text
    assert not re.search(r"\bNone\b|Cell\(|Message\(", text)


@pytest.mark.parametrize("kind", EVERY)
def test_every_option_and_every_choice_has_words(kind: str) -> None:
    assert known(f"methods.name.{kind}")
    assert known(f"methods.kind.{kind}")
    assert known(f"{kind}.formula")
    assert all(say(f"{kind}.formula", language) for language in LANGUAGES)
    for argument in declaration(kind).fields:
        assert known(f"methods.option.{argument.name}"), argument.name
        for choice in argument.choices:
            assert not isinstance(choice, str) or known(f"methods.value.{choice}") or known(f"methods.value_of.{argument.name}.{choice}"), choice


@pytest.mark.parametrize("kind", KINDS)
def test_readings_are_about_tables_that_exist_and_are_said_in_both_languages(kind: str) -> None:
    run = run_of(kind)
    tables = {e.name: e for e in run["one"].exhibits() if isinstance(e, Table)}
    found = run["one"].readings()
    assert set(found) <= set(tables), set(found) - set(tables)
    for name, table in tables.items():
        for language in LANGUAGES:
            for sentence in readings(Item(1, table, ("one",), None, False), run, language):
                assert not BLANK.search(sentence), sentence
        assert all(as_plain(message)["code"] for message in messages(run, "one", name))


@pytest.mark.parametrize("kind", KINDS)
def test_no_table_prints_what_only_a_program_reads(kind: str) -> None:
    for table in (e for e in run_of(kind)["one"].exhibits() if isinstance(e, Table)):
        for language in LANGUAGES:
            shown = typeset(table, language)
            texts = [shown.title, shown.stub, *shown.notes, *(head.text for heads in shown.heads for head in heads)]
            texts += [part for row in shown.rows for part in (row.head, *(cell.text for cell in row.cells))]
            assert [words for words in texts if re.search(r"\bCell\(|\bMessage\(|\bNone\b", words)] == []


def test_no_rule_without_a_reference() -> None:
    assert uncovered() == ()
    assert [rule for rule in RULES if not keys_of("lint", rule)] == []


def test_every_entry_names_works_that_exist_and_every_work_is_used() -> None:
    entries = _file()
    leaves: list[str] = []

    def collect(value: Any) -> None:
        for part in value.values() if isinstance(value, dict) else value:
            leaves.append(part) if isinstance(part, str) else collect(part)

    for section in SECTIONS:
        collect(entries[section])
    assert set(leaves) == set(bibliography())


def test_every_work_prints_in_every_form() -> None:
    works = tuple(bibliography().values())
    assert bibtex(works).count("\n@") + 1 == len(works)
    assert ris(works).count("TY  - ") == ris(works).count("ER  - ") == len(works)
    for work in works:
        for language in LANGUAGES:
            line = cited(work, language)
            assert str(work.year) in line
            assert work.title in line
            assert ".." not in line
            assert "  " not in line
        assert (work.type == "article") == bool(work.journal)
        assert work.language == "en" or (work.latin and work.english)
        assert not work.doi or re.fullmatch(r"10\.\d{4,}/\S+", work.doi)


def test_a_reading_never_says_no_effect() -> None:
    from regio.language import entries

    for texts in entries("readings").values():
        assert not re.search(r"no effect|without effect|insignificant", texts["en"])
        assert not re.search(r"没有影响|无影响|无显著影响", texts["zh"])


def test_used_is_sorted_and_holds_the_kind_and_the_software() -> None:
    found = [work.key for work in used(run_of("threshold"))]
    assert {"hansen1999", "harris2020", "virtanen2020", "mckinney2010"} <= set(found)
    assert len(found) == len(set(found))


def test_cells_in_sentences_become_digits() -> None:
    found = run_of("moderate")["one"].readings()["coefficients"]
    assert any(isinstance(value, Cell) for message in found for value in message.values.values())
    assert all(isinstance(message, Message) for message in found)


def test_a_source_that_only_another_value_rests_on_is_not_listed() -> None:
    assert of_kind("interpolate", {"method": "idw", "power": 2.0}) == ("shepard1968",)
    assert of_kind("interpolate", {"method": "kriging"}) == ("matheron1963",)
    assert set(keys_of("kind", "interpolate")) == {"shepard1968", "matheron1963"}
    assert of_kind("gini", {}) == keys_of("kind", "gini")
    assert {key for entry in _file()["kind"].values() if isinstance(entry, dict) for keys in entry.values() if isinstance(keys, list) for key in keys} <= {
        *bibliography()
    }
