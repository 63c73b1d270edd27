"""Generated panels are recognised after relabelling, shuffling and rounding; real ones never are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regio
from regio.calibrating.recognise import _known, fingerprints, recognise
from regio.cli.app import start

PRINTED = Path(regio.__file__).parent / "studies" / "nev-exports" / "printed.json"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return regio.calibrate(PRINTED, seed=2).panel.rows


def disguised(rows: pd.DataFrame, *, decimals: int | None = None, digits: int | None = None) -> pd.DataFrame:
    """Other names, other orders of rows and columns, rounded."""
    numbers = rows.drop(columns=["region", "period", "group"]).sample(frac=1, random_state=1)
    numbers = numbers[numbers.columns[::-1]]
    if decimals is not None:
        numbers = numbers.round(decimals)
    if digits is not None:
        numbers = numbers.map(lambda x: float(f"{x:.{digits}g}"))
    return numbers.set_axis([f"v{i}" for i in range(numbers.shape[1])], axis=1).reset_index(drop=True)


@pytest.mark.parametrize("how", [{}, {"decimals": 4}, {"digits": 4}])
def test_a_disguised_panel_is_recognised(rows: pd.DataFrame, how: dict[str, int]) -> None:
    found = recognise(disguised(rows, **how))
    assert {(r.study, r.seed) for r in found} == {("nev-exports", 2)}
    assert {r.variable for r in found} >= {"lnED", "digital", "open", "lnip", "fin", "dig"}


def test_agreement_with_the_print_is_not_recognition(rows: pd.DataFrame) -> None:
    """Same moments and the same least, median and greatest value: another member of the family, with a seed that is not kept."""
    other = regio.calibrate(PRINTED, seed=1234).panel.rows
    assert other["lnED"].corr(other["digital"]) == pytest.approx(rows["lnED"].corr(rows["digital"]), abs=1e-3)
    assert recognise(other) == ()


def test_all_seeds_are_kept() -> None:
    prints, names = _known()[203]
    assert {seed for study, _, seed in names if study == "nev-exports"} == set(range(100))
    assert len(np.unique(prints, axis=0)) == len(prints)


def test_what_is_written_is_what_is_read(rows: pd.DataFrame) -> None:
    panel = regio.Panel(rows, region="region", period="period")
    line = next(x for x in fingerprints([(panel,)]).splitlines() if x.startswith("lnED,"))
    assert line.split(",")[2] == "203"


def test_no_false_alarm_on_random_tables() -> None:
    random = np.random.default_rng(0)
    for scale in (0.1, 1.0, 100.0):
        assert recognise(pd.DataFrame(scale * random.lognormal(size=(203, 200)))) == ()


def test_no_false_alarm_on_real_panels(reference: Path) -> None:
    files = sorted((reference / "china_provinces").glob("*.csv"))
    assert files
    for file in files:
        table = pd.read_csv(file)
        for part in (table, *(table.iloc[i : i + 203] for i in range(0, len(table) - 202, 203))):
            assert recognise(part) == (), file.name


def test_command(rows: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "data.csv"
    disguised(rows, decimals=6).assign(region=rows["region"], period=rows["period"]).to_csv(file, index=False)
    assert start(["audit", "--data", str(file)]) == 3
    assert "calibrated, not observed" in capsys.readouterr().out
    pd.DataFrame({"region": ["a", "b"], "x": [1.0, 2.0]}).to_csv(file, index=False)
    assert start(["audit", "--data", str(file), "--language", "zh"]) == 0
    assert "不是 Regio 生成" in capsys.readouterr().out


@pytest.mark.parametrize(("study", "seed"), [("nev-virtual-agglomeration", 5), ("nev-coupling", 13)])
def test_a_designed_panel_and_its_firms_are_recognised(study: str, seed: int) -> None:
    made = regio.calibrate(PRINTED.parents[1] / study / "design.toml", seed=seed)
    for table in (made.panel, *made.tables.values()):
        rows = table.rows.select_dtypes("number").assign(region="", group="")
        for how in ({}, {"decimals": 4}, {"digits": 4}):
            found = recognise(disguised(rows.assign(period=0), **how))
            assert {(r.study, r.seed) for r in found} == {(study, seed)}
