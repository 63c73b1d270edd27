"""What a print does not say and its numbers tell: the kind of bracket, the estimator, the star levels."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from regio.auditing.look import Look
from regio.auditing.numbers import Interval
from regio.auditing.paper import Model, PaperTable, Term

Bracket = Literal["t", "se", "p"]
BRACKETS: tuple[Bracket, ...] = ("t", "se", "p")
LEVELS = {1: 0.1, 2: 0.05, 3: 0.01}
FEWEST = 4  # degrees of freedom that a cluster count may leave where the paper does not say how many
TIGHT = 3.0  # width of an interval of degrees of freedom that still tells estimators apart
CLAIMS: Mapping[Bracket, str] = {  # what a note says that the brackets hold
    "se": r"standard (error|deviation)|std\.? ?(err|dev)|标准误|标准差",
    "t": r"(?<![a-zA-Z])t[- ]?(stat|value|ratio)|(?<![a-zA-Z])t ?值|t ?统计量|z[- ]?(stat|value)|z ?值",
    "p": r"(?<![a-zA-Z])p[- ]?value|p ?值",
}
ROBUST = re.compile(r"robust|cluster|white|heterosked|driscoll|hc[0-3]|稳健|聚类|异方差", re.IGNORECASE)
BOOTSTRAP = re.compile(r"bootstrap|wild|自助|自举|permutation|置换", re.IGNORECASE)


def levels(note: str) -> dict[int, float]:
    """Number of stars → level, as a note gives them; 10, 5 and 1 % where it does not.

    >>> levels("***, ** and * indicate significance at the 1%, 5%, and 10% levels")
    {3: 0.01, 2: 0.05, 1: 0.1}
    """
    marks = [len(m) for m in re.findall(r"\*+", note)]
    numbers = [float(a) / 100 if b else float(a) for a, b in re.findall(r"(\d*\.?\d+)\s*([%％]?)", note) if b or a.startswith((".", "0."))]
    if marks and len(marks) == len(numbers) and len(set(marks)) == len(marks) and all(0 < x < 1 for x in numbers):
        return dict(zip(marks, numbers, strict=True))
    return dict(LEVELS)


def star_range(stars: str, given: Mapping[int, float]) -> tuple[float, float]:
    """The p-values that so many stars stand for."""
    count = stars.count("*")
    own = given.get(count)
    above = [level for marks, level in given.items() if marks > count]
    return max(above, default=0.0), own if own is not None else (1.0 if count == 0 else max(given.values()))


def two_sided(t: Interval, fewest: float) -> Interval:
    """p-values of |t|, from the normal to Student's t with the fewest degrees of freedom."""
    from scipy.special import ndtr, stdtr

    size = abs(t)
    high = 1.0 if size.low == 0 else 2 * float(stdtr(max(fewest, 1.0), -size.low))
    low = 0.0 if math.isinf(size.high) else 2 * float(ndtr(-size.high))
    return Interval(low, high)


def bracket_t(look: Look, table: PaperTable, term: Term, kind: Bracket) -> Interval | None:
    """|t| of a term when its bracket is read as ``kind``; None where that cannot be."""
    coef, paren = look.coef(table, term), look.interval(term.paren, table, "paren")
    if coef is None or paren is None:
        return None
    if kind == "t":
        return abs(paren) if coef.low <= 0 <= coef.high or paren.low <= 0 <= paren.high or (coef.low > 0) == (paren.low > 0) else None
    if kind == "se":
        return None if paren.high <= 0 else abs(coef) / Interval(max(paren.low, 0.0), paren.high)
    return None if paren.low > 1 or paren.high < 0 else _t_of_p(paren.clip(0.0, 1.0))


def _t_of_p(p: Interval) -> Interval:
    from scipy.special import ndtri

    def size(value: float) -> float:
        return math.inf if value <= 0 else -float(ndtri(min(value, 1.0) / 2))

    return Interval(abs(size(p.high)), size(p.low) * 1.5)  # Student's t lies farther out than the normal


def claimed_bracket(table: PaperTable) -> Bracket | None:
    for text in (table.values.get("paren_claimed", ""), table.note):
        if any(re.search(words, text, re.IGNORECASE) for words in CLAIMS.values()):
            return _first(text)
    return None


def _first(text: str) -> Bracket:
    found = {kind: m.start() for kind, words in CLAIMS.items() if (m := re.search(words, text, re.IGNORECASE))}
    return min(found, key=lambda k: found[k])


@dataclass(frozen=True, slots=True)
class Reading:
    """How the brackets of a table can be read: how many starred terms each kind contradicts."""

    kind: Bracket
    claimed: Bracket | None
    failures: Mapping[Bracket, int]
    terms: int


