"""Files as they were published, against tidy tables that others made of them.

| raw file | tidy table | columns |
| --- | --- | --- |
| 127ww_panel_raw_v2.xlsx | panel_nqp_2011_2023.csv | all 24 that ``variables.csv`` takes from it |
| 127ww_energy_by_province.xlsx | panel_nqp_2011_2023.csv | energy_consumption |
| 127ww_macro_by_province.xlsx | panel_nqp_2011_2023.csv | gdp, urbanization_rate, fiscal_expenditure, railway_km, highway_km |
| lanyuanzhe_nbs_*.csv (8, read together) | panel_nbs_digital_2016_2024.csv | all 50 |
| upstream1119_nbs_*.csv | panel_digital_finance_carbon_2011_2022.csv | gdp, gdp_index_prev100, population, population_urban, va_secondary, fiscal_expenditure |
| upstream1119_ceads_apparent_co2.xlsx | the same | co2_apparent_mt (a sheet a year, indicators down, regions across) |
| upstream1119_invention_patents.xlsx | the same | invention_patents_granted; the raw file also has Taiwan, Hong Kong and Macao |
| sonya747_nev_annual.xlsx, sonya747_auto_annual.xlsx | national_annual_2010_2022.csv | output and sales |
| felen_nev_monthly.csv | national_monthly_2015_2025.csv | all; the tidy table blanks the zeros of the source, which stand for missing values |
| sonya747_nev_monthly_by_type.xlsx | national_monthly_by_type_2018_2022.csv | all 8 numbers of each class, type, fuel and month |
| sonya747_auto_output_by_province_monthly.xls | province_auto_output_annual_reconstructed.csv | auto_output_10k: see the test |

127ww_W_adj_norm.csv, 127ww_W_eco_norm.csv and 127ww_W_geo_norm.csv are square matrices of spatial weights without names: no panels, and refused as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import DataError
from regio.reading.files import grids
from regio.reading.headers import tables
from regio.reading.layout import Asked, decide
from regio.reading.periods import moment
from regio.reading.recipe import Recipe
from regio.reading.titles import split_unit

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
PROVINCES, NEV = REFERENCE / "china_provinces", REFERENCE / "nev"
TEN_DIGITS = 5e-10  # the tidy tables were written with ten significant digits
here = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference tables are not beside the project")


def tidy(name: str) -> pd.DataFrame:
    return pd.read_csv(PROVINCES / name).set_index(["province", "year"])


def agree(found: pd.DataFrame, expected: pd.DataFrame, columns: Mapping[str, str]) -> int:
    """Cells compared: equal numbers, and missing where the other is missing."""
    rows = found.set_index(["region", "period"])
    compared = 0
    for new, old in columns.items():
        wanted = expected[old].dropna()
        got = rows.reindex(wanted.index)[new]
        np.testing.assert_allclose(got.to_numpy(), wanted.to_numpy(), rtol=TEN_DIGITS, err_msg=new)
        blank = expected.index[expected[old].isna()]
        assert rows.reindex(blank)[new].isna().all(), new
        compared += len(wanted)
    return compared


def originals(file: str) -> dict[str, str]:
    """Name in the panel → column of the tidy table."""
    known = pd.read_csv(PROVINCES / "variables.csv")
    return {split_unit(original)[0]: column for original, column in known[known["file"] == file][["original_name", "column"]].itertuples(index=False)}


@here
def test_a_long_workbook() -> None:
    columns = originals("panel_nqp_2011_2023.csv")
    found = regio.read(PROVINCES / "raw" / "127ww_panel_raw_v2.xlsx")
    assert {"long"} == {s.layout for s in found.recipe.sheets}
    assert agree(found.panel.rows, tidy("panel_nqp_2011_2023.csv"), columns) == 9298  # the sum of n_obs in variables.csv
    assert (found.panel.variable("R&D经费").unit, found.panel.variable("医疗床位数_每万人").unit) == ("万元", "张/万人")


@here
def test_indicators_down_and_years_across() -> None:
    raw = PROVINCES / "raw"
    found = regio.read(raw / "127ww_energy_by_province.xlsx", raw / "127ww_macro_by_province.xlsx")
    columns = {
        "能源消费量": "energy_consumption",
        "地区生产总值（当年价）": "gdp",
        "城镇人口所占比重": "urbanization_rate",
        "一般公共预算支出": "fiscal_expenditure",
    }
    columns |= {"铁路营业里程": "railway_km", "公路里程": "highway_km"}
    assert agree(found.panel.rows, tidy("panel_nqp_2011_2023.csv"), columns) == 270 + 5 * 403
    assert [c.before for c in found.changes if c.reason == "panel.change.note"] == [
        "数据来源：中国能源统计年鉴",
        "由EPS DATA整理",
        "数据来源：<p>中国统计年鉴</p>",
        "由EPS DATA整理",
    ]


@here
def test_eight_exports_of_the_statistics_office_join() -> None:
    found = regio.read(*sorted((PROVINCES / "raw").glob("lanyuanzhe_nbs_*.csv")))
    columns = originals("panel_nbs_digital_2016_2024.csv")
    assert len(columns) == 50
    assert agree(found.panel.rows, tidy("panel_nbs_digital_2016_2024.csv"), columns) > 12_000
    assert {f.code for f in found.findings} == {"reading.merged", "panel.missing_cells"}  # the column of codes is in all eight files


@here
def test_years_across_with_notes_and_totals() -> None:
    raw = PROVINCES / "raw"
    names = {"gdp": "gdp", "gdp_index": "gdp_index_prev100", "population": "population", "urban_population": "population_urban"}
    names |= {"va_secondary": "va_secondary", "fiscal_expenditure": "fiscal_expenditure"}
    found = regio.read(
        *(raw / f"upstream1119_nbs_{name}.csv" for name in names), raw / "upstream1119_invention_patents.xlsx", raw / "upstream1119_ceads_apparent_co2.xlsx"
    )
    columns = {f"upstream1119_nbs_{name}": column for name, column in names.items()}
    columns |= {"patent_grants": "invention_patents_granted", "Total apparent CO2 emissions": "co2_apparent_mt"}
    assert agree(found.panel.rows, tidy("panel_digital_finance_carbon_2011_2022.csv"), columns) == 7 * 372 + 360
    left_out = [(c.file.removeprefix("upstream1119_"), c.row, c.before) for c in found.changes if c.reason in ("panel.change.note", "panel.change.no_values")]
    assert ("nbs_gdp.csv", 35, "注") in left_out
    assert ("nbs_population.csv", 35, "数") in left_out
    assert {"台湾", "香港", "澳门"} <= set(found.panel.rows["region"])
    assert [c.before.split()[0] for c in found.changes if c.reason == "panel.change.total"] == ["合计"]
    assert found.panel.variable("patent_grants").unit == "件"


@here
@pytest.mark.parametrize("name", ["adj", "eco", "geo"])
def test_matrices_of_weights_are_no_panels(name: str) -> None:
    with pytest.raises(DataError, match=r"a square of numbers without names \(31 × 31\)"):
        regio.read(PROVINCES / "raw" / f"127ww_W_{name}_norm.csv")


@here
def test_national_years() -> None:
    expected = pd.read_csv(NEV / "national_annual_2010_2022.csv").set_index("year")
    cars = regio.read(NEV / "raw" / "sonya747_auto_annual.xlsx").panel.rows.set_index("period").loc[expected.index]
    electric = regio.read(NEV / "raw" / "sonya747_nev_annual.xlsx").panel.rows.set_index("period").loc[expected.index]
    pairs = {"汽车产量": "auto_production_10k", "汽车销量": "auto_sales_10k", "乘用车产量": "passenger_production_10k", "乘用车销量": "passenger_sales_10k"}
    pairs |= {"商用车产量": "commercial_production_10k", "商用车销量": "commercial_sales_10k"}
    assert {new: expected[old].tolist() for new, old in pairs.items()} == {new: cars[new].tolist() for new in pairs}
    assert (expected["nev_production_10k"].tolist(), expected["nev_sales_10k"].tolist()) == (electric["产量"].tolist(), electric["销量"].tolist())
    assert expected["source_named"].tolist() == electric["数据来源"].tolist()


@here
def test_national_months() -> None:
    expected = pd.read_csv(NEV / "national_monthly_2015_2025.csv").set_index("month")
    found = regio.read(NEV / "raw" / "felen_nev_monthly.csv").panel.rows.set_index("period").reindex(expected.index)
    for new, old in {"NEV总销量": "sales", "NEV总产量": "production", "BEV销量": "bev_sales", "PHEV销量": "phev_sales"}.items():
        assert expected[old].dropna().tolist() == found[new][expected[old].notna()].tolist()
        assert set(found[new][expected[old].isna()].dropna()) <= {0.0}  # zeros of the source


@here
def test_months_by_type_with_a_header_in_two_lines() -> None:
    expected = pd.read_csv(NEV / "national_monthly_by_type_2018_2022.csv")
    found = regio.read(NEV / "raw" / "sonya747_nev_monthly_by_type.xlsx").panel.rows
    assert len(expected) == len(found)
    keys = [expected[c] for c in ("month", "vehicle_class", "vehicle_type", "fuel")]
    expected = expected.set_index(pd.MultiIndex.from_arrays(keys)).sort_index()
    found = found.set_index(pd.MultiIndex.from_arrays([found["数据日期"].str[:7], found["车型大类"], found["车型细分"], found["燃料类型"]])).sort_index()
    names = ["产量_当期值", "产量_1_当期同比", "产量_2_累计值", "产量_3_累计同比", "销量_当期值", "销量_4_当期同比", "销量_5_累计值", "销量_6_累计同比"]
    for new, old in zip(names, [c for c in expected.columns if c.startswith(("production", "sales"))], strict=True):
        np.testing.assert_array_equal(found[new].to_numpy(), expected[old].to_numpy(), err_msg=new)


@here
def test_regions_inside_the_names_of_columns() -> None:
    """The source has no date beside its last rows, because its year-to-date column was pasted without gaps: the import says so, and a recipe that
    ends above them reads the rest. So the dates of that column are wrong in the source (its first cell is of 2023); the tidy table cuts it into
    years where it falls, and so does this test.
    """
    path = NEV / "raw" / "sonya747_auto_output_by_province_monthly.xls"
    with pytest.raises(DataError, match="row 225, column A: The row has values and no period"):
        regio.read(path)
    (sheet,), _ = grids(path)
    recipe = decide(tables(sheet)[0], Asked())
    dated = [line for row, line in zip(sheet.rows, sheet.lines, strict=True) if moment(row[0])]
    found = regio.read(recipe=Recipe("region", "period", (replace(recipe, file=str(path), rows=(recipe.rows[0], dated[-1])),)))
    rows = found.panel.rows.set_index(["region", "period"])
    assert (recipe.layout, found.panel.variable("产量_汽车_累计值").unit) == ("years_down", "万辆")
    expected = pd.read_csv(NEV / "province_auto_output_annual_reconstructed.csv").sort_values("year", ascending=False)
    compared = 0
    for province, own in expected.groupby("province"):
        column = rows.loc[province, "产量_汽车_累计值"].sort_index(ascending=False).dropna().tolist()
        decembers = [later for before, later in pairwise(column) if later > before]
        for year, value in zip(own["year"], own["auto_output_10k"], strict=True):
            if 0 <= (place := 2022 - year) < len(decembers) and own["year"].max() == 2022:
                assert decembers[place] == pytest.approx(value, rel=TEN_DIGITS), (province, year)
                compared += 1
    assert compared > 200
    assert rows.loc[("北京", "2022-12"), "产量_汽车_当月值"] == 6.4725
