"""Raw tables whose rows are things and whose columns say what stands there: descriptives, VIF, weights and others; and matrices of correlations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from regio.auditing.proposing.cells import is_number, key, pairs, said, words
from regio.auditing.proposing.names import MEAN, TOTAL, column
from regio.auditing.proposing.tables import Found

NAMES: Mapping[str, str] = {  # kind → the cell that names a row
    "descriptives": "var",
    "vif": "var",
    "weights": "indicator",
    "bootstrap": "effect",
    "geodetector": "factor",
    "topsis": "unit",
    "coupling": "unit",
    "threshold": "test",
}
SYMBOL = re.compile(r"符号|代码|简称|缩写|symbol|code|abbrev", re.IGNORECASE)
ENDS = ("percentile_low", "percentile_high", "corrected_low", "corrected_high")  # the order in which bootstrap intervals are printed
CELLS = ("grade",)  # columns whose cells are words


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a table of one kind, and what it prints once."""

    rows: tuple[Mapping[str, str], ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)
    variables: tuple[str, ...] = ()


def fields(found: Found, kind: str) -> dict[int, str]:
    """Column → what it holds; the lowest head that says something counts, then all of them together."""
    made: dict[int, str] = {}
    for j in range(found.width):
        heads = found.head(j)
        names = [column(kind, h) for h in reversed(heads)] + [column(kind, "".join(heads)), column(kind, "".join(heads[-2:]))]
        name = next((n for n in names if n), None)
        numeric = [c for row in found.body if (c := row[j])]
        fits = name in CELLS or any(is_number(c) or pairs(c) for c in numeric)
        if name and (fits or not numeric) and (j > 0 or name in CELLS):
            made[j] = name
    return made


def turned(found: Found) -> Found:
    """Rows as columns: a table that lists its statistics downwards."""
    rows = [list(found.heads[-1]) if found.heads else [""] * found.width, *map(list, found.body)]
    flipped = [tuple(row[j] for row in rows) for j in range(found.width)]
    return replace(found, heads=(flipped[0],), body=tuple(flipped[1:]))


def listed(found: Found, kind: str) -> Listed:
    """The rows of a table of this kind. Columns that say the same twice: the first counts, of weights the one that is nearest to the names."""
    at = fields(found, kind)
    columns: dict[str, int] = {}
    for j, name in at.items():
        columns.setdefault(name, j)
    if kind == "weights":
        columns |= _weight_columns(found, at)
    names = _names(found, [*columns.values()], kind)
    rows: list[dict[str, str]] = []
    values: dict[str, str] = {}
    for row, name in zip(found.body, names, strict=True):
        cells = _cells(row, columns)
        if not cells:
            continue
        if kind == "vif" and re.fullmatch(MEAN, key(name)):
            values["mean_vif"] = _first_number(row)
        elif (kind == "weights" and (re.search(TOTAL, name) or not name)) or (kind in ("descriptives", "vif") and name == "" and rows):
            continue
        else:
            rows.append({NAMES[kind]: name, **_dimension(found, row, columns, kind), **cells})
    return Listed(tuple(rows), values, columns)


def _first_number(row: Sequence[str]) -> str:
    return next((s.number for c in row[1:] if (s := said(c)) is not None and s.number), "")


