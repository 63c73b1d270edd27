"""Recipes: reading, writing and reading again changes nothing; they work on another file of the same shape and refuse one of another."""

from __future__ import annotations

from pathlib import Path

import pytest

import regio
from regio.contract.finding import DataError
from regio.reading.reader import renamed
from regio.reading.recipe import Column, LeftOut, Recipe, SheetRecipe

WIDE = "单位：亿元\n地区,2011年,2012年\n北京市,1,…\n合计,3,4\n注：某说明\n"


def wide(folder: Path, name: str = "产值.csv", text: str = WIDE) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_repeats_the_import(tmp_path: Path) -> None:
    found = regio.read(wide(tmp_path))
    recipe = Recipe.from_text(found.recipe.text)
    assert (recipe, recipe.text) == (found.recipe, found.recipe.text)
    (sheet,) = recipe.sheets
    assert (sheet.header, sheet.unit, sheet.variable, sheet.missing) == ((2,), "亿元", "产值", ("…",))
    assert sheet.left_out == (LeftOut(4, "total", "合计 3 4"), LeftOut(5, "note", "注：某说明"))
    for given in (recipe, found.recipe):
        again = regio.read(recipe=given)
        assert again.panel.rows.equals(found.panel.rows)
        assert (again.panel.variables, again.changes, again.findings, again.recipe) == (found.panel.variables, found.changes, found.findings, found.recipe)


def test_paths_in_a_recipe_start_at_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = regio.read(wide(tmp_path))
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "r.toml").write_text(renamed(found.recipe, ["../产值.csv"]).text, encoding="utf-8")
    monkeypatch.chdir(tmp_path.parent)
    assert regio.read(recipe=tmp_path / "made" / "r.toml").panel.rows.equals(found.panel.rows)


def test_a_recipe_on_other_files(tmp_path: Path) -> None:
    found = regio.read(wide(tmp_path))
    other = wide(tmp_path, "b.csv", WIDE.replace("北京市,1", "天津市,9"))
    assert regio.read(other, recipe=found.recipe).panel.rows["产值"].tolist()[0] == 9
    changed = wide(tmp_path, "c.csv", WIDE.replace("2011年", "2010年"))
    with pytest.raises(DataError, match="expects the column “2011年” and finds “2010年”"):
        regio.read(changed, recipe=found.recipe)
    with pytest.raises(DataError, match="reads 1 files"):
        regio.read(other, changed, recipe=found.recipe)


def test_marks_that_a_recipe_does_not_name_are_no_missing_values(tmp_path: Path) -> None:
    found = regio.read(wide(tmp_path))
    other = wide(tmp_path, "b.csv", WIDE.replace("…", "—"))
    with pytest.raises(DataError, match="is a sign for a value that is not there"):
        regio.read(other, recipe=found.recipe)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[[sheet]\n", "reading.bad_recipe", "这不是导入配方"),
        ("schema = 1\n", "reading.bad_recipe", "sheet"),
        ('[[sheet]]\nfile = "a"\nlayout = "sideways"\n', "reading.bad_recipe", "sideways"),
        ('[[sheet]]\nfile = "a"\nheaders = [1]\n', "reading.recipe_key", "是否想写 header"),
        ('[[sheet]]\nfile = "a"\ncolumns = [{ at = 1, nam = "x" }]\n', "reading.recipe_key", "name"),
    ],
)
def test_texts_that_are_no_recipe(tmp_path: Path, text: str, code: str, words: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        regio.read(recipe=path)
    assert (caught.value.findings[0].code, words in caught.value.text("zh")) == (code, True)


def test_every_field_survives_its_text() -> None:
    sheet = SheetRecipe(
        file='a "b"\\c.xlsx',
        sheet="表\t1\n",
        layout="regions_across",
        header=(1, 2),
        rows=(3, 9),
        region=1,
        period=2,
        indicators=(3, 4),
        unit_at=5,
        variable="x",
        unit="%",
        at_region="北京",
        at_period=2011,
        step="month",
        places="china_provinces",
        missing=("…", "\\"),
        columns=(Column(1, "h", "n", "u", "r", "2011-01", words=True), Column(2, period=2011)),
        left_out=(LeftOut(1, "note", "\x7f'\""),),
        columns_left_out=(LeftOut(2, "total"),),
    )
    recipe = Recipe("地区", None, (sheet,), "keep")
    assert Recipe.from_text(recipe.text) == recipe
