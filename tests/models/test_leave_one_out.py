"""Leaving one out: each estimate is the call on the other rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from placebo_panel import KEYS, panel_frame

import regio
from regio.contract.finding import ArgumentError
from regio.exhibits.typeset import typeset


def base(frame: pd.DataFrame) -> Any:
    return regio.regress(frame, "y", ("x", "w"), ("z",), effects=("region", "period"), errors="cluster", **KEYS)


@pytest.mark.parametrize("by", ["region", "period", "zone"])
def test_each_estimate_is_the_call_on_the_other_rows(by: str) -> None:
    frame = panel_frame().assign(zone=lambda f: "z" + f["region"].str[1].astype(int).mod(3).astype(str))
    found = regio.leave_one_out(frame, base(frame), by=by, **KEYS)
    whole = base(frame).coefficients
    for (left_out, term), values in found.estimates.iterrows():
        own = base(frame[frame[by].astype(str) != left_out]).coefficients.loc[term]
        np.testing.assert_allclose(values[list(own.index)].astype(float), own, rtol=1e-10)
        assert values["change"] == pytest.approx(own["estimate"] - whole.loc[term, "estimate"])
        assert values["change_in_errors"] == pytest.approx(values["change"] / whole.loc[term, "std_error"])
    assert len(found.estimates) == 2 * frame[by].nunique()


def test_the_jackknife_error_is_that_of_the_definition() -> None:
    frame = panel_frame()
    found = regio.leave_one_out(frame, base(frame), **KEYS)
    b = found.estimates.xs("x", level="term")["estimate"]
    expected = np.sqrt(7 / 8 * ((b - found.baseline.loc["x", "estimate"]) ** 2).sum())
    assert found.summary.loc["x", "jackknife_error"] == pytest.approx(expected)
    assert (found.summary.loc["x", "least"], found.summary.loc["x", "least_without"]) == (b.min(), b.idxmin())


def test_a_region_that_makes_the_result_is_named() -> None:
    frame = panel_frame()
    rng = np.random.default_rng(0)
    frame["x"] = rng.normal(size=len(frame)) / 5
    frame.loc[frame["region"] == "r3", "x"] += frame["period"] - 2012
    frame["y"] = np.where(frame["region"] == "r3", 3 * frame["x"], 0) + rng.normal(size=len(frame)) / 2
    found = regio.leave_one_out(frame, regio.regress(frame, "y", "x", effects=("region",), **KEYS), **KEYS)
    assert found.summary.loc["x", "largest_without"] == "r3"
    codes = [f.code for f in found.findings]
    assert "leave_one_out.disagree" in codes
    assert typeset(found.exhibits()[1], "en").rows[0].head == "r3"  # type: ignore[arg-type]
    found.figure("plot")


def test_one_without_which_nothing_can_be_estimated() -> None:
    frame = panel_frame()
    frame["x"] = np.where(frame["region"] == "r3", frame["x"], 1.0)
    found = regio.leave_one_out(frame, regio.regress(frame, "y", "x", effects=("region",), **KEYS), **KEYS)
    assert list(found.failures) == ["r3"]
    assert np.isnan(found.estimates.loc[("r3", "x"), "estimate"])
    said = next(f for f in found.findings if f.code == "leave_one_out.failed")
    assert "r3" in said.text("en")
    assert "剔除 r3" in said.text("zh")
    assert found.summary.loc["x", "disagree"] == 0


def test_mistakes_are_said() -> None:
    frame = panel_frame().assign(half=lambda f: (f["period"] > 2012).astype(int))
    with pytest.raises(ArgumentError) as caught:
        regio.leave_one_out(frame, base(frame), by="half", **KEYS)
    assert [f.code for f in caught.value.findings] == ["leave_one_out.few"]
    assert "至少需要三个" in caught.value.text("zh")
    with pytest.raises(ArgumentError) as wrong:
        regio.leave_one_out(frame, 3, **KEYS)
    assert "needs a result" in wrong.value.text("en")
