"""Sources of uncertainty of an index and their alternatives: words of its call replaced, preparations, indicators left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regio.contract.checking import check_options
from regio.contract.declaration import declaration
from regio.contract.finding import ArgumentError, Finding, error
from regio.contract.replay import Variation, read_variations
from regio.contract.result import Call

WORDS: Mapping[str, tuple[str, ...]] = {  # source → the words that make it; the first is the one that names its alternatives
    "preparation": (),
    "indicators": ("indicators",),
    "scope": ("scope", "base"),
    "scale": ("scale", "goalposts"),
    "weights": ("weights", "combination", "judgement", "hierarchy", "least_share", "shift", "nearest"),
    "aggregate": ("aggregate", "exponent", "ideal", "form"),
}
FREE = {"interval": "scale"}  # goes with any source; alone it belongs to this one
BASE = {"preparation": "as_given", "indicators": "all"}  # what the call itself is called, where no word says it
WITHOUT = "without "


@dataclass(frozen=True, slots=True)
class Alternative:
    """``options`` replace words of the call; ``variation`` prepares the table first; ``without``: an indicator that is left out."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    variation: Variation | None = None
    without: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """``alternatives``: the call itself first; each is as likely."""

    name: str
    alternatives: tuple[Alternative, ...]


def read_sources(call: Call, variations: Any, drop: bool, indicators: Sequence[str], gaps: bool) -> tuple[tuple[Source, ...], tuple[Finding, ...]]:
    """The sources of a question, in a fixed order.

    Parameters
    ----------
    call : of the index, every option filled in
    variations : as given
    drop : leave out each of the ``indicators`` in turn
    gaps : the table lacks cells, so that it can only be used prepared

    Raises
    ------
    ArgumentError
        for variations that cannot be read, that choose rows, that belong to two sources at once, or two sources that replace the same word
    """
    read, problems = read_variations(call, variations)
    if problems:
        raise ArgumentError(*problems)
    found: dict[str, list[Alternative]] = {}
    notes = []
    for variation in read:
        source, wrong = _source_of(call, variation)
        if wrong is not None:
            problems.append(wrong)
        elif not variation.prepare and all(_same(call.options.get(word), value) for word, value in variation.options.items()):
            notes.append(Finding("index_uncertainty.repeated", {"name": _name(source, variation)}, "note"))
        else:
            kept = variation if variation.prepare else None
            found.setdefault(source, []).append(Alternative(_name(source, variation), variation.options, kept))
    if drop:
        found["indicators"] = [*found.get("indicators", ()), *(Alternative(f"{WITHOUT}{name}", without=name) for name in indicators)]
    problems += _clashes(found)
    if problems:
        raise ArgumentError(*problems)
    order = [*WORDS, *(name for name in found if name not in WORDS)]
    sources = tuple(Source(name, (*_base(call, name, gaps), *found[name])) for name in order if name in found)
    if gaps and "preparation" in found:
        notes.append(Finding("index_uncertainty.only_prepared", {"name": found["preparation"][0].name}, "note"))
    return tuple(_distinct(source) for source in sources), tuple(notes)


def full_call(call: Call) -> Call:
    """The call with every default filled in.

    Raises
    ------
    ArgumentError
        for options that its method does not take
    """
    options, problems = check_options(declaration(call.kind), call.options)
    if problems:
        raise ArgumentError(*problems)
    return Call(call.kind, options, call.learnt)


def _source_of(call: Call, variation: Variation) -> tuple[str, Finding | None]:
    if variation.sample:
        return "", error("index_uncertainty.sample", name=variation.name)
    touched = ["preparation"] if variation.prepare else []
    for word in variation.options:
        source = next((name for name, words in WORDS.items() if word in words), word)
        if word not in FREE and source not in touched:
            touched.append(source)
    touched = touched or [FREE[word] for word in variation.options][:1]
    if len(touched) > 1:
        return "", error("index_uncertainty.two_sources", name=variation.name, sources=tuple(touched))
    return touched[0], None


def _name(source: str, variation: Variation) -> str:
    """The name that was given, else what the leading word says."""
    if not variation.name.isdecimal():
        return variation.name
    values = [variation.options[word] for word in (*WORDS.get(source, ()), *variation.options) if word in variation.options]
    return _said(values[0], variation.name) if values else " + ".join(kind for kind, _ in variation.prepare)


def _said(value: Any, number: str = "") -> str:
    if isinstance(value, Mapping):
        return f"given {number}".strip()
    return " + ".join(map(str, value)) if isinstance(value, tuple) and value else str(value)


def _base(call: Call, source: str, gaps: bool) -> tuple[Alternative, ...]:
    if source == "preparation" and gaps:
        return ()
    word = next((w for w in WORDS.get(source, (source,)) if call.options.get(w) is not None), "")
    return (Alternative(BASE.get(source) or _said(call.options.get(word, "as_given"))),)


def _same(here: Any, there: Any) -> bool:
    return bool(type(here) is type(there) and here == there)


def _clashes(found: Mapping[str, Sequence[Alternative]]) -> list[Finding]:
    """A word that two sources replace would be theirs in an order that nobody chose."""
    owners: dict[str, list[str]] = {}
    for source, alternatives in found.items():
        for word in dict.fromkeys(word for one in alternatives for word in one.options):
            owners.setdefault(word, []).append(source)
    return [error("index_uncertainty.clash", word=word, sources=tuple(sources)) for word, sources in owners.items() if len(sources) > 1]


def _distinct(source: Source) -> Source:
    """Names that occur twice get a number."""
    seen: dict[str, int] = {}
    names = []
    for one in source.alternatives:
        seen[one.name] = seen.get(one.name, 0) + 1
        names.append(one.name if seen[one.name] == 1 else f"{one.name} ({seen[one.name]})")
    renamed = (Alternative(name, one.options, one.variation, one.without) for name, one in zip(names, source.alternatives, strict=True))
    return Source(source.name, tuple(renamed))
