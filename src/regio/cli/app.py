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

FINE, FAILED, USAGE, STOPPED = 0, 1, 2, 130

app = App(
    name="regio",
    version=__version__,
    help_format="plaintext",
    help="Empirical studies of regions and industries, from one study file. 区域与产业实证研究。",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # said and given its code in ``start``
)
WRONG_CALL = ("study.no_study", "study.unknown_only", "audit.no_paper", "reading.no_paths")
Study = Annotated[str, Parameter(help="Name of a built-in study, a study file, or a folder with study.toml.")]
Data = Annotated[
    tuple[str, ...],
    Parameter(negative="", help="Lay a TOML file over the study, SOURCE=FILE to read one source from another file, or a folder of tables; may be repeated."),
]
Lang = Annotated[Literal["en", "zh"] | None, Parameter(name="--language", help="Language of messages, and the first one of the report: en or zh.")]
Out = Annotated[Path | None, Parameter(help="Folder of the run; runs/NAME if not given.")]
Column = Annotated[str | None, Parameter(help="Name of a column.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON for programs instead of text.")]
Debug = Annotated[bool, Parameter(name="--debug", negative="", help="Show the Python traceback of an error.")]


@app.command
def run(
    study: Study,
    *,
    data: Data = (),
    out: Out = None,
    engine: Annotated[str | None, Parameter(help="Where independent tasks are computed: processes:N. In this process if not given.")] = None,
    only: Annotated[tuple[str, ...], Parameter(negative="", help="Run this step (and those it needs) only; may be repeated.")] = (),
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Run a study and write its report."""
    from regio.cli.running import run_study

    return run_study(study, data, out, only, language, engine, json=json)


@app.command
def check(study: Study, *, data: Data = (), language: Lang = None, json: Json = False, debug: Debug = False) -> int:
    """Check a study file and the headers of its tables, without running anything."""
    from regio.study.file import load

    face = language or default_language()
    found = load(study, data)
    if json:
        print(json_.dumps({"ok": True, "study": found.name, "findings": [f.to_dict() for f in found.notes]}, ensure_ascii=False))
        return FINE
    for note in found.notes:
        print(note.text(face))
    print(say("cli.fine", face, study=found.name, steps=len(found.steps), sources=len(found.sources)))
    return FINE


@app.command
def status(study: Study, *, data: Data = (), out: Out = None, language: Lang = None, json: Json = False, debug: Debug = False) -> int:
    """Say which results are up to date, and why others are not."""
    from regio.cli.state import show_status

    return show_status(study, data, out, language or default_language(), json=json)


@app.command
def explain(
    study: Study,
    address: Annotated[str, Parameter(help="step/exhibit/row/column, and std_error or statistic as a fifth part; as in results.json.")],
    *,
    data: Data = (),
    out: Out = None,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Go from a printed number back to its call, sample, formula, conventions, columns and changed cells."""
    from regio.cli.state import show_explanation

    return show_explanation(study, address, data, out, language or default_language(), json=json)


@app.command
def package(
    study: Study,
    *,
    data: Data = (),
    out: Annotated[Path | None, Parameter(help="An archive (.zip) or a folder; NAME-package.zip in the working folder if not given.")] = None,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Write a replication package: study, data, lock, results, logs, README and a map of exhibits."""
    from regio.cli.package import write_package

    return write_package(study, data, out, language or default_language(), json=json)


@app.command
def new(
    name: Annotated[str, Parameter(help="Name of the study; its folder is made in the working folder.")],
    *,
    origin: Annotated[str, Parameter(name="--from", help="A data file to begin with, or a study to extend.")],
    region: Column = None,
    period: Column = None,
    outcome: Column = None,
    treatment: Column = None,
    controls: Annotated[str | None, Parameter(help="Columns, separated by commas.")] = None,
    title: Annotated[str | None, Parameter(help="Title of the study.")] = None,
    language: Lang = None,
    debug: Debug = False,
) -> int:
    """Write a study file to start from. Asks at most six questions, none where options answer them."""
    from regio.cli.new import make

    face = language or default_language()
    given = {"region": region, "period": period, "outcome": outcome, "treatment": treatment, "controls": controls, "title": title}
    made = make(name, origin, given, face, Path())
    print(say("cli.made", face, file=str(made)))
    return FINE


@app.command(name="import")
def import_(
    *files: Annotated[str, Parameter(help="Yearbook files: CSV, Excel, Stata, SPSS, Parquet, FILE.duckdb::TABLE.")],
    out: Annotated[Path | None, Parameter(help="The table to write; NAME.tidy.csv if not given.")] = None,
    region: Column = None,
    period: Column = None,
    layout: Annotated[Literal["auto", "long", "years_across", "years_down", "regions_across"], Parameter(help="How the tables are laid out.")] = "auto",
    names: Annotated[Literal["auto", "keep"], Parameter(help="Resolve names of provinces and states, or keep them.")] = "auto",
    recipe: Annotated[Path | None, Parameter(help="Repeat the import of this recipe.")] = None,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Read yearbook files into one tidy table, and list every cell that was changed."""
    from regio.cli.importing import import_files

    return import_files(files, out, region, period, layout, recipe, language or default_language(), json=json, names=names)


@app.command
def calibrate(
    paper: Annotated[str, Parameter(help="Printed tables (.json, .toml) or a design (.toml).")],
    *,
    seed: Annotated[int, Parameter(help="Which member of the family of panels.")] = 0,
    out: Annotated[Path | None, Parameter(help="The table to write, NAME.csv; further tables go beside it.")] = None,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Make a panel that gives the printed numbers back: calibrated, not observed."""
    from regio.cli.calibrate import calibrate_paper

    return calibrate_paper(paper, seed, out, language or default_language(), json=json)


@app.command
def template(
    study: Study,
    *,
    out: Annotated[Path | None, Parameter(help="The workbook; NAME.xlsx in the working folder if not given.")] = None,
    language: Lang = None,
    debug: Debug = False,
) -> int:
    """Write a study as an Excel workbook: variables, options as drop-downs, a sheet of regions × periods for each variable."""
    from regio.cli.template import write_template

    face = language or default_language()
    print(say("workbook.written", face, file=str(write_template(study, out, face))))
    return FINE


@app.command
def audit(
    paper: Annotated[
        str | None,
        Parameter(
            help="The printed tables and claims of a paper: .json or .toml; a study that names one; a chain of facts; or a .docx, .pdf, .html, .xlsx, .csv."
        ),
    ] = None,
    *,
    propose: Annotated[bool, Parameter(negative="", help="Of a document: write the proposed tables without asking.")] = False,
    data: Annotated[str | None, Parameter(help="Say whether this table is a panel that Regio generated.")] = None,
    template: Annotated[bool, Parameter(negative="", help="Print a paper file to fill in (with --out: write it).")] = False,
    joint: Annotated[bool, Parameter(negative="", help="Also ask whether all numbers can be true together; takes seconds.")] = False,
    check: Annotated[tuple[str, ...], Parameter(name="--check", negative="", help="Run this check only; may be repeated.")] = (),
    beside: Annotated[tuple[str, ...], Parameter(negative="", help="Hold the facts of the text against those of this other paper; may be repeated.")] = (),
    rounding: Annotated[Literal["any", "nearest", "truncated"], Parameter(help="How the printed digits came about.")] = "any",
    out: Annotated[Path | None, Parameter(help="A page of findings to write, NAME.html; of a document: the file to confirm, if not PAPER.audit.toml.")] = None,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Say for every printed number of a paper whether it can be true beside the others. Exit code 3: something is inconsistent."""
    if data is not None:
        from regio.cli.calibrate import recognise_file

        return recognise_file(data, language or default_language(), json=json)
    from regio.cli.auditing import audit_paper, show_template
    from regio.contract.finding import ArgumentError, error

    face = language or default_language()
    if template:
        return show_template(out, face)
    if paper is None:
        raise ArgumentError(error("audit.no_paper"))
    from regio.cli.proposing import is_document, propose_paper

    if propose or is_document(paper):
        return propose_paper(paper, out, face, ask=not propose, json=json)
    return audit_paper(paper, beside, check, rounding, out, face, joint=joint, json=json)


@app.command
def facts(
    *words: Annotated[str, Parameter(help="Words that must all stand in a fact, also as another name of its subject.")],
    study: Annotated[str | None, Parameter(help="A study with a chain among its sources; nev-chain if not given.")] = None,
    chain: Annotated[str | None, Parameter(help="A folder of chain tables, or the name of a built-in chain.")] = None,
    source: Annotated[str | None, Parameter(help="Which source of the study; the first chain if not given.")] = None,
    unsourced: Annotated[bool, Parameter(negative="", help="Only facts without a source or a date.")] = False,
    audit: Annotated[bool, Parameter(negative="", help="Also say whether they can be true beside the other facts. Exit code 3: one cannot.")] = False,
    language: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> int:
    """Search the fact base of an industrial chain; facts without a source or a date are marked."""
    from regio.cli.facts import show_facts

    return show_facts(words, study, chain, source, language or default_language(), json=json, unsourced=unsourced, audit=audit)


@app.command
def doctor(*, out: Out = None, language: Lang = None, json: Json = False, debug: Debug = False) -> int:
    """Look over this machine: packages, a font for Chinese, encodings, a folder that can be written."""
    from regio.cli.state import show_doctor

    return show_doctor(out, language or default_language(), json=json)


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
    """Run one command: 0 fine, 1 the study failed, 2 usage, 130 stopped by Ctrl-C."""
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
        return STOPPED
    except EOFError:  # the end of the input at a question
        print(say("cli.interrupted", face), file=sys.stderr)
        return FAILED
    except OSError as problem:
        if "--debug" in arguments or (problem.filename is None and problem.errno is None):
            raise
        from regio.contract.finding import DataError, Position, error
        from regio.study.store import reason_of

        place = Position(str(problem.filename)) if problem.filename is not None else ""
        return _show(DataError(error("store.cannot_use", place, reason=reason_of(problem))), face, in_json="--json" in arguments)
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
        said = [f.to_dict() for f in findings] or [
            {"code": m.code, "severity": "error", "text": {x: problem.text(x) for x in LANGUAGES}} for m in problem.messages
        ]
        print(json_.dumps({"ok": False, "findings": said}, ensure_ascii=False))
    else:
        print(problem.text(face), file=sys.stderr)
    return USAGE if any(f.code in WRONG_CALL for f in findings) else FAILED
