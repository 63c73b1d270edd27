"""Each check on the smallest table that shows it: what holds, and what does not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import regio
from regio.auditing.checks import CHECKS, JOINT, check
from regio.auditing.checks.coupling import degree
from regio.auditing.numbers import Interval
from regio.auditing.result import COLUMNS
from regio.exhibits.render.html import html
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, known


def rows(kind: str, *cells: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"paper": "p", "sample": more.pop("sample", {}), "tables": [{"id": "T", "kind": kind, "rows": list(cells), **more}]}


def models(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"paper": "p", "sample": more.pop("sample", {}), "tables": [{"id": "T", "kind": "regression", "models": list(columns), **more}]}


def column(col: str, terms: dict[str, tuple[str, str, str]], dependent: str = "y", **values: str) -> dict[str, Any]:
    return {"col": col, "dependent": dependent, "terms": [{"var": v, "coef": c, "stars": s, "paren": p} for v, (c, s, p) in terms.items()], "values": values}


def worst(paper: dict[str, Any], name: str) -> str:
    order = ("inconsistent", "consistent_if", "not_checkable", "consistent")
    found = {j.verdict for j in regio.audit(paper, checks=(name,)).judgements}
    return next((v for v in order if v in found), "")


def claims(quote: str, values: dict[str, str], kind: str = "number", about: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    said = [{"name": k, "printed": v} for k, v in values.items()]
    return {"paper": "p", "claims": [{"id": "p.c1", "kind": kind, "quote": quote, "values": said, "about": list(about)}], **more}


ENTROPY = ({"indicator": "a", "weight": "0.250", "entropy": "0.900"}, {"indicator": "b", "weight": "0.750", "entropy": "0.700"})
REVERSED = ({"indicator": "a", "weight": "0.5625", "entropy": "0.9000"}, {"indicator": "b", "weight": "0.4375", "entropy": "0.7000"})
RANKED = tuple({"factor": f, "q": q, "rank": r} for f, q, r in (("x", "0.50", "2"), ("z", "0.40", "1"), ("w", "0.10", "3")))
SIGNS = column("(1)", {"x": ("1.0", "**", "2.10"), "z": ("-1.0", "**", "2.1"), "w": ("3.0", "***", "4.1")}, N="200")
T5 = {"critical_10": "10.1", "critical_5": "12.2", "critical_1": "20.3"}


@pytest.mark.parametrize(
    ("name", "paper", "verdict"),
    [
        ("entropy", rows("weights", *ENTROPY), "consistent"),
        ("entropy", rows("weights", *REVERSED), "inconsistent"),
        ("topsis", rows("topsis", {"unit": "a", "d_plus": "0.30", "d_minus": "0.60", "closeness": "0.667"}), "consistent"),
        ("topsis", rows("topsis", {"unit": "a", "d_plus": "0.300", "d_minus": "0.600", "closeness": "0.333"}), "inconsistent"),
        ("topsis", rows("topsis", {"unit": "a", "closeness": "0.9", "rank": "2"}, {"unit": "b", "closeness": "0.1", "rank": "2"}), "inconsistent"),
        ("coupling", rows("coupling", {"unit": "a", "c": "0.81", "t": "0.49", "d": "0.63"}), "consistent"),
        ("coupling", rows("coupling", {"unit": "a", "c": "0.810", "t": "0.490", "d": "0.397"}), "inconsistent"),
        ("coupling", rows("coupling", {"unit": "a", "u1": "0.20", "u2": "0.80", "t": "0.35"}, alpha="0.75"), "consistent"),
        ("coupling", rows("coupling", {"unit": "a", "u1": "0.20", "u2": "0.80", "t": "0.50"}, alpha="0.75"), "inconsistent"),
        ("classes", rows("classes", {"interval_printed": "[0,0.1)", "type": "low"}, {"interval_printed": "[0.1,1]", "type": "high"}), "consistent"),
        ("classes", rows("classes", {"interval_printed": "[0,0.1)", "type": "low"}, {"interval_printed": "[0.3,1]", "type": "high"}), "inconsistent"),
        ("geodetector", rows("geodetector", {"factor": "x", "q": "0.51", "p": "0.000"}, sample={"units": 26}), "consistent"),
        ("geodetector", rows("geodetector", {"factor": "x", "q": "0.05", "p": "0.000"}, sample={"units": 26}), "inconsistent"),
        ("geodetector", rows("geodetector", {"factor": "x", "q": "1.05"}), "inconsistent"),
        ("geodetector", rows("geodetector", *RANKED), "inconsistent"),
        ("threshold", rows("threshold", {"test": "single", "F": "25.0", "p": "0.003", **T5}), "consistent"),
        ("threshold", rows("threshold", {"test": "single", "F": "25.0", "p": "0.060", **T5}), "inconsistent"),
        ("threshold", rows("threshold", {"test": "single", "critical_10": "12.2", "critical_5": "10.1"}), "inconsistent"),
        ("threshold", rows("threshold", {"test": "single", "estimate": "1.24", "ci_low": "1.10", "ci_high": "1.20"}), "inconsistent"),
        ("threshold", rows("threshold", {"test": "single"}, values={"lr_critical": "7.35"}), "consistent"),
        ("threshold", rows("threshold", {"test": "single"}, values={"lr_critical": "6.35"}), "inconsistent"),
        ("granularity", rows("threshold", {"test": "single", "p": "0.0033"}, replications="300"), "consistent"),
        ("granularity", rows("threshold", {"test": "single", "p": "0.0050"}, replications="300"), "inconsistent"),
        ("instruments", rows("instruments", {"kp_lm": "26.579", "kp_lm_p": "0.000"}), "consistent"),
        ("instruments", rows("instruments", {"kp_lm": "2.71", "kp_lm_p": "0.010", "instruments": "1"}), "inconsistent"),
        ("instruments", rows("instruments", {"kp_f": "44.38", "first_stage_t": "6.66"}), "consistent"),
        ("instruments", rows("instruments", {"kp_f": "44.38", "first_stage_t": "4.66"}), "consistent_if"),
        ("correlations", rows("correlations", {"row": "a", "col": "b", "r": "0.30", "stars": "**"}, observations="50"), "consistent"),
        ("correlations", rows("correlations", {"row": "a", "col": "b", "r": "0.30", "stars": "***"}, observations="50"), "inconsistent"),
        ("bootstrap", rows("bootstrap", {"effect": "a", "coef": "1.0", "percentile_low": "1.5", "percentile_high": "0.5"}), "inconsistent"),
        ("bootstrap", rows("bootstrap", {"effect": "a", "coef": "1.00", "se": "0.50", "z": "2.00"}), "consistent"),
        ("bootstrap", rows("bootstrap", {"effect": "a", "coef": "1.00", "se": "0.50", "z": "3.00"}), "inconsistent"),
        ("indirect", rows("bootstrap", *({"effect": e, "coef": c} for e, c in (("total", "1.00"), ("direct", "0.60"), ("indirect", "0.30")))), ""),
        ("stars", models(column("(1)", {"x": ("1.0", "**", "2.10")}, N="200")), "consistent"),
        ("stars", models(column("(1)", {"x": ("1.0", "***", "2.10"), "z": ("1.0", "*", "1.8")}, N="200")), "inconsistent"),
        ("stars", models(SIGNS, note="t-statistics in parentheses"), "inconsistent"),
        ("one_regressor", models(column("(1)", {"x": ("1.0", "***", "3.00")}, F="9.00", N="90")), "consistent"),
        ("one_regressor", models(column("(1)", {"x": ("1.0", "***", "3.00")}, F="8.00", N="90")), "inconsistent"),
        ("adjusted_r2", models(column("(1)", {"x": ("1.0", "***", "3.00")}, R2="0.300", R2_adj="0.292", N="90")), "consistent"),
        ("adjusted_r2", models(column("(1)", {"x": ("1.0", "***", "3.00")}, R2="0.300", R2_adj="0.350", N="90")), "inconsistent"),
        ("counts", claims("two aspects: cost, range, and speed of charging", {"aspects": "two"}, "count"), "inconsistent"),
        ("counts", claims("three types: cost, range, and speed", {"types": "three"}, "count"), "consistent"),
        ("dates", claims("from 2020 to 2012", {"first_year": "2020", "last_year": "2012"}), "inconsistent"),
        ("foreign_text", claims("As an AI language model, I cannot", {}), "inconsistent"),
        ("foreign_text", claims("作为一个AI语言模型，我无法提供", {}), "inconsistent"),
        ("foreign_text", claims("the assistant secretary answered certainly", {}), ""),
        ("growth", claims("reached 120, up 20% from 100", {"sales_2020": "100", "sales_2021": "120", "sales_growth_2021": "20%"}), "consistent"),
        ("growth", claims("x", {"coef_low": "0.1109", "coef_high": "0.2781", "ratio": "2.5"}), "consistent"),
        ("claimed_levels", claims("F is 45.52, significant at the 1% level", {"F_single": "45.52", "crit_1pct": "27.3", "level": "1%"}), "consistent"),
        ("claimed_levels", claims("F is 15.52, significant at the 1% level", {"F_single": "15.52", "crit_1pct": "27.3", "level": "1%"}), "inconsistent"),
    ],
)  # fmt: skip
def test_verdicts(name: str, paper: dict[str, Any], verdict: str) -> None:
    assert verdict == worst(paper, name) or (verdict == "" and worst(paper, name) in ("", "inconsistent"))


def test_reversed_weights_are_named() -> None:
    found = regio.audit(rows("weights", *REVERSED), checks=("entropy",)).judgements
    assert {"audit.note.reversed_weights"} == {j.note.code for j in found}
    assert {"conclusion"} == {j.severity for j in found}


def test_impossible_correlation_matrix_and_everything_else_still_checked() -> None:
    cells = [{"row": a, "col": b, "r": r} for a, b, r in (("x", "y", "0.90"), ("x", "z", "0.90"), ("y", "z", "-0.90"))]
    found = regio.audit(rows("correlations", *cells))
    assert [j.check for j in found.of("inconsistent")] == ["correlation_matrix"]
    assert "eigenvalue" in found.findings["note"].iloc[0]
    near = [{"row": a, "col": b, "r": r} for a, b, r in (("x", "y", "0.50"), ("x", "z", "0.50"), ("y", "z", "-0.50"))]
    assert worst(rows("correlations", *near), "correlation_matrix") == "consistent"


def test_interactions() -> None:
    single = {"id": "S", "kind": "geodetector", "rows": [{"factor": "a", "q": "0.30"}, {"factor": "b", "q": "0.40"}]}

    def found(q: str, type_: str) -> str:
        pair = {"id": "I", "kind": "interactions", "rows": [{"first": "a", "second": "b", "q": q, "type": type_}]}
        return worst({"paper": "p", "tables": [single, pair]}, "interactions")

    assert found("0.55", "two-factor enhancement") == "consistent"
    assert found("0.55", "nonlinear enhancement") == "inconsistent"
    assert found("0.85", "非线性增强") == "consistent"
    assert found("0.35", "") == "inconsistent"


def test_copies_and_effects() -> None:
    terms = {v: (c, "***", t) for v, c, t in (("x", "1.2345", "6.543"), ("z", "2.3456", "7.654"), ("w", "3.4567", "8.765"))}
    paper = models(column("(1)", terms, N="200"), column("(2)", terms, "other", N="200"))
    assert worst(paper, "duplicates") == "inconsistent"
    assert worst(models(column("(1)", terms, N="200"), column("(2)", terms, N="200")), "duplicates") == "consistent"


def test_mediation_identity() -> None:
    def paper(total: str) -> dict[str, Any]:
        one = column("(1)", {"x": (total, "***", "5.0")}, N="100")
        two = column("(2)", {"x": ("0.512", "***", "4.0")}, "m", N="100")
        three = column("(3)", {"x": ("0.401", "***", "3.0"), "m": ("0.813", "***", "6.0")}, N="100")
        return models(one, two, three)

    assert worst(paper("0.817"), "mediation") == "consistent"
    assert worst(paper("0.917"), "mediation") == "inconsistent"


def test_brackets_are_told_from_the_stars() -> None:
    terms = {f"x{i}": (f"{i}.50", "***", f"{i + 5}.10") for i in range(1, 7)}
    found = regio.audit(models(column("(1)", terms, N="200"), note="Standard errors in parentheses."), checks=("brackets",)).judgements
    assert [(j.verdict, j.computed) for j in found] == [("inconsistent", "t")]
    assert (
        "t-statistics"
        in regio.audit(models(column("(1)", terms, N="200"), note="Standard errors in parentheses."), checks=("brackets",)).findings["note"].iloc[0]
    )


def test_coupling_degree_of_intervals() -> None:
    assert degree([Interval(0.2, 0.2), Interval(0.8, 0.8)]).holds(0.8)
    assert degree([Interval(0.2, 0.5), Interval(0.4, 0.8)]).high == 1.0


def test_no_check_reads_the_name_of_a_paper() -> None:
    for file in (Path(regio.__file__).parent / "auditing").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"[\"']00[0-3][\"'.]|paper\.name ==", source), file


@pytest.mark.parametrize("name", [*CHECKS, JOINT])
def test_every_check_keeps_the_protocol(name: str) -> None:
    module = check(name)
    assert isinstance(module.KINDS, tuple)
    assert callable(module.run)
    assert known(f"audit.check.{name}")
    assert known(f"audit.formula.{name}")
    assert f"`{name}`" in (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")


def test_frame_summary_and_exhibits() -> None:
    found = regio.audit(rows("weights", *REVERSED))
    assert list(COLUMNS) == list(found.findings.columns)
    assert found.summary["inconsistent"].sum() == found.inconsistent == 2
    assert found.findings["id"].iloc[0] == "p-1"
    for language in LANGUAGES:
        for table in found.exhibits():
            assert typeset(table, language).title in html(typeset(table, language))
    stored = found.to_dict()
    assert {"en", "zh"} == set(stored["findings"][0]["note"])
    assert "T/a/weight" in found.suspects["where"].tolist()
