"""Regio's own tables through the same audit: a ``Printed`` is read as a table of a paper, by its keys and never by its words."""

from __future__ import annotations

from collections.abc import Mapping

from regio.auditing.checks import check as module_of
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.own_tables import as_table
from regio.auditing.paper import Paper
from regio.contract.finding import Finding
from regio.exhibits.printed import Printed

CHECKS: Mapping[str, tuple[str, ...]] = {  # those that hold whatever the options of the method were
    "regression": ("stars", "one_regressor"),
    "descriptives": ("order", "spread"),
    "correlations": ("correlations", "correlation_matrix"),
    "vif": ("vif",),
    "weights": ("weights", "entropy"),
    "bootstrap": ("bootstrap", "indirect"),
    "threshold": ("threshold", "granularity"),
    "geodetector": ("geodetector",),
    "tests": ("tests",),
    "components": ("components",),
    "decomposition": ("decomposition",),
    "transitions": ("transitions",),
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
