"""Critical values of Stock and Yogo (2005, tables 5.1 and 5.2), 5 % tests that two-stage least squares is weakly identified; for iid errors."""

from __future__ import annotations

from functools import cache
from importlib import resources

SIZES = (10, 15, 20, 25)  # largest true size of a nominal 5 % Wald test, per cent
BIASES = (5, 10, 20, 30)  # largest bias relative to least squares, per cent


def stock_yogo(endogenous: int, instruments: int) -> dict[str, float]:
    """``size_10`` … ``bias_30``; nan where the tables have no value (bias: at least two instruments more than endogenous columns; up to 30 instruments).

    Examples
    --------
    >>> stock_yogo(1, 1)["size_10"], stock_yogo(1, 3)["bias_5"]
    (16.38, 13.91)
    """
    tables = _tables()
    nothing = (float("nan"),) * 4
    sizes, biases = (tables.get((name, endogenous, instruments), nothing) for name in ("size", "bias"))
    return {f"size_{share}": value for share, value in zip(SIZES, sizes, strict=True)} | {
        f"bias_{share}": value for share, value in zip(BIASES, biases, strict=True)
    }


@cache
def _tables() -> dict[tuple[str, int, int], tuple[float, ...]]:
    lines = (resources.files(__package__) / "stock_yogo.csv").read_text(encoding="utf-8").split()[1:]
    rows = [line.split(",") for line in lines]
    return {(name, int(m), int(k)): tuple(map(float, values)) for name, m, k, *values in rows}
