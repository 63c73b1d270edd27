"""What a preparation gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regio.panel import Change, Panel


@dataclass(frozen=True, slots=True)
class Prepared:
    """panel: the rows after it; changes: every cell or row that it touched, in the order of the rows."""

    panel: Panel
    changes: tuple[Change, ...]
