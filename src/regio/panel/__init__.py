"""Panel: regions × periods, validated once, with what is known about each column and every cell that was changed.

The names below are imported when they are first used: what a variable is can be said without pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regio.panel.door import PartedPanel
    from regio.panel.panel import Panel
    from regio.panel.variable import Change, Keys, Variable

HOMES = {"PartedPanel": "door", "Panel": "panel", "Change": "variable", "Keys": "variable", "Variable": "variable"}
__all__ = ["Change", "Keys", "Panel", "PartedPanel", "Variable"]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"regio.panel.{HOMES[name]}"), name)
