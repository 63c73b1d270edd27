"""Stars on many pairs of columns at once, without a correction (多重比较未校正)."""

from __future__ import annotations

from collections.abc import Iterator

from regio.contract.finding import Finding
from regio.study.lint import Context

MANY = 28  # pairs: of eight columns, one or two are expected below five per cent by chance alone
LEVEL = 0.05


def step(context: Context) -> Iterator[Finding]:
    square = getattr(context.result, "p_values", None)
    if square is None or getattr(square, "ndim", 0) != 2 or square.index.nlevels > 1 or context.step.options.get("correction") not in (None, "none"):
        return
    count = len(square) * (len(square) - 1) // 2
    if count >= MANY:
        found = sorted(float(square.iloc[i, j]) for i in range(len(square)) for j in range(i) if square.iloc[i, j] == square.iloc[i, j])
        yield context.finding("many_pairs", pairs=count, low=sum(p < LEVEL for p in found), chance=round(count * LEVEL, 1), left=_holm(found))


def _holm(ascending: list[float]) -> int:
    """How many p-values stay below the level when the least is held to level/n, the next to level/(n − 1), up to the first that fails."""
    fails = (i for i, p in enumerate(ascending) if not p * (len(ascending) - i) < LEVEL)
    return next(fails, len(ascending))
