"""The facts of a chain go through the audit of papers: one path, the same verdicts, and what only tables of facts can say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import regio
import regio.chain
from regio.auditing.chains import as_paper
from regio.cli.app import start
from regio.contract.finding import ArgumentError

CARS = "new-energy-vehicles"
HEAD = ["id", "subject", "attribute", "value", "unit", "period", "kind", "source", "hedge", "scenario", "whole"]


def chain(*rows: str) -> regio.chain.Chain:  # type: ignore[name-defined]
    cells = [dict(zip(HEAD, row.split("|"), strict=False)) for row in rows]
    facts = pd.DataFrame(cells, columns=HEAD).fillna("")
    return regio.chain.read({"segments": pd.DataFrame({"segment": ["ore"]}), "facts": facts})


def found(*rows: str) -> pd.DataFrame:
    return regio.chain.fact_audit(chain(*rows)).relations[["fact", "check", "others", "verdict"]]


STEEL = ("a|steel|output|100|t|2020|flow", "b|steel|output|120|t|2021|flow")


@pytest.mark.parametrize(("growth", "verdict"), [("20", "consistent"), ("19.4", "consistent"), ("25", "inconsistent")])
def test_a_paper_and_a_chain_that_say_the_same_get_the_same_verdict(growth: str, verdict: str) -> None:
    rows = found(*STEEL, f"c|steel|growth on previous year|{growth}|percent|2021|growth")
    values = [
        {"name": "steel_2020", "printed": "100", "subject": "steel", "period": "2020", "measure": "level"},
        {"name": "steel_2021", "printed": "120", "subject": "steel", "period": "2021", "measure": "level"},
        {"name": "steel_growth", "printed": f"{growth}%", "subject": "steel", "period": "2021", "measure": "growth"},
    ]
    claims = [{"id": f"c{i}", "kind": "number", "quote": v["printed"], "values": [v]} for i, v in enumerate(values)]
    paper = regio.audit({"paper": "p", "claims": claims}, checks=("growth",)).judgements
    assert rows.values.tolist() == [["c", "growth", "b, a", verdict]]
    assert [(j.check, j.verdict) for j in paper] == [("growth", verdict)]


def test_the_step_is_the_audit_of_the_chain_as_a_paper() -> None:
    known = regio.chain.read(CARS)
    step, paper = regio.chain.fact_audit(known), regio.audit(as_paper(known))
    assert step.judgements == paper.judgements
    assert step.counts.set_index("check").to_dict() == paper.summary.to_dict()


def test_the_chain_has_no_arithmetic_of_its_own() -> None:
    source = (Path(regio.__file__).parent / "chain" / "registers" / "_facts.py").read_text(encoding="utf-8")
    assert "low" not in source.replace("below", "").replace("flow", "").replace('"low"', "")


def test_the_printed_numbers_of_the_paper_that_cannot_be_true() -> None:
    """Bai and Zhu (2024), section 2.1: 0.3 million for 2016 beside a share of 1.8 percent, 1.4 million worldwide beside 9.495 million in China."""
    audit = regio.chain.fact_audit(regio.chain.read(CARS))
    wrong = audit.relations[audit.relations["verdict"] == "inconsistent"]
    assert wrong[["fact", "others"]].values.tolist() == [["F025", "F001"], ["F017", "F025, F009"], ["F038", "F008, F037"]]
    assert audit.flagged[["fact", "fails", "fails_reading"]].values.tolist() == [["F025", 2, 0], ["F037", 1, 1]]
    assert [f.code for f in audit.findings] == ["chain.differs"]
    assert "F025" in audit.findings[0].text("zh")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("p|iron|output|30|t|2020|flow", "w|metal|output|50|t|2020|flow", "s|iron|share|60|percent|2020|share||||metal"), ["consistent"]),
        (("p|iron|output|30|t|2020|flow", "w|metal|output|50|t|2020|flow", "s|iron|share|6|percent|2020|share||||metal"), ["inconsistent"]),
        (("a|iron|share|60|percent|2020|share||||metal", "b|tin|share|45|percent|2020|share||||metal"), ["consistent_if"]),
        (("a|iron|share|60|percent|2020|share||||metal", "b|tin|share|40|percent|2020|share||||metal"), ["consistent"]),
        (("a|iron|share|160|percent|2020|share||||metal",), ["inconsistent"]),
        (("a|steel|output|100|t|2020|flow", "b|steel|output|105|t|2020|flow"), ["inconsistent"]),
        (("a|steel|output|100|t|2020|flow", "b|steel|output|105|t|2020|flow||more than"), []),
        (("a|steel|output|100|t|2020|flow", "b|steel|price|101|t|2020|flow"), []),
        (("a|steel|output|100|t|undated|flow", "b|steel|output|101|t|undated|flow"), []),
        (("a|steel|output|100|t|2030|outlook||||", "b|steel|output|101|t|2030|flow"), []),
        (("a|steel|output|95-105|t|2020|flow", "b|steel|output|101|t|2020|flow"), ["consistent"]),
        (("a|steel|output|100|t|2023|flow|Yearbook 2022",), ["inconsistent"]),
        (("a|steel|output|100|t|2030|target|Plan of 2022||plan",), []),
    ],
)
def test_relations_between_facts(rows: tuple[str, ...], expected: list[str]) -> None:
    scenario = tuple(row.replace("outlook||||", "outlook|||high") for row in rows)
    assert found(*scenario)["verdict"].tolist() == expected


def test_levels_that_growth_rates_carry_over_two_years() -> None:
    rows = ("a|steel|output|100|t|2020|flow", "g|steel|growth|10|percent|2021|growth", "h|steel|growth|10|percent|2022|growth", "b|steel|output|{}|t|2022|flow")
    for value, verdict in (("121", "consistent"), ("150", "inconsistent")):
        assert found(*rows[:3], rows[3].format(value)).values.tolist()[0][3] == verdict


def test_ends_before_beginnings() -> None:
    known = regio.chain.read(
        {
            "segments": pd.DataFrame({"segment": ["ore"]}),
            "policies": pd.DataFrame({"policy": ["p"], "instrument": ["plan"], "jurisdiction": ["x"], "in_force": ["2020"], "until": ["2012"]}),
        }
    )
    relations = regio.chain.fact_audit(known).relations
    assert relations[["fact", "check", "verdict"]].values.tolist() == [["policies.p/year_last", "dates", "inconsistent"]]


def test_unknown_checks_are_refused() -> None:
    with pytest.raises(ArgumentError, match="Did you mean growth"):
        regio.chain.fact_audit(regio.chain.read(CARS), checks=("grwth",))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    code = start(list(words))
    return code, capsys.readouterr().out


def test_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, shown = run(capsys, "audit", "nev-chain", "--json")
    assert (code, json.loads(shown)["summary"]["inconsistent"]) == (3, 3)
    assert run(capsys, "audit", CARS)[0] == 3
    code, shown = run(capsys, "audit", "nev-chain", "--language", "zh")
    assert "facts/F038" in shown
    assert "约差 10 倍" in shown
    (tmp_path / "segments.csv").write_text("segment\nore\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("from,to\n", encoding="utf-8")
    (tmp_path / "firms.csv").write_text("firm,region,segment\na,north,ore\n", encoding="utf-8")
    assert run(capsys, "audit", str(tmp_path))[0] == 0
    code, shown = run(capsys, "facts", "global NEV", "--audit")
    assert code == 3
    assert "Relations with other facts" in shown
    code, shown = run(capsys, "facts", "swap", "--audit", "--json")
    assert (code, json.loads(shown)["ok"]) == (0, True)
    assert {row["check"] for row in json.loads(shown)["audit"]} == {"dates"}
