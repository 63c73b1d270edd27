"""Every example that is shown runs: Python and commands page by page in a folder with small tables, and study files with words that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pytest

import regio
from regio.catalogue import METHODS, PREPARATIONS, PRIMITIVES
from regio.cli.app import start
from regio.contract.declaration import declaration
from regio.study.file import load

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "README.zh.md"])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
KINDS = sorted(METHODS | PRIMITIVES | PREPARATIONS)
SHELLS = ("", "sh", "bash")
# Words of a block that are explained on its page or stand for the reader's own: what they are here.
NAMES = {"docs/methods/two_stage.md": ("panel", "controls")}
NOT_RUN = {"docs/VOCABULARY.md", "docs/add-a-method.md"}  # signatures, and a method that is to be written
LONG = {"nev-chain", "nev-coupling", "nev-exports", "nev-virtual-agglomeration"}  # their runs have tests of their own
PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b|\[--|─►")
EAST = ("北京", "天津", "河北", "辽宁", "上海", "江苏", "浙江", "福建", "山东", "广东")
PROVINCES = (*EAST, "山西", "吉林", "黑龙江", "安徽", "江西", "河南", "湖北", "湖南", "四川", "云南")
YEARS = range(2017, 2023)


def blocks(page: Path, *languages: str) -> list[str]:
    return [body for language, body in BLOCK.findall(page.read_text(encoding="utf-8")) if language in languages]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def commands(page: Path) -> list[list[str]]:
    """The commands that are shown, each as its words; what only stands for a file of the reader is left out."""
    lines = [line.partition("#")[0].partition(" > ")[0].strip() for body in blocks(page, *SHELLS) for line in body.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("regio ") and not PLACEHOLDER.search(line)]


def panel() -> pd.DataFrame:
    random = np.random.default_rng(0)
    rows = pd.DataFrame([(place, year) for place in PROVINCES for year in YEARS], columns=["province", "year"])
    for name in ("ports", "users", "telecom", "population", "openness", "assets"):
        rows[name] = np.round(np.exp(random.normal(3, 0.4, len(rows))), 3)
    rows["post_1984"] = np.repeat(random.integers(1, 40, len(PROVINCES)), len(YEARS)) * 1.0
    drift = np.tile(np.linspace(0, 1, len(YEARS)), len(PROVINCES))
    rows["agglomeration"] = np.round(rows["post_1984"] * drift / 40 + random.normal(0, 0.1, len(rows)), 4)
    rows["quality"] = np.round(0.5 * rows["agglomeration"] + random.normal(0, 0.1, len(rows)), 4)
    rows["exports"] = np.round(0.3 * rows["users"] + 0.1 * rows["population"] + random.normal(0, 2, len(rows)), 3)
    return rows


VARIABLES = "name,label_en,label_zh,unit,source,direction,set\n" + "".join(
    f"{name},{name.capitalize()},{label},,Yearbook,positive,{'digital_indicators' if name in ('ports', 'users', 'telecom') else ''}\n"
    for name, label in (("ports", "端口"), ("users", "网民"), ("telecom", "电信"), ("population", "人口"), ("openness", "开放度"), ("exports", "出口"))
)
CHINESE = {"province": "省份", "year": "年份", "exports": "出口", "users": "网民", "population": "人口", "openness": "开放度"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the runs, which pages share."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def folder(tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the tables that pages speak of; the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGIO_LANGUAGE", raising=False)
    (tmp_path / "runs").symlink_to(shared, target_is_directory=True)
    return tmp_path


def tables(folder: Path, page: str) -> None:
    """The files of a page."""
    rows = panel()
    rows.to_csv(folder / "provinces.csv", index=False, encoding="utf-8")
    (folder / "variables.csv").write_text(VARIABLES, encoding="utf-8")
    if page == "README.zh.md":
        rows.rename(columns=CHINESE).to_csv(folder / "provinces.csv", index=False, encoding="utf-8")
        (folder / "variables.csv").write_text(re.sub(r"^\w+", lambda name: CHINESE.get(name[0], name[0]), VARIABLES, flags=re.MULTILINE), encoding="utf-8")
    if page in ("docs/quick-start.md", "docs/zh/quick-start.md"):
        (folder / "数字经济").mkdir()
        for column in ("users", "ports"):
            wide = rows.pivot(index="province", columns="year", values=column).rename_axis(index="地区", columns=None)
            wide.columns = [f"{year}年" for year in wide.columns]
            wide.to_excel(folder / "数字经济" / f"{column}.xlsx")
    if page == "docs/reading.md":
        for file, column in (("地区生产总值.xls", "assets"), ("nbs_energy.csv", "ports")):  # a text under the name of a workbook
            rows.pivot(index="province", columns="year", values=column).rename_axis("地区").to_csv(folder / file, encoding="gb18030")
        rows.pivot(index="province", columns="year", values="population").rename_axis("地区").to_excel(folder / "人口.xlsx")
        pd.concat([rows.assign(total_assets=rows["assets"] * k) for k in (1, 2)]).to_parquet(folder / "firms.parquet")
    if page == "docs/methods/regress.md":
        (folder / "panel").mkdir()
        rows.rename(columns={"province": "region", "exports": "y", "users": "x"}).to_parquet(folder / "panel" / "part.parquet")
    if page == "docs/calibration.md":
        shutil.copy(ROOT / "tests/calibrating/small.json", folder / "printed.json")


def run(words: list[str]) -> int:
    """One command, in this process; names with * are files, as a shell reads them."""
    there = [found for word in words for found in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    return start(there)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python") and name_of(page) not in NOT_RUN], ids=name_of)
def test_python_that_is_shown_runs(page: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tables(folder, name_of(page))
    if name_of(page) == "docs/audit.md":
        papers(folder, capfd)
    rows = regio.Panel(panel(), region="province", period="year")
    given: dict[str, Any] = {"regio": regio, "panel": rows, "controls": ["population", "openness"]}
    known = {name: given[name] for name in ("regio", *NAMES.get(name_of(page), ()))}
    for number, body in enumerate(blocks(page, "python"), 1):
        exec(compile(body.replace("processes:4", "in_process"), f"{page.name}, block {number}", "exec"), known)


TABLES = {
    "Table 1. Descriptive statistics": "Variable|N|Mean|SD|Min|Max/lnY|120|2.104|0.512|0.903|3.871/x|120|1.204|0.433|0.402|2.950/z|120|0.518|0.211|0.101|0.962",
    "Table 2. Correlations": "Variable|lnY|x|z/lnY|1|||/x|0.412***|1||/z|0.205**|0.118|1|",
    "Table 3. Baseline regression": "Variable|(1)|(2)/x|0.487***|0.462***/|(0.099)|(0.100)/z||0.381*/|(0.000)|(0.205)/Constant|1.518***|1.350***"
    "/|(0.127)|(0.155)/N|120|120/R²|0.170|0.194",
}


def papers(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """paper.toml as the template has it, and paper.docx, a paper of three tables."""
    capfd.readouterr()
    assert run(["audit", "--template"]) == 0
    (folder / "paper.toml").write_text(capfd.readouterr().out, encoding="utf-8")
    shutil.copy(folder / "paper.toml", folder / "other.toml")
    document = docx.Document()
    for caption, text in TABLES.items():
        document.add_paragraph(caption)
        lines = [line.split("|") for line in text.split("/")]
        table = document.add_table(len(lines), len(lines[0]))
        for row, line in zip(table.rows, lines, strict=True):
            for cell, word in zip(row.cells, line, strict=False):
                cell.text = word
        document.add_paragraph("Notes: standard errors in parentheses. *** p < 0.01, ** p < 0.05, * p < 0.1.")
    document.save(str(folder / "paper.docx"))


ENGLISH = {"README.zh.md": "README.md", **{f"docs/zh/{page.name}": f"docs/{page.name}" for page in (DOCS / "zh").glob("*.md")}}
WITH_COMMANDS = [page for page in PAGES if commands(page)]


@pytest.mark.parametrize("page", [page for page in WITH_COMMANDS if name_of(page) not in ENGLISH], ids=name_of)
def test_commands_that_are_shown_run(page: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tables(folder, name_of(page))
    shown = commands(page)
    if any("paper.docx" in words or "paper.toml" in words for words in shown):
        papers(folder, capfd)
    for words in shown:
        draft = folder / "paper.audit.toml"
        if words[:2] == ["audit", "paper.docx"]:
            draft.unlink(missing_ok=True)  # a draft that exists is never written over
        code = run(light(words))
        said = capfd.readouterr()
        assert code in ((0, 3) if words[0] == "audit" else (0,)), (words, said.err)
        if draft.exists():
            draft.write_text(draft.read_text(encoding="utf-8").replace("confirmed = false", "confirmed = true"), encoding="utf-8")


def light(words: list[str]) -> list[str]:
    """The command, or what is quick of it: a long study is planned, not run, and the number that is asked for is one of a study that has run."""
    if words[0] == "run" and words[1] in LONG:
        return ["check", words[1]]
    if words[0] == "explain" and words[1] in LONG:
        return ["check", words[1]]
    return words


@pytest.mark.parametrize("page", [page for page in WITH_COMMANDS if name_of(page) in ENGLISH], ids=name_of)
def test_a_chinese_page_shows_the_commands_of_the_english_one(page: Path) -> None:
    def plain(words: list[str]) -> str:
        return " ".join(word for before, word in zip(["", *words], words, strict=False) if word != "--language" and before != "--language")

    english = ROOT / ENGLISH[name_of(page)]
    if english.is_file():
        there = {plain(words) for other in (english, DOCS / "quick-start.md", ROOT / "README.md") for words in commands(other)}
        assert [words for words in commands(page) if plain(words) not in there] == []


# Study files

WHOLE = {"schema", "[study]", "[[source]]", "[[step]]"}


@pytest.mark.parametrize("page", [p for p in PAGES if any(set(b.split()) >= WHOLE for b in blocks(p, "toml"))], ids=name_of)
def test_a_whole_study_that_is_shown_runs(page: Path, folder: Path) -> None:
    tables(folder, name_of(page))
    for body in blocks(page, "toml"):
        if set(body.split()) >= WHOLE:
            (folder / "study.toml").write_text(body, encoding="utf-8")
            result = regio.run(folder / "study.toml")
            assert all(step.name in result.results for step in load(folder / "study.toml").steps)


def fragments() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for page in PAGES:
        for body in blocks(page, "toml"):
            yield name_of(page), tomllib.loads(body)


STEPS = [(page, step) for page, file in fragments() for part in ("step", "prepare") for step in file.get(part, ())]
COMMON = {"name", "kind", "on", "sample", "title", "note"}


@pytest.mark.parametrize(("page", "step"), STEPS, ids=[f"{page}-{step.get('name', '')}" for page, step in STEPS])
def test_words_of_steps_that_are_shown_are_arguments(page: str, step: Mapping[str, Any]) -> None:
    if "kind" in step:
        known = {argument.name for argument in declaration(step["kind"]).arguments} | COMMON
        assert sorted(set(step) - known) == []


# Quoted output


QUICK_START = """schema = 1
[study]
name = "t"
[[source]]
name = "table"
from = "t.csv"
region = "省份"
period = "年份"
[[step]]
name = "baseline"
kind = "regress"
outcome = "出口"
controls = ["人口"]
treatment = "数字化"
[[step]]
name = "数字"
kind = "transform"
form = "log"
column = "人口"
"""


@pytest.mark.parametrize(("page", "language"), [("docs/quick-start.md", "en"), ("docs/zh/quick-start.md", "zh")])
def test_messages_are_quoted_as_they_are(page: str, language: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (quoted,) = blocks(ROOT / page, "text")
    (folder / "study.toml").write_text(QUICK_START, encoding="utf-8")
    text = "省份,年份,出口,人口\n" + "".join(f"{place},{year},{k + year % 5},{k + 1}\n" for k, place in enumerate(PROVINCES[:2]) for year in (2017, 2018, 2019))
    (folder / "t.csv").write_text(text, encoding="utf-8")
    assert run(["check", "study.toml", "--language", language]) != 0
    said = capfd.readouterr().err
    lines = text.splitlines()
    lines[6] = lines[6].rpartition(",")[0] + ",3a"
    (folder / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "study.toml").write_text(QUICK_START.replace("数字化", "数字"), encoding="utf-8")
    assert run(["run", "study.toml", "--language", language]) != 0
    said += capfd.readouterr().err
    for line in quoted.splitlines():
        assert line in said


def test_the_audited_example_of_the_readme_is_what_the_audit_says(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "nev-exports"]) == 3
    said = " ".join(capfd.readouterr().out.split())
    counts = re.search(r"(\d+) relations consistent, (\d+) consistent under an assumption, (\d+) inconsistent, (\d+) not checkable", said)
    assert counts is not None
    held, assumed, failed, unknown = map(int, counts.groups())
    words = {1: "one", 8: "eight", 10: "ten"}
    english = (
        f"of {held + assumed + failed + unknown} relations between the printed numbers of one paper on exports, {held} hold, {words.get(failed, failed)} do not"
    )
    assert english in (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = f"{held + assumed + failed + unknown} 个数字关系中，{held} 个成立，{failed} 个不成立，{assumed} 个在某一假定下成立，{unknown} 个无法核对"
    assert chinese in (ROOT / "README.zh.md").read_text(encoding="utf-8")
    for line in (line for body in blocks(ROOT / "README.md", "") if "T3/lnED/max" in body for line in body.splitlines()):
        assert " ".join(line.split()) in said


CHOICES = {
    name: {choice for kind in KINDS for a in declaration(kind).arguments if a.name == name for choice in a.choices}
    for name in {a.name for kind in KINDS for a in declaration(kind).arguments if a.choices}
}
REFUSED = {("errors", "robust")}  # shown as what is refused


@pytest.mark.parametrize("page", [page for page in PAGES if name_of(page) != "docs/VOCABULARY.md"], ids=name_of)
def test_values_of_options_that_are_shown_are_choices(page: Path) -> None:
    shown = re.findall(r'(?<![\w.])(\w+) ?= ?"([\w.]+)"', page.read_text(encoding="utf-8"))
    free = {a.name for kind in KINDS for a in declaration(kind).arguments if not a.choices}
    wrong = [(name, value) for name, value in shown if name in CHOICES and name not in free and value not in CHOICES[name]]
    assert sorted(set(wrong) - REFUSED) == []


def test_the_table_of_conventions_is_what_they_give() -> None:
    from importlib import resources

    raw = pd.read_csv(str(resources.files("linearmodels") / "datasets" / "munnell" / "munnell.csv.bz2"))
    logs = {name: np.log(raw[column]) for name, column in (("output", "GSP"), ("public", "P_CAP"), ("private", "PC"), ("employment", "EMP"))}
    rows = pd.DataFrame({"state": raw["ST_ABB"], "year": raw["YR"], **logs, "unemployment": raw["UNEMP"]})
    errors = {"classical": "classical", "cluster": "cluster", "Driscoll-Kraay": "driscoll_kraay"}
    table = re.findall(
        r"^\| (regions|regions, periods) \| ([\w-]+) \| (\.\d+) \| (\.\d+) \| (\.\d+) \|$", (DOCS / "conventions.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(table) == 5
    for absorbed, kind, *printed in table:
        effects = ("region", "period") if "," in absorbed else ("region",)
        controls = ["private", "employment", "unemployment"]
        for convention, number in zip(("xtreg", "reghdfe", "ivreghdfe"), printed, strict=True):
            fit = regio.regress(rows, "output", "public", controls, effects=effects, errors=errors[kind], convention=convention, region="state", period="year")
            assert f"{fit.coefficients.loc['public', 'std_error']:.6f}" == f"0{number}"
