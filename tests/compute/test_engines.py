"""Engines: the same bits wherever tasks are computed, errors that come through, few items in flight."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.compute.engine import CHUNK, IN_PROCESS, Engine, combine, generator, named, repeat
from regio.compute.problem import ComputeError
from regio.compute.processes import AHEAD, Processes
from regio.compute.rows import FrameRows
from regio.compute.sums import Sums
from regio.contract.finding import EstimationError, error

WORKERS = (2, 3)


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[Engine, ...]]:
    """In process, and pools that are started once for all tests of this file."""
    pools = [Processes(n) for n in WORKERS]
    yield (IN_PROCESS, *pools)
    for pool in pools:
        pool.close()


def means(chunk: tuple[int, int, int], columns: int) -> np.ndarray:
    return generator(chunk).normal(size=(chunk[1], 50, columns)).mean(axis=1)


def sums(part: pd.DataFrame) -> Sums:
    return Sums.of(part[["a", "b"]].to_numpy())


def picky(item: int) -> int:
    if item == 3:
        raise EstimationError(error("regress.no_rows", rows=item), error("regress.one_group", effect="省份"))
    return item


def deadly(item: int) -> int:
    if item == 2:
        os._exit(1)
    return item


def large_panel() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    region, period = np.repeat(np.arange(200), 10), np.tile(np.arange(2001, 2011), 200)
    x = rng.normal(size=(2000, 2)) + rng.normal(size=200)[region][:, None]
    frame = pd.DataFrame({"region": [f"省{i}" for i in region], "period": period, "zone": region % 7, "x1": x[:, 0], "x2": x[:, 1]})
    frame["y"] = x.sum(1) + rng.normal(size=2000)
    return frame[rng.random(2000) < 0.9].reset_index(drop=True)


def fits(engine: Engine) -> list[bytes]:
    options: list[dict[str, Any]] = [
        {"errors": "cluster", "convention": "reghdfe"},
        {"errors": "cluster", "cluster": ("zone", "period"), "convention": "reghdfe"},
        {"errors": "driscoll_kraay"},
    ]
    found = []
    for option in options:
        rows = FrameRows(large_panel(), part_rows=300)
        result = regio.regress(rows, "y", "x1", "x2", effects=("region", "period"), region="region", period="period", engine=engine, **option)
        found.append(result.coefficients.to_numpy().tobytes() + result.covariance.to_numpy().tobytes())
    return found


def test_bits_do_not_depend_on_workers(engines: tuple[Engine, ...]) -> None:
    rng = np.random.default_rng(2)
    rows = FrameRows(pd.DataFrame({"a": rng.normal(size=5000) + 1e6, "b": rng.normal(size=5000)}), part_rows=400)
    drawn = {repeat(means, 3 * CHUNK + 500, 7, 3, engine=engine).tobytes() for engine in engines}
    added = {combine(sums, rows.parts(("a", "b")), engine=engine).cross.tobytes() for engine in engines}
    assert (len(drawn), len(added)) == (1, 1)


def test_regressions_do_not_depend_on_workers(engines: tuple[Engine, ...]) -> None:
    expected, *others = [fits(engine) for engine in engines]
    assert others == [expected] * len(WORKERS)


def test_errors_come_through_with_their_findings(engines: tuple[Engine, ...]) -> None:
    for engine in engines:
        with pytest.raises(EstimationError) as caught:
            list(engine.map(picky, range(6)))
        assert [f.code for f in caught.value.findings] == ["regress.no_rows", "regress.one_group"]
        assert "省份" in caught.value.text("zh")
    assert list(engines[1].map(picky, [1, 2])) == [1, 2]  # the pool goes on


def test_few_items_are_in_flight(engines: tuple[Engine, ...]) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for i in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10):
            taken.append(i)
            yield i

    results = engines[1].map(picky, items())
    assert next(results) == 0
    assert len(taken) <= AHEAD * WORKERS[0]
    assert list(results) == [1, 2, 4, 5, 6, 7, 8, 9, 10]


def test_a_worker_that_dies_is_named() -> None:
    with Processes(1) as engine, pytest.raises(ComputeError) as caught:
        list(engine.map(deadly, range(5)))
    assert "ended before its task was done (workers: 1)" in caught.value.text("en")
    assert "工作进程在完成任务前终止" in caught.value.text("zh")


def test_names() -> None:
    assert named("in_process") is IN_PROCESS
    engine = named("processes:4")
    assert isinstance(engine, Processes)
    assert engine.workers == 4  # not started yet
    engine.close()


@pytest.mark.parametrize(
    ("text", "code", "en", "zh"),
    [
        ("proceses:4", "compute.unknown_engine", "“proceses:4” is no engine. Did you mean processes", "不是可用的计算引擎"),
        ("gpu", "compute.unknown_engine", "“gpu” is no engine.", "不是可用的计算引擎"),
        ("processes", "compute.workers", "must be a whole number of at least 1", "应为不小于 1 的整数"),
        ("processes:0", "compute.workers", "The number of workers is 0", "进程数为 0"),
        ("processes:two", "compute.workers", "The number of workers is two", "进程数为 two"),
    ],
)
def test_words_that_are_no_engine(text: str, code: str, en: str, zh: str) -> None:
    with pytest.raises(ComputeError) as caught:
        named(text)
    assert caught.value.messages[0].code == code
    assert en in caught.value.text("en")
    assert "processes:4" in caught.value.text("en")
    assert zh in caught.value.text("zh")
    assert "processes:4" in caught.value.text("zh")


@pytest.mark.parametrize("workers", [0, -1, True, 2.0])
def test_number_of_workers(workers: Any) -> None:
    with pytest.raises(ComputeError, match="at least 1"):
        Processes(workers)
