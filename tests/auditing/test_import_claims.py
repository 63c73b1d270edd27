"""What running text says, proposed as claims: quotes of tables, facts with a year, the sample; none of it is used before it is confirmed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import regio
from regio.auditing import propose
from regio.auditing.paper import Model, PaperTable, Term
from regio.auditing.proposing.claims import claims, sample, sentences
from regio.auditing.proposing.facts import stated
from regio.contract.finding import ArgumentError, DataError

TABLES = (
    PaperTable("T3", "descriptives", rows=({"var": "export", "mean": "16.23", "sd": "3.516"},)),
    PaperTable("T5", "vif", rows=({"var": "x", "vif": "3.560"},)),
    PaperTable("T6", "regression", models=(Model("(1)", "y", (Term("digital", "28.541", "***", "7.0", "数字经济"),)),)),
)

QUOTED = [
    ("Table 6 shows that the coefficient of digital is 28.541 and significant at the 1% level.", ("T6",), {"coef_digital": "28.541", "level": "1%"}),
    ("表6列（1）显示，数字经济的系数为28.541，且在1%的水平上显著。", ("T6",), {"coef_digital": "28.541", "level": "1%"}),
    ("The mean of export is 16.23 and its standard deviation is 3.516.", ("T3",), {"mean_export": "16.23", "sd_export": "3.516"}),
    ("表3中均值为16.23，标准差为3.516。", ("T3",), {"mean": "16.23", "sd": "3.516"}),
    ("The VIF is 3.560 (Table 5), below the critical threshold of 5.", ("T5",), {"vif": "3.560", "threshold": "5"}),
    ("表5中平均VIF为3.560，小于5，不存在多重共线性。", ("T5",), {"vif": "3.560", "threshold": "5"}),
    ("由表6，单一门槛检验的F值为45.52，P值为0.003。", ("T6",), {"F": "45.52", "p": "0.003"}),
]


@pytest.mark.parametrize(("sentence", "about", "values"), QUOTED)
def test_numbers_that_the_text_takes_from_a_table(sentence: str, about: tuple[str, ...], values: dict[str, str]) -> None:
    (found,) = claims([sentence], TABLES)
    assert (found.claim.about, {v.name: v.printed for v in found.claim.values}, found.confirmed) == (about, values, False)


FACTS = [
    (
        "In 2021 and 2022, China's sales volume increased by 157% and 96%, respectively.",
        [("157%", "China's sales volume", "2021", "growth"), ("96%", "China's sales volume", "2022", "growth")],
    ),
    (
        "Production and sales volumes in 2023 reached 9.587 million and 9.495 million units, respectively, up 35.8% and 37.9% from the previous year.",
        [
            ("9.587", "Production volumes", "2023", "level"), ("9.495", "sales volumes", "2023", "level"),
            ("35.8%", "Production volumes", "2023", "growth"), ("37.9%", "sales volumes", "2023", "growth"),
        ],
    ),
    (
        "Global sales exceeded 10 million units in 2022 and approached 14 million units in 2023.",
        [("10", "Global sales", "2022", "level"), ("14", "Global sales", "2023", "level")],
    ),
    ("2022年全国数字经济规模达50.2万亿元，占GDP比重为41.5%。", [("50.2", "全国数字经济规模", "2022", "level"), ("41.5%", "全国数字经济规模", "2022", "share")]),
    ("The market share reached 25.6% in 2022.", [("25.6%", "market share", "2022", "share")]),
    ("Exports fell by 3% in 2020.", []),
    ("The level is significant at the 5% level in 2020.", []),
    ("Exports are 3 million units.", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), FACTS)
def test_levels_rates_and_shares_with_a_year(sentence: str, expected: list[tuple[str, ...]]) -> None:
    assert expected == [(v.printed, v.subject, v.period, v.measure) for v in stated(sentence)]


def test_two_numbers_under_one_name_are_not_held_against_one_another() -> None:
    found = stated("In 2023 sales were 3 million units, at the end 4 million units.")
    assert [(v.subject, v.period) for v in found] == [("", ""), ("", "")]


def test_sentences_and_the_sample() -> None:
    assert list(sentences("R² is 0.431. It is 0.5%; 均值为0.188。完。")) == ["R² is 0.431.", "It is 0.5%;", "均值为0.188。", "完。"]
    assert sample(["本文选取2017—2023年29个省份的面板数据。"])[1] == {"units": 29, "first_period": 2017, "last_period": 2023}
    assert sample(["Nothing is said."]) == ("", {})


PAGE = """<html><body><h1>P</h1><p>The panel has 30 provinces from 2011 to 2020. The mean of export is 17.23 in Table 1.</p>
<p>In 2020, exports of buses reached 1.2 million units.</p>
<table><caption>Table 1 Descriptive statistics</caption><tr><th>Variable</th><th>Obs</th><th>Mean</th><th>Min</th><th>Max</th></tr>
<tr><td>export</td><td>300</td><td>16.23</td><td>7.10</td><td>23.57</td></tr><tr><td>size</td><td>300</td><td>0.35</td><td>0.10</td><td>0.87</td></tr></table></body></html>"""


def test_nothing_that_is_not_confirmed_reaches_a_verdict(tmp_path: Path) -> None:
    file = tmp_path / "paper.html"
    file.write_text(PAGE, encoding="utf-8")
    found = propose(file)
    assert [c.claim.id for c in found.claims] == ["c1", "c2"]
    assert found.paper().claims == ()
    assert [c.id for c in found.paper(confirmed=("T1", "c1")).claims] == ["c1"]
    assert [c.id for c in found.agreed("c2").paper().claims] == ["c2"]
    with pytest.raises(ArgumentError, match="c9"):
        found.agreed("c9")
    for language in ("en", "zh"):
        text = found.toml(language)  # type: ignore[arg-type]
        raw = tomllib.loads(text)
        assert [c["confirmed"] for c in raw["claims"]] == [False, False]
        assert "# units = 30" in text
        with pytest.raises(DataError):
            regio.audit(raw)
        raw["claims"][0]["confirmed"] = True
        with_claim = regio.audit(raw)
        assert {n.code for n in with_claim.notes} >= {"audit_import.claims_left_out", "audit_import.left_out"}
        assert not with_claim.inconsistent
        raw["tables"][0]["confirmed"] = True
        assert ("quotes", "c1/mean_export") in {(j.check, j.where) for j in regio.audit(raw).of("inconsistent")}


def test_a_text_without_tables_is_proposed_too(tmp_path: Path) -> None:
    file = tmp_path / "paper.html"
    file.write_text("<html><body><p>In 2020, exports of buses reached 1.2 million units.</p></body></html>", encoding="utf-8")
    found = propose(file)
    assert (found.tables, len(found.claims)) == ((), 1)
    file.write_text("<html><body><p>Nothing is said here.</p></body></html>", encoding="utf-8")
    with pytest.raises(DataError):
        propose(file)
