"""A figure in a page: the picture, and its caption below."""

from __future__ import annotations

from html import escape

from regio.exhibits.draw.caption import Caption
from regio.exhibits.draw.save import inline
from regio.exhibits.render.html import marked
from regio.exhibits.scripts import scripts
from regio.language import say

CSS = """
figure.regio { margin: 1.6em 0; }
figure.regio svg { display: block; max-width: 100%; height: auto; }
figure.regio figcaption { padding: .4em 0; }
figure.regio figcaption strong { font-family: "Times New Roman", "Noto Serif SC", "Songti SC", SimSun, serif; }
"""


def figure_html(svg: bytes | None, caption: Caption, *, anchor: str = "", number: str = "") -> str:
    """One ``<figure>``; without a picture its caption says that it could not be drawn."""
    language = caption.language
    title = f"{number}　{caption.title}" if number and language == "zh" else f"{number}. {caption.title}" if number else caption.title
    picture = inline(svg, caption.alt) if svg is not None else f"<p><em>{escape(say('figure.not_drawn', language))}</em></p>"
    marks = "" if svg is not None else "".join(f'<p class="mark">{escape(mark)}</p>' for mark in caption.labels)
    notes = (" " if language == "en" else "").join(caption.notes)
    below = f'<p class="notes">{marked(scripts(say("exhibits.notes", language, notes=notes)))}</p>' if notes else ""
    identity = f' id="{escape(anchor)}"' if anchor else ""
    tag = "zh-CN" if language == "zh" else "en"
    return f'<figure class="regio" lang="{tag}"{identity}>\n{picture}\n<figcaption>{marks}<strong>{escape(title)}</strong>{below}</figcaption></figure>\n'
