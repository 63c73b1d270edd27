"""What is one period earlier: years, dates, months, words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio.preparing._calendar import of_periods


@pytest.mark.parametrize(
    ("periods", "ticks", "step", "by_order"),
    [
        ([2012, 2010, 2011], [2, 0, 1], 1, False),
        ([2010, 2011, 2014], [0, 1, 4], 1, False),
        ([2000, 2005, 2015], [0, 1, 3], 5, False),
        ([2000.0, 2000.5, 2001.5], [0, 1, 3], 0.5, False),
        (["2010", "2012", "2011"], [0, 2, 1], 1, False),
        ([2000, 2002, 2005], [0, 1, 2], 1, True),
        ([201211, 201212, 201301], [0, 1, 2], 1, False),
        (["wave 2", "wave 10", "wave 1"], [1, 2, 0], 1, True),
        (["2012Q4", "2013Q1", "2012Q3"], [1, 2, 0], 1, True),
        (pd.to_datetime(["2012-12-31", "2013-12-31", "2015-12-31"]), [0, 1, 3], 12, False),
        (pd.to_datetime(["2012-01-31", "2012-02-29", "2012-04-30"]), [0, 1, 3], 1, False),
        (pd.to_datetime(["2012-01-01", "2012-01-08", "2012-01-22"]), [0, 1, 3], 7, False),
        (pd.Categorical(["late", "early"], ["early", "late"], ordered=True), [1, 0], 1, True),
        ([2012], [0], 1, False),
    ],
)
def test_ticks(periods: Any, ticks: list[int], step: float, by_order: bool) -> None:
    found = of_periods(pd.Series(periods))
    assert (found.ticks.tolist(), found.step, found.by_order) == (ticks, step, by_order)
    assert [f.code for f in found.notes()] == (["preparing.by_order"] if by_order else ["preparing.step"] if step != 1 else [])
    assert all(f.text("en") != f.text("zh") for f in found.notes())


def test_uneven_years_keep_their_distances_for_interpolation() -> None:
    np.testing.assert_array_equal(of_periods(pd.Series([2000, 2002, 2005])).positions, [2000, 2002, 2005])
