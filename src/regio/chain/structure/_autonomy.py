"""Foreign content on the graph: one pass forwards for content, one backwards for gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import figure_words, table, words
from regio.chain.base.graph import Floats, Order, ordered, target_of
from regio.chain.base.model import Chain
from regio.contract.finding import Finding
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.structure.autonomy import Autonomy

HALVED = 0.5
MOST_BARS = 40


def import_shares(chain: Chain, unknown: str) -> tuple[Floats, Floats]:
    """Low and high import shares of the segments: as known, as bounded, else anything (``interval``) or nothing (``absent``)."""
    point = chain.segments["import_share"].to_numpy(float)
    low = np.where(np.isnan(point), np.nan_to_num(chain.segments["import_low"].to_numpy(float), nan=0.0), point)
    high = np.where(np.isnan(point), np.nan_to_num(chain.segments["import_high"].to_numpy(float), nan=1.0), point)
    return low, (high if unknown == "interval" else np.where(np.isnan(point) & np.isnan(chain.segments["import_high"].to_numpy(float)), low, high))


def foreign_content(order: Order, imported: Floats, *, high: bool) -> tuple[Floats, Floats]:
    """(n,) foreign content and (e,) the cost shares that were used: an unknown one is zero, or with ``high`` the dearest input takes what is left."""
    content = np.zeros(len(order.names))
    term = imported.copy()
    used = np.nan_to_num(order.share)
    for node in order.order:
        edges = order.suppliers[node]
        if edges:
            if high:
                blank = [e for e in edges if np.isnan(order.share[e])]
                if blank:
                    dearest = max(blank, key=lambda e: term[order.source[e]])
                    used[dearest] = max(0.0, 1.0 - sum(used[e] for e in edges if e not in blank))
            content[node] = sum(used[e] * term[order.source[e]] for e in edges)
        term[node] = imported[node] + (1 - imported[node]) * content[node]
    return content, used


def gains(order: Order, imported: Floats, content: Floats, used: Floats, target: int) -> Floats:
    """(n,) fall of the target's foreign content where a segment's import share is halved, exactly: content is linear in each share."""
    on_content = np.zeros(len(order.names))
    on_content[target] = 1.0
    found = np.zeros(len(order.names))
    for node in reversed(order.order):
        weight = sum(on_content[order.target[e]] * used[e] for e in order.buyers[node])
        on_content[node] += weight * (1 - imported[node])
        found[node] = weight * (1 - content[node]) * imported[node] * HALVED
    return found


def compute(chain: Chain, target: str | None, unknown: str) -> tuple[dict[str, Any], list[Finding]]:
    order = ordered(chain, "autonomy")
    goal = target_of(chain, order, target)
    low, high = import_shares(chain, unknown)
    content_low, used_low = foreign_content(order, low, high=False)
    content_high, used_high = foreign_content(order, high, high=unknown == "interval")
    gain = np.array([gains(order, low, content_low, used_low, goal), gains(order, high, content_high, used_high, goal)])
    reach = order.ancestors(goal)
    rows = [i for i in range(len(order.names)) if i in reach or i == goal]
    frame = pd.DataFrame(
        {
            "segment": [order.names[i] for i in rows],
            "import_low": low[rows],
            "import_high": high[rows],
            "foreign_low": content_low[rows],
            "foreign_high": content_high[rows],
            "gain_low": gain.min(axis=0)[rows],
            "gain_high": gain.max(axis=0)[rows],
        }
    )
    inputs = sorted(reach)
    worst_low, worst_high = (float(m[inputs].max()) if inputs else 0.0 for m in (low, high))
    summary = {
        "foreign_low": float(content_low[goal]),
        "foreign_high": float(content_high[goal]),
        "autonomy_low": 1 - float(content_high[goal]),
        "autonomy_high": 1 - float(content_low[goal]),
        "weakest_link_low": 1 - worst_high,
        "weakest_link_high": 1 - worst_low,
        "inputs": float(len(inputs)),
    }
    middle = gain.mean(axis=0)
    weakest = order.names[max(inputs, key=lambda i: (low[i] + high[i], -i))] if inputs else ""
    best = order.names[int(middle.argmax())] if middle.max() > 0 else ""
    found = {"foreign": frame, "summary": summary, "target": order.names[goal], "weakest": weakest, "largest_gain": best, "names": chain.words(order.names)}
    return found, _findings(chain, order, rows)


def _findings(chain: Chain, order: Order, rows: list[int]) -> list[Finding]:
    made = []
    frame = chain.segments.iloc[rows]
    unknown = frame.loc[frame["import_share"].isna() & frame["import_high"].isna(), "segment"]
    if len(unknown):
        made.append(
            Finding("chain.no_import_share", {"count": len(unknown), "total": len(rows), "segments": tuple(words(chain.names, s) for s in unknown[:8])}, "note")
        )
    inside = np.isin(order.target, rows)
    if (blank := int(np.isnan(order.share[inside]).sum())) and len(order.share):
        made.append(Finding("chain.no_cost_share", {"count": blank, "total": int(inside.sum())}, "note"))
    return made


def exhibits(result: Autonomy) -> tuple[Exhibit, ...]:
    frame, names = result.foreign, result.names
    exact = bool((frame["foreign_low"] == frame["foreign_high"]).all() and (frame["import_low"] == frame["import_high"]).all())
    columns = {f"{m}_{end}": "share" for m in ("import", "foreign", "gain") for end in (("low",) if exact else ("low", "high"))}
    heads = {c: text(f"chain.head.{c.rpartition('_')[0]}" if exact else f"chain.head.{c}") for c in columns}
    whole = pd.DataFrame(
        [{"measure": m, "low": result.summary[f"{m}_low"], "high": result.summary[f"{m}_high"]} for m in ("foreign", "autonomy", "weakest_link")]
    )
    notes = (
        Message("chain.autonomy.note", {"target": words(names, result.target)}),
        *([Message("chain.autonomy.weakest", {"segment": words(names, result.weakest)})] if result.weakest else []),
        *([Message("chain.autonomy.gain", {"segment": words(names, result.largest_gain)})] if result.largest_gain else []),
    )
    title = Message("chain.autonomy.title", {"target": words(names, result.target)})
    measures = {m: Message(f"chain.measure.{m}") for m in whole["measure"]}
    summary = table("summary", whole, {"low": "share", "high": "share"}, ["measure"], title, names=measures, notes=notes)  # type: ignore[arg-type]
    made: list[Exhibit] = [
        summary,
        table("foreign", frame, columns, ["segment"], Message("chain.autonomy.segments", {"target": words(names, result.target)}), names=names, heads=heads),
    ]
    shown = frame[frame["import_high"] > 0].head(MOST_BARS)
    if len(shown):
        made.append(_bars(result, shown, exact))
    return tuple(made)


def _bars(result: Autonomy, shown: pd.DataFrame, exact: bool) -> Figure:
    """Bars; intervals where some shares are not exact."""
    frame = shown.assign(import_middle=(shown["import_low"] + shown["import_high"]) / 2).sort_values(
        ["import_low", "import_middle"], ascending=False, kind="stable"
    )
    frame["import_middle"] = frame["import_middle"].mask((frame["import_low"] == 0) & (frame["import_high"] == 1))  # of what is not known no point is drawn
    along, across = Channel("import_middle", text("chain.head.import")), Channel("segment", kind="label")
    return Figure(
        name="dependence",
        form="bar" if exact else "coefficients",
        frame=frame,
        channels={"x": across, "y": along} if exact else {"x": along, "y": across, "low": Channel("import_low"), "high": Channel("import_high")},
        title=Message("chain.autonomy.bars"),
        notes=() if exact else (Message("chain.autonomy.bars_note"),),
        words=figure_words(result.names, frame["segment"]),
    )
