"""Whose formulae: degrees of freedom and small-sample factors, by the program that uses them.

xtreg      Stata's ``xtreg, fe`` (no effects: ``regress``): levels of a second effect count as dummy regressors, in degrees of freedom and in F.
           Clustered: (n−1)/(n−k−1) · G/(G−1), k with the dummies; the first effect must be nested in the clusters.
reghdfe    Correia's ``reghdfe``, also fixest and pyfixest: n−k−(absorbed); clustered, effects nested in the clusters do not count and
           the constant does: (n−1)/(n−k−absorbed−1) · G/(G−1), G the smallest number of clusters. Singletons are dropped.
ivreghdfe  The same, but the 1 for the constant is taken off only where nothing else is absorbed.

Driscoll-Kraay errors, T periods: under xtreg as Hoechle's ``xtscc``, (n−1)/(n−k−1) · T/(T−1), k with the dummies, the first effect not counted;
under the others as fixest, every level of both effects counted: (n−1)/(n−k−absorbed) · T/(T−1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["xtreg", "reghdfe", "ivreghdfe"]
KERNEL = "driscoll_kraay"


@dataclass(frozen=True, slots=True)
class Counts:
    """n rows, k regressors, dummies of the second effect that are not redundant, groups of the first effect (1: only a constant);
    levels of the second effect; clusters: levels of each dimension; nested: whether the (first, second) effect is nested in the clusters.
    """

    n: int
    k: int
    dummies: int
    groups: int
    levels: int = 0
    clusters: tuple[int, ...] = ()
    nested: tuple[bool, bool] = (False, False)

    @property
    def df_residual(self) -> int:
        """N less every parameter, the levels of both effects included: the same in all three programs."""
        return self.n - self.k - self.dummies - self.groups


def counts_dummies(convention: Name) -> bool:
    """Whether the levels of the second effect are regressors (in F, and behind the constant)."""
    return convention == "xtreg"


def factor(convention: Name, errors: str, counts: Counts) -> float:
    """What the sandwich is multiplied by."""
    if errors == "hc3":
        return 1.0
    if errors == "hc1":
        return counts.n / counts.df_residual
    smallest = min(counts.clusters)
    return (counts.n - 1) / (counts.n - parameters(convention, errors, counts)) * smallest / (smallest - 1)


def parameters(convention: Name, errors: str, counts: Counts) -> int:
    """How many parameters the small-sample factor takes as estimated."""
    every = errors in ("classical", "hc1", "hc3") or (errors == KERNEL and convention != "xtreg")
    return counts.n - counts.df_residual if every else _counted(convention, counts)


def _counted(convention: Name, counts: Counts) -> int:
    if convention == "xtreg":
        return counts.k + counts.dummies + 1
    first, second = counts.groups, counts.dummies
    if any(counts.nested):  # then every other effect counts its levels less one, also where the two are not connected
        first, second = first - 1, max(counts.levels - 1, 0)
    absorbed = (0 if counts.nested[0] else first) + (0 if counts.nested[1] else second)
    extra = any(counts.nested) if convention == "reghdfe" else absorbed == 0
    return counts.k + absorbed + int(extra)


def df_test(errors: str, counts: Counts) -> int:
    """Degrees of freedom of t, and the second one of F."""
    return min(counts.clusters) - 1 if errors in ("cluster", KERNEL) else counts.df_residual
