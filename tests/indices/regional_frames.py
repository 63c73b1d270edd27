"""Small tables that the tests of the dynamics share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

EXACT = 1e-12  # second routes to the same sum, in another order
KEYS: Any = {"region": "r", "period": "t"}


def long(values: Any, name: str = "y") -> pd.DataFrame:
    """A matrix of regions by periods as a table of rows."""
    array = np.asarray(values, dtype=float)
    rows, columns = np.indices(array.shape)
    return pd.DataFrame({"r": [f"r{i:02d}" for i in rows.ravel()], "t": columns.ravel() + 2001, name: array.ravel()})


def growing(regions: int = 20, periods: int = 9, seed: int = 0) -> np.ndarray:
    """Positive levels that differ lastingly between regions."""
    rng = np.random.default_rng(seed)
    return np.exp(rng.normal(size=(regions, 1)) + np.cumsum(rng.normal(size=(regions, periods)) * 0.3, axis=1))


def e09(reference: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    folder = reference / "indices"
    return pd.read_csv(folder / "e09_input.csv"), json.loads((folder / "e09_inequality.json").read_text(encoding="utf-8"))["expected"]


def e13(reference: Path) -> dict[str, Any]:
    return dict(json.loads((reference / "indices" / "e13_dynamics.json").read_text(encoding="utf-8")))
