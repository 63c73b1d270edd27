"""What a result shows in a notebook: its tables and figures as in the report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from regio.exhibits.models import Exhibit, Figure, Text
from regio.exhibits.render.html import CSS, html
from regio.exhibits.typeset import typeset
from regio.language import Language, default_language


def fragment(exhibits: Sequence[Exhibit], marks: Sequence[Text] = ()) -> str:
    language = default_language()
    parts = [_figure(e, language, marks) if isinstance(e, Figure) else html(typeset(e, language, marks=marks)) for e in exhibits]
    return f"<style>{CSS}</style>" + "".join(parts)


def _figure(figure: Figure, language: Language, marks: Sequence[Text]) -> str:
    from regio.exhibits.draw import draw
    from regio.exhibits.draw.caption import caption
    from regio.exhibits.draw.fonts import FontError
    from regio.exhibits.draw.save import save
    from regio.exhibits.render import html_figure

    words = caption(figure, language, marks=marks)
    style = f"<style>{html_figure.CSS}</style>"
    try:
        svg = save(draw(figure, language, marks=marks), "svg", salt=f"{figure.name} {words.alt}")
    except FontError as problem:
        return f"{style}{html_figure.figure_html(None, words)}<pre>{escape(problem.text(language))}</pre>"
    return style + html_figure.figure_html(svg, words)
