"""The joint F of several terms: what they take from the residual sum of squares. F change between columns, effects, groups against the whole."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from regio.auditing.checks.tests import p_of_f
from regio.auditing.evidence import errors_of
from regio.auditing.inference import BOOTSTRAP, estimators, fewest_df, implied
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval, total
from regio.auditing.paper import Model, PaperTable
from regio.language import Message

KINDS = ("regression", "tests")
CHANGES = ("F_change", "p_change", "R2_change")
Column = tuple[PaperTable, Model]


@dataclass(frozen=True, slots=True)
class Joint:
    """A printed test of what ``unrestricted`` has more than ``restricted``; ``cells``: what is printed of F, p, df, R2, rss, rss_null → address and text."""

    table: PaperTable
    cells: Mapping[str, tuple[str, str]]
    restricted: Column
    unrestricted: tuple[Column, ...]

    @property
    def same_effects(self) -> bool:
        """Whether q is the number of terms that one column has more; else it counts effects, or the coefficients of groups."""
        return len(self.unrestricted) == 1 and self.restricted[1].effects == self.unrestricted[0][1].effects


@dataclass(frozen=True, slots=True)
class Option:
    """Degrees of freedom and sums of squares that the columns allow; ``sure``: the sums are of one total."""

    q: int
    df: int
    ratio: Interval
    sure: bool

    @property
    def f(self) -> Interval:
        return (self.ratio - 1.0) * (self.df / self.q)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for model in table.models:
            if any(c in model.values for c in CHANGES):
                yield from _change(look, table, model)
        for row in table.rows:
            if row.get("unrestricted"):
                yield from _test(look, table, row)


def _change(look: Look, table: PaperTable, model: Model) -> Iterator[Judgement]:
    """F change, R² change and p against the column that is named, else against any column of fewer terms that fits."""
    cells = {c.partition("_")[0]: (place(table.id, model.col, c), model.values[c]) for c in CHANGES if c in model.values}
    named = model.values.get("restricted", "")
    one = column(look, named, table)
    found = [one] if one is not None else [] if named else [(table, m) for m in _fewer(table, model)]
    where = place(table.id, model.col, next(c for c in CHANGES if c in model.values))
    if not found:
        yield _unknown(look, where, named)
        return
    judged = [list(_judge(look, Joint(table, cells, less, ((table, model),)))) for less in found]
    yield from min(judged, key=lambda js: sum(j.verdict != "consistent" for j in js))


def _fewer(table: PaperTable, model: Model) -> list[Model]:
    """Columns of the same outcome and rows with some of the terms, the nearest first."""
    found = [
        m for m in table.models
        if set(m.regressors) < set(model.regressors) and m.dependent == model.dependent and m.values.get("N") == model.values.get("N") and not m.stage
    ]  # fmt: skip
    return sorted(found, key=lambda m: -len(m.regressors))


def _test(look: Look, table: PaperTable, row: Mapping[str, str]) -> Iterator[Judgement]:
    names = {"F": "statistic", "p": "p", "df": "df", "rss": "rss", "rss_null": "rss_null"}
    cells = {k: (place(table.id, row["test"], c), row[c]) for k, c in names.items() if row.get(c)}
    restricted, unrestricted = columns(look, row.get("restricted", "")), columns(look, row["unrestricted"])
    where = place(table.id, row["test"], "statistic")
    if len(restricted) != 1 or not unrestricted:
        yield _unknown(look, where, row["unrestricted"] if not unrestricted else row.get("restricted", ""))
        return
    yield from _judge(look, Joint(table, cells, restricted[0], tuple(unrestricted)))


def _unknown(look: Look, where: str, named: str) -> Judgement:
    known = tuple(place(t.id, m.col) for t in look.paper.of_kind("regression") for m in t.models)
    return Judgement("added_terms", where, named, "", "not_checkable", "label", Message("audit.note.no_column", {"named": named, "known": known}))


def column(look: Look, named: str, own: PaperTable | None = None) -> Column | None:
    """The column of an address such as T4/(1), or of a name inside its own table."""
    named = named.strip()
    found = [(t, m) for t in look.paper.of_kind("regression") for m in t.models if named and (named == place(t.id, m.col) or (t is own and named == m.col))]
    return found[0] if found else None


def columns(look: Look, named: str) -> list[Column]:
    """The columns of addresses parted by commas or semicolons; none where one of them does not exist."""
    found = [column(look, part) for part in re.split(r"[;,，；]", named) if part.strip()]
    return [c for c in found if c is not None] if None not in found else []


def options(look: Look, joint: Joint) -> list[Option]:
    """Every estimator that the printed degrees of freedom of the columns allow."""
    found = []
    wholes = estimators(look, joint.restricted[1]) or {}
    parts = [estimators(look, m) or {} for _, m in joint.unrestricted]
    many = [set(implied(look, *c)) for c in joint.unrestricted]
    for less in implied(look, *joint.restricted):
        for more in sorted(set.intersection(*many)):
            df = sum(p[more] for p in parts)
            q = wholes[less] - df
            if q > 0 and (less == more or not joint.same_effects) and (made := _ratio(look, joint, less, more)) is not None:
                found.append(Option(q, df, *made))
    return found


def _ratio(look: Look, joint: Joint, less: str, more: str) -> tuple[Interval, bool] | None:
    """Residual sums of squares, restricted over unrestricted: as printed, from R² of one total, from residual SDs."""
    own = [look.interval(joint.cells[c][1], joint.table, c) if c in joint.cells else None for c in ("rss_null", "rss")]
    if own[0] is not None and own[1] is not None:
        return own[0] / own[1], True
    if (sums := _sums(look, joint, less, more, "rss")) is not None:
        return sums, True
    one, two = joint.restricted[1], joint.unrestricted[0][1]
    r2 = [look.value(t, m, "R2_within" if "R2_within" in m.values and less == more != "pooled" else "R2") for t, m in (joint.restricted, joint.unrestricted[0])]
    alike = len(joint.unrestricted) == 1 and (one.dependent, one.values.get("N")) == (two.dependent, two.values.get("N"))
    by_r2 = (1 - r2[0]) / (1 - r2[1]) if alike and r2[0] is not None and r2[1] is not None and r2[1].high < 1 else None
    if by_r2 is not None and less == more:
        return by_r2, True
    if (sums := _sums(look, joint, less, more, "rmse")) is not None:
        return sums, True
    return None if by_r2 is None else (by_r2, False)


def _sums(look: Look, joint: Joint, less: str, more: str, name: str) -> Interval | None:
    found = []
    for estimator, (table, model) in ((less, joint.restricted), *((more, c) for c in joint.unrestricted)):
        value, df = look.value(table, model, name), (estimators(look, model) or {})[estimator]
        if value is None or value.low <= 0:
            return None
        found.append(value if name == "rss" else value.square() * float(df))
    return found[0] / total(found[1:])


def _judge(look: Look, joint: Joint) -> Iterator[Judgement]:
    read = [place(t.id, m.col) for t, m in (joint.restricted, *joint.unrestricted)]
    if "R2" in joint.cells and (change := _r2_change(look, joint)) is not None:
        where, text = joint.cells["R2"]
        cells = (where, *(f"{c}/R2" for c in read))
        yield look.compare("added_terms", where, text, change, table=joint.table, cell="R2_change", assumption=Message("audit.if.same_rows"), cells=cells)
    found = options(look, joint)
    if not found:
        if "F" in joint.cells:
            where, text = joint.cells["F"]
            yield Judgement("added_terms", where, text, "", "not_checkable", "digit", Message("audit.note.no_sums"), cells=(where,))
        return
    if "df" in joint.cells:
        where, text = joint.cells["df"]
        wanted = [int(d) for d in re.findall(r"\d+", text)]
        fits = [o for o in found if wanted[:1] == [o.q] and (len(wanted) < 2 or wanted[1] == o.df or (wanted[1] >= _fewest(look, joint) and wanted[1] < o.df))]
        yield _df(where, text, fits, found)
        found = fits or found
    yield from _statistic(look, joint, found, read)


def _statistic(look: Look, joint: Joint, found: Sequence[Option], read: Sequence[str]) -> Iterator[Judgement]:
    usual = all(errors_of(look, t).conventional for t, _ in joint.unrestricted)
    f = look.interval(joint.cells["F"][1], joint.table, "F") if "F" in joint.cells else None
    hit = min(found, key=lambda o: 0.0 if f is None or o.f.meets(f) else abs(o.f.middle - f.middle))
    sure = usual and all(o.sure for o in found)
    if f is not None:
        where, text = joint.cells["F"]
        code = "same_errors" if sure else "conventional" if hit.sure else "one_total"
        yield look.compare(
            "added_terms", where, text, hit.f, table=joint.table, cell="F", fails="inconsistent" if sure else "consistent_if",
            assumption=Message(f"audit.if.{code}"), cells=(where, *(f"{c}/R2" for c in read)),
        )  # fmt: skip
    if f is not None and "p" in joint.cells and "df" not in joint.cells:  # with printed degrees of freedom `tests` says it
        where, text = joint.cells["p"]
        known = len({o.q for o in found}) == 1 and not any(BOOTSTRAP.search(t.note) for t in (joint.table, *(t for t, _ in joint.unrestricted)))
        yield look.compare(
            "added_terms", where, text, _p(f, found, 0.0 if sure else _fewest(look, joint)), table=joint.table, cell="p", severity="star",
            fails="inconsistent" if known else "consistent_if", assumption=Message("audit.if.added", {"q": hit.q}), cells=(where, joint.cells["F"][0]),
        )  # fmt: skip


def _p(f: Interval, found: Sequence[Option], fewest: float) -> Interval:
    """The p of F with q and the column's degrees of freedom; from the fewest to those of a χ² where the errors may be others (0: they are not)."""
    ranges = [p_of_f(f, o.q, min(fewest or o.df, o.df), math.inf if fewest else o.df) for o in found]
    made = ranges[0]
    for one in ranges[1:]:
        made = made.hull(one)
    return made


def _fewest(look: Look, joint: Joint) -> float:
    return min(fewest_df(look, m) for _, m in joint.unrestricted)


def _df(where: str, text: str, fits: Sequence[Option], found: Sequence[Option]) -> Judgement:
    shown = " / ".join(dict.fromkeys(f"{o.q}, {o.df}" for o in found))
    note = Message("audit.agrees" if fits else "audit.differs", {"printed": text, "computed": shown})
    assumption = None if fits else Message("audit.if.other_test")
    return Judgement("added_terms", where, text, shown, "consistent" if fits else "consistent_if", "digit", note, assumption, cells=(where,))


def _r2_change(look: Look, joint: Joint) -> Interval | None:
    (t1, m1), (t2, m2) = joint.restricted, joint.unrestricted[0]
    one, two = look.value(t1, m1, "R2"), look.value(t2, m2, "R2")
    return None if one is None or two is None else two - one
