"""Scores from firms: sums by region, period, chain and indicator; draws of firms; what a change is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from regio.chain.base.model import Chain, chosen
from regio.chain.base.names import listed
from regio.chain.places._complexity import quotient_table
from regio.compute.engine import generator, repeat
from regio.contract.finding import EstimationError, Finding, error
from regio.indices.coordination.degree import coupling_degree, grades

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
ALL = "all_segments"
DECIMALS = 9
FEW = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """A row of a firm for each chain of its segment. place (m,): ((region · P) + period) · G + chain; unit (m,): the firm; amount (m, K)."""

    regions: tuple[str, ...]
    periods: tuple[Any, ...]
    chains: tuple[str, ...]
    indicators: tuple[str, ...]
    place: Ints
    unit: Ints
    amount: Floats

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return len(self.regions), len(self.periods), len(self.chains), len(self.indicators)

    def sums(self, weights: Floats | None = None) -> Floats:
        """(R, P, G, K); ``weights`` (firms,) how often each firm counts."""
        size = int(np.prod(self.shape[:3]))
        w = self.amount if weights is None else self.amount * weights[self.unit][:, None]
        sums = [np.bincount(self.place, w[:, k], size).astype(np.float64) for k in range(w.shape[1])]
        return np.stack(sums, axis=1).reshape(self.shape)


def groups_of(chain: Chain) -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """The chains that segments belong to: their tags, else their stages, else one for all."""
    tags = {row["segment"]: listed([row["chains"]]) for row in chain.segments.to_dict("records")}
    if not any(tags.values()):
        tags = {s: [stage] if stage else [] for s, stage in chain.segments[["segment", "stage"]].itertuples(index=False, name=None)}
    if not any(tags.values()):
        tags = {s: [ALL] for s in chain.order}
    found = tuple(dict.fromkeys(tag for own in tags.values() for tag in own))
    stated = tuple(c for c in (*chain.settings.get("chains", ()), *chain.stages) if c in found)
    return tuple(dict.fromkeys((*stated, *found))), tags


def layout(chain: Chain, indicators: tuple[str, ...]) -> Layout:
    names = tuple(chosen(i, ("firms", *chain.amounts), "chain.unknown_value") for i in indicators) or ("firms", *chain.amounts)
    chains, tags = groups_of(chain)
    firms = chain.firms
    regions, periods = tuple(dict.fromkeys(firms["region"])), chain.periods
    if len(regions) < 2:
        raise EstimationError(error("chain.few_regions", count=len(regions)))
    number = {c: i for i, c in enumerate(chains)}
    own = [[number[t] for t in tags[s]] for s in firms["segment"]]
    rows = np.repeat(np.arange(len(firms)), [len(o) for o in own])
    group = np.array([g for o in own for g in o], np.intp)
    region = firms["region"].map({r: i for i, r in enumerate(regions)}).to_numpy(np.intp)[rows]
    period = firms["period"].map({p: i for i, p in enumerate(periods)}).to_numpy(np.intp)[rows]
    place = (region * len(periods) + period) * len(chains) + group
    unit = pd.factorize(firms["firm"])[0].astype(np.intp)[rows]
    once = ~pd.DataFrame({"p": place, "u": unit}).duplicated().to_numpy()  # a firm counts once in a chain, whatever the number of its segments
    columns = [once.astype(float) if n == "firms" else np.nan_to_num(firms[n].to_numpy(float))[rows] for n in names]
    return Layout(regions, periods, chains, names, place, unit, np.stack(columns, axis=1))


def scaled(sums: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(R, P, G, K) min-max over regions and periods, and (G, K) which vary at all."""
    low, high = sums.min(axis=(0, 1)), sums.max(axis=(0, 1))
    varies = high > low
    return np.where(varies, (sums - low) / np.where(varies, high - low, 1.0), 0.0), varies


def weights_of(varies: NDArray[np.bool_]) -> Floats:
    """(G, K) equal weights of the indicators of a chain that vary, and of the chains that have any."""
    per = varies.sum(axis=1, keepdims=True)
    n = int((per > 0).sum())
    return np.where(varies, 1.0 / np.where(per > 0, per, 1) / max(n, 1), 0.0)


def scores_of(sums: Floats) -> Floats:
    """(R, P) scores."""
    z, varies = scaled(sums)
    return np.asarray((z * weights_of(varies)).sum(axis=(2, 3)))


