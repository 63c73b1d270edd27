"""The facts of an industrial chain through the audit of printed papers (事实审计)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from regio.auditing.judgement import Judgement
from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import ChainData, OneOrMany
from regio.exhibits.models import Exhibit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FactAudit(Result):
    """relations: one row a relation between facts, the gravest first: ``fact``, its ``subject``, ``attribute``, ``period``, ``check``, ``printed``,
    ``computed``, ``others`` (the facts it is held against), ``verdict``, ``severity``. counts: checks by verdicts. flagged: facts with a flag and another
    reading: ``printed``, ``fails`` (relations that do not hold), ``reading``, ``fails_reading``. judgements: as ``regio.audit`` gives them, row by row.
    """

    relations: pd.DataFrame
    counts: pd.DataFrame
    flagged: pd.DataFrame
    judgements: tuple[Judgement, ...]
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.auditing._fact_audit import exhibits

        return exhibits(self)


@method
def fact_audit(
    chain: ChainData, *, checks: Annotated[tuple[str, ...], OneOrMany()] = (), rounding: Literal["any", "nearest", "truncated"] = "any"
) -> FactAudit:
    """Say for every fact of a chain whether it can be true beside the others.

    The facts, the shares of markets and the dates are handed to ``regio.audit`` as a paper; there are no checks for chains alone.

    Parameters
    ----------
    chain : Chain
    checks : names of checks, as of ``regio.audit``; empty: all
    rounding : how the printed digits came about, as of ``regio.audit``

    Returns
    -------
    FactAudit

    Raises
    ------
    ArgumentError
        for a check that does not exist

    Notes
    -----
    Growth of a year against the levels of both years, also over several years; a share with ``whole`` against part and whole; shares of one whole against
    one; two values of one subject, attribute and period; powers of ten; a source that is older than what it is cited for; ends before beginnings. A printed
    x with d decimals stands for [x − h, x + h], h = 0.5 · 10⁻ᵈ; a relation fails only if no values inside the intervals satisfy it. Facts without a period
    enter no relation, and a fact with a scenario is held against facts of that scenario only.

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.fact_audit(regio.chain.read("new-energy-vehicles"))
    >>> "F025" in set(found.relations.query("verdict == 'inconsistent'")["fact"])
    True
    """
    from regio.auditing._fact_audit import compute
    from regio.chain.base.model import opened

    known = opened(chain, "fact_audit")
    found, findings = compute(known, checks, rounding)
    conventions = (Convention("chain.fact_audit.digits", f"chain.fact_audit.rule.{rounding}"),)
    provenance = known.provenance("facts", "shares", "policies", rows=len(known.facts))
    return FactAudit(**found, provenance=provenance, conventions=conventions, findings=tuple(findings))
