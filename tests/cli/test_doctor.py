"""regio doctor: what it finds on this machine, and what it says where something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regio import __version__
from regio.cli import doctor
from regio.cli.app import start
from regio.exhibits.draw import fonts
from regio.language import LANGUAGES, Message

Captured = pytest.CaptureFixture[str]
NAMES = ["regio", "packages", "font", "terminal", "folder", "schema"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working folder, and a font wherever the test runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    monkeypatch.setattr(doctor, "_font", lambda: doctor.Check("font", True, Message("cli.doctor.font", {"font": "Noto.otf"})))


def lack(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    version = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name in names else version(name))


def test_all_is_there(capsys: Captured) -> None:
    assert start(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines[:-1]] == ["✓"] * 6
    assert lines[0].startswith(f"✓ Regio {__version__}, Python 3.")
    assert "numpy " in lines[1]
    assert lines[2] == "✓ Font for Chinese in figures: Noto.otf"
    assert lines[4] == "✓ Results can be written to runs"
    assert lines[5].endswith("study.schema.json")
    assert lines[6] == "Everything that Regio needs is there."
    assert not Path("runs").exists()


def test_all_is_there_in_chinese(capsys: Captured) -> None:
    assert start(["doctor", "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert "✓ 图中中文字体：Noto.otf" in said
    assert said.endswith("Regio 所需的一切均已就绪。\n")


def test_what_is_needed_is_what_the_package_declares() -> None:
    assert {"numpy", "pandas", "scipy", "pydantic", "cyclopts", "linearmodels"} <= set(doctor._needed())
    assert not {"pytest", "ruff"} & set(doctor._needed())


@pytest.mark.parametrize(
    ("line", "name"), [("numpy>=2.0", "numpy"), ("annotated-types (>=0.6)", "annotated-types"), ("a.b_c[x]; python_version < '4'", "a.b_c"), ("rich", "rich")]
)
def test_the_name_in_a_requirement(line: str, name: str) -> None:
    assert doctor._name(line) == name


def test_missing_packages(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    lack(monkeypatch, "scipy", "pandas")
    assert start(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["✗ Packages are missing: pandas, scipy", "    → pip install pandas scipy"]
    assert "Everything" not in lines[-1]
    assert start(["doctor", "--language", "zh"]) == 1
    assert "✗ 缺少依赖包：pandas、scipy" in capsys.readouterr().out


def test_no_font(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.undo()

    def none() -> None:
        raise fonts.FontError(Message("figure.no_chinese_font"))

    monkeypatch.setattr(fonts, "chinese_font", none)
    assert start(["doctor", "--json"]) == 1
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert [name for name in NAMES if not found[name]["fine"]] == ["font"]
    assert start(["doctor", "--language", "en"]) == 1
    lines = capsys.readouterr().out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("✗ "))
    assert lines[place] == "✗ " + found["font"]["text"]["en"]
    assert lines[place + 1].startswith("    → ")


@pytest.mark.parametrize(("encoding", "fine"), [("utf-8", True), ("UTF8", True), ("gb18030", True), ("cp1252", False), (None, False)])
def test_the_encoding_of_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str | None, fine: bool) -> None:
    class Terminal:
        def __init__(self) -> None:
            self.encoding = encoding

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Terminal())
        check = next(c for c in doctor.examine(tmp_path) if c.name == "terminal")
    assert (check.fine, check.cure is None) == (fine, fine)


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert start(["doctor", "--out", str(tmp_path / "taken")]) == 1
    said = capsys.readouterr().out
    assert f"✗ {tmp_path / 'taken'} cannot be written: " in said
    assert "Work in a folder of your own, or give --out." in said


def test_a_folder_that_is_not_there_yet(tmp_path: Path, capsys: Captured) -> None:
    assert start(["doctor", "--out", str(tmp_path / "a" / "b" / "c")]) == 0
    assert not (tmp_path / "a").exists()


def test_as_json(capsys: Captured) -> None:
    assert start(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [check["name"] for check in found] == NAMES
    assert all(check["fine"] and set(check["text"]) == set(LANGUAGES) for check in found)
