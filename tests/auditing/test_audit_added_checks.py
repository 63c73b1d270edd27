"""Checks of joint F, errors of constants, bootstrap errors, turning points and marginal effects: numbers of other programs hold, a changed digit is found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS
from scipy import stats

import regio
from regio.auditing.checks.bootstrap_errors import band, kurtosis_of_product
from regio.auditing.checks.constant_error import bounds
from regio.auditing.checks.tests import p_of_f
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, Paper, Term
from regio.auditing.products import products

STARS = "*** p<0.01, ** p<0.05, * p<0.1; standard errors in parentheses"
NEW = ("added_terms", "constant_error", "turning_points", "marginal_effects", "bootstrap_errors")


def audit(paper: Mapping[str, Any], *checks: str) -> dict[str, Judgement]:
    return {j.where: j for j in regio.audit({"paper": "p", **paper}, checks=checks or NEW).judgements}


def verdicts(paper: Mapping[str, Any], *checks: str) -> dict[str, str]:
    return {where: j.verdict for where, j in audit(paper, *checks).items()}


def stars(p: float) -> str:
    return "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""


def fitted(y: np.ndarray, columns: Mapping[str, np.ndarray]) -> Any:
    return sm.OLS(y, sm.add_constant(pd.DataFrame(columns))).fit()


def model(col: str, fit: Any, dependent: str = "y", digits: int = 4, **values: str) -> dict[str, Any]:
    """A column as statsmodels gives it."""
    terms = [
        {
            "var": "_cons" if v == "const" else v,
            "coef": f"{fit.params[v]:.{digits}f}",
            "stars": stars(float(fit.pvalues[v])),
            "paren": f"{fit.bse[v]:.{digits}f}",
        }
        for v in [*fit.params.index[1:], "const"]
    ]
    printed = {"N": str(int(fit.nobs)), "R2": f"{fit.rsquared:.4f}", "F": f"{fit.fvalue:.3f}", "rmse": f"{math.sqrt(fit.mse_resid):.4f}"}
    return {"col": col, "dependent": dependent, "terms": terms, **printed, **values}


def described(columns: Mapping[str, np.ndarray], digits: int = 4) -> dict[str, Any]:
    numbers = {"mean": np.mean, "median": np.median, "min": np.min, "max": np.max}
    rows = [
        {"var": v, "n": str(len(a)), "sd": f"{a.std(ddof=1):.{digits}f}"} | {k: f"{f(a):.{digits}f}" for k, f in numbers.items()} for v, a in columns.items()
    ]
    return {"id": "T1", "kind": "descriptives", "rows": rows}


@pytest.fixture(scope="module")
def sample() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    n = 160
    x = rng.normal(3.0, 1.0, n)
    z, w, v = 0.4 * x + rng.normal(2.0, 1.0, n), rng.normal(1.0, 0.5, n), rng.normal(size=n)
    return {"y": 1 + 0.8 * x + 0.3 * z - 0.5 * w + 0.2 * v + rng.normal(size=n), "x": x, "z": z, "w": w, "v": v}


def nested(sample: Mapping[str, np.ndarray], **change: str) -> dict[str, Any]:
    """Columns of one, two and four terms; the last prints what its two added terms do."""
    names = (["x"], ["x", "z"], ["x", "z", "w", "v"])
    fits = [fitted(sample["y"], {v: sample[v] for v in vs}) for vs in names]
    f, p, _ = fits[2].compare_f_test(fits[1])
    added = {"F_change": f"{f:.3f}", "p_change": f"{p:.4f}", "R2_change": f"{fits[2].rsquared - fits[1].rsquared:.4f}", "restricted": "(2)"} | change
    models = [model("(1)", fits[0]), model("(2)", fits[1]), model("(3)", fits[2], **added)]
    return {"tables": [{"id": "T4", "kind": "regression", "note": STARS, "models": models}]}


def test_f_change_is_that_of_statsmodels(sample: dict[str, np.ndarray]) -> None:
    found = audit(nested(sample), "added_terms")
    assert {"T4/(3)/F_change", "T4/(3)/p_change", "T4/(3)/R2_change"} == set(found)
    assert {"consistent"} == {j.verdict for j in found.values()}
    assert found["T4/(3)/F_change"].power is not None
    assert found["T4/(3)/F_change"].power > 0.5
    unnamed = nested(sample)
    del unnamed["tables"][0]["models"][2]["restricted"]
    assert {"consistent"} == set(verdicts(unnamed, "added_terms").values())


@pytest.mark.parametrize(
    ("cell", "text", "verdict"),
    [
        ("F_change", "98.000", "inconsistent"),
        ("p_change", "0.4000", "inconsistent"),
        ("R2_change", "0.5000", "inconsistent"),
        ("restricted", "(9)", "not_checkable"),
    ],
)
def test_a_changed_f_change_is_found(sample: dict[str, np.ndarray], cell: str, text: str, verdict: str) -> None:
    found = verdicts(nested(sample, **{cell: text}), "added_terms")
    assert verdict in found.values()
    if cell in ("p_change", "R2_change"):
        assert found[f"T4/(3)/{cell}"] == verdict


def test_f_change_of_other_errors_is_conditional(sample: dict[str, np.ndarray]) -> None:
    fits = [fitted(sample["y"], {v: sample[v] for v in vs}) for vs in (["x"], ["x", "z", "w"])]
    robust = fits[1].get_robustcov_results("HC1")
    wald = float(np.squeeze(robust.f_test(np.eye(4)[2:]).fvalue))
    models = [model("(1)", fits[0]), model("(2)", fits[1], F_change=f"{wald * 1.3:.3f}")]
    found = audit({"tables": [{"id": "T4", "kind": "regression", "note": STARS, "models": models}]}, "added_terms")["T4/(2)/F_change"]
    assert (found.verdict, found.assumption and found.assumption.code) == ("consistent_if", "audit.if.conventional")


@pytest.mark.parametrize("f", [0.02, 0.2, 1.0, 4.0, 20.0])
@pytest.mark.parametrize("q", [1, 3, 6])
def test_p_of_f_holds_every_number_of_degrees_of_freedom(f: float, q: int) -> None:
    """More degrees of freedom raise the p of a small F and lower that of a large one."""
    found = p_of_f(Interval(f, f), q, 7.0)
    ps = [float(stats.f.sf(f, q, df)) for df in (7, 9, 15, 40, 200, 5000)]
    assert all(found.low - 1e-4 <= p <= found.high + 1e-4 for p in ps)
    assert found.width < max(ps) - min(ps) + 1e-3


def panel(seed: int = 2, units: int = 12, periods: int = 8) -> tuple[pd.DataFrame, Any, Any]:
    """A panel, its pooled fit and PanelOLS with entity effects."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(units), periods), "time": np.tile(np.arange(periods), units)})
    effect = rng.normal(size=units)[frame["unit"]]
    frame["x"] = effect * 0.5 + rng.normal(2, 1, len(frame))
    frame["z"] = rng.normal(1, 1, len(frame))
    frame["y"] = 1 + frame["x"] - 0.4 * frame["z"] + effect + rng.normal(size=len(frame))
    indexed = frame.set_index(["unit", "time"])
    return (
        frame,
        fitted(frame["y"].to_numpy(), {v: frame[v].to_numpy() for v in "xz"}),
        PanelOLS(indexed["y"], sm.add_constant(indexed[["x", "z"]]), entity_effects=True).fit(),
    )


