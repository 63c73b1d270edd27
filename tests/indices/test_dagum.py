"""Dagum's decomposition: a known answer, the definition by force, the identity, order and names of groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regional_frames import EXACT, KEYS, e09, growing, long

import regio
from regio.contract.finding import DataError


def test_e09(reference: Path) -> None:
    frame, answers = e09(reference)
    expected = answers["dagum"]
    found = regio.dagum(frame, "y", "group", region="unit")
    whole = found.decomposition.loc["_all"]
    assert whole["dagum"] == pytest.approx(expected["G_total"], abs=EXACT)
    assert [whole["within"], whole["net_between"], whole["transvariation"]] == pytest.approx(
        [expected["G_within"], expected["G_net_between"], expected["G_transvariation"]], abs=EXACT
    )
    shares = [100 * whole[f"{part}_share"] for part in ("within", "net_between", "transvariation")]
    assert shares == pytest.approx(expected["shares_percent"], abs=1e-10)
    assert found.within["gini"].droplevel(0).to_dict() == pytest.approx(expected["G_jj"], abs=EXACT)
    pairs = {f"{other}-{group}": row for (_, group, other), row in found.between.iterrows()}
    assert {name: row["gini"] for name, row in pairs.items()} == pytest.approx(expected["G_jh"], abs=EXACT)
    assert {name: row["affluence"] for name, row in pairs.items()} == pytest.approx(expected["D_jh"], abs=EXACT)
    assert found.between["richer"].tolist() == ["C", "E", "E"]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(0, 3), st.floats(0.1, 9)), min_size=2, max_size=24).filter(lambda rows: sum(r[0] for r in rows) > 1))
def test_the_definition_by_force_and_the_parts_add_up(rows: list[tuple[float, int, float]]) -> None:
    frame = pd.DataFrame(rows, columns=["y", "g", "p"]).assign(g=lambda f: f["g"].astype(str))
    found = regio.dagum(frame, "y", "g", sample_weights="p").decomposition.iloc[0]
    parts = found[["within", "net_between", "transvariation"]]
    assert parts.sum() == pytest.approx(found["dagum"], abs=1e-9)
    assert parts.min() >= -1e-12
    assert parts.tolist() == pytest.approx(by_force(frame), abs=1e-9)


def by_force(frame: pd.DataFrame) -> list[float]:
    """Every pair of rows: its share of the Gini goes to the part that its groups and its direction say."""
    y, g, p = frame["y"].to_numpy(), frame["g"].to_numpy(), frame["p"].to_numpy() / frame["p"].sum()
    mean = {group: np.average(y[g == group], weights=p[g == group]) for group in set(g)}
    total = [0.0, 0.0, 0.0]
    for i in range(len(y)):
        for j in range(len(y)):
            share = abs(y[i] - y[j]) * p[i] * p[j] / (2 * (y * p).sum())
            if g[i] == g[j]:
                total[0] += share
            else:
                direction = np.sign((y[i] - y[j]) * (mean[g[i]] - mean[g[j]]))
                total[1] += direction * share
                total[2] += share - direction * share
    return total


def test_the_gini_is_that_of_gini() -> None:
    frame = long(growing()).assign(zone=lambda f: f["r"].str[-1].isin(list("02468")).map({True: "even", False: "odd"}))
    found = regio.dagum(frame, "y", "zone", **KEYS)
    np.testing.assert_allclose(found.decomposition["dagum"], regio.gini(frame, "y", **KEYS).inequality["gini"], atol=EXACT, rtol=0)
    assert found.between.index.get_level_values("group").unique().tolist() == ["even"]


def test_one_group_has_nothing_between() -> None:
    found = regio.dagum(pd.DataFrame({"y": [1.0, 3.0], "g": ["a", "a"]}), "y", "g")
    assert found.decomposition["within_share"].tolist() == [1.0]
    assert found.between.empty
    assert [f.code for f in found.findings] == ["dagum.one_group"]
    assert type(found).from_dict(found.to_dict()).to_dict() == found.to_dict()
    assert len(found.exhibits()) >= 4


def test_equal_groups_have_no_richer_one() -> None:
    found = regio.dagum(pd.DataFrame({"y": [1.0, 3.0, 1.0, 3.0], "g": list("aabb")}), "y", "g")
    assert found.between[["affluence", "richer"]].values.tolist() == [[0.0, ""]]
    assert found.decomposition["net_between"].tolist() == [0.0]


def test_negative_values_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        regio.dagum(pd.DataFrame({"y": [1.0, -3.0], "g": list("ab")}), "y", "g")
    assert "not of differences or growth rates" in caught.value.text("en")
    assert "不是差分或增长率" in caught.value.text("zh") or "而不是差分或增长率" in caught.value.text("zh")
