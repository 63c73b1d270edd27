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
    assert len(run) == len(load("nev-chain").steps) == 27
    assert [note.source for note in run.tables] == ["cars", "solar", "wind"]
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