def within_terms(within: Any, *names: str) -> list[dict[str, str]]:
    return [
        {
            "var": "_cons" if v == "const" else v,
            "coef": f"{within.params[v]:.4f}",
            "stars": stars(float(within.pvalues[v])),
            "paren": f"{within.std_errors[v]:.4f}",
        }
        for v in names
    ]


def effects_paper(r2: str, statistic: str, **more: str) -> dict[str, Any]:
    """The poolability test of linearmodels as a row; R2 of the second column: with the effects (inclusive), or within."""
    frame, pooled, within = panel()
    df = int(within.df_resid)
    terms = within_terms(within, "x", "z")
    shown = {"inclusive": within.rsquared_inclusive, "within": within.rsquared_within}[r2]
    two = {"col": "(2)", "dependent": "y", "terms": terms, "N": str(len(frame)), "R2": f"{shown:.6f}", "effects": {"province": "Yes"}}
    adjusted = 1 - (1 - shown) * (len(frame) - 1) / df
    two |= {"R2_adj": f"{adjusted:.6f}", "rmse": f"{math.sqrt(float(within.s2)):.5f}"} if r2 == "inclusive" else {"R2_adj": f"{adjusted:.6f}"}
    one = model("(1)", pooled, R2=f"{pooled.rsquared:.6f}", R2_adj=f"{pooled.rsquared_adj:.6f}", rmse=f"{math.sqrt(pooled.mse_resid):.5f}")
    if r2 == "within":
        del one["rmse"]
    row = {"test": "fixed effects", "statistic": statistic, "p": f"{within.f_pooled.pval:.4f}", "restricted": "T4/(1)", "unrestricted": "T4/(2)", **more}
    return {
        "sample": {"units": 12, "first_period": 2001, "last_period": 2008},
        "tables": [{"id": "T4", "kind": "regression", "note": STARS, "models": [one, two]}, {"id": "T5", "kind": "tests", "rows": [row]}],
    }


