"""A small method for tests: it does another call again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regio.contract.method import method
from regio.contract.replay import read_variations, vary
from regio.contract.result import Result
from regio.contract.roles import Data, Key, Of, Variations
from regio.exhibits.models import Exhibit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Again(Result):
    results: tuple[Result, ...]
    names: tuple[str, ...]

    def exhibits(self) -> tuple[Exhibit, ...]:
        return ()


@method
def again(data: Data, of: Of, variations: Variations, *, region: Key = None, period: Key = None) -> Again:
    """A call with some of its words replaced."""
    call: Any = getattr(of, "call", of)
    found, problems = read_variations(call, variations)
    assert not problems
    return Again(results=tuple(vary(call, data, v)[0] for v in found), names=tuple(v.name for v in found))
