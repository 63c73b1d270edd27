"""The built-in study on virtual agglomeration: the numbers that the paper's text prints come out of its steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import regio
from regio.report.exhibits import items
from regio.study.builtin import find
from regio.study.execute import Run
from regio.study.file import load
from regio.study.verdicts import recommendations


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
        "technology market": results["technology"].paths.loc[("a", "tech_market"), "estimate"],
        "from it": results["technology"].paths.loc[("b", "tech_market"), "estimate"],
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
        "from it": 0.934,
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


def test_the_search_finds_the_printed_threshold_and_its_tests(finished: Run) -> None:
    threshold: Any = finished["thresholds"]
    assert threshold.thresholds.iloc[0]["value"] == pytest.approx(1.2411, abs=5e-9)
    assert threshold.tests["statistic"].tolist() == pytest.approx([45.52, 7.70], abs=5e-5)
    assert threshold.tests.loc[1, "p_value"] < 0.01
    assert threshold.tests.loc[2, "p_value"] == pytest.approx(147 / 400, abs=1e-12)  # 0.3675: of 399 draws with this seed
    assert threshold.tests.loc[1, "critical_1"] == pytest.approx(27.3468, abs=5e-5)
    assert threshold.coefficients["estimate"].iloc[:2].tolist() == pytest.approx([0.066, 0.249], abs=5e-9)


def test_the_instrument_has_the_printed_strength(finished: Run) -> None:
    found: Any = finished["endogeneity"]
    assert found.identification["kleibergen_paap_lm"] == pytest.approx(26.579, abs=5e-6)
    assert found.identification["kleibergen_paap_f"] == pytest.approx(44.38, abs=5e-6)


LEVELS = {"***": (0.0, 0.01), "**": (0.01, 0.05), "*": (0.05, 0.1), "": (0.1, 1.0)}


def test_every_estimate_has_the_stars_that_the_text_gives_it(finished: Run) -> None:
    results: Any = finished
    found = {
        "technology market": (results["technology"].paths.loc[("a", "tech_market"), "p_value"], "*"),
        "from it": (results["technology"].paths.loc[("b", "tech_market"), "p_value"], "***"),
        "moderated": (results["environment"].coefficients.loc["virtual", "p_value"], "***"),
        "environment": (results["environment"].coefficients.loc["innovation", "p_value"], "***"),
        "interaction": (results["environment"].coefficients.loc["virtual*innovation", "p_value"], "***"),
        "below": (results["thresholds"].coefficients.loc["virtual:1", "p_value"], ""),
        "above": (results["thresholds"].coefficients.loc["virtual:2", "p_value"], "***"),
        "2018-2019": (results["before_and_after"].models[0].coefficients.loc["virtual", "p_value"], "**"),
        "2020-2023": (results["before_and_after"].models[1].coefficients.loc["virtual", "p_value"], "***"),
        "low": (results["low_and_high"].models[0].coefficients.loc["virtual", "p_value"], "**"),
        "high": (results["low_and_high"].models[1].coefficients.loc["virtual", "p_value"], "**"),
        "first stage": (results["endogeneity"].first_stage[0].coefficients["p_value"].iloc[0], "***"),
        "two stages": (results["endogeneity"].coefficients.loc["virtual", "p_value"], "**"),
    }
    found |= {f"benchmark {i}": (m.coefficients.loc["virtual", "p_value"], "***") for i, m in enumerate(results["baseline"].models, 1)}
    assert not {name: (p, stars) for name, (p, stars) in found.items() if not LEVELS[stars][0] <= p < LEVELS[stars][1]}


def test_r2_exceeds_091_whichever_is_meant(finished: Run) -> None:
    fits = [m.fit for m in finished["baseline"].models]  # type: ignore[attr-defined]
    assert min(min(fit["r2"], fit["r2_within"]) for fit in fits) > 0.91
    assert [fit["r2"] for fit in fits] == sorted(fit["r2"] for fit in fits)


def test_all_five_robustness_checks_are_positive_and_significant(finished: Run) -> None:
    summary = finished["robust"].summary  # type: ignore[attr-defined]
    assert len(summary) == 6
    assert (summary["estimate"] > 0).all()
    assert (summary["p_value"] < 0.01).all()


def test_verdicts_do_not_call_a_reproduction_a_test(finished: Run) -> None:
    verdicts = {v.hypothesis.name: v.verdict for v in finished.verdicts}
    assert {"H1", "H2", "H2, indirect effects", "H3", "H4"} <= set(verdicts)
    assert not {"supported", "contradicted"} & set(verdicts.values())
    assert {"H1", "H2", "H3", "H4", "T4", "T8", "T9, period", "T9, level", "T10"} == {name for name, verdict in verdicts.items() if verdict == "reproduced"}
    assert {"H2, indirect effects", "T9, difference"} == {name for name, verdict in verdicts.items() if verdict == "not_determined"}  # not printed


def test_what_a_referee_would_say_is_said_before_it_runs() -> None:
    assert "lint.assumed_instrument" in [f.code for f in load("nev-virtual-agglomeration").notes]


def test_every_quoted_number_stands_beside_ours(finished: Run) -> None:
    shown = [item.exhibit.frame.assign(table=item.exhibit.name) for item in items(finished)[0] if item.exhibit.name.endswith("_beside")]
    frame = pd.concat(shown)
    printed = json.loads((find("nev-virtual-agglomeration").parent / "printed.json").read_text(encoding="utf-8"))["tables"]
    quoted = sum(len(m["terms"]) + ("R2" in m) for t in printed for m in t.get("models", ())) + sum(
        len(r) - ("test" in r) for t in printed for r in t.get("rows", ())
    )
    assert quoted == len(frame)
    assert len(frame) == 34
    assert {"equal"} == set(frame["agreement"])


def test_each_advice_stands_beside_its_number(finished: Run) -> None:
    verdicts = {j.hypothesis.name: j.verdict for j in recommendations(finished)}
    assert {"P8", "P9"} == {name for name, verdict in verdicts.items() if verdict == "not_tested"}
    assert {"P1", "P2", "P5"} == {name for name, verdict in verdicts.items() if verdict == "reproduced"}
    assert not {"supported", "contradicted", "not_computed"} & set(verdicts.values())


# ---- on observed tables

OVERLAY = (
    "china_provinces/panel_nbs_digital_2016_2024.csv",
    "china_provinces/panel_nqp_2011_2023.csv",
    "china_provinces/panel_green_computing_winsorised_2016_2024.csv",
    "nev/province_auto_output_annual_reconstructed.csv",
    "nev/listed_auto_firms.csv",
    "nev/listed_auto_firms_financials_2006_2022.csv",
)


@pytest.fixture(scope="module")
def observed(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    if not all((reference / file).is_file() for file in OVERLAY):
        pytest.skip("the Chinese panels are not here")
    return regio.run("nev-virtual-agglomeration", tmp_path_factory.mktemp("observed"), data=reference)


def test_it_runs_on_observed_tables(observed: Run) -> None:
    assert not observed.failed
    assert {"collaboration", "mechanism", "substitute", "endogeneity"} == {
        item.name for item in observed.study.left_out if item.kind not in ("set", "variations")
    }
    verdicts = {j.hypothesis.name: j.verdict for j in observed.verdicts}
    assert "reproduced" not in verdicts.values()
    assert {"supported", "not_supported", "contradicted"} & {verdicts[name] for name in ("H1", "H3", "H4")}
    assert verdicts["T10"] == "not_computed"
    assert {"H1", "H3", "H4"} == {name for name in ("H1", "H3", "H4") if verdicts[name] in ("supported", "not_supported", "contradicted")}


def test_the_substitute_measure_is_quotient_times_ports(observed: Run) -> None:
    """By hand from the tables, for one province and year: its share of ports times its quotient."""
    panel = observed["virtual"].columns()[""]  # type: ignore[attr-defined]
    assert panel.dropna().between(0, 10).all()
    assert 70 <= panel.notna().sum() <= 100


def test_observed_tables_bear_no_mark_and_say_what_was_not_run(observed: Run) -> None:
    assert not [mark for table in observed.tables for mark in table.labels]
    assert observed.folder is not None
    page = (observed.folder / "report.html").read_text(encoding="utf-8")
    assert "calibrated, not observed" not in page
    assert "校准所得，非观测数据" not in page
    for words in ("not run: no data on post_1984, users", "未运行：没有 post_1984、users 的数据", "No public table of jointly filed patents by province"):
        assert words in page
