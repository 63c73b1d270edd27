"""Concentration of industries on regions: known answers, plain loops, properties, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import activity_tables as known
import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError
from regio.indices.activity.specialisation import of_industries

EXACT = known.EXACT
KEYS = {
    "concentration": "ellison_glaeser_G",
    "ellison_glaeser": "ellison_glaeser_gamma",
    "locational_gini": "locational_gini_industry",
    "theil": "theil_industry_relative_to_all_activity",
    "coefficient": "localisation_coefficient_industry",
    "herfindahl": "HHI_industry_over_regions",
}
PLANTS = dict(zip(known.INDUSTRIES, (0.05, 0.08, 0.10, 0.12, 0.03), strict=True))


def concentration(table: pd.DataFrame, **options: Any) -> Any:
    return regio.geographic_concentration(table, known.INDUSTRIES, region="region", **options)


def test_e08(reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e08_specialisation.json").read_text())["expected"]
    scores = concentration(known.E08, plant_herfindahl=PLANTS).scores
    for name, key in KEYS.items():
        np.testing.assert_allclose(scores[name], expected[key], atol=EXACT)


def test_econcomplex_halves_the_locational_gini() -> None:
    peer = pytest.importorskip("econcomplex")
    scores = concentration(known.E08).scores
    np.testing.assert_allclose(scores["locational_gini"], 2 * np.asarray(peer.locational_gini(known.E08.set_index("region"))), atol=EXACT)


def test_plants_are_the_firms_of_the_table() -> None:
    table = known.firms()
    result = regio.geographic_concentration(regio.Panel(table, region="place", period="year", unit="firm"), "assets", industry="trade")
    for row in result.scores.itertuples():
        year = table[table["year"] == row.period]
        mine = year[year["trade"] == row.industry]
        h = float(((mine["assets"] / mine["assets"].sum()) ** 2).sum())
        x = year.groupby("place")["assets"].sum() / year["assets"].sum()
        s = (mine.groupby("place")["assets"].sum() / mine["assets"].sum()).reindex(x.index, fill_value=0.0)
        g, d = float(((s - x) ** 2).sum()), 1 - float((x**2).sum())
        assert h == pytest.approx(row.plant_herfindahl, rel=1e-12)
        assert (g - d * h) / (d * (1 - h)) == pytest.approx(row.ellison_glaeser, rel=1e-9)
        gaps = sum(x.iloc[i] * x.iloc[j] * abs(s.iloc[i] / x.iloc[i] - s.iloc[j] / x.iloc[j]) for i in range(len(x)) for j in range(len(x)))
        assert gaps / 2 == pytest.approx(row.locational_gini, rel=1e-9)  # half the mean difference of s/x, weighted by x; its mean is one


def test_plants_that_choose_at_random_have_an_index_of_zero_on_average() -> None:
    rng = np.random.default_rng(4)
    x = np.array([0.4, 0.3, 0.2, 0.1])
    sizes = rng.uniform(1, 5, (2000, 25))
    places = rng.choice(4, size=sizes.shape, p=x)
    mine = np.array([np.bincount(p, s, 4) for p, s in zip(places, sizes, strict=True)]).T  # regions × trials, each trial a period
    plants = (sizes**2).sum(axis=1) / sizes.sum(axis=1) ** 2
    found = of_industries(np.stack([mine, np.broadcast_to(1e9 * x[:, None], mine.shape)], axis=2), 1, plants[:, None])["ellison_glaeser"]
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(found.size)


def test_an_industry_spread_like_all_is_not_concentrated() -> None:
    same = known.E08.assign(**{name: [1.0, 2.0, 3.0, 4.0] for name in known.INDUSTRIES})
    scores = concentration(same).scores
    for name in ("locational_gini", "theil", "coefficient", "concentration"):
        assert scores[name].tolist() == pytest.approx([0.0] * 5, abs=EXACT)


def test_without_plants_the_index_is_missing_and_said() -> None:
    result = concentration(known.E08)
    assert result.scores["ellison_glaeser"].isna().all()
    assert [f.code for f in result.findings] == ["geographic_concentration.no_plants"]
    assert "EG 指数" in result.findings[0].text("zh")
    assert list(result.columns()) == list(known.INDUSTRIES)


@pytest.mark.parametrize(
    ("plants", "code", "said"),
    [
        ({"i9": 0.1}, "geographic_concentration.unknown_industry", ("“i9”", "“i9”")),
        ({"i1": 1.0}, "geographic_concentration.plant_share", ("is 1;", "小于 1")),
        ([0.1], "index.not_a_mapping", ("plant_herfindahl", "plant_herfindahl")),
    ],
)
def test_bad_plants(plants: Any, code: str, said: tuple[str, str]) -> None:
    with pytest.raises(ArgumentError) as caught:
        concentration(known.E08, plant_herfindahl=plants)
    assert [f.code for f in caught.value.findings] == [code]
    assert said[0] in caught.value.text("en")
    assert said[1] in caught.value.text("zh")
