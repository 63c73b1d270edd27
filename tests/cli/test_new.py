"""regio new: a study file out of a data file or of another study, with options or with questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from regio.cli.app import start
from regio.study.file import load

KEYS = [(place, year) for place in ("北京", "天津", "河北", "山西") for year in (2001, 2002, 2003)]
TABLE = "place,year,output,capital,labour,zone\n" + "".join(
    f"{place},{year},{3 + i * 5 % 7},{1 + i * 7 % 5},{2 + i * 3 % 11},n\n" for i, (place, year) in enumerate(KEYS)
)
OPTIONS = ("--region", "place", "--period", "year", "--outcome", "output", "--treatment", "capital", "--controls", "labour")
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a table in it; no terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    (tmp_path / "data.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A terminal at which someone types these answers; what was asked."""

    def sit(*answers: str) -> list[str]:
        asked: list[str] = []
        waiting = iter(answers)

        def answer(question: str = "") -> str:
            asked.append(question)
            return next(waiting)

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return sit


def test_a_study_from_options_is_checked_and_runs(capsys: Captured) -> None:
    assert start(["new", "mine", "--from", "data.csv", *OPTIONS, "--title", 'On "growth"']) == 0
    said = capsys.readouterr().out
    assert f"Written: {Path('mine') / 'study.toml'}" in said
    study = load("mine")
    assert (study.name, study.title, study.languages) == ("mine", 'On "growth"', ("en", "zh"))
    baseline = study.step("baseline")
    assert {k: baseline.options[k] for k in ("outcome", "treatment", "controls", "effects", "errors")} == {
        "outcome": "output",
        "treatment": ("capital",),
        "controls": ("labour",),
        "effects": ("region", "period"),
        "errors": "cluster",
    }
    assert [v.name for v in study.variables] == ["output", "capital", "labour"]
    assert study.source("data").path.resolve() == Path("data.csv").resolve()
    assert "Further columns: zone" in Path("mine/study.toml").read_text(encoding="utf-8")
    assert start(["check", "mine"]) == 0
    assert "mine: 2 steps on 1 tables, no mistakes found." in capsys.readouterr().out
    assert start(["run", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == []
    assert (Path("runs") / "mine" / "report.html").is_file()


def test_usual_names_of_keys_need_no_option() -> None:
    assert start(["new", "mine", "--from", "data.csv", "--region", "place", "--outcome", "output", "--treatment", "capital"]) == 0
    assert (load("mine").source("data").period, load("mine").step("baseline").options["controls"]) == ("period", ())


def test_a_table_without_periods(here: Path) -> None:
    (here / "cross.csv").write_text("region,y,x\na,1,2\nb,2,1\nc,4,3\nd,3,5\n", encoding="utf-8")
    assert start(["new", "cross", "--from", "cross.csv", "--outcome", "y", "--treatment", "x"]) == 0
    options = load("cross").step("baseline").options
    assert (options["effects"], options["errors"], load("cross").source("data").period) == ((), "hc1", None)
    assert start(["run", "cross", "--json"]) == 0


def test_six_questions_at_a_terminal(terminal: Callable[..., list[str]]) -> None:
    asked = terminal("place", "year", "output", "capital", "labour， zone", "Growth")
    assert start(["new", "mine", "--from", "data.csv"]) == 0
    assert len(asked) == 6
    assert asked[0] == "Which column names the region? "
    study = load("mine")
    assert (study.title, study.step("baseline").options["controls"]) == ("Growth", ("labour", "zone"))


def test_questions_in_chinese_and_empty_answers(terminal: Callable[..., list[str]]) -> None:
    asked = terminal("place", "", "output", "capital", "", "")
    assert start(["new", "mine", "--from", "data.csv", "--language", "zh"]) == 0
    assert asked == [
        "哪一列是地区？ ",
        "哪一列是时期（年份）？留空表示没有 ",
        "被解释变量是哪一列？ ",
        "核心解释变量是哪一列？ ",
        "控制变量（用逗号分隔）？留空表示没有 ",
        "研究标题？ ",
    ]
    assert (load("mine").title, load("mine").source("data").period) == ("mine", None)


def test_options_answer_the_questions(terminal: Callable[..., list[str]]) -> None:
    asked = terminal()
    assert start(["new", "mine", "--from", "data.csv", *OPTIONS]) == 0
    assert asked == []


def test_the_end_of_the_input_at_a_question(terminal: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    terminal()

    def end(question: str = "") -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert start(["new", "mine", "--from", "data.csv"]) == 1
    assert capsys.readouterr().err == "Interrupted.\n"
    assert not Path("mine").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "“region” is not given, and there is no terminal to ask."),
        (("--region", "place"), "“outcome” is not given"),
        (("--region", "plce"), "There is no column “plce” (region). Did you mean place?"),
        ((*OPTIONS[:-1], "labor,zone"), "There is no column “labor” (controls). Did you mean labour?"),
    ],
)
def test_answers_that_are_missing_or_name_no_column(options: tuple[str, ...], words: str, capsys: Captured) -> None:
    assert start(["new", "mine", "--from", "data.csv", *options]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "place, year, output, capital, labour, zone" in said
    assert not Path("mine").exists()


def test_a_study_is_not_written_over(capsys: Captured) -> None:
    assert start(["new", "mine", "--from", "data.csv", *OPTIONS]) == 0
    before = Path("mine/study.toml").read_bytes()
    assert start(["new", "mine", "--from", "us-public-capital"]) == 1
    assert "“mine” exists already and holds a study." in capsys.readouterr().err
    assert start(["new", "mine", "--from", "data.csv", *OPTIONS, "--language", "zh"]) == 1
    assert "已存在，且含有研究文件" in capsys.readouterr().err
    assert Path("mine/study.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["mine", "us-public-capital", "我的研究"])
def test_a_study_that_extends_a_built_in_one(name: str, capsys: Captured) -> None:
    assert start(["new", name, "--from", "us-public-capital"]) == 0
    path = Path(name) / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert 'extends = "us-public-capital"' in text
    base, study = load("us-public-capital" if name != "us-public-capital" else path), load(path)
    assert (study.name, [s.name for s in study.steps]) == (name, [s.name for s in base.steps])
    assert all(f"{s.name} ({s.kind})" in text for s in study.steps)
    path.write_text(
        text.replace('# [[step]]\n# name = "both_clustered"\n# errors = "cluster"', '[[step]]\nname = "both_clustered"\nerrors = "hc1"'), encoding="utf-8"
    )
    assert load(path).step("both_clustered").options["errors"] == "hc1"
    capsys.readouterr()
    assert start(["check", str(path)]) == 0


def test_a_study_that_extends_a_file(capsys: Captured) -> None:
    assert start(["new", "first", "--from", "data.csv", *OPTIONS]) == 0
    assert start(["new", "second", "--from", str(Path("first") / "study.toml")]) == 0
    assert [s.name for s in load("second").steps] == ["summary", "baseline"]
    assert start(["run", "second", "--json"]) == 0


def test_names_in_chinese(here: Path, capsys: Captured) -> None:
    table = TABLE.replace("place,year,output,capital,labour", '省份,年份,产出,"资本""存量""",劳动')
    (here / "数据 表.csv").write_bytes(table.encode("gb18030"))
    assert start(["new", "我的 研究", "--from", "数据 表.csv", "--outcome", "产出", "--treatment", '资本"存量"', "--controls", "劳动", "--title", "题目"]) == 0
    study = load("我的 研究")
    assert (study.name, study.title, study.step("baseline").options["treatment"]) == ("我的 研究", "题目", ('资本"存量"',))
    capsys.readouterr()
    assert start(["run", "我的 研究", "--language", "zh"]) == 0
    assert '资本"存量"' in capsys.readouterr().out


def test_columns_with_the_names_that_the_study_would_use(here: Path) -> None:
    rows = (f"{p},{y},{i * 3 % 7},{i * 5 % 11},{i * i % 13}\n" for i, (p, y) in enumerate(KEYS))
    (here / "odd.csv").write_text("place,year,data,summary,baseline\n" + "".join(rows), encoding="utf-8")
    assert start(["new", "odd", "--from", "odd.csv", "--region", "place", "--outcome", "data", "--treatment", "summary", "--controls", "baseline"]) == 0
    study = load("odd")
    assert ([s.name for s in study.sources], [s.name for s in study.steps]) == (["data_2"], ["summary_2", "baseline_2"])
    assert start(["run", "odd", "--json"]) == 0


def test_another_column_with_the_name_of_a_key(here: Path) -> None:
    (here / "states.csv").write_text("state,region,year,y,x\na,n,1,2,3\na,n,2,3,1\nb,s,1,4,2\nb,s,2,1,5\n", encoding="utf-8")
    assert start(["new", "states", "--from", "states.csv", "--region", "state", "--outcome", "y", "--treatment", "x"]) == 0
    assert load("states").source("data").columns == ("region", "region_name", "period", "y", "x")


def test_nothing_to_start_from(capsys: Captured) -> None:
    assert start(["new", "mine", "--from", "nothing.csv"]) == 2
    assert "nothing.csv" in capsys.readouterr().err
