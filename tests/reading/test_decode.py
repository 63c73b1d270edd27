"""Bytes to text: which encoding a file is in, and the line where bytes stop being text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regio.reading.decode import Decoded, UndecodableError, decode

TABLE = "地区,年份,产出\n上海,2001,1.5\n北京市,2002,“2”\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TABLE.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + TABLE.encode("utf-8"), "utf-8"),
        (TABLE.encode("utf-16-le"), "utf-16"),
        (TABLE.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("gb18030"), "gb18030"),
        (TABLE.encode("gbk"), "gb18030"),
    ],
)
def test_the_encodings_of_a_chinese_table(raw: bytes, encoding: str) -> None:
    assert decode(raw) == Decoded(TABLE, encoding)


@pytest.mark.parametrize("text", ["", "a", "a,b\n1,2\n", "café,naïve\n1,2\n", "Ωμέγα\n"])
def test_other_texts_in_utf_8(text: str) -> None:
    assert decode(text.encode("utf-8")) == Decoded(text, "utf-8")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_become_equal(end: str) -> None:
    for encoding in ("utf-8", "utf-16", "gb18030"):
        assert decode(TABLE.replace("\n", end).encode(encoding)).text == TABLE


def test_western_text_of_windows_is_not_read_as_chinese() -> None:
    raw = "région,année\nÎle-de-France,2001\nBourgogne-Franche-Comté,2002\n".encode("cp1252")
    with pytest.raises(UndecodableError) as caught:
        decode(raw)
    assert caught.value.line == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_the_line_of_a_broken_utf_16_file(encoding: str, mark: bool) -> None:
    """The second byte of 上 is that of a line end: bytes must not be counted."""
    start = ("上上上,1\n" * 2).encode(encoding)
    alone = "\ud800".encode(encoding, "surrogatepass") + "x".encode(encoding)
    head = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding] if mark else b""
    with pytest.raises(UndecodableError) as caught:
        decode(head + start + alone)
    assert caught.value.line == 3


def test_the_line_of_bytes_that_are_no_text() -> None:
    with pytest.raises(UndecodableError) as caught:
        decode(b"a,b\n1,2\n\xff\xff\xe9\n")
    assert caught.value.line == 3


def test_a_stray_zero_byte_does_not_make_a_file_utf_16() -> None:
    raw = ("place,year,x\n" + "a,2001,1\n" * 30).encode() + b"b,\x00,3\n"
    assert decode(raw).encoding == "utf-8"


def test_a_workbook_is_no_text() -> None:
    archive = b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" + bytes(range(256)) * 4
    with pytest.raises(UndecodableError):
        decode(archive)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\ufeff")))
def test_every_text_comes_back_with_a_mark(text: str) -> None:
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert decode(mark + text.encode(encoding)).text == text


@given(st.text(st.sampled_from("地区省市年份上海北京一二三abc0123456789.,\n"), min_size=1))
def test_every_table_of_chinese_and_digits_comes_back_from_gb18030(text: str) -> None:
    """Except where its bytes happen to be UTF-8 too: 一 alone is also һ."""
    raw = text.encode("gb18030")
    assume(not _is_utf_8(raw) or raw.isascii())
    assert decode(raw).text == text


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
