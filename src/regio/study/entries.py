"""The sections of a study file, each checked by itself, so that all mistakes are found at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from regio.contract.checking import as_written
from regio.contract.finding import Finding, error, suggestion
from regio.language import Language, Message
from regio.study.layers import Layer
from regio.study.scan import Path

LocalText = str | dict[Literal["en", "zh"], str]


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str) else value


def _list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, Mapping) else _list(value)


Words = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Texts = Annotated[tuple[LocalText, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str | Mapping) else _list(value))]
Numbers = Annotated[tuple[float, ...], BeforeValidator(_list)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Head(Entry):
    name: str
    title: LocalText = ""
    note: LocalText = ""
    variables: str | None = None
    printed: str | None = None
    seed: int = 0


class Renamed(Entry):
    name: str
    from_: str = Field(alias="from")


class SourceEntry(Entry):
    name: str
    from_: str = Field(alias="from")
    region: str | None = None
    period: str | None = None
    unit: str | None = None
    places: Literal["us_states", "china_provinces"] | None = None
    missing: Words = ()
    rows_without_keys: Literal["error", "leave_out"] = "error"
    layout: Literal["auto", "long", "years_across", "years_down", "regions_across"] | None = None
    columns: Annotated[tuple[Renamed, ...], BeforeValidator(_list)] = ()
    title: LocalText = ""
    note: LocalText = ""
    rights: LocalText = ""
    redistribute: bool = True
    citation: LocalText = ""


class VariableEntry(Entry):
    name: str
    label: LocalText = ""
    unit: LocalText = ""
    source: LocalText = ""
    definition: LocalText = ""
    role: str = ""
    direction: Literal["positive", "negative", "moderate"] | None = None
    dimension: str = ""
    weight: float | None = None
    best: Numbers = ()
    goalposts: Numbers = ()
    sets: Words = ()
    drop: bool = False  # of a row of the table of variables


class SetEntry(Entry):
    name: str
    members: Words
    title: LocalText = ""


class AbsentEntry(Entry):
    """Columns or steps that the study knows and these data do not have (``members``; the name alone where there are none): what needs one is not run,
    sets do without it. ``note`` says why.
    """

    name: str
    members: Words = ()
    note: LocalText = ""


class GroupEntry(Entry):
    """A group of regions under a name of the user's own: stands for its members wherever regions are selected. of: the grouping that it is one
    of, which steps compare like a column.
    """

    name: str
    members: Words
    of: str = ""
    title: LocalText = ""


class PlaceEntry(Entry):
    """A name of a region that no list knows, and the known one it stands for."""

    name: str
    stands_for: str


class Sample(Entry):
    regions: Words | None = None
    periods: Annotated[tuple[int | str, ...] | None, BeforeValidator(_list)] = None
    groups: Words = ()
    without: Words = ()


class PrepareEntry(BaseModel):
    """The envelope; every other key is an argument of the preparation."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    name: str
    kind: str
    on: str | None = None
    title: LocalText = ""
    note: LocalText = ""


class StepEntry(PrepareEntry):
    """The envelope; every other key is an argument of the method."""

    sample: Sample | None = None


class Support(Entry):
    """What a hypothesis needs to be supported: a number at an address, its sign and the level at which it differs from zero, its size, the word
    that stands there, or another number that it is above or below. plus: numbers that are added to it.
    """

    cell: Words
    plus: Words = ()
    sign: Literal["positive", "negative", "nonzero"] | None = None
    level: float = Field(default=0.05, gt=0, lt=1)
    at_least: float | None = None
    at_most: float | None = None
    equals: str | None = None
    above: Words | None = None
    below: Words | None = None


class HypothesisEntry(Entry):
    name: str
    claim: LocalText
    supported_if: Annotated[tuple[Support, ...], BeforeValidator(_one_or_many)]
    robust_in: str = ""
    carried: bool = True  # whether a calibrated panel is made to give these numbers
    note: LocalText = ""


class RecommendationEntry(Entry):
    """A piece of advice, and what must hold if the study's numbers are to bear it out; without ``tested_by`` nothing tests it."""

    name: str
    advice: LocalText
    tested_by: Annotated[tuple[Support, ...], BeforeValidator(_one_or_many)] = ()
    carried: bool = True
    note: LocalText = ""


class HeadEntry(Entry):
    """A title over some columns of a table."""

    title: LocalText
    columns: Words


