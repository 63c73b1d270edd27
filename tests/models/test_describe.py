"""Descriptive statistics against hand computations, pandas and brute force."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import ArgumentError, DataError
from regio.exhibits.typeset import typeset

ROUNDING = 1e-12  # sums of at most a few hundred numbers of one size
FRAME = pd.DataFrame(
    {
        "place": ["a", "a", "a", "b", "b", "c"],
        "year": [2001, 2002, 2003, 2001, 2002, 2003],
        "x": [1.0, 2.0, 6.0, 4.0, np.nan, 7.0],
        "n": [1, 2, 3, 4, 5, 6],
        "b": [True, False, True, True, False, False],
        "name": list("uvwxyz"),
    }
)


def describe(columns: object = None, frame: pd.DataFrame = FRAME, **options: object) -> pd.DataFrame:
    return regio.describe(frame, columns, region="place", period="year", **options).statistics  # type: ignore[arg-type]


def test_by_hand() -> None:
    """X = 1, 2, 6 | 4 | 7: mean 4; deviations −3, −2, 2, 0, 3; squares 26, cubes 0, fourth powers 194."""
    row = describe("x").loc["x"]
    assert (row["n"], row["mean"], row["median"], row["min"], row["max"]) == (5, 4.0, 4.0, 1.0, 7.0)
    assert math.sqrt(26 / 4) == pytest.approx(row["sd"], rel=ROUNDING)
    assert row["skewness"] == pytest.approx(0.0, abs=ROUNDING)
    assert pytest.approx(row["kurtosis"], rel=ROUNDING) == (194 / 5) / (26 / 5) ** 2


def test_between_and_within_by_hand() -> None:
    """Stata's xtsum: means 3, 4, 7 with SD √(26/3/2); deviations within −2, −1, 3, 0, 0 with divisor n − 1 = 4."""
    row = describe("x").loc["x"]
    assert math.sqrt(26 / 3 / 2) == pytest.approx(row["sd_between"], rel=ROUNDING)
    assert math.sqrt(14 / 4) == pytest.approx(row["sd_within"], rel=ROUNDING)


def test_skewness_and_kurtosis_have_divisor_n() -> None:
    """1, 1, 4: mean 2, m₂ = 2, m₃ = 2, m₄ = 6, so 2/2^1.5 and 6/4; pandas, with n − 1 and n − 2, says 1.7321."""
    row = regio.describe(pd.DataFrame({"x": [1.0, 1.0, 4.0]})).statistics.loc["x"]
    assert (pytest.approx(row["skewness"], rel=ROUNDING), pytest.approx(row["kurtosis"], rel=ROUNDING)) == (2 / 2**1.5, 1.5)


def test_moments_of_a_normal_sample_are_near_three() -> None:
    """Standard errors √(6/n) and √(24/n): four of them at n = 40,000 are 0.05 and 0.1."""
    row = regio.describe(pd.DataFrame({"x": np.random.default_rng(5).normal(size=40_000)})).statistics.loc["x"]
    assert (pytest.approx(row["skewness"], abs=0.05), pytest.approx(row["kurtosis"], abs=0.1)) == (0.0, 3.0)


def brute(x: pd.Series, place: pd.Series) -> dict[str, float]:
    """The same by pandas and loops over regions."""
    x, place = x[x.notna()], place[x.notna()]
    means = x.groupby(place).mean()
    within = x - place.map(means) + x.mean()
    z = [(v - sum(x) / len(x)) for v in x]
    m2, m3, m4 = (sum(v**k for v in z) / len(z) for k in (2, 3, 4))
    return {
        "n": len(x),
        "mean": x.mean(),
        "median": x.median(),
        "sd": x.std(),
        "sd_between": means.std(),
        "sd_within": math.sqrt(((within - within.mean()) ** 2).sum() / (len(x) - 1)) if len(x) > 1 else math.nan,
        "skewness": m3 / m2**1.5 if m2 else math.nan,
        "kurtosis": m4 / m2**2 if m2 else math.nan,
        "min": x.min(),
        "max": x.max(),
    }


