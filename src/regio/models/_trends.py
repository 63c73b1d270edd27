"""Linear trends by region, or by another group, as columns beside the regressors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, EstimationError, error
from regio.models._collinearity import net_of
from regio.models._sample import Sample
from regio.models.core.blocks import Model
from regio.models.core.levels import coded
from regio.models.core.solve import NO_VARIATION, dependences
from regio.models.core.source import Source

MOST = 1000  # trends: each is a column


def with_trends(data: Any, model: Model, trends: Sequence[str]) -> tuple[Sample, tuple[str, ...]]:
    """The table with a column for each trend that is not implied by effects and other trends, periods counted from the first; and their names.

    Raises
    ------
    ArgumentError
        for a table that comes in parts or has no period, periods that are not numbers, trends by period, more than 1,000 of them
    EstimationError
        where effects absorb every trend
    """
    _check(data, trends)
    frame = data.rows
    part = Source(FrameRows(frame, part_rows=max(len(frame), 1)), model).only
    assert part is not None
    block, rows = part.block, part.block.rows
    if not block.n:
        raise EstimationError(error("regress.no_rows", rows=part.seen.rows))
    time = frame[data.keys.period].to_numpy(dtype=float)
    time = time - np.nanmin(time[rows])
    columns: dict[str, Any] = {}
    for trend in trends:
        keys = {"region": data.keys.region, "period": data.keys.period}
        named = [keys.get(word, word) for word in trend.split("*")]
        codes, levels = coded([frame[name].to_numpy() for name in named])
        if len(levels) > MOST:
            raise ArgumentError(error("regress.many_trends", trend=trend, levels=len(levels), limit=MOST))
        for i in np.unique(codes[rows]):
            title = ", ".join(str(level[i]) for level in levels.columns)
            columns[f"{title} × {data.keys.period}"] = np.where(codes == i, time, 0.0)
    values = np.column_stack([column[rows] for column in columns.values()])
    absorbed = [] if model.pooled else [(block.first, block.groups)]
    absorbed += [] if block.second is None else [(block.second, block.levels)]
    net = net_of(values, absorbed)
    size, whole = (net**2).sum(0), (net_of(values, ()) ** 2).sum(0)
    varying = np.flatnonzero(size > NO_VARIATION * np.maximum(whole, 1.0))
    if not len(varying):
        raise EstimationError(error("regress.no_trend", trends=tuple(trends)))
    unit = net[:, varying] / np.sqrt(size[varying])
    kept = varying[dependences(unit.T @ unit, np.arange(len(varying)))[0]]
    names = list(columns)
    chosen = tuple(names[i] for i in kept)
    added = pd.DataFrame({name: columns[name] for name in chosen}, index=frame.index)
    return Sample(pd.concat([frame, added], axis=1), data.keys), chosen


def _check(data: Any, trends: Sequence[str]) -> None:
    problems = [error("regress.same_effect", effects=tuple(trends))] if len(set(trends)) < len(trends) else []
    problems += [error("regress.trend_of_period", trend=trend) for trend in trends if "period" in trend.split("*")]
    if not isinstance(data.rows, pd.DataFrame):
        problems.append(error("regress.in_memory", option="trends", value=tuple(trends)))
    elif data.keys.period is None:
        problems.append(error("regress.trend_no_period"))
    elif not pd.api.types.is_numeric_dtype(data.rows[data.keys.period]):
        problems.append(error("regress.trend_text_period", period=data.keys.period))
    if problems:
        raise ArgumentError(*problems)
