"""Sites by firm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from regio.chain.base.exhibits import table
from regio.chain.base.model import Chain
from regio.contract.finding import Finding
from regio.exhibits.models import Exhibit, text
from regio.language import Message

if TYPE_CHECKING:
    from regio.chain.places.sites import Sites


def compute(chain: Chain, top: int) -> tuple[dict[str, Any], list[Finding]]:
    home = str(chain.settings.get("home", ""))
    listed = chain.table("sites").copy()
    listed["abroad"] = [c != home if home and c else None for c in listed["country"]]
    group = [listed["firm"], listed["unit"].where(listed["capacity"].notna(), "")]
    listed["share"] = listed["capacity"] / listed.groupby(group, sort=False)["capacity"].transform("sum")
    rows = []
    for firm, part in listed.groupby("firm", sort=False):
        known = part[part["capacity"].notna()]
        for unit, own in known.groupby("unit", sort=False) if len(known) else [("", known)]:
            share = own["share"].sort_values(ascending=False).to_numpy(float)
            capacity = float(own["capacity"].sum()) if len(own) else np.nan
            rows.append(
                {
                    "firm": firm,
                    "unit": unit,
                    "sites": len(part),
                    "abroad": int(part["abroad"].fillna(False).astype(bool).sum()),
                    "known": len(own),
                    "capacity": capacity,
                    "abroad_capacity": float(own.loc[own["abroad"].fillna(False).astype(bool), "capacity"].sum()) if len(own) else np.nan,
                    "herfindahl": float((share**2).sum()) if len(share) else np.nan,
                    "lost": float(share[:top].sum()) if len(share) else np.nan,
                }
            )
    firms = pd.DataFrame(rows)
    blank = int(listed["capacity"].isna().sum())
    notes = [Finding("chain.no_capacity", {"count": blank, "total": len(listed)}, "note")] if blank else []
    listed = listed.astype({"abroad": object})
    return {
        "sites": listed,
        "firms": firms,
        "names": chain.words([*listed["firm"], *listed["site"], *listed["place"], *listed["country"], *listed["unit"], *listed["state"]]),
    }, notes


def exhibits(result: Sites) -> tuple[Exhibit, ...]:
    columns = {
        "sites": "count",
        "abroad": "count",
        "known": "count",
        "capacity": "number",
        "abroad_capacity": "number",
        "unit": "words",
        "herfindahl": "share",
        "lost": "share",
    }
    heads = {
        "lost": text("chain.head.lost" if result.top > 1 else "chain.head.lost_one", n=result.top),
        "abroad": text("chain.head.sites_abroad"),
        "known": text("chain.head.sites_known"),
    }
    listed = {"firm": "name", "country": "name", "capacity": "number", "unit": "words", "state": "words", "share": "share"}
    notes = (Message("chain.sites.note"),)
    return (
        table("firms", result.firms, columns, ["firm", "unit"], Message("chain.sites.title"), names=result.names, notes=notes, heads=heads),
        table("sites", result.sites, listed, ["site", "firm"], Message("chain.sites.list"), names=result.names),
    )
