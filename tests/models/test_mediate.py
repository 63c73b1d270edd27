"""Mediation: printed answers, a refit of every draw, an exact bootstrap distribution, the flow of Wen and Ye, and bad input."""

from __future__ import annotations

import math
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from panels import random_panel
from printed import assert_printed
from scipy.stats import norm

import regio
from regio.compute.processes import Processes
from regio.contract.finding import ArgumentError, EstimationError, FindingError
from regio.exhibits.models import Figure, Table
from regio.models.core.bootstrap import acceleration, bca, bias_corrected, percentile
from regio.models.core.resampling import drawn
from regio.models.mediate import Mediate

REFIT = 1e-9  # relative; products and differences of coefficients of small samples
EXACT = 1e-10  # relative; the same few sums in another order
KEYS = {"region": "region", "period": "period"}
CASES: list[dict[str, Any]] = [
    {},
    {"effects": "region"},
    {"effects": "period"},
    {"effects": ("region", "period")},
    {"effects": ("region", "period"), "convention": "reghdfe"},
    {"effects": ("zone*period",)},
]


def known(reference: Path, case: str) -> dict[str, str]:
    answers = pd.read_csv(reference / "econometrics" / "known_answers.csv", dtype=str)
    return answers[answers["case"] == case].set_index("statistic")["value"].to_dict()


