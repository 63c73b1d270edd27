"""Steps that speak of other steps, and columns of other rows."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regio
from regio.catalogue import METHODS
from regio.contract.declaration import declaration
from regio.contract.finding import ArgumentError, StudyError
from regio.contract.replay import Variation, read_variations, replay, uses_of, vary
from regio.contract.result import Call
from regio.language import LANGUAGES, Message, say
from regio.study.execute import execute
from regio.study.file import load
from regio.study.status import status
from regio.study.store import Store

STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "period"
[[set]]
name = "usual"
members = ["z"]
[[step]]
name = "again"
kind = "replayed.again"
of = "base"
variations = [
  { name = "more", controls = ["usual"] },
  { name = "tails", prepare = [{ kind = "winsorise", columns = ["y"], share = 0.1 }] },
  { name = "late", sample = { periods = [2011, 2012] } },
]
[[step]]
name = "base"
kind = "regress"
outcome = "y"
treatment = "x"
sample = { without = ["r0"] }
"""


@pytest.fixture
def methods(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("testing.replayed", Path(__file__).parent / "replayed.py")
    assert spec is not None
    assert spec.loader is not None
    monkeypatch.setitem(sys.modules, "testing.replayed", module := module_from_spec(spec))
    monkeypatch.setitem(METHODS, "replayed.again", "testing.replayed")
    spec.loader.exec_module(module)
    declaration.cache_clear()
    monkeypatch.setattr("regio.study.keys._rooms_below", lambda room: ("models",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"region": np.repeat([f"r{i}" for i in range(8)], 3), "period": np.tile([2010, 2011, 2012], 8)})
    frame[["y", "x", "z"]] = rng.normal(size=(24, 3))
    frame.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def test_a_step_does_another_again_with_its_words_replaced(methods: None, folder: Path) -> None:
    run = execute(folder / "study.toml")
    assert not run.failed
    assert [s.name for s in run.study.steps] == ["base", "again"]
    found: Any = run["again"]
    assert found.names == ("more", "tails", "late")
    frame = pd.read_csv(folder / "t.csv").query("region != 'r0'")
    with_z = regio.regress(frame, "y", "x", ("z",), region="region", period="period")
    pd.testing.assert_frame_equal(found.results[0].coefficients, with_z.coefficients)
    late = regio.regress(frame[frame["period"] > 2010], "y", "x", region="region", period="period")
    pd.testing.assert_frame_equal(found.results[2].coefficients, late.coefficients)
    assert not found.results[1].coefficients.equals(run["base"].coefficients)  # type: ignore[attr-defined]
    assert isinstance(found.call.options["of"], Call)


def test_it_is_stale_when_the_other_step_is(methods: None, folder: Path) -> None:
    store = Store(folder / "store")
    execute(folder / "study.toml", store=store)
    assert all(s.fresh for s in status(load(folder / "study.toml"), store))
    text = STUDY.replace('kind = "regress"', 'kind = "regress"\nerrors = "hc1"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    again = execute(folder / "study.toml", store=store)
    assert not again.reused


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('of = "base"', 'of = "bass"', "study.unknown_step"),
        ('of = "base"', 'of = "again"', "study.uses_itself"),
        ("controls =", "contrls =", "contract.unknown_option"),
        ('controls = ["usual"]', 'controls = ["nothing"]', "contract.unknown_column"),
        ('"winsorise"', '"winsor"', "study.unknown_preparation"),
        ('name = "late"', 'name = "more"', "replay.same_name"),
        ("sample = { periods = [2011, 2012] }", "", "replay.nothing_varied"),
        ("sample = { periods", "sample = { years", "replay.unknown_sample"),
    ],
)
def test_mistakes_in_references(methods: None, folder: Path, old: str, new: str, code: str) -> None:
    text = STUDY.replace(old, new).replace('{ name = "late",  }', '{ name = "late" }')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(folder / "study.toml")
    assert code in [f.code for f in caught.value.findings]
    for finding in caught.value.findings:
        assert all(say(Message(finding.code, finding.values), language) for language in LANGUAGES)


def test_a_call_is_done_again_from_python() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"region": np.repeat(list("abcdef"), 4), "period": np.tile(range(4), 6), "y": rng.normal(size=24), "x": rng.normal(size=24), "w": rng.normal(size=24)}
    )
    panel = regio.Panel(frame, region="region", period="period")
    base = regio.regress(panel, "y", "x")
    assert base.call is not None
    assert replay(base.call, panel).to_dict() == base.to_dict()
    result, rows, _ = vary(base.call, panel, Variation("v", {"treatment": ("w",)}, sample={"without": ("a",)}))
    assert len(rows.rows) == 20
    assert result.call is not None
    assert result.call.options["treatment"] == ("w",)
    assert {u.column for u in uses_of(base.call, (Variation("v", {"treatment": ("w",)}),))} == {"y", "x", "w"}
    assert read_variations(base.call, "lag")[1][0].code == "replay.not_variations"


def test_what_was_said_of_variables_in_python_is_done_again() -> None:
    frame = pd.DataFrame({"region": list("abcd"), "x": [1.0, 2.0, 4.0, 3.0], "z": [2.0, 1.0, 5.0, 3.0]})
    panel = regio.Panel(frame, region="region")
    for directions in ({"z": "negative"}, pd.Series({"z": "negative"})):
        base = regio.index(panel, directions=directions)
        assert base.call is not None
        assert base.call.learnt == {"directions": {"z": "negative"}}
        assert replay(base.call, panel).to_dict() == base.to_dict()


def test_a_result_that_learnt_nothing_lends_no_rules() -> None:
    frame = pd.DataFrame({"region": list("abcd"), "x": [1.0, 2.0, 4.0, 3.0], "z": [2.0, 1.0, 5.0, 3.0]})
    with pytest.raises(ArgumentError) as caught:
        regio.index(frame, rules=regio.describe(frame, "x", region="region"), region="region")
    assert caught.value.findings[0].code == "replay.wrong_result"
    assert "规则" in caught.value.findings[0].text("zh")


MAP = """
schema = 1
[study]
name = "m"
[[source]]
name = "t"
from = "t.csv"
region = "region"
[[step]]
name = "map"
kind = "choropleth"
column = "x"
classes = 2
boundaries = { file = "map.geojson", name = "name" }
"""


def test_a_map_is_drawn_again_when_its_file_changes(tmp_path: Path) -> None:
    def square(x: int, y: int) -> list[list[list[int]]]:
        return [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]

    def write(east: int) -> None:
        shapes = [{"type": "Polygon", "coordinates": square(east + i % 2, 30 + i // 2)} for i in range(4)]
        places = [{"type": "Feature", "properties": {"name": n}, "geometry": s} for n, s in zip("abcd", shapes, strict=True)]
        (tmp_path / "map.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": places}), encoding="utf-8")

    pd.DataFrame({"region": list("abcd"), "x": [1.0, 2.0, 3.0, 4.0]}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "study.toml").write_text(MAP, encoding="utf-8")
    store = Store(tmp_path / "store")
    write(110)
    assert not execute(tmp_path / "study.toml", store=store).failed
    assert execute(tmp_path / "study.toml", store=store).reused == ("map",)
    write(111)
    found = status(load(tmp_path / "study.toml"), store)
    assert [reason.code for reason in found[0].reasons] == ["store.reason.files"]
    assert not execute(tmp_path / "study.toml", store=store).reused
