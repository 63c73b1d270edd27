"""Curves of diffusion (扩散曲线): logistic and Bass, with intervals, hold-out errors, and a remark on few points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, Count, Level
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diffusion(Result):
    """parameters: frame of estimates (logistic ``ceiling, speed, midpoint``; Bass ``market, innovation, imitation``). curve: period, ``observed``, ``fitted``,
    ``conf_low``, ``conf_high`` of the mean, ``ahead``. held: the last periods, foretold by a fit without them: ``observed``, ``foretold``, ``error``,
    ``relative_error``. fit: ``n, rss, r2, rmse, holdout_rmse, holdout_mape, naive_mape``. model, subject, attribute, unit: what was fitted to what.
    """

    parameters: pd.DataFrame
    curve: pd.DataFrame
    held: pd.DataFrame
    fit: Mapping[str, float]
    model: str
    subject: str = ""
    attribute: str = ""
    unit: str = ""
    level: float = 0.95
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.outlook._diffusion_exhibits import exhibits

        return exhibits(self)


@method
def diffusion(
    series: ChainData,
    *,
    subject: str | None = None,
    attribute: str | None = None,
    model: Literal["logistic", "bass"] = "logistic",
    ceiling: Annotated[float, Gt(0)] | None = None,
    holdout: Annotated[Count, Ge(0)] = 2,
    ahead: Annotated[Count, Ge(0)] = 0,
    level: Level = 0.95,
) -> Diffusion:
    """A curve of diffusion fitted to a series by least squares.

    Parameters
    ----------
    series : Series by period, (T,); or a Chain, whose facts ``subject`` and ``attribute`` name. Bass: amounts a period; logistic: shares or levels
    subject, attribute : of the facts, where series is a Chain
    model : ``logistic`` or ``bass``
    ceiling : of the logistic curve, or the market of Bass, where it is known; None: estimated
    holdout : how many of the last periods are foretold from the rest
    ahead : how many periods are drawn beyond the last; they are an extrapolation
    level : of the intervals

    Returns
    -------
    Diffusion

    Raises
    ------
    ArgumentError
        for facts that are not there
    DataError
        for periods that are no numbers or stand twice, negative amounts
    EstimationError
        for no more points than parameters

    Notes
    -----
    Logistic: K/(1 + e^(−r (t − t0))). Bass (1969), Management Science 15(5), 215–227: sales of t are m (F(t) − F(t − 1)), F(t) = (1 − e^(−(p + q) t))/(1 +
    (q/p) e^(−(p + q) t)), t from the first period, as Srinivasan and Mason (1986), Marketing Science 5(2), 169–178, fit it. Least squares from many
    starting values; standard errors from the Jacobian under equal, independent errors; intervals of the mean by the delta method. Errors of a growing
    series are neither, so that the intervals are too narrow: judge by the hold-out error, which is set against that of "as last period".

    Examples
    --------
    >>> import numpy as np, pandas as pd, regio.chain
    >>> years = np.arange(2010, 2024)
    >>> found = regio.chain.diffusion(pd.Series(0.8 / (1 + np.exp(-0.5 * (years - 2018))), index=years))
    >>> found.parameters["estimate"].round(4).tolist()
    [0.8, 0.5, 2018.0]
    """
    from regio.chain.base.model import Chain
    from regio.chain.outlook._diffusion import compute
    from regio.chain.outlook._series import series_of

    known = series_of(series, subject, attribute)
    found, findings = compute(known.values, model, ceiling, holdout, ahead, level)
    chain = series if isinstance(series, Chain) else None
    return Diffusion(
        **found,
        model=model,
        subject=known.subject,
        attribute=known.attribute,
        unit=known.unit,
        level=level,
        names=chain.words([known.subject, known.attribute, known.unit]) if chain else {},
        provenance=chain.provenance("facts", rows=len(known.values)) if chain else None,
        conventions=(Convention("chain.diffusion.errors", "chain.diffusion.least_squares"),),
        findings=tuple(findings),
    )
