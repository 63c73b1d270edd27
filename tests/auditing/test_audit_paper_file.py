"""The paper file: JSON and TOML, what is wrong with it, and what a person is asked."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import regio
from regio.auditing.paper import KINDS, Paper, read_paper, template
from regio.contract.finding import ArgumentError, DataError


def bad(source: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        read_paper(source)
    return caught.value


def table(**more: Any) -> dict[str, Any]:
    return {"id": "T1", "kind": "weights", "rows": [{"indicator": "a", "weight": "0.5"}, {"indicator": "b", "weight": "0.5"}]} | more


def test_json_and_toml_give_the_same_paper(tmp_path: Path) -> None:
    content = tomllib.loads(template())
    (tmp_path / "p.toml").write_text(template(), encoding="utf-8")
    (tmp_path / "p.json").write_text(json.dumps(content), encoding="utf-8")
    one, two = read_paper(tmp_path / "p.toml"), read_paper(tmp_path / "p.json")
    assert one == two
    assert not one.notes
    assert not regio.audit(one).inconsistent
    assert (one.sample.units or 0) * (one.sample.periods or 0) == 180


def test_the_published_papers_are_read_whole(reference: Path) -> None:
    for file in sorted((reference / "published").glob("00*.json")):
        stored, found = json.loads(file.read_text(encoding="utf-8")), read_paper(file)
        assert len(stored["claims"]) == len(found.claims)
        assert not found.notes
        for raw in stored["tables"]:
            here = found.table(raw["id"])
            assert here is not None
            assert [m["col"] for m in raw.get("models", [])] == [m.col for m in here.models]
            assert [t["coef"] for m in raw.get("models", []) for t in m["terms"]] == [t.coef for m in here.models for t in m.terms]
    assert len(next(iter(found.of_kind("geodetector"))).rows) == 21


def test_a_number_that_is_no_string() -> None:
    problem = bad({"tables": [table(rows=[{"indicator": "a", "weight": 0.058}])]})
    assert problem.findings[0].code == "audit.not_a_string"
    assert "tables[1] (T1).rows[1].weight" in str(problem.findings[0].where)
    assert "0.058" in problem.text("en")
    assert "quotation marks" in problem.text("en")
    assert "引号" in problem.text("zh")


def test_all_mistakes_at_once() -> None:
    rows = [{"indicator": "a"}, {"indicator": "b", "weight": 0.5}]
    problem = bad({"sample": {"first_period": 2020, "last_period": 2010}, "tables": [table(rows=rows), table(), {"id": "T9", "kind": "wieghts", "rows": []}]})
    assert {"audit.missing_cell", "audit.not_a_string", "audit.twice", "audit.unknown_kind", "audit.periods"} == {f.code for f in problem.findings}
    assert "weights" in problem.text("en")
    assert "缺少单元格" in problem.text("zh")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({}, "audit.empty"),
        ({"tables": 3}, "audit.not_a_list"),
        ({"tables": [3]}, "audit.not_a_mapping"),
        ({"tables": [table(rows=[])]}, "audit.no_rows"),
        ({"tables": [{"kind": "weights"}]}, "audit.no_id"),
        ({"sample": {"units": "many"}, "tables": [table()]}, "audit.not_a_count"),
        ({"tables": [{"id": "T", "kind": "regression", "models": [{"col": "(1)"}]}]}, "audit.missing_cell"),
        ({"claims": [{"id": "c", "values": [{"name": "a"}]}]}, "audit.missing_cell"),
        ({"tables": [table()], "facts": [{"subject": "a"}]}, "audit.missing_cell"),
        ("nowhere.toml", "audit.no_file"),
    ],
)
def test_mistakes(source: Any, code: str) -> None:
    assert code in {f.code for f in bad(source).findings}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name, content, code in (
        ("a.json", "{", "audit.syntax"),
        ("a.toml", "a = ", "audit.syntax"),
        ("a.json", "[]", "audit.not_a_mapping"),
        ("a.txt", "", "audit.no_paper_file"),
    ):
        (tmp_path / name).write_text(content)
        assert code == bad(tmp_path / name).findings[0].code


def test_unknown_words_are_remarked_and_everything_is_checked() -> None:
    found = regio.audit({"tables": [table(rows=[{"indicator": "a", "wieght": "1", "weight": "0.90"}, {"indicator": "b", "weight": "0.30"}])]})
    assert [n.code for n in found.notes] == ["audit.unknown_key"]
    assert "weight" in found.notes[0].text("en")
    assert found.inconsistent == 1


def test_unknown_check_and_rule() -> None:
    with pytest.raises(ArgumentError, match="stars"):
        regio.audit({"tables": [table()]}, checks=("star",))
    with pytest.raises(ArgumentError, match="nearest"):
        regio.audit({"tables": [table()]}, rounding="nearst")  # type: ignore[arg-type]


def test_names_are_asked_for_and_a_mapping_answers() -> None:
    rows = [{"var": v, "mean": "1.0"} for v in ("digital", "open")]
    models = [{"col": "(1)", "dependent": "open", "terms": [{"var": "dig", "coef": "1.0"}]}]
    paper = {"tables": [{"id": "T1", "kind": "descriptives", "rows": rows}, {"id": "T2", "kind": "regression", "models": models}]}
    asked = regio.audit(paper, checks=("names",)).judgements
    assert [j.verdict for j in asked] == ["not_checkable"]
    assert '"dig" = "digital"' in regio.audit(paper, checks=("names",)).findings["note"].iloc[0]
    assert not regio.audit(paper | {"names": {"dig": "digital"}}, checks=("names",)).judgements


def test_missing_n_and_too_few_digits_are_said() -> None:
    models = [{"col": "(1)", "dependent": "y", "terms": [{"var": "gdp", "coef": "0.000", "stars": "***", "paren": "4.1"}], "R2": "0.5", "F": "9.1"}]
    found = regio.audit({"tables": [{"id": "T1", "kind": "regression", "models": models}]})
    assert {"audit.note.few_digits", "audit.note.no_n"} <= {j.note.code for j in found.of("not_checkable")}
    assert any(j.check == "stars" for j in found.judgements)


def test_every_kind_of_table_is_in_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
    assert not [kind for kind in (*KINDS, "regression") if f"`{kind}`" not in page]


def test_a_paper_is_a_value() -> None:
    assert read_paper({"paper": "a", "tables": [table()]}) == read_paper({"paper": "a", "tables": [table()]})
    assert isinstance(read_paper({"tables": [table()]}), Paper)
