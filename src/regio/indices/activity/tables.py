"""The exhibits of regional measures: regions by periods or industries, or a list with every measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("region", "period", "industry")
COUNTS = ("n_firms", "count")
SHARES = ("share", "weight")


def regional(
    frame: pd.DataFrame, main: str, measures: Sequence[str], title: Message, heads: Mapping[str, Cell], notes: tuple[Message, ...]
) -> tuple[Exhibit, ...]:
    """A table ``scores`` and, where regions stand against periods or industries, the heat map ``heat`` of the main measure."""
    across = _across(frame)
    if across is None:
        return (listed("scores", frame, measures, title, heads, notes),)
    channels = {"x": Channel(across, kind="label"), "y": Channel("region", kind="label"), "value": Channel(main, heads[main])}
    shown = frame[["region", across, main]].rename(columns=str)
    heat = Figure(name="heat", form="heat_map", frame=shown, channels=channels, title=title, notes=notes)
    return _matrix(frame, across, main, title, notes), heat


def _across(frame: pd.DataFrame) -> str | None:
    """The key that regions stand against; None where there is none, or two."""
    found = [key for key in ("period", "industry") if key in frame and frame[key].nunique() > 1]
    return found[0] if len(found) == 1 else None


def _matrix(frame: pd.DataFrame, across: str, main: str, title: Message, notes: tuple[Message, ...]) -> Table:
    names = list(frame[across].unique()) if across == "industry" else sorted(frame[across].unique())
    wide = frame.pivot(index="region", columns=across, values=main).reindex(index=frame["region"].unique(), columns=names)
    columns = [Column(str(name), (label(str(name)),)) for name in names]
    rows = [(region, values) for region, values in zip(wide.index, wide.to_numpy(float).tolist(), strict=True)]
    if across == "period":
        columns.append(Column("mean", (text("activity.mean"),)))
        rows = [(region, [*values, _mean(values)]) for region, values in rows]
    made = tuple(Row(str(region), label(region), tuple(cell(main, value) for value in values)) for region, values in rows)
    return Table(name="scores", frame=frame, columns=tuple(columns), rows=made, title=title, stub=text("activity.region"), notes=notes)


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if value == value]
    return sum(known) / len(known) if known else float("nan")


def listed(name: str, frame: pd.DataFrame, measures: Sequence[str], title: Message, heads: Mapping[str, Cell], notes: tuple[Message, ...] = ()) -> Table:
    """One row for each row of the frame, one column a measure; measures without any value are left out."""
    shown = [measure for measure in measures if frame[measure].notna().any()]
    keys = [key for key in KEYS if key in frame and (frame[key].nunique() > 1 or key == "region")]
    rows = tuple(
        _row(dict(zip(keys, values[: len(keys)], strict=True)), shown, values[len(keys) :])
        for values in frame[[*keys, *shown]].itertuples(index=False, name=None)
    )
    columns = tuple(Column(measure, (heads[measure],)) for measure in shown)
    stub = text(f"activity.{keys[0]}") if keys else EMPTY
    return Table(name=name, frame=frame, columns=columns, rows=rows, title=title, stub=stub, notes=notes)


def _row(keys: Mapping[str, Any], measures: Sequence[str], values: Sequence[Any]) -> Row:
    names = [label(str(value)) for value in keys.values()]
    head = text("activity.all_regions") if not names else names[0] if len(names) == 1 else text("activity.row", names=tuple(names))
    cells = tuple(cell(measure, value) for measure, value in zip(measures, values, strict=True))
    return Row(".".join(map(str, keys.values())) or "all", head, cells)


def cell(measure: str, value: Any) -> Cell:
    """A typed cell; an empty one for a missing value."""
    if value != value:
        return EMPTY
    kind = "count" if measure in COUNTS else "share" if measure in SHARES else "number"
    return Cell(kind, int(value) if kind == "count" else float(value))  # type: ignore[arg-type]
