"""Mechanisms: mediation with several mediators in parallel (中介效应)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Column, Columns, Count, Data, Effects, Engine, GroupColumns, Key, Level, Seed
from regio.exhibits.models import Exhibit
from regio.language import Message
from regio.models import _mediate_exhibits as made
from regio.models.core.conventions import Name
from regio.models.regress import Errors, Regress

if TYPE_CHECKING:
    import pandas as pd

Scheme = Literal["cluster", "iid"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mediate(Result):
    """All estimates have ``estimate, std_error, statistic, p_value, conf_low, conf_high``.

    paths: rows (path, mediator), path one of a, b, c, c_prime. indirect: rows are mediators, and with several ``_indirect``, their sum, and
    differences such as ``m1 - m2``; first-order (Sobel) errors, and ``share_of_total``, ``ratio_to_direct``. direct, total: one row, the treatment.
    sobel: rows (mediator, test), test one of sobel, aroian, goodman. intervals: rows (method, effect), method one of percentile,
    bias_corrected, bca, monte_carlo, effect as in ``indirect`` or ``_direct``, ``_total``; empty where draws = 0. flow: rows are mediators, the steps
    of Wen and Ye and their verdict. models: outcome on treatment; each mediator on treatment; outcome on all. resampled: what was drawn, ``region``,
    ``row`` or a column. draws: as asked for.
    """

    outcome: str
    treatment: str
    mediators: tuple[str, ...]
    controls: tuple[str, ...]
    paths: pd.DataFrame
    indirect: pd.DataFrame
    direct: pd.DataFrame
    total: pd.DataFrame
    sobel: pd.DataFrame
    intervals: pd.DataFrame
    flow: pd.DataFrame
    models: tuple[Regress, ...]
    scheme: str
    resampled: str
    draws: int
    level: float

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._readings import mediate_readings

        return mediate_readings(self)

    def exhibits(self) -> tuple[Exhibit, ...]:
        return (
            made.mechanism_table(self),
            made.coefficients_table(self),
            made.effects_table(self),
            made.sobel_table(self),
            made.flow_table(self),
            made.diagram(self),
            made.effects_plot(self),
        )


@method
def mediate(
    data: Data,
    outcome: Column,
    treatment: Column,
    mediators: Columns,
    controls: Columns = (),
    *,
    effects: Effects = (),
    errors: Errors = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    draws: Count = 5000,
    scheme: Scheme = "cluster",
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Mediate:
    """How much of the effect of a treatment runs through mediators: c = c′ + Σ a b, tests of a b, and bootstrap intervals by region.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcome, treatment : columns, each (n,)
    mediators : one column or several in parallel, each (n,)
    controls : further regressors of every equation, each (n,)
    effects, errors, cluster, convention : as in ``regress``, the same in every equation
    draws : resampled data sets, and draws of the Monte Carlo interval; 0 for none
    scheme : ``cluster`` draws regions with all their rows (the cluster of the errors, where one column is named there); ``iid`` draws rows
    level : confidence level; 1 − level is the level of significance in the flow of Wen and Ye
    seed : of the draws
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Mediate
        ``.paths``, ``.indirect``, ``.direct``, ``.total``, ``.sobel``, ``.intervals``, ``.flow``, ``.models``

    Raises
    ------
    ArgumentError
        for a column that does not exist or plays two parts; two cluster columns with ``scheme="cluster"``
    EstimationError
        for a mediator that does not vary within the effects, or is a combination of treatment, controls and other mediators; one region to draw
        from; and as ``regress``

    Notes
    -----
    m_j = a_j x + controls + effects, y = c x + …, y = c′ x + Σ b_j m_j + …, all on the rows that are complete for every column, so that
    c = c′ + Σ a_j b_j exactly. Sobel: var(ab) = b² v(a) + a² v(b), Aroian + v(a) v(b), Goodman − v(a) v(b), with the errors asked for; several
    mediators: the multivariate delta method, covariances of a from the same errors. Cov(a, b) is taken as zero.
    Bootstrap: drawn regions keep all their rows; one that is drawn twice counts as two regions with an effect each; period effects, controls
    and all coefficients are estimated again in each draw, from cross products by region, equal to a refit. BC and BCa: Efron (1987), acceleration
    from leaving out one region at a time. Sobel (1982), Sociological Methodology 13; Preacher and Hayes (2008), Behavior Research Methods 40(3);
    MacKinnon, Lockwood and Williams (2004), Multivariate Behavioral Research 39(1); Wen and Ye (2014), Advances in Psychological Science 22(5);
    Jiang (2022), China Industrial Economics 2022(5).

    Examples
    --------
    x = 1, 2, 3, 4; m = 2x + (1, −1, −1, 1); y = x + 3m: a = 2, b = 3, c′ = 1, c = 7.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"x": [1.0, 2, 3, 4], "m": [3.0, 3, 5, 9]})
    >>> frame["y"] = frame["x"] + 3 * frame["m"] + pd.Series([0.1, -0.3, 0.3, -0.1])
    >>> regio.mediate(frame, "y", "x", "m", draws=0).paths["estimate"].round(3).tolist()
    [7.0, 2.0, 3.0, 1.0]
    """
    from regio.models import _mediate as numbers
    from regio.models._mediate_draws import Draws, bootstrapped, no_intervals
    from regio.models._sample import common_sample, left_out

    options: dict[str, Any] = {"effects": effects, "errors": errors, "cluster": cluster, "convention": convention, "level": level}
    call = numbers.Call(outcome, treatment, mediators, controls, options)
    numbers.check(call, draws, scheme)
    model = numbers.design(data, call)
    sample, (seen,) = common_sample(data, [model])
    models = numbers.equations(sample, call)
    paths = numbers.paths_of(sample, call, models)
    frame = numbers.path_frame(call, models)
    total, direct = (numbers.one_path(frame, path, treatment) for path in ("c", "c_prime"))
    indirect = numbers.indirect_frame(call, paths, float(total["estimate"].iloc[0]), float(direct["estimate"].iloc[0]))
    resampled, column = numbers.unit(data, call, scheme)
    intervals = no_intervals()
    notes: tuple[Finding, ...] = ()
    if draws:
        estimates = {**indirect["estimate"], numbers.DIRECT: float(direct["estimate"].iloc[0]), numbers.TOTAL: float(total["estimate"].iloc[0])}
        intervals, notes = bootstrapped(sample, call, paths, estimates, Draws(draws, seed, column, engine))
    n = int(models[-1].fit["n"])
    provenance = Provenance(labels=data.labels, rows_used=n, rows_left_out=seen.rows - n, regions_used=models[-1].provenance.regions_used)  # type: ignore[union-attr]
    return Mediate(
        outcome=outcome,
        treatment=treatment,
        mediators=mediators,
        controls=controls,
        paths=frame,
        indirect=indirect,
        direct=direct,
        total=total,
        sobel=numbers.sobel_frame(call, paths),
        intervals=intervals,
        flow=numbers.flow_frame(call, frame, indirect, intervals if draws else None),
        models=tuple(replace(fitted, provenance=provenance) for fitted in models),
        scheme=scheme,
        resampled=resampled,
        draws=draws,
        level=level,
        provenance=provenance,
        conventions=(*models[-1].conventions, *_conventions(scheme, resampled, draws)),
        findings=(*left_out(seen, model.columns), *_once([finding for fitted in models for finding in fitted.findings]), *notes),
    )


def _once(findings: list[Finding]) -> list[Finding]:
    """What is wrong with the rows is found again in every equation."""
    return [finding for i, finding in enumerate(findings) if finding not in findings[:i]]


def _conventions(scheme: str, resampled: str, draws: int) -> tuple[Convention, ...]:
    products = Convention("mediate.products", "mediate.products.sobel", "mediate.source.sobel")
    if not draws:
        return (products,)
    how = Message(f"mediate.scheme.{scheme}", {"unit": made.unit_name(resampled), "draws": draws})
    return (products, Convention("mediate.scheme", how, "mediate.source.bootstrap"))
