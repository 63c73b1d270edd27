"""Address: one grammar for explain, verdicts, results.json and links.

``step/exhibit/row/column`` and, for a number printed beside an estimate, a fifth part such as ``std_error``. Parts at the end may be left
out. Where a name itself contains a slash the address is written as a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from regio.contract.finding import ArgumentError, error


@dataclass(frozen=True, slots=True)
class Address:
    step: str
    exhibit: str = ""
    row: str = ""
    column: str = ""
    part: str = ""

    @classmethod
    def read(cls, written: str | Sequence[str]) -> Self:
        """From ``"a/b/c"`` or ``["a", "b", "c"]``."""
        parts = written.split("/") if isinstance(written, str) else list(written)
        if not 1 <= len(parts) <= 5 or not all(isinstance(p, str) and p for p in parts):
            raise ArgumentError(error("contract.bad_address", found=str(written)))
        return cls(*parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts up to the last one that is given."""
        every = (self.step, self.exhibit, self.row, self.column, self.part)
        last = max(i for i, part in enumerate(every) if part)
        return every[: last + 1]

    @property
    def written(self) -> str | list[str]:
        """As text, or as a list where a part contains a slash."""
        return list(self.parts) if any("/" in part for part in self.parts) else str(self)

    def __str__(self) -> str:
        return "/".join(self.parts)
