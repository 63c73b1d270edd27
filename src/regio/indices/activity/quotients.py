"""Location quotients, and their distribution when firms are drawn again. Pure functions."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from regio.compute.engine import generator, repeat
from regio.indices.activity.reading import Activity, Ints
from regio.indices.scale import Floats

Scheme = Literal["poisson", "iid", "stratified"]


def quotients(sums: Floats, asked: int) -> Floats:
    """Location quotients (R, P, K') of amounts (R, P, K): the industry's share in the region over its share in all regions, period by period; nan where a
    region has nothing, or no region has the industry.

    Examples
    --------
    Half of region one is in the industry, none of region two: a quarter of both. 0.5/0.25 = 2.

    >>> quotients(np.array([[[10.0, 10.0]], [[0.0, 20.0]]]), 1).ravel().tolist()
    [2.0, 0.0]
    """
    part = sums[..., :asked]
    here = sums.sum(axis=2, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = part / here / (part.sum(axis=0) / here.sum(axis=0))
    return found


def standardised(quotient: Floats) -> Floats:
    """(x − mean)/SD over the regions of each period and industry; nan where they do not vary (O'Donoghue and Gleave 2004)."""
    known = np.isfinite(quotient)
    n = known.sum(axis=0)
    filled = np.where(known, quotient, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(axis=0) / n
        deviation = np.where(known, quotient - mean, 0.0)
        sd = np.sqrt((deviation**2).sum(axis=0) / (n - 1))
        found: Floats = np.where(sd > 0, (quotient - mean) / sd, np.nan)
    return found


def drawn(activity: Activity, draws: int, scheme: Scheme, seed: int, engine: Any) -> Floats:
    """(draws, R · P · K') location quotients, each with other weights of the firms; a firm has one weight in all its periods."""
    firms = int(activity.unit.max()) + 1
    strata = np.zeros(firms, np.intp)
    if scheme == "stratified":
        strata[activity.unit[::-1]] = (activity.places // activity.shape[1])[::-1]  # where the firm first stands
    return repeat(_chunk, draws, seed, activity, scheme, strata, engine=engine)


def _chunk(chunk: tuple[int, int, int], activity: Activity, scheme: Scheme, strata: Ints) -> Floats:
    rng = generator(chunk)
    members = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)] if scheme != "poisson" else []
    found = np.empty((chunk[1], int(np.prod(activity.shape[:2])) * activity.asked))
    for i in range(chunk[1]):
        weights = _weights(rng, len(strata), members)
        found[i] = quotients(activity.sums(weights[activity.unit]), activity.asked).ravel()
    return found


def _weights(rng: np.random.Generator, firms: int, members: list[Ints]) -> Floats:
    """(firms,) how often each firm is drawn: Poisson numbers with mean one, or as many draws with replacement as a stratum has firms."""
    if not members:
        return rng.poisson(1.0, firms).astype(np.float64)
    weights = np.zeros(firms)
    for stratum in members:
        weights[stratum] = np.bincount(rng.integers(len(stratum), size=len(stratum)), minlength=len(stratum))
    return weights


def summary(estimate: Floats, draws: Floats, level: float) -> dict[str, Floats]:
    """Standard errors, percentile bounds and p-values of the hypothesis that the quotient is one, over the draws in which it is defined.

    p = 2 (1 + R)/(1 + B), where R of B draws lie on the other side of one from most.
    """
    known = np.isfinite(draws)
    n = known.sum(axis=0)
    tails = [(1 - level) / 2, (1 + level) / 2]
    bounds, error = np.full((2, draws.shape[1]), np.nan), np.full(draws.shape[1], np.nan)
    for j in np.flatnonzero((n > 1) & np.isfinite(estimate.ravel())):
        column = draws[known[:, j], j]
        bounds[:, j] = np.quantile(column, tails)
        error[j] = column.std(ddof=1)
    beyond = np.minimum((draws >= 1).sum(axis=0), (draws <= 1).sum(axis=0))
    p_value = np.where(np.isnan(error), np.nan, np.minimum(1.0, 2 * (1 + beyond) / (1 + n)))
    return {"std_error": error, "p_value": p_value, "conf_low": bounds[0], "conf_high": bounds[1]}
