"""Numbers over a family of panels: what print pins does not move, what it leaves open does, and verdicts say so."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import regio
from regio.contract.finding import ArgumentError
from regio.contract.result import Call
from regio.exhibits.models import Cell
from regio.study.verdicts import _failures, _varies

SMALL = Path(__file__).parent / "small.json"


@pytest.fixture(scope="module")
def panel() -> Any:
    return regio.calibrate(SMALL).panel


def call(effects: tuple[str, ...]) -> Call:
    return Call("regress", {"outcome": "y", "treatment": ("x",), "controls": ("z",), "effects": effects})


def test_printed_coefficients_do_not_move(panel: Any) -> None:
    found = regio.calibrated_range(panel, call(("region",)), paper=str(SMALL), draws=5)
    own = found.cells.loc[("coefficients", "x", "", "(1)")]
    assert found.panels == 5
    assert own["greatest"] - own["least"] < 1e-3
    assert own["first"] == pytest.approx(regio.regress(panel, "y", "x", ["z"], effects=("region",)).coefficients.loc["x", "estimate"])
    assert own["share_positive"] == own["share_significant"] == 1


def test_two_way_coefficients_do(panel: Any) -> None:
    found = regio.calibrated_range(panel, call(("region", "period")), paper=str(SMALL), draws=5)
    own = found.cells.loc[("coefficients", "x", "", "(1)")]
    assert own["least"] < own["median"] < own["greatest"]
    table = found.exhibits()[0]
    assert [row.key for row in table.rows][:2] == ["x", "x, std_error"]
    assert found.provenance.labels[0]["en"] == "calibrated, not observed"


def test_without_a_paper(panel: Any) -> None:
    with pytest.raises(ArgumentError) as problem:
        regio.calibrated_range(panel, call(()), draws=2)
    assert "no file of printed tables" in problem.value.text("en")
    assert "没有印刷表格文件" in problem.value.text("zh")


@pytest.mark.parametrize(("least", "greatest", "share", "verdict"), [
    (-1.0, 2.0, 0.5, "not_determined"), (1.0, 2.0, 0.5, "not_determined"), (1.0, 2.0, 1.0, None),
    (-2.0, -1.0, 1.0, "contradicted"), (1.0, 2.0, 0.0, "not_supported"),
])  # fmt: skip
def test_verdict_of_a_range(least: float, greatest: float, share: float, verdict: str | None) -> None:
    row = {"first": Cell("number", least), "least": Cell("number", least), "greatest": Cell("number", greatest), "share_significant": Cell("share", share)}
    condition: Any = SimpleNamespace(sign="positive", level=0.05, at_least=None, at_most=None, above=None, below=None)
    found = next(_failures({}, condition, least, row["first"], row), (None, None))
    assert found[0] == verdict
    assert _varies(row) == (verdict == "not_determined")
    assert not _varies({"estimate": Cell("estimate", 1.0)})


STUDY = """schema = 1
[study]
name = "small"
printed = "printed.json"
[[source]]
name = "panel"
from = "calibrated:small"
[[step]]
name = "both"
kind = "regress"
outcome = "y"
treatment = "x"
controls = ["z"]
effects = ["region", "period"]
[[step]]
name = "within"
kind = "regress"
outcome = "y"
treatment = "x"
controls = ["z"]
effects = ["region"]
[[step]]
name = "open"
kind = "calibrated_range"
of = "both"
draws = 3
[[hypothesis]]
name = "H1"
claim = "x raises y"
supported_if = { cell = "within/coefficients/x", sign = "positive" }
[report]
exhibits = [ { show = ["within/coefficients"], beside = "T3" }, { show = "open" } ]
"""


def test_a_study_on_a_calibrated_source(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "printed.json").write_bytes(SMALL.read_bytes())
    run = regio.run(folder, tmp_path / "out")
    assert not run.failed
    assert [j.verdict for j in run.verdicts] == ["reproduced"]
    assert run["open"].panels == 3
    assert str(tmp_path) not in json.dumps(run["open"].to_dict(), default=str)
    text = (tmp_path / "out" / "tables" / "02-within-coefficients_beside.en.md").read_text(encoding="utf-8")
    assert "calibrated, not observed" in text
    assert "reproduced, not tested" in text
    again = regio.run(folder, tmp_path / "out")
    assert set(again.reused) == {"both", "within", "open"}


def test_a_missing_calibration_and_a_missing_table(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY.replace("calibrated:small", "calibrated:nowhere"), encoding="utf-8")
    with pytest.raises(regio.language.RegioError) as problem:
        regio.run(folder, tmp_path / "out")
    assert "no design and no printed tables" in problem.value.text("en")
    (folder / "study.toml").write_text(STUDY.replace('"T3"', '"T9"'), encoding="utf-8")
    (folder / "printed.json").write_bytes(SMALL.read_bytes())
    with pytest.raises(regio.language.RegioError) as problem:
        regio.run(folder, tmp_path / "out")
    assert 'no table "T9"' in problem.value.text("en")


def test_a_number_with_a_range_is_judged_by_it(tmp_path: Path) -> None:
    """A hypothesis on the step itself: over the panels its number is not the same, and the one panel decides nothing."""
    folder = tmp_path / "small"
    folder.mkdir()
    hypotheses = """
