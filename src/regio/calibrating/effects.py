"""Printed effects as linear restrictions on the outcome: a coefficient of least squares, or of two stages, is a fixed combination of its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regio.auditing.numbers import parse
from regio.calibrating.parts import TERM, Effect, Mean, Rows, names_in
from regio.contract.finding import DataError, error

Array = NDArray[np.float64]
Keys = Mapping[str, NDArray[np.str_] | NDArray[np.int64]]  # region, period, and group where there are groups


@dataclass(frozen=True, slots=True)
class Restriction:
    """weights @ outcome = value. weights: (n,)."""

    where: str
    printed: str
    weights: Array

    @property
    def value(self) -> float:
        return value(self.printed)


def value(printed: str) -> float:
    """The number that a design writes as it is printed."""
    number = parse(printed)
    if number is None:
        raise DataError(error("calibrate.no_number", found=printed))
    return number.value * (0.01 if number.percent else 1.0)


def limits(printed: str) -> tuple[float, float]:
    """Between which a number prints so."""
    number = parse(printed)
    if number is None:
        raise DataError(error("calibrate.no_number", found=printed))
    ends = number.interval()
    return ends.low, ends.high


def term(text: str, columns: Mapping[str, Array], rows: NDArray[np.bool_]) -> Array:
    """The values of a term; products are of values centred on their means over ``rows``."""
    found = TERM.fullmatch(text.strip())
    if found is None:
        raise DataError(error("calibrate.no_term", found=text))
    name, other, by, sign, at = found.group("name", "other", "by", "sign", "at")
    x = columns[name]
    if other:
        x = (x - x[rows].mean()) * (columns[other] - columns[other][rows].mean())
    if by:
        low = columns[by] <= float(at)
        x = np.where(low if sign == "<=" else ~low, x, 0.0)
    return x


def centred_main(text: str, terms: Sequence[str]) -> bool:
    """Whether a plain term also stands in a product, and so is centred too (which changes no slope, only the constant)."""
    return any("*" in t and text in (part.strip() for part in t.split("*")) for t in terms)


def rows_of(sample: Rows, keys: Keys, columns: Mapping[str, Array], terms: Sequence[str] = ()) -> NDArray[np.bool_]:
    """The rows of a sample on which all columns of these terms have a value."""
    keep = np.ones(len(keys["region"]), dtype=bool)
    for name in (part for t in terms for part in names_in(t) if part in columns):
        keep &= ~np.isnan(columns[name])
    for name, wanted in (("period", sample.periods), ("region", sample.regions), ("group", sample.groups)):
        if wanted:
            keep &= np.isin(keys[name], np.array(wanted))
    for condition in sample.where:
        name, sign, at = condition.partition("<=") if "<=" in condition else condition.partition(">")
        low = columns[name.strip()] <= float(at)
        keep &= low if sign == "<=" else ~low
    for name, upper in ((sample.above, True), (sample.below, False)):
        if name:
            codes = np.unique(keys["region"], return_inverse=True)[1]
            means = np.bincount(codes, columns[name]) / np.bincount(codes)
            keep &= (means > means.mean())[codes] == upper
    return keep


def dummies(effects: Sequence[str], keys: Keys, rows: NDArray[np.bool_]) -> Array:
    """Constant and dummies of the absorbed effects on some rows."""
    blocks = [np.ones((int(rows.sum()), 1))]
    for name in effects:
        values = keys[name][rows]
        blocks.append((values[:, None] == np.unique(values)[None, :]).astype(float))
    return np.hstack(blocks)


def without(block: Array, x: Array) -> Array:
    """What remains of the columns of x after the columns of a block."""
    return np.asarray(x - block @ np.linalg.lstsq(block, x, rcond=None)[0])


def of_effect(effect: Effect, keys: Keys, columns: Mapping[str, Array]) -> list[Restriction]:
    """One restriction a printed coefficient: the rows of (Z′X)⁻¹Z′, all variables free of the absorbed effects."""
    named = effect.terms
    rows = rows_of(effect.sample, keys, columns, named)
    regressors = np.column_stack([term(t, columns, rows)[rows] for t in named])
    instruments = np.column_stack([term(effect.instruments.get(t, t), columns, rows)[rows] for t in named])
    absorbed = dummies(effect.effects, keys, rows)
    x, z = without(absorbed, regressors), without(absorbed, instruments)
    weights = np.zeros((len(named), len(rows)))
    weights[:, rows] = np.linalg.solve(z.T @ x, z.T)
    name = effect.name or effect.outcome
    return [Restriction(f"{name}/{t}", printed, weights[named.index(t)]) for t, printed in effect.coefficients.items() if t != "_cons"]


def of_mean(mean: Mean, keys: Keys) -> Restriction:
    rows = rows_of(Rows(periods=mean.periods, regions=mean.regions, groups=(mean.group,) if mean.group else ()), keys, {})
    place = "/".join([mean.variable, "mean", *filter(None, [mean.group, ",".join(mean.regions), ",".join(map(str, mean.periods))])])
    return Restriction(place, mean.written, rows / rows.sum())


def met(y: Array, restrictions: Sequence[Restriction]) -> Array:
    """The nearest values to y that meet every restriction (least squares where they contradict one another)."""
    return meeting(restrictions)(y)


def meeting(restrictions: Sequence[Restriction]) -> Callable[[Array], Array]:
    """``met`` of these restrictions, for one outcome after another."""
    if not restrictions:
        return lambda y: y
    a = np.vstack([r.weights for r in restrictions])
    wanted = np.array([r.value for r in restrictions])
    scale = np.linalg.norm(a, axis=1, keepdims=True)
    inverse = np.linalg.pinv(a / scale, rcond=1e-11)
    return lambda y: np.asarray(y + (inverse @ ((wanted - a @ y)[:, None] / scale))[:, 0])


def met_inside(y: Array, restrictions: Sequence[Restriction], low: Array, high: Array, rounds: int = 1000) -> Array:
    """The same inside limits (n,), by alternating; it ends on the restrictions, so that limits may be missed where both cannot hold."""
    margin = np.where(np.isfinite(high - low), 0.01 * np.nan_to_num(high - low, posinf=0.0), 0.0)
    nearest = meeting(restrictions)
    y = nearest(y)
    for _ in range(rounds):
        if (y >= low).all() and (y <= high).all():
            break
        y = nearest(np.clip(y, low + margin, high - margin))
    return y
