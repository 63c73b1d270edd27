"""Size of the tests and coverage of the intervals of the threshold models, in simulated panels: the numbers in their documentation.

Run it from the root of the repository::

    python bench/threshold_coverage.py                       # every study, 500 panels each
    python bench/threshold_coverage.py threshold 100         # one study, 100 panels

Each line says what was simulated and what came out; ``se`` beside a share s of B panels is √(s(1 − s)/B).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import regio

PANELS = 500
DRAWS = 199
GAMMA, LOW, HIGH = 1.2411, 0.066, 0.249  # of the paper on virtual agglomeration; its 30 × 6 size and noise are assumptions
SPLIT, KINK = 0.3, 0.5
KEYS = {"region": "region", "period": "period"}


def share(values: list[bool]) -> str:
    s = float(np.mean(values))
    return f"{s:.3f} (se {np.sqrt(s * (1 - s) / len(values)):.3f})"


def grid(regions: int, periods: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), np.arange(2018, 2018 + periods), indexing="ij"))
    return region, period, pd.DataFrame({"region": region, "period": period})


def threshold_panel(seed: int, regions: int, periods: int, *, noise: float, jump: float, errors: str) -> pd.DataFrame:
    """The treatment is the threshold variable; errors: same (variance), spread (it grows with q), serial (AR(1), 0.5, within regions)."""
    rng = np.random.default_rng(seed)
    region, period, frame = grid(regions, periods)
    n = len(frame)
    frame["virtual"] = np.exp(0.4 * rng.normal(size=regions)[region] + 0.12 * (period - 2018) + 0.2 * rng.normal(size=n) - 0.2)
    frame["z"] = rng.normal(size=n)
    e = rng.normal(size=(regions, periods))
    if errors == "serial":
        for t in range(1, periods):
            e[:, t] = 0.5 * e[:, t - 1] + np.sqrt(0.75) * e[:, t]
    e = e.ravel() * (frame["virtual"].to_numpy() if errors == "spread" else 1.0)
    slope = LOW + jump * (frame["virtual"] > GAMMA)
    frame["quality"] = slope * frame["virtual"] + 0.05 * frame["z"] + 0.3 * rng.normal(size=regions)[region] + noise * e
    return frame


def study_threshold(panels: int) -> None:
    print(f"threshold: γ = {GAMMA}, slopes {LOW} and {HIGH}, {panels} panels, {DRAWS} draws, 95 % sets, tests at 5 %")
    for regions, periods, noise, errors in (
        (30, 6, 0.1, "same"),
        (30, 6, 0.05, "same"),
        (30, 6, 0.1, "spread"),
        (30, 6, 0.1, "serial"),
        (100, 10, 0.1, "same"),
    ):
        exact, inside, scaled, close, slopes, powers = [], [], [], [], [], []
        for seed in range(panels):
            frame = threshold_panel(seed, regions, periods, noise=noise, jump=HIGH - LOW, errors=errors)
            found = regio.threshold(frame, "quality", "virtual", "virtual", "z", max_thresholds=1, draws=DRAWS, seed=seed, **KEYS)
            row = found.thresholds.iloc[0]
            exact.append(row["value"] <= GAMMA < row["next_value"])
            close.append(abs(row["value"] - GAMMA) < 0.05)
            inside.append(_holds(found, "likelihood_ratio"))
            scaled.append(_holds(found, "scaled"))
            for term, true in (("virtual:1", LOW), ("virtual:2", HIGH)):
                slopes.append(bool(found.coefficients.loc[term, "conf_low"] <= true <= found.coefficients.loc[term, "conf_high"]))
            powers.append(found.tests["p_value"].iloc[0] <= 0.05)
        print(
            f"  {regions} × {periods}, noise {noise}, {errors:6}: right split {share(exact)}; within 0.05 {share(close)}; set holds γ {share(inside)}; "
            f"scaled set {share(scaled)}; slopes' intervals {share(slopes)}; power {share(powers)}",
            flush=True,
        )
    for regions, periods, errors in ((30, 6, "same"), (30, 6, "spread"), (30, 6, "serial"), (100, 10, "same")):
        for scheme in ("cluster", "wild_rademacher", "wild_webb", "iid"):
            refused = []
            for seed in range(panels):
                frame = threshold_panel(seed, regions, periods, noise=0.1, jump=0.0, errors=errors)
                options: dict[str, Any] = {"max_thresholds": 1, "draws": DRAWS, "scheme": scheme, "seed": seed}
                refused.append(regio.threshold(frame, "quality", "virtual", "virtual", "z", **options, **KEYS).tests["p_value"].iloc[0] <= 0.05)
            print(f"  {regions} × {periods}, no threshold, {errors:6}, {scheme:15}: refused {share(refused)}", flush=True)


def split_sample(seed: int, n: int, *, jump: float, errors: str) -> pd.DataFrame:
    """Y = 1 + x + jump (1 + x) 1(q > 0.3) + e; errors: same, or spread (the variance grows with x²)."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"q": rng.normal(size=n), "x": rng.normal(size=n)})
    e = rng.normal(size=n) * (np.sqrt(0.5 + 0.5 * frame["x"] ** 2) if errors == "spread" else 1.0)
    frame["y"] = 1 + frame["x"] + jump * (frame["q"] > SPLIT) * (1 + frame["x"]) + e
    return frame


