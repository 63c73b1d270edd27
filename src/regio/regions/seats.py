"""Seats of government of provinces and states: longitude and latitude to a hundredth of a degree."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def seats() -> Mapping[str, tuple[float, float]]:
    """Code of a region → longitude and latitude of its seat of government, degrees (WGS 84).

    Examples
    --------
    >>> seats()["110000"], seats()["MA"]
    ((116.41, 39.9), (-71.06, 42.36))
    """
    text = (resources.files(__package__) / "seats.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["code"]: (float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(text.splitlines())})
