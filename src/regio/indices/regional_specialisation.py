"""How far a region's mix of industries departs from that of all regions (地区专业化)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Data, Industry, Key
from regio.exhibits.models import Exhibit, text
from regio.indices.activity.tables import regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("krugman", "coefficient", "hachman", "herfindahl", "entropy")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionalSpecialisation(Result):
    """scores: one row a region and period with ``krugman`` (0 to 2), ``coefficient`` (half of it), ``hachman`` (above 0 to 1; 1 is the mix of all
    regions), ``herfindahl`` over industries and ``entropy`` (nats); missing where a region has nothing. places: (N rows of the table) the row of
    ``scores`` that belongs to each.
    """

    scores: pd.DataFrame
    places: pd.Series

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = {name: text(f"regional_specialisation.{name}") for name in MEASURES}
        notes = (Message("regional_specialisation.note"),)
        return regional(self.scores, "krugman", MEASURES, Message("regional_specialisation.title"), heads, notes)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        return in_rows(self.scores, self.places, {"": "krugman"} | {name: name for name in MEASURES[1:]})


@method
def regional_specialisation(data: Data, value: Columns, *, industry: Industry | None = None, region: Key = None, period: Key = None) -> RegionalSpecialisation:
    """Krugman's index and other measures of a region's specialisation.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    value : amounts in any one unit (employment, output, assets), each (N,): one column with ``industry``, or one column an industry
    industry : the name of each row's industry
    region, period : key columns, where data is a plain frame

    Returns
    -------
    RegionalSpecialisation
        ``.scores``. In a study the step's name is Krugman's index; parts ``coefficient``, ``hachman``, ``herfindahl``, ``entropy``

    Raises
    ------
    ArgumentError, DataError
        as in ``location_quotient``

    Notes
    -----
    a_k, b_k: shares of industry k in the region and in all regions of the period, this one included. Krugman (1991), Geography and trade: Σ|a − b|;
    half of it is the coefficient of specialisation (Florence 1948). Hachman 1/Σ(a²/b). Herfindahl Σa². Entropy −Σ a ln a.

    Examples
    --------
    A has one industry, B the other; of both together each is a half: |1 − 1/2| + |0 − 1/2| = 1.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["A", "B"], "cars": [2.0, 0.0], "ships": [0.0, 2.0]})
    >>> regio.regional_specialisation(frame, ("cars", "ships"), region="place").scores["krugman"].tolist()
    [1.0, 1.0]
    """
    from regio.indices.activity.reading import by_region, read
    from regio.indices.activity.specialisation import of_regions

    activity = read(data, value, industry)
    scores, places = by_region(activity, of_regions(activity.sums()))
    findings = list(activity.findings)
    if scores["krugman"].isna().any():
        findings.append(Finding("location_quotient.undefined"))
    return RegionalSpecialisation(
        scores=scores,
        places=places,
        provenance=Provenance(rows_used=len(places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=(
            Convention("regional_specialisation.base", "regional_specialisation.base.all"),
            Convention("activity.of", f"activity.of.{activity.layout}"),
        ),
        findings=tuple(findings),
    )
