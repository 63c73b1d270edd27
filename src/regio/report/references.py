"""References: the works behind every method, option, convention and rule that a study used. What belongs to what stands in ``bibliography.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from regio.catalogue import METHODS, PREPARATIONS
from regio.contract.result import Convention
from regio.language import Message
from regio.study.execute import Run
from regio.study.model import Step

SECTIONS = ("kind", "value", "convention", "lint", "always")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work. authors: family name, a comma, initials (or a whole name in Chinese, or of an institution); latin, english, journal_en: of works in
    Chinese, for readers of English; number: of a report, with the name of its series; book: that a chapter or a paper of a conference stands in.
    """

    key: str
    type: str
    authors: tuple[str, ...]
    year: int
    title: str
    language: str = "en"
    latin: tuple[str, ...] = ()
    english: str = ""
    journal: str = ""
    journal_en: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    book: str = ""
    editors: tuple[str, ...] = ()
    edition: str = ""
    number: str = ""
    publisher: str = ""
    place: str = ""
    doi: str = ""
    url: str = ""
    institutions: bool = False


@cache
def bibliography() -> Mapping[str, Work]:
    """Every work by its key."""
    return {key: _work(key, entry) for key, entry in _file()["work"].items()}


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((resources.files("regio.report") / "bibliography.toml").read_text(encoding="utf-8"))


def _work(key: str, entry: Mapping[str, Any]) -> Work:
    known = {f.name for f in fields(Work)}
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k in known}
    return Work(key=key, **given)


def keys_of(section: str, name: str) -> tuple[str, ...]:
    """The works behind a kind, an option's value, a convention or a rule; none where the file has no entry. Of a kind: those of all its variants."""
    found: Any = _file().get(section, {})
    for part in (name,) if section != "kind" else name.split("."):
        found = found.get(part, ()) if isinstance(found, Mapping) else ()
    if isinstance(found, Mapping) and all("=" in choice for choice in found):
        return tuple(dict.fromkeys(key for keys in found.values() for key in keys))
    return tuple(found) if isinstance(found, list) else ()


def of_kind(kind: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    """The works behind a kind with these options: where they differ by the value of an option, those of the value alone."""
    found = _file()["kind"].get(kind)
    if not isinstance(found, Mapping):
        return keys_of("kind", kind)
    chosen = [f"{name}={value}" for name, value in options.items()]
    return tuple(key for choice, keys in found.items() if choice in chosen for key in keys)


def used(run: Run) -> tuple[Work, ...]:
    """The works behind what a run did, in the order of authors and years."""
    found = dict.fromkeys(_keys(run))
    return tuple(sorted((bibliography()[key] for key in found), key=lambda w: (_sorted_by(w), w.year, w.title)))


def _sorted_by(work: Work) -> str:
    return " ".join((work.latin or work.authors)[:3]).casefold()


def of_step(run: Run, step: Step) -> tuple[str, ...]:
    """The keys of the works behind one step, its kind's own first."""
    found = [*of_kind(step.kind, step.options), *_of_options(step.options)]
    result = run.results.get(step.name)
    for convention in result.conventions if result else ():
        found += [key for code in _codes(convention) for key in keys_of("convention", code)]
    return tuple(dict.fromkeys(found))


def _keys(run: Run) -> Iterator[str]:
    for step in run.study.steps:
        if step.name in run.results:
            yield from of_step(run, step)
    for preparation in run.study.preparations:
        yield from (*of_kind(preparation.kind, preparation.options), *_of_options(preparation.options))
    for finding in run.findings:
        if finding.code.startswith("lint."):
            yield from keys_of("lint", finding.code.split(".")[1])
    for name in ("software", *(("readings", "readings_within") if run.study.readings else ())):
        yield from keys_of("always", name)


def _of_options(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        values = value if isinstance(value, tuple | list) else (value,)
        yield from keys_of("value", f"{name}*{len(values)}")
        if value:
            yield from keys_of("value", name)
        for one in values:
            yield from keys_of("value", f"{name}={one}") if isinstance(one, str) else ()


def _codes(convention: Convention) -> Iterator[str]:
    for part in (convention.what, convention.name):
        yield part.code if isinstance(part, Message) else part


def uncovered() -> tuple[str, ...]:
    """Kinds that no work stands behind."""
    return tuple(kind for kind in (*METHODS, *PREPARATIONS) if not keys_of("kind", kind))
