"""Eigenvectors of the table of regions by segments, proximity and density."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.chain.base.exhibits import figure_words, table
from regio.chain.base.model import Chain, chosen
from regio.chain.base.presence import amounts, cube
from regio.contract.finding import EstimationError, Finding, error
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.indices.activity.quotients import quotients
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.complexity import Complexity

Floats = NDArray[np.float64]
LEAST = 3
SAME = 1e-9  # two eigenvalues of one: the table is in blocks
MOST = 40


def period_of(chain: Chain, at: int | str | None) -> Any:
    """The period that is looked at: the last where none is said."""
    periods = chain.periods
    if at is None:
        return periods[-1]
    return {str(p): p for p in periods}[chosen(str(at), map(str, periods), "chain.unknown_period")]


def quotient_table(chain: Chain, value: str, at: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Location quotients and amounts, regions by segments, of one period."""
    long, _ = amounts(chain, value)
    long = long[(long["period"] == at) & (long["amount"] > 0)]
    there = set(long["segment"])
    regions, segments = list(dict.fromkeys(long["region"])), [s for s in chain.order if s in there]
    sums = cube(long, regions, segments, [at])
    found = quotients(sums, len(segments))[:, 0, :]
    return pd.DataFrame(found, regions, segments), pd.DataFrame(sums[:, 0, :], regions, segments)


def second_vector(held: Floats) -> tuple[Floats, Floats]:
    """(R,) second eigenvector of D⁻¹ M U⁻¹ Mᵀ, not scaled, and all its eigenvalues, descending."""
    diversity, ubiquity = held.sum(axis=1), held.sum(axis=0)
    half = held / np.sqrt(diversity)[:, None] / np.sqrt(ubiquity)[None, :]
    if held.shape[0] <= held.shape[1]:
        values, vectors = np.linalg.eigh(half @ half.T)
        left = vectors[:, ::-1]
    else:  # the smaller of the two sides has the same eigenvalues
        values, right = np.linalg.eigh(half.T @ half)
        left = half @ right[:, ::-1]
    values = values[::-1]
    return np.asarray(left[:, 1] / np.sqrt(diversity)), values


def proximity_of(held: Floats) -> Floats:
    """(K, K) the lesser conditional probability of holding both, zero on the diagonal."""
    both = held.T @ held
    most = np.maximum.outer(held.sum(axis=0), held.sum(axis=0))
    found = both / most
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def density_of(held: Floats, proximity: Floats, diagonal: str) -> Floats:
    """(R, K) share of a segment's proximity that a region holds."""
    near = proximity + np.eye(len(proximity)) if diagonal == "one" else proximity
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(held @ near / near.sum(axis=0))


def standardised(values: Floats, ddof: int = 0) -> Floats:
    return np.asarray((values - values.mean()) / values.std(ddof=ddof))


def compute(chain: Chain, value: str, at: int | str | None, cut: float, diagonal: str) -> tuple[dict[str, Any], list[Finding]]:
    found, _ = quotient_table(chain, value, period_of(chain, at))
    matrix = (found.to_numpy(float) >= cut).astype(float)
    rows, columns = matrix.sum(axis=1) > 0, matrix.sum(axis=0) > 0
    held = matrix[rows][:, columns]
    regions, segments = [list(np.array(x, object)[k]) for x, k in ((found.index, rows), (found.columns, columns))]
    if min(held.shape) < LEAST:
        raise EstimationError(error("chain.few_for_complexity", n_regions=held.shape[0], n_segments=held.shape[1], least=LEAST))
    vector, values = second_vector(held)
    if values[1] > 1 - SAME:
        raise EstimationError(error("chain.blocks", count=int((values > 1 - SAME).sum())))
    diversity, ubiquity = held.sum(axis=1), held.sum(axis=0)
    against = diversity if diversity.std() > 0 else -(held @ ubiquity / diversity)
    vector = vector * (-1.0 if np.corrcoef(vector, against)[0, 1] < 0 else 1.0)
    score = standardised(vector)
    holders = (held.T @ score) / ubiquity
    regional = ((held.T @ vector) / ubiquity / values[1] - vector.mean()) / vector.std()
    dropped = [*found.index[~rows], *found.columns[~columns]]
    proximity = proximity_of(held)
    scores = pd.DataFrame({"region": regions, "complexity": score, "complexity_sample": standardised(vector, 1), "diversity": diversity.astype(int)})
    scores["rank"] = (-scores["complexity"].round(9)).rank(method="min").astype(int)
    by_segment = pd.DataFrame(
        {
            "segment": segments,
            "complexity": standardised(holders),
            "complexity_regional": regional,
            "mean_of_holders": holders,
            "ubiquity": ubiquity.astype(int),
        }
    )
    fields = {
        "scores": scores,
        "segments": by_segment,
        "quotients": found,
        "proximity": pd.DataFrame(proximity, segments, segments),
        "density": pd.DataFrame(density_of(held, proximity, diagonal), regions, segments),
        "eigenvalues": tuple(float(v) for v in values),
        "names": chain.words([*found.index, *found.columns]),
    }
    return fields, [
        Finding("chain.dropped", {"count": len(dropped), "names": tuple(chain.names.get(str(d), str(d)) for d in dropped[:8])}, "note")
    ] if dropped else []


def exhibits(result: Complexity) -> tuple[Exhibit, ...]:
    names = result.names
    ranked = result.scores.sort_values("rank", kind="stable")
    made: list[Exhibit] = [
        table(
            "scores",
            ranked,
            {"complexity": "number", "rank": "count", "diversity": "count"},
            ["region"],
            Message("chain.complexity.title"),
            names=names,
            notes=(Message("chain.complexity.note"),),
        ),
        table(
            "segments",
            result.segments.sort_values("complexity", ascending=False, kind="stable"),
            {"complexity": "number", "complexity_regional": "number", "ubiquity": "count"},
            ["segment"],
            Message("chain.complexity.segments"),
            names=names,
        ),
    ]
    if result.density.shape[0] <= MOST and result.density.shape[1] <= MOST:
        frame = result.density.rename_axis("region").reset_index().melt("region", var_name="segment", value_name="density")
        channels = {"x": Channel("segment", kind="label"), "y": Channel("region", kind="label"), "value": Channel("density", text("chain.head.density"))}
        words = figure_words(names, frame["region"].unique(), frame["segment"].unique())
        made.append(Figure(name="density", form="heat_map", frame=frame, channels=channels, title=Message("chain.complexity.density"), words=words))
    return tuple(made)
