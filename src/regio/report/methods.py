"""The text on data and methods (数据与方法): what was read, prepared and computed, with every option that was stated and every default that was used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from regio import __version__
from regio.contract.result import Convention
from regio.exhibits.render.markdown import as_marked
from regio.exhibits.scripts import Piece, scripts
from regio.exhibits.typeset import named
from regio.language import JOINED, Language, Message, known, say, spell
from regio.report.citing import shorts
from regio.report.options import clauses, draws, joined, listed, spaced, unused
from regio.report.references import bibliography, of_kind, of_step
from regio.study import keys
from regio.study.execute import Run, seed_of
from regio.study.model import Preparation, Step
from regio.study.tables import TableNote


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and its sentences, each with its stop."""

    head: str
    sentences: tuple[str, ...]
    language: Language
    formula: str = ""  # the part of a sentence in which indices are set low

    @property
    def text(self) -> str:
        return (" " if self.language == "en" else "").join(self.sentences)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text with the places of its parts."""
        before, formula, after = self.text.partition(self.formula) if self.formula else (self.text, "", "")
        return (*scripts(before), *scripts(formula, formula=True), *scripts(after))


def passages(run: Run, language: Language) -> tuple[Passage, ...]:
    """Data, preparations, each kind of method in the order of its first step, and how to do it again."""
    made = [Passage(_say("head.data", language), tuple(_data(run, language)), language)]
    prepared = tuple(_preparations(run, language))
    if prepared:
        made.append(Passage(_say("head.preparations", language), prepared, language))
    done = [step for step in run.study.steps if step.name in run.results]
    for kind in dict.fromkeys(step.kind for step in done):
        steps = [step for step in done if step.kind == kind]
        made.append(Passage(name_of(kind, language), tuple(_method(run, steps, language)), language, _formula(kind, language)))
    made.append(Passage(_say("head.reproduction", language), tuple(_reproduction(run, language)), language))
    return tuple(replace_spaces(passage) for passage in made if passage.sentences)


def replace_spaces(passage: Passage) -> Passage:
    if passage.language == "en":
        return passage
    return Passage(passage.head.strip(), tuple(spaced(sentence) for sentence in passage.sentences), passage.language, spaced(passage.formula))


def _formula(kind: str, language: Language) -> str:
    return say(f"{kind}.formula", language).rstrip(".。") if known(f"{kind}.formula") else ""


def as_markdown(found: Sequence[Passage], references: Sequence[str], language: Language) -> str:
    """The text as a file, with the list of references."""
    title = say("report.methods", language)
    parts = [f"# {title}", *(f"## {passage.head}\n\n{as_marked(passage.pieces)}" for passage in found)]
    if references:
        parts.append(f"## {_say('head.references', language)}\n\n" + "\n".join(f"- {line}" for line in references))
    return "\n\n".join(parts) + "\n"


def name_of(kind: str, language: Language) -> str:
    """What a kind is called in prose; its own name where the catalogue has none."""
    return say(f"methods.name.{kind}", language) if known(f"methods.name.{kind}") else kind


def _say(code: str, language: Language, **values: Any) -> str:
    return say(f"methods.{code}", language, **values)


def _data(run: Run, language: Language) -> Iterator[str]:
    for table in run.tables:
        yield _table(run, table, language)
        held = table.coverage
        if held and held["filled"] < held["cells"]:
            yield _say("missing", language, filled=f"{held['filled']:,}", cells=f"{held['cells']:,}")
        for label in table.labels:
            yield _say("marked", language, label=spell(label, language))
        read = sum(1 for change in table.changes if change["file"])
        if read:
            yield _say("read_changes", language, count=f"{read:,}")
    origins: dict[str, list[str]] = {}
    used = {name for step in run.study.steps for name, _ in step.uses} | {name for p in run.study.preparations for name, _ in p.uses}
    for variable in run.study.variables:
        if variable.source and variable.name in used:
            origins.setdefault(spell(variable.source, language), []).append(spell(variable.label, language) or variable.name)
    for source, names in origins.items():
        yield _say("variable_source", language, source=source.rstrip(".。"), variables=JOINED[language].join(names))


def _table(run: Run, table: TableNote, language: Language) -> str:
    source = run.study.source(table.source)
    regions, periods = table.extent.get("n_regions"), (table.coverage or {}).get("periods") or ()
    form = "region_period" if regions and len(periods) > 1 else "region" if regions else "plain"
    values = {"title": spell(source.title, language) or source.name, "from": source.written, "rows": f"{table.rows:,}", "regions": regions}
    ends = {"periods": len(periods), "first": periods[0], "last": periods[-1]} if periods else {}
    return _say(f"table.{form}", language, **values, **ends)


def _preparations(run: Run, language: Language) -> Iterator[str]:
    for preparation in run.study.preparations:
        table = next((t for t in run.tables if t.source == preparation.on), None)
        rule = next((r for r in table.rules if r.name == preparation.name), None) if table else None
        if rule is not None:
            yield _prepared(run, preparation, rule.rows, language)
    reasons = Counter(c["reason"] for t in run.tables for c in t.changes if not c["file"])
    if reasons:
        cells = tuple(Message("report.cells", {"count": n, "reason": Message(reason)}) for reason, n in sorted(reasons.items()))
        yield _say("changed", language, cells=cells)
    yield from _see([key for p in run.study.preparations for key in of_kind(p.kind, p.options)], language)


def _prepared(run: Run, preparation: Preparation, rows: int, language: Language) -> str:
    kind = preparation.kind
    what = say(f"methods.kind.{kind}", language) if known(f"methods.kind.{kind}") else kind
    said = clauses(kind, preparation.options, tuple(preparation.options), run.labels, language)
    if not said:
        return _say("prepared_plain", language, name=what, rows=f"{rows:,}")
    return _say("prepared", language, name=what, options=joined(said, language), rows=f"{rows:,}")


def _method(run: Run, steps: Sequence[Step], language: Language) -> Iterator[str]:
    kind = steps[0].kind
    if known(f"methods.kind.{kind}"):
        yield _say(f"kind.{kind}", language)
    yield from _see([key for step in steps for key in of_step(run, step)], language)
    yield from _stated(run, steps, language)
    yield from _rows(run, steps, language)
    yield from _defaults(run, steps, language)
    if formula := _formula(kind, language):
        yield _say("formula", language, formula=formula)
    said = dict.fromkeys(convention_in_words(c, run, language) for step in steps for c in run.results[step.name].conventions)
    if said:
        yield _say("conventions", language, conventions=("; " if language == "en" else "；").join(text.rstrip(".。") for text in said))
    for step in steps:
        if draws(kind, step.options):
            yield _say("seeded", language, step=_name(run, step, language), seed=seed_of(run.study, step))


def _see(found: Sequence[str], language: Language) -> Iterator[str]:
    works = [bibliography()[key] for key in dict.fromkeys(found)]
    if works:
        yield _say("works", language, works=shorts(works, language))


def _stated(run: Run, steps: Sequence[Step], language: Language) -> Iterator[str]:
    """What the study states: once for all steps where it is the same, then for those that share it."""
    said = [clauses(s.kind, s.options, (*s.given, *s.by_default), run.labels, language) for s in steps]
    if len(steps) > 1:
        yield _say("steps", language, steps=_names(run, steps, language))
    for some, parts in _shared(steps, said):
        every = len(some) == len(steps) > 1
        yield _say("every" if every else "step", language, options=joined(parts, language), **({} if every else {"steps": _names(run, some, language)}))


def _shared(steps: Sequence[Step], said: Sequence[tuple[str, ...]]) -> Iterator[tuple[tuple[Step, ...], tuple[str, ...]]]:
    """Clauses by the steps that share them, those of most steps first."""
    found: dict[tuple[str, ...], list[str]] = {}
    of = {step.name: step for step in steps}
    for clause in dict.fromkeys(clause for parts in said for clause in parts):
        names = tuple(step.name for step, parts in zip(steps, said, strict=True) if clause in parts)
        found.setdefault(names, []).append(clause)
    for names, parts in sorted(found.items(), key=lambda item: -len(item[0])):
        yield tuple(of[name] for name in names), tuple(parts)


def _rows(run: Run, steps: Sequence[Step], language: Language) -> Iterator[str]:
    for step in steps:
        if step.sample:
            sample = "; ".join(f"{k}: {spell(v, language)}" for k, v in step.sample.items())
            yield _say("sample", language, step=_name(run, step, language), sample=sample)
    counts: dict[tuple[int, int], list[Step]] = {}
    for step in steps:
        provenance = run.results[step.name].provenance
        if provenance is not None and provenance.rows_used is not None:
            counts.setdefault((provenance.rows_used, provenance.rows_left_out), []).append(step)
    for (used, left), some in counts.items():
        if len(some) == len(steps) > 1 and not left:
            yield _say("rows_every", language, used=f"{used:,}")
            continue
        more = {"left_out": f"{left:,}"} if left else {}
        yield _say("rows" if left else "rows_all", language, steps=_names(run, some, language), used=f"{used:,}", **more)


def _defaults(run: Run, steps: Sequence[Step], language: Language) -> Iterator[str]:
    """Every default that was used, the same for all steps or for some."""
    lists = [tuple(name for name in s.options if name not in (*s.given, *s.by_default)) for s in steps]
    said = [clauses(s.kind, s.options, names, run.labels, language) for s, names in zip(steps, lists, strict=True)]
    for some, parts in _shared(steps, said):
        every = len(some) == len(steps)
        where = {} if every else {"steps": _names(run, some, language)}
        yield _say("by_default" if every else "by_default_in", language, options=joined(parts, language), **where)
    empty = [unused(s.kind, s.options, names) for s, names in zip(steps, lists, strict=True)]
    never = [name for name in empty[0] if all(name in other for other in empty)]
    if never:
        yield _say("unused_one" if len(never) == 1 else "unused", language, names=JOINED[language].join(never))


def _names(run: Run, steps: Sequence[Step], language: Language) -> str:
    return listed([_say("quoted", language, name=_name(run, step, language)) for step in steps], language)


def convention_in_words(c: Convention, run: Run, language: Language) -> str:
    """What was done, whose way it is, and the source."""
    messages = [m if isinstance(m, Message) else Message(m) for m in (c.what, c.name, c.source) if m]
    words = [say(named(message, run.labels), language).rstrip(".。") for message in messages]
    head, *rest = words
    if rest and _same_beginning(head, rest[0]):
        head, *rest = rest
    if language == "zh":
        return "：".join([head, *rest[:1]]) + (f"（{rest[1]}）" if len(rest) > 1 else "")
    return ": ".join([head, *rest[:1]]) + (f" ({rest[1]})" if len(rest) > 1 else "")


def _same_beginning(head: str, words: str) -> bool:
    """Whether the words already begin with what would stand before the colon."""
    return words.casefold().startswith(head.casefold()) and not words[len(head) : len(head) + 1].isalpha()


def _name(run: Run, step: Step, language: Language) -> str:
    return spell(step.title, language) or step.name


def _reproduction(run: Run, language: Language) -> Iterator[str]:
    yield _say("p_values", language)
    if any(draws(step.kind, step.options) for step in run.study.steps if step.name in run.results):
        yield _say("seed", language, seed=run.study.seed)
    versions = (f"Regio {__version__}", *(f"{name} {version}" for name, version in keys.versions().items()))
    yield _say("software", language, versions=versions)
