"""denominate: values per head, and what happens where the denominator is zero or missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from touched_cells import PATIENT, column, listed, panels, said, touched

from regio.contract.finding import ArgumentError, DataError, FindingError
from regio.language import say
from regio.panel import Panel
from regio.preparing.denominate import denominate

ROWS = pd.DataFrame({"region": list("ab"), "period": [1, 1], "x": [30.0, 80.0], "y": [1, 2], "n": [2.0, 4.0], "t": list("uv")})


def panel(**cells: Any) -> Panel:
    return Panel(ROWS.assign(**cells), region="region", period="period")


def test_by_hand() -> None:
    done = denominate(panel(), columns=["x", "y"], by="n", times=10)
    assert column(done.panel) == [150, 200]
    assert column(done.panel, "y") == [5, 5]
    assert column(done.panel, "n") == [2, 4]
    assert [(c.variable, c.region, c.before, c.after) for c in done.changes] == [
        ("x", "a", "30", "150"),
        ("x", "b", "80", "200"),
        ("y", "a", "1", "5"),
        ("y", "b", "2", "5"),
    ]
    assert {say(c.reason, "zh") for c in done.changes} == {"除以分母"}


def test_a_missing_denominator_empties_the_cell_and_is_named() -> None:
    done = denominate(panel(n=[np.nan, 4.0], y=[np.nan, 1.0]), columns=["x", "y"], by="n")
    assert [(c.variable, c.after) for c in done.changes] == [("x", ""), ("x", "20"), ("y", "0.25")]
    assert [f.code for f in done.findings] == ["denominate.missing"]
    assert done.findings[0].severity == "warning"
    assert "“x”: 1 known cells are empty now, because “n” is missing there, for example (a, 1)." in done.findings[0].text("en")
    assert "因“n”缺失，有 1 个已知单元格变为缺失，例如 (a, 1)" in done.findings[0].text("zh")


@PATIENT
@given(panels(), st.floats(0.5, 1e4))
def test_multiplying_gives_the_column_back(table: Panel, times: float) -> None:
    sized = table.with_rows(table.rows.assign(n=np.arange(1.0, len(table) + 1)))
    done = denominate(sized, columns="x", by="n", times=times)
    np.testing.assert_allclose(done.panel.rows.x * done.panel.rows.n / times, table.rows.x, rtol=1e-13)
    assert touched(sized, done.panel, ("x",)) == listed(done.changes)


@pytest.mark.parametrize(
    ("cells", "options", "kind", "code", "english", "chinese"),
    [
        ({}, {"by": "x"}, ArgumentError, "denominate.itself", "is both a column that is divided", "又是分母"),
        ({"n": [0.0, 1.0]}, {}, DataError, "denominate.zero", "is zero in 1 rows, for example (a, 1)", "有 1 行为零"),
        ({}, {"by": "t"}, DataError, "panel.text_column", "holds text", "为文本"),
        ({}, {"by": "m"}, ArgumentError, "contract.unknown_column", "There is no column “m”", "没有名为“m”的列"),
        ({}, {"times": 0}, ArgumentError, "contract.greater_than", "must be greater than 0", "必须大于 0"),
        ({}, {"times": "x"}, ArgumentError, "contract.wrong_type", "expected a number", "应为数字"),
    ],
)
def test_bad_input(cells: dict[str, Any], options: dict[str, Any], kind: type[FindingError], code: str, english: str, chinese: str) -> None:
    with pytest.raises(kind) as caught:
        denominate(panel(**cells), **({"columns": "x", "by": "n"} | options))
    assert [f.code for f in caught.value.findings] == [code]
    said(caught, english, chinese)
