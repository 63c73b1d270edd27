"""Checks of tests, components, decompositions, transitions, whole numbers, classes and nested columns: numbers that can be, and one that cannot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from simulated_papers import Printer, fit, model, panel

import regio
from regio.auditing.checks.tests import p_values
from regio.auditing.checks.whole_numbers import binary_sd, has_sd, whole_sums
from regio.auditing.evidence import errors_of, nested_errors
from regio.auditing.joint import Parameter, Predicted, System, Target, bounds, jacobian
from regio.auditing.look import Look
from regio.auditing.numbers import Interval, parse
from regio.auditing.paper import Paper, PaperTable, Sample

Rows = Sequence[Mapping[str, str]]


def verdicts(kind: str, rows: Rows, check: str, **values: str) -> dict[str, str]:
    table = {"id": "T", "kind": kind, "rows": list(rows), **values}
    return {j.where.removeprefix("T/"): j.verdict for j in regio.audit({"paper": "p", "tables": [table]}, checks=(check,)).judgements}


def interval(text: str) -> Interval:
    number = parse(text)
    assert number is not None
    return number.interval()


@pytest.mark.parametrize(
    ("statistic", "df", "p"),
    [("5.99", "2", "0.050"), ("4.00", "2, 30", "0.029"), ("2.042", "30", "0.050"), ("1.96", "", "0.050"), ("26.579", "1", "0.000")],
)
def test_p_of_a_test_by_the_distributions_that_have_such_degrees_of_freedom(statistic: str, df: str, p: str) -> None:
    row = {"test": "a", "statistic": statistic, "p": p} | ({"df": df} if df else {})
    assert verdicts("tests", [row], "tests") == {"a/p": "consistent"}
    assert verdicts("tests", [row | {"p": "0.400"}], "tests") == {"a/p": "inconsistent"}


def test_a_named_distribution_is_the_only_one_and_one_side_is_a_condition() -> None:
    row = {"test": "a", "statistic": "5.99", "df": "2", "p": "0.050"}
    assert verdicts("tests", [row | {"distribution": "t"}], "tests") == {"a/p": "inconsistent"}
    assert verdicts("tests", [{"test": "a", "statistic": "1.645", "p": "0.050"}], "tests") == {"a/p": "consistent_if"}
    assert verdicts("tests", [row | {"df": "1, 2, 3"}], "tests") == {"a/p": "not_checkable"}
    assert {"chi2", "t", "z"} == set(p_values(Interval(1.0, 1.0), [3.0]))


def test_p_of_the_f_of_a_column() -> None:
    one = {"col": "(1)", "dependent": "y", "terms": [{"var": "x", "coef": "1.0", "paren": "2.0"}], "N": "100", "F": "4.00", "p_F": "0.048"}

    def table(p: str) -> dict[str, Any]:
        return {"paper": "p", "tables": [{"id": "T", "kind": "regression", "models": [one | {"p_F": p}]}]}

    assert [j.verdict for j in regio.audit(table("0.048"), checks=("tests",)).judgements] == ["consistent"]
    assert [j.verdict for j in regio.audit(table("0.900"), checks=("tests",)).judgements] == ["consistent_if"]


COMPONENTS = [("1", "3.338", "0.417", "0.417"), ("2", "1.720", "0.215", "0.632"), ("3", "1.226", "0.153", "0.786"), ("4", "0.869", "0.109", "0.894")]


def components(rows: Sequence[tuple[str, ...]]) -> dict[str, str]:
    return verdicts("components", [dict(zip(("component", "eigenvalue", "share", "cumulative"), row, strict=True)) for row in rows], "components")


def test_components() -> None:
    assert set(components(COMPONENTS).values()) == {"consistent"}
    assert components([COMPONENTS[0], ("2", "1.720", "0.255", "0.632"), *COMPONENTS[2:]])["2/share"] == "inconsistent"
    assert components([*COMPONENTS[:3], ("4", "0.869", "0.109", "0.984")])["4/cumulative"] == "inconsistent"
    assert components([("1", "1.0", "", ""), ("2", "2.0", "", "")])["2/eigenvalue"] == "inconsistent"


def test_decomposition() -> None:
    row = {"name": "2010", "total": "0.149", "within": "0.042", "between": "0.041", "transvariation": "0.067"}
    shares = {"within_share": "28.0%", "between_share": "27.4%", "transvariation_share": "44.6%"}
    assert set(verdicts("decomposition", [row | shares], "decomposition").values()) == {"consistent"}
    assert verdicts("decomposition", [row | {"between": "0.014"}], "decomposition")["2010/total"] == "inconsistent"
    assert verdicts("decomposition", [row | shares | {"within_share": "82.0%"}], "decomposition")["2010/within_share"] == "inconsistent"
    two = {k: v for k, v in row.items() if k != "transvariation"}
    assert verdicts("decomposition", [two], "decomposition") == {"2010/total": "consistent_if"}
    assert verdicts("decomposition", [two | {"total": "0.060"}], "decomposition") == {"2010/total": "inconsistent"}


def test_transitions() -> None:
    rows = [{"from": "low", "to": to, "p": p, "n": "16"} for to, p in (("1", "0.500"), ("2", "0.312"), ("3", "0.188"))]
    assert set(verdicts("transitions", rows, "transitions").values()) == {"consistent"}
    wrong = [*rows[:2], rows[2] | {"p": "0.198"}]
    found = verdicts("transitions", wrong, "transitions")
    assert (found["low"], found["low/3"], found["low/1"]) == ("inconsistent", "inconsistent", "consistent")


def test_the_classes_bound_the_mean() -> None:
    rows = [{"interval_printed": i, "type": t, "n": n} for i, t, n in (("[0,0.5)", "low", "10"), ("[0.5,1]", "high", "10"))]
    assert verdicts("classes", rows, "class_means", overall="0.400") == {"overall": "consistent"}
    assert verdicts("classes", rows, "class_means", overall="0.200") == {"overall": "inconsistent"}


@pytest.mark.parametrize(("mean", "sd", "n", "exists"), [("5.23", "2.55", 35, False), ("5.23", "2.55", 31, True), ("0.03", "0.18", 200, True)])
def test_examples_of_grimmer(mean: str, sd: str, n: int, exists: bool) -> None:
    """Those of scrutiny's manual and of its news."""
    assert exists == any(has_sd(k, interval(sd), n) for k in whole_sums(interval(mean), n))


