"""The four papers, the cases with a known verdict (E21), and examples that other checkers publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from scipy import special

import regio
from regio.auditing.checks.group_means import _sizes
from regio.auditing.checks.percentages import _counts
from regio.auditing.inference import two_sided
from regio.auditing.numbers import Interval, parse
from regio.auditing.result import Audit

VERDICT = {"pass": "consistent", "fail": "inconsistent"}


def verdicts(paper: Mapping[str, Any], check: str) -> list[str]:
    return [j.verdict for j in regio.audit(paper, checks=(check,)).judgements]


@pytest.fixture(scope="module")
def cases(reference: Path) -> dict[str, dict[str, Any]]:
    stored = json.loads((reference / "indices" / "e21_audit_cases.json").read_text(encoding="utf-8"))["cases"]
    return {case["rule"]: case for case in stored}


def expected(case: Mapping[str, Any]) -> str:
    return VERDICT[case["verdict"].split()[0].strip(":")]


def claim(values: list[dict[str, str]], quote: str = "", kind: str = "number", about: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": "e.c1", "kind": kind, "quote": quote, "values": values, "about": list(about)}


def test_weights_of_an_index(cases: dict[str, dict[str, Any]]) -> None:
    case = cases["weights of an index sum to one"]
    rows = [{"indicator": f"i{i}", "weight": f"{w:.4f}"} for i, w in enumerate(case["printed"])]
    found = regio.audit({"paper": "e", "tables": [{"id": "T", "kind": "weights", "rows": rows}]}, checks=("weights",)).judgements
    assert [expected(case)] == [j.verdict for j in found]
    assert f"i{case['repair']['position']}" in found[0].note.values["cell"]
    assert f"{case['repair']['digit_slip']:.4f}" == found[0].note.values["instead"]


def test_vif_table(cases: dict[str, dict[str, Any]]) -> None:
    mean, inverse, limit = (cases[k] for k in ("mean of printed values", "1/VIF", "threshold statement"))
    rows = [
        {"var": f"x{i}", "vif": f"{v:.2f}", "inverse_vif": f"{w:.3f}"} for i, (v, w) in enumerate(zip(mean["printed_values"], inverse["printed"], strict=True))
    ]
    table = {"id": "T", "kind": "vif", "mean_vif": f"{mean['printed_mean']:.2f}", "rows": rows}
    said = claim([{"name": "threshold", "printed": "5"}], "the mean VIF is under 5, so there is no collinearity", about=("T",))
    paper = {"paper": "e", "tables": [table], "claims": [said]}
    assert {expected(mean), expected(inverse)} == set(verdicts(paper, "vif"))
    assert [expected(limit)] == verdicts(paper, "limits")


def test_descriptives(cases: dict[str, dict[str, Any]]) -> None:
    share, order = cases["share cannot exceed one"], cases["max not below mean"]
    rows = [
        {"var": "urb", "max": str(share["printed"]["max"]), "domain": "proportion"},
        {"var": "lned", "mean": str(order["printed"]["mean"]), "max": str(order["printed"]["max"])},
    ]
    paper = {"paper": "e", "tables": [{"id": "T", "kind": "descriptives", "rows": rows}]}
    assert [expected(share)] == verdicts(paper, "proportions")
    assert [expected(order)] == verdicts(paper, "order")


def test_sample_and_percentages(cases: dict[str, dict[str, Any]]) -> None:
    size, share = cases["observations = units x periods"], cases["percent of n (granularity)"]
    sample = {"units": size["units"], "first_period": 2017, "last_period": 2016 + size["periods"]}
    table = {"id": "T", "kind": "descriptives", "rows": [{"var": "y", "n": str(size["printed"])}]}
    assert [expected(size)] == verdicts({"paper": "e", "sample": sample, "tables": [table]}, "sample_size")
    values = [{"name": f"share_{i}", "printed": f"{v}%", "of": "units"} for i, v in enumerate(share["printed"])]
    found = regio.audit({"paper": "e", "sample": {"units": share["n"]}, "claims": [claim(values)]}, checks=("percentages",)).judgements
    assert {expected(share)} == {j.verdict for j in found}
    assert [f"{k}/{share['n']}" for k in share["counts"]] == [j.computed for j in found]
    wrong = [{"name": "share", "printed": "38.41%", "of": "units"}]
    assert verdicts({"paper": "e", "sample": {"units": 26}, "claims": [claim(wrong)]}, "percentages") == ["inconsistent"]


def test_growth(cases: dict[str, dict[str, Any]]) -> None:
    change = cases["relative change"]
    values = [
        {"name": "increase_X3", "printed": f"{change['printed']}%"},
        {"name": "q_X3_2016", "printed": str(change["from"])},
        {"name": "q_X3_2023", "printed": str(change["to"])},
    ]
    assert [expected(change)] == verdicts({"paper": "e", "claims": [claim(values)]}, "growth")
    rates = cases["growth against levels"]
    for printed, verdict in zip(rates["printed"], rates["verdict"], strict=True):
        values = [{"name": f"sales_{year}", "printed": str(x), "unit": "million units"} for year, x in rates["levels"].items()]
        values.append({"name": "sales_growth_2023", "printed": f"{printed}%"})
        assert [VERDICT[verdict]] == verdicts({"paper": "e", "claims": [claim(values)]}, "growth")


def test_wholes_and_shares(cases: dict[str, dict[str, Any]]) -> None:
    ten, level = cases["factor of ten"], cases["level against share"]
    values = [
        {"name": "global_sales_2023", "printed": str(ten["printed"]), "unit": "million units"},
        {"name": "sales_2023", "printed": "9.495", "unit": "million units"},
    ]
    found = regio.audit({"paper": "e", "claims": [claim(values)]}, checks=("parts",)).judgements
    assert [expected(ten)] == [j.verdict for j in found]
    assert found[0].note.code == "audit.note.whole_tenfold"
    facts = [{"subject": "global_sales", "period": "2023", "printed": str(ten["implied_by_parts"][1]), "unit": "million units"}]
    found = regio.audit({"paper": "e", "claims": [claim(values)], "facts": facts}, checks=("growth",)).judgements
    assert [(j.verdict, j.note.values.get("factor")) for j in found] == [("inconsistent", "10")]
    values = [
        {"name": "sales_2016", "printed": f"{level['sales']}", "unit": "million units"},
        {"name": "sales_share_2016", "printed": f"{level['share_percent']}%", "subject": "sales", "period": "2016", "measure": "share", "of": "all_sales"},
    ]
    facts = [{"subject": "all_sales", "period": "2016", "printed": str(level["known_total"]), "unit": "million units"}]
    assert [expected(level)] == verdicts({"paper": "e", "claims": [claim(values)], "facts": facts}, "parts")


def test_groups(cases: dict[str, dict[str, Any]]) -> None:
    case, said = cases["group means reconcile with overall mean"], cases["abstract agrees with numbers"]
    rows = [{"group": "overall", "period": str(p), "mean": str(m)} for p, m in zip((2012, 2023), case["overall"], strict=True)]
    rows += [{"group": g, "period": str(p), "mean": str(m)} for g, pair in case["groups"].items() for p, m in zip((2012, 2023), pair, strict=True)]
    quote = "east and west lead, the centre catches up"
    paper = {
        "paper": "e",
        "sample": {"units": case["n"]},
        "tables": [{"id": "T", "kind": "group_means", "rows": rows}],
        "claims": [claim([], quote, "qualitative")],
    }
    found = regio.audit(paper, checks=("group_means",)).judgements
    assert [expected(case)] * 2 == [j.verdict for j in found]
    sizes = case["integer_solutions_east_centre_west"][0][:3]
    assert tuple(f"{g} {n}" for g, n in zip(case["groups"], sizes, strict=True)) == found[1].note.values["sizes"]
    assert [expected(said)] == verdicts(paper, "rankings")


def test_grades(cases: dict[str, dict[str, Any]]) -> None:
    case = cases["label belongs to the grade table"]
    names = [name.strip() for name in case["grades"].removesuffix(" coordination").split(",")]
    names = ["extreme disorder", "serious disorder", "moderate disorder", *names[3:5], *(f"{n} coordination" for n in names[5:])]
    rows = [{"interval_printed": f"[{i / 10},{(i + 1) / 10})", "type": name} for i, name in enumerate(names)]
    paper = {
        "paper": "e",
        "tables": [{"id": "T", "kind": "classes", "rows": rows}],
        "claims": [claim([], f"Gansu was in a {case['printed']} state", "listing", ("T",))],
    }
    assert [expected(case)] == verdicts(paper, "grades")


@pytest.fixture(scope="module")
def audits(reference: Path) -> dict[str, Audit]:
    return {f.stem: regio.audit(f) for f in sorted((reference / "published").glob("00*.json"))}


def test_the_inconsistencies_of_the_four_papers(audits: dict[str, Audit]) -> None:
    found = {name: {(j.check, j.where) for j in a.of("inconsistent")} for name, a in audits.items()}
    assert {
        ("weights", "T1/sum"),
        ("order", "T3/lnED/max"),
        ("proportions", "T3/urb/max"),
        ("stars", "T7/(3)/digital"),
        ("brackets", "T9"),
        ("errors", "T6"),
        ("errors", "T7"),
        ("errors", "T8"),
        ("estimator", "T11/(1)"),
        ("limits", "000.c038/threshold"),
        ("quotes", "000.c032/max_lnED"),
        ("quotes", "000.c056/indirect"),
    } == found["000"]
    assert set() == found["001"]
    assert {("parts", "002.c017/global_nev_sales_2023")} == found["002"]
    assert {("rankings", "003.c002"), ("rankings", "003.c041"), ("grades", "003.c034/mild coordination")} == found["003"]
    assert all(len(a.of("consistent")) > 5 * a.inconsistent for a in audits.values())


def test_what_the_degrees_of_freedom_tell(audits: dict[str, Audit]) -> None:
    shown = {j.where: j.computed for j in audits["000"].judgements if j.check == "estimator"}
    assert {"region"} == {v for k, v in shown.items() if k.startswith(("T6", "T8", "T9", "T11", "T12"))}
    assert {"pooled"} == {v for k, v in shown.items() if k.startswith("T7")}
    dated = [j for j in audits["003"].judgements if j.check == "group_means"]
    assert [j.verdict for j in dated] == ["consistent_if", "consistent"]


def test_numbers_of_paper_000_hold_where_they_should(audits: dict[str, Audit]) -> None:
    counts = audits["000"].summary["consistent"]
    assert {k: int(counts[k]) for k in ("correlations", "vif", "vif_correlations", "nested", "f_r2", "mediation", "constant", "adjusted_r2")} == {
        "correlations": 21,
        "vif": 7,
        "vif_correlations": 6,
        "nested": 7,
        "f_r2": 14,
        "mediation": 14,
        "constant": 13,
        "adjusted_r2": 3,
    }
    assert (counts["margins"], counts["margin_errors"]) == (7, 12)  # Table 7: slopes and R² of column (1), errors of columns (1) and (2)


def test_joint_feasibility_of_the_pooled_block(reference: Path) -> None:
    """99 numbers of Tables 3, 4, 5 and 7 come back from one set of moments, and the coefficient that rounding took away is bounded."""
    paper = json.loads((reference / "published" / "000.json").read_text(encoding="utf-8"))
    paper["tables"] = [t for t in paper["tables"] if t["id"] in ("T3", "T4", "T5", "T7")]
    found = regio.audit(paper, checks=("joint",)).judgements
    assert (found[0].verdict, found[0].printed) == ("consistent", "99")
    assert float(found[0].computed) <= 1
    bound = next(j for j in found if j.where == "T7/(1)/gdp")
    low, high = (float(x.replace("−", "-")) for x in bound.computed.strip("[]").split(", "))
    assert -0.0005 < low < high < 0


def test_joint_feasibility_names_a_cell_that_was_changed(reference: Path) -> None:
    """r(urb, open) is printed 0.717."""
    paper = json.loads((reference / "published" / "000.json").read_text(encoding="utf-8"))
    paper["tables"] = [t for t in paper["tables"] if t["id"] in ("T3", "T4", "T5", "T7")]
    cell = next(e for t in paper["tables"] for e in t.get("entries", []) if (e["row"], e["col"]) == ("urb", "open"))
    cell["r"] = "0.731"
    found = regio.audit(paper, checks=("joint",)).of("inconsistent")
    assert [j.where for j in found] == ["joint/pooled", "T4/urb/open"]
    low, high = (float(x) for x in found[1].computed.strip("[]").split(", "))
    assert low < 0.7175 < 0.731
    assert high < 0.725


@pytest.mark.parametrize(
    ("t", "df", "p", "agrees"),
    [("2.20", 28, ".06", False), ("1.20", 28, ".03", False), ("2.90", 97.7, "0.005", True), ("-1.96", 97.2, "0.152", False), ("1", 100, "<0.001", False)],
)
def test_examples_of_statcheck(t: str, df: float, p: str, agrees: bool) -> None:
    """Cases of statcheck's tests for decision errors, of its manual (t(100) = 1, p < 0.001) and of metacheck's example."""
    statistic, printed = parse(t), parse(p)
    assert statistic is not None
    assert printed is not None
    range_ = two_sided(statistic.interval(), df)
    exact = Interval(2 * float(special.stdtr(df, -abs(statistic.interval()).high)), range_.high)  # Student's t only, as statcheck has it
    assert agrees == exact.meets(printed.interval())


@pytest.mark.parametrize(("z", "p", "verdict"), [("1.20", ".03", "consistent_if"), ("2.20", ".06", "consistent_if"), ("2.20", ".028", "consistent")])
def test_z_and_p(z: str, p: str, verdict: str) -> None:
    row = {"effect": "indirect", "coef": "1.00", "z": z, "p": p}
    assert [verdict] == verdicts({"paper": "e", "tables": [{"id": "T", "kind": "bootstrap", "rows": [row]}]}, "bootstrap")


@pytest.mark.parametrize(
    ("mean", "n", "exists"), [("7.22", 32, True), ("4.74", 25, False), ("5.23", 29, False), ("2.57", 24, False), ("5.19", 28, False), ("5.18", 28, True)]
)
def test_examples_of_scrutiny(mean: str, n: int, exists: bool) -> None:
    """GRIM: means of n whole numbers; the first four of scrutiny's pigs1, the last two of Brown and Heathers. A percentage of units is the same test."""
    number = parse(mean)
    assert number is not None
    whole = int(number.value)
    fraction = number.interval() - float(whole)
    assert exists == bool(_counts(fraction, n))
    assert len(_sizes(26, 3)) == 300
