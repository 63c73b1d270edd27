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
        low = sum(bool(square.iloc[i, j] < LEVEL) for i in range(len(square)) for j in range(i))
        yield context.finding("many_pairs", pairs=count, low=low, chance=round(count * LEVEL, 1))
