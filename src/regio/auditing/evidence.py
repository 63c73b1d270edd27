"""Whether the standard errors of a table are conventional: its numbers tell, by relations that are exact for conventional ones only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from regio.auditing.inference import TIGHT, bracket_t, brackets, df_of_adjusted, df_of_f, estimators, implied
from regio.auditing.look import Look
from regio.auditing.numbers import EVERYTHING, Interval
from regio.auditing.paper import Model, PaperTable, Term

CHANCE = 1e-3  # of relations that hold by accident, below which degrees of freedom are taken as shown
SHARP = 0.05  # width over size of a standard error that a relation gives


def df_is_sure(look: Look, table: PaperTable, model: Model) -> bool:
    """Whether the degrees of freedom are shown: by adjusted R², or by F where the F of several columns is the conventional one."""
    adjusted, options = df_of_adjusted(look, table, model), estimators(look, model) or {}
    if adjusted is not None and any(adjusted.holds(x) for x in options.values()):
        return True
    holds, fails, chance = errors_of(look, table).of_df
    return holds >= 2 and not fails and chance < CHANCE and df_of_f(look, table, model) is not None


def nested_pairs(table: PaperTable) -> Iterator[tuple[Model, Model, str]]:
    """Columns of one outcome and N where the second has exactly one regressor more."""
    for first in table.models:
        for second in table.models:
            more = set(second.regressors) - set(first.regressors)
            same = first.dependent == second.dependent and first.values.get("N") == second.values.get("N")
            if same and len(more) == 1 and set(first.regressors) <= set(second.regressors) and first.effects == second.effects and not second.stage:
                yield first, second, more.pop()


@dataclass(frozen=True, slots=True)
class Errors:
    """How many sharp relations of conventional standard errors hold in a table, and how many do not; ``chance``: that they hold by accident; ``of_df``:
    holds, fails and chance of those that also tell degrees of freedom.
    """

    holds: int
    fails: int
    chance: float
    of_df: tuple[int, int, float] = (0, 0, 1.0)

    @property
    def conventional(self) -> bool:
        """Shown to be conventional: several sharp relations hold, more than fail, and hardly by accident."""
        return self.holds >= 3 and self.holds > 2 * self.fails and self.chance < 1e-5


def errors_of(look: Look, table: PaperTable) -> Errors:
    """F against R², and nested columns against the t of the added term: exact under conventional standard errors only."""
    found: Errors | None = look.known.get(f"errors:{table.id}")
    if found is None:
        found = look.known[f"errors:{table.id}"] = _errors(look, table)
    return found


def _errors(look: Look, table: PaperTable) -> Errors:
    holds = fails = 0
    chance = 1.0
    for model in table.models:
        df, options = df_of_f(look, table, model), estimators(look, model)
        if df is not None and options and len(model.regressors) > 1 and df.width <= TIGHT:
            fine = any(df.holds(x) for x in options.values())
            holds, fails = holds + fine, fails + (not fine)
            chance *= min(1.0, len(options) * (df.width + 1e-9) / (0.1 * max(options.values()))) if fine else 1.0
    pairs = list(nested_pairs(table))
    for first, second, added in pairs:
        range_ = nested_r2(look, table, first, second, added)
        printed = look.value(table, second, "R2")
        if range_ is None or printed is None or range_.width > 0.01:
            continue
        fine = range_.meets(printed)
        holds, fails = holds + fine, fails + (not fine)
        gain = abs(printed.middle - (look.value(table, first, "R2") or EVERYTHING).middle)
        chance *= min(1.0, (range_.width + printed.width) / max(0.2 * gain, 1e-9)) if fine else 1.0
    of_df = holds, fails, chance
    for first, second, added in pairs:
        for computed, error in nested_errors(look, table, first, second, added).values():
            if computed.low <= 0 or computed.width > SHARP * computed.middle or error.width > SHARP * error.middle:
                continue
            fine = computed.meets(error)
            holds, fails = holds + fine, fails + (not fine)
            chance *= min(1.0, (computed.width + error.width) / (0.5 * error.middle)) if fine else 1.0
    return Errors(holds, fails, chance, of_df)


def nested_r2(look: Look, table: PaperTable, first: Model, second: Model, added: str) -> Interval | None:
    """R² of the second column from that of the first and the t of the added term, over the estimators that both columns allow."""
    term, r2 = second.term(added), look.value(table, first, "R2")
    options = estimators(look, second)
    if term is None or r2 is None or not options:
        return None
    t = bracket_t(look, table, term, brackets(look, table).kind)
    names = set(implied(look, table, first)) & set(implied(look, table, second)) or set(options)
    if t is None or brackets(look, table).kind == "p":
        return None
    ends = [1 - (1 - r2) / (1 + t.square() / float(options[name])) for name in names]
    found = ends[0]
    for end in ends[1:]:
        found = found.hull(end)
    return found


def nested_errors(look: Look, table: PaperTable, first: Model, second: Model, added: str) -> dict[str, tuple[Interval, Interval]]:
    """Term → its standard error in the second column as it follows, and as it is printed.

    SE′² = SE² (1 − R²₂)/(1 − R²₁) (df₂ + 1)/df₂ + (b − b′)²/t²: what the added term costs in precision is what it takes from the slope.
    """
    r1, r2, z = look.value(table, first, "R2"), look.value(table, second, "R2"), second.term(added)
    kind = brackets(look, table).kind
    t = bracket_t(look, table, z, kind) if z is not None and kind != "p" else None
    names = set(implied(look, table, first)) & set(implied(look, table, second))
    left = [df for name, df in (estimators(look, second) or {}).items() if name in names]
    if r1 is None or r2 is None or t is None or t.low <= 0 or r1.high >= 1 or not left:
        return {}
    ratio = (1 - r2).clip(0.0, 1.0) / (1 - r1) * Interval(1 + 1 / max(left), 1 + 1 / min(left))
    found = {}
    for term in second.terms:
        before = first.term(term.var)
        one = error_of(look, table, before) if before is not None and term.var != added else None
        two, b, after = error_of(look, table, term), look.coef(table, before) if before else None, look.coef(table, term)
        if one is not None and two is not None and b is not None and after is not None:
            found[term.var] = (one.square() * ratio + ((b - after) / t).square()).sqrt(), two
    return found


def error_of(look: Look, table: PaperTable, term: Term) -> Interval | None:
    """The standard error of a term: printed, or |b|/|t|."""
    kind, coef = brackets(look, table).kind, look.coef(table, term)
    if kind == "se":
        found = look.interval(term.paren, table, "paren")
        return None if found is None or found.low < 0 else found
    t = bracket_t(look, table, term, kind)
    if kind == "p" or coef is None or t is None or t.low <= 0 or math.isinf(t.high):
        return None
    return abs(coef) / t
