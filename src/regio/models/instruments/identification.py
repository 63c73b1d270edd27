"""Whether the instruments identify the model, and how strongly: Kleibergen-Paap, Cragg-Donald, Anderson, partial R², Sanderson-Windmeijer, effective F."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc
from scipy.stats import ncx2

from regio.models.core.blocks import Array
from regio.models.core.conventions import parameters
from regio.models.instruments.design import Design
from regio.models.instruments.estimate import equation, projected, residualised

NAN = float("nan")
IDENTIFIED = 1e-10  # smallest canonical correlation: below this the first stage has not full rank
FIXED, ZERO = 1e-20, 1e-10  # a variance as a share of the largest, a value likewise: below these both are rounding
NOT_NEGATIVE = 1e-10  # smallest eigenvalue of a covariance, as a share of the largest
BIASES = (5, 10, 20, 30)  # per cent of the worst case, of the effective F


@dataclass(frozen=True, slots=True)
class Partial:
    """Endogenous columns and excluded instruments net of the exogenous ones, as orthonormal columns times √n. x (n, m), z (n, k); ``raw``: x not
    orthogonalised; ``correlations`` (m,) canonical ones, the largest first.
    """

    x: Array
    z: Array
    raw: Array
    correlations: Array

    @classmethod
    def of(cls, d: Design) -> Partial:
        raw, instruments = residualised(d.x, d.c), residualised(d.z, d.c)
        root = np.sqrt(d.n)
        x, z = np.linalg.qr(raw)[0] * root, np.linalg.qr(instruments)[0] * root
        return cls(x, z, raw, np.minimum(np.linalg.svd(z.T @ x / d.n, compute_uv=False), 1.0))

    @property
    def n(self) -> int:
        return len(self.x)


def quadratic(values: Array, covariance: Array) -> float:
    """The form values' covariance⁻¹ values; nan where the covariance is not positive definite. A value that is zero and does not vary is left out."""
    variances = np.diag(covariance)
    moving = (variances > FIXED * variances.max()) | (np.abs(values) > ZERO * np.abs(values).max())
    values, covariance = values[moving], covariance[np.ix_(moving, moving)]
    root = np.sqrt(np.maximum(np.diag(covariance), 0))
    if not len(root) or not (root > 0).all():
        return NAN
    eigenvalues, vectors = np.linalg.eigh(covariance / np.outer(root, root))
    if eigenvalues[0] <= NOT_NEGATIVE * eigenvalues[-1]:
        return NAN
    z = vectors.T @ (values / root)
    return float((z * z / eigenvalues).sum())


def kleibergen_paap(d: Design, p: Partial) -> tuple[float, float]:
    """(LM, Wald) rank statistics that the matrix of first-stage coefficients has rank m − 1.

    The null spaces are spanned by orthonormal vectors of the singular value decomposition. The textbook form inverts its lower right block, which is
    singular where each instrument serves one endogenous column only.
    """
    n, m = p.n, p.x.shape[1]
    theta = p.z.T @ p.x / n
    left, _, right = np.linalg.svd(theta)
    u, v = left[:, m - 1 :], right[m - 1 :].T
    value = (u.T @ theta @ v)[:, 0]
    columns = p.z @ u

    def rank(residual: Array) -> float:
        return n * quadratic(value, d.sums.meat(columns, residual @ v) / n)

    return rank(p.x), rank(p.x - p.z @ theta)


def identification(d: Design, p: Partial) -> dict[str, object]:
    """The tests of under- and weak identification under their names."""
    k, m = p.z.shape[1], p.x.shape[1]
    lm, wald = kleibergen_paap(d, p)
    smallest = float(p.correlations[-1]) ** 2
    anderson = d.n * smallest
    left = d.n - parameters("ivreghdfe", d.sums.errors, d.counted(d.first_slopes))
    df = k - m + 1
    return {
        "kleibergen_paap_lm": lm,
        "kleibergen_paap_lm_df": df,
        "kleibergen_paap_lm_p_value": float(chdtrc(df, lm)),
        "kleibergen_paap_f": wald * d.wald_factor(d.first_slopes) / k,
        "cragg_donald_f": smallest / (1 - smallest) * left / k if smallest < 1 else float("inf"),
        "anderson_lm": anderson,
        "anderson_lm_df": df,
        "anderson_lm_p_value": float(chdtrc(df, anderson)),
        **effective(d, p),
    }


def effective(d: Design, p: Partial) -> dict[str, object]:
    """Montiel Olea and Pflueger's effective F of one endogenous column, and the critical values of their simplified, conservative procedure (5 % tests that
    the bias is above a share of the worst case); nan for several.
    """
    if p.x.shape[1] > 1:
        return {"effective_f": NAN, "effective_f_k": NAN, "effective_f_critical": dict.fromkeys(map(str, BIASES), NAN)}
    first = p.z.T @ p.x[:, 0] / p.n
    w = d.sums.meat(p.z, p.x[:, 0] - p.z @ first) / p.n**2 / d.wald_factor(d.first_slopes)
    trace = float(np.trace(w))
    found = {}
    for bias in BIASES:
        x = 100 / bias
        size = trace**2 * (1 + 2 * x) / (float((w * w).sum()) + 2 * x * trace * float(np.linalg.eigvalsh(w)[-1]))
        found[str(bias)] = float(ncx2.ppf(0.95, size, x * size) / size), size
    return {
        "effective_f": float(first @ first) / trace,
        "effective_f_k": found["10"][1],
        "effective_f_critical": {bias: value for bias, (value, _) in found.items()},
    }


def strengths(d: Design, p: Partial, j: int) -> dict[str, object]:
    """Of endogenous column j: partial R² of its first stage, Shea's, and Sanderson-Windmeijer's conditional F."""
    k, m = p.z.shape[1], p.x.shape[1]
    raw = p.raw[:, j]
    fitted = projected(p.raw, p.z)
    partial = float(fitted[:, j] @ fitted[:, j] / (raw @ raw))
    found: dict[str, object] = {"partial_r2": partial, "shea_partial_r2": partial}
    others = [i for i in range(m) if i != j]
    conditional = raw
    if others:
        found["shea_partial_r2"] = float(np.linalg.inv(p.raw.T @ p.raw)[j, j] / np.linalg.inv(fitted.T @ fitted)[j, j])
        conditional = equation(d, raw, p.raw[:, others], p.z).residual
    first = p.z.T @ conditional / p.n
    wald = quadratic(first, d.sums.meat(p.z, conditional - p.z @ first) / p.n**2)
    f = wald * d.wald_factor(d.first_slopes) / (k - m + 1)
    df = (k - m + 1, d.df(d.first_slopes))
    return found | {"sanderson_windmeijer_f": f, "sanderson_windmeijer_df": df, "sanderson_windmeijer_p_value": float(fdtrc(*df, f))}
