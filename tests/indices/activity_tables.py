"""Tables of activity with known answers, copied from the worked examples E07 and E08 of the reference folder, and a random table of firms."""

from __future__ import annotations

import numpy as np
import pandas as pd

import regio

E07 = pd.DataFrame(
    {
        "firm": [f"F{i:02d}" for i in range(1, 15)],
        "province": ["Anx", "Anx", "Anx", "Bei", "Bei", "Bei", "Bei", "Cen", "Cen", "Dan", "Dan", "Dan", "Eas", "Bei"],
        "is_nev": [1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0],
        "total_assets": [400.0, 100, 1500, 900, 600, 300, 4200, 50, 450, 250, 250, 9500, 1000, 1500],
    }
)
PROVINCES = ["Anx", "Bei", "Cen", "Dan", "Eas"]
E07_LQ = [1.842105263157895, 1.7684210526315791, 0.736842105263158, 0.368421052631579, 0.0]
E08 = pd.DataFrame(
    {
        "region": ["r1", "r2", "r3", "r4"],
        "i1": [120.0, 40.0, 10.0, 30.0],
        "i2": [30.0, 160.0, 10.0, 0.0],
        "i3": [50.0, 20.0, 200.0, 30.0],
        "i4": [0.0, 80.0, 20.0, 100.0],
        "i5": [200.0, 100.0, 60.0, 240.0],
    }
)
INDUSTRIES = ("i1", "i2", "i3", "i4", "i5")
EXACT = 1e-12  # a handful of sums and quotients of numbers of one size


def nev() -> regio.Panel:
    return regio.Panel(E07, region="province", unit="firm")


def firms(seed: int = 3, regions: int = 6, periods: int = 3, n: int = 60) -> pd.DataFrame:
    """Firms with an industry name, a mark, a region and a size in each period; some are absent in a period."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"firm": np.repeat(np.arange(n), periods), "year": np.tile(2019 + np.arange(periods), n)})
    table["place"] = np.array([f"p{i}" for i in rng.integers(regions, size=n)])[table["firm"]]
    table["trade"] = np.array(["cars", "ships", "wine"])[rng.integers(3, size=n)][table["firm"]]
    table["nev"] = (table["trade"] == "cars").astype(int)
    table["assets"] = np.exp(rng.normal(size=len(table)))
    return table[rng.random(len(table)) < 0.9].reset_index(drop=True)