def ranks(scores: Floats) -> Floats:
    """1 is best; ties share the better rank."""
    rounded = np.round(scores, DECIMALS)
    return np.asarray(1 + (rounded[None, :] > rounded[:, None]).sum(axis=1), float)


def drawn(chunk: tuple[int, int, int], plan: Layout) -> Floats:
    """(draws, R) scores of the last period, firms weighted anew."""
    rng = generator(chunk)
    units = int(plan.unit.max()) + 1
    return np.array([scores_of(plan.sums(rng.poisson(1.0, units).astype(float)))[:, -1] for _ in range(chunk[1])])


def ties(score: Floats, draws: Floats, level: float) -> NDArray[np.int64]:
    """(R,) group of each region: from the top, a new one begins where a region is below the first of the group in ``level`` of the draws."""
    found = np.zeros(len(score), np.int64)
    order = np.argsort(-np.round(score, DECIMALS), kind="stable")
    group, first = 0, -1
    for i in order:
        below = float((draws[:, i] < draws[:, first]).mean()) if first >= 0 else 1.0
        if first < 0 or below >= level:
            group, first = group + 1, int(i)
        found[i] = group
    return found


def compute(chain: Chain, indicators: tuple[str, ...], top: int, draws: int, level: float, seed: int, engine: Any) -> tuple[dict[str, Any], list[Finding]]:
    plan = layout(chain, indicators)
    sums = plan.sums()
    z, varies = scaled(sums)
    weight = weights_of(varies)
    parts = z * weight
    score = parts.sum(axis=(2, 3))
    r, p, g, _ = plan.shape
    frame = pd.DataFrame({"region": np.repeat(np.array(plan.regions, object), p), "period": list(plan.periods) * r, "score": score.ravel()})
    frame["rank"] = np.array([ranks(score[:, t]) for t in range(p)]).T.ravel().astype(int)
    frame = frame.assign(**_intervals(plan, score, draws, level, seed, engine))
    frame = frame.assign(**_changes(plan, parts, score), **_firms(chain, plan, top), **_leads(chain, plan))
    by_chain = np.where(varies.any(axis=1), (parts.sum(axis=3) * max(1, int(varies.any(axis=1).sum()))), np.nan)
    if g > 1 and any(chain.segments["chains"]):  # stages of one chain are no systems
        u = np.clip(np.nan_to_num(by_chain).reshape(r * p, g), 0, 1)
        degree = np.sqrt(coupling_degree(u, "standard") * u.mean(axis=1))
        frame = frame.assign(coordination=degree, grade=grades(degree))
    long = pd.DataFrame(
        {
            "region": np.repeat(np.array(plan.regions, object), p * g),
            "period": list(np.repeat(np.array(plan.periods, object), g)) * r,
            "chain": list(plan.chains) * (r * p),
            "score": by_chain.ravel(),
        }
    )
    found = {
        "scores": frame,
        "chains": long,
        "contributions": _contributions(plan, parts),
        "indicators": plan.indicators,
        "last": str(plan.periods[-1]),
        "before": str(plan.periods[-2]) if p > 1 else "",
        "names": chain.words([*plan.regions, *plan.chains, *plan.indicators, *chain.order]),
    }
    return found, _findings(plan, varies, frame)


def _intervals(plan: Layout, score: Floats, draws: int, level: float, seed: int, engine: Any) -> dict[str, Any]:
    r, p = score.shape
    made = {name: np.full((r, p), np.nan) for name in ("rank_low", "rank_high", "tie")}
    if draws:
        found = repeat(drawn, draws, seed, plan, engine=engine)
        ranked = np.array([ranks(row) for row in found])
        tails = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(ranked, tails, axis=0, method="inverted_cdf")
        own = ranks(score[:, -1])
        made["rank_low"][:, -1], made["rank_high"][:, -1] = np.minimum(low, own), np.maximum(high, own)
        made["tie"][:, -1] = ties(score[:, -1], found, level)
    return {name: values.ravel() for name, values in made.items()}


