"""The tables of a chain: which columns each has, which are needed, and what their cells may hold. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Range = tuple[float | None, float | None]
SHARE: Range = (0.0, 1.0)
POSITIVE: Range = (0.0, None)
ANY: Range = (None, None)
STATUS = ("present", "absent", "unknown")
KINDS = ("flow", "stock", "share", "growth", "rank", "count", "ratio", "outlook", "target", "event", "relation", "list")
NUMERIC_KINDS = ("flow", "stock", "share", "growth", "rank", "count", "ratio", "outlook", "target")
NAMED = ("name_en", "name_zh")


@dataclass(frozen=True, slots=True)
class Spec:
    """needed: columns that must be there and filled; texts, numbers (with their range), choices (the first is the default): columns that may be;
    others: other words for a column; open: further columns of numbers are kept, as amounts.
    """

    needed: tuple[str, ...]
    texts: tuple[str, ...] = ()
    numbers: Mapping[str, Range] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    open: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.needed, *self.choices, *self.texts, *self.numbers)


REGION = {"province": "region", "place": "region", "company": "firm", "year": "period"}
PLACE = {"cluster": "place", "region": "place", "province": "place"}

TABLES: Mapping[str, Spec] = {
    "segments": Spec(("segment",), ("stage", "group", "chains", *NAMED, "source", "note"), {"import_share": SHARE, "import_low": SHARE, "import_high": SHARE}),
    "edges": Spec(("from", "to"), ("source",), {"cost_share": SHARE}, others={"cost_share_of_buyer": "cost_share"}),
    "firms": Spec(("firm", "region", "segment"), ("period", *NAMED, "source"), others=REGION, open=True),
    "entities": Spec(("entity", "kind"), ("within", "aliases", "start", "end", *NAMED, "source")),
    "presence": Spec(("place", "segment"), ("source",), choices={"status": STATUS}, others=PLACE),
    "relations": Spec(("from", "to", "type"), ("start", "end", "source", "note")),
    "facts": Spec(
        ("id", "subject", "attribute", "value"),
        ("unit", "period", "kind", "segment", "place", "source", "location", "hedge", "scenario", "chains", "whole", "flag", "reading"),
    ),
    "shares": Spec(("market", "firm"), ("period", "segment", "source"), {"share": SHARE}),
    "policies": Spec(
        ("policy", "instrument", "jurisdiction"),
        ("in_force", "until", "target", "segments", "firms", *NAMED, "source"),
        choices={"effect": ("support", "restrict", "neutral")},
    ),
    "technologies": Spec(("vertical", "horizontal", "entry"), ("firm", "period", "source")),
    "substitutions": Spec(("replaced", "successor"), ("segment", "period", "source"), {"domestic_low": SHARE, "domestic_high": SHARE}),
    "links": Spec(("firm", "link"), ("source",), choices={"status": STATUS}),
    "digital": Spec(("firm", "item"), ("evidence", "source"), choices={"status": STATUS}),
    "flows": Spec(("from", "to", "content"), ("source",), choices={"status": STATUS}),
    "sites": Spec(("firm", "site"), ("place", "country", "segment", "unit", "state", "period", "source"), {"capacity": POSITIVE}),
    "travel": Spec(("from", "to"), ("source",), {"hours": POSITIVE}),
    "mapping": Spec(("raw",), ("id", "subject", "attribute", "reason")),
}
NEEDED = ("segments", "edges", "firms")  # what a user brings for another industry
SETTINGS = "chain.toml"
