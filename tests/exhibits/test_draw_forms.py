"""What each of the newer forms promises: panels, reference lines, diagrams, maps; edges; nothing dropped in silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figures_of_every_form import (
    EVERY_FORM,
    OUTLINES,
    SENTENCES,
    bar,
    coefficients,
    in_panels,
    line,
    network,
    outline_map,
    path_diagram,
    points,
    tile_map,
    timeline,
    waterfall,
)
from matplotlib.text import Text

from regio.exhibits.draw import draw
from regio.exhibits.draw.arrows import arrow
from regio.exhibits.draw.caption import caption
from regio.exhibits.draw.geometry import outline, thinned, view_of
from regio.exhibits.draw.network import layers, one_way
from regio.exhibits.draw.placing import overlap, place_labels, spread
from regio.exhibits.draw.save import save
from regio.exhibits.draw.timeline import year
from regio.exhibits.models import Figure, Reference, label
from regio.exhibits.shapes import Inset
from regio.exhibits.style import Style
from regio.language import LANGUAGES

CLOSE = 1e-9  # millimetres: sums of a few numbers


def shown(figure: Figure) -> list[str]:
    found = draw(figure).findobj(lambda artist: isinstance(artist, Text) and artist.get_visible() and bool(artist.get_text()))
    return [artist.get_text() for artist in found if isinstance(artist, Text)]


def numbers(figure: Figure) -> list[str]:
    return [c.column for c in figure.channels.values() if c.kind == "number" and figure.frame[c.column].dtype.kind in "fi"]


@pytest.mark.parametrize("form", EVERY_FORM)
def test_an_empty_frame_gives_a_message_and_no_crash(form: str) -> None:
    figure = replace(EVERY_FORM[form], frame=EVERY_FORM[form].frame[:0], nodes=None)
    if form == "map":
        assert "no value" in shown(figure)
        figure = replace(figure, shapes=None)
    assert any("nothing to draw" in words.replace("\n", " ") for words in shown(figure))
    for language in LANGUAGES:
        assert caption(figure, language).alt


@pytest.mark.parametrize("values", [np.nan, 0.0, 1.0, "one infinite"])
@pytest.mark.parametrize("form", EVERY_FORM)
def test_no_variation_and_no_values_are_drawn_all_the_same(form: str, values: float | str) -> None:
    figure = EVERY_FORM[form]
    fill = np.where(np.arange(len(figure.frame)) == 1, np.inf, 1.0) if isinstance(values, str) else values
    assert b"</svg>" in save(draw(replace(figure, frame=figure.frame.assign(**dict.fromkeys(numbers(figure), fill)))), "svg")


@pytest.mark.parametrize("form", EVERY_FORM)
def test_one_row_is_enough(form: str) -> None:
    assert b"</svg>" in save(draw(replace(EVERY_FORM[form], frame=EVERY_FORM[form].frame[:1]), style=Style(width=90)), "svg")


def test_panels_share_their_scales_and_one_legend() -> None:
    figure = in_panels(line(3), 4)
    frame = figure.frame.assign(score=figure.frame["score"] * np.where(figure.frame["panel"] == "Panel 2", 10, 1))
    picture = draw(replace(figure, frame=frame))
    assert len(picture.axes) == 4
    assert len({axes.get_ylim() for axes in picture.axes}) == 1
    assert len({axes.get_xlim() for axes in picture.axes}) == 1
    assert [len(legend.get_texts()) for legend in picture.legends] == [3]
    assert [axes.get_title(loc="left") for axes in picture.axes] == [f"Panel {i}" for i in range(4)]


def test_panels_beyond_the_page_are_counted() -> None:
    assert "48 of 60 panels are shown." in shown(in_panels(line(1, 3), 60))


def test_a_reference_line_is_named_beside_the_axes_and_in_the_legend_of_panels() -> None:
    references = (Reference("y", 0.4, label("Threshold")),)
    assert "Threshold" in shown(replace(bar(), references=references))
    picture = draw(replace(in_panels(bar()), references=references))
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["Threshold"]


def test_a_reference_line_outside_the_values_widens_the_scale() -> None:
    low, high = draw(replace(coefficients(), references=(Reference("x", 9.0),))).axes[0].get_xlim()
    assert low < 0 < 9 <= high


def test_a_reference_line_of_one_panel_stands_only_there() -> None:
    picture = draw(replace(in_panels(line(1)), references=(Reference("x", 2002, facet="Panel 1"),)))
    assert [len(axes.lines) for axes in picture.axes] == [2, 3, 2, 2]  # a line of values, one at zero


def test_codes_of_regions_are_no_years() -> None:
    figure = bar(["110000", "310000"])
    named = replace(figure, words={"110000": label("Beijing"), "310000": label("Shanghai")})
    assert {"Beijing", "Shanghai"} <= set(shown(named))


@pytest.mark.parametrize("names", [SENTENCES, SENTENCES[:1], (*SENTENCES, "b")])
def test_long_names_of_bars_are_all_shown_whole(names: tuple[str, ...]) -> None:
    words = {words.replace("\n", " ") for words in shown(bar(names))}
    assert set(names) <= words


def test_a_waterfall_reaches_its_total_and_prints_its_parts() -> None:
    figure = waterfall(3)
    assert {"3.00", "0.33", "−0.67", "1.00"} <= set(shown(figure))
    bars = draw(figure).axes[0].patches
    assert bars[3].get_y() + bars[3].get_height() == pytest.approx(3 + 1 / 3 - 2 / 3 + 1, abs=CLOSE)
    assert bars[4].get_y() == 0


def test_estimates_on_arrows_bear_their_stars_and_a_weak_one_is_dashed() -> None:
    words = shown(path_diagram())
    assert {"0.352***", "0.210**", "1.200", "−0.100**", "p ≥ 0.1"} <= set(words)


def test_two_directions_between_two_nodes_are_two_curves() -> None:
    one, other = (0.0, 0.0, 10.0, 5.0), (40.0, 0.0, 50.0, 5.0)
    there, back = arrow(one, other, [], both_ways=True), arrow(other, one, [], both_ways=True)
    assert (there[:, 1].mean() - 2.5) * (back[:, 1].mean() - 2.5) < 0


def test_an_arrow_goes_around_a_box_in_its_way() -> None:
    between = (20.0, 0.0, 30.0, 5.0)
    curve = arrow((0.0, 0.0, 10.0, 5.0), (40.0, 0.0, 50.0, 5.0), [between])
    assert not ((curve[:, 0] > 20) & (curve[:, 0] < 30) & (curve[:, 1] > 0) & (curve[:, 1] < 5)).any()


@pytest.mark.parametrize("figure", [network(), network(4, 10), path_diagram()], ids=["120", "40", "path"])
def test_boxes_of_a_diagram_do_not_touch(figure: Figure) -> None:
    patches = [p for p in draw(figure).axes[0].patches if type(p).__name__ == "FancyBboxPatch"]
    boxes = [(p.get_x(), p.get_y(), p.get_x() + p.get_width(), p.get_y() + p.get_height()) for p in patches]  # type: ignore[attr-defined]
    assert len(boxes) == len({*figure.frame["source"], *figure.frame["target"]})
    assert not any(overlap(a, b, 0.0) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_layers_follow_the_edges_and_one_edge_runs_back() -> None:
    edges = [("ore", "cell"), ("cell", "pack"), ("pack", "car"), ("car", "cell")]
    forward, back = one_way(["ore", "cell", "pack", "car"], edges)
    assert back == 1
    assert layers(["ore", "cell", "pack", "car"], forward) == [["ore"], ["cell"], ["pack"], ["car"]]


def test_dates_are_years_with_their_fraction() -> None:
    assert [year(2020), year("2020"), year("2020-01-01"), year(pd.Timestamp("2021-07-02"))] == pytest.approx([2020, 2020, 2020, 2021 + 182 / 365])


def test_names_without_room_are_counted() -> None:
    assert any(words.startswith("Labels left out for want of room: ") for words in shown(points(400)))
    assert not any(words.startswith("Labels left out") for words in shown(timeline()))


def test_a_map_names_missing_places_places_without_outline_and_its_note() -> None:
    words = shown(outline_map())
    assert {"no value", "Places without an outline on this map (1): nowhere.", "Review number 1", "Path", "Port", "Islands", "1 km"} <= set(words)


def test_classes_of_a_map_stand_in_order_with_one_legend_for_all_panels() -> None:
    picture = draw(tile_map(4))
    assert [text.get_text() for text in picture.legends[0].get_texts()] == ["1", "2", "3", "4", "no value"]


def test_a_hole_stays_open_and_an_island_in_it_is_filled() -> None:
    square = np.array([(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)])
    path = outline([square, square / 2, square / 6])
    turns = [np.sign(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, np.roll(ring, -1, 0), strict=True))) for ring in path.to_polygons(closed_only=False)]
    assert turns == [1, -1, 1]


def test_an_inset_is_clear_of_all_that_is_drawn() -> None:
    view = view_of(replace(OUTLINES, insets=(Inset(bounds=(6, -4, 9, -2)),)))
    x0, y0, x1, y1 = view.insets[0]
    assert view.taken is not None
    assert not ((view.taken[:, 0] > x0) & (view.taken[:, 0] < x1) & (view.taken[:, 1] > y0) & (view.taken[:, 1] < y1)).any()


def test_a_fine_coast_is_thinned_to_what_can_be_seen() -> None:
    angle = np.linspace(0, 2 * np.pi, 20000)
    ring = 50 * np.column_stack([np.cos(angle), np.sin(angle)])
    kept = thinned(ring, 0.1)
    assert len(kept) < 5000
    assert np.abs(np.hypot(*kept.T) - 50).max() < CLOSE


def test_labels_are_spread_in_their_order_without_overlap() -> None:
    moved = spread([5.0, 5.1, 1.0, 9.9], [2.0, 2.0, 2.0, 2.0], 0.0, 10.0)
    assert sorted(range(4), key=lambda i: moved[i]) == [2, 0, 1, 3]
    assert all(b - a >= 2 - CLOSE for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False))
    assert min(moved) >= 1
    assert max(moved) <= 9 + CLOSE


def test_a_label_without_a_free_place_is_left_out() -> None:
    assert place_labels([[(0, 0, 1, 1)], [(0.5, 0, 1.5, 1), (3, 3, 4, 4)], [(0, 0, 9, 9)]], [], (0, 0, 5, 5)) == [(0, 0, 1, 1), (3, 3, 4, 4), None]
