"""Seconds of Regio and its peers for inequality and Markov chains, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/dynamics.py

``panel``: 31 regions by 13 years; ``counties``: 2,800 regions by 20 years. The best of several runs; imports and compilation are not counted. Ratios are to
Regio. The run stops where numbers differ by more than 1e-9. Regio's time includes the door: keys, missing cells, classes, findings, frames; the
peers are handed bare arrays.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import regio

AGREE = 1e-9
SECONDS = 2.0
SIZES = {"panel": (31, 13), "counties": (2800, 20)}


def levels(regions: int, periods: int) -> np.ndarray:
    rng = np.random.default_rng(regions)
    return np.exp(rng.normal(size=(regions, 1)) + np.cumsum(rng.normal(size=(regions, periods)) * 0.2, axis=1))


def table(values: np.ndarray) -> pd.DataFrame:
    region, period = (a.ravel() for a in np.indices(values.shape))
    return pd.DataFrame({"region": region, "period": period + 2001, "y": values.ravel(), "zone": region % 3})


def gini_peer(values: np.ndarray) -> Any:
    from inequality.gini import Gini

    return [Gini(column).g for column in values.T]


def theil_peer(values: np.ndarray) -> Any:
    from inequality.theil import TheilD

    zones = np.arange(len(values)) % 3
    return [float(TheilD(column, zones).bg[0]) for column in values.T]


def markov_peer(values: np.ndarray) -> Any:
    from giddy.markov import Markov

    codes = np.searchsorted(np.quantile(values, [0.25, 0.5, 0.75]), values)
    return Markov(codes, summary=False).p.ravel()


def timed(run: Callable[[], Any]) -> tuple[float, np.ndarray]:
    with contextlib.redirect_stdout(io.StringIO()):
        found = run()  # imports, and what numba compiles
    best, begun = float("inf"), time.perf_counter()
    while time.perf_counter() - begun < SECONDS or best == float("inf"):
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            found = run()
        best = min(best, time.perf_counter() - start)
    return best, np.asarray(found, dtype=float)


def main() -> None:
    keys = {"region": "region", "period": "period"}
    print(f"{'table':<10} {'method':<8} {'regio ms':>10} {'peer ms':>10} {'ratio':>7}")
    for name, size in SIZES.items():
        values = levels(*size)
        frame = table(values)
        runs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "gini": (lambda f=frame: regio.gini(f, "y", **keys).inequality["gini"], lambda v=values: gini_peer(v)),
            "theil": (lambda f=frame: regio.theil(f, "y", "zone", **keys).decomposition["between"], lambda v=values: theil_peer(v)),
            "markov": (lambda f=frame: regio.markov(f, "y", **keys).transitions.to_numpy().ravel(), lambda v=values: markov_peer(v)),
        }
        for method, (ours, theirs) in runs.items():
            (mine, found), (other, expected) = timed(ours), timed(theirs)
            if not np.abs(found - expected).max() <= AGREE:
                raise SystemExit(f"{method} differs from its peer")
            print(f"{name:<10} {method:<8} {1000 * mine:>10.2f} {1000 * other:>10.2f} {other / mine:>7.1f}", flush=True)
        call = regio.index(frame.assign(x=frame["y"] * 2 + frame["zone"]), ("y", "x"), scope="by_period", **keys)
        best, _ = timed(lambda c=call, f=frame: regio.explain_change(f.assign(x=f["y"] * 2 + f["zone"]), c, **keys).ranks["change"])
        print(f"{name:<10} {'explain':<8} {1000 * best:>10.2f} {'—':>10} {'—':>7}", flush=True)


if __name__ == "__main__":
    main()
