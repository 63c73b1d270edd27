"""What an index learnt from its table, so that other rows can be scored by it: plain values, nothing of the table's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class PartRules:
    """Of all rows, or of one period. parameters: (p, k) of the scale; weights: (k,), inside the headings under a nested hierarchy; between: (d,) weights
    of the headings there; ideal, ideal_between: (2, k), (2, d) best and worst scaled values; frontier: (m, k) of benefit of the doubt.
    """

    parameters: Floats
    weights: Floats
    between: Floats | None = None
    ideal: Floats | None = None
    ideal_between: Floats | None = None
    frontier: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class IndexRules:
    """kind: the method that learnt them; indicators with directions, best values ((), (value,) or (least, greatest)) and headings; options: scale,
    aggregate and whatever else the score needs; periods: whose rules ``parts`` are, None for one part; rows: how many they were learnt from.
    """

    kind: str
    indicators: tuple[str, ...]
    directions: tuple[str, ...]
    best: tuple[tuple[float, ...], ...]
    dimensions: tuple[str, ...]
    options: Mapping[str, Any]
    periods: tuple[Any, ...] | None
    parts: tuple[PartRules, ...]
    rows: int

    def to_dict(self) -> dict[str, Any]:
        """Full precision, JSON."""
        from regio.contract.encoding import encode

        return dict(encode(self))


def read_rules(given: Any, kind: str) -> IndexRules:
    """The rules that are meant: themselves, those of a result, or either as stored by ``to_dict``.

    Raises
    ------
    ArgumentError
        for anything else, and for rules that another kind of method learnt
    """
    from regio.contract.encoding import decode
    from regio.contract.finding import ArgumentError, error

    found = given
    if isinstance(given, Mapping) and "$type" in given:
        found = decode(given)
    found = found if isinstance(found, IndexRules) else getattr(found, "rules", None)
    if not isinstance(found, IndexRules):
        raise ArgumentError(error("index.no_rules", kind=kind, found=type(given).__name__))
    if found.kind != kind:
        raise ArgumentError(error("index.other_rules", kind=kind, found=found.kind))
    return found
