"""Recommendations: read, judged, shown beside what tests them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regio.contract.finding import StudyError
from regio.language import LANGUAGES, say
from regio.report.judged import exhibits
from regio.study.execute import execute
from regio.study.file import load
from regio.study.verdicts import recommendations

STUDY = """
schema = 1
[study]
name = "s"
[[source]]
name = "t"
from = "t.csv"
region = "region"
period = "period"
[[step]]
name = "base"
kind = "regress"
outcome = "y"
treatment = "x"
"""
ADVICE = """
[[recommendation]]
name = "A1"
advice = { en = "More of x", zh = "增加 x" }
tested_by = { cell = "base/coefficients/x", sign = "positive" }
note = { en = "one sample", zh = "仅一个样本" }
[[recommendation]]
name = "A2"
advice = { en = "Less of x", zh = "减少 x" }
tested_by = { cell = "base/coefficients/x", sign = "negative" }
[[recommendation]]
name = "A3"
advice = "Parks"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    x = [float(i % 7) for i in range(40)]
    noise = [0.1 * (-1) ** i for i in range(40)]
    rows = {
        "region": [f"r{i % 20}" for i in range(40)],
        "period": [2010 + i // 20 for i in range(40)],
        "x": x,
        "y": [2 * a + e for a, e in zip(x, noise, strict=True)],
    }
    pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
    return tmp_path


def written(folder: Path, more: str) -> Path:
    path = folder / "study.toml"
    path.write_text(STUDY + more, encoding="utf-8")
    return path


def test_advice_is_supported_contradicted_or_not_tested(folder: Path) -> None:
    run = execute(written(folder, ADVICE))
    assert [j.verdict for j in recommendations(run)] == ["supported", "contradicted", "not_tested"]
    assert run.verdicts == ()  # no hypotheses
    (table,) = exhibits(run)
    assert [row.key for row in table.rows] == ["A1", "A2", "A3"]
    assert "one sample" in str(table.notes[-1].values)
    assert pd.isna(table.frame["cell"].iloc[2])


def test_an_untested_one_needs_no_run_of_a_step(folder: Path) -> None:
    run = execute(written(folder, '[[recommendation]]\nname = "A"\nadvice = "b"\n'))
    assert [j.verdict for j in recommendations(run)] == ["not_tested"]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ('[[recommendation]]\nname = "A"\n', "study.missing_key", ("advice", "advice")),
        ('[[recommendation]]\nname = "A"\nadvice = "b"\ntested = "c"\n', "study.unknown_key", ("tested_by", "tested_by")),
        (
            '[[recommendation]]\nname = "A"\nadvice = "b"\ntested_by = { cell = "bas/coefficients/x", sign = "positive" }\n',
            "study.unknown_step",
            ("base", "base"),
        ),
        ('[[recommendation]]\nname = "A"\nadvice = "b"\ntested_by = { cell = "base/coefficients/x" }\n', "study.no_condition", ("sign", "符号")),
        ('[[recommendation]]\nname = "A"\nadvice = "b"\n[[recommendation]]\nname = "A"\nadvice = "c"\n', "study.same_name", ("A", "A")),
    ],
)
def test_mistakes(folder: Path, more: str, code: str, words: Any) -> None:
    with pytest.raises(StudyError) as caught:
        load(written(folder, more))
    finding = next(f for f in caught.value.findings if f.code == code)
    for language, word in zip(LANGUAGES, words, strict=True):
        text = say(finding.code, language, **finding.values)
        assert word in text or word in str(finding.values)
