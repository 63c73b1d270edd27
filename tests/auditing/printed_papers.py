# ruff: noqa: E501
"""Tables whose cells are known, printed as documents by plain generators of other makes than Regio's own: Word, web pages, PDF, workbooks, text."""

from __future__ import annotations

import csv
import html as html_
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from regio.auditing.numbers import parse
from regio.auditing.paper import Model, PaperTable
from regio.auditing.proposing.cells import key

WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "var": ("Variable", "Variables", "VARIABLES"), "N": ("Observations", "N", "Obs."), "R2": ("R-squared", "R²", "R2"), "R2_adj": ("Adjusted R-squared", "Adj. R²", "Adj-R2"),
        "F": ("F", "F-statistic", "F value"), "_cons": ("Constant", "_cons", "Intercept"), "yes": ("Yes", "YES", "✓"), "no": ("No", "NO", "No"),
        "n": ("Obs", "N", "Observations"), "mean": ("Mean", "Average", "Mean"), "median": ("Median", "P50", "Median"), "sd": ("Std. Dev.", "SD", "Standard deviation"),
        "min": ("Min", "Minimum", "Min."), "max": ("Max", "Maximum", "Max."), "vif": ("VIF", "VIF", "VIF"), "inverse_vif": ("1/VIF", "Tolerance", "1/VIF"), "mean_vif": ("Mean VIF", "Mean", "Average"),
        "indicator": ("Indicator", "Index", "Indicators"), "weight": ("Weight", "Weights", "Entropy weight"), "entropy": ("Entropy", "Information entropy", "Entropy value e"),
        "divergence": ("Divergence (1 − e)", "Redundancy", "Utility value"), "caption": ("Table {n}. {title}", "Table {n}: {title}", "TABLE {n} {title}"),
        "t": ("Note: t-statistics in parentheses. *** p<0.01, ** p<0.05, * p<0.1.", "Notes: ***, ** and * denote significance at the 1%, 5% and 10% levels; t values are in parentheses.",
              "t statistics in parentheses; * p < 0.1, ** p < 0.05, *** p < 0.01"),
        "se": ("Note: Robust standard errors in parentheses. *** p<0.01, ** p<0.05, * p<0.1.", "Notes: ***, ** and * denote significance at the 1%, 5% and 10% levels; standard errors in brackets.",
               "Standard errors in parentheses. *** p<0.01, ** p<0.05, * p<0.1"),
        "stars": ("Note: *** p<0.01, ** p<0.05, * p<0.1.",) * 3,
        "regression": ("Baseline regression results", "Heterogeneity analysis", "Mechanism tests"), "descriptives": ("Descriptive statistics", "Summary statistics", "Descriptive statistics of the variables"),
        "correlations": ("Correlation matrix", "Correlation analysis", "Pearson correlations"), "vif_title": ("Multicollinearity test", "VIF test", "Variance inflation factors"),
        "weights": ("Weights of the indicators", "Index system and weights", "Entropy weights"),
    },
    "zh": {
        "var": ("变量", "变量名称", "变 量"), "N": ("观测值", "样本量", "N"), "R2": ("R²", "R2", "拟合优度"), "R2_adj": ("调整R²", "调整后的R²", "Adj. R²"), "F": ("F值", "F 统计量", "F"),
        "_cons": ("常数项", "常数项", "_cons"), "yes": ("是", "控制", "Yes"), "no": ("否", "未控制", "No"),
        "n": ("样本量", "观测值", "观测数"), "mean": ("均值", "平均值", "平均数"), "median": ("中位数", "中值", "中位数"), "sd": ("标准差", "标准差", "标准偏差"), "min": ("最小值", "最小值", "极小值"),
        "max": ("最大值", "最大值", "极大值"), "vif": ("VIF", "VIF值", "方差膨胀因子"), "inverse_vif": ("1/VIF", "容忍度", "1/VIF"), "mean_vif": ("VIF均值", "均值", "平均VIF"),
        "indicator": ("指标", "三级指标", "评价指标"), "weight": ("权重", "指标权重", "权重"), "entropy": ("信息熵", "熵值", "信息熵值"), "divergence": ("差异系数", "冗余度", "信息效用值"),
        "caption": ("表{n} {title}", "表 {n}　{title}", "表{n}：{title}"),
        "t": ("注：***、**、*分别表示在1%、5%、10%的水平上显著，括号内为t值。", "注：括号内为 t 统计量；*、**、*** 分别表示 10%、5%、1% 的显著性水平。", "注：（）内为t值，***p＜0.01，**p＜0.05，*p＜0.1。"),
        "se": ("注：***、**、*分别表示在1%、5%、10%的水平上显著，括号内为稳健标准误。", "注：括号内数值为标准误，*、**、***分别代表在10%、5%、1%水平上显著。", "注：***p＜0.01，**p＜0.05，*p＜0.1，括号内为聚类标准误。"),
        "stars": ("注：***、**、*分别表示在1%、5%、10%的水平上显著。",) * 3,
        "regression": ("基准回归结果", "异质性分析", "机制检验结果"), "descriptives": ("描述性统计", "变量的描述性统计", "主要变量描述性统计结果"), "correlations": ("相关性分析", "相关系数矩阵", "Pearson相关系数"),
        "vif_title": ("多重共线性检验", "方差膨胀因子检验", "VIF检验结果"), "weights": ("指标体系及权重", "各指标权重", "熵权法权重"),
    },
}  # fmt: skip
ZH_NAMES = {"y": "出口额", "m": "技术创新", "x1": "数字经济", "x2": "产业结构", "x3": "对外开放程度", "x4": "城镇化率"}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    stars: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as one would write it, and what it means."""

    truth: PaperTable
    caption: str
    heads: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str

    @property
    def width(self) -> int:
        return sum(c.span for c in self.heads[-1])


def sheet(table: PaperTable, number: int, language: str, variant: int) -> Sheet:
    """A table of a simulated paper in words of one language and one of three manners."""
    table = _localised(table, language)
    word = {k: v[variant % 3] for k, v in WORDS[language].items()}
    title = word["vif_title" if table.kind == "vif" else table.kind]
    caption = word["caption"].format(n=number, title=title)
    heads, rows, note = {"regression": _regression, "descriptives": _rows, "vif": _vif, "weights": _rows, "correlations": _matrix}[table.kind](
        table, word, variant
    )
    return Sheet(table, caption, heads, rows, note)


def _localised(table: PaperTable, language: str) -> PaperTable:
    if language == "en":
        return table
    name = lambda v: ZH_NAMES.get(v, v.replace("i", "指标") if re.fullmatch(r"i\d", v) else v)  # noqa: E731
    rows = tuple({k: name(v) if k in ("var", "row", "col", "indicator") else v for k, v in row.items()} for row in table.rows)
    models = tuple(replace(m, dependent=name(m.dependent), terms=tuple(replace(t, var=name(t.var)) for t in m.terms)) for m in table.models)
    return replace(table, rows=rows, models=models, variables=tuple(map(name, table.variables)))


def _signed(text: str, variant: int) -> str:
    return text.replace("-", "−–-"[variant % 3])


def _regression(table: PaperTable, word: Mapping[str, str], variant: int) -> Any:
    names = [*dict.fromkeys(t.var for m in table.models for t in m.terms if t.var != "_cons"), "_cons"]
    columns = [Cell("")] + [Cell(m.col if variant != 1 else m.col.strip("()")) for m in table.models]
    if variant == 1:
        columns = [Cell(word["var"])] + [Cell(f"模型{m.col.strip('()')}" if word["N"] == "样本量" else f"Model {m.col.strip('()')}") for m in table.models]
    outcomes: list[Cell] = [Cell(word["var"] if variant != 1 else "")]
    for m in table.models:
        if len(outcomes) > 1 and outcomes[-1].text == m.dependent and variant == 0:
            outcomes[-1] = replace(outcomes[-1], span=outcomes[-1].span + 1)
        else:
            outcomes.append(Cell(m.dependent))
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        terms = [m.term(name) for m in table.models]
        label = word["_cons"] if name == "_cons" else name
        left, right = ("[", "]") if "brackets" in word["se"] and variant == 1 else ("（", "）") if variant == 2 and "注" in word["se"] else ("(", ")")
        if variant == 2:
            rows.append(
                (
                    Cell(label),
                    *(Cell("") if t is None else Cell(f"{_signed(t.coef, variant)}{t.stars}\n{left}{_signed(t.paren, variant)}{right}") for t in terms),
                )
            )
        else:
            rows.append((Cell(label), *(Cell("") if t is None else Cell(_signed(t.coef, variant), t.stars) for t in terms)))
            rows.append((Cell(""), *(Cell("") if t is None else Cell(f"{left}{_signed(t.paren, variant)}{right}") for t in terms)))
    for effect in dict.fromkeys(e for m in table.models for e in m.effects):
        rows.append((Cell(effect), *(Cell(word["yes"] if m.effects.get(effect) == "Yes" else word["no"]) for m in table.models)))
    rows += [(Cell(word[v]), *(Cell(_signed(m.values[v], variant)) for m in table.models)) for v in ("N", "R2", "R2_adj", "F")]
    heads = (tuple(outcomes), tuple(columns)) if variant == 0 else (tuple(columns), tuple(outcomes))
    return heads, tuple(rows), word["se" if "standard" in table.note else "t"]


def _rows(table: PaperTable, word: Mapping[str, str], variant: int) -> Any:
    name = "var" if table.kind == "descriptives" else "indicator"
    fields = [k for k in table.rows[0] if k != name]
    fields = fields if variant != 1 else [*fields[1:], fields[0]]
    heads = ((Cell(word[name]), *(Cell(word[f]) for f in fields)),)
    rows = tuple((Cell(row[name]), *(Cell(_signed(_thousands(row[f], variant), variant)) for f in fields)) for row in table.rows)
    return heads, rows, ""


def _thousands(text: str, variant: int) -> str:
    number = parse(text)
    return (
        text
        if number is None or abs(number.value) < 1000 or variant == 0
        else re.sub(r"(?<=\d)(?=(\d{3})+(?!\d))", ",", text.split(".")[0]) + text[len(text.split(".")[0]) :]
    )


def _vif(table: PaperTable, word: Mapping[str, str], variant: int) -> Any:
    fields = ["vif", "inverse_vif"]
    heads = ((Cell(word["var"]), *(Cell(word[f]) for f in fields)),)
    rows = tuple((Cell(row["var"]), *(Cell(row[f]) for f in fields)) for row in table.rows)
    return heads, (*rows, (Cell(word["mean_vif"]), Cell(table.values["mean_vif"]), Cell(""))), ""


def _matrix(table: PaperTable, word: Mapping[str, str], variant: int) -> Any:
    names = table.variables
    at = {(row["row"], row["col"]): row for row in table.rows}
    numbered = variant == 1
    heads = ((Cell(word["var"]), *(Cell(f"({i})" if numbered else n) for i, n in enumerate(names, 1))),)
    rows = []
    for i, a in enumerate(names):
        cells = [Cell(f"({i + 1}) {a}" if numbered else a)]
        for j, b in enumerate(names):
            if j > i:
                cells.append(Cell(""))
            elif i == j:
                cells.append(Cell("1" if variant == 0 else "1.000"))
            else:
                cells.append(Cell(_signed(at[a, b]["r"], variant), at[a, b]["stars"]))
        rows.append(tuple(cells))
    return heads, tuple(rows), word["stars"]


def word_file(sheets: Sequence[Sheet], *, ruled: bool = False, raised: bool = False, apart: bool = False) -> bytes:
    """A Word document of plain tables; with a full grid, with raised stars, or with stars in a column of their own."""
    import docx

    document = docx.Document()
    document.add_paragraph("正文 Text before the tables, which says something about 0.123 and Table 9.")
    for s in sheets:
        document.add_paragraph(s.caption)
        parted = apart and any(c.stars for row in s.rows for c in row)
        width = 1 + (s.width - 1) * (2 if parted else 1)
        made = document.add_table(rows=len(s.heads) + len(s.rows), cols=width, style="Table Grid" if ruled else None)
        for i, row in enumerate((*s.heads, *s.rows)):
            at = 0
            for cell in row:
                place = made.cell(i, at)
                reach = cell.span * (2 if parted and at else 1)
                if cell.span > 1:
                    place = place.merge(made.cell(i, at + reach - 1))
                lines = cell.text.split("\n")
                place.paragraphs[0].add_run(lines[0])
                for line in lines[1:]:
                    place.add_paragraph(line)
                if parted and cell.stars:
                    made.cell(i, at + 1).text = cell.stars
                elif cell.stars:
                    place.paragraphs[0].add_run(cell.stars).font.superscript = raised or None
                at += reach
        document.add_paragraph(s.note)
        document.add_paragraph("A paragraph of text between the tables. 其他文字。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def web_page(sheets: Sequence[Sheet], *, caption: bool = True, encoding: str = "utf-8") -> bytes:
    """A page without classes or heads of tables."""
    parts = [f"<html><head><meta charset={encoding}><title>p</title></head><body><h1>Paper</h1><p>Some text.</p>"]
    for s in sheets:
        parts.append(f"<table border=1><caption>{html_.escape(s.caption)}</caption>" if caption else f"<p><b>{html_.escape(s.caption)}</b></p><table>")
        for row in (*s.heads, *s.rows):
            cells = (
                f"<td{f' colspan={c.span}' if c.span > 1 else ''}>{html_.escape(c.text).replace(chr(10), '<br>')}{f'<sup>{c.stars}</sup>' if c.stars else ''}"
                for c in row
            )
            parts.append("<tr>" + "".join(cells))
        parts.append(f"</table><p>{html_.escape(s.note)}</p><p>More text follows here.</p>")
    return "\n".join(parts).encode(encoding)


def typst_source(sheets: Sequence[Sheet], *, gridded: bool = False, size: float = 9.0, inset: float = 4.0, columns: int = 1) -> str:
    """Tables in another layout than Regio's: centred columns, stars inside the cell, captions without bold; with a full grid where asked."""
    quoted = lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'  # noqa: E731
    parts = [
        f'#set page(paper: "a4", margin: 25mm, columns: {columns}, numbering: "1")\n#set text(font: ("New Computer Modern", "Noto Serif SC"), size: 10pt)\n'
    ]
    parts.append(
        "The first paragraph speaks about Table 3 and about numbers such as 0.25 and 1,000 in a sentence that is long enough to be broken into lines.\n\n"
    )
    for s in sheets:
        body = []
        for row in (*s.heads, None, *s.rows):
            if row is None:
                body.append("table.hline(stroke: .5pt)")
                continue
            for c in row:
                inside = " + linebreak() + ".join(quoted(line) for line in c.text.split("\n")) + (f" + super({quoted(c.stars)})" if c.stars else "")
                body.append(f"table.cell(colspan: {c.span}, {inside})")
        rule = "" if gridded else "table.hline(stroke: 1pt), "
        stroke = ".4pt" if gridded else "none"
        parts.append(
            f"#align(center, {quoted(s.caption)})\n#align(center, block[#set text({size}pt)\n#table(columns: {s.width}, stroke: {stroke}, inset: {inset}pt, "
            f"align: (left, ..({s.width - 1} * (center,))), {rule}{', '.join(body)}, {rule.rstrip(', ')})])\n"
        )
        parts += [f"#text(8pt, {quoted(s.note)})\n\n"] if s.note else []
        parts.append("\nA paragraph of text stands between the tables, so that they are not next to each other on the page and do not touch.\n\n")
    return "".join(parts)


