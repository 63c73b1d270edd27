"""What a scheme of weights returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from regio.indices.scale import Floats


@dataclass(frozen=True, slots=True)
class Learnt:
    """weights: (k,), sum to one, nan where a scheme finds nothing to go by; columns: further quantities of each indicator, (k,) each; facts: single
    numbers; matrix: (k, k) a judgement matrix; frontier: (m, k) rows that benefit of the doubt compares with.
    """

    weights: Floats
    columns: Mapping[str, Floats] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    matrix: Floats | None = None
    frontier: Floats | None = None


def shares(information: Floats) -> Floats:
    """(k,) in proportion to quantities that are not negative; nan where all are zero.

    Examples
    --------
    >>> shares(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    total = information.sum()
    return information / total if total > 0 else np.full(len(information), np.nan)
