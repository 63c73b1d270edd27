"""``regio.read`` on delimited text: numbers, missing marks, keys, encodings; what cannot be read says its file, line and column."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import regio
from regio.contract.finding import DataError, Finding, Position

HEADER = "place,year,x,y\n"
ROWS = "a,2001,1,2.5\na,2002,2,3.5\nb,2001,3,4.5\nb,2002,4,5.5\n"


def file(folder: Path, text: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def problems(path: Path, region: str | None = "place", period: str | None = "year") -> tuple[Finding, ...]:
    with pytest.raises(DataError) as caught:
        regio.read(path, region=region, period=period)
    return caught.value.findings


def test_numbers_keys_and_texts(tmp_path: Path) -> None:
    text = "place,year,x,y,name\na,2001,1,-2.5e3,alpha\n b ,2002,+2, 3.5 ,beta\n"
    found = regio.read(file(tmp_path, text), region="place", period="year")
    rows = found.panel.rows
    assert (list(zip(rows["place"], rows["year"], strict=True)), list(rows.columns)) == ([("a", 2001), ("b", 2002)], ["place", "year", "x", "y", "name"])
    assert (rows["x"].tolist(), rows["y"].tolist(), rows["name"].tolist()) == ([1.0, 2.0], [-2500.0, 3.5], ["alpha", "beta"])
    assert rows["year"].dtype == "int64"
    assert (found.changes, tuple(f.code for f in found.findings)) == ((), ("panel.unbalanced",))


def test_reading_twice_is_the_same(tmp_path: Path) -> None:
    path = file(tmp_path, HEADER + ROWS.replace("2.5", "NA"))
    one, two = (regio.read(path, region="place", period="year") for _ in range(2))
    assert one.panel.rows.equals(two.panel.rows)
    assert (one.changes, one.findings) == (two.changes, two.findings)


@pytest.mark.parametrize("mark", ["NA", "N/A", "NaN", "nan", "NULL", ".", " NA "])
def test_missing_marks_are_changes_with_their_line_and_empty_cells_are_none(tmp_path: Path, mark: str) -> None:
    found = regio.read(file(tmp_path, HEADER + ROWS.replace("2,3.5", f"{mark},3.5").replace("4,5.5", ",5.5")), region="place", period="year")
    change = found.changes[0]
    assert len(found.changes) == 1
    assert ("x", "a", "2002", mark, "", "t.csv", 3) == (change.variable, change.region, change.period, change.before, change.after, change.file, change.row)
    assert change.reason == "panel.change.missing_mark"
    assert np.isnan(found.panel.rows["x"]).tolist() == [False, True, False, True]
    assert "2 cells are empty: x (2)" in found.findings[-1].text("en")


@pytest.mark.parametrize("mark", ["NA", "nan"])
def test_a_column_of_marks_alone_is_listed_too(tmp_path: Path, mark: str) -> None:
    found = regio.read(file(tmp_path, f"place,x\na,{mark}\nb,{mark}\n"), region="place")
    assert [(2, mark), (3, mark)] == [(c.row, c.before) for c in found.changes]


def test_a_column_that_is_mostly_text_stays_text_and_says_so(tmp_path: Path) -> None:
    found = regio.read(file(tmp_path, "place,code\na,A1\nb,A2\nc,3\nd,\n"), region="place")
    codes = found.panel.rows["code"]
    assert (codes.tolist()[:3], codes.isna().tolist()) == (["A1", "A2", "3"], [False, False, False, True])
    assert "The column “code” was left as text: 2 of its cells are not numbers." in found.findings[0].text("en")
    assert (found.changes, found.findings[0].severity) == ((), "note")


def test_a_column_of_words_is_text_without_a_note(tmp_path: Path) -> None:
    found = regio.read(file(tmp_path, "place,zone\na,north\nb,south\n"), region="place")
    assert (found.panel.rows["zone"].tolist(), found.findings) == (["north", "south"], ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, end: str) -> None:
    text = (HEADER + ROWS).replace(",", delimiter).replace("\n", end)
    rows = regio.read(file(tmp_path, text), region="place", period="year").panel.rows
    assert (rows["place"].tolist(), rows["y"].tolist()) == (["a", "a", "b", "b"], [2.5, 3.5, 4.5, 5.5])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes("省份,产出\n北京,1\n内蒙古,2\n".encode(encoding))
    rows = regio.read(path, region="省份").panel.rows
    assert (rows["省份"].tolist(), rows["产出"].tolist()) == (["北京", "内蒙古"], [1.0, 2.0])


@pytest.mark.parametrize(("ending", "pack"), [("bz2", bz2.compress), ("gz", gzip.compress), ("xz", lzma.compress), ("GZ", gzip.compress)])
def test_packed_files(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / f"t.csv.{ending}"
    path.write_bytes(pack((HEADER + ROWS).encode()))
    assert regio.read(path, region="place", period="year").panel.rows["x"].tolist() == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(("ending", "pack"), [("bz2", bz2.compress), ("gz", gzip.compress), ("xz", lzma.compress)])
@pytest.mark.parametrize("harm", ["cut", "changed", "not packed"])
def test_packed_files_that_are_broken(tmp_path: Path, ending: str, pack: Callable[[bytes], bytes], harm: str) -> None:
    whole = pack((HEADER + ROWS * 200).encode())
    middle = len(whole) // 2
    broken = {"cut": whole[:middle], "changed": whole[:middle] + b"\xff\x00\xff\x00" + whole[middle + 4 :], "not packed": b"place,x\na,1\n"}[harm]
    path = tmp_path / f"t.csv.{ending}"
    path.write_bytes(broken)
    found = problems(path)
    assert [f.code for f in found] == ["reading.broken_archive"]
    assert "压缩文件无法解压" in found[0].text("zh")


def test_every_ragged_row_is_named(tmp_path: Path) -> None:
    found = problems(file(tmp_path, HEADER + "a,1\nb,2001,1,2\n\nc,2001\n"))
    assert [f.where.line for f in found if isinstance(f.where, Position)] == [2, 5]


def test_a_quoted_cell_over_several_lines_keeps_the_count_of_lines(tmp_path: Path) -> None:
    text = 'place,note,x\na,"one\ntwo",1\nb,three,2%\nc,four,3\n'
    found = problems(file(tmp_path, text), period=None)
    assert [Position("t.csv", line=4, column="x")] == [f.where for f in found]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"place,x\na,1\n\xff\xff\xe9,2\n")
    found = problems(path)
    assert [("reading.not_text", Position("t.csv", 3))] == [(f.code, f.where) for f in found]


def test_an_unknown_key_column(tmp_path: Path) -> None:
    found = problems(file(tmp_path, HEADER + ROWS), region="places")
    assert "There" not in found[0].text("en")
    assert "The key column “places” does not exist. Did you mean place?" in found[0].text("en")


@pytest.mark.parametrize("year", ["--5", "2001Q1"])
def test_periods_that_are_no_whole_numbers_stay_texts(tmp_path: Path, year: str) -> None:
    rows = regio.read(file(tmp_path, HEADER + ROWS.replace("2001", year)), region="place", period="year").panel.rows
    assert [year, "2002", year, "2002"] == rows["year"].tolist()


def test_periods_may_be_negative(tmp_path: Path) -> None:
    rows = regio.read(file(tmp_path, HEADER + ROWS.replace("2001", "-1")), region="place", period="year").panel.rows
    assert rows["year"].tolist() == [-1, 2002, -1, 2002]


def test_gaps_and_unbalanced_rows_are_notes(tmp_path: Path) -> None:
    found = regio.read(file(tmp_path, HEADER + "a,1,1,1\na,3,1,1\nb,1,1,1\nb,2,1,1\nb,3,1,1\n"), region="place", period="year")
    assert [(f.code, f.severity) for f in found.findings] == [("panel.unbalanced", "note"), ("panel.gaps", "note")]
    assert "5 of 6" in found.findings[0].text("en")
    assert "面板不平衡" in found.findings[0].text("zh")
    assert found.findings[1].text("en").endswith("of a region: a.")


def test_no_cell_is_lost_in_a_real_file() -> None:
    found = regio.read("package:linearmodels/datasets/munnell/munnell.csv.bz2", region="ST_ABB", period="YR")
    assert (len(found.panel), *(found.panel.rows[k].nunique() for k in ("ST_ABB", "YR")), found.changes, found.findings) == (816, 48, 17, (), ())
    first = found.panel.rows.iloc[0]
    assert (first["ST_ABB"], first["YR"], first["P_CAP"], first["GSP"]) == ("AL", 1970, 15032.67, 28418.0)  # Munnell (1990), Alabama in 1970
