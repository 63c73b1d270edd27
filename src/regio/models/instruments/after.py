"""After the estimate: overidentification, endogeneity, and Anderson-Rubin inference that weak instruments do not harm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.linalg import eigvals
from scipy.special import chdtrc, chdtri, fdtrc, fdtri

from regio.models.core.blocks import Array
from regio.models.instruments.design import Design
from regio.models.instruments.estimate import equation, f_test, residualised
from regio.models.instruments.identification import NAN, Partial, quadratic

REAL = 1e-7  # imaginary part of an eigenvalue, as a share of its size: below this it may be a border of the confidence set
JOINED = 1e-9  # pieces of a confidence set closer than this share of their size are one


def overidentification(d: Design) -> dict[str, object]:
    """Sargan's test under classical errors, else Hansen's J of the efficient two-step GMM estimator; nan where the model is exactly identified."""
    df = d.z.shape[1] - d.x.shape[1]
    value = NAN
    if df:
        residual = equation(d, d.y, d.regressors, d.exogenous).residual
        columns = np.linalg.qr(d.exogenous)[0] * np.sqrt(d.n)
        value = _criterion(d.y, d.regressors, columns, d.sums.meat(columns, residual) / d.n)
    name = "sargan" if d.sums.errors == "classical" else "hansen_j"
    other = "hansen_j" if name == "sargan" else "sargan"
    p_value = float(chdtrc(df, value)) if df else NAN
    return {name: value, f"{name}_df": df, f"{name}_p_value": p_value, other: NAN, f"{other}_df": df, f"{other}_p_value": NAN}


def endogeneity(d: Design) -> dict[str, object]:
    """C: the difference of two Sargan or Hansen statistics, the endogenous columns counted among the instruments or not, both with the covariance of
    the former; and Wu's F of the first-stage residuals in the second stage.
    """
    m = d.x.shape[1]
    instruments = d.exogenous
    every = np.linalg.qr(np.column_stack((instruments, d.x)))[0] * np.sqrt(d.n)
    s = d.sums.meat(every, equation(d, d.y, d.regressors).residual) / d.n
    fewer = instruments.shape[1]
    c = _criterion(d.y, d.regressors, every, s) - _criterion(d.y, d.regressors, every[:, :fewer], s[:fewer, :fewer])
    first = np.column_stack([equation(d, column, instruments).residual for column in d.x.T])
    k = d.slopes + m
    augmented = equation(d, d.y, np.column_stack((d.x, first, d.c)))
    f, df, p_value = NAN, (m, 0), NAN
    if d.counted(k).df_residual > 0:
        f, df, p_value = f_test(d, augmented, k, slice(m, 2 * m))
    return {
        "endogeneity_c": c,
        "endogeneity_c_df": m,
        "endogeneity_c_p_value": float(chdtrc(m, max(c, 0.0))),
        "wu_hausman_f": f,
        "wu_hausman_df": df,
        "wu_hausman_p_value": p_value,
    }


def _criterion(y: Array, regressors: Array, instruments: Array, s: Array) -> float:
    """Hansen's n ḡ'S⁻¹ḡ at its minimum over the coefficients; nan where S is singular, as with fewer clusters than instruments and controls."""
    eigenvalues, vectors = np.linalg.eigh(s)
    if eigenvalues[0] <= 1e-10 * eigenvalues[-1]:
        return NAN
    root = instruments @ (vectors / np.sqrt(eigenvalues)) / np.sqrt(len(y))
    target, columns = root.T @ y, root.T @ regressors
    rest = target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]
    return float(rest @ rest)


@dataclass(frozen=True, slots=True)
class ReducedForms:
    """Coefficients of the orthonormal excluded instruments in the reduced forms of y and of one endogenous column, in units of their standard deviations:
    values (2, k); covariance (2k, 2k) of a large sample; units: of y and x; factor: to the F form; df: of F; small: whether F decides, or χ².
    """

    values: Array
    covariance: Array
    units: tuple[float, float]
    factor: float
    df: int
    small: bool

    @property
    def k(self) -> int:
        return int(self.values.shape[1])

    def statistic(self, b: float) -> float:
        """The large-sample Wald statistic that the instruments do not explain y − b x; b in units."""
        k = self.k
        own, cross, other = self.covariance[:k, :k], self.covariance[:k, k:], self.covariance[k:, k:]
        return quadratic(self.values[0] - b * self.values[1], own - b * (cross + cross.T) + b * b * other)

    def p_value(self, statistic: float) -> float:
        return float(fdtrc(self.k, self.df, statistic * self.factor / self.k) if self.small else chdtrc(self.k, statistic))

    def critical(self, level: float) -> float:
        """Of the large-sample Wald statistic."""
        return float(fdtri(self.k, self.df, level) * self.k / self.factor if self.small else chdtri(self.k, 1 - level))


def reduced_forms(d: Design, p: Partial, columns: Array) -> ReducedForms:
    """``columns`` (n, 1 or 2): y, and the endogenous column, net of the effects."""
    net = residualised(columns, d.c)
    units = np.sqrt((net * net).mean(0))
    net = net / units
    first = p.z.T @ net / p.n
    covariance = d.sums.meat(p.z, net - p.z @ first) / p.n**2
    size = (float(units[0]), float(units[-1]))
    return ReducedForms(first.T, covariance, size, d.wald_factor(d.first_slopes), d.df(d.first_slopes), not d.large_sample)


def anderson_rubin(d: Design, p: Partial, level: float) -> tuple[dict[str, object], ReducedForms | None]:
    """The test that every endogenous coefficient is zero, and for one endogenous column the set of coefficients that it does not reject."""
    k = d.z.shape[1]
    alone = reduced_forms(d, p, d.y[:, None])
    wald = quadratic(alone.values[0], alone.covariance)
    f = wald * alone.factor / k
    found: dict[str, object] = {
        "anderson_rubin_f": f,
        "anderson_rubin_df": (k, alone.df),
        "anderson_rubin_p_value": float(fdtrc(k, alone.df, f)),
        "anderson_rubin_chi2": wald,
        "anderson_rubin_chi2_p_value": float(chdtrc(k, wald)),
    }
    if d.x.shape[1] > 1:
        return found | {"anderson_rubin_set": None, "anderson_rubin_form": "none"}, None
    both = reduced_forms(d, p, np.column_stack((d.y, d.x)))
    pieces = confidence_set(both, level)
    return found | {"anderson_rubin_set": pieces, "anderson_rubin_form": set_form(pieces)}, both


def set_form(pieces: Sequence[tuple[float, float]]) -> str:
    """``interval``, ``empty``, ``line`` (every value), ``ray``, ``rays`` (every value but those between), or ``several`` pieces.

    Examples
    --------
    >>> set_form(((0.5, 1.5),)), set_form(((-np.inf, 0.5), (1.5, np.inf))), set_form(())
    ('interval', 'rays', 'empty')
    """
    if not pieces:
        return "empty"
    low, high = np.isinf(pieces[0][0]), np.isinf(pieces[-1][1])
    if len(pieces) == 1:
        return "line" if low and high else "ray" if low or high else "interval"
    return "rays" if low and high and len(pieces) == 2 else "several"


def confidence_set(forms: ReducedForms, level: float) -> tuple[tuple[float, float], ...]:
    """Pieces (low, high) in order, possibly infinite; none where every value is rejected.

    With critical value c, δ = π_y − b π_x and Σ(b) its covariance, δ'Σ(b)⁻¹δ ≤ c exactly where P(b) = c Σ(b) − δδ' is positive semi-definite: the borders
    are among the real eigenvalues of the quadratic matrix polynomial P.
    """
    k = forms.k
    c = forms.critical(level)
    own, cross, other = forms.covariance[:k, :k], forms.covariance[:k, k:], forms.covariance[k:, k:]
    y, x = forms.values
    p0, p1, p2 = c * own - np.outer(y, y), np.outer(y, x) + np.outer(x, y) - c * (cross + cross.T), c * other - np.outer(x, x)
    left = np.block([[np.zeros((k, k)), np.eye(k)], [-p0, -p1]])
    right = np.block([[np.eye(k), np.zeros((k, k))], [np.zeros((k, k)), p2]])
    roots = eigvals(left, right)
    finite = roots[np.isfinite(roots)]
    borders = np.unique(finite[np.abs(finite.imag) <= REAL * (1 + np.abs(finite))].real)
    edges = np.r_[-np.inf, borders, np.inf]
    inside = [forms.statistic(_between(low, high)) <= c for low, high in pairwise(edges)]
    scale = forms.units[0] / forms.units[1]
    pieces: list[tuple[float, float]] = []
    for low, high, accepted in zip(edges[:-1] * scale, edges[1:] * scale, inside, strict=True):
        if accepted:
            touching = bool(pieces) and (pieces[-1][1] == low or low - pieces[-1][1] <= JOINED * abs(low))
            pieces = [*pieces[:-1], (pieces[-1][0], float(high))] if touching else [*pieces, (float(low), float(high))]
    return tuple(pieces)


def _between(low: float, high: float) -> float:
    """A point inside an interval, far out in an infinite one."""
    if np.isinf(low) and np.isinf(high):
        return 0.0
    if np.isinf(low):
        return high - 1 - abs(high)
    return low + 1 + abs(low) if np.isinf(high) else (low + high) / 2


def curve(forms: ReducedForms, low: float, high: float, points: int = 121) -> tuple[Array, Array, Array]:
    """(coefficients, large-sample statistics, p-values) over a stretch."""
    scale = forms.units[0] / forms.units[1]
    at = np.linspace(low, high, points)
    statistic = np.array([forms.statistic(b / scale) for b in at])
    return at, statistic, np.array([forms.p_value(s) for s in statistic])
