"""How far an industry is concentrated on regions (产业地理集中)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from regio.contract.finding import ArgumentError, Finding, error, suggestion
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Data, Industry, Key, Learnt, OneOrMany
from regio.exhibits.models import Exhibit, text
from regio.indices.activity.tables import listed
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from regio.indices.activity.reading import Activity
    from regio.indices.scale import Floats

MEASURES = ("ellison_glaeser", "locational_gini", "theil", "coefficient", "herfindahl", "concentration", "plant_herfindahl")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GeographicConcentration(Result):
    """scores: one row a period and industry (where there are several) with ``ellison_glaeser`` (missing where the plants are not known),
    ``locational_gini`` (0 to 1), ``theil`` (nats), ``coefficient`` of localisation (0 to 1), ``herfindahl`` over regions, ``concentration`` G = Σ(s − x)²
    and ``plant_herfindahl``. places: (N rows of the table) the row of ``scores`` that belongs to each. industries: names, where the table had a
    column for each.
    """

    scores: pd.DataFrame
    places: pd.Series
    industries: tuple[str, ...] = ()

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = {name: text(f"geographic_concentration.{name}") for name in MEASURES}
        return (listed("scores", self.scores, MEASURES, Message("geographic_concentration.title"), heads, (Message("geographic_concentration.note"),)),)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        if self.industries:
            return {name: in_rows(self.scores, self.places + j, {name: "locational_gini"})[name] for j, name in enumerate(self.industries)}
        return in_rows(self.scores, self.places, {"": "locational_gini"} | {name: name for name in MEASURES if name != "locational_gini"})


@method
def geographic_concentration(
    data: Data,
    value: Columns,
    *,
    industry: Industry | None = None,
    members: Annotated[tuple[str, ...], OneOrMany()] = (),
    total: Column | None = None,
    plant_herfindahl: Learnt = None,
    region: Key = None,
    period: Key = None,
) -> GeographicConcentration:
    """Ellison and Glaeser's index, the locational Gini coefficient and other measures of an industry's concentration on regions.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a firm and period (a Panel with ``unit``), or one a region and period
    value : amounts in any one unit (employment, output, assets), each (N,): one column, with ``industry`` or ``total``; or one column an industry
    industry : column that says which rows belong to the industry (0 and 1), or the name of each row's industry
    members : names of industries that together are the industry asked about
    total : column with the amount of all industries, where ``value`` is that of one
    plant_herfindahl : industry → Herfindahl index of its plants, in [0, 1); else that of the firms, where rows are firms
    region, period : key columns, where data is a plain frame

    Returns
    -------
    GeographicConcentration
        ``.scores``. In a study the step's name is the locational Gini coefficient; the other measures are parts

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``location_quotient``; also for a Herfindahl index of plants that is not in [0, 1), or of an industry that does not exist

    Notes
    -----
    s, x: shares of a region in the industry and in all industries of the period. Ellison, G. and Glaeser, E. L. (1997), Journal of Political Economy
    105(5): γ = (G − (1 − Σx²)H)/((1 − Σx²)(1 − H)), G = Σ(s − x)², H = Σ z² over plants; 0 is what plants that choose places at random would give.
    Firms are not plants: with firms H is an upper bound of that of plants owned by one firm each in one region. Locational Gini (Krugman 1991): of s
    against x, regions in order of s/x. Theil Σ s ln(s/x). Coefficient of localisation ½Σ|s − x| (Florence 1948).

    Examples
    --------
    The industry is in A alone, which has half of everything: s = (1, 0), x = (1/2, 1/2). Gini 1 − 1/2, Theil ln 2.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["A", "B"], "cars": [2.0, 0.0], "all": [2.0, 2.0]})
    >>> found = regio.geographic_concentration(frame, "cars", total="all", region="place", plant_herfindahl={"cars": 0.2}).scores
    >>> found[["locational_gini", "theil", "ellison_glaeser"]].round(4).values.tolist()
    [[0.5, 0.6931, 1.0]]
    """
    from regio.indices.activity.reading import by_industry, read
    from regio.indices.activity.specialisation import of_industries

    activity = read(data, value, industry, total=total, members=members)
    plants, known_from = _plants(activity, plant_herfindahl)
    scores, places = by_industry(activity, of_industries(activity.sums(), activity.asked, plants))
    findings = list(activity.findings)
    if known_from == "none":
        findings.append(Finding("geographic_concentration.no_plants", severity="note"))
    return GeographicConcentration(
        scores=scores,
        places=places,
        industries=activity.industries if activity.layout == "columns" else (),
        provenance=Provenance(rows_used=len(places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=(
            Convention("geographic_concentration.plants", f"geographic_concentration.plants.{known_from}"),
            Convention("activity.of", f"activity.of.{activity.layout}"),
        ),
        findings=tuple(findings),
    )


def _plants(activity: Activity, given: Any) -> tuple[Floats, str]:
    """(P, K') Herfindahl indices of the plants, and where they come from: ``given``, ``firms`` or ``none``."""
    import numpy as np

    from regio.indices.activity.firms import in_nation, ratio

    names = activity.industries[: activity.asked]
    shape = (activity.shape[1], activity.asked)
    if given is None:
        if not activity.by_firm:
            return np.full(shape, np.nan), "none"
        firms = in_nation(activity, 1)
        return ratio(firms.squares, firms.total**2, firms.count), "firms"
    if not isinstance(given, Mapping) and not hasattr(given, "to_dict"):
        raise ArgumentError(error("index.not_a_mapping", argument="plant_herfindahl", found=type(given).__name__))
    found = {str(name): float(number) for name, number in given.items()}
    problems = [error("geographic_concentration.unknown_industry", found=n, names=names, near=suggestion(n, names)) for n in found if n not in names]
    problems += [error("geographic_concentration.plant_share", industry=n, found=f"{h:g}") for n, h in found.items() if not 0 <= h < 1]
    if problems:
        raise ArgumentError(*problems)
    return np.broadcast_to(np.array([found.get(name, np.nan) for name in names]), shape), "given"
