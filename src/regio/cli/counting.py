"""An engine that says how many of its tasks are done, for the bar of a long step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any

from regio.compute.engine import IN_PROCESS, Engine


class Counted:
    """What another engine computes, counted. tell(done, total) is called as results come; total is None where it is not known beforehand."""

    def __init__(self, engine: Engine | None) -> None:
        self.engine = engine or IN_PROCESS
        self.tell: Callable[[int, int | None], None] | None = None

    def map(self, task: Callable[..., Any], items: Iterable[Any], *shared: Any) -> Iterator[Any]:
        total = len(items) if isinstance(items, Sized) else None
        for done, result in enumerate(self.engine.map(task, items, *shared), 1):
            yield result
            if self.tell is not None:
                self.tell(done, total)

    def __reduce__(self) -> tuple[Any, ...]:
        """Workers need the engine itself, not the count."""
        return _itself, (self.engine,)


def _itself(engine: Engine) -> Engine:
    return engine
