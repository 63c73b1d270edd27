"""A picture as the bytes of a file: the same bytes for the same picture."""

from __future__ import annotations

import re
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from regio.exhibits.draw.look import DPI, look

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

Format = Literal["svg", "pdf", "png"]
FORMATS: tuple[Format, ...] = ("svg", "pdf", "png")
METADATA: dict[Format, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def save(picture: Picture, form: Format, *, salt: str = "") -> bytes:
    """The file of a picture. ``salt`` sets the identifiers of an SVG apart from those of other pictures on the same page."""
    buffer = BytesIO()
    title = str(picture.get_label() or "")
    metadata = METADATA[form] | ({"Title": title} if title else {})
    with look(**{"svg.hashsalt": "regio"}):
        picture.savefig(buffer, format=form, metadata=metadata, dpi=DPI)
    content = buffer.getvalue()
    return _plain_svg(content.decode("utf-8"), salt or title).encode("utf-8") if form == "svg" else content


def inline(svg: bytes | str, alt: str) -> str:
    """An SVG as part of a page: an image with a text for those who do not see it."""
    from html import escape

    text = svg.decode("utf-8") if isinstance(svg, bytes) else svg
    text = text[text.index("<svg") :]
    return re.sub(r"<title>.*?</title>\s*", "", text, count=1, flags=re.DOTALL).replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1).strip()


def _plain_svg(svg: str, salt: str) -> str:
    """Identifiers of its own, no style sheet (it would hold for the whole page), no comments."""
    own = "r" + blake2b(salt.encode(), digest_size=4).hexdigest()
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!DOCTYPE.*?>\s*", "", svg, count=1, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{own}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\1{own}-", svg)
    return svg.replace("<svg ", '<svg style="stroke-linejoin: round; stroke-linecap: butt" ', 1)
