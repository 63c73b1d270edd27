"""Mistakes in a study file: all of them at once, each with its line, in the order of lines, with a suggestion and in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked import HEAD, expected, mistakes, places, written

STEP = '[[step]]\nname = "s"\nkind = "describe"\n'
REGRESS = '[[step]]\nname = "s"\nkind = "regress"\noutcome = "y"\ntreatment = "x"\n'


def check(folder: Path, text: str, **files: str) -> list[str]:
    """Places as marked; the words in English and Chinese of each."""
    findings = mistakes(written(folder, text, **files))
    assert expected(text) == places(findings)
    assert all(f.severity == "error" and f.text("zh").startswith("study.toml，第 ") for f in findings)
    return [f.text("en") for f in findings]


def test_five_mistakes_are_reported_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = (
        HEAD
        + """\
[[step]]
name = "first"
kind = "regres"                          #! study.unknown_kind
outcome = "y"
[[step]]
name = "second"
kind = "regress"
outcome = "y"
treatment = "x"
error = "hc1"                            #! contract.unknown_option
[[step]]
name = "third"
kind = "regress"
outcome = "yy"                           #! contract.unknown_column
treatment = "x"
[[step]]
name = "fourth"
kind = "describe"
on = "tabel"                             #! study.unknown_source
[[step]]                                 #! study.missing_key
kind = "describe"
[reports]                                #! study.unknown_section
"""
    )
    said = check(tmp_path, text)
    assert "There is no method “regres”. Did you mean regress?" in said[0]
    assert "regress has no option “error”. Did you mean errors?" in said[1]
    assert "There is no column “yy” (outcome of regress)." in said[2]
    assert "There is no source “tabel”. Did you mean table?" in said[3]
    assert "“name” is missing in “step”" in said[4]
    assert "There is no section “reports”. Did you mean report?" in said[5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (REGRESS + 'errors = "hc2"  #! contract.not_a_choice\n', "“errors” of regress is “hc2”; expected one of: classical, hc1, hc3, cluster"),
        (REGRESS + 'errors = "robust"  #! contract.robust\n', "“robust” has two readings"),
        (REGRESS + "level = 1.5  #! contract.less_than\n", "“level” of regress is 1.5; it must be less than 1"),
        (REGRESS + 'level = "high"  #! contract.wrong_type\n', "“level” of regress is “high”; expected a number between 0 and 1"),
        (REGRESS.replace('outcome = "y"', 'outcome = ["y"]  #! contract.wrong_type'), "“outcome” of regress is ['y']; expected the name of a column"),
        ('[[step]]  #! contract.missing_option\nname = "s"\nkind = "regress"\n', "regress needs “outcome”: the name of a column"),
        (STEP + "title = 5  #! study.wrong_type\n", "“title” is 5; expected a text"),
        (STEP + 'note = { fr = "x" }  #! study.wrong_type\n', "“note” is {fr = 'x'}; expected a text"),
    ],
)
def test_options_of_a_step(tmp_path: Path, text: str, words: str) -> None:
    said = check(tmp_path, HEAD + text)
    assert len(said) == 1
    assert words in said[0]


def test_robust_in_the_defaults_is_said_once_at_its_own_line(tmp_path: Path) -> None:
    text = HEAD + REGRESS + REGRESS.replace('"s"', '"t"') + '[defaults]\nerrors = "robust"  #! contract.robust\n'
    said = check(tmp_path, text)
    assert 'errors = "hc1"' in said[0]
    assert 'errors = "cluster"' in said[0]


def test_an_unknown_column_in_the_defaults_has_the_line_of_the_defaults(tmp_path: Path) -> None:
    check(tmp_path, HEAD + REGRESS + '[defaults]\ncontrols = ["gone"]  #! contract.unknown_column\n')


def test_an_unknown_default_is_named_with_a_suggestion(tmp_path: Path) -> None:
    said = check(tmp_path, HEAD + REGRESS + '[defaults]\ncontrol = ["x"]  #! study.unknown_key\n')
    assert "“defaults” has no key “control”. Did you mean controls?" in said[0]


def test_a_set_where_one_column_is_needed(tmp_path: Path) -> None:
    text = HEAD + '[[set]]\nname = "both"\nmembers = ["x", "y"]\n' + REGRESS.replace('outcome = "y"', 'outcome = "both"  #! study.set_for_one')
    assert "“both” is a set; “outcome” takes one column" in check(tmp_path, text)[0]


def test_a_member_of_a_set_that_does_not_exist(tmp_path: Path) -> None:
    check(tmp_path, HEAD + '[[set]]  #! study.unknown_member\nname = "both"\nmembers = ["x", "gone"]\n')


@pytest.mark.parametrize("name", ["region", "period", "unit", "all"])
def test_reserved_names(tmp_path: Path, name: str) -> None:
    said = check(tmp_path, HEAD + f'[[step]]\nname = "{name}"  #! study.reserved_name\nkind = "describe"\n')
    assert f"“{name}” is a word of the study file" in said[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (STEP.replace('"s"', '"x"  #! study.step_is_column'), "The step “x” bears the name of a column"),
        (STEP + STEP.replace('"s"', '"s"  #! study.same_name'), "The name “s” is used twice (first as: step)"),
        (STEP.replace('"s"', '"table"  #! study.same_name'), "(first as: source)"),
        ('[[set]]  #! study.same_name\nname = "x"\nmembers = ["y"]\n', "The name “x” is used twice (first as: column)"),
        (STEP.replace('"s"', '"a.b"  #! study.bad_name'), "contains a dot or a slash"),
        (STEP.replace('"s"', '"a/b"  #! study.bad_name'), "contains a dot or a slash"),
        ('[[variable]]\nname = "x"\n[[variable]]\nname = "x"  #! study.same_name\n', "(first as: variable)"),
    ],
)
def test_one_name_space(tmp_path: Path, text: str, words: str) -> None:
    assert words in check(tmp_path, HEAD + text)[0]


def test_addresses_of_the_report(tmp_path: Path) -> None:
    text = (
        HEAD
        + STEP
        + """\
