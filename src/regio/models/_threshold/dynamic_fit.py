"""A dynamic panel threshold model end to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy.special import chdtri

from regio.compute.engine import Engine, repeat
from regio.contract.finding import Finding
from regio.contract.result import Convention, Provenance
from regio.language import Message
from regio.models._threshold.assemble import CRITICALS, ESTIMATES
from regio.models._threshold.confidence import pieces
from regio.models._threshold.dynamic_checks import checks
from regio.models._threshold.dynamic_data import DynamicWanted, Wide, regimes, spread
from regio.models._threshold.dynamic_design import Moments, design
from regio.models._threshold.dynamic_moments import SCHEME, Estimate, estimated, linearity, resampled, resampling, suprema
from regio.models._threshold.rules import RULES
from regio.models._threshold.slopes import INTERCEPT
from regio.models.core.blocks import Array
from regio.models.core.inference import inference

R = TypeVar("R")
LAG = "_lag"
TRUSTED = 0.05  # p of Hansen's J and of AR(2) below which a finding is raised


def assembled(
    kind: Callable[..., R],
    data: Any,
    wanted: DynamicWanted,
    *,
    lags: int,
    trim: float,
    grid: int,
    draws: int,
    level: float,
    seed: int,
    engine: Engine | None,
) -> R:
    """The result of ``dynamic_threshold``, its class handed in by the door."""
    wide = spread(data, wanted)
    moments = design(wide, wanted, lags=lags, trim=trim, grid=grid)
    found = estimated(moments)
    value = float(moments.candidates[found.place])
    tests = _tested(moments, draws, seed, engine)
    sample = repeat(resampled, draws, seed + 1, resampling(moments, found), engine=engine) if draws else np.zeros((0, 0))
    terms, take = _terms(wanted)
    estimates, covariance = _estimates(moments, found, sample, terms, take, level)
    critical = _critical(sample, level)
    accepted = pieces(moments.candidates, found.distance, critical, np.ones(len(moments.candidates), dtype=bool))
    at = wide.values[wanted.threshold_variable] > value
    checked = checks(wide, found, _regressors(wide, wanted, at), wide.values[wanted.outcome], by_period=len(wanted.effects) > 1)
    regime = regimes(wide, data.rows, wanted.threshold_variable, value)
    return kind(
        outcome=wanted.outcome,
        treatment=wanted.treatment,
        controls=wanted.controls,
        threshold_variable=wanted.threshold_variable,
        instruments=wanted.instruments,
        endogenous=wanted.endogenous,
        thresholds=_threshold(moments, found, accepted),
        critical=critical,
        tests=tests,
        specification=checked,
        coefficients=estimates,
        covariance=covariance,
        confidence_sets=pd.DataFrame(
            [(k, p.low, p.high, p.count) for k, p in enumerate(accepted, start=1)],
            columns=["piece", "low", "high", "values"],
        ),
        curves=pd.DataFrame({"value": moments.candidates, "criterion": found.criterion, "distance": found.distance}),
        moments=pd.DataFrame(moments.names, columns=["variable", "way", "cut"]),
        sizes=(int((regime == 1).sum()), int((regime == 2).sum())),
        regimes=pd.Series(regime, index=data.rows.index, name=f"{wanted.threshold_variable}_regime"),
        fit={"n": len(wide.rows), "n_regions": wide.regions, "n_instruments": moments.count, "n_candidates": len(moments.candidates), "lags": moments.lags},
        effects=wanted.effects,
        scheme=SCHEME if draws else "none",
        level=level,
        provenance=Provenance(rows_used=len(wide.rows), rows_left_out=wide.left_out, regions_used=wide.regions),
        conventions=_conventions(moments, draws),
        findings=(*wide.findings, *moments.findings, *_unproven(wanted), *_said(tests, checked, draws, level)),
    )


def _tested(moments: Moments, draws: int, seed: int, engine: Engine | None) -> pd.DataFrame:
    test = linearity(moments)
    nan = float("nan")
    row: tuple[Any, ...] = (test.statistic, nan, nan, "none", 0, nan, nan, nan)
    if draws:
        sample = repeat(suprema, draws, seed, test, engine=engine)
        rules = RULES["textbook"]
        row = (test.statistic, *rules.p_values(sample, test.statistic), SCHEME, draws, *rules.criticals(sample))
    names = ["statistic", "p_value", "p_share", "scheme", "draws", *CRITICALS]
    return pd.DataFrame([row], index=pd.Index(["linearity"], name="test"), columns=names)


def _terms(wanted: DynamicWanted) -> tuple[tuple[str, ...], Array]:
    """Names, and (terms, K) what makes them of θ = (lag, treatment, controls; shifts of the level, of the lag's slope, of the treatment's)."""
    fixed = (LAG, *wanted.treatment, *wanted.controls)
    moving = (*([INTERCEPT] if wanted.regime_intercept else []), *([LAG] if wanted.regime_lag else []), *wanted.treatment)
    identity = np.eye(len(fixed) + len(moving))
    rows: list[tuple[str, Array]] = []
    for name in (LAG, *wanted.treatment):
        own = identity[fixed.index(name)]
        if name in moving:
            shift = identity[len(fixed) + moving.index(name)]
            rows += [(f"{name}:1", own), (f"{name}:2", own + shift), (f"{name}:difference", shift)]
        else:
            rows.append((name, own))
    if wanted.regime_intercept:
        rows.append((f"{INTERCEPT}:2", identity[len(fixed)]))
    rows += [(name, identity[fixed.index(name)]) for name in wanted.controls]
    return tuple(name for name, _ in rows), np.array([row for _, row in rows])


def _estimates(moments: Moments, found: Estimate, sample: Array, terms: tuple[str, ...], take: Array, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    covariance = found.covariance
    if len(sample) > 1:
        covariance = np.atleast_2d(np.cov(sample[:, : len(found.theta)], rowvar=False))
    own, spread_of = take @ found.theta, take @ covariance @ take.T
    said = inference(own, spread_of, moments.regions - 1, level)
    index = pd.Index(terms, name="term")
    table = np.column_stack((own, said.std_error, said.statistic, said.p_value, said.conf_low, said.conf_high))
    return pd.DataFrame(table, index=index, columns=list(ESTIMATES)), pd.DataFrame(spread_of, index=index, columns=index.rename(None))


def _critical(sample: Array, level: float) -> float:
    """Of the distance: the quantile of the draws; of χ² with one degree of freedom where there are none."""
    if not len(sample):
        return float(chdtri(1, 1 - level))
    place = min(len(sample), int(np.ceil(round(level * (len(sample) + 1), 9))))
    return float(np.sort(sample[:, -1])[place - 1])


def _threshold(moments: Moments, found: Estimate, accepted: tuple[Any, ...]) -> pd.DataFrame:
    row = (moments.candidates[found.place], moments.following[found.place], accepted[0].low, accepted[-1].high, len(accepted))
    index = pd.MultiIndex.from_tuples([(1, 1)], names=["model", "threshold"])
    return pd.DataFrame([row], index=index, columns=["value", "next_value", "conf_low", "conf_high", "pieces"])


def _regressors(wide: Wide, wanted: DynamicWanted, above: Any) -> Array:
    """(R, T, K) in levels, at a threshold."""
    fixed = [wide.lagged, *(wide.values[n] for n in (*wanted.treatment, *wanted.controls))]
    moving = [*([np.ones(above.shape)] if wanted.regime_intercept else []), *([wide.lagged] if wanted.regime_lag else [])]
    moving += [wide.values[n] for n in wanted.treatment]
    return np.stack([*fixed, *(column * above for column in moving)], axis=2)


def _conventions(moments: Moments, draws: int) -> tuple[Convention, ...]:
    values = {"instruments": moments.count, "lags": moments.lags, "candidates": len(moments.candidates)}
    whole = [
        Convention("dynamic_threshold.transformation", "dynamic_threshold.transformation.forward", "dynamic_threshold.source.forward"),
        Convention("dynamic_threshold.instruments", Message("dynamic_threshold.instruments.collapsed", values)),
        Convention("dynamic_threshold.errors", f"dynamic_threshold.errors.{'resampled' if draws else 'two_step'}"),
    ]
    if draws:
        whole.append(Convention("threshold.scheme", f"threshold.scheme.{SCHEME}", "dynamic_threshold.source.test"))
    return tuple(whole)


def _unproven(wanted: DynamicWanted) -> tuple[Finding, ...]:
    """Coverage of the intervals was not established where the threshold variable has only its past for an instrument."""
    name = wanted.threshold_variable
    return (Finding("dynamic_threshold.endogenous_threshold", {"column": name}),) if name in wanted.endogenous else ()


def _said(tests: pd.DataFrame, checked: pd.DataFrame, draws: int, level: float) -> tuple[Finding, ...]:
    found = []
    p = float(tests["p_value"].iloc[0])
    if draws and p > 1 - level + 1e-12:
        found.append(Finding("dynamic_threshold.not_significant", {"p_value": p, "level": round(100 * (1 - level), 6)}))
    for name in ("hansen", "ar2"):
        p = float(checked["p_value"][name])
        if p < TRUSTED:
            found.append(Finding(f"dynamic_threshold.{name}_rejects", {"p_value": p}))
    return tuple(found)
