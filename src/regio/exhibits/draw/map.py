"""Places coloured by a value, with what lies over them and insets beside them (分级设色地图)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regio.exhibits.draw.geometry import FINE, View, middle_of, outline, rings_of, room_for, thinned, view_of
from regio.exhibits.draw.labels import left_out, name_points
from regio.exhibits.draw.layout import settle
from regio.exhibits.draw.look import GREY, INK, LEAST, PALE, POINT, SLATE, SMALL
from regio.exhibits.draw.overlays import paint_overlays, paint_surface
from regio.exhibits.draw.scales import limit
from regio.exhibits.draw.shades import MISSING, Shade, by_class, by_number, readable_on, shapes_of
from regio.exhibits.draw.sheet import HEADING, TALLEST, Panel, Sheet, head_panels, split
from regio.exhibits.draw.spelling import millimetres
from regio.exhibits.shapes import Bounds, Inset, Shapes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

EDGE = 0.35  # points: outlines of places
LABELLED = 60.0  # millimetres of a map: below this, or in several panels, only tiles bear labels
NAMED = 6  # places without an outline that are named


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes in millimetres of a panel."""

    scale: float
    origin: tuple[float, float]
    paths: dict[str, Path]
    ground: list[Path]
    lines: list[NDArray[Any]]

    def at(self, points: Any) -> NDArray[np.float64]:
        return np.asarray((np.asarray(points, float).reshape(-1, 2) - self.origin) * self.scale)


def paint(sheet: Sheet) -> None:
    shapes = shapes_of(sheet)
    facets = len(sheet.names("facet")) if sheet.has("facet") else 1
    width = sheet.width or (140 if facets < 3 else 190)
    panels = split(sheet, width, least=38.0)
    view = view_of(shapes)
    for panel in panels:
        panel.axes.set_axis_off()
    sheet.ticks("x", [], [])
    sheet.ticks("y", [], [])
    shade = by_number(sheet, 40.0) if sheet.exhibit.channels["value"].kind == "number" else by_class(sheet)
    _missing(sheet, shapes)
    head_panels(sheet, (width - 20) / sheet.columns)
    settle(sheet, width, 40.0)
    across = sheet.size[0]
    height = min(across * view.size[1] / view.size[0], TALLEST / sheet.rows - HEADING, TALLEST * 0.9)
    scale = min(across / view.size[0], height / view.size[1])
    origin = (view.bounds[0] - (across / scale - view.size[0]) / 2, view.bounds[1] - (height / scale - view.size[1]) / 2)
    shown = (*origin, origin[0] + across / scale, origin[1] + height / scale)
    drawing = _drawing(shapes, scale, origin, shown)
    insets = [_drawing(shapes, scale, origin, inset.bounds) for inset in shapes.insets]
    limit(sheet, "x", 0, across)
    limit(sheet, "y", 0, height)
    for panel in panels:
        _panel(sheet, panel, view, drawing, insets, shade)
    _small_print(sheet, shapes)
    settle(sheet, width, height)
    lost = sum(_labels(sheet, panel, shapes, drawing, shade) for panel in panels)
    left_out(sheet, lost + paint_overlays(sheet, drawing.at, names_only=True), width, height)


def _drawing(shapes: Shapes, scale: float, origin: tuple[float, float], shown: Bounds) -> Drawing:
    """What of the shapes lies within some bounds, to one scale."""

    def fine(rings: Iterable[Any]) -> list[NDArray[np.float64]]:
        return [thinned((np.asarray(ring, float) - origin) * scale, FINE) for ring in rings if _meets(np.asarray(ring, float), shown)]

    paths = {place: outline(found) for place, rings in shapes.outlines.items() if (found := fine(rings))}
    return Drawing(scale, origin, paths, [outline([ring]) for ring in fine(shapes.ground)], fine(shapes.lines))


