"""The form of a specification curve: points in order, marks in rows under their headings, one axis for both."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from regio.exhibits.draw import draw
from regio.exhibits.draw.caption import caption
from regio.exhibits.models import Channel, Figure, text
from regio.language import LANGUAGES, Message


def figure(frame: pd.DataFrame, **more: str) -> Figure:
    channels = {name: Channel(name) for name in ("x", "y", "low", "high")} | {name: Channel(column, kind="label") for name, column in more.items()}
    words = {"none": text("specification_curve.sign.none", level=5)}
    return Figure(name="curve", form="specifications", frame=frame, channels=channels, title=Message("specification_curve.rank"), words=words)


def models(n: int) -> pd.DataFrame:
    y = [i - n / 2 for i in range(n)]
    return pd.DataFrame({"x": range(1, n + 1), "y": y, "low": [v - 1 for v in y], "high": [v + 1 for v in y]})


def with_marks(n: int) -> pd.DataFrame:
    base = models(n).assign(sign=["none" if i % 2 else "positive" for i in range(n)])
    every = [base.assign(mark=None, heading=None)]
    every += [base[base["x"] % 2 == i].assign(mark=f"m{i}", heading="first") for i in range(2)]
    every.append(base[base["x"] > n / 2].assign(mark="late", heading="second"))
    return pd.concat(every, ignore_index=True)


@pytest.mark.parametrize("n", [1, 2, 40, 1500])
def test_it_is_drawn_whatever_its_size(n: int) -> None:
    made = draw(figure(with_marks(n), group="sign", mark="mark", heading="heading"))
    labels = [label.get_text() for label in made.axes[0].get_yticklabels()]
    assert labels[: 4 if n == 1 else 5] == ["first", *(["m0"] if n > 1 else []), "m1", "second", "late"]  # of one model, none is even
    width, height = made.get_size_inches()
    assert 3 < width < 8
    assert 1 < height < 12
    assert made.axes[0].get_ylim()[0] == 0


def test_without_marks_or_groups_and_with_equal_estimates() -> None:
    flat = models(5).assign(y=1.0, low=1.0, high=1.0)
    for frame in (models(5), flat, flat * 0):
        assert draw(figure(frame.assign(x=range(1, 6)))).axes


def test_points_stand_where_the_estimates_are() -> None:
    axes: Any = draw(figure(models(11))).axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    heights = points.get_ydata()
    ticks = {float(label.get_text().replace("−", "-")): place for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)}
    zero, top = ticks[0.0], max(ticks)
    for value, height in zip(models(11)["y"], heights, strict=True):
        assert height == pytest.approx(zero + value * (ticks[top] - zero) / top)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_those_who_do_not_see_it(language: Any) -> None:
    alt = caption(figure(with_marks(40), group="sign", mark="mark", heading="heading"), language).alt
    assert "40" in alt
    assert "−20" in alt
