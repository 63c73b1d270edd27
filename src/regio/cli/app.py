"""Commands and their exit codes. Nothing heavy is imported before a command needs it, so that ``regio --help`` answers at once."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

from regio import __version__
from regio.language import LANGUAGES, Language, RegioError, default_language, say

FINE, FAILED, USAGE = 0, 1, 2

app = App(
    name="regio",
    version=__version__,
    help="Empirical studies of regions and industries, from one study file. 区域与产业实证研究。",
    result_action="return_value",
)
Study = Annotated[str, Parameter(help="Name of a built-in study, a study file, or a folder with study.toml.")]
Lang = Annotated[Literal["en", "zh"] | None, Parameter(name="--language", help="Language of messages, and the first one of the report: en or zh.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for programs instead of text.")]
Debug = Annotated[bool, Parameter(name="--debug", negative="", help="Show the Python traceback of an error.")]


@app.command
def run(
    study: Study,
    *,
    out: Annotated[Path | None, Parameter(help="Folder for the report, tables and results.json; runs/NAME if not given.")] = None,
    only: Annotated[tuple[str, ...], Parameter(negative="", help="Run this step (and those it needs) only; may be repeated.")] = (),
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Run a study and write its report."""
    from regio.cli.running import run_study

    return run_study(study, out, only, language, json=json)


@app.command
def check(study: Study, *, language: Lang = None, json: Json = False, debug: Debug = False) -> int:
    """Check a study file and the headers of its tables, without running anything."""
    from regio.study.file import load

    face = language or default_language()
    found = load(study)
    if json:
        print(json_.dumps({"ok": True, "study": found.name, "findings": [f.to_dict() for f in found.notes]}, ensure_ascii=False))
        return FINE
    for note in found.notes:
        print(note.text(face))
    print(say("cli.fine", face, study=found.name, steps=len(found.steps), sources=len(found.sources)))
    return FINE


@app.command
def studies(*, language: Lang = None, json: Json = False, debug: Debug = False) -> int:
    """List the built-in studies."""
    from regio.cli.words import builtin_titles

    face = language or default_language()
    titles = builtin_titles()
    if json:
        print(json_.dumps(titles, ensure_ascii=False))
        return FINE
    width = max(map(len, titles), default=0)
    for name, title in titles.items():
        print(f"{name:<{width}}  {title[face]}")
    return FINE


def start(arguments: Sequence[str]) -> int:
    """Run one command: 0 fine, 1 the study failed, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    face = _language(arguments)
    try:
        code = app(list(arguments), exit_on_error=False, print_error=True)
    except CycloptsError:
        return USAGE
    except RegioError as problem:
        if "--debug" in arguments:
            raise
        return _show(problem, face, in_json="--json" in arguments)
    except BrokenPipeError:
        return FINE
    except KeyboardInterrupt:
        print(say("cli.interrupted", face), file=sys.stderr)
        return FAILED
    except Exception as problem:
        if "--debug" in arguments:
            raise
        print(say("cli.unexpected", face, problem=f"{type(problem).__name__}: {problem}"), file=sys.stderr)
        return FAILED
    return code if isinstance(code, int) else FINE


def _language(arguments: Sequence[str]) -> Language:
    """The language asked for, also where the command itself cannot be understood."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        for language in LANGUAGES:
            if (option == "--language" and value == language) or option == f"--language={language}":
                return language
    return default_language()


def _show(problem: RegioError, face: Language, *, in_json: bool) -> int:
    from regio.contract.finding import FindingError

    findings = problem.findings if isinstance(problem, FindingError) else ()
    if in_json:
        print(json_.dumps({"ok": False, "findings": [f.to_dict() for f in findings]}, ensure_ascii=False))
    else:
        print(problem.text(face), file=sys.stderr)
    return USAGE if any(f.code in ("study.no_study", "study.unknown_only") for f in findings) else FAILED
