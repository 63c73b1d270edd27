"""Progress: a bar on a terminal that counts the parts of a long step; plain lines elsewhere; the numbers are the same."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import pytest

from regio.cli.app import start
from regio.cli.counting import Counted
from regio.compute.engine import IN_PROCESS, repeat

STUDY = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "x"
[[step]]
name = "shuffled"
kind = "placebo"
of = "model"
draws = 2500
"""


@pytest.fixture(autouse=True)
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"p{i},{year},{(i * 7 + year * 3) % 11},{(i * 5 + year) % 7 + i / 8}" for i in range(14) for year in (2001, 2002, 2003)]
    (tmp_path / "table.csv").write_text("\n".join(["place,year,x,y", *rows]) + "\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_on_a_terminal_the_parts_of_a_long_step_are_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    told: list[str] = []
    from rich.progress import Progress

    update = Progress.update

    def watched(self: Progress, task: object, **values: object) -> None:
        told.append(str(values.get("description", "")))
        update(self, task, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Progress, "update", watched)
    assert start(["run", "study.toml", "--out", "a"]) == 0
    assert told[:2] == ["model (regress)", "shuffled (placebo)"]
    assert told[2:5] == ["shuffled (placebo) 1", "shuffled (placebo) 2", "shuffled (placebo) 3"]
    assert "[1/2]" not in capsys.readouterr().err


def test_elsewhere_there_are_plain_lines_and_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["run", "study.toml", "--out", "a"]) == 0
    assert "[1/2] model (regress)" in capsys.readouterr().err
    import regio

    regio.run("study.toml", "b")
    first, second = (json.loads(Path(folder, "results.json").read_text(encoding="utf-8"))["numbers"] for folder in "ab")
    assert first == second


def test_counting_changes_nothing_and_knows_a_total_where_there_is_one() -> None:
    counted, told = Counted(None), list[tuple[int, int | None]]()
    counted.tell = lambda done, total: told.append((done, total))
    assert list(counted.map(abs, [-1, -2])) == [1, 2]
    assert list(counted.map(abs, iter([-3]))) == [3]
    assert told == [(1, 2), (2, 2), (1, None)]
    assert repeat(_draws, 1500, 0, engine=counted).shape == repeat(_draws, 1500, 0).shape
    assert type(pickle.loads(pickle.dumps(counted))) is type(IN_PROCESS)


def _draws(chunk: tuple[int, int, int]) -> object:
    import numpy as np

    return np.zeros((chunk[1], 1))
