"""How special a region's mix of industries is, and how concentrated an industry is on regions. Pure functions of amounts (R, P, K)."""

from __future__ import annotations

import numpy as np

from regio.indices.scale import Floats

TINY = np.finfo(np.float64).tiny  # stands in for zero inside a logarithm: 0 · ln(TINY) is exactly 0


def of_regions(sums: Floats) -> dict[str, Floats]:
    """Measures (R, P) of the shares a of the industries in a region and b in all regions.

    krugman Σ|a − b|; coefficient, half of it; hachman 1/Σ(a²/b); herfindahl Σa²; entropy −Σ a ln a (nats). nan where a region has nothing.

    Examples
    --------
    Shares 1 and 0 where all regions have 1/2 and 1/2.

    >>> {k: v.round(3).ravel().tolist() for k, v in of_regions(np.array([[[2.0, 0.0]], [[0.0, 2.0]]])).items()}["krugman"]
    [1.0, 1.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums / sums.sum(axis=2, keepdims=True)
        whole = sums.sum(axis=0)
        base = whole / whole.sum(axis=1, keepdims=True)
        krugman = np.abs(share - base).sum(axis=2)
        quotient = np.where(base > 0, share / base, 0.0)
        hachman = 1 / (share * quotient).sum(axis=2)
    return {
        "krugman": krugman,
        "coefficient": krugman / 2,
        "hachman": hachman,
        "herfindahl": (share**2).sum(axis=2),
        "entropy": -(share * np.log(np.maximum(share, TINY))).sum(axis=2) + 0.0,
    }


def of_industries(sums: Floats, asked: int, plants: Floats) -> dict[str, Floats]:
    """Measures (P, K') of the shares s of the regions in an industry and x in all industries; H: Herfindahl index of the industry's plants (P, K').

    locational_gini: Gini coefficient of s against x, regions in order of s/x; theil Σ s ln(s/x); coefficient ½Σ|s − x|; herfindahl Σs²;
    concentration G = Σ(s − x)²; ellison_glaeser (G − (1 − Σx²)H)/((1 − Σx²)(1 − H)).
    """
    part, whole = sums[..., :asked], sums.sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = part / part.sum(axis=0)
        x = np.broadcast_to((whole / whole.sum(axis=0))[..., None], s.shape)
        quotient = np.where(x > 0, s / x, 1.0)
        spread = ((s - x) ** 2).sum(axis=0)
        diversity = 1 - (x**2).sum(axis=0)
        gamma = np.where(plants < 1, (spread - diversity * plants) / (diversity * (1 - plants)), np.nan)
    return {
        "ellison_glaeser": gamma,
        "concentration": spread,
        "plant_herfindahl": plants,
        "locational_gini": _gini(s, x, quotient),
        "theil": (s * np.log(np.maximum(quotient, TINY))).sum(axis=0),
        "coefficient": np.abs(s - x).sum(axis=0) / 2,
        "herfindahl": (s**2).sum(axis=0),
    }


def _gini(s: Floats, x: Floats, quotient: Floats) -> Floats:
    """One minus twice the area under the Lorenz curve of s against x: 0 where s = x, below 1 for an industry in one region."""
    order = np.argsort(quotient, axis=0, kind="stable")
    s, x = np.take_along_axis(s, order, 0), np.take_along_axis(x, order, 0)
    height = np.cumsum(s, axis=0)
    return np.asarray(1 - (x * (2 * height - s)).sum(axis=0))
