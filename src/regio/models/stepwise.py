"""Regressions side by side, controls added one at a time (逐步加入控制变量)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regio.contract.finding import Finding
from regio.contract.method import method
from regio.contract.result import Provenance, Result, choose
from regio.contract.roles import Column, Columns, Count, Effects, Engine, GroupColumns, Key, Large, Level, Seed
from regio.exhibits.combine import beside
from regio.exhibits.models import Table, label
from regio.language import Message
from regio.models._regress_exhibits import CLUSTERED
from regio.models.core.conventions import Name
from regio.models.regress import EveryError, Regress, Scheme, fitted_regress


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stepwise(Result):
    """models: one ``Regress`` a column, from the treatment alone to the treatment with every control; all on the same rows."""

    models: tuple[Regress, ...]

    def readings(self) -> Mapping[str, tuple[Message, ...]]:
        from regio.models._readings import stepwise_readings

        return stepwise_readings(self)

    def exhibits(self) -> tuple[Table, ...]:
        import pandas as pd

        table = beside([choose(model.exhibits(), Table, None) for model in self.models])
        frame = pd.concat({f"({i})": model.coefficients for i, model in enumerate(self.models, 1)}, names=["column"])
        last = self.models[-1]
        title = Message("stepwise.title", {"outcome": label(last.outcome)})
        note = Message("stepwise.note", {"n": last.fit["n"]})
        return (replace(table, frame=frame, title=title, notes=(note, *table.notes)),)


@method
def stepwise(
    data: Large,
    outcome: Column,
    treatment: Columns = (),
    controls: Columns = (),
    *,
    effects: Effects = (),
    errors: EveryError = "classical",
    cluster: GroupColumns | None = None,
    convention: Name = "xtreg",
    sample_weights: Column | None = None,
    trends: Effects = (),
    lags: Count | None = None,
    draws: Count = 999,
    scheme: Scheme = "wild_rademacher",
    seed: Seed = 0,
    level: Level = 0.95,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Stepwise:
    """The same regression several times: the treatment alone, then with one control more each time.

    Parameters
    ----------
    data : Panel, DataFrame or Rows; (n rows)
    outcome : column explained, (n,)
    treatment : regressors of every column of the table, each (n,); none: the first column of the table has the first control alone
    controls : further regressors, each (n,), added in this order
    effects, errors, cluster, convention, sample_weights, trends, lags, draws, scheme, seed, level : as in ``regress``, the same for every column of the table
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Stepwise
        ``.models``, a ``Regress`` for each column of the table

    Raises
    ------
    ArgumentError, DataError, EstimationError
        as ``regress``

    Notes
    -----
    Column (j) is ``regress`` of the outcome on the treatment and the first j − 1 controls. All columns use the rows that have a value for the last
    one, so that a coefficient moves because of the controls and never because of the rows; a note says how many more rows a column alone would
    have had. What an added control does to the coefficient of x is the omitted-variable formula: b(1) − b(2) = (coefficient of the control in
    (2)) · (slope of the control on x). Oster (2019), Journal of Business & Economic Statistics 37(2), on what such movement can tell.

    Examples
    --------
    y = x + 2c + a residual that is orthogonal to both; the slope of c on x is 0.4, so x alone has 1 + 2 · 0.4.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [0.1, 0.9, 3.9, 5.1], "x": [0.0, 1.0, 2.0, 3.0], "c": [0.0, 0.0, 1.0, 1.0]})
    >>> [model.coefficients["estimate"].round(3).to_dict()["x"] for model in regio.stepwise(frame, "y", "x", "c").models]
    [1.8, 1.0]
    """
    from regio.models._regress import make_model
    from regio.models._sample import common_sample, left_out

    used = ("region",) if errors in CLUSTERED and cluster is None else cluster or ()
    lists = [controls[:j] for j in range(0 if treatment or not controls else 1, len(controls) + 1)]
    designs = [
        make_model(data, outcome, (*treatment, *chosen), effects=effects, errors=errors, cluster=used, convention=convention, weights=sample_weights)
        for chosen in reversed(lists)  # the last first: it raises whatever is wrong with the arguments
    ][::-1]
    sample, seen = common_sample(data, designs)
    models = tuple(
        fitted_regress(
            sample,
            outcome,
            treatment,
            chosen,
            effects=effects,
            errors=errors,
            cluster=cluster,
            convention=convention,
            sample_weights=sample_weights,
            trends=trends,
            lags=lags,
            draws=draws,
            scheme=scheme,
            seed=seed,
            level=level,
            engine=engine,
        )
        for chosen in lists
    )
    n = int(models[-1].fit["n"])
    provenance = Provenance(labels=data.labels, rows_used=n, rows_left_out=seen[-1].rows - n)
    own = _merged([finding for model in models for finding in model.findings])
    return Stepwise(
        models=tuple(replace(model, provenance=provenance) for model in models),
        provenance=provenance,
        conventions=models[-1].conventions,
        findings=(*left_out(seen[-1], designs[-1].columns), *_shortened([s.complete for s in seen]), *own),
    )


def _shortened(complete: Sequence[int]) -> tuple[Finding, ...]:
    """A note where a column of the table alone would have had more rows than the common sample."""
    if max(complete) == complete[-1]:
        return ()
    alone = tuple(f"({j}) {rows}" for j, rows in enumerate(complete, 1))
    return (Finding("stepwise.common_sample", {"rows": complete[-1], "alone": alone}, "note"),)


def _merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each finding once: what is wrong with the rows is found again in every column."""
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)