def data(reference: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(reference / "econometrics" / name)


def estimates(result: Mediate) -> dict[str, float]:
    paths = result.paths["estimate"]
    return {"c": paths["c", ""], "c'": paths["c_prime", ""], **{f"{p} {m}": v for (p, m), v in paths.items() if m}}


def panel(seed: int = 7, **options: Any) -> pd.DataFrame:
    """X → m → y beside x2, with region and period parts."""
    frame = random_panel(seed, **{"regions": 11, "periods": 5} | options)
    rng = np.random.default_rng(seed)
    frame["m"] = 0.6 * frame["x1"] + 0.3 * frame["x2"] + rng.normal(size=len(frame))
    frame["k"] = -0.4 * frame["x1"] + rng.normal(size=len(frame))
    frame["y"] = frame["y"] + 0.8 * frame["m"] + 0.5 * frame["k"]
    return frame


# Printed answers ----------------------------------------------------------------------------------------------------------------------------


def test_sobel_on_hsb2(reference: Path) -> None:
    """Stata log of sgmediation (UCLA); tests recomputed from the printed paths."""
    result = regio.mediate(data(reference, "hsb2.csv"), "science", "math", "read", draws=0)
    printed, found = known(reference, "sobel_hsb2"), result.paths
    for name, path in {"c": ("c", ""), "a": ("a", "read"), "b": ("b", "read"), "c'": ("c_prime", "")}.items():
        assert_printed(printed[name], found.loc[path, "estimate"], name)
        if f"se {name}" in printed:
            assert_printed(printed[f"se {name}"], found.loc[path, "std_error"], f"se {name}")
    for equation, model in zip(("c model", "a model", "b,c1 model"), result.models, strict=True):
        assert_printed(printed[f"RSS {equation}"], model.fit["rss"], equation)
    assert_printed(printed["R2 b,c1 model"], result.models[-1].fit["r2"])
    assert_printed(printed["ab"], result.indirect.loc["read", "estimate"])
    assert_printed(printed["Sobel se"], result.indirect.loc["read", "std_error"])
    for test in ("Sobel", "Aroian", "Goodman"):
        assert_printed(printed[f"{test} z"], result.sobel.loc[("read", test.lower()), "statistic"], test)
    assert_printed(printed["ab/c"], result.indirect.loc["read", "share_of_total"])


def test_hayes_with_one_mediator(reference: Path) -> None:
    result = regio.mediate(data(reference, "tal_or.csv"), "reaction", "cond", "pmi", draws=0)
    printed = known(reference, "hayes_tal_or")
    for name, path in {"c": ("c", ""), "a": ("a", "pmi"), "b": ("b", "pmi"), "c'": ("c_prime", "")}.items():
        assert_printed(printed[name], result.paths.loc[path, "estimate"], name)
        assert_printed(printed[f"t {name}"], result.paths.loc[path, "statistic"], f"t {name}")
    assert_printed(printed["ab"], result.indirect.loc["pmi", "estimate"])
    # The quoted constant .5249 is a misprint of .5269: by the other printed numbers it is i_c − b · i_a, which is .5269.
    constants = [model.coefficients.loc["_cons", "estimate"] for model in result.models]
    assert constants[2] == pytest.approx(constants[0] - result.paths.loc[("b", "pmi"), "estimate"] * constants[1], rel=EXACT)
    assert_printed(".5269", constants[2])


def test_hayes_with_two_mediators(reference: Path) -> None:
    result = regio.mediate(data(reference, "tal_or.csv"), "reaction", "cond", ("pmi", "import"), draws=0)
    printed = known(reference, "hayes_tal_or_2med")
    places = {"c'": ("c_prime", ""), "b1 pmi": ("b", "pmi"), "b2 import": ("b", "import"), "a1": ("a", "pmi"), "a2": ("a", "import")}
    for name, path in places.items():
        assert_printed(printed[name], result.paths.loc[path, "estimate"], name)
    assert_printed(printed["int"], result.models[-1].coefficients.loc["_cons", "estimate"])


def test_preacher_and_hayes_2004(reference: Path) -> None:
    result = regio.mediate(data(reference, "preacher_hayes_2004.csv"), "SATIS", "THERAPY", "ATTRIB", draws=0)
    printed = known(reference, "preacher_hayes_2004")
    for name, value in {"c": "c", "a": "a ATTRIB", "b": "b ATTRIB", "c'": "c'"}.items():
        assert_printed(printed[name], estimates(result)[value], name)
    assert_printed(printed["ab"], result.indirect.loc["ATTRIB", "estimate"])
    assert_printed(printed["Sobel se"], result.indirect.loc["ATTRIB", "std_error"])
    assert_printed(printed["Sobel z"], result.indirect.loc["ATTRIB", "statistic"])


def test_paramed_of_stata_18(reference: Path) -> None:
    result = regio.mediate(data(reference, "mediation_800.csv"), "y", "treat", "m", draws=0)
    printed = {name: float(value) for name, value in known(reference, "paramed_800").items()}
    found = {
        "indirect": result.indirect.loc["m", "estimate"],
        "se indirect (delta = Sobel)": result.indirect.loc["m", "std_error"],
        "direct": result.direct.loc["treat", "estimate"],
        "se direct": result.direct.loc["treat", "std_error"],
        "total": result.total.loc["treat", "estimate"],
        "proportion": result.indirect.loc["m", "share_of_total"],
    }
    for name, value in found.items():
        assert value == pytest.approx(printed[name], rel=1e-9), name  # Stata holds the data as floats of 8 bytes and prints 16 digits


# A second route -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", CASES, ids=str)
def test_the_total_effect_is_direct_plus_indirect(options: dict[str, Any]) -> None:
    result = regio.mediate(panel(), "y", "x1", ("m", "k"), "x2", draws=0, **KEYS, **options)
    total, direct = result.total["estimate"].iloc[0], result.direct["estimate"].iloc[0]
    assert total == pytest.approx(direct + result.indirect.loc["_indirect", "estimate"], rel=EXACT)
    both = result.indirect["estimate"]
    assert both["_indirect"] == pytest.approx(both["m"] + both["k"], rel=EXACT)
    assert both["m - k"] == pytest.approx(both["m"] - both["k"], rel=EXACT)


@pytest.mark.parametrize("options", CASES, ids=str)
@pytest.mark.parametrize("scheme", ["cluster", "iid"])
def test_every_draw_is_a_refit(scheme: str, options: dict[str, Any]) -> None:
    """Brute force: the drawn rows as a table, copies of a region under names of their own, fitted by regress."""
    frame = panel(drop=0.2)
    draws = 12
    result = regio.mediate(frame, "y", "x1", ("m", "k"), "x2", draws=draws, scheme=scheme, seed=3, **KEYS, **options)
    units = sorted(frame["region"].unique())
    if options.get("convention") == "reghdfe":
        assert not any(f.code == "regress.singletons_dropped" for f in result.findings)
    found = []
    for column in next(drawn((0, draws, 3), len(units) if scheme == "cluster" else len(frame))).T:
        if scheme == "cluster":
            pieces = [frame[frame["region"] == u].assign(region=f"{u}.{copy}") for u, times in zip(units, column, strict=True) for copy in range(int(times))]
            table = pd.concat(pieces)
        else:
            table = frame.iloc[np.repeat(np.arange(len(frame)), column.astype(int))]
        found.append(_refit(table, options))
    draws_of = np.array(found)
    for j, effect in enumerate(("m", "k", "_indirect", "m - k", "_direct", "_total")):
        low, high = percentile(draws_of[:, j], 0.95)
        row = result.intervals.loc[("percentile", effect)]
        np.testing.assert_allclose([row["conf_low"], row["conf_high"], row["std_error"]], [low, high, draws_of[:, j].std(ddof=1)], rtol=REFIT)


def _refit(table: pd.DataFrame, options: dict[str, Any]) -> list[float]:
    """Effects of one draw, by least squares with a column for every dummy."""
    columns = [np.ones(len(table))]
    effects = options.get("effects", ())
    for effect in (effects,) if isinstance(effects, str) else effects:
        level = table[effect.split("*")].astype(str).agg("|".join, axis=1).to_numpy()
        columns += [(level == value).astype(float) for value in np.unique(level)]
    base = np.column_stack([table["x1"], table["x2"], *columns])

    def fit(outcome: str, *more: str) -> np.ndarray:
        design = np.column_stack([*(table[name] for name in more), base])
        return np.linalg.lstsq(design, table[outcome].to_numpy(), rcond=None)[0]

    a = np.array([fit("m")[0], fit("k")[0]])
    last, total = fit("y", "m", "k"), fit("y")[0]
    ab = a * last[:2]
    return [*ab, ab.sum(), ab[0] - ab[1], last[2], total]


def test_the_variance_of_the_sum_is_the_delta_method_with_the_sur_covariance() -> None:
    """Classical errors: the covariance of two a is s_12 times the element of (X'X)⁻¹, residual products over the degrees of freedom."""
    frame = panel()
    result = regio.mediate(frame, "y", "x1", ("m", "k"), "x2", draws=0, **KEYS)
    design = np.column_stack([frame["x1"], frame["x2"], np.ones(len(frame))])
    inverse = np.linalg.inv(design.T @ design)
    residuals = np.column_stack([frame[c] - design @ inverse @ design.T @ frame[c] for c in ("m", "k")])
    a_covariance = residuals.T @ residuals / (len(frame) - 3) * inverse[0, 0]
    a = result.paths.loc["a"]["estimate"].to_numpy()
    b = result.paths.loc["b"]["estimate"].to_numpy()
    b_covariance = result.models[-1].covariance.loc[["m", "k"], ["m", "k"]].to_numpy()
    for effect, w in {"_indirect": np.ones(2), "m - k": np.array([1.0, -1.0])}.items():
        variance = (w * b) @ a_covariance @ (w * b) + (w * a) @ b_covariance @ (w * a)
        assert result.indirect.loc[effect, "std_error"] == pytest.approx(math.sqrt(variance), rel=1e-9), effect


def test_models_are_those_of_regress_on_common_rows() -> None:
    frame = panel(missing=0.04)
    frame.loc[[3, 8], "k"] = np.nan
    options: dict[str, Any] = {"effects": ("region", "period"), "errors": "cluster"}
    result = regio.mediate(frame, "y", "x1", ("m", "k"), "x2", draws=50, **options, **KEYS)
    common = frame.dropna(subset=["y", "x1", "x2", "m", "k"])
    plain = [regio.regress(common, y, "x1", "x2", **options, **KEYS) for y in ("y", "m", "k")]
    plain.append(regio.regress(common, "y", "x1", ("x2", "m", "k"), **options, **KEYS))
    for expected, model in zip(plain, result.models, strict=True):
        pd.testing.assert_frame_equal(expected.coefficients, model.coefficients, check_exact=True)
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (len(common), len(frame) - len(common))
    assert "regress.rows_left_out" in [f.code for f in result.findings]


def test_monte_carlo_is_the_distribution_of_a_product() -> None:
    """Moments of a b with independent normal a and b; standard errors of 40,000 draws are below 1 %."""
    result = regio.mediate(panel(), "y", "x1", "m", "x2", draws=40_000, **KEYS)
    a, b = (result.paths.loc[(path, "m")] for path in ("a", "b"))
    va, vb = a["std_error"] ** 2, b["std_error"] ** 2
    expected = math.sqrt(a["estimate"] ** 2 * vb + b["estimate"] ** 2 * va + va * vb)
    assert result.intervals.loc[("monte_carlo", "m"), "std_error"] == pytest.approx(expected, rel=0.02)
    assert ("monte_carlo", "_direct") not in result.intervals.index


# An exact bootstrap distribution --------------------------------------------------------------------------------------------------------------

FIVE = np.array(  # five regions, three rows: x, m, y; made by hand
    [
        [[1, 2.0, 3.1], [2, 2.6, 3.0], [3, 4.1, 5.2]],
        [[2, 1.1, 2.2], [4, 3.9, 4.1], [6, 4.4, 6.9]],
        [[1, 0.2, 1.5], [3, 1.9, 1.4], [4, 3.3, 4.0]],
        [[0, 1.4, 2.9], [2, 2.2, 2.5], [5, 5.0, 6.1]],
        [[3, 2.5, 2.0], [4, 4.2, 5.5], [5, 4.1, 4.4]],
    ]
)


def five() -> pd.DataFrame:
    rows = [(f"r{g}", t, *FIVE[g, t]) for g in range(5) for t in range(3)]
    return pd.DataFrame(rows, columns=["region", "period", "x", "m", "y"])


def indirect(frame: pd.DataFrame) -> float:
    """a·b with region effects, by deviations from region means."""
    x, m, y = (frame[c] - frame.groupby("region")[c].transform("mean") for c in ("x", "m", "y"))
    design = np.column_stack([m, x])
    return float((x @ m) / (x @ x) * np.linalg.solve(design.T @ design, design.T @ y)[0])


def test_intervals_converge_to_an_exact_enumeration() -> None:
    """With five regions there are 126 different draws; their multinomial chances give the distribution without random numbers."""
    frame = five()
    regions = frame["region"].unique()
    counts = [c for c in product(range(6), repeat=5) if sum(c) == 5]
    chance = np.array([math.factorial(5) / math.prod(map(math.factorial, c)) for c in counts]) / 5**5
    value = []
    for c in counts:
        copies = [frame[frame["region"] == r].assign(region=f"{r}.{i}") for r, times in zip(regions, c, strict=True) for i in range(times)]
        value.append(indirect(pd.concat(copies)))
    order = np.argsort(value)
    value, chance = np.array(value)[order], chance[order]
    reached = np.cumsum(chance)
    estimate = indirect(frame)
    tied = np.abs(value - estimate) < 1e-9
    z0 = norm.ppf(chance[(value < estimate) & ~tied].sum() + chance[tied].sum() / 2)
    jackknife = np.array([indirect(frame[frame["region"] != r]) for r in regions])
    a = acceleration(jackknife)
    d = jackknife.mean() - jackknife
    assert a == pytest.approx((d**3).sum() / 6 / (d**2).sum() ** 1.5, rel=1e-12)
    draws, level = 200_000, 0.9
    z = norm.ppf([(1 - level) / 2, (1 + level) / 2])
    shares = {"percentile": norm.cdf(z), "bias_corrected": norm.cdf(2 * z0 + z), "bca": norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z)))}
    result = regio.mediate(frame, "y", "x", "m", effects="region", draws=draws, level=level, **KEYS)
    assert result.indirect.loc["m", "estimate"] == pytest.approx(estimate, rel=EXACT)
    for method, share in shares.items():
        found = result.intervals.loc[(method, "m"), ["conf_low", "conf_high"]].to_numpy()
        for limit, at in zip(found, share, strict=True):
            noise = 5 * math.sqrt(at * (1 - at) / draws) + 0.003  # of a share; z0 is itself an estimate from the draws
            low, high = (value[min(np.searchsorted(reached, at + side * noise), len(value) - 1)] for side in (-1, 1))
            assert low - 1e-9 <= limit <= high + 1e-9, method
    spread = math.sqrt(chance @ value**2 - (chance @ value) ** 2)
    assert result.intervals.loc[("percentile", "m"), "std_error"] == pytest.approx(spread, rel=0.01)
    assert [f.code for f in result.findings] == ["mediate.few_units"]


