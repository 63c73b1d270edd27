"""The tables and the picture of ``compare_groups``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regio.contract.result import choose
from regio.exhibits.combine import beside
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Figure, Row, Table, kind_of, label, text
from regio.language import Message
from regio.models._regress_exhibits import errors_message, items, key_name, number

if TYPE_CHECKING:
    from regio.models.compare_groups import CompareGroups

CODES = ("low", "middle", "high")
ALL = "_all"


def group_cell(result: CompareGroups, name: str) -> Cell:
    if name in result.words:
        return Cell("label", result.words[name])
    if result.cut not in ("values", "periods", "edges") and name in CODES:
        return text(f"compare_groups.group.{name}", groups=label(result.groups))
    return label(name)


def wald_message(clustered: tuple[str, ...]) -> Message:
    words = errors_message("cluster", clustered) if clustered else errors_message("hc1", ())
    return Message("compare_groups.wald_by", {"errors": words})


def coefficients_table(result: CompareGroups) -> Table:
    """A column a group, and beside them the tests that a coefficient is the same in all."""
    import pandas as pd

    table = beside([choose(model.exhibits(), Table, None) for model in result.models])
    columns = [
        Column(column.key, (column.heads[0], group_cell(result, name), *column.heads[1:])) for column, name in zip(table.columns, result.names, strict=True)
    ]
    shown = ["wald", *(["permutation"] if result.permuted else [])]
    head = text("compare_groups.equal")
    columns += [Column(name, (head, text(f"compare_groups.{name}"), text("compare_groups.p_value"))) for name in shown]
    adjusted = _adjusted(result)
    found = [r for row in table.rows for r in ((row, adjusted) if adjusted is not None and row.key == "r2_within" else (row,))]
    rows = tuple(replace(row, cells=(*row.cells, *_chances(result, row, shown))) for row in found)
    frame = pd.concat(dict(zip(result.names, (model.coefficients for model in result.models), strict=True)), names=["group"])
    title = Message("compare_groups.title", {"outcome": label(result.outcome), "groups": groups_name(result)})
    return replace(
        table,
        frame=frame,
        columns=tuple(columns),
        rows=rows,
        title=title,
        notes=(*notes(result), *table.notes, *([Message("compare_groups.note.adjusted")] if adjusted is not None else [])),
    )


def _adjusted(result: CompareGroups) -> Row | None:
    """Adjusted within R² of each group, as ``xtreg, fe`` stores it; none where no effects are absorbed, or under another convention."""
    fits = [model.fit for model in result.models]
    if result.models[0].convention != "xtreg" or any(fit["r2_within"] != fit["r2_within"] for fit in fits):
        return None
    values = [1 - (1 - fit["r2_within"]) * (fit["n"] - 1) / fit["df_residual"] for fit in fits]
    return Row("r2_within_adjusted", text("compare_groups.r2_within_adjusted"), tuple(number(v) for v in values), block="fit")


def groups_name(result: CompareGroups) -> Any:
    return key_name(result.groups)


def _chances(result: CompareGroups, row: Row, shown: list[str]) -> tuple[Cell, ...]:
    if row.part or row.block != "terms" or row.key not in result.tests.index:
        return (EMPTY,) * len(shown)
    names = {"wald": "p_value", "permutation": "permutation_p_value"}
    return tuple(number(result.tests.loc[row.key, names[name]], "p_value") for name in shown)


def notes(result: CompareGroups) -> tuple[Message, ...]:
    found = [Message("compare_groups.note.wald", {"errors": wald_message(result.clustered)})]
    if result.permuted:
        found.append(Message("compare_groups.note.permutation", {"draws": result.draws}))
    if result.cuts:
        cuts = tuple(f"{cut:.6g}" for cut in result.cuts)
        found.append(Message(f"compare_groups.cut.{result.cut}", {"groups": groups_name(result), "cuts": cuts}))
    return tuple(found)


def differences_table(result: CompareGroups) -> Table:
    """Differences of two groups, the treatment first, and the joint tests below."""
    names = ["estimate", "std_error", "p_value", *(["permutation_p_value"] if result.permuted else [])]
    rows = []
    for item in items(result.differences.reset_index()):
        first, second = _pair(result, item.difference)
        cells = [Cell("estimate", item.estimate, item.p_value), *(number(getattr(item, name), kind_of(name)) for name in names[1:])]
        head = text("compare_groups.difference", term=label(item.term), first=first, second=second)
        rows.append(Row(f"{item.term}, {item.difference}", head, tuple(cells), block="differences"))
    for item in items(result.tests):
        if item.statistic != item.statistic:
            continue
        head = text("compare_groups.all") if item.Index == ALL else text("compare_groups.same", term=label(item.Index))
        cells = [text("compare_groups.f", df=int(item.df), df_residual=int(item.df_residual)), number(item.statistic), number(item.p_value, "p_value")]
        cells += [number(item.permutation_p_value, "p_value")] if result.permuted else []
        rows.append(Row(f"tests, {item.Index}", head, tuple(cells), block="tests"))
    return Table(
        name="differences",
        frame=result.differences,
        columns=tuple(Column(name, (text(f"compare_groups.{name}"),)) for name in names),
        rows=tuple(rows),
        title=Message("compare_groups.title.differences", {"outcome": label(result.outcome), "groups": groups_name(result)}),
        notes=notes(result),
    )


def _pair(result: CompareGroups, difference: str) -> tuple[Cell, Cell]:
    from itertools import combinations

    found = next((a, b) for a, b in combinations(result.names, 2) if f"{a} - {b}" == difference)
    return group_cell(result, found[0]), group_cell(result, found[1])


def plot(result: CompareGroups) -> tuple[Figure, ...]:
    """The treatment's coefficient in each group."""
    import pandas as pd

    kept = [model.coefficients.loc[list(result.treatment)].reset_index() for model in result.models]
    frame = pd.concat(dict(zip(result.names, kept, strict=True)), names=["group", "place"]).reset_index().drop(columns="place")
    if not len(frame):
        return ()
    channels = {
        "y": Channel("group", text("compare_groups.groups"), kind="label"),
        "x": Channel("estimate", text("regress.interval", level=100 * result.level)),
        "low": Channel("conf_low"),
        "high": Channel("conf_high"),
    }
    if len(result.treatment) > 1:
        channels["facet"] = Channel("term", kind="label")
    words = {name: group_cell(result, name) for name in result.names}
    title = Message("compare_groups.plot", {"outcome": label(result.outcome), "treatment": tuple(label(name) for name in result.treatment)})
    first = result.models[0]
    said = (Message("compare_groups.note.plot", {"level": 100 * result.level, "errors": errors_message(first.errors, first.cluster, first.lags)}),)
    return (Figure(name="plot", form="coefficients", frame=frame, channels=channels, title=title, notes=said, words=words),)
