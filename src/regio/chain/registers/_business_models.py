"""Rules over links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from regio.chain.base.model import Chain
from regio.contract.finding import DataError, error, suggestion


def compute(chain: Chain) -> dict[str, Any]:
    links = chain.table("links")
    declared = chain.settings.get("business_model", [])
    if not declared:
        raise DataError(error("chain.no_rules"))
    known = tuple(dict.fromkeys([*chain.settings.get("links", ()), *links["link"]]))
    rules = [(str(r.get("name", "")), tuple(r.get("needs", ())), tuple(r.get("without", ()))) for r in declared]
    wrong = [(name, link) for name, needs, without in rules for link in (*needs, *without) if link not in known]
    if wrong:
        raise DataError(*(error("chain.unknown_link", model=name, found=link, links=known, near=suggestion(link, known)) for name, link in wrong))
    rows = []
    for firm, part in links.groupby("firm", sort=False):
        status = dict(zip(part["link"], part["status"], strict=True))
        blank = [link for link in known if status.get(link, "unknown") == "unknown"]
        model = next((name for name, needs, without in rules if _holds(status, needs, without)), "")
        possible = [name for name, needs, without in rules if name != model and _may(status, needs, without)] if not model else []
        covered = [link for link in known if status.get(link) == "present"]
        rows.append({"firm": firm, "model": model, "covered": "; ".join(covered), "not_known": "; ".join(blank), "possible": "; ".join(possible)})
    frame = pd.DataFrame([{"model": n, "needs": "; ".join(a), "without": "; ".join(b)} for n, a, b in rules])
    names = chain.words([*links["firm"], *known, *frame["model"]])
    return {"firms": pd.DataFrame(rows), "rules": frame, "coverage": links[["firm", "link", "status", "source"]].reset_index(drop=True), "names": names}


def _holds(status: Mapping[str, str], needs: tuple[str, ...], without: tuple[str, ...]) -> bool:
    return all(status.get(link) == "present" for link in needs) and all(status.get(link) == "absent" for link in without)


def _may(status: Mapping[str, str], needs: tuple[str, ...], without: tuple[str, ...]) -> bool:
    return all(status.get(link, "unknown") != "absent" for link in needs) and all(status.get(link, "unknown") != "present" for link in without)