def test_bias_correction_by_hand() -> None:
    draws = np.arange(1.0, 1001.0)
    assert percentile(draws, 0.9) == (50.5, 950.5)
    assert bias_corrected(draws, 500.5, 0.9) == pytest.approx((50.5, 950.5), abs=1)
    low, high = bias_corrected(draws, 600.5, 0.9)
    z0 = norm.ppf(0.6)
    assert (low, high) == pytest.approx(tuple(1000 * norm.cdf(2 * z0 + norm.ppf([0.05, 0.95]))), abs=1)
    assert bca(draws, 600.5, np.array([1.0, 2.0, 3.0]), 0.9) == (low, high)
    assert np.isnan(bias_corrected(draws, 2000.0, 0.9)).all()


# Properties ---------------------------------------------------------------------------------------------------------------------------------


def test_units_of_measurement_do_not_matter() -> None:
    frame = panel()
    one = regio.mediate(frame, "y", "x1", "m", "x2", effects=("region", "period"), draws=300, **KEYS)
    scaled = frame.assign(y=frame["y"] * 1e3 - 7, m=frame["m"] * 1e-4 + 5, x1=frame["x1"] * 2 + 1)
    other = regio.mediate(scaled, "y", "x1", "m", "x2", effects=("region", "period"), draws=300, **KEYS)
    assert other.intervals.index.equals(one.intervals.index)
    for column in ("estimate", "conf_low", "conf_high"):
        np.testing.assert_allclose(other.intervals[column], one.intervals[column] * 500, rtol=1e-7)


