"""Figures of a report: their files, their place in the page, and what happens without a Chinese font."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

import regio
from regio.contract.finding import ArgumentError, StudyError
from regio.exhibits.draw import fonts
from regio.exhibits.models import Figure, Table
from regio.study.execute import Run

needs_chinese = pytest.mark.skipif(next(iter(fonts.chinese_faces()), None) is None, reason='no Chinese font here; pip install "regio[fonts]"')
ROWS = [(region, year, 10.0 * i + t, 5.0 + ((7 * i + 3 * t) % 11)) for i, region in enumerate("ABCDE") for t, year in enumerate(range(2001, 2005))]
STUDY = """
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "region"
period = "year"
[[step]]
name = "level"
kind = "index"
indicators = ["a", "b"]
[[step]]
name = "model"
kind = "regress"
outcome = "a"
treatment = "b"
[report]
languages = ["en", "zh"]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    pd.DataFrame(ROWS, columns=["region", "year", "a", "b"]).to_csv(tmp_path / "table.csv", index=False)
    return tmp_path


def run(folder: Path, report: str = "", out: str = "out") -> Run:
    (folder / "study.toml").write_text(STUDY + report, encoding="utf-8")
    return regio.run(folder / "study.toml", folder / out)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "figures").iterdir())


@needs_chinese
def test_each_figure_leaves_pictures_in_each_language_and_one_table(study: Path) -> None:
    run(study, 'figure_formats = ["svg", "pdf", "png"]\n')
    endings = ["csv", *(f"{language}.{form}" for language in ("en", "zh") for form in ("pdf", "png", "svg"))]
    assert files(study / "out") == [f"{slug}.{ending}" for slug in ("01-level-heat", "02-model-plot") for ending in endings]
    assert (study / "out/figures/01-level-heat.en.pdf").read_bytes().startswith(b"%PDF")


@needs_chinese
def test_the_table_beside_a_figure_holds_its_frame(study: Path) -> None:
    finished = run(study)
    path = study / "out/figures/01-level-heat.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    shown = next(e for e in finished["level"].exhibits() if isinstance(e, Figure)).frame.reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_csv(path), shown, check_dtype=False, check_exact=True)


@needs_chinese
def test_figures_and_tables_are_numbered_apart(study: Path) -> None:
    run(study)
    page = (study / "out/report.html").read_text(encoding="utf-8")
    assert re.findall(r"<strong>(Figure \d|图\d)", page) == ["Figure 1", "Figure 2", "图1", "图2"]
    assert re.findall(r"<caption>(Table \d|表\d)", page)[:2] == ["Table 1", "Table 2"]
    shown = json.loads((study / "out/results.json").read_text(encoding="utf-8"))["report"]
    assert [(item["exhibit"], item["number"]) for item in shown if item["exhibit"] == "figure"] == [("figure", 1), ("figure", 2)]


@needs_chinese
def test_results_hold_the_frames_of_figures(study: Path) -> None:
    run(study)
    frames = json.loads((study / "out/results.json").read_text(encoding="utf-8"))["frames"]
    assert frames["model"]["plot"]["columns"]["term"] == ["b"]
    assert len(frames["level"]["heat"]["columns"]["score"]) == len(ROWS)


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [given["id"]] if given.get("id") else []  # type: ignore[list-item]
        self.links += [str(value)[1:] for key, value in attrs if key in ("href", "xlink:href") and str(value).startswith("#")]
        if tag == "svg":
            assert given["role"] == "img"
            self.images.append(str(given["aria-label"]))


@needs_chinese
def test_the_page_has_every_identifier_once_and_every_picture_in_words(study: Path) -> None:
    run(study)
    page = (study / "out/report.html").read_text(encoding="utf-8")
    ids = Ids()
    ids.feed(page)
    assert len(ids.found) == len(set(ids.found))
    assert set(ids.links) <= set(ids.found)
    assert ids.images[0].startswith("Index scores by region and period. Heat map of 5 rows and 4 columns")
    assert ids.images[2].startswith("各地区各时期综合指数得分。热力图：5 行 4 列")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


@needs_chinese
def test_an_address_shows_one_figure_with_a_title_of_its_own(study: Path) -> None:
    run(study, 'exhibits = [{ show = "level/heat", title = { en = "A map", zh = "一张图" } }, { show = "model/coefficients" }]\n')
    page = (study / "out/report.html").read_text(encoding="utf-8")
    assert "<strong>Figure 1. A map</strong>" in page
    assert "<strong>图1　一张图</strong>" in page
    assert "Table 1. " in page
    assert "<title>A map</title>" in (study / "out/figures/01-level-heat.en.svg").read_text(encoding="utf-8")


