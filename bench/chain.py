"""Seconds of chain metrics on a random chain of 2,000 segments and 50,000 firms, and of complexity against econcomplex, in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/chain.py

The best of several runs; imports are not counted. Regio's time includes the door, frames and findings; the peer is handed a matrix. The run stops where
scores differ by more than 1e-8.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import regio.chain

SEGMENTS, FIRMS, REGIONS, EDGES = 2_000, 50_000, 31, 8_000
AGREE = 1e-8
RUNS = 3


def tables(segments: int = SEGMENTS, firms: int = FIRMS) -> dict[str, pd.DataFrame]:
    """Suppliers have lower numbers than buyers, so that there is no circle; a buyer's cost shares add up to 0.8."""
    rng = np.random.default_rng(1)
    names = np.array([f"s{i:04d}" for i in range(segments)], object)
    buyer = rng.integers(1, segments, EDGES)
    supplier = (buyer * rng.random(EDGES)).astype(int)
    edges = pd.DataFrame({"from": names[supplier], "to": names[buyer]}).drop_duplicates()
    edges["cost_share"] = 0.8 / edges.groupby("to")["from"].transform("size")
    own = rng.integers(0, segments, firms)
    table = pd.DataFrame({"firm": [f"f{i:05d}" for i in range(firms)], "region": [f"r{i:02d}" for i in rng.integers(0, REGIONS, firms)], "segment": names[own]})
    table["total_assets"] = rng.lognormal(3, 1, firms)
    stage = np.array(["up", "mid", "down"], object)[np.arange(segments) * 3 // segments]
    return {"segments": pd.DataFrame({"segment": names, "stage": stage, "import_share": rng.random(segments) / 2}), "edges": edges, "firms": table}


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(RUNS):
        begun = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - begun)
    return best, result


def main() -> None:
    raw = tables()
    seconds, chain = timed(lambda: regio.chain.read(raw))
    print(f"{'read':<16}{seconds:8.3f} s")
    metrics: dict[str, Callable[[], Any]] = {
        "completeness": lambda: regio.chain.completeness(chain),
        "autonomy": lambda: regio.chain.autonomy(chain),
        "criticality": lambda: regio.chain.criticality(chain),
        "specialisation": lambda: regio.chain.specialisation(chain, value="total_assets"),
        "concentration": lambda: regio.chain.concentration(chain),
        "complexity": lambda: regio.chain.complexity(chain, value="total_assets"),
        "shock": lambda: regio.chain.shock(chain, scenario="s0000 stops", stopped="s0000"),
    }
    found, total = {}, 0.0
    for name, run in metrics.items():
        seconds, found[name] = timed(run)
        total += seconds
        print(f"{name:<16}{seconds:8.3f} s")
    print(f"{'all metrics':<16}{total:8.3f} s")
    try:
        import econcomplex
    except ImportError:
        return
    wide = raw["firms"].pivot_table(index="region", columns="segment", values="total_assets", aggfunc="sum", fill_value=0.0)
    seconds, theirs = timed(lambda: (econcomplex.eci_pci(wide)[0], econcomplex.proximity(wide), econcomplex.density(wide)))
    ours = found["complexity"].scores.set_index("region")["complexity"].loc[theirs[0].index]
    scaled = (theirs[0] - theirs[0].mean()) / theirs[0].std(ddof=0)
    assert np.allclose(ours, scaled, atol=AGREE), "complexity differs"
    own = timed(metrics["complexity"])[0]
    print(f"{'econcomplex':<16}{seconds:8.3f} s   {seconds / own:.1f} times Regio (scores, proximity, density)")


if __name__ == "__main__":
    main()
