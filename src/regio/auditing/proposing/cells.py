"""What a printed cell says: a number, its stars, the number in brackets; digits, minus signs and brackets of every kind made equal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MINUS = "‐‑‒–—―−﹘﹣－⁻˗➖"
STARS = str.maketrans(dict.fromkeys("＊∗⁎✱﹡٭⋆★☆", "*"))
BRACKETS = str.maketrans({"[": "(", "{": "(", "【": "(", "〔": "(", "⟨": "(", "〈": "(", "]": ")", "}": ")", "】": ")", "〕": ")", "⟩": ")", "〉": ")"})
NUMBER = r"[<>≤≥]?[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?%?"
MARK = r"(?:\^[a-z,]+)?"
ALONE = re.compile(rf"({NUMBER})(\**){MARK}")
BOTH = re.compile(rf"({NUMBER})(\**){MARK}\(({NUMBER})\)(\**){MARK}")
BRACKETED = re.compile(rf"\(({NUMBER})\)(\**){MARK}")
PAIR = re.compile(rf"\(\s*({NUMBER})(?:[,;~、]|\s+)({NUMBER})\s*\)")
LEADING = re.compile(rf"(\*+)({NUMBER})")
NOTHING = re.compile(r"[\s\-—–―/.…]*|n\.?/?a\.?|nan|\(-?\)|无", re.IGNORECASE)
YES = re.compile(r"yes\.?|included|controlled|是|有|控制|已控制|√|✓|✔|ν", re.IGNORECASE)
NO = re.compile(r"no\.?|not included|否|无|没有|未控制|不控制|×|✗|✘", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A cell: its number as printed, stars, the number in brackets."""

    number: str = ""
    stars: str = ""
    paren: str = ""

    @property
    def empty(self) -> bool:
        return not (self.number or self.paren)


NONE = Said()


def words(text: str) -> str:
    """A text in one line, its blanks made equal; blanks between Chinese characters go."""
    line = re.sub(r"[\s\u200b\ufeff\u00ad]+", " ", text).strip()
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", line)


def key(text: str) -> str:
    """A text for comparing: half-width, lower case, without blanks, stars and marks."""
    line = unicodedata.normalize("NFKC", words(text)).casefold()
    return re.sub(r"[\s_*^:：]+", "", line.translate(dict.fromkeys(map(ord, MINUS), "-")))


def plain(text: str) -> str:
    """A cell of numbers in half-width signs, without blanks inside numbers; every kind of minus before a digit becomes one."""
    text = re.sub(r"(?<=[\d)*])[⁰¹²³⁴⁵⁶⁷⁸⁹]+$", "", text.strip()) if "10" not in text else text  # a footnote, not a power
    text = re.sub(r"[×x·*]\s*10\s*([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "e" + m.group(1) + m.group(2), text)
    text = unicodedata.normalize("NFKC", text.translate(STARS)).translate(STARS).translate(BRACKETS)
    text = re.sub(rf"[{MINUS}\-]\s*(?=[\d.])", lambda m: "-" if m.group()[0] == "-" else "−", text)
    text = re.sub(r"[\u200b\ufeff\u00ad]", "", text)
    text = re.sub(r"(?<=\d)[\u2009\u00a0\u202f ](?=\d{3}(?:\D|$))", ",", text)
    text = re.sub(r"(?<=\d)\.\s+(?=\d)", ".", text)
    return text.casefold().strip()


@lru_cache(maxsize=50_000)
def said(text: str) -> Said | None:
    r"""The number, stars and bracket of a cell; ``NONE`` for an empty one or a dash, None for words.

    >>> said("０．１２３ ∗∗∗\n（−2.31）")
    Said(number='0.123', stars='***', paren='−2.31')
    """
    line = plain(text)
    if NOTHING.fullmatch(line):
        return NONE
    shut = re.sub(r"\s+", "", line)
    sign = shut.replace("−", "-")
    for pattern, read in ((ALONE, _alone), (BRACKETED, _bracketed), (BOTH, _both), (LEADING, _leading)):
        if found := pattern.fullmatch(sign):
            return read(shut, found)
    return None


def _piece(shut: str, found: re.Match[str], group: int) -> str:
    return shut[found.start(group) : found.end(group)]


def _alone(shut: str, found: re.Match[str]) -> Said:
    return Said(_piece(shut, found, 1), found.group(2))


def _bracketed(shut: str, found: re.Match[str]) -> Said:
    return Said("", found.group(2), _piece(shut, found, 1))


def _both(shut: str, found: re.Match[str]) -> Said:
    return Said(_piece(shut, found, 1), found.group(2) or found.group(4), _piece(shut, found, 3))


def _leading(shut: str, found: re.Match[str]) -> Said:
    return Said(_piece(shut, found, 2), found.group(1))


def pairs(text: str) -> list[tuple[str, str]]:
    r"""The ends of every interval in a cell.

    >>> pairs("[0.12，0.34]"), pairs("(-2.8 7.5) (P) (-2.9 7.4) (BC)")
    ([('0.12', '0.34')], [('-2.8', '7.5'), ('-2.9', '7.4')])
    """
    line = re.sub(r"\s*([,;~、])\s*", r"\1", plain(text)).replace("−", "-")
    whole = re.fullmatch(rf"({NUMBER})[,;~、]({NUMBER})", line)
    found = [whole.groups()] if whole else [m.groups() for m in PAIR.finditer(line)]
    return [(low, high) for low, high in found]


def yes_no(text: str) -> bool | None:
    line = words(text)
    return True if YES.fullmatch(line) else False if NO.fullmatch(line) else None


def is_number(text: str) -> bool:
    """Whether a cell holds a number, in brackets or not."""
    found = said(text)
    return found is not None and not found.empty


def is_whole(text: str) -> bool:
    """Whether a cell holds a small whole number without a point: a column's number, a year, a count."""
    found = said(text)
    return found is not None and not found.empty and not re.search(r"[.%e<>]", found.number + found.paren) and not found.stars


def is_decimal(text: str) -> bool:
    """Whether a cell holds a number that no head would: with a point or stars."""
    return is_number(text) and not is_whole(text) and not re.fullmatch(r"\d+\s*[%％]", words(text))
