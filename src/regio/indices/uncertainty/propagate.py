"""The uncertainty of an index carried into a later step: its estimates on every run of the index (不确定性传导)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Count, Data, Engine, Key, Level, Of, OneOrMany, Role, Seed
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

Cells = Annotated[tuple[str, ...], OneOrMany(), Role("cells")]
HEADS = ("estimate", "mean", "low", "high", "same_sign", "significant", "same")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propagate(Result):
    """estimates: by address ``exhibit/row/column``, as the table stands ``estimate, p_value``, over the runs ``mean, sd, low, high, least, greatest``, and the
    shares of the runs with the ``same_sign``, ``significant`` with that sign, and with the ``same`` value (for words such as grades); draws: by run that
    differs, how many ``runs`` it stands for, and each estimate; rows: region, period, ``part`` of the columns that the step makes, ``value, mean, low, high,
    same``. column: of the index; exact: every combination was looked at.
    """

    estimates: pd.DataFrame
    draws: pd.DataFrame
    rows: pd.DataFrame
    kind: str
    column: str
    level: float
    exact: bool

    def exhibits(self) -> tuple[Exhibit, ...]:
        notes = (Message(f"propagate.note.{'exact' if self.exact else 'drawn'}", {"runs": int(self.draws["runs"].sum())}),)
        return (*self._estimates(notes), *self._plot(notes), *self._rows(notes))

    def _title(self, name: str) -> Message:
        return Message(f"propagate.title.{name}", {"column": label(self.column)})

    def _estimates(self, notes: tuple[Message, ...]) -> tuple[Table, ...]:
        frame = self.estimates
        if frame.empty:
            return ()
        numbers = frame["estimate"].notna().any()
        heads = [name for name in HEADS if frame[name].notna().any() and (name != "same" or not numbers)]
        columns = (Column("place", (text("propagate.place_head"),)), *(Column(h, (text(f"propagate.{h}_head", level=100 * self.level),)) for h in heads))
        rows = []
        for cell, item in zip(frame.index, frame.to_dict("records"), strict=True):
            exhibit, row, *place = str(cell).split("/")
            rows.append(Row(f"{exhibit} {row} {' '.join(place)}", label(row), (Cell("text", " ".join(place)), *(_cell(item, h) for h in heads))))
        more = (Message("propagate.note.interval"),)
        stub = text("propagate.row_head")
        return (
            Table(
                name="estimates",
                frame=frame,
                columns=columns,
                rows=tuple(rows),
                title=self._title("estimates"),
                stub=stub,
                notes=(*notes, *more),
            ),
        )

    def _plot(self, notes: tuple[Message, ...]) -> tuple[Figure, ...]:
        frame = self.estimates.dropna(subset=["estimate", "low"]).reset_index()[["cell", "estimate", "low", "high"]]
        if frame.empty:
            return ()
        rows = [str(cell).split("/")[1] for cell in frame["cell"]]
        names = rows if len(set(rows)) == len(rows) else [" ".join(str(cell).split("/")[1:]) for cell in frame["cell"]]
        channels = {
            "y": Channel("cell", kind="label"),
            "x": Channel("estimate", text("propagate.plot", level=100 * self.level)),
            "low": Channel("low"),
            "high": Channel("high"),
        }
        return (Figure(name="plot", form="coefficients", frame=frame.assign(cell=names), channels=channels, title=self._title("estimates"), notes=notes),)

    def _rows(self, notes: tuple[Message, ...]) -> tuple[Table, ...]:
        """The columns that the step makes, in the last period."""
        frame = self.rows
        if frame.empty:
            return ()
        here = frame[frame["period"] == frame["period"].max()] if "period" in frame else frame
        who = "unit" if "unit" in here else "region"
        here = here[here["value"].notna()]
        if here.empty or here.duplicated([who, "part"]).any():
            return ()
        parts = list(dict.fromkeys(here["part"]))
        whole = {part for part, values in here.groupby("part")["value"] if (values == values.round()).all()}  # grades
        shown = [(part, head) for part in parts for head in ("value", "low", "high", *(("same",) if part in whole else ()))]
        columns = tuple(
            Column(f"{part or 'main'} {h}", (text("propagate.main") if not part else label(part), text(f"propagate.{h}_head", level=100 * self.level)))
            for part, h in shown
        )
        values = {(item[who], item["part"]): item for item in here.to_dict("records")}
        rows = tuple(
            Row(str(name), label(str(name)), tuple(_cell(values.get((name, part), {}), h, part in whole) for part, h in shown))
            for name in dict.fromkeys(here[who])
        )
        return (Table(name="rows", frame=frame, columns=columns, rows=rows, title=self._title("rows"), stub=text(f"index.{who}_head"), notes=notes),)


def _cell(item: dict[Any, Any], head: str, whole: bool = False) -> Cell:
    value = item.get(head, float("nan"))
    if value != value:
        return EMPTY
    if head == "estimate":
        p_value = item["p_value"]
        return Cell("estimate", float(value), None if p_value != p_value else float(p_value))
    if head in ("same_sign", "significant", "same"):
        return Cell("share", float(value))
    return Cell("count", round(value)) if whole else Cell("number", float(value))


@method
def propagate(
    data: Data,
    of: Of,
    uncertainty: Of,
    column: ColumnRole,
    *,
    estimates: Cells = (),
    draws: Count = 499,
    level: Level = 0.95,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
    engine: Engine = None,
) -> Propagate:
    """A later step done again on every run of an index: how far its estimates rest on the choices behind the index.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), with the index and all its indicators
    of : the later step, such as a regression, a detector or a coupling that uses the index: in a study its name, in Python its result or its call
    uncertainty : the step of ``index_uncertainty``, whose index, variations and noise are taken; in Python its result or its call
    column : the column of ``data`` that holds the index, (N,); in a study the name of the index's step
    estimates : addresses ``exhibit/row/column`` in the tables of the later step (``"coefficients/digital"``); none: the estimates of the index's own row, or
        what else stands there, else all estimates
    draws : joint draws of all sources; where there is no noise and no more combinations than this, every combination is taken once instead
    level : of the intervals; an estimate is significant where its p-value is below 1 − level, or its interval leaves out zero
    seed : of the draws
    region, period : key columns, where data is a plain frame
    engine : where the draws are computed

    Returns
    -------
    Propagate
        ``.estimates``, ``.draws``, ``.rows``

    Raises
    ------
    ArgumentError
        where ``uncertainty`` is no ``index_uncertainty``, an address does not exist, or there is nothing to follow
    ArgumentError, DataError, EstimationError
        where the later step fails on one run: its alternatives are named

    Notes
    -----
    The index is learnt on the rows of this table under each run, takes the place of its column, and the later step is computed again, with all else as it was.
    The interval is that of the estimate over the runs (inverse of the distribution function); it says nothing of sampling, which the share of significant runs
    does. Other columns that were made of the index are not drawn again.

    Examples
    --------
    The slope on an index of two columns: 11/10 · 4 where x alone counts, 20/38 · 8 where both do.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcde"), "x": [0.0, 1, 2, 3, 4], "z": [0.0, 2, 1, 3, 4], "y": [1.0, 2, 4, 3, 6]})
    >>> made = regio.index(frame, ("x", "z"), weights="equal", region="r")
    >>> frame["score"] = made.scores["score"]
    >>> unsure = regio.index_uncertainty(frame, made, [{"weights": {"x": 1.0, "z": 0.0}}], region="r")
    >>> found = regio.propagate(frame, regio.regress(frame, "y", "score", region="r"), unsure, "score", region="r")
    >>> found.estimates[["estimate", "least", "greatest"]].round(3).values.tolist()
    [[4.211, 4.211, 4.4]]
    """
    from dataclasses import fields

    from regio.indices.uncertainty._propagate import make

    made = make(data, of, uncertainty, column, estimates=estimates, draws=draws, level=level, seed=seed, engine=engine)
    return Propagate(
        **{f.name: getattr(made, f.name) for f in fields(made)},
        kind=of.kind,
        column=column,
        level=level,
        conventions=(Convention("index_uncertainty.runs_of", f"index_uncertainty.runs_of.{'exact' if made.exact else 'drawn'}"),),
    )
