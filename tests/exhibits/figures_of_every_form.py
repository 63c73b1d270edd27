"""Small figures of every form, and the hard cases of each: shared by the tests of drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from regio.exhibits.models import EMPTY, Channel, Figure, Reference, Text, label, text
from regio.exhibits.shapes import Inset, Shapes, Spots, Surface, Trace, tiles
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


def _made(form: Any, rows: Sequence[tuple[Any, ...]], columns: str, *, names: str = "", **more: Any) -> Figure:
    """A figure whose channels are named as its columns; those in ``names`` hold names."""
    frame = pd.DataFrame(list(rows), columns=columns.split())
    channels = {c: Channel(c, SCORE if c in ("y", "value") else EMPTY, "label" if c in names.split() else "number") for c in columns.split()}
    return Figure(name=form, form=form, frame=frame, channels=channels, title=TITLE, **more)


def stacked_bar(names: int = 6, groups: int = 3) -> Figure:
    rows = [(2010 + i, f"part {g}", (-1.0) ** (g == 2) * (i + g + 1)) for i in range(names) for g in range(groups)]
    return _made("stacked_bar", rows, "x group y", names="x group")


def points(n: int = 30, groups: int = 2) -> Figure:
    rows = [(np.sin(i * 2.1), np.cos(i * 1.3) - 0.4, f"Region {i}", f"G{i % groups}") for i in range(n)]
    return _made("points", rows, "x y name group", names="name group", references=(Reference("x", 0.0), Reference("y", 0.2, label("Mean"))))


def ridges(groups: int = 8) -> Figure:
    grid = np.linspace(-3, 3, 50)
    rows = [(x, np.exp(-((x - g / 10) ** 2)), 2010 + g) for g in range(groups) for x in grid]
    return _made("ridges", rows, "x y group", names="group", references=(Reference("x", 0.5, label("Threshold")),))


def rank_flow(groups: int = 10, periods: int = 6) -> Figure:
    rows = [(2010 + t, (g * 7 + t * 3) % groups + 1, f"R{g:02d}") for g in range(groups) for t in range(periods)]
    return _made("rank_flow", rows, "x y group", names="x group")


def waterfall(parts: int = 5) -> Figure:
    rows = [("start", 3.0, "total"), *((f"part {i}", (-1.0) ** i * (i + 1) / 3, "") for i in range(parts)), ("end", 2.0, "total")]
    return _made("waterfall", rows, "x y group", names="x group")


def timeline(events: int = 12, lanes: int = 3) -> Figure:
    rows = [(2001 + 1.5 * i, 2003 + 1.5 * i if i % 4 == 0 else None, f"Lane {i % lanes}", f"An event number {i}", f"G{i % 2}") for i in range(events)]
    return _made("timeline", rows, "x high y name group", names="y name group")


def path_diagram() -> Figure:
    rows = [
        ("digital", "innovation", 0.352, 0.001),
        ("innovation", "exports", 0.21, 0.04),
        ("digital", "exports", 1.2, 0.3),
        ("exports", "digital", -0.1, 0.01),
    ]
    nodes = pd.DataFrame({"name": ["digital", "innovation", "exports"], "x": [0, 0.5, 1], "y": [0, 1, 0]})
    return _made("diagram", rows, "source target value p_value", names="source target", nodes=nodes)


def network(layers: int = 4, each: int = 30, *, circles: bool = False) -> Figure:
    rows = [(f"N{k} {i}", f"N{k + 1} {(i * 7 + j) % each}", float(i + j)) for k in range(layers - 1) for i in range(each) for j in (0, 3)]
    if circles:
        rows += [(b, a, 1.0) for a, b, _ in rows[::2]]
    return _made("diagram", rows, "source target value", names="source target")


TILES = tiles({f"R{i:02d}": divmod(i, 5) for i in range(20)}, {f"R{i:02d}": label(f"R{i}") for i in range(20)}, note=label("Schematic"))
SQUARE = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)])
OUTLINES = Shapes(
    outlines={"A": (SQUARE, SQUARE / 4 + 1), "B": (SQUARE / 4 + 1,), "C": (SQUARE + np.array([4, 0]), SQUARE / 8 + np.array([7, -3]))},
    lines=(np.array([(6.0, -4.0), (8.5, -2.0)]),),
    bounds=(0, 0, 8, 4),
    insets=(Inset(bounds=(6, -4, 9, -2), title=label("Islands")),),
    labels={"A": label("A"), "B": label("B"), "C": label("C")},
    traces=(Trace(points=np.array([(1.0, 3.0), (3.0, 3.3), (5.0, 3.0)]), title=label("Path"), arrow=True, names=(label(1), label(2), label(3))),),
    spots=(Spots(points=np.array([(6.0, 1.0)]), title=label("Port")),),
    note=label("Review number 1"),
    metres=1000.0,
)


def tile_map(facets: int = 1) -> Figure:
    rows = [(f"R{i:02d}", i % 4 + 1, 2010 + t) for i in range(18) for t in range(facets)]
    figure = _made("map", rows, "place value facet", names="place value facet", shapes=TILES)
    return figure if facets > 1 else replace(figure, channels={c: figure.channels[c] for c in ("place", "value")})


def outline_map(*, surface: bool = False) -> Figure:
    shapes = replace(OUTLINES, surfaces=(Surface(values=np.arange(12.0).reshape(3, 4), bounds=(0, 0, 8, 4)),)) if surface else OUTLINES
    return _made("map", [("A", 1.0), ("B", 2.0), ("nowhere", 3.0)], "place value", names="place", shapes=shapes)


def in_panels(figure: Figure, panels: int = 4) -> Figure:
    """The same figure in each of several panels."""
    frame = pd.concat([figure.frame.assign(panel=f"Panel {i}") for i in range(panels)], ignore_index=True)
    return replace(figure, frame=frame, channels={**figure.channels, "facet": Channel("panel", kind="label")})


LINES = (Reference("y", 0.4, label("Critical value at 5 %")), Reference("y", 0.45, label("Critical value at 10 %")))


EVERY_FORM = {
    "heat_map": heat_map(),
    "line": line(),
    "bar": bar(),
    "coefficients": coefficients(),
    "stacked_bar": stacked_bar(),
    "points": points(),
    "ridges": ridges(),
    "rank_flow": rank_flow(),
    "waterfall": waterfall(),
    "timeline": timeline(),
    "diagram": path_diagram(),
    "map": outline_map(),
}
SENTENCES = ("Gross regional product per inhabitant at constant prices", "Total factor productivity of manufacturing firms")
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
    "two long bars": bar(SENTENCES),
    "long names": coefficients([LONG, LONG + "_2", "x"]),
    "four models": coefficients(groups=4),
    "one coefficient": coefficients(["public"]),
    "signs of formulas": coefficients(["$x_1$", "100%", "a_b^2", r"\alpha & <b>"]),
    "60 terms": coefficients([f"term {i}" for i in range(60)]),
    "lines with titles": replace(line(2), references=(*LINES, Reference("x", 2002, label("Policy")), Reference("x", 2003, label("Another policy")))),
    "line panels": replace(in_panels(line(3), 5), references=LINES),
    "31 panels": in_panels(line(1), 31),
    "60 panels": in_panels(line(1, 3), 60),
    "bar panels": in_panels(bar()),
    "lying bar panels": in_panels(bar([f"A rather long name of a region {i}" for i in range(12)]), 3),
    "bars with a line": replace(bar([f"A rather long name of a region {i}" for i in range(12)]), references=LINES[:1]),
    "coefficient panels": in_panels(coefficients(groups=2), 3),
    "heat map panels": in_panels(heat_map(6, 6), 4),
    "stacked panels": in_panels(stacked_bar(), 3),
    "40 parts": stacked_bar(12, 40),
    "120 named points": points(120),
    "point panels": in_panels(points(20), 4),
    "40 ridges": ridges(40),
    "one ridge": ridges(1),
    "48 ranks": rank_flow(48),
    "one rank": rank_flow(1, 1),
    "20 contributions": waterfall(20),
    "one total": waterfall(0),
    "80 events": timeline(80),
    "one event": timeline(1),
    "120 nodes in layers": network(),
    "40 nodes in circles": network(4, 10, circles=True),
    "tiles": tile_map(),
    "tile panels": tile_map(4),
    "surface": outline_map(surface=True),
}
