"""Bytes to text: UTF-8 and UTF-16 with or without a byte-order mark, and GB18030 (GBK, GB2312), as Chinese programs write it."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
PLAUSIBLE = 0.95  # least share of Chinese characters and punctuation among the non-ASCII ones of a text read as GB18030

ZEROS = 0.02  # least share of zero bytes of a text read as UTF-16 without a mark: its delimiters, digits and line ends; a stray one is none


@dataclass(frozen=True, slots=True)
class Decoded:
    """encoding: utf-8, utf-16 or gb18030."""

    text: str
    encoding: str


class UndecodableError(ValueError):
    """line: where the bytes stop being text."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def decode(raw: bytes) -> Decoded:
    """The text of a file, its line ends made equal.

    Raises
    ------
    UndecodableError
        where the bytes are neither Unicode nor GB18030
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _strict(raw, encoding)
    if utf16 := _without_mark(raw):
        return _strict(raw, utf16)
    try:
        return Decoded(_lines(raw.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        raise UndecodableError(line) from None
    if not _is_chinese(text):
        raise UndecodableError(line)
    return Decoded(_lines(text), "gb18030")


def _strict(raw: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(_lines(raw.decode(encoding).removeprefix("\ufeff")), encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be"))
    except UnicodeDecodeError as problem:
        before = raw[: problem.start].decode(encoding, errors="replace")  # bytes of a line end also stand inside other characters
        raise UndecodableError(before.count("\n") + 1) from None


def _without_mark(raw: bytes) -> str:
    """UTF-16 without a mark shows in its zero bytes: every second byte of ASCII text."""
    sample = raw[:2000]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if max(first, second) <= ZEROS * len(sample):
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _is_chinese(text: str) -> bool:
    """Western text read as GB18030 turns into rare signs; Chinese text into ideographs and full-width punctuation."""
    foreign = [c for c in text if ord(c) > 127]
    common = sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" or unicodedata.category(c)[0] in "PSN" for c in foreign)
    return common >= PLAUSIBLE * len(foreign)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