def brackets(look: Look, table: PaperTable) -> Reading:
    """The kind of bracket that the stars agree with most; the claimed kind where they do not tell."""
    found: Reading | None = look.known.get(f"brackets:{table.id}")
    if found is None:
        found = look.known[f"brackets:{table.id}"] = _brackets(look, table)
    return found


def _brackets(look: Look, table: PaperTable) -> Reading:
    claimed = claimed_bracket(table)
    given = levels(table.note)
    failures: dict[Bracket, int] = dict.fromkeys(BRACKETS, 0)
    terms = 0
    for model in table.models:
        for term in model.terms:
            if not term.paren:
                continue
            terms += 1
            for kind in BRACKETS:
                t = bracket_t(look, table, term, kind)
                failures[kind] += t is None or not star_fits(term.stars, given, two_sided(t, fewest_df(look, model)))
    order = sorted(BRACKETS, key=lambda k: (failures[k], k != claimed, BRACKETS.index(k)))
    return Reading(order[0], claimed, failures, terms)


def star_fits(stars: str, given: Mapping[int, float], p: Interval) -> bool:
    low, high = star_range(stars, given)
    return p.low <= high and p.high >= low


def fewest_df(look: Look, model: Model) -> float:
    """The fewest degrees of freedom that a t of this column may have: clusters less one, or what both effects leave."""
    clusters = look.whole(model.values.get("clusters"))
    if clusters:
        return max(clusters - 1, 1)
    shape = shape_of(look, model)
    groups = [x - 1 for x in (shape.units, shape.periods) if x and x > 1]
    left = [df for df in (estimators(look, model) or {}).values() if df > 0]
    return float(min([*groups, *left])) if groups else float(FEWEST)


def usual_df(look: Look, model: Model) -> float:
    """The fewest degrees of freedom without clusters: rows less regressors and every effect that the sample allows."""
    left = [df for df in (estimators(look, model) or {}).values() if df > 0]
    return float(min(left)) if left else float(FEWEST)


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows, units and periods of a column, where they are known."""

    rows: int | None
    units: int | None
    periods: int | None


def shape_of(look: Look, model: Model) -> Shape:
    """A column over all rows has the paper's units; one over fewer rows, a group of them over all periods."""
    rows = look.whole(model.values.get("N"))
    units, periods = look.paper.sample.units, look.paper.sample.periods
    if rows and units and periods and rows != units * periods:
        whole = rows % periods == 0 and rows // periods < units
        return Shape(rows, rows // periods if whole else None, periods if whole else None)
    return Shape(rows, units, periods)


def estimators(look: Look, model: Model) -> dict[str, int] | None:
    """Estimator → residual degrees of freedom; None without N."""
    shape, k = shape_of(look, model), len(model.regressors)
    if not shape.rows:
        return None
    found = {"pooled": shape.rows - 1 - k}
    if shape.units and shape.periods and shape.units * shape.periods == shape.rows and min(shape.units, shape.periods) > 1:
        found |= {
            "region": shape.rows - shape.units - k,
            "period": shape.rows - shape.periods - k,
            "both": shape.rows - shape.units - shape.periods + 1 - k,
        }
    return {name: df for name, df in found.items() if df > 0}


def df_of_f(look: Look, table: PaperTable, model: Model) -> Interval | None:
    """Degrees of freedom that F and R² imply: F k (1/R² − 1)."""
    f, r2 = look.value(table, model, "F"), look.value(table, model, "R2_within" if "R2_within" in model.values else "R2")
    if f is None or r2 is None or r2.low <= 0 or not model.regressors:
        return None
    return abs(f) * len(model.regressors) * (1 / r2.clip(1e-12, 1.0) - 1)


def df_of_adjusted(look: Look, table: PaperTable, model: Model) -> Interval | None:
    """Degrees of freedom that R² and adjusted R² imply: (1 − R²)(n − 1)/(1 − R²a)."""
    r2, adjusted, rows = look.value(table, model, "R2"), look.value(table, model, "R2_adj"), look.whole(model.values.get("N"))
    if r2 is None or adjusted is None or not rows or adjusted.high >= 1:
        return None
    return (1 - r2) * float(rows - 1) / (1 - adjusted)


def implied(look: Look, table: PaperTable, model: Model) -> tuple[str, ...]:
    """The estimators that the printed degrees of freedom allow; all of them where nothing narrows them down."""
    options = estimators(look, model) or {}
    names = set(options)
    for df in (df_of_adjusted(look, table, model), df_of_f(look, table, model)):  # adjusted R² first: it holds under any standard errors
        if df is not None and (fits := {name for name in names if df.holds(options[name])}):
            names = fits
    return tuple(name for name in options if name in names)


def shared(look: Look, *columns: tuple[PaperTable, Model]) -> tuple[str, ...]:
    """Estimators that every one of these columns allows."""
    sets = [set(implied(look, t, m)) for t, m in columns]
    return tuple(sorted(set.intersection(*sets))) if all(sets) else ("unknown",)
