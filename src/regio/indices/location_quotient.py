"""Location quotient of an industry in each region (区位熵)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, Engine, Industry, Key, Level, OneOrMany, Seed
from regio.exhibits.models import Exhibit, text
from regio.indices.activity.tables import regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from regio.indices.activity.reading import Activity

FEW = 5  # firms of a region: below this a percentile interval says little
MEASURES = ("estimate", "std_error", "conf_low", "conf_high", "standardised", "share", "n_firms")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocationQuotient(Result):
    """scores: one row a region and period (and industry, where there are several) with ``estimate``, the quotient; ``std_error, statistic, p_value,
    conf_low, conf_high`` (missing without draws; p: the quotient is one); ``standardised`` over the regions; ``value`` of the industry and ``total``
    of all industries in the unit of the table; ``share`` of the region in the industry; ``n_firms``, rows above zero. places: (N rows of the table)
    the row of ``scores`` that belongs to each, the first of its industries. industries: names, where the table had a column for each.
    """

    scores: pd.DataFrame
    places: pd.Series
    industries: tuple[str, ...] = ()
    draws: int = 0

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = {name: text(f"location_quotient.{name}") for name in MEASURES}
        notes: tuple[Message, ...] = (Message("location_quotient.note.reading"),)
        if self.draws:
            notes += (Message("location_quotient.note.draws", {"draws": self.draws}),)
        return regional(self.scores, "estimate", MEASURES, Message("location_quotient.title"), heads, notes)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        if not self.industries:
            return in_rows(self.scores, self.places, {"": "estimate", "share": "share", "value": "value", "total": "total", "standardised": "standardised"})
        return {name: in_rows(self.scores, self.places + j, {name: "estimate"})[name] for j, name in enumerate(self.industries)}


@method
def location_quotient(
    data: Data,
    value: Columns,
    *,
    industry: Industry | None = None,
    members: Annotated[tuple[str, ...], OneOrMany()] = (),
    total: Column | None = None,
    draws: Count = 0,
    scheme: Literal["poisson", "iid", "stratified"] = "poisson",
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> LocationQuotient:
    """Share of an industry in a region, relative to its share in all regions together.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a firm and period (a Panel with ``unit``), or one a region and period
    value : amounts in any one unit (total assets, employment), each (N,): one column, with ``industry`` or ``total``; or one column an industry
    industry : column that says which rows belong to the industry (0 and 1), or the name of each row's industry
    members : names of industries that together are the industry asked about; the others are the rest
    total : column with the amount of all industries, where ``value`` is that of one
    draws : random repetitions over firms for an interval; 0 is none
    scheme : ``poisson``: each firm counts a Poisson number of times, mean one; ``iid``: as many firms as there are, with replacement; ``stratified``:
        the same inside each region. A firm has one number in all its periods
    level : of the interval, between the percentiles (1 ∓ level)/2
    seed : of the draws
    region, period : key columns, where data is a plain frame

    Returns
    -------
    LocationQuotient
        ``.scores``. In a study the step's name is the quotient; parts ``share``, ``value``, ``total``, ``standardised``; with one column an
        industry, a part for each

    Raises
    ------
    ArgumentError
        for columns that do not fit together, or draws on a table without firms
    DataError
        for negative or infinite amounts, a part above its total, or rows without an industry
    EstimationError
        where no row belongs to the industry

    Notes
    -----
    LQ_ij = (X_ij/Σ_i X_ij)/(Σ_j X_ij/Σ_i Σ_j X_ij), industry i, region j, period by period; the sums over regions are those of the table. Above one:
    more specialised than all regions together. 0 where a region has none of the industry, missing where it has nothing. ``standardised``:
    (LQ − mean)/SD over regions; O'Donoghue, D. and Gleave, B. (2004), Regional Studies 38(4), take 1.96 as the cut-off of an agglomeration; Tian, Z.
    (2013), Journal of Regional Analysis and Policy 43(2), bootstraps the standardised quotient.

    Examples
    --------
    Half of A's assets are in the industry, none of B's; of both together a quarter. 0.5/0.25 = 2.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["A", "B"], "vehicles": [10.0, 0.0], "all": [20.0, 20.0]})
    >>> regio.location_quotient(frame, "vehicles", total="all", region="place").scores["estimate"].tolist()
    [2.0, 0.0]
    """
    import numpy as np

    from regio.indices.activity.quotients import drawn, quotients, standardised, summary
    from regio.indices.activity.reading import by_region_and_industry, read

    activity = read(data, value, industry, total=total, members=members)
    if draws and not activity.by_firm:
        raise ArgumentError(error("activity.draws_need_firms", kind="location_quotient"))
    sums, asked = activity.sums(), activity.asked
    estimate = quotients(sums, asked)
    inference = {name: np.full(estimate.size, np.nan) for name in ("std_error", "p_value", "conf_low", "conf_high")}
    if draws:
        inference = summary(estimate, drawn(activity, draws, scheme, seed, engine), level)
    shaped = {name: values.reshape(estimate.shape) for name, values in inference.items()}
    part, whole = sums[..., :asked], np.broadcast_to(sums.sum(axis=2, keepdims=True), estimate.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part / part.sum(axis=0)
    measures = {
        "estimate": estimate,
        "std_error": shaped["std_error"],
        "statistic": np.full(estimate.shape, np.nan),  # percentiles have none
        "p_value": shaped["p_value"],
        "conf_low": shaped["conf_low"],
        "conf_high": shaped["conf_high"],
        "standardised": standardised(estimate),
        "value": part,
        "total": whole,
        "share": share,
        "n_firms": activity.counts()[..., :asked],
    }
    scores, places = by_region_and_industry(activity, measures)
    conventions = [Convention("location_quotient.nation", "location_quotient.nation.table"), Convention("activity.of", f"activity.of.{activity.layout}")]
    if draws:
        conventions.append(Convention("location_quotient.interval", Message(f"location_quotient.interval.{scheme}", {"draws": draws, "level": level})))
    return LocationQuotient(
        scores=scores,
        places=places,
        industries=activity.industries if activity.layout == "columns" else (),
        draws=draws,
        provenance=Provenance(rows_used=len(places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=tuple(conventions),
        findings=(*activity.findings, *_findings(activity, draws, bool(np.isnan(estimate[activity.present]).any()))),
    )


def _findings(activity: Activity, draws: int, undefined: bool) -> list[Finding]:
    found = []
    if undefined:
        found.append(Finding("location_quotient.undefined"))
    if activity.layout == "marks" and (activity.industry == 0).all():
        found.append(Finding("location_quotient.nothing_else"))
    if draws:
        firms = activity.counts().sum(axis=2).max(axis=1)
        if few := tuple(str(name) for name, count in zip(activity.regions, firms.tolist(), strict=True) if count < FEW):
            found.append(Finding("location_quotient.few_firms", {"regions": few, "least": FEW}))
    return found
