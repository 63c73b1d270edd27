"""Kernel densities: a known answer, scipy, mass and reflection, peaks, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from regional_frames import EXACT, KEYS, e13, growing, long
from scipy import stats

import regio
from regio.contract.finding import ArgumentError, FindingError
from regio.exhibits.models import Figure
from regio.indices.dynamics._density import bandwidth, density, peaks


def test_e13(reference: Path) -> None:
    expected = e13(reference)["kde"]
    values = np.array(expected["data"])
    np.testing.assert_allclose(density(values, np.array(expected["grid"]), expected["bandwidth"]), expected["gaussian_density"], atol=EXACT, rtol=0)
    silverman, scott = (expected[key] for key in expected if "bandwidth(" in key)
    assert [bandwidth(values, "silverman"), bandwidth(values, "scott")] == pytest.approx([silverman, scott], abs=EXACT)


def test_each_period_agrees_with_scipy_on_one_grid() -> None:
    levels = growing(25, 3)
    found = regio.kernel_density(long(levels), "y", bandwidth="scott", **KEYS)
    for t, part in found.densities.groupby("part"):
        values = levels[:, int(t) - 2001]
        width = found.summary.loc[t, "bandwidth"]
        assert width == pytest.approx(1.06 * values.std(ddof=1) * 25**-0.2)
        theirs = stats.gaussian_kde(values, bw_method=width / values.std(ddof=1))(part["x"])
        np.testing.assert_allclose(part["density"], theirs, atol=1e-10)
    assert found.densities.groupby("part")["x"].first().nunique() == 1


@pytest.mark.parametrize("kernel", ["gaussian", "epanechnikov"])
def test_reflection_keeps_the_mass_between_the_bounds(kernel: Any) -> None:
    frame = pd.DataFrame({"y": [0.0, 0.02, 0.1, 0.5, 0.97, 1.0]})
    inside = regio.kernel_density(frame, "y", kernel=kernel, bandwidth=0.1, bounds=(0, 1), points=2001)
    assert inside.summary["mass"].iloc[0] == pytest.approx(1, abs=1e-5)  # trapezoids of 1/2000
    assert (inside.densities["x"].min(), inside.densities["x"].max()) == (0, 1)
    free = regio.kernel_density(frame, "y", kernel=kernel, bandwidth=0.1, points=2001)
    assert free.densities["x"].min() < 0
    assert free.summary["mass"].iloc[0] == pytest.approx(1, abs=1e-2)  # three bandwidths hold 99.7 % of a normal
    x = np.array([0.03, 0.4])
    both = density(frame["y"].to_numpy(), x, 0.1, kernel) + density(frame["y"].to_numpy(), -x, 0.1, kernel)
    np.testing.assert_allclose(density(frame["y"].to_numpy(), x, 0.1, kernel, (0, None)), both, atol=EXACT)


def test_peaks_of_known_curves() -> None:
    x = np.linspace(0, 4, 401)
    one = peaks(x, np.maximum(0, 1 - np.abs(x - 2)))
    assert (one.count, one.place, one.height) == (1, 2.0, 1.0)
    assert one.width == pytest.approx(1.0)
    assert peaks(x, np.sin(np.pi * x) ** 2).count == 4
    assert peaks(x, np.exp(-x)).count == 1
    assert peaks(x, np.minimum(np.maximum(0, 2 - np.abs(x - 2)), 1)).count == 1


def test_one_curve_is_a_line_and_several_are_ridges() -> None:
    levels = growing(8, 2)
    forms = [[e.form for e in regio.kernel_density(long(x), "y", **KEYS).exhibits() if isinstance(e, Figure)] for x in (levels[:, :1], levels)]
    assert forms == [["line"], ["ridges"]]


BAD: list[tuple[list[float], dict[str, Any], str, str]] = [
    ([1.0, 1.0, 1.0], {}, "does not vary", "没有变化"),
    ([1.0, 2.0], {"bounds": (2.0, 1.0)}, "is not below", "不小于"),
    ([1.0, 2.0], {"bounds": (0.0, 1.5)}, "1 values of “y” lie beyond the bound 1.5", "超出边界 1.5"),
    ([1.0, np.inf], {}, "infinite", "无穷大值"),
]


@pytest.mark.parametrize(("values", "options", "en", "zh"), BAD)
def test_refusals(values: list[float], options: dict[str, Any], en: str, zh: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.kernel_density(pd.DataFrame({"y": values}), "y", **options)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")


def test_a_bandwidth_must_be_a_rule_or_positive() -> None:
    with pytest.raises(ArgumentError, match="bandwidth"):
        regio.kernel_density(pd.DataFrame({"y": [1.0, 2.0]}), "y", bandwidth="silvermann")
    with pytest.raises(ArgumentError, match="bandwidth"):
        regio.kernel_density(pd.DataFrame({"y": [1.0, 2.0]}), "y", bandwidth=-1.0)
