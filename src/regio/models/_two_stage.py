"""From a call of ``two_stage`` to its numbers: names to columns, interactions of instruments, both stages and what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.tables import check_numeric
from regio.language import Message
from regio.models._regress import make_model
from regio.models._sample import Sample, moments_of
from regio.models.core.blocks import Array, Model
from regio.models.core.conventions import KERNEL
from regio.models.core.inference import inference
from regio.models.instruments.after import anderson_rubin, curve, endogeneity, overidentification
from regio.models.instruments.design import Design, Roles, design, extent, notes, time_invariant
from regio.models.instruments.estimate import Equation, equation, f_test, reported
from regio.models.instruments.identification import IDENTIFIED, Partial, identification, strengths
from regio.models.instruments.stock_yogo import stock_yogo

CONSTANT = "_cons"
RULE = 10.0  # Staiger and Stock (1997), where no critical value is known
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Estimates:
    """One stage: coefficients as a result's frame, covariance, figures."""

    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a result is made of. interactions: (new column, instrument, what it was multiplied by)."""

    instruments: tuple[str, ...]
    interactions: tuple[tuple[str, str, str], ...]
    second: Estimates
    first: tuple[Estimates, ...]
    identification: Mapping[str, Any]
    curve: pd.DataFrame
    n: int
    left_out: int
    lags: int | None
    findings: tuple[Finding, ...]
    moments: Mapping[str, tuple[float, ...]]


def estimate(
    data: Any,
    roles: Roles,
    *,
    interact_instruments: str | None,
    effects: Sequence[str],
    errors: str,
    cluster: Sequence[str],
    convention: str,
    lags: int | None,
    level: float,
) -> Found:
    """Both stages and their tests."""
    _check_roles(roles, errors, lags)
    if interact_instruments is None:
        _check_order(roles)
    said: list[Finding] = []
    interactions: tuple[tuple[str, str, str], ...] = ()
    if interact_instruments is not None:
        data, roles, interactions = _interacted(data, roles, interact_instruments, effects)
        columns = tuple(dict.fromkeys(column for _, column, _ in interactions))
        said.append(Finding("two_stage.interacted", {"columns": columns, "by": _by(interact_instruments)}))
        _check_order(roles)
    regressors = (*roles.endogenous, *roles.instruments, *roles.controls)
    model = make_model(data, roles.outcome, regressors, effects=effects, errors=errors, cluster=cluster, convention="ivreghdfe")
    large_sample = convention == "ivreg2"
    d = design(data.rows, roles, model, errors=errors, lags=lags, large_sample=large_sample, region=data.keys.region)
    p = Partial.of(d)
    _check_identified(p, roles)
    second = reported(equation(d, d.y, d.regressors, d.exogenous), d, [roles.outcome, *roles.endogenous, *roles.controls])
    counted = extent(data.rows, d, data.keys)
    found, forms = anderson_rubin(d, p, level)
    tests = {
        **identification(d, p),
        "stock_yogo": stock_yogo(len(roles.endogenous), len(roles.instruments)),
        **found,
        **overidentification(d),
        **endogeneity(d),
    }
    said += [*notes(d, model), *_findings(d, tests, second)]
    return Found(
        roles.instruments,
        interactions,
        _second(d, second, level, model, counted),
        tuple(_first(d, p, j, level, model, counted) for j in range(len(roles.endogenous))),
        tests,
        _curve(second, forms, tests),
        d.n,
        d.seen.rows - d.n,
        d.sums.lags,
        tuple(said),
        moments_of(data.rows.iloc[d.rows], (roles.outcome, *roles.endogenous)),
    )


def _by(word: str) -> Any:
    return Message("regress.key.period") if word == "period" else word


def _check_roles(roles: Roles, errors: str, lags: int | None) -> None:
    named = (roles.outcome, *roles.endogenous, *roles.instruments, *roles.controls)
    twice = tuple(dict.fromkeys(c for c in named if named.count(c) > 1))
    problems = [error("two_stage.twice", columns=twice)] if twice else []
    problems += [error("two_stage.no_endogenous")] if not roles.endogenous else []
    problems += [error("regress.lags_ignored", errors=errors)] if lags is not None and errors != KERNEL else []
    if problems:
        raise ArgumentError(*problems)


def _check_identified(p: Partial, roles: Roles) -> None:
    if p.correlations[-1] <= IDENTIFIED:
        raise EstimationError(error("two_stage.not_identified", endogenous=roles.endogenous, instruments=roles.instruments))


def _check_order(roles: Roles) -> None:
    """At least as many instruments as endogenous columns."""
    if len(roles.instruments) < len(roles.endogenous):
        raise ArgumentError(error("two_stage.few_instruments", instruments=len(roles.instruments), endogenous=len(roles.endogenous)))


def _interacted(data: Any, roles: Roles, word: str, effects: Sequence[str]) -> tuple[Any, Roles, tuple[tuple[str, str, str], ...]]:
    """Instruments that are constant within regions, times period dummies or a column; the first period is the base where regions are absorbed."""
    keys = data.keys
    if keys.region is None or word == "region" or (word == "period" and keys.period is None):
        raise ArgumentError(error("two_stage.interact_by", by=word))
    fixed = time_invariant(data.rows, roles.instruments, keys.region)
    if not fixed:
        raise ArgumentError(error("two_stage.nothing_to_interact", instruments=roles.instruments))
    frame, made = data.rows.copy(deep=False), []
    if word == "period":
        periods = sorted(data.rows[keys.period].dropna().unique())
        absorbed = any("region" in effect.split("*") for effect in effects)
        factors = {str(t): (data.rows[keys.period] == t).astype(float) for t in periods[1 if absorbed else 0 :]}
    else:
        check_numeric(data.rows, [word])
        factors = {word: data.rows[word].astype(float)}
    for column in fixed:
        for other, factor in factors.items():
            name = f"{column}*{other}"
            frame[name] = data.rows[column].astype(float) * factor
            made.append((name, column, other))
    instruments = tuple(name for column in roles.instruments for name in ([new for new, old, _ in made if old == column] if column in fixed else [column]))
    return Sample(frame, keys), Roles(roles.outcome, roles.endogenous, instruments, roles.controls), tuple(made)


def _frame(terms: Sequence[str], coefficients: Array, covariance: Array, df: float, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = inference(coefficients, covariance, df, level)
    index = pd.Index(terms, name="term")
    table = np.column_stack((coefficients, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high))
    columns = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
    return pd.DataFrame(table, index=index, columns=columns), pd.DataFrame(covariance, index=index, columns=index.rename(None))


def _second(d: Design, found: Equation, level: float, model: Model, counted: Mapping[str, float]) -> Estimates:
    factor, df = (1.0, np.inf) if d.large_sample else (d.small(d.slopes), d.df(d.slopes))
    terms = [*d.roles.endogenous, *d.roles.controls, *([CONSTANT] if d.pooled else [])]
    rows = d.n if d.large_sample else d.counted(d.slopes).df_residual
    figures = _figures(d, found, d.y, d.totals[d.roles.outcome], d.slopes, model, counted) | {"sigma_e": float(np.sqrt(found.rss / rows))}
    return Estimates(*_frame(terms, found.coefficients, found.covariance * factor, df, level), figures)


def _first(d: Design, p: Partial, j: int, level: float, model: Model, counted: Mapping[str, float]) -> Estimates:
    """Ordinary least squares of endogenous column j; always in small-sample form, as both programs print it."""
    roles, k = d.roles, d.first_slopes
    found = reported(equation(d, d.x[:, j], d.exogenous), d, [roles.endogenous[j], *roles.instruments, *roles.controls])
    terms = [*roles.instruments, *roles.controls, *([CONSTANT] if d.pooled else [])]
    f, f_df, f_p = f_test(d, found, k, slice(0, len(roles.instruments)))
    figures = {
        **_figures(d, found, d.x[:, j], d.totals[roles.endogenous[j]], k, model, counted),
        "sigma_e": float(np.sqrt(found.rss / d.counted(k).df_residual)),
        "f_excluded": f,
        "f_excluded_df": f_df,
        "f_excluded_p_value": f_p,
        **strengths(d, p, j),
    }
    return Estimates(*_frame(terms, found.coefficients, found.covariance * d.small(k), d.df(k), level), figures)


def _figures(d: Design, found: Equation, y: Array, total: float, k: int, model: Model, counted: Mapping[str, float]) -> dict[str, Any]:
    f, f_df, f_p = f_test(d, found, k, slice(0, k))
    counts = d.counted(k)
    return {
        "n": d.n,
        **counted,
        "n_clusters": counts.clusters,
        "n_effects": 0 if model.pooled else counts.groups,
        "singletons": d.singletons,
        "df_residual": counts.df_residual,
        "rss": found.rss,
        "r2": 1 - found.rss / total,
        "r2_within": NAN if d.pooled else 1 - found.rss / float(y @ y),
        "f_statistic": f,
        "f_df": f_df,
        "f_p_value": f_p,
    }


def _curve(second: Equation, forms: Any, tests: Mapping[str, Any]) -> pd.DataFrame:
    """The Anderson-Rubin test over coefficients: four conventional standard errors around the estimate, and the bounded pieces of the set."""
    if forms is None:
        return pd.DataFrame({"coefficient": [], "statistic": [], "p_value": []}, dtype=float)
    centre, reach = float(second.coefficients[0]), 4 * float(np.sqrt(max(second.covariance[0, 0], 0)))
    ends = [end for piece in tests["anderson_rubin_set"] for end in piece if np.isfinite(end) and abs(end - centre) < 10 * reach]
    low, high = min([centre - reach, *ends]), max([centre + reach, *ends])
    margin = (high - low) / 20
    at, statistic, p_value = curve(forms, low - margin, high + margin)
    return pd.DataFrame({"coefficient": at, "statistic": statistic, "p_value": p_value})


def _findings(d: Design, tests: Mapping[str, Any], second: Equation) -> list[Finding]:
    said = [Finding("regress.not_positive", severity="note")] if second.repaired else []
    critical, value = tests["effective_f_critical"]["10"], tests["effective_f"]
    name = "effective"
    if len(d.roles.endogenous) > 1:
        name, value = ("cragg_donald", tests["cragg_donald_f"]) if d.sums.errors == "classical" else ("kleibergen_paap", tests["kleibergen_paap_f"])
        critical = tests["stock_yogo"]["size_10"] if np.isfinite(tests["stock_yogo"]["size_10"]) else RULE
    if value < critical:
        said.append(Finding(f"two_stage.weak.{name}", {"value": float(f"{value:.4g}"), "critical": float(f"{critical:.4g}")}))
    pieces = tests["anderson_rubin_set"]
    if pieces is not None and tests["anderson_rubin_form"] != "interval":
        said.append(Finding(f"two_stage.set.{tests['anderson_rubin_form']}"))
    if d.z.shape[1] == d.x.shape[1]:
        said.append(Finding("two_stage.exactly_identified", severity="note"))
    elif not np.isfinite(tests["sargan" if d.sums.errors == "classical" else "hansen_j"]):
        said.append(Finding("two_stage.no_hansen", {"clusters": d.sums.fewest, "moments": d.exogenous.shape[1]}, "note"))
    if np.isnan(tests["kleibergen_paap_f"]):
        said.append(Finding("two_stage.no_kleibergen_paap", severity="note"))
    return said
