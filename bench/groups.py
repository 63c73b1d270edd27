"""Seconds of the wild cluster bootstrap, a permutation of regions and a Poisson fit, beside loops of pyfixest fits in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/groups.py

29 regions, 7 years, two-way effects, clustered by region, 999 draws. A loop's seconds are those of its first draws times what is left, since nobody would
wait for it; pyfixest's own wild bootstrap needs a package that is not a dependency here. Ratios are to Regio.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

DRAWS, TRIED = 999, 15
TERMS = ["x1", "x2", "x3", "x4", "x5"]
KEYS = {"region": "region", "period": "period"}
TWO_WAY = ("region", "period")


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(29), 2017 + np.arange(7), indexing="ij"))
    frame = pd.DataFrame({"region": region, "period": period, "zone": region % 3})
    for term in TERMS:
        frame[term] = rng.normal(size=29)[region] + rng.normal(size=len(frame))
    frame["y"] = frame[TERMS].sum(axis=1) + rng.normal(size=29)[region] + rng.normal(size=len(frame))
    return frame.assign(exports=rng.poisson(np.exp(0.3 * frame["x1"])))


def seconds(task: Callable[[], object], repeats: int = 5) -> float:
    task()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    import pyfixest

    import regio

    warnings.simplefilter("ignore")
    frame = panel()
    formula = f"y ~ {' + '.join(TERMS)} | region + period"

    def loop(fits: int) -> float:
        start = time.perf_counter()
        for _ in range(TRIED):
            for _ in range(fits):
                pyfixest.feols(formula, frame, vcov={"CRV1": "region"})
        return (time.perf_counter() - start) / TRIED * DRAWS

    common = {"effects": TWO_WAY, **KEYS}
    ours = {
        "wild cluster, five coefficients": (
            seconds(lambda: regio.regress(frame, "y", "x1", TERMS[1:], errors="wild_cluster", draws=DRAWS, **common)),
            loop(len(TERMS)),
        ),
        "permutation, three groups": (
            seconds(lambda: regio.compare_groups(frame, "y", "x1", "zone", TERMS[1:], draws=DRAWS, **common)),
            loop(3),
        ),
        "Poisson, one fit": (
            seconds(lambda: regio.poisson(frame, "exports", "x1", TERMS[1:], errors="cluster", **common)),
            seconds(lambda: pyfixest.fepois(formula.replace("y ~", "exports ~"), frame, vcov={"CRV1": "region"})),
        ),
    }
    print(f"{'':<34} {'regio s':>9} {'pyfixest s':>11} {'ratio':>9}")
    for name, (own, peer) in ours.items():
        print(f"{name:<34} {own:>9.4f} {peer:>11.2f} {peer / own:>9.1f}")


if __name__ == "__main__":
    main()
