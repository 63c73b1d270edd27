"""How far a bootstrap standard error of an indirect effect lies from the delta one, by rows, errors and what is resampled.

python bench/audit_bootstrap.py [papers]

The bands of src/regio/auditing/checks/bootstrap_errors.py rest on these numbers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS = 1000
CASES = {  # rows: normal, or skewed with errors that grow with x; clusters in x and errors; standard errors; what is resampled
    "even rows, conventional, rows": (False, False, "conventional", False),
    "skewed and uneven, conventional, rows": (True, False, "conventional", False),
    "skewed and uneven, HC1, rows": (True, False, "hc1", False),
    "clusters, conventional, rows": (False, True, "conventional", False),
    "clusters, conventional, clusters": (False, True, "conventional", True),
    "clusters, clustered, clusters": (False, True, "cluster", True),
    "clusters, clustered, rows": (False, True, "cluster", False),
}


def data(rng: np.random.Generator, units: int, periods: int, *, uneven: bool, clustered: bool) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """x, m, y and the unit of every row."""
    unit = np.repeat(np.arange(units), periods)
    n = len(unit)

    def noise() -> Array:
        own = rng.standard_t(5, size=n) if uneven else rng.normal(size=n)
        return 0.8 * rng.normal(size=units)[unit] + 0.6 * own if clustered else own

    x = noise()
    x = np.exp(0.7 * x) if uneven else x
    scale = 0.5 + 0.5 * np.abs(x - x.mean()) / x.std() if uneven else 1.0
    a, b = rng.uniform(0.1, 1.2, size=2)
    m = a * x + scale * noise()
    return x, m, b * m + rng.normal() * x + scale * noise(), unit


def errors(columns: Array, y: Array, unit: NDArray[np.int64], kind: str) -> tuple[Array, Array]:
    """Coefficients and standard errors."""
    n, k = columns.shape
    bread = np.linalg.inv(columns.T @ columns)
    b = bread @ columns.T @ y
    e = y - columns @ b
    if kind == "conventional":
        return b, np.sqrt(np.diag(bread) * (e @ e) / (n - k))
    scores = columns * e[:, None]
    if kind == "cluster":
        sums = np.zeros((unit.max() + 1, k))
        np.add.at(sums, unit, scores)
        g = len(sums)
        return b, np.sqrt(np.diag(bread @ sums.T @ sums @ bread) * g / (g - 1) * (n - 1) / (n - k))
    return b, np.sqrt(np.diag(bread @ scores.T @ scores @ bread) * n / (n - k))


def drawn(rng: np.random.Generator, x: Array, m: Array, y: Array, unit: NDArray[np.int64], *, clusters: bool) -> float:
    """The SD of a b over resamples, from weighted sums of products."""
    n = len(x)
    weights = (
        rng.multinomial(units := int(unit.max()) + 1, np.full(units, 1 / units), size=DRAWS)[:, unit]
        if clusters
        else rng.multinomial(n, np.full(n, 1 / n), size=DRAWS)
    )
    s = weights @ np.column_stack([np.ones(n), x, m, y, x * x, x * m, x * y, m * m, m * y])
    c, sx, sm, sy, xx, xm, xy, mm, my = s.T
    vx, vm, xm, xy, my = xx - sx * sx / c, mm - sm * sm / c, xm - sx * sm / c, xy - sx * sy / c, my - sm * sy / c
    return float(np.std(xm / vx * (vx * my - xm * xy) / (vx * vm - xm * xm), ddof=1))


def ratios(case: str, papers: int, few: int, many: int) -> Iterator[float]:
    """Bootstrap over delta error, sqrt(a² s_b² + b² s_a² + s_a² s_b²), the variance of a product."""
    uneven, clustered, kind, clusters = CASES[case]
    for seed in range(papers):
        rng = np.random.default_rng([seed, few])
        n, periods = int(rng.integers(few, many)), int(rng.integers(4, 11))
        x, m, y, unit = data(rng, max(n // periods, 6), periods, uneven=uneven, clustered=clustered)
        one = np.ones(len(x))
        a, sa = (v[1] for v in errors(np.column_stack([one, x]), m, unit, kind))
        b, sb = (v[2] for v in errors(np.column_stack([one, x, m]), y, unit, kind))
        yield drawn(rng, x, m, y, unit, clusters=clusters) / float(np.sqrt((a * sb) ** 2 + (b * sa) ** 2 + (sa * sb) ** 2))


if __name__ == "__main__":
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    start = time.process_time()
    print(f"{'bootstrap over delta error':<40}{'rows':>12}" + "".join(f"{q:>8}" for q in ("0.5%", "2.5%", "50%", "97.5%", "99.5%")))
    for case in CASES:
        for few, many in ((50, 100), (100, 200), (200, 400), (400, 800)):
            found = np.quantile(list(ratios(case, papers, few, many)), [0.005, 0.025, 0.5, 0.975, 0.995])
            print(f"{case:<40}{f'{few} to {many}':>12}" + "".join(f"{q:>8.2f}" for q in found))
    print(f"{time.process_time() - start:.0f} s")
