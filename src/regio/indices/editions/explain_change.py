"""Why scores and ranks moved between two editions of an index (指数与排名变动的来源分解)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Data, Key, Role, Rules
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.indices.editions.profile import waterfall
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

SOURCES = ("own", "others", "revised", "weights", "scale", "method", "entrants")
Earlier = Annotated[Any, Role("previous", hidden=True)]  # a table, which a stored call cannot hold
LEAST = 5e-10  # a source that moved nobody by more is not printed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExplainChange(Result):
    """scores, ranks: by region that stands in both editions, ``before, after, change`` and the part of each source, ``own, others, revised,
    weights, scale, method, entrants``, which add up to the change; entrants, leavers: regions that stand in one edition only; place: the region of the
    waterfall; since, until: periods.
    """

    scores: pd.DataFrame
    ranks: pd.DataFrame
    entrants: tuple[str, ...]
    leavers: tuple[str, ...]
    place: str
    since: str
    until: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        score: Any = self.scores.loc[self.place]
        words = {
            "_before": text("explain_change.before_head"),
            "_after": text("explain_change.after_head"),
            **{s: text(f"explain_change.{s}_head") for s in SOURCES},
        }
        used = [s for s in SOURCES if abs(score[s]) > LEAST] or ["own"]
        title = Message("explain_change.waterfall", {"place": label(self.place)})
        return (
            self._table("scores", self.scores),
            self._table("ranks", self.ranks),
            self._flow(),
            waterfall("waterfall", "_before", float(score["before"]), score[used], "_after", float(score["after"]), title, words),
        )

    def _table(self, name: str, frame: pd.DataFrame) -> Table:
        used = [s for s in SOURCES if (frame[s].abs() > LEAST).any()] or ["own"]
        heads = ("before", "after", "change", *used)
        kinds = dict.fromkeys(("before", "after", "change"), "count") if name == "ranks" else {}
        rows = tuple(
            Row(str(region), label(str(region)), tuple(_cell(values[head], kinds.get(head, "number")) for head in heads))
            for region, values in zip(frame.index, frame.to_dict("records"), strict=True)
        )
        columns = tuple(Column(head, (text(f"explain_change.{head}_head"),)) for head in heads)
        notes = (Message("explain_change.note"), *((Message("explain_change.note_ranks"),) if name == "ranks" else ()))
        title = Message(f"explain_change.title_{name}", {"since": self.since or "—", "until": self.until or "—"})
        return Table(name=name, frame=frame, columns=columns, rows=rows, title=title, stub=text("index.region_head"), notes=notes)

    def _flow(self) -> Figure:
        frame = self.ranks[["before", "after"]].reset_index().melt("region", var_name="edition", value_name="rank")
        channels = {"x": Channel("edition", kind="label"), "y": Channel("rank", text("index.rank_head")), "group": Channel("region", kind="label")}
        words = {"before": text("explain_change.before_head"), "after": text("explain_change.after_head")}
        return Figure(name="flow", form="rank_flow", frame=frame, channels=channels, title=Message("explain_change.flow"), words=words)


def _cell(value: float, kind: str) -> Cell:
    return Cell("count", round(value)) if kind == "count" else Cell("number", float(value))


@method
def explain_change(
    data: Data,
    of: Rules,
    *,
    before: Rules | None = None,
    previous: Earlier = None,
    since: int | str | None = None,
    until: int | str | None = None,
    place: str = "",
    region: Key = None,
    period: Key = None,
) -> ExplainChange:
    """The change of each region's score and rank between two editions of an index, split over what changed.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), the table of the later edition
    of : the index of the later edition: in a study the name of its step, in Python its result, its ``.rules``, or a call that learns from this table
    before : the index of the earlier edition, where it learnt or chose otherwise; None: the same rules (of a call: what it learns from ``previous``)
    previous : the table of the earlier edition, where data were revised or regions came and went, a Panel or a DataFrame with the same keys; None: ``data``.
    A study has
        both editions in one table
    since : period of the earlier edition; None: the last of ``previous``, or the one before ``until``
    until : period of the later edition; None: the last
    place : region that the waterfall shows; empty: the one whose rank moved most
    region, period : key columns, where data is a plain frame

    Returns
    -------
    ExplainChange
        ``.scores``, ``.ranks``: the change and its parts; ``.entrants``, ``.leavers``

    Raises
    ------
    ArgumentError
        for a period or region that does not exist, where ``of`` is no index, for editions with other indicators or another hierarchy, and for two editions that
        are the same
    DataError
        where no region stands in both editions
    EstimationError
        where the aggregate of one edition cannot take values of the other

    Notes
    -----
    Seven sources, each old or new: own indicators; the others' indicators; revision of the data; weights; scale (bounds and ideals that were learnt); method
    (scaling, directions, aggregation); entrants and leavers, who change the ranks of others. In each of the 2⁷ mixes every region is scored by itself with
    fixed rules; the part of a source is its Shapley value, Σ_S |S|! (6 − |S|)!/7! (v(S + source) − v(S)), which depends on no order and adds up to the
    change. Before a revision a move is that of the earlier table where it has both periods, else the one that the later table shows. Ranks: 1 is best, ties
    share the better one. Shapley (1953), A value for n-person games; Shorrocks (2013), Journal of Economic Inequality 11.

    Examples
    --------
    a stays, b overtakes it: a's rank falls by the other's move alone.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abcabc"), "t": [1] * 3 + [2] * 3, "x": [2.0, 1.0, 0.0, 2.0, 4.0, 0.0]})
    >>> made = regio.index(frame, "x", weights="equal", region="r", period="t")
    >>> regio.explain_change(frame, made, region="r", period="t").ranks.loc["a", ["change", "own", "others"]].tolist()
    [1.0, 0.0, 1.0]
    """
    from dataclasses import fields

    from regio.contract.finding import ArgumentError, error, suggestion
    from regio.contract.tables import open_table
    from regio.indices.editions._explain import make

    table = None if previous is None else open_table(previous, data.keys.region, data.keys.period)
    if previous is not None and table is None:
        raise ArgumentError(error("contract.not_a_table", kind="explain_change", found=type(previous).__name__))
    made = make(data, of, before=before, previous=table, since=since, until=until)
    names = tuple(made.ranks.index)
    if place and place not in names:
        raise ArgumentError(error("explain_change.place", kind="explain_change", found=place, period=made.until, near=suggestion(place, names)))
    shown = place or str(made.ranks["change"].abs().idxmax())
    return ExplainChange(
        **{f.name: getattr(made, f.name) for f in fields(made)},
        place=shown,
        conventions=(Convention("explain_change.split", "explain_change.split.shapley"),),
    )
