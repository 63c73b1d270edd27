"""Every admissible combination of choices as one curve of estimates, with a joint test (设定曲线分析)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from regio.contract.method import method
from regio.contract.result import Convention, Provenance, Result
from regio.contract.roles import Columns, Count, Data, EffectSets, Engine, GroupColumns, Key, Level, OneOrMany, Role, Seed
from regio.exhibits.models import Exhibit
from regio.language import Message
from regio.models.core.conventions import Name

if TYPE_CHECKING:
    import pandas as pd

Errors = Annotated[tuple[Literal["classical", "hc1", "cluster"], ...], OneOrMany()]
Samples = Annotated[Any, Role("samples")]
Scheme = Literal["permutation", "stratified", "iid"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpecificationCurve(Result):
    """specifications: one row a model, ``estimate, std_error, statistic, p_value, conf_low, conf_high`` of the treatment, ``outcome, treatment, controls,
    n_controls, effects, errors, sample, n, df``; included: (models, controls) whether a control is in a model; left_out: combinations that cannot be
    estimated, with ``reason``; summary: rows (choice, value), ``models, median, least, greatest, share_positive, share_significant,
    share_positive_significant, share_negative_significant``; tests: rows ``median, share_significant, mean_z``, the joint test; always: controls of every
    model; units, fixed: what is moved in a draw, and how many of them never can be; n: rows that all models have in common.
    """

    specifications: pd.DataFrame
    included: pd.DataFrame
    left_out: pd.DataFrame
    summary: pd.DataFrame
    tests: pd.DataFrame
    always: tuple[str, ...]
    convention: str
    scheme: str
    level: float
    units: int
    fixed: int
    n: int

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.models.specifications import exhibits as made

        tests = (made.tests_table(self),) if self.tests["draws"].iloc[0] else ()
        return (made.summary_table(self), *tests, made.curve_figure(self))


@method
def specification_curve(
    data: Data,
    outcomes: Columns,
    treatments: Columns,
    controls: Columns = (),
    *,
    always: Columns = (),
    effects: EffectSets = ((), ("region",), ("region", "period")),
    errors: Errors = ("cluster",),
    cluster: GroupColumns | None = None,
    samples: Samples = (),
    convention: Name = "xtreg",
    draws: Count = 499,
    scheme: Scheme = "permutation",
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> SpecificationCurve:
    """The estimate of a treatment under every combination of choices, and whether all of them together could be chance.

    Parameters
    ----------
    data : Panel or DataFrame, (n rows)
    outcomes, treatments : alternatives, each column (n,); one of each is in a model
    controls : columns, each (n,), that are in or out: every subset is a model
    always : controls of every model
    effects : sets of absorbed effects, each set an alternative; a flat list of names is one set
    errors : alternatives out of ``classical``, ``hc1``, ``cluster``
    cluster : the column that errors are clustered by; None is the region
    samples : alternatives to all rows, tables with ``name`` and words of ``Panel.select``: ``regions, periods, groups, without``
    convention : as in ``regress``
    draws, seed : of the joint test; 0: none
    scheme : what is moved in a draw: ``permutation``, the whole paths of treatments between regions (of the same periods); ``stratified``, rows within each
        period; ``iid``, all rows. All treatments of a row move together
    level : of intervals, and 1 − level of significance
    region, period : key columns, where data is a plain frame

    Returns
    -------
    SpecificationCurve
        ``.specifications``, ``.included``, ``.summary``, ``.tests``, ``.left_out``

    Raises
    ------
    ArgumentError
        for a column that plays two parts, a choice given twice, more than 100,000 models
    EstimationError
        where no combination can be estimated, or no region has the same periods as another

    Notes
    -----
    Each model is ``regress`` of an outcome on a treatment, ``always`` and a subset of the controls. All use the rows that have a value in every column, so that
    an estimate moves because of a choice and never because of the rows. Columns are made net of the effects once; a model solves a system out of their cross
    products. A combination that ``regress`` would refuse (a control that does not vary within the effects, columns that repeat one another, too few rows or
    clusters) is left out and listed.

    Joint test: treatments are moved, every model is estimated again, and three statistics are compared with those of the draws: |median estimate|, the
    greater of the shares that are significant with one sign, and |mean z|, z = Φ⁻¹ of the p-value with its sign. p = (1 + R)/(1 + B). Simonsohn, Simmons and
    Nelson (2020), Specification curve analysis, Nature Human Behaviour 4. The test asks whether the treatment matters in any of these models; that a
    path could as well have been another region's is its assumption.

    Examples
    --------
    y = x + 2c + a residual that is orthogonal to both; the slope of c on x is 0.4, so x alone has 1 + 2 · 0.4.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"y": [0.1, 0.9, 3.9, 5.1], "x": [0.0, 1.0, 2.0, 3.0], "c": [0.0, 0.0, 1.0, 1.0]})
    >>> found = regio.specification_curve(frame, "y", "x", "c", effects=((),), errors="classical", draws=0)
    >>> found.specifications["estimate"].round(3).tolist()
    [1.8, 1.0]
    """
    from dataclasses import fields

    from regio.models.specifications.curve import make

    given = {
        "outcomes": outcomes,
        "treatments": treatments,
        "controls": controls,
        "always": always,
        "effects": effects,
        "errors": errors,
        "cluster": cluster,
        "samples": samples,
        "convention": convention,
        "draws": draws,
        "scheme": scheme,
        "level": level,
        "seed": seed,
    }
    made = make(data, given, engine)
    own = {f.name: getattr(made, f.name) for f in fields(made) if f.name not in ("rows", "dropped", "findings")}
    return SpecificationCurve(
        **own,
        always=always,
        convention=convention,
        scheme=scheme,
        level=level,
        n=made.rows,
        provenance=Provenance(rows_used=made.rows, rows_left_out=made.dropped),
        conventions=(
            Convention("specification_curve.convention", f"regress.convention.{convention}"),
            Convention("specification_curve.test", Message(f"specification_curve.scheme.{scheme}"), "specification_curve.source"),
        ),
        findings=made.findings,
    )
