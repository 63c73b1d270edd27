"""What is chosen among, checked and read: effects as sets, samples by name, rows that all models have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, EstimationError, Finding, error
from regio.contract.replay import SELECTING
from regio.models._sample import Sample, left_out
from regio.models.core.blocks import Arrays, Model, Seen
from regio.models.core.levels import Codes

MOST = 100_000  # models
WHOLE = "all"
KIND = "specification_curve"


@dataclass(frozen=True, slots=True)
class Choices:
    """Names as given; ``subsets``: of the controls, as places, the smallest first. ``rows``: complete rows of every column; ``samples``: name → places."""

    outcomes: tuple[str, ...]
    treatments: tuple[str, ...]
    always: tuple[str, ...]
    controls: tuple[str, ...]
    effects: tuple[tuple[str, ...], ...]
    errors: tuple[str, ...]
    cluster: tuple[str, ...]
    subsets: tuple[tuple[int, ...], ...]
    rows: pd.DataFrame
    samples: Mapping[str, Codes]
    seen: Seen
    findings: tuple[Finding, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.outcomes, *self.treatments, *self.always, *self.controls)

    def place(self, name: str) -> int:
        return self.columns.index(name)

    def sample(self, data: Any, name: str) -> Sample:
        return Sample(self.rows.iloc[self.samples[name]], data.keys)


def read_choices(data: Any, given: Mapping[str, Any]) -> Choices:
    """Raises ArgumentError for columns that play two parts, choices that are none, too many models."""
    outcomes, treatments, controls, always = (tuple(given[name]) for name in ("outcomes", "treatments", "controls", "always"))
    effects, errors, samples = given["effects"], given["errors"], _read_samples(given["samples"])
    cluster = () if "cluster" not in errors else given["cluster"] or ("region",)
    problems = _problems(data, (*outcomes, *treatments, *always, *controls), effects, errors, cluster, given)
    count = len(outcomes) * len(treatments) * len(effects) * len(errors) * (len(samples) + 1) * 2 ** len(controls)
    if count > MOST:
        problems.append(error("specification_curve.too_many", count=count, limit=MOST, controls=len(controls)))
    if problems:
        raise ArgumentError(*problems)
    keys = {"region": data.keys.region, "period": data.keys.period}
    absorbed = tuple(dict.fromkeys(tuple(keys.get(word, word) for word in effect.split("*")) for chosen in effects for effect in chosen))
    regressors = (*outcomes[1:], *treatments, *always, *controls)
    model = Model(outcomes[0], regressors, absorbed or ((),), tuple((keys.get(name, name),) for name in cluster))
    arrays = Arrays.of(data.rows, model)
    if not len(arrays.rows):
        raise EstimationError(error("regress.no_rows", rows=len(data.rows)))
    rows = data.rows.iloc[arrays.rows].reset_index(drop=True)
    return Choices(
        outcomes,
        treatments,
        always,
        controls,
        effects,
        errors,
        cluster,
        tuple(chosen for size in range(len(controls) + 1) for chosen in combinations(range(len(controls)), size)),
        rows,
        _places(data, rows, samples),
        arrays.seen,
        left_out(arrays.seen, model.columns),
    )


def _problems(data: Any, columns: Sequence[str], effects: Any, errors: Sequence[str], cluster: Sequence[str], given: Mapping[str, Any]) -> list[Finding]:
    problems = []
    if twice := tuple(sorted({name for name in columns if list(columns).count(name) > 1})):
        problems.append(error("specification_curve.twice", columns=twice))
    for name in ("outcomes", "treatments", "effects", "errors"):
        if not given[name]:
            problems.append(error("specification_curve.empty", option=name))
    if len(cluster) > 1:
        problems.append(error("specification_curve.two_clusters", cluster=tuple(cluster)))
    if given["cluster"] and "cluster" not in errors:
        problems.append(error("regress.cluster_ignored", errors=tuple(errors)))
    for option, chosen in (("effects", effects), ("errors", [(name,) for name in errors])):
        if len({frozenset(one) for one in chosen}) < len(chosen):
            problems.append(error("specification_curve.same_choice", option=option))
    problems += [error("regress.same_effect", effects=one) for one in effects if len(set(one)) < len(one)]
    problems += [error("regress.three_effects", effects=one) for one in effects if len(one) > 2]
    words = {word for one in effects for effect in one for word in effect.split("*")} | set(cluster)
    drawn = given["draws"] > 0
    for key in ("region", "period"):
        needed = key in words or (drawn and key == ("region" if given["scheme"] == "permutation" else "period") and given["scheme"] != "iid")
        if needed and getattr(data.keys, key) is None:
            problems.append(error(f"contract.no_{key}", kind=KIND, argument="effects, cluster, scheme"))
    return problems


def _read_samples(given: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if not isinstance(given, tuple | list) or not all(isinstance(item, Mapping) for item in given):
        raise ArgumentError(error("specification_curve.not_samples", found=type(given).__name__))
    for number, item in enumerate(given, 1):
        name = str(item.get("name", number))
        words = {key: tuple(value) if isinstance(value, list | tuple) else (value,) for key, value in item.items() if key != "name"}
        unknown = set(words) - set(SELECTING)
        if name in (*found, WHOLE) or not words or unknown:
            raise ArgumentError(error("specification_curve.bad_sample", name=name, keys=SELECTING))
        found[name] = words
    return found


def _places(data: Any, rows: pd.DataFrame, samples: Mapping[str, Mapping[str, Any]]) -> dict[str, Codes]:
    found: dict[str, Codes] = {WHOLE: np.arange(len(rows))}
    panel = data.with_rows(rows)
    for name, words in samples.items():
        found[name] = panel.select(**words).rows.index.to_numpy()
        if not len(found[name]):
            raise DataError(error("specification_curve.empty_sample", name=name))
    return found
