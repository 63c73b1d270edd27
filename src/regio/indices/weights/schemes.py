"""``SCHEMES``: every scheme of weights that learns from scaled values, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from regio.indices.aggregate import Needs
from regio.indices.scale import Floats, Mask
from regio.indices.weights.benefit_of_the_doubt import benefit_of_the_doubt
from regio.indices.weights.coefficient_of_variation import coefficient_of_variation
from regio.indices.weights.critic import critic
from regio.indices.weights.entropy import entropy_weights
from regio.indices.weights.entropy_ahp import entropy_ahp
from regio.indices.weights.equal import by_number
from regio.indices.weights.learnt import Learnt
from regio.indices.weights.merec import merec
from regio.indices.weights.pca import pca
from regio.indices.weights.standard_deviation import standard_deviation

Kernel = Callable[[Floats], Learnt]


@dataclass(frozen=True, slots=True)
class Scheme:
    """``learn``: scaled values (n, k) → weights; ``needs``: which values it can take; ``by_row``: each row has weights of its own,
    found from a frontier; ``varies``: it cannot take a column that does not vary.
    """

    name: str
    learn: Kernel
    needs: Needs = "any"
    by_row: bool = False
    varies: bool = False


SCHEMES: Mapping[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme("entropy", entropy_weights, needs="not_negative"),
        Scheme("equal", by_number),
        Scheme("critic", critic, varies=True),
        Scheme("coefficient_of_variation", coefficient_of_variation, needs="not_negative"),
        Scheme("standard_deviation", standard_deviation),
        Scheme("pca", pca, varies=True),
        Scheme("merec", merec, needs="positive"),
        Scheme("benefit_of_the_doubt", benefit_of_the_doubt, needs="not_negative", by_row=True),
        Scheme("entropy_ahp", entropy_ahp, needs="not_negative"),
    )
}


def weigh(learn: Kernel, scaled: Floats, constant: Mask) -> Learnt:
    """Weights (k,) of all columns (n, k): those that are constant have weight zero and are not shown to the scheme; one that is left alone has all
    the weight.
    """
    varying = np.flatnonzero(~constant)
    if not len(varying):
        return Learnt(np.full(len(constant), np.nan))
    found = learn(scaled if len(varying) == len(constant) else scaled[:, varying])
    if len(varying) == 1:
        found = replace(found, weights=np.ones(1))
    if len(varying) == len(constant):
        return found
    columns = {name: _wide(values, varying, len(constant), 1.0 if name == "entropy" else 0.0) for name, values in found.columns.items()}
    matrix = None
    if found.matrix is not None:
        matrix = np.full((len(constant), len(constant)), np.nan)
        matrix[np.ix_(varying, varying)] = found.matrix
    frontier = None if found.frontier is None else _wide(found.frontier.T, varying, len(constant), 0.0).T
    return Learnt(_wide(found.weights, varying, len(constant), 0.0), columns, found.facts, matrix, frontier)


def _wide(values: Floats, varying: NDArray[np.intp], k: int, rest: float) -> Floats:
    found = np.full((k, *values.shape[1:]), rest)
    found[varying] = values
    return found
