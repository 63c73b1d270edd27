"""Tables of several steps side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_tables import plain, regression

from regio.exhibits.combine import beside
from regio.exhibits.models import Cell, Row, Table, label
from regio.exhibits.typeset import typeset
from regio.language import Message


def keys(table: Table) -> list[tuple[str, str]]:
    return [(row.key, row.part) for row in table.rows]


def rows(table: Table) -> dict[tuple[str, str], list[str]]:
    return {(row.key, row.part): list(map(str, row.cells)) for row in typeset(table, "en").rows}


def with_rows(*names: str) -> Table:
    return replace(plain(), columns=plain().columns[:1], rows=tuple(Row(name, label(name), (Cell("number", 1.0),)) for name in names))


def test_one_table_stays_as_it_is() -> None:
    table = regression((1.0, 0.5, 0.2))
    assert beside([table]) is table


def test_columns_are_numbered_through_and_addresses_stay() -> None:
    tables = [regression((1.0, 0.5, 0.2), (2.0, 0.5, 0.2)).located("one"), regression((3.0, 0.5, 0.2)).located("two")]
    both = beside(tables)
    assert tuple(column.key for column in both.columns) == ("(1)", "(2)", "(3)")
    assert [head.text for head in typeset(both, "en").heads[0]] == ["(1)", "(2)", "(3)"]
    assert [cell.address for cell in both.rows[0].cells] == [
        ("one", "coefficients", "x", "(1)"),
        ("one", "coefficients", "x", "(2)"),
        ("two", "coefficients", "x", "(1)"),
    ]
    assert [cell.value for cell in both.rows[0].cells] == [1.0, 2.0, 3.0]
    assert [head.span for head in typeset(both, "en").heads[1]] == [3]


def test_other_columns_keep_their_names() -> None:
    both = beside([plain((Cell("number", 1.0), Cell("number", 2.0))), plain((Cell("number", 3.0), Cell("number", 4.0)))])
    assert tuple(column.key for column in both.columns) == ("a", "b", "a", "b")
    assert [cell.value for cell in both.rows[0].cells] == [1.0, 2.0, 3.0, 4.0]


def test_rows_are_matched_and_an_absent_effect_is_a_no() -> None:
    both = beside([regression((1.0, 0.5, 0.2)), regression((2.0, 0.5, 0.2), effects=True, term="z")])
    assert rows(both) == {
        ("x", ""): ["1.000", ""],
        ("x", "statistic"): ["(2.000)", ""],
        ("z", ""): ["", "2.000"],
        ("z", "statistic"): ["", "(4.000)"],
        ("effects", ""): ["No", "Yes"],
        ("n", ""): ["1,200", "1,200"],
    }


def test_brackets_stay_under_their_estimate_and_blocks_together() -> None:
    both = beside([regression((1.0, 0.5, 0.2)), regression((2.0, 0.5, 0.2), effects=True, term="z")])
    places = keys(both)
    for term in ("x", "z"):
        at = places.index((term, ""))
        assert [(term, ""), (term, "std_error"), (term, "statistic")] == places[at : at + 3]
    assert [row.block for row in both.rows][:6] == ["terms"] * 6
    assert {"design", "fit"} == {row.block for row in both.rows[6:]}


@pytest.mark.parametrize(
    ("lists", "order"),
    [
        ([["a", "b"], ["a", "b"]], ["a", "b"]),
        ([["a", "c"], ["a", "b", "c"]], ["a", "b", "c"]),
        ([["a", "z"], ["b", "z"]], ["a", "b", "z"]),
        ([["a"], ["b", "a"]], ["b", "a"]),
        ([["a", "b", "c"], ["c", "a"], ["d"]], ["a", "b", "c", "d"]),
        ([["a", "x", "y"], ["a", "p", "q"]], ["a", "p", "q", "x", "y"]),
    ],
)
def test_a_new_row_goes_behind_the_row_that_it_follows(lists: list[list[str]], order: list[str]) -> None:
    assert order == [row.key for row in beside([with_rows(*names) for names in lists]).rows]


def test_notes_are_said_once() -> None:
    one, two = Message("describe.mean"), Message("describe.sd")
    tables = [replace(with_rows("a"), notes=(one,)), replace(with_rows("a"), notes=(one, two))]
    assert (one, two) == beside(tables).notes


def test_the_frames_are_kept_one_below_the_other() -> None:
    both = beside([regression((1.0, 0.5, 0.2)), regression((2.0, 0.5, 0.2))])
    assert list(both.frame.index) == [("1", "x"), ("2", "x")]
    assert both.frame.index.names == ["table", "term"]
