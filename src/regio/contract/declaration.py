"""A public function's signature is its declaration: study file, schema, form and reference are read off it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from regio.catalogue import METHODS, PREPARATIONS, PRIMITIVES, kind_of
from regio.contract.roles import OPTION, Role

if TYPE_CHECKING:
    from pydantic import BaseModel

REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Argument:
    name: str
    type: Any
    role: Role
    default: Any  # REQUIRED where there is none

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values of a ``Literal``, also inside a union or a tuple; empty where any value will do."""
        return tuple(dict.fromkeys(_choices(self.type)))


@dataclass(frozen=True, slots=True)
class Use:
    """A column that a call names, and what the call needs of it."""

    argument: str
    column: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    kind: str
    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    result: type

    @property
    def fields(self) -> tuple[Argument, ...]:
        """The arguments that a study step may give: its keys."""
        return tuple(a for a in self.arguments if not a.role.hidden)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(a.name for a in self.fields)

    def argument(self, name: str) -> Argument | None:
        return next((a for a in self.arguments if a.name == name), None)

    def uses(self, options: Mapping[str, Any]) -> Iterator[Use]:
        """The columns that a call with these options reads: the graph, the cache key and the checks at the door."""
        for a in self.fields:
            value = options.get(a.name)
            if not a.role.uses or value is None or (not value and value != ""):
                continue
            words = (value,) if isinstance(value, str) else value
            if a.role.name == "effect_sets":
                words = tuple(word for chosen in words for word in chosen)
            for word in words:
                for column in word.split("*") if a.role.name in ("effects", "effect_sets") else (word,):
                    if column not in a.role.words:
                        yield Use(a.name, column, a.role.numeric)

    def model(self) -> type[BaseModel]:
        """The pydantic model that checks a call, at the door and in the study file alike."""
        return _model(self.kind)

    def schema(self) -> dict[str, Any]:
        """JSON schema of the options."""
        return self.model().model_json_schema()


@cache
def declaration(kind: str) -> Declaration:
    """The declaration of a catalogued method or preparation.

    Raises
    ------
    KeyError
        if no method has this name
    """
    function = getattr(import_module((METHODS | PRIMITIVES | PREPARATIONS)[kind]), kind.rpartition(".")[2])
    return declare(inspect.unwrap(function))


@cache
def declare(function: Callable[..., Any]) -> Declaration:
    hints = get_type_hints(function, include_extras=True)
    arguments = tuple(Argument(p.name, hints[p.name], _role(hints[p.name]), p.default) for p in inspect.signature(function).parameters.values())
    return Declaration(kind_of(function.__module__, function.__name__), function, arguments, hints["return"])


def _role(hint: Any) -> Role:
    """The role of a hint, also inside ``Column | None``."""
    for part in get_args(hint):
        found = part if isinstance(part, Role) else _role(part)
        if found is not OPTION:
            return found
    return OPTION


def _choices(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(choice for part in get_args(hint) for choice in _choices(part))


@cache
def _model(kind: str) -> type[BaseModel]:
    from pydantic import ConfigDict, create_model

    fields: dict[str, Any] = {a.name: (a.type, ... if a.default is REQUIRED else a.default) for a in declaration(kind).fields}
    return create_model(kind, __config__=ConfigDict(extra="forbid", frozen=True, strict=True), **fields)
