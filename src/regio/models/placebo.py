"""The same call with the treatment given to others: what chance alone would have estimated (安慰剂检验)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import Columns, Count, Data, Engine, Key, Of, Seed
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd

Scheme = Literal["permutation", "stratified", "iid"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placebo(Result):
    """estimates: rows are terms, of the call itself; distribution: one row a draw and term, ``draw, term, estimate, statistic, p_value``; tests: rows (term,
    test), ``estimate`` compares |b| and ``statistic`` |t|, with ``statistic, p_value, p_share, scheme, draws, critical_10, critical_5, critical_1``; density:
    ``term, estimate, density`` of the draws; moved: columns; units, fixed: what is moved, and how many of them never can be; failed: draws without an estimate.
    """

    outcome: str
    estimates: pd.DataFrame
    distribution: pd.DataFrame
    tests: pd.DataFrame
    density: pd.DataFrame
    moved: tuple[str, ...]
    scheme: str
    units: int
    fixed: int
    failed: int

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models import _placebo_exhibits as made

        return (made.tests_table(self), *made.figures(self))


@method
def placebo(
    data: Data,
    of: Of,
    columns: Columns = (),
    *,
    draws: Count = 499,
    scheme: Scheme = "permutation",
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Placebo:
    """The estimate of a call beside those where its treatment is dealt out at random.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    of : the call: in a study the name of its step, in Python its result. Any kind whose result has coefficients
    columns : what is moved, together; none: the treatment of the call
    draws, seed : how often, at least one
    scheme : ``permutation``, whole paths swapped between regions that have the same periods; ``stratified``, rows shuffled within each period; ``iid``, all
        rows shuffled
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Placebo
        ``.estimates``, ``.distribution``, ``.tests``, ``.density``

    Raises
    ------
    ArgumentError
        for a call without coefficients or treatment, no draws, a table without the keys that the scheme needs
    EstimationError
        where no two regions have the same periods, or no draw can be computed

    Notes
    -----
    The rows are those complete in every column of the call. In each draw the columns are moved and the call is done again, errors included. p = (1 + R)/(1 +
    B), R the draws whose |b| (or |t|) is at least that of the call. ``permutation`` keeps what belongs to a path, its trend and its persistence; ``iid`` and
    ``stratified`` break it, so that draws vary less than the estimate would: their p-values are too small for a treatment that moves slowly. |t| holds up
    better than |b| where errors differ between regions. Fisher (1935), The Design of Experiments; MacKinnon and Webb (2020), Journal of Econometrics 218(2).

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcdef"), "y": [1.0, 2.0, 4.0, 5.0, 6.5, 7.0], "x": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]})
    >>> made = regio.placebo(frame, regio.regress(frame, "y", "x", region="r"), draws=99, scheme="iid", region="r")
    >>> float(made.tests["p_value"].max()) < 0.05
    True
    """
    from regio.models._placebo import make
    from regio.models._replayed import call_of

    return Placebo(**make(data, call_of("placebo", of), columns, draws, scheme, seed, engine))
