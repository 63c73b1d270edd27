"""A small panel for placebos and their neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

KEYS: dict[str, Any] = {"region": "region", "period": "period"}


def panel_frame(regions: int = 8, periods: int = 5, drop: float = 0.0, seed: int = 2) -> pd.DataFrame:
    """Columns y, x, z, w, v; w and v go with x; rows in random order."""
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), 2010 + np.arange(periods), indexing="ij"))
    frame = pd.DataFrame({"region": [f"r{i}" for i in region], "period": period})
    frame["w"], frame["v"], frame["z"] = rng.normal(size=(3, len(frame))) + rng.normal(size=(3, regions))[:, region]
    frame["x"] = frame["w"] + frame["v"] + rng.normal(size=len(frame))
    frame["y"] = 0.3 * frame["x"] + frame["z"] + rng.normal(size=len(frame))
    return frame[rng.random(len(frame)) >= drop].sample(frac=1, random_state=seed).reset_index(drop=True)
