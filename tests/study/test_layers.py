"""Layers: a study that extends another, an overlay from the command line, and files as other programs write them."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from marked import HEAD, TABLE, line_of

from regio.contract.finding import Finding, Position, StudyError
from regio.report.run import run
from regio.study.execute import execute
from regio.study.file import load
from regio.study.layers import read_layers

BASE = (
    HEAD
    + """\
[[set]]
name = "both"
members = ["x", "y"]
[[prepare]]
name = "early"
kind = "filter"
periods = [2001, 2002]
[[step]]
name = "first"
kind = "describe"
columns = ["x", "y"]
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "x"
errors = "hc1"
sample = { periods = [2001, 2002] }
[[step]]
name = "last"
kind = "describe"
columns = ["y"]
[report]
decimals = 2
exhibits = [{ show = "first" }, { show = "model", main = true }]
"""
)
OTHER = TABLE.replace("a,2001,1", "a,2001,7")


def folders(root: Path, base: str = BASE, over: str = "", table: str = TABLE) -> tuple[Path, Path]:
    """``base/base.toml`` beside its table, and ``over/over.toml`` in another folder."""
    (root / "base").mkdir()
    (root / "over").mkdir()
    (root / "base" / "table.csv").write_text(table, encoding="utf-8")
    (root / "base" / "base.toml").write_text(base, encoding="utf-8")
    (root / "over" / "over.toml").write_text(over, encoding="utf-8")
    return root / "base" / "base.toml", root / "over" / "over.toml"


def mistakes(study: Path, data: str | Path | None = None) -> tuple[Finding, ...]:
    with pytest.raises(StudyError) as caught:
        load(study, data)
    return caught.value.findings


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int, str]]:
    """File, line and code of every finding."""
    return [(f.where.file, f.where.line, f.code) for f in findings if isinstance(f.where, Position)]


OVERLAY = """\
extends = "../base/base.toml"
[study]
title = "Another"
[[set]]
name = "both"
members = ["y", "x"]
[[step]]
name = "model"
errors = "cluster"
cluster = "region"
sample = { drop = true }
[[step]]
name = "last"
drop = true
[[step]]
name = "new"
kind = "describe"
columns = ["x"]
[[prepare]]
name = "early"
drop = true
[report]
exhibits = [{ show = "new" }]
"""
MERGED = (
    HEAD.replace('name = "small"', 'name = "small"\ntitle = "Another"')
    + """\
