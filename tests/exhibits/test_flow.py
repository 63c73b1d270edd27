"""Pages are filled: a figure may pass a table where it would not fit, numbers stay in order, wide rows that say nothing are left out."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regio.exhibits.models import Cell, Column, Row, Table, label, text
from regio.exhibits.printed import Head, Printed, PrintedCell, PrintedRow
from regio.exhibits.render.cut import cut
from regio.exhibits.render.excel import excel
from regio.exhibits.render.fit import UPRIGHT, fit
from regio.exhibits.render.flow import PAGE, Block, order, table_height
from regio.exhibits.render.html import html
from regio.exhibits.render.latex import latex
from regio.exhibits.render.markdown import markdown
from regio.exhibits.render.terminal import terminal
from regio.exhibits.render.typst import typst
from regio.exhibits.render.word import word
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES, Message
from regio.report.documents import pdf


def table_of(height: float, **more: bool) -> Block:
    return Block("table", height, **more)


def figure(height: float) -> Block:
    return Block("figure", height)


def test_a_table_passes_a_figure_that_does_not_fit() -> None:
    assert order([table_of(150), figure(150), table_of(60)]) == (0, 2, 1)
    assert order([figure(150), table_of(150), figure(60)]) == (0, 2, 1)


def test_what_fits_stays_in_its_order() -> None:
    assert order([table_of(100), figure(100), table_of(40)]) == (0, 1, 2)
    assert order([]) == ()


def test_what_is_far_away_does_not_come_early() -> None:
    blocks = [table_of(200), *(figure(200) for _ in range(6)), table_of(30)]
    assert order(blocks)[1] == 1


def test_a_long_table_begins_where_there_is_room_and_a_turned_one_on_its_own_page() -> None:
    assert order([figure(150), table_of(900, breaks=True), figure(80)]) == (0, 1, 2)
    assert order([table_of(150), table_of(100, across=True), figure(60)]) == (0, 2, 1)


@given(st.lists(st.tuples(st.sampled_from(["table", "figure"]), st.floats(5, 400), st.booleans(), st.booleans()), max_size=20), st.floats(0, PAGE))
def test_numbers_stay_in_order(parts: list[tuple[str, float, bool, bool]], first: float) -> None:
    blocks = [Block(kind, height, breaks, across and kind == "table") for kind, height, breaks, across in parts]
    found = order(blocks, first)
    assert sorted(found) == list(range(len(blocks)))
    for kind in ("table", "figure"):
        own = [i for i in found if blocks[i].kind == kind]
        assert own == sorted(own)


def printed(rows: list[tuple[str, list[str]]], columns: int, notes: tuple[str, ...] = ()) -> Printed:
    made = tuple(PrintedRow(f"r{i}", head, tuple(PrintedCell(c) for c in cells)) for i, (head, cells) in enumerate(rows))
    heads = (tuple(Head(f"({i})") for i in range(columns)),)
    return Printed(name="t", language="en", title="T", stub="", heads=heads, column_keys=tuple(f"c{i}" for i in range(columns)), rows=made, notes=notes)


def test_parts_of_a_triangle_leave_out_the_rows_that_say_nothing_there() -> None:
    shown = printed([("a", ["1", "", ""]), ("heading", ["", "", ""]), ("b", ["1", "1", ""]), ("c", ["1", "1", "1"])], 3)
    first, last = cut(shown, [0, 2, 3])
    assert [row.head for row in first.rows] == ["a", "heading", "b", "c"]
    assert [row.head for row in last.rows] == ["heading", "c"]


def test_long_texts_wrap_upright_and_a_row_of_many_lines_is_turned() -> None:
    word = "word " * 8
    few = fit(printed([("H1", [word] * 6)] * 9, 6))
    assert not few.across
    assert few.size >= 7.5
    many = fit(printed([("H1", [word * 6] * 6)] * 60, 6))
    assert many.across


def test_the_height_of_a_table_grows_with_rows_and_notes() -> None:
    short, tall = (printed([("a", ["1.000"])] * n, 1) for n in (3, 30))
    assert table_height(tall) > table_height(short) + 27 * 3
    assert table_height(printed([("a", ["1"])], 1, notes=("note " * 100,))) > table_height(printed([("a", ["1"])], 1)) + 6
    assert sum(fit(tall).millimetres()) <= UPRIGHT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [0, 3])
def test_a_table_without_rows_comes_out_in_every_format(language: object, columns: int) -> None:
    heads = tuple(Column(f"c{i}", (text("report.words", words=f"c{i}"),)) for i in range(columns))
    empty = Table(name="t", frame=pd.DataFrame(), columns=heads, rows=(), title=Message("report.words", {"words": "Nothing"}))
    shown = typeset(empty, language)  # type: ignore[arg-type]
    for render in (html, markdown, latex, typst, terminal):
        assert "Nothing" in render(shown)  # type: ignore[operator]
    assert pdf(typst(shown), {})[:4] == b"%PDF"
    assert word(shown)[:2] == b"PK"
    assert excel([(empty, shown, "Table 1")])[:2] == b"PK"


def test_notes_that_follow_one_another_end_with_a_stop() -> None:
    row = Row("a", label("a"), (Cell("estimate", 1.0, 0.001),))
    notes = tuple(Message("report.words", {"words": words}) for words in ("first", "second."))
    table = Table(name="t", frame=pd.DataFrame(), columns=(Column("c", (text("report.words", words="c"),)),), rows=(row,), title=notes[0], notes=notes)
    assert typeset(table, "en").notes[:2] == ("first.", "second.")
    assert typeset(table, "zh").notes[0] == "first。"
