"""From runs to frames: intervals of ranks and scores, how often each rank is reached, groups of ties, what each source does."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.indices.scale import Floats
from regio.indices.uncertainty._learning import Question
from regio.indices.uncertainty._runs import Runs, Whole, places
from regio.indices.uncertainty._sobol import Sobol, from_all, from_draws

Rows = NDArray[np.intp]
NOISE = "noise"
INDICES = ("first_order", "first_low", "first_high", "total_order", "total_low", "total_high")


def rank_frame(keys: pd.DataFrame, ranks: Whole, nominal: Whole, periods: Sequence[Rows], level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By row: nominal rank, mean, median, interval, extremes and group of ties; and the share of the runs at each rank that is reached."""
    n = ranks.shape[1]
    found = {name: np.empty(n) for name in ("mean", "median", "low", "high", "least", "greatest", "group")}
    shares = []
    for rows in periods:
        counts = _counts(ranks[:, rows], len(rows))
        for name, values in _of_counts(counts, level).items():
            found[name][rows] = values
        found["group"][rows] = tie_groups(ranks[:, rows], nominal[rows], level)
        row, rank = np.nonzero(counts)
        shares.append(keys.iloc[rows[row]].assign(rank=rank + 1, share=counts[row, rank] / len(ranks)))
    whole = {name: values.astype(np.int64) for name, values in found.items() if name not in ("mean", "median")}
    frame = keys.assign(rank=nominal.astype(np.int64), mean=found["mean"], median=found["median"], **whole)
    return frame, pd.concat(shares, ignore_index=True)


def _counts(ranks: Whole, n: int) -> NDArray[np.intp]:
    """(n, n) how many runs put a row at each rank."""
    flat = (np.arange(n, dtype=np.intp) * n + (ranks - 1)).ravel()
    return np.bincount(flat, minlength=n * n).reshape(n, n)


