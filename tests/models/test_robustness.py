"""Robustness tables: each column is the call done again; failures are shown; any kind with coefficients; a study's step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError
from regio.contract.replay import Variation
from regio.exhibits.typeset import typeset
from regio.study.execute import execute

MUNICIPALITIES = ["Beijing", "Shanghai", "Tianjin", "Chongqing"]
REGIONS = [*MUNICIPALITIES, "Hebei", "Henan", "Hubei", "Hunan", "Guangdong", "Sichuan", "Jilin", "Anhui"]
KEYS: dict[str, Any] = {"region": "region", "period": "period"}


def table() -> pd.DataFrame:
    """As in a study of virtual agglomeration: a baseline, a PCA outcome, another measure, one more control, a lag."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"region": np.repeat(REGIONS, 6), "period": np.tile(range(2018, 2024), 12)})
    frame[["virtual", "z", "industry"]] = rng.normal(size=(72, 3))
    frame["quality"] = 0.5 * frame["virtual"] + frame["z"] + rng.normal(size=72)
    frame["quality_pca"] = frame["quality"] + rng.normal(size=72) / 5
    frame["virtual_ports"] = frame["virtual"] + rng.normal(size=72) / 5
    frame["virtual_lag"] = frame.groupby("region")["virtual"].shift()
    return frame.assign(constant=1.0, exports=np.round(np.exp(frame["quality"])))


VARIATIONS: list[dict[str, Any]] = [
    {"name": "winsor", "prepare": [{"kind": "winsorise", "columns": ["quality", "virtual", "z"], "share": 0.05}]},
    {"name": "pca", "outcome": "quality_pca"},
    {"name": "more", "controls": ["z", "industry"]},
    {"name": "ports", "treatment": "virtual_ports"},
    {"name": "lag", "treatment": "virtual_lag"},
    {"name": "no municipalities", "sample": {"without": ["municipalities"]}},
    {"name": "region only", "effects": ["region"], "errors": "hc1"},
    {"name": "late", "sample": {"periods": [2020, 2021, 2022, 2023]}},
]


def panel() -> Any:
    return regio.Panel(table(), **KEYS)


def baseline(data: Any) -> Any:
    return regio.regress(data, "quality", "virtual", ("z",), effects=("region", "period"), errors="cluster")


def test_each_column_is_the_call_done_again() -> None:
    data = panel()
    found = regio.robustness(data, baseline(data), VARIATIONS)
    frame = table()
    how: dict[str, Any] = {"effects": ("region", "period"), "errors": "cluster", **KEYS}
    winsorised = regio.preparing.winsorise.winsorise(data, columns=("quality", "virtual", "z"), share=0.05)
    expected = {
        "": regio.regress(frame, "quality", "virtual", ("z",), **how),
        "winsor": regio.regress(winsorised.panel, "quality", "virtual", ("z",), effects=how["effects"], errors="cluster"),
        "pca": regio.regress(frame, "quality_pca", "virtual", ("z",), **how),
        "more": regio.regress(frame, "quality", "virtual", ("z", "industry"), **how),
        "ports": regio.regress(frame, "quality", "virtual_ports", ("z",), **how),
        "lag": regio.regress(frame, "quality", "virtual_lag", ("z",), **how),
        "no municipalities": regio.regress(frame[~frame["region"].isin(MUNICIPALITIES)], "quality", "virtual", ("z",), **how),
        "region only": regio.regress(frame, "quality", "virtual", ("z",), **{**how, "effects": ("region",), "errors": "hc1"}),
        "late": regio.regress(frame[frame["period"] > 2019], "quality", "virtual", ("z",), **how),
    }
    assert list(expected) == list(found.names)
    for name, model in zip(found.names, found.models, strict=True):
        pd.testing.assert_frame_equal(expected[name].coefficients, model.coefficients)  # type: ignore[attr-defined]
    assert found.summary.loc[("winsor", "virtual"), "cells_changed"] == len(winsorised.changes) > 0
    assert found.summary.loc[("lag", "virtual_lag"), "n"] == 60
    assert found.summary.loc[("baseline", "virtual"), "agrees"]


