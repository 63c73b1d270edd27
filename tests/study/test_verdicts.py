"""Hypotheses: read, judged, shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.address import Address
from regio.contract.finding import Position, StudyError
from regio.language import LANGUAGES, Message, say
from regio.report.judged import _rows
from regio.study.execute import Run, execute
from regio.study.file import load
from regio.study.model import Condition, Hypothesis
from regio.study.verdicts import Judged, Judgement

STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "period"
[[step]]
name = "base"
kind = "regress"
outcome = "y"
treatment = ["x", "z"]
[[hypothesis]]
name = "H1"
claim = { en = "x raises y", zh = "x 提高 y" }
supported_if = CONDITION
"""
COEF = "base/coefficients/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"region": np.repeat([f"r{i}" for i in range(20)], 3), "period": np.tile([2010, 2011, 2012], 20)})
    frame[["x", "z", "e"]] = rng.normal(size=(60, 3))
    frame["y"] = 2 * frame["x"] + 0.2 * frame["e"]
    frame.to_csv(tmp_path / "t.csv", index=False)
    return tmp_path


def judged(folder: Path, condition: str, more: str = "") -> tuple[Any, Run]:
    (folder / "study.toml").write_text(STUDY.replace("CONDITION", condition) + more, encoding="utf-8")
    run = execute(folder / "study.toml")
    return run.verdicts[0], run


@pytest.mark.parametrize(
    ("condition", "verdict", "reason"),
    [
        (f'{{ cell = "{COEF}x", sign = "positive", level = 0.01 }}', "supported", "holds"),
        (f'{{ cell = "{COEF}x", sign = "nonzero" }}', "supported", "holds"),
        (f'{{ cell = "{COEF}x", sign = "negative" }}', "contradicted", "opposite"),
        (f'{{ cell = "{COEF}z", sign = "nonzero", level = 0.0001 }}', "not_supported", "not_significant"),
        (f'{{ cell = "{COEF}x", at_least = 3 }}', "not_supported", "at_least"),
        (f'{{ cell = "{COEF}x", at_most = 3, at_least = 1 }}', "supported", "within"),
        (f'{{ cell = "{COEF}x", plus = "{COEF}x", at_least = 3 }}', "supported", "holds"),
        (f'{{ cell = "{COEF}x", plus = ["{COEF}x", "{COEF}w"], at_least = 3 }}', "not_computed", "no_cell"),
        (f'{{ cell = "{COEF}x", above = "{COEF}z" }}', "supported", "is_above"),
        (f'{{ cell = "{COEF}x", below = "{COEF}z" }}', "not_supported", "below"),
        (f'{{ cell = "{COEF}w", sign = "positive" }}', "not_computed", "no_cell"),
        (f'[{{ cell = "{COEF}x", sign = "positive" }}, {{ cell = "{COEF}x", at_most = 1 }}]', "not_supported", "holds"),
    ],
)
def test_a_condition_is_judged(folder: Path, condition: str, verdict: str, reason: str) -> None:
    found, _ = judged(folder, condition)
    assert found.verdict == verdict
    assert found.judged[0].reason.code == f"verdict.{reason}"
    assert all(say(found.judged[0].reason, language) for language in LANGUAGES)


def test_the_robustness_of_a_hypothesis_over_specifications(folder: Path) -> None:
    found, _ = judged(folder, f'{{ cell = "{COEF}x", sign = "positive" }}', 'robust_in = "base"\n')
    share, count = found.robust
    frame = regio.regress(pd.read_csv(folder / "t.csv"), "y", ("x", "z"), region="region", period="period").table()
    assert count == len(frame)
    assert share == pytest.approx(float(((frame["estimate"] > 0) & (frame["p_value"] < 0.05)).mean()))


def test_calibrated_data_reproduce_and_do_not_test(folder: Path) -> None:
    found, run = judged(folder, f'{{ cell = "{COEF}x", sign = "positive" }}')
    result = run["base"]
    from dataclasses import replace

    assert result.provenance is not None
    labelled = replace(result, provenance=replace(result.provenance, labels=("calibrated, not observed",)))
    again = Run(run.study, run.tables, {"base": labelled}, {})
    assert (found.verdict, again.verdicts[0].verdict) == ("supported", "reproduced")
    loose = replace(run.study, hypotheses=(replace(run.study.hypotheses[0], carried=False),))
    assert [Run(loose, run.tables, {"base": kept}, {}).verdicts[0].verdict for kept in (result, labelled)] == ["supported", "not_determined"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('{ cell = "bass/coefficients/x", sign = "positive" }', "study.unknown_step"),
        ('{ cell = "base/coefficients", sign = "positive" }', "study.no_cell"),
        (f'{{ cell = "{COEF}x" }}', "study.no_condition"),
        (f'{{ cell = "{COEF}x", above = "base" }}', "study.no_cell"),
        (f'{{ cell = "{COEF}x", sign = "up" }}', "study.not_a_choice"),
    ],
)
def test_mistakes_in_conditions(folder: Path, condition: str, code: str) -> None:
    (folder / "study.toml").write_text(STUDY.replace("CONDITION", condition), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(folder / "study.toml")
    assert [f.code for f in caught.value.findings] == [code]
    assert all(say(Message(f.code, f.values), language) for f in caught.value.findings for language in LANGUAGES)


def test_verdicts_stand_in_the_report(folder: Path) -> None:
    judged(folder, f'{{ cell = "{COEF}x", sign = "positive" }}')
    run = regio.run(folder / "study.toml", folder / "out", languages=("en", "zh"))
    assert run.verdicts[0].verdict == "supported"
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "x raises y" in page
    assert "x 提高 y" in page
    assert "研究假设" in page
    numbers = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))["numbers"]
    assert any(number["address"] == "study/verdicts/H1/value" for number in numbers)
    (folder / "study.toml").write_text(STUDY.replace("CONDITION", f'{{ cell = "{COEF}x", sign = "negative" }}'), encoding="utf-8")
    assert regio.run(folder / "study.toml", folder / "out").verdicts[0].verdict == "contradicted"
    assert "contradicted" in (folder / "out" / "report.html").read_text(encoding="utf-8")


