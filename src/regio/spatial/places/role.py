"""What ``boundaries`` may be in a call. Standard library only: declarations are read before any number is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, Any

from regio.contract.roles import Role

WORDS = ("tiles", "china", "geometry")
KEYS = ("file", "name", "number", "crs", "lines")


class Drawn:
    """Paths become texts and places of tiles pairs, so that a call can be stored. pydantic reads this off the annotation."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_plain, handler(source))


def _plain(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): tuple(item) if isinstance(item, list | tuple) else _plain(item) for key, item in value.items()}
    return value


class Tuples:
    """Lists become tuples, also inside one another: a list in a study file is as good as a tuple in Python. pydantic reads this off the annotation."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_tuples, handler(source))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


Boundaries = Annotated[Any, Drawn(), Role("boundaries")]
