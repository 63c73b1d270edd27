"""Panels rebuilt from printed tables: what comes back is computed here by statsmodels and linearmodels, from the rows and the printed strings alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS
from statsmodels.stats.outliers_influence import variance_inflation_factor

import regio
from regio.auditing.paper import read_paper
from regio.calibrating import search
from regio.calibrating.aims import aims_of
from regio.calibrating.moments import System
from regio.calibrating.printed import family
from regio.calibrating.start import begin, scales
from regio.contract.finding import DataError

HERE = Path(__file__).parent
STUDY = Path(regio.__file__).parent / "studies" / "nev-exports"
PRINTED = STUDY / "printed.json"
SMALL = HERE / "small.json"
FLOAT = 1e-9  # relative; what sums of two hundred rows may lose
REGION_TABLES = ("T6", "T8", "T9", "T11", "T12")  # tables whose degrees of freedom are those of region effects


@cache
def made() -> Any:
    return regio.calibrate(PRINTED)


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


def agrees(text: str, value: float, shown: int | None = None) -> bool:
    half = 0.5 * 10.0 ** -(decimals(text) if shown is None else shown)
    return abs(value - float(text)) <= half * (1 + FLOAT) + FLOAT * abs(value)


def tables() -> dict[str, dict[str, Any]]:
    return {t["id"]: t for t in json.loads(PRINTED.read_text(encoding="utf-8"))["tables"]}


def comparisons(frame: pd.DataFrame) -> Iterator[tuple[str, str, bool]]:
    """Table, cell, whether it is equal."""
    known = tables()
    for row in known["T3"]["rows"]:
        x = frame[row["var"]]
        for cell, value in (("mean", x.mean()), ("sd", x.std()), ("median", x.median()), ("min", x.min()), ("max", x.max())):
            shown = min(decimals(row[cell]), 3) if cell != "max" or row["var"] != "lnED" else None
            shown = max((decimals(r[cell]) for r in known["T3"]["rows"] if r["var"] == row["var"]), default=3) if row[cell] == "0" else shown
            yield "T3", f"{row['var']} {cell}", agrees(row[cell], value, None if shown is None else min(shown, 3))
    for row in known["T4"]["rows"]:
        yield "T4", f"{row['row']} {row['col']}", agrees(row["r"], frame[row["row"]].corr(frame[row["col"]]), 3)  # three digits count: 0.0910
    x = sm.add_constant(frame[[row["var"] for row in known["T5"]["rows"]]]).to_numpy()
    factors = [variance_inflation_factor(x, i + 1) for i in range(x.shape[1] - 1)]
    for row, factor in zip(known["T5"]["rows"], factors, strict=True):
        yield "T5", row["var"], agrees(row["vif"], factor, 2)  # 8.180: the last digit is padded
        yield "T5", row["var"], agrees(row["inverse_vif"], 1 / factor)
    yield "T5", "mean", agrees(known["T5"]["mean_vif"], float(np.mean(factors)), 2)
    for name in ("T6", "T7", "T8", "T9", "T11", "T12"):
        for model in known[name]["models"]:
            yield from regression(name, model, frame)


def regression(name: str, model: dict[str, Any], frame: pd.DataFrame) -> Iterator[tuple[str, str, bool]]:
    word = model["col"].split()[0].casefold()
    rows = frame[frame["group"].str.startswith(word[:4])] if name == "T12" else frame
    names = [t["var"] for t in model["terms"] if t["var"] != "_cons"]
    x, y = sm.add_constant(rows[names]), rows[model["dependent"]]
    n, k = len(rows), len(names)
    if name in REGION_TABLES:
        index = pd.MultiIndex.from_arrays([rows["region"], rows["period"]])
        fit = PanelOLS(y.set_axis(index), x.set_axis(index), entity_effects=True).fit(cov_type="unadjusted", debiased=True)
        r2 = fit.rsquared_within
        df = n - rows["region"].nunique() - k
    else:
        fit = sm.OLS(y, x).fit()
        r2, df = fit.rsquared, n - 1 - k
    errors = fit.std_errors if name in REGION_TABLES else fit.bse
    if name in REGION_TABLES:  # the constant as Stata has it: the mean of the region effects
        centred = rows[names] - rows.groupby("region")[names].transform("mean")
        s2 = (fit.resids**2).sum() / df
        constant_error = np.sqrt(s2 * (1 / n + x[names].mean() @ np.linalg.inv(centred.T @ centred) @ x[names].mean()))
        errors = errors.copy()
        errors["const"] = constant_error
    for term in model["terms"]:
        v = "const" if term["var"] == "_cons" else term["var"]
        b = fit.params[v] if v != "const" or name == "T7" else y.mean() - fit.params[names] @ x[names].mean()
        yield name, f"{model['col']} {v}", agrees(term["coef"], b)
        bracket = errors[v] if name in ("T11", "T12") else b / errors[v]
        yield name, f"{model['col']} ({v})", agrees(term["paren"], bracket)
    yield name, f"{model['col']} N", float(model["N"]) == n
    yield name, f"{model['col']} R2", agrees(model["R2"], r2)
    if "R2_adj" in model:
        yield name, f"{model['col']} R2 adjusted", agrees(model["R2_adj"], 1 - (1 - r2) * (n - 1) / df)
    if "F" in model:
        yield name, f"{model['col']} F", agrees(model["F"], r2 / k / ((1 - r2) / df))


def test_printed_numbers_come_back_by_other_programs() -> None:
    found = list(comparisons(made().panel.rows))
    lost = [(table, cell) for table, cell, equal in found if not equal]
    assert len(found) - len(lost) >= 300
    assert lost == [("T3", "lnED max")]  # the print has the maximum of another row there
    for table in ("T4", "T5"):
        assert all(equal for t, _, equal in found if t == table)
    assert all(equal for t, cell, equal in found if t == "T7" and cell.startswith("(1)"))


def test_what_cannot_come_back_is_said() -> None:
    found = made()
    lost = found.reproduction[~found.reproduction["equal"]].set_index("where")["reason"]
    assert lost["T3/lnED/max"] == "calibrate.reason.impossible"
    assert lost["T10/Mediation Effect/percentile_low"] == "calibrate.reason.not_moments"
    assert set(lost[lost.index.str.startswith("T1/")]) == {"calibrate.reason.scaled_weights"}
    assert found.equal == len(found.reproduction) - len(lost) >= 300
    assert {f.code for f in found.findings} == {"calibrate.lost.scaled_weights", "calibrate.lost.not_moments", "calibrate.lost.impossible"}


def test_indicators_have_the_printed_weights_and_make_up_the_index() -> None:
    """Second route: entropy weights written out here."""
    rows = made().panel.rows
    names = list(rows.columns[rows.columns.get_loc("dig") + 1 :])
    x = rows[names].to_numpy()
    scaled = (x - x.min(0)) / (x.max(0) - x.min(0))
    share = scaled / scaled.sum(0)
    with np.errstate(all="ignore"):
        entropy = -np.nan_to_num(share * np.log(share)).sum(0) / np.log(len(x))
    weights = (1 - entropy) / (1 - entropy).sum()
    printed = np.array([float(r["weight"]) for r in tables()["T1"]["rows"]])
    assert weights == pytest.approx(printed / printed.sum(), abs=1e-10)
    assert scaled @ weights == pytest.approx(rows["digital"].to_numpy(), abs=1e-10)


def test_label_masks_and_groups() -> None:
    panel = made().panel
    assert panel.labels[0]["en"] == "calibrated, not observed"
    assert panel.labels[0]["zh"] == "校准所得，非观测数据"
    assert sorted(panel.rows["region"].unique()) == [f"R{i:02d}" for i in range(1, 30)]
    assert panel.rows.groupby("group")["region"].nunique().to_dict() == {"eastern": 11, "central": 8, "western": 10}
    assert regio.regress(panel, "lnED", "digital").provenance.labels == panel.labels


def test_the_same_seed_gives_the_same_panel_and_another_one_another() -> None:
    first, again, other = family(PRINTED, (0, 0, 3), indicators=False)
    assert first.panel.rows.equals(again.panel.rows)
    assert not np.allclose(first.panel.rows["lnip"], other.panel.rows["lnip"])
    assert other.equal == first.equal


def test_a_paper_from_a_real_fit_is_rebuilt_from_nothing() -> None:
    found = regio.calibrate(SMALL)
    assert found.equal == len(found.reproduction) == 34


def test_a_changed_digit_is_not_reproduced() -> None:
    paper = json.loads(SMALL.read_text(encoding="utf-8"))
    paper["tables"][1]["rows"][0]["r"] = "-0.400"
    found = regio.calibrate(paper, restarts=1)
    assert not found.reproduction["equal"].all()
    assert any(f.code == "calibrate.lost.joint" for f in found.findings)


def test_slopes_are_those_of_differences() -> None:
    aims = aims_of(read_paper(PRINTED))
    system = System(aims, scales(aims))
    random = np.random.default_rng(1)
    x = begin(system, random)
    value, slopes = system.evaluate(x)
    step = 1e-6 * random.standard_normal(len(x))
    assert (system.values(x + step) - system.values(x - step)) / 2 == pytest.approx(slopes @ step, abs=1e-7 * np.abs(value).max(), rel=1e-4)


def test_moments_and_parameters_are_one_another() -> None:
    aims = aims_of(read_paper(SMALL))
    system = System(aims, scales(aims))
    x = begin(system, np.random.default_rng(0))
    assert system.parameters(system.moments(x)) == pytest.approx(x, abs=1e-9)
    assert search.worst(system, system.values(x)) > 1


@pytest.mark.parametrize(("change", "english", "chinese"), [
    ({"sample": {}}, "how many regions", "地区数"),
    ({"tables": [{"id": "T1", "kind": "weights", "rows": [{"indicator": "a", "weight": "0.5"}]}]}, "No mean, standard deviation", "均值"),
])  # fmt: skip
def test_too_little_print(change: dict[str, Any], english: str, chinese: str) -> None:
    paper = json.loads(SMALL.read_text(encoding="utf-8")) | change
    with pytest.raises(DataError) as problem:
        regio.calibrate(paper)
    assert english in problem.value.text("en")
    assert chinese in problem.value.text("zh")
