"""Concentration ratios and Herfindahl indices, exact or bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.chain.base.exhibits import table
from regio.chain.base.model import Chain, chosen
from regio.contract.finding import DataError, Finding, error
from regio.exhibits.models import Exhibit, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.concentration import Concentration

ROUNDING = 1e-9
POINTS = 10_000  # of a Herfindahl index in points
SHOWN = 40
Floats = NDArray[np.float64]


def bounds(shares: Floats, top: int) -> tuple[float, float, float, float]:
    """Low and high concentration ratio, low and high Herfindahl index of the largest firms' shares; each other firm has at most the least of them.

    Examples
    --------
    >>> [round(v, 4) for v in bounds(np.array([0.37, 0.16, 0.09, 0.05, 0.04, 0.03]), 4)]
    [0.67, 0.67, 0.1756, 0.1832]
    """
    s = np.sort(shares)[::-1]
    rest = max(0.0, 1.0 - float(s.sum()))
    rest = 0.0 if rest < ROUNDING else rest
    least = float(s[-1])
    whole = int(np.floor(rest / least + ROUNDING)) if rest else 0
    left = max(0.0, rest - whole * least)
    squares = float((s**2).sum())
    ratio = float(s[:top].sum())
    more = max(0, top - len(s))
    return ratio, min(1.0, ratio + min(rest, more * least)), squares, squares + whole * least**2 + left**2


def compute(chain: Chain, value: str | None, top: int) -> tuple[dict[str, Any], list[Finding]]:
    shares, measure = (_given(chain), "shares") if value is None and "shares" in chain.tables else _of_firms(chain, value)
    rows = []
    for (market, period), part in shares.groupby(["market", "period"], sort=False):
        s = part["share"].to_numpy(float)
        low, high, h_low, h_high = bounds(s, top)
        rows.append((market, period, len(s), float(s.sum()), low, high, h_low, h_high, h_low * POINTS, h_high * POINTS))
    names = ["market", "period", "firms", "known", "ratio_low", "ratio_high", "herfindahl_low", "herfindahl_high", "points_low", "points_high"]
    frame = pd.DataFrame(rows, columns=names)
    one = frame.loc[(frame["firms"] == 1) & (frame["known"] > 1 - ROUNDING), "market"].unique()
    notes = [Finding("chain.one_firm", {"count": len(one), "markets": tuple(chain.names.get(str(m), str(m)) for m in one[:8])})] if len(one) else []
    found = {
        "scores": frame,
        "shares": shares,
        "measure": measure,
        "names": chain.words([*shares["market"].unique(), *shares["firm"].unique()[:2000], *(shares["source"].unique()[:200] if "source" in shares else ())]),
    }
    return found, notes


def _given(chain: Chain) -> pd.DataFrame:
    shares = chain.table("shares")[["market", "period", "firm", "share", "source"]].dropna(subset=["share"])
    shares = shares[shares["share"] > 0]
    total = shares.groupby(["market", "period"], sort=False)["share"].sum()
    over = total[total > 1 + 1e-6]
    if len(over):
        raise DataError(
            *(
                error("chain.shares_above_one", market=" ".join(str(k) for k in key), total=float(v))
                for key, v in zip(over.index.tolist(), over.tolist(), strict=True)
            )
        )
    return shares.reset_index(drop=True)


def _of_firms(chain: Chain, value: str | None) -> tuple[pd.DataFrame, str]:
    if value is None and not chain.amounts:
        raise DataError(error("chain.no_amount"))
    value = chosen(value, chain.amounts, "chain.unknown_value") if value is not None else chain.amounts[0]
    keys = ["segment", "period", "firm"]
    amounts = chain.firms.groupby(keys, sort=False)[value].sum().rename("amount").reset_index()
    amounts = amounts[amounts["amount"] > 0]
    total = amounts.groupby(["segment", "period"])["amount"].transform("sum")
    shares = amounts.assign(share=amounts["amount"] / total, source="").rename(columns={"segment": "market"})
    return shares[["market", "period", "firm", "share", "source"]].reset_index(drop=True), value


def exhibits(result: Concentration) -> tuple[Exhibit, ...]:
    scores = result.scores
    exact = bool(np.allclose(scores["herfindahl_low"], scores["herfindahl_high"], atol=1e-12))
    ends = ("low",) if exact else ("low", "high")
    columns = {"period": "plain"} if scores["period"].astype(str).str.len().gt(0).any() else {}
    columns |= {"firms": "count", "known": "share"} | {f"{m}_{e}": "share" for m in ("ratio", "herfindahl") for e in ends}
    heads = {f"ratio_{e}": text("chain.head.ratio" if exact else f"chain.head.ratio_{e}", n=result.top) for e in ends}
    heads |= {f"herfindahl_{e}": text("chain.head.herfindahl" if exact else f"chain.head.herfindahl_{e}") for e in ends}
    notes = (Message("chain.concentration.note" if not exact else "chain.concentration.exact"),)
    made = [
        table(
            "scores", scores.head(4 * SHOWN), columns, ["market", "period"], Message("chain.concentration.title"), names=result.names, notes=notes, heads=heads
        )
    ]
    last = result.shares.groupby("market", sort=False)["period"].transform(lambda p: max(p, key=str))
    largest = (
        result.shares[result.shares["period"] == last]
        .sort_values(["market", "share"], ascending=[True, False], kind="stable")
        .groupby("market", sort=False)
        .head(10)
    )
    if len(largest) <= SHOWN and result.measure == "shares":
        made.append(
            table(
                "shares",
                largest,
                {"firm": "name", "share": "share", "period": "plain", "source": "words"},
                ["market", "firm"],
                Message("chain.concentration.shares"),
                names=result.names,
            )
        )
    return tuple(made)
