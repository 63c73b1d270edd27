"""Panels with thresholds, the reference data as the published programs read it, and sums of squares by plain least squares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CONTROLS = ("q1", "q2", "q3", "d1", "qd")
XTHREG_CONTROLS = ("q1", "q2", "q3", "d1", "qd1")


def hansen_panel(reference: Path) -> pd.DataFrame:
    """565 firms × 14 years: investment on lagged Q, its powers, debt and cash flow, as Hansen (1999)."""
    raw = pd.read_csv(reference / "panel_threshold" / "hansen_invest_1973_1987.csv")
    by_firm = raw.groupby("firm")
    frame = pd.DataFrame({"firm": raw["firm"], "year": raw["year"], "i": raw["inva"]})
    frame["q1"], frame["c1"], frame["d1"] = by_firm["vala"].shift(), by_firm["cfa"].shift(), by_firm["debta"].shift()
    frame["q2"], frame["q3"], frame["qd"] = frame["q1"] ** 2, frame["q1"] ** 3, frame["q1"] * frame["d1"]
    return frame.dropna().reset_index(drop=True)


def xthreg_panel(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "panel_threshold" / "hansen1999_xthreg_sample.csv")


def answers(reference: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((reference / "panel_threshold" / "known_answers.json").read_text(encoding="utf-8"))
    return found


def tied_panel(seed: int, *, regions: int = 14, periods: int = 7, drop: float = 0.25, ties: int = 40) -> pd.DataFrame:
    """y, x1, x2, z, q with ties, weight, region, period; rows missing, in random order."""
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), 2001 + np.arange(periods), indexing="ij"))
    n = len(region)
    frame = pd.DataFrame({"region": [f"r{i:02d}" for i in region], "period": period})
    frame["q"] = rng.integers(0, ties, n) / 10
    for name in ("x1", "x2", "z"):
        frame[name] = rng.normal(size=regions)[region] + rng.normal(size=n) + 0.3 * frame["q"]
    frame["weight"] = rng.uniform(0.5, 2.0, n)
    jump = np.where(frame["q"] > ties / 25, 1.0, 0.0)
    frame["y"] = frame["x1"] * (0.5 + jump) + 0.3 * frame["x2"] + frame["z"] + rng.normal(size=regions)[region] + rng.normal(size=n)
    return frame.iloc[rng.permutation(n)[: int(n * (1 - drop))]].reset_index(drop=True)


def refit(
    frame: pd.DataFrame,
    switching: Sequence[str],
    controls: Sequence[str],
    thresholds: Sequence[float],
    *,
    effects: Sequence[str] = ("region",),
    outcome: str = "y",
    splits: str = "q",
    weights: str | None = None,
    intercept: bool = False,
) -> float:
    """Sum of squares of the model with these thresholds, a dummy for every level of every effect."""
    bounds = np.searchsorted(np.sort(thresholds), frame[splits], side="left")
    parts = [frame[list(controls)].to_numpy(dtype=float)]
    for k in range(len(thresholds) + 1):
        parts.append(frame[list(switching)].to_numpy(dtype=float) * (bounds == k)[:, None])
        if intercept and k:
            parts.append((bounds == k)[:, None].astype(float))
    parts += [pd.get_dummies(frame[effect], dtype=float).to_numpy() for effect in effects] or [np.ones((len(frame), 1))]
    root = np.ones(len(frame)) if weights is None else np.sqrt(frame[weights].to_numpy() / frame[weights].mean())
    design, y = np.hstack(parts) * root[:, None], frame[outcome].to_numpy() * root
    e = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(e @ e)
