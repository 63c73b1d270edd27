"""Rows that every table of coefficients has, and the words for errors, effects and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regio.exhibits.models import EMPTY, Cell, Kind, Row, label, text
from regio.language import Message

CONSTANT = "_cons"
CLUSTERED = ("cluster", "wild_cluster")


def term_rows(term: Any) -> tuple[Row, ...]:
    """Estimate, standard error and statistic of one term."""
    head = text("regress.constant") if term.Index == CONSTANT else label(term.Index)
    return (
        Row(term.Index, head, (Cell("estimate", term.estimate, term.p_value),), block="terms"),
        Row(term.Index, head, (Cell("std_error", term.std_error),), part="std_error", block="terms"),
        Row(term.Index, head, (Cell("statistic", term.statistic),), part="statistic", block="terms"),
    )


def items(frame: Any) -> Any:
    """The rows of a frame, one after the other."""
    return frame.itertuples()


def effect_rows(effects: tuple[str, ...], trends: tuple[str, ...] = ()) -> list[Row]:
    rows = [Row(f"effects.{effect}", words_of("regress.effect", effect), (Cell("yes_no", True),), block="effects") for effect in effects]
    return rows + [Row(f"trends.{trend}", words_of("regress.trend", trend), (Cell("yes_no", True),), block="effects") for trend in trends]


def figure_row(name: str, value: Any, code: str = "regress.fit") -> Row:
    return Row(name, text(f"{code}.{name}"), (figure(name, value),), block="fit")


def figure(name: str, value: Any) -> Cell:
    return Cell("count" if name.startswith("n") else "number", None if value != value else value)


def number(value: Any, kind: Kind = "number") -> Cell:
    return EMPTY if value is None or value != value else Cell(kind, float(value))


def key_name(name: str) -> Message | Cell:
    return Message(f"regress.key.{name}") if name in ("region", "period") else label(name)


def words_of(code: str, effect: str) -> Cell:
    return text(code, effect=tuple(key_name(name) for name in effect.split("*")))


def errors_message(errors: str, cluster: tuple[str, ...], lags: int | None = None) -> Message:
    """The kind of standard errors in words."""
    values: dict[str, Any] = {"columns": tuple(key_name(c) for c in cluster)} if errors in CLUSTERED else {}
    return Message(f"regress.errors.{errors}", values | ({} if lags is None else {"lags": lags}))


def regions_used(figures: Mapping[str, Any]) -> int | None:
    """How many regions the rows used belong to; None where the table has no region key."""
    n = figures["n_regions"]
    return int(n) if n == n else None
