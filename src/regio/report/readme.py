"""The README of a replication package, in the form of the template of the social science data editors (AEA)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from regio.language import JOINED, LANGUAGES, Language, say, spell
from regio.report.citing import cited
from regio.report.methods import name_of
from regio.report.options import draws
from regio.report.references import used
from regio.study.execute import Run
from regio.study.model import SourceFile


@dataclass(frozen=True, slots=True)
class Facts:
    """files: source, place, hash, whether it is included; rows: of the map of exhibits; results: hash of results.json; minutes, memory: that the run took
    less than.
    """

    files: tuple[tuple[str, str, str, bool], ...]
    rows: tuple[tuple[Any, ...], ...]
    results: str
    python: str
    system: str
    minutes: int
    memory: str
    megabytes: str
    version: str
    languages: tuple[Language, ...]


def readme(run: Run, facts: Facts, language: Language) -> str:
    """The whole text in Markdown."""
    return "\n\n".join(_parts(run, facts, language)) + "\n"


def _parts(run: Run, facts: Facts, language: Language) -> Iterator[str]:
    def head(name: str, level: int = 2) -> str:
        return f"{'#' * level} {_say(f'head.{name}', language)}"

    kinds = [row[0] for row in facts.rows]
    yield f"# {_say('title', language, title=spell(run.study.title, language) or run.study.name)}"
    yield head("overview")
    if note := spell(run.study.note, language):
        yield note
    yield _text("overview", language, steps=len(run.results), tables=kinds.count("table"), figures=kinds.count("figure"))
    yield head("availability")
    yield head("rights", 3)
    yield "\n".join(f"- {_text(name, language)}" for name in ("certify_use", "certify_share"))
    yield head("summary", 3)
    missing = tuple(place for _, place, _, included in facts.files if not included)
    yield _text("some_out", language, files=JOINED[language].join(f"`{m}`" for m in missing)) if missing else _text("all_in", language)
    yield head("sources", 3)
    for source in run.study.sources:
        yield _source(run, source, facts, language)
    if origins := tuple(dict.fromkeys(spell(v.source, language) for v in run.study.variables if v.source)):
        yield _text("variables", language, sources="; ".join(origin.rstrip(".") for origin in origins))
    yield head("datasets")
    yield _datasets(facts, language)
    yield head("requirements")
    yield head("software", 3)
    yield _text("software", language, version=facts.version, python=facts.python, system=facts.system)
    yield head("random", 3)
    random = any(draws(step.kind, step.options) for step in run.study.steps)
    yield _text("random", language, seed=run.study.seed) if random else _text("no_random", language)
    yield head("runtime", 3)
    yield _text("runtime", language, minutes=facts.minutes, memory=facts.memory, system=facts.system, megabytes=facts.megabytes)
    yield head("programs")
    yield _text("programs", language)
    done = [step for step in run.study.steps if step.name in run.results]
    yield "\n".join(f"{i}. `{step.name}`: {name_of(step.kind, language)} (`{step.kind}`)" for i, step in enumerate(done, 1))
    yield head("instructions")
    yield _text("instructions", language, python=facts.python, hash=facts.results)
    yield head("exhibits")
    yield _text("exhibits", language, numbers=kinds.count("in_text"))
    yield _exhibits(facts, language)
    yield head("references")
    yield "\n".join(f"{i}. {cited(work, language)}" for i, work in enumerate(used(run), 1))


def _say(code: str, language: Language, **values: Any) -> str:
    return say(f"package.{code}", language, **values)


def _text(code: str, language: Language, **values: Any) -> str:
    return _say(f"text.{code}", language, **values)


def _source(run: Run, source: SourceFile, facts: Facts, language: Language) -> str:
    table = next((t for t in run.tables if t.source == source.name), None)
    extent = table.extent if table else {}
    counts = {f"{key}s": extent[f"n_{key}s"] for key in ("region", "period") if extent.get(f"n_{key}s")}
    size = _text("extent_both" if len(counts) > 1 else "extent", language, **counts) if "regions" in counts else ""
    own = [(place, digest, included) for name, place, digest, included in facts.files if name == source.name]
    file = _folder(source, own[0][0]) if own else source.written
    said = [_text("source", language, title=spell(source.title, language) or source.name, file=file, rows=f"{table.rows:,}" if table else "0", extent=size)]
    if source.citation:
        said.append(_text("citation", language, text=spell(source.citation, language).rstrip(".。")))
    said.append(_text("rights", language, text=spell(source.rights, language).rstrip(".。")) if source.rights else _text("no_rights", language))
    said += [_text("get", language, file=place, hash=digest) for place, digest, included in own if not included]
    if table:
        said += [_text("marked", language, label=spell(label, language)) for label in table.labels]
        said += [_text("changes", language, count=f"{len(table.changes):,}")] if table.changes else []
    return (" " if language == "en" else "").join(said)


def _folder(source: SourceFile, place: str) -> str:
    """Where a source lies: its file, or the folder of the tables of a chain."""
    return place.rpartition("/")[0] + "/" if source.chain else place


def _datasets(facts: Facts, language: Language) -> str:
    rows = [(f"`{place}`", source, _say("yes" if included else "no", language), f"`{digest}`") for source, place, digest, included in facts.files]
    return _table(("file", "source", "provided", "hash"), rows, language)


def _exhibits(facts: Facts, language: Language) -> str:
    rows = []
    for row in facts.rows:
        if row[0] in ("table", "figure"):
            code = "figure.number" if row[0] == "figure" else "report.table_number"
            title = row[2] if language == "en" else row[3]
            rows.append((say(code, language, number=row[1]), title, f"`{row[4]}`", row[5], f"`{_in(row[9], language, facts)}`"))
    return _table(("exhibit", "title", "step", "method", "output"), rows, language)


def _in(place: str, language: Language, facts: Facts) -> str:
    """The file of an exhibit in the language of the README, where the report has that language."""
    first = next((x for x in LANGUAGES if f".{x}." in place), language)
    return place.replace(f".{first}.", f".{language}.") if language in facts.languages else place


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], language: Language) -> str:
    titles = [_say(f"column.{head}", language) for head in heads]
    lines = [titles, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
