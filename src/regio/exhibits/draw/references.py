"""Lines across a picture, such as critical values: their titles stand outside the axes, or in the legend where there are several panels."""

from __future__ import annotations

from regio.exhibits.draw.look import POINT, SLATE, SMALL
from regio.exhibits.draw.placing import rows_apart, spread
from regio.exhibits.draw.sheet import Sheet
from regio.exhibits.draw.spelling import millimetres
from regio.exhibits.models import Reference

DASHED = ((0, (4, 2)), (0, (1, 1.4)), (0, (6, 1.6, 1, 1.6)), (0, (2, 1)))
WIDEST = 0.2  # of the picture, that titles on the right may take
LINE = SMALL * POINT * 1.3


def reference_lines(sheet: Sheet, width: int, *, lying: bool = False) -> None:
    """Draw them, before the scales are read. ``lying``: x runs up and y across."""
    found = sheet.exhibit.references
    titles = list(dict.fromkeys(sheet.say(reference.title) for reference in found))
    several = len(sheet.panels) > 1
    for reference in found:
        words = sheet.say(reference.title)
        style = DASHED[titles.index(words) % len(DASHED)]
        for panel in sheet.panels:
            if reference.facet is not None and str(reference.facet) != str(panel.facet):
                continue
            draw = panel.axes.axvline if _upright(reference, lying=lying) else panel.axes.axhline
            drawn = draw(reference.at, color=SLATE, linewidth=0.8, linestyle=style, zorder=1.5)
            if words and several and words not in sheet.legend[1]:
                sheet.key(drawn, words)
    aside = [sheet.say(r.title) for r in found if not _upright(r, lying=lying)]
    if not several and any(aside):
        shown = [line for words in aside for line in sheet.fitted(words, SMALL, WIDEST * width, 3).split("\n")]
        sheet.room += max(millimetres(sheet.face, line, SMALL) for line in shown) + 1


def reference_titles(sheet: Sheet, width: int, across: float, height: float, *, lying: bool = False) -> None:
    """Write their titles, once the scales are set."""
    if len(sheet.panels) > 1:
        return
    titled = [(reference, sheet.say(reference.title)) for reference in sheet.exhibit.references]
    _aside(sheet, [(r.at, words) for r, words in titled if words and not _upright(r, lying=lying)], width, across, height)
    _above(sheet, [(r.at, words) for r, words in titled if words and _upright(r, lying=lying)], across, height)


def _upright(reference: Reference, *, lying: bool) -> bool:
    return (reference.axis == "x") != lying


def _aside(sheet: Sheet, titled: list[tuple[float, str]], width: int, across: float, height: float) -> None:
    low, high = sheet.axes.get_ylim()
    shown = [sheet.fitted(words, SMALL, WIDEST * width, 3) for _, words in titled]
    places = [(at - low) / (high - low) * height for at, _ in titled]
    apart = spread(places, [LINE * (words.count("\n") + 1) for words in shown], 0.0, height)
    for words, place in zip(shown, apart, strict=True):
        sheet.axes.text(1 + 1.0 / across, place / height, words, transform=sheet.axes.transAxes, ha="left", va="center", color=SLATE, **sheet.letters(SMALL))


def _above(sheet: Sheet, titled: list[tuple[float, str]], across: float, height: float) -> None:
    left, right = sheet.axes.get_xlim()
    shown = [sheet.fitted(words, SMALL, across / 2, 2) for _, words in titled]
    extents = [millimetres(sheet.face, words, SMALL) for words in shown]
    places = [min(max((at - left) / (right - left) * across, w / 2), across - w / 2) for (at, _), w in zip(titled, extents, strict=True)]
    rows = rows_apart(places, extents)
    deepest = max((words.count("\n") + 1 for words in shown), default=1)
    for words, place, row in zip(shown, places, rows, strict=True):
        up = 1 + (0.8 + row * deepest * LINE) / height
        sheet.axes.text(place / across, up, words, transform=sheet.axes.transAxes, ha="center", va="bottom", color=SLATE, **sheet.letters(SMALL))