def test_f_of_fixed_effects_is_that_of_linearmodels() -> None:
    _, _, within = panel()
    f, df = within.f_pooled.stat, f"{within.f_pooled.df}, {within.f_pooled.df_denom}"
    found = verdicts(effects_paper("inclusive", f"{f:.3f}", df=df), "added_terms", "tests")
    assert found == {"T5/fixed effects/df": "consistent", "T5/fixed effects/statistic": "consistent", "T5/fixed effects/p": "consistent"}
    wrong = verdicts(effects_paper("inclusive", f"{f * 2:.3f}", df="11, 90"), "added_terms")
    assert wrong == {"T5/fixed effects/df": "consistent_if", "T5/fixed effects/statistic": "consistent_if"}
    bare = audit(effects_paper("within", f"{f:.3f}"), "added_terms", "tests")
    assert bare["T5/fixed effects/statistic"].verdict == "consistent_if"
    assert bare["T5/fixed effects/statistic"].assumption is not None
    assert bare["T5/fixed effects/statistic"].assumption.code == "audit.if.one_total"


def chow(statistic: str, **more: str) -> dict[str, Any]:
    """One column for all rows against one for each of two groups, by residual SDs."""
    frame, pooled, _ = panel()
    halves = [frame[frame["unit"] < 6], frame[frame["unit"] >= 6]]
    parts = [fitted(h["y"].to_numpy(), {v: h[v].to_numpy() for v in "xz"}) for h in halves]
    models = [model("(1)", pooled, digits=5), model("east", parts[0], digits=5), model("west", parts[1], digits=5)]
    row = {"test": "Chow", "statistic": statistic, "p": "", "restricted": "T4/(1)", "unrestricted": "T4/east, T4/west"} | more
    return {"tables": [{"id": "T4", "kind": "regression", "note": STARS, "models": models}, {"id": "T5", "kind": "tests", "rows": [row]}]}


def test_poolability_by_groups_is_that_of_a_joint_test() -> None:
    """The same F as of interactions with a group dummy."""
    frame, pooled, _ = panel()
    west = (frame["unit"] >= 6).astype(float).to_numpy()
    x, z = frame["x"].to_numpy(), frame["z"].to_numpy()
    f, p, q = fitted(frame["y"].to_numpy(), {"x": x, "z": z, "d": west, "dx": west * x, "dz": west * z}).compare_f_test(pooled)
    assert q == 3
    found = verdicts(chow(f"{f:.2f}", p=f"{p:.3f}"), "added_terms", "tests")
    assert found == {"T5/Chow/statistic": "consistent", "T5/Chow/p": "consistent"}
    assert verdicts(chow(f"{f * 3:.2f}", p=f"{p:.3f}"), "added_terms")["T5/Chow/p"] == "inconsistent"
    assert verdicts(chow(f"{f:.2f}", p="0.100", unrestricted="T4/east, T4/none"), "added_terms") == {"T5/Chow/statistic": "not_checkable"}


