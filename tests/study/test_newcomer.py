"""What a newcomer does wrong on the first day: each answer says the place, what was found, what was expected and the cure, in the language asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regio.cli.app import start

PROVINCES = ("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江")
HEAD = """schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "省份"
period = "年份"
places = "china_provinces"
[[step]]
name = "base"
kind = "regress"
outcome = "出口"
treatment = "数字"
controls = ["人口"]
"""


def table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    keys = {"省份": np.repeat(PROVINCES, 6), "年份": np.tile(range(2017, 2023), 8)}
    return pd.DataFrame({**keys, **{name: rng.uniform(1, 9, 48).round(3) for name in ("出口", "人口", "数字")}})


def changed(row: int, column: str, value: str) -> pd.DataFrame:
    found = table().astype({column: object})
    found.loc[row, column] = value
    return found


RING = '[[step]]\nname = "a"\nkind = "transform"\ncolumn = "b"\nform = "log"\n[[step]]\nname = "b"\nkind = "transform"\ncolumn = "a"\nform = "log"\n'
LATE = '[[prepare]]\nname = "w"\nkind = "winsorise"\ncolumns = ["ln"]\nshare = 0.01\n'
CASES = {  # text, table, fragments in English, fragments in Chinese
    "a slip in a kind": (
        HEAD.replace("regress", "regres"),
        table(),
        "study.toml, line 12|“regres”|regress?|Methods:",
        "study.toml，第 12 行|regress？|可用的方法",
    ),
    "a column that is not there": (HEAD.replace('"数字"', '"数字化"'), table(), "line 14|“数字化”|mean 数字|Columns:", "第 14 行|是否想写 数字？|现有列"),
    "a wrong path": (HEAD.replace("t.csv", "tt.csv"), table(), "line 6|“tt.csv”|mean t.csv|Check the path", "第 6 行|“tt.csv”不存在|请检查路径"),
    "an empty file": (HEAD, b"", "line 6|is empty|header line and at least one row", "第 6 行|文件是空的|至少需要"),
    "a header alone": (HEAD, "省份,年份,出口,人口,数字\n".encode(), "t.csv|header (省份|no rows|export", "t.csv|只有表头|导出"),
    "titles above the header": (
        HEAD,
        ("单位：亿元,,,,\n" + table().to_csv(index=False)).encode(),
        "line 6|number 2, 3|regio import",
        "第 6 行|第 2、3|regio import",
    ),
    "rows twice": (HEAD, pd.concat([table(), table().iloc[[3, 10]]]), "t.csv, line 5|(北京, 2020)|rows 5|Keep one row", "t.csv，第 5 行|重复|只保留一行"),
    "text in numbers": (HEAD, changed(5, "人口", "3a"), "t.csv, line 7, column 人口|“3a”|Correct the cell", "t.csv，第 7 行，列 人口|“3a”|请在文件中改正"),
    "a footnote mark": (HEAD, changed(9, "人口", "1,234.5①"), "t.csv, line 11|footnote|Remove the mark", "t.csv，第 11 行|脚注|再删去"),
    "an unknown region": (HEAD, changed(6, "省份", "天晶"), "t.csv, column 省份|“天晶”|天津|Correct the name", "t.csv，列 省份|天津？|请更正"),
    "steps in a ring": (HEAD + RING, table(), "a → b → a|Take one of the columns out", "循环依赖|a → b → a|请去掉"),
    "a preparation of a step's column": (HEAD + LATE, table(), "“ln” (columns of winsorise)|Columns:", "winsorise 的 columns|现有列"),
    "curly quotes": (HEAD.replace('"出口"', "“出口”"), table(), "line 13|“”|straight quotes", "第 13 行|引号|英文直引号"),
    "an unknown option": (HEAD + 'errorss = "cluster"\n', table(), "line 16|“errorss”|mean errors|Options of regress", "第 16 行|是否想写 errors？|的选项"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: str, language: str) -> None:
    text, rows, *said = CASES[case]
    put(tmp_path, text, rows)
    monkeypatch.chdir(tmp_path)
    assert start(["run", "study.toml", "--language", language]) == 1
    shown = "".join(capsys.readouterr())
    assert "Traceback" not in shown
    assert [part for part in said[language == "zh"].split("|") if part not in shown] == []
    assert "    → " in shown


def put(folder: Path, text: str, rows: pd.DataFrame | bytes) -> None:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "t.csv").write_bytes(rows if isinstance(rows, bytes) else rows.to_csv(index=False).encode())


def test_a_gbk_file_and_a_step_that_is_named_before_it_stands_are_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD.replace('treatment = "数字"', 'treatment = "ln"') + '[[step]]\nname = "ln"\nkind = "transform"\ncolumn = "数字"\nform = "log"\n'
    put(tmp_path, text, table().to_csv(index=False).encode("gb18030"))
    monkeypatch.chdir(tmp_path)
    assert start(["run", "study.toml"]) == 0


@pytest.mark.parametrize("keys", ['region = "省份"\nperiod = "年份"\n', 'region = "region"\nperiod = "period"\n', ""])
def test_the_keys_of_a_workbook_may_be_called_as_it_calls_them_or_left_to_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    text = HEAD.replace('region = "省份"\nperiod = "年份"\n', keys).replace("t.csv", "t.xlsx")
    put(tmp_path, text, b"")
    table().to_excel(tmp_path / "t.xlsx", index=False)
    monkeypatch.chdir(tmp_path)
    assert start(["run", "study.toml"]) == 0
