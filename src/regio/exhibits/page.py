"""What a result shows in a notebook: its tables as in the report."""

from __future__ import annotations

from collections.abc import Sequence

from regio.exhibits.models import Table, Text
from regio.exhibits.render.html import CSS, html
from regio.exhibits.typeset import typeset
from regio.language import default_language


def fragment(exhibits: Sequence[Table], marks: Sequence[Text] = ()) -> str:
    language = default_language()
    return f"<style>{CSS}</style>" + "".join(html(typeset(table, language, marks=marks)) for table in exhibits)
