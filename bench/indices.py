"""Seconds of the indices in Regio, numpy and pymcdm, side by side in one process.

Run it from the root of the repository, on a machine that does nothing else::

    python bench/indices.py              # every section
    python bench/indices.py entropy      # these only

Each section is one function below, listed in ``SECTIONS``: it yields rows (what, seconds by program) and stops where results differ by more than
``AGREE``. ``warm`` times: the best of several calls. Ratios are to Regio.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import pandas as pd

AGREE = 1e-9  # largest difference of weights or scores; every program computes the same formula
SECONDS = 3.0  # spent on repeating each call
Row = tuple[str, Mapping[str, float]]


def best(call: Callable[[], object]) -> float:
    """The best time of a call, repeated for ``SECONDS``, at least twice."""
    times: list[float] = []
    while len(times) < 2 or sum(times) < SECONDS:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def same(what: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    if not np.allclose(ours, theirs, rtol=0, atol=AGREE):
        sys.exit(f"{what}: results differ by {np.abs(ours - theirs).max():.2g}")


def table(rows: int, columns: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({f"x{j:02d}": rng.lognormal(size=rows) for j in range(columns)})


def numpy_entropy(values: np.ndarray) -> np.ndarray:
    """Entropy weights as one writes them in numpy."""
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / (high - low)
    share = scaled / scaled.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(share > 0, share * np.log(share), 0.0)
    divergence = 1 + terms.sum(axis=0) / np.log(len(values))
    return divergence / divergence.sum()


def entropy() -> Iterator[Row]:
    """Entropy weights: the whole public function, with scores, and the weights alone; pymcdm takes no zeros, so it gets scaled values plus 1e-12."""
    import pymcdm.weights

    import regio
    from regio.indices.scale import min_max
    from regio.indices.weights.schemes import SCHEMES

    for rows, columns in ((310, 18), (100_000, 20), (1_000_000, 20)):
        frame = table(rows, columns)
        values = np.asfortranarray(frame.to_numpy())
        scaled = min_max(values, np.zeros(columns, bool)).values
        peer = scaled + 1e-12
        ours = regio.entropy_weights(frame).weights["weight"].to_numpy()
        same("numpy", ours, numpy_entropy(values))
        same("pymcdm", ours, pymcdm.weights.entropy_weights(peer))
        yield (
            f"entropy weights {rows:,} × {columns}",
            {
                "regio": best(lambda frame=frame: regio.entropy_weights(frame)),
                "regio, weights alone": best(lambda scaled=scaled: SCHEMES["entropy"].learn(scaled)),
                "numpy, weights alone": best(lambda values=values: numpy_entropy(values)),
                "pymcdm, weights alone": best(lambda peer=peer: pymcdm.weights.entropy_weights(peer)),
            },
        )


def schemes() -> Iterator[Row]:
    """Other schemes of weights on scaled values of 310 rows and 18 columns, and TOPSIS."""
    import pymcdm.methods
    import pymcdm.normalizations
    import pymcdm.weights

    from regio.indices.aggregate import topsis
    from regio.indices.scale import min_max
    from regio.indices.weights.schemes import SCHEMES

    values = table(310, 18).to_numpy()
    scaled = min_max(values, np.zeros(18, bool)).values
    positive = 0.01 + 0.99 * scaled
    peers = {"critic": pymcdm.weights.critic_weights, "standard_deviation": pymcdm.weights.standard_deviation_weights}
    for name, peer in peers.items():
        same(name, SCHEMES[name].learn(scaled).weights, peer(scaled))
        yield name, {"regio": best(lambda name=name: SCHEMES[name].learn(scaled)), "pymcdm": best(lambda peer=peer: peer(scaled))}
    ones = np.ones(18)
    same("merec", SCHEMES["merec"].learn(positive).weights, pymcdm.weights.merec_weights(positive, ones))
    yield "merec", {"regio": best(lambda: SCHEMES["merec"].learn(positive)), "pymcdm": best(lambda: pymcdm.weights.merec_weights(positive, ones))}
    weights = np.full(18, 1 / 18)
    method = pymcdm.methods.TOPSIS(normalization_function=pymcdm.normalizations.minmax_normalization)
    same("topsis", topsis(scaled, weights), method(values, weights, ones))
    yield "topsis", {"regio": best(lambda: topsis(scaled, weights)), "pymcdm": best(lambda: method(values, weights, ones))}


def draws() -> Iterator[Row]:
    """Scores of 310 rows and 18 columns under 2,000 sets of weights, in one call and one set at a time."""
    from regio.indices.aggregate import AGGREGATES

    rng = np.random.default_rng(1)
    scaled, weights = rng.uniform(0.05, 1, (310, 18)), rng.dirichlet(np.ones(18), 2000)
    for name in ("arithmetic", "geometric", "topsis"):
        combine = AGGREGATES[name].combine
        same(name, combine(scaled, weights)[:20], np.array([combine(scaled, one) for one in weights[:20]]))
        yield (
            f"2,000 draws, {name}",
            {
                "regio": best(lambda combine=combine: combine(scaled, weights)),
                "one at a time": best(lambda combine=combine: [combine(scaled, one) for one in weights]),
            },
        )


def uncertainty() -> Iterator[Row]:
    """2,000 joint draws on 310 rows and 18 columns, with ranks, intervals, sensitivity and removals, against the index called again for each draw (50 draws
    are timed, times 40): what a program does that regenerates its whole index. The kernels alone: scores and ranks of the draws.
    """
    import regio
    from regio.compute.engine import chunks, generator
    from regio.contract.result import Call
    from regio.indices.aggregate import arithmetic
    from regio.indices.scale import min_max
    from regio.indices.uncertainty._runs import perturbed, places_by_period

    variations = [{"scale": "z_unit"}, {"scale": "rank"}, {"weights": "equal"}, {"weights": "critic"}, {"aggregate": "geometric", "interval": (0.1, 1.0)}]
    for regions, periods in ((31, 10), (310, 1)):
        frame = table(310, 18).assign(r=np.repeat([f"r{i:03d}" for i in range(regions)], periods), t=np.tile(np.arange(periods), regions))
        names, keys = tuple(c for c in frame if c not in ("r", "t")), {"region": "r", "period": "t"}
        call = Call("index", {"indicators": names})
        made = regio.index(frame, names, **keys)
        weights = made.weights["weight"].to_numpy()
        uniform = generator(next(iter(chunks(1000, 0)))).random((2, 1000, 18)).reshape(2000, 18)
        moved = perturbed(weights, uniform, size=0.25, form="uniform")
        moved /= moved.sum(axis=1, keepdims=True)
        values = np.asfortranarray(frame[list(names)].to_numpy())
        rows = [np.arange(310)[frame["t"] == t] for t in range(periods)]

        def kernels(values: np.ndarray = values, moved: np.ndarray = moved, rows: list[np.ndarray] = rows) -> np.ndarray:
            scores = arithmetic(min_max(values, np.zeros(18, bool)).values, moved)
            places_by_period(scores, rows)
            return scores

        def again(frame: pd.DataFrame = frame, names: tuple[str, ...] = names, keys: Mapping[str, str] = keys, moved: np.ndarray = moved) -> list[np.ndarray]:
            return [regio.index(frame, names, weights=dict(zip(names, one, strict=True)), **keys).scores["score"].to_numpy() for one in moved[:50]]

        found = regio.index_uncertainty(frame, call, noise=0.25, **keys)
        same("draws", found.scores["mean"].to_numpy(), kernels().mean(axis=0))
        same("one at a time", kernels()[:50], np.array(again()))
        yield (
            f"uncertainty, 2,000 draws, {regions} regions × {periods} periods × 18",
            {
                "regio, noise on weights": best(partial(regio.index_uncertainty, frame, call, noise=0.25, **keys)),
                "regio, and 18 combinations": best(partial(regio.index_uncertainty, frame, call, variations, noise=0.25, **keys)),
                "scores and ranks alone": best(kernels),
                "index again, 50 draws × 40": 40 * best(again),
            },
        )


SECTIONS: dict[str, Callable[[], Iterator[Row]]] = {
    "entropy": entropy,
    "schemes": schemes,
    "draws": draws,
    "uncertainty": uncertainty,
}  # a further section: a function above, a name here


def main(chosen: list[str]) -> None:
    unknown = [name for name in chosen if name not in SECTIONS]
    if unknown:
        sys.exit(f"no section {', '.join(unknown)}; sections: {', '.join(SECTIONS)}")
    for section in chosen or SECTIONS:
        print(f"\n{section}")
        for what, seconds in SECTIONS[section]():
            first = next(iter(seconds.values()))
            print(f"  {what}")
            for program, value in seconds.items():
                print(f"    {program:<28}{value * 1000:>12.3f} ms{value / first:>10.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
