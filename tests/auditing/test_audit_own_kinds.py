"""Tables of every kind of step through the audit, as they are and with one number changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_audit_own import STYLES, printed

from regio.auditing import own
from regio.exhibits.style import Style
from regio.language import LANGUAGES, Language
from test_catalogue import KINDS, example


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_table_of_any_kind_is_inconsistent(kind: str, language: Language) -> None:
    for style in STYLES:
        for table in printed(example(kind), language, style):
            assert not [(j.check, j.where, j.printed, j.computed) for j in own.check(table) if j.verdict == "inconsistent"]


PLANTED = [  # kind, exhibit, row, column, another text
    ("entropy_weights", "weights", "x", "weight", "0.900"),
    ("entropy_ahp_weights", "weights", "x", "weight", "0.900"),
    ("mediate", "effects", "_total", "statistic", "99.000"),
    ("mediate", "effects", "_direct", "estimate", "55.000"),
    ("threshold", "tests", "1", "p_value", "0.900"),
    ("threshold", "estimates", "1.1", "value", "99.0"),
    ("panel_kink", "tests", "critical_5", 0, "0.100"),
    ("geodetector", "factors", "x", "rank", "3"),
    ("geodetector", "factors", "x", "q", "1.500"),
    ("two_stage", "identification", "kleibergen_paap_lm", "p_value", "0.001"),
    ("hausman", "tests", "hausman", "statistic", "99.000"),
    ("pca_index", "components", "2", "cumulative", "0.100"),
    ("dagum", "decomposition", "2010", "within", "0.900"),
    ("markov", "transitions", "1", "1", "0.999"),
    ("correlate", "correlations", "x", "y", "0.010"),
    ("collinearity", "inflation", "x", "vif", "9.999"),
    ("describe", "statistics", "x", "max", "-99.000"),
]


@pytest.mark.parametrize(("kind", "name", "row", "column", "text"), PLANTED)
def test_a_number_that_is_planted_is_found(kind: str, name: str, row: str, column: str | int, text: str) -> None:
    for language in LANGUAGES:
        table = next(p for p in printed(example(kind), language, Style()) if p.name == name)
        at = column if isinstance(column, int) else table.column_keys.index(column)
        rows = [
            replace(r, cells=tuple(replace(c, text=text) if i == at else c for i, c in enumerate(r.cells))) if r.key == row and not r.part else r
            for r in table.rows
        ]
        assert not own.findings(table)
        found = own.findings(replace(table, rows=tuple(rows)))
        assert found, (kind, name)
        assert {"audit.own"} == {f.code for f in found}
        assert all(f.text("en") != f.text("zh") for f in found)