@pytest.mark.parametrize(("mean", "sd", "n", "exists"), [("0.35", "0.18", 20, False), ("0.36", "0.11", 20, False), ("0.50", "0.503", 100, True)])
def test_examples_of_debit(mean: str, sd: str, n: int, exists: bool) -> None:
    """Those of scrutiny's manual, vignette and news."""
    sds = [s for k in whole_sums(interval(mean), n) if (s := binary_sd(k, n)) is not None]
    assert exists == any(interval(sd).meets(s) for s in sds)
    row = {"var": "d", "n": str(n), "mean": mean, "sd": sd, "domain": "binary"}
    assert exists == (set(verdicts("descriptives", [row], "whole_numbers").values()) == {"consistent"})


@pytest.mark.parametrize("seed", range(40))
def test_samples_of_whole_numbers_pass(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 120))
    values = rng.integers(0, 2, n) if seed % 2 else rng.poisson(6, n)
    row = {"var": "v", "n": str(n), "mean": f"{values.mean():.3f}", "sd": f"{values.std(ddof=1):.3f}", "domain": "binary" if seed % 2 else "whole"}
    assert set(verdicts("descriptives", [row], "whole_numbers").values()) == {"consistent"}


def stepwise(seed: int, errors: str = "classical", effects: str = "region", bracket: str = "t") -> Paper:
    units, periods, k = 20, 8, 4
    x, _, y, unit = panel(seed, units, periods, k)
    names = [f"x{i + 1}" for i in range(k)]
    out = Printer(4, "half_up")
    models = tuple(model(f"({j + 1})", "y", names[: j + 1], fit(y, x[:, : j + 1], unit, periods, effects, errors), out, bracket) for j in range(k))
    note = "t-statistics in parentheses" if bracket == "t" else "standard errors in parentheses"
    return Paper("p", sample=Sample("province", units, 2001, 2008), tables=(PaperTable("T", "regression", note=note, models=models),))


