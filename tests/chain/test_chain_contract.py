"""What the contract promises of every dotted kind: round trip, the call again, words in both languages, pictures, addresses, the door."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

import regio.chain
from regio.catalogue import METHODS
from regio.chain import Chain
from regio.contract.address import Address
from regio.contract.declaration import REQUIRED, declaration
from regio.contract.finding import ArgumentError
from regio.contract.result import Result
from regio.exhibits.draw.caption import caption
from regio.exhibits.models import Figure, Table
from regio.exhibits.render.html import html
from regio.exhibits.typeset import named, typeset
from regio.language import LANGUAGES, Message, known, say

KINDS = sorted(kind for kind in METHODS if kind.startswith("chain."))
CARS, WIND = "new-energy-vehicles", "wind-power"
MORE: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "complexity": (WIND, {"value": "total_assets"}),
    "diffusion": (CARS, {"subject": "China NEV sales", "attribute": "volume", "model": "bass", "ahead": 2}),
    "diversification": (WIND, {"value": "total_assets"}),
    "scoreboard": (WIND, {"draws": 50}),
    "series": (CARS, {"subject": "China NEV sales", "attribute": "volume"}),
    "shock": (WIND, {"scenario": "no bearings", "stopped": ("bearing",), "tariff": 0.2, "market_share": 0.1}),
    "specialisation": (WIND, {"value": "total_assets"}),
}


@cache
def chain(name: str) -> Chain:
    return regio.chain.read(name)


def call(kind: str, **more: Any) -> Result:
    name, options = MORE.get(kind.removeprefix("chain."), (CARS, {}))
    made: Result = getattr(regio.chain, kind.removeprefix("chain."))(chain(name), **{**options, **more})
    return made


@cache
def example(kind: str) -> Result:
    return call(kind)


def said(text: str) -> bool:
    return not re.search(r"Cell\(|Message\(|[{}]|\bnan\b|\bNone\b", text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_comes_back_from_json_and_its_call_gives_the_same_again(kind: str) -> None:
    result = example(kind)
    stored = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    again = Result.from_dict(stored)
    assert type(again) is type(result)
    assert again.to_dict() == result.to_dict()
    assert [e.name for e in again.exhibits()] == [e.name for e in result.exhibits()]
    assert result.call is not None
    assert (result.call.kind, set(result.call.options)) == (kind, set(declaration(kind).names))
    assert call(kind, **result.call.options).to_dict() == result.to_dict()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_exhibit_has_words_in_both_languages(kind: str, language: Any) -> None:
    for exhibit in example(kind).exhibits():
        if isinstance(exhibit, Table):
            printed = typeset(exhibit.located("step"), language)
            texts = [printed.title, printed.stub, *printed.notes, *(h.text for row in printed.heads for h in row), *(r.head for r in printed.rows)]
            texts += [str(cell) for row in printed.rows for cell in row.cells]
            assert html(printed)
        else:
            words = caption(exhibit, language)
            texts = [str(getattr(words, name)) for name in words.__slots__]
            printed = words
        assert all(said(text) for text in texts), [text for text in texts if not said(text)]
        assert (language == "zh") == bool(re.search("[\u4e00-\u9fff]", printed.title))


@pytest.mark.parametrize("kind", KINDS)
def test_every_printed_number_has_an_address_of_its_own(kind: str) -> None:
    for table in (e for e in example(kind).exhibits() if isinstance(e, Table)):
        printed = typeset(table.located("step"), "en")
        addresses = [cell.address for row in printed.rows for cell in row.cells if re.search(r"\d", cell.text)]
        assert len(addresses) == len(set(addresses)), table.name
        assert all(Address(*address).parts == address for address in addresses)


@pytest.mark.parametrize("kind", KINDS)
def test_conventions_findings_and_formula_are_said_in_both_languages(kind: str) -> None:
    result = example(kind)
    assert known(f"{kind}.formula")
    for convention in result.conventions:
        for part in filter(None, (convention.what, convention.name, convention.source)):
            assert all(say(named(part if isinstance(part, Message) else Message(part), {}), language) for language in LANGUAGES)
    assert all(said(finding.text(language)) for finding in result.findings for language in LANGUAGES)
    assert result.provenance is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_names_every_option(kind: str) -> None:
    schema = json.loads(json.dumps(declaration(kind).schema()))
    assert set(schema["properties"]) == set(declaration(kind).names)
    assert {a.name for a in declaration(kind).fields if a.default is REQUIRED} == set(schema.get("required", []))


@pytest.mark.parametrize("kind", KINDS)
def test_the_door_refuses_what_is_no_chain_and_unknown_options(kind: str) -> None:
    function = getattr(regio.chain, kind.removeprefix("chain."))
    options = MORE.get(kind.removeprefix("chain."), (CARS, {}))[1]
    with pytest.raises(ArgumentError) as caught:
        function([1, 2], **options)
    assert caught.value.findings[0].code in ("chain.not_a_chain", "chain.not_a_series")
    assert all(caught.value.text(language) for language in LANGUAGES)
    with pytest.raises(ArgumentError, match="needs an industrial chain"):
        function(**options)
    with pytest.raises(ArgumentError) as caught:
        function(chain(CARS), **options, colour=1)
    assert caught.value.findings[0].code == "contract.unknown_option"


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_can_be_drawn(kind: str) -> None:
    for figure in (e for e in example(kind).exhibits() if isinstance(e, Figure)):
        assert example(kind).figure(figure.name).axes


def test_invented_numbers_bear_their_mark() -> None:
    result = example("chain.scoreboard")
    assert result.provenance is not None
    assert "invented" in str(result.provenance.labels[0])


def test_the_names_of_the_room_are_functions_also_after_their_modules_were_imported() -> None:
    import regio.chain.places.scoreboard

    assert all(callable(getattr(regio.chain, name)) for name in dir(regio.chain))
    with pytest.raises(AttributeError):
        regio.chain.nonsense  # noqa: B018
