"""The built-in study on the digital economy and exports: every table of the paper beside its own, on panels that carry the print.

The number of panels behind the ranges is reduced; what the panels give back is computed in tests/calibrating/test_printed.py by statsmodels and linearmodels.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS

import regio
from regio.exhibits.models import Table
from regio.language import say
from regio.study.execute import Run
from regio.study.file import load

NAME = "nev-exports"
BUILT_IN = Path(regio.__file__).parent / "studies" / NAME
DRAWS = 6
LABELS = {"en": "calibrated, not observed", "zh": "校准所得，非观测数据"}
RANGES = ("two_way_range", "clustered_range", "innovation_range", "finance_range")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("nev") / NAME
    shutil.copytree(BUILT_IN, folder)
    study = folder / "study.toml"
    text = study.read_text(encoding="utf-8")
    assert text.count("draws = 100\n") == len(RANGES)
    study.write_text(text.replace("draws = 100\n", f"draws = {DRAWS}\n"), encoding="utf-8")
    return regio.run(study, folder.parent / "out")


def files(run: Run, pattern: str) -> dict[str, str]:
    assert run.folder is not None
    return {f.name: f.read_text(encoding="utf-8") for f in sorted((run.folder / "tables").glob(pattern))}


def beside(run: Run) -> dict[str, pd.DataFrame]:
    """Table of the paper → frame of its companion."""
    from regio.report.exhibits import items

    companions = [item.exhibit for item in items(run)[0] if item.exhibit.name.endswith("_beside")]
    return {f"T{number(table)}": table.frame for table in companions if isinstance(table, Table)}


def number(table: Table) -> str:
    found = re.search(r"Table (\d+)", say(table.title, "en")) if table.title is not None else None
    assert found is not None
    return found[1]


def test_it_runs_whole(run: Run) -> None:
    assert not run.failed
    assert {run[name].panels for name in RANGES} == {DRAWS}
    assert {run[name].incomplete for name in RANGES} == {0}


def test_every_table_of_the_paper_stands_beside_its_own(run: Run) -> None:
    found = beside(run)
    assert set(found) == {f"T{i}" for i in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}  # table 2 names the variables
    numbers = pd.concat([found[name] for name in ("T3", "T4", "T5", "T6", "T7", "T8", "T9", "T11", "T12")])
    assert (numbers["agreement"] == "equal").sum() >= 300
    assert numbers[numbers["agreement"] != "equal"][["row", "column"]].to_numpy().tolist() == [["lnED", "max"]]
    assert found["T12"].query("row == 'R2_adj'")["agreement"].tolist() == ["equal"] * 3
    shares = found["T1"].groupby("column")["agreement"].agg(set).to_dict()
    assert shares == {"weight": {"different"}, "of_sum": {"equal"}}  # the print sums to 1.2812; both are shown


def test_numbers_of_the_steps_by_other_programs(run: Run) -> None:
    frame = regio.calibrate(BUILT_IN / "printed.json").panel.rows
    names = ["digital", "industry", "open", "gdp", "fdi", "urb"]
    keyed = frame.set_index(["region", "period"])
    within = PanelOLS(keyed["lnED"], sm.add_constant(keyed[names]), entity_effects=True).fit(cov_type="unadjusted", debiased=True)
    two_way = PanelOLS(keyed["lnED"], keyed[names], entity_effects=True, time_effects=True).fit()
    pooled = sm.OLS(frame["lnED"], sm.add_constant(frame[names])).fit()
    results: Any = run
    one_way = results["one_way"].coefficients
    assert one_way.loc[names, "estimate"].tolist() == pytest.approx(within.params[names].tolist(), rel=1e-7)
    assert one_way.loc[names, "std_error"].tolist() == pytest.approx(within.std_errors[names].tolist(), rel=1e-7)
    assert results["two_way"].coefficients.loc["digital", "estimate"] == pytest.approx(two_way.params["digital"], rel=1e-7)
    assert results["two_way_range"].cells.loc[("coefficients", "digital", "", "(1)"), "first"] == pytest.approx(two_way.params["digital"], rel=1e-7)
    assert results["innovation"].models[0].coefficients.loc[names, "estimate"].tolist() == pytest.approx(pooled.params[names].tolist(), rel=1e-6)


def test_verdicts(run: Run) -> None:
    found = {j.hypothesis.name: j for j in run.verdicts}
    assert {name: j.verdict for name, j in found.items()} == {
        "H1": "reproduced", "H1, two-way": "not_determined", "H2": "reproduced", "H3": "reproduced",
    }  # fmt: skip
    assert found["H1, two-way"].judged[0].reason.code == "verdict.varies"


def test_verdicts_are_read_in_both_languages(run: Run) -> None:
    assert run.folder is not None
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    for words in ("reproduced, not tested", "not determined by the print", "仅复现、未检验", "已发表数值不足以判定"):
        assert words in page
    assert "not supported</td>" not in page
    kept = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["verdicts"]
    assert [j["verdict"] for j in kept] == ["reproduced", "not_determined", "reproduced", "reproduced"]
    assert kept[1]["numbers"][0]["reason"]["code"] == "verdict.varies"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_file_says_that_it_is_calibrated(run: Run, language: str) -> None:
    assert run.folder is not None
    found = files(run, f"*.{language}.md") | files(run, f"*.{language}.html")
    assert len(found) >= 2 * 27
    assert [name for name, text in found.items() if LABELS[language] not in text] == []
    for file in (run.folder / f"latex.{language}").rglob("*.tex"):
        assert LABELS[language] in file.read_text(encoding="utf-8") or "tabular" not in file.read_text(encoding="utf-8"), file.name
    sources = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["sources"]
    assert [s["labels"] for s in sources] == [[LABELS]]


def test_chinese_tables_are_chinese(run: Run) -> None:
    apart = next(text for name, text in files(run, "*regions_apart-coefficients.zh.md").items())
    assert "东部" in apart
    assert "调整后组内 R²" in apart
    companion = next(text for name, text in files(run, "*regions_apart-coefficients_beside.zh.md").items())
    assert "东部地区" in companion
    assert "论文表12" in companion


def test_what_a_referee_would_say_is_said_before_it_runs() -> None:
    assert [f.code for f in load(NAME).notes if f.severity == "error"] == []
