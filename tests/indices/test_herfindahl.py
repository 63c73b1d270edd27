"""Herfindahl indices: known answers, properties, denominators, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import activity_tables as known
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import DataError

EXACT = known.EXACT


def test_e07_in_provinces_and_nation(reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e07_agglomeration.json").read_text())["expected"]
    result = regio.herfindahl(known.nev(), "total_assets", industry="is_nev")
    for row in result.scores.itertuples():
        own = expected["province"][row.region]
        for name, value in (("n_firms", row.n_firms), ("H", row.herfindahl), ("H_normalised", row.normalised), ("national_share", row.share)):
            assert np.isnan(value) if own[name] is None else own[name] == pytest.approx(value, abs=EXACT), (row.region, name)
    nation = result.national.iloc[0]
    assert [expected["national"][k] for k in ("n_firms", "H", "H_normalised", "numbers_equivalent")] == pytest.approx(
        nation[["n_firms", "herfindahl", "normalised", "numbers_equivalent"]].tolist(), abs=EXACT
    )


def test_one_firm_and_no_firm_are_said() -> None:
    result = regio.herfindahl(known.nev(), "total_assets", industry="is_nev")
    found = {f.code: f for f in result.findings}
    assert set(found) == {"activity.no_firm", "activity.one_firm"}
    assert found["activity.one_firm"].values["rows"] == ("Cen",)
    assert 'denominator = "nation"' in found["activity.one_firm"].text("en")
    assert "只有一家企业" in found["activity.one_firm"].text("zh")
    assert found["activity.no_firm"].values["rows"] == ("Eas",)


def test_with_the_nation_as_denominator_regions_add_up() -> None:
    result = regio.herfindahl(known.nev(), "total_assets", industry="is_nev", denominator="nation")
    assert float(result.scores["herfindahl"].sum()) == pytest.approx(float(result.national["herfindahl"].iloc[0]), abs=EXACT)
    assert result.scores["normalised"].isna().all()
    assert result.national["normalised"].iloc[0] == pytest.approx(0.07628720925119817, abs=EXACT)
    assert result.scores.set_index("region")["herfindahl"].idxmin() == "Cen"
    assert "activity.one_firm" not in [f.code for f in result.findings]


def test_with_all_firms_as_denominator() -> None:
    scores = regio.herfindahl(known.nev(), "total_assets", industry="is_nev", denominator="all").scores
    assert scores["herfindahl"].tolist()[:4] == pytest.approx([0.0425, (0.12**2 + 0.08**2 + 0.04**2), 0.01, 2 * 0.025**2], abs=EXACT)


@settings(max_examples=12)
@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=20), st.floats(1e-3, 1e3))
def test_bounds_scale_and_order(sizes: list[float], unit: float) -> None:
    table = pd.DataFrame({"firm": range(len(sizes)), "place": "a", "x": sizes})
    row = regio.herfindahl(regio.Panel(table, region="place", unit="firm"), "x").scores.iloc[0]
    shares = np.array(sizes) / sum(sizes)
    assert float((shares**2).sum()) == pytest.approx(row["herfindahl"], rel=1e-9)
    assert 1 / len(sizes) - 1e-9 <= row["herfindahl"] <= 1 + 1e-9
    again = regio.herfindahl(regio.Panel(table.assign(x=table["x"] * unit).iloc[::-1], region="place", unit="firm"), "x").scores.iloc[0]
    assert row["herfindahl"] == pytest.approx(again["herfindahl"], rel=1e-9)


def test_a_firm_without_any_amount_is_no_firm() -> None:
    table = known.E07.assign(total_assets=known.E07["total_assets"].where(known.E07["firm"] != "F02", 0.0))
    scores = regio.herfindahl(regio.Panel(table, region="province", unit="firm"), "total_assets", industry="is_nev").scores
    assert (scores["n_firms"].iloc[0], scores["herfindahl"].iloc[0]) == (1, 1.0)


def test_rows_that_are_regions_have_a_national_index_only() -> None:
    table = pd.DataFrame({"region": ["a", "b"], "x": [3.0, 1.0]})
    result = regio.herfindahl(table, "x", region="region")
    assert result.national["herfindahl"].tolist() == [0.625]
    assert [f.code for f in result.findings] == ["activity.rows_are_regions"]
    assert result.columns()["national"].tolist() == [0.625, 0.625]


def test_negative_sizes_are_refused() -> None:
    table = known.E07.assign(total_assets=-1.0)
    with pytest.raises(DataError) as caught:
        regio.herfindahl(regio.Panel(table, region="province", unit="firm"), "total_assets", industry="is_nev")
    assert [f.code for f in caught.value.findings] == ["activity.negative"]
    assert "14 行为负" in caught.value.text("zh")
