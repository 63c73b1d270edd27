"""What coefficients say in plain words: sign and interval, and effect sizes by one standard deviation and as a share of the mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import Cell, label
from regio.exhibits.sentences import number, p_kind, p_words, percent
from regio.language import Message
from regio.models._regress_exhibits import key_name

if TYPE_CHECKING:
    from regio.models.regress import Regress

Moments = Mapping[str, tuple[float, ...]]
WITHIN = 0.9  # share of the overall SD below which that within the effects is said as well


def regression_readings(model: Regress) -> tuple[Message, ...]:
    """Of every treatment of a regression."""
    group = model.effects[0] if model.effects else ""
    return tuple(m for term in list(model.moments)[1:] for m in coefficient_readings(model.outcome, term, model.coefficients.loc[term], model, group=group))


def coefficient_readings(outcome: str, term: str, row: Any, model: Any, *, group: str = "", name: Cell | None = None) -> Iterator[Message]:
    """Of one coefficient. row: of a frame of estimates; model: what has ``moments`` and ``level``; name: in other words than the column's own."""
    if row["p_value"] != row["p_value"] or row["estimate"] != row["estimate"]:
        return
    kind = p_kind(row["p_value"], model.level)
    names = {"x": name or label(term), "y": label(outcome)}
    yield Message(f"readings.coefficient.{kind}", {**names, **estimate(row, model.level)})
    if term in model.moments and outcome in model.moments:
        yield from effect_readings(names, row, model.moments[outcome], model.moments[term], kind, group)


def estimate(row: Any, level: float) -> dict[str, Any]:
    """Estimate, p and interval of a row, as values of a sentence."""
    ends = {"low": number(row["conf_low"]), "high": number(row["conf_high"])}
    return {"estimate": number(row["estimate"]), "p": p_words(row["p_value"]), "level": f"{100 * level:g}", **ends}


def effect_readings(names: Mapping[str, Any], row: Any, y: tuple[float, ...], x: tuple[float, ...], kind: str, group: str = "") -> Iterator[Message]:
    """Effect sizes of one standard deviation; of an estimate that cannot be told from zero, the range of its interval."""
    (mean, sd_y, _), (_, sd, within) = y, x
    if not sd > 0 or not sd_y > 0:
        return
    narrow = within == within and within < WITHIN * sd and bool(group)
    net = {"group": tuple(key_name(part) for part in group.split("*"))} if narrow else {}
    if kind == "unclear":
        step = within if narrow else sd
        ends = {"low": number(row["conf_low"] * step / sd_y), "high": number(row["conf_high"] * step / sd_y)}
        yield Message(f"readings.effect.range{'_within' if narrow else ''}", {**names, **net, "sd": number(step), **ends})
        return
    effect = row["estimate"] * sd
    yield Message("readings.effect.sd", {**names, "sd": number(sd), "effect": number(effect), "in_sd": number(effect / sd_y)})
    if abs(mean) >= sd_y / 10:
        yield Message("readings.effect.mean", {**names, "mean": number(mean), "share": percent(effect / abs(mean)), "effect": number(effect)})
    if narrow:
        yield Message("readings.effect.within", {**names, **net, "sd": number(within), "effect": number(row["estimate"] * within)})
