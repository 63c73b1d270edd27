"""regio explain: every printed number goes back to its call, sample, formula, conventions, columns and changed cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from regio.cli.app import start
from regio.contract.address import Address
from regio.contract.finding import ArgumentError
from regio.exhibits.models import Table
from regio.language import known, say
from regio.report.exhibits import exhibits_of
from regio.report.explain import SHOWN, as_json, as_text, explain
from regio.report.run import run
from regio.study.execute import Run, execute

WITHIN = "within/coefficients/log_public/(1)"


@pytest.fixture(scope="module")
def numbers(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "results.json").read_text(encoding="utf-8"))["numbers"])


@pytest.fixture
def quick(finished: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The finished run, whose exhibits are laid out once and not once a number."""
    for kind in {type(result) for result in finished.values()}:
        laid_out = {id(result): result.exhibits() for result in finished.values() if type(result) is kind}
        monkeypatch.setattr(kind, "exhibits", lambda result, laid_out=laid_out: laid_out[id(result)])
    return finished


def test_every_number_of_results_explains_itself(quick: Run, numbers: list[dict[str, Any]]) -> None:
    assert {n["address"].split("/")[0] for n in numbers} >= {"summary", "infrastructure", "pooled", "both_clustered", "study"}
    for number in numbers:
        found = explain(quick, number["address"])
        stored = json.loads(json.dumps(as_json(found)))
        assert {k: stored[k] for k in ("address", "kind", "value")} == {k: number[k] for k in ("address", "kind", "value")}
        assert stored["p_value"] == number.get("p_value")
        for language in ("en", "zh"):
            first, *others = as_text(found, language).splitlines()  # type: ignore[arg-type]
            assert first.startswith(f"{number['address']} = ")
            assert say(f"explain.kind.{number['kind']}", language) in first  # type: ignore[arg-type]
            assert others


def test_every_word_of_every_table_explains_itself(quick: Run) -> None:
    """Labels and texts: what results.json does not list."""
    explained = 0
    for step in (*quick, "study"):
        for table in exhibits_of(quick, step):
            cells = [c for row in table.located(step).rows for c in row.cells] if isinstance(table, Table) else []
            for cell in [c for c in cells if c.kind in ("label", "text") and c.value is not None]:
                explained += 1
                found = explain(quick, cell.address)
                assert found.cell.value == cell.value
                assert all(as_text(found, language).startswith("/".join(cell.address)) for language in ("en", "zh"))  # type: ignore[arg-type]
    assert explained > 20


def test_the_words_of_a_coefficient(finished: Run) -> None:
    found = explain(finished, WITHIN)
    estimate = finished["within"].table().loc["log_public", "estimate"]
    en = as_text(found, "en")
    assert en.splitlines()[0] == f"{WITHIN} = −{abs(estimate):.10f}  (estimate)"
    for line in (
        "  p = 0.36752 (of the test that the notes of the table name)",
        "Step “within”: regress (study.toml, line 90)",
        '  outcome = "log_output"',
        '  controls = ["log_private", "log_employment", "unemployment"]  (from [defaults])',
        '  effects = ["region"]',
        '  errors = "classical"  (by default)',
        "Rows of “states”: 816 used, 0 left out",
        "Formula: " + say("regress.formula", "en"),
        "  log_public (Public capital (log)): made by the step “log_public”",
        "    no cell was changed",
        'Step “log_public”: transform with column = "public_capital", form = "log"',
    ):
        assert line in en.splitlines()
    assert re.search(r"^  public_capital \(.+\): from package:linearmodels/datasets/munnell/munnell.csv.bz2, hash [0-9a-f]{12}$", en, re.M)
    zh = as_text(found, "zh")
    for line in (
        "  p = 0.36752（检验方法见表注）",
        '  errors = "classical"（默认值）',
        "数据源“states”：使用 816 行，剔除 0 行",
        "    没有改动任何单元格",
        "    单位：百万美元",
    ):
        assert line in zh.splitlines()
    assert len(re.findall("^Convention: ", en, re.M)) == len(finished["within"].conventions) > 0
    assert len(re.findall("^计算约定：", zh, re.M)) == len(finished["within"].conventions)