def test_the_order_of_rows_does_not_matter() -> None:
    frame = panel()
    one, other = (
        regio.mediate(f, "y", "x1", "m", "x2", effects=("region", "period"), draws=300, **KEYS) for f in (frame, frame.sample(frac=1, random_state=1))
    )
    np.testing.assert_allclose(one.intervals, other.intervals, rtol=1e-7)


def test_rows_of_a_table_without_regions_are_units_of_their_own() -> None:
    frame = panel()[["y", "x1", "m"]]
    cluster, iid = (regio.mediate(frame, "y", "x1", "m", draws=200, scheme=scheme) for scheme in ("cluster", "iid"))
    pd.testing.assert_frame_equal(cluster.intervals, iid.intervals, check_exact=True)
    assert cluster.resampled == iid.resampled == "row"


def test_the_cluster_of_the_errors_is_what_is_drawn() -> None:
    result = regio.mediate(panel(), "y", "x1", "m", errors="cluster", cluster="zone", draws=100, **KEYS)
    assert result.resampled == "zone"
    assert "mediate.few_units" in [f.code for f in result.findings]
    assert regio.mediate(panel(), "y", "x1", "m", draws=50, **KEYS).resampled == "region"


def test_seeds_and_workers() -> None:
    frame = panel()
    options: dict[str, Any] = {"effects": ("region", "period"), "draws": 2_300, **KEYS}
    one = regio.mediate(frame, "y", "x1", "m", **options)
    with Processes(2) as engine:
        other = regio.mediate(frame, "y", "x1", "m", engine=engine, **options)
    pd.testing.assert_frame_equal(one.intervals, other.intervals, check_exact=True)
    assert not one.intervals.equals(regio.mediate(frame, "y", "x1", "m", seed=1, **options).intervals)