def _cells(row: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, j in columns.items():
        if name in CELLS:
            made |= {name: words(row[j])} if row[j] else {}
        elif name == "interval":
            ends = [end for both in pairs(row[j]) for end in both]
            made |= dict(zip(ENDS, ends, strict=False))
        elif (got := said(row[j])) is not None and (got.number or got.paren):
            made[{"low": "percentile_low", "high": "percentile_high"}.get(name, name)] = got.number or got.paren
    return made


def _names(found: Found, used: Sequence[int], kind: str) -> list[str]:
    """The names of the rows: a column of symbols where there is one, else the text nearest to the numbers; merged names go on downwards."""
    first = min(used, default=1)
    texts = [j for j in range(found.width) if j not in used and j < max(first, 1)] or [0]
    if kind == "weights":
        texts = [j for j in range(found.width) if j not in used and _is_text(found, j) and j < max(used, default=1)] or [0]
    symbols = [j for j in texts if SYMBOL.search("".join(found.head(j)))]
    told = [j for j in texts if len({row[j] for row in found.body if row[j]}) > 1] or texts
    at = symbols[0] if symbols else max(told, key=lambda j: (len({row[j] for row in found.body if row[j]}), j)) if kind == "weights" else told[-1]
    if (
        kind in ("descriptives", "vif")
        and not symbols
        and re.search(r"单位|含义|定义|预期|unit|definition|source|sign", "".join(found.head(at)), re.IGNORECASE)
        and len(told) > 1
    ):
        at = told[-2]
    return [
        words(row[at]) or next((words(row[j]) for j in texts if row[j] and (TOTAL.search(row[j]) or MEAN.fullmatch(key(row[j])))), "") for row in found.body
    ]


def _is_text(found: Found, j: int) -> bool:
    cells = [row[j] for row in found.body if row[j]]
    return bool(cells) and sum(is_number(c) for c in cells) < 0.3 * len(cells) and any(len(c) > 1 for c in cells)


def _weight_columns(found: Found, at: Mapping[int, str]) -> dict[str, int]:
    """Of several columns of weights the one with most cells is that of the indicators; one with few cells, at its left, that of the dimensions."""
    weights = [j for j, name in at.items() if name == "weight"]
    if len(weights) < 2:
        return {}
    filled = {j: sum(is_number(row[j]) for row in found.body) for j in weights}
    most = max(filled.values())
    full = [j for j in weights if filled[j] == most]
    few = [j for j in weights if filled[j] < most]
    return {"weight": full[-1]} | ({"dimension_weight": few[0]} if few else {})


def _dimension(found: Found, row: Sequence[str], columns: Mapping[str, int], kind: str) -> dict[str, str]:
    if kind != "weights" or not row[0]:
        return {}
    indicator = [c for c in row if c]
    heads = "".join(found.head(0))
    return (
        {"dimension": words(row[0])}
        if re.search(r"一级|二级|维度|准则|目标|子系统|dimension|primary|subsystem|first|criteri", heads, re.IGNORECASE) and len(indicator) > 2
        else {}
    )


def is_list(found: Found, kind: str) -> bool:
    names = set(fields(found, kind).values())
    match kind:
        case "descriptives":
            return {"mean", "sd"} <= names or (len(names) >= 3 and "mean" in names and bool(names & {"min", "max", "median"}))
        case "vif":
            return "vif" in names
        case "weights":
            return "weight" in names
        case "bootstrap":
            return "coef" in names and bool(names & {"interval", "low"})
        case "geodetector":
            return "q" in names
        case "topsis":
            return {"closeness"} < names and bool(names & {"d_plus", "d_minus"})
        case "coupling":
            return "d" in names and bool(names & {"c", "t"})
        case _:
            return {"F", "p"} <= names and bool(names & {"critical_10", "critical_5", "critical_1"})


def correlations(found: Found) -> Listed | None:
    """The lower triangle of a matrix; the upper one where the lower is empty. None where the table is no matrix."""
    names, first = _variables(found)
    if names is None:
        return None
    k = len(names)
    low: list[dict[str, str]] = []
    high: list[dict[str, str]] = []
    ones = 0
    lines = [row for row in found.body if row[0]]
    for i, row in enumerate(lines[:k]):
        below = _row_below(found, row)
        for j in range(k):
            if first + j >= len(row) or (got := said(row[first + j])) is None or not got.number:
                continue
            if i == j:
                ones += re.fullmatch(r"1(\.0*)?", got.number) is not None
                continue
            cell = {"row": names[i], "col": names[j], "r": got.number} | ({"stars": got.stars} if got.stars else {})
            extra = got.paren or (s.paren if below is not None and (s := said(below[first + j])) is not None else "")
            (low if j < i else high).append(cell | ({"p": extra} if extra else {}))
    rows = low or [{**c, "row": c["col"], "col": c["row"]} for c in high]
    bounded = all(abs(float(re.sub(r"[^\d.eE+-]", "", c["r"].replace("−", "-")) or 9)) <= 1.0 for c in rows)
    if not rows or not bounded or (ones < k - 1 and len(low) < 0.8 * k * (k - 1) / 2):
        return None
    return Listed(tuple(rows), {}, {}, names)


def _row_below(found: Found, row: Sequence[str]) -> Sequence[str] | None:
    """The row of p-values or t under a row of correlations."""
    at = found.body.index(tuple(row)) + 1
    return found.body[at] if at < len(found.body) and not found.body[at][0] else None


def _variables(found: Found) -> tuple[tuple[str, ...] | None, int]:
    """The variables, and the column where the matrix begins: heads that repeat the names of the rows, or count them."""
    stubs = [words(row[0]) for row in found.body if row[0] and not re.fullmatch(r"vif|1/vif|容忍度|n|样本量|观测值", key(row[0]))]
    heads = [words(row) for row in (found.heads[-1] if found.heads else ())]
    bare = [re.sub(r"^[(（]?\d{1,2}[)）]?[.．、]?\s*(?=\D)", "", s) for s in stubs]
    for first in range(1, max(found.width - 1, 2)):
        over = heads[first:]
        k = len(stubs)
        names = bare if all(bare) and len(set(bare)) == len(bare) else stubs
        if k < 2:
            break
        counted = [re.sub(r"\D", "", h) for h in over[:k]]
        if counted[: k - 1] == [str(n) for n in range(1, k)] and all(re.fullmatch(r"[(（\[]?\d{1,2}[)）\].]?(.*)", h) for h in over[: k - 1]):
            return tuple(names), first
        plain = [key(re.sub(r"^[(（]?\d{1,2}[)）]?[.．、]?\s*(?=\D)", "", h)) for h in over[:k]]
        if plain and plain[: k - 1] == [key(n) for n in names[: k - 1]] and len(plain) >= k - 1:
            return tuple(names), first
        shifted = [key(h) for h in heads[:k]]
        if first == 1 and shifted == [key(n) for n in names] and len(heads) == found.width:
            return tuple(names), 1
    return None, 0
