"""A message is a code and its values; the words stand in catalogues, each text in English and Chinese (中文).

A catalogue is a TOML file beside this module. The file ``regress.toml`` holds every code that begins with ``regress.``; an entry is
``{ en = "…", zh = "…" }`` and may hold further entries. Only ``exhibits.typeset`` and the faces (command line, report) choose a language.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
JOINED = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Message:
    """A text without words: the code of a catalogue entry and the values of its placeholders."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Name:
    """The label of a variable, region or group inside a message: a text, or one in each language."""

    text: Any


class RegioError(Exception):
    """Root of every error that Regio raises on purpose: one or more messages, said in a language only when shown."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(*(m.code for m in messages))
        self.messages = messages

    def text(self, language: Language) -> str:
        return "\n".join(say(message, language) for message in self.messages)

    def __str__(self) -> str:
        return self.text(default_language())


def default_language() -> Language:
    """The language of a bare Python traceback or notebook: ``REGIO_LANGUAGE``, else English."""
    return "zh" if os.environ.get("REGIO_LANGUAGE", "en").lower().startswith("zh") else "en"


START, END = "\ue000", "\ue001"  # around a name that is filled in
CHINESE = "\u2e80-\u9fff\uff00-\uffef"
BLANK = re.compile(f"(?<=[{CHINESE}]) (?={START}[{CHINESE}])|(?<=[{CHINESE}]{END}) (?=[{CHINESE}])|(?<=[{CHINESE}]{END}) (?={START}[{CHINESE}])")


def say(message: Message | str, language: Language, **values: Any) -> str:
    """The words of a message (or of a bare code) in one language."""
    if isinstance(message, str):
        message = Message(message, values)
    words = {k: spell(v, language) for k, v in message.values.items()}
    text = _entry(message.code)[language]
    names = [k for k, v in message.values.items() if language == "zh" and _names(v)]
    return _close(text, words, names) if names else text.format_map(words)


def _names(value: Any) -> bool:
    return isinstance(value, Name) or (isinstance(value, tuple) and any(map(_names, value)))


def _close(text: str, words: Mapping[str, str], names: Iterable[str]) -> str:
    """A Chinese sentence in which no blanks stand around a name that is Chinese too."""
    said = text.format_map({**words, **{k: f"{START}{words[k]}{END}" for k in names}})
    return BLANK.sub("", said).replace(START, "").replace(END, "")


def spell(value: Any, language: Language) -> str:
    """One value inside a sentence: nested messages are said, texts in two languages chosen, lists joined."""
    if isinstance(value, Message):
        return say(value, language)
    if isinstance(value, Name):
        return spell(value.text, language)
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("en") or next(iter(value.values()), ""))
    if isinstance(value, list | tuple):
        return JOINED[language].join(spell(item, language) for item in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def known(code: str) -> bool:
    return code in _catalogue(code.partition(".")[0])


def catalogues() -> tuple[str, ...]:
    """The names of all catalogue files."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in resources.files(__package__).iterdir() if f.name.endswith(".toml")))


def entries(name: str) -> Mapping[str, Mapping[str, str]]:
    """Every code of one catalogue with its texts."""
    return _catalogue(name)


def _entry(code: str) -> Mapping[str, str]:
    try:
        return _catalogue(code.partition(".")[0])[code]
    except KeyError:
        raise LookupError(f"no catalogue entry for the code {code!r}") from None


@cache
def _catalogue(name: str) -> dict[str, dict[str, str]]:
    file = resources.files(__package__) / f"{name}.toml"
    if not file.is_file():
        return {}
    return dict(_flat(name, tomllib.loads(file.read_text(encoding="utf-8"))))


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    texts = {k: v for k, v in table.items() if isinstance(v, str)}
    if texts:
        yield prefix, texts
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}.{key}", value)
