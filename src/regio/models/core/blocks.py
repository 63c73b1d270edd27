"""Rows to arrays: complete rows of one part, effects and clusters as codes, deviations from the means of the first effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.contract.finding import EstimationError, error
from regio.contract.tables import check_numeric
from regio.models.core.levels import Codes, appearing_codes

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Which columns play which part.

    ``effects``: the first is swept out of every column (``()``: only the grand mean is), the levels of the second become dummies (base: the
    first level). Each effect, like each of ``clusters``, is a tuple of columns whose combinations are the levels.
    """

    outcome: str
    regressors: tuple[str, ...]
    effects: tuple[tuple[str, ...], ...] = ((),)
    clusters: tuple[tuple[str, ...], ...] = ()
    weights: str | None = None
    drop_singletons: bool = False
    calendar: bool = False  # clusters are periods, and their order matters

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        named = (
            self.outcome,
            *self.regressors,
            *(c for effect in self.effects for c in effect),
            *(c for cluster in self.clusters for c in cluster),
            *([self.weights] if self.weights else []),
        )
        return tuple(dict.fromkeys(named))

    @property
    def pooled(self) -> bool:
        """No first effect: one group, whose mean is not known before the last part."""
        return not self.effects[0]

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.outcome, *self.regressors, *([self.weights] if self.weights else []))

    @property
    def second(self) -> tuple[str, ...] | None:
        return self.effects[1] if len(self.effects) > 1 else None

    @property
    def together(self) -> str | None:
        """Rows with equal values of this column share a part: then groups of the first effect never cross parts."""
        return None if self.pooled else self.effects[0][0]

    def is_first(self, cluster: tuple[str, ...]) -> bool:
        """Whether clusters can be counted as the groups of the first effect, whose codes have no order."""
        return not self.pooled and not self.calendar and cluster == self.effects[0]


