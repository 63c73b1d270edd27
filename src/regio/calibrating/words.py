"""The mark of a calibrated panel, and names that two parts of this room share. Needs no numpy."""

from __future__ import annotations

from collections.abc import Iterator

from regio.language import LANGUAGES, say

LABEL = {language: say("calibrate.label", language) for language in LANGUAGES}
GROUP = "group"  # the column that holds the printed group of a region
PRINTED, DESIGN, START = "printed.json", "design.toml", "start.json"


def masks(count: int) -> Iterator[str]:
    """R01, R02, … : names of regions that hide none that exist."""
    width = max(2, len(str(count)))
    return (f"R{i:0{width}d}" for i in range(1, count + 1))
