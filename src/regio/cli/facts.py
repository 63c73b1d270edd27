"""The fact base of a chain on the command line."""

from __future__ import annotations

import json as json_
from typing import Any

from regio.contract.finding import ArgumentError, error, suggestion
from regio.exhibits.models import Table
from regio.exhibits.render.terminal import terminal
from regio.exhibits.typeset import typeset
from regio.language import Language, say

DEFAULT = "nev-chain"


def show_facts(words: tuple[str, ...], study: str | None, chain: str | None, source: str | None, language: Language, *, json: bool, unsourced: bool) -> int:
    """Print the facts in which all the words stand; each without a source or a date bears a mark."""
    import regio.chain

    found = regio.chain.facts(_chain(study, chain, source), words, unsourced=unsourced)
    if json:
        rows = [{key: _plain(value) for key, value in row.items()} for row in found.facts.to_dict("records")]
        print(json_.dumps({"ok": True, "count": len(rows), "facts": rows}, ensure_ascii=False, indent=1))
        return 0
    table = found.exhibits()[0]
    assert isinstance(table, Table)
    if len(found.facts):
        print(terminal(typeset(table, language)))
    marked = int((found.facts["marks"] != "").sum())
    print(say("chain.cli.found", language, count=len(found.facts), marked=marked))
    return 0


def _chain(study: str | None, chain: str | None, source: str | None) -> Any:
    """The chain that was asked for: a folder, or a source of a study that is one."""
    import regio.chain

    if chain is not None:
        return regio.chain.read(chain)
    from regio.study.chains import read_chain
    from regio.study.file import load

    loaded = load(study or DEFAULT)
    chains = tuple(s.name for s in loaded.sources if s.chain)
    if not chains:
        raise ArgumentError(error("chain.cli.no_chain", study=loaded.name))
    name = source or chains[0]
    if name not in chains:
        raise ArgumentError(error("study.unknown_source", found=name, sources=chains, near=suggestion(name, chains)))
    return read_chain(loaded.source(name))


def _plain(value: Any) -> Any:
    """A cell for JSON: nothing for a missing one."""
    return None if value != value or value == "" else value
