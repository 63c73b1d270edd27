"""Recipe: every decision of an import, as a value and as TOML. Reading with it repeats the import exactly. Standard library only."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from regio.contract.finding import DataError, Position, error, suggestion

LAYOUTS = ("auto", "long", "years_across", "years_down", "regions_across")
Layout = Literal["auto", "long", "years_across", "years_down", "regions_across"]
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values. ``at`` counts from one; what is not given here is said by the row or by the sheet. head: as it stands in the file."""

    at: int
    head: str = ""
    name: str = ""
    unit: str = ""
    region: str = ""
    period: int | str = ""
    words: bool = False  # kept as text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row (or a column) of the table that is not in the panel. reason: the last part of a code of ``panel.change``; before: what stood there."""

    at: int
    reason: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRecipe:
    """How one table of a sheet was read.

    file, sheet: where it is. header: its header rows. rows: first and last row below it. region, period, indicators, unit_at: columns that hold the
    names of regions, the periods, the parts of an indicator's name, and its unit; zero or empty where there is none. variable, unit, at_region,
    at_period: what holds for the whole sheet. step: year, month, day, whole (any whole number) or text. places: system of the names of regions, or keep.
    missing: marks taken as missing.
    """

    file: str
    sheet: str = ""
    layout: str = "long"
    header: tuple[int, ...] = ()
    rows: tuple[int, int] = (0, 0)
    region: int = 0
    period: int = 0
    indicators: tuple[int, ...] = ()
    unit_at: int = 0
    variable: str = ""
    unit: str = ""
    at_region: str = ""
    at_period: int | str = ""
    step: str = "year"
    places: str = "keep"
    missing: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    columns_left_out: tuple[LeftOut, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the table says the region (or the period) of its values: in a column, for the whole sheet, or in its header."""
        return bool(getattr(self, key) or getattr(self, f"at_{key}") or any(getattr(column, key) for column in self.columns))


@dataclass(frozen=True, slots=True)
class Recipe:
    """region, period: names of the keys in the panel; None: there is none."""

    region: str | None
    period: str | None
    sheets: tuple[SheetRecipe, ...]
    names: str = "auto"

    @property
    def files(self) -> tuple[str, ...]:
        """Every file once, in the order of reading."""
        return tuple(dict.fromkeys(sheet.file for sheet in self.sheets))

    @property
    def text(self) -> str:
        """As TOML; ``Recipe.from_text`` gives the same recipe again."""
        return "\n".join(_lines(self)) + "\n"

    @classmethod
    def from_text(cls, written: str, file: str = "") -> Self:
        """A recipe out of its TOML.

        Raises
        ------
        DataError
            where it is no TOML, or holds a key or value that a recipe cannot have
        """
        try:
            raw = tomllib.loads(written)
            return cls(raw.get("region"), raw.get("period"), tuple(_sheet(item, file) for item in raw["sheet"]), raw.get("names", "auto"))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
            if isinstance(problem, DataError):
                raise
            raise DataError(error("reading.bad_recipe", Position(file), problem=str(problem))) from None


def _lines(recipe: Recipe) -> Iterator[str]:
    yield f"schema = {SCHEMA}"
    yield from (f"{name} = {_value(value)}" for name in ("region", "period") if (value := getattr(recipe, name)) is not None)
    yield f"names = {_value(recipe.names)}"
    plain = SheetRecipe(file="")
    for sheet in recipe.sheets:
        yield from ("", "[[sheet]]")
        for f in fields(SheetRecipe):
            value = getattr(sheet, f.name)
            if value == getattr(plain, f.name):
                continue
            if f.name in ("columns", "left_out", "columns_left_out"):
                yield f"{f.name} = ["
                yield from (f"  {_inline(item)}," for item in value)
                yield "]"
            else:
                yield f"{f.name} = {_value(value)}"


def _inline(item: Column | LeftOut) -> str:
    given = {f.name: getattr(item, f.name) for f in fields(item) if getattr(item, f.name) not in ("", False)}
    return "{ " + ", ".join(f"{name} = {_value(value)}" for name, value in given.items()) + " }"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _sheet(raw: Mapping[str, Any], file: str) -> SheetRecipe:
    _known(raw, SheetRecipe, file)
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    plain["columns"] = tuple(_item(Column, item, file) for item in raw.get("columns", ()))
    for name in ("left_out", "columns_left_out"):
        plain[name] = tuple(_item(LeftOut, item, file) for item in raw.get(name, ()))
    if plain.get("layout", "long") not in LAYOUTS[1:]:
        raise DataError(error("reading.bad_recipe", Position(file), problem=f'layout = "{plain["layout"]}"'))
    return SheetRecipe(**plain)


def _item(kind: type[Any], raw: Mapping[str, Any], file: str) -> Any:
    _known(raw, kind, file)
    return kind(**raw)


def _known(raw: Mapping[str, Any], kind: type[Any], file: str) -> None:
    names = tuple(f.name for f in fields(kind))
    for name in raw:
        if name not in names:
            raise DataError(error("reading.recipe_key", Position(file), key=name, keys=names, near=suggestion(name, names)))
