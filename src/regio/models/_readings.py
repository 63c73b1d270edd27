"""What tables of several models say in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import label
from regio.exhibits.sentences import number, p_kind, p_words, percent
from regio.language import Message
from regio.models._compare_groups_exhibits import group_cell
from regio.models._regress_readings import coefficient_readings, effect_readings, estimate, regression_readings

if TYPE_CHECKING:
    from regio.models.compare_groups import CompareGroups
    from regio.models.mediate import Mediate
    from regio.models.moderate import Moderate
    from regio.models.stepwise import Stepwise
    from regio.models.two_stage import TwoStage

Readings = dict[str, tuple[Message, ...]]


def stepwise_readings(result: Stepwise) -> Readings:
    """Of the column with every control, and how far the controls have moved the coefficient."""
    first, last = result.models[0], result.models[-1]
    moved = []
    for term in list(last.moments)[1:] if len(result.models) > 1 else ():
        ends = {"first": number(_estimates(first)[term]), "last": number(_estimates(last)[term])}
        moved.append(Message("readings.stepwise", {"x": label(term), **ends, "columns": len(result.models)}))
    return {"coefficients": (*regression_readings(last), *moved)}


def _estimates(model: Any) -> Any:
    return model.coefficients["estimate"]


def two_stage_readings(result: TwoStage) -> Readings:
    """Of the endogenous regressors, and of how far the instruments carry them."""
    said = [m for term in result.endogenous for m in coefficient_readings(result.outcome, term, result.coefficients.loc[term], result)]
    return {"coefficients": tuple(said), "identification": tuple(_identified(result))}


def _identified(result: TwoStage) -> Iterator[Message]:
    tests = result.identification
    f, critical = tests["effective_f"], tests["effective_f_critical"]["10"]
    if f == f and critical == critical:
        yield Message(f"readings.two_stage.{'strong' if f >= critical else 'weak'}", {"f": number(f), "critical": number(critical)})
    pieces = tests["anderson_rubin_set"]
    if pieces is not None:
        found = tuple(Message("readings.two_stage.piece", {"low": number(low), "high": number(high)}) for low, high in pieces)
        yield Message("readings.two_stage.rubin", {"level": f"{100 * result.level:g}", "set": found or Message("readings.two_stage.empty")})
    p = tests["endogeneity_c_p_value"]
    if p == p:
        yield Message(f"readings.two_stage.{'endogenous' if p_kind(p, result.level) == 'clear' else 'exogenous'}", {"p": p_words(p)})


def mediate_readings(result: Mediate) -> Readings:
    """Of the effects: the total one, that through each mediator with its interval, and the direct one."""
    said = tuple(_effects(result))
    return {"effects": said, "coefficients": (), "mechanism": ()} if said else {}


def _effects(result: Mediate) -> Iterator[Message]:
    names = {"x": label(result.treatment), "y": label(result.outcome)}
    total, direct = result.total.iloc[0], result.direct.iloc[0]
    yield Message("readings.mediate.total", {**names, **estimate(total, result.level)})
    method = next((m for m in ("bias_corrected", "percentile") if len(result.intervals) and m in result.intervals.index.get_level_values("method")), "normal")
    moments = result.models[0].moments
    for mediator in result.mediators:
        row: Any = result.indirect.loc[mediator] if method == "normal" else result.intervals.loc[(method, mediator)]
        clear = row["conf_low"] > 0 or row["conf_high"] < 0
        values = {**estimate(row, result.level), "m": label(mediator), "method": Message(f"readings.method.{method}")}
        yield Message(f"readings.mediate.{'clear' if clear else 'unclear'}", values)
        if clear:
            yield _share(result, row["estimate"], total)
            if result.outcome in moments:
                effect = row["estimate"] * moments[result.treatment][1]
                shares = {"effect": number(effect), "in_sd": number(effect / moments[result.outcome][1])}
                yield Message("readings.mediate.sd", {**names, "m": label(mediator), **shares})
    yield Message(f"readings.mediate.direct_{p_kind(direct['p_value'], result.level)}", {**names, **estimate(direct, result.level)})


def _share(result: Mediate, indirect: float, total: Any) -> Message:
    if p_kind(total["p_value"], result.level) == "unclear":
        return Message("readings.mediate.no_share")
    share = indirect / total["estimate"]
    return Message("readings.mediate.share", {"share": percent(share)}) if share > 0 else Message("readings.mediate.opposite")


def moderate_readings(result: Moderate) -> Readings:
    """Of the interaction, and of the effect along the moderator."""
    names = {"x": label(result.treatment), "y": label(result.outcome), "m": label(result.moderator)}
    term = f"{result.treatment}*{result.moderator}"
    row: Any = result.coefficients.loc[term]
    said = [Message(f"readings.moderate.{p_kind(row['p_value'], result.level)}", {**names, **estimate(row, result.level)})]
    moments, margins = result.model.moments, result.margins["estimate"]
    if result.treatment in moments and {"mean_less_sd", "mean_plus_sd"} <= set(margins.index):
        sd = moments[result.treatment][1]
        low, high = (float(margins[at]) * sd for at in ("mean_less_sd", "mean_plus_sd"))
        said.append(Message("readings.moderate.margins", {**names, "sd": number(sd), "low": number(low), "high": number(high)}))
    return {"coefficients": tuple(said), "significance": tuple(_pieces(result, names))}


def _pieces(result: Moderate, names: Mapping[str, Any]) -> Iterator[Message]:
    frame: Any = result.significance
    pieces = list(frame.itertuples())
    for piece in pieces:
        sign = Message(f"readings.sign.{piece.sign if piece.sign in ('positive', 'negative') else 'unclear'}")
        if len(pieces) == 1:
            yield Message("readings.moderate.always", {**names, "sign": sign})
        else:
            yield Message(
                "readings.moderate.part", {**names, "sign": sign, "low": number(piece.low), "high": number(piece.high), "share": percent(piece.share)}
            )


def group_readings(result: CompareGroups) -> Readings:
    """Of whether coefficients differ between groups: the difference is tested, not the significance in each."""
    said: list[Message] = []
    for term in result.treatment:
        row: Any = result.tests.loc[term]
        permuted = result.permuted and row["permutation_p_value"] == row["permutation_p_value"]
        p = row["permutation_p_value"] if permuted else row["p_value"]
        if p != p:
            continue
        kind = "different" if p_kind(p, result.level) == "clear" else "same"
        test = Message(f"readings.groups.{'permutation' if permuted else 'wald'}")
        said.append(Message(f"readings.groups.{kind}", {"x": label(term), "p": p_words(p), "test": test}))
        for pair, difference in result.differences.loc[term].iterrows():
            said.append(Message("readings.groups.difference", {"pair": _pair(result, str(pair)), **estimate(difference, result.level)}))
    return {"differences": tuple(said), "coefficients": tuple(m for model in result.models for m in _of_group(result, model))}


def _pair(result: CompareGroups, pair: str) -> Message:
    first, _, second = pair.partition(" - ")
    return Message("readings.groups.pair", {"a": group_cell(result, first), "b": group_cell(result, second)})


def _of_group(result: CompareGroups, model: Any) -> Iterator[Message]:
    name = result.names[result.models.index(model)]
    for term in result.treatment:
        if term not in model.moments:
            continue
        row = model.coefficients.loc[term]
        kind = p_kind(row["p_value"], model.level)
        found = effect_readings({"x": label(term), "y": label(model.outcome)}, row, model.moments[model.outcome], model.moments[term], kind)
        for message in list(found)[:1]:
            yield Message("readings.groups.inside", {"group": group_cell(result, name), "text": message})