[report]
exhibits = [
  { show = "s/statistics" },
  { show = "t/statistics" },              #! study.unknown_step
  { show = ["s", "u/statistics"] },       #! study.unknown_step
  { show = "s//x" },                      #! contract.bad_address
  { shown = "s" },                        #! study.missing_key study.unknown_key
]
"""
    )
    findings = mistakes(written(tmp_path, text))
    assert [(line, code) for line, code in expected(text) if code.startswith("study.m") or code == "study.unknown_key"] == places(findings)
    assert "Did you mean show?" in findings[1].text("en")
    text = text.replace('  { shown = "s" },                        #! study.missing_key study.unknown_key\n', "")
    assert any("There is no step “t”" in said for said in check(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('brackets = "se"  #! study.not_a_choice', "“brackets” is “se”; expected one of: std_error, statistic"),
        ('languages = ["fr"]  #! study.not_a_choice', "expected one of: en, zh"),
        ("decimals = 20  #! study.wrong_type", "expected a number not greater than 10"),
        ("decimals = 2.5  #! study.wrong_type", "expected a whole number"),
        ("stars = [0.001, 0.01, 0.05, 0.1]  #! study.wrong_type", "expected a list of at most 3"),
        ("stars = [5, 1]  #! study.wrong_type", "expected a number less than 1"),
        ("decimal = 2  #! study.unknown_key", "“report” has no key “decimal”. Did you mean decimals?"),
    ],
)
def test_style_of_the_report(tmp_path: Path, text: str, words: str) -> None:
    said = check(tmp_path, HEAD + STEP + f"[report]\n{text}\n")
    assert words in said[0]


@pytest.mark.parametrize("text", ["decimals = 20", "stars = [5, 1]", "stars = [0.2, 0.1, 0.05, 0.01]"])
def test_bounds_are_said_in_chinese_too(tmp_path: Path, text: str) -> None:
    said = mistakes(written(tmp_path, HEAD + STEP + f"[report]\n{text}\n"))[0].text("zh")
    assert "应为" in said
    assert "Input" not in said


def test_columns_of_a_source(tmp_path: Path) -> None:
    text = HEAD + 'columns = [\n  { name = "x2", from = "x" },\n  { nam = "y2", from = "y" },  #! study.missing_key study.unknown_key\n]\n'
    said = check(tmp_path, text + STEP)
    assert "“columns” has no key “nam”. Did you mean name?" in said[1]
    assert "Keys: name, from." in said[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('columns = [{ name = "x2", from = "xx" }]  #! reading.no_column', "There is no column “xx”"),
        ('columns = [{ name = "y", from = "x" }]  #! reading.column_taken', "“x” cannot be renamed to “y”"),
        ('columns = [{ name = "q", from = "x" }, { name = "q", from = "y" }]  #! reading.column_taken', "there is already such a column"),
        ('places = "provinces"  #! study.not_a_choice', "expected one of: us_states, china_provinces"),
        ('unit = "firm"  #! reading.no_column', "There is no column “firm”"),
        ('regions = "place"  #! study.unknown_key', "Did you mean region?"),
    ],
)
def test_keys_of_a_source(tmp_path: Path, text: str, words: str) -> None:
    assert words in check(tmp_path, HEAD + text + "\n")[0]


def test_a_column_called_region_beside_the_key(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, HEAD, table="place,year,x,region\na,1,2,north\n"))
    assert places(found) == [(4, "study.reserved_column")]
    assert 'columns = [{ name = "another", from = "region" }]' in found[0].text("en")


@pytest.mark.parametrize("value", ['"1"', "2", "true", "1.0"])
def test_schema_is_wrong(tmp_path: Path, value: str) -> None:
    said = check(tmp_path, HEAD.replace("schema = 1", f"schema = {value}  #! study.schema"))
    assert "expected schema = 1" in said[0]


def test_schema_study_and_source_are_missing(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, ""))
    assert sorted(f.code for f in found) == ["study.missing_section", "study.no_schema", "study.no_sources"]
    assert all(f.text("en").startswith("study.toml: ") for f in found)


def test_a_missing_source_is_not_also_blamed_on_the_steps(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, 'schema = 1\n[study]\nname = "small"\n' + STEP))
    assert [f.code for f in found] == ["study.no_sources"]


@pytest.mark.parametrize(("section", "content"), [("source", 'name = "t"'), ("step", 'name = "s"')])
def test_single_brackets_where_double_ones_are_needed(tmp_path: Path, section: str, content: str) -> None:
    text = (HEAD if section == "step" else 'schema = 1\n[study]\nname = "small"\n') + f"[{section}]  #! study.not_an_array\n{content}\n"
    assert f"must be written with two brackets: [[{section}]]" in check(tmp_path, text)[0]


@pytest.mark.parametrize("value", ["5", '"x"', "[1]"])
def test_a_section_that_is_no_table(tmp_path: Path, value: str) -> None:
    found = mistakes(written(tmp_path, f'schema = 1\nsource = {value}\n[study]\nname = "small"\n'))
    assert 2 in [line for line, _ in places(found)]


def test_on_needs_a_key_of_that_source(tmp_path: Path) -> None:
    text = HEAD + '[[source]]\nname = "bare"\nfrom = "table.csv"\n' + REGRESS + 'on = "bare"\neffects = ["region"]  #! study.no_key\n'
    assert "the source “bare” has no region column" in check(tmp_path, text)[0]


def test_a_step_that_makes_no_column_cannot_be_used_as_one(tmp_path: Path) -> None:
    text = HEAD + STEP + REGRESS.replace('"s"', '"t"').replace('outcome = "y"', 'outcome = "s"  #! study.makes_no_column')
    assert "The step “s” (describe) makes no column" in check(tmp_path, text)[0]


def test_a_circle_names_its_steps_and_the_line_of_the_first(tmp_path: Path) -> None:
    step = '[[step]]{mark}\nname = "{name}"\nkind = "transform"\nform = "log"\ncolumn = "{column}"\n'
    text = HEAD + step.format(mark="", name="free", column="x")
    text += "".join(step.format(mark=m, name=n, column=c) for n, c, m in [("one", "three", "  #! study.cycle"), ("two", "one", ""), ("three", "two", "")])
    said = check(tmp_path, text)[0]
    circle = said.split("circle: ")[1].split(".")[0].split(" → ")
    assert len(circle) == 4
    assert circle[0] == circle[-1]
    assert {"one", "two", "three"} == set(circle)


def test_a_step_that_uses_itself(tmp_path: Path) -> None:
    text = HEAD + '[[step]]\nname = "s"\nkind = "transform"\nform = "log"\ncolumn = "s"  #! study.uses_itself\n'
    check(tmp_path, text)


def test_a_missing_file_is_named_by_the_line_that_asks_for_it_with_what_is_beside_it(tmp_path: Path) -> None:
    text = HEAD.replace('from = "table.csv"', 'from = "tables.csv"  #! reading.no_file')
    assert "Did you mean table.csv?" in check(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("", "reading.empty_file"),
        ("\ufeff", "reading.empty_file"),
        ("place,year,x,x\na,1,2,3\n", "reading.duplicate_columns"),
        ("place,,x\na,1,2\n", "reading.unnamed_columns"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, table: str, code: str) -> None:
    assert [(6, code)] == places(mistakes(written(tmp_path, HEAD, table=table)))


def test_a_package_that_is_not_installed(tmp_path: Path) -> None:
    text = HEAD.replace('"table.csv"', '"package:no_such_package/data.csv"  #! reading.no_package')
    assert "pip install no_such_package" in check(tmp_path, text)[0]
    check(tmp_path, HEAD.replace('"table.csv"', '"package:linearmodels/none.csv"  #! reading.no_package_file'))


def test_toml_that_cannot_be_read_says_the_line_once(tmp_path: Path) -> None:
    text = HEAD + '[[step]]\nname = "s\nkind = "describe"\n'
    found = mistakes(written(tmp_path, text))
    assert places(found) == [(10, "study.unclosed_text")]
    assert "no closing quotation mark" in found[0].text("en")
    assert "缺少右引号" in found[0].text("zh")


@pytest.mark.parametrize(
    ("tail", "line", "code", "en", "zh"),
    [
        ('[[step]]\nname = "s"\nname = "t"\n', 11, "study.twice", "“name” is stated twice; the first time in line 10", "“name”写了两次；第一次在第 10 行"),
        ("[report]\ndecimals = 2\n[report]\nreadings = true\n", 11, "study.twice", "line 9", "第 9 行"),
        ('[report]\nlanguages = ["en",\n\n[[step]]\nname = "s"\n', 10, "study.unclosed", "The [ that opens here", "[ 没有配对"),
        ("[report]\nexhibits = [\n  { show = base },\n]\n", 11, "study.syntax", "neither a text in quotes", "值既不是带引号的文本"),
        ("[report]\ndecimals 2\n", 10, "study.syntax", "a key without =", "键之后没有 ="),
        ("[report]\ndecimals = 2 3\n", 10, "study.syntax", "something stands after the value", "值之后还有多余的内容"),
        ("[report\ndecimals = 2\n", 9, "study.unclosed", "The [ that opens here", "[ 没有配对"),
    ],
)
def test_what_is_wrong_with_toml_is_said_in_both_languages(tmp_path: Path, tail: str, line: int, code: str, en: str, zh: str) -> None:
    (found,) = mistakes(written(tmp_path, HEAD + tail))
    assert (found.where.line, found.code) == (line, code)
    assert en in found.text("en")
    assert zh in found.text("zh")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (("[[step]]", "[[stpe]]"), "study.unknown_section"),
        (("[[source]]", "[source]"), "study.not_an_array"),
        (("[study]", "[[study]]"), "study.one_table"),
        (('name = "small"', 'name = "small"\nseed = "x"'), "study.wrong_type"),
        (('name = "small"', 'name = "small"\nvariables = "none.csv"'), "reading.no_file"),
        (('members = ["x", "y"]', "members = 3"), "study.wrong_type"),
        (('members = ["x", "y"]', 'members = ["x", "yy"]'), "study.unknown_member"),
    ],
)
def test_one_mistake_makes_no_others(tmp_path: Path, changed: tuple[str, str], expected: str) -> None:
    text = HEAD + '[[set]]\nname = "both"\nmembers = ["x", "y"]\n[[step]]\nname = "made"\nkind = "transform"\ncolumn = "x"\nform = "log"\n'
    text += '[[prepare]]\nname = "cut"\nkind = "trim"\ncolumns = ["x"]\n[[step]]\nname = "every"\nkind = "describe"\ncolumns = ["both", "made"]\n'
    found = mistakes(written(tmp_path, text.replace(*changed, 1)))
    assert [f.code for f in found] == [expected]
    assert found[0].where.line


def test_a_table_where_a_text_or_a_list_is_expected_can_be_said(tmp_path: Path) -> None:
    found = mistakes(written(tmp_path, HEAD + '[[step]]\nname = "s"\nkind = "describe"\nsample = 3\n[[step]]\nname = "r"\nkind = "robustness"\nof = "s"\n'))
    said = "\n".join(f.text(x) for f in found for x in ("en", "zh"))
    assert "a table { … }" in said
    assert "a list of tables { … }" in said
    assert "设定列表 { … }" in said


@pytest.mark.parametrize("name", ["", "..", ".", "a/../../b", "/tmp/x"])
def test_a_study_whose_name_is_no_folder(tmp_path: Path, name: str) -> None:
    check(tmp_path, HEAD.replace('name = "small"', f'name = "{name}"  #! study.bad_study_name'))