@pytest.mark.parametrize("names", [["x"], ["x", "z"], ["x", "z", "w"]])
@pytest.mark.parametrize("correlated", [True, False])
def test_error_of_a_constant_is_that_of_statsmodels(sample: dict[str, np.ndarray], names: list[str], correlated: bool) -> None:
    steps = [names[: i + 1] for i in range(len(names))]
    fits = [fitted(sample["y"], {v: sample[v] for v in vs}) for vs in steps]
    shown = {"y": sample["y"], **{v: sample[v] for v in names}}
    tables: list[dict[str, Any]] = [described(shown)]
    if correlated:
        labels = list(shown)
        r = np.corrcoef(np.array(list(shown.values())))
        tables.append(
            {
                "id": "T2",
                "kind": "correlations",
                "rows": [{"row": labels[i], "col": labels[j], "r": f"{r[i, j]:.4f}"} for i in range(len(labels)) for j in range(i)],
            }
        )
    models = [model(f"({i + 1})", f) for i, f in enumerate(fits)]
    paper = {
        "sample": {"units": 20, "first_period": 2001, "last_period": 2008},
        "tables": [*tables, {"id": "T4", "kind": "regression", "note": STARS, "models": models}],
    }
    found = audit(paper, "constant_error")
    assert {f"T4/({i + 1})/_cons" for i in range(len(names))} == set(found)
    assert {"consistent"} == {j.verdict for j in found.values()}
    assert found["T4/(1)/_cons"].power is not None
    assert found["T4/(1)/_cons"].power > 0.8  # one regressor: exact but for rounding
    models[-1]["terms"][-1] |= {"paren": f"{fits[-1].bse['const'] * 4:.4f}"}
    last = audit(paper, "constant_error")[f"T4/({len(names)})/_cons"]
    assert last.verdict in (("inconsistent",) if len(names) == 3 else ("inconsistent", "consistent_if"))


def test_error_of_a_constant_under_region_effects() -> None:
    """As xtreg prints it: the intercept of linearmodels with entity effects."""
    frame, _, within = panel()
    df = int(within.df_resid)
    values = {"N": str(len(frame)), "R2": f"{within.rsquared_within:.5f}", "rmse": f"{math.sqrt(float(within.s2)):.5f}", "effects": {"province": "Yes"}}
    values |= {"R2_adj": f"{1 - (1 - within.rsquared_within) * (len(frame) - 1) / df:.5f}"}
    terms = within_terms(within, "x", "z", "const")
    table = {"id": "T4", "kind": "regression", "note": STARS, "models": [{"col": "(1)", "dependent": "y", "terms": terms, **values}]}
    paper = {
        "sample": {"units": 12, "first_period": 2001, "last_period": 2008},
        "tables": [described({v: frame[v].to_numpy() for v in ("y", "x", "z")}), table],
    }
    assert verdicts(paper, "constant_error") == {"T4/(1)/_cons": "consistent"}
    terms[-1]["paren"] = "9.9999"
    assert verdicts(paper, "constant_error") == {"T4/(1)/_cons": "consistent_if"}


def test_bounds_of_a_quadratic_form_hold_for_every_correlation() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        k = int(rng.integers(1, 5))
        a = rng.normal(size=(k, k + 1))
        v, mean = a @ a.T, rng.normal(size=k)
        found = bounds([Interval(s, s) for s in np.abs(mean) * np.sqrt(np.diag(v))])
        assert found.low - 1e-9 <= math.sqrt(mean @ v @ mean) <= found.high + 1e-9


