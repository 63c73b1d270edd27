"""How strong what is not observed would have to be, by what the controls do (Oster 遗漏变量敏感性分析)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column, Columns, Count, Data, Effects, Engine, GroupColumns, Key, Level, Seed
from regio.exhibits.models import Exhibit
from regio.language import Message
from regio.models.core.conventions import Name
from regio.models.regress import Errors, Regress

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OsterDelta(Result):
    """models: without and with the controls; bounds: one row an R²max, ``multiple`` (of R² with the controls), ``r_max, delta, bound,
    low, high, excludes``: δ at which the effect is ``null``, the effect at the δ given, the identified set between it and the controlled estimate, and whether
    the set excludes ``null``; the first row is the one asked for; intervals: rows ``delta, bound``, ``estimate, std_error, conf_low, conf_high`` over draws of
    regions; solutions: every effect that solves the equation at the δ given; moments: ``short, long`` (estimates), ``r2_short, r2_long, variance_outcome,
    variance_treatment, variance_residual``; curve: ``r_max, bound``.
    """

    outcome: str
    treatment: str
    models: tuple[Regress, Regress]
    bounds: pd.DataFrame
    intervals: pd.DataFrame
    curve: pd.DataFrame
    solutions: tuple[float, ...]
    moments: Mapping[str, float]
    r_max: float
    delta: float
    null: float
    level: float
    draws: int

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models import _oster_delta_exhibits as made

        return (made.models_table(self), made.bounds_table(self), made.figure(self))


@method
def oster_delta(
    data: Data,
    outcome: Column,
    treatment: Column,
    controls: Columns,
    *,
    always: Columns = (),
    effects: Effects = (),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    r_max: float | None = None,
    delta: float = 1.0,
    null: float = 0.0,
    draws: Count = 499,
    seed: Seed = 0,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> OsterDelta:
    """Oster's δ and bound: what proportional selection on unobservables would do to an estimate.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome, treatment : columns, each (n,)
    controls : what is observed of the confounders, each (n,); at least one
    always : regressors of both models, which say nothing about what is not observed
    effects, errors, cluster, convention : as in ``regress``; effects are in both models
    r_max : R² that a model with everything would have, net of the effects; None: min(1, 1.3 R̃)
    delta : selection on what is not observed, as a multiple of that on the controls
    null : effect at which δ is sought
    draws, seed : of the bootstrap of regions (rows, where there is no region); 0: no intervals
    level : of intervals
    region, period : key columns, where data is a plain frame

    Returns
    -------
    OsterDelta
        ``.bounds``, ``.intervals``, ``.solutions``, ``.moments``, ``.models``

    Raises
    ------
    ArgumentError
        for no controls, a column twice, an R²max that is not between R̃ and 1
    EstimationError
        as ``regress``; where the controls change neither estimate nor R²

    Notes
    -----
    b° and R° come from the model without controls, b̃ and R̃ from that with them; σ² is the variance of the outcome, v that of the treatment and τ what the
    controls leave of it, all net of the effects (v and τ of ``always`` too). With d = b̃ − b, D = b° − b̃, a = (R_max − R̃) σ² and e = (R̃ − R°) σ²,

    δ(b) = [d e τ + d v τ D² + 2 d² τ D v + d³ (τ v − τ²)] / [a D v + d a (v − τ) + d² τ D v + d³ (τ v − τ²)].

    The bound is the b with δ(b) = ``delta``, a root of a cubic (quadratic at δ = 1). Of several roots the one nearest to b̃ is taken among those under which
    the bias by the controls keeps its sign (Oster's assumption 3); ``.solutions`` has them all. R² are net of the absorbed effects, so that R_max is too. Oster
    (2019), Unobservable selection and coefficient stability, Journal of Business & Economic Statistics 37(2), propositions 1 to 3; Altonji, Elder and Taber
    (2005), Journal of Political Economy 113(1). 1.3 is her rule for randomised studies; |δ| > 1 is not proof.

    Examples
    --------
    y = x + c + u, where c and u are alike in every way, are not related to one another, and only c is observed: δ is 1 at the true effect.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"c": [1.0, 1, 1, 1, -1, -1, -1, -1], "u": [1.0, 1, -1, -1] * 2, "e": [1.0, -1] * 4})
    >>> frame["x"] = frame["c"] + frame["u"] + frame["e"]
    >>> frame["y"] = frame["x"] + frame["c"] + frame["u"]
    >>> made = regio.oster_delta(frame, "y", "x", "c", r_max=1.0, null=1.0, draws=0)
    >>> [round(float(made.bounds[name].iloc[0]), 6) for name in ("delta", "bound")]
    [1.0, 1.0]
    """
    from regio.models._oster_delta import make
    from regio.models.regress import fitted_regress

    how: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "sample_weights": None, "level": level}
    own, fit = make(data, outcome, treatment, controls, always, how, (r_max, delta, null), (draws, seed, level), engine)
    models = tuple(fitted_regress(fit, outcome, (treatment,), chosen, **how) for chosen in (always, (*always, *controls)))
    return OsterDelta(
        outcome=outcome,
        treatment=treatment,
        models=models,  # type: ignore[arg-type]
        **own,
        conventions=(
            *models[1].conventions,
            Convention(
                "oster_delta.r_max", Message("oster_delta.given" if r_max is not None else "oster_delta.rule", {"r_max": own["r_max"]}), "oster_delta.source"
            ),
        ),
    )
