"""A checklist of digital maturity (数字化成熟度), each cell with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DigitalMaturity(Result):
    """scores: one row a firm: share of items ``low`` (known to be there) and ``high`` (also those not known), ``items``, and each area's. cells: firm, area,
    item, ``status``, ``evidence``, ``source``; items without a row are unknown. areas: in order.
    """

    scores: pd.DataFrame
    cells: pd.DataFrame
    areas: tuple[str, ...]
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import table, words
        from regio.exhibits.models import text

        over = {"": text("chain.head.all_areas")} | {f"{a}_": text("chain.stage_head", stage=words(self.names, a)) for a in self.areas}
        heads = {f"{a}{end}": (head, text(f"chain.head.{end}")) for a, head in over.items() for end in ("low", "high")}
        columns = dict.fromkeys(heads, "share")
        seen = self.cells[self.cells["status"] != "unknown"]
        listed = {"item": "name", "area": "name", "status": "code:status", "evidence": "words", "source": "words"}
        notes = (Message("chain.digital_maturity.note"),)
        return (
            table("scores", self.scores, columns, ["firm"], Message("chain.digital_maturity.title"), names=self.names, notes=notes, heads=heads),
            table("cells", seen, listed, ["firm", "item"], Message("chain.digital_maturity.cells"), names=self.names, block="firm"),
        )


@method
def digital_maturity(chain: ChainData) -> DigitalMaturity:
    """How much of a checklist firms have, area by area.

    Parameters
    ----------
    chain : Chain
        with a table ``digital`` (firm, item, status, evidence) and settings ``[[checklist]]`` with ``area`` and ``items``

    Returns
    -------
    DigitalMaturity
        intervals: an item of which nothing is known is neither there nor absent

    Raises
    ------
    DataError
        without the table or the checklist; for an item that is not in it; for an item that is there without evidence

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.digital_maturity(regio.chain.read("new-energy-vehicles"))
    >>> bool((found.scores["low"] < found.scores["high"]).all())
    True
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._digital_maturity import compute

    known = opened(chain, "digital_maturity")
    found = compute(known)
    return DigitalMaturity(
        **found, provenance=known.provenance("digital", rows=len(known.tables["digital"])), conventions=(Convention("chain.unknown", "chain.unknown.interval"),)
    )
