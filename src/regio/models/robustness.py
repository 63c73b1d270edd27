"""A call done again with some of its words replaced, in one table (稳健性检验)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.method import method
from regio.contract.replay import Variation
from regio.contract.result import Result
from regio.contract.roles import Data, Engine, Key, Of, Variations
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robustness(Result):
    """models: the results, that of the call itself first and then those of the variations that could be computed; names: of them, the first empty;
    coefficients: rows (variation, term), of every model, ``estimate, std_error, statistic, p_value, conf_low, conf_high``; summary: rows (variation, term), of
    the terms asked about, the same with ``n, cells_changed`` and ``agrees`` (same sign as the baseline, and significant where that is); variations: as read;
    failures: name → why it could not be computed.
    """

    names: tuple[str, ...]
    models: tuple[Result, ...]
    coefficients: pd.DataFrame
    summary: pd.DataFrame
    variations: tuple[Variation, ...]
    failures: Mapping[str, tuple[Finding, ...]]
    level: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models import _robustness_exhibits as made

        return (made.coefficients_table(self), made.summary_table(self), made.plot(self))


@method
def robustness(data: Data, of: Of, variations: Variations, *, region: Key = None, period: Key = None, engine: Engine = None) -> Robustness:
    """The estimates of a call beside those of its variations.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    of : the call: in a study the name of its step, in Python its result. Any kind whose result has coefficients
    variations : a list of tables, each with a ``name`` (and a ``title`` for print, if wanted) and what it replaces: any option of the call
        (``outcome``, ``treatment``, ``controls``, ``effects``, ``errors``, …), ``prepare``, a list of preparations (``{kind = "winsorise", share = 0.01}``;
        columns that it does not name are those of the call), or ``sample`` (``regions, periods, groups, without``)
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Robustness
        ``.models``, ``.names``, ``.coefficients``, ``.summary``, ``.failures``

    Raises
    ------
    ArgumentError
        for a call without coefficients, and for variations that replace nothing or something that the call does not have
    EstimationError
        where the call itself cannot be computed

    Notes
    -----
    Each variation is the call with the words it names replaced and all others as they were; preparations come first, on the table as it was given, then the
    choice of rows. Nothing of one variation reaches another. A variation that cannot be computed is shown with the reason, and the others still come. Cells
    changed are those of its preparations in columns of the model. That every column agrees is no proof: variations that are close to the baseline cannot
    disagree with it.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "x": [0.0, 1.0, 2.0, 3.0], "w": [0.0, 2.0, 4.0, 6.0]})
    >>> made = regio.robustness(frame, regio.regress(frame, "y", "x"), [{"name": "other measure", "treatment": "w"}])
    >>> made.summary["estimate"].round(3).tolist()
    [1.4, 0.7]
    """
    from regio.contract.replay import read_variations
    from regio.models._replayed import call_of
    from regio.models._robustness import make

    call = call_of("robustness", of)
    read, problems = read_variations(call, variations)
    if not (problems or read):
        problems = [error("replay.not_variations", found=str(variations))]
    if problems:
        raise ArgumentError(*problems)
    return Robustness(**make(data, call, read, engine))