def study_split(panels: int) -> None:
    print(f"threshold_split: γ = {SPLIT}, {panels} samples, {DRAWS} draws, 95 % sets, tests at 5 %")
    for n, jump, errors in ((100, 1.0, "same"), (100, 1.0, "spread"), (250, 1.0, "same"), (250, 1.0, "spread")):
        near, inside, scaled, slopes, unions, powers = [], [], [], [], [], []
        for seed in range(panels):
            frame = split_sample(seed, n, jump=jump, errors=errors)
            found = regio.threshold_split(frame, "y", "x", "q", draws=DRAWS, seed=seed)
            near.append(abs(found.thresholds["value"].iloc[0] - SPLIT) < 0.1)
            inside.append(_holds(found, "likelihood_ratio", SPLIT))
            scaled.append(_holds(found, "scaled", SPLIT))
            for term, true in (("x:1", 1.0), ("x:2", 1.0 + jump)):
                own, union = found.coefficients.loc[term], found.unions.loc[term]
                slopes.append(bool(own["conf_low"] <= true <= own["conf_high"]))
                unions.append(bool(union["conf_low"] <= true <= union["conf_high"]))
            powers.append(found.tests["p_value"].iloc[0] <= 0.05)
        print(
            f"  n {n}, {errors:6}: within 0.1 {share(near)}; set holds γ {share(inside)}; scaled set {share(scaled)}; slopes' intervals {share(slopes)}; "
            f"intervals over the set {share(unions)}; power {share(powers)}",
            flush=True,
        )
    for n in (100, 250):
        for errors in ("same", "spread"):
            refused = [
                regio.threshold_split(split_sample(seed, n, jump=0.0, errors=errors), "y", "x", "q", draws=DRAWS, seed=seed).tests["p_value"].iloc[0] <= 0.05
                for seed in range(panels)
            ]
            print(f"  n {n}, no split, {errors:6}: refused {share(refused)}", flush=True)


def kink_panel(seed: int, regions: int, periods: int, *, bend: float, errors: str) -> pd.DataFrame:
    """Y = x + bend · max(x − 0.5, 0) + 0.5 z + a + e, the standard deviation of e 0.5; errors: same, spread (with |x|), serial (AR(1), 0.5)."""
    rng = np.random.default_rng(seed)
    region, _, frame = grid(regions, periods)
    n = len(frame)
    frame["x"], frame["z"] = rng.normal(size=regions)[region] + rng.normal(size=n), rng.normal(size=n)
    e = rng.normal(size=(regions, periods))
    if errors == "serial":
        for t in range(1, periods):
            e[:, t] = 0.5 * e[:, t - 1] + np.sqrt(0.75) * e[:, t]
    e = e.ravel() * (np.sqrt(0.5 + 0.25 * frame["x"].to_numpy() ** 2) if errors == "spread" else 1.0)
    frame["y"] = frame["x"] + bend * np.maximum(frame["x"] - KINK, 0) + 0.5 * frame["z"] + rng.normal(size=regions)[region] + 0.5 * e
    return frame