def test_every_option_is_said_with_where_it_comes_from(finished: Run) -> None:
    step = finished.study.step("both_clustered")
    text = as_text(explain(finished, "both_clustered/coefficients/log_public/(1)/std_error"), "en")
    for name, value in step.options.items():
        line = next((line for line in text.splitlines() if line.startswith(f"  {name} = ")), None)
        if value in (None, ()):
            assert line is None
            continue
        assert line is not None
        assert line.endswith("  (by default)") == (name not in step.given and name not in step.by_default)
        assert line.endswith("  (from [defaults])") == (name in step.by_default)


def test_columns_go_back_to_their_sources(finished: Run) -> None:
    found = explain(finished, WITHIN)
    origins = {c.name: (c.source, c.made_by) for c in found.columns}
    file = "package:linearmodels/datasets/munnell/munnell.csv.bz2"
    assert origins == {
        **{name: ("", name) for name in ("log_output", "log_public", "log_private", "log_employment")},
        **dict.fromkeys(("unemployment", "output", "public_capital", "private_capital", "employment"), (file, "")),
    }
    assert [s.name for s in found.made_by] == ["log_output", "log_public", "log_private", "log_employment"]
    note = finished.tables[0]
    assert all(c.hash == note.columns[c.name] for c in found.columns if c.source)
    assert all(c.hash for c in found.columns if c.made_by)
    assert {c.name: c.described.unit for c in found.columns if c.described is not None}["unemployment"] == {"en": "percent", "zh": "%"}


def test_a_number_about_the_study(finished: Run) -> None:
    found = explain(finished, "study/sample/states/rows")
    assert (found.cell.value, found.step, as_json(found)["call"]) == (816, None, None)
    assert as_text(found, "en").splitlines()[0] == "study/sample/states/rows = 816  (count)"
    assert "Counted from the tables" in as_text(found, "en")


def test_a_formula_is_there_for_every_kind_that_has_one(finished: Run) -> None:
    for step in finished.study.steps:
        table = next((e for e in finished[step.name].exhibits() if isinstance(e, Table)), None)
        if table is not None:
            address = [step.name, table.name, table.rows[0].key, table.columns[0].key]
            assert ("Formula: " in as_text(explain(finished, address), "en")) == known(f"{step.kind}.formula")