CELLS = st.one_of(st.none(), st.integers(-20, 20).map(float), st.floats(-100, 100).map(lambda v: round(v, 3)))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abcd"), CELLS), min_size=1, max_size=25).filter(lambda rows: any(v is not None for _, v in rows)))
def test_a_second_route(rows: list[tuple[str, float | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["place", "x"]).assign(year=range(len(rows))).astype({"x": float})
    actual, expected = describe("x", frame).loc["x"], pd.Series(brute(frame["x"], frame["place"]))
    # deviations that cancel leave the rounding of numbers up to 100; ratios of moments magnify it where the column hardly varies
    tolerance = 1e-9 if expected["sd"] > 1e-3 else 1e-4
    np.testing.assert_allclose(actual.to_numpy(float), expected[actual.index].to_numpy(float), rtol=tolerance, atol=1e-9)


def test_a_constant_does_not_vary_at_all() -> None:
    frame = FRAME.assign(x=0.1, y=1e9 + 0.3)
    for name in ("x", "y"):
        row = describe(name, frame).loc[name]
        assert (row["sd"], row["sd_between"], row["sd_within"]) == (0.0, 0.0, 0.0)
        assert frame[name][0] == row["mean"] == row["median"]
        assert row[["skewness", "kurtosis"]].isna().all()


@pytest.mark.parametrize("offset", [1e6, 1e9, 1e12])
def test_a_large_offset_does_no_harm(offset: float) -> None:
    """Whole numbers below 2^53 are exact, and deviations are taken before anything is squared."""
    near, far = describe("n").loc["n"], describe("n", FRAME.assign(n=FRAME["n"] + offset)).loc["n"]
    shape = ["sd", "sd_between", "sd_within", "skewness", "kurtosis"]
    np.testing.assert_allclose(near[shape], far[shape], rtol=1e-9, atol=1e-9)  # the mean of six such numbers is rounded in its last digit
    assert offset == far["max"] - near["max"] == far["median"] - near["median"]


def test_scale_and_order_of_rows() -> None:
    rows = np.random.default_rng(3).permutation(len(FRAME))
    scaled = FRAME.assign(x=FRAME["x"] * -4.0).iloc[rows]
    one, two = describe("x").loc["x"], describe("x", scaled).loc["x"]
    for name in ("sd", "sd_between", "sd_within"):
        assert 4 * one[name] == pytest.approx(two[name], rel=ROUNDING)
    assert -4 * one["max"] == two["min"]
    assert -4 * one["mean"] == pytest.approx(two["mean"], rel=ROUNDING)
    assert one["kurtosis"] == pytest.approx(two["kurtosis"], rel=ROUNDING)


def test_every_numeric_column_that_is_no_key() -> None:
    assert list(describe().index) == ["x", "n", "b"]
    assert describe().loc["b", "mean"] == 0.5
    assert list(regio.describe(FRAME).statistics.index) == ["year", "x", "n", "b"]


def test_a_column_named_twice_is_described_once() -> None:
    assert list(describe(["x", "n", "x"]).index) == ["x", "n"]


@pytest.mark.parametrize(("by", "group"), [("region", "place"), ("period", "year"), ("name", "name"), ("b", "b")])
def test_by_is_the_same_as_each_part_alone(by: str, group: str) -> None:
    parts = describe(["x", "n"], by=by)
    assert [group, "variable"] == parts.index.names
    assert sorted(FRAME[group].unique()) == list(dict.fromkeys(parts.index.get_level_values(0)))
    for value, rows in FRAME.groupby(group):
        alone = describe(["x", "n"], rows)
        shown = [c for c in alone.columns if by != "region" or "_" not in c]
        pd.testing.assert_frame_equal(alone[shown], parts.loc[value][shown])
    if by == "region":
        assert parts[["sd_between", "sd_within"]].isna().all().all()


def test_by_leaves_its_own_column_out_and_counts_rows_without_a_group() -> None:
    frame = FRAME.assign(zone=[1.0, 1.0, 2.0, 2.0, np.nan, 2.0])
    result = regio.describe(frame, by="zone", region="place", period="year")
    assert {"x", "n", "b"} == set(result.statistics.index.get_level_values(1))
    assert result.provenance is not None
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (5, 1)


def test_labels_of_rows_may_occur_twice() -> None:
    twice = FRAME.set_axis([0, 0, 0, 1, 1, 1])
    pd.testing.assert_frame_equal(describe(["x", "n"], by="period"), describe(["x", "n"], twice, by="period"))


def test_missing_and_infinite_cells() -> None:
    frame = FRAME.assign(none=np.nan, one=[5.0, *[np.nan] * 5], far=[1.0, 2.0, 3.0, 4.0, 5.0, np.inf])
    rows = describe(["none", "one", "far"], frame)
    assert tuple(rows["n"]) == (0, 1, 6)
    assert rows.loc["none"].drop("n").isna().all()
    assert (rows.loc["one", "mean"], math.isnan(rows.loc["one", "sd"]), rows.loc["one", "max"]) == (5.0, True, 5.0)
    assert (math.inf, math.inf, 3.5, 1.0) == (rows.loc["far", "mean"], rows.loc["far", "max"], rows.loc["far", "median"], rows.loc["far", "min"])
    assert rows.loc["far", ["sd", "sd_within", "skewness"]].isna().all()


def test_nullable_columns() -> None:
    frame = FRAME.assign(x=pd.array([1, 2, None, 4, 5, 6], dtype="Int64"))
    assert (describe("x", frame).loc["x", "n"], pytest.approx(describe("x", frame).loc["x", "mean"], rel=ROUNDING)) == (5, 3.6)


def test_no_region_no_between() -> None:
    result = regio.describe(FRAME, "x")
    assert result.statistics[["sd_between", "sd_within"]].isna().all().all()
    assert tuple(c.key for c in result.exhibits()[0].columns) == ("n", "mean", "median", "sd", "skewness", "kurtosis", "min", "max")
    assert "describe.note.within" not in [note.code for note in result.exhibits()[0].notes]


def test_the_table() -> None:
    result = regio.describe(FRAME, ["x", "n"], region="place", period="year")
    printed = typeset(result.exhibits()[0], "zh", labels={"x": {"en": "Output", "zh": "产出"}})
    assert (printed.title, *(row.head for row in printed.rows)) == ("描述性统计", "产出", "n")
    assert [str(c) for c in printed.rows[0].cells] == ["5", "4.000", "4.000", "2.550", "2.082", "1.871", "0.000", "1.435", "1.000", "7.000"]
    grouped = typeset(regio.describe(FRAME, "x", by="year").exhibits()[0], "en")
    assert [row.head for row in grouped.rows] == ["x (2001)", "x (2002)", "x (2003)"]
    assert [row.rule_above for row in grouped.rows] == [False, True, True]


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"columns": "xx"}, ArgumentError, "contract.unknown_column"),
        ({"columns": "name"}, DataError, "panel.text_column"),
        ({"columns": "x", "by": "zone"}, ArgumentError, "contract.unknown_column"),
        ({"columns": "x", "by": "period", "region": None, "period": None}, ArgumentError, "contract.no_period"),
        ({"columns": "x", "column": "x"}, ArgumentError, "contract.unknown_option"),
        ({"columns": 5}, ArgumentError, "contract.wrong_type"),
    ],
)
def test_bad_input(options: dict[str, object], kind: type[DataError], code: str) -> None:
    with pytest.raises(kind) as caught:
        regio.describe(FRAME, **({"region": "place", "period": "year"} | options))  # type: ignore[arg-type]
    assert [code] == [f.code for f in caught.value.findings]


def test_nothing_to_describe() -> None:
    with pytest.raises(ArgumentError, match="no numeric column to describe \\(columns: name\\)"):
        regio.describe(FRAME[["name"]])
    with pytest.raises(ArgumentError, match="The column “zone” is empty, so there are no groups"):
        regio.describe(FRAME.assign(zone=None), "x", by="zone")
