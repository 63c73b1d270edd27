"""The substitution table (技术替代表): which component replaced which, and how much of the successor is domestic."""

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
class Substitution(Result):
    """pairs: ``replaced``, ``successor``, ``segment``, ``domestic_low``, ``domestic_high`` (shares; as stated, else one less the segment's import share),
    ``derived``: taken from the segment, ``source``.
    """

    pairs: pd.DataFrame
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import table

        columns = {"successor": "name", "segment": "name", "domestic_low": "share", "domestic_high": "share", "derived": "yes_no", "source": "words"}
        notes = (Message("chain.substitution.note"),)
        shown = self.pairs.assign(derived=self.pairs["derived"].astype(object).where(self.pairs["domestic_low"].notna(), None))
        return (table("pairs", shown, columns, ["replaced", "successor"], Message("chain.substitution.title"), names=self.names, notes=notes),)


@method
def substitution(chain: ChainData) -> Substitution:
    """Components that were replaced, their successors, and the domestic share of these.

    Parameters
    ----------
    chain : Chain
        with a table ``substitutions``

    Returns
    -------
    Substitution

    Raises
    ------
    DataError
        without the table

    Examples
    --------
    >>> import regio.chain
    >>> regio.chain.substitution(regio.chain.read("new-energy-vehicles")).pairs["replaced"].tolist()
    ['engine', 'gearbox', 'axle']
    """
    from regio.chain.base.model import opened
    from regio.chain.structure._autonomy import import_shares

    known = opened(chain, "substitution")
    pairs = known.table("substitutions").copy()
    low, high = import_shares(known, "interval")
    told = known.segments["import_share"].notna() | known.segments["import_low"].notna() | known.segments["import_high"].notna()
    bounds = {s: (1 - b, 1 - a) for s, a, b, is_told in zip(known.order, low, high, told, strict=True) if is_told}
    blank = (pairs["domestic_low"].isna() & pairs["domestic_high"].isna() & pairs["segment"].isin(bounds)).to_numpy(bool)
    for end, column in enumerate(("domestic_low", "domestic_high")):
        pairs[column] = [bounds[s][end] if b else v for s, b, v in zip(pairs["segment"], blank, pairs[column], strict=True)]
    pairs["derived"] = blank
    names = known.words([*pairs["replaced"], *pairs["successor"], *pairs["segment"], *pairs["source"]])
    return Substitution(pairs=pairs, names=names, provenance=known.provenance("substitutions", "segments", rows=len(pairs)))
