"""Sentences that a reader would stumble over: a head said twice, a plural of one, a logarithm read as a level, an address repeated."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from regio.chain.registers._series_exhibits import _joined, _once
from regio.contract.result import Convention
from regio.exhibits.models import Cell
from regio.language import LANGUAGES, Message, say
from regio.report.judged import _short
from regio.report.methods import convention_in_words
from regio.report.options import clauses
from regio.report.readings import _is_logarithm, _of_logarithm
from regio.study.execute import Run

NUMBERS = {name: Cell("number", value) for name, value in {"mean": 16.2, "effect": 0.1, "share": 0.6}.items()}
LABELS = ("NEV exports (log)", "Exports (ln)", "log of output", {"en": "Exports, logarithm", "zh": "出口额（对数）"})


def called(name: str, label: object) -> Run:
    """What a reading needs of a run: no steps, and one column with a label."""
    return cast(Run, SimpleNamespace(study=SimpleNamespace(steps=()), labels={name: label}))


def test_a_convention_that_begins_with_its_own_name_has_it_once(finished: Run) -> None:
    seen = Convention(what=Message("report.words", {"words": "VIF"}), name=Message("report.words", {"words": "VIF = 1/(1 − R²)"}))  # type: ignore[arg-type]
    other = Convention(what=Message("report.words", {"words": "VIF"}), name=Message("report.words", {"words": "VIFs of all"}))  # type: ignore[arg-type]
    assert convention_in_words(seen, finished, "en") == "VIF = 1/(1 − R²)"
    assert convention_in_words(other, finished, "zh") == "VIF：VIFs of all"


def test_one_mediator_is_one() -> None:
    assert clauses("mediate", {"mediators": ("m",)}, ("mediators",), {}, "en") == ("the mediator is m",)
    assert clauses("mediate", {"mediators": ("m", "n")}, ("mediators",), {}, "en") == ("the mediators are m and n",)
    assert clauses("mediate", {"controls": ("m",)}, ("controls",), {}, "en") == ("the control is m",)


@pytest.mark.parametrize("label", LABELS)
def test_a_column_that_is_called_a_logarithm_is_read_as_one(label: object) -> None:
    outcome, finished = Cell("label", "lnED"), called("lnED", label)
    assert _is_logarithm(outcome, finished)
    share = Message("readings.effect.mean", {"y": outcome, **NUMBERS})
    said = _of_logarithm(share, finished)
    assert said is not None
    assert said.code == "readings.effect.log"
    assert _of_logarithm(Message("readings.effect.mean", share.values | {"effect": Cell("number", 3.2)}), finished) is None  # a change of 2353 %


def test_other_words_are_no_logarithm(finished: Run) -> None:
    for label in ("Technological innovation", "Logistics (index)", "物流"):
        assert not _is_logarithm(Cell("label", "plain"), called("plain", label))
    made = Message("readings.coefficient.clear", {"x": Cell("label", "plain"), "y": Cell("label", "log_output")})
    assert _of_logarithm(made, finished) is made
    both = Message("readings.coefficient.clear", {"x": Cell("label", "log_public"), "y": Cell("label", "log_output")})
    assert getattr(_of_logarithm(both, finished), "code", "") == "readings.coefficient.elastic"


def test_a_reason_names_what_differs_of_another_address_and_rounds() -> None:
    compared = Message("verdict.above", {"cell": "drivers/pairs/a.b/2016", "other": "0.712"})
    assert _short(compared, "drivers/pairs/a.b/2020").values["cell"] == "…/2016"  # type: ignore[union-attr]
    assert _short(compared, "drivers/pairs/c.d/2016").values["cell"] == "…/a.b/2016"  # type: ignore[union-attr]
    assert _short(compared, "means/2016").values["cell"] == "drivers/pairs/a.b/2016"  # type: ignore[union-attr]
    ranged = _short(Message("verdict.by_range", {"least": -3.68771, "greatest": 17.7205}), "x")
    assert say(ranged, "en").startswith("from −3.688 to 17.72 over")  # type: ignore[arg-type]


def test_a_source_with_consecutive_years_is_said_once() -> None:
    names = {f"caam{year}": {"en": f"CAAM, figures of {year}", "zh": f"中汽协 {year} 年数据"} for year in range(2016, 2024)} | {
        "iea": {"en": "IEA", "zh": "国际能源署"}
    }
    sources = [*(f"caam{year}" for year in range(2016, 2024)), "iea"]
    said = [say(Message("chain.series.sources", {"sources": _joined(_once(sources, names))}), language) for language in LANGUAGES]
    assert said == ["Sources: CAAM, figures of 2016–2023; IEA.", "来源：中汽协 2016—2023 年数据；国际能源署。"]
    holes = _once([f"caam{year}" for year in (2016, 2018, 2020)], names)
    assert len(holes) == 3
