"""A printed paper as values: its tables and claims, every number a string exactly as printed.

A file of this schema is JSON or TOML; ``read_paper`` reads it, ``template`` writes one to fill in, docs/audit.md describes it field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from regio.contract.finding import Finding

Cells = Mapping[str, str]

KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # kind of a table of rows → cells that a row needs, cells that checks can use
    "weights": (("weight",), ("indicator", "entropy", "divergence", "dimension", "dimension_weight")),
    "descriptives": (("var",), ("n", "mean", "median", "sd", "min", "max", "domain")),
    "correlations": (("row", "col", "r"), ("stars", "p")),
    "vif": (("var", "vif"), ("inverse_vif",)),
    "bootstrap": (("effect", "coef"), ("se", "z", "p", "percentile_low", "percentile_high", "corrected_low", "corrected_high")),
    "classes": (("interval_printed", "type"), ("n",)),
    "geodetector": (("factor", "q"), ("period", "p", "rank", "classes")),
    "interactions": (("first", "second", "q"), ("period", "type")),
    "topsis": (("unit", "closeness"), ("period", "d_plus", "d_minus", "rank")),
    "coupling": (("unit",), ("period", "u1", "u2", "u3", "c", "t", "d", "grade")),
    "threshold": (("test",), ("estimate", "ci_low", "ci_high", "F", "p", "critical_10", "critical_5", "critical_1", "rss", "rss_null")),
    "instruments": ((), ("first_stage", "first_stage_t", "kp_lm", "kp_lm_p", "kp_f", "cragg_donald_f", "stock_yogo", "instruments", "endogenous")),
    "group_means": (("group", "mean"), ("period", "n")),
    "facts": (("subject", "value"), ("period", "unit", "measure", "of", "source", "id", "attribute", "hedge", "scenario")),
    "tests": (("test", "statistic", "p"), ("df", "distribution", "restricted", "unrestricted", "rss", "rss_null")),
    "marginal_effects": (("var", "at", "effect"), ("moderator", "column", "se", "t", "stars")),
    "components": (("component",), ("eigenvalue", "share", "cumulative")),
    "decomposition": (("name", "total"), ("within", "between", "transvariation", "within_share", "between_share", "transvariation_share")),
    "transitions": (("from", "to", "p"), ("n",)),
    "variables": ((), ()),
    "indicator_system": ((), ()),
    "scale_mapping": ((), ()),
}
TABLE_VALUES = ("mean_vif", "replications", "observations", "overall", "alpha", "beta", "stock_yogo", "paren_claimed", "column")
MODEL_VALUES = (
    "N", "R2", "R2_adj", "R2_within", "F", "df", "clusters", "rmse", "rss", "dependent_mean", "p_F", "F_change", "p_change", "R2_change", "restricted",
    "turning_point",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where it stands in the paper; empty and zero where not said."""

    section: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One coefficient of a column. ``paren``: the number in brackets; ``label_printed``: the label where it differs from ``var``; the constant is ``_cons``."""

    var: str
    coef: str
    stars: str = ""
    paren: str = ""
    label_printed: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One column of a regression table. ``values``: N, R2, R2_adj, F and what else is printed under it; ``effects``: name → yes or no, as printed."""

    col: str
    dependent: str
    terms: tuple[Term, ...]
    values: Cells = field(default_factory=dict)
    effects: Cells = field(default_factory=dict)
    stage: str = ""  # "first" or "second" of two-stage least squares

    def term(self, var: str) -> Term | None:
        return next((t for t in self.terms if t.var == var), None)

    @property
    def regressors(self) -> tuple[str, ...]:
        """The variables without the constant."""
        return tuple(t.var for t in self.terms if t.var != "_cons")


@dataclass(frozen=True, slots=True)
class PaperTable:
    """One table. ``rows``: of every kind but ``regression``, which has ``models``; ``values``: what is printed once for the table (mean_vif, …)."""

    id: str
    kind: str
    label: str = ""
    title: str = ""
    note: str = ""
    place: Place = Place()
    rows: tuple[Cells, ...] = ()
    models: tuple[Model, ...] = ()
    values: Cells = field(default_factory=dict)
    variables: tuple[str, ...] = ()  # of correlations
    available: bool = True  # False: the paper mentions the table, but its body is not at hand


@dataclass(frozen=True, slots=True)
class Value:
    """A number inside a claim. ``at``: the cell that it quotes, such as ``T3/lnED/max``; ``subject, period, measure, of``: of a fact over time."""

    name: str
    printed: str
    unit: str = ""
    at: str = ""
    subject: str = ""
    period: str = ""
    measure: str = ""  # level, growth, share
    of: str = ""  # the whole of a share or a part


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the text: its words and the numbers in them. ``about``: ids of the tables that it speaks of."""

    id: str
    kind: str
    quote: str
    values: tuple[Value, ...] = ()
    about: tuple[str, ...] = ()
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Sample:
    """What the text says was observed. ``regions``: group → names."""

    unit: str = ""
    units: int | None = None
    first_period: int | None = None
    last_period: int | None = None
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def periods(self) -> int | None:
        return None if self.first_period is None or self.last_period is None else self.last_period - self.first_period + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A number from elsewhere that claims are held against; ``source`` says from where."""

    subject: str
    printed: str
    period: str = ""
    unit: str = ""
    source: str = ""
    measure: str = "level"  # level, growth, share


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed paper. ``names``: a printed name → the variable it means, for names that differ between tables."""

    name: str
    title: str = ""
    sample: Sample = Sample()
    tables: tuple[PaperTable, ...] = ()
    claims: tuple[Claim, ...] = ()
    hypotheses: Cells = field(default_factory=dict)
    variables: Cells = field(default_factory=dict)  # variable → what it is
    names: Cells = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    text: str = ""  # the running text, where it is at hand
    notes: tuple[Finding, ...] = ()  # what the reader of the file remarked

    def of_kind(self, *kinds: str) -> Iterator[PaperTable]:
        """The tables of these kinds whose bodies are at hand."""
        return (t for t in self.tables if t.kind in kinds and t.available)

    def table(self, name: str) -> PaperTable | None:
        return next((t for t in self.tables if t.id == name), None)

    def variable(self, printed: str) -> str:
        """The variable that a printed name means: by ``names``, else the name itself without regard to case and blanks."""
        return plain(self.names.get(printed, printed))


def plain(name: str) -> str:
    """A name without regard to case, blanks and underscores."""
    return re.sub(r"[\s_]+", "", name).casefold() or name


def read_paper(source: Path | str | Mapping[str, object]) -> Paper:
    """A paper from a JSON or TOML file, or from what such a file holds.

    Raises
    ------
    DataError
        all mistakes at once: the place in the file, what stands there, what is expected, and the cure
    """
    from regio.auditing.reading import read

    return read(source)


def template() -> str:
    """A TOML file with one example of each kind of table, to be filled in."""
    from importlib.resources import files

    return (files("regio.auditing") / "template.toml").read_text(encoding="utf-8")
