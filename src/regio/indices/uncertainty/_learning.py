"""One combination of alternatives: the index learnt on the table with their words, its scores, and its scores under other weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.contract.finding import ArgumentError, EstimationError, FindingError, error
from regio.contract.replay import prepared, replay
from regio.contract.result import Call
from regio.contract.tables import check_numeric
from regio.indices._cells import Cells, cells
from regio.indices._compute import check_periods, check_weights, learnt_scores
from regio.indices._indicators import Indicator, choose
from regio.indices._plan import How, matrix_of
from regio.indices._score import ALL, Plan, Rows, Scored, apply_draws
from regio.indices.scale import Floats, turned
from regio.indices.uncertainty._sources import Alternative, Source
from regio.language import Message, known

WEIGHED = {  # methods that scale, weigh and aggregate by ``indices._score``, with the weights where no word gives them
    "index": "entropy",
    "topsis": "entropy",
    "entropy_weights": "entropy",
    "entropy_ahp_weights": "entropy_ahp",
    "ahp_weights": "ahp",
}
Kept = dict[Any, Any]  # what combinations share: indicators and cells, turned values
Perturb = Callable[[Floats, Floats], Floats]  # weights (k,), numbers in [0, 1) (D, k) → (D, k) in proportion to other weights


@dataclass(frozen=True, slots=True)
class Learned:
    """scores: (N,) of the rows. The rest is there for methods of ``WEIGHED``: columns: (k,) place of its indicators among all; values: (N, k) turned;
    parts: rows of each part; base: rows that are learnt from; one_scale: the scale is that of all parts.
    """

    scores: Floats
    columns: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    values: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    plan: Plan | None = None
    scored: Scored | None = None
    parts: tuple[Rows, ...] = ()
    names: tuple[str, ...] = ()
    base: Rows = field(default_factory=lambda: ALL)
    one_scale: bool = False

    @property
    def weighs_rows(self) -> bool:
        """Whether each row has weights of its own."""
        return self.scored is not None and any(lesson.rules.frontier is not None for lesson in self.scored.lessons)

    def scoring(self) -> Learned:
        """What is needed to score, which another process can be sent."""
        return self if self.plan is None else replace(self, plan=replace(self.plan, weigh=None))

    def under(self, uniform: Floats, perturb: Perturb, rows: NDArray[np.intp]) -> Floats:
        """Scores (D, n) of some rows with perturbed weights, by numbers in [0, 1) (D, K), K all indicators."""
        assert self.plan is not None
        assert self.scored is not None
        found = np.empty((len(uniform), len(rows)))
        place = np.full(len(self.values), -1)
        place[rows] = np.arange(len(rows))
        for part, lesson, weights in zip(self.parts, self.scored.lessons, self.scored.weights, strict=True):
            here = np.arange(len(self.values))[part]
            here = here[place[here] >= 0]
            if len(here):
                moved = perturb(weights, uniform[:, self.columns])
                found[:, place[here]] = apply_draws(self.values[here], self.plan, lesson.rules, moved / moved.sum(axis=1, keepdims=True))
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """An index and its sources. tables: of the alternatives of preparation, one where there is none; indicators: of all alternatives, in the order of
    their first appearance.
    """

    call: Call
    sources: tuple[Source, ...]
    tables: tuple[Any, ...]
    indicators: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(source.alternatives) for source in self.sources)

    @property
    def weighed(self) -> bool:
        return self.call.kind in WEIGHED

    def chosen(self, combination: Sequence[int]) -> tuple[Alternative, ...]:
        return tuple(source.alternatives[i] for source, i in zip(self.sources, combination, strict=True))

    def said(self, combination: Sequence[int]) -> tuple[Message, ...]:
        return tuple(_choice(source.name, one.name) for source, one in zip(self.sources, self.chosen(combination), strict=True))

    def table(self, combination: Sequence[int]) -> Any:
        return next((self.tables[i] for source, i in zip(self.sources, combination, strict=True) if source.name == "preparation"), self.tables[0])

    def learn(self, number: int, kept: Kept | None = None) -> Learned:
        """The index under a combination, by its number in the order of all of them; ``kept``: what combinations share.

        Raises
        ------
        ArgumentError, DataError, EstimationError
            where it cannot be computed; the first finding names the alternatives
        """
        combination = self.combination(number)
        words = dict(self.call.options)
        for one in self.chosen(combination):
            words |= one.options
        without = tuple(one.without for one in self.chosen(combination) if one.without)
        table, shared = self.table(combination), {} if kept is None else kept
        try:
            found = weighed(self.call, table, words, without, self.indicators, shared) if self.weighed else _replayed(self.call, table, words)
            if bad := int((~np.isfinite(found.scores)).sum()):
                raise EstimationError(error("index_uncertainty.no_score", count=bad))
        except FindingError as problem:
            if not number:
                raise
            raise type(problem)(error("index_uncertainty.failed", alternatives=self.said(combination)), *problem.findings) from None
        return found

    def learn_all(self, numbers: Iterable[int]) -> dict[int, Learned]:
        kept: Kept = {}
        return {int(number): self.learn(int(number), kept) for number in numbers}

    def combination(self, number: int) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(number, self.shape)) if self.shape else ()


def _choice(source: str, alternative: str) -> Message:
    code = f"index_uncertainty.source.{source}"
    said = Message(code) if known(code) else source
    return Message("index_uncertainty.choice", {"source": said, "alternative": alternative})


def tables_of(data: Any, sources: Sequence[Source]) -> tuple[Any, ...]:
    """The table as each alternative of preparation makes it.

    Raises
    ------
    DataError, ArgumentError
        where a preparation fails; ArgumentError where it adds or removes rows
    """
    found = []
    for one in next((source.alternatives for source in sources if source.name == "preparation"), (Alternative(""),)):
        try:
            table = data if one.variation is None else prepared(data, one.variation)[0]
        except FindingError as problem:
            raise type(problem)(error("index_uncertainty.failed", alternatives=(_choice("preparation", one.name),)), *problem.findings) from None
        if not table.rows.index.equals(data.rows.index):
            raise ArgumentError(error("index_uncertainty.rows", name=one.name, before=len(data.rows), after=len(table.rows)))
        found.append(table)
    return tuple(found)


def chosen_of(call: Call, data: Any, words: Mapping[str, Any]) -> tuple[Indicator, ...]:
    """The indicators of a call."""
    told = [words.get(name, call.learnt.get(name)) for name in ("directions", "dimensions", "goalposts")]
    return choose(data, words["indicators"], *told)[0]


def weighed(call: Call, data: Any, words: Mapping[str, Any], without: Sequence[str], every: Sequence[str], kept: Kept) -> Learned:
    """An index by a method of ``WEIGHED``, some indicators left out."""
    weights, scope = words.get("weights", WEIGHED[call.kind]), words.get("scope", "pooled")
    how = How(**{f.name: words[f.name] for f in fields(How) if f.name in words and f.name != "rules"})
    how = replace(how, aggregate="topsis") if call.kind == "topsis" else how
    check_periods(data, call.kind, scope, how)
    chosen, found = _read(call, data, words, scope != "pooled", kept)
    left = tuple(i for i in chosen if i.name not in without)
    names = tuple(i.name for i in left)
    if not left:
        raise ArgumentError(error("index_uncertainty.none_left"))
    if len(left) < len(chosen):
        weights, how = _without(data, chosen, left, weights, how)
        found = replace(found, values=np.asfortranarray(found.values[:, [j for j, i in enumerate(chosen) if i in left]]))
    _, plan, scored = learnt_scores(data, left, weights, scope, how, found)
    check_weights(scored, names, None if found.parts is None else tuple(found.parts))
    parts: tuple[Rows, ...] = (ALL,) if found.parts is None else tuple(found.parts.values())
    place = np.array([every.index(name) for name in names], dtype=np.intp)
    key = ("values", id(data), names)
    values = kept.setdefault(key, np.asfortranarray(turned(found.values, plan.best)))
    base = np.flatnonzero(found.keys["period"].astype(str).isin(list(map(str, how.base)))) if how.base else ALL
    return Learned(scored.scores, place, values, plan, scored, parts, names, base, scope == "pooled_scale")


def _read(call: Call, data: Any, words: Mapping[str, Any], by_period: bool, kept: Kept) -> tuple[tuple[Indicator, ...], Cells]:
    """The indicators and their cells, once for all combinations that share them."""
    key = ("cells", id(data), words["indicators"], by_period)
    if key not in kept:
        chosen = chosen_of(call, data, words)
        names = tuple(i.name for i in chosen)
        check_numeric({name: data.rows[name] for name in names}, list(names))
        kept[key] = (chosen, cells(data, names, by_period))
    found: tuple[tuple[Indicator, ...], Cells] = kept[key]
    return found


def _without(data: Any, chosen: Sequence[Indicator], left: Sequence[Indicator], weights: Any, how: How) -> tuple[Any, How]:
    """Weights that are given, and judgements, of the indicators that are left: the weights divided by their sum."""
    if weights == "given":
        weights = {i.name: data.variable(i.name).weight for i in chosen}
    if isinstance(weights, Mapping):
        own = {i.name: float(weights[i.name]) for i in left}
        if sum(own.values()) <= 0:
            raise EstimationError(error("index_uncertainty.no_weight_left"))
        weights = {name: weight / sum(own.values()) for name, weight in own.items()}
    if how.judgement:
        matrix = matrix_of(how.judgement, [i.name for i in chosen])
        place = [j for j, i in enumerate(chosen) if i in left]
        how = replace(how, judgement=tuple(tuple(float(v) for v in row) for row in matrix[np.ix_(place, place)]))
    return weights, how


def _replayed(call: Call, data: Any, words: Mapping[str, Any]) -> Learned:
    """Any other method that makes a column, done again."""
    made = replay(call, data, **words).columns()
    if "" not in made:
        raise ArgumentError(error("index_uncertainty.no_column", kind=call.kind))
    return Learned(made[""].reindex(data.rows.index).to_numpy(float))
