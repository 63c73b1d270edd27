"""What a call of the detector asks for, with what its convention says where it was left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regio.spatial.breaks.cutting import Convention

MIN_ROWS: Mapping[Convention, int] = {"textbook": 4, "gd": 2, "gdverse": 1, "cran": 1}
SINGLE_ROWS: Mapping[Convention, str] = {"textbook": "keep", "gd": "drop", "gdverse": "drop", "cran": "keep"}


@dataclass(frozen=True, slots=True)
class Options:
    discretise: Any
    methods: tuple[str, ...]
    classes: tuple[int, ...]
    single_rows: str
    min_rows: int
    tolerance: float
    ways: int
    shares: str
    draws: int
    level: float
    convention: Convention
    seed: int
    engine: Any = None
