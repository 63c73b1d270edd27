"""The profile of a region in an index: what makes its score, what holds it back, what moved it, and who is like it (地区画像)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Count, Data, Key, Rules, Seed
from regio.exhibits.models import EMPTY, Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("value", "scaled", "mean_scaled", "rank", "weight", "contribution", "gap", "obstacle", "change")
KINDS = {"rank": "count", "weight": "share", "obstacle": "share"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile(Result):
    """contributions: by indicator, ``dimension, value, scaled, mean_scaled, rank`` (in it), ``weight``, ``contribution`` (to the score; missing where
    scores do not add up), ``gap`` (to the score of a region with the mean of each indicator), ``obstacle`` (share), ``before`` (value), ``change`` (part of
    the score's change under the rules of ``at``); levels: (region, period), of it and its peers, ``score, rank, n``; peers: nearest first, ``distance, score,
    rank``; score, reference, before: of the region, of the mean region, of the region at ``since``.
    """

    contributions: pd.DataFrame
    levels: pd.DataFrame
    peers: pd.DataFrame
    place: str
    at: str
    since: str
    additive: bool
    score: float
    reference: float
    before: float

    def exhibits(self) -> tuple[Exhibit, ...]:
        return (self._table(), self._peers(), self._gap(), *self._change(), *self._levels())

    def _table(self) -> Table:
        frame = self.contributions
        heads = [name for name in SHOWN if frame[name].notna().any()]
        dimensions = frame["dimension"].astype(bool).any()
        columns = [Column("dimension", (text("index.dimension_head"),))] if dimensions else []
        columns += [Column(name, (text(f"profile.{name}_head"),)) for name in heads]
        rows = []
        for name, values in zip(frame.index, frame.to_dict("records"), strict=True):
            cells = [label(values["dimension"])] if dimensions else []
            cells += [_cell(values[head], head) for head in heads]
            rows.append(Row(str(name), label(str(name)), tuple(cells), block="indicators"))
        sums = [EMPTY] if dimensions else []
        sums += [_cell(frame[head].sum(), head) if head in ("weight", "contribution", "gap", "obstacle", "change") else EMPTY for head in heads]
        rows.append(Row("_total", text("index.total"), tuple(sums), block="total"))
        notes = [Message("profile.note.gap"), Message("profile.note.obstacle")]
        notes += [Message("profile.note.change", {"since": self.since, "at": self.at or "—"})] if self.since else []
        title = Message("profile.title" if not self.at else "profile.title_at", {"place": label(self.place), "at": self.at})
        return Table(
            name="contributions", frame=frame, columns=tuple(columns), rows=tuple(rows), title=title, stub=text("index.indicator_head"), notes=tuple(notes)
        )

    def _peers(self) -> Table:
        heads = ("distance", "score", "rank")
        rows = tuple(
            Row(str(name), label(str(name)), tuple(_cell(values[head], head) for head in heads))
            for name, values in zip(self.peers.index, self.peers.to_dict("records"), strict=True)
        )
        columns = tuple(Column(head, (text(f"profile.{head}_of_head"),)) for head in heads)
        title, notes = Message("profile.peers", {"place": label(self.place)}), (Message("profile.note.distance"),)
        return Table(name="peers", frame=self.peers, columns=columns, rows=rows, title=title, stub=text("index.region_head"), notes=notes)

    def _gap(self) -> Figure:
        title = Message("profile.gap", {"place": label(self.place)})
        return waterfall(
            "gap", "_mean", self.reference, self.contributions["gap"], "_own", self.score, title, {"_mean": text("profile.mean"), "_own": label(self.place)}
        )

    def _change(self) -> tuple[Figure, ...]:
        if not self.since:
            return ()
        title = Message("profile.change", {"place": label(self.place), "since": self.since, "at": self.at})
        words = {"_before": label(self.since), "_after": label(self.at)}
        return (waterfall("change", "_before", self.before, self.contributions["change"], "_after", self.score, title, words),)

    def _levels(self) -> tuple[Figure, ...]:
        frame = self.levels.reset_index()
        if frame["period"].nunique() < 2:
            return ()
        channels = {"x": Channel("period", kind="label"), "y": Channel("rank", text("index.rank_head")), "group": Channel("region", kind="label")}
        return (Figure(name="ranks", form="rank_flow", frame=frame, channels=channels, title=Message("profile.ranks", {"place": label(self.place)})),)


def waterfall(name: str, first: str, start: float, parts: pd.Series, last: str, stop: float, title: Message, words: dict[str, Cell]) -> Figure:
    """From one score to another: totals at both ends, parts between them."""
    import pandas as pd

    rows = [(first, start, "total"), *((str(part), float(value), "fall" if value < 0 else "rise") for part, value in parts.items()), (last, stop, "total")]
    frame = pd.DataFrame(rows, columns=["step", "value", "kind"])
    channels = {"x": Channel("step", kind="label"), "y": Channel("value", text("index.score_head")), "group": Channel("kind", kind="label")}
    said = {"total": text("profile.total"), "rise": text("profile.rise"), "fall": text("profile.fall"), **words}
    return Figure(name=name, form="waterfall", frame=frame, channels=channels, title=title, words=said)


def _cell(value: float, head: str) -> Cell:
    return EMPTY if value != value else Cell(KINDS.get(head, "number"), int(value) if head == "rank" else float(value))  # type: ignore[arg-type]


@method
def profile(
    data: Data,
    of: Rules,
    place: str,
    *,
    at: int | str | None = None,
    since: int | str | None = None,
    peers: Count = 5,
    draws: Count = 499,
    seed: Seed = 0,
    region: Key = None,
    period: Key = None,
) -> Profile:
    """What makes the score of one region in an index, what holds it back, what changed it, and which regions are like it.

    Parameters
    ----------
    data : Panel or DataFrame; (N rows), the table of the index
    of : the index: in a study the name of its step, in Python its result, its ``.rules``, or a call that learns from this table
    place : the region, as the table names it or in another form that Regio knows
    at : period that is looked at; None: the last
    since : period that it is compared with; None: the region's first, if that is another
    peers : how many similar regions
    draws : pairs of random orders for the split, only where scores do not add up and there are more than 12 indicators
    seed : of these orders
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Profile
        ``.contributions``, ``.levels``, ``.peers``

    Raises
    ------
    ArgumentError
        for a region or period that does not exist, or where ``of`` is no index

    Notes
    -----
    Contribution w_j z_j where scores add up. Gap and change: the difference to the score of a region with the mean of each indicator, and to the region's own
    score at ``since`` under the rules of ``at``, split over the indicators: w_j Δz_j where scores add up, else by the Shapley value, which depends on no
    order and adds up too. Obstacle degree (障碍度): what the score would gain if one indicator were the best observed, as a share of the sum of these gains;
    with min-max scaling and the arithmetic mean w_j (1 − z_j)/Σ w (1 − z). Peers: √Σ w_j (z_j − z'_j)². Shapley (1953), A value for n-person games.

    Examples
    --------
    Scaled, b has 1 and 0.5; the means are 0.5 and 0.5.

    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("abc"), "x": [0.0, 2.0, 1.0], "y": [0.0, 2.0, 4.0]})
    >>> made = regio.index(frame, weights="equal", region="r")
    >>> regio.profile(frame, made, "b", region="r").contributions[["contribution", "gap", "obstacle"]].values.tolist()
    [[0.5, 0.25, 0.0], [0.25, 0.0, 1.0]]
    """
    from dataclasses import fields

    from regio.indices.editions._profile import make

    made = make(data, of, place, at=at, since=since, peers=peers, draws=draws, seed=seed)
    exact = "sum" if made.additive else "sampled" if made.findings else "shapley"
    return Profile(
        **{f.name: getattr(made, f.name) for f in fields(made)},
        conventions=(Convention("profile.split", f"profile.split.{exact}"), Convention("profile.peers_of", "profile.note.distance")),
    )
