"""merge: columns of another table by region and period, nothing dropped without a word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from touched_cells import PATIENT, panels, said

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Change, Panel, Variable
from regio.preparing.merge import merge

HERE = Panel(pd.DataFrame({"region": list("aab"), "period": [1, 2, 1], "x": [1.0, 2, 3]}, index=[5, 3, 1]), region="region", period="period")
THERE = Panel(
    pd.DataFrame({"province": list("bca"), "year": [1, 1, 2], "n": [7, 8, 9], "t": list("uvw")}),
    region="province",
    period="year",
    variables=[Variable("n", label="people"), Variable("t")],
    changes=[Change("n", "b", "1", "…", "7"), Change("m", "b", "1")],
    labels=["calibrated"],
)


def test_by_hand() -> None:
    done = merge(HERE, source=THERE)
    rows = done.panel.rows
    assert (rows.index.tolist(), rows.x.tolist(), rows.t.fillna("").tolist()) == ([5, 3, 1], [1, 2, 3], ["", "w", "u"])
    np.testing.assert_array_equal(rows.n, [np.nan, 9, 7])
    assert (done.panel.keys, done.panel.labels, done.panel.variable("n").label) == (HERE.keys, ("calibrated",), "people")
    assert done.changes == (
        Change("n", "b", "1", "…", "7"),
        Change("", "a", "1", reason="panel.change.no_partner"),
        Change("", "c", "1", reason="panel.change.not_taken"),
    )
    assert [say(c.reason, "zh")[:4] for c in done.changes[1:]] == ["另一张表", "另一张表"]
    assert [(f.code, f.severity) for f in done.findings] == [("merge.no_partner_here", "warning"), ("merge.not_taken", "note")]
    assert "1 rows have no partner in the other table; their new cells are empty, for example (a, 1)." in done.findings[0].text("en")
    assert "例如 (c, 1)" in done.findings[1].text("zh")


def test_some_columns_and_whole_numbers_stay_whole() -> None:
    done = merge(HERE, source=Panel(pd.DataFrame({"r": list("ab"), "area": [10, 20], "other": 1}), region="r"), columns="area")
    assert list(done.panel.rows.columns) == ["region", "period", "x", "area"]
    assert done.panel.rows.area.tolist() == [10, 10, 20]
    assert done.panel.rows.area.dtype == "int64"
    assert (done.changes, done.findings) == ((), ())


def test_a_national_index_by_period() -> None:
    done = merge(HERE, source=Panel(pd.DataFrame({"year": [2, 1], "cpi": [102.0, 100]}), period="year"))
    assert done.panel.rows.cpi.tolist() == [100, 102, 100]


@PATIENT
@given(panels(least=2), panels(least=2))
def test_the_same_as_looking_row_by_row(here: Panel, there: Panel) -> None:
    other = there.with_rows(there.rows.rename(columns={"x": "n"}))
    pairs = {(r, p): n for r, p, n in other.rows[["region", "period", "n"]].itertuples(index=False)}
    own = list(zip(here.rows.region, here.rows.period, strict=True))
    if not set(own) & set(pairs):
        with pytest.raises(DataError, match="No row finds a partner"):
            merge(here, source=other)
        return
    done = merge(here, source=other)
    np.testing.assert_array_equal(done.panel.rows.n, [pairs.get(pair, np.nan) for pair in own])
    pd.testing.assert_frame_equal(done.panel.rows[["region", "period", "x"]], here.rows)
    assert len(done.changes) == len(set(own) ^ set(pairs))


@pytest.mark.parametrize(
    ("source", "options", "kind", "code", "english", "chinese"),
    [
        ("provinces", {}, ArgumentError, "merge.not_a_table", "was given a str as source", "应为 Panel"),
        (Panel(pd.DataFrame({"n": [1.0]})), {}, ArgumentError, "merge.no_common_key", "neither region nor period", "没有共同的"),
        (HERE, {}, ArgumentError, "merge.clash", "Both tables have a column of this name: x", "同名的列：x"),
        (THERE, {"columns": ["p", "n"]}, ArgumentError, "panel.unknown_column", "There is no column “p”", "没有名为“p”的列"),
        (THERE, {"columns": []}, ArgumentError, "merge.nothing", "No column is taken", "没有从另一张表取任何列"),
        (
            Panel(pd.DataFrame({"f": [1, 2], "r": "a", "n": 1}), region="r", unit="f"),
            {},
            DataError,
            "merge.several_rows",
            "several rows for one region: a",
            "有多行：a",
        ),
        (Panel(pd.DataFrame({"r": ["A"], "n": 1}), region="r"), {}, DataError, "merge.no_partner", "here for example a, there A", "此表例如 a，另一表例如 A"),
    ],
)
def test_bad_input(source: Any, options: dict[str, Any], kind: type[FindingError], code: str, english: str, chinese: str) -> None:
    with pytest.raises(kind) as caught:
        merge(HERE, source=source, **options)
    assert [f.code for f in caught.value.findings] == [code]
    said(caught, english, chinese)


def test_what_firms_are_is_matched_by_firm() -> None:
    """A table with a unit key alone gives its value to every row of the firm."""
    rows = pd.DataFrame({"region": ["a", "a", "b"], "period": [1, 2, 1], "firm": ["f", "f", "g"], "x": [1.0, 2.0, 3.0]})
    firms = Panel(rows, region="region", period="period", unit="firm")
    kinds = Panel(pd.DataFrame({"firm": ["g", "f"], "flag": [0.0, 1.0]}), unit="firm")
    assert merge(firms, source=kinds).panel.rows["flag"].tolist() == [1.0, 1.0, 0.0]
