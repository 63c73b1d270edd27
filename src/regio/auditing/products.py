"""Terms that are products of other terms of their column: squares and interactions, known by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from regio.auditing.look import Look
from regio.auditing.paper import Model, Term

SIGNS = re.compile(r"(?<=.)(?:\s*[×*∗＊#⋅·:]+\s*|\s+[xX]\s+)(?=.)")  # between two factors
SQUARED = re.compile(
    r"(?P<a>.+?)(?:\^2|\*\*2|_?sq(?:uared?)?|_squared|\s+squared?|的?平方项?|的?二次项)"
    r"|sq(?:uared?)?_(?P<b>.+)|squared?\s+(?:of\s+|term of\s+)?(?P<c>.+)|\((?P<d>.+)\)\^2",
    re.IGNORECASE,
)
WEAK = re.compile(r"(?P<a>.*\D)_?2")  # x2 beside x may be a square or another variable


@dataclass(frozen=True, slots=True)
class Product:
    """``factors``: plain names of the two; equal for a square; ``weak``: the name alone does not tell."""

    term: Term
    factors: tuple[str, str]
    weak: bool = False

    @property
    def is_square(self) -> bool:
        return self.factors[0] == self.factors[1]


def products(look: Look, model: Model) -> Iterator[Product]:
    """Squares and interactions of terms that the column has itself."""
    own = {_name(look, v) for v in model.regressors}
    for var in model.regressors:
        term = model.term(var)
        for factors, weak in _read(look, var):
            if term is not None and set(factors) <= own - {_name(look, var)}:
                yield Product(term, factors, weak)
                break


def linear(look: Look, model: Model, factor: str) -> Term | None:
    """The term of a factor by itself."""
    return next((t for t in model.terms if _name(look, t.var) == factor), None)


def _read(look: Look, var: str) -> Iterator[tuple[tuple[str, str], bool]]:
    text = re.sub(r"[${}\\]", "", var.replace("²", "^2")).strip()
    parts = SIGNS.split(text)
    if len(parts) == 2:
        yield (_name(look, parts[0]), _name(look, parts[1])), False
    for pattern, weak in ((SQUARED, False), (WEAK, True)):
        if (found := pattern.fullmatch(text)) is not None:
            base = _name(look, next(g for g in found.groups() if g))
            yield (base, base), weak


def _name(look: Look, printed: str) -> str:
    return look.paper.variable(re.sub(r"^[ci]\.", "", printed.strip()))
