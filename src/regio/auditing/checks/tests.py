"""A test: its p-value from statistic and degrees of freedom, by the distribution that is named, else by any that has so many degrees of freedom."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from regio.auditing.inference import fewest_df
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("tests", "regression")
LEVEL = 0.05  # a p on the other side of it changes what is concluded
NAMES: Mapping[str, str] = {"χ²": "chi2", "χ2": "chi2", "x²": "chi2", "chi-squared": "chi2", "chi2": "chi2", "f": "f", "t": "t", "z": "z", "normal": "z"}


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind("tests"):
        for row in table.rows:
            yield from _row(look, table, row)
    for table in look.paper.of_kind("regression"):
        for model in table.models:
            if "F" in model.values and "p_F" in model.values and model.regressors:
                yield from _whole(look, table, model)


def _whole(look: Look, table: PaperTable, model: Model) -> Iterator[Judgement]:
    """The p of a column's F, for every number of degrees of freedom that the column may have."""
    f, p, k = look.value(table, model, "F"), look.value(table, model, "p_F"), len(model.regressors)
    where = place(table.id, model.col, "p_F")
    if f is None or p is None:
        return
    computed = p_of_f(f, k, fewest_df(look, model))
    yield look.compare(
        "tests", where, model.values["p_F"], computed, table=table, cell="p_F", fails="consistent_if", assumption=Message("audit.if.f_of_regressor"),
        cells=(where, place(table.id, model.col, "F")),
    )  # fmt: skip


def p_of_f(f: Interval, q: int, fewest: float, most: float = math.inf) -> Interval:
    """The p-values of F with q and any number of degrees of freedom between two; for a small F more of them give a larger p, for a large one a smaller.

    >>> print(p_of_f(Interval(0.1, 0.1), 3, 10.0))
    [0.95819, 0.96003]
    """
    from scipy.special import chdtrc, fdtrc

    dfs = [d for k in range(12) if (d := fewest * 2.0**k) < most] + [most]
    ends = [float(chdtrc(q, x * q) if math.isinf(d) else fdtrc(q, d, x)) for x in (max(f.low, 0.0), max(f.high, 0.0)) for d in dfs]
    return Interval(min(ends), max(ends))


def _row(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    where = place(table.id, row["test"], "p")
    statistic, p = look.interval(row["statistic"], table, "statistic"), look.interval(row["p"], table, "p")
    df = [float(d) for d in re.findall(r"\d+\.?\d*", row.get("df", "").replace("∞", ""))]
    if not df and row.get("unrestricted"):  # added_terms knows them
        return
    if statistic is None or p is None:
        yield look.unread("tests", where, row["p"] if statistic is not None else row["statistic"])
        return
    said = NAMES.get(row.get("distribution", "").strip().casefold(), "")
    ranges = {name: range_ for name, range_ in p_values(statistic, df).items() if said in ("", name)}
    if not ranges:
        yield Judgement("tests", where, row["p"], "", "not_checkable", "digit", Message("audit.note.no_df", {"df": row.get("df", "")}))
        return
    hit = next((r for r in ranges.values() if r.meets(p)), min(ranges.values(), key=lambda r: abs(r.middle - p.middle)))
    cells = (where, place(table.id, row["test"], "statistic"))
    if not hit.meets(p) and any(Interval(r.low / 2, r.high / 2).meets(p) for name, r in ranges.items() if name in ("t", "z")):
        note = Message("audit.differs", {"printed": row["p"], "computed": str(hit)})
        yield Judgement("tests", where, row["p"], str(hit), "consistent_if", "digit", note, Message("audit.if.one_sided"), cells=cells)
        return
    decides = (p.high < LEVEL) != (hit.high < LEVEL)
    yield look.compare("tests", where, row["p"], hit, table=table, cell="p", severity="conclusion" if decides else "digit", cells=cells)


def p_values(statistic: Interval, df: list[float]) -> dict[str, Interval]:
    """Distribution → p, for those that have so many degrees of freedom. Two-sided for t and z.

    >>> {name: round(p.middle, 3) for name, p in p_values(Interval(4.0, 4.0), [2.0, 30.0]).items()}
    {'f': 0.029}
    """
    from scipy.special import chdtrc, fdtrc, ndtr, stdtr

    size = abs(statistic)
    low, high = max(statistic.low, 0.0), max(statistic.high, 0.0)
    found: dict[str, Interval] = {}
    if len(df) == 2:
        return {"f": Interval(float(fdtrc(df[0], df[1], high)), float(fdtrc(df[0], df[1], low)))}
    if len(df) == 1:
        found["chi2"] = Interval(float(chdtrc(df[0], high)), float(chdtrc(df[0], low)))
        found["t"] = Interval(2 * float(stdtr(df[0], -size.high)), 2 * float(stdtr(df[0], -size.low)))
    if len(df) < 2:
        found["z"] = Interval(2 * float(ndtr(-size.high)), 2 * float(ndtr(-size.low)))
    return found
