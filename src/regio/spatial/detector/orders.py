"""The q of one factor whose values are put in one order after another: what does not look at their order is done once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from regio.contract.declaration import declaration
from regio.spatial.breaks import Profile
from regio.spatial.detector.analyse import Factor, Found, about_mean, fix_strata
from regio.spatial.detector.call import filled
from regio.spatial.detector.compute import prepare
from regio.spatial.detector.search import Candidates
from regio.spatial.detector.statistics import Floats, Moments, detect

NAME = "x"
APART = ("outcome", "factors", "by", "sample_weights")  # arguments that are no options of the engine


def q_of_orders(values: Floats, outcome: Floats, words: Mapping[str, Any]) -> Callable[[Floats], float]:
    """A function from an order of ``values`` (n,) to the q that ``geodetector`` with these options finds for it, to the last digit."""
    given = {a.name: a.default for a in declaration("geodetector").fields if a.name not in APART} | dict(words)
    options = filled(factors=(NAME,), **{"seed": 0, **given})
    centred, centre, square = about_mean(outcome, None, "", NAME)

    def made(x: Floats) -> Factor:
        return prepare(pd.DataFrame({NAME: x}), {NAME: NAME}, None, options)[0][0]

    known = made(values)

    def q(x: Floats) -> float:
        own = known.candidates
        factor = made(x) if own is None else replace(known, candidates=Candidates(Profile.of(x), own.settings), values=x)
        found = Found()
        fix_strata(factor, centred, None, square, options, "", found)
        strata = found.codes[NAME]
        return detect(Moments.of(strata.codes, len(strata), centred), centre, options.convention, options.single_rows).q

    return q
