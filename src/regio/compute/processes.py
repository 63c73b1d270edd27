"""An engine of several processes on this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Self
from weakref import finalize

from regio.compute.problem import problem
from regio.language import RegioError

AHEAD = 2  # items in flight, a worker


class Processes:
    """A pool of ``workers`` spawned processes, started at the first task; close it, use it in ``with``, or leave it to the end of the program.

    No more than a few items are in flight at once, so that the parts of a large table are never all in memory.
    """

    def __init__(self, workers: int) -> None:
        if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
            raise problem("compute.workers", found=str(workers))
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, task: Callable[..., Any], items: Iterable[Any], *shared: Any) -> Iterator[Any]:
        pool = self._started()
        waiting: deque[Future[Any]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(_safely, task, item, shared))
                if len(waiting) >= AHEAD * self.workers:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        except BrokenProcessPool:
            self._pool = None
            raise problem("compute.worker_died", workers=self.workers) from None
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))
            finalize(self, self._pool.shutdown)  # an engine that nobody holds any more ends its processes
        return self._pool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _safely(task: Callable[..., Any], item: Any, shared: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The value; or the kind of an error of Regio's and its messages, which would not survive the way back as an exception."""
    try:
        return None, (task(item, *shared),)
    except RegioError as error:
        return type(error), error.messages


def _result(future: Future[Any]) -> Any:
    kind, values = future.result()
    if kind is not None:
        raise kind(*values)
    return values[0]
