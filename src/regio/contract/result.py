"""What every method returns: values and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

from regio.contract.finding import Finding
from regio.exhibits.models import Exhibit, Figure, Table, Text
from regio.language import Message, default_language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Picture


@dataclass(frozen=True, slots=True)
class Call:
    """Kind and every option, defaults filled in: enough to do it again on the same table. learnt: what was said in Python of variables, such as
    directions; in a study the variables themselves know it.
    """

    kind: str
    options: Mapping[str, Any]
    learnt: Mapping[str, Any] = field(default_factory=dict)


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
    regions_used: int | None = None
    cells_changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """Values and where they come from. A subclass adds fields: numbers, strings, tuples, arrays, frames, other frozen results."""

    call: Call | None = None
    provenance: Provenance | None = None
    conventions: tuple[Convention, ...] = ()
    findings: tuple[Finding, ...] = ()

    def exhibits(self) -> tuple[Exhibit, ...]:
        """Tables and figures in reading order: values and typed cells, no words. The one method an author writes."""
        raise NotImplementedError

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        """Table → sentences that say in plain words what its numbers mean, with effect sizes. Numbers inside are cells, names are labels."""
        return {}

    def columns(self) -> Mapping[str, pd.Series]:
        """New columns for later steps, in the rows of the table that came in; ``""`` is the main one and takes the step's name."""
        return {}

    def table(self, name: str | None = None) -> pd.DataFrame:
        """The tidy frame of a table; the first one where no name is given."""
        return choose(self.exhibits(), Table, name).frame

    def figure(self, name: str | None = None) -> Picture:
        """A figure as a picture of matplotlib; the first one where no name is given.

        Raises
        ------
        ArgumentError
            where there is no figure of that name
        FindingError
            where no font here can draw its texts
        """
        from regio.contract.finding import FindingError, error
        from regio.exhibits.draw import draw
        from regio.exhibits.draw.fonts import FontError

        marks = self.provenance.labels if self.provenance else ()
        try:
            return draw(choose(self.exhibits(), Figure, name), default_language(), marks=marks)
        except FontError as problem:
            raise FindingError(*(error(m.code, **m.values) for m in problem.messages)) from None

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


E = TypeVar("E", Table, Figure)


def choose(exhibits: Sequence[Exhibit], kind: type[E], name: str | None) -> E:
    """The exhibit of a kind that bears a name; the first of its kind for None."""
    from regio.contract.finding import ArgumentError, error, suggestion

    found = [exhibit for exhibit in exhibits if isinstance(exhibit, kind)]
    for exhibit in found:
        if name in (None, exhibit.name):
            return exhibit
    names = tuple(exhibit.name for exhibit in found)
    if name is None or not names:
        raise ArgumentError(error(f"contract.no_{kind.__name__.lower()}", exhibits=tuple(e.name for e in exhibits)))
    raise ArgumentError(error("contract.no_exhibit", found=name, exhibits=names, near=suggestion(str(name), names)))
