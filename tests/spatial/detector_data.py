"""Tables of the reference folder that the tests of the detectors read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

FACTORS = ("Tempchange", "Precipitation", "GDP", "Popdensity")


@cache
def known(reference: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((reference / "geodetector" / "known_answers.json").read_text(encoding="utf-8"))
    return found


@cache
def table(reference: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(reference / "geodetector" / f"{name}.csv")