def _meets(ring: NDArray[np.float64], shown: Bounds) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(low[0] <= shown[2] and high[0] >= shown[0] and low[1] <= shown[3] and high[1] >= shown[1])


def _values(sheet: Sheet, panel: Panel) -> dict[str, Any]:
    frame = panel.frame.drop_duplicates(sheet.exhibit.channels["place"].column)
    return {str(place): value for place, value in zip(sheet.of(frame, "place"), sheet.of(frame, "value"), strict=True)}


def _panel(sheet: Sheet, panel: Panel, view: View, drawing: Drawing, insets: list[Drawing], shade: Shade) -> None:
    shapes = shapes_of(sheet)
    colours = {place: shade(value) for place, value in _values(sheet, panel).items()}
    surfaces = [s for s in shapes.surfaces if s.facet is None or str(s.facet) == str(panel.facet)]
    frames = [(panel.axes, drawing)]
    for box, inset, part in zip(view.insets, shapes.insets, insets, strict=True):
        frames.append((_inset(sheet, panel.axes, inset, drawing.at(np.reshape(box, (2, 2))), drawing.at(np.reshape(inset.bounds, (2, 2)))), part))
    for axes, part in frames:
        _places(axes, part, {} if surfaces else colours, blank=bool(surfaces))
        for surface in surfaces:
            paint_surface(sheet, axes, surface, drawing.at, list(part.paths.values()))
        for line in part.lines:
            axes.plot(line[:, 0], line[:, 1], color=INK, linewidth=0.8, zorder=3, solid_capstyle="butt", scalex=False, scaley=False)
    paint_overlays(sheet, drawing.at, panel=panel)
    if shapes.metres:
        _scale_bar(sheet, panel, shapes, view, drawing)


def _inset(sheet: Sheet, axes: Axes, inset: Inset, box: NDArray[Any], bounds: NDArray[Any]) -> Axes:
    """A frame inside a box, its title below it; both in millimetres of the panel."""
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    wide, tall = box[1] - box[0]
    words = sheet.fitted(sheet.say(inset.title), LEAST, wide, 2)
    below = (words.count("\n") + 1) * LEAST * POINT * 1.3 if words else 0.0
    left = box[0, 0] + (wide * below / tall) / 2
    size = wide * (1 - below / tall), tall - below
    made = axes.inset_axes(((left - x0) / (x1 - x0), (box[0, 1] + below - y0) / (y1 - y0), size[0] / (x1 - x0), size[1] / (y1 - y0)), zorder=5)
    made.set_xlim(bounds[0, 0], bounds[1, 0])
    made.set_ylim(bounds[0, 1], bounds[1, 1])
    made.set_xticks([])
    made.set_yticks([])
    for spine in made.spines.values():
        spine.set_visible(True)
        spine.set_linewidth(0.6)
    if words:
        axes.text((box[0, 0] + box[1, 0]) / 2, box[0, 1], words, ha="center", va="bottom", linespacing=1.15, zorder=6, **sheet.letters(LEAST))
    return made


def _places(axes: Axes, drawing: Drawing, colours: dict[str, Any], *, blank: bool) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch

    def collect(paths: list[Path], **style: Any) -> None:
        if paths:
            axes.add_collection(PatchCollection([PathPatch(path) for path in paths], **style), autolim=False)

    collect(drawing.ground, facecolor=PALE, edgecolor="white", linewidth=EDGE, zorder=0.5)
    known = [place for place in drawing.paths if colours.get(place) is not None]
    if blank:
        collect(list(drawing.paths.values()), facecolor="none", edgecolor=SLATE, linewidth=EDGE, zorder=2)
        return
    gone = [path for place, path in drawing.paths.items() if place not in known]
    collect(gone, zorder=1, **MISSING)
    collect([drawing.paths[place] for place in known], facecolor=[colours[place] for place in known], edgecolor=SLATE, linewidth=EDGE, zorder=2)


