"""Points of a series and their picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import said, table, words
from regio.chain.base.facts import marks
from regio.chain.base.model import Chain
from regio.chain.outlook._series import points
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.registers.series import Series

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def compute(chain: Chain, subject: str, attribute: str, since: int | None, until: int | None) -> dict[str, Any]:
    every = points(chain, subject, attribute)
    before = dict(zip(every["year"], every["number"], strict=True))
    kept = every[(every["year"] >= (since if since is not None else -np.inf)) & (every["year"] < (until + 1 if until is not None else np.inf))]
    growth = [row["number"] / before[row["year"] - 1] - 1 if before.get(row["year"] - 1) else np.nan for row in kept.to_dict("records")]
    frame = pd.DataFrame(
        {
            "period": [str(p) for p in kept["period"]],
            "value": kept["number"].to_numpy(float),
            "growth": growth,
            "source": kept["source"].to_numpy(object),
            "id": kept["id"].to_numpy(object),
            "marks": [";".join(marks(row)) for row in kept.to_dict("records")],
        }
    )
    facts = chain.facts
    flagged = facts[(facts["subject"] == subject) & (facts["attribute"] == attribute) & (facts["flag"] != "")]
    flagged = flagged[["id", "period", "value", "unit", "flag", "reading", "source"]].astype({"period": str}).reset_index(drop=True)
    unit = str(every["unit"].iloc[0])
    return {
        "points": frame,
        "printed": flagged,
        "subject": subject,
        "attribute": attribute,
        "unit": unit,
        "names": chain.words([subject, attribute, unit, *frame["source"], *flagged["flag"]]),
    }


def exhibits(result: Series) -> tuple[Exhibit, ...]:
    what = {"subject": words(result.names, result.subject), "attribute": words(result.names, result.attribute), "unit": words(result.names, result.unit)}
    title = Message("chain.series.title", what)
    heads = {"value": text("chain.unit", unit=what["unit"])}
    columns = {"value": "number", "growth": "share", "source": "words"} | ({"marks": "codes:mark"} if result.points["marks"].any() else {})
    notes = [Message("chain.series.note")]
    notes += [
        Message(
            "chain.series.printed",
            {"id": row["id"], "period": row["period"], "value": row["value"], "reading": row["reading"], "flag": said(result.names, row["flag"])},
        )
        for row in result.printed.to_dict("records")
    ]
    made = table("points", result.points, columns, ["period"], title, names=result.names, notes=notes, heads=heads)
    channels = {"x": Channel("period", text("chain.head.period"), kind="label"), "y": Channel("value", text("chain.unit", unit=what["unit"]))}
    frame = result.points
    picture_notes = (Message("chain.series.sources", {"sources": _joined(_once(result.points["source"], result.names))}), *notes[1:])
    return made, Figure(name="chart", form="bar" if result.as_drawn == "bar" else "line", frame=frame, channels=channels, title=title, notes=picture_notes)


def _once(sources: Iterable[str], names: Mapping[str, Any]) -> list[Any]:
    """Each source in words, those that differ by a year alone as one with the first and the last of the years, where none is missing between them."""
    found: dict[Any, list[Any]] = {}
    for source in dict.fromkeys(s for s in sources if s):
        spoken = said(names, source)
        words = spoken if isinstance(spoken, Mapping) else {"": spoken} if isinstance(spoken, str) else {}
        years = {year for text in words.values() for year in YEAR.findall(text)}
        same = tuple((language, YEAR.sub("{}", text)) for language, text in words.items()) if len(years) == 1 else source
        found.setdefault(same, []).append((int(min(years, default="0")), spoken))
    return [merged for group in found.values() for merged in _merged(sorted(group, key=itemgetter(0)))]


def _merged(group: list[Any]) -> list[Any]:
    first, last = group[0][0], group[-1][0]
    if len(group) < 3 or last - first != len(group) - 1:
        return [spoken for _, spoken in group]
    spoken = group[0][1]
    if isinstance(spoken, str):
        return [YEAR.sub(f"{first}–{last}", spoken)]
    return [{language: YEAR.sub(f"{first}{'—' if language == 'zh' else '–'}{last}", text) for language, text in spoken.items()}]


def _joined(sources: list[Any]) -> Any:
    """Sources that may hold commas, with semicolons between them."""
    return reduce(lambda first, second: Message("chain.series.two_sources", {"first": first, "second": second}), sources) if sources else ""
