"""Words that several commands share."""

from __future__ import annotations

import tomllib

from regio.language import Language, spell
from regio.study import builtin


def builtin_titles() -> dict[str, dict[Language, str]]:
    """The titles of the built-in studies."""
    titles: dict[str, dict[Language, str]] = {}
    for name in builtin.names():
        title = tomllib.loads(builtin.find(name).read_text(encoding="utf-8"))["study"].get("title", name)
        titles[name] = {"en": spell(title, "en"), "zh": spell(title, "zh")}
    return titles
