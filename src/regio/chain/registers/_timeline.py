"""Events in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from regio.chain.base.facts import marks, year_of
from regio.chain.base.model import Chain
from regio.contract.finding import DataError, error


def compute(chain: Chain, since: int | None, until: int | None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for row in chain.tables["policies"].to_dict("records") if "policies" in chain.tables else ():
        start, end = year_of(str(row["in_force"])), year_of(str(row["until"]))
        when = str(row["in_force"]) + (f"–{row['until']}" if row["until"] else "")
        rows.append(
            {
                "start": start,
                "end": end,
                "lane": "policy",
                "name": row["policy"],
                "subject": row["jurisdiction"],
                "when": when,
                "source": row["source"],
                "marks": "",
            }
        )
    for fact in chain.facts[chain.facts["kind"] == "event"].to_dict("records"):
        name = f"{fact['subject']}: {fact['value']}"
        rows.append(
            {
                "start": fact["year"],
                "end": np.nan,
                "lane": "event",
                "name": name,
                "subject": fact["subject"],
                "when": str(fact["period"]),
                "source": fact["source"],
                "marks": ";".join(marks(fact)),
            }
        )
    events = pd.DataFrame(rows, columns=["start", "end", "lane", "name", "subject", "when", "source", "marks"])
    undated = int(events["start"].isna().sum())
    events = events[events["start"].notna()]
    events = events[(events["start"] >= (since if since is not None else -np.inf)) & (events["start"] < (until + 1 if until is not None else np.inf))]
    if not len(events):
        raise DataError(error("chain.no_events"))
    events = events.sort_values(["start", "lane"], kind="stable").reset_index(drop=True).astype({"start": float, "end": float})
    words = chain.words([*events["name"], *events["subject"], *events["source"]])
    for row in events.to_dict("records"):
        subject, _, what = row["name"].partition(": ")
        if row["lane"] == "event" and row["name"] not in words:
            of, did = chain.names.get(subject, {"en": subject, "zh": subject}), chain.names.get(what, {"en": what, "zh": what})
            words[row["name"]] = {"en": f"{of['en']}: {did['en']}", "zh": f"{of['zh']}：{did['zh']}"}
    return {"events": events, "undated": undated, "names": words}
