"""The q of many orders of one factor's values is the q that the detector itself finds, to the last digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio import geodetector
from regio.spatial.detector.orders import q_of_orders


@pytest.mark.parametrize("options", [{}, {"classes": (3, 4), "methods": ("natural", "robust")}, {"discretise": "quantile"}, {"convention": "gd"}])
def test_it_is_the_q_of_the_detector(options: dict[str, Any]) -> None:
    random = np.random.default_rng(3)
    outcome, values = random.random(26), np.sort(random.lognormal(size=26))
    q = q_of_orders(values, outcome, options)
    for _ in range(5):
        x = random.permutation(values)
        found = geodetector(pd.DataFrame({"y": outcome, "x": x}), "y", "x", **options).factors["q"]
        assert found.iloc[0] == q(x)


def test_of_values_that_are_labels() -> None:
    random = np.random.default_rng(4)
    outcome, values = random.random(20), np.repeat([1.0, 2.0, 3.0, 4.0], 5)
    q = q_of_orders(values, outcome, {})
    x = random.permutation(values)
    assert geodetector(pd.DataFrame({"y": outcome, "x": x}), "y", "x").factors["q"].iloc[0] == q(x)