[[hypothesis]]
name = "H2"
claim = "with both effects x lies above its median over the panels"
supported_if = { cell = "both/coefficients/x/(1)", at_least = LIMIT }
[[hypothesis]]
name = "H3"
claim = "z lowers y, in regressions that are not set beside the paper's"
supported_if = { cell = "alone/coefficients/x", sign = "positive", level = 1e-300 }
[[step]]
name = "alone"
kind = "regress"
outcome = "y"
treatment = "x"
effects = ["period"]
[report]"""
    range_of = regio.calibrated_range(regio.calibrate(SMALL).panel, call(("region", "period")), paper=str(SMALL), draws=3)
    own = range_of.cells.loc[("coefficients", "x", "", "(1)")]
    text = STUDY.replace("\n[report]", hypotheses.replace("LIMIT", repr(float((own["least"] + own["greatest"]) / 2))))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "printed.json").write_bytes(SMALL.read_bytes())
    found = {j.hypothesis.name: j for j in regio.run(folder, tmp_path / "out").verdicts}
    assert {name: j.verdict for name, j in found.items()} == {"H1": "reproduced", "H2": "not_determined", "H3": "not_determined"}
    assert found["H2"].judged[0].reason.code == "verdict.varies"
    assert found["H3"].judged[0].reason.code == "verdict.one_panel"


def test_the_table_that_varies_most_is_shown(panel: Any) -> None:
    found = regio.calibrated_range(
        panel, Call("stepwise", {"outcome": "y", "treatment": "x", "controls": ("z",), "effects": ("region", "period")}), paper=str(SMALL), draws=2
    )
    assert found.cells.loc[("coefficients", "x", "", "(2)"), "least"] < found.cells.loc[("coefficients", "x", "", "(2)"), "greatest"]
    assert found.exhibits()[0].rows


class Counting:
    """An engine that counts what is done."""

    def __init__(self) -> None:
        self.done = list[tuple[int, int]]()

    def map(self, task: Any, items: Any, *shared: Any) -> Any:
        for i, item in enumerate(items, 1):
            yield task(item, *shared)
            self.done.append((i, len(items)))


def test_each_panel_is_a_counted_task_and_the_engine_does_not_matter(panel: Any) -> None:
    engine = Counting()
    found = regio.calibrated_range(panel, call(("region",)), paper=str(SMALL), draws=3, engine=engine)
    assert engine.done == [(1, 3), (2, 3), (3, 3)]
    assert found.to_dict() == regio.calibrated_range(panel, call(("region",)), paper=str(SMALL), draws=3).to_dict()
