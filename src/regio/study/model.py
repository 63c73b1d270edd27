"""A study that has been read and checked: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regio.contract.address import Address
from regio.contract.finding import Finding, Position
from regio.exhibits.models import Text
from regio.exhibits.style import Style
from regio.language import Language
from regio.panel.variable import Variable
from regio.reading.recipe import Layout

KEYS = ("region", "period", "unit")  # in a study every table calls its keys so


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A table. columns: its column names as the study sees them (keys are called region, period, unit); taken: those of them that a preparation
    takes of another source, and which. chain: it is no table but an industrial chain, and ``path`` a folder of tables.
    """

    name: str
    written: str
    path: Path
    region: str | None
    period: str | None
    unit: str | None
    places: str | None
    missing: tuple[str, ...]
    layout: Layout | None
    renamed: Mapping[str, str]
    columns: tuple[str, ...]
    title: Text
    where: Position
    taken: Mapping[str, str] = field(default_factory=dict)
    rights: Text = ""
    redistribute: bool = True  # whether a package of the study may hold the file
    citation: Text = ""
    chain: bool = False
    lenient: bool = False  # rows without a key are left out and listed
    groupings: tuple[str, ...] = ()  # of its regions, the user's own: as good as columns


@dataclass(frozen=True, slots=True)
class Preparation:
    """A change of cells or rows of a source: a call of a kind of ``[[prepare]]``, every default filled in."""

    name: str
    kind: str
    on: str
    options: Mapping[str, Any]
    uses: tuple[tuple[str, bool], ...]
    where: Position


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of the number at an address. sign: and differing from zero at ``level``; equals: for cells that hold a word; above, below:
    another number.
    """

    cell: Address
    sign: str | None = None
    level: float = 0.05
    at_least: float | None = None
    at_most: float | None = None
    equals: str | None = None
    above: Address | None = None
    below: Address | None = None
    plus: tuple[Address, ...] = ()  # added to the number

    @property
    def written(self) -> str:
        """The addresses of the number, as they are printed."""
        return " + ".join(map(str, (self.cell, *self.plus)))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A claim and the conditions that decide it, all of which must hold. robust_in: a step with many specifications of the same estimate.
    carried: whether a calibrated panel is made to give the numbers that decide it.
    """

    name: str
    claim: Text
    conditions: tuple[Condition, ...]
    robust_in: str
    note: Text
    where: Position
    carried: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A call: ``options`` with every default filled in and sets written out; ``given``: those that the file states; ``needs``: steps whose
    columns it uses; ``uses``: every column, and whether it must be numeric.
    """

    name: str
    kind: str
    on: str
    options: Mapping[str, Any]
    given: tuple[str, ...]
    by_default: tuple[str, ...]
    uses: tuple[tuple[str, bool], ...]
    needs: tuple[str, ...]
    title: Text
    note: Text
    sample: Mapping[str, Any] | None
    where: Position


@dataclass(frozen=True, slots=True)
class Absent:
    """A column or step that these data do not have, and why."""

    name: str
    note: Text
    where: Position


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not done for want of data. kind: of a step or preparation that is not run; ``set`` or ``variations`` where only parts of it are left
    out; absent: names of what is missing.
    """

    name: str
    kind: str
    title: Text
    absent: tuple[str, ...]
    where: Position


@dataclass(frozen=True, slots=True)
class Shown:
    """One exhibit of the report: addresses that stand side by side."""

    addresses: tuple[str, ...]
    title: Text | None
    main: bool
    where: Position
    beside: tuple[str, ...] = ()  # tables of the paper that stand next to it
    columns: tuple[str, ...] = ()  # keys of those that are printed, in this order; empty: all
    heads: tuple[tuple[Text, tuple[str, ...]], ...] = ()  # titles over some columns
    notes: tuple[Text, ...] = ()
    page: bool = False  # also on the page that is handed on


@dataclass(frozen=True, slots=True)
class Study:
    name: str
    title: Text
    note: Text
    file: Path
    seed: int
    sources: tuple[SourceFile, ...]
    variables: tuple[Variable, ...]
    sets: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]  # of regions, the user's own
    aliases: Mapping[str, str]  # of regions: a name in the tables → a known one
    preparations: tuple[Preparation, ...]  # in text order
    hypotheses: tuple[Hypothesis, ...]
    steps: tuple[Step, ...]  # in an order in which each has what it needs
    defaults: Mapping[str, Any]
    shown: tuple[Shown, ...]
    languages: tuple[Language, ...]
    style: Style
    notes: tuple[Finding, ...] = ()
    figure_formats: tuple[str, ...] = ("svg", "png")
    printed: Path | None = None  # the paper's own numbers
    printed_labels: Mapping[str, Text] = field(default_factory=dict)  # of the report alone
    printed_notes: tuple[Text, ...] = ()  # under every table
    recommendations: tuple[Hypothesis, ...] = ()  # advice as claims; without conditions nothing tests it
    readings: bool = True  # plain readings under the tables
    absent: tuple[Absent, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    groupings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # of regions, the user's own: name → group → members
    group_titles: Mapping[str, Text] = field(default_factory=dict)

    def source(self, name: str) -> SourceFile:
        return next(s for s in self.sources if s.name == name)

    def step(self, name: str) -> Step:
        return next(s for s in self.steps if s.name == name)
