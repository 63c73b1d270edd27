"""Where single numbers lie, and movements that a text claims, against the numbers; captions without a table; the unit of a sample."""

from __future__ import annotations

from typing import Any

import pytest

import regio
from regio.auditing.proposing.blocks import Block
from regio.auditing.proposing.claims import unit_of
from regio.auditing.proposing.tables import captions_alone
from regio.language import LANGUAGES, say


def regression(**values: str) -> dict[str, Any]:
    terms = [{"var": "x", "coef": "0.5", "paren": "2.5", "stars": "**"}]
    return {"id": "T1", "kind": "regression", "note": "t in parentheses", "models": [{"col": "(1)", "dependent": "y", "terms": terms, "values": values}]}


def rows(kind: str, **cells: str) -> dict[str, Any]:
    return {"id": "T1", "kind": kind, "rows": [cells]}


def judged(check: str, table: dict[str, Any], quote: str = "") -> list[tuple[str, str]]:
    claims = [{"id": "c1", "kind": "qualitative", "quote": quote, "about": ["T1"]}] if quote else []
    made = regio.audit({"paper": "p", "variables": {"x": "digital economy"}, "tables": [table], "claims": claims}, checks=(check,))
    assert all(say(j.note, language) and say(j.formula, language) for j in made.judgements for language in LANGUAGES)
    return [(j.where, j.verdict) for j in made.judgements]


@pytest.mark.parametrize(
    ("table", "where", "verdict"),
    [
        (regression(R2="1.02", N="90"), "T1/(1)/R2", "inconsistent"),
        (regression(R2="-0.21", N="90"), "T1/(1)/R2", "consistent_if"),
        (regression(R2="1.00", N="90"), "", ""),
        (regression(F="-3.1", N="90"), "T1/(1)/F", "inconsistent"),
        (regression(N="90.5"), "T1/(1)/N", "inconsistent"),
        (regression(N="90.0000"), "", ""),
        (rows("bootstrap", effect="indirect", coef="0.2", p="1.30"), "T1/indirect/p", "inconsistent"),
        (rows("bootstrap", effect="indirect", coef="0.2", percentile_low="0.5", percentile_high="0.1"), "T1/indirect/percentile_low", "inconsistent"),
        (rows("threshold", test="single", F="20.1", p="1.20"), "T1/single/p", "inconsistent"),
        ({"id": "T1", "kind": "transitions", "rows": [{"from": "a", "to": "b", "p": "-0.2"}]}, "T1/a/b/p", "inconsistent"),
        (rows("descriptives", var="x", mean="about five", sd="0.2"), "T1/x/mean", "not_checkable"),
        (rows("descriptives", var="x", mean="-", sd="0.2"), "", ""),
    ],
)
def test_where_single_numbers_lie(table: dict[str, Any], where: str, verdict: str) -> None:
    assert judged("domains", table) == ([(where, verdict)] if where else [])


def steps(*columns: tuple[str, str, str]) -> dict[str, Any]:
    models = [
        {"col": f"({i})", "dependent": "y", "terms": [{"var": "x", "coef": a}, {"var": "z", "coef": b}], "values": {"R2": c, "N": "90"}}
        for i, (a, b, c) in enumerate(columns, 1)
    ]
    return {"id": "T1", "kind": "regression", "models": models}


FALLS = steps(("0.5", "0.1", "0.30"), ("0.4", "0.2", "0.35"), ("0.3", "0.3", "0.33"))


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("the coefficient of x gradually decreases", "consistent"),
        ("the coefficient of the digital economy steadily increases", "inconsistent"),
        ("x 的系数逐步上升", "inconsistent"),
        ("its coefficient gradually increases", "consistent_if"),  # z does
        ("the explanatory power steadily increased", "inconsistent"),
        ("R² gradually rises", "inconsistent"),
        ("it falls from 0.30 to 0.50", "inconsistent"),
        ("it rose from 0.30 in 2012 to 0.50 in 2020", "consistent"),
        ("指数由 0.30 上升至 0.20", "inconsistent"),
        ("指数从 2012 年的 0.30 上升至 2020 年的 0.40", "consistent"),
        ("from 0.30 in 2012 to 0.20 in 2020", ""),
    ],
)
def test_movements_that_the_text_claims(quote: str, verdict: str) -> None:
    assert [v for _, v in judged("trends", FALLS, quote)] == ([verdict] if verdict else [])


def test_digits_that_round_to_one_number_may_move_either_way() -> None:
    assert [v for _, v in judged("trends", steps(*[("0.5", "0.001", "0.3")] * 3), "the coefficient of z steadily increases")] == ["consistent"]


def test_a_row_that_cannot_move_so_is_named_where_no_row_can() -> None:
    table = steps(("0.5", "0.3", "0.3"), ("0.4", "0.2", "0.3"), ("0.3", "0.1", "0.3"))
    assert [v for _, v in judged("trends", table, "its coefficient gradually increases")] == ["inconsistent"]


def test_a_caption_without_a_table_is_said() -> None:
    blocks = [Block(text="Table 1. Means"), Block(text="Table 2. Correlations"), Block(text="Table 3 shows that, as said, x matters.")]
    assert captions_alone(blocks, ["Table 1"]) == ("Table 2",)


@pytest.mark.parametrize(
    ("sentence", "unit"), [("20 cities from 2015 to 2022", "city"), ("30 provincial units", "province"), ("285 个地级市", "地级市"), ("nothing", "province")]
)
def test_the_unit_of_a_sample(sentence: str, unit: str) -> None:
    assert unit_of(sentence) == unit
