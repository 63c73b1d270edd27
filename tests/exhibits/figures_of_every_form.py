"""Small figures of every form, and the hard cases of each: shared by the tests of drawing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regio.exhibits.models import Channel, Figure, Text, label, text
from regio.language import Message

TITLE = Message("regress.plot", {"outcome": label("output")})
LABELS: dict[str, Text] = {
    "output": {"en": "Output", "zh": "产出"},
    "R00": {"en": "Alabama", "zh": "亚拉巴马州"},
    "public": {"en": "Public capital (log)", "zh": "公共资本（对数）"},
}
SCORE = text("index.score_head")


def _named(column: str) -> Channel:
    return Channel(column, kind="label")


def heat_map(rows: int = 5, periods: int = 4, *, low: float = 0.0, missing: int = 0) -> Figure:
    values = np.linspace(low, 1.0, rows * periods)
    values[1 : 1 + missing] = np.nan
    names = [(f"R{i:02d}", 2000 + t) for i in range(rows) for t in range(periods)]
    frame = pd.DataFrame(names, columns=["region", "period"]).assign(score=values)
    return Figure(
        name="heat", form="heat_map", frame=frame, channels={"x": _named("period"), "y": _named("region"), "value": Channel("score", SCORE)}, title=TITLE
    )


def line(groups: int = 3, periods: int = 6, *, missing: int = 0, bounds: bool = False) -> Figure:
    frame = pd.DataFrame([(f"R{g:02d}", 2000 + t, np.sin(g + t)) for g in range(groups) for t in range(periods)], columns=["region", "period", "score"])
    frame.loc[frame.index[1 : 1 + missing], "score"] = np.nan
    channels = {"x": _named("period"), "y": Channel("score", SCORE), "group": _named("region")}
    if bounds:
        frame = frame.assign(low=frame["score"] - 0.2, high=frame["score"] + 0.2)
        channels |= {"low": Channel("low"), "high": Channel("high")}
    return Figure(name="trend", form="line", frame=frame, channels=channels, title=TITLE)


def bar(names: Sequence[str] = ("a", "b", "c"), groups: int = 1, *, bounds: bool = False) -> Figure:
    rows = [(name, f"G{g}", (-1) ** i * (i + g + 1.0)) for i, name in enumerate(names) for g in range(groups)]
    frame = pd.DataFrame(rows, columns=["name", "group", "value"])
    channels = {"x": _named("name"), "y": Channel("value", SCORE)} | ({"group": _named("group")} if groups > 1 else {})
    if bounds:
        frame = frame.assign(low=frame["value"] - 0.5, high=frame["value"] + 0.5)
        channels |= {"low": Channel("low"), "high": Channel("high")}
    return Figure(name="bars", form="bar", frame=frame, channels=channels, title=TITLE)


def coefficients(terms: Sequence[str] = ("public", "private", "unemployment"), groups: int = 1) -> Figure:
    rows = [(term, f"({g + 1})", 0.3 * i - 0.2 + 0.05 * g) for i, term in enumerate(terms) for g in range(groups)]
    frame = pd.DataFrame(rows, columns=["term", "model", "estimate"])
    frame = frame.assign(conf_low=frame["estimate"] - 0.1, conf_high=frame["estimate"] + 0.1)
    channels = {
        "y": _named("term"),
        "x": Channel("estimate", text("regress.interval", level=95)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
    } | ({"group": _named("model")} if groups > 1 else {})
    return Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=TITLE)


EVERY_FORM = {"heat_map": heat_map(), "line": line(), "bar": bar(), "coefficients": coefficients()}
LONG = "expenditure_on_research_and_development_per_head_of_the_resident_population_at_constant_prices"
HARD = {
    "48 regions by 17 periods": heat_map(48, 17),
    "300 rows": heat_map(300, 3),
    "7200 cells": heat_map(300, 24),
    "one row": heat_map(1, 5),
    "one cell": heat_map(1, 1),
    "missing cells": heat_map(missing=3),
    "nothing but missing cells": heat_map(2, 2, missing=4).__class__(
        name="heat",
        form="heat_map",
        frame=heat_map(2, 2).frame.assign(score=np.nan),
        channels=heat_map(2, 2).channels,
        title=TITLE,
    ),
    "both signs": heat_map(low=-2.0),
    "many periods": heat_map(4, 60),
    "40 lines": line(40),
    "60 lines": line(60),
    "gaps": line(missing=2),
    "bands": line(2, bounds=True),
    "one point": line(1, 1),
    "lying bars": bar([f"A rather long name of a region {i}" for i in range(12)]),
    "bars with bounds": bar(groups=2, bounds=True),
    "bars of 9 groups": bar(groups=9),
    "one bar": bar(["only"]),
    "long names": coefficients([LONG, LONG + "_2", "x"]),
    "four models": coefficients(groups=4),
    "one coefficient": coefficients(["public"]),
    "signs of formulas": coefficients(["$x_1$", "100%", "a_b^2", r"\alpha & <b>"]),
    "60 terms": coefficients([f"term {i}" for i in range(60)]),
}
