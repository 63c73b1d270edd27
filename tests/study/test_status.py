"""regio status: each reason why a step must be computed, and no other reason beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from regio.cli.app import start
from regio.language import say
from regio.report.run import run
from regio.study import keys
from regio.study.execute import execute
from regio.study.file import load
from regio.study.status import status
from regio.study.store import Store

PLACES = [(place, year) for place in "abcd" for year in (1, 2, 3)]
TABLE = "place,year,x,y,z\n" + "".join(f"{place},{year},{1 + i * 7 % 5},{2 + i * 3 % 7},{i % 5}\n" for i, (place, year) in enumerate(PLACES))
OTHER = "where,w\na,1\nb,2\nc,4\n"
TEXT = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
[[source]]
name = "other"
from = "other.csv"
region = "where"
[[variable]]
name = "x"
direction = "positive"
[[prepare]]
name = "all"
kind = "filter"
column = "x"
present = true
[[step]]
name = "log_x"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "log_x"
[[step]]
name = "score"
kind = "index"
indicators = ["x", "y"]
[[step]]
name = "free"
kind = "describe"
columns = ["z"]
[[step]]
name = "apart"
kind = "describe"
columns = ["w"]
on = "other"
"""
STEPS = ("log_x", "model", "score", "free", "apart")
VERSIONS = keys.versions()
Reasons = dict[str, list[tuple[str, dict[str, Any]]]]


def put(folder: Path, text: str = TEXT, table: str = TABLE, other: str = OTHER) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in (("study.toml", text), ("table.csv", table), ("other.csv", other)):
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "study.toml"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("finished")
    execute(put(place / "study"), store=Store(place / "out" / "store"))
    return place


@pytest.fixture
def copied(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "run")
    return tmp_path / "run"


def stale(place: Path, data: str | None = None) -> Reasons:
    """Code and values of every reason, by step; fresh steps are left out."""
    found = status(load(place / "study" / "study.toml", data), Store(place / "out" / "store"))
    assert tuple(s.step for s in found) == STEPS
    for s in found:
        for language in ("en", "zh"):
            assert all(say(reason, language) for reason in s.reasons)  # type: ignore[arg-type]
    return {s.step: [(r.code.removeprefix("store.reason."), dict(r.values)) for r in s.reasons] for s in found if not s.fresh}


def each(steps: Iterable[str], *reasons: tuple[str, dict[str, Any]]) -> Reasons:
    return {step: list(reasons) for step in steps}


ON_TABLE = ("log_x", "model", "score", "free")
SOURCE = ("source", {"name": "table"})


def test_after_a_run_every_step_is_fresh(copied: Path) -> None:
    assert stale(copied) == {}


def test_before_a_run_every_step_was_never_run_and_nothing_is_written(tmp_path: Path) -> None:
    put(tmp_path / "study")
    assert stale(tmp_path) == each(STEPS, ("never", {}))
    assert not (tmp_path / "out").exists()


