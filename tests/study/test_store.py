"""The store: what is kept comes back exactly, what is broken is computed again, what did not change is not computed, and no moment is a bad one to stop."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from ctypes import c_int
from dataclasses import replace
from functools import partial
from itertools import count
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regio
from regio.cli.app import start
from regio.contract.finding import DataError
from regio.panel import Panel
from regio.report.run import run
from regio.study import keys
from regio.study.events import Event, Found, Started
from regio.study.execute import derived_seed, execute
from regio.study.file import load
from regio.study.ledger import CHANGE, Ledger
from regio.study.store import ASIDE_ROWS, SEAL, Store

KEYS = [(place, year) for place in "abcde" for year in (2001, 2002, 2003)]
TABLE = "place,year,x,y,z,spare\n" + "".join(
    f"{place},{year},{1 + i * 7 % 11},{2 + i * 5 % 7 + i / 8},{i * i % 13},{i}\n" for i, (place, year) in enumerate(KEYS)
)
HEAD = """\
schema = 1
[study]
name = "small"
seed = 1
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
[[variable]]
name = "x"
direction = "positive"
[[prepare]]
name = "all"
kind = "filter"
column = "x"
present = true
"""
STEPS = [
    '[[step]]\nname = "log_x"\nkind = "transform"\nform = "log"\ncolumn = "x"\n',
    '[[step]]\nname = "model"\nkind = "regress"\noutcome = "y"\ntreatment = "log_x"\neffects = ["region"]\n',
    '[[step]]\nname = "score"\nkind = "index"\nindicators = ["x", "y"]\n',
    '[[step]]\nname = "free"\nkind = "describe"\ncolumns = ["z"]\n',
]
REPORT = '[report]\nlanguages = ["en"]\nfigure_formats = ["svg"]\n'
TEXT = HEAD + "".join(STEPS) + REPORT
ALL = ("log_x", "model", "score", "free")


def put(folder: Path, text: str = TEXT, table: str = TABLE) -> Path:
    """A study beside its table."""
    folder.mkdir(exist_ok=True)
    (folder / "table.csv").write_text(table, encoding="utf-8")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


def left(folder: Path) -> dict[str, bytes]:
    """What a run leaves behind, byte for byte: all but the ledger, the store, and what a killed run had not renamed yet."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in files if not p.name.startswith((".", "ledger.sqlite")) and p.relative_to(folder).parts[0] != "store"
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run; ``study`` beside ``out``. Tests that change it take a copy."""
    place = tmp_path_factory.mktemp("undisturbed")
    run(put(place / "study"), place / "out")
    return place


@pytest.fixture
def copied(undisturbed: Path, tmp_path: Path) -> Path:
    shutil.copytree(undisturbed, tmp_path / "run")
    return tmp_path / "run"


# ---- put and get


def big(rows: int) -> regio.panel.Panel:
    rng = np.random.default_rng(3)
    x = np.exp(rng.normal(0, 50, rows))
    x[:4] = [5e-324, 1.7976931348623157e308, 0.1, np.nan]
    frame = pd.DataFrame({"place": [f"地区{i // 10}" for i in range(rows)], "year": [2000 + i % 10 for i in range(rows)], "x": x})
    return Panel(frame, region="place", period="year")


@pytest.mark.parametrize("rows", [ASIDE_ROWS, ASIDE_ROWS + 10])
def test_a_result_comes_back_to_the_last_bit(tmp_path: Path, rows: int) -> None:
    store, result = Store(tmp_path), regio.transform(big(rows), "x", form="log")
    store.put("k", result, {"n": 0.1, "many": (1, "二")})
    again = Store(tmp_path).get("k")
    assert again is not None
    assert again.to_dict() == result.to_dict()
    assert store.note("k") == {"n": 0.1, "many": (1, "二")}
    pd.testing.assert_series_equal(again.columns()[""], result.columns()[""], check_exact=True)
    assert len(list(tmp_path.rglob("*.parquet"))) == (rows > ASIDE_ROWS)


def test_extreme_floats_come_back(tmp_path: Path) -> None:
    store, result = Store(tmp_path), regio.transform(big(20), "x", form="log")
    values = [5e-324, -0.0, 0.1, 1.7976931348623157e308, float("nan"), float("inf"), -float("inf"), 1 / 3]
    store.put("k", replace(result, values=pd.Series(values)), {})
    again = store.get("k")
    assert again is not None
    assert [x.hex() for x in again.columns()[""]] == [x.hex() for x in values]


def test_scores_of_a_large_index_come_back(tmp_path: Path) -> None:
    panel = big(ASIDE_ROWS + 10)
    rows = panel.rows.assign(x=np.arange(len(panel.rows)) % 97 + 0.1, w=np.arange(len(panel.rows)) % 89 + 0.3)
    result = regio.index(Panel(rows, region="place", period="year"), ["x", "w"])
    Store(tmp_path).put("k", result, {})
    again = Store(tmp_path).get("k")
    assert again is not None
    assert again.to_dict() == result.to_dict()
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    store, result = Store(tmp_path), regio.transform(big(20), "x", form="log")
    store.put("k", result, {})
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    store.put("k", result, {"other": 1})
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before
    assert store.note("k") == {}


def test_what_is_not_there(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert (store.has("k"), store.get("k"), store.read("last"), store.broken) == (False, None, None, [])
    assert not (tmp_path / "none").exists()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda p: p.write_bytes(b""),
    "truncated": lambda p: p.write_bytes(p.read_bytes()[:-1]),
    "one byte": lambda p: p.write_bytes(p.read_bytes()[:-1] + b"\x00"),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["result.json", "note.json", "0.parquet", SEAL])
def test_a_broken_entry_counts_as_absent_and_is_replaced(tmp_path: Path, name: str, damage: str) -> None:
    result = regio.transform(big(ASIDE_ROWS + 10), "x", form="log")
    Store(tmp_path).put("k", result, {})
    DAMAGE[damage](tmp_path / "results" / "k" / name)
    store = Store(tmp_path)
    assert (store.has("k"), store.get("k")) == (False, None)
    assert [f.code for f in store.broken] == ["store.broken"]
    store.put("k", result, {})
    again = store.get("k")
    assert again is not None
    assert again.to_dict() == result.to_dict()


@pytest.mark.parametrize("seal", ["{}", "[]", "null", '{"note.json": "0"}', '"text"'])
def test_a_seal_of_another_form(tmp_path: Path, seal: str) -> None:
    Store(tmp_path).put("k", regio.transform(big(20), "x", form="log"), {})
    (tmp_path / "results" / "k" / SEAL).write_text(seal, encoding="utf-8")
    assert not Store(tmp_path).has("k")


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_result_is_computed_again_and_a_finding_says_so(copied: Path, damage: str) -> None:
    study = copied / "study" / "study.toml"
    entry = next(p for p in (copied / "out" / "store" / "results").iterdir() if "Describe" in (p / "result.json").read_text(encoding="utf-8"))
    DAMAGE[damage](entry / "result.json")
    seen: list[Event] = []
    done = run(study, copied / "out", events=seen.append)
    assert set(ALL) - set(done.reused) == {"free"}
    found = [e.finding for e in seen if isinstance(e, Found)]
    assert [(f.code, f.severity) for f in found] == [("store.broken", "warning")]
    assert f"store/results/{entry.name}: A stored result is broken and is computed again." in found[0].text("en")
    assert "已存结果已损坏" in found[0].text("zh")
    assert set(run(study, copied / "out").reused) == set(ALL)


@pytest.mark.parametrize("note", ['{"$type": "regio.gone:Away"', '{"$type": "regio.gone:Away"}', "[]", "{}", "3"])
@pytest.mark.parametrize("name", ["last.json", "report.json"])
def test_a_broken_note_loses_nothing(copied: Path, name: str, note: str) -> None:
    before = left(copied / "out")
    (copied / "out" / "store" / name).write_text(note, encoding="utf-8")
    assert set(run(copied / "study" / "study.toml", copied / "out").reused) == set(ALL)
    assert left(copied / "out") == before


NOTES = ('{"$type": "regio.gone:Away"}', '{"$type": "regio.study.tables:TableNote", "later": 1}', '{"$type": "regio.study.tables:Gone"}', "[]")


@pytest.mark.parametrize("stored", NOTES)
def test_a_note_of_another_version_is_read_anew(copied: Path, stored: str) -> None:
    (note,) = (copied / "out" / "store" / "tables").iterdir()
    note.write_text(stored, encoding="utf-8")
    assert set(run(copied / "study" / "study.toml", copied / "out").reused) == set(ALL)
    assert "TableNote" in note.read_text(encoding="utf-8")


# ---- keys: what makes a step compute again


def new(text: str = TEXT, table: str = TABLE) -> tuple[str, str]:
    return text, table


def cell(column: str, text: str = "7.5") -> str:
    """The table with another value in the fourth row."""
    header, *rows = TABLE.splitlines()
    cells = rows[3].split(",")
    cells[header.split(",").index(column)] = text
    return "\n".join([header, *rows[:3], ",".join(cells), *rows[4:]]) + "\n"


CHANGES: dict[str, tuple[tuple[str, str], set[str]]] = {
    "nothing": (new(), set()),
    "an option": (new(TEXT.replace('effects = ["region"]', 'effects = ["region", "period"]')), {"model"}),
    "an option written out with its default": (new(TEXT.replace('columns = ["z"]', 'columns = ["z"]\n# a comment\n')), set()),
    "a cell of an outcome": (new(table=cell("y")), {"model", "score"}),
    "a cell of a step that others need": (new(table=cell("x")), {"log_x", "model", "score"}),
    "a cell that one step uses": (new(table=cell("z")), {"free"}),
    "a cell that no step uses": (new(table=cell("spare")), set()),
    "a row": (new(table=TABLE + "f,2001,3,4,5,6\n"), set(ALL)),
    "the order of rows": (new(table="\n".join([TABLE.splitlines()[0], *reversed(TABLE.splitlines()[1:])]) + "\n"), set(ALL)),
    "a direction": (new(TEXT.replace('"positive"', '"negative"')), {"score"}),
    "the seed, which no step draws from": (new(TEXT.replace("seed = 1", "seed = 2")), set()),
    "titles and notes": (
        new(TEXT.replace('name = "small"', 'name = "small"\ntitle = "Title"').replace('name = "free"', 'name = "free"\ntitle = "Free"\nnote = "!"')),
        set(),
    ),
    "a label": (new(TEXT.replace('name = "x"\n', 'name = "x"\nlabel = "Ex"\nunit = "t"\n', 1)), set()),
    "the style": (new(TEXT + "decimals = 1\n"), set()),
    "the order of steps": (new(HEAD + "".join(reversed(STEPS)) + REPORT), set()),
    "a sample": (new(TEXT.replace('columns = ["z"]', 'columns = ["z"]\nsample = { periods = [2001, 2002] }')), {"free"}),
    "a sample further up": (new(TEXT.replace('form = "log"', 'form = "log"\nsample = { without = ["a"] }')), {"log_x", "model"}),
    "a preparation": (new(TEXT.replace("present = true", "at_least = 2")), set(ALL)),
    "the name of a preparation": (new(TEXT.replace('name = "all"', 'name = "every"')), set()),
    "the name of a source": (new(TEXT.replace('name = "table"', 'name = "panel"')), set()),
    "another step": (new(HEAD + "".join(STEPS) + '[[step]]\nname = "more"\nkind = "describe"\ncolumns = ["spare"]\n' + REPORT), {"more"}),
    "a step less": (new(HEAD + "".join(STEPS[:3]) + REPORT), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_depends_on_a_change_is_computed_again(copied: Path, change: str) -> None:
    (text, table), wanted = CHANGES[change]
    store = Store(copied / "out" / "store")
    again = execute(put(copied / "study", text, table), store=store)
    assert set(again) - set(again.reused) == wanted
    fresh = execute(copied / "study" / "study.toml")
    assert {name: r.to_dict() for name, r in again.items()} == {name: r.to_dict() for name, r in fresh.items()}
    assert again.tables == fresh.tables
    assert again.findings == fresh.findings


def test_the_seed_of_a_step_is_part_of_its_key(tmp_path: Path) -> None:
    study = load(put(tmp_path / "in"))
    one, two = (keys.parts(study, study.step("free"), {}, derived_seed(seed, "free")) for seed in (1, 2))
    assert {k for k in one if one[k] != two[k]} == {"seed"}
    assert keys.digest(one) != keys.digest(two)


def test_each_part_of_a_key_counts() -> None:
    assert len({keys.digest(v) for v in ({}, {"a": 1}, {"a": 1.5}, {"a": (1,)}, {"b": 1}, {"a": None}, {"a": True}, {"a": "1"})}) == 8
    assert keys.digest({"a": 1, "b": 2}) == keys.digest({"b": 2, "a": 1})


def test_a_unit_that_only_the_report_prints_is_printed_anew(copied: Path) -> None:
    shown = REPORT + 'exhibits = [{ show = "study/variables" }]\n'
    study = put(copied / "study", HEAD + "".join(STEPS) + shown)
    run(study, copied / "out")
    put(copied / "study", (HEAD + "".join(STEPS) + shown).replace('name = "x"\n', 'name = "x"\nunit = "tonnes"\n', 1))
    assert set(run(study, copied / "out").reused) == set(ALL)
    assert "tonnes" in (copied / "out" / "report.html").read_text(encoding="utf-8")


def test_what_could_not_be_shown_is_said_every_time(copied: Path) -> None:
    study = put(copied / "study", TEXT + 'exhibits = [{ show = "free" }, { show = "free/nothing" }]\n')
    said = [[f.code for f in run(study, copied / "out").written] for _ in range(2)]
    assert said == [["contract.no_exhibit"]] * 2


def test_two_sources_of_one_file_are_two_tables(copied: Path) -> None:
    more = '[[source]]\nname = "again"\nfrom = "table.csv"\nregion = "place"\nperiod = "year"\n'
    text = HEAD + more + "".join(STEPS) + '[[step]]\nname = "other"\nkind = "describe"\non = "again"\ncolumns = ["x", "y", "z"]\n' + REPORT
    for _ in range(2):
        done = run(put(copied / "study", text), copied / "out")
        assert [t.source for t in done.tables] == ["table", "again"]


# ---- a second run

SECOND = """
import sys
from pathlib import Path
from regio.cli.app import start
study, out = sys.argv[1:]
heavy = lambda: sorted({"numpy", "pandas", "scipy", "matplotlib"} & set(sys.modules))
codes = [start(["run", study, "--out", out])]
assert not heavy(), heavy()
codes.append(start(["status", study, "--out", out, "--json"]))
assert not heavy(), heavy()
sys.exit(max(codes))
"""


def test_a_second_run_computes_and_writes_nothing_and_imports_no_numpy(copied: Path) -> None:
    def times() -> dict[str, int]:
        return {str(p): p.stat().st_mtime_ns for p in (copied / "out").rglob("*") if p.is_file() and not p.name.startswith("ledger")}

    before = times()
    arguments = [sys.executable, "-c", SECOND, str(copied / "study" / "study.toml"), str(copied / "out")]
    done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert times() == before
    table = done.stdout.split("Report:")[0]
    assert "log_x" in table  # the main table is printed from the store
    assert all(s["fresh"] for s in json.loads(done.stdout.splitlines()[-1])["steps"])


def test_files_that_were_deleted_or_changed_come_back(copied: Path, undisturbed: Path) -> None:
    out = copied / "out"
    wanted = left(undisturbed / "out")
    assert {"results.json", "report.html", "tables/01-model-coefficients.en.md", "figures/02-score-heat.en.svg"} <= set(wanted)
    for name, damage in zip(wanted, [Path.unlink, DAMAGE["one byte"]] * len(wanted), strict=False):
        damage(out / name)
    assert set(run(copied / "study" / "study.toml", out).reused) == set(ALL)
    assert left(out) == wanted


def test_one_file_is_enough_to_notice(copied: Path) -> None:
    wanted = left(copied / "out")
    (copied / "out" / "tables" / "01-model-coefficients.en.md").write_text("mine", encoding="utf-8")
    run(copied / "study" / "study.toml", copied / "out")
    assert left(copied / "out") == wanted


def test_only_and_then_all(copied: Path) -> None:
    study, out = copied / "study" / "study.toml", copied / "out"
    wanted = left(out)
    part = run(study, out, only=["model"])
    assert (list(part), part.reused) == (["log_x", "model"], ("log_x", "model"))
    assert set(json.loads((out / "results.json").read_text(encoding="utf-8"))["steps"]) == {"log_x", "model"}
    assert set(run(study, out).reused) == set(ALL)
    assert left(out) == wanted


# ---- kill -9, and several at once

KILLS = 20
PARALLEL = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
PARALLEL.set_forkserver_preload(
    ["regio.report.run", "regio.report.page", "regio.exhibits.draw.sheet", "regio.models._regress", "regio.models.core.fit", "regio.indices._compute"]
)


def started(study: Path, out: Path) -> BaseProcess:
    """A run in a process of its own."""
    process = PARALLEL.Process(target=run, args=(study, out))
    process.start()
    return process


def _run_until(study: Path, out: Path, last: int, reached: c_int) -> None:
    """A run that counts every time it touches its folder (opens, renames, removes) and kills itself, as kill -9 does, at the `last` one."""
    numbers = count(1)  # next() is safe between threads

    def touched(event: str, values: tuple[object, ...]) -> None:
        if any(str(v).startswith(str(out)) for v in values if isinstance(v, str | Path)):
            reached.value = number = next(numbers)
            if number == last:
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    sys.addaudithook(touched)
    run(study, out)


def test_a_run_that_is_killed_at_any_moment_loses_nothing(undisturbed: Path, tmp_path: Path) -> None:
    """Twenty moments between its beginning and its end, each in a folder of its own; then the run is done again.

    The moments are counted in accesses to the folder and not in seconds: a machine that is busy now and idle later kills at the same ones.
    """
    study = undisturbed / "study" / "study.toml"
    wanted = left(undisturbed / "out")

    def until(out: Path, last: int) -> tuple[int | None, int]:
        reached = RawValue("i", 0)
        process = PARALLEL.Process(target=_run_until, args=(study, out, last, reached))
        process.start()
        process.join()
        return process.exitcode, reached.value

    code, touches = until(tmp_path / "whole", -1)
    assert code == 0
    assert touches > 5 * KILLS
    part = touches // KILLS
    for i, moment in enumerate(part * k + random.Random(k).randrange(part) for k in range(KILLS)):
        out = tmp_path / str(i)
        code, _ = until(out, moment + 1)
        assert code
        done = run(study, out)
        assert not done.failed
        assert not [f for f in done.findings if f.severity == "error"]
        assert left(out) == wanted


@pytest.mark.parametrize("n", [2, 3])
def test_several_runs_side_by_side_in_one_folder(undisturbed: Path, tmp_path: Path, n: int) -> None:
    study, out = undisturbed / "study" / "study.toml", tmp_path / "out"
    processes = [started(study, out) for _ in range(n)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * n
    assert left(out) == left(undisturbed / "out")
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        assert ledger.execute("select outcome, count(*) from run group by outcome").fetchall() == [("finished", n)]
        assert ledger.execute("select count(*) from input").fetchone() == (n,)
    assert set(run(study, out).reused) == set(ALL)


def _entries(path: Path, runs: int) -> None:
    for _ in range(runs):
        with Ledger(path, "s", "1") as ledger:
            for _ in range(5):
                ledger(Started("step", "kind", 1, 1))
            ledger.inputs("table", "table.csv", "0", 3, [dict.fromkeys(CHANGE, "")] * 3)


def test_many_writers_of_one_ledger(tmp_path: Path) -> None:
    processes = [PARALLEL.Process(target=_entries, args=(tmp_path / "ledger.sqlite", 10)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        counts = [ledger.execute(f"select count(*) from {table}").fetchone()[0] for table in ("run", "event", "input", "change")]
        assert ledger.execute("select distinct outcome from run").fetchall() == [("finished",)]
    assert counts == [40, 200, 40, 120]


def test_a_file_that_another_run_has_removed_already(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that are no longer wanted: whoever comes second finds nothing to remove."""
    unlink = Path.unlink
    stale = copied / "out" / "tables" / "09-old-table.en.md"
    stale.write_text("old", encoding="utf-8")

    def second(path: Path, missing_ok: bool = False) -> None:
        if path == stale and path.exists():
            unlink(path)
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", second)
    put(copied / "study", TEXT + "decimals = 1\n")
    run(copied / "study" / "study.toml", copied / "out")
    assert not stale.exists()


