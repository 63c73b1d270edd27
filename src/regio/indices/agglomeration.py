"""Agglomeration of an industry: location quotient, concentration ratio and Herfindahl index in one score by entropy weights (产业集聚水平)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Count, Data, Industry, Key, OneOrMany
from regio.exhibits.models import Cell, Exhibit, Row, Table, label, text
from regio.exhibits.models import Column as TableColumn
from regio.indices.activity.tables import cell, listed, regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("location_quotient", "concentration_ratio", "herfindahl")
SHOWN = ("score", *MEASURES, "n_firms", "share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agglomeration(Result):
    """scores: one row a region and period with ``score`` in [0, 1], the measures ``location_quotient, concentration_ratio, herfindahl``,
    ``n_firms`` of the industry and ``share`` of the region in it; score, ratio and Herfindahl index are missing without a firm. weights: by measure
    (by period and measure unless ``scope`` is pooled) with ``weight, entropy, divergence, low, high``. national: by period, ``concentration_ratio,
    herfindahl, n_firms``. places: (N rows of the table) the row of ``scores`` that belongs to each. top: n.
    """

    scores: pd.DataFrame
    weights: pd.DataFrame
    national: pd.DataFrame
    places: pd.Series
    top: int
    denominator: str
    scope: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = self._heads()
        notes = (Message("agglomeration.note.score"), Message(f"activity.note.{self.denominator}"))
        national = listed("national", self.national, (*MEASURES[1:], "n_firms"), Message("agglomeration.title.national"), heads)
        scores = regional(self.scores, "score", SHOWN, Message("agglomeration.title.scores"), heads, notes)
        measures = listed("measures", self.scores, SHOWN, Message("agglomeration.title.measures"), heads, notes[1:])
        return (*scores, self._weights(heads), *((measures,) if len(scores) > 1 else ()), national)

    def _heads(self) -> dict[str, Cell]:
        return {
            "score": text("agglomeration.score"),
            "location_quotient": text("agglomeration.location_quotient"),
            "concentration_ratio": text("concentration_ratio.ratio", n=self.top),
            "herfindahl": text("activity.herfindahl"),
            "n_firms": text("activity.n_firms"),
            "share": text("activity.share"),
        }

    def _weights(self, heads: Mapping[str, Cell]) -> Table:
        shown = ("entropy", "divergence", "weight")
        rows = []
        for key, values in zip(self.weights.index, self.weights[list(shown)].itertuples(index=False), strict=True):
            period, measure = key if isinstance(key, tuple) else (None, key)
            head = heads[measure] if period is None else text("activity.row", names=(label(str(period)), heads[measure].value))
            rows.append(Row(measure if period is None else f"{period}.{measure}", head, tuple(cell(n, v) for n, v in zip(shown, values, strict=True))))
        columns = tuple(TableColumn(name, (text(f"index.{name}_head"),)) for name in shown)
        notes = (Message(f"index.note.{self.scope}"), Message("index.note.entropy"))
        title = Message("agglomeration.title.weights")
        return Table(name="weights", frame=self.weights, columns=columns, rows=tuple(rows), title=title, stub=text("agglomeration.measure"), notes=notes)

    def columns(self) -> Mapping[str, pd.Series]:
        from regio.indices.activity.reading import in_rows

        return in_rows(self.scores, self.places, {"": "score"} | {name: name for name in (*MEASURES, "n_firms", "share")})


@method
def agglomeration(
    data: Data,
    value: Column,
    *,
    industry: Industry | None = None,
    members: Annotated[tuple[str, ...], OneOrMany()] = (),
    top: Annotated[Count, Ge(1)] = 4,
    denominator: Literal["region", "all", "nation"] = "region",
    no_firm: Literal["missing", "zero"] = "missing",
    scope: Literal["pooled", "by_period", "pooled_scale"] = "pooled",
    region: Key = None,
    period: Key = None,
) -> Agglomeration:
    """One score of how far an industry agglomerates in each region.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a firm and period (a Panel with ``unit``), of the industry and of all others
    value : size of a firm (total assets), (N,)
    industry : column that says which rows belong to the industry (0 and 1), or with ``members`` the name of each row's industry
    members : names of industries that together are the industry
    top : n of the concentration ratio
    denominator : of the shares of firms in ratio and Herfindahl index: ``region``, the industry in the region, as papers have it; ``all``, all firms
        of the region; ``nation``, the industry in all regions: then a region with a single small firm is not taken for an agglomeration
    no_firm : score of a region without a firm: ``missing``, or ``zero`` (ratio and index then count as zero too)
    scope : rows over which scale and weights are learnt, as in ``entropy_weights``
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Agglomeration
        ``.scores``, ``.weights``, ``.national``. In a study the step's name is the score; parts ``location_quotient``, ``concentration_ratio``,
        ``herfindahl``, ``n_firms``, ``share``

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as in ``location_quotient``; also for names of industries without ``members``, and where no measure varies

    Notes
    -----
    z = (x − min)/(max − min) of each measure over the regions with a firm, entropy weights w (see ``entropy_weights``), score Σ w z. With ``denominator``
    region a region with one firm has CR_n = H = 1, the maximum, however small the firm: findings name such regions and say how the index is
    correlated with the number of firms.

    Examples
    --------
    A has two of three firms of the industry, B one, beside as large others. B's single firm makes it first by the usual shares, A by shares of the nation.

    >>> import pandas as pd, regio
    >>> firms = pd.DataFrame({"firm": list("abcde"), "place": list("AABAB"), "nev": [1, 1, 1, 0, 0], "assets": [60.0, 40.0, 10.0, 90.0, 10.0]})
    >>> panel = regio.Panel(firms, region="place", unit="firm")
    >>> for denominator in ("region", "nation"):
    ...     print(regio.agglomeration(panel, "assets", industry="nev", top=1, denominator=denominator).scores["score"].round(3).tolist())
    [0.333, 0.667]
    [1.0, 0.0]
    """
    import numpy as np

    from regio.contract.finding import ArgumentError, error
    from regio.indices.activity.concentration import findings, frames, measures_of_herfindahl
    from regio.indices.activity.firms import ratio
    from regio.indices.activity.quotients import quotients
    from regio.indices.activity.reading import read
    from regio.indices.activity.scoring import doubts, scored

    activity = read(data, (value,), industry, members=members, alone=True)
    if activity.layout == "names":
        raise ArgumentError(error("agglomeration.which_industry", column=industry, names=activity.industries[:30]))
    found = frames(
        activity,
        top,
        denominator,
        lambda firms, whole: {"concentration_ratio": ratio(firms.top, whole, firms.count)} | measures_of_herfindahl(firms, whole),
    )
    quotient = quotients(activity.sums(), activity.asked)[..., 0]
    table = found.scores.assign(location_quotient=quotient[activity.present])
    values = np.array(table[list(MEASURES)], dtype=float, order="F")
    result = scored(values, table["period"].to_numpy() if "period" in table else None, MEASURES, no_firm=no_firm, scope=scope)
    keys = [name for name in ("region", "period") if name in table]
    scores = table[[*keys, "n_firms", "share"]].assign(score=result.scores, **dict(zip(MEASURES, values.T, strict=True)))
    national = found.national[[*keys[1:], "concentration_ratio", "herfindahl", "normalised", "n_firms"]]
    return Agglomeration(
        scores=scores[[*keys, *SHOWN]],
        weights=result.weights,
        national=national,
        places=found.places,
        top=top,
        denominator=denominator,
        scope=scope,
        provenance=Provenance(rows_used=len(found.places) - activity.left_out, rows_left_out=activity.left_out),
        conventions=(
            Convention("concentration_ratio.n", Message("concentration_ratio.n.top", {"n": top})),
            Convention("activity.denominator", f"activity.denominator.{denominator}"),
            Convention("agglomeration.no_firm", f"agglomeration.no_firm.{no_firm}"),
            Convention("index.scale", "index.scale.min_max"),
            Convention("index.scope", f"index.scope.{scope}"),
            Convention("index.weighting", "index.weighting.entropy", "index.source.entropy"),
        ),
        findings=(*activity.findings, *findings(activity, found.scores, top, denominator), *result.findings, *doubts(scores, denominator)),
    )