CHANGES: dict[str, tuple[str, Reasons]] = {
    "nothing": (TEXT, {}),
    "a title": (TEXT.replace('name = "free"', 'name = "free"\ntitle = "Free"'), {}),
    "an option": (TEXT.replace('treatment = "log_x"', 'treatment = "log_x"\nerrors = "hc1"'), {"model": [("options", {"names": ("errors",)})]}),
    "two options": (
        TEXT.replace('treatment = "log_x"', 'treatment = "log_x"\nerrors = "hc1"\nlevel = 0.9'),
        {"model": [("options", {"names": ("errors", "level")})]},
    ),
    "another column": (
        TEXT.replace('treatment = "log_x"', 'treatment = "x"'),
        {"model": [("options", {"names": ("treatment",)}), ("columns", {"names": ("log_x", "x")})]},
    ),
    "another method": (
        TEXT.replace('kind = "describe"\ncolumns = ["z"]', 'kind = "correlate"\ncolumns = ["z", "y"]'),
        {"free": [("kind", {}), ("options", {"names": ("columns",)}), ("columns", {"names": ("y",)})]},
    ),
    "a sample": (TEXT.replace('columns = ["z"]', 'columns = ["z"]\nsample = { periods = [1, 2] }'), {"free": [("sample", {})]}),
    "a direction": (TEXT.replace('"positive"', '"negative"'), {"score": [("learnt", {})]}),
    "a step that others need": (
        TEXT.replace('form = "log"', 'form = "log"\nsample = { periods = [1, 2] }'),
        {"log_x": [("sample", {})], "model": [("needs", {"names": ("log_x",)})]},
    ),
    "a preparation": (TEXT.replace("present = true", "at_least = 2"), each(ON_TABLE, ("prepared", {"name": "table"}))),
    "an option and a preparation": (
        TEXT.replace("present = true", "at_least = 2").replace('treatment = "log_x"', 'treatment = "log_x"\nerrors = "hc1"'),
        each(ON_TABLE, ("prepared", {"name": "table"})) | {"model": [("options", {"names": ("errors",)}), ("prepared", {"name": "table"})]},
    ),
    "missing marks": (TEXT.replace('period = "year"', 'period = "year"\nmissing = ["…"]'), each(ON_TABLE, ("layout", {"name": "table"}))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_why_a_step_is_stale(copied: Path, change: str) -> None:
    text, wanted = CHANGES[change]
    put(copied / "study", text)
    assert stale(copied) == wanted
    store = Store(copied / "out" / "store")
    done = execute(copied / "study" / "study.toml", store=store)
    assert set(done) - set(done.reused) <= set(wanted)  # what is called fresh is fresh
    assert stale(copied) == {}


def test_a_new_step(copied: Path) -> None:
    text = TEXT.replace('name = "free"', 'name = "freed"')
    put(copied / "study", text)
    found = status(load(copied / "study" / "study.toml"), Store(copied / "out" / "store"))
    assert [s.step for s in found if not s.fresh] == []  # its result is there, under whatever name
    put(copied / "study", text.replace('columns = ["z"]', 'columns = ["y", "z"]'))
    found = status(load(copied / "study" / "study.toml"), Store(copied / "out" / "store"))
    assert [(s.step, [r.code for r in s.reasons]) for s in found if not s.fresh] == [("freed", ["store.reason.never"])]


def test_a_table_that_changed(copied: Path) -> None:
    put(copied / "study", table=TABLE.replace("a,2,3", "a,2,4"))
    assert stale(copied) == each(ON_TABLE, SOURCE)


def test_another_table_by_data(copied: Path) -> None:
    (copied / "mine.csv").write_text(OTHER.replace("a,1", "a,9"), encoding="utf-8")
    assert {step: [code for code, _ in reasons] for step, reasons in stale(copied, f"other={copied / 'mine.csv'}").items()} == {"apart": ["source", "layout"]}


def test_a_column_that_changed_is_named_once_the_table_was_read(copied: Path) -> None:
    """``free`` alone is run on the new table, whose columns are known from then on."""
    study = put(copied / "study", table=TABLE.replace("a,2,3", "a,2,4"))
    done = execute(study, only=["free"], store=Store(copied / "out" / "store"))
    assert done.reused == ("free",)
    columns = ("columns", {"names": ("x",)})
    assert stale(copied) == {"log_x": [columns], "score": [columns], "model": [("needs", {"names": ("log_x",)})]}


def test_a_run_of_some_steps_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    study = put(tmp_path / "study")
    execute(study, only=["model"], store=Store(tmp_path / "out" / "store"))
    assert stale(tmp_path) == each(("score", "free", "apart"), ("never", {}))
    execute(study, store=Store(tmp_path / "out" / "store"))
    execute(study, only=["free"], store=Store(tmp_path / "out" / "store"))
    assert stale(tmp_path) == {}


def test_a_run_that_was_stopped_before_its_end_has_done_what_it_did(copied: Path) -> None:
    """The note on the last run is written at its end; results are there before."""
    (copied / "out" / "store" / "last.json").unlink()
    assert stale(copied) == {}


def test_a_step_that_failed(copied: Path) -> None:
    study = put(copied / "study", table=TABLE.replace("a,1,1", "a,1,0"))
    assert set(execute(study, store=Store(copied / "out" / "store")).failed) == {"log_x", "model"}
    assert stale(copied) == {"log_x": [("columns", {"names": ("x",)})], "model": [("needs", {"names": ("log_x",)})]}


def test_the_program_changed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = keys.code
    monkeypatch.setattr(keys, "code", lambda rooms: original(rooms) + ("+" if "models" in rooms else ""))
    assert stale(copied) == each(("model", "free", "apart"), ("code", {}))


def test_the_program_that_reads_tables_changed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = keys.code
    monkeypatch.setattr(keys, "code", lambda rooms: original(rooms) + ("+" if "reading" in rooms else ""))
    assert {step: [code for code, _ in reasons] for step, reasons in stale(copied).items()} == {step: ["code"] for step in STEPS}


def test_a_library_changed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "versions", lambda: {**VERSIONS, "numpy": "9.9"})
    assert stale(copied) == each(STEPS, ("versions", {"names": ("numpy",)}))
    assert say(status(load(copied / "study" / "study.toml"), Store(copied / "out" / "store"))[0].reasons[0], "en") == "libraries changed: numpy"


@pytest.mark.parametrize("damage", ["gone", "broken"])
def test_a_result_that_is_gone_or_broken(copied: Path, damage: str) -> None:
    entry = next(p for p in (copied / "out" / "store" / "results").iterdir() if '"z"' in (p / "result.json").read_text(encoding="utf-8"))
    if damage == "gone":
        shutil.rmtree(entry)
    else:
        (entry / "note.json").write_bytes(b"{")
    assert stale(copied) == {"free": [("gone", {})]}


def test_the_folder_of_an_older_version(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its notes lack what this version knows, and hold what it does not."""
    store = copied / "out" / "store"
    last = {
        step: {k: v for k, v in parts.items() if k not in ("table", "seed")} | {"old": 1}
        for step, parts in json.loads((store / "last.json").read_bytes()).items()
    }
    (store / "last.json").write_text(json.dumps(last), encoding="utf-8")
    for note in (store / "tables").iterdir():
        note.write_text('{"$type": "regio.study.tables:TableNote", "removed": 1}', encoding="utf-8")
    monkeypatch.setattr(keys, "versions", lambda: {**VERSIONS, "pandas": "99"})
    found = stale(copied)
    assert set(found) == set(STEPS)
    for reasons in found.values():
        assert ("versions", {"names": ("pandas",)}) in reasons
        assert "source" in [code for code, _ in reasons]
    done = execute(copied / "study" / "study.toml", store=Store(store))
    assert (done.reused, dict(done.failed)) == ((), {})
    assert stale(copied) == {}


@pytest.mark.parametrize("last", ["[]", "3", '"x"', "{", '{"free": []}', '{"free": {"options": 3, "columns": [], "table": "x"}}'])
def test_a_note_on_the_last_run_of_another_form(copied: Path, last: str) -> None:
    (copied / "out" / "store" / "last.json").write_text(last, encoding="utf-8")
    assert stale(copied) == {}
    put(copied / "study", TEXT.replace('columns = ["z"]', 'columns = ["z", "y"]'))
    assert set(stale(copied)) == {"free"}
    assert execute(copied / "study" / "study.toml", store=Store(copied / "out" / "store")).reused == ("log_x", "model", "score", "apart")


def test_a_study_without_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = put(tmp_path / "study", TEXT.split("[[prepare]]")[0])
    run(study, tmp_path / "out")
    assert start(["status", str(study), "--out", str(tmp_path / "out")]) == 0
    assert "All 0 steps are up to date." in capsys.readouterr().out


# ---- the command


def test_the_command_in_both_languages(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out = put(copied / "study", TEXT.replace('columns = ["z"]', 'columns = ["z", "y"]')), str(copied / "out")
    assert start(["status", str(study), "--out", out, "--language", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["✓ log_x  up to date", "✓ model  up to date", "✓ score  up to date", "· free   options changed: columns; columns changed: y"]
    assert lines[-1] == "1 of 5 steps must be computed."
    assert start(["status", str(study), "--out", out, "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert "· free   选项已改动：columns；数据列已改动：y" in said
    assert "5 个步骤中有 1 个需要计算。" in said


def test_the_command_before_any_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["status", str(put(tmp_path / "study")), "--out", str(tmp_path / "none")]) == 0
    assert "small has not been run in" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


def test_the_command_as_json(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = put(copied / "study", TEXT.replace('columns = ["z"]', 'columns = ["z"]\nsample = { periods = [1, 2] }'))
    assert start(["status", str(study), "--out", str(copied / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["study"], found["folder"], found["broken"]) == ("small", str(copied / "out"), [])
    assert found["steps"][3] == {"step": "free", "kind": "describe", "fresh": False, "reasons": {"en": ["the sample changed"], "zh": ["样本已改动"]}}
    assert [s["step"] for s in found["steps"] if s["fresh"]] == ["log_x", "model", "score", "apart"]


@pytest.mark.parametrize("state", ["fresh", "changed", "new"])
def test_the_command_imports_no_numpy(copied: Path, tmp_path: Path, state: str) -> None:
    if state == "changed":
        put(copied / "study", TEXT.replace('errors = "hc1"', ""), TABLE.replace("a,2,3", "a,2,4"))
    out = copied / "out" if state != "new" else tmp_path / "none"
    program = (
        "import sys\nfrom regio.cli.app import start\ncode = start(['status', *sys.argv[1:]])\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib'} & set(sys.modules)\nsys.exit(str(heavy) if heavy else code)\n"
    )
    arguments = [sys.executable, "-c", program, str(copied / "study" / "study.toml"), "--out", str(out)]
    done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
