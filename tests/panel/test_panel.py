"""Panel: what is checked when it is made, and what may be asked of it."""

from __future__ import annotations

import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError, DataError


def rows() -> pd.DataFrame:
    return pd.DataFrame({"province": ["a", "a", "b", "b"], "year": [2001, 2002, 2001, 2002], "gdp": [1.0, 2.0, 3.0, None]})


def panel() -> regio.Panel:
    return regio.Panel(rows(), region="province", period="year")


def test_years_that_a_gap_made_decimal_are_whole_again() -> None:
    made = regio.Panel(rows().astype({"year": float}), region="province", period="year")
    assert made.rows["year"].dtype == "int64"
    assert made.rows["year"].tolist() == [2001, 2002, 2001, 2002]


def test_half_years_stay_decimal() -> None:
    frame = rows().assign(year=[2001.0, 2001.5, 2001.0, 2001.5])
    assert regio.Panel(frame, region="province", period="year").rows["year"].tolist() == [2001.0, 2001.5, 2001.0, 2001.5]


def test_firms_share_a_region_and_a_period() -> None:
    frame = rows().assign(province="a", year=2001, firm=["w", "x", "y", "z"])
    assert len(regio.Panel(frame, region="province", period="year", unit="firm")) == 4
    with pytest.raises(DataError) as caught:
        regio.Panel(frame, region="province", period="year")
    assert caught.value.findings[0].code == "panel.duplicate_keys"
    with pytest.raises(DataError) as caught:
        regio.Panel(frame.assign(firm="w"), region="province", period="year", unit="firm")
    assert "(firm, year)" in caught.value.text("en")


def test_every_key_that_is_empty_is_named() -> None:
    frame = rows()
    frame.loc[1, "province"], frame["year"] = None, [2001, None, 2001, 2002]
    with pytest.raises(DataError) as caught:
        regio.Panel(frame, region="province", period="year")
    assert [finding.values["column"] for finding in caught.value.findings] == ["province", "year"]
    assert "(rows 2)" in caught.value.text("en")


def test_messages_keep_the_row_numbers_of_a_selection() -> None:
    frame = pd.concat([rows(), rows().iloc[[3]]], ignore_index=True).iloc[2:]
    with pytest.raises(DataError) as caught:
        regio.Panel(frame, region="province", period="year")
    assert "for example (b, 2002) (rows 4, 5)" in caught.value.text("en")


def test_numbers_as_names_of_columns() -> None:
    with pytest.raises(DataError) as caught:
        regio.Panel(rows().assign(**{"2001": 1.0}).rename(columns={"gdp": 2001}))
    assert caught.value.findings[0].code == "panel.duplicate_columns"


def test_columns_and_join() -> None:
    made = panel()
    assert list(made["gdp"].rows.columns) == ["province", "year", "gdp"]
    joined = made.join({"double": made.rows["gdp"] * 2})
    assert joined.rows["double"].tolist()[:3] == [2.0, 4.0, 6.0]
    assert "double" not in made.rows
    with pytest.raises(ArgumentError, match="already a column “gdp”"):
        made.join({"gdp": made.rows["gdp"]})
    with pytest.raises(ArgumentError, match="Did you mean gdp"):
        made["gpd"]


def test_a_frame_that_is_handed_out_is_a_copy() -> None:
    made = panel()
    handed = made.frame
    handed["gdp"] = 0.0
    assert made.rows["gdp"].tolist()[0] == 1.0
