"""The built-in study, run once for every test of what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

import regio
from regio.study.execute import Run


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """us-public-capital, run into a folder of its own."""
    return regio.run("us-public-capital", tmp_path_factory.mktemp("us-public-capital"))


@pytest.fixture(scope="session")
def folder(finished: Run) -> Path:
    assert finished.folder is not None
    return finished.folder


STUDY = """\
schema = 1
[study]
name = "small"
title = { en = "A small <study>", zh = "小型研究 & 示例" }
[[source]]
name = "table"
from = "table.csv"
region = "place"
period = "year"
[[step]]
name = "log_x"
kind = "transform"
form = "log"
column = "x"
[[step]]
name = "model"
kind = "regress"
outcome = "y"
treatment = "log_x"
[[step]]
name = "summary"
kind = "describe"
columns = ["x", "y"]
[report]
languages = ["en", "zh"]
exhibits = [{ show = "summary/statistics" }, { show = "model/coefficients", title = { en = "Model <1>", zh = "模型" }, main = true }]
"""
TABLE = "place,year,x,y\n" + "".join(
    f"{place},{year},{1 + i * 7 % 5},{2 + i * 3 % 7 + i / 8}\n" for i, (place, year) in enumerate((p, y) for p in "abcd" for y in (2001, 2002, 2003))
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A study file of three steps beside its table."""
    place = tmp_path / "in"
    place.mkdir()
    (place / "table.csv").write_text(TABLE, encoding="utf-8")
    (place / "study.toml").write_text(STUDY, encoding="utf-8")
    return place / "study.toml"
