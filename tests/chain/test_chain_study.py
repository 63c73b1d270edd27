"""The built-in study nev-chain, and the fact base on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regio.cli.app import start
from regio.contract.finding import StudyError
from regio.study.execute import execute
from regio.study.file import load
from regio.study.status import status
from regio.study.store import Store


def test_every_step_of_the_built_in_study_comes_through(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    run = execute("nev-chain", store=store)
    assert not run.failed
    assert len(run) == len(load("nev-chain").steps) == 36
    assert {note.source for note in run.tables} == {"cars", "solar", "wind", "listed", "provinces"}
    assert all(step.fresh for step in status(load("nev-chain"), store))
    again = execute("nev-chain", store=store)
    assert set(again.reused) == set(run)


def test_every_exhibit_that_the_report_asks_for_is_there() -> None:
    from regio.report.exhibits import items

    run = execute("nev-chain")
    shown, problems = items(run)
    assert problems == ()
    assert len(shown) == len(load("nev-chain").shown)


def test_a_chain_of_ones_own_replaces_a_source(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name, text in (("segments", "segment\nore\nsteel\n"), ("edges", "from,to\nore,steel\n"), ("firms", "firm,region,segment\na,north,ore\n")):
        (own / f"{name}.csv").write_text(text, encoding="utf-8")
    run = execute(load("nev-chain", f"solar={own}"), only=("solar_graph",))
    assert run["solar_graph"].table("criticality").shape[0] == 1


def test_a_wrong_table_stops_the_run_with_its_row(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name, text in (("segments", "segment\nore\nsteel\n"), ("edges", "from,to\nore,stele\n"), ("firms", "firm,region,segment\na,north,ore\n")):
        (own / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        execute(load("nev-chain", f"solar={own}"), only=("solar_graph",))
    assert "edges.csv, row 2" in caught.value.text("en")


def test_facts_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["facts", "Honeycomb"]) == 0
    shown = capsys.readouterr().out
    assert "SVOLT Energy" in shown
    assert "no source, undated" in shown
    assert start(["facts", "Kirin", "density", "--language", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "255" in shown
    assert "找到 2 条事实" in shown
    assert start(["facts", "swap", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["count"] == len(found["facts"]) > 3
    assert all("marks" in fact for fact in found["facts"])
    assert start(["facts", "anything", "--chain", "photovoltaics"]) == 0
    assert "Facts found: 0" in capsys.readouterr().out


def test_mistakes_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["facts", "x", "--study", "us-public-capital"]) == 1
    assert "no chain among its sources" in capsys.readouterr().err
    assert start(["facts", "x", "--chain", "photovoltaic"]) == 1
    assert "Did you mean photovoltaics?" in capsys.readouterr().err
    assert start(["facts", "x", "--source", "car"]) == 1
    assert "Did you mean cars?" in capsys.readouterr().err


def test_checking_the_study_imports_no_numpy() -> None:
    import subprocess
    import sys

    program = (
        "import sys\nfrom regio.cli.app import start\ncode = start(['check', 'nev-chain'])\nsys.exit(1 if {'numpy', 'pandas'} & set(sys.modules) else code)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_five_chains_of_provinces_are_coupled_as_by_hand() -> None:
    import numpy as np

    names = [f"{name}_chain" for name in ("innovation", "technology", "industry", "value", "service")]
    run = execute("nev-chain", only=("five_chains",))
    systems = np.column_stack([run[name].columns()[""].to_numpy() for name in names])
    degree = np.prod(systems, axis=1) ** (1 / 5) / systems.mean(axis=1)
    expected = np.sqrt(degree * systems.mean(axis=1))
    np.testing.assert_allclose(run["five_chains"].scores["D"].to_numpy(), expected, atol=1e-12)
    assert run["five_chains"].systems == tuple(names)


def test_amounts_of_listed_firms_are_those_of_their_reports(reference: Path) -> None:
    import pandas as pd

    from regio.chain import read

    known = pd.read_csv(reference / "nev" / "listed_auto_firms_financials_2006_2022.csv").set_index(["code", "year"])
    own = read("listed-vehicle-firms").firms
    codes = own["source"].str.extract(r"\((.*)\)")[0]
    for code, row in zip(codes, own.to_dict("records"), strict=True):
        assert row["total_assets"] == pytest.approx(known.loc[(code, int(row["period"])), "total_assets"] / 1e9, abs=0.006)


def test_words_of_facts_and_sources_are_chinese_in_chinese() -> None:
    import re

    from regio.chain import facts, read
    from regio.exhibits.models import Table
    from regio.exhibits.typeset import typeset

    table = facts(read("new-energy-vehicles")).exhibits()[0]
    assert isinstance(table, Table)
    printed = typeset(table, "zh")
    latin = [str(cell) for row in printed.rows for cell in row.cells if re.search("[a-z]{4}", str(cell)) and not re.search("[\u4e00-\u9fff]", str(cell))]
    assert latin == []
