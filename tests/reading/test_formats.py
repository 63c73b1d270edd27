"""Every kind of file: text in disguise, workbooks that are locked or broken, HTML, Stata, SPSS, Parquet, DuckDB."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
import xlwt

import regio
from regio.contract.finding import DataError
from regio.reading.excel import locked

TIDY = "省份,年份,产值（亿元）\n北京市,2011,1\n天津市,2011,2\n"
FRAME = pd.DataFrame({"province": ["北京市", "天津市"] * 2, "year": [2011, 2011, 2012, 2012], "gdp": [1.0, 2.0, 3.5, None]})


def workbook() -> bytes:
    made, raw = openpyxl.Workbook(), io.BytesIO()
    for row in (["地区", 2011], ["北京", 1], ["天津", 2]):
        made.active.append(row)
    made.save(raw)
    return raw.getvalue()


def old_workbook() -> bytes:
    made, raw = xlwt.Workbook(), io.BytesIO()
    page = made.add_sheet("产值")
    for i, row in enumerate((["地区", 2011], ["北京", 1], ["天津", 2])):
        for j, cell in enumerate(row):
            page.write(i, j, cell)
    made.save(raw)
    return raw.getvalue()


def put(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def refused(path: Path | str) -> tuple[str, str, str]:
    with pytest.raises(DataError) as caught:
        regio.read(path)
    finding = caught.value.findings[0]
    return finding.code, finding.text("en"), finding.text("zh")


def test_a_text_and_a_page_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        found = regio.read(put(tmp_path, "t.xls", TIDY.replace(",", "\t").encode(encoding)))
        assert (found.panel.rows["产值"].tolist(), [f.code for f in found.findings]) == ([1, 2], ["reading.is_text"])
    rows = "<tr><th rowspan=2>地区</th><th colspan='2'>产值(亿元)</th></tr><tr><th>2011</th><th>2012</th></tr>"
    rows += "<tr><td>北&nbsp;京</td><td>1,234.5</td><td>2</td></tr>"
    page = f"<html><body><p>x</p><table>{rows}<tr><td>天津<td>3<td>…</tr></table></body></html>"
    found = regio.read(put(tmp_path, "t.xls", page.encode("gb18030")))
    assert found.panel.rows["产值"].tolist()[:3] == [1234.5, 2, 3]
    assert (found.findings[0].code, found.changes[0].reason) == ("reading.is_html", "panel.change.place_name")
    assert "网页" in found.findings[0].text("zh")


def test_workbooks_under_another_name(tmp_path: Path) -> None:
    for raw in (workbook(), old_workbook()):
        found = regio.read(put(tmp_path, "t.csv", raw))
        assert (len(found.panel), found.findings[0].code) == (2, "reading.is_workbook")


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml", reason="only msoffcrypto-tool makes encrypted files")
    raw = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(workbook())).encrypt("secret", raw)
    code, en, zh = refused(put(tmp_path, "t.xlsx", raw.getvalue()))
    assert (code, "clear the password" in en, "另存为 .xlsx" in zh) == ("reading.locked", True, True)


def test_an_old_workbook_that_is_write_protected(tmp_path: Path) -> None:
    """A FILEPASS record (MS-XLS 2.4.117) behind the first record: everything after it is encrypted."""
    raw = old_workbook()
    start = raw.find(b"\x09\x08\x10\x00\x00\x06")
    assert (start > 0, locked(raw)) == (True, False)
    harmed = raw[: start + 20] + b"\x2f\x00\x04\x00\x00\x00\x12\x34" + raw[start + 28 :]
    assert locked(harmed)
    assert refused(put(tmp_path, "t.xls", harmed))[0] == "reading.locked"


@pytest.mark.parametrize("make", [workbook, old_workbook])
@pytest.mark.parametrize("name", ["t.xlsx", "t.xls"])
def test_a_workbook_that_is_cut_off(tmp_path: Path, make: Callable[[], bytes], name: str) -> None:
    raw = make()
    code, en, zh = refused(put(tmp_path, name, raw[: len(raw) // 2]))
    assert (code, "cut off or damaged" in en, "重新下载" in zh) == ("reading.broken_workbook", True, True)


def test_errors_of_excel_are_listed_and_formulas_without_a_value_refused(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in (["地区", 2011, 2012], ["北京", 1, "#N/A"], ["天津", 3, "#DIV/0!"]):
        made.active.append(row)
    made.save(tmp_path / "t.xlsx")
    found = regio.read(tmp_path / "t.xlsx")
    assert [(c.before, c.row, c.column, c.reason) for c in found.changes] == [
        ("#N/A", 2, "C", "panel.change.missing_mark"),
        ("#DIV/0!", 3, "C", "panel.change.missing_mark"),
    ]
    made.active["B2"] = "=1+1"
    made.save(tmp_path / "t.xlsx")
    code, en, _ = refused(tmp_path / "t.xlsx")
    assert (code, "row 2, column B (2011): The cell “=1+1”" in en) == ("panel.cell.letters", True)


def test_a_wrong_encoding_says_its_line(tmp_path: Path) -> None:
    code, en, zh = refused(put(tmp_path, "t.csv", b"place,x\na,1\n\xff\xff\xe9,2\n"))
    assert (code, "t.csv, line 3" in en, "CSV UTF-8" in zh) == ("reading.not_text", True, True)
    assert refused(put(tmp_path, "t.xls", b"\x00\x01\x02\x03" * 40))[0] == "reading.broken_workbook"


def test_stata_with_its_labels(tmp_path: Path) -> None:
    frame = pd.DataFrame({"prov": [1, 2, 1, 2], "year": [2011, 2011, 2012, 2012], "gdp": [1.0, 2.0, 3.5, None], "zone": [1, 2, 1, 2]})
    path = tmp_path / "t.dta"
    names = {"prov": {1: "北京", 2: "天津"}, "zone": {1: "东部", 2: "西部地带"}}
    frame.to_stata(path, write_index=False, variable_labels={"gdp": "地区生产总值"}, value_labels=names, version=118)
    found = regio.read(path)
    assert found.panel.rows["region"].tolist() == ["北京", "天津", "北京", "天津"]
    assert found.panel.rows["zone"].tolist() == [1, 2, 1, 2]
    assert (found.panel.variable("gdp").label, found.panel.variable("zone").definition) == ("地区生产总值", "1 = 东部; 2 = 西部地带")
    assert found.panel.rows["gdp"].isna().tolist() == [False, False, False, True]


def test_spss_and_the_message_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "t.sav", b"$FL2 no data")
    with monkeypatch.context() as without:
        without.setattr("regio.reading.frames.find_spec", lambda name: None)
        code, en, zh = refused(path)
        assert (code, 'pip install "regio[spss]"' in en, "pyreadstat" in zh) == ("reading.needs_package", True, True)
    if importlib.util.find_spec("pyreadstat") is None:
        pytest.skip("pyreadstat is not installed")
    import pyreadstat

    assert refused(path)[0] == "reading.broken_frame"
    pyreadstat.write_sav(FRAME, str(path), column_labels={"gdp": "地区生产总值"}, variable_value_labels={"year": {2011: "first"}})
    found = regio.read(path)
    assert (found.panel.rows["region"].tolist()[:2], found.panel.variable("gdp").label) == (["北京", "天津"], "地区生产总值")
    assert found.panel.variable("gdp").unit == ""


def test_parquet_and_duckdb(tmp_path: Path) -> None:
    FRAME.to_parquet(tmp_path / "t.parquet")
    base = tmp_path / "t.duckdb"
    with duckdb.connect(str(base)) as connection:
        connection.execute("create table gdp as select * from read_parquet(?)", [str(tmp_path / "t.parquet")])
    for source in (tmp_path / "t.parquet", f"{base}::gdp"):
        found = regio.read(source)
        assert found.panel.rows["gdp"].tolist()[:3] == [1, 2, 3.5]
        assert found.panel.rows["period"].tolist() == [2011, 2011, 2012, 2012]
    assert refused(base)[0] == "reading.which_table"
    code, en, _ = refused(f"{base}::gpd")
    assert (code, "Did you mean gdp" in en) == ("reading.no_table_of_name", True)
    assert refused(put(tmp_path, "u.parquet", b"PAR1" + b"x" * 20))[0] == "reading.broken_frame"
    assert refused(f"{put(tmp_path, 'u.duckdb', b'no')}::x")[0] == "reading.broken_frame"
    assert refused(put(tmp_path, "u.dta", b"no"))[0] == "reading.broken_frame"


def test_mistakes_in_several_files_are_said_at_once(tmp_path: Path) -> None:
    bad = put(tmp_path, "a.csv", "省份,年份,x\n北京,2011,1x\n天津,2011,2\n".encode())
    empty = put(tmp_path, "b.csv", b"")
    with pytest.raises(DataError) as caught:
        regio.read(bad, empty, tmp_path / "c.csv")
    assert [f.code for f in caught.value.findings] == ["panel.cell.letters", "reading.empty_file", "reading.no_file"]