def _changes(plan: Layout, parts: Floats, score: Floats) -> dict[str, Any]:
    r, p, _, k = plan.shape
    change = np.full((r, p), np.nan)
    change[:, 1:] = np.diff(score, axis=1)
    rank_change = np.full((r, p), np.nan)
    placed = np.array([ranks(score[:, t]) for t in range(p)]).T
    rank_change[:, 1:] = -np.diff(placed, axis=1)
    reason = np.full((r, p), np.nan)
    chains, names = np.full((r, p), "", object), np.full((r, p), "", object)
    if p > 1:
        moved = np.diff(parts, axis=1).reshape(r, p - 1, -1)
        with_sign = np.where(np.sign(moved) == np.sign(change[:, 1:, None]), np.abs(moved), -1.0)
        best = with_sign.argmax(axis=2)
        there = np.take_along_axis(with_sign, best[..., None], 2)[..., 0] > 0
        reason[:, 1:] = np.where(there, np.take_along_axis(moved, best[..., None], 2)[..., 0], np.nan)
        chains[:, 1:] = np.where(there, np.array(plan.chains, object)[best // k], "")
        names[:, 1:] = np.where(there, np.array(plan.indicators, object)[best % k], "")
    return {
        "change": change.ravel(),
        "rank_change": rank_change.ravel(),
        "reason_chain": chains.ravel(),
        "reason_indicator": names.ravel(),
        "reason": reason.ravel(),
    }


def _contributions(plan: Layout, parts: Floats) -> pd.DataFrame:
    r, p, g, k = plan.shape
    moved = np.full((r, p, g, k), np.nan)
    moved[:, 1:] = np.diff(parts, axis=1)
    where = np.argwhere(~np.isnan(moved))
    names = [np.array(x, object) for x in (plan.regions, plan.periods, plan.chains, plan.indicators)]
    made = {key: names[i][where[:, i]] for i, key in enumerate(("region", "period", "chain", "indicator"))}
    return pd.DataFrame({**made, "contribution": moved[tuple(where.T)]})


def _firms(chain: Chain, plan: Layout, top: int) -> dict[str, Any]:
    """Number of firms, share of the largest and Herfindahl index in each region and period, by the first amount."""
    value = next((n for n in plan.indicators if n != "firms"), None)
    frame = chain.firms.assign(_amount=np.nan_to_num(chain.firms[value].to_numpy(float)) if value else 1.0)
    amounts = frame.groupby(["region", "period", "firm"], sort=False)["_amount"].sum().reset_index()
    if value is None:
        amounts["_amount"] = 1.0
    amounts = amounts[amounts["_amount"] > 0]
    grouped = amounts.sort_values("_amount", ascending=False).groupby(["region", "period"], sort=False)["_amount"]
    total = grouped.sum()
    index = pd.MultiIndex.from_product([plan.regions, plan.periods])
    first = (
        amounts.sort_values("_amount", ascending=False)
        .groupby(["region", "period"], sort=False)
        .head(top)
        .groupby(["region", "period"], sort=False)["_amount"]
        .sum()
    )
    squares = amounts.assign(_amount=amounts["_amount"] ** 2).groupby(["region", "period"], sort=False)["_amount"].sum()
    count = grouped.size().reindex(index).fillna(0).to_numpy()
    known = np.nan if value is None else 1.0
    return {
        "firms": count.astype(int),
        "ratio": (first / total).reindex(index).to_numpy() * known,
        "herfindahl": (squares / total**2).reindex(index).to_numpy() * known,
    }


def _leads(chain: Chain, plan: Layout) -> dict[str, Any]:
    """The segment in which a region is most specialised."""
    value = next((n for n in plan.indicators if n != "firms"), "firms")
    leads = np.full((len(plan.regions), len(plan.periods)), "", object)
    best = np.full(leads.shape, np.nan)
    for t, period in enumerate(plan.periods):
        quotient, _ = quotient_table(chain, value, period)
        for region, row in zip(quotient.index, quotient.to_numpy(float), strict=True):
            j = int(np.nanargmax(row))
            leads[plan.regions.index(region), t], best[plan.regions.index(region), t] = quotient.columns[j], row[j]
    return {"lead": leads.ravel(), "location_quotient": best.ravel()}


def _findings(plan: Layout, varies: NDArray[np.bool_], frame: pd.DataFrame) -> list[Finding]:
    made = []
    still = [(plan.chains[i], plan.indicators[j]) for i, j in np.argwhere(~varies)]
    if still:
        made.append(Finding("chain.constant", {"count": len(still), "names": tuple(f"{c}/{i}" for c, i in still[:8])}, "note"))
    last = frame[frame["period"] == plan.periods[-1]]
    few = last.loc[(last["firms"] > 0) & (last["firms"] < FEW), "region"]
    if len(few):
        made.append(Finding("chain.few_firms", {"count": len(few), "least": FEW}))
    return made
