"""Findings: warnings, mistakes and verdicts as data. Lint, import, audit and errors use the same class."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from regio.language import LANGUAGES, Language, Message, RegioError, known, say, spell

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file. Lines, rows and columns count from one; zero or an empty string means not known."""

    file: str = ""
    line: int = 0
    sheet: str = ""
    row: int = 0
    column: str = ""

    def text(self, language: Language) -> str:
        parts = [self.file] if self.file else []
        parts += [say(f"contract.position.{name}", language, value=value) for name in ("line", "sheet", "row", "column") if (value := getattr(self, name))]
        return (", " if language == "en" else "，").join(parts)


@dataclass(frozen=True, slots=True)
class Finding(Message):
    """Something a person should know: where it is, what was found, what was expected (in the text of ``code``) and the cure."""

    severity: Severity = "warning"
    where: Position | str = ""  # a position in a file, or an address

    @property
    def cure(self) -> Message | None:
        """The message that says what to do; it stands beside the text as ``<code>.cure``."""
        code = f"{self.code}.cure"
        return Message(code, self.values) if known(code) else None

    def text(self, language: Language, *, cured: bool = True) -> str:
        """Place, text and cure in one language; ``cured=False`` leaves the cure out."""
        place = self.where if isinstance(self.where, str) else self.where.text(language)
        body = say(self, language)
        cure = "" if self.cure is None or not cured else "\n    " + say("contract.cure", language, cure=self.cure)
        return (f"{place}: " if language == "en" else f"{place}：") + body + cure if place else body + cure

    def to_dict(self) -> dict[str, Any]:
        """As JSON: code, place, values, and the words in both languages."""
        where: Any = self.where
        if isinstance(where, Position):
            where = {k: v for k in ("file", "line", "sheet", "row", "column") if (v := getattr(where, k))}
        values = {k: spell(v, "en") for k, v in self.values.items()}
        return {"code": self.code, "severity": self.severity, "where": where, "values": values, "text": {x: self.text(x) for x in LANGUAGES}}


class FindingError(RegioError):
    """An error whose messages are findings: each says its place and its cure."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def text(self, language: Language) -> str:
        """Each with its cure; where several in a row have one cure, it stands once, below the last of them."""
        cures = [None if finding.cure is None else say(finding.cure, language) for finding in self.findings]
        after = [*cures[1:], None]
        return "\n".join(f.text(language, cured=cure != below) for f, cure, below in zip(self.findings, cures, after, strict=True))


class DataError(FindingError, ValueError):
    """The table cannot be used as it is: keys, cells, columns."""


class ArgumentError(FindingError, ValueError):
    """A call, or a step of a study, asks for something that does not exist."""


class EstimationError(FindingError, ValueError):
    """The data are fine, but this model cannot be estimated on them."""


class StudyError(FindingError, ValueError):
    """The study file cannot be run: all its mistakes at once."""


def error(code: str, where: Position | str = "", **values: object) -> Finding:
    """A finding of severity error."""
    return Finding(code, values, "error", where)


def suggestion(word: str, known_words: list[str] | tuple[str, ...]) -> Message | str:
    """Near misses of a word, as a message; an empty text where there is none."""
    near = get_close_matches(word, known_words, n=3, cutoff=0.6)
    folded = word.casefold()
    near += [w for w in known_words if w not in near and (w.casefold() == folded or (len(near) < 3 and len(word) > 1 and w.casefold().endswith(f"_{folded}")))]
    return Message("contract.did_you_mean", {"near": tuple(near)}) if near else ""
