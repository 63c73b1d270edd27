"""Policy and technology on one line of time (政策与技术时间线)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regio.chain.base.model import Names
from regio.contract.method import method
from regio.contract.result import Result
from regio.contract.roles import ChainData
from regio.exhibits.models import Channel, Exhibit, Figure, text
from regio.language import Message

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline(Result):
    """events: ``start``, ``end`` (years with fractions, or missing), ``lane`` (policy, event), ``name``, ``jurisdiction`` or subject, ``source``,
    ``marks``. undated: how many have no date and are not drawn.
    """

    events: pd.DataFrame
    undated: int
    names: Names = field(default_factory=dict)

    def exhibits(self) -> tuple[Exhibit, ...]:
        from regio.chain.base.exhibits import figure_words, table

        columns = {"when": "plain", "lane": "code:lane", "subject": "name", "source": "words"}
        notes = (Message("chain.timeline.undated", {"count": self.undated}),) if self.undated else ()
        lanes = {lane: text(f"chain.lane.{lane}") for lane in self.events["lane"].unique()}
        channels = {"x": Channel("start"), "high": Channel("end"), "y": Channel("lane", kind="label"), "name": Channel("name", kind="label")}
        title = Message("chain.timeline.title")
        picture = Figure(
            name="timeline",
            form="timeline",
            frame=self.events,
            channels=channels,
            title=title,
            notes=notes,
            words={**figure_words(self.names, self.events["name"]), **lanes},
        )
        return picture, table("events", self.events, columns, ["name"], title, names=self.names, notes=notes)


@method
def timeline(chain: ChainData, *, since: int | None = None, until: int | None = None) -> Timeline:
    """Dated policies, and dated events among the facts.

    Parameters
    ----------
    chain : Chain
    since, until : years

    Returns
    -------
    Timeline

    Raises
    ------
    DataError
        where there is no dated policy or event

    Examples
    --------
    >>> import regio.chain
    >>> found = regio.chain.timeline(regio.chain.read("new-energy-vehicles"), until=2005)
    >>> found.events["when"].tolist()
    ['1999', '2001']
    """
    from regio.chain.base.model import opened
    from regio.chain.registers._timeline import compute

    known = opened(chain, "timeline")
    found = compute(known, since, until)
    return Timeline(**found, provenance=known.provenance("policies", "facts", rows=len(found["events"])))
