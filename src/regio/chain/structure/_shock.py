"""Losses passed on from segment to segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import table, words
from regio.chain.base.graph import ordered, target_of
from regio.chain.base.model import Chain, chosen
from regio.chain.structure._autonomy import import_shares
from regio.contract.finding import ArgumentError, error
from regio.exhibits.models import Exhibit, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.structure.shock import Shock


def compute(
    chain: Chain, target: str | None, scenario: str, stopped: tuple[str, ...], share: float, tariff: float, market_share: float, elasticity: float
) -> dict[str, Any]:
    if not scenario.strip():
        raise ArgumentError(error("chain.scenario_name"))
    if not stopped and not (tariff and market_share):
        raise ArgumentError(error("chain.no_shock"))
    order = ordered(chain, "shock")
    goal = target_of(chain, order, target)
    hit = {order.place(chosen(name, order.names, "chain.unknown_target")) for name in stopped}
    low, high = import_shares(chain, "interval")
    lack_low, lack_high = np.zeros(len(order.names)), np.zeros(len(order.names))
    for node in order.order:
        edges = order.suppliers[node]
        own = (low[node] * share, high[node] * share) if node in hit else (0.0, 0.0)
        by_cost = sum(np.nan_to_num(order.share[e]) * lack_low[order.source[e]] for e in edges)
        shortest = max((lack_high[order.source[e]] for e in edges), default=0.0)
        lack_low[node] = own[0] + (1 - own[0]) * by_cost  # what is not imported is made at home, of the inputs that are left
        lack_high[node] = own[1] + (1 - own[1]) * shortest
    demand = market_share * ((1 + tariff) ** -elasticity - 1)
    needed = np.zeros(len(order.names))
    needed[goal] = 1.0
    for node in reversed(order.order):
        if node != goal:
            needed[node] = sum(np.nan_to_num(order.share[e]) * needed[order.target[e]] for e in order.buyers[node])
    up = order.ancestors(goal) | {goal}
    reached = [i for i in range(len(order.names)) if lack_high[i] > 0 or (demand and i in up)]
    frame = pd.DataFrame(
        {
            "segment": [order.names[i] for i in reached],
            "supply_low": lack_low[reached],
            "supply_high": lack_high[reached],
            "demand": [-demand if i in up else 0.0 for i in reached],
            "value": [-demand * needed[i] for i in reached],
            "scenario": scenario,
        }
    )
    return {
        "losses": frame,
        "scenario": scenario,
        "target": order.names[goal],
        "target_low": float(lack_low[goal]),
        "target_high": float(lack_high[goal]),
        "demand": float(-demand),
        "names": chain.words(order.names) | chain.words([scenario]),
    }


def exhibits(result: Shock) -> tuple[Exhibit, ...]:
    columns = {"scenario": "name"}
    columns |= {"supply_low": "share", "supply_high": "share"} if result.losses["supply_high"].any() else {}
    columns |= {"demand": "share", "value": "share"} if result.demand else {}
    title = Message("chain.shock.title", {"scenario": words(result.names, result.scenario)})
    notes = (Message("chain.shock.note", {"target": words(result.names, result.target)}),)
    heads = {"value": text("chain.head.value_lost")}
    return (table("losses", result.losses, columns, ["segment"], title, names=result.names, notes=notes, heads=heads),)
