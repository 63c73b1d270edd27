"""Regio: empirical studies of regions and industries, from one study file to printed tables.

The names below are imported when they are first used, so that ``import regio`` costs nothing.
"""

from __future__ import annotations

from typing import Any

from regio.catalogue import FUNCTIONS, METHODS, PRIMITIVES

__version__ = "0.1.0"
__all__ = ["__version__", *sorted(k for k in METHODS if "." not in k), *PRIMITIVES, *FUNCTIONS]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if home := METHODS.get(name) or PRIMITIVES.get(name) or FUNCTIONS.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module 'regio' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
