"""Concentration ratios: known answers, plain loops, denominators, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import activity_tables as known
import numpy as np
import pytest

import regio
from regio.contract.finding import ArgumentError

EXACT = known.EXACT


@pytest.mark.parametrize("top", [1, 2, 4, 8])
def test_e07(top: int, reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e07_agglomeration.json").read_text())["expected"]
    result = regio.concentration_ratio(known.nev(), "total_assets", industry="is_nev", top=top)
    assert expected["national"][f"CR{top}"] == pytest.approx(result.national["concentration_ratio"].iloc[0], abs=EXACT)
    for row in result.scores.itertuples():
        own = expected["province"][row.region].get(f"CR{top}", None if row.region == "Eas" else 1.0)
        assert np.isnan(row.concentration_ratio) if own is None else own == pytest.approx(row.concentration_ratio, abs=EXACT)


def test_plain_loops_agree_in_every_period_and_industry() -> None:
    table = known.firms()
    result = regio.concentration_ratio(regio.Panel(table, region="place", period="year", unit="firm"), "assets", industry="trade", top=2)
    for row in result.scores.itertuples():
        mine = table[(table["year"] == row.period) & (table["place"] == row.region) & (table["trade"] == row.industry)]["assets"]
        assert len(mine) == row.n_firms
        expected = mine.nlargest(2).sum() / mine.sum() if len(mine) else np.nan
        assert expected == pytest.approx(row.concentration_ratio, rel=1e-12, nan_ok=True)
    for row in result.national.itertuples():
        mine = table[(table["year"] == row.period) & (table["trade"] == row.industry)]["assets"]
        assert mine.nlargest(2).sum() / mine.sum() == pytest.approx(row.concentration_ratio, rel=1e-12)


def test_it_grows_with_n_to_one() -> None:
    ratios = [regio.concentration_ratio(known.nev(), "total_assets", industry="is_nev", top=n).national["concentration_ratio"].iloc[0] for n in range(1, 10)]
    assert ratios == sorted(ratios)
    assert ratios[-1] == pytest.approx(1.0)


def test_denominators() -> None:
    def ratio(denominator: str) -> list[float]:
        found = regio.concentration_ratio(known.nev(), "total_assets", industry="is_nev", top=1, denominator=denominator)  # type: ignore[arg-type]
        return list(found.scores["concentration_ratio"][:4])

    assert ratio("all") == pytest.approx([0.2, 0.12, 0.1, 0.025], abs=EXACT)
    assert ratio("nation") == pytest.approx([400 / 2850, 900 / 2850, 50 / 2850, 250 / 2850], abs=EXACT)


def test_ratios_that_are_one_by_construction_are_said() -> None:
    findings = regio.concentration_ratio(known.nev(), "total_assets", industry="is_nev", top=2).findings
    (few,) = [f for f in findings if f.code == "activity.few_firms"]
    assert few.values["rows"] == ("Anx", "Dan")
    assert "by construction" in few.text("en")
    assert "必为 1" in few.text("zh")
    assert "Write a smaller top" in few.text("en")


def test_n_is_at_least_one() -> None:
    with pytest.raises(ArgumentError, match="at least 1"):
        regio.concentration_ratio(known.nev(), "total_assets", top=0)
