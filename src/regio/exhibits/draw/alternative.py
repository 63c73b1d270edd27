"""What a figure says to those who do not see it: its form, its extent, and where it is small every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regio.exhibits.draw.nothing import is_nothing
from regio.exhibits.draw.sheet import Say, name_of, title_of
from regio.exhibits.models import Figure
from regio.exhibits.numbers import digits, stars
from regio.exhibits.style import Style
from regio.language import Language, Message, say

if TYPE_CHECKING:
    import pandas as pd

SPOKEN = 12  # estimates, parts, arrows or panels that are listed
MEASURED = {"heat_map": "value"}  # the channel whose extent is said, where it is not y


def alt_text(figure: Figure, heading: str, said: Say, style: Style, language: Language) -> str:
    spoken = Spoken(figure, heading, said, style)
    if is_nothing(figure):
        return say("figure.alt.nothing", language, title=heading)
    own = getattr(spoken, figure.form, spoken.measured)
    parts = [own(), *spoken.panels(), *spoken.references()]
    return (" " if language == "en" else "").join(say(part, language) for part in parts)


class Spoken:
    """One figure and its words; each form that needs more than its extent has a method of its name."""

    def __init__(self, figure: Figure, heading: str, said: Say, style: Style) -> None:
        self.figure, self.heading, self.said, self.style = figure, heading, said, style

    def message(self, code: str, **values: Any) -> Message:
        return Message(f"figure.alt.{code}", {"title": self.heading, **values})

    def column(self, channel: str) -> pd.Series:
        return self.figure.frame[self.figure.channels[channel].column]

    def title(self, channel: str) -> str:
        return title_of(self.figure, channel, self.said)

    def name(self, value: object) -> str:
        return name_of(self.figure, value, self.said)

    def digits(self, values: Sequence[float]) -> list[str]:
        return [digits(float(value), self.style.decimals) for value in values]

    def place(self, at: float) -> str:
        """Where a line stands: a whole number, such as a year, as it is."""
        return self.name(at) if at == int(at) else self.digits([at])[0]

    def across(self) -> str:
        """What runs across: its title, else its first and last name."""
        names = self.column("x").dropna().unique()
        return self.title("x") or f"{self.name(names[0])}–{self.name(names[-1])}"

    def listed(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return (*items[:SPOKEN], "…") if len(items) > SPOKEN else tuple(items)

    def measured(self) -> Message:
        values = self.column(MEASURED.get(self.figure.form, "y")).astype(float)
        low, high = self.digits([values.min(), values.max()])
        groups = self.column("group").nunique() if "group" in self.figure.channels else 1
        return self.message(self.figure.form, low=low, high=high, x=self.across(), y=self.title("y"), groups=groups, rows=len(self.figure.frame))

    def heat_map(self) -> Message:
        values = self.column("value").astype(float)
        low, high = self.digits([values.min(), values.max()])
        return self.message("heat_map", low=low, high=high, rows=self.column("y").nunique(), columns=self.column("x").nunique(), value=self.title("value"))

    def coefficients(self) -> Message:
        rows = zip(self.whose(), *(self.column(c) for c in ("x", "low", "high")), strict=True)
        terms = [Message("figure.alt.term", {"name": name, **dict(zip(("estimate", "low", "high"), self.digits(rest), strict=True))}) for name, *rest in rows]
        return self.message("coefficients", terms=self.listed(terms))

    def specifications(self) -> Message:
        frame = self.figure.frame
        models = frame[self.column("mark").isna()] if "mark" in self.figure.channels else frame
        values = models[self.figure.channels["y"].column].astype(float)
        low, middle, high = self.digits([values.min(), values.median(), values.max()])
        return self.message("specifications", low=low, middle=middle, high=high, models=len(models))

    def whose(self) -> list[str]:
        """The name of each estimate, with its group and panel where there are several."""
        own = [c for c in ("y", "group", "facet") if c in self.figure.channels]
        return [" · ".join(map(self.name, names)) for names in zip(*(self.column(c) for c in own), strict=True)]

    def waterfall(self) -> Message:
        parts = [f"{self.name(x)} {self.digits([y])[0]}" for x, y in zip(self.column("x"), self.column("y").astype(float), strict=True)]
        return self.message("waterfall", parts=self.listed(parts))

    def ridges(self) -> Message:
        groups = list(self.column("group").dropna().unique())
        low, high = self.digits([self.column("x").min(), self.column("x").max()])
        return self.message("ridges", x=self.title("x"), groups=len(groups), first=self.name(groups[0]), last=self.name(groups[-1]), low=low, high=high)

    def rank_flow(self) -> Message:
        x = self.column("x")
        periods = list(x.dropna().unique())
        last = self.figure.frame[x == periods[-1]]
        ranked = last.sort_values(self.figure.channels["y"].column, kind="stable")[self.figure.channels["group"].column]
        leaders = self.listed([self.name(group) for group in ranked])
        return self.message("rank_flow", groups=self.column("group").nunique(), first=self.name(periods[0]), last=self.name(periods[-1]), leaders=leaders)

    def timeline(self) -> Message:
        events = [f"{self.name(x)} {self.name(name)}" for x, name in zip(self.column("x"), self.column("name"), strict=True)]
        return self.message("timeline", count=len(events), lanes=self.column("y").nunique(), events=self.listed(events))

    def diagram(self) -> Message:
        empty = [float("nan")] * len(self.figure.frame)
        value, p_value = (self.column(c).astype(float) if c in self.figure.channels else empty for c in ("value", "p_value"))
        names = {*self.column("source").dropna(), *self.column("target").dropna(), *(self.figure.nodes["name"] if self.figure.nodes is not None else ())}
        decimals = 0 if all(float(number).is_integer() for number in value if number == number) else self.style.decimals
        arrows = []
        for source, target, number, p in zip(self.column("source"), self.column("target"), value, p_value, strict=True):
            shown = "" if number != number else f" {digits(number, decimals)}{stars(p, self.style)}"
            arrows.append(f"{self.name(source)} → {self.name(target)}{shown}")
        return self.message("diagram", nodes=len(names), edges=len(arrows), arrows=self.listed(arrows))

    def map(self) -> Message:
        assert self.figure.shapes is not None
        value = self.column("value")
        places, shown = self.column("place").astype(str), len(self.figure.shapes.outlines)
        missing = len(set(self.figure.shapes.outlines) - set(places[value.notna()]))
        common = {"value": self.title("value"), "places": shown, "missing": missing}
        if self.figure.channels["value"].kind == "number":
            low, high = self.digits([value.astype(float).min(), value.astype(float).max()])
            return self.message("map", low=low, high=high, **common)
        counts = value.value_counts(sort=False)
        order = sorted(counts.index) if all(isinstance(name, int) for name in counts.index) else list(counts.index)
        return self.message("map_of_classes", classes=self.listed([f"{self.name(name)} ({counts[name]})" for name in order]), **common)

    def panels(self) -> list[Message]:
        if "facet" not in self.figure.channels:
            return []
        facets = self.column("facet").dropna().unique()
        return [self.message("panels", count=len(facets), names=self.listed([self.name(facet) for facet in facets]))]

    def references(self) -> list[Message]:
        titled = [(self.said(reference.title), reference.at) for reference in self.figure.references]
        lines = [f"{words} ({self.place(at)})" for words, at in titled if words]
        return [self.message("references", lines=self.listed(lines))] if lines else []
