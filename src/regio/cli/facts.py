"""The fact base of a chain on the command line."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regio.contract.finding import ArgumentError, error, suggestion
from regio.exhibits.models import Table
from regio.exhibits.render.terminal import terminal
from regio.exhibits.typeset import typeset
from regio.language import Language, say

if TYPE_CHECKING:
    from regio.auditing.fact_audit import FactAudit
    from regio.auditing.paper import Paper

DEFAULT = "nev-chain"
INCONSISTENT = 3


def show_facts(
    words: tuple[str, ...], study: str | None, chain: str | None, source: str | None, language: Language, *, json: bool, unsourced: bool, audit: bool = False
) -> int:
    """Print the facts in which all the words stand; each without a source or a date bears a mark. With ``audit``, what can be true of them."""
    import regio.chain

    known = _chain(study, chain, source)
    found = regio.chain.facts(known, words, unsourced=unsourced)
    audited = _about(regio.chain.fact_audit(known), set(found.facts["id"])) if audit else None
    wrong = 0 if audited is None else int((audited.relations["verdict"] == "inconsistent").sum())
    if json:
        rows = [{key: _plain(value) for key, value in row.items()} for row in found.facts.to_dict("records")]
        more = {} if audited is None else {"audit": [{k: _plain(v) for k, v in row.items()} for row in audited.relations.to_dict("records")]}
        print(json_.dumps({"ok": not wrong, "count": len(rows), "facts": rows} | more, ensure_ascii=False, indent=1))
        return INCONSISTENT if wrong else 0
    tables = [table for table in (found.exhibits()[0], audited.exhibits()[0] if audited is not None else None) if isinstance(table, Table) and table.rows]
    for table in tables:
        print(terminal(typeset(table, language)))
    print(say("chain.cli.found", language, count=len(found.facts), marked=int((found.facts["marks"] != "").sum())))
    if audited is not None:
        print(say("chain.cli.audited", language, count=len(audited.relations), wrong=wrong))
    return INCONSISTENT if wrong else 0


def _about(found: FactAudit, facts: set[str]) -> FactAudit:
    """The relations that some facts take part in."""
    from dataclasses import replace

    keep = [bool(facts & {row["fact"], *row["others"].split(", ")}) for row in found.relations.to_dict("records")]
    judgements = tuple(j for j, kept in zip(found.judgements, keep, strict=True) if kept)
    return replace(found, relations=found.relations[keep].reset_index(drop=True), judgements=judgements)


def chain_paper(name: str) -> Paper | None:
    """The facts of a chain as a paper to be audited: a folder of tables, a built-in chain, or the chains of a built-in study; None for anything else."""
    from regio.chain.base.folder import built_in, is_chain
    from regio.cli.words import builtin_titles

    if Path(name).is_file() or not (is_chain(Path(name)) or name in built_in() or name in builtin_titles()):
        return None
    from regio.auditing.chains import as_paper, joined

    if name not in builtin_titles():
        import regio.chain

        return as_paper(regio.chain.read(name))
    from regio.study.chains import read_chain
    from regio.study.file import load

    loaded = load(name)
    papers = {s.name: as_paper(read_chain(s)) for s in loaded.sources if s.chain}
    papers = {source: paper for source, paper in papers.items() if paper.tables}
    return joined(papers, name) if papers else None


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
