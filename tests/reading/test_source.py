"""Yearbook files as sources of a study: columns without numpy, then a panel under the study's names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from regio.contract.finding import DataError
from regio.panel import Variable
from regio.reading.source import is_plain, panel_of, table_of
from regio.reading.table import Layout


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "产值"
    for row in (["单位：亿元"], ["地区", 2011, 2012], ["北京市", "1,234.5①", 2], ["天津市", 3, "…"], ["合计", 4, 5]):
        made.active.append(row)
    made.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


@pytest.mark.parametrize(
    ("name", "plain"), [("t.csv", True), ("t.csv.bz2", True), ("t.TSV", True), ("t.xlsx", False), ("t.dta", False), ("t.duckdb::x", False)]
)
def test_what_is_plain(name: str, plain: bool) -> None:
    assert is_plain(name) is plain
    assert not is_plain(name, layout="auto")


def test_columns_without_numpy(path: Path) -> None:
    header = table_of(path)
    assert (header.columns, header.keys) == (("region", "period", "产值"), ("region", "period"))
    program = f"import sys; from regio.reading.source import table_of; table_of({str(path)!r}); sys.exit(str({{'numpy', 'pandas'}} & set(sys.modules) or 0))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) in ((0, ""), (1, "0\n"))


def test_a_panel_under_the_names_of_the_study(path: Path) -> None:
    known = Layout("region", "period", renamed={"gdp": "产值"}, numeric=frozenset({"gdp"}), variables=(Variable("gdp", label="GDP"),))
    panel, notes = panel_of(path, known)
    assert (panel.value_columns, panel.rows["gdp"].tolist()[:3]) == (("gdp",), [1234.5, 2, 3])
    assert (panel.variable("gdp").label, panel.variable("gdp").unit, notes) == ("GDP", "亿元", ())
    assert [c.reason for c in panel.changes if c.variable == "gdp"] == ["panel.change.footnote", "panel.change.missing_mark"]


def test_plain_tables_are_read_as_they_stand(tmp_path: Path) -> None:
    plain = tmp_path / "t.csv"
    plain.write_text("省份,年份,x\n北京市,2011,…\n天津市,2011,2\n", encoding="utf-8")
    assert table_of(plain).columns == ("省份", "年份", "x")
    assert table_of(plain, "auto").columns == ("region", "period", "x")
    with pytest.raises(DataError, match="is a sign for a value that is not there"):
        panel_of(plain, Layout("省份", "年份"))
    panel, _ = panel_of(plain, Layout("省份", "年份", missing=("…",)))
    assert panel.rows["省份"].tolist() == ["北京市", "天津市"]


def test_columns_that_are_not_there_or_hold_words(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no column “产业”"):
        panel_of(path, Layout("region", "period", renamed={"gdp": "产业"}))
    made = openpyxl.Workbook()
    for row in (["地区", "年份", "评级"], ["北京", 2011, "A"], ["天津", 2011, "B"], ["河北", 2011, "C"]):
        made.active.append(row)
    made.active.cell(4, 4).value = 1
    made.active.cell(1, 4).value = "x"
    made.save(tmp_path / "w.xlsx")
    with pytest.raises(DataError, match="The column “评级” holds text"):
        panel_of(tmp_path / "w.xlsx", Layout("region", "period", numeric=frozenset({"评级"})))
