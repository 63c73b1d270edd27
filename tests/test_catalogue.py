"""What the contract promises of every method, read off the catalogue: a new line there is tested by these without a line here.

An example call fills each argument that is needed by its role, on one small panel; ``MORE`` adds what a role cannot say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.catalogue import METHODS
from regio.contract.address import Address
from regio.contract.declaration import REQUIRED, Argument, declaration
from regio.contract.finding import ArgumentError, DataError
from regio.contract.result import Call, Result
from regio.exhibits.draw.caption import caption
from regio.exhibits.models import Figure, Table
from regio.exhibits.render.html import html
from regio.exhibits.render.markdown import markdown
from regio.exhibits.render.terminal import terminal
from regio.exhibits.typeset import typeset
from regio.language import LANGUAGES

KINDS = [kind for kind in METHODS if "." not in kind]
NUMBERS = ("y", "x", "z", "w")
TILES = {f"r{i:02d}": (i // 4, i % 4) for i in range(12)}  # row and column
SMALL_PAPER = str(Path(__file__).parent / "calibrating" / "small.json")
BASE = Call("regress", {"outcome": "y", "treatment": ("x",), "controls": ("z",), "effects": ("region",), "errors": "cluster"})
MORE: Mapping[str, Mapping[str, Any]] = {  # kind → options that its roles do not give
    "compare_scales": {"units": ("region",)},
    "idsa": {"factors": ("z", "zone"), "coordinates": ("x", "w"), "classes": (3, 4)},
    "spade": {"factors": ("z", "zone"), "coordinates": ("x", "w"), "classes": (3, 4)},
    "geodetector": {"outcome": ("y",), "factors": ("x", "z", "zone")},
    "ahp_weights": {"indicators": ("x", "z", "w"), "judgement": ((1, 3, "5"), ("1/3", 1, 2), ("1/5", "1/2", 1))},
    "explain_change": {"of": Call("index", {"indicators": ("x", "z", "w"), "scope": "by_period"})},
    "index_uncertainty": {
        "of": Call("index", {"indicators": ("x", "z", "w")}),
        "variations": ({"scale": "rank"}, {"weights": "equal"}, {"aggregate": "geometric", "interval": (0.1, 1.0)}),
        "noise": 0.2,
        "draws": 200,
    },
    "profile": {"of": Call("index", {"indicators": ("x", "z", "w")}), "place": "r03"},
    "autocorrelation": {"neighbours": {f"r{i:02d}": [f"r{(i + 1) % 12:02d}"] for i in range(12)}, "local": True, "draws": 999, "boundaries": TILES},
    "choropleth": {"column": "zone", "boundaries": TILES},
    "deviational_ellipse": {"coordinates": ("east", "north"), "distance": "plane"},
    "gravity_path": {"coordinates": ("east", "north"), "distance": "plane"},
    "interpolate": {"coordinates": ("east", "north"), "distance": "plane", "method": "kriging"},
    "propagate": {
        "of": Call("regress", {"outcome": "y", "treatment": ("x",), "controls": ("z",)}),
        "uncertainty": Call("index_uncertainty", {"of": Call("index", {"indicators": ("z", "w")}), "variations": ({"weights": "equal"},)}),
        "column": "x",
    },
    "spatial_markov": {"neighbours": {f"r{i:02d}": [f"r{(i + 1) % 12:02d}"] for i in range(12)}},
    "agglomeration": {"industry": "zone", "members": ("z1",)},
    "calibrated_range": {"of": Call("regress", {"outcome": "y", "treatment": ("x",), "controls": ("z",)}), "paper": SMALL_PAPER, "draws": 3},
    "collinearity": {"effects": ("region", "period")},
    "coupling": {"systems": ("u", "v"), "groups": "zone"},
    "mediate": {"effects": ("region",), "draws": 200},
    "compare_groups": {"treatment": ("x",), "groups": "zone", "effects": ("region", "period"), "errors": "cluster", "draws": 49},
    "cross_dependence": {"treatment": ("x",)},
    "dynamic_threshold": {"treatment": ("x",), "threshold_variable": "z", "draws": 49},
    "event_slopes": {"since": 2013, "leads": 1, "lagged": 1, "errors": "cluster"},
    "hausman": {"treatment": ("x", "z")},
    "poisson": {"treatment": ("x",), "effects": ("region",), "errors": "cluster"},
    "random_effects": {"treatment": ("x", "z")},
    "moderate": {"effects": ("region", "period"), "errors": "cluster"},
    "leave_one_out": {"of": BASE},
    "oster_delta": {"controls": ("z",), "effects": ("region",), "draws": 50},
    "placebo": {"of": BASE, "draws": 50},
    "robustness": {"of": BASE, "variations": ({"name": "two ways", "effects": ("region", "period")}, {"name": "no first", "sample": {"without": ("r00",)}})},
    "scenario": {"of": BASE},
    "specification_curve": {"outcomes": ("y",), "treatments": ("x",), "controls": ("z", "w"), "draws": 50},
    "stepwise": {"treatment": ("x",), "controls": ("z", "w"), "effects": ("region",), "errors": "cluster"},
    "two_stage": {"endogenous": ("x",), "instruments": ("z", "w"), "effects": ("region",), "errors": "cluster"},
}


@cache
def frame() -> pd.DataFrame:
    """Twelve regions by six periods: positive columns that vary within and between, and a column of texts."""
    rng = np.random.default_rng(11)
    region, period = (a.ravel() for a in np.meshgrid(np.arange(12), np.arange(2010, 2016), indexing="ij"))
    table = pd.DataFrame({"region": [f"r{i:02d}" for i in region], "period": period, "zone": [f"z{i % 3}" for i in region]})
    for name in NUMBERS[1:]:
        table[name] = np.exp(rng.normal(size=12)[region] / 2 + rng.normal(size=len(region)) / 3)
    table = table.assign(y=1 + table["x"] + 0.5 * table["z"] + rng.uniform(0, 1, len(region)))[["region", "period", "zone", *NUMBERS]]
    table = table.assign(east=1 + region % 4 + region / 10, north=1 + region // 4 + region % 5 / 8)  # of the region
    return table.assign(u=table["x"] / (1 + table["x"]), v=table["z"] / (2 + table["z"]))  # in [0, 1]


def options(kind: str) -> dict[str, Any]:
    """What an example call must say, each column another one."""
    free = iter(NUMBERS)
    needed = {a.name: _value(a, free) for a in declaration(kind).fields if a.default is REQUIRED and a.name not in MORE.get(kind, {})}
    return needed | dict(MORE.get(kind, {}))


def _value(argument: Argument, free: Any) -> Any:
    if argument.role.name == "columns":
        return (next(free), next(free))
    if argument.role.name in ("group", "groups"):
        return "zone"
    if argument.role.uses:
        return next(free)
    return argument.choices[0]


@cache
def example(kind: str) -> Result:
    result = getattr(regio, kind)(frame(), region="region", period="period", **options(kind))
    assert isinstance(result, Result)
    return result


def tables(kind: str) -> list[Table]:
    return [exhibit for exhibit in example(kind).exhibits() if isinstance(exhibit, Table)]


def figures(kind: str) -> list[Figure]:
    return [exhibit for exhibit in example(kind).exhibits() if isinstance(exhibit, Figure)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_comes_back_from_json(kind: str) -> None:
    result = example(kind)
    stored = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    again = Result.from_dict(stored)
    assert type(result) is type(again)
    assert result.to_dict() == again.to_dict()
    shown = [[html(typeset(t, "zh")) for t in r.exhibits() if isinstance(t, Table)] for r in (result, again)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_call_is_complete_and_gives_the_same_numbers_again(kind: str) -> None:
    result = example(kind)
    assert result.call is not None
    assert (kind, set(declaration(kind).names)) == (result.call.kind, set(result.call.options))
    again = getattr(regio, kind)(frame(), region="region", period="period", **result.call.options)
    assert result.to_dict() == again.to_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_provenance_names_the_columns_that_the_call_uses(kind: str) -> None:
    result = example(kind)
    assert result.provenance is not None
    assert {u.column for u in declaration(kind).uses(options(kind))} <= set(result.provenance.columns)
    assert len(frame()) == (result.provenance.rows_used or 0) + result.provenance.rows_left_out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_exhibit_has_words_in_both_languages(kind: str, language: Any) -> None:
    for table in tables(kind):
        printed = typeset(table.located("step"), language)
        said = [printed.title, printed.stub, *printed.notes, *(h.text for row in printed.heads for h in row), *(r.head for r in printed.rows)]
        said += [str(cell) for row in printed.rows for cell in row.cells]
        assert not [text for text in said if re.search(r"Cell\(|Message\(|[{}]|\bnan\b|\bNone\b", text)]
        assert printed.title
        if language == "zh":
            assert re.search("[\u4e00-\u9fff]", printed.title)
            assert all(re.search("[\u4e00-\u9fff]|p < ", note) for note in printed.notes)
        for render in (html, markdown, terminal):
            assert render(printed).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_words_in_both_languages(kind: str, language: Any) -> None:
    for figure in figures(kind):
        words = caption(figure, language)
        said = [str(getattr(words, name)) for name in words.__slots__]
        assert not [text for text in said if re.search(r"Cell\(|Message\(|[{}]|\bnan\b", text)]
        assert (language == "zh") == bool(re.search("[\u4e00-\u9fff]", words.title))


@pytest.mark.parametrize("kind", KINDS)
def test_every_printed_number_has_an_address_of_its_own(kind: str) -> None:
    for table in tables(kind):
        printed = typeset(table.located("step"), "en")
        addresses = [cell.address for row in printed.rows for cell in row.cells if re.search(r"\d", cell.text)]
        assert len(addresses) == len(set(addresses))
        assert all(address == Address.read(Address(*address).written).parts for address in addresses)


@pytest.mark.parametrize("kind", KINDS)
def test_conventions_and_findings_are_said_in_both_languages(kind: str) -> None:
    from regio.exhibits.typeset import named
    from regio.language import Message, say

    result = example(kind)
    for convention in result.conventions:
        for part in filter(None, (convention.what, convention.name, convention.source)):
            message = named(part if isinstance(part, Message) else Message(part), {})
            assert all(say(message, language) for language in LANGUAGES)
    assert all(finding.text(language) for finding in result.findings for language in LANGUAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_new_columns_stand_in_the_rows_of_the_table(kind: str) -> None:
    for column in example(kind).columns().values():
        assert list(frame().index) == list(column.index)


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_json_and_names_every_option(kind: str) -> None:
    schema = json.loads(json.dumps(declaration(kind).schema()))
    assert (set(declaration(kind).names), False) == (set(schema["properties"]), schema["additionalProperties"])
    assert {a.name for a in declaration(kind).fields if a.default is REQUIRED} == set(schema.get("required", []))


@pytest.mark.parametrize("kind", KINDS)
def test_a_notebook_shows_a_table_for_each_exhibit(kind: str) -> None:
    shown = example(kind)._repr_html_()
    assert len(tables(kind)) == shown.count("<table>") == shown.count("</table>")
    assert len(figures(kind)) == shown.count("<figure")
    assert "<script" not in shown


def refused(kind: str, **given: Any) -> ArgumentError | DataError:
    with pytest.raises((ArgumentError, DataError)) as caught:
        getattr(regio, kind)(frame(), **({"region": "region", "period": "period"} | options(kind) | given))
    assert all(caught.value.text(language) for language in LANGUAGES)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_the_door_refuses_columns_of_text_and_columns_that_are_not_there(kind: str) -> None:
    numeric = [a for a in declaration(kind).fields if a.role.uses and a.role.numeric]
    for argument in numeric:
        many = argument.role.name == "columns"
        text = refused(kind, **{argument.name: ("zone", "x") if many else "zone"})
        assert [f.code for f in text.findings] == ["panel.text_column"], argument.name
        assert "zone" in text.text("en")
        unknown = refused(kind, **{argument.name: ("xx", "z") if many else "xx"})
        assert [f.code for f in unknown.findings] == ["contract.unknown_column"], argument.name
        assert "Did you mean x?" in unknown.text("en")


@pytest.mark.parametrize("kind", KINDS)
def test_the_door_refuses_unknown_options_and_suggests(kind: str) -> None:
    name = declaration(kind).names[0]
    problem = refused(kind, **{f"{name}s_": 1})
    assert [f.code for f in problem.findings] == ["contract.unknown_option"]
    assert f"Did you mean {name}" in problem.text("en")


@pytest.mark.parametrize("kind", KINDS)
def test_the_door_refuses_what_is_no_table(kind: str) -> None:
    for data in (None, [1, 2], frame().to_dict()):
        with pytest.raises(ArgumentError) as caught:
            getattr(regio, kind)(data, **options(kind))
        assert [f.code for f in caught.value.findings] == ["contract.not_a_table"]
    with pytest.raises(ArgumentError, match="needs data"):
        getattr(regio, kind)(**options(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_no_method_changes_its_input(kind: str) -> None:
    table = frame().copy(deep=True)
    getattr(regio, kind)(table, region="region", period="period", **options(kind))
    pd.testing.assert_frame_equal(frame(), table)
