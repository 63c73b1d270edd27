"""Items of a checklist by firm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from regio.chain.base.model import Chain
from regio.contract.finding import DataError, error, suggestion


def compute(chain: Chain) -> dict[str, Any]:
    rows = chain.table("digital")
    areas = {str(entry["area"]): tuple(entry.get("items", ())) for entry in chain.settings.get("checklist", [])}
    items = {item: area for area, own in areas.items() for item in own}
    if not items:
        raise DataError(error("chain.no_checklist"))
    problems = [
        error("chain.unknown_item", firm=f, found=i, items=tuple(items), near=suggestion(i, tuple(items)))
        for f, i in zip(rows["firm"], rows["item"], strict=True)
        if i not in items
    ]
    problems += [error("chain.no_evidence", firm=r["firm"], item=r["item"]) for r in rows.to_dict("records") if r["status"] != "unknown" and not r["evidence"]]
    if problems:
        raise DataError(*problems)
    said = {(r["firm"], r["item"]): r for r in rows.to_dict("records")}
    firms = tuple(dict.fromkeys(rows["firm"]))
    blank = {"status": "unknown", "evidence": "", "source": ""}
    cells = pd.DataFrame([{"firm": f, "area": a, "item": i, **{k: said.get((f, i), blank)[k] for k in blank}} for f in firms for i, a in items.items()])
    scores = []
    for firm in firms:
        own = cells[cells["firm"] == firm]
        row: dict[str, Any] = {"firm": firm, "items": len(items), **_bounds(own["status"])}
        for area in areas:
            row |= {f"{area}_{end}": v for end, v in _bounds(own.loc[own["area"] == area, "status"]).items()}
        scores.append(row)
    names = chain.words([*firms, *areas, *items, *rows["evidence"], *rows["source"]])
    return {"scores": pd.DataFrame(scores), "cells": cells, "areas": tuple(areas), "names": names}


def _bounds(status: pd.Series) -> dict[str, float]:
    if not len(status):
        return {"low": np.nan, "high": np.nan}
    return {"low": float((status == "present").mean()), "high": float((status != "absent").mean())}
