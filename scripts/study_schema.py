"""The JSON schema of the study file for editors, made from the entries of the study file and the signatures of the methods.

Run as: python scripts/study_schema.py [--check]. Writes src/regio/study/study.schema.json; with --check it only says whether the file is up to date.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract import roles
from regio.contract.declaration import Argument, declaration
from regio.study import entries
from regio.study.file import SCHEMA

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "src" / "regio" / "study" / "study.schema.json"
DIALECT = "http://json-schema.org/draft-07/schema#"  # what editors of TOML read
DEFAULTS = ("controls", "effects", "errors", "cluster", "convention", "level", "draws")
ITEMS: dict[str, type[BaseModel]] = {
    "source": entries.SourceEntry,
    "variable": entries.VariableEntry,
    "set": entries.SetEntry,
    "group": entries.GroupEntry,
    "place": entries.PlaceEntry,
    "absent": entries.AbsentEntry,
    "hypothesis": entries.HypothesisEntry,
    "recommendation": entries.RecommendationEntry,
}
SECTIONS = {
    "schema": "Version of this form.",
    "extends": "Another study, by name or path, that this one is laid over: tables merge by key, arrays of tables by name.",
    "study": "What the study is called.",
    "source": "A table: regions and periods, or firms.",
    "variable": "What a column is.",
    "set": "A name that stands for several columns.",
    "group": "A group of regions of your own.",
    "place": "A name of a region in your tables that no list knows.",
    "absent": "Columns or steps that these data do not have: what needs one is not run.",
    "prepare": "Changes cells or rows of a source, in the order of the text; every touched cell is listed.",
    "step": "Adds columns or makes tables and figures: the arguments of the method of the same name.",
    "defaults": "Arguments of every step that has them and does not say otherwise.",
    "hypothesis": "A claim, and the number that decides it.",
    "recommendation": "A piece of advice, and the number that it would have to rest on.",
    "report": "What is printed and how; no part of any computation.",
}
KEYS = {  # one meaning a key, in whatever section it stands
    "name": "What it is called elsewhere in the file.",
    "title": "Its title in print: a text, or one each for en and zh.",
    "note": "A remark: a text, or one each for en and zh.",
    "kind": "The method.",
    "on": "The source that it runs on; needed where there are several.",
    "sample": "The rows that are used: regions, periods, groups, without.",
    "variables": "A CSV file that describes the columns.",
    "printed": "A file of a paper's own numbers, shown beside those of the study.",
    "seed": "Where all random numbers begin.",
    "from": "A path, package:NAME/path, or calibrated:NAME; of a renamed column, its name in the file.",
    "region": "The column that names the region.",
    "period": "The column that names the period.",
    "unit": "Of a source: the column that names the firm. Of a variable: its unit of measurement.",
    "places": "The list of regions that names are resolved with.",
    "missing": "Further marks of a missing value.",
    "rows_without_keys": "What happens to rows that name no region or no period.",
    "drop": "Take it out.",
    "page": "Whether it also goes into a document of its own, page.docx and page.pdf.",
    "layout": "How a yearbook table lies.",
    "columns": "Of a source: columns under another name. Of an exhibit: those that are printed, in this order.",
    "rights": "Who may use the table.",
    "redistribute": "Whether a package may hold the table itself.",
    "citation": "How the table is cited.",
    "label": "The words that stand for a name: a text, or one each for en and zh.",
    "source": "Where the numbers come from.",
    "definition": "What is measured.",
    "role": "Outcome, treatment, control and so on, as the table of variables prints it.",
    "direction": "Of an indicator: whether more is better.",
    "dimension": "The first-level heading of an indicator.",
    "weight": "A given weight.",
    "best": "The best value of a moderate indicator, or its range.",
    "goalposts": "The ends of a scale, or a target.",
    "sets": "The sets that a variable belongs to.",
    "members": "The names that it stands for.",
    "plus": "Addresses of numbers that are added to that of cell.",
    "carried": "false: a calibrated panel is not made to give the numbers that decide this; on it they decide nothing.",
    "of": "The grouping that this group is one of: steps compare the groups of one grouping like a column. Of a step: the step that is done again.",
    "stands_for": "The known name of the region.",
    "claim": "What is claimed.",
    "supported_if": "The number that decides a claim, and what is expected of it; all of several must hold.",
    "robust_in": "A step with many specifications, whose share of agreement is told.",
    "advice": "What is advised.",
    "tested_by": "The number that advice rests on; left out, nothing tests it.",
    "cell": "The address of a number: step/exhibit/row/column.",
    "sign": "The sign that is expected.",
    "level": "The level of significance of a claim; elsewhere of confidence.",
    "at_least": "A least value.",
    "at_most": "A greatest value.",
    "equals": "The word that stands in the cell.",
    "above": "The address of a number that is smaller.",
    "below": "The address of a number that is greater.",
    "exhibits": "The tables and figures that are printed, in this order; left out, all of every step.",
    "languages": "The languages of the report, the first one on top.",
    "brackets": "What stands in brackets under an estimate.",
    "decimals": "Digits after the point.",
    "stars": "Levels of significance that are starred.",
    "figure_formats": "The files that each figure is saved as.",
    "labels": "Words for names.",
    "notes": "Notes below the tables.",
    "fixed_effects": "Rows of fixed effects: words, marks, or none.",
    "readings": "Whether sentences below the tables say what they show.",
    "show": "An address of an exhibit, or several that stand side by side.",
    "main": "The table that is printed on the screen after a run.",
    "beside": "Tables of the paper that are printed next to it.",
    "heads": "Titles over some columns.",
    "regions": "The regions that are kept.",
    "periods": "The periods that are kept.",
    "groups": "Groups of regions that are kept.",
    "without": "Regions or groups that are left out.",
}


class Lenient(GenerateJsonSchema):
    """One name may stand where a list of names may: the validators before a model say so."""

    def function_before_schema(self, schema: Any) -> dict[str, Any]:
        made = super().function_before_schema(schema)
        if schema["function"]["function"] in (entries._tuple, roles._tuple, roles._sets):
            inner = made.get("items", {})
            if schema["function"]["function"] is roles._sets:
                return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"anyOf": [inner, inner.get("items", {})]}}]}
            return {"anyOf": [inner, made]}
        if schema["function"]["function"] is entries._one_or_many:
            return {"anyOf": [made["items"], made]}
        return {"anyOf": [made["items"], made]} if schema["function"]["function"].__name__ == "<lambda>" else made


def schema() -> dict[str, Any]:
    """The whole schema; nothing in it refers to another part, since not every editor follows references."""
    arrays = {name: _array(_entry(model)) for name, model in ITEMS.items()}
    arrays |= {"step": _array(_calls(METHODS, entries.StepEntry)), "prepare": _array(_calls(PREPARATIONS, entries.PrepareEntry))}
    single = {"schema": {"const": SCHEMA}, "extends": {"type": "string"}, "study": _entry(entries.Head), "report": _entry(entries.ReportEntry)}
    found = single | arrays | {"defaults": _defaults()}
    whole = {
        name: {"type": "array", "items": {"required": required}}
        for name, required in (("source", ["name", "from"]), ("step", ["name", "kind"]), ("prepare", ["name", "kind"]))
    }
    return {
        "$schema": DIALECT,
        "title": "Study file of Regio",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {"description": SECTIONS[name], **found[name]} for name in entries.SECTIONS},
        "required": ["schema"],
        "if": {"not": {"required": ["extends"]}},  # what extends another study may leave out what that one says
        "then": {"required": ["study", "source"], "properties": {"study": {"required": ["name"]}, **whole}},
    }


def _array(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _entry(model: type[BaseModel]) -> dict[str, Any]:
    """A section, or an item of one; only its name is required, for the sake of studies that extend another one."""
    made = _plain(model.model_json_schema(schema_generator=Lenient, by_alias=True))
    made["properties"]["drop"] = {"const": True, "description": "Where another study is extended: take it out."}
    return {**made, "required": ["name"] if "name" in made.get("required", ()) and model is not entries.Head else []}


def _calls(kinds: Mapping[str, str], envelope: type[entries.PrepareEntry]) -> dict[str, Any]:
    """Items of a section whose keys depend on their kind. What is proposed while one types stands first, what is checked behind it."""
    common = _entry(envelope)["properties"] | {"kind": {"description": KEYS["kind"], "enum": sorted(kinds)}}
    every: dict[str, Any] = {}
    rules = []
    for kind in sorted(kinds):
        own = {argument.name: _argument(kind, argument) for argument in declaration(kind).fields}
        for name, made in own.items():
            every.setdefault(name, []).append(made)
        rules.append(
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"description": _first_line(kind), "properties": {**dict.fromkeys(common, True), **own}, "additionalProperties": False},
            }
        )
    shown = {name: _together(made) for name, made in sorted(every.items()) if name not in common}
    return {"allOf": [{"type": "object", "required": ["name"], "properties": common | shown}, *rules]}


def _argument(kind: str, argument: Argument) -> dict[str, Any]:
    made = declaration(kind).model().model_json_schema(schema_generator=Lenient)
    inlined = _plain(made)["properties"][argument.name]
    words = _parameters(kind).get(argument.name)
    return {**inlined, "description": words} if words else inlined


def _together(made: list[dict[str, Any]]) -> dict[str, Any]:
    """What all kinds say of an argument: its words, and the choices that any of them has."""
    found: dict[str, Any] = {}
    if words := next((m["description"] for m in made if "description" in m), None):
        found["description"] = words
    if all("enum" in m for m in made):
        found["enum"] = list(dict.fromkeys(choice for m in made for choice in m["enum"]))
    return found


def _defaults() -> dict[str, Any]:
    every = {name: [_argument(kind, a) for kind in METHODS for a in declaration(kind).fields if a.name == name] for name in DEFAULTS}
    alike = {"controls", "effects", "cluster", "level", "draws"}  # of one type whatever the method
    regress = {a.name: _argument("regress", a) for a in declaration("regress").fields}
    shown = {name: {**_together(made), **(regress[name] if name in alike else {})} for name, made in every.items()}
    return {"type": "object", "additionalProperties": False, "properties": {name: _without_default(made) for name, made in shown.items()}}


def _without_default(made: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key != "default"}


def _plain(made: dict[str, Any]) -> dict[str, Any]:
    """Without references, titles and nulls, which TOML does not know; keys with the words that say what they are."""
    parts = made.pop("$defs", {})

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(v) for v in value if v != {"type": "null"}]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return walk({**parts[value["$ref"].rpartition("/")[2]], **{k: v for k, v in value.items() if k != "$ref"}})
        kept = {k: walk(v) for k, v in value.items() if k not in ("title", "properties") and not (k == "default" and v is None)}
        if "properties" in value:
            kept["properties"] = {k: {**({"description": KEYS[k]} if k in KEYS else {}), **walk(v)} for k, v in value["properties"].items()}
        branches = kept.get("anyOf")
        if isinstance(branches, list) and len(branches) == 1:
            kept = {**{k: v for k, v in kept.items() if k != "anyOf"}, **branches[0]}
        return kept

    found: dict[str, Any] = walk(made)
    return found


def _first_line(kind: str) -> str:
    return (declaration(kind).function.__doc__ or "").strip().splitlines()[0]


def _parameters(kind: str) -> dict[str, str]:
    """The words on each argument in the docstring of a method."""
    text = declaration(kind).function.__doc__ or ""
    section = re.search(r"Parameters\n\s*-+\n(.*?)(\n\s*\n|\Z)", text, re.DOTALL)
    return dict(_described(section[1])) if section else {}


def _described(section: str) -> Iterator[tuple[str, str]]:
    lines = section.splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    entry: list[str] = []
    for line in [*lines, " " * margin + "end : "]:
        if len(line) - len(line.lstrip()) == margin and entry:
            names, _, words = " ".join(part.strip() for part in entry).partition(" : ")
            yield from ((name.strip(" *"), words.replace("``", "")) for name in names.split(","))
            entry = []
        entry.append(line)


def written() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        fresh = PLACE.is_file() and PLACE.read_text(encoding="utf-8") == written()
        print(f"{PLACE.name} is up to date" if fresh else f"{PLACE.name} is out of date: make schema")
        return 0 if fresh else 1
    PLACE.write_text(written(), encoding="utf-8")
    print(f"wrote {PLACE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
