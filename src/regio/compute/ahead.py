"""One item ahead: the next part is read in a thread while this one is computed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
from typing import TypeVar

Item = TypeVar("Item")
NAME = "regio-reading"


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order."""
    reader = ThreadPoolExecutor(1, thread_name_prefix=NAME)
    try:
        waiting = reader.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = reader.submit(next, items, None)
            yield item
    finally:
        reader.shutdown(wait=not current_thread().name.startswith(NAME))  # one that is left half-read may be closed by the reader itself