def test_only_cells_of_the_model_count_as_changed() -> None:
    data = panel()
    more = {"kind": "winsorise", "columns": ["quality", "virtual", "z", "industry"], "share": 0.05}
    bare = {"kind": "winsorise", "share": 0.05}  # the columns of the call
    found = regio.robustness(data, baseline(data), [{"name": "more", "prepare": [more]}, {"name": "bare", "prepare": [bare]}, VARIATIONS[0]])
    changed = found.summary["cells_changed"].droplevel("term")
    assert changed["more"] == changed["bare"] == changed["winsor"] > 0
    pd.testing.assert_frame_equal(found.models[2].coefficients, found.models[3].coefficients)  # type: ignore[attr-defined]


def test_the_table_has_a_column_a_variation_and_says_what_was_varied() -> None:
    data = panel()
    found = regio.robustness(data, baseline(data), VARIATIONS)
    coefficients, summary, plot = found.exhibits()
    assert [column.key for column in coefficients.columns] == [f"({i})" for i in range(1, 10)]  # type: ignore[union-attr]
    english, chinese = (typeset(coefficients, language) for language in ("en", "zh"))  # type: ignore[arg-type]
    said = " ".join(english.notes)
    for words in ("(2): winsorised", "(3): outcome: quality_pca", "(4): controls added: industry", "(7): without municipalities", "(8): effects: Region"):
        assert words in said
    assert "增加控制变量：industry" in " ".join(chinese.notes)
    labelled = typeset(coefficients, "en", labels={"industry": "Structure"})  # type: ignore[arg-type]
    assert "controls added: Structure" in " ".join(labelled.notes)
    assert len(plot.frame) == len(summary.rows) == 9  # type: ignore[union-attr]
    found.figure("plot")


def test_a_title_stands_in_print_in_both_languages() -> None:
    data = panel()
    found = regio.robustness(data, baseline(data), [{"name": "pca", "title": {"en": "Other outcome", "zh": "替换被解释变量"}, "outcome": "quality_pca"}])
    for language, words in (("en", "Other outcome"), ("zh", "替换被解释变量")):
        printed = typeset(found.exhibits()[0], language)  # type: ignore[arg-type]
        assert words in [head.text for row in printed.heads for head in row]
    assert type(found).from_dict(found.to_dict()).variations == found.variations
    assert found.summary.index.get_level_values("variation").tolist() == ["baseline", "pca"]
    found.figure("plot")


def test_one_that_fails_is_shown_with_its_reason_and_the_others_still_come() -> None:
    data = panel()
    found = regio.robustness(data, baseline(data), [{"name": "broken", "treatment": "constant"}, {"name": "typo", "outcome": "qualty"}, VARIATIONS[1]])
    assert found.names == ("", "pca")
    assert {name: [f.code for f in reason] for name, reason in found.failures.items()} == {
        "broken": ["regress.constant_regressor"],
        "typo": ["contract.unknown_column"],
    }
    printed = typeset(found.exhibits()[1], "en")  # type: ignore[arg-type]
    assert "Not computed: The regressor “constant” is constant" in " ".join(cell.text for row in printed.rows for cell in row.cells)
    assert [f.code for f in found.findings].count("robustness.failed") == 2
    assert "未能估计" in next(f for f in found.findings if f.code == "robustness.failed").text("zh")


