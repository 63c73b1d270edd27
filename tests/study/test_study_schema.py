"""The schema of the study file: every study fits it, mistakes do not, and the committed file is what the signatures say."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.declaration import declaration

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "src" / "regio" / "study" / "study.schema.json"
STUDIES = ROOT / "src" / "regio" / "studies"
TYPES: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
SILENT = {"description", "default", "title", "$schema", "then"}
GOOD = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "x"
effects = ["region", "period"]
errors = "cluster"
[report]
exhibits = [{ show = "model/coefficients", title = { en = "Model", zh = "模型" } }]
"""


def problems(value: Any, rule: Any, at: str = "") -> Iterator[str]:
    """What is wrong with a value. A keyword that this reader does not know is an error, so that nothing is checked only in appearance."""
    if isinstance(rule, bool):
        if not rule:
            yield f"{at}: not allowed"
        return
    for word, said in rule.items():
        match word:
            case "type":
                if not isinstance(value, TYPES[said]) or (isinstance(value, bool) and said != "boolean"):
                    yield f"{at}: {value!r} is no {said}"
            case "const":
                if value != said:
                    yield f"{at}: {value!r} is not {said!r}"
            case "enum":
                if value not in said:
                    yield f"{at}: {value!r} is not one of {said}"
            case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
                if isinstance(value, int | float):
                    far = {"minimum": value < said, "maximum": value > said, "exclusiveMinimum": value <= said, "exclusiveMaximum": value >= said}
                    if far[word]:
                        yield f"{at}: {value} breaks {word} {said}"
            case "minItems" | "maxItems":
                if isinstance(value, list) and (len(value) < said if word == "minItems" else len(value) > said):
                    yield f"{at}: {len(value)} items, {word} {said}"
            case "items":
                for i, item in enumerate(value if isinstance(value, list) else ()):
                    yield from problems(item, said, f"{at}[{i}]")
            case "prefixItems":
                for i, (item, own) in enumerate(zip(value if isinstance(value, list) else (), said, strict=False)):
                    yield from problems(item, own, f"{at}[{i}]")
            case "properties":
                for key in value if isinstance(value, dict) else ():
                    if key in said:
                        yield from problems(value[key], said[key], f"{at}.{key}")
            case "additionalProperties":
                for key in value if isinstance(value, dict) else ():
                    if key not in rule.get("properties", {}):
                        yield from problems(value[key], said, f"{at}.{key}")
            case "propertyNames":
                for key in value if isinstance(value, dict) else ():
                    yield from problems(key, said, f"{at}.{key}")
            case "required":
                yield from (f"{at}: lacks {key}" for key in said if isinstance(value, dict) and key not in value)
            case "allOf":
                for part in said:
                    yield from problems(value, part, at)
            case "anyOf":
                if all(any(problems(value, part)) for part in said):
                    yield f"{at}: {value!r} fits no branch"
            case "not":
                if not any(problems(value, said)):
                    yield f"{at}: fits what it must not"
            case "if":
                if not any(problems(value, said)):
                    yield from problems(value, rule["then"], at)
            case "pattern":
                if isinstance(value, str) and not re.search(said, value):
                    yield f"{at}: {value!r} does not match {said}"
            case _ if word in SILENT:
                pass
            case _:
                raise AssertionError(f"the reader of schemas does not know {word}")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(PLACE.read_text(encoding="utf-8"))
    return read


def script() -> Any:
    spec = importlib.util.spec_from_file_location("study_schema", ROOT / "scripts" / "study_schema.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_up_to_date() -> None:
    assert PLACE.read_text(encoding="utf-8") == script().written(), "run: make schema"


def files() -> list[Path]:
    return sorted(p for p in STUDIES.glob("*/*.toml") if "schema" in tomllib.loads(p.read_text(encoding="utf-8")) and p.name != "design.toml")


@pytest.mark.parametrize("file", files(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_built_in_study_fits(schema: dict[str, Any], file: Path) -> None:
    assert list(problems(tomllib.loads(file.read_text(encoding="utf-8")), schema)) == []


def test_built_in_studies_are_found() -> None:
    assert len(files()) >= 5


def test_a_good_study_fits(schema: dict[str, Any]) -> None:
    assert list(problems(tomllib.loads(GOOD), schema)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('outcome = "y"', 'outcom = "y"', "step[0].outcom: not allowed"),
        ('errors = "cluster"', 'errors = "clustered"', "'clustered' is not one of"),
        ('kind = "regress"', 'kind = "regres"', "'regres' is not one of"),
        ('kind = "regress"\n', "", "step[0]: lacks kind"),
        ('from = "table.csv"\n', "", "source[0]: lacks from"),
        ("schema = 1", "schema = 2", "2 is not 1"),
        ('name = "small"', 'name = "small"\ntitel = "x"', "study.titel: not allowed"),
        ("[report]", '[report]\nbrackets = "t"', "'t' is not one of"),
        ("[report]", "[report]\ndecimals = 11", "breaks maximum 10"),
        ('en = "Model", zh', 'en = "Model", cn', "fits no branch"),
        ("[[step]]", "[[stage]]\n[[step]]", "stage: not allowed"),
        ("[report]", '[defaults]\nconvention = "stata"\n[report]', "'stata' is not one of"),
    ],
)
def test_mistakes_do_not_fit(schema: dict[str, Any], old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = list(problems(tomllib.loads(GOOD.replace(old, new, 1)), schema))
    assert any(said in problem for problem in found), found


def test_a_study_that_extends_another_may_leave_out_what_that_one_says(schema: dict[str, Any]) -> None:
    text = 'schema = 1\nextends = "small"\n[[step]]\nname = "model"\nerrors = "hc1"\n[[source]]\nname = "table"\n[[set]]\nname = "s"\ndrop = true\n'
    assert list(problems(tomllib.loads(text), schema)) == []


def test_every_kind_and_every_key_is_there_with_its_words(schema: dict[str, Any]) -> None:
    for section, kinds in (("step", METHODS), ("prepare", PREPARATIONS)):
        rules = {r["if"]["properties"]["kind"]["const"]: r["then"] for r in schema["properties"][section]["items"]["allOf"][1:]}
        assert set(rules) == set(kinds)
        for kind in kinds:
            for name in declaration(kind).names:
                assert name in rules[kind]["properties"]
    assert all(part.get("description") for part in schema["properties"].values())
    for section in ("source", "variable", "hypothesis", "recommendation", "set", "group", "place", "absent"):
        keys = schema["properties"][section]["items"]["properties"]
        assert [key for key, rule in keys.items() if not rule.get("description")] == []
    for section in ("study", "report"):
        assert [key for key, rule in schema["properties"][section]["properties"].items() if not rule.get("description")] == []
