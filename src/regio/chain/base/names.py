"""Names: other names of entities, provinces in any form, and the words under which each is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.contract.finding import Finding, error, suggestion

if TYPE_CHECKING:
    from regio.chain.base.build import Raw

PLACES = ("province", "state", "region", "city", "cluster", "country", "zone", "place")
SEGMENTED = (  # columns that name one segment
    ("edges", "from"),
    ("edges", "to"),
    ("firms", "segment"),
    ("presence", "segment"),
    ("sites", "segment"),
    ("facts", "segment"),
    ("shares", "segment"),
    ("substitutions", "segment"),
)
PLACE_COLUMNS = (("firms", "region"), ("presence", "place"), ("travel", "from"), ("travel", "to"), ("facts", "place"), ("entities", "within"))
FIRM_COLUMNS = (
    ("firms", "firm"),
    ("relations", "from"),
    ("relations", "to"),
    ("links", "firm"),
    ("digital", "firm"),
    ("sites", "firm"),
    ("technologies", "firm"),
    ("shares", "firm"),
    ("facts", "subject"),
)
WORDED = (("segments", "segment"), ("firms", "firm"), ("entities", "entity"), ("policies", "policy"))
SHOWN = 20
USUAL = (  # names of stages, chains, amounts and relations for which the catalogue has words
    *("upstream", "midstream", "downstream", "services"),
    *("innovation", "technology", "industry", "value", "service"),
    *("total_assets", "assets", "revenue", "sales", "output", "profit", "employees", "research", "patents", "capital", "exports", "firms"),
    *("supplies", "invests", "co_develops", "co-develops", "owns", "dominates"),
)


@dataclass(frozen=True, slots=True)
class Book:
    """words: name → language → text; system: of regions (``china_provinces``), or empty."""

    words: Mapping[str, Mapping[str, str]]
    system: str


def resolved(frames: dict[str, pd.DataFrame], settings: Mapping[str, Any], raws: Mapping[str, Raw]) -> tuple[Book, list[Finding]]:
    """Every name replaced by the one it stands for, in place; unknown places are mistakes where the chain says which there are."""
    from regio.regions import SYSTEMS, names, resolve

    words = _usual(frames)
    for table, column in WORDED:
        words |= _words(frames[table], column)
    words |= {str(k): dict(v) if isinstance(v, Mapping) else {"en": str(v), "zh": str(v)} for k, v in settings.get("names", {}).items()}
    entities = frames["entities"]
    is_place = entities["kind"].isin(PLACES).to_numpy(bool) if len(entities) else np.zeros(0, bool)
    written = list(dict.fromkeys([*entities.loc[is_place & entities["kind"].isin(("province", "state")), "entity"], *frames["firms"]["region"]]))
    system = str(settings.get("places", ""))
    own = set(entities.loc[is_place, "entity"])
    tried = [name for name in written if name not in own or name in set(entities.loc[entities["kind"].isin(("province", "state")), "entity"])]
    if not system and tried:
        system = _recognised({s: len(tried) - len(resolve(tried, s).unresolved) for s in SYSTEMS}, len(tried))
    codes: dict[str, str] = dict(resolve([*tried, *_mentioned(frames)], system).mapping) if system else {}
    if system:
        words |= {
            code: dict(text) if isinstance(text, Mapping) else {"en": str(text), "zh": str(text)} for code, text in names(system).items() if code not in words
        }
    kinds = dict(zip(entities["entity"], entities["kind"], strict=True))
    same = {name: code for name, code in codes.items() if kinds.get(name) not in ("city", "cluster", "country")}
    known = {**same, **{code: code for code in codes.values()}}
    for row in entities.to_dict("records"):
        target = same.get(row["entity"], row["entity"]) if row["kind"] in PLACES else row["entity"]
        for other in (row["entity"], *_listed(row["aliases"]), row["name_en"], row["name_zh"]):
            if other:
                known.setdefault(other, target) if other in codes else known.update({other: target})
    problems: list[Finding] = []
    closed = bool(system) or bool(is_place.any())
    if len(entities):
        entities["entity"] = [same.get(e, e) if p else e for e, p in zip(entities["entity"], is_place, strict=True)]
    for table, column in PLACE_COLUMNS:
        problems += _replace_places(frames[table], table, column, known, raws.get(table), closed=closed)
    segments = _aliases(frames["segments"], "segment")
    for table, column in SEGMENTED:
        if len(frames[table]):
            frames[table][column] = frames[table][column].map(lambda n: segments.get(n, n)).to_numpy(object)
    firms = {other: e for other, e in known.items() if kinds.get(e) not in PLACES}
    for table, column in FIRM_COLUMNS:
        if len(frames[table]):
            frames[table][column] = frames[table][column].map(lambda n: firms.get(n, n)).to_numpy(object)
    for column, book in (("segments", segments), ("firms", firms)):
        if len(frames["policies"]):
            lists = [[book.get(part, part) for part in _listed(cell)] for cell in frames["policies"][column]]
            frames["policies"][column] = np.array(["; ".join(parts) for parts in lists], dtype=object)
    return Book(words, system), problems


def _recognised(known: Mapping[str, int], count: int) -> str:
    """The system of regions in which most names are known, so that a misspelt one is a mistake and no region of its own; else none."""
    best = max(known, key=lambda system: known[system])
    return best if known[best] == count or known[best] * 3 >= count * 2 else ""


def _usual(frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """Words for the usual names of stages, chains, amounts and relations that these tables have."""
    from regio.language import LANGUAGES, Message, say

    segments = frames["segments"]
    used = {*segments["stage"], *listed(segments["chains"].unique()), *frames["firms"].columns, *frames["relations"]["type"]}
    return {name: {language: say(Message(f"chain.usual.{name.replace('-', '_')}"), language) for language in LANGUAGES} for name in USUAL if name in used}


def _mentioned(frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """Places that tables name, apart from firms and entities; lists are taken apart."""
    return [part for table, column in PLACE_COLUMNS for cell in frames[table][column].unique() for part in _listed(cell)]


def _replace_places(frame: pd.DataFrame, table: str, column: str, known: Mapping[str, str], raw: Raw | None, *, closed: bool) -> list[Finding]:
    if not len(frame) or raw is None:
        return []
    problems = []
    mapping = {cell: "; ".join(known.get(part, part) for part in _listed(cell)) for cell in frame[column].unique()}
    if closed:
        bad = {cell for cell in mapping if any(part not in known for part in _listed(cell))}
        rows = np.flatnonzero(frame[column].isin(bad).to_numpy())[:SHOWN]
        names = tuple(known)
        problems = [
            error("chain.unknown_place", raw.at(int(i), column), found=str(frame[column].iloc[i]), near=suggestion(str(frame[column].iloc[i]), names))
            for i in rows
        ]
    frame[column] = frame[column].map(mapping).to_numpy(object)
    return problems


def _aliases(frame: pd.DataFrame, column: str) -> dict[str, str]:
    """Segments may be named by their words too."""
    found = {}
    for row in frame.to_dict("records"):
        for other in (row["name_en"], row["name_zh"]):
            if other:
                found[other] = row[column]
    return found | {name: name for name in frame[column]}


def _words(frame: pd.DataFrame, column: str) -> dict[str, dict[str, str]]:
    named = frame.loc[(frame["name_en"] != "") | (frame["name_zh"] != ""), [column, "name_en", "name_zh"]] if len(frame) else frame
    return {str(row[0]): {"en": row[1] or row[2], "zh": row[2] or row[1]} for row in named.itertuples(index=False, name=None)} if len(named) else {}


def _listed(cell: Any) -> list[str]:
    return [part.strip() for part in str(cell).split(";") if part.strip()]


def listed(cells: Iterable[Any]) -> list[str]:
    """The parts of cells that hold lists with semicolons, each once."""
    return list(dict.fromkeys(part for cell in cells for part in _listed(cell)))
