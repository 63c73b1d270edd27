"""Options against a declaration: one set of messages for a Python call and for a step of a study file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from regio.contract.declaration import Declaration
from regio.contract.finding import Finding, Position, error, suggestion
from regio.language import Message

REFUSED = {("errors", "robust"): "contract.robust", ("errors", "wild_cluster"): "contract.wild_cluster"}  # two readings; no covariance


Where = Callable[[str], Position | str]  # the place of an option


def nowhere(option: str) -> str:
    return ""


def check_options(declaration: Declaration, given: Mapping[str, Any], where: Where = nowhere) -> tuple[dict[str, Any], list[Finding]]:
    """Every option with defaults filled in, and what is wrong with those given. The options are empty where anything is wrong."""
    from pydantic import ValidationError

    try:
        model = declaration.model().model_validate(dict(given))
    except ValidationError as problem:
        return {}, [_finding(declaration, given, item, where(str(item["loc"][0]))) for item in _one_an_option(problem.errors(include_url=False))]
    return {name: getattr(model, name) for name in declaration.names}, []


def _one_an_option(items: list[Any]) -> list[Any]:
    """A union reports each of its branches: one message an option is enough."""
    return list({item["loc"][0]: item for item in reversed(items)}.values())[::-1]


def _finding(declaration: Declaration, given: Mapping[str, Any], item: Mapping[str, Any], where: Position | str) -> Finding:
    name = str(item["loc"][0])
    found = given.get(name)
    common: dict[str, object] = {"kind": declaration.kind, "option": name}
    if item["type"] == "extra_forbidden":
        return error("contract.unknown_option", where, **common, options=declaration.names, near=suggestion(name, declaration.names))
    argument = declaration.argument(name)
    if item["type"] == "missing" and name not in given:
        return error("contract.missing_option", where, **common, expected=_expected(argument))
    if code := next((c for (option, word), c in REFUSED.items() if option == name and word == found), None):
        return error(code, where, **common)
    choices = tuple(str(c) for c in argument.choices) if argument else ()
    if choices and not (argument and argument.role.uses):
        return error("contract.not_a_choice", where, **common, found=_shown(found), choices=choices, near=suggestion(str(found), choices))
    if item["type"] in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = next(iter(item["ctx"].values()))
        return error(f"contract.{item['type']}", where, **common, found=_shown(found), limit=limit)
    return error("contract.wrong_type", where, **common, found=_shown(found), expected=_expected(argument))


def _expected(argument: Any) -> Message | str:
    role = argument.role.name if argument else "option"
    if role != "option":
        return Message(f"contract.expects.{role}")
    if argument.choices:
        return Message("contract.expects.choice", {"choices": tuple(str(c) for c in argument.choices)})
    return Message(f"contract.expects.{ {bool: 'yes_no', int: 'count', float: 'number'}.get(argument.type, 'text') }")


def _shown(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) else repr(value)
