"""Regio's own tables through the same audit: a ``Printed`` is read as a table of a paper, by its keys and never by its words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from regio.auditing.checks import check as module_of
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.paper import Model, Paper, PaperTable, Term
from regio.contract.finding import Finding
from regio.exhibits.printed import Printed

DESCRIBED = ("n", "mean", "median", "sd", "min", "max")
VALUES = {"n": "N", "n_clusters": "clusters", "r2": "R2", "r2_within": "R2_within", "r2_adjusted": "R2_adj", "f_statistic": "F"}
CHECKS: Mapping[str, tuple[str, ...]] = {  # those that hold whatever the options of the method were
    "regression": ("stars", "one_regressor"),
    "descriptives": ("order", "spread"),
    "correlations": ("correlations", "correlation_matrix"),
    "vif": ("vif",),
    "weights": ("weights", "entropy"),
}


def check(printed: Printed) -> tuple[Judgement, ...]:
    """The judgements on one typeset table; none where it is of no kind that is checked."""
    table = as_table(printed)
    if table is None:
        return ()
    look = Look(Paper(printed.name, tables=(table,)), powers=False)
    return tuple(j for name in CHECKS[table.kind] for j in module_of(name).run(look))


def findings(printed: Printed) -> tuple[Finding, ...]:
    """What a report should say about a table before it is written: its inconsistent numbers only."""
    return tuple(
        Finding("audit.own", {"where": j.where, "printed": j.printed, "computed": j.computed}, "warning", j.where)
        for j in check(printed)
        if j.verdict == "inconsistent"
    )


def as_table(printed: Printed) -> PaperTable | None:
    """A typeset table as a table of a paper."""
    keys = set(printed.column_keys)
    if {"mean", "sd"} <= keys:
        return _rows(printed, "descriptives", "var", DESCRIBED)
    if {"vif", "tolerance"} <= keys:
        return _inflation(printed)
    if {"entropy", "weight"} <= keys and any(row.key == "_total" for row in printed.rows):
        return _rows(printed, "weights", "indicator", ("entropy", "divergence", "weight"))
    if any(row.part in ("std_error", "statistic") for row in printed.rows):
        return _regression(printed)
    if keys and keys == {row.key for row in printed.rows}:
        return _correlations(printed)
    return None


def _rows(printed: Printed, kind: str, name: str, cells: tuple[str, ...]) -> PaperTable:
    rows = []
    for row in printed.rows:
        found = {key: str(cell.text) for key, cell in zip(printed.column_keys, row.cells, strict=True) if key in cells and cell.text}
        if not row.key.startswith("_") and len(found) > 1:
            rows.append({name: row.key} | found)
    return PaperTable(printed.name, kind, rows=tuple(rows))


def _inflation(printed: Printed) -> PaperTable:
    at = {key: i for i, key in enumerate(printed.column_keys)}
    rows = [{"var": r.key, "vif": r.cells[at["vif"]].text, "inverse_vif": r.cells[at["tolerance"]].text} for r in printed.rows if not r.key.startswith("_")]
    mean = next((r.cells[at["vif"]].text for r in printed.rows if r.key == "_mean"), "")
    return PaperTable(printed.name, "vif", rows=tuple(r for r in rows if r["vif"]), values={"mean_vif": mean} if mean else {})


def _correlations(printed: Printed) -> PaperTable | None:
    n = next((m.group(1) for note in printed.notes if (m := re.search(r"\bN = ([\d,]+)", note))), "")
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


def _regression(printed: Printed) -> PaperTable:
    bracket = next(row.part for row in printed.rows if row.part in ("std_error", "statistic"))
    below = {row.key: row for row in printed.rows if row.part == bracket}
    said = " ".join(cell.text for row in printed.rows if row.key == "errors" for cell in row.cells)
    models = []
    for i, column in enumerate(printed.column_keys):
        terms = tuple(
            Term(row.key, row.cells[i].text, row.cells[i].stars, below[row.key].cells[i].text)
            for row in printed.rows
            if not row.part and row.key in below and row.cells[i].text
        )
        values = {VALUES[row.key]: row.cells[i].text for row in printed.rows if row.key in VALUES and row.cells[i].text}
        effects = {row.key: row.cells[i].text for row in printed.rows if row.key.startswith("effects.")}
        if terms:
            models.append(Model(column, _outcome(printed, i), terms, values, effects))
    kind = "t" if bracket == "statistic" else "standard errors"
    return PaperTable(
        printed.name, "regression", note=f"{_stars(printed)} {said}", models=tuple(models), values={"paren_claimed": "t-statistics" if kind == "t" else kind}
    )


def _outcome(printed: Printed, column: int) -> str:
    """The header cells over a column."""
    words = []
    for level in printed.heads:
        at = 0
        for head in level:
            at += head.span
            if column < at:
                words.append(head.text)
                break
    return " ".join(words)
