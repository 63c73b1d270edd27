"""What a number is over many panels that all give the printed numbers back (校准面板族的取值范围)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Count, Data, Engine, Key, Level, Of, Role
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd

Paper = Annotated[str | None, Role("calibration")]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CalibratedRange(Result):
    """cells: one row a number of the call's tables, indexed ``exhibit, row, part, column``, with ``first`` (on the panel of seed 0), ``least, median,
    greatest, share_positive``, ``share_significant`` (of estimates with a p-value below 1 − level) and ``kind``; panels: how many gave the numbers;
    failed: how many panels the call could not be computed on; incomplete: how many of them did not give back every printed number.
    """

    cells: pd.DataFrame
    panels: int
    failed: int
    incomplete: int
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.calibrating.exhibits import range_table

        return (range_table(self),)


@method
def calibrated_range(
    data: Data,
    of: Of,
    *,
    paper: Paper = None,
    draws: Annotated[Count, Ge(2)] = 100,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> CalibratedRange:
    """A call done again on many panels that a print allows: what print does not pin down, as a range.

    Every panel gives the printed numbers back; they differ in what print leaves open. Where sign or significance varies over them, the print does not
    determine the answer.

    Parameters
    ----------
    data : the calibrated panel that the call was computed on, (n rows); its regions and periods are kept
    of : the call: in a study the name of its step, in Python its result. It must use columns of the panel only
    paper : file of printed tables; in a study the name of a source ``calibrated:NAME``, by default that of the step
    draws : panels, seeds 0 to draws − 1
    level : 1 − level is the level of significance
    region, period : key columns, where data is a plain frame
    engine : where panels are made and the call is done again; results do not depend on it

    Returns
    -------
    CalibratedRange
        ``.cells``, ``.panels``

    Raises
    ------
    ArgumentError
        where there is no file of printed tables, or the call uses columns that are not in its panels
    EstimationError
        where the call can be computed on none of them

    Notes
    -----
    A member of the family is drawn in two steps: moments inside the printed digits, moved in directions that no printed number sees; and rows with these
    moments and the printed least, median and greatest values. The family is a set of possibilities, without probabilities: shares are counts over these
    panels and no confidence.

    Examples
    --------
    >>> from regio.catalogue import METHODS
    >>> METHODS["calibrated_range"]
    'regio.calibrating.calibrated_range'
    """
    from regio.calibrating._calibrated_range import compute

    return CalibratedRange(
        **compute(data, of, paper, draws, level, engine),
        level=level,
        provenance=Provenance(rows_used=len(data.rows)),
        conventions=(Convention("calibrated_range.convention.what", "calibrated_range.convention.family"),),
    )
