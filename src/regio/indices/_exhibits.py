"""The exhibits of an index: weights of the indicators, scores of the regions, the scores as a heat map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regio.contract.result import Convention
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, label, text
from regio.indices._indicators import KEYS
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

TOTAL = "_total"
SIGNS = {"positive": "+", "negative": "−"}
UNIT = (0.0, 1.0)
SOURCED = (
    "entropy",
    "critic",
    "coefficient_of_variation",
    "pca",
    "merec",
    "benefit_of_the_doubt",
    "entropy_ahp",
    "ahp",
    "topsis",
    "mazziotta_pareto",
    "mazziotta_pareto_plus",
)
QUANTITIES = ("entropy", "divergence", "entropy_weight", "spread", "conflict", "information", "variation", "removal_effect", "weight_within")


def weights_table(weights: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> Table:
    """The indicator system: headings with their weights, indicators, directions and weights; with periods one column of weights for each."""
    by_period = weights.index.nlevels == 2
    periods = list(weights.index.get_level_values(0).unique()) if by_period else []
    weights = _by_heading(weights, periods)
    parts = [weights.loc[period] for period in periods] or [weights]
    headed = bool(weights["dimension"].astype(bool).any())
    heads: dict[str, tuple[Cell, ...]] = {"dimension": (text("index.dimension_head"),)} if headed else {}
    heads["direction"] = (text("index.direction_head"),)
    more = () if by_period else tuple(str(name) for name in weights if name in QUANTITIES or str(name).startswith("weight_"))
    quantities = {name: (_quantity(name),) for name in more}
    if headed and not by_period:
        quantities["dimension_weight"] = (text("index.dimension_weight_head"),)
    weight = text("index.weight_head")
    numbers: dict[str, tuple[Cell, ...]] = {str(period): (weight, label(str(period))) for period in periods} or {"weight": (weight,)}
    totals = weights.groupby("dimension")["weight"].sum() if not by_period else None
    rows = []
    above = None
    for i, (name, values) in enumerate(parts[0].to_dict("index").items()):
        first = values["dimension"] != above
        above = values["dimension"]
        cells = [_head(head, values, first) for head in heads]
        cells += [_cell(quantity, values, first, totals) for quantity in quantities]
        rows.append(Row(str(name), label(name), (*cells, *(Cell("share", float(part["weight"].iloc[i])) for part in parts)), block=f"of {above}"))
    sums = tuple(Cell("share", float(part["weight"].sum())) for part in parts)
    rows.append(Row(TOTAL, text("index.total"), (EMPTY,) * (len(heads) + len(quantities)) + sums, block="total"))
    columns = tuple(Column(key, cells) for key, cells in (heads | quantities | numbers).items())
    return Table(name="weights", frame=weights, columns=columns, rows=tuple(rows), title=title, stub=text("index.indicator_head"), notes=notes)


def _by_heading(weights: pd.DataFrame, periods: list[Any]) -> pd.DataFrame:
    """Indicators of one heading together, headings in the order in which they first appear."""
    order = {name: place for place, name in enumerate(dict.fromkeys(weights["dimension"]))}
    if periods:
        import pandas as pd

        return pd.concat([_by_heading(weights.loc[[period]], []) for period in periods])
    return weights.iloc[weights["dimension"].map(order).argsort(kind="stable").to_numpy()]


def _quantity(name: str) -> Cell:
    """The header of a column that a scheme of weights has beside the weight."""
    scheme = name.removeprefix("weight_")
    return text(f"index.{name}_head") if name in QUANTITIES else text(f"index.weighting.{scheme}")


def _head(name: str, values: Mapping[Any, Any], first: bool) -> Cell:
    if name == "dimension":
        return label(values["dimension"]) if first else EMPTY
    if values["direction"] == "moderate":
        return text("index.moderate_sign", best=values.get("best", ""))
    return Cell("text", SIGNS[values["direction"]])


def _cell(name: str, values: Mapping[Any, Any], first: bool, totals: pd.Series | None) -> Cell:
    if name == "dimension_weight":
        return Cell("share", float(totals[values["dimension"]])) if first and totals is not None and values["dimension"] else EMPTY
    value = float(values[name])
    return EMPTY if value != value else Cell("share" if name.startswith("weight_") else "number", value)


def scores_table(scores: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> Table:
    """Regions by periods with the mean of each region; score and rank where there is one period only."""
    who = "unit" if "unit" in scores else "region"
    stub = text(f"index.{who}_head")
    if "period" in scores and scores["period"].nunique() > 1 and not scores.duplicated([who, "period"]).any():
        columns, rows = _matrix(scores, who)
        return Table(name="scores", frame=scores, columns=columns, rows=rows, title=title, stub=stub, notes=notes)
    from regio.indices._compute import rank

    ranked = scores.assign(rank=rank(scores)["rank"].to_numpy())
    columns = tuple(Column(name, (text(f"index.{name}_head"),)) for name in ("score", "rank"))
    rows = tuple(
        Row(str(name), label(name), (Cell("number", value), Cell("count", place)))
        for name, value, place in ranked[[who, "score", "rank"]].itertuples(index=False)
    )
    return Table(name="scores", frame=ranked, columns=columns, rows=rows, title=title, stub=stub, notes=(*notes, Message("index.note.rank")))


def heat_map(scores: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> tuple[Figure, ...]:
    """Regions by periods; nothing where there is one period only, or where a region stands twice in one."""
    who = "unit" if "unit" in scores else "region"
    if "period" not in scores or who not in scores or scores["period"].nunique() < 2 or scores.duplicated([who, "period"]).any():
        return ()
    channels = {"x": Channel("period", kind="label"), "y": Channel(who, kind="label"), "value": Channel("score", text("index.score_head"))}
    return (Figure(name="heat", form="heat_map", frame=scores[[who, "period", "score"]], channels=channels, title=title, notes=notes),)


def _matrix(scores: pd.DataFrame, who: str) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    wide = scores.pivot(index=who, columns="period", values="score").reindex(scores[who].unique())
    means = scores.groupby(who, sort=False)["score"].mean()
    columns = (*(Column(str(period), (label(str(period)),)) for period in wide.columns), Column("mean", (text("index.mean_head"),)))
    rows = tuple(
        Row(str(name), label(name), (*(_number(value) for value in values), _number(means[name])))
        for name, values in zip(wide.index, wide.to_numpy(), strict=True)
    )
    return columns, rows


def _number(value: float) -> Cell:
    return EMPTY if value != value else Cell("number", float(value))


def sub_scores(scores: pd.DataFrame) -> dict[str, pd.Series]:
    """The score under the empty name and one series for each heading: what later steps may use."""
    return {"": scores["score"]} | {str(name): scores[name] for name in scores.columns if name not in KEYS}


def weighting_words(weighting: str, options: Mapping[str, Any] | None = None) -> Message:
    """The name of a way to weigh; of a mixture the names of its schemes."""
    schemes = tuple(options["schemes"]) if options and weighting == "combined" else ()
    if not schemes:
        return Message(f"index.weighting.{weighting}")
    how = Message(f"index.combination.{options['combination'] if options else 'mean'}")
    return Message("index.weighting.combined", {"schemes": tuple(Message(f"index.weighting.{one}") for one in schemes), "how": how})


def conventions(scope: str, weighting: str, shift: float = 0.0, options: Mapping[str, Any] | None = None) -> tuple[Convention, ...]:
    """Whose formulae: scale, rows learnt from, weights, aggregate; ``options`` are those of the rules."""
    of = dict(options or {})
    scale, aggregate = of.get("scale", "min_max"), of.get("aggregate", "arithmetic")
    sourced = weighting if weighting not in ("equal", "given", "combined", "standard_deviation") else ""
    found = [
        Convention("index.scale", f"index.scale.{scale}"),
        Convention("index.scope", f"index.scope.{scope}"),
        Convention("index.weighting", weighting_words(weighting, options) if weighting == "combined" else f"index.weighting.{weighting}", _source(sourced)),
        Convention("index.aggregate", f"index.aggregate.{aggregate}", _source(aggregate)),
    ]
    if tuple(of.get("interval", UNIT)) != UNIT:
        found.append(Convention("index.interval_of", Message("index.note.interval", {"low": of["interval"][0], "high": of["interval"][1]})))
    if of.get("hierarchy") == "nested":
        found.append(Convention("index.hierarchy", "index.hierarchy.nested"))
    if aggregate == "topsis":
        found += [Convention("index.ideal", f"index.ideal.{of['ideal']}"), Convention("index.form", f"index.form.{of['form']}")]
    if weighting == "entropy":
        found += [Convention("index.zero", "index.zero.exact"), Convention("index.shift_of", "index.shift_of.added" if shift else "index.shift_of.none")]
    return tuple(found)


def _source(name: str) -> str:
    return f"index.source.{name}" if name in SOURCED else ""


def notes(scope: str, weighting: str, shift: float = 0.0, options: Mapping[str, Any] | None = None) -> tuple[Message, ...]:
    """The conventions as sentences under the table of weights."""
    of = dict(options or {})
    scale, aggregate = of.get("scale", "min_max"), of.get("aggregate", "arithmetic")
    found = [Message("index.note.scale" if scale == "min_max" else f"index.note.scale_{scale}"), Message(f"index.note.{scope}")]
    found.append(
        Message("index.note.combined", {"weighting": weighting_words(weighting, of)}) if weighting == "combined" else Message(f"index.note.{weighting}")
    )
    if tuple(of.get("interval", UNIT)) != UNIT:
        found.append(Message("index.note.interval", {"low": of["interval"][0], "high": of["interval"][1]}))
    if of.get("hierarchy") == "nested":
        found.append(Message("index.note.nested"))
    if of.get("base"):
        found.append(Message("index.note.base", {"periods": tuple(of["base"])}))
    if weighting == "entropy":
        found.append(Message("index.note.shift", {"shift": shift}) if shift else Message("index.note.zero"))
    if aggregate != "arithmetic":
        found.append(Message(f"index.note.aggregate_{aggregate}", {"exponent": of["exponent"]} if aggregate == "generalised" else {}))
    return tuple(found)


def score_notes(scope: str, options: Mapping[str, Any] | None = None) -> tuple[Message, ...]:
    aggregate = (options or {}).get("aggregate", "arithmetic")
    more = (Message(f"index.note.aggregate_{aggregate}", {"exponent": options["exponent"]} if aggregate == "generalised" and options else {}),)
    return (Message("index.levels" if scope == "by_period" else f"index.note.{scope}"), *(more if aggregate != "arithmetic" else ()))
