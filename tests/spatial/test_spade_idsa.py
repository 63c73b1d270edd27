"""SPADE and IDSA: the printed PSD, both by double loops, bad places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

import regio
from regio.contract.finding import ArgumentError, DataError, EstimationError
from spatial.detector_data import known, table

SAME = 1e-9


def sample(n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {"x": rng.uniform(0, 9, n), "yy": rng.uniform(0, 9, n), "a": rng.normal(size=n), "b": np.exp(rng.normal(size=n)), "zone": rng.choice(list("stu"), n)}
    )
    return frame.assign(out=frame["a"] + frame["x"] / 3 + rng.normal(size=n) / 2)


def weights(frame: pd.DataFrame) -> np.ndarray:
    n = len(frame)
    w = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                w[i, j] = 1 / ((frame["x"][i] - frame["x"][j]) ** 2 + (frame["yy"][i] - frame["yy"][j]) ** 2)
    return w


def gamma(values: np.ndarray, w: np.ndarray) -> float:
    total = sum(w[i, j] * (values[i] - values[j]) ** 2 / 2 for i in range(len(values)) for j in range(len(values)))
    return total / w.sum() if w.sum() else 0.0


def psd(values: np.ndarray, strata: np.ndarray, w: np.ndarray) -> float:
    inside = 0.0
    for name in np.unique(strata):
        rows = np.flatnonzero(strata == name)
        inside += len(rows) * gamma(values[rows], w[np.ix_(rows, rows)])
    return 1 - inside / (len(values) * gamma(values, w))


def test_the_printed_power_of_soil_type(reference: Path) -> None:
    points = table(reference, "ntd_points")
    found = regio.spade(points, "incidence", "soiltype", coordinates=("X", "Y"), discretise="labels")
    assert known(reference)["published"]["NTD_spade"]["psd_soiltype_inverse_distance_power2"] == pytest.approx(found.factors.loc["soiltype", "q"], abs=5e-7)


def test_spade_by_double_loops() -> None:
    frame = sample()
    result = regio.spade(frame, "out", ["a", "zone"], coordinates=("x", "yy"), classes=(3, 4, 5))
    w, y = weights(frame), frame["out"].to_numpy()
    for row in result.levels[result.levels["factor"] == "a"].itertuples():
        classes = regio.discretise(frame, "a", method="quantile", classes=row.classes).classes["a"].to_numpy()
        expected = psd(y, classes, w), psd(frame["a"].to_numpy(), classes, w)
        assert expected == pytest.approx((row.psd, row.kept), rel=SAME)
    levels = result.levels[result.levels["factor"] == "a"]
    assert (levels["psd"] / levels["kept"]).mean() == pytest.approx(result.factors.loc["a", "q"], rel=SAME)
    assert psd(y, frame["zone"].to_numpy(), w) == pytest.approx(result.factors.loc["zone", "q"], rel=SAME)


def test_a_matrix_of_weights_may_lack_symmetry_and_rows_may_lack_values() -> None:
    frame = sample()
    w = weights(frame)
    w[0] *= 3
    given = regio.spade(frame, "out", "zone", neighbours=w).factors["q"].iloc[0]
    assert psd(frame["out"].to_numpy(), frame["zone"].to_numpy(), (w + w.T) / 2) == pytest.approx(given, rel=SAME)
    gap = frame.assign(zone=frame["zone"].mask(frame.index == 7))
    kept = [i for i in range(40) if i != 7]
    found = regio.spade(gap, "out", "zone", neighbours=w)
    assert psd(frame["out"].to_numpy()[kept], frame["zone"].to_numpy()[kept], ((w + w.T) / 2)[np.ix_(kept, kept)]) == pytest.approx(found.factors["q"].iloc[0])
    assert (found.provenance.rows_used, found.provenance.rows_left_out) == (39, 1)


def test_permutations_do_not_depend_on_anything_but_the_seed() -> None:
    frame = sample()
    one, two, other = (regio.spade(frame, "out", ["a", "zone"], coordinates=("x", "yy"), classes=(3, 4), draws=99, seed=s) for s in (1, 1, 2))
    assert one.factors["p_value"].tolist() == two.factors["p_value"].tolist() != other.factors["p_value"].tolist()
    assert one.factors.loc["a", "p_value"] <= 0.05


@pytest.mark.parametrize("overlay", ["fuzzy_and", "fuzzy_or", "intersection"])
def test_idsa_by_double_loops(overlay: Any) -> None:
    frame = sample()
    result = regio.idsa(frame, "out", ["a", "b"], coordinates=("x", "yy"), classes=(3, 4), overlay=overlay)
    w, y = weights(frame), frame["out"].to_numpy()
    strata = [regio.discretise(frame, name, method="quantile", classes=int(result.levels.loc[name, "classes"])).classes[name].to_numpy() for name in ("a", "b")]
    risks = []
    for own in strata:
        mean = np.array([y[own == k].mean() for k in own])
        risks.append((mean - mean.min()) / (mean.max() - mean.min()))
    zones = []
    for i in range(len(y)):
        which = int(np.argmin([r[i] for r in risks]) if overlay == "fuzzy_and" else np.argmax([r[i] for r in risks]))
        zones.append(f"{strata[0][i]}|{strata[1][i]}" if overlay == "intersection" else f"{which}:{strata[which][i]}")
    zone = np.array(zones)
    theta = psd(y, zone, w)
    lost = sum((1 - psd(own, zone, w)) * gamma(own, w) for own in strata)
    phi = 1 - lost / sum(gamma(own, w) for own in strata)
    found = result.combinations.set_index("factors").loc["a * b"]
    assert (theta, phi, theta / phi) == pytest.approx((found["theta"], found["phi"], found["q"]), rel=1e-8)
    assert (len(set(zones)), 3) == (found["zones"], len(result.combinations))
    single = result.combinations.set_index("factors").loc["a", "q"]
    assert single == pytest.approx(result.levels.loc["a", "compensated"])


def test_idsa_names_the_best_set_and_its_zones() -> None:
    frame = sample()
    frame.loc[3, "b"] = np.nan
    result = regio.idsa(frame, "out", ["a", "b", "zone"], coordinates=("x", "yy"), classes=(3, 4), draws=49)
    assert result.combinations["q"].is_monotonic_decreasing
    assert " * ".join(result.best) == result.combinations["factors"].iloc[0]
    assert list(frame.index) == list(result.zones.index)
    assert np.isnan(result.zones[3])
    assert result.zones.nunique() == result.combinations["zones"].iloc[0]
    assert result.combinations["p_value"].between(0.02, 1).all()


def squares(crs: str | None) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(sample(), geometry=[box(i % 8, i // 8, i % 8 + 1, i // 8 + 1) for i in range(40)], crs=crs)


def test_places_come_from_the_geometry() -> None:
    frame = squares("EPSG:32650")
    by_hand = sample().assign(x=[i % 8 + 0.5 for i in range(40)], yy=[i // 8 + 0.5 for i in range(40)])
    found, expected = regio.spade(frame, "out", "zone"), regio.spade(by_hand, "out", "zone", coordinates=("x", "yy"))
    assert expected.factors["q"].tolist() == pytest.approx(found.factors["q"].tolist())


def refused(error: type, frame: Any, **given: Any) -> tuple[list[str], str]:
    with pytest.raises(error) as caught:
        regio.spade(frame, "out", **({"factors": "zone"} | given))
    assert caught.value.text("en") != caught.value.text("zh")
    return [f.code for f in caught.value.findings], caught.value.text("zh")


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_geometry_without_a_projection_is_refused(crs: str | None) -> None:
    codes, chinese = refused(DataError, squares(crs))
    assert codes == ["spade.no_projection"]
    assert "投影" in chinese


@pytest.mark.parametrize(
    ("error", "cells", "given", "code"),
    [
        (ArgumentError, {}, {}, "spade.no_places"),
        (ArgumentError, {}, {"coordinates": ("x",)}, "spade.coordinates"),
        (ArgumentError, {}, {"neighbours": np.ones((3, 3))}, "spade.matrix"),
        (ArgumentError, {}, {"neighbours": "economic_distance"}, "spade.neighbours"),
        (ArgumentError, {}, {"neighbours": 3}, "spade.matrix"),
        (ArgumentError, {}, {"neighbours": ["a"]}, "spade.neighbours"),
        (ArgumentError, {}, {"neighbours": "contiguity"}, "spade.no_region"),
        (DataError, {"r": [*"ab"] * 20, "t": np.arange(40) // 2}, {"neighbours": "contiguity", "region": "r", "period": "t"}, "spade.several_rows"),
        (ArgumentError, {}, {"neighbours": np.zeros((40, 40))}, "spade.no_neighbours"),
        (DataError, {"x": 1.0, "yy": 2.0}, {"coordinates": ("x", "yy")}, "spade.one_place"),
        (DataError, {"x": np.nan}, {"coordinates": ("x", "yy")}, "spade.missing_places"),
        (EstimationError, {"zone": "s"}, {"coordinates": ("x", "yy")}, "geodetector.one_stratum"),
        (EstimationError, {"out": 1.0}, {"coordinates": ("x", "yy")}, "geodetector.constant_outcome"),
        (EstimationError, {}, {"coordinates": ("x", "yy"), "factors": "a", "classes": 8, "min_rows": 20}, "geodetector.no_setting"),
    ],
)
def test_bad_input_is_refused(error: type, cells: dict[str, Any], given: dict[str, Any], code: str) -> None:
    codes, _ = refused(error, sample().assign(**cells), **given)
    assert codes == [code]


def test_too_many_factors_for_every_set_are_refused() -> None:
    frame = sample().assign(**{f"f{i}": np.arange(40) % (i + 2) for i in range(11)})
    with pytest.raises(ArgumentError, match="too many sets"):
        regio.idsa(frame, "out", [f"f{i}" for i in range(11)], coordinates=("x", "yy"))


def provinces() -> pd.DataFrame:
    from regio.regions import system

    names = [r.en for r in system("china_provinces").regions if r.neighbours]
    rng = np.random.default_rng(2)
    return pd.DataFrame({"province": names, "out": rng.normal(size=len(names)), "zone": rng.choice(list("stu"), len(names))})


@pytest.mark.parametrize("neighbours", ["contiguity", "k_nearest", "distance_band", "inverse_distance"])
def test_neighbours_by_name_are_those_of_autocorrelation(neighbours: str) -> None:
    frame = provinces()
    square = regio.autocorrelation(frame, "out", neighbours, power=2.0, draws=0, region="province", row_standardise=False).pairs
    at = {name: i for i, name in enumerate(frame["province"])}
    w = np.zeros((len(frame), len(frame)))
    for one, other, weight in square.reset_index()[["region", "neighbour", "weight"]].itertuples(index=False):
        w[at[one], at[other]] = weight
    result = regio.spade(frame, "out", "zone", neighbours=neighbours, region="province")
    expected = psd(frame["out"].to_numpy(), frame["zone"].to_numpy(), (w + w.T) / 2)
    assert expected == pytest.approx(result.factors["q"].iloc[0], rel=SAME)
    assert "neighbours.what" in [str(getattr(c.what, "code", c.what)) for c in result.conventions]


def test_neighbours_may_be_a_mapping_of_regions() -> None:
    frame = pd.DataFrame({"r": list("abcd"), "out": [1.0, 2.0, 5.0, 7.0], "zone": list("ssuu")})
    line = {"a": ["b"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c"]}
    w = np.diag(np.ones(3), 1) + np.diag(np.ones(3), -1)
    assert regio.spade(frame, "out", "zone", neighbours=line, region="r").factors["q"].iloc[0] == pytest.approx(
        psd(frame["out"].to_numpy(), frame["zone"].to_numpy(), w)
    )
    assert regio.idsa(frame, "out", "zone", neighbours=line, region="r").best == ("zone",)