def test_the_hash_seed_does_not_matter() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import regio; from panels import random_panel; "
        "r = regio.mediate(random_panel(3), 'y', 'x1', ('x2', 'x3'), effects=('region', 'period'), errors='cluster', draws=200, "
        "region='region', period='period'); print(r.intervals.to_json(double_precision=15), r.indirect.to_json(double_precision=15))"
    )
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")
    }
    assert len(said) == 1


# The flow of Wen and Ye ---------------------------------------------------------------------------------------------------------------------


def flow(a: float, b: float, direct: float, noise: float = 1.0) -> Any:
    """X and two errors that are orthogonal to it and to each other, so that a, b and c′ are what they are called."""
    n = 64
    base = np.linalg.qr(np.column_stack([np.ones(n), np.random.default_rng(4).normal(size=(n, 3))]))[0][:, 1:] * math.sqrt(n)
    x, u, e = base.T
    frame = pd.DataFrame({"x": x, "m": a * x + u, "y": direct * x + b * (a * x + u) + noise * e})
    return regio.mediate(frame, "y", "x", "m", draws=400)


def test_verdicts() -> None:
    partial, complete, suppression, nothing = flow(0.8, 0.9, 0.9), flow(0.8, 0.9, 0.0), flow(0.8, 0.9, -0.5), flow(0.0, 0.9, 0.9)
    found = [(r.flow.loc["m", "verdict"], r.flow.loc["m", "baron_kenny"]) for r in (partial, complete, suppression, nothing)]
    assert found == [("partial", "partial"), ("complete", "complete"), ("suppression", "none"), ("none", "none")]
    assert partial.flow.loc["m", "size"] == pytest.approx(0.72 / 1.62)
    assert suppression.flow.loc["m", "size"] == pytest.approx(0.72 / 0.5)
    assert np.isnan(nothing.flow.loc["m", "size"])
    assert nothing.flow.loc["m", "decided_by"] == "interval"
    assert partial.flow.loc["m", ["premise", "decided_by"]].tolist() == ["mediation", "joint"]


