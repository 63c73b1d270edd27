"""Regio's own printed tables pass through the audit, whatever the style and language."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

import regio
from regio.auditing import own
from regio.contract.result import Result
from regio.exhibits.models import Table
from regio.exhibits.printed import Printed
from regio.exhibits.style import Style
from regio.exhibits.typeset import typeset
from regio.language import Language

STYLES = [Style(), Style(brackets="std_error", decimals=2), Style(decimals=4, stars=((0.001, "***"), (0.01, "**"), (0.05, "*")))]
KEYS = {"region": "region", "period": "period"}


@cache
def frame(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = 120
    table = pd.DataFrame({"region": np.repeat([f"r{i}" for i in range(12)], 10), "period": np.tile(range(10), 12)})
    for name in "xzw":
        table[name] = np.exp(rng.normal(size=n)) * 10 ** rng.uniform(-3, 3)
    table["y"] = 1 + 0.3 * table["x"] / table["x"].std() + rng.normal(size=n)
    return table


def results(seed: int) -> list[Result]:
    data, names = frame(seed), ("x", "z", "w")
    return [
        regio.stepwise(data, "y", ("x",), ("z", "w"), **KEYS),
        regio.regress(data, "y", ("x",), ("z", "w"), effects=("region", "period"), errors="cluster", **KEYS),
        regio.regress(data, "y", ("x",), ("z",), effects=("region",), errors="hc1", **KEYS),
        regio.regress(data, "y", ("x",), ("z",), effects=("region",), errors="wild_cluster", draws=99, **KEYS),
        regio.describe(data, ("y", *names), **KEYS),
        regio.correlate(data, ("y", *names), **KEYS),
        regio.collinearity(data, names, **KEYS),
        regio.entropy_weights(data, indicators=names, **KEYS),
    ]


def printed(result: Result, language: Language, style: Style) -> list[Printed]:
    return [typeset(e, language, style=style) for e in result.exhibits() if isinstance(e, Table)]


@pytest.mark.parametrize("seed", range(4))
def test_own_tables_are_never_inconsistent(seed: int) -> None:
    checked = 0
    for result in results(seed):
        for style in STYLES:
            for table in (*printed(result, "en", style), *printed(result, "zh", style)):
                found = own.check(table)
                checked += len(found)
                assert not [(j.check, j.where, j.printed, j.computed) for j in found if j.verdict == "inconsistent"]
    assert checked > 200


def test_the_keys_are_read_and_not_the_words() -> None:
    result = results(0)[0]
    one, two = (own.as_table(printed(result, language, Style())[0]) for language in ("en", "zh"))
    assert one is not None
    assert two is not None
    assert [[t.var for t in m.terms] for m in one.models] == [[t.var for t in m.terms] for m in two.models]
    assert {"N": "120"}.items() <= dict(one.models[0].values).items()


def test_a_table_that_was_tampered_with_is_found() -> None:
    table = printed(results(0)[6], "en", Style())[0]
    row = table.rows[0]
    spoilt = replace(table, rows=(replace(row, cells=(replace(row.cells[0], text="2.500"), *row.cells[1:])), *table.rows[1:]))
    found = own.findings(spoilt)
    assert {"audit.own"} == {f.code for f in found}
    assert "2.500" in found[0].text("en") or "VIF" not in found[0].text("zh")
    assert not own.findings(table)


def test_tables_of_other_kinds_are_passed_over() -> None:
    table = printed(results(0)[7], "en", Style())[1]
    assert own.check(table) == ()
