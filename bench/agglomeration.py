"""Seconds of measures of agglomeration and coupling in Regio and econcomplex, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/agglomeration.py

Regions × industries: 31 × 500 amounts. ``numbers``: from a matrix to a matrix, as the peer does; Regio finds five measures of specialisation and seven
of concentration there, the peer one. ``method``: the public function, with checks, hashes of 500 columns and frames. Firms: a million rows in 31
regions and ten years, for which there is no peer. Ratios are to Regio. The run stops where numbers differ by more than 1e-9.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import econcomplex
import numpy as np
import pandas as pd

import regio
from regio.indices.activity.quotients import quotients
from regio.indices.activity.specialisation import of_industries, of_regions

AGREE = 1e-9
REPEATS = 5


def best(call: Callable[[], Any]) -> tuple[float, Any]:
    seconds, found = [], None
    for _ in range(REPEATS):
        begun = time.perf_counter()
        found = call()
        seconds.append(time.perf_counter() - begun)
    return min(seconds), found


def matrix() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    amounts = np.exp(rng.normal(size=(31, 500))) * (rng.random((31, 500)) < 0.7)
    return pd.DataFrame(amounts, columns=[f"i{k}" for k in range(500)], index=pd.Index([f"r{k:02d}" for k in range(31)], name="region"))


def firms(rows: int = 1_000_000) -> regio.Panel:
    rng = np.random.default_rng(1)
    number = rows // 10
    table = pd.DataFrame({"firm": np.repeat(np.arange(number), 10), "year": np.tile(np.arange(2014, 2024), number)})
    region = rng.integers(31, size=number)
    table["region"], table["nev"] = region[table["firm"]], (rng.random(number) < 0.2).astype(int)[table["firm"]]
    return regio.Panel(table.assign(assets=np.exp(rng.normal(size=rows))), region="region", period="year", unit="firm")


def compare(name: str, ours: Callable[[], Any], peer: Callable[[], Any] | None) -> None:
    seconds, found = best(ours)
    if peer is None:
        print(f"{name:44s} {seconds:9.4f} s")
        return
    other, expected = best(peer)
    gap = float(np.nanmax(np.abs(np.asarray(found, float).ravel() - np.asarray(expected, float).ravel())))
    if gap > AGREE:
        raise SystemExit(f"{name}: numbers differ by {gap:g}")
    print(f"{name:44s} {seconds:9.4f} s   econcomplex {other:9.4f} s   ratio {other / seconds:6.2f}")


def main() -> None:
    wide = matrix()
    frame, names = wide.reset_index(), tuple(wide.columns)
    sums = wide.to_numpy()[:, None, :]
    plants = np.full((1, 500), 0.1)
    compare("location quotients, numbers", lambda: quotients(sums, 500), lambda: econcomplex.location_quotient(wide))
    compare("specialisation of regions, numbers", lambda: of_regions(sums)["krugman"], lambda: econcomplex.krugman_index(wide))
    compare("concentration, numbers (Gini)", lambda: of_industries(sums, 500, plants)["locational_gini"] / 2, lambda: econcomplex.locational_gini(wide))
    compare("location quotients, method", lambda: regio.location_quotient(frame, names, region="region").scores["estimate"], None)
    compare("specialisation of regions, method", lambda: regio.regional_specialisation(frame, names, region="region"), None)
    compare("concentration, method", lambda: regio.geographic_concentration(frame, names, region="region"), None)
    panel = firms()
    compare("location quotients, 1e6 firms", lambda: regio.location_quotient(panel, "assets", industry="nev"), None)
    compare("Herfindahl indices, 1e6 firms", lambda: regio.herfindahl(panel, "assets", industry="nev"), None)
    compare("score of agglomeration, 1e6 firms", lambda: regio.agglomeration(panel, "assets", industry="nev"), None)
    small = firms(3_000)
    compare("999 Poisson draws, 3,000 firm-years", lambda: regio.location_quotient(small, "assets", industry="nev", draws=999), None)
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"region": np.repeat(np.arange(310), 12), "year": np.tile(np.arange(2012, 2024), 310), "a": rng.random(3720), "b": rng.random(3720)})
    compare("coupling of two systems, 310 x 12", lambda: regio.coupling(table, ("a", "b"), region="region", period="year"), None)


if __name__ == "__main__":
    main()