@dataclass(frozen=True)
class Block:
    """One part. values: (1 + k, n) outcome and regressors, about a common centre; first: (n,) codes 0…groups−1 of the first effect, all 0 where there is none;
    second: (n,) codes of the second effect; clusters: (n,) codes of each cluster dimension; weights: (n,).
    """

    values: Array
    first: Codes
    groups: int
    ordered: bool  # rows of a group stand together, and groups in the order of their codes
    second: Codes | None
    levels: int  # of the second effect
    clusters: tuple[Codes, ...]
    cluster_levels: tuple[int, ...]
    weights: Array | None
    rows: Codes  # places of the rows used in the part

    @property
    def n(self) -> int:
        return int(self.values.shape[1])

    @cached_property
    def sizes(self) -> Codes:
        """(groups,) number of rows of each group."""
        return np.bincount(self.first, minlength=self.groups)

    @cached_property
    def group_weight(self) -> Array:
        """(groups,) number of rows, or total weight, of each group."""
        return self.sizes.astype(float) if self.weights is None else self.by_group(self.weights)

    @cached_property
    def starts(self) -> Codes:
        """(groups,) the first row of each group, where they are ordered."""
        return np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(self.sizes)[:-1]])

    def by_group(self, column: Array) -> Array:
        """(groups,) the sum of a column (n,) over each group."""
        if self.ordered and self.n:
            sums: Array = np.add.reduceat(column, self.starts)
            return sums
        return np.bincount(self.first, column, self.groups).astype(float)

    def spread(self, values: Array) -> Array:
        """(…, n) out of (…, groups): the value of its group for each row."""
        if self.groups == 1:
            return values
        spread: Array = np.repeat(values, self.sizes, axis=-1) if self.ordered else values[..., self.first]
        return spread

    @cached_property
    def means(self) -> Array:
        """(1 + k, groups)"""
        if self.groups == 1:
            mean: Array = self.values.mean(1) if self.weights is None else self.values @ self.weights / self.weights.sum()
            return mean[:, None]
        weighted = self.values if self.weights is None else self.values * self.weights
        means: Array = np.stack([self.by_group(row) for row in weighted]) / self.group_weight
        return means

    @cached_property
    def within(self) -> Array:
        """(1 + k, n) deviations from the means of the first effect."""
        if self.groups == 1:
            return self.values - self.means
        within = np.empty_like(self.values)
        for row, mean, into in zip(self.values, self.means, within, strict=True):
            np.subtract(row, self.spread(mean), out=into)
        return within

    @cached_property
    def cells(self) -> Codes:
        """(n,) codes of the combinations of both effects."""
        assert self.second is not None
        return self.first * self.levels + self.second

    @cached_property
    def shares(self) -> Array:
        """(groups, levels): the share of each level of the second effect in each group."""
        cells = np.bincount(self.cells, self.weights, self.groups * self.levels)
        shares: Array = cells.reshape(self.groups, self.levels) / self.group_weight[:, None]
        return shares


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of the table, those among them that are complete, and the number of missing cells by column."""

    rows: int = 0
    complete: int = 0
    missing: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        columns = [*self.missing, *(c for c in other.missing if c not in self.missing)]
        missing = {c: self.missing.get(c, 0) + other.missing.get(c, 0) for c in columns}
        return type(self)(self.rows + other.rows, self.complete + other.complete, missing)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The complete rows of a frame, a column an array. rows: their places in the frame."""

    model: Model
    columns: dict[str, Any]
    rows: Codes
    seen: Seen

    @classmethod
    def of(cls, frame: pd.DataFrame, model: Model) -> Arrays:
        columns: dict[str, Any] = {}
        keep, missing, numbers = None, {}, model.numbers
        for name in model.columns:
            column = frame[name]
            values: Any
            there: Any
            if name in numbers:
                if column.dtype.kind not in "biuf":
                    check_numeric(frame, [name])
                values = column.to_numpy(dtype=float, na_value=np.nan)
                there = np.isfinite(values)
            else:
                values, there = column.values, _there(column)
            columns[name] = values
            if not there.all():
                _refuse_infinite(name, values, there)
                missing[name] = len(there) - int(there.sum())
                keep = there if keep is None else keep & there
        n = len(frame)
        if keep is None:
            return cls(model, columns, np.arange(n), Seen(n, n))
        return cls(model, columns, np.arange(n), Seen(n, int(keep.sum()), missing)).take(keep)

    def take(self, keep: NDArray[np.bool_]) -> Arrays:
        return Arrays(self.model, {name: column[keep] for name, column in self.columns.items()}, self.rows[keep], self.seen)

    def of_effect(self, effect: tuple[str, ...]) -> list[Any]:
        return [self.columns[c] for c in effect]

    def codes(self, effect: tuple[str, ...]) -> tuple[Codes, int]:
        """Codes 0, 1, … in order of appearance, and how many; one group for no effect."""
        return self.grouped(effect)[:2]

    def grouped(self, effect: tuple[str, ...]) -> tuple[Codes, int, bool]:
        """The same, and whether rows with equal codes stand together."""
        return appearing_codes(self.of_effect(effect)) if effect else (np.zeros(len(self.rows), dtype=np.intp), 1, True)

    def centre(self) -> Array:
        """(1 + k,) means of the outcome and the regressors."""
        model = self.model
        if not len(self.rows):
            return np.zeros(1 + len(model.regressors))
        return np.array([self.columns[name].mean() for name in (model.outcome, *model.regressors)])

    def block(self, centre: Array, first: tuple[Codes, int, bool], second: tuple[Codes, int] | None, clusters: Sequence[tuple[Codes, int]]) -> Block:
        """The block of these rows; effects and clusters as codes and the number of levels."""
        model = self.model
        weights = self.columns[model.weights] if model.weights else None
        if weights is not None and (weights <= 0).any():
            raise EstimationError(error("regress.bad_weights", column=model.weights, count=int((weights <= 0).sum())))
        values = np.empty((1 + len(model.regressors), len(self.rows)))
        for i, name in enumerate((model.outcome, *model.regressors)):
            np.subtract(self.columns[name], centre[i], out=values[i])
        codes, levels = second or (None, 0)
        return Block(values, *first, codes, levels, tuple(c for c, _ in clusters), tuple(n for _, n in clusters), weights, self.rows)


def _there(column: pd.Series) -> Any:
    """(n,) whether a cell of a key is there; whole numbers always are."""
    whole = isinstance(column.dtype, np.dtype) and column.dtype.kind in "biu"
    return np.True_ if whole else ~column.isna().to_numpy()


def _refuse_infinite(name: str, values: Any, there: NDArray[np.bool_]) -> None:
    infinite = int(np.isinf(values[~there]).sum()) if getattr(values, "dtype", None) == np.float64 else 0
    if infinite:
        raise EstimationError(error("regress.infinite", column=name, count=infinite))
