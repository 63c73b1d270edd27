"""Addresses: one grammar for explain, verdicts, results.json and links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regio.contract.address import Address
from regio.contract.finding import ArgumentError

PARTS = st.lists(st.text('ab/. ()数|"\\', min_size=1, max_size=6), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("baseline", ("baseline",)),
        ("baseline/coefficients/digital/(6)", ("baseline", "coefficients", "digital", "(6)")),
        ("基准/coefficients/电商/(1)/std_error", ("基准", "coefficients", "电商", "(1)", "std_error")),
        (["a", "b/c", "d"], ("a", "b/c", "d")),
    ],
)
def test_read(written: str | list[str], parts: tuple[str, ...]) -> None:
    address = Address.read(written)
    assert parts == address.parts
    assert written == address.written


@given(PARTS)
def test_written_is_read_again(parts: list[str]) -> None:
    address = Address(*parts)
    assert address == Address.read(address.written)
    assert tuple(parts) == address.parts


@given(PARTS)
def test_a_list_is_written_only_where_a_part_holds_a_slash(parts: list[str]) -> None:
    assert isinstance(Address(*parts).written, list) == any("/" in part for part in parts)


@pytest.mark.parametrize("written", ["", "a//b", "/a", "a/", "a/b/c/d/e/f", [], ["a", ""], ["a"] * 6, ["a", 1]])
def test_what_is_no_address(written: str | list[str]) -> None:
    with pytest.raises(ArgumentError) as caught:
        Address.read(written)
    assert "is not an address.\n    → Write step/exhibit/row/column" in caught.value.text("en")
    assert "不是有效的地址" in caught.value.text("zh")
