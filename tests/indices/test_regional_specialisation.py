"""Specialisation of regions: known answers, a peer, properties, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import activity_tables as known
import numpy as np
import pytest

import regio
from regio.contract.finding import ArgumentError

EXACT = known.EXACT
KEYS = {
    "krugman": "krugman_specialisation_region(sum abs, 0..2)",
    "coefficient": "specialisation_coefficient_region(half sum abs)",
    "hachman": "hachman_region(1/sum share*LQ)",
    "herfindahl": "HHI_region_over_industries",
    "entropy": "shannon_region_nats",
}


def test_e08(reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e08_specialisation.json").read_text())["expected"]
    scores = regio.regional_specialisation(known.E08, known.INDUSTRIES, region="region").scores
    for name, key in KEYS.items():
        np.testing.assert_allclose(scores[name], expected[key], atol=EXACT)


def test_econcomplex_agrees() -> None:
    peer = pytest.importorskip("econcomplex")
    table = known.E08.set_index("region")
    scores = regio.regional_specialisation(known.E08, known.INDUSTRIES, region="region").scores
    np.testing.assert_allclose(scores["krugman"], peer.krugman_index(table), atol=EXACT)
    np.testing.assert_allclose(scores["hachman"], peer.hachman_index(table), atol=EXACT)
    np.testing.assert_allclose(scores["herfindahl"], peer.hhi(table, normalize=False), atol=EXACT)


def test_a_long_table_of_firms_gives_the_same() -> None:
    long = known.E08.melt("region", var_name="trade", value_name="jobs").assign(firm=lambda t: np.arange(len(t)))
    scores = regio.regional_specialisation(regio.Panel(long, region="region", unit="firm"), "jobs", industry="trade").scores
    other = regio.regional_specialisation(known.E08, known.INDUSTRIES, region="region").scores
    np.testing.assert_allclose(scores["krugman"], other["krugman"], atol=EXACT)


def test_the_mix_of_all_regions_and_a_single_industry() -> None:
    same = known.E08.assign(**{name: [1.0, 2.0, 3.0, 4.0] for name in known.INDUSTRIES})
    scores = regio.regional_specialisation(same, known.INDUSTRIES, region="region").scores
    assert scores["krugman"].tolist() == pytest.approx([0.0] * 4, abs=EXACT)
    assert scores["hachman"].tolist() == pytest.approx([1.0] * 4, abs=EXACT)
    assert scores["entropy"].tolist() == pytest.approx([np.log(5)] * 4, abs=EXACT)


def test_a_region_with_nothing_is_missing_and_said() -> None:
    table = known.E08.assign(**{name: known.E08[name].where(known.E08["region"] != "r4", 0.0) for name in known.INDUSTRIES})
    result = regio.regional_specialisation(table, known.INDUSTRIES, region="region")
    assert result.scores["krugman"].isna().tolist() == [False, False, False, True]
    assert result.scores["entropy"].isna().tolist() == [False, False, False, True]
    assert [f.code for f in result.findings] == ["location_quotient.undefined"]


def test_one_column_says_nothing_of_other_industries() -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.regional_specialisation(known.E08, "i1", region="region")
    assert [f.code for f in caught.value.findings] == ["activity.no_comparison"]
