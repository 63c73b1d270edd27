"""What every result can do."""

from __future__ import annotations

import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError
from regio.contract.result import Result
from regio.indices.index import Index
from regio.models.describe import Describe

FRAME = pd.DataFrame({"place": list("aabb"), "year": [1, 2, 1, 2], "x": [1.0, 2.0, 4.0, 3.0], "z": [2.0, 1.0, 5.0, 3.0]})


def test_table_is_the_tidy_frame_of_an_exhibit() -> None:
    result = regio.describe(FRAME, "x")
    assert result.table() is result.statistics
    assert result.table("statistics") is result.statistics


def test_an_exhibit_that_is_not_there() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.describe(FRAME, "x").table("statistic")
    assert "There is no exhibit “statistic”; there are: statistics. Did you mean statistics?" in caught.value.text("en")


def test_the_call_can_be_done_again() -> None:
    result = regio.describe(FRAME, "x", by="period", region="place", period="year")
    assert result.call is not None
    again = regio.describe(FRAME, **result.call.options, region="place", period="year")
    assert result.to_dict() == again.to_dict()


def test_the_class_is_checked_when_a_result_is_read() -> None:
    stored = regio.describe(FRAME, "x").to_dict()
    assert isinstance(Result.from_dict(stored), Describe)
    assert isinstance(Describe.from_dict(stored), Describe)
    with pytest.raises(TypeError, match="stored is a Describe, not a Index"):
        Index.from_dict(stored)


def test_provenance_says_which_columns_and_rows_were_used() -> None:
    one, two = regio.describe(FRAME, "x").provenance, regio.describe(FRAME.assign(z=0.0), ["x", "z"]).provenance
    assert one is not None
    assert two is not None
    assert (list(one.columns), list(two.columns), one.rows_used, one.rows_left_out) == (["x"], ["x", "z"], 4, 0)
    assert one.columns["x"] == two.columns["x"]
    changed = regio.describe(FRAME.assign(x=[1.0, 2.0, 4.0, 3.0000001]), "x").provenance
    assert changed is not None
    assert one.columns["x"] != changed.columns["x"]


def test_results_are_frozen() -> None:
    with pytest.raises(AttributeError):
        regio.describe(FRAME, "x").by = "region"  # type: ignore[misc]
