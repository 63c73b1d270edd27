"""Markov chains: a known answer, a peer, ties, chains without a single long run, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from regional_frames import EXACT, KEYS, e13, growing, long

import regio
from regio.contract.finding import FindingError
from regio.indices.dynamics._chain import first_passage, homogeneity, long_run, probabilities


def test_e13(reference: Path) -> None:
    expected = e13(reference)["markov"]
    found = regio.markov(long(expected["classes_region_by_year(0..3)"]), "y", breaks="values", **KEYS)
    assert found.counts.to_numpy().tolist() == expected["counts"]
    np.testing.assert_allclose(found.transitions, expected["transition"], atol=EXACT)
    assert found.long_run["ergodic"].tolist() == pytest.approx(expected["stationary"], abs=EXACT)
    assert found.mobility["shorrocks"] == pytest.approx(expected["shorrocks_mobility=(k-trace)/(k-1)"], abs=EXACT)
    assert found.mobility["half_life"] == pytest.approx(-np.log(2) / np.log(0.6))
    assert found.long_run["sojourn"].tolist() == pytest.approx([1.5, 2.5, 2.5, np.inf])
    assert type(found).from_dict(found.to_dict()).to_dict() == found.to_dict()


def test_the_peer_gives_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    giddy = pytest.importorskip("giddy")
    from giddy.markov import Homogeneity_Results, Markov
    from giddy.mobility import markov_mobility

    levels = growing()
    found = regio.markov(long(levels), "y", **KEYS)
    bounds = np.quantile(levels, [0.25, 0.5, 0.75])
    codes = np.searchsorted(bounds, levels)
    theirs = Markov(codes, summary=False)
    np.testing.assert_allclose(found.transitions, theirs.p, atol=EXACT)
    np.testing.assert_allclose(found.long_run["ergodic"], theirs.steady_state, atol=1e-10)
    np.testing.assert_allclose(found.passage, theirs.mfpt, rtol=1e-9)
    ours = found.mobility[["shorrocks", "determinant", "eigenvalue"]].tolist()
    assert ours == pytest.approx([markov_mobility(theirs.p, measure) for measure in ("P", "D", "L2")], abs=EXACT)
    halves = [Markov(codes[:, part], summary=False).transitions for part in (slice(0, 5), slice(4, 9))]
    test = Homogeneity_Results(halves)
    assert found.tests["statistic"].tolist() == pytest.approx([test.LR, test.Q], rel=1e-9)
    assert found.tests["df"].tolist() == [test.dof, test.dof]
    assert found.tests["p_value"].tolist() == pytest.approx([test.LR_p_value, test.Q_p_value], rel=1e-9)
    assert giddy


def test_ties_share_a_class_and_a_bound_belongs_below() -> None:
    found = regio.markov(long([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]]), "y", breaks=(2.0,), **KEYS)
    assert found.class_of.tolist() == [1, 1, 1, 1, 2, 1]
    assert found.classes[["lower", "upper", "n"]].values.tolist() == [[1, 2, 5], [2, 3, 1]]


def test_quantiles_that_coincide_leave_a_class_empty_and_say_so() -> None:
    found = regio.markov(long([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 2.0, 3.0]]), "y", classes=4, **KEYS)
    assert "markov.empty" in [f.code for f in found.findings]
    assert found.class_of.nunique() < 4


def test_by_period_and_relative_classes() -> None:
    levels = growing(12, 4)
    found = regio.markov(long(levels), "y", scope="by_period", **KEYS)
    assert found.classes.groupby("period")["n"].apply(list).tolist() == [[3, 3, 3, 3]] * 4
    drift = levels * np.array([1, 2, 4, 8])
    relative = [regio.markov(long(x), "y", breaks=(0.75, 1.0, 1.25), relative=True, **KEYS).counts for x in (levels, drift)]
    pd.testing.assert_frame_equal(*relative)


def test_steps_with_a_missing_end_are_not_counted() -> None:
    levels = growing(6, 4)
    frame = long(levels)
    frame.loc[[1, 9], "y"] = np.nan
    found = regio.markov(frame, "y", classes=2, **KEYS)
    assert found.counts.to_numpy().sum() == 6 * 3 - 4
    assert found.class_of.isna().tolist() == frame["y"].isna().tolist()
    assert regio.markov(frame, "y", classes=2, span=2, **KEYS).counts.to_numpy().sum() == 6 * 2 - 2


def test_two_closed_sets_have_no_single_long_run() -> None:
    found = regio.markov(long([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]), "y", breaks="values", **KEYS)
    assert found.long_run["ergodic"].isna().all()
    assert np.isnan(found.mobility["half_life"])
    assert "markov.several_closed" in [f.code for f in found.findings]
    assert all(finding.text(language) for finding in found.findings for language in ("en", "zh"))


def test_a_class_that_is_never_left() -> None:
    found = regio.markov(long([[1.0, 2.0]]), "y", breaks="values", segments=0, **KEYS)
    assert found.transitions.loc["2"].isna().all()
    assert found.long_run["ergodic"].isna().all()
    assert [f.code for f in found.findings] == ["markov.never_left"]
    assert found.exhibits()


def test_long_run_and_passage_by_simulation_of_powers() -> None:
    rng = np.random.default_rng(5)
    chain = probabilities(rng.integers(1, 9, (5, 5)).astype(float))
    share = long_run(chain).stationary
    np.testing.assert_allclose(np.linalg.matrix_power(chain, 200)[0], share, atol=EXACT)
    passage = first_passage(chain, share)
    for target in range(5):
        others = [i for i in range(5) if i != target]
        solved = np.linalg.solve(np.eye(4) - chain[np.ix_(others, others)], np.ones(4))
        np.testing.assert_allclose(passage[others, target], solved, rtol=1e-10)


def test_equal_chains_are_homogeneous_and_the_statistic_is_that_of_a_table() -> None:
    from scipy.stats import chi2_contingency

    counts = np.array([[[4.0, 6.0], [1.0, 1.0]], [[9.0, 3.0], [2.0, 2.0]]])
    same = homogeneity(np.array([counts[0], 3 * counts[0]]))
    assert (same.lr, same.q, same.df) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12), 2)
    found = homogeneity(counts)
    rows = [counts[:, i] for i in range(2)]
    assert found.q == pytest.approx(sum(chi2_contingency(row, correction=False)[0] for row in rows))
    assert found.lr == pytest.approx(sum(chi2_contingency(row, correction=False, lambda_="log-likelihood")[0] for row in rows))


BAD: list[tuple[Any, dict[str, Any], str, str]] = [
    ([[1.0, 1.0], [1.0, 1.0]], {}, "in one class", "同一类型"),
    ([[1.0, 2.0], [3.0, 1.0]], {"breaks": (2.0, 1.0)}, "must be finite and rise", "递增"),
    ([[1.0, 2.0], [3.0, 1.0]], {"breaks": (2.0,), "scope": "by_period"}, "from quantiles only", "只有分位数"),
    ([[1.0, 2.0], [3.0, 1.0]], {"classes": 1}, "at least two classes", "至少需要两个类型"),
    ([[1.0, 2.0], [3.0, 1.0]], {"span": 2}, "does not fit into 2 periods", "容不下"),
    ([[-1.0, 2.0], [-3.0, 1.0]], {"relative": True}, "not positive in 2001", "均值不为正"),
    (np.arange(120.0).reshape(60, 2), {"breaks": "values"}, "120 different values", "120 个不同取值"),
]


@pytest.mark.parametrize(("levels", "options", "en", "zh"), BAD)
def test_refusals(levels: Any, options: dict[str, Any], en: str, zh: str) -> None:
    with pytest.raises(FindingError) as caught:
        regio.markov(long(levels), "y", **options, **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
