"""A report of Regio's own, proposed from its documents, confirmed and audited: nothing in it is inconsistent."""

from __future__ import annotations

from pathlib import Path

import pytest

import regio
from regio.auditing import propose


@pytest.mark.parametrize("name", ["report.zh.docx", "report.en.docx", "report.zh.pdf"])
def test_a_report_is_consistent(folder: Path, name: str) -> None:
    if name.endswith(".pdf"):
        pytest.importorskip("pdfplumber")
    found = propose(folder / name)
    kinds = [p.table.kind for p in found.tables]
    assert {"descriptives", "weights", "regression"} <= set(kinds)
    audit = regio.audit(found.paper(confirmed=True))
    assert audit.inconsistent == 0
    assert len(audit.of("consistent")) > 50
