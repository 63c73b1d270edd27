"""Sum of squared shares of the firms of an industry (赫芬达尔指数), in each region and in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Data, Industry, Key, OneOrMany
from regio.exhibits.models import Exhibit, text
from regio.indices.activity.tables import listed, regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("herfindahl", "normalised", "numbers_equivalent", "n_firms", "share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Herfindahl(Result):
    """scores: one row a region and period (and industry, where there are several) with ``herfindahl``, missing where there is no firm;
    ``normalised``, missing for a single firm; ``numbers_equivalent``, 1/H; ``n_firms``; ``value``; ``share`` of the region in the industry.
    national: the same over all regions, one row a period. places, national_places: (N rows of the table) the row of each frame that belongs to it.
    """

    scores: pd.DataFrame
    national: pd.DataFrame
    places: pd.Series
    national_places: pd.Series
    denominator: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = {name: text(f"activity.{name}") for name in MEASURES}
        notes = (Message("herfindahl.note"), Message(f"activity.note.{self.denominator}"))
        national = listed("national", self.national, MEASURES[:4], Message("herfindahl.title.national"), heads, notes[:1])
        return (*regional(self.scores, "herfindahl", MEASURES, Message("herfindahl.title.scores"), heads, notes), national)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        own = in_rows(self.scores, self.places, {"": "herfindahl", "normalised": "normalised", "n_firms": "n_firms", "share": "share"})
        return own | in_rows(self.national, self.national_places, {"national": "herfindahl"})


@method
def herfindahl(
    data: Data,
    value: Column,
    *,
    industry: Industry | None = None,
    members: Annotated[tuple[str, ...], OneOrMany()] = (),
    denominator: Literal["region", "all", "nation"] = "region",
    region: Key = None,
    period: Key = None,
) -> Herfindahl:
    """Sum of the squared shares of an industry's firms.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a firm and period: a Panel with ``unit``
    value : size of a firm (total assets, sales), (N,)
    industry : column that says which rows belong to the industry (0 and 1), or the name of each row's industry; None: all rows are the industry
    members : names of industries that together are the industry asked about
    denominator : of a region's shares: ``region``, the industry in the region; ``all``, all rows of the region; ``nation``, the industry in all
        regions, so that the indices of the regions add up to the national one
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Herfindahl
        ``.scores`` by region, ``.national``. In a study the step's name is H of the region; parts ``normalised``, ``n_firms``, ``share``, ``national``

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``location_quotient``

    Notes
    -----
    H = Σ (X_i/X)², period by period: 1/n for n equal firms, 1 for one. Normalised (H − 1/n)/(1 − 1/n), from 0 to 1. A region with one firm has H = 1,
    the most there is, however small the firm: a finding says where. Herfindahl, O. C. (1950), Concentration in the steel industry; Hirschman,
    A. O. (1964), American Economic Review 54(5).

    Examples
    --------
    Shares 0.5, 0.3 and 0.2: 0.25 + 0.09 + 0.04 = 0.38.

    >>> import pandas as pd, regio
    >>> firms = pd.DataFrame({"firm": ["a", "b", "c"], "place": "A", "assets": [5.0, 3.0, 2.0]})
    >>> regio.herfindahl(regio.Panel(firms, region="place", unit="firm"), "assets").scores[["herfindahl", "normalised"]].round(4).values.tolist()
    [[0.38, 0.07]]
    """
    from regio.indices.activity.concentration import findings, frames, measures_of_herfindahl
    from regio.indices.activity.reading import read

    activity = read(data, (value,), industry, members=members, alone=True)
    found = frames(activity, 1, denominator, measures_of_herfindahl)
    return Herfindahl(
        scores=found.scores,
        national=found.national,
        places=found.places,
        national_places=found.national_places,
        denominator=denominator,
        provenance=Provenance(rows_used=len(found.places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=(Convention("herfindahl.form", "herfindahl.form.plain"), Convention("activity.denominator", f"activity.denominator.{denominator}")),
        findings=(*activity.findings, *findings(activity, found.scores, 1, denominator)),
    )
