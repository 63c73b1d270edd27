"""Tables and variations that the tests of uncertainty share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

NAMES = ("a", "b", "c", "d")
KEYS: Any = {"region": "r", "period": "t"}


def table(regions: int = 9, periods: int = 3, indicators: int = 4, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"r": np.repeat([f"r{i:02d}" for i in range(regions)], periods), "t": np.tile(np.arange(2001, 2001 + periods), regions)})
    return frame.assign(**{name: np.exp(rng.normal(size=len(frame))) for name in "abcdefghijklmnopqrst"[:indicators]})
