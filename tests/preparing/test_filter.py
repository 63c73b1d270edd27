"""filter: which rows stay under every kind of condition, and that each of the others is listed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.panel import Change, Panel
from regio.preparing.filter import filter as keep

ROWS = pd.DataFrame(
    {
        "place": ["北京", "北京", "辽宁", "辽宁", "广东", "广东"],
        "year": [2001, 2002, 2001, 2002, 2001, 2002],
        "x": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
        "zone": ["n", "n", "n", None, "s", "s"],
    }
)
PANEL = Panel(ROWS, region="place", period="year")


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        ({"regions": ("北京", "广东")}, [0, 1, 4, 5]),
        ({"periods": (2002,)}, [1, 3, 5]),
        ({"groups": ("municipalities",)}, [0, 1]),
        ({"groups": ("northeast",), "regions": ("广东",)}, [2, 3, 4, 5]),
        ({"without": ("municipalities",)}, [2, 3, 4, 5]),
        ({"without": ("北京", "广东")}, [2, 3]),
        ({"column": "x", "at_least": 4}, [3, 4, 5]),
        ({"column": "x", "at_most": 4.0}, [0, 1, 3]),
        ({"column": "x", "at_least": 2, "at_most": 5}, [1, 3, 4]),
        ({"column": "x", "at_least": 5, "at_most": 5}, [4]),
        ({"column": "x", "one_of": (1, 6.0)}, [0, 5]),
        ({"column": "zone", "one_of": ("n",)}, [0, 1, 2]),
        ({"column": "x", "present": True}, [0, 1, 3, 4, 5]),
        ({"column": "zone", "present": True}, [0, 1, 2, 4, 5]),
        ({"column": "period", "at_most": 2001}, [0, 2, 4]),
        ({"column": "region", "one_of": ("辽宁",)}, [2, 3]),
        ({"periods": (2001,), "column": "x", "at_least": 2}, [4]),
        ({"column": "x", "at_least": 0, "present": True, "one_of": (2, 4)}, [1, 3]),
    ],
)
def test_rows_that_meet_every_condition_stay_as_they_are(conditions: dict[str, Any], kept: list[int]) -> None:
    done = keep(PANEL, **conditions)
    pd.testing.assert_frame_equal(done.panel.rows, ROWS.loc[kept])
    out = [i for i in ROWS.index if i not in kept]
    wanted = tuple(Change("", ROWS.place[i], str(ROWS.year[i]), reason="panel.change.row_left_out") for i in out)
    assert done.changes == wanted


def test_what_is_given_is_not_changed() -> None:
    before = ROWS.copy()
    keep(PANEL, column="x", present=True)
    pd.testing.assert_frame_equal(before, PANEL.rows)
    assert PANEL.changes == ()


def test_everything_kept_is_no_change() -> None:
    assert keep(PANEL, column="period", at_least=2001).changes == ()


def test_a_table_without_periods() -> None:
    done = keep(Panel(ROWS.iloc[::2], region="place"), column="x", at_least=2)
    assert [(c.region, c.period) for c in done.changes] == [("北京", ""), ("辽宁", "")]


@pytest.mark.parametrize(
    ("conditions", "kind", "code", "words"),
    [
        ({}, ArgumentError, "filter.nothing", "Add regions, periods, groups, without"),
        ({"at_least": 1}, ArgumentError, "filter.no_column", "Add column"),
        ({"present": True}, ArgumentError, "filter.no_column", "Add column"),
        ({"column": "x"}, ArgumentError, "filter.no_condition", "“x” is named without a condition"),
        ({"column": "x", "at_least": 7}, DataError, "filter.nothing_left", "None of the 6 rows"),
        ({"column": "zone", "at_least": 7}, DataError, "panel.text_column", "zone"),
        ({"regions": ("北京", "上海")}, ArgumentError, "panel.unknown_region", "上海"),
        ({"groups": ("nowhere",)}, ArgumentError, "panel.unknown_region", "nowhere"),
        ({"periods": (1999,)}, ArgumentError, "panel.unknown_period", "periods run from 2001 to 2002"),
    ],
)
def test_what_cannot_be_filtered(conditions: dict[str, Any], kind: type[FindingError], code: str, words: str) -> None:
    with pytest.raises(kind) as caught:
        keep(PANEL, **conditions)
    assert [f.code for f in caught.value.findings] == [code]
    assert words in caught.value.text("en")
    assert caught.value.text("zh")


@pytest.mark.parametrize("key", ["region", "period"])
def test_a_key_that_the_table_does_not_have(key: str) -> None:
    bare = Panel(ROWS.iloc[[0]].drop(columns=["place", "year"]))
    with pytest.raises(ArgumentError) as caught:
        keep(bare, column=key, present=True)
    assert f"This table has no {key} column." in caught.value.text("en")
