# ruff: noqa: E501
"""What cells, notes and heads of printed tables are taken to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from regio.auditing import propose
from regio.auditing.proposing.cells import Said, pairs, said, yes_no
from regio.auditing.proposing.meaning import star_levels
from regio.auditing.proposing.proposal import Proposed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.123***", Said("0.123", "***")),
        ("０．１２３＊＊", Said("0.123", "**")),
        ("−0.5∗", Said("−0.5", "*")),
        ("- 0.062", Said("-0.062")),
        ("—0.062", Said("−0.062")),
        ("\u20110.4", Said("−0.4")),
        ("0.12 * * *", Said("0.12", "***")),
        ("0.123***\n(2.31)", Said("0.123", "***", "2.31")),
        ("0.123（−2.31）", Said("0.123", "", "−2.31")),
        ("[0.041]", Said("", "", "0.041")),
        ("(2.31)**", Said("", "**", "2.31")),
        ("***0.2", Said("0.2", "***")),
        ("1，234.5", Said("1,234.5")),
        ("12 345.6", Said("12,345.6")),
        ("38.46％", Said("38.46%")),
        ("1.2×10⁻³", Said("1.2e−3")),
        ("203²", Said("203")),
        ("0.05ᵃ", None),
        ("0.05^a", Said("0.05")),
        ("—", Said()),
        ("", Said()),
        ("N.A.", Said()),
        ("lnED", None),
        ("2011—2020", None),
    ],
)
def test_cells(text: str, expected: Said | None) -> None:
    assert said(text) == expected


def test_intervals_and_yes() -> None:
    assert pairs("[-0.12，0.34]") == [("-0.12", "0.34")]
    assert pairs("(6.094558,14.88182) (P) (6.101089 14.99698) (BC)") == [("6.094558", "14.88182"), ("6.101089", "14.99698")]
    assert [yes_no(t) for t in ("是", "控制", "√", "Yes", "否", "NO", "y", "n", "")] == [True, True, True, True, False, False, None, None, None]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Note: *** p<0.01, ** p<0.05, * p<0.1.", {3: 0.01, 2: 0.05, 1: 0.1}),
        ("注：*、**、***分别表示10%、5%、1%的显著性水平；N=300，95%置信区间", {1: 0.1, 2: 0.05, 3: 0.01}),
        ("在1%、5%和10%水平上显著（***、**、*）", {3: 0.01, 2: 0.05, 1: 0.1}),
        ("＊＊＊p＜0.001，＊＊p＜0.01，＊p＜0.05", {3: 0.001, 2: 0.01, 1: 0.05}),
        (r"\*\*\*, \*\*, and \* indicate significance at the 1%, 5%, and 10% levels", {3: 0.01, 2: 0.05, 1: 0.1}),
        ("* 表示 5% 水平显著", {1: 0.05}),
        ("Standard errors in parentheses.", None),
    ],
)
def test_star_levels(note: str, expected: dict[int, float] | None) -> None:
    assert star_levels(note) == expected


def proposed(folder: Path, body: str, name: str = "T1") -> Proposed:
    file = folder / "p.html"
    file.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return propose(file)[name]


def rows(text: str) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{c.strip()}</td>" for c in line.split("|")) + "</tr>" for line in text.strip().split("\n")) + "</table>"


BODY = """变量|(1)|(2)
|lnY|lnZ
数字经济|0.500***|0.400***
|(5.000)|(4.000)
产业结构|-0.300|0.020
|(-1.200)|(0.100)
常数项|1.000***|2.000***
|(10.00)|(12.50)
年份固定效应|是|否
样本量|300|300
调整后R²|0.25|0.31"""


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("注：括号内为t值。", "t"), ("注：括号内为稳健标准误。", "se"), ("注：括号内为基于稳健标准误计算的t值。", "t"), ("t statistics based on robust standard errors in parentheses", "t"),
        ("Notes: p-values in brackets; *** p<0.01.", "p"), ("注：***p<0.01。", "t"),
    ],
)  # fmt: skip
def test_brackets(tmp_path: Path, note: str, expected: str) -> None:
    found = proposed(tmp_path, f"<p>表1 基准回归</p>{rows(BODY)}<p>{note}</p>")
    assert found.brackets == expected
    codes = [e.code.removeprefix("audit_import.evidence.") for e in found.evidence]
    assert ("brackets_not_said" in codes) == ("p<0.01。" in note)
    assert ("brackets_differ" in codes) == (expected != "t")


def test_a_regression_table(tmp_path: Path) -> None:
    table = proposed(tmp_path, f"<p>表 3　基准回归</p>{rows(BODY)}<p>注：括号内为t值。</p>", "T3").table
    assert (table.label, table.title) == ("表 3", "基准回归")
    first, second = table.models
    assert (first.col, first.dependent, second.dependent) == ("(1)", "lnY", "lnZ")
    assert [(t.var, t.coef, t.stars, t.paren, t.label_printed) for t in first.terms][-1] == ("_cons", "1.000", "***", "10.00", "常数项")
    assert first.values == {"N": "300", "R2_adj": "0.25"}
    assert (first.effects, second.effects) == ({"年份固定效应": "是"}, {"年份固定效应": "否"})


def test_columns_beside_coefficients(tmp_path: Path) -> None:
    text = "变量|(1)||(2)|\n|系数|t值|系数|t值\nx|0.5***|5.1|0.4|1.2\nz|0.1|0.9|0.2**|2.2\nN|100||90|"
    found = proposed(tmp_path, f"<p>表1 回归结果</p>{rows(text)}")
    assert [[(t.var, t.coef, t.paren) for t in m.terms] for m in found.table.models] == [
        [("x", "0.5", "5.1"), ("z", "0.1", "0.9")],
        [("x", "0.4", "1.2"), ("z", "0.2", "2.2")],
    ]
    assert found.brackets == "t"


@pytest.mark.parametrize(
    ("caption", "text", "kind", "row"),
    [
        ("表5 门槛效应检验", "模型|F值|P值|10%临界值|5%临界值|1%临界值\n单一门槛|25.1|0.003|12.0|15.0|21.0\n双重门槛|8.2|0.210|11.1|13.3|19.9", "threshold",
         {"test": "单一门槛", "F": "25.1", "p": "0.003", "critical_10": "12.0", "critical_5": "15.0", "critical_1": "21.0"}),
        ("Table 5. Factor detector", "Factor|q|p value\nx1|0.412|0.000\nx2|0.120|0.031", "geodetector", {"factor": "x1", "q": "0.412", "p": "0.000"}),
        ("表5 TOPSIS 评价结果", "地区|D+|D-|贴近度|排名\n北京|0.200|0.600|0.750|1\n天津|0.500|0.500|0.500|2", "topsis",
         {"unit": "北京", "d_plus": "0.200", "d_minus": "0.600", "closeness": "0.750", "rank": "1"}),
        ("表5 耦合协调度", "地区|U1|U2|C|T|D|协调等级\n北京|0.5|0.4|0.994|0.45|0.669|初级协调\n天津|0.3|0.2|0.980|0.25|0.495|濒临失调", "coupling",
         {"unit": "北京", "u1": "0.5", "u2": "0.4", "c": "0.994", "t": "0.45", "d": "0.669", "grade": "初级协调"}),
        ("Table 5. Bootstrap", "Effect|Coefficient|Z|P|95% CI\nIndirect effect|0.20|2.1|0.036|[0.02, 0.41]\nDirect effect|0.50|4.0|0.000|[0.30, 0.71]", "bootstrap",
         {"effect": "Indirect effect", "coef": "0.20", "z": "2.1", "p": "0.036", "percentile_low": "0.02", "percentile_high": "0.41"}),
        ("表5 指标体系", "一级指标|二级指标|信息熵|权重\n基础设施|光缆长度|0.912|0.412\n|宽带用户|0.874|0.588\n合计|||1.000", "weights",
         {"indicator": "光缆长度", "dimension": "基础设施", "entropy": "0.912", "weight": "0.412"}),
    ],
)  # fmt: skip
def test_other_kinds(tmp_path: Path, caption: str, text: str, kind: str, row: dict[str, str]) -> None:
    table = proposed(tmp_path, f"<p>{caption}</p>{rows(text)}", "T5").table
    assert table.kind == kind
    assert dict(table.rows[0]) == row


def test_statistics_downwards_and_correlations_beside_means(tmp_path: Path) -> None:
    down = "统计量|x|y\n均值|1.5|2.5\n标准差|0.5|0.4\n最小值|1.0|2.0\n最大值|2.0|3.0"
    assert dict(proposed(tmp_path, rows(down)).table.rows[0]) == {"var": "x", "mean": "1.5", "sd": "0.5", "min": "1.0", "max": "2.0"}
    both = "Variable|Mean|SD|1|2|3\n1. x|1.5|0.5|1||\n2. y|2.5|0.4|0.31*|1|\n3. z|3.5|0.2|-0.10|0.22|1"
    file = tmp_path / "p.html"
    proposed(tmp_path, f"<p>Table 2. Descriptives and correlations</p>{rows(both)}", "T2")
    first, second = (p.table for p in propose(file).tables)
    assert (first.kind, second.kind, second.id) == ("descriptives", "correlations", "T2b")
    assert dict(second.rows[0]) == {"row": "y", "col": "x", "r": "0.31", "stars": "*"}


def test_a_head_that_is_one_cell_short_and_vifs_below_correlations(tmp_path: Path) -> None:
    text = "a|b|c\na|1||\nb|0.5***|1|\nc|0.2|0.1|1\nVIF|1.50|1.40|1.10"
    file = tmp_path / "p.html"
    assert proposed(tmp_path, f"<p>Table 4. Correlations</p>{rows(text)}", "T4").table.kind == "correlations"
    vif = propose(file)["T4b"].table
    assert [dict(r) for r in vif.rows] == [{"var": "a", "vif": "1.50"}, {"var": "b", "vif": "1.40"}, {"var": "c", "vif": "1.10"}]


def test_a_table_over_two_pages_and_panels(tmp_path: Path) -> None:
    head, *lines = BODY.split("\n")
    first, second = "\n".join([head, *lines[:5]]), "\n".join([head, lines[0], *lines[5:]])
    body = f"<p>表2 回归</p>{rows(first)}<p>续表2</p>{rows(second)}<p>注：括号内为t值。</p>"
    table = proposed(tmp_path, body, "T2").table
    assert [t.var for t in table.models[0].terms] == ["数字经济", "产业结构", "_cons"]
    panels = f"Panel A: East||\n{BODY}\nPanel B: West||\n" + "\n".join(lines[1:])
    found = propose(_file(tmp_path, f"<p>表2 异质性</p>{rows(panels)}")).tables
    assert [p.table.title for p in found] == ["异质性 / Panel A: East", "异质性 / Panel B: West"]


def _file(folder: Path, body: str) -> Path:
    file = folder / "q.html"
    file.write_text(body, encoding="utf-8")
    return file