def mediated(seed: int, n: int, draws: int, factor: float = 1.0, error: str = "se") -> dict[str, Any]:
    """Three columns of statsmodels and the effects with a bootstrap of rows, whose errors are multiplied by a factor."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    m = 0.6 * x + rng.normal(size=n)
    y = 0.3 * x + 0.7 * m + rng.normal(size=n)
    fits = [fitted(y, {"x": x}), fitted(m, {"x": x}), fitted(y, {"x": x, "m": m})]
    drawn = []
    for _ in range(draws):
        i = rng.integers(0, n, n)
        one = np.column_stack([np.ones(n), x[i]])
        a = np.linalg.lstsq(one, m[i], rcond=None)[0][1]
        b = np.linalg.lstsq(np.column_stack([one, m[i]]), y[i], rcond=None)[0]
        drawn.append((a * b[2], b[1]))
    rows = []
    for effect, estimate, values in (("indirect", fits[1].params["x"] * fits[2].params["m"], 0), ("direct", fits[2].params["x"], 1)):
        se = float(np.std([d[values] for d in drawn], ddof=1)) * factor
        rows.append({"effect": effect, "coef": f"{estimate:.4f}"} | ({"se": f"{se:.4f}"} if error == "se" else {"z": f"{estimate / se:.2f}"}))
    models = [model("(1)", fits[0]), model("(2)", fits[1], "m"), model("(3)", fits[2])]
    tables = [{"id": "T4", "kind": "regression", "note": STARS, "models": models}, {"id": "T5", "kind": "bootstrap", "replications": str(draws), "rows": rows}]
    return {"tables": tables}


def test_standard_errors_of_the_third_step_follow_from_the_first_two() -> None:
    paper = mediated(3, 200, 50)
    assert verdicts(paper, "mediation_errors") == {"T4/(3)/x": "consistent"}
    paper["tables"][0]["models"][2]["terms"][0]["paren"] = "0.2999"
    assert set(verdicts(paper, "mediation_errors").values()) & {"inconsistent", "consistent_if"}


@pytest.mark.parametrize("error", ["se", "z"])
@pytest.mark.parametrize("seed", range(6))
def test_bootstrap_errors_of_even_rows_lie_in_the_band(seed: int, error: str) -> None:
    found = verdicts(mediated(seed, 80 + 20 * seed, 200, error=error), "bootstrap_errors")
    assert found == {f"T5/indirect/{error}": "consistent", f"T5/direct/{error}": "consistent"}


@pytest.mark.parametrize(("factor", "code"), [(1.9, "audit.if.uneven_rows"), (10.0, "audit.if.far_draws"), (0.1, "audit.if.far_draws")])
def test_bootstrap_errors_outside_the_band_are_conditional_only(factor: float, code: str) -> None:
    found = audit(mediated(1, 150, 200, factor), "bootstrap_errors")
    assert {(j.verdict, j.assumption.code) for j in found.values() if j.assumption} == {("consistent_if", code)}
    assert not regio.audit({"paper": "p", **mediated(1, 150, 200, factor)}).of("inconsistent")


def test_kurtosis_and_band() -> None:
    draws = np.random.default_rng(3).normal(size=(2, 400_000)) + np.array([[2.0], [3.0]])
    assert kurtosis_of_product(2.0, 3.0) == pytest.approx(stats.kurtosis(draws.prod(0), fisher=False), abs=0.06)
    assert band(3.0, 10**9, 10**9, 10**9).low == pytest.approx(1.0, abs=1e-3)
    assert band(3.0, 100, 10**9, 10**9).high == pytest.approx(math.exp(3 * math.sqrt(0.5 / 100)), rel=1e-3)


def quadratic(shape: str = "an inverted U-shaped relation", square: str = "x²", point: str = "", centred: bool = False, **limits: str) -> dict[str, Any]:
    """Y on x and its square, the turn at 3 of values from 0 to 5."""
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 5, 120)
    centre = x.mean() if centred else 0.0
    fit = fitted(2 + 3 * x - 0.5 * x**2 + rng.normal(size=120) * 0.5, {"x": x - centre, square: (x - centre) ** 2})
    at = -fit.params["x"] / (2 * fit.params[square])
    column = model("(1)", fit, turning_point=point or f"{at:.2f}")
    first = described({"x": x})
    first["rows"][0] |= limits
    claim = {"id": "c1", "kind": "qualitative", "quote": f"x and y show {shape}", "about": ["T4"]}
    return {"tables": [first, {"id": "T4", "kind": "regression", "note": STARS, "models": [column]}], "claims": [claim]}


@pytest.mark.parametrize("square", ["x²", "x^2", "x_sq", "x squared", "x*x", "c.x#c.x", "x2", "x的平方项", "$x^{2}$"])
def test_a_quadratic_that_holds(square: str) -> None:
    assert verdicts(quadratic(square=square)) == {"T4/(1)/turning_point": "consistent", "c1/shape": "consistent", "c1/range": "consistent"}
    assert set(verdicts(quadratic("倒“U”型关系", square=square)).values()) == {"consistent"}


def test_what_stands_against_a_quadratic() -> None:
    assert verdicts(quadratic("a U-shaped relation"))["c1/shape"] == "inconsistent"
    assert verdicts(quadratic(point="3.82"))["T4/(1)/turning_point"] == "inconsistent"
    outside = audit(quadratic(max="1.9000", mean="1.0000", sd="0.5000"))["c1/range"]
    assert (outside.verdict, outside.severity) == ("inconsistent", "conclusion")
    assert audit(quadratic("a strong relation", max="1.9000", mean="1.0000"))["T4/(1)/x²/range"].verdict == "consistent_if"
    assert "c1/shape" not in verdicts(quadratic("no inverted U-shaped relation"))


def test_turning_points_in_other_units_are_conditional() -> None:
    point = quadratic()["tables"][1]["models"][0]["turning_point"]
    for paper, code in (
        (quadratic(centred=True, point=point), "centred"),
        (quadratic(point=f"{math.exp(float(point)):.0f}"), "in_logs"),
        (quadratic(point=f"{100 * float(point):.0f}"), "in_percent"),
    ):
        found = audit(paper)["T4/(1)/turning_point"]
        assert (found.verdict, found.assumption and found.assumption.code) == ("consistent_if", f"audit.if.{code}")


def test_a_turning_point_of_the_text_is_held_against_the_columns() -> None:
    for printed, verdict in ((quadratic()["tables"][1]["models"][0]["turning_point"], "consistent"), ("2.10", "inconsistent")):
        paper = quadratic()
        paper["claims"][0] |= {"values": [{"name": "turning_point_x", "printed": printed}]}
        assert verdicts(paper)["c1/turning_point_x"] == verdict


def test_products_are_known_by_their_names() -> None:
    def read(*names: str) -> list[tuple[str, tuple[str, str], bool]]:
        column = Model("(1)", "y", tuple(Term(n, "1.0") for n in names))
        return [(p.term.var, p.factors, p.weak) for p in products(Look(Paper("p")), column)]

    assert read("x", "z", "x×z") == [("x×z", ("x", "z"), False)]
    assert read("Digital", "Open", "Digital * Open") == [("Digital * Open", ("digital", "open"), False)]
    assert read("x1", "x2", "x3") == []
    assert read("x", "x2") == [("x2", ("x", "x"), True)]
    assert read("sq_x", "x") == [("sq_x", ("x", "x"), False)]
    assert read("x", "z") == []


def moderated(sample: Mapping[str, np.ndarray], rows: Sequence[Mapping[str, str]] = (), *, robust: bool = False, wrong: int = -1) -> dict[str, Any]:
    """Y on x, z and their product; effects of x at low, mean and high z with their errors from the whole covariance."""
    fit = fitted(sample["y"], {"x": sample["x"], "z": sample["z"], "x*z": sample["x"] * sample["z"]})
    fit = sm.OLS(fit.model.endog, fit.model.data.orig_exog).fit(cov_type="HC1") if robust else fit
    mean, sd = sample["z"].mean(), sample["z"].std(ddof=1)
    made = []
    for i, (at, z) in enumerate((("mean - sd", mean - sd), ("mean", mean), ("mean + sd", mean + sd))):
        g = np.array([0, 1, 0, z])
        se = math.sqrt(g @ fit.cov_params().to_numpy() @ g) * (1.6 if i == wrong else 1.0)
        made.append({"var": "x", "moderator": "z", "at": at, "effect": f"{g @ fit.params.to_numpy():.4f}", "se": f"{se:.4f}"})
    shown = described({v: sample[v] for v in "yxz"})
    tables = [
        shown,
        {"id": "T4", "kind": "regression", "note": STARS, "models": [model("(1)", fit)]},
        {"id": "T5", "kind": "marginal_effects", "rows": list(rows) or made},
    ]
    return {"tables": tables}


@pytest.mark.parametrize("robust", [False, True])
def test_marginal_effects_and_their_errors_are_those_of_statsmodels(sample: dict[str, np.ndarray], robust: bool) -> None:
    found = verdicts(moderated(sample, robust=robust))
    assert len(found) == 6
    assert set(found.values()) == {"consistent"}


def test_a_changed_marginal_effect_is_found(sample: dict[str, np.ndarray]) -> None:
    wrong = moderated(sample)
    wrong["tables"][2]["rows"][0]["effect"] = "1.9999"
    assert verdicts(wrong)["T5/x/mean - sd/effect"] == "inconsistent"
    assert verdicts(moderated(sample, wrong=1))["T5/x/mean/se"] == "inconsistent"
    assert verdicts(moderated(sample, [{"var": "w", "at": "1.0", "effect": "0.1"}])) == {"T5/w/1.0/effect": "not_checkable"}


def test_marginal_effects_of_a_quadratic() -> None:
    paper = quadratic()
    b = [float(t["coef"]) for t in paper["tables"][1]["models"][0]["terms"]]
    rows = [{"var": "x", "at": "2.00", "effect": f"{b[0] + 4 * b[1]:.2f}"}, {"var": "x", "at": "2.00", "effect": "9.99"}]
    for row, verdict in zip(rows, ("consistent", "inconsistent"), strict=True):
        table = {"id": "T5", "kind": "marginal_effects", "column": "T4/(1)", "rows": [row]}
        assert verdicts({"tables": [*paper["tables"], table]}, "marginal_effects") == {"T5/x/2.00/effect": verdict}
    centred = moderated_centred()
    assert verdicts(centred, "marginal_effects") == {"T5/x/2.00/effect": "consistent_if"}


def moderated_centred() -> dict[str, Any]:
    rows = [{"var": "z", "mean": "1.50", "sd": "0.50"}]
    terms = [{"var": "x", "coef": "1.00", "paren": "0.10"}, {"var": "z", "coef": "1.00", "paren": "0.10"}, {"var": "x×z", "coef": "2.00", "paren": "0.10"}]
    effect = {"var": "x", "moderator": "z", "at": "2.00", "effect": "2.00"}
    models = [{"col": "(1)", "dependent": "y", "terms": terms, "N": "100"}]
    return {
        "tables": [
            {"id": "T1", "kind": "descriptives", "rows": rows},
            {"id": "T4", "kind": "regression", "models": models},
            {"id": "T5", "kind": "marginal_effects", "rows": [effect]},
        ]
    }


def test_every_new_check_speaks_both_languages(sample: dict[str, np.ndarray]) -> None:
    papers = [nested(sample, F_change="98.000"), mediated(1, 100, 100, 9.0), quadratic(max="1.9000", mean="1.0000", sd="0.5000"), moderated(sample, wrong=1)]
    papers.append(chow("1.00", p="0.900", unrestricted="T4/none"))
    for paper in papers:
        found = regio.audit({"paper": "p", **paper}, checks=NEW)
        english, chinese = found.frame("en"), found.frame("zh")
        for column in ("note", "formula", "assumption"):
            assert not english[column].str.contains(r"audit\.|\{|[一-鿿]").any()
            said = chinese[column][chinese[column] != ""]
            assert column == "formula" or said.str.contains(r"[一-鿿]").all()
