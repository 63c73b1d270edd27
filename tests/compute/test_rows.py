"""Rows in parts, summaries that add up, hashes of columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regio.compute.engine import CHUNK, chunks, combine, generator, repeat
from regio.compute.fingerprint import of_column
from regio.compute.rows import FrameRows
from regio.compute.sums import Sums

ROUNDING = 1e-13  # relative; the same sums in another order


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame({"region": rng.integers(0, 9, 100), "a": rng.normal(size=100) + 1e6, "b": rng.normal(size=100)})


@pytest.mark.parametrize("part_rows", [1, 7, 30, 99, 100, 1000])
def test_parts_hold_every_row_once(part_rows: int) -> None:
    rows = FrameRows(frame(), part_rows=part_rows)
    parts = list(rows.parts(("a", "b")))
    assert pd.concat(parts)["a"].tolist() == frame()["a"].tolist()
    assert max(len(part) for part in parts) <= part_rows


@pytest.mark.parametrize("part_rows", [1, 7, 30, 99, 100, 1000])
def test_rows_that_belong_together_share_a_part(part_rows: int) -> None:
    parts = list(FrameRows(frame(), part_rows=part_rows).parts(("region", "a"), together="region"))
    regions = [set(part["region"]) for part in parts]
    assert sum(map(len, regions)) == len(set().union(*regions)) == frame()["region"].nunique()
    assert sorted(pd.concat(parts)["a"]) == sorted(frame()["a"])


def test_sums_add_up() -> None:
    columns = frame()[["a", "b"]]
    sums = Sums.of(columns.to_numpy()[:40]) + Sums.of(columns.to_numpy()[40:])
    assert sums.n == 100
    np.testing.assert_allclose(sums.mean, columns.mean(), rtol=ROUNDING)
    np.testing.assert_allclose(sums.cross / 99, np.cov(columns.T.to_numpy()), rtol=1e-9)  # numpy's own rounding beside a mean of 1e6


@pytest.mark.parametrize("part_rows", [7, 1000])
def test_sums_of_some_columns(part_rows: int) -> None:
    sums, whole = FrameRows(frame(), part_rows=part_rows).sums(("b", "a")), Sums.of(frame()[["b", "a"]].to_numpy())
    np.testing.assert_allclose(sums.mean, whole.mean, rtol=ROUNDING)
    np.testing.assert_allclose(sums.cross, whole.cross, rtol=1e-9)


def test_empty_summaries_change_nothing() -> None:
    some, empty = Sums.of(np.ones((3, 2))), Sums.of(np.zeros((0, 2)))
    assert (empty + some) is some
    assert (some + empty) is some


def test_combine_adds_in_the_order_of_the_parts() -> None:
    assert combine(lambda part, mark: [f"{mark}{part}"], ["1", "2", "3"], "p") == ["p1", "p2", "p3"]


def test_draws_depend_on_their_number_and_the_seed_only() -> None:
    def task(chunk: tuple[int, int, int]) -> np.ndarray:
        return generator(chunk).random((chunk[1], 2))

    few, many = repeat(task, CHUNK + 5, 3), repeat(task, 2 * CHUNK, 3)
    assert few.shape == (CHUNK + 5, 2)
    assert (few[:CHUNK] == many[:CHUNK]).all()
    assert not (few[:CHUNK] == repeat(task, CHUNK, 4)).any()
    assert [size for _, size, _ in chunks(2 * CHUNK + 1, 0)] == [CHUNK, CHUNK, 1]


def test_hash_of_a_column_is_of_its_values_in_order() -> None:
    numbers, texts = pd.Series([1.0, 2.0, np.nan]), pd.Series(["a", "b", None])
    assert of_column(numbers) == of_column(numbers.rename("other").set_axis([7, 8, 9]))
    assert of_column(texts) == of_column(texts.astype(object))
    different = [numbers, numbers[::-1], numbers.astype("float32"), texts, texts[::-1], pd.Series(["a, b", None]), pd.Series([1, 2, 3])]
    assert len({of_column(column) for column in different}) == len(different)
