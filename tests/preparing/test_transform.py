"""Transformations that add a column."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError, DataError

FRAME = pd.DataFrame({"place": ["a", "a", "b", "b"], "year": [2001, 2002, 2001, 2002], "x": [1.0, math.e, np.nan, 10.0], "t": list("abcd")}, index=[7, 3, 5, 1])


def log(frame: pd.DataFrame = FRAME, column: str = "x") -> regio.preparing.transform.Transform:  # type: ignore[name-defined]
    return regio.transform(frame, column, form="log", region="place", period="year")


def test_values_stand_in_the_rows_of_the_table_and_missing_stays_missing() -> None:
    result = log()
    assert list(result.values.index) == [7, 3, 5, 1]
    np.testing.assert_allclose(result.values.to_numpy(), [0.0, 1.0, np.nan, math.log(10)], rtol=1e-15, atol=0)  # one rounding of a logarithm
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (3, 1)
    assert list(result.columns()) == [""]
    assert result.columns()[""] is result.values


def test_the_log_undoes_the_exponential_and_turns_products_into_sums() -> None:
    x = np.random.default_rng(1).uniform(0.01, 1e6, 200)
    frame = pd.DataFrame({"x": np.exp(np.log(x)), "y": 3 * x})
    logs = [regio.transform(frame, name, form="log").values.to_numpy() for name in ("x", "y")]
    np.testing.assert_allclose(np.exp(logs[0]), x, rtol=1e-13)  # a relative error of the exponential grows with its argument, at most 14
    np.testing.assert_allclose(logs[1] - logs[0], math.log(3), rtol=1e-13)


def test_the_table_stays_as_it_is() -> None:
    frame = FRAME.copy()
    log(frame)
    pd.testing.assert_frame_equal(FRAME, frame)


@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64"])
def test_other_kinds_of_numbers(dtype: str) -> None:
    frame = FRAME.assign(x=pd.Series([1, 2, 4, 8], index=FRAME.index).astype(dtype))
    np.testing.assert_allclose(log(frame).values.to_numpy(), np.log([1, 2, 4, 8]), rtol=1e-15)


@pytest.mark.parametrize(
    ("x", "count", "least", "cells"),
    [
        ([1.0, 0.0, 2.0, 3.0], 1, "0", "(a, 2002)"),
        ([1.0, -0.0, 2.0, 3.0], 1, "-0", "(a, 2002)"),
        ([-1.5, 0.0, np.nan, 3.0], 2, "-1.5", "(a, 2001), (a, 2002)"),
    ],
)
def test_zero_and_negative_cells_are_named_with_region_and_period(x: list[float], count: int, least: str, cells: str) -> None:
    with pytest.raises(DataError) as caught:
        log(FRAME.assign(x=x))
    found = caught.value.findings[0]
    assert found.code == "transform.log_of_zero"
    assert f"{count} cells are zero or negative (the least is {least}), for example {cells}." in found.text("en")
    assert f"有 {count} 个单元格为零或负" in found.text("zh")
    assert "sample without these rows" in found.text("en")


def test_at_most_five_cells_are_named_and_without_keys_rows_are() -> None:
    with pytest.raises(DataError) as caught:
        regio.transform(pd.DataFrame({"x": np.zeros(9)}), "x", form="log")
    assert "9 cells are zero or negative (the least is 0), for example 0, 1, 2, 3, 4." in caught.value.text("en")


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"column": "y", "form": "log"}, ArgumentError, "contract.unknown_column"),
        ({"column": "t", "form": "log"}, DataError, "panel.text_column"),
        ({"column": "x", "form": "ln"}, ArgumentError, "contract.not_a_choice"),
        ({"column": "x"}, ArgumentError, "contract.missing_option"),
        ({"column": ["x"], "form": "log"}, ArgumentError, "contract.wrong_type"),
    ],
)
def test_bad_input(options: dict[str, object], kind: type[DataError], code: str) -> None:
    with pytest.raises(kind) as caught:
        regio.transform(FRAME, region="place", period="year", **options)  # type: ignore[arg-type]
    assert [code] == [f.code for f in caught.value.findings]