def study_kink(panels: int) -> None:
    print(f"panel_kink: kink at {KINK}, slopes 1 and 1.5 or 2, {panels} panels, {DRAWS} draws, 95 % intervals, tests at 5 %")
    for regions, periods, bend, errors in ((30, 6, 1.0, "same"), (30, 6, 0.5, "same"), (30, 6, 1.0, "spread"), (30, 6, 1.0, "serial"), (100, 10, 0.5, "same")):
        found_at, boot, wald, slopes, powers = [], [], [], [], []
        for seed in range(panels):
            frame = kink_panel(seed, regions, periods, bend=bend, errors=errors)
            found = regio.panel_kink(frame, "y", "x", "z", draws=DRAWS, seed=seed, **KEYS)
            found_at.append(found.kink)
            boot.append(bool(found.kink_low <= KINK <= found.kink_high))
            own = found.coefficients
            wald.append(bool(own.loc["_kink", "conf_low"] <= KINK <= own.loc["_kink", "conf_high"]))
            slopes += [bool(own.loc[t, "conf_low"] <= true <= own.loc[t, "conf_high"]) for t, true in (("x:1", 1.0), ("x:2", 1.0 + bend))]
            powers.append(found.tests["p_value"].iloc[0] <= 0.05)
        print(
            f"  {regions} × {periods}, bend {bend}, {errors:6}: mean {np.mean(found_at):.3f}, sd {np.std(found_at):.3f}; bootstrap interval {share(boot)}; "
            f"interval from the standard error {share(wald)}; slopes' intervals {share(slopes)}; power {share(powers)}",
            flush=True,
        )
    for errors in ("same", "spread", "serial"):
        for scheme in ("cluster", "wild_rademacher"):
            refused = [
                regio.panel_kink(kink_panel(seed, 30, 6, bend=0.0, errors=errors), "y", "x", "z", draws=DRAWS, scheme=scheme, seed=seed, **KEYS)
                .tests["p_value"]
                .iloc[0]
                <= 0.05
                for seed in range(panels)
            ]
            print(f"  30 × 6, no kink, {errors:6}, {scheme:15}: refused {share(refused)}", flush=True)


def _holds(found: Any, version: str, gamma: float = GAMMA) -> bool:
    """Whether a value that splits the rows as the true threshold does is in the set."""
    curve = found.curves.dropna(subset=["likelihood_ratio"])
    place = int(np.searchsorted(curve["value"], gamma, side="right")) - 1
    return place >= 0 and bool(curve[version].iloc[place] <= 7.352277)


def dynamic_panel(seed: int, regions: int, periods: int, *, jump: float, kind: str) -> pd.DataFrame:
    """Lag 0.4, slope 0.5 below zero and 0.5 + jump above; kind: plain, spread (variance grows with q), endogenous (the treatment goes with the error),
    both (the threshold variable too), gaps (15 % of the rows missing), persistent (lag 0.8), period (common shocks).
    """
    rng = np.random.default_rng(seed)
    burn, lag = 20, 0.8 if kind == "persistent" else 0.4
    effect = 0.5 * rng.normal(size=regions)
    y, x, q = np.zeros(regions), np.zeros(regions), np.zeros(regions)
    rows = []
    for t in range(burn + periods):
        e = 0.5 * rng.normal(size=regions)
        moved = 0.6 if kind in ("endogenous", "both") else 0.0
        x = moved * x + 0.5 * effect * (1 - moved) + rng.normal(size=regions) + (0.8 * e if moved else 0.0)
        q = (0.6 * q + (0.8 * e if kind == "both" else 0.0) if kind == "both" else 0.0) + rng.normal(size=regions)
        common = rng.normal() if kind == "period" else 0.0
        y = lag * y + x * (0.5 + jump * (q > 0)) + effect + common + e * (np.exp(q / 3) if kind == "spread" else 1.0)
        rows.append(pd.DataFrame({"region": np.arange(regions), "period": 2000 + t, "y": y, "x": x, "q": q}))
    frame = pd.concat(rows[burn:], ignore_index=True)
    return frame.iloc[np.sort(rng.permutation(len(frame))[: int(0.85 * len(frame))])] if kind == "gaps" else frame


