"""Theil indices: a known answer, a peer, the identity of the parts, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regional_frames import EXACT, KEYS, e09, growing, long

import regio
from regio.contract.finding import ArgumentError, DataError
from regio.exhibits.models import Figure
from regio.exhibits.typeset import typeset


def test_e09(reference: Path) -> None:
    frame, expected = e09(reference)
    found = regio.theil(frame, "y", "group", region="unit")
    whole = found.decomposition.loc["_all"]
    assert whole["theil"] == pytest.approx(expected["theil_T_GE1"], abs=EXACT)
    assert whole["between"] == pytest.approx(expected["theil_T_between"], abs=EXACT)
    assert whole["within"] == pytest.approx(expected["theil_T_within"], abs=EXACT)
    assert 100 * whole["between_share"] == pytest.approx(expected["theil_contribution_between_percent"], abs=1e-10)
    assert found.by_group is not None
    assert found.by_group["theil"].droplevel(0).to_dict() == pytest.approx(expected["theil_T_by_group"], abs=EXACT)
    assert regio.theil(frame, "y", measure="l", region="unit").decomposition["theil"].iloc[0] == pytest.approx(expected["theil_L_GE0"], abs=EXACT)
    weighted = regio.theil(frame, "y", sample_weights="population", region="unit").decomposition["theil"].iloc[0]
    assert weighted == pytest.approx(expected["theil_T_population_weighted"], abs=EXACT)


def test_the_decomposition_agrees_with_the_peer() -> None:
    peer = pytest.importorskip("inequality.theil")
    levels = growing()
    zones = np.arange(len(levels)) % 3
    frame = long(levels).assign(zone=[f"z{i}" for i in np.repeat(zones, levels.shape[1])])
    found = regio.theil(frame, "y", "zone", **KEYS).decomposition
    for column, row in zip(levels.T, found.itertuples(), strict=True):
        theirs = peer.TheilD(column, zones)
        assert [row.theil, row.between, row.within] == pytest.approx([theirs.T, float(theirs.bg[0]), float(theirs.wg[0])], abs=EXACT)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0.01, 1e5), st.integers(0, 3), st.floats(0.1, 50)), min_size=2, max_size=30), st.sampled_from(["t", "l"]))
def test_parts_add_up_and_are_not_negative(rows: list[tuple[float, int, float]], measure: str) -> None:
    frame = pd.DataFrame(rows, columns=["y", "g", "p"]).assign(g=lambda f: f["g"].astype(str))
    found = regio.theil(frame, "y", "g", measure=measure, sample_weights="p")
    whole = found.decomposition.iloc[0]
    assert whole["within"] + whole["between"] == pytest.approx(whole["theil"], abs=1e-9)
    assert found.by_group is not None
    assert found.by_group["within"].sum() == pytest.approx(whole["within"], abs=1e-12)
    assert found.by_group[["population_share", "value_share"]].sum().tolist() == pytest.approx([1, 1])
    assert min(whole["within"], whole["between"]) >= -1e-9


def test_zeros_count_in_t_and_are_refused_in_l() -> None:
    frame = pd.DataFrame({"y": [0.0, 2.0]})
    assert regio.theil(frame, "y").decomposition["theil"].iloc[0] == pytest.approx(np.log(2), abs=EXACT)
    with pytest.raises(DataError) as caught:
        regio.theil(frame, "y", measure="l")
    assert "Logarithms need positive values" in caught.value.text("en")
    assert "取对数要求数值为正" in caught.value.text("zh")


def test_a_known_grouping_of_provinces_has_its_words() -> None:
    frame = pd.DataFrame({"place": ["北京", "上海", "河南", "湖北", "四川", "甘肃"], "y": [9.0, 8.0, 4.0, 5.0, 3.0, 2.0]})
    found = regio.theil(frame, "y", "east_central_west", region="place")
    assert found.by_group is not None
    assert found.by_group.index.get_level_values("group").tolist() == ["east", "central", "west"]
    groups = found.exhibits()[1]
    assert not isinstance(groups, Figure)
    assert "东部地区" in typeset(groups, "zh").rows[0].head
    assert "East" in typeset(groups, "en").rows[0].head


def test_groups_may_not_be_the_parts() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0], "zone": ["a", "a"]})
    with pytest.raises(ArgumentError) as caught:
        regio.theil(frame, "y", "zone", by="zone")
    assert "each part would hold one group" in caught.value.text("en")
    assert "每一部分只含一个组" in caught.value.text("zh")


def test_rows_without_a_group_are_counted() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "zone": ["a", None, "b"]})
    found = regio.theil(frame, "y", "zone")
    assert [(f.code, f.values["count"]) for f in found.findings] == [("dynamics.no_group", 1)]
    assert found.decomposition["n"].tolist() == [2]
