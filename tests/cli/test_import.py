"""``regio import``: the table, its recipe and its changes are written; the report speaks both languages and JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import regio
from regio.cli.importing import import_files
from regio.contract.finding import ArgumentError, DataError

WIDE = '单位：亿元\n地区,2011年,2012年\n北京市,"1,234.5①",…\n天津,0.1,2\n合计,3,4\n注：某说明\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "产值.csv").write_text(WIDE, encoding="gb18030")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_table_a_recipe_and_a_list_of_changes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_files(["产值.csv"], Path("out/panel.csv"), None, None, "auto", None, "en") == 0
    said = capsys.readouterr().out
    assert "产值.csv: regions down, periods across" in said
    assert "Panel: 4 rows, 2 regions, 2 periods, 1 variables." in said
    assert "5 cells, rows or names are not as they were in the files:" in said
    assert "产值.csv, row 3, column B: 1,234.5① → 1234.5" in said
    raw = (folder / "out" / "panel.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig") == "region,period,产值\n北京,2011,1234.5\n北京,2012,\n天津,2011,0.1\n天津,2012,2\n"
    with (folder / "out" / "panel.changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["before"], row["after"], row["reason"]) for row in rows[:2]] == [
        ("5", "合计 3 4", "", "a row of totals, left out"),
        ("6", "注：某说明", "", "a note below the table, left out"),
    ]
    tidy = regio.read(folder / "out" / "panel.csv")
    assert tidy.panel.rows.equals(regio.read("产值.csv").panel.rows)


def test_a_recipe_gives_the_same_files_byte_for_byte(folder: Path) -> None:
    import_files(["产值.csv"], Path("out/panel.csv"), None, None, "auto", None, "zh")
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    assert set(before) == {"panel.csv", "panel.recipe.toml", "panel.changes.csv"}
    assert 'file = "../产值.csv"' in before["panel.recipe.toml"].decode()
    import_files([], Path("out/panel.csv"), None, None, "auto", Path("out/panel.recipe.toml"), "zh")
    assert before == {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def test_the_report_in_chinese_and_in_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_files(["产值.csv"], None, None, None, "auto", None, "zh")
    said = capsys.readouterr()
    assert "面板：4 行，2 个地区，2 个时期，1 个变量。" in said.out
    assert "1 × 去掉脚注标记" in said.out
    assert "个单元格为空" in said.err
    assert (folder / "产值.tidy.csv").is_file()
    import_files(["产值.csv"], None, None, None, "auto", None, "en", json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["rows"], found["keys"]) == (True, 4, {"region": "region", "period": "period"})
    assert found["variables"] == [{"name": "产值", "unit": "亿元"}]
    change = next(c for c in found["changes"] if c["reason"] == "panel.change.footnote")
    assert (change["file"], change["row"], change["column"], change["before"], change["after"]) == ("产值.csv", 3, "B", "1,234.5①", "1234.5")
    assert change["text"]["zh"] == "去掉脚注标记"


def test_a_file_that_is_read_is_never_written_over(folder: Path) -> None:
    before = (folder / "产值.csv").read_bytes()
    with pytest.raises(DataError, match="would be written over a file that is read"):
        import_files(["产值.csv"], Path("产值.csv"), None, None, "auto", None, "en")
    assert (folder / "产值.csv").read_bytes() == before
    with pytest.raises(ArgumentError, match="This is a folder"):
        import_files(["产值.csv"], folder, None, None, "auto", None, "en")


def test_nothing_is_written_where_a_file_cannot_be_read(folder: Path) -> None:
    (folder / "b.csv").write_text("省份,年份,x\n北京,2011,1x\n天津,2011,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="mixes digits and letters"):
        import_files(["b.csv"], Path("out.csv"), None, None, "auto", None, "en")
    assert not (folder / "out.csv").exists()
