"""Frames of concentration on firms, and what a reader of them should know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regio.contract.finding import Finding
from regio.indices.activity.firms import Firms, denominators, in_nation, in_regions, normalised, ratio
from regio.indices.activity.reading import Activity, by_industry, by_region_and_industry
from regio.indices.scale import Floats

Measure = Callable[[Firms, Floats], dict[str, Floats]]  # firms of each group, and what their amounts are divided by
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Frames:
    scores: pd.DataFrame
    national: pd.DataFrame
    places: pd.Series
    national_places: pd.Series


def frames(activity: Activity, top: int, denominator: str, measure: Measure) -> Frames:
    """Measures by region and in all regions, with the number of firms, their total and the region's share."""
    regions, nation = in_regions(activity, top), in_nation(activity, top)
    here, everywhere = denominators(activity, denominator, regions)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = regions.total / nation.total
    scores, places = by_region_and_industry(activity, measure(regions, here) | {"n_firms": regions.count, "value": regions.total, "share": share})
    national, national_places = by_industry(activity, measure(nation, everywhere) | {"n_firms": nation.count, "value": nation.total})
    return Frames(scores, national, places, national_places)


def measures_of_herfindahl(firms: Firms, whole: Floats) -> dict[str, Floats]:
    """H, its normalised form and numbers equivalent; the latter two only where the shares add up to one."""
    plain = ratio(firms.squares, whole**2, firms.count)
    within = np.isclose(whole, firms.total, rtol=1e-12, atol=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / plain
    return {
        "herfindahl": plain,
        "normalised": np.where(within, normalised(plain, firms.count), np.nan),
        "numbers_equivalent": np.where(within, inverse, np.nan),
    }


def findings(activity: Activity, scores: pd.DataFrame, top: int, denominator: str) -> list[Finding]:
    """Regions without a firm; one-firm regions, and regions with n firms or fewer, where the measure is one by construction."""
    found = []
    firms = scores["n_firms"]
    if not activity.by_firm and activity.shape[0] > 1 and int(firms.max()) == 1:
        return [Finding("activity.rows_are_regions")]
    if (none := firms == 0).any():
        found.append(Finding("activity.no_firm", {"count": int(none.sum()), "rows": named(scores, none)}, "note"))
    if denominator == "region" and (one := firms == 1).any():
        found.append(Finding("activity.one_firm", {"count": int(one.sum()), "rows": named(scores, one)}))
    if denominator == "region" and top > 1 and (few := (firms > 1) & (firms <= top)).any():
        found.append(Finding("activity.few_firms", {"count": int(few.sum()), "top": top, "rows": named(scores, few)}))
    return found


def named(scores: pd.DataFrame, mask: pd.Series) -> tuple[str, ...]:
    """The keys of some rows, the first of them."""
    keys = [key for key in ("region", "period", "industry") if key in scores]
    rows = tuple(" ".join(map(str, row)) for row in scores.loc[mask, keys].head(SHOWN).itertuples(index=False))
    return rows + (("…",) if int(mask.sum()) > SHOWN else ())