# ---- what cannot be written


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """The disk is full for files whose path holds a word."""
    write = Path.write_bytes

    def fill(word: str) -> None:
        def refuse(path: Path, content: bytes) -> int:
            if word in path.as_posix():
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            return write(path, content)

        monkeypatch.setattr(Path, "write_bytes", refuse)

    return fill


PLACES = ("/store/results/", "/store/tables/", "/store/.last.json", "/store/.report.json", "/out/.results.json", "/tables/.01", "/figures/", ".report.html")


@pytest.mark.parametrize("word", PLACES)
def test_a_full_disk(tmp_path: Path, full: Callable[[str], None], capsys: pytest.CaptureFixture[str], word: str) -> None:
    study = put(tmp_path / "study")
    full(word)
    assert start(["run", str(study), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "This cannot be written: No space left on device." in said
    assert "Make room on the disk, or choose a folder that may be written with --out." in said
    assert word.strip("/").replace("/.", "/").lstrip(".") in said  # the file that was to be written, not the one beside it
    assert "Traceback" not in said
    assert not list((tmp_path / "out").rglob(".*.new"))


def test_a_full_disk_in_chinese(tmp_path: Path, full: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    full("/store/results/")
    assert start(["run", str(put(tmp_path / "study")), "--out", str(tmp_path / "out"), "--language", "zh"]) == 1
    assert "请腾出磁盘空间" in capsys.readouterr().err


def test_after_a_full_disk_the_run_goes_on_where_it_stopped(tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = put(tmp_path / "study")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", lambda path, content, write=Path.write_bytes: _refuse(write, path, content))
        with pytest.raises(DataError):
            run(study, tmp_path / "out")
    assert set(run(study, tmp_path / "out").reused) == set(ALL)
    assert left(tmp_path / "out") == left(undisturbed / "out")


def _refuse(write: Callable[[Path, bytes], int], path: Path, content: bytes) -> int:
    if path.name.startswith(".results.json"):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))
    return write(path, content)


class FullDisk(sqlite3.Connection):
    """Takes the run, refuses its events."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        if sql.startswith("insert into event"):
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *values)  # type: ignore[arg-type]


def test_a_disk_that_is_full_for_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FullDisk))
    assert start(["run", str(put(tmp_path / "study")), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "ledger.sqlite: This cannot be written: No space left on device." in said
    assert "Make room on the disk" in said


@pytest.mark.parametrize("place", ["", "store", "store/results", "tables", "figures", "ledger.sqlite"])
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    taken = tmp_path / "out" / place
    taken.parent.mkdir(parents=True, exist_ok=True)
    if place == "ledger.sqlite":
        taken.mkdir()
    else:
        taken.write_text("mine", encoding="utf-8")
    assert start(["run", str(put(tmp_path / "study")), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "This cannot be written" in said
    assert str(tmp_path / "out" / place) in said
    assert "Something unexpected" not in said
    assert place == "ledger.sqlite" or taken.read_text(encoding="utf-8") == "mine"


def test_a_file_that_is_held_open(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, refused = Path.replace, []

    def held(path: Path, target: Path) -> Path:
        if target.name == "report.html" and not refused:
            refused.append(target)
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))
        return replace(path, target)

    out = copied / "out"
    before = (out / "report.html").read_bytes()
    study = put(copied / "study", TEXT + "decimals = 1\n")
    monkeypatch.setattr(Path, "replace", held)
    done = run(study, out)
    assert [(f.code, f.severity) for f in done.written] == [("store.held_open", "warning")]
    assert "“report.html” is held open by another program; the new version was written beside it as “report (2).html”." in done.written[0].text("en")
    assert (out / "report.html").read_bytes() == before
    assert not list(out.glob(".*.new"))
    beside = (out / "report (2).html").read_bytes()
    assert run(study, out).written == ()
    assert (out / "report.html").read_bytes() == beside != before


def test_a_folder_without_rights_is_not_taken_for_a_file_held_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(path: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    study = put(tmp_path / "study")
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(DataError) as caught:
        run(study, tmp_path / "out")
    assert "This cannot be written: Permission denied." in caught.value.text("en")


# ---- the ledger


def test_the_ledger_says_what_ran_on_which_inputs_and_what_was_changed(tmp_path: Path) -> None:
    text, table = TEXT.replace("present = true", "at_least = 2"), cell("z", "NA")
    study = put(tmp_path / "study", text, table)
    first = run(study, tmp_path / "out")
    run(study, tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "ledger.sqlite")) as ledger:
        runs = ledger.execute("select study, regio, outcome from run").fetchall()
        kinds = ledger.execute("select run, kind, count(*) from event where kind in ('finished', 'reused') group by run, kind").fetchall()
        inputs = ledger.execute("select run, source, written, hash, rows from input").fetchall()
        changes = ledger.execute("select variable, region, period, before, reason, file, row from change where run = 1").fetchall()
    assert runs == [("small", regio.__version__, "finished")] * 2
    assert kinds == [(1, "finished", 4), (2, "reused", 4)]
    note = first.tables[0]
    assert inputs == [(i, "table", "table.csv", note.file_hash, note.rows) for i in (1, 2)]
    assert ("z", "b", "2001", "NA", "panel.change.missing_mark", "table.csv", 5) in changes
    assert len(changes) == len(note.changes) > 1


def test_a_run_that_fails_is_said_to_have_stopped(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Ledger(tmp_path / "ledger.sqlite", "s", "1"):
        raise KeyError
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as ledger:
        assert ledger.execute("select outcome from run").fetchall() == [("stopped: KeyError",)]
