"""The built-in study on virtual agglomeration: the numbers that the paper's text prints come out of its steps."""

from __future__ import annotations

from typing import Any

import pytest

import regio
from regio.study.execute import Run
from regio.study.file import load


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return regio.run("nev-virtual-agglomeration", tmp_path_factory.mktemp("nev-virtual-agglomeration"))


def test_it_runs_whole_in_both_languages(finished: Run) -> None:
    assert not finished.failed
    assert finished.folder is not None
    names = {p.name for p in finished.folder.iterdir()}
    assert {"report.html", "report.en.docx", "report.zh.docx", "report.en.pdf", "report.zh.pdf", "results.json"} <= names
    page = (finished.folder / "report.html").read_text(encoding="utf-8")
    assert "calibrated, not observed" in page
    assert "虚拟集聚" in page
    assert not [f for f in finished.findings if f.severity == "error"]


def test_the_printed_coefficients_come_back(finished: Run) -> None:
    results: Any = finished
    found = {
        "baseline": results["full"].coefficients.loc["virtual", "estimate"],
        "column 6": results["baseline"].models[-1].coefficients.loc["virtual", "estimate"],
        "technology market": results["mechanism"].paths.loc[("a", "tech_market"), "estimate"],
        "moderated": results["environment"].coefficients.loc["virtual", "estimate"],
        "interaction": results["environment"].coefficients.loc["virtual*innovation", "estimate"],
        "two stages": results["endogeneity"].coefficients.loc["virtual", "estimate"],
        "first stage": results["endogeneity"].first_stage[0].coefficients["estimate"].iloc[0],
        "2018-2019": results["before_and_after"].models[0].coefficients.loc["virtual", "estimate"],
        "2020-2023": results["before_and_after"].models[1].coefficients.loc["virtual", "estimate"],
        "low": results["low_and_high"].models[0].coefficients.loc["virtual", "estimate"],
        "high": results["low_and_high"].models[1].coefficients.loc["virtual", "estimate"],
    }
    printed = {
        "baseline": 0.161,
        "column 6": 0.161,
        "technology market": 0.024,
        "moderated": 0.103,
        "interaction": 0.354,
        "two stages": 0.0542,
        "first stage": 1.044,
        "2018-2019": -0.062,
        "2020-2023": 0.223,
        "low": 0.1109,
        "high": 0.2781,
    }
    assert found == pytest.approx(printed, abs=5e-7)


def test_one_threshold_near_the_printed_one(finished: Run) -> None:
    threshold: Any = finished["thresholds"]
    assert threshold.tests.loc[1, "p_value"] < 0.05
    assert threshold.tests.loc[2, "p_value"] > 0.1
    first = threshold.thresholds.iloc[0]
    assert first["conf_low"] <= 1.2411 <= first["conf_high"]
    assert threshold.coefficients.loc["virtual:1", "estimate"] < threshold.coefficients.loc["virtual:2", "estimate"]


def test_verdicts_do_not_call_a_reproduction_a_test(finished: Run) -> None:
    verdicts = {v.hypothesis.name: v.verdict for v in finished.verdicts}
    assert set(verdicts) == {"H1", "H2", "H3", "H4"}
    assert not {"supported", "contradicted"} & set(verdicts.values())
    assert verdicts["H1"] == verdicts["H4"] == "reproduced"


def test_what_a_referee_would_say_is_said_before_it_runs() -> None:
    assert "lint.assumed_instrument" in [f.code for f in load("nev-virtual-agglomeration").notes]
