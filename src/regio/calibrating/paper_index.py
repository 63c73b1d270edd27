"""The indicators of an index whose weights a paper prints, and the columns of a panel rebuilt from a paper. Needs no numpy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from regio.auditing.paper import Paper, read_paper
from regio.calibrating.aims import Aims, aims_of
from regio.calibrating.words import GROUP

ENTROPY = ("entropy", "熵")


@dataclass(frozen=True, slots=True)
class PaperIndex:
    """table: where the weights stand; variable: place of the index among the variables; columns: indicator → column, in the order of the print."""

    table: str
    variable: int
    indicators: tuple[str, ...]
    columns: tuple[str, ...]
    weights: tuple[str, ...]


def index_of(paper: Paper, aims: Aims) -> PaperIndex | None:
    """The index that a table of weights makes up: the variable that the table names, else the one that is said to be made by entropy weights."""
    table = next(iter(paper.of_kind("weights")), None)
    if table is None:
        return None
    known = {paper.variable(v): i for i, v in enumerate(aims.variables)}
    named = [table.values.get("index", "")]
    named += [
        cell
        for t in paper.of_kind("variables")
        for row in t.rows
        if any(w in str(c).casefold() for c in row.values() for w in ENTROPY)
        for cell in row.values()
    ]
    variable = next((known[paper.variable(name)] for name in named if name and paper.variable(name) in known), None)
    rows = [row for row in table.rows if row.get("indicator") and row.get("weight")]
    if variable is None or len(rows) < 2:
        return None
    return PaperIndex(
        table.id, variable, tuple(r["indicator"] for r in rows), tuple(column_name(r["indicator"]) for r in rows), tuple(r["weight"] for r in rows)
    )


def column_name(words: str) -> str:
    """
    >>> column_name("Number of IPv4 Addresses")
    'number_of_ipv4_addresses'
    """
    return re.sub(r"\W+", "_", words.casefold()).strip("_")


def columns_of_paper(path: Path) -> tuple[str, ...]:
    """The columns of the panel that a file of printed tables gives, keys first."""
    paper = read_paper(path)
    aims = aims_of(paper)
    made = index_of(paper, aims)
    return ("region", "period", *((GROUP,) if len(aims.groups) > 1 else ()), *aims.variables, *(made.columns if made else ()))
