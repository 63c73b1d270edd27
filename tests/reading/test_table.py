"""The strict table, as a study reads it: every cell that is not a number is refused, with its file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.contract.finding import DataError, Finding, Position
from regio.reading.delimited import sheet
from regio.reading.table import Layout, to_panel

HEADER = "place,year,x,y\n"
ROWS = "a,2001,1,2.5\na,2002,2,3.5\nb,2001,3,4.5\nb,2002,4,5.5\n"


def file(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def problems(path: Path, region: str | None = "place", period: str | None = "year") -> tuple[Finding, ...]:
    with pytest.raises(DataError) as caught:
        to_panel(sheet(path), Layout(region, period))
    return caught.value.findings


@pytest.mark.parametrize(
    ("cell", "code", "en", "zh"),
    [
        ("3a", "letters", "mixes digits and letters", "混有数字和字母"),
        ("2001年", "letters", "mixes digits and letters", "混有数字和字母"),
        ('"1,234.5①"', "footnote", "carries a footnote mark", "带有脚注标记"),
        ("12[3]", "footnote", "carries a footnote mark", "带有脚注标记"),
        ("12*", "footnote", "carries a footnote mark", "带有脚注标记"),
        ('"1,234.5"', "thousands", "has thousands separators", "含千位分隔符"),
        ('"-12,345"', "thousands", "has thousands separators", "含千位分隔符"),
        ("…", "placeholder", "is a sign for a value that is not there", "是表示缺失的符号"),
        ("—", "placeholder", "is a sign for a value that is not there", "是表示缺失的符号"),
        ("#", "placeholder", "is a sign for a value that is not there", "是表示缺失的符号"),
        ("12%", "percent", "has a percent sign", "带百分号"),
        ("1.5‰", "percent", "has a percent sign", "带百分号"),
        ("total", "words", "is a word", "是文字"),
        ("合计", "words", "is a word", "是文字"),
    ],
)
def test_each_kind_of_trouble_has_its_own_message(tmp_path: Path, cell: str, code: str, en: str, zh: str) -> None:
    found = problems(file(tmp_path, HEADER + ROWS.replace("2,3.5", f"{cell},3.5")))
    shown = cell.strip('"')
    assert [f"panel.cell.{code}"] == [f.code for f in found]
    assert Position("t.csv", line=3, column="x") == found[0].where
    assert {"found": shown, "column": "x", "region": "a", "period": "2002"} == dict(found[0].values)
    assert found[0].text("en").startswith(f"t.csv, line 3, column x: The cell “{shown}” in the numeric column “x” {en}")
    assert found[0].text("zh").startswith(f"t.csv，第 3 行，列 x：数值列“x”中的单元格“{shown}”{zh}")
    assert "→" in found[0].text("en")


def test_all_cells_are_named_at_once_and_many_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"r{i},{'1' if i % 2 else '…'},{'2' if i % 3 else 'x'}\n" for i in range(60))
    found = problems(file(tmp_path, "place,x,y\n" + rows), period=None)
    assert len(found) == 21
    assert "and 30 more cells" in found[-1].text("en")
    assert {"x"} == {f.values["column"] for f in found[:20]}


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("", "reading.empty_file", 0, "The file is empty."),
        (" \n\n", "reading.empty_file", 0, "The file is empty."),
        ("\ufeff", "reading.empty_file", 0, "The file is empty."),
        (HEADER, "reading.no_rows", 0, "a header (place, year, x, y) and no rows"),
        (HEADER + "\n,,,\n", "reading.no_rows", 0, "no rows"),
        (HEADER + ROWS + "a,2003,1\n", "reading.ragged", 6, "The row has 3 cells, the header has 4."),
        (HEADER + "a,2001,1,234,5\n" + ROWS, "reading.ragged", 2, "The row has 5 cells, the header has 4."),
        ("place,year,x,x\n" + ROWS, "reading.duplicate_columns", 1, "Several columns have the same name: x."),
        ("place,year,x,\n" + ROWS, "reading.unnamed_columns", 1, "Columns without a name: number 4."),
        ("\n\nplace,year,,\n" + ROWS, "reading.unnamed_columns", 3, "number 3, 4"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, text: str, code: str, line: int, words: str) -> None:
    found = problems(file(tmp_path, text))
    assert [(code, Position("t.csv", line))] == [(f.code, f.where) for f in found]
    assert words in found[0].text("en")


def test_every_ragged_row_is_named(tmp_path: Path) -> None:
    found = problems(file(tmp_path, HEADER + "a,1\nb,2001,1,2\n\nc,2001\n"))
    assert [f.where.line for f in found if isinstance(f.where, Position)] == [2, 5]


def test_duplicate_keys_say_their_lines(tmp_path: Path) -> None:
    found = problems(file(tmp_path, HEADER + "\n" + ROWS.replace("a,2002", "a,2001")))
    assert [("panel.duplicate_keys", Position("t.csv", 3))] == [(f.code, f.where) for f in found]
    assert "2 rows share their keys (place, year) with another row, for example (a, 2001) (rows 3, 4)" in found[0].text("en")


def test_missing_keys_say_their_lines(tmp_path: Path) -> None:
    found = problems(file(tmp_path, HEADER + ROWS + "注：数据来自年鉴,,,\n"))
    assert [("panel.missing_keys", Position("t.csv", 6))] == [(f.code, f.where) for f in found]
    assert "The key column “year” is empty in 1 rows (rows 6)." in found[0].text("en")


def test_declared_marks_are_missing_and_listed(tmp_path: Path) -> None:
    panel, _ = to_panel(sheet(file(tmp_path, HEADER + ROWS.replace("2,3.5", "…,3.5"))), Layout("place", "year", missing=("…",)))
    assert [(c.variable, c.before, c.row) for c in panel.changes] == [("x", "…", 3)]
