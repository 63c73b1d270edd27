"""``regio run``: progress while it goes on, then the main table and where the report lies."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from regio.cli.counting import Counted
from regio.compute.engine import named
from regio.contract.finding import Finding
from regio.language import Language, default_language, say
from regio.study.events import Event, Failed, Finished, Found, Listener, Reused, Started, nobody
from regio.study.file import load
from regio.study.model import Study

FINE, FAILED = 0, 1


def run_study(study: str, data: tuple[str, ...], out: Path | None, only: tuple[str, ...], language: Language | None, engine: str | None, *, json: bool) -> int:
    face = language or default_language()
    where = Counted(named(engine) if engine is not None else None)
    read = load(study, data)
    languages = tuple(dict.fromkeys([*([language] if language else []), *read.languages]))
    with _listener(read, face, where, silent=json) as tell:
        from regio.report.run import run

        finished = run(read, out, only=only, languages=languages, engine=where, events=tell)
    if json:
        folder = str(finished.folder)
        summary = {"ok": not finished.failed, "study": read.name, "folder": folder, "steps": list(finished), "failed": sorted(finished.failed)}
        print(json_.dumps({**summary, "findings": [f.to_dict() for f in (*finished.findings, *finished.written)]}, ensure_ascii=False))
        return FAILED if finished.failed else FINE

    for finding in finished.findings:
        if _of_referee(finding):
            print(finding.text(face), file=sys.stderr)
    print(finished.main.get(languages[0], ""))
    print()
    show_failed(finished.failed, face)
    for problem in finished.written:
        if problem.code != "report.not_shown":  # said of the step already
            print(problem.text(face), file=sys.stderr)
    assert finished.folder is not None
    print(say("cli.report", face, file=str(finished.folder / "report.html")))
    return FAILED if finished.failed else FINE


def show_failed(failed: Mapping[str, tuple[Finding, ...]], face: Language) -> None:
    """What is wrong with each step that failed; those that only wait for another one in one line."""
    skipped = {name: findings for name, findings in failed.items() if all(f.code == "study.step_skipped" for f in findings)}
    for name, findings in failed.items():
        if name not in skipped:
            print(say("study.step_failed", face, step=name), file=sys.stderr)
            for finding in findings:
                print("  " + finding.text(face).replace("\n", "\n  "), file=sys.stderr)
    if skipped:
        print(say("cli.skipped", face, steps=tuple(skipped)), file=sys.stderr)


@contextmanager
def _listener(study: Study, face: Language, engine: Counted, *, silent: bool) -> Iterator[Listener]:
    if silent:
        yield nobody
    elif sys.stderr.isatty():
        with _bar(len(study.steps), face, engine) as tell:
            yield tell
    else:
        yield _lines(face)


def _lines(face: Language) -> Listener:
    """One plain line an event."""

    def tell(event: Event) -> None:
        match event:
            case Started(name, kind, number, total):
                print(f"[{number}/{total}] {name} ({kind})", file=sys.stderr)
            case Found(name, finding) if not _of_referee(finding):
                print(f"  {_said(name, finding, face)}", file=sys.stderr)
            case Failed(name, findings) if any(f.code != "study.step_skipped" for f in findings):
                print("  " + say("study.step_failed", face, step=name), file=sys.stderr)
            case Reused() | Finished() | Found() | Failed():
                pass

    return tell


@contextmanager
def _bar(total: int, face: Language, engine: Counted) -> Iterator[Listener]:
    """A bar over the steps; beside the name of a long one how many of its parts are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(say("cli.reading", face), total=total)
        running = ""

        def count(done: int, parts: int | None) -> None:
            progress.update(task, description=f"{running} {done}/{parts}" if parts else f"{running} {done}")

        engine.tell = count

        def tell(event: Event) -> None:
            nonlocal running
            match event:
                case Started(name, kind, _, _):
                    running = f"{name} ({kind})"
                    progress.update(task, description=running)
                case Found(name, finding) if not _of_referee(finding):
                    console.print(_said(name, finding, face), markup=False, highlight=False)
                case Finished() | Reused() | Failed():
                    progress.advance(task)

        yield tell


def _said(name: str, finding: Finding, face: Language) -> str:
    return (finding if finding.where else replace(finding, where=name)).text(face)


def _of_referee(finding: Finding) -> bool:
    """Said of the study as a whole, once, when all steps are done."""
    return finding.code.startswith("lint.")
