"""Location quotient times the weight of internet ports: a substitute measure of virtual agglomeration (虚拟集聚)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.finding import DataError, Finding, error
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Data, Key
from regio.exhibits.models import Exhibit, text
from regio.indices.activity.tables import regional
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("virtual_agglomeration", "location_quotient", "port_weight")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualAgglomeration(Result):
    """scores: (N rows of the table) region, period, ``virtual_agglomeration``, ``location_quotient`` and ``port_weight``; missing where one of the
    two columns is. form: of the weight.
    """

    scores: pd.DataFrame
    form: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        heads = {name: text(f"virtual_agglomeration.{name}") for name in MEASURES}
        notes = (Message("virtual_agglomeration.note.substitute"), Message(f"virtual_agglomeration.note.{self.form}"))
        return regional(self.scores, "virtual_agglomeration", MEASURES, Message("virtual_agglomeration.title"), heads, notes)

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.scores["virtual_agglomeration"], "port_weight": self.scores["port_weight"]}


@method
def virtual_agglomeration(
    data: Data,
    quotient: Column,
    ports: Column,
    *,
    form: Literal["share", "relative_to_mean"] = "share",
    region: Key = None,
    period: Key = None,
) -> VirtualAgglomeration:
    """Location quotient of an industry times the weight of a region's internet ports.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), one a region and period
    quotient : location quotient, (N,): in a study the name of a step of kind ``location_quotient``
    ports : number of internet broadband access ports, (N,)
    form : weight of the ports: ``share`` of all regions in the period (they sum to one), or ``relative_to_mean`` of the regions in the period
    region, period : key columns, where data is a plain frame

    Returns
    -------
    VirtualAgglomeration
        ``.scores``. In a study the step's name is the measure; part ``port_weight``

    Raises
    ------
    DataError
        for negative or infinite numbers, two rows of a region in a period, or no ports at all in a period

    Notes
    -----
    VA_jt = LQ_jt · w_jt, w = ports_jt/Σ_j ports_jt, or that divided by its mean over the regions. Within a period the two forms differ by a factor
    only, the number of regions. This is a substitute: the measure that papers put into a robustness check beside their own; it stands for the
    virtual agglomeration of an industry, and does not observe it.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"place": ["A", "B"], "lq": [1.5, 0.5], "ports": [30.0, 10.0]})
    >>> regio.virtual_agglomeration(frame, "lq", "ports", region="place").scores["virtual_agglomeration"].tolist()
    [1.125, 0.125]
    """
    import numpy as np

    from regio.indices._cells import key_frame
    from regio.indices.activity.reading import places_of

    keys = key_frame(data)
    lq, number = (data.rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in (quotient, ports))
    problems = [
        error(f"activity.{code}", column=name, count=int(bad.sum()), rows=places_of(keys, bad))
        for name, column in ((quotient, lq), (ports, number))
        for code, bad in (("negative", column < 0), ("infinite", np.isinf(column)))
        if bad.any()
    ]
    twice = keys.duplicated([name for name in ("region", "period") if name in keys]).to_numpy()
    if twice.any():
        problems.append(error("virtual_agglomeration.many_rows", count=int(twice.sum()), rows=places_of(keys, twice)))
    period_of = keys["period"].to_numpy() if "period" in keys else np.zeros(len(keys))
    weight = np.full(len(keys), np.nan)
    for level in np.unique(period_of):
        rows = period_of == level
        whole = np.nansum(number[rows])
        if not whole > 0 and not (number[rows] < 0).any():
            problems.append(error("virtual_agglomeration.no_ports", column=ports, period=f" ({level})" if "period" in keys else ""))
            continue
        weight[rows] = number[rows] / (whole if form == "share" else np.nanmean(number[rows]))
    if problems:
        raise DataError(*problems)
    missing = np.isnan(lq) | np.isnan(number)
    findings = [Finding("virtual_agglomeration.substitute", severity="note")]
    if missing.any():
        findings.append(Finding("activity.left_out", {"columns": (quotient, ports), "count": int(missing.sum()), "rows": places_of(keys, missing)}))
    return VirtualAgglomeration(
        scores=keys.assign(virtual_agglomeration=lq * weight, location_quotient=lq, port_weight=weight),
        form=form,
        provenance=Provenance(rows_used=int((~missing).sum()), rows_left_out=int(missing.sum())),
        conventions=(
            Convention("virtual_agglomeration.measure", "virtual_agglomeration.measure.substitute"),
            Convention("virtual_agglomeration.weight", f"virtual_agglomeration.weight.{form}"),
        ),
        findings=tuple(findings),
    )
