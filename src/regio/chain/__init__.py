"""Industrial chains (产业链): facts, graph, metrics, outlook. A chain is a folder of tables; ``read`` opens it, the methods take it.

The names are imported when they are first used. The methods are those of the catalogue whose kind begins with ``chain.``.
"""

from __future__ import annotations

from typing import Any

from regio.catalogue import METHODS

OTHERS = {"read": "regio.chain.base.reader", "Chain": "regio.chain.base.model", "graph": "regio.chain.base.graph"}
_HOMES = {kind.removeprefix("chain."): home for kind, home in METHODS.items() if kind.startswith("chain.")} | OTHERS

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'regio.chain' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_HOMES)
