"""Which font a text is drawn in. Latin text: DejaVu Sans, which comes with matplotlib. Chinese text: the font of the extra ``fonts`` where it
is installed, else one of the system; where there is none an error, never empty boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from regio.language import Language, Message, RegioError, say

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

PACKAGE, PACKAGED = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
FAMILIES = (  # in the order in which they are preferred
    *("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
    *("Heiti SC", "STHeiti", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "DengXian", "SimHei", "Songti SC", "SimSun", "NSimSun", "STSong"),
    *("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "FangSong", "KaiTi", "AR PL UMing CN", "Droid Sans Fallback", "Arial Unicode MS"),
)
LAST = ("Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Serif CJK JP")  # the characters are there, some in the shapes of their own country
FILES = r"(NotoS\w+CJK|NotoS\w+SC|SourceHanS|msyh|PingFang|STHeiti|Hiragino Sans GB|wqy-|simhei|simsun|Songti|Deng|uming)"
CHINESE = re.compile("[\u2e80-\u303f\u3100-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Face:
    """One font. file: its path, which also knows the face inside a collection."""

    file: str

    @property
    def path(self) -> Path:
        return Path(str(self.file))

    def properties(self, size: float) -> FontProperties:
        from matplotlib.font_manager import FontProperties

        return FontProperties(fname=self.file, size=size)

    def width(self, text: str, size: float) -> float:
        """Width of the longest line, in points."""
        return max(_width(self.file, line, size) for line in self.shown(text).split("\n"))

    def lacks(self, text: str) -> str:
        """The characters that it does not have, each once."""
        from matplotlib.font_manager import get_font

        font = get_font(self.file)
        return "".join(c for c in dict.fromkeys(self.shown(text)) if not c.isspace() and not font.get_char_index(ord(c)))

    def shown(self, text: str) -> str:
        """The text, its minus signs as dashes where the font has no minus sign."""
        return text if "−" not in text or _has_minus(self.file) else text.replace("−", "–")


@lru_cache(maxsize=50_000)
def _width(file: str, line: str, size: float) -> float:
    from matplotlib.font_manager import get_font

    font = get_font(file)
    font.set_size(size, 72)
    font.set_text(line, 0.0)
    return float(font.get_width_height()[0]) / 64


@cache
def _has_minus(file: str) -> bool:
    from matplotlib.font_manager import get_font

    return bool(get_font(file).get_char_index(ord("−")))


class FontError(RegioError, LookupError):
    """No font here can draw a text. The message's cure stands beside it as ``<code>.cure``."""

    def text(self, language: Language) -> str:
        return "\n".join(f"{say(m, language)}\n    {say('contract.cure', language, cure=Message(m.code + '.cure', m.values))}" for m in self.messages)


def face_for(texts: Iterable[str]) -> Face:
    """The first font that has every character.

    Raises
    ------
    FontError
        where no font does
    """
    text = " ".join(texts)
    latin = Face(_bundled())
    chinese = bool(CHINESE.search(text))
    if not chinese and not latin.lacks(text):
        return latin
    lacking: list[str] = []
    for face in chinese_faces():
        missing = face.lacks(text)
        if not missing:
            return face
        lacking.append(missing)
    if chinese and not lacking:
        raise FontError(Message("figure.no_chinese_font"))
    raise FontError(Message("figure.no_glyph", {"characters": min(lacking, key=len) if lacking else latin.lacks(text)}))


def chinese_font() -> Face:
    """The font that Chinese text is drawn in, where it has every character.

    Raises
    ------
    FontError
        where there is none
    """
    return face_for(["中文"])


def chinese_faces() -> Iterator[Face]:
    """Fonts with Chinese characters, the preferred ones first; later places are looked at only when they are asked for.

    The font of the extra comes first, so that where it is installed a figure is the same on every machine.
    """
    packaged = _packaged()
    if packaged:
        yield packaged
    yield from _listed(FAMILIES)
    yield from _on_disk(FAMILIES)
    yield from _listed(LAST)
    yield from _on_disk(LAST)


def _bundled() -> str:
    import matplotlib

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")


def _listed(families: tuple[str, ...]) -> Iterator[Face]:
    """Those that matplotlib has listed already, upright and of regular weight."""
    from matplotlib.font_manager import fontManager

    found = [font for font in fontManager.ttflist if font.name in families and font.style == "normal" and Path(font.fname).is_file()]
    found.sort(key=lambda font: (families.index(font.name), abs(_weight(font.weight) - 400), font.fname))
    yield from dict.fromkeys(Face(_path(font.fname, getattr(font, "index", 0))) for font in found)


def _weight(weight: str | int) -> int:
    return weight if isinstance(weight, int) else 700 if "bold" in weight else 400


def _path(file: str, index: int) -> str:
    """Newer versions of matplotlib know the faces of a collection; older ones take the first."""
    from matplotlib import font_manager

    known_face = getattr(font_manager, "FontPath", None)
    return str(file) if known_face is None else known_face(str(file), index)


def _packaged() -> Face | None:
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    files = [Path(place) / PACKAGED for place in places or ()]
    return next((Face(str(file)) for file in files if file.is_file()), None)


@cache
def _on_disk(families: tuple[str, ...]) -> tuple[Face, ...]:
    """Fonts that were installed after matplotlib made its list: found by the names of their files."""
    from matplotlib import ft2font
    from matplotlib.font_manager import findSystemFonts

    found = []
    for file in sorted(findSystemFonts()):
        if not re.match(FILES, Path(file).name, re.IGNORECASE):
            continue
        font = ft2font.FT2Font(file)
        for index in range(getattr(font, "num_faces", 1)):
            face = font if index == 0 else ft2font.FT2Font(file, face_index=index)
            if face.family_name in families and "Bold" not in face.style_name:
                found.append((families.index(face.family_name), Face(_path(file, index))))
    return tuple(face for _, face in sorted(found, key=lambda item: (item[0], item[1].file)))
