"""``regio new``: a study file to start from, made out of a data file or laid over another study."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from regio.contract.finding import ArgumentError, error, suggestion
from regio.language import Language, say
from regio.reading.delimited import header
from regio.study import builtin
from regio.study.file import load
from regio.study.store import write_aside

Ask = Callable[[str], str]
QUESTIONS = ("region", "period", "outcome", "treatment", "controls", "title")
MAY_BE_EMPTY = ("period", "controls", "title")
USUAL = {
    "region": ("region", "province", "state", "city", "county", "country", "地区", "省份", "省", "城市", "省市"),
    "period": ("year", "period", "date", "time", "年份", "年", "时间", "时期"),
}


def make(name: str, origin: str, given: Mapping[str, str | None], face: Language, folder: Path) -> Path:
    """Write ``NAME/study.toml`` and give its path.

    Raises
    ------
    ArgumentError
        where the name is no name of a folder, the folder holds a study already, or an answer is missing and there is no terminal, or names no column
    """
    if not name.strip() or {".."} & {*Path(name).parts} or Path(name) == Path():
        raise ArgumentError(error("study.bad_study_name", found=name))
    place = folder / name / builtin.FILE
    if place.exists():
        raise ArgumentError(error("cli.new.exists", folder=str(place.parent)))
    data = Path(origin).expanduser()
    if data.is_file() and data.suffix.lower() != ".toml":
        columns = header(data)
        answers = _answers(columns, given, face, _asker(face))
        text = from_data(name, _from(data, place.parent), columns, answers)
    else:
        base = load(origin)
        text = from_study(name, origin if origin in builtin.names() else str(base.file.resolve()))
    write_aside(place, text.encode("utf-8"))
    return place


def _asker(face: Language) -> Ask | None:
    if sys.stdin is None or not sys.stdin.isatty():  # closed, or not a terminal
        return None
    return lambda option: input(say(f"cli.new.ask_{option}", face) + " ").strip()


def _answers(columns: Sequence[str], given: Mapping[str, str | None], face: Language, ask: Ask | None) -> dict[str, str]:
    """At most six questions on a terminal; none where options answer them. What a column is usually called needs no question elsewhere."""
    silent = ask is None or any(given.values())
    answers: dict[str, str] = {}
    for option in QUESTIONS:
        answer = given.get(option)
        if answer is None and silent:
            answer = _guess(option, columns)
        if answer is None and not silent and ask is not None:
            answer = ask(option)
        if not answer and option not in MAY_BE_EMPTY:
            raise ArgumentError(error("cli.new.needs", option=option, columns=tuple(columns)))
        answers[option] = answer or ""
        for column in _listed(answers[option]) if option != "title" else ():
            if column not in columns:
                raise ArgumentError(error("cli.new.unknown", found=column, option=option, columns=tuple(columns), near=suggestion(column, tuple(columns))))
    return answers


def _guess(option: str, columns: Sequence[str]) -> str | None:
    return next((c for c in columns if c.lower() in USUAL.get(option, ())), None)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _from(data: Path, folder: Path) -> str:
    """The path of a table from the folder of the study; the full one where they are on different drives."""
    try:
        return Path(os.path.relpath(data.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return data.resolve().as_posix()


def from_data(name: str, data: str, columns: Sequence[str], answers: Mapping[str, str]) -> str:
    """A study of one table: descriptives, and a regression with the effects that its keys allow."""
    q = _quoted
    period = answers["period"]
    effects = '["region", "period"]' if period else "[]"
    taken = {c: _free(f"{c}_name", columns) for c in ("region", "period") if c in columns and answers[c] not in (c, "")}  # other columns than the keys
    outcome, treatment, *controls = (taken.get(c, c) for c in (answers["outcome"], answers["treatment"], *_listed(answers["controls"])))
    used = list(dict.fromkeys([outcome, treatment, *controls]))
    keys = f"region = {q(answers['region'])}\n" + (f"period = {q(period)}\n" if period else "")
    keys += f"columns = [{', '.join(f'{{ name = {q(new)}, from = {q(old)} }}' for old, new in taken.items())}]\n" if taken else ""
    others = [c for c in columns if c not in (*used, answers["region"], period, *taken)]
    source, summary, baseline = (_free(word, columns) for word in ("data", "summary", "baseline"))
    return f"""schema = 1

[study]
name = {q(name)}
title = {q(answers["title"] or name)}   # or {{ en = "…", zh = "…" }}

[[source]]
name = {q(source)}
from = {q(data)}
{keys}
# What the columns are: labels, units and sources appear in the tables. Further columns: {", ".join(others) or "none"}
{"".join(_variable(c) for c in used)}
[[step]]
name = {q(summary)}
kind = "describe"
columns = [{", ".join(map(q, used))}]

[[step]]
name = {q(baseline)}
kind = "regress"
outcome = {q(outcome)}
treatment = {q(treatment)}
controls = [{", ".join(map(q, controls))}]
effects = {effects}
errors = {'"cluster"' if period else '"hc1"'}

[report]
languages = ["en", "zh"]
exhibits = [
  {{ show = {q(f"{summary}/statistics")} }},
  {{ show = {q(f"{baseline}/coefficients")}, main = true }},
]
"""


def _free(word: str, columns: Sequence[str]) -> str:
    """A word that names no column yet."""
    return next(name for name in (word, *(f"{word}_{i}" for i in range(2, len(columns) + 3))) if name not in columns)


def _variable(column: str) -> str:
    return f'[[variable]]\nname = {_quoted(column)}\nlabel = {{ en = {_quoted(column)}, zh = {_quoted(column)} }}\nunit = ""\nsource = ""\n\n'


def from_study(name: str, base: str) -> str:
    """A study that extends another one: what it states replaces what the other says."""
    study = load(base)
    sources = "".join(f'# [[source]]\n# name = {_quoted(s.name)}\n# from = "your-table.csv"\n' for s in study.sources)
    steps = "".join(f"#   {s.name} ({s.kind})\n" for s in study.steps)
    return f"""schema = 1
extends = {_quoted(base)}

[study]
name = {_quoted(name)}

# Tables merge by key, [[source]] and [[step]] by name; drop = true removes one. Another table for the same study:
{sources}
# Steps of {study.name}:
{steps}# [[step]]
# name = {_quoted(study.steps[-1].name)}
# errors = "cluster"
"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
