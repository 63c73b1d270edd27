"""[[prepare]], samples of steps and hypotheses: read, checked, carried out, listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marked import HEAD, TABLE, expected, line_of, mistakes, places, written

from regio.contract.finding import StudyError
from regio.report.run import run
from regio.study.execute import Run, execute
from regio.study.file import load
from regio.study.model import Preparation

STEPS = """\
[[step]]
name = "summary"
kind = "describe"
columns = ["x", "y"]
[report]
exhibits = [{ show = "study/sample" }, { show = "summary" }]
"""


def prepared(**options: object) -> str:
    """One filter, a key a line."""
    lines = {"name": "some", "kind": "filter", **options}
    return "[[prepare]]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())


def left(done: Run) -> list[tuple[str, str]]:
    """Regions and periods of the rows that were left out, as results list them."""
    return [(c["region"], c["period"]) for c in done.tables[0].changes if c["reason"] == "panel.change.row_left_out"]


EVERY = [(place, str(year)) for place in "abc" for year in (2001, 2002)]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"regions": ["a", "b"]}, [0, 1, 2, 3]),
        ({"regions": "a"}, [0, 1]),
        ({"periods": [2001]}, [0, 2, 4]),
        ({"without": ["c"]}, [0, 1, 2, 3]),
        ({"column": "x", "at_least": 2}, [1, 2, 3, 4, 5]),
        ({"column": "x", "at_least": 2, "at_most": 3.5}, [1, 2, 4]),
        ({"column": "x", "one_of": [1, 5]}, [0, 3]),
        ({"column": "zone", "one_of": ["n"]}, [0, 1]),
        ({"column": "period", "at_least": 2002}, [1, 3, 5]),
        ({"column": "y", "present": True}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_every_row_left_out_is_listed(tmp_path: Path, options: dict[str, object], kept: list[int]) -> None:
    done = execute(written(tmp_path, HEAD + prepared(**options) + STEPS))
    assert left(done) == [key for i, key in enumerate(EVERY) if i not in kept]
    assert done.tables[0].rows == len(kept)
    assert done["summary"].table().loc["x", "n"] == len(kept)


def test_an_empty_cell_is_left_out_by_present(tmp_path: Path) -> None:
    done = execute(written(tmp_path, HEAD + prepared(column="y", present=True) + STEPS, TABLE.replace("b,2001,3,4.5", "b,2001,3,")))
    assert left(done) == [("b", "2001")]


def test_a_group_of_regions(tmp_path: Path) -> None:
    text = HEAD + 'places = "us_states"\n' + prepared(groups=["New England"]) + STEPS
    table = TABLE.replace("\na,", "\nMaine,").replace("\nb,", "\nOhio,").replace("\nc,", "\nVermont,")
    done = execute(written(tmp_path, text, table))
    assert left(done) == [("OH", "2001"), ("OH", "2002")]


def test_preparations_are_carried_out_in_the_order_of_the_text(tmp_path: Path) -> None:
    first, second = prepared(name="early", periods=[2001]), prepared(name="large", column="x", at_least=2)
    done = execute(written(tmp_path, HEAD + first + STEPS.split("[report]")[0] + second + "[report]" + STEPS.split("[report]")[1]))
    assert [(r.name, r.rows, r.regions) for r in done.tables[0].rules] == [("", 6, 3), ("early", 3, 3), ("large", 2, 2)]
    assert left(done) == [("a", "2002"), ("b", "2002"), ("c", "2002"), ("a", "2001")]
    turned = execute(written(tmp_path, HEAD + second + first + STEPS))
    assert [(r.name, r.rows, r.regions) for r in turned.tables[0].rules] == [("", 6, 3), ("large", 5, 3), ("early", 2, 2)]
    assert left(turned) == [("a", "2001"), ("a", "2002"), ("b", "2002"), ("c", "2002")]


def test_rows_and_regions_lost_stand_in_results_and_in_the_table_of_the_sample(tmp_path: Path) -> None:
    """The step ``narrow`` looks at 2001 only, so its sample is a rule of its own."""
    sample = '[[step]]\nname = "narrow"\nkind = "describe"\ncolumns = ["x"]\nsample = { periods = [2001] }\n'
    text = HEAD + prepared(name="early", without=["c"]) + prepared(name="large", column="y", at_least=2.2) + sample + STEPS
    path = written(tmp_path, text)
    run(path, tmp_path / "out")
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert [(c["region"], c["period"], c["reason"]) for c in found["sources"][0]["changes"]] == [
        (region, period, "panel.change.row_left_out") for region, period in (("c", "2001"), ("c", "2002"), ("a", "2002"))
    ]
    counts = {tuple(n["address"].split("/")[1:]): n["value"] for n in found["numbers"] if str(n["address"]).startswith("study/sample/")}
    wanted = {
        "table": {"rows": 6, "regions": 3},
        "table.early": {"rows": 4, "regions": 2, "rows_lost": 2, "regions_lost": 1},
        "table.large": {"rows": 3, "regions": 2, "rows_lost": 1, "regions_lost": 0},
        "narrow": {"rows": 2, "rows_lost": 1},  # its regions are there where its method counts them
    }
    counts = {key: value for key, value in counts.items() if key[1:] not in (("narrow", "regions"), ("narrow", "regions_lost"))}
    assert counts == {("sample", row, column): value for row, cells in wanted.items() for column, value in cells.items()}
    page = (tmp_path / "out" / "tables" / "01-study-sample.en.md").read_text(encoding="utf-8")
    assert "After “early” (filter)" in page
    assert "Step “narrow”: complete rows" in page
    assert "“early”（filter）之后" not in page


def test_a_preparation_of_another_source(tmp_path: Path) -> None:
    text = (
        HEAD
        + '[[source]]\nname = "other"\nfrom = "other.csv"\nregion = "where"\n'
        + prepared(on="other", column="w", at_least=2)
        + '[[step]]\nname = "w"\nkind = "describe"\ncolumns = ["w"]\non = "other"\n'.replace('name = "w"', 'name = "others"')
        + STEPS
    )
    done = execute(written(tmp_path, text, other_csv="where,w\na,1\nb,2\nz,3\n"))
    assert {t.source: t.rows for t in done.tables} == {"other": 2, "table": 6}
    assert [(c["region"], c["period"]) for t in done.tables for c in t.changes] == [("a", "")]


def test_a_set_stands_for_its_members(tmp_path: Path) -> None:
    text = HEAD + '[[set]]\nname = "pair"\nmembers = ["x", "y"]\n' + prepared(regions=["a"]) + STEPS
    study = load(written(tmp_path, text))
    assert [(p.name, p.options["regions"], p.on) for p in study.preparations] == [("some", ("a",), "table")]
    assert isinstance(study.preparations[0], Preparation)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[[prepare]]\nname = "a"\nkind = "filtre" #! study.unknown_preparation\nregions = ["a"]\n',
            "called “filtre”. Did you mean filter",
        ),
        ('[[prepare]]\nname = "a"\nkind = "transform" #! study.step_not_preparation\n', "Write it under [[step]]. Kinds of [[prepare]]: "),
        ('[[step]]\nname = "a"\nkind = "filter" #! study.preparation_not_step\n', "Write it under [[prepare]]."),
        ('[[prepare]]\nname = "a"\nkind = "filter"\non = "tabel" #! study.unknown_source\nregions = "a"\n', "Did you mean table?"),
        ('[[prepare]]\nname = "a"\nkind = "filter"\nregion = "a" #! contract.unknown_option\n', "Did you mean regions?"),
        ('[[prepare]]\nname = "a"\nkind = "filter"\ncolumn = "x"\nat_least = "two" #! contract.wrong_type\n', "“two”"),
        ('[[prepare]] #! contract.unknown_column\nname = "a"\nkind = "filter"\ncolumn = "xx"\nat_least = 2\n', "There is no column “xx”"),
        ('[[prepare]] #! study.missing_key\nkind = "filter"\nregions = "a"\n', "“name” is missing"),
        (
            '[[prepare]]\nname = "a"\nkind = "filter"\nregions = "a"\n[[prepare]]\nname = "a" #! study.same_name\nkind = "filter"\nperiods = [2001]\n',
            "used twice",
        ),
        ('[prepare] #! study.not_an_array\nname = "a"\nkind = "filter"\n', "[[prepare]]"),
    ],
)
def test_mistakes_in_preparations(tmp_path: Path, text: str, words: str) -> None:
    text = HEAD + text
    found = mistakes(written(tmp_path, text))
    assert places(found) == expected(text)
    assert words in found[0].text("en")
    assert found[0].text("zh").startswith("study.toml，第 ")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"column": "x", "at_least": 100}, "filter.nothing_left", "None of the 6 rows meets the conditions."),
        ({"column": "zone", "at_least": 1}, "panel.text_column", "zone"),
        ({"regions": ["a", "q"]}, "panel.unknown_region", "“q” is neither a region of this table nor a known group"),
        ({"without": ["q"]}, "panel.unknown_region", "“q”"),
        ({"periods": [1999]}, "panel.unknown_period", "The period 1999 does not occur"),
        ({"at_least": 3}, "filter.no_column", "no column"),
        ({}, "filter.nothing", "no condition"),
    ],
)
def test_what_fails_in_the_run_stops_it_at_the_line_of_the_preparation(tmp_path: Path, options: dict[str, object], code: str, words: str) -> None:
    text = HEAD + prepared(**options) + STEPS
    with pytest.raises(StudyError) as caught:
        execute(written(tmp_path, text))
    assert places(caught.value.findings) == [(line_of(text, "[[prepare]]"), code)]
    assert words in caught.value.text("en")


@pytest.mark.parametrize("key", ["region", "period"])
def test_a_condition_on_a_key_that_the_table_does_not_have(tmp_path: Path, key: str) -> None:
    text = HEAD.split("region =")[0] + prepared(column=key, present=True) + STEPS
    with pytest.raises(StudyError) as caught:
        execute(written(tmp_path, text))
    assert places(caught.value.findings) == [(line_of(text, "[[prepare]]"), "panel.no_key")]


# ---- sample = { … }


@pytest.mark.parametrize(
    ("sample", "n"),
    [
        ('{ regions = ["a", "b"] }', 4),
        ('{ regions = "a" }', 2),
        ("{ periods = [2001] }", 3),
        ('{ without = ["a"] }', 4),
        ('{ regions = ["a", "b"], periods = [2002] }', 2),
        ('{ periods = [2001, 2002], without = ["b"] }', 4),
        ("{}", 6),
    ],
)
def test_the_sample_of_a_step(tmp_path: Path, sample: str, n: int) -> None:
    text = HEAD + STEPS.replace("columns =", f"sample = {sample}\ncolumns =")
    done = execute(written(tmp_path, text))
    assert done["summary"].table().loc["x", "n"] == n
    assert done.tables[0].rows == 6


def test_the_sample_of_a_step_by_groups(tmp_path: Path) -> None:
    table = TABLE.replace("\na,", "\n北京,").replace("\nb,", "\n辽宁,").replace("\nc,", "\n广东,")
    for sample, n in (('{ groups = ["northeast"] }', 2), ('{ groups = ["northeast"], regions = ["广东"] }', 4), ('{ without = ["municipalities"] }', 4)):
        done = execute(written(tmp_path, HEAD + STEPS.replace("columns =", f"sample = {sample}\ncolumns ="), table))
        assert done["summary"].table().loc["x", "n"] == n


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        ('{ regions = ["q"] }', "panel.unknown_region"),
        ('{ groups = ["nowhere"] }', "panel.unknown_region"),
        ('{ without = ["q"] }', "panel.unknown_region"),
        ("{ periods = [1999] }", "panel.unknown_period"),
    ],
)
def test_unknown_names_in_a_sample_fail_the_step_at_its_line(tmp_path: Path, sample: str, code: str) -> None:
    text = HEAD + STEPS.replace("columns =", f"sample = {sample}\ncolumns =")
    done = execute(written(tmp_path, text))
    assert places(done.failed["summary"]) == [(line_of(text, "[[step]]"), code)]


@pytest.mark.parametrize(
    ("sample", "code"),
    [
        ('{ region = ["a"] }', "study.unknown_key"),
        ("{ periods = [2001.5] }", "study.wrong_type"),
        ('"all"', "study.wrong_type"),
        ("{ regions = 3 }", "study.wrong_type"),
    ],
)
def test_mistakes_in_a_sample(tmp_path: Path, sample: str, code: str) -> None:
    text = HEAD + STEPS.replace("columns =", f"sample = {sample}\ncolumns =")
    assert places(mistakes(written(tmp_path, text))) == [(line_of(text, "sample ="), code)]


# ---- [[hypothesis]]

CLAIM = '[[hypothesis]]\nname = "H1"\nclaim = { en = "More x, more y.", zh = "x 越多，y 越多。" }\n'
MODEL = '[[step]]\nname = "model"\nkind = "regress"\noutcome = "y"\ntreatment = "x"\n'


def test_a_hypothesis_that_is_right(tmp_path: Path) -> None:
    text = HEAD + MODEL + CLAIM + 'supported_if = { cell = "model/coefficients/x", sign = "positive", level = 0.01 }\n'
    found = load(written(tmp_path, text)).hypotheses
    (condition,) = found[0].conditions
    assert (found[0].name, found[0].where.line) == ("H1", line_of(text, "supported_if"))
    assert (condition.cell.parts, condition.sign, condition.level, condition.at_least) == (("model", "coefficients", "x"), "positive", 0.01, None)
    assert found[0].claim == {"en": "More x, more y.", "zh": "x 越多，y 越多。"}


def test_a_cell_whose_name_holds_a_slash_is_a_list(tmp_path: Path) -> None:
    support = 'supported_if = { cell = ["model", "coefficients", "x/y"], sign = "nonzero", at_least = 0.5 }\n'
    ((found,),) = (h.conditions for h in load(written(tmp_path, HEAD + MODEL + CLAIM + support)).hypotheses)
    assert (found.cell.row, found.sign, found.level, found.at_least) == ("x/y", "nonzero", 0.05, 0.5)


@pytest.mark.parametrize(
    ("support", "words"),
    [
        ('supported_if = { cell = "modle/coefficients/x", sign = "positive" } #! study.unknown_step\n', "There is no step “modle”. Did you mean model?"),
        ('supported_if = { cell = "model/coefficients", sign = "positive" } #! study.no_cell\n', "needs at least step/exhibit/row"),
        ('supported_if = { cell = "model", sign = "positive" } #! study.no_cell\n', "names no cell"),
        ('supported_if = { cell = "model//x", sign = "positive" } #! contract.bad_address\n', "step/exhibit/row/column"),
        ('supported_if = { cell = "model/coefficients/x", sign = "postive" } #! study.not_a_choice\n', "Did you mean positive?"),
        ('supported_if = { cell = "model/coefficients/x" } #! study.no_condition\n', "no sign, size or word is expected of it"),
        ('supported_if = { cell = "model/coefficients/x", sign = "positive", level = 1.5 } #! study.wrong_type\n', "1.5"),
        ('supported_if = { cell = "model/coefficients/x", sing = "positive" } #! study.unknown_key\n', "“supported_if” has no key “sing”. Did you mean sign?"),
    ],
)
def test_mistakes_in_a_hypothesis(tmp_path: Path, support: str, words: str) -> None:
    text = HEAD + MODEL + CLAIM + support
    found = mistakes(written(tmp_path, text))
    assert set(expected(text)) <= set(places(found))
    assert {line for line, _ in places(found)} == {line_of(text, "supported_if")}
    assert any(words in f.text("en") for f in found)


def test_a_hypothesis_without_support_and_one_twice(tmp_path: Path) -> None:
    support = 'supported_if = { cell = "model/coefficients/x", sign = "positive" }\n'
    text = HEAD + MODEL + "[[hypothesis]] #! study.missing_key\n" + 'name = "H0"\nclaim = "?"\n' + CLAIM + support
    text += CLAIM.replace('"H1"', '"H1" #! study.same_name') + support
    assert places(mistakes(written(tmp_path, text))) == expected(text)
