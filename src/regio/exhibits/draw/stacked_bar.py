"""Bars that consist of parts; negative parts hang below zero (堆积柱状图)."""

from __future__ import annotations

from typing import Any

import numpy as np

from regio.exhibits.draw.bar import fill, patch
from regio.exhibits.draw.columns import axes_of_bars, layout_of_bars
from regio.exhibits.draw.sheet import Panel, Sheet, split


def paint(sheet: Sheet) -> None:
    width = sheet.width or 140
    panels, groups = split(sheet, width), sheet.groups()
    layout = layout_of_bars(sheet, width, 1)
    for panel in panels:
        _stack(sheet, panel, layout.names, groups, upright=layout.upright)
    for i, group in enumerate(groups):
        sheet.key(patch(i, len(groups)), sheet.name(group))
    axes_of_bars(sheet, width, layout, 1)


def _stack(sheet: Sheet, panel: Panel, names: list[Any], groups: list[Any], *, upright: bool) -> None:
    column = sheet.exhibit.channels["x"].column
    tops = {1: np.zeros(len(names)), -1: np.zeros(len(names))}
    for i, group in enumerate(groups):
        part = sheet.rows_of(panel.frame, "group", group).drop_duplicates(column).set_index(column).reindex(names)
        value = np.nan_to_num(sheet.of(part, "y").to_numpy(float))
        base = np.where(value < 0, tops[-1], tops[1])
        style = fill(i, len(groups)) | {"zorder": 1}
        if upright:
            panel.axes.bar(np.arange(len(names)), value, 0.74, bottom=base, **style)
        else:
            panel.axes.barh(np.arange(len(names)), value, 0.74, left=base, **style)
        for sign, tip in tops.items():
            tip += np.where(value * sign > 0, value, 0.0)