def _of_counts(counts: NDArray[np.intp], level: float) -> dict[str, Floats]:
    """Exact summaries of whole numbers; quantiles are ranks that occur (the inverse of the distribution function)."""
    total = counts[0].sum()
    below = counts.cumsum(axis=1)
    ranks = np.arange(1, counts.shape[1] + 1)

    def at(share: float) -> Floats:
        found: Floats = (below < share * total - 1e-9).sum(axis=1) + 1.0
        return found

    middle = ((below < (total + 1) // 2).sum(axis=1) + (below < total // 2 + 1).sum(axis=1)) / 2 + 1
    tail = (1 - level) / 2
    return {
        "mean": counts @ ranks / total,
        "median": middle,
        "low": at(tail),
        "high": at(1 - tail),
        "least": np.argmax(counts > 0, axis=1) + 1.0,
        "greatest": counts.shape[1] - np.argmax(counts[:, ::-1] > 0, axis=1) + 0.0,
    }


def tie_groups(ranks: Whole, nominal: Whole, level: float) -> NDArray[np.intp]:
    """(n,) group of each row, 1 the best: down the nominal ranking a row joins the first of the group, unless that one ranks better in at least ``level`` of
    the runs.

    Examples
    --------
    >>> tie_groups(np.array([[1, 2, 3], [2, 1, 3]]), np.array([1, 2, 3]), 0.95).tolist()
    [1, 1, 2]
    """
    by_row = np.ascontiguousarray(ranks.T)
    order = np.argsort(nominal, kind="stable")
    found = np.empty(len(nominal), dtype=np.intp)
    first, group = order[0], 1
    for row in order:
        if row != first and (by_row[first] < by_row[row]).mean() >= level:
            first, group = row, group + 1
        found[row] = group
    return found


def score_frame(keys: pd.DataFrame, scores: Floats, nominal: Floats, level: float) -> pd.DataFrame:
    """By row: nominal score, mean, standard deviation and interval over the runs."""
    by_row = np.ascontiguousarray(scores.T)
    mean = by_row.mean(axis=1)
    sd = np.sqrt(((by_row - mean[:, None]) ** 2).mean(axis=1))
    low, high = quantiles(by_row, (1 - level) / 2), quantiles(by_row, (1 + level) / 2)
    return keys.assign(score=nominal, mean=mean, sd=sd, low=low, high=high)


def quantiles(values: Floats, share: float) -> Floats:
    """(n,) of rows (n, R): values that occur, the inverse of the distribution function."""
    place = min(max(int(np.ceil(share * values.shape[1] - 1e-9)) - 1, 0), values.shape[1] - 1)
    found: Floats = np.partition(values, place, axis=1)[:, place]
    return found


def shifts(ranks: Whole, nominal: Whole) -> Floats:
    """(R,) mean absolute difference from the nominal ranks."""
    found: Floats = np.abs(ranks - nominal).mean(axis=1)
    return found


def sensitivity(question: Question, runs: Runs, ranks: Whole, nominal: Whole, rows: Rows) -> Sobol:
    """Of the mean shift of ranks, then of each score, then of each rank, in the rows that are looked at."""

    def results(scores: Floats, places_: Whole) -> Floats:
        return np.concatenate([shifts(places_, nominal[rows])[:, None], np.round(scores, 12), places_], axis=1)

    here, there = runs.scores[:, rows], ranks[:, rows]
    if runs.design is None:
        return from_all(results(here, there).reshape(*question.shape, -1))
    half = len(here) // 2
    mixed = np.array([results(one, places(one)) for one in runs.design])
    return from_draws(results(here[:half], there[:half]), results(here[half:], there[half:]), mixed)


def sources_of(question: Question, noise: bool) -> list[str]:
    return [source.name for source in question.sources] + ([NOISE] if noise else [])


def sensitivity_frame(sources: Sequence[str], numbers: Sequence[int], found: Sobol, level: float) -> pd.DataFrame:
    """By source: how many alternatives, and the indices of the mean shift of ranks with their intervals."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    values = []
    for index, deviation in ((found.first[:, 0], found.first_error), (found.total[:, 0], found.total_error)):
        values += [index, index - z * deviation, index + z * deviation]
    return pd.DataFrame({"alternatives": list(numbers)} | dict(zip(INDICES, values, strict=True)), index=pd.Index(sources, name="source"))


def region_frame(keys: pd.DataFrame, sources: Sequence[str], found: Sobol, rows: Rows) -> pd.DataFrame:
    """By region and source, the indices of its score and of its rank; none for a rank that never changes."""
    n = len(rows)
    parts = []
    for i, source in enumerate(sources):
        own = {"score_first": found.first[i, 1 : n + 1], "score_total": found.total[i, 1 : n + 1]}
        own |= {"rank_first": found.first[i, n + 1 :], "rank_total": found.total[i, n + 1 :]}
        parts.append(keys.iloc[rows].assign(source=source, **own))
    return pd.concat(parts, ignore_index=True)


def run_frame(question: Question, runs: Runs, shift: Floats) -> pd.DataFrame:
    """By run: the alternative of each source, and the mean shift of ranks."""
    places_ = np.unravel_index(runs.combinations, question.shape) if question.shape else ()
    names = {
        source.name: np.array([one.name for one in source.alternatives], dtype=object)[place] for source, place in zip(question.sources, places_, strict=True)
    }
    return pd.DataFrame(names | {"rank_shift": shift}, index=pd.RangeIndex(1, len(shift) + 1, name="run"))


def alternative_frame(question: Question, runs: pd.DataFrame) -> pd.DataFrame:
    """By source and alternative: runs, and the mean shift of ranks over them."""
    rows = []
    for source in question.sources:
        names, shift = runs[source.name].to_numpy(), runs["rank_shift"].to_numpy(float)
        for one in source.alternatives:
            own = shift[names == one.name]
            rows.append((source.name, one.name, len(own), float(own.mean()) if len(own) else np.nan))
    return pd.DataFrame(rows, columns=["source", "alternative", "runs", "rank_shift"]).set_index(["source", "alternative"])
