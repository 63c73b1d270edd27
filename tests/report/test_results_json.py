"""results.json: every number of the printed tables at its address, at full precision."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import regio
from regio.study.execute import Run

HALF = 0.5 + 1e-9  # of the last printed digit; a number on the edge in decimals may lie beside it in binary


class Cells(HTMLParser):
    """Kind, address and text (without stars) of each cell of a table."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.inside = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "td"
        if self.inside:
            given = dict(attrs)
            self.found.append((str(given.get("class")), str(given.get("data-address", "")), ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            kind, address, text = self.found[-1]
            self.found[-1] = (kind, address, text + data)


def values(folder: Path) -> dict[str, Any]:
    stored = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    found = {n["address"] if isinstance(n["address"], str) else "/".join(n["address"]): n["value"] for n in stored["numbers"]}
    assert len(found) == len(stored["numbers"])
    return found


def unlike(text: str, value: float) -> bool:
    """Whether a number is not the one that was printed."""
    shown = text.strip("()").replace("−", "-").replace(",", "")
    digits, _, power = shown.partition("e")
    unit = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
    return not abs(float(shown) - value) <= HALF * unit


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_printed_number_is_there_at_its_address_and_rounds_to_what_is_printed(folder: Path, language: str) -> None:
    known = values(folder)
    printed = [cell for file in sorted((folder / "tables").glob(f"*.{language}.html")) for cell in Cells(file.read_text(encoding="utf-8")).found]
    numbers = [(address, text) for kind, address, text in printed if kind.split()[0] not in ("text", "long", "label", "yes_no") and text]
    assert len(numbers) > 1000
    assert [(address, text) for address, text in numbers if address not in known or unlike(text, known[address])] == []


def test_a_few_published_numbers(folder: Path) -> None:
    """Munnell's production function as in Baltagi and Pinnoi (1995), Table 1: pooled 0.155 and 0.594, within −0.026 and 0.768."""
    known = values(folder)
    printed = {"pooled": ("0.155", "0.594"), "within": ("-0.026", "0.768")}
    for step, texts in printed.items():
        for term, text in zip(("log_public", "log_employment"), texts, strict=True):
            assert not unlike(text, known[f"{step}/coefficients/{term}/(1)"])
    assert [known["within/coefficients/n/(1)"], known["within/coefficients/n_regions/(1)"]] == [816.0, 48.0]


def test_what_stands_in_it(finished: Run, folder: Path) -> None:
    stored = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert (1, "us-public-capital", list(finished)) == (stored["schema"], stored["study"], list(stored["steps"]))
    source = stored["sources"][0]
    assert (source["name"], source["rows"], source["n_regions"], source["n_periods"]) == ("states", 816, 48, 17)
    assert (stored["steps"]["pooled"]["by_default"], sorted(stored["steps"]["pooled"]["given"])) == (["controls"], ["outcome", "treatment"])
    assert list(finished["summary"].table()["mean"]) == stored["frames"]["summary"]["statistics"]["columns"]["mean"]
    assert not any(step["failed"] for step in stored["steps"].values())


def test_names_with_a_slash_have_addresses_as_lists(small: Path, tmp_path: Path) -> None:
    small.write_text(small.read_text(encoding="utf-8").replace('"x"', '"x/n"'), encoding="utf-8")
    table = small.parent / "table.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("year,x", "year,x/n"), encoding="utf-8")
    regio.run(small, tmp_path / "out", only=["summary"])
    stored = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert ["summary", "statistics", "x/n", "n"] in [n["address"] for n in stored["numbers"]]


def test_what_is_not_finite_is_null(small: Path, tmp_path: Path) -> None:
    table = small.parent / "table.csv"
    table.write_text("place,year,x,y\na,1,5,1\na,2,5,2\nb,1,5,4\n", encoding="utf-8")
    regio.run(small, tmp_path / "out", only=["summary"])
    stored = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert [stored["frames"]["summary"]["statistics"]["columns"][name][0] for name in ("skewness", "sd")] == [None, 0.0]
    assert not [n for n in stored["numbers"] if n["address"] == "summary/statistics/x/skewness"]
