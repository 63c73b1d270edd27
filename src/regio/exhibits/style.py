"""How tables and figures look: chosen in a study's ``[report]``, and no part of any computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Style:
    brackets: Literal["std_error", "statistic"] = "statistic"  # what stands under an estimate
    decimals: int = 3
    stars: tuple[tuple[float, str], ...] = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
    fixed_effects: Literal["yes_no", "check", "none"] = "yes_no"  # rows of yes and no: words, marks, or not at all
    width: Literal[90, 140, 190] | None = None  # of figures, in millimetres; None: what the form needs
