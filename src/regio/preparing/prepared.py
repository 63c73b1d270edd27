"""What a preparation gives back, and the checks at its door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from regio.contract.checking import check_options
from regio.contract.declaration import Declaration, declare
from regio.contract.finding import ArgumentError, Finding, error, suggestion
from regio.contract.result import Convention
from regio.contract.tables import check_numeric, open_table

if TYPE_CHECKING:
    from regio.panel import Change, Panel

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Prepared:
    """panel: the rows after it; changes: every cell or row that it touched, column by column in the order of the rows; findings: what a reader
    should know of it; conventions: whose formula was used.
    """

    panel: Panel
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...] = ()
    conventions: tuple[Convention, ...] = ()


def preparation(function: Callable[P, Prepared]) -> Callable[P, Prepared]:
    """Around each kind: the same checks and messages as a study file's, for a call from Python."""

    @wraps(function)
    def door(*args: P.args, **kwargs: P.kwargs) -> Prepared:
        known = declare(function)
        first = known.arguments[0].name
        if not args and first not in kwargs:
            raise ArgumentError(error("contract.missing_data", kind=known.kind))
        if len(args) > 1:
            raise ArgumentError(error("contract.too_many_arguments", kind=known.kind, found=len(args), expected=1, names=known.names))
        data: Any = args[0] if args else kwargs.pop(first)
        options, problems = check_options(known, {name: _plain(value) for name, value in kwargs.items()})
        if problems:
            raise ArgumentError(*problems)
        panel = open_table(data, None, None)
        if panel is None:
            raise ArgumentError(error("contract.not_a_table", kind=known.kind, found=type(data).__name__))
        _check_columns(known, panel, options)
        return cast("Callable[..., Prepared]", function)(panel, **options)

    return door


def _plain(value: Any) -> Any:
    """A numpy scalar as a plain number."""
    return value.item() if hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0 else value


def _check_columns(known: Declaration, panel: Any, options: Mapping[str, Any]) -> None:
    """Columns exist, hold numbers where they must, and are no keys where their cells are to be changed."""
    problems = []
    columns = tuple(map(str, panel.rows.columns))
    uses = list(known.uses(options))
    for use in uses:
        if use.column not in columns:
            near = suggestion(use.column, columns)
            problems.append(error("contract.unknown_column", column=use.column, argument=use.argument, kind=known.kind, columns=columns, near=near))
        elif use.numeric and use.column in panel.keys.names:
            problems.append(error("preparing.key_column", kind=known.kind, column=use.column))
    for argument in known.fields:
        for key in argument.role.words:
            if options.get(argument.name) == key and getattr(panel.keys, key) is None:
                problems.append(error("panel.no_key", key=key))
    if problems:
        raise ArgumentError(*problems)
    check_numeric(panel.rows, list(dict.fromkeys(use.column for use in uses if use.numeric)), any_size=True)


def need_keys(panel: Panel, kind: str, why: str, *keys: str) -> None:
    """The table knows its region, its period.

    Raises
    ------
    ArgumentError
        naming the key that it lacks
    """
    if missing := [key for key in keys if getattr(panel.keys, key) is None]:
        raise ArgumentError(*(error(f"contract.no_{key}", kind=kind, argument=why) for key in missing))
