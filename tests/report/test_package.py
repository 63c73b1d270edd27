"""regio package: unpacked elsewhere and run there, it gives the same results byte by byte."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

import regio
from regio.cli.app import start
from regio.contract.finding import DataError
from regio.report.package import package
from regio.report.toml import written
from regio.study.file import load

ROOT = "small-package"
REGIO = Path(regio.__file__).parent
SMALL = Path(__file__).parents[1] / "calibrating" / "small.json"
# a rerun without network and without the built-in studies, so that nothing but the package is read
ALONE = """
import socket, sys
socket.create_connection = socket.getaddrinfo = socket.socket.connect = None
from pathlib import Path
from regio.study import builtin
builtin._root = lambda: Path("nowhere")
from regio.cli.app import start
sys.exit(start(["run", "study/study.toml", "--out", "again"]))
"""
CHAINS = """\
schema = 1
[study]
name = "small"
title = "Two chains"
[[source]]
name = "solar"
from = "photovoltaics"
[[source]]
name = "own"
from = "wind"
[[step]]
name = "graph"
kind = "chain.criticality"
[[step]]
name = "places"
kind = "chain.specialisation"
on = "own"
[report]
figure_formats = ["svg"]
exhibits = [{ show = "graph/graph" }, { show = "places/scores" }]
"""
CALIBRATED = """\
schema = 1
[study]
name = "small"
printed = "paper/printed.json"
[[source]]
name = "printed"
from = "calibrated:paper"
region = "region"
period = "period"
[[source]]
name = "designed"
from = "calibrated:tiny"
region = "region"
period = "period"
[[source]]
name = "firms"
from = "calibrated:tiny/firms"
region = "region"
period = "period"
unit = "unit"
[[step]]
name = "base"
kind = "regress"
on = "printed"
outcome = "y"
treatment = "x"
[[step]]
name = "spread"
kind = "calibrated_range"
on = "printed"
of = "base"
draws = 2
[[step]]
name = "effect"
kind = "regress"
on = "designed"
outcome = "score"
treatment = "cause"
effects = ["region"]
[[step]]
name = "holdings"
kind = "describe"
on = "firms"
columns = ["assets"]
[[step]]
name = "summary"
kind = "describe"
on = "printed"
columns = ["y", "x"]
[report]
figure_formats = ["svg"]
exhibits = [{ show = "summary/statistics", beside = "T1" }, { show = "spread/range" }, { show = "effect/coefficients" }, { show = "holdings/statistics" }]
"""
DESIGN = """\
schema = 1
[[table]]
regions = { east = 4, west = 4 }
first_period = 2018
last_period = 2021
[[table]]
name = "firms"
regions = { east = 4, west = 4 }
first_period = 2018
last_period = 2021
units = 2
[[variable]]
name = "assets"
table = "firms"
distribution = "lognormal"
mean = 60
sd = 20
[[variable]]
name = "cause"
mean = 1.2
sd = 0.4
[[variable]]
name = "score"
mean = 0.4
sd = 0.12
[[effect]]
name = "base"
outcome = "score"
coefficients = { cause = "0.161" }
effects = ["region"]
"""


@pytest.fixture
def packed(small: Path, tmp_path: Path) -> Path:
    (small.parent / "overlay.toml").write_text('[report]\nnotes = "Laid over."\n', encoding="utf-8")
    made = package(small, tmp_path / "p.zip", data=small.parent / "overlay.toml")
    assert made.place == tmp_path / "p.zip"
    with ZipFile(made.place) as archive:
        archive.extractall(tmp_path / "elsewhere")
    return tmp_path / "elsewhere" / ROOT


def test_a_rerun_elsewhere_gives_the_same_bytes(packed: Path) -> None:
    before = rerun(packed)
    assert hashlib.sha256(before).hexdigest() in (packed / "README.md").read_text(encoding="utf-8")
    for name in ("methods.en.md", "references.bib", "tables/01-summary-statistics.en.html", "report.zh.docx"):
        assert (packed / "again" / name).read_bytes() == (packed / "results" / name).read_bytes()


def rerun(package_folder: Path) -> bytes:
    """Run the packaged study by itself; its results.json, which must be the one that was packed."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=package_folder, capture_output=True, text=True, check=False, env={**os.environ, "MPLBACKEND": "Agg"}
    )
    assert done.returncode == 0, done.stderr
    again, before = ((package_folder / folder / "results.json").read_bytes() for folder in ("again", "results"))
    assert again == before
    return before


