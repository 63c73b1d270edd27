"""Spatial Markov chains: do regions move otherwise next to rich neighbours than next to poor ones (空间马尔可夫链)?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import Ge

from regio.contract.method import method
from regio.contract.result import Convention, Result
from regio.contract.roles import Column as ColumnRole
from regio.contract.roles import Data, Few, Key, Role
from regio.exhibits.models import Channel, Exhibit, Figure, label, text
from regio.indices.dynamics._frames import frame_table, kinds_of
from regio.indices.dynamics.markov import class_conventions, class_words, tests_table, transition_table
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


class Borders:
    """Matrices become plain values, so that a call can be stored: a frame a mapping of mappings, an array a tuple of rows. pydantic reads this off the
    annotation.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(_plain, handler(source))


def _plain(value: Any) -> Any:
    if hasattr(value, "neighbors") and hasattr(value, "weights"):  # a W of libpysal
        return {str(region): dict(zip(map(str, near), value.weights[region], strict=True)) for region, near in value.neighbors.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return {str(region): {str(other): float(weight) for other, weight in row.items()} for region, row in value.T.to_dict().items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    return tuple(tuple(row) if isinstance(row, list | tuple) else row for row in value) if isinstance(value, list | tuple) else value


Neighbours = Annotated[Any, Borders(), Role("neighbours")]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpatialMarkov(Result):
    """transitions, counts: (lag_class, class) rows, k columns: a matrix for each class of the neighbours; unconditional: (k, k); ergodic: (k, k) the long run
    under each class of the neighbours, missing where it is not unique; tests: whether the matrices are the same; classes: ``lower, upper, n``; class_of,
    lag_of: (N rows) class, and mean of the neighbours.
    """

    transitions: pd.DataFrame
    counts: pd.DataFrame
    unconditional: pd.DataFrame
    ergodic: pd.DataFrame
    tests: pd.DataFrame
    classes: pd.DataFrame
    class_of: pd.Series
    lag_of: pd.Series
    column: str
    breaks: str

    def exhibits(self) -> tuple[Exhibit, ...]:
        name = {"column": label(self.column)}
        words = class_words(tuple(self.unconditional.index), self.breaks)
        title = Message("spatial_markov.title", name)
        notes = (Message("markov.note.classes"), Message(f"markov.breaks_of.{self.breaks}"), Message("spatial_markov.note"))
        main = transition_table(self.transitions, self.counts, words, title, notes)
        tests = tests_table(self.tests, Message("spatial_markov.tests", name), (Message("spatial_markov.note_tests"),))
        run = self.ergodic
        table = frame_table(
            run,
            kinds_of(run),
            name="ergodic",
            prefix="markov",
            title=Message("spatial_markov.ergodic", name),
            stub=text("spatial_markov.lag_head"),
            words=words,
            heads=words,
        )
        flat = self.transitions.reset_index().melt(["lag_class", "class"], var_name="to", value_name="probability")
        channels = {
            "x": Channel("to", text("markov.to"), kind="label"),
            "y": Channel("class", text("markov.from"), kind="label"),
            "value": Channel("probability", text("markov.probability")),
            "facet": Channel("lag_class", text("spatial_markov.lag_head"), kind="label"),
        }
        return (main, tests, table, Figure(name="heat", form="heat_map", frame=flat, channels=channels, title=title, words=dict(words)))

    def columns(self) -> Mapping[str, pd.Series]:
        return {"": self.class_of, "neighbours": self.lag_of}


@method
def spatial_markov(
    data: Data,
    column: ColumnRole,
    neighbours: Neighbours = "contiguity",
    *,
    classes: Few = 4,
    breaks: Literal["quantile"] | tuple[float, ...] = "quantile",
    lag_breaks: Literal["same", "own"] = "same",
    scope: Literal["pooled", "by_period"] = "pooled",
    relative: bool = False,
    span: Annotated[int, Ge(1), Role("count")] = 1,
    region: Key = None,
    period: Key = None,
) -> SpatialMarkov:
    """Transition matrices of regions by the class of their neighbours' mean, and whether they differ.

    Parameters
    ----------
    data : Panel or DataFrame with regions and periods; (N rows)
    column : (N,)
    neighbours : ``contiguity``, the borders of a built-in system of regions; in Python also a mapping, region → neighbours, a square frame with regions as
        labels, a W of libpysal, or a square array in the order in which regions first stand in the table; not negative, standardised by row
    classes : how many, where ``breaks`` is ``quantile``
    breaks : ``quantile``, or the upper bounds of all classes but the last, rising
    lag_breaks : the neighbours' mean is classed by the ``same`` bounds (Rey, 2001), or by quantiles of its ``own``
    scope : quantiles ``pooled`` over all periods, or in each ``by_period``
    relative : divide by the mean of the period first
    span : periods in a step; the neighbours are those at its beginning
    region, period : key columns, where data is a plain frame

    Returns
    -------
    SpatialMarkov
        ``.transitions``, ``.counts``, ``.unconditional``, ``.ergodic``, ``.tests``

    Raises
    ------
    ArgumentError
        for a column that does not exist, neighbours that do not fit, bounds that do not rise, a table without regions or periods
    DataError
        for infinite values, fewer than two classes, regions that no built-in system has (``contiguity``)

    Notes
    -----
    Lag z_i = Σ_j w_ij y_j/Σ_j w_ij over the neighbours with a value; a region without any is in no conditional matrix. Conditional p_ij|c = n_ij|c/n_i|c. Test
    that the matrices are the same: likelihood ratio and Pearson χ², Bickenbach and Bode (2003), International Regional Science Review 26(3). Rey (2001),
    Geographical Analysis 33(3).

    Examples
    --------
    >>> import pandas as pd, regio
    >>> frame = pd.DataFrame({"r": list("aabbcc"), "t": [1, 2] * 3, "y": [1.0, 1.0, 3.0, 3.0, 2.0, 3.0]})
    >>> found = regio.spatial_markov(frame, "y", {"a": ["c"], "b": ["c"], "c": ["b"]}, breaks=(2.5,), region="r", period="t")
    >>> found.counts.loc["2"].values.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    from regio.indices.dynamics._transitions import spatial_frames
    from regio.indices.dynamics._values import wide

    found = wide(data, column, "spatial_markov")
    made = spatial_frames(
        found, data.rows.index, column, neighbours, classes=classes, breaks=breaks, scope=scope, relative=relative, span=span, lag_breaks=lag_breaks
    )
    kind = breaks if isinstance(breaks, str) else "given"
    borders = neighbours if isinstance(neighbours, str) else "given"
    return SpatialMarkov(
        **made.frames,
        column=column,
        breaks=kind,
        provenance=found.provenance,
        conventions=(
            *class_conventions(kind, scope, relative),
            Convention("spatial_markov.lag_breaks", f"spatial_markov.lag_breaks.{lag_breaks}"),
            Convention("spatial_markov.neighbours", f"spatial_markov.neighbours.{borders}"),
        ),
        findings=(*found.findings, *made.findings),
    )
