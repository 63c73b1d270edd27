"""Sources that are industrial chains: a folder of tables in place of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.chain.base.folder import PACKAGE, built_in, check_headers, content_hash, find, is_chain
from regio.contract.declaration import Declaration
from regio.contract.finding import DataError, Finding, Position, StudyError, error
from regio.study.model import SourceFile

if TYPE_CHECKING:
    from regio.chain.base.model import Chain

__all__ = ["chain_folder", "check_source", "content_hash", "default_source", "extent", "read_chain", "takes_chain"]


def chain_folder(written: str, start: Path) -> Path | None:
    """The folder of a chain that a source names, its headers checked; None where it names something else.

    Raises
    ------
    DataError
        for a table or a column that is missing
    """
    path = start / Path(written).expanduser()
    if written.startswith(PACKAGE) or (not path.exists() and written in built_in()):
        path = find(written, start)
    if not is_chain(path):
        return None
    check_headers(path)
    return path


def takes_chain(known: Declaration) -> bool:
    return known.arguments[0].role.name == "chain"


def default_source(known: Declaration, sources: Iterable[SourceFile], names: tuple[str, ...]) -> str:
    """The first source of the kind that a method takes; the first of all where there is none."""
    return next((s.name for s in sources if s.chain == takes_chain(known)), names[0] if names else "")


def check_source(known: Declaration, source: SourceFile, sample: Any, sources: Iterable[SourceFile], where: Callable[[str], Position]) -> list[Finding]:
    """What is wrong between a kind of step and its source: one takes a chain, the other is a table."""
    if takes_chain(known) != source.chain:
        wanted = tuple(s.name for s in sources if s.chain != source.chain)
        return [error("chain.needs_chain" if takes_chain(known) else "chain.needs_table", where("on"), kind=known.kind, source=source.name, sources=wanted)]
    return [error("chain.no_sample", where("sample"), kind=known.kind)] if source.chain and sample is not None else []


def read_chain(source: SourceFile) -> Chain:
    """The chain of a source.

    Raises
    ------
    StudyError
        with every mistake in its tables
    """
    from regio.chain.base.reader import read

    try:
        return read(source.path)
    except DataError as problem:
        raise StudyError(*problem.findings) from problem


def extent(chain: Chain) -> dict[str, int]:
    """How much a chain holds, for the note on its source."""
    return {"n_segments": len(chain.segments), "n_edges": len(chain.edges), "n_firms": int(chain.firms["firm"].nunique()), "n_facts": len(chain.facts)}
