"""Exact natural breaks: enumeration, printed answers, peers, offsets, long columns."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import jenkspy
import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regio
from regio.contract.finding import ArgumentError, DataError
from regio.spatial.breaks import Profile, bounded, breaks, coded, exact, natural, within
from spatial.detector_data import known, table

ROUNDING = 1e-9  # relative; the same sum of squares added up in another order


def by_enumeration(values: np.ndarray, classes: int) -> float:
    """The least sum of squares over all partitions of the sorted values."""
    ordered = np.sort(values)
    least = np.inf
    for cuts in combinations(range(1, len(ordered)), classes - 1):
        parts = np.split(ordered, cuts)
        least = min(least, sum(float(((part - part.mean()) ** 2).sum()) for part in parts))
    return least


@settings(max_examples=60)
@given(st.lists(st.integers(-20, 20), min_size=5, max_size=11), st.integers(2, 4))
def test_enumeration_finds_nothing_better(values: list[int], classes: int) -> None:
    numbers = np.array(values, dtype=float)
    if len(np.unique(numbers)) < classes:
        return
    result = regio.natural_breaks(numbers, classes)
    assert by_enumeration(numbers, classes) == pytest.approx(result.within_ss, rel=ROUNDING, abs=1e-12)
    assert np.array_equal(result.labels, np.searchsorted(result.edges[1:-1], numbers) + 1)


@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_the_printed_answers_of_e11(reference: Path, classes: int) -> None:
    found = json.loads((reference / "indices" / "e11_jenks.json").read_text(encoding="utf-8"))
    expected = found["expected_by_k"].get(str(classes))
    if expected is None:
        pytest.skip("not printed")
    result = regio.natural_breaks(found["input"], classes)
    assert expected["upper_bounds"] == pytest.approx(result.edges[1:].tolist())
    assert expected["SSW"] == pytest.approx(result.within_ss, rel=ROUNDING)
    assert expected["GVF"] == pytest.approx(result.fit, rel=ROUNDING)
    assert expected["class_of_each"] == result.labels.tolist()


def test_the_exact_breaks_of_the_vegetation_table(reference: Path) -> None:
    data = table(reference, "ndvi_40")
    for name, by_classes in known(reference)["computed_here"]["ndvi_40"]["fisher_jenks_exact"].items():
        for classes, expected in by_classes.items():
            result = regio.natural_breaks(data[name], int(classes))
            assert expected["class_upper_bounds"] == pytest.approx(result.edges[1:].tolist())
            assert expected["within_ss_x"] == pytest.approx(result.within_ss, rel=ROUNDING)


@pytest.mark.filterwarnings("ignore")
def test_peers_are_never_better() -> None:
    rng = np.random.default_rng(3)
    for trial in range(60):
        values = [rng.normal(size=60), rng.lognormal(0, 2, 80), rng.integers(0, 25, 90).astype(float)][trial % 3]
        for classes in (3, 5):
            own = regio.natural_breaks(values, classes).within_ss
            profile = Profile.of(values)
            others = [np.array(jenkspy.jenks_breaks(values, classes)[1:-1]), mapclassify.FisherJenks(values, k=classes).bins[:-1]]
            assert all(own <= within(profile, np.unique(edges)) * (1 + ROUNDING) for edges in others)


def test_an_offset_of_a_hundred_million_changes_no_class(reference: Path) -> None:
    values = np.round(table(reference, "ndvi_40")["Precipitation"].to_numpy() * 64) / 64  # exact beside the offset
    for classes in (3, 8):
        assert np.array_equal(regio.natural_breaks(values, classes).labels, regio.natural_breaks(values + 1e8, classes).labels)


def test_a_far_value_does_not_spoil_the_bulk() -> None:
    values = np.concatenate([np.arange(10) / 10, 5 + np.arange(10) / 10, [-1e9, 1e9]])
    assert regio.natural_breaks(values, 4).edges[1:].tolist() == [-1e9, 0.9, 5.9, 1e9]


@pytest.mark.parametrize(("bins", "many"), [(60, 2048), (200, 2048), (90, 20)])
def test_bounds_discard_nothing_that_is_best(monkeypatch: pytest.MonkeyPatch, bins: int, many: int) -> None:
    """A column that is bounded first gives the breaks of one that is not."""
    rng = np.random.default_rng(5)
    clusters = np.concatenate([rng.normal(i, 0.05, 300) for i in range(6)])
    for values in (rng.normal(size=2000), rng.lognormal(0, 2, 2000), rng.uniform(size=2000), clusters, np.arange(1500.0)):
        profile = Profile.of(values)
        direct = natural(profile, range(2, 8))
        with monkeypatch.context() as patch:
            patch.setattr(exact, "BINS", bins)
            patch.setattr(bounded, "BINS", bins)
            patch.setattr(bounded, "MANY", many)
            limited = natural(profile, range(2, 8))
        for classes in direct:
            assert within(profile, direct[classes]) == pytest.approx(within(profile, limited[classes]), rel=1e-12)


def test_scale_and_order_do_not_matter() -> None:
    values = np.random.default_rng(1).normal(size=200)
    labels = regio.natural_breaks(values, 5).labels
    assert np.array_equal(labels, regio.natural_breaks(values * 1e6, 5).labels)
    assert np.array_equal(6 - labels, regio.natural_breaks(-values, 5).labels)
    assert np.array_equal(labels[::-1], regio.natural_breaks(values[::-1], 5).labels)


def test_missing_values_have_no_class_and_are_counted() -> None:
    result = regio.natural_breaks([1.0, np.nan, 2.0, 9.0], 2)
    assert result.labels.tolist() == [1, 0, 1, 2]
    assert [(f.code, f.values["count"]) for f in result.findings] == [("natural_breaks.missing", 1)]


@pytest.mark.parametrize(
    ("values", "classes", "code", "english", "chinese"),
    [
        ([1.0, 1.0, 2.0], 3, "natural_breaks.classes", "2 different values", "2 个不同取值"),
        ([1.0, 2.0], 0, "natural_breaks.classes", "0 classes", "0 级"),
        ([4.0, 4.0], 2, "natural_breaks.classes", "1 different", "1 个不同"),
        ([1.0, np.inf], 1, "natural_breaks.infinite", "1 values are infinite", "1 个无穷大"),
        ([], 1, "natural_breaks.empty", "no values", "没有任何取值"),
        (["a", "b"], 1, "natural_breaks.not_numbers", "other than numbers", "非数值"),
    ],
)
def test_bad_values_are_refused(values: list, classes: int, code: str, english: str, chinese: str) -> None:
    with pytest.raises(DataError) as caught:
        regio.natural_breaks(values, classes)
    assert [f.code for f in caught.value.findings] == [code]
    assert english in caught.value.text("en")
    assert chinese in caught.value.text("zh")


def test_the_door_checks_options() -> None:
    with pytest.raises(ArgumentError, match="no option"):
        regio.natural_breaks([1.0, 2.0], 2, colour="red")


@pytest.mark.parametrize("method", ["equal", "quantile", "natural", "geometric", "standard_deviation", "head_tail"])
def test_every_rule_covers_every_value(method: str) -> None:
    rng = np.random.default_rng(8)
    for values in (rng.normal(size=300), -np.exp(rng.normal(size=300)), np.exp(rng.normal(size=300)), rng.integers(0, 9, 300).astype(float)):
        profile = Profile.of(values)
        for classes in range(2, 9):
            inner = breaks(profile, method, classes)
            assert len(inner) < classes
            assert (np.diff(inner) > 0).all()
            assert set(range(len(inner) + 1)) == set(coded(values, inner))  # no class is empty


def test_geometric_intervals_handle_any_sign() -> None:
    assert breaks(Profile.of(np.array([1.0, 2.0, 3.0, 5.0, 9.0, 16.0])), "geometric", 4) == pytest.approx([2.0, 4.0, 8.0])
    mixed = np.array([-100.0, -10.0, -1.0, 0.0, 1.0, 10.0, 100.0])
    assert breaks(Profile.of(mixed), "geometric", 2) == pytest.approx([0.0], abs=1e-12)
    assert breaks(Profile.of(mixed), "geometric", 4) == pytest.approx((10 * breaks(Profile.of(mixed / 10), "geometric", 4)).tolist(), rel=1e-12)


def test_head_tail_breaks_by_hand() -> None:
    values = np.array([1.0] * 8 + [5.0] * 3 + [40.0])
    assert breaks(Profile.of(values), "head_tail", 8) == pytest.approx([63 / 12])  # one value above: nothing left to cut
