"""Spatial autocorrelation: peers, known answers, periods, islands, clusters, exhibits, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.compute.engine import named
from regio.contract.finding import FindingError
from regio.exhibits.draw.caption import caption
from regio.exhibits.models import Figure

EXACT = 1e-12  # the same sums in another order
KEYS = {"region": "r", "period": "t"}


def lattice(rows: int, columns: int) -> np.ndarray:
    place = np.array([(i, j) for i in range(rows) for j in range(columns)])
    return (np.abs(place[:, None] - place[None]).sum(axis=2) == 1).astype(float)


def table(rows: int = 5, columns: int = 6, seed: int = 3) -> pd.DataFrame:
    """A trend over the lattice with noise."""
    rng = np.random.default_rng(seed)
    i, j = np.divmod(np.arange(rows * columns), columns)
    return pd.DataFrame({"r": [f"r{k:02d}" for k in range(rows * columns)], "y": np.exp(0.4 * i + 0.2 * j + rng.normal(size=rows * columns) / 2)})


def panel(seed: int = 3) -> pd.DataFrame:
    return pd.concat([table(seed=seed + t).assign(t=2010 + t) for t in range(3)], ignore_index=True)


@pytest.mark.parametrize("row_standardise", [True, False])
def test_the_peer_agrees_on_global_statistics(row_standardise: bool) -> None:
    esda, libpysal = pytest.importorskip("esda"), pytest.importorskip("libpysal")
    w = libpysal.weights.lat2W(5, 6)
    kind = "r" if row_standardise else "b"
    frame = table()
    y = frame["y"].to_numpy()
    ask = {"region": "r", "row_standardise": row_standardise, "draws": 0}
    moran, theirs = regio.autocorrelation(frame, "y", lattice(5, 6), **ask), esda.Moran(y, w, transformation=kind, permutations=0)
    line = moran.estimates.iloc[0]
    assert [theirs.I, theirs.EI, theirs.z_rand, theirs.p_rand] == pytest.approx(line[["estimate", "expected", "statistic", "p_value"]].tolist(), abs=EXACT)
    assert theirs.z_norm == pytest.approx(moran.tests["statistic"].iloc[0], abs=EXACT)
    geary, theirs = regio.autocorrelation(frame, "y", lattice(5, 6), measure="geary", **ask), esda.Geary(y, w, transformation=kind, permutations=0)
    assert [theirs.C, theirs.seC_rand, theirs.z_rand] == pytest.approx(geary.estimates.iloc[0][["estimate", "std_error", "statistic"]].tolist(), abs=1e-9)
    if not row_standardise:
        g, theirs = regio.autocorrelation(frame, "y", lattice(5, 6), measure="getis_ord", **ask), esda.G(y, w, permutations=0)
        assert [theirs.G, theirs.EG, theirs.z_norm] == pytest.approx(g.estimates.iloc[0][["estimate", "expected", "statistic"]].tolist(), abs=1e-9)


def test_the_peer_agrees_on_local_statistics() -> None:
    esda, libpysal = pytest.importorskip("esda"), pytest.importorskip("libpysal")
    w = libpysal.weights.lat2W(5, 6)
    w.transform = "r"
    frame = table()
    y, n = frame["y"].to_numpy(), len(frame)
    ours = regio.autocorrelation(frame, "y", lattice(5, 6), region="r", local=True, alternative="directed").local
    theirs = esda.Moran_Local(y, w, permutations=0)
    np.testing.assert_allclose(theirs.Is * n / (n - 1), ours["estimate"], atol=EXACT)  # theirs divides by n − 1 in the variance
    quadrants = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert [quadrants[q] for q in theirs.q] == ours["quadrant"].tolist()
    star = regio.autocorrelation(frame, "y", lattice(5, 6), region="r", local=True, measure="getis_ord", row_standardise=False).local
    w.transform = "b"
    np.testing.assert_allclose(esda.G_Local(y, w, star=True, transform="B", permutations=0).Zs, star["estimate"], atol=EXACT)


def test_known_local_statistics(reference: Path) -> None:
    known = json.loads((reference / "indices" / "e10_moran.json").read_text())
    frame = pd.DataFrame({"r": range(9), "y": known["input"]["y_rowwise"]})
    local = regio.autocorrelation(frame, "y", lattice(3, 3), region="r", local=True).local
    assert known["local_moran_row_standardised_m2_over_n"] == pytest.approx(local["estimate"].tolist(), abs=1e-9)
    quadrants = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert [quadrants[q] for q in known["quadrant(1 HH,2 LH,3 LL,4 HL)"]] == local["quadrant"].tolist()
    for style, standardise in (("binary", False), ("row_standardised", True)):
        found = regio.autocorrelation(frame, "y", lattice(3, 3), region="r", measure="geary", row_standardise=standardise, draws=0)
        assert known["expected"][style]["geary_C"] == pytest.approx(found.estimates["estimate"].iloc[0], abs=1e-9)


def test_local_statistics_add_up_to_the_global_one() -> None:
    found = regio.autocorrelation(table(), "y", lattice(5, 6), region="r", local=True, draws=99)
    assert found.local["estimate"].mean() == pytest.approx(found.estimates["estimate"].iloc[0], abs=EXACT)


def test_each_period_is_what_it_is_alone_and_workers_do_not_matter() -> None:
    frame = panel()
    found = regio.autocorrelation(frame, "y", lattice(5, 6), local=True, draws=1200, **KEYS)
    for year, part in frame.groupby("t"):
        alone = regio.autocorrelation(part, "y", lattice(5, 6), local=True, draws=1200, region="r")
        np.testing.assert_allclose(found.estimates.loc[year].to_numpy(float), alone.estimates.iloc[0].to_numpy(float), atol=EXACT)
    again = regio.autocorrelation(frame, "y", lattice(5, 6), local=True, draws=1200, engine=named("in_process"), **KEYS)
    assert found.to_dict() == again.to_dict()
    other = regio.autocorrelation(frame, "y", lattice(5, 6), local=True, draws=1200, seed=5, **KEYS)
    assert not found.local["p_value"].equals(other.local["p_value"])


def test_a_cluster_that_is_there_is_found() -> None:
    frame = table(10, 10)
    block = {f"r{10 * i + j:02d}" for i in (3, 4, 5) for j in (3, 4, 5)}
    frame["y"] = [10.0 + k / 100 if r in block else 1.0 + (k * 7 % 100) / 100 for k, r in enumerate(frame["r"])]
    for measure, word in (("moran", "high_high"), ("getis_ord", "hot_spot")):
        local = regio.autocorrelation(frame, "y", lattice(10, 10), region="r", local=True, measure=measure).local
        found = set(local.loc[local["cluster"] == word, "region"])
        assert {"r44", "r34", "r43", "r45", "r54"} <= found
        assert found <= block | {f"r{10 * i + j:02d}" for i in range(2, 7) for j in range(2, 7)}


def test_columns_stand_in_the_rows_of_the_table() -> None:
    frame = panel().sample(frac=1, random_state=1)
    found = regio.autocorrelation(frame, "y", lattice(5, 6)[np.ix_(*[[int(r[1:]) for r in pd.unique(frame["r"])]] * 2)], local=True, draws=99, **KEYS)
    columns = found.columns()
    joined = frame.assign(cluster=columns["cluster"]).merge(found.local, left_on=["r", "t"], right_on=["region", "part"])
    assert (joined["cluster_x"] == joined["cluster_y"]).all()
    lag = frame[frame["t"] == 2010].set_index("r")["y"].reindex(["r01", "r06"]).mean()
    assert columns["lag"][frame[(frame["t"] == 2010) & (frame["r"] == "r00")].index[0]] == pytest.approx(lag, abs=EXACT)


def test_islands_are_listed_and_kept_or_dropped() -> None:
    frame = table(2, 3)
    w = lattice(2, 3)
    w[0] = w[:, 0] = 0
    kept, dropped = (regio.autocorrelation(frame, "y", w, region="r", local=True, islands=i) for i in ("keep", "drop"))
    assert [kept.estimates["n"].iloc[0], dropped.estimates["n"].iloc[0]] == [6, 5]
    finding = next(f for f in kept.findings if f.code == "neighbours.alone")
    assert "r00" in finding.text("en")
    assert "没有邻居：r00" in finding.text("zh")
    line = kept.local.set_index("region").loc["r00"]
    assert np.isnan(line["estimate"])
    assert line["cluster"] == "no_neighbours"
    alone = regio.autocorrelation(frame.iloc[1:], "y", w[1:, 1:], region="r", draws=0)
    assert alone.estimates["estimate"].iloc[0] == pytest.approx(dropped.estimates["estimate"].iloc[0], abs=EXACT)


def test_missing_values_are_counted() -> None:
    frame = table().assign(y=lambda f: f["y"].where(f["r"] != "r03"))
    found = regio.autocorrelation(frame, "y", lattice(5, 6), region="r", draws=0)
    assert (found.estimates["n"].iloc[0], found.provenance.rows_left_out) == (29, 1)
    assert [f.code for f in found.findings] == ["places.missing"]


def test_few_draws_for_many_regions_are_said() -> None:
    found = regio.autocorrelation(table(), "y", lattice(5, 6), region="r", local=True, draws=999)
    finding = next(f for f in found.findings if f.code == "autocorrelation.few_draws")
    assert "draws = 4999" in finding.text("en")
    assert "draws = 4999" in finding.text("zh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_provinces_have_a_map_of_clusters(language: Any) -> None:
    from regio.regions import system

    here = [r for r in system("china_provinces").regions if r.groups]
    frame = pd.DataFrame({"r": [r.zh for r in here], "y": np.arange(31.0) ** 1.5})
    found = regio.autocorrelation(frame, "y", region="r", local=True, draws=999)
    names = [e.name for e in found.exhibits()]
    assert names == ["global", "scatter", "local", "map"]
    figure = next(e for e in found.exhibits() if isinstance(e, Figure) and e.name == "map")
    assert caption(figure, language).title
    assert found.figure("map") is not None


@pytest.mark.parametrize(
    ("options", "code", "english", "chinese"),
    [
        ({"local": True, "measure": "geary"}, "autocorrelation.local_geary", "moran and getis_ord", "仅适用于"),
        ({"local": True, "draws": 10}, "autocorrelation.local_draws", "at least 99", "至少需要 99"),
        ({"column": "negative", "measure": "getis_ord"}, "autocorrelation.negative", "negative values", "负值"),
        ({"column": "same"}, "autocorrelation.constant", "same value everywhere", "取值相同"),
        ({"column": "infinite"}, "places.infinite", "1 infinite", "1 个无穷大"),
        ({"column": "gone"}, "autocorrelation.few", "has 1 regions", "为 1 个"),
        ({"neighbours": "contiguty"}, "neighbours.word", "Did you mean contiguity?", "contiguity"),
        ({"neighbours": "contiguity"}, "neighbours.no_borders", "no built-in system", "不属于任何内置地区体系"),
        ({"neighbours": "k_nearest"}, "places.nowhere", "Nothing says where", "无法得知"),
        ({"neighbours": "economic_distance"}, "neighbours.no_column", "economic =", "economic ="),
    ],
)
def test_what_it_refuses(options: dict[str, Any], code: str, english: str, chinese: str) -> None:
    frame = table().assign(same=1.0, negative=lambda f: f["y"] - 3, infinite=lambda f: f["y"].where(f["r"] != "r01", np.inf))
    frame["gone"] = frame["y"].where(frame["r"] == "r01")
    ask = {"column": "y", "neighbours": lattice(5, 6), "region": "r"} | options
    with pytest.raises(FindingError) as caught:
        regio.autocorrelation(frame, **ask)
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_one_region_and_two_rows_of_a_region() -> None:
    with pytest.raises(FindingError, match="has 1 regions"):
        regio.autocorrelation(pd.DataFrame({"r": ["北京"], "y": [1.0]}), "y", region="r")
    with pytest.raises(FindingError, match="stands twice"):
        regio.autocorrelation(pd.concat([table().assign(t=t, half="h") for t in (1, 2)]), "y", lattice(5, 6), by="half", **KEYS)
