"""The rows of one sample under one set of effects: every column net of the effects, and what the formulae of errors count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from regio.compute.rows import FrameRows
from regio.models._regress import make_model
from regio.models._sample import Sample
from regio.models.core.blocks import Array
from regio.models.core.conventions import Counts, Name, df_test, factor
from regio.models.core.levels import Codes
from regio.models.core.products import Grand, system
from regio.models.core.solve import dependences, varies
from regio.models.core.source import Source
from regio.models.core.survey import Grouping, Survey, surveyed


@dataclass(frozen=True)
class Block:
    """columns: names, q of them. values (q, n) net of the effects; own (q,): cross products of each column with itself net of the first effect;
    varying (q,): whether anything is left. rows (n,): their places in the sample. first (n,): codes of the first effect; basis (n, r): orthonormal, spans
    the second effect net of the first. clusters (n,): codes. counts: with k = 0. problem: why no model of this block can be estimated, or empty.
    """

    columns: tuple[str, ...]
    values: Array
    own: Array
    varying: np.ndarray
    rows: Codes
    first: Codes
    basis: Array
    clusters: Codes
    counts: Counts
    convention: Name
    problem: str = ""

    @cached_property
    def cross(self) -> Array:
        """(q, q)"""
        return self.values @ self.values.T

    @property
    def n(self) -> int:
        return len(self.rows)

    def swept(self, values: Array) -> Array:
        """(m, n) net of the effects, out of (m, n) in the order of ``rows``."""
        sizes = np.bincount(self.first)
        groups = indicator(self.first, len(sizes))
        net: Array = values - ((values @ groups) / sizes)[:, self.first]
        return net - (net @ self.basis) @ self.basis.T if self.basis.shape[1] else net

    def units(self, errors: str) -> tuple[Codes, int]:
        """(n,) codes of what scores are summed over, and how many there are: clusters, rows, or everything where no scores are needed."""
        if errors == "cluster":
            return self.clusters, self.counts.clusters[0]
        return (np.arange(self.n), self.n) if errors == "hc1" else (np.zeros(self.n, dtype=np.intp), 1)

    def scale(self, errors: str, k: int) -> float:
        """What the sum of squared scores (classical: the sum of squared residuals) is multiplied by in a model of k regressors."""
        counts = replace(self.counts, k=k)
        return 1 / counts.df_residual if errors == "classical" else factor(self.convention, errors, counts)

    def df(self, errors: str, k: int) -> int:
        return df_test(errors, replace(self.counts, k=k))

    def refused(self, errors: str, k: int) -> str:
        """Why no model of k regressors with these errors can be estimated; empty where it can."""
        if self.problem:
            return self.problem
        if self.n - k - self.counts.dummies - self.counts.groups <= 0:
            return "few_rows"
        if errors != "cluster":
            return ""
        if self.counts.clusters[0] < 2:
            return "one_cluster"
        return "not_nested" if self.convention == "xtreg" and self.counts.groups > 1 and not self.counts.nested[0] else ""


def indicator(codes: Codes, count: int) -> Any:
    """(n, count): sums by code, times a row of values."""
    return csr_array((np.ones(len(codes)), (np.arange(len(codes)), codes)), shape=(len(codes), count))


def block_of(sample: Sample, columns: Sequence[str], *, effects: Sequence[str], cluster: Sequence[str], convention: Name) -> Block:
    """The block of a sample whose rows are complete. ``columns``: the first is an outcome, their order is kept; no cluster: errors need none."""
    errors = "cluster" if cluster else "classical"
    model = make_model(sample, columns[0], columns[1:], effects=effects, errors=errors, cluster=cluster, convention=convention)
    source = Source(FrameRows(sample.rows, part_rows=max(len(sample.rows), 1)), model)
    part = source.only
    assert part is not None
    block, found = part.block, surveyed(part, source.coding)
    if not block.n:
        return _nothing(tuple(columns), convention)
    p = found.products.products() if isinstance(found.products, Grand) else found.products
    s = system(p, source.coding.centre)
    varying = varies(s.within, s.total, s.means, p.weight)
    q = len(columns)
    dummies = np.flatnonzero(varying[q:])
    kept = np.zeros(0, dtype=bool)
    if len(dummies):
        kept, _ = dependences(s.within[q:, q:][np.ix_(dummies, dummies)], np.arange(len(dummies)))
    own = np.diag(s.within)[:q].copy()
    basis = _basis(block.second, dummies[kept] + 1, block.first, block.groups) if kept.any() else np.zeros((block.n, 0))
    values = block.within - (block.within @ basis) @ basis.T
    left = np.einsum("ij,ij->i", values, values)
    counts = Counts(block.n, 0, int(kept.sum()), p.groups, found.levels, tuple(g.count for g in found.groupings), _nested(found, model))
    return Block(
        tuple(columns),
        values,
        own,
        varying[:q] & (left > 1e-12 * own),
        block.rows,
        block.first,
        basis,
        block.clusters[0] if block.clusters else np.zeros(block.n, dtype=np.intp),
        counts,
        convention,
        "one_group" if not model.pooled and p.groups == 1 else "",
    )


def _nested(found: Survey, model: Any) -> tuple[bool, bool]:
    own: tuple[Grouping, ...] = found.groupings[:1]
    return (not model.pooled and any(g.holds_first for g in own), model.second is not None and any(g.holds_second for g in own))


def _basis(codes: Codes | None, levels: Codes, first: Codes, groups: int) -> Array:
    """(n, r) orthonormal columns that span the dummies of these levels net of the first effect."""
    dummies = np.asarray(codes == levels[:, None], dtype=float)
    net = dummies - ((dummies @ indicator(first, groups)) / np.bincount(first, minlength=groups))[:, first]
    basis: Array = np.linalg.qr(net.T)[0]
    return basis


def _nothing(columns: tuple[str, ...], convention: Name) -> Block:
    q, none = len(columns), np.zeros(0, dtype=np.intp)
    return Block(
        columns, np.zeros((q, 0)), np.zeros(q), np.zeros(q, dtype=bool), none, none, np.zeros((0, 0)), none, Counts(0, 0, 0, 0), convention, "few_rows"
    )
