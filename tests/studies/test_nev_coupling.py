"""The built-in study ``nev-coupling``: it carries what paper 003 prints, and runs on observed tables through its overlay."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from regio.calibrating.design import Design, read_design, regions_of
from regio.exhibits.models import Table
from regio.language import LANGUAGES, say
from regio.report.judged import exhibits
from regio.study.builtin import find
from regio.study.execute import Run, execute
from regio.study.file import load

NAME = "nev-coupling"
ROUNDED = 5e-5  # half a unit of the fourth printed digit
Q_STEP = 0.05  # q of 26 regions moves in steps, and the order of a factor's values is found by trial
COORDINATED = 6  # the first of the coordinated grades
OVERLAY = ("china_provinces/panel_nqp_2011_2023.csv", "nev/listed_auto_firms.csv", "nev/listed_auto_firms_financials_2006_2022.csv")


@pytest.fixture(scope="module")
def design() -> Design:
    return read_design(find(NAME).parent / "design.toml")


@pytest.fixture(scope="module")
def run() -> Run:
    return execute(NAME)


@pytest.fixture(scope="module")
def printed(reference: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((reference / "published" / "003.json").read_text(encoding="utf-8"))
    return found


def test_the_printed_means_leave_one_split_of_26_provinces(design: Design) -> None:
    """Ten eastern, eight central and eight western provinces: the only split whose group means give the printed mean of 2012, and that of 2023 too."""
    splits = [(e, c, 26 - e - c) for e in range(1, 25) for c in range(1, 26 - e)]
    fits = [s for s in splits if abs(s[0] * 0.4182 + s[1] * 0.3063 + s[2] * 0.3178 - 26 * 0.3528) <= 26 * 2 * ROUNDED]
    _, groups = regions_of(design.table())
    assert [s for s in fits if s[0] <= 11 and s[1] <= 8 and s[2] <= 12] == [(10, 8, 8)]
    assert [groups.count(g) for g in ("east", "central", "west")] == [10, 8, 8]
    assert abs(10 * 0.5958 + 8 * 0.4366 + 8 * 0.432 - 26 * 0.4964) <= 26 * 2 * ROUNDED  # the means that the text dates 2021 are those of 2023


def test_printed_means_come_back(run: Run) -> None:
    means = run["coordination"].means.set_index(["period", "group"])["mean"]  # type: ignore[attr-defined]
    wanted = {(2012, "all"): 0.3528, (2023, "all"): 0.4964, (2012, "east"): 0.4182, (2023, "east"): 0.5958, (2012, "central"): 0.3063}
    wanted |= {(2012, "west"): 0.3178, (2021, "central"): 0.4366, (2021, "west"): 0.432}
    assert all(abs(means[key] - value) <= ROUNDED for key, value in wanted.items())
    assert abs(run["coordination"].scores["D"].mean() - 0.4437) <= ROUNDED  # type: ignore[attr-defined]


def test_classes_that_the_text_names(run: Run) -> None:
    scores = run["coordination"].scores  # type: ignore[attr-defined]
    from regio.regions import resolve

    names = {2012: {"Jilin Sichuan Hubei Anhui Zhejiang Jiangsu": 5, "Gansu Shaanxi Guangxi": 4, "Shanxi Guizhou Jiangxi": 2}}
    names[2016] = {"Qinghai Shaanxi Chongqing Hunan Shandong Fujian": 5, "Zhejiang": 6, "Guangdong": 7, "Jiangsu Xinjiang": 8, "Guizhou": 3}
    names |= {2020: {"Guangdong Jiangsu": 8}, 2023: {"Jiangsu": 9}}
    grade = scores.set_index(["region", "period"])["grade"]
    for period, listed in names.items():
        for words, expected in listed.items():
            codes = resolve(words.split(), "china_provinces").mapping
            assert {expected} == {int(grade[codes[name], period]) for name in words.split()}, (period, words)
    last = scores[scores["period"] == 2023]
    assert (last["grade"] >= COORDINATED).sum() == 12
    assert not (scores.loc[scores["period"] == 2020, "grade"] == 3).any()


def test_q_of_table_4(run: Run, printed: dict[str, Any]) -> None:
    """As near as an order of 26 values can bring it; X3 is a system of the outcome and cannot be reordered."""
    factors = run["drivers"].factors["q"]  # type: ignore[attr-defined]
    columns = ["gdp_per_capita", "urbanisation", "agglomeration", "industrialisation", "intervention", "regulation", "green_patents"]
    table = next(t for t in printed["tables"] if t["id"] == "T4")
    for row, name in zip(table["rows"], columns, strict=True):
        for year in table["years"]:
            if name != "agglomeration":
                assert factors[int(year), name] == pytest.approx(float(row[year]["q"]), abs=Q_STEP), (name, year)


def test_verdicts_are_reproduced_at_best(run: Run) -> None:
    found = {j.hypothesis.name: j.verdict for j in run.verdicts}
    assert {"not_supported", "reproduced"} == set(found.values())
    assert {"reproduced"} == {found[name] for name in ("F1", "F2", "F3", "F7", "F8", "F9", "F10", "F14")}
    assert {"not_supported"} == {found[name] for name in ("F4", "F5", "F6")}  # the printed numbers speak against the printed sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_recommendations_stand_beside_what_tests_them(run: Run, language: Any) -> None:
    table = next(t for t in exhibits(run) if t.name == "recommendations")
    assert isinstance(table, Table)
    assert table.frame.set_index("recommendation")["verdict"]["A1"] == "not_tested"
    assert {"reproduced"} == set(table.frame.set_index("recommendation").loc[["A3", "A5"], "verdict"])
    assert say("verdict.is.not_tested", language) in {"not tested", "未检验"}


def test_the_outcome_is_said_to_contain_its_factor() -> None:
    notes = {(n.code, n.values.get("columns")) for n in load(NAME).notes}
    assert ("lint.contains_factor", ("agglomeration",)) in notes


def test_every_label_has_both_languages() -> None:
    study = load(NAME)
    texts = [study.title, study.note, *(v.label for v in study.variables), *(h.claim for h in (*study.hypotheses, *study.recommendations))]
    assert all(isinstance(t, dict) and {*LANGUAGES} <= {*t} for t in texts)


def test_observed_tables(reference: Path, tmp_path: Path) -> None:
    """The overlay beside the tables, as a user would lay it; a firm without a province is taken out first, as the overlay asks."""
    if not all((reference / file).is_file() for file in OVERLAY):
        pytest.skip("the Chinese panels are not here")
    shutil.copy(find(NAME).parent / "real.toml", tmp_path)
    for file in OVERLAY:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        rows = list(csv.reader((reference / file).read_text(encoding="utf-8-sig").splitlines()))
        place = rows[0].index("province")
        with (tmp_path / file).open("w", encoding="utf-8", newline="") as kept:
            csv.writer(kept).writerows(row for row in rows if row[place] or file == OVERLAY[1])
    run = execute(load(NAME, tmp_path / "real.toml"))
    assert not run.failed
    means = run["coordination"].means.set_index(["period", "group"])["mean"]  # type: ignore[attr-defined]
    assert means[2021, "east"] > means[2021, "central"] > means[2021, "west"]
    verdicts = {j.hypothesis.name: j.verdict for j in run.verdicts}
    assert {"supported", "not_supported"} == set(verdicts.values())
    assert (verdicts["F3"], verdicts["F4"]) == ("supported", "not_supported")
