"""Options against a declaration: one set of messages for a Python call and for a step of a study file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from regio.contract.declaration import Argument, Declaration
from regio.contract.finding import Finding, Position, error, suggestion
from regio.language import Message

EXPECTED = {bool: "yes_no", int: "count", float: "number"}
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
    return {a.name: _given(a, getattr(model, a.name)) for a in declaration.fields}, []


def _given(argument: Argument, value: Any) -> Any:
    """Groups that none need name (``cluster``), and an empty list of them: as if the option had not been given."""
    return None if argument.role.name == "groups" and argument.default is None and value == () else value


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
    if code := next((c for (option, word), c in REFUSED.items() if option == name and isinstance(found, str) and word == found), None):
        return error(code, where, **common)
    choices = tuple(str(c) for c in argument.choices) if argument else ()
    if choices and not (argument and argument.role.uses):
        return error("contract.not_a_choice", where, **common, found=_shown(found, where), choices=choices, near=suggestion(str(found), choices))
    if item["type"] in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = next(iter(item["ctx"].values()))
        return error(f"contract.{item['type']}", where, **common, found=_shown(found, where), limit=limit)
    return error("contract.wrong_type", where, **common, found=_shown(found, where), expected=_expected(argument))


def _expected(argument: Any) -> Message | str:
    role = argument.role.name if argument else "option"
    if role != "option":
        return Message(f"contract.expects.{role}")
    if argument.choices:
        return Message("contract.expects.choice", {"choices": tuple(str(c) for c in argument.choices)})
    return Message(f"contract.expects.{EXPECTED.get(argument.type) or _listed(argument.type)}")


def _listed(hint: Any) -> str:
    """What a list holds, at any depth of a union; ``text`` for anything else."""
    if get_origin(hint) is tuple:
        return {int: "whole_numbers", float: "several_numbers"}.get(get_args(hint)[0], "list")
    return next((found for part in get_args(hint) if (found := _listed(part)) != "text"), "text")


def _shown(value: Any, where: Position | str) -> str:
    return f"“{value}”" if isinstance(value, str) else as_written(value) if isinstance(where, Position) else repr(value)


def as_written(value: Any) -> str:
    """A value as a study file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {as_written(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_written, value))}]"
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)
