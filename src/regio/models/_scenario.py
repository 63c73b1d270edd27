"""Lifts, gains and their errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.replay import uses_of
from regio.contract.result import Call, Provenance
from regio.models._replayed import asked, baseline, complete, hashes
from regio.models.core.blocks import Array
from regio.models.regress import COEFFICIENTS


def make(
    data: Any, call: Call, columns: Sequence[str], quantile: float, places: Sequence[str], at: Any, identified: bool, level: float, engine: Any
) -> dict[str, Any]:
    """Fields of ``Scenario``, and ``base``: the conventions of the call."""
    if data.keys.region is None:
        raise ArgumentError(error("contract.no_region", kind="scenario", argument="places"))
    uses = uses_of(call, ())
    panel = complete("scenario", data, uses)
    first = baseline("scenario", call, panel, engine=engine)
    terms = tuple(columns) or asked(first)
    _check_terms(first, terms, panel, call)
    when, rows = _period(panel, at)
    lifts = _lifts(panel, rows, terms, quantile, _named(panel, rows, places), bool(places))
    wide = lifts["lift"].unstack("term")[list(terms)].to_numpy()
    names = lifts.index.get_level_values("region").unique()
    b = first.coefficients.loc[list(terms), "estimate"].to_numpy(float)
    v = first.covariance.loc[list(terms), list(terms)].to_numpy(float)
    df = _df(first)
    form = "relative" if "pseudo_r2" in getattr(first, "fit", {}) else "level"
    outcome = str(getattr(first, "outcome", ""))
    now = rows.set_index(panel.keys.region)[outcome].reindex(names).to_numpy(float) if outcome in rows else np.full(len(names), np.nan)
    gains = pd.DataFrame(_gain(wide, b, v, df, level, form), names)
    gains.insert(0, "outcome", now)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains["relative"] = gains["estimate"] if form == "relative" else np.where(now > 0, gains["estimate"] / now, np.nan)
    for flag, limit in (("beyond_own", lifts["target"] > lifts["own_greatest"]), ("beyond_sample", lifts["lift"] > lifts["largest_rise"])):
        gains[flag] = (limit & (lifts["lift"] > 0)).groupby("region", sort=False).any().reindex(names).to_numpy()
    mixes = {"mean_lifted": wide.mean(0), "mean_all": wide.sum(0) / len(rows), "total": wide.sum(0)}
    total = pd.DataFrame(_gain(np.array(list(mixes.values())), b, v, df, level, form), pd.Index(list(mixes), name="what"))
    if form == "relative":
        total = total.iloc[:1]
    return {
        "outcome": outcome,
        "terms": terms,
        "gains": gains,
        "lifts": lifts,
        "total": total,
        "form": form,
        "at": "" if when is None else str(when),
        "base": first.conventions,
        "provenance": Provenance(columns=hashes(data, uses), rows_used=len(panel.rows), rows_left_out=len(data.rows) - len(panel.rows)),
        "findings": (*first.findings, *_notes(gains, identified, call)),
    }


def _check_terms(first: Any, terms: Sequence[str], panel: Any, call: Call) -> None:
    index = [str(term) for term in first.coefficients.index]
    twice = tuple(term for term in dict.fromkeys(terms) if tuple(terms).count(term) > 1)
    problems = [error("scenario.twice", columns=twice)] if twice else []
    if not isinstance(getattr(first, "covariance", None), pd.DataFrame):
        problems.append(error("scenario.no_covariance", found=call.kind))
    for term in terms:
        if term not in index or term not in panel.rows:
            problems.append(error("scenario.no_term", term=term, terms=tuple(index), near=suggestion(term, tuple(index))))
        crossed = [name for name in index if "*" in name and term in name.split("*")]
        if crossed:
            problems.append(error("scenario.crossed", term=term, product=crossed[0]))
    if problems:
        raise ArgumentError(*problems)


def _period(panel: Any, at: Any) -> tuple[Any, pd.DataFrame]:
    rows = panel.rows
    if panel.keys.period is None:
        if at is not None:
            raise ArgumentError(error("contract.no_period", kind="scenario", argument=f"at = {at}"))
        return None, rows
    periods = rows[panel.keys.period]
    chosen = periods.max() if at is None else at
    if not (periods == chosen).any():
        raise ArgumentError(error("panel.unknown_period", found=at, first=periods.min(), last=periods.max()))
    return chosen, rows[(periods == chosen).to_numpy()]


def _named(panel: Any, rows: pd.DataFrame, places: Sequence[str]) -> list[Any]:
    """The regions to lift, in the order of the table."""
    chosen = panel.with_rows(rows).select(regions=tuple(places)).rows if places else rows
    return [name for name in rows[panel.keys.region] if name in set(chosen[panel.keys.region])]


def _lifts(panel: Any, rows: pd.DataFrame, terms: Sequence[str], quantile: float, names: list[Any], named: bool) -> pd.DataFrame:
    """Rows (region, term). Not named: only regions that are lifted in something."""
    region = panel.keys.region
    extent = panel.rows.groupby(region, sort=False)[list(terms)].agg(["min", "max"])
    now = rows.set_index(region)
    found = {}
    for name in names:
        for term in terms:
            target, value = float(np.quantile(now[term].to_numpy(float), quantile)), float(now.loc[name, term])
            rise = (extent[term, "max"] - extent[term, "min"]).max()
            found[str(name), term] = {
                "value": value,
                "target": max(target, value),
                "lift": max(target - value, 0.0),
                "own_greatest": float(extent.loc[name, (term, "max")]),
                "largest_rise": float(rise) if panel.keys.period is not None else np.inf,
            }
    table = pd.DataFrame(found.values(), pd.MultiIndex.from_tuples(found, names=["region", "term"]))
    if panel.keys.period is None:
        table["own_greatest"] = np.inf
    lifted = (table["lift"] > 0).groupby("region", sort=False).transform("any")
    if not lifted.any():
        raise DataError(error("scenario.nobody", quantile=quantile, terms=tuple(terms)))
    return table if named else table[lifted.to_numpy()]


def _df(first: Any) -> float:
    """Degrees of freedom of t behind the intervals of the call; infinite for z. Read off F's second figure, else off p."""
    pair = getattr(first, "fit", {}).get("f_df")
    if isinstance(pair, tuple) and len(pair) == 2:
        return float(pair[1])
    return float("inf")


def _gain(lift: Array, b: Array, v: Array, df: float, level: float, form: str) -> dict[str, Array]:
    """Columns of an estimate for each row of ``lift`` (m, terms)."""
    gain, error_ = lift @ b, np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", lift, v, lift), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = gain / error_
    reach = stdtrit(df, (1 + level) / 2) * error_
    low, high, spread = gain - reach, gain + reach, error_
    if form == "relative":
        gain, low, high, spread = np.expm1(gain), np.expm1(low), np.expm1(high), np.exp(gain) * error_
    return dict(zip(COEFFICIENTS, (gain, spread, statistic, 2 * stdtr(df, -np.abs(statistic)), low, high), strict=True))


def _notes(gains: pd.DataFrame, identified: bool, call: Call) -> tuple[Finding, ...]:
    notes = [] if identified else [Finding("scenario.not_identified", {"of": call.kind}, "note")]
    for flag in ("beyond_sample", "beyond_own"):
        if gains[flag].any():
            places = tuple(str(name) for name in gains.index[gains[flag]])
            notes.append(Finding(f"scenario.{flag}", {"count": len(places), "places": places}, "warning"))
    return tuple(notes)