def test_figures_do_not_stand_side_by_side(study: Path) -> None:
    finished = run(study, 'exhibits = [{ show = ["level/heat", "model/plot"] }, { show = "model/coefficients" }]\n')
    assert [f.code for f in finished.written] == ["figure.beside"]


@needs_chinese
def test_the_main_exhibit_is_a_table_unless_said(study: Path) -> None:
    finished = run(study, 'exhibits = [{ show = "level/heat" }, { show = "model/coefficients" }]\n')
    assert "Regression of a" in finished.main["en"]


@needs_chinese
def test_the_same_bytes_again_and_figures_no_longer_shown_are_removed(study: Path) -> None:
    run(study)
    run(study, out="again")
    for name in files(study / "out"):
        assert (study / "out/figures" / name).read_bytes() == (study / "again/figures" / name).read_bytes(), name
    (study / "out/figures/mine.svg").write_text("<svg/>", encoding="utf-8")
    run(study, 'exhibits = [{ show = "model/plot" }]\n')
    assert files(study / "out") == ["01-model-plot.csv", *(f"01-model-plot.{x}" for x in ("en.png", "en.svg", "zh.png", "zh.svg")), "mine.svg"]


def test_without_a_chinese_font_the_report_goes_on(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "chinese_faces", lambda: iter(()))
    finished = run(study)
    assert [f.code for f in finished.written] == ["figure.no_chinese_font"]
    assert files(study / "out") == [f"{slug}.{end}" for slug in ("01-level-heat", "02-model-plot") for end in ("csv", "en.png", "en.svg")]
    page = (study / "out/report.html").read_text(encoding="utf-8")
    assert "regio[fonts]" in page
    assert page.count("该图未能绘制") == 2
    monkeypatch.undo()
    if next(iter(fonts.chinese_faces()), None) is not None:
        assert not run(study).written
        assert "01-level-heat.zh.svg" in files(study / "out")


def test_a_format_that_does_not_exist_is_named(study: Path) -> None:
    with pytest.raises(StudyError, match="jpg"):
        run(study, 'figure_formats = ["jpg"]\n')


def test_a_result_chooses_its_tables_and_its_figures() -> None:
    frame = pd.DataFrame(ROWS, columns=["region", "year", "a", "b"])
    result = regio.index(frame, ["a", "b"], region="region", period="year")
    assert [(type(e), e.name) for e in result.exhibits()] == [(Table, "weights"), (Table, "scores"), (Figure, "heat")]
    assert result.table("scores").equals(result.scores)
    assert result.figure().get_size_inches()[0] * 25.4 == pytest.approx(140)
    with pytest.raises(ArgumentError, match="weights, scores"):
        result.table("heat")
    with pytest.raises(ArgumentError, match="heat"):
        result.figure("scores")
    one = regio.index(frame[frame["year"] == 2001], ["a", "b"], region="region", period="year")
    assert [e.name for e in one.exhibits()] == ["weights", "scores"]
    with pytest.raises(ArgumentError, match="no figure"):
        one.figure()


def test_a_stored_result_draws_the_same_figure() -> None:
    frame = pd.DataFrame(ROWS, columns=["region", "year", "a", "b"])
    result = regio.regress(frame, "a", "b", level=0.9, region="region", period="year")
    again = type(result).from_dict(json.loads(json.dumps(result.to_dict())))
    one, two = ([e for e in r.exhibits() if isinstance(e, Figure)] for r in (result, again))
    assert [f.name for f in one] == ["plot"]
    assert one[0].notes == two[0].notes
    assert one[0].notes[0].values["level"] == 90
    pd.testing.assert_frame_equal(one[0].frame, two[0].frame)
    assert "_cons" not in set(one[0].frame["term"])


@pytest.mark.parametrize("method", ["index", "entropy_weights"])
def test_a_heat_map_needs_each_region_once_in_a_period(method: str) -> None:
    frame = pd.DataFrame(ROWS, columns=["region", "year", "a", "b"])
    result = getattr(regio, method)(frame, indicators=["a", "b"], region="region", period="year")
    assert [e.name for e in result.exhibits() if isinstance(e, Figure)] == ["heat"]
    assert not [e for e in getattr(regio, method)(frame, indicators=["a", "b"]).exhibits() if isinstance(e, Figure)]


def test_names_of_exhibits_are_unique_in_a_result() -> None:
    frame = pd.DataFrame(ROWS, columns=["region", "year", "a", "b"])
    for result in (regio.index(frame, ["a", "b"], region="region", period="year"), regio.regress(frame, "a", "b")):
        names = [e.name for e in result.exhibits()]
        assert len(names) == len(set(names))
