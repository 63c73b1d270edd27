"""What can go wrong below the contract: a table that cannot be read, an engine that does not exist. Standard library only."""

from __future__ import annotations

from difflib import get_close_matches

from regio.language import Language, Message, RegioError, known, say


class ComputeError(RegioError, ValueError):
    """A table, or where it is computed, cannot be used; a message may have a cure beside it as ``<code>.cure``."""

    def text(self, language: Language) -> str:
        return "\n".join(_with_cure(message, language) for message in self.messages)


def problem(code: str, **values: object) -> ComputeError:
    return ComputeError(Message(code, values))


def near(word: str, words: tuple[str, ...]) -> Message | str:
    """Near misses of a word, as a message; an empty text where there is none."""
    found = get_close_matches(word, words, n=3, cutoff=0.6)
    return Message("contract.did_you_mean", {"near": tuple(found)}) if found else ""


def _with_cure(message: Message, language: Language) -> str:
    cure = Message(f"{message.code}.cure", message.values)
    return say(message, language) + ("\n    " + say("contract.cure", language, cure=cure) if known(cure.code) else "")
