"""What users get wrong, for every method of the catalogue: a result that can be stored or a message with a cure, never a bare error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.declaration import declaration
from regio.contract.result import Result
from regio.language import LANGUAGES, RegioError
from test_catalogue import KINDS, frame, options

NUMBERS = [name for name in frame().columns if name not in ("region", "period", "zone")]
LONG = ("draws", "grid", "window", "ahead")  # more of these takes longer, and is what was asked for
Table = Callable[[pd.DataFrame], pd.DataFrame]


def called(kind: str, table: Any, **given: Any) -> Result | None:
    """The result, stored and read again; None where it was refused, with a text in each language."""
    draws = {"draws": 19} if declaration(kind).argument("draws") else {}
    try:
        result = getattr(regio, kind)(table, region="region", period="period", **(options(kind) | draws | given))
    except RegioError as problem:
        missing = [language for language in LANGUAGES if not problem.text(language)]
        if missing:
            pytest.fail(f"{problem.findings} has no text in {missing}")
        return None
    again = Result.from_dict(json.loads(json.dumps(result.to_dict(), allow_nan=False)))
    assert type(again) is type(result)
    assert isinstance(result, Result)
    return result


def codes(kind: str, table: Any, **given: Any) -> set[str]:
    with pytest.raises(RegioError) as caught:
        getattr(regio, kind)(table, region="region", period="period", **(options(kind) | given))
    assert all(caught.value.text(language) for language in LANGUAGES)
    return {finding.code for finding in caught.value.findings}


def numbers(change: Callable[[pd.Series], Any]) -> Table:
    return lambda table: table.assign(**{name: change(table[name]) for name in NUMBERS})


TABLES: Mapping[str, Table] = {
    "lists": lambda t: t.assign(x=[[1]] * len(t), zone=[["z"]] * len(t)),
    "decimals": lambda t: t.assign(x=[Decimal(str(round(v, 3))) for v in t["x"]]),
    "categories": lambda t: t.assign(x=t["x"].round().astype("category")),
    "yes and no": lambda t: t.assign(x=t["x"] > t["x"].mean()),
    "huge": numbers(lambda s: s * 1e300),
    "tiny": numbers(lambda s: s * 1e-300),
    "constant": numbers(lambda s: s * 0 + 1),
    "one period": lambda t: t[t["period"] == 2010],
    "names that are numbers": lambda t: t.rename(columns={"x": 0, "w": 2.5}),
    "years as pandas Periods": lambda t: t.assign(period=pd.PeriodIndex(t["period"].astype(str), freq="Y")),
    "years as dates": lambda t: t.assign(period=pd.to_datetime(t["period"].astype(str))),
    "months as dates": lambda t: t.assign(period=pd.to_datetime({"year": 2010, "month": t["period"] - 2009, "day": 1})),
    "years as text": lambda t: t.assign(period=t["period"].astype(str)),
    "years, some as text": lambda t: t.assign(period=[p if p % 2 else str(p) for p in t["period"]]),
    "regions as lists": lambda t: t.assign(region=[[r] for r in t["region"]]),
    "regions as numbers": lambda t: t.assign(region=t["region"].str[1:].astype(int)),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("made", TABLES)
def test_no_table_gives_a_bare_error(kind: str, made: str) -> None:
    called(kind, TABLES[made](frame()))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "transform"])  # which only rewrites numbers, whatever their size
def test_numbers_that_cannot_be_squared_are_refused_at_the_door(kind: str) -> None:
    first = next((a for a in declaration(kind).fields if a.role.uses and a.role.numeric and a.name in options(kind)), None)
    for made, code in (("huge", "panel.too_large"), ("tiny", "panel.too_small")):
        if first is not None:
            assert codes(kind, TABLES[made](frame())) == {code}


@pytest.mark.parametrize("kind", KINDS)
def test_whole_numbers_without_measure_give_no_bare_error(kind: str) -> None:
    for argument in declaration(kind).fields:
        if "int" in str(argument.type) and not argument.role.uses and argument.name not in LONG:
            for number in (10**12, 10**20, -(10**20)):
                called(kind, frame(), **{argument.name: number})


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_without_a_name_is_unknown(kind: str) -> None:
    for argument in declaration(kind).fields:
        if argument.role.uses:
            assert codes(kind, frame(), **{argument.name: ""}) & {"contract.unknown_column", "contract.wrong_type"}, argument.name


@pytest.mark.parametrize("kind", [kind for kind in KINDS if (a := declaration(kind).argument("cluster")) and a.default is None])
def test_no_cluster_named_is_the_region(kind: str) -> None:
    if "cluster" not in (a := declaration(kind).argument("errors")).choices:  # type: ignore[union-attr]
        pytest.skip(f"{kind} has no clustered errors")
    given = {"errors": "cluster"} if a else {}
    none, empty = (called(kind, frame(), **given, cluster=cluster) for cluster in (None, ()))
    assert none is not None
    assert empty is not None
    assert none.to_dict() == empty.to_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_of_columns_gives_no_bare_error(kind: str) -> None:
    for argument in declaration(kind).fields:
        if argument.role.uses and "tuple" in str(argument.type):
            called(kind, frame(), **{argument.name: ()})


@pytest.mark.parametrize("kind", ["autocorrelation", "spatial_markov"])
@pytest.mark.parametrize("neighbours", [["x"], [1, 2], {"r00": 1}, {"r00": {"r01": "x"}}, [[1.0, 2.0]], [["a"]], 3, object(), np.float64(2), "nobody"])
def test_neighbours_that_cannot_be_read_are_refused(kind: str, neighbours: Any) -> None:
    assert codes(kind, frame(), neighbours=neighbours)


def test_one_home_for_numbers_decimals_are_floats() -> None:
    plain = frame().assign(x=frame()["x"].round(3))
    decimals = plain.assign(x=[Decimal(str(value)) for value in plain["x"]])
    for kind in ("panel_kink", "two_stage", "regress"):
        first, second = called(kind, plain), called(kind, decimals)
        assert first is not None
        assert second is not None
        pd.testing.assert_frame_equal(first.coefficients, second.coefficients)  # type: ignore[attr-defined]


def test_a_cell_that_is_a_list_is_shown_with_its_column() -> None:
    assert codes("regress", TABLES["regions as lists"](frame())) == {"panel.not_a_key"}
    table = frame().assign(zone=[["z"]] * len(frame()))
    with pytest.raises(RegioError) as caught:
        regio.geodetector(table, "y", ("zone",))
    assert [f.code for f in caught.value.findings] == ["contract.no_label"]
    assert "“zone” (factors of geodetector) is ['z']" in caught.value.text("en")
    assert "应为文本或数" in caught.value.text("zh")


def test_each_refusal_says_what_was_found_and_expected() -> None:
    few = frame()[frame()["period"] == 2010]
    point = frame().assign(east=1.0, north=1.0)
    assert codes("random_effects", few) == {"random_effects.few_rows"}
    assert codes("deviational_ellipse", point) == {"centres.one_point"}
    assert codes("hausman", frame(), treatment=()) == {"hausman.no_treatment"}
    assert codes("scenario", frame(), columns=("x", "x")) == {"scenario.twice"}
    assert codes("markov", frame(), classes=101) == {"contract.less_than_equal"}
    with pytest.raises(RegioError, match="reaches 1e\\+80 in size; numbers may be at most 1e\\+75"):
        regio.describe(frame().assign(x=1e80), "x")
    assert codes("leave_one_out", frame().assign(x=[[1]] * len(frame()))) == {"panel.text_column"}
