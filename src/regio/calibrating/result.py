"""What a calibration gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.contract.finding import Finding
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd

    from regio.panel import Panel


@dataclass(frozen=True, slots=True, eq=False)
class Calibrate:
    """panel: the table, labelled "calibrated, not observed"; tables: further ones by name; reproduction: one row a printed number with ``where, printed,
    computed, equal`` and ``reason`` (why it does not come back); findings: what cannot hold and what print does not say.
    """

    panel: Panel
    reproduction: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    tables: Mapping[str, Panel] = field(default_factory=dict)

    @property
    def equal(self) -> int:
        """How many printed numbers come back."""
        return int(self.reproduction["equal"].sum())

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.calibrating.exhibits import reproduction_table

        return (reproduction_table(self.reproduction),)

    def _repr_html_(self) -> str:
        from regio.calibrating.words import LABEL
        from regio.exhibits.page import fragment

        return fragment(self.exhibits(), (LABEL,))