@pytest.mark.parametrize("kind", ["two_stage", "poisson", "random_effects", "moderate"])
def test_any_kind_with_coefficients(kind: str) -> None:
    data = panel()
    base: Any = {
        "two_stage": lambda: regio.two_stage(data, "quality", "virtual", ("virtual_ports", "industry"), ("z",), effects=("region",), errors="cluster"),
        "poisson": lambda: regio.poisson(data, "exports", "virtual", ("z",), effects=("region",)),
        "random_effects": lambda: regio.random_effects(data, "quality", "virtual", ("z",)),
        "moderate": lambda: regio.moderate(data, "quality", "virtual", "industry", ("z",), effects=("region",)),
    }[kind]()
    found = regio.robustness(data, base, [{"name": "no municipalities", "sample": {"without": ["municipalities"]}}])
    assert found.failures == {}
    pd.testing.assert_frame_equal(base.coefficients, found.models[0].coefficients)  # type: ignore[attr-defined]
    assert found.summary.index.get_level_values("term").tolist() == ["virtual", "virtual"]
    for language in ("en", "zh"):
        assert typeset(found.exhibits()[0], language).rows  # type: ignore[arg-type]


def test_variations_of_python_and_mistakes() -> None:
    data = panel()
    base = baseline(data)
    found = regio.robustness(data, base, (Variation("pca", {"outcome": "quality_pca"}),))
    assert found.names == ("", "pca")
    for given, code in (
        ([], "replay.not_variations"),
        ([{"name": "a"}], "replay.nothing_varied"),
        ([{"name": "a", "prepare": ["winsorise"]}], "replay.not_preparations"),
        ([{"name": "a", "prepare": {"winsorise": {"columns": ["y"]}}}], "replay.not_preparations"),
        ([{"name": "a", "sample": "east"}], "replay.unknown_sample"),
        ([{"name": "a", "outcom": "z"}], "contract.unknown_option"),
        ([{"name": "a", "prepare": [{"kind": "winsor"}]}], "study.unknown_preparation"),
    ):
        with pytest.raises(ArgumentError) as caught:
            regio.robustness(data, base, given)
        assert code in [f.code for f in caught.value.findings]
    with pytest.raises(ArgumentError) as wrong:
        regio.robustness(data, "baseline", VARIATIONS)
    assert [f.code for f in wrong.value.findings] == ["replay.not_a_result"]
    with pytest.raises(ArgumentError) as none:
        regio.robustness(data, regio.describe(data, "z"), [{"name": "a", "columns": ["quality"]}])
    assert [f.code for f in none.value.findings] == ["robustness.no_coefficients"]
    assert "没有系数" in none.value.text("zh")


STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "period"
[defaults]
effects = ["region", "period"]
errors = "cluster"
[[step]]
name = "baseline"
kind = "regress"
outcome = "quality"
treatment = "virtual"
controls = ["z"]
[[step]]
name = "robust"
kind = "robustness"
of = "baseline"
variations = [
  { name = "winsor", prepare = [{ kind = "winsorise", columns = ["quality"], share = 0.05 }] },
  { name = "pca", outcome = "quality_pca" },
  { name = "no municipalities", sample = { without = ["municipalities"] } },
]
[[step]]
name = "placebo"
kind = "placebo"
of = "baseline"
draws = 20
[[step]]
name = "leave_one_out"
kind = "leave_one_out"
of = "baseline"
[[step]]
name = "scenario"
kind = "scenario"
of = "baseline"
[[step]]
name = "curve"
kind = "specification_curve"
outcomes = ["quality", "quality_pca"]
treatments = "virtual"
controls = ["z", "industry"]
draws = 20
[[step]]
name = "oster_delta"
kind = "oster_delta"
outcome = "quality"
treatment = "virtual"
controls = ["z"]
draws = 20
"""


def test_a_study_has_them_as_steps(tmp_path: Path) -> None:
    table().to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    run = execute(tmp_path / "study.toml")
    assert not run.failed
    found: Any = run["robust"]
    assert found.names == ("", "winsor", "pca", "no municipalities")
    assert found.to_dict() == type(found).from_dict(found.to_dict()).to_dict()
    curve: Any = run["curve"]
    assert set(curve.specifications["effects"]) == {"region + period"}
    assert all(run[name].exhibits() for name in ("placebo", "leave_one_out", "scenario", "oster_delta"))
