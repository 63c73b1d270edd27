"""A chain as a value: small frames, and the words for their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.result import Provenance
from regio.exhibits.models import Text

if TYPE_CHECKING:
    import pandas as pd

Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """An industrial chain (产业链).

    Fields
    ------
    segments : one row a segment: ``segment``, ``stage``, ``chains`` (tags), ``import_share`` or its bounds ``import_low``, ``import_high`` (shares)
    edges : ``from`` supplies ``to``; ``cost_share`` of it in the cost of the buyer (share, missing where not known)
    firms : one row a firm, region, segment (and period): every further column is an amount, such as total assets
    entities : firms, places and institutions with their kind, other names, dates, and the larger place they lie ``within``
    presence : which segments a place has, beyond what its firms say: ``status`` present, absent or unknown
    relations : typed edges between entities (supplies, invests, co-develops, …)
    facts : one row a fact, see ``facts``
    tables : the optional tables by name
    amounts : columns of ``firms`` that hold amounts
    settings : of the chain: target, stages, words, rules of business models, checklists
    names : name → its words in each language
    labels : marks of the data, such as "invented for illustration"
    hashes : table → hash of its content
    """

    segments: pd.DataFrame
    edges: pd.DataFrame
    firms: pd.DataFrame
    entities: pd.DataFrame
    presence: pd.DataFrame
    relations: pd.DataFrame
    facts: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    amounts: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    labels: tuple[Text, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    findings: tuple[Finding, ...] = ()

    def table(self, name: str) -> pd.DataFrame:
        """An optional table.

        Raises
        ------
        DataError
            where the chain does not have it
        """
        if name not in self.tables or not len(self.tables[name]):
            raise DataError(error("chain.table_needed", table=f"{name}.csv"))
        return self.tables[name]

    @property
    def order(self) -> tuple[str, ...]:
        """The segments in the order of their table."""
        return tuple(self.segments["segment"])

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in the order of the settings, else of their first segment."""
        found = tuple(dict.fromkeys(stage for stage in self.segments["stage"] if stage))
        stated = tuple(name for name in self.settings.get("stages", ()) if name in found)
        return (*stated, *(name for name in found if name not in stated))

    @property
    def periods(self) -> tuple[Any, ...]:
        """The periods of the firms' table, in order; one empty text where it has none."""
        return tuple(sorted(dict.fromkeys(self.firms["period"]), key=str)) or ("",)

    def words(self, names: Iterable[Any]) -> dict[str, dict[str, str]]:
        """The words for those of these names that have some, and for the parts of lists with semicolons."""
        every = dict.fromkeys(str(name) for name in names)
        every |= dict.fromkeys(part.strip() for name in every if ";" in name for part in name.split(";"))
        return {key: dict(self.names[key]) for key in every if key in self.names}

    def provenance(self, *tables: str, rows: int | None = None, left_out: int = 0) -> Provenance:
        """What a number rests on, for a method that read these tables."""
        return Provenance(labels=self.labels, columns={name: self.hashes.get(name, "") for name in tables}, rows_used=rows, rows_left_out=left_out)


def opened(chain: Any, kind: str) -> Chain:
    """The first argument of a method.

    Raises
    ------
    ArgumentError
        for anything but a chain
    """
    if not isinstance(chain, Chain):
        raise ArgumentError(error("chain.not_a_chain", kind=f"chain.{kind}", found=type(chain).__name__))
    return chain


def chosen(found: str, known: Iterable[str], code: str, **values: Any) -> str:
    """A name that must be one of those known.

    Raises
    ------
    ArgumentError
        of this code, with near misses
    """
    names = tuple(dict.fromkeys(known))
    if found not in names:
        raise ArgumentError(error(code, found=found, known=names[:30], near=suggestion(found, names), **values))
    return found
