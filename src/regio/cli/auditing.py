"""``regio audit``: findings on the terminal, as JSON, or as a page."""

from __future__ import annotations

import json as json_
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

from regio.auditing.audit import examined
from regio.auditing.checks import CHECKS, JOINT
from regio.auditing.facts import borrowed
from regio.auditing.judgement import VERDICTS, Judgement
from regio.auditing.paper import Paper, read_paper, template
from regio.auditing.result import Audit
from regio.cli.audit_page import page
from regio.cli.facts import chain_paper
from regio.contract.finding import ArgumentError, DataError, error, suggestion
from regio.language import Language, say
from regio.study.builtin import FILE, names

INCONSISTENT = 3
PRINTED = "printed.json"  # in a folder without a study file
BAR = 30
LISTED = 12  # lines of what cannot be checked


def show_template(out: Path | None, face: Language) -> int:
    """Print a paper file to fill in, or write it."""
    if out is None:
        print(template(), end="")
        return 0
    if out.exists():
        raise DataError(error("audit.exists", str(out), file=str(out)))
    _write(out, template())
    print(say("audit.written", face, file=str(out)))
    return 0


def audit_paper(
    paper: str, beside: tuple[str, ...], checks: tuple[str, ...], rounding: str, out: Path | None, face: Language, *, joint: bool, json: bool
) -> int:
    """Audit one paper: 0 where nothing is inconsistent, 3 otherwise."""
    read = _read(paper)
    others = tuple(fact for name in beside for fact in borrowed(_read(name)))
    chosen = (*(_known(checks) or CHECKS), *((JOINT,) if joint and JOINT not in checks else ()))
    found = examined(replace(read, facts=(*read.facts, *others)), chosen, rounding, None if json else _bar)  # type: ignore[arg-type]
    if out is not None:
        _write(out, page(found, face))
    if json:
        print(json_.dumps({"ok": not found.inconsistent} | found.to_dict(), ensure_ascii=False))
    else:
        _say(found, face, out)
    return INCONSISTENT if found.inconsistent else 0


def _read(paper: str) -> Paper:
    """The printed paper of a study, the facts of a chain, or a paper file."""
    return chain_paper(paper) or read_paper(of_study(paper))


def of_study(paper: str) -> str:
    """The file of the printed paper, where ``paper`` is a built-in study, a folder of one or a study file; else what was given.

    Raises
    ------
    DataError
        where the study has no printed paper, or there is neither such a file nor such a study
    """
    path = Path(paper).expanduser()
    alone = path / PRINTED
    if path.is_dir() and not (path / FILE).is_file() and alone.is_file():
        return str(alone)
    if (path.is_file() and not _is_study(path)) or (path.suffix and not path.exists()):
        return paper
    if not path.exists() and paper not in names():
        raise DataError(error("audit.no_such_paper", paper, found=paper, studies=names(), near=suggestion(paper, names())))
    from regio.study.file import load

    printed = load(paper).printed
    if printed is None:
        raise DataError(error("audit.nothing_printed", paper, study=paper))
    return str(printed)


def _is_study(path: Path) -> bool:
    """Whether a file is a study and no paper; one that cannot be read is left to those who say why."""
    if path.suffix != ".toml":
        return False
    try:
        return "study" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def _known(checks: tuple[str, ...]) -> tuple[str, ...]:
    known = (*CHECKS, JOINT)
    wrong = [error("audit.unknown_check", found=name, checks=known, near=suggestion(name, known)) for name in checks if name not in known]
    if wrong:
        raise ArgumentError(*wrong)
    return checks


def _say(found: Audit, face: Language, out: Path | None) -> None:
    for note in found.notes:
        print(note.text(face), file=sys.stderr)
    for i, j in enumerate(found.judgements):
        if j.verdict in ("inconsistent", "consistent_if") or j.check == JOINT:
            print(_lines(f"{found.paper}-{i + 1}", j, face), end="\n\n")
    if rest := found.of("not_checkable"):
        print(say("audit.rest", face))
        for j in rest[:LISTED]:
            print(f"    {j.where}  {say(j.note, face)}")
        print(*([f"    … {len(rest) - LISTED}"] if len(rest) > LISTED else []), sep="\n")
    print(say("audit.fine", face, paper=found.paper, **{v: len(found.of(v)) for v in VERDICTS}))
    print(say("audit.about", face))
    if out is not None:
        print(say("audit.written", face, file=str(out)))


def _lines(id_: str, j: Judgement, face: Language) -> str:
    """One finding in a few lines."""
    words = {k: say(f"audit.{k}.{v}", face) for k, v in (("verdict", j.verdict), ("check", j.check), ("severity", j.severity))}
    lines = [f"{id_}  {words['verdict']}  {j.where}  ({words['check']}; {words['severity']})", f"    {say(j.note, face)}", f"    {say(j.formula, face)}"]
    if j.assumption is not None:
        lines.append(f"    {say('audit.head.assumption', face)}: {say(j.assumption, face)}")
    return "\n".join(lines)


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as problem:
        raise DataError(error("audit.not_written", str(path), reason=str(problem.strerror or problem))) from None


def _bar(done: float) -> None:
    """A bar on the terminal, over itself."""
    if sys.stderr.isatty():
        full = round(BAR * done)
        print(f"\r[{'#' * full}{'.' * (BAR - full)}] {done:4.0%}", end="\r" if done < 1 else "\n", file=sys.stderr, flush=True)
