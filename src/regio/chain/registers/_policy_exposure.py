"""Policies, the firms that they reach, and the regions of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from regio.chain.base.exhibits import table
from regio.chain.base.facts import year_of
from regio.chain.base.model import Chain
from regio.chain.base.names import listed
from regio.contract.finding import Finding
from regio.exhibits.models import Exhibit, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.registers.policy_exposure import PolicyExposure

EFFECTS = ("support", "restrict", "neutral")


def compute(chain: Chain, at: int | None) -> tuple[dict[str, Any], list[Finding]]:
    policies = chain.table("policies").copy()
    firms = chain.firms.drop_duplicates(["firm", "region", "segment"])
    if at is not None and any(isinstance(p, int) for p in chain.periods):
        latest = max((p for p in chain.periods if isinstance(p, int) and p <= at), default=chain.periods[0])
        firms = chain.firms[chain.firms["period"] == latest].drop_duplicates(["firm", "region", "segment"])
    reached: dict[str, list[str]] = {}
    active = []
    for row in policies.to_dict("records"):
        start, end = year_of(str(row["in_force"])), year_of(str(row["until"]))
        holds = at is None or (not (start >= at + 1) and not (end < at))
        active.append("unknown" if start != start else "present" if holds else "absent")
        reached[row["policy"]] = _reach(row, firms) if holds else []
    policies["active"] = active
    policies["reached"] = [len(reached[name]) for name in policies["policy"]]
    effect = dict(zip(policies["policy"], policies["effect"], strict=True))
    rows = []
    sets = {name: set(found) for name, found in reached.items()}
    for firm in dict.fromkeys(firms["firm"]):
        own = [name for name, found in sets.items() if firm in found]
        rows.append({"firm": firm, **{e: sum(effect[n] == e for n in own) for e in EFFECTS}, "policies": "; ".join(own)})
    by_firm = pd.DataFrame(rows, columns=["firm", *EFFECTS, "policies"])
    home = firms.assign(region=firms["region"].map(lambda r: listed([r]))).explode("region").drop_duplicates(["firm", "region"]).merge(by_firm, on="firm")
    places = home.groupby("region", sort=False).agg(
        firms=("firm", "nunique"), support=("support", lambda c: float((c > 0).mean())), restrict=("restrict", lambda c: float((c > 0).mean()))
    )
    undated = tuple(policies.loc[policies["active"] == "unknown", "policy"])
    notes = [Finding("chain.undated_policies", {"count": len(undated), "names": tuple(chain.names.get(n, n) for n in undated[:8])}, "note")] if undated else []
    known = set(chain.firms["firm"])
    if lost := tuple(f for f in listed(policies["firms"]) if f not in known):
        notes.append(Finding("chain.policy_firms", {"count": len(lost), "names": tuple(chain.names.get(n, n) for n in lost[:8])}))
    segments = [s for cell in policies["segments"] for s in listed([cell])]
    names = chain.words(
        [
            *policies["policy"],
            *policies["jurisdiction"],
            *policies["instrument"],
            *policies["target"],
            *policies["source"],
            *by_firm["firm"],
            *places.index,
            *segments,
        ]
    )
    return {"policies": policies, "firms": by_firm, "places": places.reset_index(), "at": "" if at is None else str(at), "names": names}, notes


def _reach(policy: dict[Any, Any], firms: pd.DataFrame) -> list[str]:
    if policy["firms"]:
        known = set(firms["firm"])
        return [f for f in listed([policy["firms"]]) if f in known]
    segments = listed([policy["segments"]])
    return list(dict.fromkeys(firms.loc[firms["segment"].isin(segments), "firm"] if segments else firms["firm"]))


def exhibits(result: PolicyExposure) -> tuple[Exhibit, ...]:
    names = result.names
    register = {
        "instrument": "name",
        "jurisdiction": "name",
        "in_force": "plain",
        "target": "words",
        "segments": "names",
        "effect": "code:effect",
        "reached": "count",
        "source": "words",
    }
    counts = dict.fromkeys(EFFECTS, "count")
    shares = {"firms": "count", "support": "share", "restrict": "share"}
    heads = {e: text(f"chain.effect.{e}") for e in EFFECTS}
    notes = (Message("chain.policy_exposure.note"),)
    return (
        table("policies", result.policies, register, ["policy"], Message("chain.policy_exposure.title"), names=names, notes=notes),
        table("places", result.places, shares, ["region"], Message("chain.policy_exposure.places"), names=names, heads=heads),
        table("firms", result.firms, counts, ["firm"], Message("chain.policy_exposure.firms"), names=names, heads=heads),
    )