def test_a_study_of_chains_is_packed_with_its_folders(tmp_path: Path) -> None:
    place = tmp_path / "in"
    shutil.copytree(REGIO / "studies" / "nev-chain" / "wind-power", place / "wind")
    (place / "study.toml").write_text(CHAINS, encoding="utf-8")
    made = package(place / "study.toml", tmp_path / "p")
    assert {file.place for file in made.data} >= {"data/photovoltaics/chain.toml", "data/wind/travel.csv"}
    sources = tomllib.loads((tmp_path / "p" / "study" / "study.toml").read_text(encoding="utf-8"))["source"]
    assert [source["from"] for source in sources] == ["../data/photovoltaics", "../data/wind"]
    rerun(tmp_path / "p")
    assert len(list((tmp_path / "p" / "results" / "figures").glob("*.svg"))) == 1
    for figure in (tmp_path / "p" / "results" / "figures").iterdir():
        assert (tmp_path / "p" / "again" / "figures" / figure.name).read_bytes() == figure.read_bytes()


def test_a_study_of_calibrated_tables_is_packed_with_designs_and_prints(tmp_path: Path) -> None:
    place = tmp_path / "in"
    for folder, name, text in (("tiny", "design.toml", DESIGN), ("paper", "printed.json", SMALL.read_text(encoding="utf-8"))):
        (place / folder).mkdir(parents=True)
        (place / folder / name).write_text(text, encoding="utf-8")
    (place / "study.toml").write_text(CALIBRATED, encoding="utf-8")
    made = package(place / "study.toml", tmp_path / "p")
    assert {file.place for file in made.data} == {"study/tiny/design.toml", "study/paper/printed.json"}
    assert not made.run.failed
    assert [finding.code for finding in made.run.written] == []
    assert (tmp_path / "p" / "study" / "printed.json").read_bytes() == SMALL.read_bytes()
    assert b"calibrated" in rerun(tmp_path / "p")
    digest = hashlib.sha256((place / "tiny" / "design.toml").read_bytes()).hexdigest()
    sums = (tmp_path / "p" / "data" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert f"{digest}  study/tiny/design.toml" in sums
    assert len(sums) == len(set(sums))


def test_what_is_in_it(packed: Path, small: Path) -> None:
    study = tomllib.loads((packed / "study" / "study.toml").read_text(encoding="utf-8"))
    assert study["source"][0]["from"] == "../data/table.csv"
    assert study["report"]["notes"] == "Laid over."
    assert (packed / "data" / "table.csv").read_bytes() == (small.parent / "table.csv").read_bytes()
    lock = (packed / "lock" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line.partition("==")[0] for line in lock} >= {"regio", "numpy", "pandas", "scipy"}
    assert not (packed / "results" / "store").exists()
    assert not list((packed / "results").glob("ledger*"))
    events = list(csv.DictReader(io.StringIO((packed / "logs" / "run.csv").read_text(encoding="utf-8-sig"))))
    assert {row["event"] for row in events} >= {"started", "finished"}
    assert (packed / "logs" / "changes.csv").is_file()
    text = "".join(p.read_text(encoding="utf-8") for p in packed.rglob("*") if p.suffix in (".md", ".toml", ".json", ".txt", ".csv", ".html"))
    assert str(small.parent) not in text


def _numbers(values: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers of a kept sentence and of the sentences within it."""
    for name, value in values.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from _numbers(part["values"])
            elif isinstance(part, int | float):
                yield name, float(part)


def test_the_map_leads_from_every_exhibit_and_number_to_its_step_and_file(packed: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((packed / "exhibit-map.csv").read_text(encoding="utf-8-sig"))))
    assert {row["kind"] for row in rows} == {"table", "in_text"}
    assert all((packed / row["file"]).is_file() for row in rows)
    stored = json.loads((packed / "results" / "results.json").read_text(encoding="utf-8"))
    shown = {show for item in stored["report"] for show in item["show"]}
    assert {a for row in rows if row["kind"] != "in_text" for a in row["address"].split("; ")} == shown
    told = {(reading["show"], f"{reading['code']} {name}", value) for reading in stored["readings"] for name, value in _numbers(reading["values"])}
    numbers = {(row["address"], row["reading"], float(row["value"])) for row in rows if row["reading"]}
    assert numbers
    assert numbers <= told


@pytest.mark.parametrize(("name", "heads"), [("README.md", "## Data availability and provenance statements"), ("README.zh.md", "## 数据可得性与来源说明")])
def test_the_readme_has_the_sections_of_the_template(packed: Path, name: str, heads: str) -> None:
    text = (packed / name).read_text(encoding="utf-8")
    assert heads in text
    assert sum(line.startswith("## ") for line in text.splitlines()) == 8
    assert "`model`" in text
    assert f"results/tables/02-model-coefficients.{'zh' if 'zh' in name else 'en'}.html" in text
    assert re.search(r"[0-9.]+ GB", text)  # of memory
    assert "[ ] " in text  # what only authors can certify


def test_data_that_may_not_be_passed_on_stay_outside(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = small.read_text(encoding="utf-8").replace('region = "place"\n', 'region = "place"\nredistribute = false\nrights = "Licensed to the authors"\n', 1)
    small.write_text(text, encoding="utf-8")
    assert start(["package", str(small), "--out", str(tmp_path / "p")]) == 0
    assert "data/table.csv" in capsys.readouterr().out
    assert not (tmp_path / "p" / "data" / "table.csv").exists()
    digest = hashlib.sha256((small.parent / "table.csv").read_bytes()).hexdigest()
    assert digest in (tmp_path / "p" / "data" / "SHA256SUMS").read_text(encoding="utf-8")
    readme = (tmp_path / "p" / "README.md").read_text(encoding="utf-8")
    assert "Rights: Licensed to the authors." in readme
    assert f"Put the file at `data/table.csv`; its SHA-256 must be `{digest}`." in readme
    assert "3." in readme


def test_rights_that_are_not_stated_are_asked_for(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["package", str(small), "--out", str(tmp_path / "p.zip"), "--language", "zh"]) == 0
    assert "研究未说明 table 的使用权利" in capsys.readouterr().err


def test_nothing_is_overwritten(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.zip").write_bytes(b"mine")
    with pytest.raises(DataError) as caught:
        package(small, tmp_path / "p.zip")
    assert caught.value.findings[0].code == "package.exists"
    assert start(["package", str(small), "--out", str(tmp_path / "p.zip"), "--language", "zh"]) == 1
    assert "已存在" in capsys.readouterr().err
    assert (tmp_path / "p.zip").read_bytes() == b"mine"


def test_json_for_programs(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["package", str(small), "--out", str(tmp_path / "p.zip"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ok"]
    assert found["data"][0]["file"] == "data/table.csv"


def test_two_sources_with_files_of_one_name(small: Path, tmp_path: Path) -> None:
    other = small.parent / "other"
    other.mkdir()
    (other / "table.csv").write_text("place,year,w\na,2001,1\nb,2001,2\n", encoding="utf-8")
    text = small.read_text(encoding="utf-8")
    small.write_text(
        text.replace("[[step]]", '[[source]]\nname = "more"\nfrom = "other/table.csv"\nregion = "place"\nperiod = "year"\n[[step]]', 1), encoding="utf-8"
    )
    made = package(small, tmp_path / "p")
    assert [file.place for file in made.data] == ["data/table.csv", "data/more/table.csv"]
    assert (tmp_path / "p" / "data" / "more" / "table.csv").read_text(encoding="utf-8").startswith("place,year,w")


def test_a_study_as_toml_reads_back(small: Path) -> None:
    raw = {"a": 1, "b": {"c": 'x "y" \\ \n 中', "": [1.5, True, {"k": []}]}, "d": [{"e": "f", "g": [{"h": 1}, {"h": 2}]}, {"e": ""}], "list": []}
    assert tomllib.loads(written(raw)) == raw
    own = tomllib.loads(small.read_text(encoding="utf-8"))
    assert tomllib.loads(written(own)) == own
    assert load(small).name == "small"
