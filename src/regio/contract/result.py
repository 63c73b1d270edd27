"""What every method returns: values and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regio.contract.finding import Finding
from regio.exhibits.models import Table, Text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Call:
    """Kind and every option, defaults filled in: enough to do it again on the same table."""

    kind: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Convention:
    """Whose formula was used for what: printed beside the number and collected for the methods text. Message codes, or a message where the
    name has values to fill in.
    """

    what: str
    name: str | Message
    source: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which data a number rests on. ``columns`` maps each column used to the hash of its content."""

    labels: tuple[Text, ...] = ()  # such as "calibrated, not observed"
    columns: Mapping[str, str] = field(default_factory=dict)
    rows_used: int | None = None
    rows_left_out: int = 0
    cells_changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """Values and where they come from. A subclass adds fields: numbers, strings, tuples, arrays, frames, other frozen results."""

    call: Call | None = None
    provenance: Provenance | None = None
    conventions: tuple[Convention, ...] = ()
    findings: tuple[Finding, ...] = ()

    def exhibits(self) -> tuple[Table, ...]:
        """Tables in reading order: values and typed cells, no words. The one method an author writes."""
        raise NotImplementedError

    def columns(self) -> Mapping[str, pd.Series]:
        """New columns for later steps, in the rows of the table that came in; ``""`` is the main one and takes the step's name."""
        return {}

    def table(self, name: str | None = None) -> pd.DataFrame:
        """The tidy frame of an exhibit; the first one where no name is given."""
        return choose(self.exhibits(), name).frame

    def to_dict(self) -> dict[str, Any]:
        """Full precision, JSON; ``from_dict(to_dict(r))`` is ``r`` again."""
        from regio.contract.encoding import encode

        return dict(encode(self))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        from regio.contract.encoding import decode

        result = decode(stored)
        if not isinstance(result, cls):
            raise TypeError(f"stored is a {type(result).__name__}, not a {cls.__name__}")
        return result

    def _repr_html_(self) -> str:
        from regio.exhibits.page import fragment

        return fragment(self.exhibits(), self.provenance.labels if self.provenance else ())


def choose(exhibits: tuple[Table, ...], name: str | None) -> Table:
    """The exhibit of a name; the first one for None."""
    from regio.contract.finding import ArgumentError, error, suggestion

    for exhibit in exhibits:
        if name in (None, exhibit.name):
            return exhibit
    names = tuple(e.name for e in exhibits)
    raise ArgumentError(error("contract.no_exhibit", found=name, exhibits=names, near=suggestion(str(name), names)))