def test_without_a_total_effect_it_is_argued_as_suppression() -> None:
    row = flow(0.8, 0.9, -0.72).flow.loc["m"]
    assert (row["premise"], row["verdict"]) == ("suppression", "suppression")


def test_without_draws_the_sobel_interval_decides() -> None:
    frame = panel()
    result = regio.mediate(frame, "y", "x1", "m", draws=0, **KEYS)
    assert len(result.intervals) == 0
    assert result.flow.loc["m", "conf_low"] == result.indirect.loc["m", "conf_low"]
    assert all(isinstance(e, Table | Figure) for e in result.exhibits())


# Exhibits -----------------------------------------------------------------------------------------------------------------------------------


def test_the_two_step_report_comes_first_and_the_caveat_is_printed() -> None:
    result = regio.mediate(panel(), "y", "x1", ("m", "k"), "x2", effects=("region", "period"), errors="cluster", draws=100, **KEYS)
    names = [e.name for e in result.exhibits()]
    assert names == ["mechanism", "coefficients", "effects", "sobel", "flow", "paths", "plot"]
    mechanism = result.exhibits()[0]
    assert isinstance(mechanism, Table)
    assert [c.heads[1].value for c in mechanism.columns] == ["y", "m", "k"]
    assert [row.key for row in mechanism.rows if row.block == "terms"] == ["x1"] * 3
    codes = [note.code for note in mechanism.notes]
    assert codes[:2] == ["mediate.note.two_step", "mediate.note.caveat"]


def test_the_path_diagram_carries_the_estimates() -> None:
    result = regio.mediate(panel(), "y", "x1", ("m", "k"), "x2", draws=0, **KEYS)
    figure = result.exhibits()[-2]
    assert isinstance(figure, Figure)
    edges = figure.frame.set_index(["source", "target"])["estimate"].to_dict()
    paths = result.paths["estimate"]
    assert edges == {
        ("x1", "m"): paths["a", "m"],
        ("x1", "k"): paths["a", "k"],
        ("m", "y"): paths["b", "m"],
        ("k", "y"): paths["b", "k"],
        ("x1", "y"): paths["c_prime", ""],
    }


# Bad input ----------------------------------------------------------------------------------------------------------------------------------