def study_dynamic(panels: int) -> None:
    print(f"dynamic_threshold: γ = 0, lag 0.4, slopes 0.5 and 1.5, {panels} panels, {DRAWS} draws, 95 % intervals, tests at 5 %")
    for regions, periods, kind in (
        (15, 15, "plain"),
        (30, 12, "plain"),
        (100, 8, "plain"),
        (300, 6, "plain"),
        (30, 12, "spread"),
        (100, 8, "spread"),
        (30, 12, "gaps"),
        (100, 8, "gaps"),
        (30, 12, "period"),
        (100, 8, "persistent"),
        (100, 8, "endogenous"),
        (300, 6, "endogenous"),
        (300, 6, "both"),
    ):
        _dynamic(panels, regions, periods, kind)


def _dynamic(panels: int, regions: int, periods: int, kind: str) -> None:
    said = {"endogenous": {"endogenous": ("x",)}, "both": {"endogenous": ("x", "q")}, "period": {"effects": ("region", "period")}}
    options: dict[str, Any] = said.get(kind, {})
    true = {"_lag": 0.8 if kind == "persistent" else 0.4, "x:1": 0.5, "x:2": 1.5, "x:difference": 1.0}
    found, held, sets, powers, sizes, rejected = [], [], [], [], [], []
    for seed in range(panels):
        frame = dynamic_panel(seed, regions, periods, jump=1.0, kind=kind)
        result = regio.dynamic_threshold(frame, "y", "x", "q", draws=DRAWS, seed=seed, **options, **KEYS)
        own = result.coefficients.loc[list(true)]
        found.append([*own["estimate"], result.thresholds["value"].iloc[0]])
        held.append(((own["conf_low"] <= list(true.values())) & (own["conf_high"] >= list(true.values()))).tolist())
        near = int(np.abs(result.curves["value"].to_numpy()).argmin())
        sets.append(bool(result.curves["distance"].iloc[near] <= result.critical))
        powers.append(result.tests["p_value"].iloc[0] <= 0.05)
        rejected.append(result.specification.loc["hansen", "p_value"] <= 0.05)
        frame = dynamic_panel(10_000 + seed, regions, periods, jump=0.0, kind=kind)
        sizes.append(regio.dynamic_threshold(frame, "y", "x", "q", draws=DRAWS, seed=seed, **options, **KEYS).tests["p_value"].iloc[0] <= 0.05)
    names = [*true, "γ"]
    middle, spread = np.mean(found, axis=0), np.std(found, axis=0)
    means = "; ".join(f"{n} {m:.3f} ({s:.3f})" for n, m, s in zip(names, middle, spread, strict=True))
    inside = "; ".join(f"{n} {np.mean(h):.3f}" for n, h in zip(true, np.transpose(held), strict=True))
    print(
        f"  {regions} × {periods}, {kind}, {result.fit['n_instruments']} instruments: {means}\n    intervals hold: {inside}; set holds γ {share(sets)}; "
        f"power {share(powers)}; size {share(sizes)}; Hansen's J rejects {share(rejected)}",
        flush=True,
    )


STUDIES: dict[str, Callable[[int], None]] = {
    "threshold": study_threshold,
    "threshold_split": study_split,
    "panel_kink": study_kink,
    "dynamic_threshold": study_dynamic,
}


def main(words: list[str]) -> None:
    panels = next((int(w) for w in words if w.isdecimal()), PANELS)
    for name, study in STUDIES.items():
        if not [w for w in words if not w.isdecimal()] or name in words:
            study(panels)


if __name__ == "__main__":
    main(sys.argv[1:])
