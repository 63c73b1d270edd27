"""Encoding: values to JSON and back, at full precision; only Regio's own classes are rebuilt."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regio.contract.encoding import decode, encode
from regio.contract.finding import Finding, Position
from regio.contract.result import Call, Convention, Provenance
from regio.exhibits.models import Cell
from regio.language import Message

MULTI = pd.MultiIndex.from_tuples([("a", 2001), ("a", 2002), ("数", 2001)], names=["region", "period"])


def through(value: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -3, 2**60, 0.1, 1e-320, -0.0, "数 “x”", "", (), (1, ("a", None)), [1, [2.5]], {"a": (1, 2), "b": {"c": None}}, math.inf, -math.inf],
)
def test_plain_values(value: Any) -> None:
    found = through(value)
    assert value == found
    assert type(value) is type(found)


def test_not_a_number_and_negative_zero() -> None:
    assert math.isnan(through(math.nan))
    assert math.copysign(1, through(-0.0)) == -1.0


@given(st.floats())
def test_every_float_comes_back_to_the_bit(value: float) -> None:
    assert np.float64(value).tobytes() == np.float64(through(value)).tobytes() or math.isnan(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.tuples(inner, inner), max_leaves=8))
def test_nested_values(value: Any) -> None:
    assert value == through(value)


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.5, np.nan, np.inf]),
        np.arange(6).reshape(2, 3),
        np.array(["a", "数字"]),
        np.array([True, False]),
        np.zeros((0, 3)),
        np.array([[1.0]], dtype=np.float32),
        np.array(3.5),
    ],
)
def test_arrays(array: np.ndarray) -> None:
    found = through(array)
    assert (array.dtype, array.shape) == (found.dtype, found.shape)
    np.testing.assert_array_equal(array, found)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"x": [1.0, np.nan, -np.inf], "n": [1, 2, 3], "s": ["a", "数", None], "b": [True, False, True]}),
        pd.DataFrame({"x": [1, 2, 3]}, index=MULTI),
        pd.DataFrame({"x": [0.1, 0.2]}, index=pd.Index(["a", "b"], name="term")),
        pd.DataFrame({"x": [0.1, 0.2], "y": [1, 2]}, index=[5, 3]).rename_axis(columns="scheme"),
        pd.DataFrame({"x": pd.Series([], dtype=float)}),
        pd.DataFrame({"x": pd.array([1, None], dtype="Int64"), "o": pd.Series(["a", None], dtype=object)}),
        pd.DataFrame({}, index=pd.Index(["a"], name="term")),
    ],
)
def test_frames(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(frame, through(frame), check_index_type="equiv")
    assert encode(frame) == encode(through(frame))


@pytest.mark.parametrize("series", [pd.Series([1.5, np.nan], index=["a", "b"], name="x"), pd.Series(["a"], name=None), pd.Series([1, 2, 3], index=MULTI)])
def test_series(series: pd.Series) -> None:
    pd.testing.assert_series_equal(series, through(series), check_index_type="equiv")


def test_numpy_scalars_become_plain_numbers() -> None:
    assert [through(v) for v in (np.int64(1), np.float64(2.5), np.bool_(True), np.str_("a"))] == [1, 2.5, True, "a"]
    assert encode(np.float32("nan")) == {"$number": "nan"}


def test_own_classes() -> None:
    values = (
        Call("regress", {"outcome": "y", "effects": ("region",), "level": 0.95}),
        Convention("regress.errors", Message("regress.errors.cluster", {"columns": (Cell("label", "region"),)})),
        Provenance(labels=({"en": "calibrated", "zh": "校准"},), columns={"x": "ab"}, rows_used=3),
        Finding("panel.gaps", {"count": 2, "regions": ("a", "…")}, "note", Position("t.csv", 3)),
    )
    assert values == through(values)


OUTSIDE = ("subprocess:Popen", "os:system", "builtins:dict", "regiox.a:B", ":x", "")
NO_RESULTS = ("regio.contract.encoding:encode", "regio.contract.result:Nothing", "regio.study.entries:Head")


@pytest.mark.parametrize("path", OUTSIDE + NO_RESULTS)
def test_other_classes_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not a result class of Regio"):
        decode({"$type": path, "args": "true"})


def test_what_a_result_may_not_hold() -> None:
    with pytest.raises(TypeError, match="a result may not hold a set"):
        encode({"x": {1, 2}})
    with pytest.raises(TypeError, match="a result may not hold a function"):
        encode(through)