[[set]]
name = "both"
members = ["y", "x"]
[[step]]
name = "first"
kind = "describe"
columns = ["x", "y"]
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "x"
errors = "cluster"
cluster = "region"
[[step]]
name = "new"
kind = "describe"
columns = ["x"]
[report]
decimals = 2
exhibits = [{ show = "new" }]
"""
)


def test_tables_merge_by_key_and_arrays_by_name(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over=OVERLAY)
    study = load(over)
    assert (study.name, study.title) == ("small", "Another")
    assert tuple(s.name for s in study.steps) == ("first", "model", "new")
    model = study.step("model")
    assert (model.options["outcome"], model.options["treatment"], model.options["errors"], model.sample) == ("y", ("x",), "cluster", None)
    assert study.sets == {"both": ("y", "x")}
    assert study.preparations == ()
    assert (study.style.decimals, [s.addresses for s in study.shown]) == (2, [("new",)])


def test_a_list_is_replaced_and_not_added_to(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over='extends = "../base/base.toml"\n[[step]]\nname = "first"\ncolumns = ["y"]\n')
    assert load(over).step("first").options["columns"] == ("y",)


def test_an_overlay_gives_the_numbers_of_the_study_written_by_hand(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over=OVERLAY)
    by_hand = tmp_path / "base" / "merged.toml"
    by_hand.write_text(MERGED, encoding="utf-8")
    run(over, tmp_path / "a")
    run(by_hand, tmp_path / "b")
    assert (tmp_path / "a" / "results.json").read_bytes() == (tmp_path / "b" / "results.json").read_bytes()
    assert json.loads((tmp_path / "a" / "results.json").read_text(encoding="utf-8"))["numbers"]


def test_a_report_is_dropped_as_a_whole(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over='extends = "../base/base.toml"\n[report]\ndrop = true\n')
    study = load(over)
    assert (study.style.decimals, study.shown) == (3, ())


def test_dropping_a_section_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over='extends = "../base/base.toml"\n[defaults]\ndrop = true\n')
    assert places(mistakes(over)) == [("over.toml", 3, "study.unknown_key")]


def test_a_chain_of_two(tmp_path: Path) -> None:
    folders(tmp_path, over=OVERLAY)
    last = tmp_path / "last.toml"
    last.write_text('extends = "over/over.toml"\n[[step]]\nname = "model"\nconvention = "reghdfe"\n', encoding="utf-8")
    chained = load(last).step("model")
    assert tuple(load(tmp_path / p).step("model").options["errors"] for p in ("base/base.toml", "over/over.toml", "last.toml")) == ("hc1", "cluster", "cluster")
    assert tuple(chained.options[k] for k in ("convention", "treatment")) == ("reghdfe", ("x",))
    assert Position("last.toml", 2) == chained.where


def test_a_built_in_study_is_extended_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "us-public-capital"\n[study]\nname = "mine"\n[[step]]\nname = "pooled"\nerrors = "hc1"\n', encoding="utf-8")
    study = load(path)
    assert (study.name, study.step("pooled").options["errors"]) == ("mine", "hc1")
    assert "public_capital" in {v.name for v in study.variables}  # read beside the study that names them


def test_a_folder_with_the_name_of_the_built_in_study_that_it_extends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "us-public-capital"
    folder.mkdir()
    (folder / "study.toml").write_text('extends = "us-public-capital"\n[study]\ntitle = "Mine"\n', encoding="utf-8")
    assert load(folder).title == "Mine"


def test_a_base_is_looked_for_beside_the_file_and_not_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, over = folders(tmp_path, over='extends = "base.toml"\n')
    monkeypatch.chdir(base.parent)
    found = mistakes(over)
    assert places(found) == [("over.toml", 1, "study.no_study")]
    assert "There is no study “base.toml”." in found[0].text("en")


def test_relative_paths_start_at_the_folder_of_the_file_that_wrote_them(tmp_path: Path) -> None:
    over = 'extends = "../base/base.toml"\n[study]\nvariables = "words.csv"\n[[source]]\nname = "table"\ntitle = "As it was"\n'
    base, path = folders(tmp_path, over=over)
    (path.parent / "words.csv").write_text("name,unit\nx,t\n", encoding="utf-8")
    study = load(path)
    assert base.parent / "table.csv" == study.source("table").path.resolve()
    assert study.variables[0].unit == "t"
    path.write_text(over + 'from = "mine.csv"\n', encoding="utf-8")
    (path.parent / "mine.csv").write_text(OTHER, encoding="utf-8")
    assert path.parent / "mine.csv" == load(path).source("table").path


def test_the_paths_of_a_base_written_in_one_line_stay_its_own(tmp_path: Path) -> None:
    """Keys inside an inline table have no line of their own."""
    base = 'schema = 1\nstudy = { name = "small" }\nsource = [{ name = "table", from = "table.csv", region = "place", period = "year" }]\n'
    path, over = folders(tmp_path, base=base, over='extends = "../base/base.toml"\n[[source]]\nname = "table"\nmissing = ["…"]\n')
    source = load(over).source("table")
    assert (path.parent / "table.csv", ("…",)) == (source.path.resolve(), source.missing)


def test_every_mistake_names_the_file_and_line_in_which_it_stands(tmp_path: Path) -> None:
    base = BASE.replace('errors = "hc1"', 'errors = "hc7"') + "[reports]\n"
    over = 'extends = "../base/base.toml"\n[[step]]\nname = "first"\ncolumns = ["x", "w"]\n[[step]]\nname = "lst"\ntitle = "?"\n'
    _, path = folders(tmp_path, base=base, over=over)
    found = mistakes(path)
    assert [
        ("base.toml", line_of(base, "hc7"), "contract.not_a_choice"),
        ("base.toml", line_of(base, "[reports]"), "study.unknown_section"),
        ("over.toml", 4, "contract.unknown_column"),
        ("over.toml", 5, "study.overlay_unknown"),
    ] == places(found)
    said = found[-1].text("en")
    assert "over.toml, line 5: “lst” is laid over a step that does not exist. Did you mean last?" in said
    assert "a new step also needs “kind”" in said
    assert "叠加的 step“lst”在原研究中不存在。是否想写 last？" in found[-1].text("zh")


def test_a_study_and_its_base_are_told_apart_though_both_are_called_study_toml(tmp_path: Path) -> None:
    base, over = folders(
        tmp_path, base=BASE.replace('errors = "hc1"', 'errors = "hc7"'), over='extends = "../base"\n[[step]]\nname = "last"\ncolumns = ["w"]\n'
    )
    base.rename(base.with_name("study.toml"))
    over = over.rename(over.with_name("study.toml"))
    assert [file for file, _, _ in places(mistakes(over))] == ["base/study.toml", "study.toml"]


def test_dropping_what_is_not_there(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over='extends = "../base/base.toml"\n[[step]]\nname = "frist"\ndrop = true\n')
    found = mistakes(over)
    assert places(found) == [("over.toml", 2, "study.overlay_unknown")]
    assert "Did you mean first" in found[0].text("en")


def test_the_same_step_twice_in_an_overlay(tmp_path: Path) -> None:
    step = '[[step]]\nname = "first"\ncolumns = ["{}"]\n'
    _, over = folders(tmp_path, over='extends = "../base/base.toml"\n' + step.format("x") + step.format("y"))
    assert places(mistakes(over)) == [("over.toml", 6, "study.same_name")]


@pytest.mark.parametrize("name", ["[]", "3", "{ a = 1 }"])
def test_a_name_that_is_no_text(tmp_path: Path, name: str) -> None:
    _, over = folders(tmp_path, over=f'extends = "../base/base.toml"\n[[step]]\nname = {name}\nkind = "describe"\n')
    assert places(mistakes(over))[:1] == [("over.toml", 3, "study.wrong_type")]


def test_extends_is_a_text(tmp_path: Path) -> None:
    _, over = folders(tmp_path, over='extends = ["a", "b"]\n')
    assert places(mistakes(over)) == [("over.toml", 1, "study.wrong_type")]


@pytest.mark.parametrize(
    ("names", "circle"), [(("a", "b"), "a.toml → b.toml → a.toml"), (("a", "b", "c"), "a.toml → b.toml → c.toml → a.toml"), (("a",), "a.toml → a.toml")]
)
def test_a_circle(tmp_path: Path, names: tuple[str, ...], circle: str) -> None:
    for name, after in zip(names, (*names[1:], names[0]), strict=True):
        (tmp_path / f"{name}.toml").write_text(f'schema = 1\nextends = "{after}.toml"\n', encoding="utf-8")
    found = mistakes(tmp_path / "a.toml")
    assert [(f"{names[-1]}.toml", 2, "study.extends_circle")] == places(found)
    assert circle in found[0].text("en")


def test_a_circle_behind_the_study(tmp_path: Path) -> None:
    for name, after in (("a", "b"), ("b", "c"), ("c", "b")):
        (tmp_path / f"{name}.toml").write_text(f'extends = "{after}.toml"\n', encoding="utf-8")
    assert "in a circle: b.toml → c.toml → b.toml." in mistakes(tmp_path / "a.toml")[0].text("en")


# ---- --data


def test_an_overlay_from_the_command_line(tmp_path: Path) -> None:
    base, over = folders(tmp_path, over=OVERLAY.replace('extends = "../base/base.toml"\n', ""))
    extending = over.with_name("extending.toml")
    extending.write_text(OVERLAY, encoding="utf-8")
    assert read_layers(extending).raw == read_layers(base, over).raw


def test_one_source_from_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, over = folders(tmp_path)
    (over.parent / "mine.csv").write_text(OTHER, encoding="utf-8")
    monkeypatch.chdir(over.parent)
    study = load(base, "table=mine.csv")
    assert (over.parent / "mine.csv", "region") == (study.source("table").path, study.source("table").region)
    was, now = execute(base)["first"].table().loc["x", "mean"], execute(study)["first"].table().loc["x", "mean"]
    assert was + 1 == pytest.approx(now, rel=1e-15)  # a mean of six small whole numbers, one of them six higher


def test_a_file_whose_name_holds_an_equals_sign_is_an_overlay(tmp_path: Path) -> None:
    base, over = folders(tmp_path, over='[study]\ntitle = "Equal"\n')
    assert load(base, over.rename(over.with_name("a=b.toml"))).title == "Equal"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ("tabel=mine.csv", ("--data", 0, "study.unknown_source"), "There is no source “tabel”. Did you mean table?"),
        ("table=nothing.csv", ("--data", 0, "reading.no_file"), "There is no file “nothing.csv”."),
        ("nothing.toml", ("nothing.toml", 0, "study.no_overlay"), "--data SOURCE=FILE.csv"),
        ("table=", ("--data", 0, "reading.is_folder"), "This is a folder"),
    ],
)
def test_what_is_wrong_with_data(tmp_path: Path, data: str, place: tuple[str, int, str], words: str) -> None:
    base, _ = folders(tmp_path)
    found = mistakes(base, data)
    assert [place] == places(found)
    assert words in found[0].text("en")


def test_a_missing_column_in_another_file_is_placed_where_the_study_names_it(tmp_path: Path) -> None:
    base, over = folders(tmp_path)
    table = over.with_name("mine.csv")
    table.write_text(TABLE.replace("place,", "where,"), encoding="utf-8")
    assert ("base.toml", line_of(BASE, 'region = "place"'), "reading.no_column") == places(mistakes(base, f"table={table}"))[0]


# ---- files as other programs write them

CHINESE = BASE.replace("[study]", "[study] # 说明：研究").replace('name = "small"', 'name = "small"\ntitle = "数字经济与产出"').replace('"x"', '"上海"')
WRITERS: dict[str, Callable[[str], bytes]] = {
    "utf-8 with a mark": lambda text: codecs.BOM_UTF8 + text.encode("utf-8"),
    "utf-16 little": lambda text: text.encode("utf-16-le"),
    "utf-16 big": lambda text: text.encode("utf-16-be"),
    "utf-16 little with a mark": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    "utf-16 big with a mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode("utf-8"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_study_and_its_table_in_another_encoding(tmp_path: Path, writer: str) -> None:
    table = TABLE.replace("x,y", "上海,y").replace("\na,", "\n北京,").replace("\nb,", "\n天津,")
    base, _ = folders(tmp_path, base=CHINESE, table=table)
    wanted = load(base)
    numbers = {name: result.to_dict() for name, result in execute(wanted).items()}
    base.write_bytes(WRITERS[writer](CHINESE))
    (base.parent / "table.csv").write_bytes(WRITERS[writer](table))
    assert wanted == load(base)
    assert (wanted.title, wanted.step("first").options["columns"]) == ("数字经济与产出", ("上海", "y"))
    assert numbers == {name: result.to_dict() for name, result in execute(base).items()}


@pytest.mark.parametrize("writer", WRITERS)
def test_the_line_of_a_mistake_is_the_same_in_every_encoding(tmp_path: Path, writer: str) -> None:
    text = CHINESE.replace('errors = "hc1"', 'errors = "hc7"')
    base, _ = folders(tmp_path, table=TABLE.replace("x,y", "上海,y"))
    base.write_bytes(WRITERS[writer](text))
    assert [("base.toml", line_of(text, "hc7"), "contract.not_a_choice")] == places(mistakes(base))


def test_a_study_file_that_is_no_text(tmp_path: Path) -> None:
    base, _ = folders(tmp_path)
    base.write_bytes(b'schema = 1\n[study]\nname = "\xff\xff\xe9"\n')
    assert places(mistakes(base)) == [("base.toml", 3, "study.not_text")]


def test_an_overlay_by_option_may_say_what_it_extends_but_not_another_study(tmp_path: Path) -> None:
    over = tmp_path / "over.toml"
    over.write_text('schema = 1\nextends = "us-public-capital"\n[study]\nname = "other"\n', encoding="utf-8")
    assert load("us-public-capital", over).name == "other"
    own = tmp_path / "own.toml"
    own.write_text('schema = 1\nextends = "us-public-capital"\n', encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(own, over)
    assert [f.code for f in caught.value.findings] == ["study.overlay_of_another"]
    assert "us-public-capital" in caught.value.text("zh")
