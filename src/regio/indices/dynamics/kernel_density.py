"""Kernel densities of regions, one a period: how the whole distribution moves (核密度估计)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt, Le

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Data, GroupColumn, Key, Role
from regio.exhibits.models import Channel, Exhibit, Figure, label, text
from regio.indices.dynamics._frames import WORDS, frame_table, kinds_of, part_head
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KernelDensity(Result):
    """densities: part, x, ``density`` on one grid for all parts; summary: by part, ``n, mean, bandwidth, peaks`` (how many), ``peak`` (place of the
    highest), ``height``, ``width`` at half height, ``mass`` on the grid; rule: ``silverman``, ``scott`` or ``given``.
    """

    densities: pd.DataFrame
    summary: pd.DataFrame
    column: str
    by: str
    rule: str
    kernel: str
    bounds: tuple[float | None, float | None]

    def exhibits(self) -> tuple[Exhibit, ...]:
        title = Message("kernel_density.title", {"column": label(self.column)})
        kinds = kinds_of(self.summary) | {"peaks": "count"}
        notes: tuple[Message, ...] = (
            Message("kernel_density.note", {"kernel": Message(f"kernel_density.kernel.{self.kernel}"), "rule": Message(f"kernel_density.rule.{self.rule}")}),
        )
        if any(bound is not None for bound in self.bounds):
            notes += (Message("kernel_density.reflected", {"bounds": tuple("−" if b is None else f"{b:g}" for b in self.bounds)}),)
        table = frame_table(self.summary, kinds, name="summary", prefix="kernel_density", title=title, stub=part_head(self.by), notes=notes)
        channels = {"x": Channel("x", label(self.column)), "y": Channel("density", text("kernel_density.density"))}
        words = dict(WORDS)
        if len(self.summary) == 1:
            return (table, Figure(name="density", form="line", frame=self.densities, channels=channels, title=title, notes=notes, words=words))
        channels["group"] = Channel("part", part_head(self.by), kind="label")
        return (table, Figure(name="ridges", form="ridges", frame=self.densities, channels=channels, title=title, notes=notes, words=words))


@method
def kernel_density(
    data: Data,
    column: Column,
    *,
    bandwidth: Literal["silverman", "scott"] | Annotated[float, Gt(0)] = "silverman",
    kernel: Literal["gaussian", "epanechnikov"] = "gaussian",
    bounds: tuple[float | None, float | None] = (None, None),
    points: Annotated[int, Ge(20), Le(100_000), Role("count")] = 201,
    by: GroupColumn | None = None,
    region: Key = None,
    period: Key = None,
) -> KernelDensity:
    """The density of a column over the regions, for each period on the same axis.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows)
    column : (N,)
    bandwidth : ``silverman`` or ``scott``, for each part by itself; or a number in the unit of the column, for all
    kernel : ``gaussian``; ``epanechnikov`` with a standard deviation of one, as in Stata
    bounds : lowest and highest value that the column can take, None where there is none: mass beyond is reflected, as for a score in [0, 1]
    points : of the grid, which reaches three bandwidths beyond the data and no further than the bounds
    by : do it once for each value of this column, of ``region`` or of ``period``; None is the period where the table has one, else everything
    region, period : key columns, where data is a plain frame

    Returns
    -------
    KernelDensity
        ``.densities``, ``.summary``

    Raises
    ------
    ArgumentError
        for a column that does not exist, or bounds the wrong way round
    DataError
        for infinite values, values beyond a bound, a part with a single row or without variation (a rule then has no bandwidth)

    Notes
    -----
    f(x) = Σ K((x − y_i)/h)/(n h). Silverman: h = 0.9 min(sd, iqr/1.34) n^(−1/5); Scott: h = 1.06 sd n^(−1/5). With a reflection at bound b the sum runs over
    y_i and 2b − y_i. Silverman (1986), Density estimation for statistics and data analysis, sections 2.10 and 3.4.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> found = regio.kernel_density(pd.DataFrame({"y": [0.0, 1.0, 2.0, 3.0, 4.0]}), "y", bandwidth="scott")
    >>> found.summary[["bandwidth", "peaks", "peak"]].round(3).values.tolist()
    [[1.215, 1.0, 2.0]]
    """
    from regio.indices.dynamics._ridges import ridges
    from regio.indices.dynamics._values import read

    found = read(data, column, by=by)
    densities, summary = ridges(found, column, bandwidth, kernel, bounds, points)
    rule = bandwidth if isinstance(bandwidth, str) else "given"
    return KernelDensity(
        densities=densities,
        summary=summary,
        column=column,
        by=found.by,
        rule=rule,
        kernel=kernel,
        bounds=bounds,
        provenance=found.provenance,
        conventions=(
            Convention("kernel_density.rule", f"kernel_density.rule.{rule}"),
            Convention("kernel_density.kernel", f"kernel_density.kernel.{kernel}"),
            Convention("kernel_density.edge", f"kernel_density.edge.{'none' if bounds == (None, None) else 'reflected'}"),
        ),
        findings=found.findings,
    )
