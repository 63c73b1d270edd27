"""Options of a call in words: each one a clause, such as “standard errors are clustered”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from regio.contract.declaration import Argument, Declaration, declaration
from regio.contract.replay import Variation
from regio.exhibits.models import Text
from regio.language import JOINED, Language, Message, known, say, spell

ONLY_WITH = {  # options that act only beside a value of another one
    "lags": ("errors", ("driscoll_kraay",)),
    "cluster": ("errors", ("cluster", "wild_cluster")),
    "exponent": ("aggregate", ("generalised",)),
    "judgement": ("weights", ("ahp",)),
    "window": ("method", ("moving_average",)),
    "carry": ("method", ("carry",)),
    "variogram": ("method", ("kriging",)),
    "parameters": ("method", ("kriging",)),
    "power": ("method", ("idw",)),
    "band": ("neighbours", ("band",)),
    "ideal": ("aggregate", ("topsis",)),
}
RANDOM = ("draws", "scheme")
_DOUBLED = re.compile("([“”])\\1")  # a name that both its option and its value put between marks
_ONE_OF_SEVERAL = re.compile(r"^the ((?:[\w-]+ )*?)(\w+)s( of \w+)? are ")  # the mediators are: the mediator is
_BEFORE_STOP = re.compile(r" +(?=[，。；、）：])|(?<=[，。；、（：]) +")


def clauses(kind: str, options: Mapping[str, Any], names: Sequence[str], labels: Mapping[str, Text], language: Language) -> tuple[str, ...]:
    """What these options say; those that are empty and those that do nothing here are left out, unless the catalogue has words for emptiness."""
    known_kind = declaration(kind)
    found = [_clause(kind, argument, options.get(name), labels, language) for name, argument in _acting(known_kind, options, names)]
    return tuple(clause for clause in found if clause)


def unused(kind: str, options: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    """The options that were left empty and for which there are no words of their own."""
    return tuple(n for n, _ in _acting(declaration(kind), options, names) if _empty(options.get(n)) and not known(f"methods.none.{n}"))


def as_in_file(value: Any) -> str:
    """An option as it would stand in a study file."""
    if isinstance(value, Variation):
        told = {"name": value.name, **value.options, "prepare": [{"kind": kind, **options} for kind, options in value.prepare], "sample": value.sample}
        return as_in_file({key: item for key, item in told.items() if item not in ({}, [])})
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {as_in_file(item)}" for key, item in value.items() if item is not None) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(as_in_file, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def draws(kind: str, options: Mapping[str, Any]) -> bool:
    """Whether a call draws random numbers."""
    known_kind = declaration(kind)
    return known_kind.argument("seed") is not None and _random_acts(known_kind, options) and options.get("draws", 1) != 0


def joined(parts: Sequence[str], language: Language) -> str:
    """Clauses in one sentence."""
    if language == "zh":
        return "，".join(parts)
    return parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])}; and {parts[-1]}"


def listed(words: Sequence[str], language: Language) -> str:
    """A, B and C."""
    if language == "zh" or len(words) < 2:
        return JOINED[language].join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _acting(kind: Declaration, options: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[str, Argument]]:
    for argument in kind.fields:
        name = argument.name
        other, values = ONLY_WITH.get(name, ("", ()))
        if name not in names or (other in options and options[other] not in values and _empty_or_default(argument, options.get(name))):
            continue
        if name == "combination" and not isinstance(options.get("weights"), tuple):
            continue
        if name in RANDOM and not _random_acts(kind, options):
            continue
        yield name, argument


def _random_acts(kind: Declaration, options: Mapping[str, Any]) -> bool:
    """Draws of the wild bootstrap alone need errors that ask for it."""
    scheme, errors = kind.argument("scheme"), kind.argument("errors")
    if scheme is None or errors is None or not all(str(choice).startswith("wild_") for choice in scheme.choices):
        return True
    return bool(options.get("errors") == "wild_cluster")


def _empty(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return all(item is None for item in value)
    return value is None or value is False or (isinstance(value, str | Mapping) and not value)


def _empty_or_default(argument: Argument, value: Any) -> bool:
    return _empty(value) or value == argument.default


def _clause(kind: str, argument: Argument, value: Any, labels: Mapping[str, Text], language: Language) -> str:
    name = argument.name
    if _empty(value) or (name == "draws" and value == 0):
        return say(f"methods.none.{name}", language) if known(f"methods.none.{name}") else ""
    shown = value_in_words(argument, value, labels, language)
    code = next((c for c in (f"methods.option_of.{kind}.{name}", f"methods.option.{name}") if known(c)), "")
    said = spaced(say(code, language, value=shown) if code else f"{name} = {shown}")
    return _DOUBLED.sub(r"\1", _ONE_OF_SEVERAL.sub(r"the \1\2\3 is ", said) if isinstance(value, tuple | list) and len(value) == 1 else said)


def spaced(text: str) -> str:
    """Without blanks beside Chinese stops."""
    return _BEFORE_STOP.sub("", text)


def value_in_words(argument: Argument, value: Any, labels: Mapping[str, Text], language: Language) -> str:
    """A value as a reader would say it: labels of columns, words of choices, numbers."""
    if argument.role.name in ("variations", "samples"):
        return str(len(value))
    if isinstance(value, Mapping):
        return JOINED[language].join(f"{_word(argument, k, labels, language)} {value_in_words(argument, v, labels, language)}" for k, v in value.items())
    if isinstance(value, tuple | list) and argument.role.name == "interval":
        return f"[{', '.join(f'{item:g}' for item in value)}]"
    if isinstance(value, tuple | list) and not value:
        return say("methods.value.none", language)
    if isinstance(value, tuple | list) and argument.role.name == "effect_sets" and all(isinstance(item, str) for item in value):
        return " + ".join(value_in_words(argument, item, labels, language) for item in value)
    if isinstance(value, tuple | list):
        return listed([value_in_words(argument, item, labels, language) for item in value], language)
    return _word(argument, value, labels, language)


def _word(argument: Argument, value: Any, labels: Mapping[str, Text], language: Language) -> str:
    if isinstance(value, bool):
        return say("exhibits.yes" if value else "exhibits.no", language)
    if isinstance(value, float | int):
        return say("methods.percent", language, value=f"{100 * value:g}") if argument.role.name == "level" else f"{value:g}"
    if not isinstance(value, str):
        return str(value)
    if "*" in value and argument.role.name == "effects":
        return "×".join(_word(argument, part, labels, language) for part in value.split("*"))
    if value in labels and (argument.role.uses or argument.role.name in ("of", "rules")):
        return spell(labels[value], language)
    for code in (f"methods.value_of.{argument.name}.{value}", f"methods.value.{value}"):
        if (value in argument.choices or value in argument.role.words or not argument.role.uses) and known(code):
            return say(Message(code), language)
    return say("methods.quoted", language, name=value) if not argument.role.uses else value
