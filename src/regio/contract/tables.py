"""What the contract knows of a Panel: its protocol. The room ``panel`` registers how to make one, so nothing is imported upwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from regio.catalogue import PANEL
from regio.exhibits.models import Text

if TYPE_CHECKING:
    import pandas as pd


class KeysLike(Protocol):
    @property
    def region(self) -> str | None: ...
    @property
    def period(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def names(self) -> tuple[str, ...]: ...


class PanelLike(Protocol):
    """A Panel, or rows that come in parts with the same attributes."""

    @property
    def rows(self) -> Any: ...
    @property
    def keys(self) -> Any: ...
    @property
    def variables(self) -> tuple[Any, ...]: ...
    @property
    def changes(self) -> tuple[Any, ...]: ...
    @property
    def labels(self) -> tuple[Text, ...]: ...


Opener = Callable[[Any, str | None, str | None], "PanelLike | None"]
Checker = Callable[..., None]
_registered: dict[str, Any] = {}


def register(opener: Opener, checker: Checker) -> None:
    """Called once by the room ``panel``: how to open a table, and how to check that columns hold numbers."""
    _registered.update(opener=opener, checker=checker)


def open_table(data: Any, region: str | None, period: str | None) -> PanelLike | None:
    """A Panel as it is, a frame made into one; None for anything else."""
    found: PanelLike | None = _get("opener")(data, region, period)
    return found


def check_numeric(frame: pd.DataFrame | Mapping[str, pd.Series], columns: list[str], *, any_size: bool = False) -> None:
    """Raises DataError where a cell of these columns is not a number, or not one that can be squared."""
    _get("checker")(frame, columns, any_size=any_size)


def as_numbers(panel: Any, columns: Iterable[str]) -> Any:
    """The same panel with decimals, categories and yes or no of these columns, which are known to be numbers, as floats."""
    changed = {name: _floats(panel.rows[name]) for name in columns if panel.rows[name].dtype.kind not in "iuf"}
    return panel.with_rows(panel.rows.assign(**changed)) if changed else panel


def _floats(column: pd.Series) -> list[float]:
    return [math.nan if missing else float(value) for value, missing in zip(column.tolist(), column.isna(), strict=True)]


def unlike_labels(column: pd.Series) -> Any:
    """The first cell that cannot name a group, such as a list; None where all can."""
    if str(column.dtype) != "object" and "list" not in str(column.dtype):
        return None
    return next((value for value in column.tolist() if not isinstance(value, Hashable)), None)


def _get(name: str) -> Any:
    if name not in _registered:
        import_module(PANEL)
    return _registered[name]
