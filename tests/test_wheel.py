"""The wheel holds every file of the source tree: tables, studies, catalogues, schemas and styles as well as modules."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "regio"


@pytest.fixture(scope="module")
def packed() -> set[str]:
    """What a build would put into the wheel, by their names in it."""
    wheel = pytest.importorskip("hatchling.builders.wheel")
    return {Path(file.distribution_path).as_posix() for file in wheel.WheelBuilder(str(ROOT)).recurse_included_files()}


def test_every_file_is_in_it(packed: set[str]) -> None:
    files = {f"regio/{p.relative_to(SOURCE).as_posix()}" for p in SOURCE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert packed == files


def test_what_is_no_module_is_in_it(packed: set[str]) -> None:
    endings = {Path(name).suffix for name in packed}
    assert endings >= {".py", ".toml", ".csv", ".json", ".css"}
    for name in ("studies/nev-exports/printed.json", "studies/nev-chain/wind-power/travel.csv", "report/bibliography.toml", "study/study.schema.json"):
        assert f"regio/{name}" in packed
