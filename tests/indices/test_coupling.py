"""Coupling coordination: known answers, misuses that must not come out, properties, groups, findings, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError, StudyError
from regio.contract.roles import GROUPINGS
from regio.exhibits.models import Table
from regio.exhibits.typeset import typeset
from regio.indices.coordination.degree import coupling_degree, grades, relative_development
from regio.panel import Variable
from regio.regions.system import SYSTEMS, system
from regio.study.execute import execute

EXACT = 1e-12  # a root of a product of at most three numbers
FORMS = ("standard", "wang2021", "fan")
TWO = pd.DataFrame([[0.16, 0.36], [0.25, 0.25], [0.81, 0.49], [0.05, 0.8], [0.0, 0.5], [1.0, 1.0]], columns=["a", "b"])


def three(reference: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    answers = json.loads((reference / "indices" / "e06_ccdm.json").read_text())
    return answers, pd.DataFrame(answers["input_three"], columns=["a", "b", "c"])


@pytest.mark.parametrize("form", FORMS)
def test_e06(form: Any, reference: Path) -> None:
    answers, many = three(reference)
    weights = {"a": 0.6, "b": 0.4}
    for table, key, given_weights in ((TWO, "two", None), (TWO, "two_weights_0.6_0.4", weights), (many, "three", None)):
        expected = answers[f"expected_{key}"]
        scores = regio.coupling(table, form=form, weights=given_weights).scores
        np.testing.assert_allclose(scores["T"], expected["T"], atol=EXACT)
        for name in ("C", "D"):
            np.testing.assert_allclose(scores[name], expected[form][name], atol=EXACT)
        assert expected[form]["grade"] == scores["grade"].tolist()


def test_no_misuse_comes_out(reference: Path) -> None:
    """Four wrong formulas of the literature, each with its numbers: none is what we return."""
    answers, many = three(reference)
    for name, misuse in answers["AUDIT_misuses"].items():
        table = many if "three" in name else TWO
        for form in FORMS:
            assert not np.allclose(misuse["C"], regio.coupling(table, form=form).scores["C"], atol=0.01), name


def test_names_of_grades(reference: Path) -> None:
    answers, _ = three(reference)
    table = regio.coupling(TWO).exhibits()[0]
    assert isinstance(table, Table)
    printed = typeset(table, "en")
    assert [str(row.cells[3]).casefold() for row in printed.rows] == [answers["grade_names"][g - 1] for g in (5, 6, 8, 5, 1, 10)]
    assert [str(row.cells[3]) for row in typeset(table, "zh").rows] == ["濒临失调", "勉强协调", "中级协调", "濒临失调", "极度失调", "优质协调"]


def test_grades_hold_their_lower_bound_and_the_last_one_is_closed() -> None:
    edges = np.arange(10) / 10
    assert list(range(1, 11)) == grades(edges).tolist()
    assert list(range(1, 11)) == grades(edges + 1e-13 * np.array([-1, 1] * 5) * (edges > 0)).tolist()
    assert grades(np.array([0.0999, 0.8999, 1.0])).tolist() == [1, 9, 10]


systems = st.integers(2, 5).flatmap(lambda s: st.lists(st.lists(st.floats(0, 1), min_size=s, max_size=s), min_size=1, max_size=6))


@settings(max_examples=20)
@given(systems)
def test_degrees_lie_in_the_unit_interval_and_do_not_depend_on_order(rows: list[list[float]]) -> None:
    u = np.array(rows)
    for form in FORMS:
        c = coupling_degree(u, form)  # type: ignore[arg-type]
        assert ((c >= 0) & (c <= 1)).all()
        np.testing.assert_allclose(c, coupling_degree(u[:, ::-1], form), atol=1e-9)  # type: ignore[arg-type]
    same = np.repeat(u[:, :1], 3, axis=1)
    assert coupling_degree(same, "standard").tolist() == pytest.approx([1.0 if x > 0 else 0.0 for x in same[:, 0]])


@settings(max_examples=20)
@given(systems)
def test_plain_loops_agree(rows: list[list[float]]) -> None:
    for row, standard, wang in zip(rows, coupling_degree(np.array(rows), "standard"), coupling_degree(np.array(rows), "wang2021"), strict=True):
        s = len(row)
        if max(row) == 0:
            assert (standard, wang) == (0, 0)
            continue
        ratio = [x / max(row) for x in row]
        assert s * np.prod(ratio) ** (1 / s) / sum(ratio) == pytest.approx(standard, abs=1e-9)
        gaps = [abs(row[i] - row[j]) for i in range(s) for j in range(i)]
        assert np.sqrt((1 - np.mean(gaps)) * np.prod(ratio) ** (1 / (s - 1))) == pytest.approx(wang, abs=1e-7)


def test_small_scores_keep_their_degree() -> None:
    u = np.array([[1e-200, 3e-200, 2e-200], [0.1, 0.3, 0.2]])
    c = coupling_degree(u, "standard")
    assert c[1] == pytest.approx(c[0], rel=1e-12)


def test_relative_development() -> None:
    u = np.array([[0.39, 0.5], [0.4, 0.5], [0.6, 0.5], [0.61, 0.5], [0.0, 0.5], [0.5, 0.0], [0.0, 0.0]])
    assert relative_development(u, ("a", "b")) == ["a_lags", "synchronous", "synchronous", "b_lags", "a_lags", "b_lags", "undefined"]
    assert relative_development(np.array([[0.9, 0.5, 0.8], [0.9, 0.8, 0.85]]), ("a", "b", "c")) == ["b_lags", "synchronous"]


def test_obstacles_sum_to_one_and_follow_weights() -> None:
    result = regio.coupling(TWO, weights={"a": 0.75, "b": 0.25})
    lack = result.obstacles[["a", "b"]]
    assert lack.sum(axis=1)[:5].tolist() == pytest.approx([1.0] * 5)
    assert lack.iloc[0].tolist() == pytest.approx([0.75 * 0.84 / (0.75 * 0.84 + 0.25 * 0.64), 0.25 * 0.64 / (0.75 * 0.84 + 0.25 * 0.64)])
    assert lack.iloc[5].isna().all()


def panel() -> pd.DataFrame:
    """Four provinces, five years; the mean degree rises, falls, rises and falls."""
    path = [0.30, 0.45, 0.40, 0.60, 0.55]
    rows = [
        {"province": name, "year": 2019 + i, "a": level + shift, "b": level - shift}
        for i, level in enumerate(path)
        for name, shift in (("江苏", 0.10), ("湖北", 0.05), ("四川", 0.0), ("香港", 0.02))
    ]
    return pd.DataFrame(rows)


def test_means_shares_and_paths_by_region_group() -> None:
    result = regio.coupling(panel(), ("a", "b"), groups="east_central_west", region="province", period="year")
    assert result.means["group"].unique().tolist() == ["all", "east", "central", "west"]
    d = result.scores.set_index(["region", "period"])["D"]
    own = result.means.set_index(["group", "period"])["mean"]
    assert d["江苏", 2021] == pytest.approx(own["east", 2021])
    assert d.groupby("period").mean().tolist() == pytest.approx(own["all"].tolist())
    trend = result.trends.set_index("group")
    assert trend.loc["all", "shape"] == "m"
    assert trend.loc["all", "turns"] == "2020 2021 2022"
    assert result.shares.sum(axis=1).tolist() == pytest.approx([1.0] * 5)
    assert result.shares.loc[2019, "4"] == pytest.approx((result.scores.query("period == 2019")["grade"] == 4).mean())
    assert result.types.sum(axis=1).tolist() == pytest.approx([1.0] * 5)
    (outside,) = [f for f in result.findings if f.code == "coupling.no_group"]
    assert outside.values["regions"] == ("香港",)
    means = next(e for e in result.exhibits() if e.name == "means")
    assert isinstance(means, Table)
    assert [h.text for h in typeset(means, "zh").heads[0]] == ["总体", "东部地区", "中部地区", "西部地区"]


def test_paths_are_said_in_words() -> None:
    result = regio.coupling(panel(), ("a", "b"), region="province", period="year")
    trends = next(e for e in result.exhibits() if e.name == "trends")
    assert isinstance(trends, Table)
    assert str(typeset(trends, "zh").rows[0].cells[0]) == "“M”形（升—降—升—降）"
    assert str(typeset(trends, "en").rows[0].cells[1]) == "2020 2021 2022"


def test_groups_of_a_column() -> None:
    table = panel().assign(zone=lambda t: np.where(t["province"] == "江苏", "sea", None))
    result = regio.coupling(table, ("a", "b"), groups="zone", region="province", period="year")
    assert result.means["group"].unique().tolist() == ["all", "sea"]


def test_known_groupings_are_those_of_the_regions() -> None:
    assert set(GROUPINGS) == {g.name for s in map(system, SYSTEMS) for g in s.groupings}


def test_columns_of_later_steps() -> None:
    result = regio.coupling(panel(), ("a", "b"), region="province", period="year")
    assert list(result.columns()) == ["", "C", "T", "grade", "type"]
    assert result.columns()[""].tolist() == result.scores["D"].tolist()


def test_a_missing_system_is_missing_and_said() -> None:
    result = regio.coupling(TWO.assign(a=TWO["a"].where(TWO.index != 2)))
    assert result.scores["D"].isna().tolist() == [False, False, True, False, False, False]
    assert result.scores["grade"].isna().sum() == 1
    (finding,) = [f for f in result.findings if f.code == "coupling.missing"]
    assert finding.values["count"] == 1
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (5, 1)
    assert type(result).from_dict(result.to_dict()).to_dict() == result.to_dict()


def test_weights_of_variables() -> None:
    variables = (Variable("a", weight=0.6), Variable("b", weight=0.4))
    result = regio.coupling(regio.Panel(TWO, variables=variables), weights="given")
    assert result.scores["T"].tolist() == pytest.approx((0.6 * TWO["a"] + 0.4 * TWO["b"]).tolist())


def codes(table: pd.DataFrame, **options: Any) -> set[str]:
    return {f.code for f in regio.coupling(table, **options).findings}


def test_systems_on_different_scales_are_said() -> None:
    rng = np.random.default_rng(1)
    u = rng.uniform(0, 1, 50)
    assert "coupling.scales" in codes(pd.DataFrame({"a": u, "b": 0.3 * rng.uniform(0, 1, 50)}))
    assert "coupling.scales" not in codes(pd.DataFrame({"a": u, "b": rng.uniform(0, 1, 50)}))
    finding = next(f for f in regio.coupling(pd.DataFrame({"a": u, "b": 0.1 * u})).findings if f.code == "coupling.scales")
    assert "seem to be scaled differently" in finding.text("en")
    assert "量度" in finding.text("zh")


def test_a_degree_that_hardly_varies_and_repeats_development_is_said() -> None:
    u = np.linspace(0.3, 0.6, 30)
    found = codes(pd.DataFrame({"a": u, "b": u + 0.02}))
    assert {"coupling.steady", "coupling.repeats"} <= found


def test_zeros_are_said() -> None:
    found = {f.code: f for f in regio.coupling(pd.DataFrame({"a": [0.0, 0.0, 0.5], "b": [0.0, 0.5, 0.5]})).findings}
    assert found["coupling.all_zero"].values["count"] == 1
    assert found["coupling.zero"].values["count"] == 1
    assert "coupling.zero" not in codes(TWO, form="fan")


def test_rounding_beyond_one_is_no_mistake() -> None:
    assert regio.coupling(pd.DataFrame({"a": [1 + 1e-12], "b": [1.0]})).scores["D"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("change", "options", "kind", "code", "said"),
    [
        ({"a": 1.2}, {}, DataError, "coupling.outside", ("leaves [0, 1] in 6 rows", "超出 [0, 1]")),
        ({"b": -0.1}, {}, DataError, "coupling.outside", ("from -0.1 to -0.1", "取值范围为 -0.1")),
        ({"a": np.inf}, {}, DataError, "coupling.outside", ("leaves [0, 1]", "超出")),
        ({}, {"systems": "a"}, ArgumentError, "coupling.two_systems", ("at least two systems; there are: a", "至少需要两个系统")),
        ({}, {"systems": ("a", "b", "a")}, ArgumentError, "coupling.twice", ("Given twice", "重复")),
        ({"a": np.nan}, {}, EstimationError, "coupling.nothing", ("No row has", "没有一行")),
        ({}, {"weights": {"a": 0.5, "b": 0.6}}, ArgumentError, "index.weights_sum", ("sum to 1.1", "1.1")),
        ({}, {"groups": "four_regions"}, ArgumentError, "contract.no_region", ('groups = "four_regions"', "地区")),
        ({"coastal": "x"}, {"systems": ("a", "b"), "groups": "coastal"}, ArgumentError, "coupling.group_twice", ("Rename", "重命名")),
        ({}, {"form": "chen"}, ArgumentError, "contract.not_a_choice", ("standard, wang2021, fan", "wang2021")),
    ],
)
def test_bad_input(change: dict[str, Any], options: dict[str, Any], kind: type[FindingError], code: str, said: tuple[str, str]) -> None:
    with pytest.raises(kind) as caught:
        regio.coupling(TWO.assign(**change), **options)
    assert [f.code for f in caught.value.findings] == [code]
    assert said[0] in caught.value.text("en")
    assert said[1] in caught.value.text("zh")


def test_regions_that_a_grouping_does_not_know_are_refused() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.coupling(TWO.assign(place=list("uvwxyz")), ("a", "b"), groups="four_regions", region="place")
    assert caught.value.findings[0].code.startswith("regions.")


def test_row_labels_may_repeat() -> None:
    table = panel()
    again = table.set_axis(np.zeros(len(table), int))
    one, two = (regio.coupling(t, ("a", "b"), groups="four_regions", region="province", period="year") for t in (table, again))
    pd.testing.assert_frame_equal(one.means, two.means)
    assert one.scores["D"].tolist() == two.scores["D"].tolist()


STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "provinces"
from = "provinces.csv"
region = "province"
period = "year"
[[step]]
name = "coordination"
kind = "coupling"
systems = ["a", "b"]
groups = "east_central_west"
[[step]]
name = "again"
kind = "describe"
columns = ["coordination", "coordination.C"]
"""


def test_a_study_names_a_known_grouping(tmp_path: Path) -> None:
    panel().to_csv(tmp_path / "provinces.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    run = execute(tmp_path / "study.toml")
    assert not run.failed
    result: Any = run["coordination"]
    assert result.means["group"].unique().tolist() == ["all", "east", "central", "west"]
    (tmp_path / "study.toml").write_text(STUDY.replace("east_central_west", "east_centre_west"), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        execute(tmp_path / "study.toml")
    assert "east_centre_west" in caught.value.text("en")
