"""What is wrong with a print is said before any panel is sought; a user's own small paper, as JSON and as TOML."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import regio
from regio.cli.app import start
from regio.contract.finding import DataError

SMALL = Path(__file__).parent / "small.json"
Paper = dict[str, Any]


def rows(paper: Paper, kind: str) -> list[dict[str, Any]]:
    return next(t["rows"] for t in paper["tables"] if t["kind"] == kind)


def impossible(paper: Paper) -> None:
    for row, r in zip(rows(paper, "correlations"), ("0.950", "0.950", "-0.950"), strict=True):
        row["r"] = r


def few_digits(paper: Paper) -> None:
    rows(paper, "descriptives")[0]["sd"] = "0"


def two_names(paper: Paper) -> None:
    for row in rows(paper, "correlations"):
        row |= {key: "level of x" for key in ("row", "col") if row[key] == "x"}


@pytest.mark.parametrize(("change", "english", "chinese"), [
    (impossible, "T2: no data have these correlations", "最小特征值为 -0.900"),
    (few_digits, "may be zero: T1/y/sd", "可能为零"),
    (two_names, 'names = { "level of x" = "x" }', "是否为同一变量的两个名称"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_once(change: Callable[[Paper], None], english: str, chinese: str) -> None:
    paper = json.loads(SMALL.read_text(encoding="utf-8"))
    change(paper)
    with pytest.raises(DataError) as problem:
        regio.calibrate(paper)
    said = {language: problem.value.text(language) for language in ("en", "zh")}
    assert english in said["en"]
    assert chinese in said["zh"]


def test_a_mapping_makes_two_names_one() -> None:
    paper = json.loads(SMALL.read_text(encoding="utf-8"))
    two_names(paper)
    made = regio.calibrate(paper | {"names": {"level of x": "x"}})
    assert made.equal == len(made.reproduction) == 34
    assert list(made.panel.value_columns) == ["y", "x", "z"]


def test_without_rows_a_regression_is_left_out_and_said() -> None:
    paper = json.loads(SMALL.read_text(encoding="utf-8"))
    for model in next(t for t in paper["tables"] if t["kind"] == "regression")["models"]:
        del model["N"]
    made = regio.calibrate(paper)
    lost = made.reproduction[~made.reproduction["equal"]]
    assert set(lost["reason"]) == {"calibrate.reason.no_n"}
    assert made.equal == 18
    assert "N" in made.findings[0].text("en")
    assert "观测数" in made.findings[0].text("zh")


TOML = """paper = "own"
[sample]
unit = "region"
units = 9
first_period = 2018
last_period = 2021
[[tables]]
id = "T1"
kind = "descriptives"
rows = [
  { var = "y", mean = "2.50", sd = "0.80", min = "0.90", max = "4.60" },
  { var = "x", mean = "0.310", sd = "0.120", min = "0.050", max = "0.640" },
]
[[tables]]
id = "T2"
kind = "correlations"
rows = [ { row = "x", col = "y", r = "0.412" } ]
"""


def test_a_paper_of_ones_own_in_toml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "own.toml", tmp_path / "panel.csv"
    file.write_text(TOML, encoding="utf-8")
    assert start(["calibrate", str(file), "--out", str(out), "--language", "zh"]) == 0
    assert "9 个印刷数字中有 9 个" in capsys.readouterr().out
    assert out.read_text(encoding="utf-8-sig").splitlines()[1].startswith('"calibrated, not observed",R01,2018')
    assert list(regio.calibrate(file).reproduction.columns) == ["where", "printed", "computed", "equal", "reason"]


def test_on_the_command_line_reasons_stand_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["calibrate", str(Path(regio.__file__).parent / "studies" / "nev-exports" / "printed.json")]) == 0
    said = capsys.readouterr().out
    assert said.count("the printed weights do not sum to one") == 1
    assert "331 of 357 printed numbers come back" in said
