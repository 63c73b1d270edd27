"""Scripts: the parts of a text that are set lower or higher. Catalogues write ``x_ij``, ``x_(t−1)`` and ``n^(1/2)``; renderers set what follows as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

Place = Literal["plain", "sub", "super"]
Piece = tuple[str, Place]
_CHINESE = "[\u4e00-\u9fff]+"
_INSIDE = r"\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\}"  # one bracket within another at most
_INDEX = rf"{_INSIDE}|[A-Za-z\d\u0391-\u03c9]+(?:,[a-z][−+]\d)?(?:\|[a-z](?![\w|]))?|{_CHINESE}"
_POWER = rf"{_INSIDE}|[−-]?(?:\d+\.\d+|\w+)"
_FORMULA = re.compile(rf"(?<=\S)(?:_(?P<sub>{_INDEX})|\^(?P<super>{_POWER}))")
_SENTENCE = re.compile(r"(?<=(?<![\w\"“])[A-Za-z\u0391-\u03c9])_(?P<sub>[ghijkrst]{1,2})(?P<super>(?!))?(?![\w\"”])")


def scripts(text: str, *, formula: bool = False) -> tuple[Piece, ...]:
    """The parts of a text and where each stands. In a sentence only an index such as i, t or jt after a single letter counts: names of columns and options stay
    as they are.
    """
    return tuple(_pieces(text, _FORMULA if formula else _SENTENCE))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for found in pattern.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], "plain"
        place: Place = "super" if found["super"] else "sub"
        yield _bare(found["super"] or found["sub"]), place
        at = found.end()
    if at < len(text):
        yield text[at:], "plain"


def _bare(script: str) -> str:
    """Without the brackets that only hold it together."""
    return script[1:-1] if script[0] in "({" else script


def plain(pieces: Iterable[Piece]) -> str:
    """The words alone."""
    return "".join(text for text, _ in pieces)
