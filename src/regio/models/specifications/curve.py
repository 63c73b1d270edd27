"""All models of a specification curve, what could not be estimated, the summary by choice, and the joint test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.engine import repeat
from regio.contract.finding import EstimationError, Finding, error
from regio.models.core.blocks import Array
from regio.models.specifications.block import Block, block_of
from regio.models.specifications.draws import STATISTICS, Family, Task, joint, of_chunk
from regio.models.specifications.fitted import slopes_of, tested
from regio.models.specifications.menu import Choices, read_choices
from regio.models.specifications.shuffling import keys_of, shuffle

JOINED = " + "
TIED = 1e-9  # of a statistic: closer than this a draw counts as equal
CHOICES = ("outcome", "treatment", "effects", "errors", "sample")


@dataclass(frozen=True, slots=True)
class Curve:
    """Fields of ``SpecificationCurve``."""

    specifications: pd.DataFrame
    included: pd.DataFrame
    left_out: pd.DataFrame
    summary: pd.DataFrame
    tests: pd.DataFrame
    units: int
    fixed: int
    rows: int
    dropped: int
    findings: tuple[Finding, ...]


def make(data: Any, given: Mapping[str, Any], engine: Any = None) -> Curve:
    """Raises EstimationError where no combination can be estimated."""
    choices = read_choices(data, given)
    pieces, tasks = [], []
    for sample in choices.samples:
        for absorbed in choices.effects:
            options: dict[str, Any] = {"effects": absorbed, "cluster": choices.cluster, "convention": given["convention"]}
            block = block_of(choices.sample(data, sample), choices.columns, **options)
            made = [_models(choices, block, sample, absorbed, outcome, treatment) for outcome in choices.outcomes for treatment in choices.treatments]
            pieces += made
            tasks.append((sample, block))
    every = pd.concat(pieces, ignore_index=True)
    good = (every["reason"] == "").to_numpy()
    if not good.any():
        raise EstimationError(error("specification_curve.none", count=len(every), reasons=_reasons(every)))
    frame = every[good].reset_index(drop=True)
    estimate, variance, of_t = (frame.pop(name).to_numpy(float) for name in ("estimate", "variance", "df"))
    columns = tested(estimate, variance, of_t, given["level"])
    places = frame.pop("places")
    frame = pd.DataFrame(columns).join(frame.drop(columns="reason")).assign(df=of_t.astype(int)).rename_axis("model")
    included = pd.DataFrame({name: [i in chosen for chosen in places] for i, name in enumerate(choices.controls)}, index=frame.index)
    tests, units, fixed = _tests(data, choices, tasks, frame, places, of_t, given, engine)
    return Curve(
        frame,
        included,
        every.loc[~good, ["outcome", "treatment", "controls", "effects", "errors", "sample", "reason"]].reset_index(drop=True),
        _summary(frame, included, given["level"]),
        tests,
        units,
        fixed,
        len(choices.rows),
        choices.seen.rows - len(choices.rows),
        (*choices.findings, *_notes(choices, every, good, units, fixed, given["draws"])),
    )


def _models(choices: Choices, block: Block, sample: str, absorbed: tuple[str, ...], outcome: str, treatment: str) -> pd.DataFrame:
    """One row a model and kind of errors."""
    always = tuple(map(choices.place, choices.always))
    controls = tuple(map(choices.place, choices.controls))
    lists = [(*always, *(controls[i] for i in chosen)) for chosen in choices.subsets]
    found = slopes_of(block, choices.place(outcome), choices.place(treatment), lists, choices.errors)
    names = [JOINED.join(choices.controls[i] for i in chosen) for chosen in choices.subsets]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "estimate": slopes.estimate,
                    "variance": slopes.variance,
                    "df": slopes.df,
                    "outcome": outcome,
                    "treatment": treatment,
                    "controls": names,
                    "n_controls": [len(chosen) for chosen in choices.subsets],
                    "effects": JOINED.join(absorbed),
                    "errors": errors,
                    "sample": sample,
                    "n": block.n,
                    "reason": slopes.reason,
                    "places": choices.subsets,
                }
            )
            for errors, slopes in zip(choices.errors, found, strict=True)
        ]
    )


def _summary(frame: pd.DataFrame, included: pd.DataFrame, level: float) -> pd.DataFrame:
    """Rows (choice, value): all models, and those of each choice where there is one."""
    found = {("all", ""): _figures(frame, level)}
    for choice in CHOICES:
        values = frame[choice].unique()
        if len(values) > 1:
            found |= {(choice, str(value)): _figures(frame[frame[choice] == value], level) for value in values}
    for name in included:
        for value, part in (("with", frame[included[name]]), ("without", frame[~included[name]])):
            if len(part):
                found[value, str(name)] = _figures(part, level)
    return pd.DataFrame(found.values(), pd.MultiIndex.from_tuples(found, names=["choice", "value"]))


def _figures(part: pd.DataFrame, level: float) -> dict[str, float]:
    b, significant = part["estimate"], part["p_value"] < 1 - level
    return {
        "models": len(part),
        "median": b.median(),
        "least": b.min(),
        "greatest": b.max(),
        "share_positive": (b > 0).mean(),
        "share_significant": significant.mean(),
        "share_positive_significant": ((b > 0) & significant).mean(),
        "share_negative_significant": ((b < 0) & significant).mean(),
    }


def family_of(data: Any, choices: Choices, blocks: list[tuple[str, Block]], frame: pd.DataFrame, places: Any, df: Array, given: Mapping[str, Any]) -> Family:
    """Everything that a draw needs. frame: the models, in order; places: the controls of each."""
    codes = {name: i for i, name in enumerate(choices.columns)}
    bits = [sum(1 << i for i in chosen) for chosen in places]
    groups = frame.assign(bits=bits, place=np.arange(len(frame))).groupby(["sample", "effects", "treatment", "errors"], sort=False)
    sets = [JOINED.join(absorbed) for absorbed in choices.effects]
    known = {(sample, sets[i % len(sets)]): block for i, (sample, block) in enumerate(blocks)}
    tasks = []
    for key, part in groups:
        sample, absorbed, treatment, errors = map(str, key)
        models = {(codes[y], b): p for y, b, p in zip(part["outcome"], part["bits"], part["place"], strict=True)}
        block = known[sample, absorbed]
        here = choices.samples[sample]
        moved = replace(block, rows=here[block.rows])
        outcomes = tuple(dict.fromkeys(codes[y] for y in part["outcome"]))
        always, controls = (tuple(codes[c] for c in names) for names in (choices.always, choices.controls))
        tasks.append(Task(moved, codes[treatment], outcomes, always, controls, errors, models))
    raw = choices.rows[list(choices.treatments)].to_numpy(float).T
    return Family(
        tuple(tasks),
        raw,
        {codes[name]: i for i, name in enumerate(choices.treatments)},
        df,
        given["level"],
        shuffle(given["scheme"], *_keys(data, choices)),
    )


def _keys(data: Any, choices: Choices) -> tuple[Any, Any]:
    if data.keys.region is None:
        return np.arange(len(choices.rows)), None if data.keys.period is None else choices.rows[data.keys.period].values
    return keys_of(data, choices.rows)


def _tests(
    data: Any, choices: Choices, blocks: list[tuple[str, Block]], frame: pd.DataFrame, places: Any, df: Array, given: Mapping[str, Any], engine: Any
) -> tuple[pd.DataFrame, int, int]:
    observed = joint(frame[["estimate"]].to_numpy(), frame[["statistic"]].to_numpy(), df, given["level"])[0]
    draws = given["draws"]
    names = ["statistic", "p_value", "p_share", "scheme", "draws", "critical_10", "critical_5", "critical_1"]
    index = pd.Index(STATISTICS, name="test")
    if not draws:
        nothing = dict.fromkeys(names, np.nan) | {"scheme": given["scheme"], "draws": 0}
        return pd.DataFrame(nothing, index).assign(statistic=observed)[names], 0, 0
    family = family_of(data, choices, blocks, frame, places, df, given)
    if family.shuffle.fixed == family.shuffle.units:
        raise EstimationError(error("specification_curve.no_shuffle", units=family.shuffle.units, scheme=given["scheme"]))
    found = np.abs(repeat(of_chunk, draws, given["seed"], family, engine=engine))
    beyond = (found >= np.abs(observed) * (1 - TIED)).sum(0)
    critical = np.quantile(found, (0.9, 0.95, 0.99), axis=0, method="higher")
    values = np.column_stack((observed, (1 + beyond) / (1 + draws), beyond / draws))
    table = pd.DataFrame(values, index, names[:3]).assign(scheme=given["scheme"], draws=draws)
    return table.join(pd.DataFrame(critical.T, index, names[5:])), family.shuffle.units, family.shuffle.fixed


def _reasons(every: pd.DataFrame) -> tuple[Any, ...]:
    from regio.language import Message

    counted = every.loc[every["reason"] != "", "reason"].value_counts()
    return tuple(Message(f"specification_curve.reason.{reason}", {"count": int(count)}) for reason, count in counted.items())


def _notes(choices: Choices, every: pd.DataFrame, good: np.ndarray, units: int, fixed: int, draws: int) -> tuple[Finding, ...]:
    notes = []
    if not good.all():
        notes.append(Finding("specification_curve.left_out", {"count": int((~good).sum()), "all": len(every), "reasons": _reasons(every)}, "note"))
    if len(choices.outcomes) > 1 or len(choices.treatments) > 1:
        notes.append(Finding("specification_curve.units", {}, "note"))
    if draws and fixed:
        notes.append(Finding("specification_curve.fixed", {"fixed": fixed, "units": units}, "warning"))
    return tuple(notes)
