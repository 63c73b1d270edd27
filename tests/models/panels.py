"""Random panels, and least squares by brute force with a column for every dummy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


def random_panel(seed: int, *, regions: int = 23, periods: int = 6, drop: float = 0.15, missing: float = 0.0, terms: int = 3) -> pd.DataFrame:
    """Columns y, x1…, weight (positive), region (text), period (years), zone (four groups of regions); rows in random order, some dropped."""
    rng = np.random.default_rng(seed)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(regions), 2001 + np.arange(periods), indexing="ij"))
    n = len(region)
    shared = rng.normal(size=(regions, terms))[region] + rng.normal(size=(periods, terms))[period - 2001]
    x = shared + rng.normal(size=(n, terms))
    y = x @ np.arange(1, terms + 1) + rng.normal(size=regions)[region] + rng.normal(size=periods)[period - 2001] + rng.normal(size=n) * (1 + np.abs(x[:, 0]))
    frame = pd.DataFrame({"y": y, **{f"x{j + 1}": x[:, j] for j in range(terms)}, "weight": rng.uniform(0.5, 2.0, n)})
    frame["region"], frame["period"], frame["zone"] = [f"r{i:03d}" for i in region], period, [f"z{i % 4}" for i in region]
    if missing:
        for name in ("y", "x1", "x2"):
            frame.loc[rng.random(n) < missing, name] = np.nan
    kept = rng.permutation(n)[: int(n * (1 - drop))]
    return frame.iloc[kept].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Brute:
    """coefficients of [X, constant, dummies]; inverse cross products; residuals; design; square roots of the weights are inside."""

    coefficients: np.ndarray
    inverse: np.ndarray
    residuals: np.ndarray
    design: np.ndarray
    rank: int

    def sandwich(self, codes: Sequence[object]) -> np.ndarray:
        """Inverse · Σ (sums of scores by code) · inverse, with no factor."""
        scores = self.design * self.residuals[:, None]
        sums = pd.DataFrame(scores).groupby(np.asarray(codes)).sum().to_numpy()
        return self.inverse @ sums.T @ sums @ self.inverse

    def leverage(self) -> np.ndarray:
        return np.einsum("ij,jk,ik->i", self.design, self.inverse, self.design)


def brute(frame: pd.DataFrame, outcome: str, terms: Sequence[str], effects: Sequence[str] = (), weights: str | None = None) -> Brute:
    """All dummies but the first of each effect; the Moore-Penrose inverse where dummies are redundant."""
    columns = [frame[list(terms)].to_numpy(dtype=float), np.ones((len(frame), 1))]
    for effect in effects:
        names = effect.split("*")
        level = frame[names[0]].astype(str) if len(names) == 1 else frame[names].astype(str).agg("|".join, axis=1)
        columns.append(pd.get_dummies(level, drop_first=True, dtype=float).to_numpy())
    root = np.ones(len(frame)) if weights is None else np.sqrt(frame[weights].to_numpy())
    design = np.hstack(columns) * root[:, None]
    y = frame[outcome].to_numpy() * root
    pseudo = np.linalg.pinv(design, rcond=1e-11)
    coefficients = pseudo @ y
    return Brute(coefficients, pseudo @ pseudo.T, y - design @ coefficients, design, int(np.linalg.matrix_rank(design)))
