"""Why ranks moved: sums, sources one at a time, editions of their own, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from regional_frames import KEYS
from test_profile import NAMES, table

import regio
from regio.contract.finding import ArgumentError
from regio.contract.result import Call
from regio.exhibits.models import Figure
from regio.panel import Panel

SOURCES = ["own", "others", "revised", "weights", "scale", "method", "entrants"]
SUMS = 1e-12  # seven parts against the change they make up
EQUAL = Call("index", {"indicators": NAMES, "weights": "equal"})
ENTROPY = Call("index", {"indicators": NAMES})
GEOMETRIC = Call(
    "index",
    {
        "indicators": NAMES,
        "weights": "equal",
        "aggregate": "geometric",
        "interval": (0.1, 1.0),
        "scale": "goalposts",
        "goalposts": dict.fromkeys(NAMES, (0, 99)),
    },
)


def moved(found: Any) -> set[str]:
    """The sources that moved a score or a rank."""
    return {source for source in SOURCES if (found.scores[source].abs() > 1e-10).any() or (found.ranks[source].abs() > 1e-10).any()}


def check(found: Any) -> None:
    for frame in (found.scores, found.ranks):
        np.testing.assert_allclose(frame[SOURCES].sum(axis=1), frame["change"], atol=SUMS)
        np.testing.assert_array_equal(frame["after"] - frame["before"], frame["change"])


def test_one_pooled_index_moves_by_own_and_others_indicators_alone() -> None:
    frame = table()
    found = regio.explain_change(frame, ENTROPY, since=2001, **KEYS)
    check(found)
    assert moved(found) == {"own", "others"}
    assert found.scores["own"].tolist() == pytest.approx(found.scores["change"].tolist(), abs=SUMS)
    made = regio.index(frame, NAMES, **KEYS)
    for period, column in ((2001, "before"), (2003, "after")):
        here = frame["t"] == period
        assert found.scores[column].tolist() == pytest.approx(made.scores.loc[here, "score"].tolist(), abs=SUMS)
        assert found.ranks[column].tolist() == made.ranks.loc[here, "rank"].tolist()


def test_each_source_alone() -> None:
    frame = table()
    same = {"since": 2003, "until": 2003}
    revision = frame.assign(a=frame["a"].where(frame["r"] != "r3", frame["a"] * 1.3))
    assert moved(regio.explain_change(frame, GEOMETRIC, before=GEOMETRIC, previous=frame, **same, **KEYS)) == set()
    assert moved(regio.explain_change(frame, ENTROPY, before=EQUAL, **same, **KEYS)) == {"weights"}
    assert moved(regio.explain_change(frame, GEOMETRIC, previous=revision, **same, **KEYS)) == {"revised"}
    other = Call("index", {**GEOMETRIC.options, "aggregate": "harmonic"})
    assert moved(regio.explain_change(frame, other, before=GEOMETRIC, **same, **KEYS)) == {"method"}
    fewer = frame[frame["r"] != "r5"]
    assert moved(regio.explain_change(frame, GEOMETRIC, previous=fewer, **same, **KEYS)) == {"entrants"}
    assert moved(regio.explain_change(frame, EQUAL, before=Call("index", {**EQUAL.options, "base": (2001,)}), **same, **KEYS)) == {"scale"}


def test_an_entrant_on_top_pushes_everyone_down_by_one_and_a_leaver_up() -> None:
    frame = table()
    best = frame.groupby("r")[list(NAMES)].mean().sum(axis=1).idxmax()
    top = frame.assign(**{name: frame[name].where(frame["r"] != best, 90.0) for name in NAMES})
    rest = top[top["r"] != best]
    came = regio.explain_change(top, GEOMETRIC, previous=rest, since=2003, until=2003, **KEYS)
    assert came.entrants == (best,)
    assert came.ranks["entrants"].tolist() == [1.0] * 8
    assert (came.scores["change"] == 0).all()
    left = regio.explain_change(rest, GEOMETRIC, previous=top, since=2003, until=2003, **KEYS)
    assert (left.leavers, left.ranks["entrants"].tolist()) == ((best,), [-1.0] * 8)
    assert [f.code for f in left.findings] == ["explain_change.two_tables", "explain_change.leavers"]


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from([{"weights": "critic"}, {"scale": "z", "weights": "equal", "aggregate": "mazziotta_pareto"}, {"scale": "rank"}]))
def test_everything_at_once_adds_up_and_the_ends_are_the_two_editions(seed: int, old: dict[str, Any]) -> None:
    rng = np.random.default_rng(seed)
    late = table(seed=seed)
    early = late[(late["t"] < 2003) & (late["r"] != "r0")].copy()
    early["b"] *= np.exp(rng.normal(size=len(early)) / 10)
    late = late[late["r"] != "r8"]
    before, of = Call("index", {"indicators": NAMES, **old}), Call("index", {"indicators": NAMES, "aggregate": "topsis", "scope": "by_period"})
    found = regio.explain_change(late, of, before=before, previous=early, **KEYS)
    check(found)
    assert (found.since, found.until, found.entrants, found.leavers) == ("2002", "2003", ("r0",), ("r8",))
    for frame, call, column, period in ((early, before, "before", 2002), (late, of, "after", 2003)):
        made = regio.index(frame, **call.options, **KEYS)
        here = (frame["t"] == period).to_numpy()
        scores = pd.Series(made.scores.loc[here, "score"].to_numpy(), index=frame.loc[here, "r"])
        ranks = pd.Series(made.ranks.loc[here, "rank"].to_numpy(), index=frame.loc[here, "r"])
        assert found.scores[column].tolist() == pytest.approx(scores[found.scores.index].tolist(), abs=SUMS)
        assert found.ranks[column].tolist() == ranks[found.ranks.index].tolist()


def test_there_and_back_turns_every_part_around() -> None:
    frame = table()
    other = frame.assign(c=frame["c"] * np.linspace(1, 2, len(frame)))
    there = regio.explain_change(frame, ENTROPY, before=EQUAL, previous=other, since=2001, until=2003, **KEYS)
    back = regio.explain_change(other, EQUAL, before=ENTROPY, previous=frame, since=2003, until=2001, **KEYS)
    for one, two in ((there.scores, back.scores), (there.ranks, back.ranks)):
        np.testing.assert_allclose(one["weights"], -two["weights"], atol=0.2 if one is there.ranks else 0.02)
        np.testing.assert_allclose(one["change"], -two["change"], atol=SUMS)


def test_the_order_of_rows_and_regions_does_not_matter() -> None:
    frame = table()
    shuffled = frame.sample(frac=1, random_state=4)
    one, two = (regio.explain_change(f, ENTROPY, before=EQUAL, **KEYS) for f in (frame, shuffled))
    pd.testing.assert_frame_equal(one.ranks.sort_index(), two.ranks.sort_index())
    np.testing.assert_allclose(one.scores.sort_index().to_numpy(), two.scores.sort_index().to_numpy(), atol=SUMS)


def test_a_table_without_periods_against_another() -> None:
    frame = table(periods=1).drop(columns="t")
    later = frame.assign(a=frame["a"].to_numpy()[::-1])
    found = regio.explain_change(Panel(later, region="r"), ENTROPY, previous=frame)
    check(found)
    assert moved(found) <= {"revised", "weights", "scale"}
    assert [e.form for e in found.exhibits() if isinstance(e, Figure)] == ["rank_flow", "waterfall"]


def test_it_can_be_stored_with_its_call() -> None:
    found = regio.explain_change(table(), ENTROPY, place="r2", **KEYS)
    assert type(found).from_dict(found.to_dict()).to_dict() == found.to_dict()
    assert found.place == "r2"
    assert found.since == "2002"


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"since": 2003}, "nothing can have moved", "不存在变动"),
    ({"until": 2001}, "no period before 2001", "没有其他时期"),
    ({"since": 1999}, "no period “1999”", "没有时期“1999”"),
    ({"place": "r77"}, "no region “r77”", "没有地区“r77”"),
    ({"before": Call("index", {"indicators": ("a", "b", "c")})}, "only after d", "仅后一版有 d"),
    ({"before": Call("index", {"indicators": NAMES[::-1]})}, "another order", "次序不同"),
    (
        {"before": Call("index", {"indicators": NAMES, "hierarchy": "nested", "dimensions": {"a": "x", "b": "x", "c": "y", "d": "y"}})},
        "weighs inside dimensions",
        "一级指标",
    ),
    ({"of": Call("describe", {})}, "“describe” learns no rules", "没有可用于评分的规则"),
    ({"previous": 7}, "explain_change", "explain_change"),
]


@pytest.mark.parametrize(("options", "en", "zh"), BAD)
def test_refusals(options: dict[str, Any], en: str, zh: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        regio.explain_change(table(), **({"of": ENTROPY} | options), **KEYS)
    assert en in caught.value.text("en")
    assert zh in caught.value.text("zh")
