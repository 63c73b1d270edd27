"""Where a source is: paths, and data inside installed packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from regio.contract.finding import DataError
from regio.reading.locate import locate


def code(written: str, folder: Path | None = None) -> tuple[str, str]:
    with pytest.raises(DataError) as caught:
        locate(written, folder)
    return caught.value.findings[0].code, caught.value.text("en")


def test_relative_paths_start_at_the_folder_and_absolute_ones_do_not(tmp_path: Path) -> None:
    file = tmp_path / "in" / "t.csv"
    file.parent.mkdir()
    file.touch()
    assert file == locate("in/t.csv", tmp_path)
    assert file == locate(str(file), tmp_path / "elsewhere")


def test_a_package_is_found_without_importing_it() -> None:
    before = set(sys.modules)
    assert locate("package:linearmodels/datasets/munnell/munnell.csv.bz2").name == "munnell.csv.bz2"
    assert "linearmodels" not in set(sys.modules) - before


@pytest.mark.parametrize("package", ["package:no_such_package/x.csv", "package:/x.csv", "package:.x/y.csv", "package:json.tool/x.csv", "package:"])
def test_packages_that_cannot_hold_data(package: str) -> None:
    assert code(package)[0] == "reading.no_package"


def test_a_file_that_a_package_does_not_hold() -> None:
    found, words = code("package:linearmodels/datasets/munnel.csv")
    assert (found, "The package “linearmodels” holds no file “datasets/munnel.csv”." in words) == ("reading.no_package_file", True)


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "exports.csv").touch()
    assert code(str(tmp_path))[0] == "reading.is_folder"
    found, words = code("export.csv", tmp_path)
    assert (found, "Did you mean exports.csv?" in words) == ("reading.no_file", True)
    assert code("none/at/all.csv", tmp_path)[0] == "reading.no_file"
