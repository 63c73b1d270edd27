"""Seconds of Moran's I and local Moran with permutations in Regio and in esda, on the same lattices, in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/spatial.py             # 30 and 400 regions
    python bench/spatial.py 900 2500

Queen contiguity, standardised by row, 999 permutations. Each program has its weights ready; compilation (esda has numba) happens before the clock starts. The
run stops where I or a local I differs by more than 1e-9.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

AGREE = 1e-9
DRAWS = 999
ROUNDS = 3


def seconds(run: Callable[[], Any]) -> float:
    """The least of a few runs."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def case(regions: int) -> tuple[Any, Any, Any]:
    """Values, weights of libpysal, and the same as a sparse matrix."""
    from libpysal.weights import lat2W
    from scipy.sparse import csr_array

    rows = next(r for r in range(int(regions**0.5), 0, -1) if regions % r == 0)
    weights = lat2W(rows, regions // rows, rook=False)
    weights.transform = "r"
    return np.random.default_rng(regions).lognormal(size=regions), weights, csr_array(weights.sparse)


def compare(regions: int) -> list[tuple[str, float, float]]:
    import esda

    from regio.spatial.dependence.compute import Way, one
    from regio.spatial.dependence.drawing import local_counts
    from regio.spatial.dependence.moments import local_moran

    y, weights, matrix = case(regions)
    way = Way("moran", True, "keep", DRAWS, 0)
    z = (y - y.mean()) / y.std()
    ours, theirs = one(y, matrix, way)[0].estimate, esda.Moran(y, weights, permutations=DRAWS).I
    local, peer = local_moran(y, matrix)[0], esda.Moran_Local(y, weights, permutations=DRAWS, seed=1).Is * regions / (regions - 1)
    if abs(ours - theirs) > AGREE or np.abs(local - peer).max() > AGREE:
        raise SystemExit(f"different answers: {ours} {theirs}, local {np.abs(local - peer).max()}")
    return [
        ("Moran", seconds(lambda: one(y, matrix, way)), seconds(lambda: esda.Moran(y, weights, permutations=DRAWS))),
        (
            "local Moran",
            seconds(lambda: local_counts(matrix @ z, z, matrix, np.zeros(regions), DRAWS, 0)),
            seconds(lambda: esda.Moran_Local(y, weights, permutations=DRAWS, seed=1)),
        ),
    ]


def main() -> None:
    warnings.simplefilter("ignore")
    print(f"{'regions':>8} {'statistic':<12} {'regio s':>9} {'esda s':>9} {'ratio':>7}")
    for regions in [int(word) for word in sys.argv[1:]] or [30, 400]:
        for name, ours, theirs in compare(regions):
            print(f"{regions:>8} {name:<12} {ours:>9.4f} {theirs:>9.4f} {theirs / ours:>7.1f}")


if __name__ == "__main__":
    main()
