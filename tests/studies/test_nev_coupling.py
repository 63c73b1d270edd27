"""The built-in study ``nev-coupling``: it carries what paper 003 prints, and runs on observed tables through its overlay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import regio
from regio.calibrating.design import Design, read_design, regions_of
from regio.exhibits.models import Table
from regio.language import LANGUAGES, say
from regio.report.judged import exhibits
from regio.study.builtin import find
from regio.study.execute import Run, execute
from regio.study.file import load
from regio.study.verdicts import recommendations

NAME = "nev-coupling"
ROUNDED = 5e-5  # half a unit of the fourth printed digit
COORDINATED = 6  # the first of the coordinated grades
OVERLAY = (
    "china_provinces/panel_nqp_2011_2023.csv",
    "china_provinces/panel_nbs_digital_2016_2024.csv",
    "china_provinces/panel_green_computing_winsorised_2016_2024.csv",
    "nev/listed_auto_firms.csv",
    "nev/listed_auto_firms_financials_2006_2022.csv",
)


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


def test_q_of_table_4_and_on_which_side_of_5_percent_its_p_lies(run: Run, printed: dict[str, Any]) -> None:
    """X3 is a system of the outcome and cannot be reordered: the outcome moves inside its types."""
    factors = run["drivers"].factors  # type: ignore[attr-defined]
    columns = ["gdp_per_capita", "urbanisation", "agglomeration", "industrialisation", "intervention", "regulation", "green_patents"]
    table = next(t for t in printed["tables"] if t["id"] == "T4")
    for row, name in zip(table["rows"], columns, strict=True):
        for year in table["years"]:
            assert factors["q"][int(year), name] == pytest.approx(float(row[year]["q"]), abs=ROUNDED), (name, year)
            assert (factors["p_value"][int(year), name] < 0.05) == (float(row[year]["p"]) < 0.05), (name, year)


def test_no_number_of_classes_gives_the_printed_p(printed: dict[str, Any]) -> None:
    """With q given, p of the central F depends on the number of classes: for 2 to 12 classes it is none of the printed ones but one."""
    from scipy.special import fdtrc

    table = next(t for t in printed["tables"] if t["id"] == "T4")
    cells = [(float(row[y]["q"]), row[y]["p"]) for row in table["rows"] for y in table["years"]]
    found = [
        (q, p)
        for q, p in cells
        for k in range(2, 13)
        if abs(fdtrc(k - 1, 26 - k, (26 - k) / (k - 1) * q / (1 - q)) - float(p)) <= 0.5 * 10.0 ** -len(p.partition(".")[2])
    ]
    assert len(cells) == 21
    assert len({*found}) <= 1


def test_pairs_that_the_text_names(run: Run) -> None:
    pairs = run["drivers"].interactions.set_index(["period", "factor_a", "factor_b"])["q"]  # type: ignore[attr-defined]
    assert pairs.loc[2016].idxmax() == ("gdp_per_capita", "industrialisation")
    named = [("gdp_per_capita", x) for x in ("urbanisation", "agglomeration", "green_patents")] + [("urbanisation", "agglomeration")]
    named += [("agglomeration", "industrialisation"), ("agglomeration", "intervention"), ("industrialisation", "intervention")]
    assert min(pairs[(2023, *pair)] for pair in named) > 0.8
    assert run["drivers_2012"].interactions["q"].iloc[0] > 0.8  # type: ignore[attr-defined]


def test_verdicts_are_reproduced_at_best(run: Run) -> None:
    found = {j.hypothesis.name: j.verdict for j in run.verdicts}
    assert {"not_supported", "reproduced", "not_determined"} == set(found.values())
    assert {"F17", "F25"} == {name for name, verdict in found.items() if verdict == "not_determined"}
    assert {"F4", "F5", "F6"} == {
        name for name, verdict in found.items() if verdict == "not_supported"
    }  # the printed numbers speak against the printed sentences


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


def test_the_printed_tables_stand_beside_ours(run: Run) -> None:
    from regio.report.exhibits import items

    beside = {item.exhibit.name: item.exhibit.frame for item in items(run)[0] if item.exhibit.name.endswith("_beside")}
    assert {"weights_beside", "means_beside", "grades_beside", "factors_beside"} == set(beside)
    assert {"equal"} == set(beside["means_beside"]["agreement"]) == set(beside["weights_beside"]["agreement"])
    q = beside["factors_beside"].query("column.str.startswith('q@')")
    assert len(q) == 21
    assert not (q["agreement"] == "absent").any()
    assert {"equal"} == set(q["agreement"])
    ranks = beside["factors_beside"].query("column.str.startswith('rank@')")
    assert {"equal"} == set(ranks["agreement"])
    p = beside["factors_beside"].query("column == 'p@2016' and row == 'gdp_per_capita'")
    assert p["computed"].iloc[0] == pytest.approx(run["drivers"].factors["p_value"][2016, "gdp_per_capita"], rel=1e-12)  # type: ignore[attr-defined]


def test_free_choices_of_the_design_are_said() -> None:
    note = load(NAME).note
    assert isinstance(note, dict)
    assert "chosen so that X3" in note["en"]
    assert "X3" in note["zh"]
    assert "F11" in note["zh"]


@pytest.fixture(scope="module")
def observed(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    if not all((reference / file).is_file() for file in OVERLAY):
        pytest.skip("the Chinese panels are not here")
    return regio.run(NAME, tmp_path_factory.mktemp("observed"), data=reference)


def test_observed_tables(observed: Run) -> None:
    """The folder of the tables is all that a user names."""
    assert not observed.failed
    means = observed["coordination"].means.set_index(["period", "group"])["mean"]  # type: ignore[attr-defined]
    assert means[2021, "east"] > means[2021, "central"] > means[2021, "west"]
    verdicts = {j.hypothesis.name: j.verdict for j in observed.verdicts}
    assert {"supported", "not_supported"} <= set(verdicts.values())
    assert "reproduced" not in verdicts.values()
    assert (verdicts["F3"], verdicts["F4"]) == ("supported", "not_supported")
    assert {"supported", "not_supported", "not_tested"} == {j.verdict for j in recommendations(observed)}


def test_observed_tables_are_not_called_calibrated(observed: Run) -> None:
    assert not [mark for table in observed.tables for mark in table.labels]
    assert observed.folder is not None
    page = (observed.folder / "report.html").read_text(encoding="utf-8")
    assert "calibrated, not observed" not in page
    assert "校准所得，非观测数据" not in page
    assert "观测数据，2013—2021 年" in page


def test_every_dropped_row_is_listed(observed: Run) -> None:
    """A firm that is registered abroad has no province."""
    lost = [c for table in observed.tables for c in table.changes if c["reason"] == "panel.change.no_key"]
    assert [("689009.SH", str(year)) for year in range(2016, 2023)] == [(c["region"], c["period"]) for c in lost]
    assert "reading.rows_without_keys" in {f.code for f in observed.findings}


def test_what_the_observed_tables_lack_is_said(observed: Run) -> None:
    assert {("nqp", "set", 12), ("drivers_2012", "geodetector", 1)} == {(i.name, i.kind, len(i.absent)) for i in observed.study.left_out}
