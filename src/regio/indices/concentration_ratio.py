"""Share of the largest n firms of an industry (产业集中度 CRn), in each region and in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Count, Data, Industry, Key, OneOrMany
from regio.exhibits.models import Cell, Exhibit, text
from regio.indices.activity.tables import listed, regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("concentration_ratio", "n_firms", "share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConcentrationRatio(Result):
    """scores: one row a region and period (and industry, where there are several) with ``concentration_ratio``, missing where there is no firm;
    ``n_firms`` of the industry; ``value``, its total; ``share`` of the region in the industry. national: the same over all regions, one row a
    period. places: (N rows of the table) the row of ``scores`` that belongs to each; national_places: that of ``national``. top: n.
    """

    scores: pd.DataFrame
    national: pd.DataFrame
    places: pd.Series
    national_places: pd.Series
    top: int
    denominator: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads: dict[str, Cell] = {
            "concentration_ratio": text("concentration_ratio.ratio", n=self.top),
            "n_firms": text("activity.n_firms"),
            "share": text("activity.share"),
        }
        notes = (Message("concentration_ratio.note", {"n": self.top}), Message(f"activity.note.{self.denominator}"))
        title, whole = (Message(f"concentration_ratio.title.{name}", {"n": self.top}) for name in ("scores", "national"))
        national = listed("national", self.national, MEASURES[:2], whole, heads, notes[:1])
        return (*regional(self.scores, "concentration_ratio", MEASURES, title, heads, notes), national)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        own = in_rows(self.scores, self.places, {"": "concentration_ratio", "n_firms": "n_firms", "share": "share"})
        return own | in_rows(self.national, self.national_places, {"national": "concentration_ratio"})


@method
def concentration_ratio(
    data: Data,
    value: Column,
    *,
    industry: Industry | None = None,
    members: Annotated[tuple[str, ...], OneOrMany()] = (),
    top: Annotated[Count, Ge(1)] = 4,
    denominator: Literal["region", "all", "nation"] = "region",
    region: Key = None,
    period: Key = None,
) -> ConcentrationRatio:
    """Share of the largest firms of an industry.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a firm and period: a Panel with ``unit``
    value : size of a firm (total assets, sales), (N,)
    industry : column that says which rows belong to the industry (0 and 1), or the name of each row's industry; None: all rows are the industry
    members : names of industries that together are the industry asked about
    top : n, how many of the largest firms
    denominator : of a region: ``region``, the industry in the region; ``all``, all rows of the region; ``nation``, the industry in all regions
    region, period : key columns, where data is a plain frame

    Returns
    -------
    ConcentrationRatio
        ``.scores`` by region, ``.national``. In a study the step's name is the ratio of the region; parts ``n_firms``, ``share``, ``national``

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``location_quotient``

    Notes
    -----
    CR_n = Σ_{i ≤ n} X_i/Σ_i X_i, firms in order of size, period by period. Where a region has n firms or fewer, CR_n = 1 with ``denominator`` region
    whatever they are; ``nation`` gives the region's largest firms as a share of the industry instead. Bain, J. S. (1959), Industrial organization.

    Examples
    --------
    Firms of 5, 3 and 2: the largest two have 8 of 10.

    >>> import pandas as pd, regio
    >>> firms = pd.DataFrame({"firm": ["a", "b", "c"], "place": "A", "assets": [5.0, 3.0, 2.0]})
    >>> regio.concentration_ratio(regio.Panel(firms, region="place", unit="firm"), "assets", top=2).scores["concentration_ratio"].tolist()
    [0.8]
    """
    from regio.indices.activity.concentration import findings, frames
    from regio.indices.activity.firms import ratio
    from regio.indices.activity.reading import read

    activity = read(data, (value,), industry, members=members, alone=True)
    found = frames(activity, top, denominator, lambda firms, whole: {"concentration_ratio": ratio(firms.top, whole, firms.count)})
    return ConcentrationRatio(
        scores=found.scores,
        national=found.national,
        places=found.places,
        national_places=found.national_places,
        top=top,
        denominator=denominator,
        provenance=Provenance(rows_used=len(found.places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=(
            Convention("concentration_ratio.n", Message("concentration_ratio.n.top", {"n": top})),
            Convention("activity.denominator", f"activity.denominator.{denominator}"),
        ),
        findings=(*activity.findings, *findings(activity, found.scores, top, denominator)),
    )
