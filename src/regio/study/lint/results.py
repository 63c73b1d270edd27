"""What rules ask of a result: by the names that the contract gives, whatever the method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from regio.contract.result import Result


def fits(result: Result) -> Iterator[Mapping[str, Any]]:
    """``fit`` of a result and of the models inside it."""
    for model in (result, *getattr(result, "models", ())):
        fit = getattr(model, "fit", None)
        if isinstance(fit, Mapping):
            yield fit
