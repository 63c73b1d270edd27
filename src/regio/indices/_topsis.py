"""Frames of TOPSIS: closeness with its two distances, ideals in weighted values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from regio.indices._compute import Computed


def closeness_frame(found: Computed) -> pd.DataFrame:
    """Scores under the name ``closeness``, with the distances they come from."""
    assert found.scored is not None
    assert found.scored.distances is not None
    frame = found.scores.rename(columns={"score": "closeness"})
    place = list(frame.columns).index("closeness") + 1
    frame.insert(place, "to_ideal", found.scored.distances[0])
    frame.insert(place + 1, "to_anti_ideal", found.scored.distances[1])
    return frame


def ideals_frame(found: Computed) -> pd.DataFrame:
    """By indicator, or period and indicator: w z⁺ and w z⁻; z⁺ and z⁻ themselves where the weight stands inside the sum."""
    assert found.scored is not None
    assert found.rules is not None
    inside = found.rules.options["form"] == "weight_inside"
    rows = [lesson.rules.ideal * (1.0 if inside else lesson.rules.weights) for lesson in found.scored.lessons if lesson.rules.ideal is not None]
    marks = np.array(rows)
    return pd.DataFrame({"ideal": marks[:, 0].ravel(), "anti_ideal": marks[:, 1].ravel()}, index=found.weights.index)
