"""The text on data and methods, the plain readings and the references that a run leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pdfplumber
import pytest

from regio.exhibits.models import Cell, Table
from regio.exhibits.render.html import marked
from regio.exhibits.render.markdown import as_marked
from regio.exhibits.scripts import plain, scripts
from regio.language import LANGUAGES, Message, say
from regio.report.exhibits import items
from regio.report.methods import passages
from regio.report.options import clauses, draws, joined, unused
from regio.report.readings import readings, said
from regio.report.references import used
from regio.report.run import run
from regio.study.execute import Run, execute


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_text_stands_in_every_document(finished: Run, folder: Path, language: Any) -> None:
    found = passages(finished, language)
    markdown = (folder / f"methods.{language}.md").read_text(encoding="utf-8")
    page = (folder / "report.html").read_text(encoding="utf-8")
    words = "\n".join(p.text for p in docx.Document(str(folder / f"report.{language}.docx")).paragraphs)
    tex = (folder / f"latex.{language}" / "main.tex").read_text(encoding="utf-8")
    with pdfplumber.open(folder / f"report.{language}.pdf") as pdf:
        text = "".join(pdf.pages[0].extract_text().split())
    for passage in found:
        assert as_marked(passage.pieces) in markdown
        assert plain(passage.pieces) in words
        assert marked(passage.pieces) in page
        assert "_" not in plain(scripts(passage.formula, formula=True))
        assert f"<h3>{passage.head}</h3>" in page
        assert passage.head in tex
    assert "".join(found[0].head.split()) in text
    assert say("methods.head.references", language) in words


def test_the_english_text_says_what_was_done(finished: Run) -> None:
    found = {passage.head: passage.text for passage in passages(finished, "en")}
    assert "holds 816 rows on 48 regions and 17 periods, 1970 to 1986." in found["Data"]
    regression = found["Regression"]
    assert "In “within” and “within_clustered”, fixed effects of the region are absorbed." in regression
    assert "In “pooled”, “within” and “both”, left at the defaults of the method: standard errors are classical, assuming equal variances." in regression
    assert "In “pooled_clustered”, “within_clustered” and “both_clustered”, left at the defaults of the method: clusters are the regions." in regression
    assert "the confidence level is 95%" in regression
    assert "draws are made" not in regression  # nothing is drawn without the wild bootstrap
    assert "Wooldridge (2010)" in regression
    assert "numpy" in found["Computation and reproduction"]
    assert "cannot be told from zero" in found["Computation and reproduction"]


def test_the_chinese_text_says_the_same(finished: Run) -> None:
    found = {passage.head: passage.text for passage in passages(finished, "zh")}
    assert "共 816 行，包含 48 个地区、17 个时期（1970—1986）。" in found["数据"]
    assert "“within”、“within_clustered”中，吸收地区固定效应。" in found["回归分析"]
    assert "标准误为同方差假定下的普通标准误" in found["回归分析"]
    assert " 。" not in "".join(found.values())


def test_options_in_words() -> None:
    options = {"outcome": "y", "effects": ("region", "period"), "errors": "wild_cluster", "draws": 999, "scheme": "wild_webb", "level": 0.9, "cluster": None}
    said_of = clauses("regress", options, tuple(options), {"y": {"en": "Output", "zh": "产出"}}, "en")
    assert "the outcome is Output" in said_of
    assert "fixed effects of the region and the period are absorbed" in said_of
    assert "999 draws are made" in said_of
    assert "the confidence level is 90%" in said_of
    assert "clusters are the regions" in said_of
    assert draws("regress", options)
    assert not draws("regress", {**options, "errors": "cluster"})
    assert not draws("geodetector", {"draws": 0})
    assert draws("mediate", {"draws": 5000, "errors": "classical"})
    assert unused("regress", {"trends": (), "controls": ()}, ("trends", "controls")) == ("trends",)
    assert joined(("a", "b", "c"), "en") == "a; b; and c"
    assert joined(("甲", "乙"), "zh") == "甲，乙"


def test_seeds_and_draws_are_said_where_something_is_drawn(small: Path) -> None:
    text = small.read_text(encoding="utf-8").replace('treatment = "log_x"\n', 'treatment = "log_x"\nerrors = "wild_cluster"\n')
    small.write_text(text.replace('name = "small"\n', 'name = "small"\nseed = 42\n'), encoding="utf-8")
    found = passages(execute(small), "en")
    regression = next(p.text for p in found if p.head == "Regression")
    assert "999 draws are made" in regression
    assert "The random numbers of “model” start from the seed" in regression
    assert "The seed of the study is 42" in found[-1].text


def test_preparations_are_said_with_the_cells_they_changed(small: Path) -> None:
    text = small.read_text(encoding="utf-8")
    small.write_text(text.replace("[[step]]", '[[prepare]]\nname = "tails"\nkind = "winsorise"\ncolumns = ["y"]\nshare = 0.1\n[[step]]', 1), encoding="utf-8")
    done = execute(small)
    found = {p.head: p.text for p in passages(done, "en")}["Preparation of the data"]
    assert "Extreme cells are pulled in to percentiles: the column is y; and the share in each tail is 0.1; 12 rows were left." in found
    assert "Preparations changed" in found
    assert "tukey1962" in [work.key for work in used(done)]


def test_readings_have_effect_sizes_and_stand_under_their_table(finished: Run, folder: Path) -> None:
    item = next(i for i in items(finished)[0] if i.main)
    found = readings(item, finished, "en")
    assert len(found) == 6
    assert found[0].startswith(
        "Column (1): Public capital (log) and Output (log) are logarithms, so that the coefficient is an elasticity: 0.155 (p < 0.001; 95% interval from 0.121"
    )
    assert "As Output (log) is a logarithm, that is a change of 15.7%." in found[0]
    assert "cannot be told from zero (p = 0.607); the 95% interval runs from −0.147 to 0.087" in found[5]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"<p>{found[0].replace('<', '&lt;')}</p>" in page
    for language in LANGUAGES:
        words = [p.text for p in docx.Document(str(folder / f"report.{language}.docx")).paragraphs]
        assert set(readings(item, finished, language)) <= set(words)
    stored = json.loads((folder / "results.json").read_text(encoding="utf-8"))["readings"]
    first = next(r for r in stored if r["show"] == "pooled/coefficients")
    assert first["values"]["estimate"] == pytest.approx(float(finished["pooled"].coefficients.loc["log_public", "estimate"]), rel=1e-15)  # type: ignore[attr-defined]


def test_effect_sizes_are_those_of_the_rows_used(finished: Run) -> None:
    import pandas as pd

    made = pd.concat({name: finished[name].columns()[""] for name in ("log_output", "log_public")}, axis=1)
    moments = finished["within"].moments  # type: ignore[attr-defined]
    for name in made:
        assert moments[name][0] == pytest.approx(made[name].mean(), rel=1e-12)
        assert moments[name][1] == pytest.approx(made[name].std(ddof=1), rel=1e-12)


def test_numbers_inside_sentences_follow_the_style(finished: Run) -> None:
    message = Message("readings.effect.mean", {"x": Cell("label", "log_public"), "y": Cell("label", "log_output"), "mean": Cell("number", 2.0), "share": "5"})
    assert said(message, finished, "en") == "That is 5% of the mean of Output (log) (2.000)."


def test_readings_may_be_switched_off(small: Path, tmp_path: Path) -> None:
    on = execute(small)
    table = next(i for i in items(on)[0] if i.steps == ("model",))
    assert readings(table, on, "en")
    small.write_text(small.read_text(encoding="utf-8").replace("[report]\n", "[report]\nreadings = false\n"), encoding="utf-8")
    off = run(small, tmp_path / "out")
    assert not readings(table, off, "en")
    assert 'class="reading"' not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["readings"] == []


def test_references_hold_what_was_used_and_nothing_else(finished: Run, folder: Path) -> None:
    bib = (folder / "references.bib").read_text(encoding="utf-8")
    assert "@article{cameron2015," in bib
    assert "hansen1999" not in bib
    assert bib.count("\n@") + 1 == len(used(finished))
    gbt = (folder / "references.gbt.txt").read_text(encoding="utf-8").splitlines()
    assert gbt[0].startswith("[1] ")
    assert any("SHANNON C E. A mathematical theory of communication[J]. Bell System Technical Journal, 1948, 27(3): 379-423." in line for line in gbt)
    assert (folder / "references.ris").read_bytes().count(b"TY  - ") == len(gbt)


def test_the_main_table_of_a_study_without_hypotheses_has_readings_for_tables_only(finished: Run) -> None:
    for item in items(finished)[0]:
        assert isinstance(item.exhibit, Table) or readings(item, finished, "en") == ()
