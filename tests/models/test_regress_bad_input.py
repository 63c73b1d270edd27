"""Each mistake has its own message, in English and in Chinese, that says what was found and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from panels import random_panel

import regio
from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, DataError, EstimationError, FindingError


def table() -> pd.DataFrame:
    """Six regions, four periods; rows of messages count from one: label 4 is row 5."""
    return random_panel(31, regions=6, periods=4, drop=0.0).sort_values(["region", "period"], ignore_index=True)


def refused(kind: type[FindingError], code: str, data: Any, outcome: str = "y", treatment: Any = "x1", controls: Any = (), **options: Any) -> str:
    """The English text of the error, once its kind, its code and its Chinese text are right."""
    with pytest.raises(kind) as caught:
        regio.regress(data, outcome, treatment, controls, **{"region": "region", "period": "period"} | options)
    assert [finding.code for finding in caught.value.findings] == [code]
    chinese = caught.value.text("zh")
    assert any("一" <= letter <= "鿿" for letter in chinese)
    assert "{" not in chinese
    return caught.value.text("en")


def with_cell(value: object) -> pd.DataFrame:
    frame = table().astype({"x1": object})
    frame.loc[4, "x1"] = value
    return frame


# Arguments ----------------------------------------------------------------------------------------------------------------------------------


def test_wrong_column_is_answered_with_near_ones() -> None:
    text = refused(ArgumentError, "contract.unknown_column", table(), treatment="x11")
    assert "There is no column “x11” (treatment of regress). Did you mean x1" in text
    assert "Columns: y, x1, x2, x3, weight, region, period, zone." in text


def test_wrong_effect_and_wrong_cluster() -> None:
    assert "“provnce” (effects of regress)" in refused(ArgumentError, "contract.unknown_column", table(), effects="provnce")
    assert "“zones” (cluster of regress). Did you mean zone?" in refused(ArgumentError, "contract.unknown_column", table(), errors="cluster", cluster="zones")


def test_robust_has_two_readings() -> None:
    text = refused(ArgumentError, "contract.robust", table(), errors="robust")
    assert 'errors = "hc1"' in text
    assert 'errors = "cluster"' in text


def test_unknown_word_for_errors() -> None:
    assert "expected one of: classical, hc1, hc3, cluster, driscoll_kraay, wild_cluster. Did you mean cluster, wild_cluster?" in refused(
        ArgumentError, "contract.not_a_choice", table(), errors="clustered"
    )


def test_unknown_keyword() -> None:
    assert "regress has no option “effect”. Did you mean effects" in refused(ArgumentError, "contract.unknown_option", table(), effect="region")


def test_too_many_by_position() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.regress(table(), "y", "x1", "x2", "region")  # type: ignore[misc]
    assert caught.value.findings[0].code == "contract.too_many_arguments"


def test_no_data_and_no_table() -> None:
    assert "was given a list as data" in refused(ArgumentError, "contract.not_a_table", [1, 2])


def test_level_outside_zero_and_one() -> None:
    assert "must be less than 1" in refused(ArgumentError, "contract.less_than", table(), level=95)


def test_region_effects_need_a_region() -> None:
    text = refused(ArgumentError, "contract.no_region", table(), effects="region", region=None, period=None)
    assert 'Pass region="…", or a Panel.' in text


def test_outcome_among_regressors() -> None:
    assert "“y” is the outcome and also a regressor" in refused(ArgumentError, "regress.outcome_is_regressor", table(), controls="y")


def test_regressor_twice() -> None:
    assert "Given twice among the regressors: x1." in refused(ArgumentError, "regress.twice", table(), controls=("x2", "x1"))


def test_three_effects() -> None:
    text = refused(ArgumentError, "regress.three_effects", table(), effects=("region", "period", "zone"))
    assert "At most two effects are absorbed; given: region, period, zone." in text
    assert '"a*b"' in text


def test_effect_twice() -> None:
    assert "twice: region, region" in refused(ArgumentError, "regress.same_effect", table(), effects=("region", "region"))


def test_three_clusters() -> None:
    text = refused(ArgumentError, "regress.three_clusters", table(), errors="cluster", cluster=("region", "period", "zone"))
    assert "At most two cluster columns" in text


def test_cluster_without_clustered_errors() -> None:
    assert "does not cluster" in refused(ArgumentError, "regress.cluster_ignored", table(), cluster="zone")


# Tables -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("3a", "letters", "mixes digits and letters"),
        ("1,234.5①", "footnote", "carries a footnote mark"),
        ("1,234.5", "thousands", "has thousands separators"),
        ("…", "placeholder", "is a sign for a value that is not there"),
        ("12%", "percent", "has a percent sign"),
        ("合计", "words", "is a word"),
    ],
)
@pytest.mark.parametrize("wrap", [lambda frame: frame, lambda frame: FrameRows(frame, part_rows=10)], ids=["frame", "parts"])
def test_cells_that_are_no_numbers(value: str, code: str, words: str, wrap: Callable[[pd.DataFrame], Any]) -> None:
    text = refused(DataError, f"panel.cell.{code}", wrap(with_cell(value)))
    assert text.startswith(f"row 5: The cell “{value}” in the numeric column “x1” {words}")


def test_text_column() -> None:
    assert "“zone” holds text (for example “z0”)" in refused(DataError, "panel.text_column", table(), treatment="zone")


def test_numbers_as_text() -> None:
    frame = table()
    assert "holds 24 numbers stored as text" in refused(DataError, "panel.numbers_as_text", frame.assign(x1=frame["x1"].astype(str)))


def test_infinite_cell() -> None:
    frame = table()
    frame.loc[3, "x1"] = -np.inf
    assert "“x1” holds 1 infinite values" in refused(EstimationError, "regress.infinite", frame)


def test_duplicate_keys() -> None:
    frame = table()
    frame.loc[1, "period"] = 2001
    text = refused(DataError, "panel.duplicate_keys", frame)
    assert "2 rows share their keys (region, period) with another row, for example (r000, 2001) (rows 1, 2)" in text


def test_empty_key() -> None:
    frame = table()
    frame.loc[2, "region"] = None
    assert "“region” is empty in 1 rows (rows 3)" in refused(DataError, "panel.missing_keys", frame)


def test_no_such_key_column() -> None:
    assert "“regions” does not exist. Did you mean region?" in refused(DataError, "panel.no_key_column", table(), region="regions")


def test_two_columns_of_one_name() -> None:
    frame = table()
    assert "Several columns have the same name: x1." in refused(DataError, "panel.duplicate_columns", pd.concat([frame, frame[["x1"]]], axis=1))


def test_empty_frame() -> None:
    assert "The table has no rows" in refused(DataError, "panel.empty", table().iloc[:0])


@pytest.mark.parametrize("wrap", [lambda frame: frame, lambda frame: FrameRows(frame, part_rows=10)], ids=["frame", "parts"])
def test_no_complete_row(wrap: Callable[[pd.DataFrame], Any]) -> None:
    assert "No row has a value for every column of the model (24 rows" in refused(
        EstimationError, "regress.no_rows", wrap(table().assign(x2=np.nan)), controls="x2"
    )


def test_weights_must_be_positive() -> None:
    frame = table()
    frame.loc[[0, 1], "weight"] = [0.0, -1.0]
    assert "zero or negative in 2 rows" in refused(EstimationError, "regress.bad_weights", frame, sample_weights="weight")


# Models -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.1, 1e8, 0.0])
def test_constant_regressor(value: float) -> None:
    for effects in ((), ("region",), ("region", "period")):
        assert "“x2” is constant" in refused(EstimationError, "regress.constant_regressor", table().assign(x2=value), controls="x2", effects=effects)


def test_constant_outcome() -> None:
    assert "“y” does not vary" in refused(EstimationError, "regress.outcome_constant", table().assign(y=0.1))
    frame = table()
    fixed = frame.assign(y=frame.groupby("region")["x3"].transform("mean"))
    assert "“y” does not vary" in refused(EstimationError, "regress.outcome_constant", fixed, effects="region")


@pytest.mark.parametrize("offset", [0.0, 1e8])
@pytest.mark.parametrize(("effects", "key"), [(("region",), "region"), (("period",), "period"), (("region", "period"), "region")])
def test_no_variation_within(effects: tuple[str, ...], key: str, offset: float) -> None:
    frame = table()
    frame["fixed"] = frame.groupby(key)["x3"].transform("first") + offset
    convention = "reghdfe" if effects == ("period",) else "xtreg"  # xtreg knows periods as dummies: there it is a combination of them
    text = refused(EstimationError, "regress.no_within_variation", frame, controls="fixed", effects=effects, convention=convention)
    assert f"“fixed” does not vary within the effects ({', '.join(effects)})" in text


def test_varies_between_periods_only() -> None:
    frame = table()
    frame["national"] = frame.groupby("period")["x3"].transform("first")
    text = refused(EstimationError, "regress.collinear", frame, controls="national", effects=("region", "period"))
    assert "“national” is a combination of others: period (effects absorbed: region, period)" in text


def test_perfect_collinearity_names_the_others() -> None:
    frame = table().assign(total=lambda f: f["x1"] + 2 * f["x2"])
    text = refused(EstimationError, "regress.collinear", frame, controls=("x2", "x3", "total"))
    assert "“total” is a combination of others: x1, x2 (" in text
    assert "x3" not in text.split("(effects")[0]


def test_collinear_only_within_the_effects() -> None:
    frame = table()
    frame["shifted"] = 3 * frame["x1"] + frame.groupby("region")["x2"].transform("first")
    assert "combination of others: x1 (effects absorbed: region)" in refused(EstimationError, "regress.collinear", frame, controls="shifted", effects="region")
    assert regio.regress(frame, "y", "x1", "shifted").fit["n"] == 24


def test_one_region() -> None:
    text = refused(EstimationError, "regress.one_group", table().iloc[:4], effects="region")
    assert "There is one “region” only" in text


def test_too_few_rows() -> None:
    assert "4 rows do not suffice for 4 parameters" in refused(EstimationError, "regress.too_few_rows", table().iloc[:4], controls=("x2", "x3"))


def test_one_cluster() -> None:
    text = refused(EstimationError, "regress.one_cluster", table().assign(all="a"), errors="cluster", cluster="all")
    assert "at least two clusters (all)" in text


def test_xtreg_needs_nested_clusters() -> None:
    text = refused(EstimationError, "regress.not_nested", table(), effects="region", errors="cluster", cluster="period")
    assert "every region must lie in one cluster (period)" in text
    assert 'convention = "reghdfe"' in text


def test_xtreg_clusters_by_one_column() -> None:
    assert "here are two: region, period" in refused(EstimationError, "regress.xtreg_two_clusters", table(), errors="cluster", cluster=("region", "period"))


def test_many_levels_of_the_second_effect() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"y": rng.normal(size=12_000), "x1": rng.normal(size=12_000), "firm": np.arange(12_000) // 2, "town": np.arange(12_000) % 10})
    for data in (frame, FrameRows(frame, part_rows=5_000)):
        text = refused(EstimationError, "regress.many_levels", data, effects=("town", "firm"), region=None, period=None)
        assert "“firm” has 6000 levels; at most 5000" in text
    assert regio.regress(frame, "y", "x1", effects=("firm", "town")).fit["n_effects"] == 6000


# What is no mistake is said in findings -----------------------------------------------------------------------------------------------------


def test_missing_cells_are_counted() -> None:
    frame = table()
    frame.loc[[0, 1], "y"], frame.loc[[1, 2, 3], "x1"] = np.nan, np.nan
    result = regio.regress(frame, "y", "x1", "x2", region="region", period="period")
    assert (result.fit["n"], result.provenance.rows_used, result.provenance.rows_left_out) == (20, 20, 4)
    assert [finding.severity for finding in result.findings] == ["note"]
    assert result.findings[0].text("en") == "4 rows were left out because a value is missing: y (2), x1 (3)."
    assert result.findings[0].text("zh") == "因缺失值剔除 4 行：y (2)、x1 (3)。"


def test_missing_marks_in_an_object_column_are_missing() -> None:
    frame = with_cell(None)
    assert regio.regress(frame, "y", "x1", region="region", period="period").fit["n"] == 23


def test_inputs_are_not_changed() -> None:
    frame = table()
    before = frame.copy(deep=True)
    regio.regress(frame, "y", "x1", effects=("region", "period"), errors="cluster", region="region", period="period")
    pd.testing.assert_frame_equal(frame, before)
