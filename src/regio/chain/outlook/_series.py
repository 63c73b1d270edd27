"""A series of numbers by period: as given, or out of the facts of a chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.chain.base.model import Chain, chosen
from regio.contract.finding import ArgumentError, DataError, error

ALLOWED = ("flow", "stock", "share", "count", "ratio")


@dataclass(frozen=True, slots=True)
class Known:
    values: pd.Series
    subject: str = ""
    attribute: str = ""
    unit: str = ""


def series_of(series: Any, subject: str | None, attribute: str | None) -> Known:
    """Numbers by period, ascending, without gaps at the cells that are missing."""
    if isinstance(series, Chain):
        facts = points(series, subject, attribute)
        values = pd.Series(facts["number"].to_numpy(float), index=facts["year"].to_numpy(float))
        return Known(_checked(values), str(subject), str(attribute), str(facts["unit"].iloc[0]))
    if not isinstance(series, pd.Series):
        raise ArgumentError(error("chain.not_a_series", found=type(series).__name__))
    return Known(_checked(series), str(series.name or ""))


def points(chain: Chain, subject: str | None, attribute: str | None) -> pd.DataFrame:
    """The facts of a series, one a period: rows that are flagged, foretold or ranges are left out.

    Raises
    ------
    ArgumentError
        where the subject has no such facts
    DataError
        for several units, or two values of one period
    """
    facts = chain.facts[chain.facts["kind"].isin(ALLOWED)]
    if not len(facts):
        raise DataError(error("chain.table_needed", table="facts.csv"))
    if subject is None or attribute is None:
        raise ArgumentError(error("chain.which_series", option="subject" if subject is None else "attribute"))
    chosen(subject, facts["subject"], "chain.no_subject")
    own = facts[facts["subject"] == subject]
    chosen(attribute, own["attribute"], "chain.no_attribute", subject=subject)
    own = own[(own["attribute"] == attribute) & own["number"].notna() & own["year"].notna() & (own["flag"] == "") & (own["scenario"] == "")]
    own = own.sort_values("year", kind="stable")
    if own["unit"].nunique() > 1:
        raise DataError(error("chain.units", subject=subject, attribute=attribute, units=tuple(own["unit"].unique())))
    if (twice := own["year"].duplicated()).any():
        raise DataError(
            error("chain.two_values", subject=subject, attribute=attribute, periods=tuple(own.loc[twice, "period"]), ids=tuple(own.loc[twice, "id"]))
        )
    if not len(own):
        raise ArgumentError(error("chain.no_points", subject=subject, attribute=attribute))
    return own


def _checked(values: pd.Series) -> pd.Series:
    index = values.index
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        index = pd.Index(index.year + (index.month - 1) / 12)
    numbers = pd.to_numeric(pd.Series(list(index)), errors="coerce").to_numpy(float)
    amounts = pd.to_numeric(values, errors="coerce").to_numpy(float)
    if np.isnan(numbers).any():
        raise DataError(error("chain.periods", found=str(values.index[int(np.flatnonzero(np.isnan(numbers))[0])])))
    if len(np.unique(numbers)) < len(numbers):
        raise DataError(error("chain.periods_twice"))
    if (amounts < 0).any() or np.isinf(amounts).any():
        raise DataError(error("chain.negative_series"))
    made: pd.Series = pd.Series(amounts, index=numbers).dropna().sort_index()
    return made
