"""Between the door of ``geodetector`` and its engine: options with what the convention fills in, and the result out of frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from regio.contract.finding import ArgumentError, error
from regio.contract.result import Convention
from regio.language import Message
from regio.spatial.detector.compute import Computed, compute
from regio.spatial.detector.options import MIN_ROWS, SINGLE_ROWS, Options
from regio.spatial.geodetector import Geodetector


def call(data: Any, outcome: Sequence[str], factors: Sequence[str], *, by: str | None, sample_weights: str | None, **given: Any) -> Geodetector:
    options = filled(factors=factors, **given)
    if hasattr(data.rows, "parts"):
        from regio.spatial.detector.parts import compute_parts

        found = compute_parts(data, outcome, factors, options, by, sample_weights)
    else:
        found = compute(data, outcome, factors, options, by, sample_weights)
    return _result(found, tuple(outcome), options, by)


def filled(
    *,
    factors: Sequence[str],
    classes: Any,
    methods: Sequence[str],
    single_rows: str | None,
    min_rows: int | None,
    convention: Any,
    discretise: Any,
    **given: Any,
) -> Options:
    """The options of a call, what was left open filled in by the convention."""
    numbers = (classes,) if isinstance(classes, int) else tuple(sorted(set(classes)))
    if not numbers or min(numbers) < 2:
        raise ArgumentError(error("geodetector.classes", found=", ".join(map(str, numbers))))
    if not methods:
        raise ArgumentError(error("geodetector.nothing", argument="methods"))
    if not isinstance(discretise, str) and (unknown := [name for name in discretise if name not in factors]):
        raise ArgumentError(error("geodetector.discretise_unknown", columns=tuple(unknown), factors=tuple(factors)))
    return Options(
        discretise=discretise if isinstance(discretise, str) else dict(discretise),
        methods=tuple(dict.fromkeys(methods)),
        classes=numbers,
        single_rows=single_rows or SINGLE_ROWS[convention],
        min_rows=MIN_ROWS[convention] if min_rows is None else max(min_rows, 1),
        convention=convention,
        **given,
    )


def levels_of(methods: Sequence[str], classes: Any, discretise: Any, factors: Sequence[str], min_rows: int) -> Options:
    """The options of ``spade`` and ``idsa``: discretisations alone."""
    return filled(
        factors=factors,
        classes=classes,
        methods=methods,
        single_rows=None,
        min_rows=min_rows,
        convention="textbook",
        discretise=discretise,
        tolerance=0.0,
        ways=2,
        shares="none",
        draws=0,
        level=0.95,
        seed=0,
    )


def _result(found: Computed, outcomes: tuple[str, ...], options: Options, by: str | None) -> Geodetector:
    frames: dict[str, Any] = {name: frame if len(frame) else None for name, frame in found.frames.items() if name not in ("factors", "strata")}
    return Geodetector(
        outcomes=outcomes,
        factors=found.frames["factors"],
        importance=found.importance,
        strata=found.frames["strata"],
        **frames,
        classes=pd.DataFrame(found.columns) if found.columns else None,
        by=by,
        convention=options.convention,
        level=options.level,
        draws=options.draws,
        shares="overlay" if options.shares == "overlay" else "tree",
        provenance=found.provenance,
        conventions=_conventions(options),
        findings=found.findings,
    )


def _conventions(options: Options) -> tuple[Convention, ...]:
    return (
        Convention("geodetector.p_value", "geodetector.p_value.central"),
        Convention("geodetector.whose", f"geodetector.whose.{options.convention}", "geodetector.source"),
        Convention("geodetector.single", f"geodetector.single.{options.single_rows}"),
        Convention("geodetector.fewest", Message("geodetector.rows", {"rows": options.min_rows})),
    )