CURVE = """
[[step]]
name = "curve"
kind = "specification_curve"
outcomes = ["y"]
treatments = ["x", "e"]
controls = ["z"]
effects = [[], ["region"]]
draws = 20
[[step]]
name = "cut"
kind = "threshold"
outcome = "y"
treatment = "x"
threshold_variable = "z"
max_thresholds = 1
draws = 20
[[step]]
name = "factors"
kind = "geodetector"
outcome = "y"
factors = ["x", "z"]
"""


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ('{ cell = "factors/factors/x/rank", equals = "1" }', "supported"),
        ('{ cell = "factors/factors/x/rank", equals = "2" }', "not_supported"),
        ('{ cell = "factors/factors/x/rank", equals = "first" }', "not_supported"),
        ('{ cell = "factors/factors/x/q", above = "factors/factors/z/q" }', "supported"),
        ('{ cell = "cut/estimates/1.1/value", at_least = -9, at_most = 9 }', "supported"),  # a number with digits of its own
    ],
)
def test_a_number_is_held_against_what_is_stated(folder: Path, condition: str, verdict: str) -> None:
    (folder / "study.toml").write_text(STUDY.replace("CONDITION", condition).replace("[[hypothesis]]", CURVE + "[[hypothesis]]"), encoding="utf-8")
    assert execute(folder / "study.toml").verdicts[0].verdict == verdict


def test_robustness_over_a_specification_curve_counts_the_treatment_of_the_claim(folder: Path) -> None:
    made = STUDY.replace("CONDITION", f'{{ cell = "{COEF}x", sign = "positive", level = 0.01 }}\nrobust_in = "curve"')
    (folder / "study.toml").write_text(made.replace("[[hypothesis]]", CURVE + "[[hypothesis]]"), encoding="utf-8")
    run: Any = execute(folder / "study.toml")
    assert run.verdicts[0].robust == (1.0, 4)
    assert set(run["curve"].specifications["treatment"]) == {"x", "e"}


def test_a_number_of_one_panel_that_nothing_printed_stands_beside_is_not_determined(folder: Path) -> None:
    study = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "calibrated:nev-exports"
[[step]]
name = "own"
kind = "regress"
outcome = "lnED"
treatment = "open"
[[hypothesis]]
name = "own"
claim = { en = "c", zh = "c" }
supported_if = { cell = "own/coefficients/open", sign = "positive" }
"""
    (folder / "study.toml").write_text(study, encoding="utf-8")
    judgement = execute(folder / "study.toml").verdicts[0]
    assert (judgement.verdict, judgement.judged[0].reason.code) == ("not_determined", "verdict.one_panel")


def test_of_many_conditions_those_that_decide_are_printed_and_the_rest_counted() -> None:
    def condition(i: int) -> Judged:
        verdict = "not_supported" if i in (7, 15) else "supported"
        return Judged(Condition(Address.read(f"a/b/c{i // 2}/d")), 0.5, None, verdict, Message("verdict.holds"))

    judged = tuple(condition(i) for i in range(20))
    hypothesis = Hypothesis("H1", "A claim", tuple(j.condition for j in judged), "", "", Position(""))
    rows = _rows(Judgement(hypothesis, "not_supported", judged, None))
    assert [row.key for row in rows] == ["H1", "H1.2", "H1.3", "H1.8", "H1.16", "H1.more"]
    assert rows[1].cells[1].value is None  # the number of the row above
    assert say(rows[-1].cells[1].value, "en") == "… and 15 more, which hold; each is in results.json"
    assert len(_rows(Judgement(hypothesis, "supported", judged[:8], None))) == 8


@pytest.mark.parametrize(
    ("cell", "found", "near"),
    [
        (f"{COEF}xx", "xx", "x"),
        (f"{COEF.replace('coefficients', 'coefficient')}x", "coefficient", "coefficients"),
        (f"{COEF}x/estimat", "estimat", None),
    ],
)
def test_an_address_at_which_nothing_stands_is_said(folder: Path, cell: str, found: str, near: str | None) -> None:
    _, run = judged(folder, f'{{ cell = "{cell}", sign = "positive" }}')
    (said,) = run.astray
    assert (said.code, said.values["found"]) == ("verdict.astray", found)
    assert [f for f in regio.run(folder / "study.toml", folder / "out").written if f.code == "verdict.astray"] == [said]
    assert near is None or near in said.text("en").split("Did you mean ")[1]
    assert f"没有“{found}”" in said.text("zh")
