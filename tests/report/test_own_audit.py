"""Every table passes through the audit before it is written: a wrong number is said in the report, in the run and on the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import regio
from regio.exhibits.printed import Printed
from regio.language import LANGUAGES, Language
from regio.report import write
from regio.report.exhibits import Item
from regio.study.execute import Run


def test_nothing_is_said_of_tables_as_they_are(small: Path, tmp_path: Path) -> None:
    assert regio.run(small, tmp_path / "out").written == ()


def test_a_wrong_number_is_said_before_it_is_written(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true = write.printed

    def spoilt(item: Item, run: Run, language: Language) -> Printed:
        table = true(item, run, language)
        if table.name != "statistics":
            return table
        at = table.column_keys.index("max")
        first = table.rows[0]
        cells = tuple(replace(c, text="-99.000") if i == at else c for i, c in enumerate(first.cells))
        return replace(table, rows=(replace(first, cells=cells), *table.rows[1:]))

    monkeypatch.setattr(write, "printed", spoilt)
    done = regio.run(small, tmp_path / "out")
    found = [f for f in done.written if f.code == "audit.own"]
    assert len(found) == 1
    assert isinstance(found[0].where, str)
    assert found[0].where.endswith("summary-statistics")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for language in LANGUAGES:
        assert "-99.000" in found[0].text(language)
        assert "statistics/x/max" in found[0].text(language)
    assert "statistics/x/max" in page
    again = regio.run(small, tmp_path / "out")
    assert [f.code for f in again.written] == ["audit.own"]
