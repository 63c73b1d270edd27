"""Typeset tables read as tables of a paper: each kind is known by the keys of its columns and rows, which are the same in every language and style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regio.auditing.paper import KINDS, Model, PaperTable, Term
from regio.exhibits.printed import Printed, PrintedRow

DESCRIBED = ("n", "mean", "median", "sd", "min", "max")
VALUES = {"n": "N", "r2": "R2", "r2_within": "R2_within", "r2_adjusted": "R2_adj", "f_statistic": "F"}
CLUSTERS = ("n_clusters", "n_regions", "n_periods")  # the fewest of them bounds the degrees of freedom of a clustered t
FEWEST = "2"
EFFECTS = {  # columns of a table of estimates, and what an audit calls them
    "estimate": "coef", "std_error": "se", "statistic": "z", "conf_low": "percentile_low", "conf_high": "percentile_high",
    "percentile.low": "percentile_low", "percentile.high": "percentile_high", "bias_corrected.low": "corrected_low", "bias_corrected.high": "corrected_high",
}  # fmt: skip
WHICH = {"_total": "total", "_direct": "direct", "_indirect": "indirect"}
CRITICAL = ("critical_10", "critical_5", "critical_1")
TESTED = {"statistic": "F", "p_value": "p"} | {c: c for c in CRITICAL}
BOUNDED = {"value": "estimate", "kink": "estimate", "threshold": "estimate", "conf_low": "ci_low", "conf_high": "ci_high"}
DECOMPOSED = {
    "dagum": "total", "theil": "total", "within": "within", "between": "between", "net_between": "between", "transvariation": "transvariation",
    "within_share": "within_share", "between_share": "between_share", "net_between_share": "between_share", "transvariation_share": "transvariation_share",
}  # fmt: skip


def as_table(printed: Printed) -> PaperTable | None:
    """A typeset table as a table of a paper; None where it is of no kind that is checked."""
    keys, rows = set(printed.column_keys), {row.key for row in printed.rows}
    if {"mean", "sd"} <= keys:
        return _rows(printed, "descriptives", "var", {k: k for k in DESCRIBED})
    if {"vif", "tolerance"} <= keys:
        return _inflation(printed)
    if "weight" in keys and "_total" in rows and "contribution" not in keys:
        return _weights(printed, keys)
    if any(row.part in ("std_error", "statistic") for row in printed.rows):
        return _regression(printed)
    if {"eigenvalue", "share", "cumulative"} <= keys:
        return _rows(printed, "components", "component", {k: k for k in ("eigenvalue", "share", "cumulative")})
    if {"within", "within_share"} <= keys and keys & {"dagum", "theil"}:
        return _rows(printed, "decomposition", "name", DECOMPOSED)
    if {"statistic", "p_value", "critical_5"} <= keys and "p_share" not in keys:
        return _rows(printed, "threshold", "test", TESTED, _draws(printed))
    if {"statistic", "p_value", "critical_5"} <= rows and len(printed.column_keys) == 1:
        return _tested(printed)
    if {"value", "conf_low", "conf_high"} <= keys:
        return _rows(printed, "threshold", "test", BOUNDED)
    if {"statistic", "df", "p_value"} <= keys:
        return _rows(printed, "tests", "test", {"statistic": "statistic", "df": "df", "p_value": "p"})
    if {"estimate", "std_error", "statistic"} <= keys and "expected" not in keys:
        return _rows(printed, "bootstrap", "effect", EFFECTS)
    if any(re.fullmatch(r"(.+\.)?q", key) for key in keys) and any(re.fullmatch(r"(.+\.)?rank", key) for key in keys) and "psd" not in keys:
        return _factors(printed)
    if "n" in keys and all(re.fullmatch(r"\d+", key) for key in keys - {"n"}) and len(keys) > 2:
        return _transitions(printed)
    if keys and keys == rows:
        return _correlations(printed)
    return None


def _cells(printed: Printed, row: PrintedRow) -> dict[str, str]:
    """Column key → text, of the cells that print something."""
    return {key: cell.text for key, cell in zip(printed.column_keys, row.cells, strict=True) if cell.text}


def _rows(printed: Printed, kind: str, name: str, called: dict[str, str], values: dict[str, str] | None = None) -> PaperTable:
    """One row a row; ``called``: key of a column → name of the cell."""
    rows = []
    for row in printed.rows:
        found = {called[key]: text for key, text in _cells(printed, row).items() if key in called}
        made = {name: WHICH.get(row.key, row.key)} | found
        if (not row.key.startswith("_") or row.key in WHICH) and len(found) > 1 and set(KINDS[kind][0]) <= set(made):
            rows.append(made)
    return PaperTable(printed.name, kind, rows=tuple(rows), values=values or {})


def _weights(printed: Printed, keys: set[str]) -> PaperTable:
    """The weights; of them the algebra of entropy is asked only where they are the plain ones."""
    plain = not any(key.startswith("weight_") or key in ("entropy_weight", "dimension_weight") for key in keys)
    wanted = ("entropy", "divergence", "weight") if plain else ("weight",)
    rows = [{"indicator": row.key} | {k: v for k, v in _cells(printed, row).items() if k in wanted} for row in printed.rows if not row.key.startswith("_")]
    whole = all("weight" in row for row in rows)
    return PaperTable(printed.name, "weights", rows=tuple(rows) if whole else ())


def _inflation(printed: Printed) -> PaperTable:
    rows = [{"var": r.key} | {"vif": c.get("vif", ""), "inverse_vif": c.get("tolerance", "")} for r in printed.rows for c in (_cells(printed, r),)]
    mean = next((r["vif"] for r in rows if r["var"] == "_mean"), "")
    return PaperTable(printed.name, "vif", rows=tuple(r for r in rows if r["vif"] and not r["var"].startswith("_")), values={"mean_vif": mean} if mean else {})


def _correlations(printed: Printed) -> PaperTable | None:
    n = next((m.group(1) for note in printed.notes if (m := re.search(r"\bN = (\d[\d,]*\d|\d)", note))), "")
    if not n:
        return None  # each pair over rows of its own
    rows = []
    for i, row in enumerate(printed.rows):
        for column, cell in list(zip(printed.column_keys, row.cells, strict=True))[:i]:
            if cell.text and cell.kind == "estimate":
                rows.append({"row": row.key, "col": column, "r": cell.text, "stars": cell.stars})
    return PaperTable(printed.name, "correlations", note=_stars(printed), rows=tuple(rows), values={"observations": n}) if rows else None


def _stars(printed: Printed) -> str:
    return next((note for note in printed.notes if "*" in note), "")


def _draws(printed: Printed) -> dict[str, str]:
    """The number of draws that a note gives beside a counted p-value."""
    found = next((m.group(1) for note in printed.notes if (m := re.search(r"\bB = (\d[\d,]*\d|\d)", note))), "")
    return {"replications": found} if found else {}


def _tested(printed: Printed) -> PaperTable:
    """One test whose numbers stand below one another."""
    found = {row.key: row.cells[0].text for row in printed.rows if row.cells[0].text}
    called = TESTED | {k: v for k, v in BOUNDED.items() if k != "value"}
    row = {"test": printed.column_keys[0]} | {called[k]: v for k, v in found.items() if k in called}
    return PaperTable(printed.name, "threshold", rows=(row,), values=_draws(printed))


def _factors(printed: Printed) -> PaperTable:
    """Q and rank of each factor, in each period where there are several."""
    rows = []
    for row in printed.rows:
        cells = _cells(printed, row)
        for key in cells:
            period, dot, name = key.rpartition(".")
            if name == "q" and f"{period}{dot}rank" in cells:
                rows.append({"factor": row.key, "period": period, "q": cells[key], "rank": cells[f"{period}{dot}rank"]})
    return PaperTable(printed.name, "geodetector", rows=tuple(rows))


def _transitions(printed: Printed) -> PaperTable:
    rows = []
    for row in printed.rows:
        cells = _cells(printed, row)
        rows += [{"from": row.key, "to": key, "p": text, "n": cells.get("n", "")} for key, text in cells.items() if key != "n"]
    return PaperTable(printed.name, "transitions", rows=tuple(rows))


def _regression(printed: Printed) -> PaperTable:
    bracket = next(row.part for row in printed.rows if row.part in ("std_error", "statistic"))
    said = " ".join(cell.text for row in printed.rows if row.key == "errors" for cell in row.cells)
    models = tuple(m for i, column in enumerate(printed.column_keys) if (m := _model(printed, i, column, bracket)).terms)
    kind = "t-statistics" if bracket == "statistic" else "standard errors"
    return PaperTable(printed.name, "regression", note=f"{_stars(printed)} {said}", models=models, values={"paren_claimed": kind})


def _model(printed: Printed, i: int, column: str, bracket: str) -> Model:
    below = {row.key: row for row in printed.rows if row.part == bracket}
    terms = tuple(
        Term(row.key, row.cells[i].text, row.cells[i].stars, below[row.key].cells[i].text)
        for row in printed.rows
        if not row.part and row.key in below and row.cells[i].text and row.cells[i].kind == "estimate"
    )
    found = {row.key: row.cells[i].text for row in printed.rows if not row.part and row.cells[i].text}
    values = {VALUES[key]: text for key, text in found.items() if key in VALUES}
    values["clusters"] = min((found[key] for key in CLUSTERS if key in found), key=_count, default=FEWEST)
    effects = {key: text for key, text in found.items() if key.startswith("effects.")}
    return Model(column, " ".join(_heads(printed, i)), terms, values, effects)


def _count(text: str) -> int:
    return int(digits) if (digits := re.sub(r"\D", "", text)) else 10**9


def _heads(printed: Printed, column: int) -> Iterator[str]:
    """The header cells over a column."""
    for level in printed.heads:
        at = 0
        for head in level:
            at += head.span
            if column < at:
                yield head.text
                break
