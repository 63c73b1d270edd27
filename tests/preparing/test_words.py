"""What every kind of preparation says, in both languages, and that it leaves what it is given as it was."""

from __future__ import annotations

from importlib import import_module
from inspect import unwrap
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regio.catalogue import PREPARATIONS
from regio.contract.declaration import declaration
from regio.language import LANGUAGES, say
from regio.panel import Panel
from regio.preparing.prepared import Prepared

ROWS = pd.DataFrame(
    {
        "region": list("aaaabbbbc"),
        "period": [2001, 2002, 2003, 2005] * 2 + [2001],
        "x": [1.0, np.nan, 9, 2, 5, 6, 7, np.nan, np.nan],
        "n": [1.0, 2, np.nan, 4, 5, 6, 7, 8, 9],
        "zone": list("uuuuvvvvv"),
    }
)
PANEL = Panel(ROWS, region="region", period="period")
AREAS = Panel(pd.DataFrame({"region": ["a", "b", "d"], "area": [1.0, 2.0, 3.0]}), region="region")
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("balance", {}),
    ("balance", {"drop": "periods"}),
    ("balance", {"add_rows": True}),
    ("deflate", {"columns": "x", "by": "n"}),
    ("deflate", {"columns": "x", "by": "n", "base": 2001, "chained": True}),
    ("denominate", {"columns": "x", "by": "n"}),
    *(("fill", {"columns": ["x", "n"], "method": m, "ends": e}) for m in ("linear", "moving_average", "carry", "growth") for e in ("leave", "nearest", "line")),
    ("fill", {"columns": "x", "method": "carry", "carry": "nearest"}),
    ("filter", {"column": "x", "present": True}),
    ("merge", {"source": AREAS}),
    *((kind, {"columns": "x", "share": 0.4} | by) for kind in ("winsorise", "trim") for by in ({}, {"by": "zone"})),
]


def function(kind: str) -> Any:
    return getattr(import_module(PREPARATIONS[kind]), kind)


def test_every_kind_is_called_here() -> None:
    assert {kind for kind, _ in CALLS} == set(PREPARATIONS)


def check(before: Panel, done: Prepared) -> None:
    assert done.changes
    for language in LANGUAGES:
        words = [f.text(language) for f in done.findings] + [say(c.reason, language) for c in done.changes]
        words += [say(part, language) for c in done.conventions for part in (c.what, c.name)]
        assert all(words)
        assert not [text for text in words if "{" in text or "nan" in text]
    assert {f.severity for f in done.findings} <= {"note", "warning"}
    pd.testing.assert_frame_equal(ROWS, before.rows)
    assert done.panel.changes == before.changes


@pytest.mark.parametrize(("kind", "options"), CALLS)
def test_words_and_input(kind: str, options: dict[str, Any]) -> None:
    check(PANEL, function(kind)(PANEL, **options))


@pytest.mark.parametrize("kind", PREPARATIONS)
def test_names_and_formulas(kind: str) -> None:
    assert declaration(kind).function is unwrap(function(kind))
    assert declaration(kind).result is Prepared
    assert set(declaration(kind).schema()["properties"]) == set(declaration(kind).names)
    if kind != "filter":
        assert all(say(f"{kind}.{part}", "en") != say(f"{kind}.{part}", "zh") for part in ("name", "formula"))
