"""Engines have one verb: where a list of independent tasks is computed. ``combine`` and ``repeat`` are its only callers.

Parts are cut by the data and ``PART_ROWS``; draws by ``CHUNK``; chunk i draws from ``SeedSequence(seed, spawn_key=(i,))``; summaries are added
in the order of the parts. So the bits of a result do not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np

CHUNK = 1000  # draws
Summary = TypeVar("Summary")


class Engine(Protocol):
    def map(self, task: Callable[..., Any], items: Iterable[Any], *shared: Any) -> Iterator[Any]:
        """``task(item, *shared)`` for every item, in the order of the items; task is a module-level function."""
        ...


class InProcess:
    """One after the other, here."""

    def map(self, task: Callable[..., Any], items: Iterable[Any], *shared: Any) -> Iterator[Any]:
        return (task(item, *shared) for item in items)


IN_PROCESS = InProcess()


def named(text: str) -> Engine:
    """The engine that a command line names: ``in_process``, or ``processes:N`` for N worker processes.

    Raises
    ------
    ComputeError
        for another word, or a number of workers that is none

    Examples
    --------
    >>> named("in_process") is IN_PROCESS, named("processes:4").workers
    (True, 4)
    """
    from regio.compute.problem import near, problem

    word, _, number = text.strip().partition(":")
    if word == "in_process" and not number:
        return IN_PROCESS
    if word != "processes":
        raise problem("compute.unknown_engine", found=text, near=near(word, ("in_process", "processes")))
    if not (number.isdecimal() and int(number)):
        raise problem("compute.workers", found=number)
    from regio.compute.processes import Processes

    return Processes(int(number))


def combine(summarise: Callable[..., Summary], parts: Iterable[Any], *shared: Any, engine: Engine | None = None) -> Summary:
    """The sum, in order, of a summary of each part. A summary is a frozen value with ``+``."""
    total: Summary = reduce(add, (engine or IN_PROCESS).map(summarise, parts, *shared))
    return total


def chunks(draws: int, seed: int) -> Iterator[tuple[int, int, int]]:
    """(number of the chunk, draws in it, seed) for every chunk."""
    return ((i, min(CHUNK, draws - i * CHUNK), seed) for i in range(-(-draws // CHUNK)))


def generator(chunk: tuple[int, int, int]) -> np.random.Generator:
    """The random numbers of one chunk."""
    import numpy as np

    number, _, seed = chunk
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))


def repeat(task: Callable[..., np.ndarray], draws: int, seed: int, *shared: Any, engine: Engine | None = None) -> np.ndarray:
    """``task(chunk, *shared)`` for every chunk of draws, stacked: task returns one row a draw."""
    import numpy as np

    return np.concatenate(list((engine or IN_PROCESS).map(task, chunks(draws, seed), *shared)))
