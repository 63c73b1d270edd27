"""Where single numbers lie whatever the others are: p and R² in [0, 1], F and standard errors not below 0, counts whole; ends of an interval in order."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import parse
from regio.auditing.paper import PaperTable
from regio.language import Message

KINDS = ("regression", "descriptives", "bootstrap", "geodetector", "threshold", "instruments", "tests", "transitions", "correlations", "group_means")
SHARES = ("p", "p_F", "p_change", "kp_lm_p")
FITS = ("R2", "R2_within", "R2_adj")  # below 0 with instruments, without a constant, or once adjusted
POSITIVE = ("F", "F_change", "se", "kp_lm", "kp_f", "cragg_donald_f", "critical_10", "critical_5", "critical_1", "rss", "rss_null", "clusters", "rmse")
COUNTS = ("n", "N", "observations", "clusters")
ENDS = (("percentile_low", "percentile_high"), ("corrected_low", "corrected_high"), ("ci_low", "ci_high"))
NUMBERS = (
    "mean",
    "median",
    "sd",
    "min",
    "max",
    "r",
    "q",
    "statistic",
    "coef",
    "z",
    "estimate",
    "turning_point",
    *SHARES,
    *FITS,
    *POSITIVE,
    *COUNTS,
    *(e for p in ENDS for e in p),
)

ABSENT = ("", "-", "–", "—", "/", "…", "...", "na", "n/a", "nan", "yes", "no", "是", "否", ".")


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.tables:
        if table.kind in KINDS and table.available:
            for where, name, text in _cells(table):
                yield from _cell(look, table, where, name, text)
            yield from _ends(look, table)


def _cells(table: PaperTable) -> Iterator[tuple[str, str, str]]:
    """Address, name and text of every cell that should hold a number of a known domain."""
    for head, cells in _rows(table):
        for name, text in cells.items():
            if name in NUMBERS and isinstance(text, str):
                yield place(*head, name), name, text
    for model in table.models:
        for term in model.terms:
            yield place(table.id, model.col, term.var), "coef", term.coef


def _rows(table: PaperTable) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    for row in table.rows:
        names = ("var", "row", "col", "effect", "factor", "test", "from", "to", "group", "period")
        yield (table.id, *(row[n] for n in names if row.get(n))), dict(row)
    for model in table.models:
        yield (table.id, model.col), dict(model.values)
    yield (table.id,), dict(table.values)


def _cell(look: Look, table: PaperTable, where: str, name: str, text: str) -> Iterator[Judgement]:
    if parse(text) is None and text.strip().casefold() not in ABSENT:
        yield Judgement("domains", where, text, "", "not_checkable", "digit", Message("audit.no_number", {"printed": text}))
    value = look.interval(text, table, name)
    if value is None:
        return
    low, high = 0.0 if name in (*SHARES, *POSITIVE, *COUNTS) else None, 1.0 if name in (*SHARES, *FITS) else None
    if (low is not None and value.high < low) or (high is not None and value.low > high):
        limits = f"[0, {'1' if high is not None else '∞'}]" if low is not None else f"(−∞, {high:g}]"
        yield Judgement(
            "domains", where, text, limits, "inconsistent", "digit", Message("audit.note.domain_outside", {"printed": text, "limits": limits}), cells=(where,)
        )
    elif name in ("R2", "R2_within") and value.high < 0:
        note = Message("audit.note.domain_outside", {"printed": text, "limits": "[0, 1]"})
        yield Judgement("domains", where, text, "[0, 1]", "consistent_if", "digit", note, Message("audit.if.no_least_squares"), cells=(where,))
    elif name in COUNTS and look.whole(text) is None:
        note = Message("audit.note.domain_not_whole", {"printed": text})
        yield Judgement("domains", where, text, "0, 1, 2, …", "inconsistent", "digit", note, cells=(where,))


def _ends(look: Look, table: PaperTable) -> Iterator[Judgement]:
    for head, cells in _rows(table):
        for low, high in ENDS:
            a, b = look.interval(cells.get(low), table, low), look.interval(cells.get(high), table, high)
            if a is not None and b is not None and a.low > b.high:
                where, note = place(*head, low), Message("audit.note.domain_ends", {"low": cells[low], "high": cells[high]})
                yield Judgement("domains", where, cells[low], f"≤ {cells[high]}", "inconsistent", "digit", note, cells=(where, place(*head, high)))