class ExhibitEntry(Entry):
    show: Words
    title: LocalText | None = None
    main: bool = False
    page: bool = False
    beside: Words = ()
    columns: Words = ()
    heads: Annotated[tuple[HeadEntry, ...], BeforeValidator(_list)] = ()
    notes: Texts = ()


class LabelEntry(Entry):
    """Words for a name that the study does not own or wants to print otherwise."""

    name: str
    label: LocalText


class ReportEntry(Entry):
    exhibits: Annotated[tuple[ExhibitEntry, ...], BeforeValidator(_list)] = ()
    languages: Annotated[tuple[Language, ...], BeforeValidator(_tuple)] | None = None
    brackets: Literal["std_error", "statistic"] = "statistic"
    decimals: int = Field(default=3, ge=0, le=10)
    stars: Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], BeforeValidator(_list), Field(max_length=3)] = (0.01, 0.05, 0.1)
    figure_formats: Annotated[tuple[Literal["svg", "pdf", "png"], ...], BeforeValidator(_tuple)] = ("svg", "png")
    labels: Annotated[tuple[LabelEntry, ...], BeforeValidator(_list)] = ()
    notes: Texts = ()
    fixed_effects: Literal["yes_no", "check", "none"] = "yes_no"
    readings: bool = True


SECTIONS = (
    "schema",
    "extends",
    "study",
    "source",
    "variable",
    "set",
    "group",
    "place",
    "absent",
    "prepare",
    "step",
    "defaults",
    "hypothesis",
    "recommendation",
    "report",
)
ENVELOPE = tuple(StepEntry.model_fields)
E_ = TypeVar("E_", bound=BaseModel)
EXPECTED = {
    "string_type": "text",
    "int_type": "count",
    "float_type": "number",
    "bool_type": "yes_no",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
}

BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le", "too_long": "max_length"}


def read_entry(model: type[E_], raw: Any, path: Path, scan: Layer) -> tuple[E_ | None, list[Finding]]:
    """One section or item, or what is wrong with it."""
    try:
        return model.model_validate(raw), []
    except ValidationError as problem:
        items: dict[tuple[Any, ...], Any] = {}
        for item in problem.errors(include_url=False):
            loc = tuple(part for part in item["loc"] if not (isinstance(part, str) and ("[" in part or part in ("str", "tuple"))))
            items.setdefault(_place(model, loc), item)
        return None, [_finding(model, raw, (*path, *loc), loc, item, scan) for loc, item in items.items()]


def _place(model: type[BaseModel], loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """As far as tables go: the branches of a union are one place."""
    if len(loc) > 2 and isinstance(loc[1], int):
        return loc[:3]
    field = model.model_fields.get(str(loc[0])) if loc else None
    return loc[:2] if field is not None and _models(field.annotation) else loc[:1]


def _finding(model: type[BaseModel], raw: Any, path: Path, loc: tuple[Any, ...], item: Mapping[str, Any], scan: Layer) -> Finding:
    where = scan.where(path)
    key = str(loc[-1]) if loc else str(path[-1] if path else "")
    section = str(loc[0] if len(loc) > 1 else path[0])
    if item["type"] == "extra_forbidden":
        known = _keys(model, loc)
        return error("study.unknown_key", where, key=key, section=section, keys=known, near=suggestion(key, known))
    if item["type"] == "missing":
        return error("study.missing_key", where, key=key, section=section)
    if item["type"] == "literal_error":
        choices = tuple(str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
        return error("study.not_a_choice", where, key=key, found=str(item["input"]), choices=choices, near=suggestion(str(item["input"]), choices))
    expected: object = item["msg"]
    if item["type"] in EXPECTED:
        expected = Message(f"contract.expects.{EXPECTED[item['type']]}")
    elif item["type"] in BOUNDS:
        expected = Message(f"contract.expects.{item['type']}", {"limit": item["ctx"][BOUNDS[item["type"]]]})
    return error("study.wrong_type", where, key=key, found=as_written(item["input"]), expected=expected)


def _keys(model: type[BaseModel], loc: tuple[Any, ...]) -> tuple[str, ...]:
    """The keys of the table in which an unknown one stands."""
    if len(loc) > 1 and loc[0] in model.model_fields:
        inner = next((t for t in _models(model.model_fields[loc[0]].annotation)), model)
        return _keys(inner, ())
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _models(annotation: Any) -> list[type[BaseModel]]:
    from typing import get_args

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in get_args(annotation) for m in _models(part)]