@pytest.mark.parametrize("effects", ["pooled", "region", "both"])
@pytest.mark.parametrize("bracket", ["t", "se"])
def test_standard_errors_of_nested_columns_follow_where_they_are_conventional(effects: str, bracket: str) -> None:
    paper = stepwise(3, effects=effects, bracket=bracket)
    table, look = paper.tables[0], Look(paper)
    for first, second, added in zip(table.models, table.models[1:], ("x2", "x3", "x4"), strict=False):
        for computed, printed in nested_errors(look, table, first, second, added).values():
            assert computed.meets(printed)
            assert computed.width < 0.2 * computed.middle
    assert errors_of(look, table).conventional
    assert {"consistent"} == {j.verdict for j in regio.audit(paper, checks=("nested_errors", "nested_several")).judgements}
    robust = stepwise(3, "cluster", effects, bracket)
    assert not errors_of(Look(robust), robust.tables[0]).conventional


def test_a_bracket_that_the_columns_before_contradict() -> None:
    paper = stepwise(3)
    table = paper.tables[0]
    last = table.models[-1]
    term = last.terms[0]
    spoilt = replace(last, terms=(replace(term, paren=f"{float(term.paren) + 1:.4f}"), *last.terms[1:]))
    changed = replace(paper, tables=(replace(table, models=(*table.models[:-1], spoilt)),))
    found = regio.audit(changed)
    assert ("nested_errors", "T/(4)/x1") in {(j.check, j.where) for j in found.of("inconsistent")}
    assert found.suspects["where"].iloc[0] == "T/(4)/x1"


def test_r2_cannot_fall_when_terms_are_added() -> None:
    paper = stepwise(4)
    table = paper.tables[0]
    low = replace(table.models[-1], values={**table.models[-1].values, "R2": "0.0001"})
    changed = replace(paper, tables=(replace(table, models=(*table.models[:-1], low)),))
    assert "inconsistent" in {j.verdict for j in regio.audit(changed, checks=("nested_several",)).judgements}


def test_f_is_at_least_the_largest_squared_t_over_k() -> None:
    terms = [{"var": "x", "coef": "1.0", "stars": "***", "paren": "6.0"}, {"var": "z", "coef": "1.0", "paren": "1.0"}]

    def found(f: str, effects: Mapping[str, str]) -> list[str]:
        one = {"col": "(1)", "dependent": "y", "terms": terms, "F": f, "effects": dict(effects)}
        paper = {"paper": "p", "tables": [{"id": "T", "kind": "regression", "note": "t-statistics in parentheses", "models": [one]}]}
        return [j.verdict for j in regio.audit(paper, checks=("one_regressor",)).judgements]

    assert [found("20.0", {}), found("15.0", {}), found("15.0", {"year": "Yes"})] == [["consistent"], ["inconsistent"], ["consistent_if"]]


def test_one_row_that_leaves_the_form_that_the_others_show() -> None:
    rows = []
    for i, (a, b) in enumerate([(0.2, 0.7), (0.3, 0.8), (0.1, 0.5), (0.4, 0.9), (0.6, 0.2)]):
        c, t = 2 * math.sqrt(a * b) / (a + b), (a + b) / 2
        numbers = zip(("u1", "u2", "c", "t", "d"), (a, b, c, t, math.sqrt(c * t)), strict=True)
        rows.append({"unit": f"r{i}"} | {k: f"{v:.3f}" for k, v in numbers})
    assert set(verdicts("coupling", rows, "coupling").values()) == {"consistent"}
    rows[1]["u1"] = "0.500"
    assert verdicts("coupling", rows, "coupling")["r1/c"] == "inconsistent"
    assert verdicts("coupling", rows[:2], "coupling")["r1/c"] == "consistent_if"


def test_many_sets_of_parameters_at_once_and_bounds_of_a_number() -> None:
    """X in [0.5, 1.5] and x + y in [2.5, 3.5] leave y between 1 and 3."""
    targets = (Target("x", "1", Interval(0.5, 1.5)), Target("x+y", "3", Interval(2.5, 3.5)))

    def predict(v: np.ndarray) -> np.ndarray:
        return np.array([v[0], v[0] + v[1], v[1]])[: len(targets)]

    system = System(("x", "y"), np.array([1.0, 2.0]), np.ones(2), targets, predict, lambda v: np.stack([v[:, 0], v[:, 0] + v[:, 1]], axis=1))
    slow = replace(system, many=None)
    assert np.allclose(jacobian(system, system.start), jacobian(slow, system.start))
    for quantity in (Parameter(1), lambda v: float(v[1])):
        range_ = bounds(system, system.start, quantity)
        assert (range_.low, range_.high) == pytest.approx((1.0, 3.0), abs=1e-6)
    assert bounds(system, system.start, Predicted(system, 0)).high == pytest.approx(1.5)
