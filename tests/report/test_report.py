"""What a run leaves behind: complete in both languages, self-contained, the same bytes each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import regio
from regio.contract.finding import DataError
from regio.study.execute import Run

KEPT = ("results.json", "report.html", "tables", "figures")


def contents(folder: Path) -> dict[str, bytes]:
    files = [f for name in KEPT for f in ([folder / name] if (folder / name).is_file() else sorted((folder / name).rglob("*")))]
    return {str(f.relative_to(folder)): f.read_bytes() for f in files if f.is_file()}


def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def sections(source: str) -> dict[str, str]:
    return {language: re.findall(rf'<section class="page {language}".*?</section>', source, re.DOTALL)[0] for language in ("en", "zh")}


def test_two_runs_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = contents(regio.run("us-public-capital", tmp_path / "again").folder or tmp_path)
    first = contents(folder)
    assert sorted(first) == sorted(again)
    assert [name for name in first if first[name] != again[name]] == []
    assert sum(name.startswith("tables") for name in first) >= 12


def test_a_second_run_into_the_same_folder_changes_nothing(small: Path, tmp_path: Path) -> None:
    first = contents(regio.run(small, tmp_path / "out").folder or tmp_path)
    assert first == contents(regio.run(small, tmp_path / "out").folder or tmp_path)


def test_the_bytes_do_not_depend_on_the_hash_seed(small: Path, tmp_path: Path) -> None:
    program = "import sys, regio; regio.run(sys.argv[1], sys.argv[2])"
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(small), str(tmp_path / seed)], env={**os.environ, "PYTHONHASHSEED": seed}) for seed in ("1", "77")
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert contents(tmp_path / "1") == contents(tmp_path / "77")
    assert len(contents(tmp_path / "1")) >= 10


def test_the_report_fetches_nothing(folder: Path) -> None:
    source = page(folder)
    assert not re.search(r"<(link|script|iframe|img)\b(?![^>]*src=\"data:)", source)
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", source)
    assert not re.search(r"@import|url\((?!#|['\"]?(?:data:|#))", source)


def test_every_link_leads_somewhere(folder: Path) -> None:
    class Links(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.links: list[str] = []
            self.anchors: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            self.anchors += [given["id"]] if given.get("id") else []
            self.links += [given["href"].removeprefix("#")] if tag == "a" and given.get("href") else []

    reader = Links()
    reader.feed(page(folder))
    assert reader.links
    assert set(reader.links) <= set(reader.anchors)
    assert len(reader.anchors) == len(set(reader.anchors))


def test_both_languages_are_complete(folder: Path) -> None:
    en, zh = sections(page(folder)).values()
    for tag in ("<table", "<h1", "<h2", "<tr", "<td", "<figure", "<li"):
        assert en.count(tag) == zh.count(tag) > 0, tag
    assert "Public capital and output in the US states" in en
    assert "美国各州公共资本与产出" in zh
    assert "Table 1." in en
    assert "表1" in zh
    texts = re.sub(r"<(style|svg).*?</\1>|<code>.*?</code>|<[^>]+>|Munnell.{0,90}", " ", en, flags=re.DOTALL)
    assert not re.findall("[\u4e00-\u9fff]+", texts)
    assert not re.search(r"Cell\(|Message\(", en + zh)


def test_numbers_are_the_same_in_both_languages(folder: Path) -> None:
    cells = r'data-address="(?!study/variables/)([^"]*)">([^<]*\d[^<]*)<'  # sources and definitions are words
    en, zh = (re.findall(cells, section) for section in sections(page(folder)).values())
    assert len(en) > 1000
    assert en == zh


def test_texts_of_the_study_are_escaped(small: Path, tmp_path: Path) -> None:
    source = page(regio.run(small, tmp_path / "out").folder or tmp_path)
    assert "<study>" not in source
    assert "<h1>A small &lt;study&gt;</h1>" in source
    assert "<h1>小型研究 &amp; 示例</h1>" in source
    assert "Model &lt;1&gt;" in source


def test_the_first_language_is_on_top_and_only_those_asked_for_are_there(small: Path, tmp_path: Path) -> None:
    zh = page(regio.run(small, tmp_path / "zh", languages=("zh",)).folder or tmp_path)
    assert ('<html lang="zh-CN">' in zh, 'class="page en"' in zh, "<title>小型研究 &amp; 示例</title>" in zh) == (True, False, True)
    both = page(regio.run(small, tmp_path / "both", languages=("zh", "en")).folder or tmp_path)
    assert both.index('class="page zh"') < both.index('class="page en"')
    assert re.findall(r'id="(\w+)"[^>]* checked', both) == ["zh"]


def test_tables_of_an_earlier_run_go_and_other_files_stay(small: Path, tmp_path: Path) -> None:
    folder = regio.run(small, tmp_path / "out").folder or tmp_path
    assert {
        f"{name}.{language}.{form}" for name in ("01-summary-statistics", "02-model-coefficients") for language in ("en", "zh") for form in ("html", "md")
    } == {f.name for f in (folder / "tables").iterdir()}
    (folder / "tables" / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "tables" / "00 mine.docx").write_text("mine", encoding="utf-8")
    small.write_text(small.read_text(encoding="utf-8").replace('{ show = "summary/statistics" }, ', ""), encoding="utf-8")
    regio.run(small, tmp_path / "out", languages=("zh",))
    assert {"01-model-coefficients.zh.html", "01-model-coefficients.zh.md", "notes.txt", "00 mine.docx"} == {f.name for f in (folder / "tables").iterdir()}


@pytest.mark.parametrize("at", ["out", "out/tables"])
def test_a_folder_that_cannot_be_written_is_named(small: Path, tmp_path: Path, at: str) -> None:
    """A file lies where a folder is needed, which stops every user."""
    blocked = tmp_path / at
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_text("a file", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        regio.run(small, tmp_path / "out")
    assert "out" in caught.value.text("en")
    assert "written" in caught.value.text("en")
    assert "--out" in caught.value.text("zh")
    assert blocked.read_text(encoding="utf-8") == "a file"


def test_failed_steps_are_shown(small: Path, tmp_path: Path) -> None:
    table = small.parent / "table.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("b,2002,", "b,2002,-"), encoding="utf-8")
    run: Run = regio.run(small, tmp_path / "out")
    assert (["summary"], {"log_x", "model"}) == (list(run), set(run.failed))
    en, zh = sections(page(run.folder or tmp_path)).values()
    assert "The log of “x” cannot be taken: 1 cells are zero or negative" in en
    assert "无法对“x”取对数" in zh
    assert "An exhibit is not shown because its step “model” failed." in en
    assert "因步骤“model”失败" in zh
    assert 2 == en.count("failed</td>") == zh.count("失败</td>")
    assert {"01-summary-statistics"} == {f.name.split(".")[0] for f in ((run.folder or tmp_path) / "tables").iterdir()}


def test_an_exhibit_that_does_not_exist_is_said_with_its_line(small: Path, tmp_path: Path) -> None:
    text = small.read_text(encoding="utf-8").replace("summary/statistics", "summary/statistic")
    small.write_text(text, encoding="utf-8")
    run = regio.run(small, tmp_path / "out")
    line = next(i for i, row in enumerate(text.split("\n"), 1) if "summary/statistic" in row)
    said = page(run.folder or tmp_path)
    assert f"study.toml, line {line}: There is no exhibit “summary/statistic”; there are: statistics. Did you mean statistics?" in said


def test_changed_cells_are_listed(small: Path, tmp_path: Path) -> None:
    table = small.parent / "table.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("a,2002,3", "a,2002,NA"), encoding="utf-8")
    en, zh = sections(page(regio.run(small, tmp_path / "out").folder or tmp_path)).values()
    assert "<td>x</td><td>a</td><td>2002</td><td>NA</td><td></td><td>a mark for a missing value</td><td>table.csv:3</td>" in en
    assert "缺失标记" in zh