def refused(kind: type[FindingError], code: str, english: str, chinese: str, frame: pd.DataFrame | None = None, **given: Any) -> None:
    call = {"outcome": "y", "treatment": "x1", "mediators": ("m",), "controls": ("x2",), "draws": 20} | KEYS | given
    with pytest.raises(kind) as caught:
        regio.mediate(panel() if frame is None else frame, **call)
    assert code in [finding.code for finding in caught.value.findings]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_columns_that_play_two_parts() -> None:
    refused(ArgumentError, "mediate.same_column", "“x1” is also the treatment", "中介变量“x1”", mediators=("x1",))
    refused(ArgumentError, "mediate.same_column", "“y” is also the outcome", "中介变量“y”", mediators=("y",))
    refused(ArgumentError, "mediate.same_column", "“x2” is also the controls", "中介变量“x2”", mediators=("x2",))
    refused(ArgumentError, "regress.twice", "m", "重复列出", mediators=("m", "m"))
    refused(ArgumentError, "mediate.no_mediator", "There is no mediator", "没有给出中介变量", mediators=())
    refused(ArgumentError, "mediate.treatment_is_outcome", "“y” is the treatment", "“y”既是", treatment="y")


def test_a_mediator_that_repeats_the_treatment() -> None:
    frame = panel()
    twin = frame.assign(twin=2 * frame["x1"] + 1)
    refused(EstimationError, "mediate.collinear", "“twin” is a combination of other columns: x1", "“twin”可由其他列线性表出：x1", twin, mediators=("twin",))
    mixed = frame.assign(mixed=frame["x1"] - 3 * frame["x2"])
    refused(EstimationError, "mediate.collinear", "x1, x2", "x1、x2", mixed, mediators=("mixed",))
    shifted = frame.assign(shifted=frame["x1"] + frame["region"].map(lambda r: int(r[1:])))
    refused(EstimationError, "mediate.collinear", "effects absorbed: region", "已吸收的效应：region", shifted, mediators=("shifted",), effects="region")


def test_a_mediator_that_does_not_vary() -> None:
    frame = panel()
    still = frame.assign(still=frame["region"].map(lambda r: float(r[1:])), flat=1.0)
    refused(
        EstimationError, "mediate.no_within_variation", "does not vary within the effects (region)", "没有变化", still, mediators=("still",), effects="region"
    )
    refused(EstimationError, "mediate.constant_regressor", "The mediator “flat” is constant", "中介变量“flat”是常数", still, mediators=("flat",))


def test_units_that_cannot_be_drawn() -> None:
    one = panel().assign(region="only", period=range(len(panel())))
    refused(EstimationError, "mediate.one_unit", "one unit only", "只有一个", one)
    refused(ArgumentError, "mediate.two_units", "zone, period", "zone、period", errors="cluster", cluster=("zone", "period"), convention="reghdfe")


def test_one_model_in_a_call() -> None:
    """Effects or errors by equation have no place: a mixture is an error."""
    for mixture in ((("region",), ()), {"y": ("region",), "m": ()}):
        with pytest.raises(ArgumentError) as caught:
            regio.mediate(panel(), "y", "x1", "m", effects=mixture, **KEYS)
        assert [f.code for f in caught.value.findings] == ["contract.wrong_type"]
    with pytest.raises(ArgumentError):
        regio.mediate(panel(), "y", "x1", "m", errors=("classical", "cluster"), **KEYS)


def test_draws_in_which_the_treatment_does_not_vary_are_counted() -> None:
    frame = panel(regions=6, drop=0.0)
    frame["x1"] = np.where(frame["region"] == "r000", frame["x1"], 1.0)
    result = regio.mediate(frame, "y", "x1", "m", effects="region", draws=500, **KEYS)
    lost = next(f for f in result.findings if f.code == "mediate.draws_lost")
    assert abs(lost.values["lost"] / 500 - (5 / 6) ** 6) < 0.1  # the region is in no draw with this chance
    assert np.isfinite(result.intervals.loc["percentile"].to_numpy()).all()
    assert "mediate.no_acceleration" in [f.code for f in result.findings]
    assert result.intervals.loc["bca", ["conf_low", "conf_high"]].isna().all(axis=None)