def _missing(sheet: Sheet, shapes: Shapes) -> None:
    """Name the pattern of places without a value, where there are any."""
    from matplotlib.patches import Patch

    bare = [p.facet for p in sheet.panels if not any(s.facet is None or str(s.facet) == str(p.facet) for s in shapes.surfaces)]
    for panel in sheet.panels:
        if panel.facet in bare:
            known = {place for place, value in _values(sheet, panel).items() if value is not None and value == value}
            if set(shapes.outlines) - known:
                sheet.key(Patch(**MISSING), sheet.said("figure.no_value"))
                return


def _small_print(sheet: Sheet, shapes: Shapes) -> None:
    places = [place for place in map(str, sheet.names("place")) if place not in shapes.outlines]
    if places:
        named = tuple(sheet.name(place) for place in places[:NAMED])
        sheet.prints.append(sheet.said("figure.no_outline", count=len(places), places=(*named, "…") if len(places) > NAMED else named))
    note = sheet.say(shapes.note)
    if note:
        sheet.prints.append(note)


def _labels(sheet: Sheet, panel: Panel, shapes: Shapes, drawing: Drawing, shade: Shade) -> int:
    """What stands on the places; how many have no room."""
    across = sheet.size[0]
    rings = {p: [(np.asarray(ring, float) - drawing.origin) * drawing.scale for ring in shapes.outlines[p]] for p in shapes.labels if p in shapes.outlines}
    if not rings or (not shapes.tiled and (across < LABELLED or len(sheet.panels) > 1)):
        return 0
    words = {place: sheet.say(shapes.labels[place]) for place in rings}
    if not shapes.tiled:
        points = [middle_of(ring) for ring in rings.values()]
        return name_points(sheet, panel, points, list(words.values()), aside=0.0).count(None)
    values = _values(sheet, panel)
    wide = {place: float(np.ptp(ring[0][:, 0])) for place, ring in rings.items()}
    size = next((s for s in (8.0, 7.0, 6.0, 5.0, 4.2) if all(millimetres(sheet.face, words[p], s) < wide[p] * 0.94 for p in rings)), 4.2)
    if size * POINT > min(wide.values()) * 0.9:
        return len(rings)
    for place, ring in rings.items():
        colour = shade(values[place]) if place in values else None
        ink = readable_on(colour) if colour is not None else SLATE
        x, y = ring[0].min(axis=0) + np.ptp(ring[0], axis=0) / 2
        panel.axes.text(x, y, sheet.fitted(words[place], size, wide[place], 1), ha="center", va="center", color=ink, zorder=4, **sheet.letters(size))
    return 0


def _scale_bar(sheet: Sheet, panel: Panel, shapes: Shapes, view: View, drawing: Drawing) -> None:
    """A round length of about a sixth of the view, in a corner that is free."""
    assert shapes.metres
    reach = view.size[0] * shapes.metres / 6
    base = 10.0 ** np.floor(np.log10(reach))
    length = max(step * base for step in (1, 2, 5) if step * base <= reach)
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    long, tall = length / shapes.metres, (SMALL * POINT * 1.4 + 1.6) / drawing.scale
    points = view.taken if view.taken is not None else np.vstack(list(rings_of(shapes)))
    corner = max(long, (millimetres(sheet.face, words, LEAST) + 1) / drawing.scale)
    box, bounds = room_for(corner / tall, points, view.bounds, view.insets, (tall / view.size[1],), 0.0)
    if bounds != view.bounds:
        return
    (x, y), _ = drawing.at(np.reshape(box, (2, 2)))
    x += (corner - long) / 2 * drawing.scale
    end = x + long * drawing.scale
    panel.axes.plot([x, x, end, end], [y + 1.0, y + 0.3, y + 0.3, y + 1.0], color=GREY, linewidth=0.8, zorder=4)
    panel.axes.text((x + end) / 2, y + 1.3, sheet.face.shown(words), ha="center", va="bottom", zorder=4, **sheet.letters(LEAST))
