"""Names make the graph: sets, defaults, the order of steps, and names in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import HEAD, mistakes, places, written

from regio.study.execute import derived_seed, execute
from regio.study.file import load

SETS = '[[set]]\nname = "both"\nmembers = ["x", "y"]\n[[set]]\nname = "more"\nmembers = ["both", "z"]\n'
TABLE = "place,year,x,y,z\na,1,1,2,3\na,2,2,3,5\nb,1,4,5,6\nb,2,8,2,1\n"


def describe(columns: str) -> str:
    return f'[[step]]\nname = "s"\nkind = "describe"\ncolumns = {columns}\n'


def transform(name: str, column: str) -> str:
    return f'[[step]]\nname = "{name}"\nkind = "transform"\nform = "log"\ncolumn = "{column}"\n'


@pytest.mark.parametrize(
    ("columns", "written_out"),
    [
        ('["both"]', ("x", "y")),
        ('"both"', ("x", "y")),
        ('["z", "both"]', ("z", "x", "y")),
        ('["both", "x"]', ("x", "y")),
        ('["y", "both"]', ("y", "x")),
        ('["more"]', ("x", "y", "z")),
        ('["more", "both"]', ("x", "y", "z")),
        ('["y", "x"]', ("y", "x")),
    ],
)
def test_sets_stand_for_their_variables(tmp_path: Path, columns: str, written_out: tuple[str, ...]) -> None:
    study = load(written(tmp_path, HEAD + SETS + describe(columns), TABLE))
    assert written_out == study.step("s").options["columns"]


def test_sets_are_written_out_in_the_defaults(tmp_path: Path) -> None:
    text = HEAD + SETS + '[[step]]\nname = "s"\nkind = "regress"\noutcome = "z"\n[defaults]\ncontrols = ["both"]\n'
    step = load(written(tmp_path, text, TABLE)).step("s")
    assert (step.options["controls"], step.by_default, step.given) == (("x", "y"), ("controls",), ("outcome",))


def test_a_step_may_be_a_member_of_a_set(tmp_path: Path) -> None:
    text = HEAD + describe('["logs"]') + transform("lx", "x") + '[[set]]\nname = "logs"\nmembers = ["lx", "y"]\n'
    study = load(written(tmp_path, text, TABLE))
    assert study.step("s").needs == ("lx",)
    assert [step.name for step in study.steps] == ["lx", "s"]


def test_defaults_apply_only_where_a_kind_accepts_them(tmp_path: Path) -> None:
    regress = '[[step]]\nname = "{name}"\nkind = "regress"\noutcome = "y"\ntreatment = "x"\n'
    text = HEAD + describe('["x"]') + regress.format(name="one") + regress.format(name="two") + 'errors = "hc1"\nlevel = 0.9\n'
    text += '[defaults]\nerrors = "cluster"\ncluster = "region"\nlevel = 0.99\neffects = ["region"]\n'
    study = load(written(tmp_path, text, TABLE))
    one, two = study.step("one"), study.step("two")
    assert study.step("s").by_default == ()
    assert (one.options["errors"], one.options["cluster"], one.options["level"]) == ("cluster", ("region",), 0.99)
    assert (two.options["errors"], two.options["cluster"], two.options["level"]) == ("hc1", None, 0.9)
    assert two.by_default == ("effects",)


def test_a_default_that_no_step_takes_is_a_warning_at_its_line(tmp_path: Path) -> None:
    notes = load(written(tmp_path, HEAD + describe('["x"]') + "[defaults]\nlevel = 0.9\n", TABLE)).notes
    assert [(n.code, n.where.line) for n in notes] == [("study.default_unused", 14)]
    assert "The default “level” applies to no step." in notes[0].text("en")


def test_steps_may_stand_in_any_order(tmp_path: Path) -> None:
    text = HEAD + transform("third", "second") + describe('["x"]') + transform("second", "first") + transform("first", "x")
    study = load(written(tmp_path, text, TABLE.replace("1,1,2", "1,9,2").replace("2,2,3", "2,20,3").replace("1,4,5", "1,30,5").replace("2,8,2", "2,40,2")))
    assert [step.name for step in study.steps] == ["s", "first", "second", "third"]
    assert study.step("third").needs == ("second",)
    assert list(execute(study)) == ["s", "first", "second", "third"]


def test_independent_steps_keep_their_order(tmp_path: Path) -> None:
    names = ["m", "a", "w", "b"]
    study = load(written(tmp_path, HEAD + "".join(transform(name, "x") for name in names), TABLE))
    assert names == [step.name for step in study.steps]


def test_columns_with_dots_are_columns(tmp_path: Path) -> None:
    text = HEAD + '[[set]]\nname = "dotted"\nmembers = ["G.D.P"]\n' + describe('["dotted", "x"]')
    study = load(written(tmp_path, text, "place,year,x,G.D.P\na,1,2,3\nb,1,3,4\n"))
    assert (study.step("s").options["columns"], study.step("s").needs) == (("G.D.P", "x"), ())


def test_chinese_names_work_as_values_everywhere(tmp_path: Path) -> None:
    text = """\
schema = 1
[study]
name = "数字经济"
title = { en = "Digital", zh = "数字经济与出口" }
variables = "variables.csv"
[[source]]
name = "省级面板"
from = "数据 表.csv"
region = "省份"
period = "年份"
columns = [{ name = "电商", from = "电子商务销售额" }]
[[set]]
name = "控制变量"
members = ["人口"]
[[step]]
name = "对数出口"
kind = "transform"
form = "log"
column = "出口"
[[step]]
name = "基准回归"
kind = "regress"
on = "省级面板"
outcome = "对数出口"
treatment = "电商"
controls = ["控制变量"]
title = "基准"
[[step]]
name = "描述"
kind = "describe"
columns = ["出口", "电商"]
by = "地带"
[report]
exhibits = [{ show = "基准回归/coefficients" }]
"""
    table = "省份,年份,出口,电子商务销售额,人口,地带\n" + "".join(
        f"{place},{year},{i * 7 % 5 + 1},{i * 3 % 7},{i * i % 11},{'东部' if place < '北' else '西部'}\n"
        for i, (place, year) in enumerate((p, y) for p in "甲乙丙丁" for y in (2001, 2002, 2003))
    )
    path = written(tmp_path, text, variables_csv="name,label_en,label_zh\n电商,E-commerce,电子商务\n")
    (tmp_path / "数据 表.csv").write_text(table, encoding="utf-8")
    run = execute(path)
    assert list(run) == ["对数出口", "基准回归", "描述"]
    assert list(run["基准回归"].table().index[:2]) == ["电商", "人口"]
    assert run.labels["电商"] == {"en": "E-commerce", "zh": "电子商务"}
    assert {"东部", "西部"} >= set(run["描述"].table().index.get_level_values(0))
    found = mistakes(written(tmp_path, text.replace('treatment = "电商"', 'treatment = "电商额"'), variables_csv="name\n电商\n"))
    assert places(found) == [(25, "contract.unknown_column")]
    assert "没有名为“电商额”的列（regress 的 treatment）。是否想写 电商？" in found[0].text("zh")


def test_seeds_derive_from_the_study_and_the_name_alone() -> None:
    assert derived_seed(1, "a") == derived_seed(1, "a")
    assert len({derived_seed(0, "a"), derived_seed(1, "a"), derived_seed(0, "b"), derived_seed(0, "省")}) == 4
    assert 0 <= derived_seed(0, "a") < 2**32
    assert derived_seed(0, "baseline") == 1_387_443_802  # blake2b of "0/baseline", four bytes: a change would change published intervals
