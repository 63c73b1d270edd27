"""The technology matrix (三纵三横): verticals against horizontals, with what stands in each cell and what stands in none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Exhibit
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Technologies(Result):
    """cells: vertical, horizontal, ``entries`` (how many), ``names_of`` them; empty cells too. entries: the rows of the table."""

    cells: pd.DataFrame
    entries: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import matrix, table

        wide = self.cells.pivot(index="vertical", columns="horizontal", values="names_of").reindex(
            index=self.cells["vertical"].unique(), columns=self.cells["horizontal"].unique()
        )
        notes = (Message("chain.technologies.note", {"empty": int((self.cells["entries"] == 0).sum()), "total": len(self.cells)}),)
        columns = {"vertical": "name", "horizontal": "name", "firm": "name", "period": "plain", "source": "words"}
        return (
            matrix("matrix", wide, "names", Message("chain.technologies.title"), names=self.names, stub="vertical", frame=self.cells, notes=notes),
            table("entries", self.entries, columns, ["entry", "vertical", "horizontal"], Message("chain.technologies.entries"), names=self.names),
        )


@method
def technologies(chain: ChainData) -> Technologies:
    """The matrix of the table ``technologies``.

    Parameters
    ----------
    chain : Chain
        settings ``verticals`` and ``horizontals`` give the order, and cells that no row names

    Returns
    -------
    Technologies

    Raises
    ------
    DataError
        without the table

    Examples
    --------
    >>> import regio.chain
    >>> len(regio.chain.technologies(regio.chain.read("new-energy-vehicles")).cells)
    9
    """
    import pandas as pd

    from regio.chain.base.model import opened

    known = opened(chain, "technologies")
    rows = known.table("technologies")
    sides = [tuple(dict.fromkeys([*known.settings.get(f"{side}s", ()), *rows[side]])) for side in ("vertical", "horizontal")]
    cells = []
    for vertical in sides[0]:
        for horizontal in sides[1]:
            here = rows[(rows["vertical"] == vertical) & (rows["horizontal"] == horizontal)]
            cells.append({"vertical": vertical, "horizontal": horizontal, "entries": len(here), "names_of": "; ".join(here["entry"])})
    names = known.words([*sides[0], *sides[1], *rows["entry"], *rows["firm"], *rows["source"]])
    return Technologies(cells=pd.DataFrame(cells), entries=rows, names=names, provenance=known.provenance("technologies", rows=len(rows)))
