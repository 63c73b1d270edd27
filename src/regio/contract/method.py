"""The door that every method has: the same checks, the same messages, the same provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from regio.catalogue import METHODS
from regio.contract.checking import check_options
from regio.contract.declaration import REQUIRED, Declaration, Use, declare
from regio.contract.finding import ArgumentError, DataError, Finding, error, suggestion
from regio.contract.result import Call, Provenance, Result
from regio.contract.tables import PanelLike, as_numbers, check_numeric, open_table, unlike_labels

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")
R = TypeVar("R", bound=Result)
TABLES = ("data", "large")  # roles of a first argument that is a table; others take what they are given
RECORDED = {"of": "call", "rules": "rules"}  # role → the part of another result that a call needs, and that its record keeps
HASHED_ROWS = 100_000  # above this the hash of a column would cost more than a fit; a study hashes its columns once when it reads them


def method(function: Callable[P, R]) -> Callable[P, R]:
    """Around each public function, once: binds and checks arguments, opens the table, looks up columns, fills call and provenance."""
    own = signature(function)

    @wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> R:
        declaration = declare(function)
        given = _bind(declaration, own, args, kwargs)
        hidden = {a.name: given.pop(a.name) for a in declaration.arguments if a.role.hidden and a.name in given}
        options, problems = check_options(declaration, given)
        if problems:
            raise ArgumentError(*problems)
        _check_seed(declaration, hidden)
        options |= {a.name: _recorded(declaration.kind, a.name, a.role.name, options[a.name]) for a in declaration.fields if a.role.name in RECORDED}
        first = declaration.arguments[0]
        if first.role.name not in TABLES:
            if first.role.hidden and first.name not in hidden:
                raise ArgumentError(error(f"contract.missing_{first.role.name}", kind=declaration.kind))
            return replace(function(**{**hidden, **options}), call=Call(declaration.kind, options))  # type: ignore[call-arg]
        panel = _open(declaration, hidden)
        uses = list(declaration.uses(options))
        columns = _check_columns(declaration, panel, options, uses)
        result = function(**{**hidden, **options, first.name: _numbers(panel, uses, columns)})  # type: ignore[call-arg]
        return replace(result, call=Call(declaration.kind, options, _learnt(declaration, hidden)), provenance=_provenance(result, panel, uses, columns))

    return door


def _bind(declaration: Declaration, own: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by name, as they were given; numpy scalars become plain numbers."""
    problems: list[Finding] = []
    positional = [p.name for p in own.parameters.values() if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    if len(args) > len(positional):
        names = tuple(n for n in own.parameters if n not in positional)
        problems.append(error("contract.too_many_arguments", kind=declaration.kind, found=len(args), expected=len(positional), names=names))
    names = tuple(own.parameters)
    for name in kwargs:
        if name not in names:
            problems.append(error("contract.unknown_option", kind=declaration.kind, option=name, options=names[1:], near=suggestion(name, names[1:])))
    if problems:
        raise ArgumentError(*problems)
    given = dict(zip(positional, args, strict=False)) | kwargs
    return {name: value.item() if hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0 else value for name, value in given.items()}


def _recorded(kind: str, option: str, role: str, value: Any) -> Any:
    if not isinstance(value, Result):
        return value
    if not hasattr(value, RECORDED[role]):
        raise ArgumentError(error("replay.wrong_result", kind=kind, option=option, found=type(value).__name__))
    return getattr(value, RECORDED[role])


def _learnt(declaration: Declaration, hidden: Mapping[str, Any]) -> dict[str, Any]:
    given = {a.name: hidden.get(a.name) for a in declaration.arguments if a.role.name == "learnt"}
    return {name: dict(value.items()) if hasattr(value, "items") else value for name, value in given.items() if value is not None}


def _check_seed(declaration: Declaration, hidden: dict[str, Any]) -> None:
    seed = hidden.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise ArgumentError(error("contract.seed", kind=declaration.kind, found=type(seed).__name__))


def _open(declaration: Declaration, hidden: dict[str, Any]) -> PanelLike:
    data = declaration.arguments[0]
    if data.name not in hidden and data.default is REQUIRED:
        raise ArgumentError(error("contract.missing_data", kind=declaration.kind))
    region, period = hidden.pop("region", None), hidden.pop("period", None)
    table = open_table(hidden[data.name], region, period)
    if table is None:
        raise ArgumentError(error("contract.not_a_table", kind=declaration.kind, found=type(hidden[data.name]).__name__))
    if data.role.name == "data" and hasattr(table.rows, "parts"):
        raise ArgumentError(error("contract.in_parts", kind=declaration.kind))
    return table


def _check_columns(declaration: Declaration, panel: PanelLike, options: dict[str, Any], uses: Iterable[Use]) -> dict[str, pd.Series]:
    """The columns that are used, each looked up once; none for rows that come in parts."""
    problems = [_unknown_column(declaration, panel, u) for u in uses if u.column not in panel.rows.columns]
    for a in declaration.fields:
        words = (options.get(a.name) if a.role.words else None) or ()  # an option may be an array
        words = (words,) if isinstance(words, str) else words
        for key in a.role.words:
            if any(key in str(w).split("*") for w in words) and getattr(panel.keys, key, "") is None:
                problems.append(error(f"contract.no_{key}", kind=declaration.kind, argument=f'{a.name} = "{key}"'))
    if problems:
        raise ArgumentError(*problems)
    if hasattr(panel.rows, "parts"):
        return {}
    columns = {name: panel.rows[name] for name in dict.fromkeys(u.column for u in uses)}
    check_numeric(columns, list(dict.fromkeys(u.column for u in uses if u.numeric)), any_size=_prepares(declaration.kind))
    check_labels(declaration.kind, uses, columns)
    return columns


def _prepares(kind: str) -> bool:
    """Whether a method only moves or rewrites numbers."""
    return METHODS.get(kind, "").startswith("regio.preparing.")


def check_labels(kind: str, uses: Iterable[Use], columns: Mapping[str, pd.Series]) -> None:
    """Columns that name groups hold what can name one.

    Raises
    ------
    DataError
        for a cell such as a list
    """
    found = {u.column: (u, cell) for u in uses if not u.numeric and (cell := unlike_labels(columns[u.column])) is not None}
    if found:
        raise DataError(*(error("contract.no_label", kind=kind, column=u.column, argument=u.argument, found=str(cell)) for u, cell in found.values()))


def _numbers(panel: PanelLike, uses: Iterable[Use], columns: Mapping[str, pd.Series]) -> PanelLike:
    """Numbers as floats, so that no method needs to know of decimals or categories; labels stay as they are."""
    uses = list(uses)
    labels = {u.column for u in uses if not u.numeric}
    found: PanelLike = as_numbers(panel, [u.column for u in uses if u.numeric and u.column in columns and u.column not in labels])
    return found


def _unknown_column(declaration: Declaration, panel: PanelLike, use: Use) -> Finding:
    columns = tuple(map(str, panel.rows.columns))
    near = suggestion(use.column, columns)
    return error("contract.unknown_column", column=use.column, argument=use.argument, kind=declaration.kind, columns=columns, near=near)


def _provenance(result: Result, panel: PanelLike, uses: Iterable[Use], columns: Mapping[str, pd.Series]) -> Provenance:
    used = list(dict.fromkeys(u.column for u in uses))
    own = result.provenance or Provenance()
    in_parts = hasattr(panel.rows, "parts")
    hashes = own.columns
    if not in_parts and not hashes and len(panel.rows) <= HASHED_ROWS:
        from regio.compute.fingerprint import of_column

        hashes = {name: of_column(column) for name, column in columns.items()}
    rows_used = own.rows_used if own.rows_used is not None or in_parts else len(panel.rows)
    changed = sum(1 for change in panel.changes if change.variable in used)
    return replace(own, labels=panel.labels, columns=hashes, rows_used=rows_used, cells_changed=changed)
