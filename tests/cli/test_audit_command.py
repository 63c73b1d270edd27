"""``regio audit`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regio.cli.app import start

PAPER = """
paper = "p"
[[tables]]
id = "T1"
kind = "weights"
rows = [{{ indicator = "a", weight = "{a}" }}, {{ indicator = "b", weight = "0.40" }}]
"""


def written(folder: Path, a: str) -> str:
    file = folder / "p.toml"
    file.write_text(PAPER.format(a=a), encoding="utf-8")
    return str(file)


def test_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["audit", written(tmp_path, "0.60")]) == 0
    assert "1 relations consistent" in capsys.readouterr().out
    assert start(["audit", written(tmp_path, "0.80"), "--language", "zh"]) == 3
    out = capsys.readouterr().out
    assert "不一致" in out
    assert "T1/sum" in out


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["audit", written(tmp_path, "0.80"), "--json"]) == 3
    stored = json.loads(capsys.readouterr().out)
    assert not stored["ok"]
    assert (stored["findings"][0]["check"], stored["findings"][0]["verdict"]) == ("weights", "inconsistent")


def test_template_is_a_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new.toml"
    assert start(["audit", "--template", "--out", str(file)]) == 0
    assert start(["audit", str(file)]) == 0
    assert start(["audit", "--template", "--out", str(file)]) == 1
    capsys.readouterr()
    assert start(["audit", "--template"]) == 0
    assert file.read_text(encoding="utf-8") == capsys.readouterr().out


def test_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "sub" / "page.html"
    assert start(["audit", written(tmp_path, "0.80"), "--out", str(page), "--language", "zh"]) == 3
    text = page.read_text(encoding="utf-8")
    assert '<html lang="zh">' in text
    assert "T1/sum" in text
    assert str(page) in capsys.readouterr().out


def test_facts_of_another_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim = '[[claims]]\nid = "{id}"\nkind = "number"\nvalues = [{{ name = "sales_2023", printed = "{value}", unit = "million units" }}]\n'
    for name, value in (("one", "9.495"), ("two", "94.95")):
        (tmp_path / f"{name}.toml").write_text(f'paper = "{name}"\n' + claim.format(id=f"{name}.c1", value=value), encoding="utf-8")
    assert start(["audit", str(tmp_path / "one.toml")]) == 0
    assert start(["audit", str(tmp_path / "two.toml"), "--beside", str(tmp_path / "one.toml")]) == 3
    assert "0.1 times" in capsys.readouterr().out


def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["audit"]) == 1
    assert "--template" in capsys.readouterr().err
    assert start(["audit", str(tmp_path / "none.toml")]) == 1
    assert start(["audit", written(tmp_path, "0.60"), "--check", "weight"]) == 1
    assert "weights" in capsys.readouterr().err
    assert start(["audit", written(tmp_path, "0.60"), "--rounding", "sometimes"]) == 2
