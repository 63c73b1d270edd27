"""Suspicions: planted mistakes are found where they are, clean tables give none, and nothing depends on units or on the order of rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regio.contract.finding import Finding
from regio.language import LANGUAGES
from regio.panel import Panel, Variable
from regio.panel.leaps import copies, median, moves, spikes
from regio.panel.suspicions import suspicions

YEARS = tuple(range(2011, 2024))
SCALES = (2.0**-20, 1e-4, 7.0, 1e8)


def level(seed: int = 1, regions: int = 31, periods: int = 13, noise: float = 0.03) -> pd.DataFrame:
    """A positive variable that grows by about 8 percent a year, a column a year and a row a region."""
    random = np.random.default_rng(seed)
    steps = random.normal(0.08, 0.02, periods) + random.normal(0, noise, (regions, periods))
    values = np.exp(random.normal(6, 1, (regions, 1)) + steps.cumsum(axis=1))
    return pd.DataFrame(values, index=[f"R{i:02d}" for i in range(regions)], columns=list(YEARS[:periods]) if periods <= len(YEARS) else range(1, periods + 1))


def share(seed: int = 2, regions: int = 31) -> pd.DataFrame:
    """A share between 0.2 and 0.8 that moves slowly."""
    random = np.random.default_rng(seed)
    paths = random.uniform(-0.5, 0.8, (regions, 1)) + random.normal(0.03, 0.03, (regions, 13)).cumsum(axis=1)
    return pd.DataFrame(1 / (1 + np.exp(-paths)), index=[f"R{i:02d}" for i in range(regions)], columns=list(YEARS))


def panel(wide: pd.DataFrame | dict[str, pd.DataFrame], **described: Variable) -> Panel:
    """One column a variable; cells that are missing stay rows."""
    tables = wide if isinstance(wide, dict) else {"x": wide}
    columns = {
        name: table.rename_axis("region").melt(ignore_index=False, var_name="year").set_index("year", append=True)["value"] for name, table in tables.items()
    }
    return Panel(pd.DataFrame(columns).reset_index(), region="region", period="year", variables=tuple(described.values()))


def found(wide: pd.DataFrame | dict[str, pd.DataFrame], **described: Variable) -> list[Finding]:
    return list(suspicions(panel(wide, **described)))


def places(findings: list[Finding]) -> list[tuple[str, object, object]]:
    return [(f.code.removeprefix("suspicion."), f.values.get("region", ""), f.values.get("period", "")) for f in findings]


# ---- clean tables


@pytest.mark.parametrize("regions", [1, 2, 5, 31])
@pytest.mark.parametrize("periods", [1, 2, 3, 6, 13, 30])
def test_a_clean_table_gives_none(regions: int, periods: int) -> None:
    for seed in range(5):
        assert found(level(seed, regions, periods)) == []


def test_clean_tables_of_many_kinds_give_none() -> None:
    """Heavy tails, uneven noise, rounding, shares, counts with zeros, a dummy, a trend without noise, growth rates of both signs."""
    random = np.random.default_rng(5)
    index, shape = level().index, (31, 13)
    kinds = {
        "heavy": level(noise=0) * np.exp(0.03 * random.standard_t(3, shape).cumsum(axis=1)),
        "uneven": level(noise=0) * np.exp(np.exp(random.normal(0, 1, (31, 1))) * random.normal(0, 0.03, shape).cumsum(axis=1)),
        "rounded": (level() / 100).round(0) + 1,
        "share": share(),
        "counts": pd.DataFrame(random.poisson(3, shape), index=index, columns=list(YEARS)).astype(float),
        "policy": pd.DataFrame((np.arange(13) >= random.integers(0, 20, (31, 1))).astype(float), index=index, columns=list(YEARS)),
        "growth": pd.DataFrame(random.normal(5, 4, shape), index=index, columns=list(YEARS)),
        "ratio": level() / level(9),
        "constant": level() * 0 + 3,
        "exact": level(noise=0),
    }
    for name, wide in kinds.items():
        assert [(name, *place) for place in places(found(wide))] == []


def test_a_start_from_nearly_nothing_is_no_break() -> None:
    """An index that begins at 40 and doubles, then grows ever less."""
    wide = level(noise=0.01) * np.exp(-1.2 * 0.45 ** np.arange(13))
    assert found(wide) == []


def test_a_shock_that_passes_is_no_break() -> None:
    wide = level()
    wide[2020] *= 0.6
    assert [code for code, *_ in places(found(wide))] == []


# ---- planted mistakes


def plant(change: Callable[[pd.DataFrame], None]) -> list[Finding]:
    wide = level()
    change(wide)
    return found(wide)


@pytest.mark.parametrize("times", [0.4, 3.0])
@pytest.mark.parametrize("year", [2012, 2016, 2022])
def test_a_spike_is_found_at_its_place(times: float, year: int) -> None:
    wide = level()
    wide.loc["R07", year] *= times
    (spike,) = found(wide)
    assert places([spike]) == [("spike", "R07", str(year))]
    assert spike.values["variable"] == "x"
    assert [spike.values[key] for key in ("before", "found", "after")] == wide.loc["R07", [year - 1, year, year + 1]].tolist()


def test_a_spike_in_levels_with_both_signs() -> None:
    wide = level() - level().median().median()
    wide.loc["R07", 2016] += 30 * wide.diff(axis=1).abs().max().max()
    assert places(found(wide)) == [("spike", "R07", "2016")]


def test_only_a_very_large_leap_or_a_power_of_ten_is_a_warning() -> None:
    assert [f.severity for f in plant(lambda w: w.__setitem__(2016, w[2016].where(w.index != "R07", w[2016] * 1.5)))] == ["note"]
    (finding,) = plant(lambda w: w.__setitem__(2016, w[2016].where(w.index != "R07", w[2016] * 10)))
    assert (finding.code, finding.severity, finding.values["factor"]) == ("suspicion.unit_spike", "warning", "10")


def test_exchanged_values_of_two_regions_are_named_once() -> None:
    wide = level()
    wide.loc["R03"] = 20 * wide.loc["R09"] * np.linspace(1, 1.1, 13)
    wide.loc[["R03", "R09"], 2015] = wide.loc[["R09", "R03"], 2015].to_numpy()
    (finding,) = found(wide)
    assert (finding.code, finding.values["region"], finding.values["other"], finding.values["period"]) == ("suspicion.exchanged", "R03", "R09", "2015")


@pytest.mark.parametrize(("factor", "said"), [(10, "10"), (100, "100"), (1e4, "10,000"), (1e8, "100,000,000"), (1e-4, "1/10,000")])
@pytest.mark.parametrize("year", [2012, 2017, 2023])
def test_a_unit_that_changes_everywhere_is_a_break_with_its_factor(factor: float, said: str, year: int) -> None:
    wide = level()
    wide.loc[:, year:] *= factor
    (finding,) = found(wide)
    assert places([finding]) == [("unit_break", "", str(year))]
    assert (finding.values["factor"], finding.severity) == (said, "warning")


@pytest.mark.parametrize("year", [2012, 2017, 2023])
def test_a_unit_that_changes_in_one_region(year: int) -> None:
    wide = level()
    wide.loc["R04", year:] *= 1e4
    (finding,) = found(wide)
    assert places([finding]) == [("shift", "R04", str(year))]
    assert finding.values["factor"] == "10,000"


def test_a_unit_break_needs_no_usual_range() -> None:
    wide = level(periods=3)
    wide.loc[:, 2013:] *= 1e4
    assert places(found(wide)) == [("unit_break", "", "2013")]


def test_a_wider_definition_is_a_break_with_its_factor() -> None:
    wide = level()
    wide.loc[:, 2017:] *= 1.7
    (finding,) = found(wide)
    assert places([finding]) == [("break", "", "2017")]
    assert float(finding.values["times"]) == pytest.approx(1.7, rel=0.06)  # the noise of a year's median growth


def test_two_editions_that_were_joined() -> None:
    """Each region is revised by its own few percent from one year on: the median hardly moves, the spread does."""
    wide = level(noise=0.01)
    wide.loc[:, 2018:] = wide.loc[:, 2018:].mul(np.exp(np.random.default_rng(3).normal(0.02, 0.1, 31)), axis=0)
    (finding,) = found(wide)
    assert places([finding]) == [("joined", "", "2018")]
    assert finding.severity == "note"


def test_a_copied_period() -> None:
    wide = level()
    wide[2018] = wide[2017]
    assert ("copied", "", "2018") in places(found(wide))
    assert places([f for f in found(wide) if f.code == "suspicion.copied"]) == [("copied", "", "2018")]
    zeros = level()
    zeros[[2011, 2012, 2013]] = 0.0
    assert copies(zeros.to_numpy()) == []


def above_one() -> pd.DataFrame:
    """A share that creeps over one in a region, without a leap."""
    wide = share()
    wide.loc["R05"] = np.linspace(0.9, 1.02, 13)
    wide.loc["R05", 2022] = 1.0
    return wide


def test_a_share_above_one() -> None:
    (finding,) = found(above_one(), x=Variable("x", unit={"en": "share", "zh": "占比"}))
    assert places([finding]) == [("above_one", "R05", "2023")]
    assert (finding.severity, finding.values["count"], finding.values["found"]) == ("warning", 1, 1.02)
    assert [f.severity for f in found(above_one())] == ["note"]
    assert [f.severity for f in found(above_one(), x=Variable("x", unit="比率"))] == ["note"]


def test_what_is_no_share_may_exceed_one() -> None:
    assert found(above_one(), x=Variable("x", unit="tons per person", label="Intensity")) == []
    assert found(100 * share(), x=Variable("x", unit="percent", label="Share")) == []
    assert found(5 * share(), x=Variable("x", unit="ratio")) == []
    assert found(share() * 0 + np.arange(13) % 3, x=Variable("x", unit="share")) == []  # codes


def test_fractions_mixed_with_percentages() -> None:
    wide = share()
    wide.loc["R02", 2015:] *= 100
    mixed = [f for f in found(wide) if f.code == "suspicion.mixed_percent"]
    assert [(f.values["region"], f.values["count"], f.severity) for f in mixed] == [("R02", 9, "warning")]
    by_year = share()
    by_year[2020] *= 100
    assert "mixed_percent" in {code for code, *_ in places(found(by_year))}
    assert "mixed_percent" not in {code for code, *_ in places(found(level() / 1000))}


def test_doubled_columns() -> None:
    one, other = level(1), level(2)
    assert [(f.code, f.values["variable"], f.values["other"]) for f in found({"a": one, "b": other, "c": one})] == [("suspicion.equal", "c", "a")]
    (multiple,) = found({"a": one, "b": one * 10_000})
    assert (multiple.code, multiple.values["times"]) == ("suspicion.multiple", "10000")
    assert found({"a": one, "b": one * (1 + 1e-8 * np.arange(13))}) == []
    assert found({"a": one, "b": one + 1}) == []
    assert len(found({"a": one, "b": -one})) == 1
    gaps = one.copy()
    gaps.iloc[::3, 4] = np.nan
    assert [f.code for f in found({"a": one, "b": gaps})] == ["suspicion.equal"]
    assert found({"a": one, "b": one.where(one.index.to_series().eq("R01"), np.nan, axis=0)}) == []  # a part of one says little
    assert found({"a": one * 0 + 1, "b": one * 0 + 1}) == []


@pytest.mark.parametrize("unit", ["万人", "10,000 persons", "km", ""])
def test_an_impossible_sign(unit: str) -> None:
    wide = level()
    wide.loc["R11", 2019] *= -1
    signs = [f for f in found(wide, x=Variable("x", unit=unit)) if f.code == "suspicion.negative"]
    assert places(signs) == [("negative", "R11", "2019")]
    assert signs[0].values["found"] == wide.loc["R11", 2019]


def test_signs_that_are_possible() -> None:
    growth = pd.DataFrame(np.random.default_rng(3).normal(7, 2.6, (31, 13)), index=level().index, columns=list(YEARS))
    assert 0 < (growth < 0).sum().sum() <= 4
    assert found(growth, x=Variable("x", unit="%")) == []
    balance = level() - level().median().median()
    assert found(balance, x=Variable("x", unit="万人")) == []  # net migration


# ---- properties


def defective() -> pd.DataFrame:
    wide = level()
    wide.loc["R07", 2016] *= 3
    wide.loc["R04", 2019:] *= 1e4
    wide.loc[:, 2021:] *= 1.8
    wide.loc["R20", 2014] = np.nan
    return wide


@pytest.mark.parametrize("scale", SCALES)
def test_scale_changes_nothing(scale: float) -> None:
    assert len(found(defective())) == 3
    assert places(found(defective() * scale)) == places(found(defective()))
    both_signs = level() - level().median().median()
    both_signs.loc["R07", 2016] += 30 * both_signs.diff(axis=1).abs().max().max()
    assert places(found(both_signs * scale)) == places(found(both_signs))


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(random: object) -> None:
    whole = panel({"x": defective(), "y": share()})
    order = list(range(len(whole)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = whole.with_rows(whole.rows.iloc[order])
    assert suspicions(shuffled) == suspicions(whole)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.floats(0, 0.6))
def test_missing_cells_and_rows_give_no_alarm_and_no_error(seed: int, part: float) -> None:
    wide = level(seed % 7)
    holes = wide.mask(np.random.default_rng(seed).uniform(size=wide.shape) < part)
    assert found(holes) == []
    rows = panel(holes).rows.dropna()
    if len(rows):
        assert list(suspicions(Panel(rows, region="region", period="year"))) == []


def test_mistakes_are_found_among_missing_cells() -> None:
    wide = defective()
    wide.loc["R10", :2017] = np.nan
    wide.iloc[25, ::2] = np.nan
    assert places(found(wide)) == places(found(defective()))


def test_tables_without_periods_or_regions_and_with_text() -> None:
    frame = panel({"x": share()}).rows
    frame.loc[0, "x"] = 1.01
    frame["name"] = "text"
    one = frame[frame["year"] == frame.loc[0, "year"]]
    alone = [f.values for f in suspicions(Panel(one, region="region"))]
    assert [(v["region"], v["period"]) for v in alone] in ([], [(frame.loc[0, "region"], "–")])
    assert [f.values["found"] for f in suspicions(Panel(frame.drop(columns="region")))] == [1.01]
    assert suspicions(Panel(frame, region="region", period="year"), ["name", "no such column"]) == ()
    assert suspicions(Panel(frame.assign(x=np.nan), region="region", period="year")) == ()
    firms = frame.assign(firm=frame["region"], region="one")
    assert len(suspicions(Panel(firms, region="region", period="year", unit="firm"))) == 1


def test_only_the_columns_that_are_asked_for_and_where_it_was() -> None:
    both = panel({"x": defective(), "y": defective() ** 2})
    assert {f.values["variable"] for f in suspicions(both, ["y"], "table")} == {"y"}
    assert {f.where for f in suspicions(both, ["y"], "table")} == {"table"}


def test_every_kind_is_said_in_both_languages() -> None:
    tables = {"x": defective(), "z": level(4), "twice": level(4), "s": share(), "p": share(8)}
    tables["s"].loc["R05", 2014] = 1.02
    tables["p"].loc["R02", 2015:] *= 100
    tables["z"].loc["R11", 2019] *= -1
    for finding in found(tables):
        assert finding.severity in ("warning", "note")
        assert finding.cure is not None
        for language in LANGUAGES:
            assert finding.text(language)


# ---- the parts, and real tables


def test_the_median_is_that_of_numpy() -> None:
    values = np.random.default_rng(1).normal(size=(7, 8))
    values[values > 0.8] = np.nan
    for axis in (0, 1, None):
        np.testing.assert_array_equal(np.nanmedian(values, axis=axis), median(values, axis))
    assert np.isnan(median(np.full((2, 3), np.nan), 1)).all()


def test_a_leap_of_a_few_rounding_units_is_rounding() -> None:
    wide = (level() / 1000).round(0) + 2
    wide.loc["R01"] = [2, 2, 2, 2, 2, 6, 2, 2, 2, 2, 2, 2, 2]
    made = moves(wide.to_numpy(float))
    assert made is None or spikes(made) == []


REAL = {  # file: the kinds and places that its README or another source confirm
    "panel_nqp_2011_2023.csv": {("unit_break", "telecom_business_volume", "2021"), ("joined", "gdp", "2019"), ("joined", "energy_consumption", "2013")},
    "panel_trade_macro_1992_2022.csv": {
        ("exchanged", "railway_km", "1995"),
        ("exchanged", "share_primary", "1994"),
        ("break", "highway_km", "2006"),
        ("joined", "population", "2020"),
    },
    "panel_pollution_labour_2000_2018.csv": {("joined", "population", "2005")},
}


@pytest.mark.parametrize("name", REAL)
def test_known_oddities_of_chinese_panels(reference: Path, name: str) -> None:
    frame = pd.read_csv(reference / "china_provinces" / name)
    seen = suspicions(Panel(frame, region="province", period="year"))
    assert REAL[name] <= {(f.code.removeprefix("suspicion."), f.values["variable"], f.values["period"]) for f in seen}
    assert len(seen) <= 15


def test_two_editions_of_gdp(reference: Path) -> None:
    """The series before the fifth economic census up to 2014, the revised one after it."""
    tables = [pd.read_csv(reference / "china_provinces" / name) for name in ("panel_nqp_2011_2023.csv", "panel_digital_finance_carbon_2011_2022.csv")]
    old, new = (table.pivot(index="province", columns="year", values="gdp") for table in tables)
    joined = pd.concat([old.loc[:, :2014], new.loc[:, 2015:]], axis=1)
    assert ("joined", "", "2015") in places(found(joined))
    assert found(new) == []
