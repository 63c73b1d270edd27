"""The data section of a report: coverage, missing cells and findings, in both languages, in results.json and from the store."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.exhibits.draw import fonts
from regio.exhibits.models import Figure, Table
from regio.panel import Panel
from regio.panel.coverage import coverage, missing
from regio.report.data import complete, exhibits, first_to_know, groups, shown
from regio.report.explain import as_text, explain
from regio.study.execute import Run

needs_chinese = pytest.mark.skipif(next(iter(fonts.chinese_faces()), None) is None, reason='no Chinese font here; pip install "regio[fonts]"')
YEARS = range(2011, 2021)
STUDY = """
schema = 1
[study]
name = "small"
[[variable]]
name = "a"
label = { en = "Alpha", zh = "甲" }
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
title = { en = "A table", zh = "一张表" }
[[step]]
name = "summary"
kind = "describe"
columns = ["a", "b"]
[report]
languages = ["en", "zh"]
"""
SECOND = """
[[source]]
name = "other"
from = "other.csv"
region = "place"
period = "year"
[[step]]
name = "second"
kind = "describe"
on = "other"
columns = ["c"]
"""


def table(seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    wide = np.exp(random.normal(5, 1, (8, 1)) + (0.08 + random.normal(0, 0.02, (8, len(YEARS)))).cumsum(axis=1))
    frame = pd.DataFrame([(f"R{i}", year) for i in range(8) for year in YEARS], columns=["place", "year"])
    return frame.assign(a=wide.ravel(), b=np.sqrt(wide.ravel()) + random.uniform(0, 1, 80), unused=[*range(40), *[np.nan] * 40])


def defective() -> pd.DataFrame:
    frame = table()
    frame.loc[frame["place"].eq("R2") & frame["year"].eq(2015), "a"] *= 10
    frame.loc[frame["place"].eq("R4") & frame["year"].le(2013), "b"] = np.nan
    return frame[~(frame["place"].eq("R6") & frame["year"].eq(2011))]


def run(folder: Path, frame: pd.DataFrame | None = None, more: str = "", out: str = "out") -> Run:
    (defective() if frame is None else frame).to_csv(folder / "table.csv", index=False)
    table(2).rename(columns={"a": "c", "b": "d"}).to_csv(folder / "other.csv", index=False)
    head, _, tail = STUDY.partition("[report]")
    own, _, report = more.partition("[report]")
    (folder / "study.toml").write_text(head + own + "[report]" + tail + report, encoding="utf-8")
    return regio.run(folder / "study.toml", folder / out)


def sections(folder: Path) -> dict[str, str]:
    source = (folder / "out/report.html").read_text(encoding="utf-8")
    return {language: re.findall(rf'<section class="page {language}".*?</section>', source, re.DOTALL)[0] for language in ("en", "zh")}


def data_of(section: str) -> str:
    """The part between the headings Data and Steps."""
    return re.findall(r"<h2>(?:Data|数据)</h2>(.*?)<h2>", section, re.DOTALL)[0]


def stored(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out/results.json").read_text(encoding="utf-8"))
    return found


# ---- what is counted


def test_coverage_counts_the_filled_cells_of_each_region_and_period() -> None:
    held = coverage(Panel(defective(), region="place", period="year"), ["a", "b"])
    assert held["regions"] == tuple(f"R{i}" for i in range(8))
    assert held["periods"] == tuple(YEARS)
    shares = pd.DataFrame(held["shares"], index=held["regions"], columns=held["periods"])
    assert shares.loc["R4", [2011, 2013, 2014]].tolist() == [0.5, 0.5, 1.0]
    assert held["shares"][6][0] is None
    assert (held["filled"], held["cells"]) == (2 * 79 - 3, 2 * 79)


def test_coverage_agrees_with_a_count_one_by_one() -> None:
    random = np.random.default_rng(4)
    frame = table().mask(random.uniform(size=(80, 5)) < 0.3).assign(place=table()["place"], year=table()["year"])
    held = coverage(Panel(frame, region="place", period="year"), ["a", "b", "unused"])
    for i, region in enumerate(held["regions"]):
        for j, period in enumerate(held["periods"]):
            row = frame[frame["place"].eq(region) & frame["year"].eq(period)]
            assert held["shares"][i][j] == row[["a", "b", "unused"]].notna().to_numpy().mean()


def test_firms_of_a_region_are_counted_together() -> None:
    firms = pd.DataFrame({"firm": list("wxyz"), "place": ["R", "R", "R", "S"], "year": 2001, "a": [1.0, None, 2.0, None]})
    held = coverage(Panel(firms, region="place", period="year", unit="firm"), ["a"])
    assert held["shares"] == ((2 / 3,), (0.0,))


@pytest.mark.parametrize("keys", [{}, {"region": "place"}, {"period": "year"}])
def test_tables_without_regions_or_periods_have_no_map(keys: dict[str, str]) -> None:
    frame = defective().query("year == 2012") if "period" not in keys else defective()
    made = Panel(frame, **keys) if keys != {"period": "year"} else Panel(frame.query("place == 'R4'"), period="year")
    held = coverage(made, ["b"])
    assert (held["shares"], held["cells"]) == ((), len(made))
    (row,) = missing(made, ["b"])
    assert row["missing"] == (3 if "period" in keys else 1)
    assert (row["n_regions"], row["first"]) == ((1, None) if "region" in keys else (None, 2014 if "period" in keys else None))


def test_missing_cells_by_variable() -> None:
    a, b = missing(Panel(defective(), region="place", period="year"), ["a", "b"])
    assert a == {"variable": "a", "n": 79, "missing": 0, "share": 0.0, "first": 2011, "last": 2020, "n_regions": 0, "regions": ()}
    assert b == {"variable": "b", "n": 76, "missing": 3, "share": 3 / 79, "first": 2011, "last": 2020, "n_regions": 1, "regions": ("R4",)}
    (empty,) = missing(Panel(defective().assign(b=np.nan), region="place", period="year"), ["b"])
    assert (empty["n"], empty["share"], empty["first"], empty["n_regions"], len(empty["regions"])) == (0, 1.0, None, 8, 5)


# ---- the page


@needs_chinese
def test_the_data_section_stands_before_the_steps_in_both_languages(tmp_path: Path) -> None:
    run(tmp_path)
    en, zh = (data_of(section) for section in sections(tmp_path).values())
    for section, words in (
        (en, ("Coverage: share of filled cells by region and period (A table)", "Missing cells by variable (A table)", "What came up about the data")),
        (zh, ("数据覆盖：各地区各时期有值单元格的比例（一张表）", "各变量的缺失情况（一张表）", "关于数据的提示")),
    ):
        for text in words:
            assert text in section
        assert section.count("<figure") == 1
    assert "“Alpha” is about 10 of its usual level in R2, 2015" in en
    assert "“甲”在R2 2015 约为通常水平的 10 倍" in zh
    assert "Grey: the table has no such row" in en
    assert not re.search(r"\bunused\b|Cell\(|Message\(|Table \d", en)
    assert not re.findall("[\u4e00-\u9fff]+", re.sub(r"<svg.*?</svg>", "", en, flags=re.DOTALL))


@needs_chinese
def test_only_warnings_stand_at_the_top(tmp_path: Path) -> None:
    finished = run(tmp_path)
    assert [f.code for f in first_to_know(finished.findings, finished)] == ["suspicion.unit_spike"]
    assert {"panel.unbalanced", "panel.missing_cells", "suspicion.unit_spike"} == {f.code for f in finished.findings}
    top = re.findall(r'<div class="findings">.*?</div>', sections(tmp_path)["en"], re.DOTALL)[0]
    assert top.count("<li") == 1
    assert "“Alpha”" in top
    assert [(g.title.code, len(g.findings)) for g in groups(finished)] == [("data.group.state", 2), ("data.group.unit_spike", 1)]


def test_a_table_that_lacks_nothing_is_said_in_a_sentence(tmp_path: Path) -> None:
    finished = run(tmp_path, table())
    assert complete(finished.tables[0])
    assert [e.name for e in exhibits(finished)] == ["coverage", "missing"]
    assert [e.name for e in shown(finished)] == ["missing"]
    en, zh = (data_of(section) for section in sections(tmp_path).values())
    assert "A table: all 160 cells of the 2 columns of the study are filled, and every region has every period." in en
    assert "一张表：研究所用 2 列的 160 个单元格全部有值" in zh
    assert "Nothing looks like a mistake" in en
    assert not (tmp_path / "out/figures").exists()


@needs_chinese
def test_an_entry_of_the_report_numbers_them_and_takes_them_out_of_the_section(tmp_path: Path) -> None:
    run(tmp_path, more='[report]\nexhibits = [{ show = "study/coverage" }, { show = "study/missing" }, { show = "summary/statistics" }]\n')
    en = sections(tmp_path)["en"]
    assert "Figure 1. Coverage" in en
    assert "Table 1. Missing cells" in en
    assert "Coverage:" not in data_of(en)
    assert any("coverage" in file.name for file in (tmp_path / "out/figures").iterdir())


@needs_chinese
def test_several_sources_bear_their_names(tmp_path: Path) -> None:
    finished = run(tmp_path, more=SECOND)
    named = [(type(e), e.name) for e in exhibits(finished)]
    assert named == [(Figure, "coverage.table"), (Table, "missing.table"), (Figure, "coverage.other"), (Table, "missing.other")]
    assert [e.name for e in shown(finished)] == ["coverage.table", "missing.table", "missing.other"]
    section = data_of(sections(tmp_path)["en"])
    assert "table: “Alpha” is about 10" in section
    assert "other: all 80 cells of the 1 columns" in section
    ids = re.findall(r' id="([^"]+)"', sections(tmp_path)["en"])
    assert len(ids) == len(set(ids))


@needs_chinese
def test_results_hold_it_under_the_source(tmp_path: Path) -> None:
    run(tmp_path)
    (source,) = stored(tmp_path)["sources"]
    assert source["coverage"]["shares"][4][:4] == [0.5, 0.5, 0.5, 1.0]
    assert source["coverage"]["shares"][6][0] is None
    assert [(row["variable"], row["missing"], row["regions"]) for row in source["missing"]] == [("a", 0, []), ("b", 3, ["R4"])]
    (found,) = [f for f in source["findings"] if f["code"].startswith("suspicion")]
    assert {k: found["values"][k] for k in ("variable", "region", "period")} == {"variable": "a", "region": "R2", "period": "2015"}
    assert set(found["text"]) == {"en", "zh"}
    numbers = {n["address"]: n["value"] for n in stored(tmp_path)["numbers"] if isinstance(n["address"], str)}
    assert numbers["study/missing/b/missing"] == 3
    assert not [item for item in stored(tmp_path)["report"] if "study" in str(item["show"])]


def test_a_number_of_the_section_can_be_explained(tmp_path: Path) -> None:
    finished = run(tmp_path, table().assign(b=lambda t: t["b"].mask(t["year"].eq(2012))))
    assert explain(finished, "study/missing/b/missing").cell.value == 8
    assert "8" in as_text(explain(finished, "study/missing/b/missing"), "zh")


# ---- the store


def test_an_unchanged_run_needs_no_pandas_and_says_the_same(tmp_path: Path) -> None:
    first = run(tmp_path)
    before = (tmp_path / "out/report.html").read_bytes()
    program = (
        "import sys, regio\n"
        "done = regio.run(sys.argv[1], sys.argv[2])\n"
        "assert done.reused == ('summary',)\n"
        "sys.exit(str({'numpy', 'pandas'} & set(sys.modules)) if {'numpy', 'pandas'} & set(sys.modules) else str([f.code for f in done.findings]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "study.toml"), str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == str([f.code for f in first.findings])
    assert before == (tmp_path / "out/report.html").read_bytes()


def test_a_described_unit_is_examined_anew_and_no_step_is_computed_again(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    ratio = 1 / (1 + np.exp(-(random.uniform(0, 0.5, (8, 1)) + 0.15 * np.arange(10)).ravel()))
    ratio[79] = 1.0004
    assert [f.code for f in run(tmp_path, table().assign(a=ratio)).findings] == []  # "Alpha" tells nothing
    again = run(tmp_path, table().assign(a=ratio), more='[[variable]]\nname = "b"\nunit = "share"\n')
    assert again.reused == ("summary",)
    assert [f.code for f in again.findings] == []
    (tmp_path / "study.toml").write_text(
        (tmp_path / "study.toml").read_text(encoding="utf-8").replace('name = "a"\n', 'name = "a"\nunit = "占比"\n'), encoding="utf-8"
    )
    third = regio.run(tmp_path / "study.toml", tmp_path / "out")
    assert third.reused == ("summary",)
    assert [(f.code, f.severity) for f in third.findings] == [("suspicion.above_one", "warning")]


def test_only_used_and_described_columns_are_examined(tmp_path: Path) -> None:
    frame = defective().assign(unused=lambda t: t["a"], described=lambda t: t["a"])
    finished = run(tmp_path, frame, more='[[variable]]\nname = "described"\nlabel = "D"\n')
    assert [row["variable"] for row in finished.tables[0].missing] == ["a", "b", "described"]
    assert [f.values["variable"] for f in finished.findings if f.code == "suspicion.equal"] == ["described"]


# ---- the built-in study


def test_the_built_in_study_gives_no_warning(finished: Run) -> None:
    assert [f for note in finished.tables for f in note.findings if f.severity != "note"] == []
    joined = {(f.values["variable"], f.values["period"]) for note in finished.tables for f in note.findings if f.code == "suspicion.joined"}
    assert joined == {("private_capital", "1976"), ("private_capital", "1981"), ("private_capital", "1986")}
    assert complete(finished.tables[0])
