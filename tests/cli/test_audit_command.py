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
    assert start(["audit"]) == 2
    assert "--template" in capsys.readouterr().err
    assert start(["audit", str(tmp_path / "none.toml")]) == 1
    assert start(["audit", written(tmp_path, "0.60"), "--check", "weight"]) == 1
    assert "weights" in capsys.readouterr().err
    assert start(["audit", written(tmp_path, "0.60"), "--rounding", "sometimes"]) == 2


def test_the_printed_paper_of_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(["audit", "nev-exports", "--check", "weights", "--check", "order"]) == 3
    assert "T1/sum" in capsys.readouterr().out
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "printed.json").write_text('{"paper": "mine", "tables": [{"id": "T1", "kind": "weights", "rows": [{"weight": "0.60"}, {"weight": "0.40"}]}]}')
    assert start(["audit", str(folder)]) == 0
    assert "mine" in capsys.readouterr().out
    (folder / "study.toml").write_text(
        'schema = 1\n[study]\nname = "mine"\nprinted = "printed.json"\n[[source]]\nname = "t"\nfrom = "t.csv"\n', encoding="utf-8"
    )
    (folder / "t.csv").write_text("region,period,x\na,2001,1\nb,2001,2\n", encoding="utf-8")
    for name in (folder, folder / "study.toml"):
        assert start(["audit", str(name)]) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"), [("us-public-capital", ("has no printed paper", "没有可审核")), ("nev-export", ("Did you mean nev-exports", "nev-exports"))]
)
def test_a_study_without_a_printed_paper(name: str, words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for language, said in zip(("en", "zh"), words, strict=True):
        assert start(["audit", name, "--language", language]) == 1
        assert said in capsys.readouterr().err


def test_the_page_shows_what_is_found_in_words_of_its_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (("en", "sum of weights"), ("zh", "权重之和")):
        page = tmp_path / f"page.{language}.html"
        assert start(["audit", written(tmp_path, "0.80"), "--out", str(page), "--language", language]) == 3
        text = page.read_text(encoding="utf-8")
        assert words in text
        assert "audit." not in text.replace("audit.css", "")
    capsys.readouterr()