def text_file(sheets: Sequence[Sheet]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    for s in sheets:
        rows.writerow([s.caption])
        rows.writerows(_flat(s))
        rows.writerows([[s.note], []] if s.note else [[]])
    return out.getvalue().encode("gb18030")


def _flat(s: Sheet) -> Iterator[list[str]]:
    for row in (*s.heads, *s.rows):
        yield [text for c in row for text in (c.text + c.stars, *([""] * (c.span - 1)))]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """One sheet a table; numbers without stars as numbers with a format."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for k, s in enumerate(sheets):
        place = book.create_sheet(f"s{k}")
        place.append([s.caption])
        for i, row in enumerate(_flat(s), 2):
            for j, text in enumerate(row, 1):
                number = parse(text)
                cell = place.cell(i, j)
                if number is not None and re.fullmatch(r"-?[\d,]+\.\d+", text):
                    cell.value, cell.number_format = number.value, ("#,##0." if "," in text else "0.") + "0" * number.decimals
                else:
                    cell.value = text or None
        at = 2
        for row in s.heads:
            left = 1
            for c in row:
                if c.span > 1:
                    place.merge_cells(start_row=at, end_row=at, start_column=left, end_column=left + c.span - 1)
                left += c.span
            at += 1
        if s.note:
            place.append([s.note])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def compiled(source: str) -> bytes:
    from regio.report.documents import pdf

    return pdf(source, {})


def cells(table: PaperTable | None) -> dict[tuple[str, ...], str]:
    """Every cell with its address; numbers by value and decimals."""
    if table is None:
        return {}
    made: dict[tuple[str, ...], str] = {("kind",): table.kind}
    for row in table.rows:
        name = tuple(key(row[k]) for k in ("var", "row", "col", "indicator", "effect", "unit", "factor", "test") if k in row)
        made |= {
            (*name, k): _same(v) for k, v in row.items() if k not in ("var", "row", "col", "indicator", "effect", "unit", "factor", "test", "dimension") and v
        }
    for i, m in enumerate(table.models):
        made[str(i), "dependent"] = key(m.dependent)
        for t in m.terms:
            made |= {(str(i), key(t.var), k): _same(v) for k, v in (("coef", t.coef), ("stars", t.stars), ("paren", t.paren)) if v}
        made |= {(str(i), k): _same(v) for k, v in m.values.items() if k in ("N", "R2", "R2_adj", "R2_within", "F") and v}
        made |= {(str(i), "effect", key(k)): v for k, v in _effects(m).items()}
    if "mean_vif" in table.values:
        made["mean_vif",] = _same(table.values["mean_vif"])
    if table.kind == "regression":
        said = table.values.get("paren_claimed") or table.note
        made["brackets",] = "t" if re.search(r"t-statistics", said) else "se"
    return made


def _effects(m: Model) -> dict[str, str]:
    yes = {"yes": "yes", "是": "yes", "控制": "yes", "✓": "yes", "no": "no", "否": "no", "未控制": "no"}
    return {k: yes[key(v)] for k, v in m.effects.items() if key(v) in yes}


def _same(text: str) -> str:
    number = parse(text)
    return text if number is None else f"{number.value}|{number.decimals}"


def score(truth: PaperTable, found: PaperTable | None) -> tuple[int, int, list[Any]]:
    """Cells that are right, cells in all (those too many count too), and those that are wrong."""
    a, b = cells(truth), cells(found)
    every = set(a) | set(b)
    wrong = sorted((k, a.get(k), b.get(k)) for k in every if a.get(k) != b.get(k))
    return len(every) - len(wrong), len(every), wrong


def random_tables(seed: int) -> tuple[PaperTable, ...]:
    from simulated_papers import RULES, paper

    rng = np.random.default_rng([3, seed])
    made = paper(seed, int(rng.integers(2, 5)), str(rng.choice(list(RULES))))
    tables = [t for t in made.tables if t.kind in WORDS["en"] or t.kind == "vif"]
    return tuple(_with_effects(t, seed) for t in tables)


def _with_effects(table: PaperTable, seed: int) -> PaperTable:
    return (
        table
        if table.kind != "regression" or seed % 2
        else replace(table, models=tuple(replace(m, effects=m.effects or {"Controls": "Yes"}) for m in table.models))
    )
