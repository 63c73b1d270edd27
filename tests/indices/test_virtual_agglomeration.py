"""Location quotient times port weight: known answers, the two forms, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import activity_tables as known
import numpy as np
import pandas as pd
import pytest

import regio
from regio.contract.finding import DataError

TABLE = pd.DataFrame({"region": known.PROVINCES, "lq": known.E07_LQ, "ports": [30.0, 60.0, 10.0, 80.0, 20.0]})


def virtual(table: pd.DataFrame = TABLE, **options: Any) -> Any:
    return regio.virtual_agglomeration(table, "lq", "ports", region="region", **options)


@pytest.mark.parametrize("form", ["share", "relative_to_mean"])
def test_e07(form: Any, reference: Path) -> None:
    expected = json.loads((reference / "indices" / "e07_agglomeration.json").read_text())["expected"][f"virtual_agglomeration_{form}_weight"]
    scores = virtual(form=form).scores
    assert expected == pytest.approx(dict(zip(scores["region"], scores["virtual_agglomeration"], strict=True)), abs=known.EXACT)


def test_forms_differ_by_the_number_of_regions_in_each_period() -> None:
    table = pd.concat([TABLE.assign(year=2020), TABLE.iloc[:4].assign(year=2021, ports=[1.0, 2.0, 3.0, 4.0])], ignore_index=True)
    share, mean = (regio.virtual_agglomeration(table, "lq", "ports", form=f, region="region", period="year").scores for f in ("share", "relative_to_mean"))
    number = table.groupby("year")["region"].transform("size")
    np.testing.assert_allclose(mean["virtual_agglomeration"], share["virtual_agglomeration"] * number, atol=known.EXACT)


def test_it_is_named_a_substitute() -> None:
    result = virtual()
    assert "virtual_agglomeration.substitute" in [f.code for f in result.findings]
    assert "virtual_agglomeration.measure.substitute" in [c.name for c in result.conventions]
    assert "代理变量" in result.findings[0].text("zh")


def test_a_missing_quotient_is_missing_and_said() -> None:
    result = virtual(TABLE.assign(lq=[np.nan, 1, 1, 1, 1]))
    assert result.scores["virtual_agglomeration"].isna().tolist() == [True, False, False, False, False]
    assert result.scores["port_weight"].sum() == pytest.approx(1.0)
    assert "activity.left_out" in [f.code for f in result.findings]
    assert (result.provenance.rows_used, result.provenance.rows_left_out) == (4, 1)


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"ports": -1.0}, "activity.negative", ("“ports” is negative", "为负")),
        ({"lq": np.inf}, "activity.infinite", ("“lq” is infinite", "无穷大")),
        ({"ports": 0.0}, "virtual_agglomeration.no_ports", ("zero or missing in every region", "均为零或缺失")),
    ],
)
def test_bad_input(change: dict[str, Any], code: str, said: tuple[str, str]) -> None:
    with pytest.raises(DataError) as caught:
        virtual(TABLE.assign(**change))
    assert [f.code for f in caught.value.findings] == [code]
    assert said[0] in caught.value.text("en")
    assert said[1] in caught.value.text("zh")


def test_firms_are_refused() -> None:
    table = pd.concat([TABLE, TABLE], ignore_index=True).assign(firm=range(10))
    with pytest.raises(DataError) as caught:
        regio.virtual_agglomeration(regio.Panel(table, region="region", unit="firm"), "lq", "ports")
    assert [f.code for f in caught.value.findings] == ["virtual_agglomeration.many_rows"]
