"""The exhibits of a detector: factors by year, interactions, strata, search curves, shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Row, Table, kind_of, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from regio.spatial.geodetector import Geodetector

MOST_PAIRS = 300  # rows of a table
KINDS = ("enhance_nonlinear", "enhance_bivariate", "independent", "weaken_univariate", "weaken_nonlinear")


def exhibits(result: Geodetector) -> tuple[Exhibit, ...]:
    found: list[Exhibit] = [factors_table(result)]
    if result.interactions is not None:
        found += [interactions_table(result), kinds_table(result), interaction_map(result)]
    if result.shapley is not None:
        found.append(shares_bars(result))
    if not _several(result):
        found.append(strata_table(result))
        if result.search is not None:
            found.append(search_curves(result))
    if result.stability is not None and not _several(result):
        found.append(stability_table(result))
    return tuple(found)


def _several(result: Geodetector) -> bool:
    return result.factors.index.nlevels > 1


def _parts(result: Geodetector, frame: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """(names of outcome and group, rows) for each analysis."""
    names = [name for name in result.factors.index.names if name != "factor"]
    if not names:
        yield (), frame
        return
    for key, part in frame.reset_index().groupby(names, sort=False):
        yield tuple(map(str, key)), part


def _notes(result: Geodetector, *codes: str) -> tuple[Message, ...]:
    level = {"alpha": round(1 - result.level, 10)}
    return (*(Message(f"geodetector.note.{code}", level) for code in codes), Message(f"geodetector.note.{result.convention}"))


def _title(result: Geodetector, code: str) -> Message:
    return Message(f"geodetector.title.{code}", {"outcome": tuple(label(name) for name in result.outcomes)})


def factors_table(result: Geodetector) -> Table:
    """q, p and rank of each factor; side by side for several outcomes or groups, with the class of importance."""
    several = _several(result)
    parts = [(key, part.reset_index().set_index("factor")) for key, part in _parts(result, result.factors)]
    shown = ["q", "p_value", *(["p_literature"] if result.convention != "textbook" else []), *(["p_search"] if result.draws else []), "rank"]
    shown += [] if several else ["q_expected", "q_adjusted", "classes", "method"]
    columns = [Column(".".join((*key, name)), (*(label(part) for part in key), text(f"geodetector.head.{name}"))) for key, _ in parts for name in shown]
    if several and result.by is not None:
        columns.append(Column("importance", (*(EMPTY for _ in parts[0][0]), text("geodetector.head.importance"))))
    rows = []
    for factor in result.importance.index:
        cells = [_cell(part.loc[factor], name) if factor in part.index else EMPTY for _, part in parts for name in shown]
        if several and result.by is not None:
            cells.append(text(f"geodetector.importance.{result.importance.loc[factor, 'importance']}"))
        rows.append(Row(str(factor), label(str(factor)), tuple(cells)))
    notes = _notes(result, "p_value", *(["expected"] if not several else ["importance"] if result.by else []), *(["search"] if result.draws else []))
    return Table(
        name="factors",
        frame=result.factors,
        columns=tuple(columns),
        rows=tuple(rows),
        title=_title(result, "factors"),
        stub=text("geodetector.head.factor"),
        notes=notes,
    )


def _cell(row: Any, name: str) -> Cell:
    value = row[name]
    if name == "method":
        return text(f"geodetector.method.{value}")
    if value != value:
        return EMPTY
    if name == "q":
        return Cell("estimate", float(value), float(row["p_value"]))
    return Cell("count", int(value)) if name in ("rank", "classes", "single_rows", "n") else Cell(kind_of(name), float(value))


def interactions_table(result: Geodetector) -> Table:
    parts = [(key, part.reset_index(drop=True)) for key, part in _parts(result, _plain(result.interactions))]
    shown = ("q", "kind", "q_expected") if len(parts) == 1 else ("q", "kind")
    columns = tuple(Column(".".join((*key, name)), (*(label(part) for part in key), text(f"geodetector.head.{name}"))) for key, _ in parts for name in shown)
    rows = []
    first = parts[0][1]
    for i in range(min(len(first), MOST_PAIRS)):
        a, b = str(first["factor_a"].iloc[i]), str(first["factor_b"].iloc[i])
        head = text("geodetector.pair", a=label(a), b=label(b))
        cells = tuple(_pair_cell(part.iloc[i], name) for _, part in parts for name in shown)
        rows.append(Row(f"{a}.{b}", head, cells))
    notes = _notes(result, "interaction")
    return Table(
        name="interactions",
        frame=_plain(result.interactions),
        columns=columns,
        rows=tuple(rows),
        title=_title(result, "interactions"),
        stub=text("geodetector.head.pair"),
        notes=notes,
    )


def kinds_table(result: Geodetector) -> Table:
    """How many pairs are of each kind of interaction, and their share; side by side for several outcomes or groups."""
    pairs = _plain(result.interactions)
    counted = [(key, part["kind"].value_counts()) for key, part in _parts(result, pairs)]
    shown = ("count", "share")
    columns = tuple(Column(".".join((*key, name)), (*(label(part) for part in key), text(f"geodetector.head.{name}"))) for key, _ in counted for name in shown)
    rows = tuple(
        Row(kind, text(f"geodetector.kind.{kind}"), tuple(_kind_cell(counts, kind, name) for _, counts in counted for name in shown)) for kind in KINDS
    )
    return Table(name="kinds", frame=pairs, columns=columns, rows=rows, title=_title(result, "kinds"), stub=text("geodetector.head.kind"))


def _kind_cell(counts: pd.Series, kind: str, name: str) -> Cell:
    count = int(counts.get(kind, 0))
    return Cell("count", count) if name == "count" else Cell("share", count / max(int(counts.sum()), 1))


def _plain(frame: pd.DataFrame | None) -> pd.DataFrame:
    assert frame is not None
    return frame


def _pair_cell(row: Any, name: str) -> Cell:
    if name == "kind":
        return text(f"geodetector.kind.{row['kind']}") if row["kind"] else EMPTY
    return Cell("estimate", float(row["q"]), float(row["p_value"])) if name == "q" else Cell(kind_of(name), float(row[name]))


def interaction_map(result: Geodetector) -> Figure:
    """The q of each pair, and of each factor alone on the diagonal; one map a group."""
    import pandas as pd

    pairs = _plain(result.interactions)
    facet = _facet(result)
    kept = [*facet, "factor_a", "factor_b", "q"]
    swapped = pairs.rename(columns={"factor_a": "factor_b", "factor_b": "factor_a"})
    alone = result.factors.reset_index().assign(factor_a=lambda f: f["factor"], factor_b=lambda f: f["factor"])
    frame = pd.concat([alone[kept], pairs[kept], swapped[kept]], ignore_index=True)
    channels = {
        "x": Channel("factor_b", kind="label"),
        "y": Channel("factor_a", kind="label"),
        "value": Channel("q", text("geodetector.head.q")),
    }
    frame, channels = _faceted(result, frame, channels)
    return Figure(
        name="interaction_map", form="heat_map", frame=frame, channels=channels, title=_title(result, "map"), notes=(Message("geodetector.note.map"),)
    )


def _facet(result: Geodetector) -> list[str]:
    return [str(name) for name in result.factors.index.names if name != "factor"]


def _faceted(result: Geodetector, frame: pd.DataFrame, channels: dict[str, Channel]) -> tuple[pd.DataFrame, dict[str, Channel]]:
    """One picture for each outcome and group."""
    names = _facet(result)
    if not names:
        return frame, channels
    facet = frame[names[0]].astype(str)
    for name in names[1:]:
        facet = facet + " · " + frame[name].astype(str)
    return frame.assign(facet=facet), channels | {"facet": Channel("facet", kind="label")}


def shares_bars(result: Geodetector) -> Figure:
    frame = _plain(result.shapley)
    channels = {"x": Channel("factor", kind="label"), "y": Channel("shapley", text("geodetector.head.shapley"))}
    frame, channels = _faceted(result, frame, channels)
    notes = (Message(f"geodetector.note.shares_{result.shares}"),)
    return Figure(name="shares", form="bar", frame=frame, channels=channels, title=_title(result, "shares"), notes=notes)


def search_curves(result: Geodetector) -> Figure:
    """The q by number of classes, a line a method, a picture a factor."""
    frame = _plain(result.search)
    frame = frame[frame["usable"]]
    many = frame["factor"].nunique() > 1
    channels = {
        "x": Channel("classes", text("geodetector.head.classes"), kind="label"),
        "y": Channel("q", text("geodetector.head.q")),
        "group": Channel("method", kind="label"),
    }
    channels |= {"facet": Channel("factor", kind="label")} if many else {}
    words = {name: text(f"geodetector.method.{name}") for name in frame["method"].unique()}
    return Figure(
        name="search",
        form="line",
        frame=frame,
        channels=channels,
        title=_title(result, "search"),
        notes=(Message("geodetector.note.curves"),),
        words=words,
    )


def strata_table(result: Geodetector) -> Table:
    """The strata of each factor: rows, mean and standard deviation of the outcome."""
    heads = ("n", "mean", "std")
    columns = (Column("stratum", (text("geodetector.head.stratum"),)), *(Column(name, (text(f"geodetector.head.{name}"),)) for name in heads))
    rows, before = [], ""
    frame = result.strata.head(MOST_PAIRS)
    for i, item in enumerate(frame.to_dict("records")):
        numbers = (
            Cell("count", int(item["n"])),
            Cell("number", float(item["mean"])),
            EMPTY if item["std"] != item["std"] else Cell("number", float(item["std"])),
        )
        head = label(item["factor"]) if item["factor"] != before else EMPTY
        before = item["factor"]
        rows.append(Row(f"{item['factor']}.{i + 1}", head, (label(item["stratum"]), *numbers), block=item["factor"]))
    return Table(
        name="strata",
        frame=result.strata,
        columns=columns,
        rows=tuple(rows),
        title=_title(result, "strata"),
        stub=text("geodetector.head.factor"),
        notes=(Message("geodetector.note.strata"),),
    )


def stability_table(result: Geodetector) -> Table:
    frame = _plain(result.stability)
    shown = ["leave_one_low", "leave_one_high", "leave_one_region", *(["boot_low", "boot_high"] if result.draws else [])]
    columns = tuple(Column(name, (text(f"geodetector.head.{name}"),)) for name in shown)
    rows = tuple(
        Row(str(item["factor"]), label(item["factor"]), tuple(label(item[n]) if n == "leave_one_region" else Cell("number", item[n]) for n in shown))
        for item in frame.to_dict("records")
    )
    return Table(
        name="stability",
        frame=frame,
        columns=columns,
        rows=rows,
        title=_title(result, "stability"),
        stub=text("geodetector.head.factor"),
        notes=(Message("geodetector.note.stability"),),
    )
