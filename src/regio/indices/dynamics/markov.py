"""Markov chains: how regions move between classes from period to period (马尔可夫链)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Count, Data, Few, Key, Role
from regio.exhibits.models import Cell, Channel, Column, Exhibit, Figure, Row, Table, label, text
from regio.indices.dynamics._frames import bare, frame_table, kinds_of, number
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd

NAMED = {
    2: ("low", "high"),
    3: ("low", "medium", "high"),
    4: ("low", "lower_middle", "upper_middle", "high"),
    5: ("low", "lower_middle", "medium", "upper_middle", "high"),
}
Breaks = Literal["quantile", "values"] | tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Markov(Result):
    """transitions, counts: (k, k) from (rows) to (columns) classes; transitions are missing for a class that is never left; long_run: by class, ``initial``
    and ``final`` shares, ``ergodic``, ``sojourn`` (steps); passage: (k, k) mean first passage times in steps; mobility: ``shorrocks, determinant, eigenvalue,
    half_life``; tests: homogeneity over time; classes: ``lower, upper, n`` of each; class_of: (N rows) the class of each row, from 1.
    """

    transitions: pd.DataFrame
    counts: pd.DataFrame
    long_run: pd.DataFrame
    passage: pd.DataFrame
    mobility: pd.Series
    tests: pd.DataFrame
    classes: pd.DataFrame
    class_of: pd.Series
    column: str
    breaks: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        name = {"column": label(self.column)}
        words = class_words(tuple(self.transitions.index), self.breaks)
        title = Message("markov.title", name)
        main = transition_table(self.transitions, self.counts, words, title, (Message("markov.note.classes"), Message(f"markov.breaks_of.{self.breaks}")))
        run = frame_table(
            self.long_run,
            kinds_of(self.long_run),
            name="long_run",
            prefix="markov",
            title=Message("markov.long_run", name),
            stub=text("markov.class_head"),
            words=words,
        )
        measures = self.mobility.to_frame("value").rename_axis("measure")
        moving = frame_table(
            measures,
            {"value": "number"},
            name="mobility",
            prefix="markov",
            title=Message("markov.mobility", name),
            stub=text("markov.measure_head"),
            notes=(Message("markov.note.half_life"),),
            words={m: text(f"markov.measure.{m}") for m in measures.index},
        )
        tests = tests_table(self.tests, Message("markov.tests", name), (Message("markov.note.tests"),))
        classes = frame_table(
            self.classes,
            kinds_of(self.classes),
            name="classes",
            prefix="markov",
            title=Message("markov.classes_title", name),
            stub=text("markov.class_head"),
            words=words,
        )
        return (main, run, moving, tests, classes, _heat(self.transitions, words, title))

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.class_of}


def class_words(names: tuple[Any, ...], breaks: str) -> dict[str, Cell]:
    """Class → the cell that says it: levels where two to five quantiles have names, else numbers; values stand for themselves."""
    if breaks == "values":
        return {str(name): label(str(name)) for name in names}
    levels = NAMED.get(len(names)) if breaks == "quantile" else None
    return {str(name): text(f"markov.level.{levels[i]}") if levels else text("markov.class", number=str(name)) for i, name in enumerate(names)}


def transition_table(
    transitions: pd.DataFrame, counts: pd.DataFrame, words: Mapping[str, Cell], title: Message, notes: tuple[Message, ...], name: str = "transitions"
) -> Table:
    """Probabilities, with the number of departures; with two levels of the index a block for each first level."""
    columns = (*(Column(str(c), (words[str(c)],)) for c in transitions.columns), Column("n", (text("markov.departures_head"),)))
    rows = []
    for key, values, row in zip(transitions.index, transitions.to_numpy(), counts.to_numpy(), strict=True):
        levels = key if isinstance(key, tuple) else (key,)
        said = tuple(words[str(level)] for level in levels)
        head = said[0] if len(said) == 1 else text("dynamics.nested", names=tuple(bare(cell) for cell in said))
        rows.append(
            Row(".".join(map(str, levels)), head, (*(number(v) for v in values), number(row.sum(), "count")), block=str(levels[0]) if len(levels) > 1 else "")
        )
    stub = text("markov.class_head" if transitions.index.nlevels == 1 else "spatial_markov.stub")
    return Table(name=name, frame=transitions, columns=columns, rows=tuple(rows), title=title, stub=stub, notes=notes)


def tests_table(tests: pd.DataFrame, title: Message, notes: tuple[Message, ...]) -> Table:
    words = {t: text(f"markov.test.{t}") for t in tests.index}
    return frame_table(
        tests,
        {"statistic": "number", "df": "count", "p_value": "p_value", "sparse_share": "share"},
        name="tests",
        prefix="markov",
        title=title,
        stub=text("dynamics.test_head"),
        notes=notes,
        words=words,
    )


def _heat(transitions: pd.DataFrame, words: Mapping[str, Cell], title: Message) -> Figure:
    flat = transitions.rename_axis("from").reset_index().melt("from", var_name="to", value_name="probability")
    channels = {
        "x": Channel("to", text("markov.to"), kind="label"),
        "y": Channel("from", text("markov.from"), kind="label"),
        "value": Channel("probability", text("markov.probability")),
    }
    return Figure(name="heat", form="heat_map", frame=flat, channels=channels, title=title, words=dict(words))


@method
def markov(
    data: Data,
    column: ColumnRole,
    *,
    classes: Few = 4,
    breaks: Breaks = "quantile",
    scope: Literal["pooled", "by_period"] = "pooled",
    relative: bool = False,
    span: Annotated[int, Ge(1), Role("count")] = 1,
    segments: Count = 2,
    region: Key = None,
    period: Key = None,
) -> Markov:
    """Transition matrix of regions between classes, its long run, mobility, and whether it is the same over time.

    Parameters
    ----------
    data : Panel or DataFrame with regions and periods; (N rows)
    column : (N,)
    classes : how many, where ``breaks`` is ``quantile``
    breaks : ``quantile``; ``values``: each value is a class, as for grades; or the upper bounds of all classes but the last, rising
    scope : quantiles ``pooled`` over all periods, or in each ``by_period``
    relative : divide by the mean of the period first
    span : periods in a step
    segments : stretches of time that the test of homogeneity compares, of as equal length as possible; 0 or 1: no test
    region, period : key columns, where data is a plain frame

    Returns
    -------
    Markov
        ``.transitions``, ``.counts``, ``.long_run``, ``.passage``, ``.mobility``, ``.tests``, ``.classes``; the class of each row is a column for later steps

    Raises
    ------
    ArgumentError
        for a column that does not exist, bounds that do not rise, a table without regions or periods, a span longer than the table
    DataError
        for infinite values, fewer than two classes, more than 50 different values as classes

    Notes
    -----
    p_ij = n_ij/n_i. A value equal to a bound belongs to the class below, so that ties share a class; quantiles by linear interpolation. Ergodic: π = πP, given
    only where it is unique. Half-life −ln 2/ln|λ₂| in steps; Shorrocks (1978), Econometrica 46(5): (k − tr P)/(k − 1). First passage times: Kemeny and
    Snell (1976). Test: likelihood ratio and Pearson χ² of Bickenbach and Bode (2003), International Regional Science Review 26(3). Quah (1993), European
    Economic Review 37.

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("aaabbb"), "t": [1, 2, 3] * 2, "grade": [1, 1, 2, 2, 2, 1]})
    >>> regio.markov(frame, "grade", breaks="values", region="r", period="t").transitions.values.tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    from regio.indices.dynamics._transitions import markov_frames
    from regio.indices.dynamics._values import wide

    found = wide(data, column, "markov")
    made = markov_frames(found, data.rows.index, column, classes=classes, breaks=breaks, scope=scope, relative=relative, span=span, segments=segments)
    kind = breaks if isinstance(breaks, str) else "given"
    return Markov(
        **made.frames,
        column=column,
        breaks=kind,
        provenance=found.provenance,
        conventions=class_conventions(kind, scope, relative),
        findings=(*found.findings, *made.findings),
    )


def class_conventions(breaks: str, scope: str, relative: bool) -> tuple[Convention, ...]:
    """How classes were made."""
    found = [Convention("markov.breaks_of", f"markov.breaks_of.{breaks}")]
    if breaks == "quantile":
        found.append(Convention("markov.scope_of", f"markov.scope_of.{scope}"))
    return (*found, Convention("markov.values_of", f"markov.values_of.{'relative' if relative else 'levels'}"))