# ---- near misses


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("withn/coefficients/log_public/(1)", "study.unknown_step", "There is no step “withn”. Did you mean within"),
        ("within/coeficients/log_public/(1)", "contract.no_exhibit", "Did you mean coefficients?"),
        ("within/coefficients/log_pubic/(1)", "report.no_row", "There is no row “log_pubic”. Did you mean log_public"),
        ("summary/statistics/output/maen", "report.no_column", "There is no column “maen”. Did you mean mean"),
        ("within/coefficients/log_public/(1)/std_eror", "report.no_row", "Did you mean std_error?"),
        ("within/coefficients/log_public/(2)", "report.no_column", "Columns: (1)."),
        ("within/coefficients", "report.no_row", "Rows: log_public"),
        ("summary/statistics/output", "report.no_column", "Columns: "),
        ("within//log_public", "contract.bad_address", "step/exhibit/row/column"),
        ("a/b/c/d/e/f", "contract.bad_address", "step/exhibit/row/column"),
        ("log_output/values/x/y", "contract.no_exhibit", "values"),
        ("study/samples/states/rows", "contract.no_exhibit", "Did you mean sample?"),
        ("study/sample/state/rows", "report.no_row", "Did you mean states?"),
    ],
)
def test_near_misses(finished: Run, address: str, code: str, words: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        explain(finished, address)
    assert [f.code for f in caught.value.findings] == [code]
    assert words in caught.value.text("en")
    assert caught.value.text("zh") != caught.value.text("en")


def test_parts_at_the_end_may_be_left_out_where_there_is_one_column(finished: Run) -> None:
    assert explain(finished, "within/coefficients/log_public").cell.value == explain(finished, WITHIN).cell.value
    with_std_error = explain(finished, f"{WITHIN}/std_error").cell
    assert (with_std_error.kind, with_std_error.value) == ("std_error", finished["within"].table().loc["log_public", "std_error"])


# ---- changed cells

KEYS = [(place, year) for place in range(25) for year in (2001, 2002)]
TABLE = "place,year,x,z/w\n" + "".join(f"{p},{y},{'…' if y == 2001 else i},{2 + i * 3 % 7}\n" for i, (p, y) in enumerate(KEYS))
STUDY = """\
schema = 1
[study]
name = "small"
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
missing = ["…"]
[[step]]
name = "summary"
kind = "describe"
columns = ["x", "z/w"]
sample = { periods = [2001, 2002], without = ["3"] }
[[step]]
name = "logs"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "after"
kind = "describe"
columns = ["logs"]
"""


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path / "study.toml"


def test_changed_cells_and_the_sample(changed: Path) -> None:
    done = execute(changed)
    text = as_text(explain(done, "summary/statistics/x/mean"), "en")
    assert 'Sample: periods = [2001, 2002], without = ["3"]' in text
    assert "changed: 0 2001: “…” → “” (a mark for a missing value)" in text
    assert text.count("    changed: ") == SHOWN
    assert f"… and {25 - SHOWN} more changed cells" in text
    zh = as_text(explain(done, "summary/statistics/x/mean"), "zh")
    assert "改动：0 2001：“…”→“”（缺失标记）" in zh
    assert f"另有 {25 - SHOWN} 处改动" in zh
    x, other = as_json(explain(done, ["summary", "statistics", "x", "mean"]))["columns"]
    assert ([c["row"] for c in x["changes"]], other["changes"]) == (list(range(2, 52, 2)), [])
    assert {"variable": "x", "region": "0", "period": "2001", "before": "…", "after": "", "file": "table.csv"}.items() <= x["changes"][0].items()


def test_a_row_whose_name_holds_a_slash(changed: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """results.json writes such an address as a list; the same list is understood on the command line."""
    run(changed, tmp_path / "out", only=["summary"])
    numbers = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["numbers"]
    address = next(n["address"] for n in numbers if isinstance(n["address"], list) and n["address"][3] == "mean")
    assert address == ["summary", "statistics", "z/w", "mean"]
    assert start(["explain", str(changed), json.dumps(address), "--out", str(tmp_path / "out"), "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["address"], out["value"]) == (address, next(n["value"] for n in numbers if n["address"] == address))


def test_a_step_that_failed_gives_its_reasons(changed: Path) -> None:
    """X is 0 nowhere but in the first row of 2002 with a changed table, so its logarithm fails and what needs it is not run."""
    changed.with_name("table.csv").write_text("place,year,x,z/w\na,2001,0,1\nb,2001,2,3\n", encoding="utf-8")
    changed.write_text(changed.read_text(encoding="utf-8").replace('sample = { periods = [2001, 2002], without = ["3"] }\n', ""), encoding="utf-8")
    done = execute(changed)
    with pytest.raises(ArgumentError) as caught:
        explain(done, "logs/anything")
    assert [f.code for f in caught.value.findings] == ["transform.log_of_zero"]
    with pytest.raises(ArgumentError) as caught:
        explain(done, "after/statistics/logs/mean")
    assert "“after” was not run, because it needs “logs”" in caught.value.text("en")
    assert explain(done, "summary/statistics/x/mean").cell.value == 1.0


def test_the_json_holds_what_the_text_says(finished: Run) -> None:
    found = json.loads(json.dumps(as_json(explain(finished, WITHIN))))
    assert (found["address"], found["kind"], found["step"]) == (WITHIN, "estimate", "within")
    assert found["value"] == finished["within"].table().loc["log_public", "estimate"]
    assert found["call"]["given"] == ["outcome", "treatment", "effects"]
    assert (found["call"]["options"]["errors"], found["call"]["options"]["effects"], found["call"]["sample"]) == ("classical", ["region"], None)
    assert (found["rows_used"], found["rows_left_out"]) == (816, 0)
    assert [c["what"] for c in found["conventions"]] == [c.what for c in finished["within"].conventions]
    assert [s["step"] for s in found["made_by"]] == ["log_output", "log_public", "log_private", "log_employment"]
    assert Address.read(found["address"]) == Address("within", "coefficients", "log_public", "(1)")
