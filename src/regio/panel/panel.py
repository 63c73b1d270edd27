"""Panel: regions × periods as a value. Five fields, selection and joining; nothing here estimates or cleans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.exhibits.models import Text
from regio.panel.variable import Change, Keys, Variable

SHOWN = 5  # examples in a message
FORMS = (str, int, float, np.integer, np.floating, np.bool_, Decimal, date, pd.Period)  # of the cells of a key


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Panel:
    """A validated table.

    Parameters
    ----------
    rows : DataFrame, one row a region and period (or a firm and period, with ``unit``). Names of columns become texts; a period that is a whole year
        in another form (2020.0, a pandas Period of a year, dates that all are the first or the last day of a year) becomes that year, a whole number,
        and a Period of months or quarters its text
    region, period, unit : names of the key columns. ``region=None``: each row is a region; ``period=None``: one period
    variables : what is known about columns; columns that are not described keep their name as their label

    Raises
    ------
    DataError
        where a key column does not exist, a key is missing, or two rows have the same keys
    """

    rows: pd.DataFrame
    keys: Keys
    variables: tuple[Variable, ...]
    changes: tuple[Change, ...]
    labels: tuple[Text, ...]

    def __init__(
        self,
        rows: pd.DataFrame,
        *,
        region: str | None = None,
        period: str | None = None,
        unit: str | None = None,
        variables: Iterable[Variable] = (),
        changes: Iterable[Change] = (),
        labels: Iterable[Text] = (),
    ) -> None:
        keys = Keys(region, period, unit)
        rows = _named_by_text(rows)
        _check_columns(rows, keys)
        _check_forms(rows, keys)
        rows = _plain_periods(rows, period)
        _check_keys(rows, keys)
        self._set(rows, keys, tuple(variables), tuple(changes), tuple(labels))

    @classmethod
    def _of(cls, rows: pd.DataFrame, keys: Keys, variables: tuple[Variable, ...], changes: tuple[Change, ...], labels: tuple[Text, ...]) -> Self:
        """A panel whose rows are known to be valid."""
        panel = object.__new__(cls)
        panel._set(rows, keys, variables, changes, labels)
        return panel

    def _set(self, *values: Any) -> None:
        for name, value in zip(("rows", "keys", "variables", "changes", "labels"), values, strict=True):
            object.__setattr__(self, name, value)

    @property
    def frame(self) -> pd.DataFrame:
        """The rows; changing it does not change the panel."""
        return self.rows.copy(deep=False)

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Every column that is not a key."""
        return tuple(c for c in self.rows.columns if c not in self.keys.names)

    def variable(self, name: str) -> Variable:
        """What is known about a column."""
        return next((v for v in self.variables if v.name == name), Variable(name))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, names: str | Sequence[str]) -> Self:
        """The keys and these columns."""
        wanted = [names] if isinstance(names, str) else list(names)
        for name in wanted:
            if name not in self.rows.columns:
                columns = self.value_columns
                raise ArgumentError(error("panel.unknown_column", column=name, columns=columns, near=suggestion(name, columns)))
        kept = [*self.keys.names, *(n for n in wanted if n not in self.keys.names)]
        return self.with_rows(self.rows[kept])

    def select(
        self, *, regions: Sequence[str] | None = None, periods: Sequence[Any] | None = None, groups: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Self:
        """The rows of some regions and periods.

        ``regions`` and ``periods`` are kept, as are the members of known ``groups`` ("northeast"); regions or groups in ``without`` are left out.

        Raises
        ------
        ArgumentError
            where a name is neither a region of this panel nor a known group
        """
        from regio.regions import group_members

        keep = np.ones(len(self.rows), dtype=bool)
        if regions is not None or groups:
            keep &= self._key("region").isin(self._named_regions([*(regions or ()), *groups], group_members)).to_numpy()
        if without:
            keep &= ~self._key("region").isin(self._named_regions(without, group_members)).to_numpy()
        if periods is not None:
            known = self._key("period")
            for period in periods:
                if not (known == period).any():
                    raise ArgumentError(error("panel.unknown_period", found=period, first=known.min(), last=known.max()))
            keep &= known.isin(list(periods)).to_numpy()
        return self.with_rows(self.rows[keep])

    def join(self, columns: Mapping[str, pd.Series], variables: Iterable[Variable] = ()) -> Self:
        """The same rows with further columns, matched by row label.

        Raises
        ------
        ArgumentError
            where a column of that name exists
        """
        for name in columns:
            if name in self.rows.columns:
                raise ArgumentError(error("panel.column_exists", column=name))
        return self._of(self.rows.assign(**columns), self.keys, (*self.variables, *variables), self.changes, self.labels)

    def with_rows(self, rows: pd.DataFrame) -> Self:
        """The same panel with other rows, which are known to be valid: some of its own, or its own with other values."""
        return self._of(rows, self.keys, self.variables, self.changes, self.labels)

    def with_changes(self, changes: Iterable[Change]) -> Self:
        """The same rows with another list of changes."""
        return self._of(self.rows, self.keys, self.variables, tuple(changes), self.labels)

    def _key(self, which: str) -> pd.Series:
        name = getattr(self.keys, which)
        if name is None:
            raise ArgumentError(error("panel.no_key", key=which))
        column: pd.Series = self.rows[name]
        return column

    def _named_regions(self, names: Sequence[str], members: Any) -> list[str]:
        from regio.regions import same_place

        known = set(self._key("region"))
        found: list[str] = []
        for name in names:
            inside = [name] if name in known else [m for m in (members(name) or same_place(name)) if m in known]
            if not inside:
                everything = tuple(sorted(map(str, known)))
                raise ArgumentError(error("panel.unknown_region", found=name, near=suggestion(str(name), everything)))
            found += inside
        return found


def _check_columns(rows: pd.DataFrame, keys: Keys) -> None:
    if not (rows.columns.is_unique and rows.columns.dtype == "str"):
        columns = list(map(str, rows.columns))
        if twice := tuple(sorted({c for c in columns if columns.count(c) > 1})):
            raise DataError(error("panel.duplicate_columns", columns=twice))
    missing = [name for name in keys.names if name not in rows.columns]
    columns = list(map(str, rows.columns)) if missing or not len(rows) else []
    if missing:
        raise DataError(*(error("panel.no_key_column", column=name, columns=tuple(columns), near=suggestion(name, columns)) for name in missing))
    if not len(rows):
        raise DataError(error("panel.empty", columns=tuple(columns)))


def _check_keys(rows: pd.DataFrame, keys: Keys) -> None:
    """Every key is there, and no two rows have the same ones. A unit (a firm) stands in one region, which may hold many."""
    unique = [name for name in ((keys.unit or keys.region), keys.period) if name is not None]
    combined, problems = np.zeros(len(rows), dtype=np.int64), []
    for name in keys.names:
        codes, levels = pd.factorize(rows[name].array)
        if (codes < 0).any():
            problems.append(error("panel.missing_keys", column=name, count=int((codes < 0).sum()), rows=_places(rows, codes < 0)))
        if name in unique:
            combined = combined * len(levels) + codes
    if problems:
        raise DataError(*problems)
    if unique and len(pd.unique(combined)) < len(rows):
        raise DataError(_duplicates(rows, unique))


def _duplicates(rows: pd.DataFrame, names: list[str]) -> Finding:
    twice = rows.duplicated(names, keep=False).to_numpy()
    examples = rows.loc[twice, names].drop_duplicates().head(SHOWN)
    pairs = tuple("(" + ", ".join(map(str, pair)) + ")" for pair in examples.itertuples(index=False))
    return error("panel.duplicate_keys", keys=tuple(names), count=int(twice.sum()), pairs=pairs, rows=_places(rows, twice))


def _named_by_text(rows: pd.DataFrame) -> pd.DataFrame:
    """A column that pandas names 0 is named as options can name it."""
    if rows.columns.nlevels > 1 or all(isinstance(name, str) for name in rows.columns):
        return rows
    return rows.set_axis([str(name) for name in rows.columns], axis=1)


def _check_forms(rows: pd.DataFrame, keys: Keys) -> None:
    """Cells of key columns name something: texts, numbers, dates."""
    problems = []
    for name in keys.names:
        column = rows[name]
        if column.dtype.kind in "mc" or column.dtype == object:
            bad = next((c for c in column.tolist() if not isinstance(c, FORMS) and not (c is None or c is pd.NA)), None)
            if bad is not None:
                problems.append(error("panel.not_a_key", column=name, found=str(bad), form=type(bad).__name__))
    if problems:
        raise DataError(*problems)


def _plain_periods(rows: pd.DataFrame, period: str | None) -> pd.DataFrame:
    """Years that a gap elsewhere turned into 1970.0, or that are written as dates, are whole numbers."""
    plain = None if period is None else _plain(rows[period])
    return rows if plain is None else rows.assign(**{str(period): plain})


def _plain(column: pd.Series) -> Any:
    """Whole years, the texts of other pandas Periods; None where periods stay as they are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return None if column.cat.ordered or column.isna().any() else np.asarray(column)
    if column.dtype.kind == "f":
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return values.astype(np.int64) if np.isfinite(values).all() and (values == np.round(values)).all() else None
    form = pd.api.types.infer_dtype(column, skipna=True) if column.dtype.kind in "OM" else ""
    if form not in ("period", "date", "datetime", "datetime64", "mixed-integer") or column.isna().any():
        return None
    if form == "mixed-integer":
        texts = column.astype(str).str.strip()
        return texts.astype(np.int64).to_numpy() if texts.str.fullmatch(r"-?\d{1,9}").all() else texts
    if form == "period":
        yearly = all(p.freqstr.startswith(("Y", "A")) for p in column)
        return np.array([p.year for p in column], dtype=np.int64) if yearly else column.astype(str)
    days = {(d.month, d.day, getattr(d, "hour", 0), getattr(d, "minute", 0)) for d in column}
    return np.array([d.year for d in column], dtype=np.int64) if days in ({(1, 1, 0, 0)}, {(12, 31, 0, 0)}) else None


def _places(rows: pd.DataFrame, mask: np.ndarray) -> tuple[str, ...]:
    places = np.flatnonzero(mask)
    shown = tuple(str(row_number(rows.index[place], place)) for place in places[:SHOWN].tolist())
    return shown + (("…",) if len(places) > SHOWN else ())


def row_number(label: Any, place: int) -> int:
    """The number of a row in a message, counted from one: by its label where labels are whole numbers (a selection keeps them), else by its place."""
    return (int(label) if isinstance(label, int | np.integer) else place) + 1
