"""Groups fitted one by one and together, and regions dealt anew to groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.engine import generator, repeat
from regio.contract.finding import EstimationError, Finding, error
from regio.models._cutting import Cut, cut_rows, group_column
from regio.models._regress import estimate, make_model
from regio.models._regress_exhibits import CLUSTERED
from regio.models._sample import Sample, complete, left_out
from regio.models.core.blocks import Array
from regio.models.core.elimination import slopes
from regio.models.core.fit import Fit
from regio.models.core.inference import inference, wald
from regio.models.core.levels import appearing_codes, coded
from regio.models.core.resampling import BLOCK, Units, units_of
from regio.models.regress import COEFFICIENTS, Regress, fitted_regress

GROUP, ALL = "_group", "_all"
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Compared:
    cut: Cut
    models: tuple[Regress, ...]
    differences: pd.DataFrame
    tests: pd.DataFrame
    sizes: pd.DataFrame
    permuted: bool
    clustered: tuple[str, ...]
    convention: str
    rows: int
    regions: int | None
    findings: tuple[Finding, ...]


def compared(
    data: Any,
    outcome: str,
    treatment: tuple[str, ...],
    controls: tuple[str, ...],
    groups: str,
    cut: str,
    edges: Sequence[float],
    options: Mapping[str, Any],
    draws: int,
    seed: int,
    engine: Any,
) -> Compared:
    terms = (*treatment, *controls)
    used = ("region",) if options["errors"] in CLUSTERED and options["cluster"] is None else options["cluster"] or ()
    design = {name: options[name] for name in ("effects", "errors", "convention")}
    model = make_model(data, outcome, terms, **design, cluster=used)
    named = group_column(data, groups)
    others = (*(effect for effect in model.effects if effect), *model.clusters, *([] if named is None else [(named,)]))
    arrays = complete(data.rows, (outcome, *terms), others)
    frame = data.rows.iloc[arrays.rows]
    if not len(frame):
        raise EstimationError(error("regress.no_rows", rows=len(data.rows)))
    declared = next((variable.levels for variable in data.variables if variable.name == groups and variable.levels), ())
    found = cut_rows(frame, data.keys, groups, cut, edges, declared)
    notes = [*left_out(arrays.seen, tuple(dict.fromkeys((*model.columns, *([] if named is None else [named])))))]
    if (found.codes < 0).any():
        notes.append(Finding("compare_groups.no_group", {"rows": int((found.codes < 0).sum()), "groups": groups}, "note"))
        frame, found = frame[found.codes >= 0], replace(found, codes=found.codes[found.codes >= 0])
    sample = Sample(frame.assign(**{GROUP: found.codes}), data.keys)
    models = _models(sample, found, outcome, treatment, controls, options, draws, seed)
    together, convention, clustered = _together(sample, found, outcome, terms, options, used)
    permuted = bool(draws) and bool(found.fixed)
    if draws and not found.fixed:
        notes.append(Finding("compare_groups.not_permuted" if found.fixed is not None else "compare_groups.no_regions", {"groups": groups}, "note"))
    chances = _permuted(sample, found, outcome, terms, options["effects"], models, draws, seed, engine) if permuted else None
    if chances is not None and chances.lost:
        notes.append(Finding("compare_groups.draws_lost", {"lost": chances.lost, "draws": draws}))
    regions = None if data.keys.region is None else int(frame[data.keys.region].nunique())
    own = [finding for fitted in models for finding in fitted.findings]
    return Compared(
        found,
        models,
        _differences(together, terms, found.names, chances, options["level"]),
        _tests(together, terms, len(found.names), chances),
        _sizes(models, found.names),
        permuted,
        clustered,
        convention,
        len(data.rows),
        regions,
        (*notes, *(finding for i, finding in enumerate(own) if finding not in own[:i])),
    )


def _models(
    sample: Sample, cut: Cut, outcome: str, treatment: tuple[str, ...], controls: tuple[str, ...], options: Mapping[str, Any], draws: int, seed: int
) -> tuple[Regress, ...]:
    """Each group by itself; what goes wrong in one says which."""
    k, models, key = len(treatment) + len(controls), [], sample.keys.region
    frame = sample.rows.drop(columns=GROUP)
    counts = {} if key is None else {name: frame.loc[cut.codes == i, key].nunique() for i, name in enumerate(cut.names)}
    few = [error("compare_groups.few_regions", group=cut.words.get(name, name), regions=count, regressors=k) for name, count in counts.items() if count <= k]
    if few:
        raise EstimationError(*few)
    for i, name in enumerate(cut.names):
        own = Sample(frame[cut.codes == i], sample.keys)
        try:
            models.append(fitted_regress(own, outcome, treatment, controls, sample_weights=None, draws=draws or 999, seed=seed, **options))
        except EstimationError as problem:
            where = [error("compare_groups.in_group", group=cut.words.get(name, name), problem=finding) for finding in problem.findings]
            raise EstimationError(*where) from None
    return tuple(models)


def _together(
    sample: Sample, cut: Cut, outcome: str, terms: Sequence[str], options: Mapping[str, Any], used: tuple[str, ...]
) -> tuple[Fit, str, tuple[str, ...]]:
    """One model in which every coefficient and effect differs by group; regressors are ordered by term, then group."""
    effects = sorted(options["effects"], key=lambda effect: effect == "period")
    names = {(term, i): f"{term} @ {name}" for term in terms for i, name in enumerate(cut.names)}
    columns = {title: np.where(cut.codes == i, sample.rows[term].to_numpy(dtype=float), 0.0) for (term, i), title in names.items()}
    steps = {} if effects else {f"@ {name}": (cut.codes == i).astype(float) for i, name in enumerate(cut.names) if i}
    wide = Sample(pd.concat([sample.rows, pd.DataFrame(columns | steps, index=sample.rows.index)], axis=1), sample.keys)
    clustered = used or (("region",) if sample.keys.region is not None else ())
    convention = options["convention"]
    if convention == "xtreg" and effects and (effects[0] != "region" or clustered != ("region",)):
        convention = "reghdfe"  # Stata's xtreg has no such model
    by: dict[str, Any] = {"errors": "cluster" if clustered else "hc1", "cluster": clustered, "convention": convention, "weights": None}
    fitted, _ = estimate(wide, outcome, (*columns, *steps), effects=[f"{effect}*{GROUP}" for effect in effects], level=options["level"], **by)
    return fitted, convention, clustered


@dataclass(frozen=True, slots=True)
class Chances:
    """Of a permutation: (terms, pairs) for differences of two groups, (terms,) for the greatest of them; each (p, share)."""

    pairs: tuple[Array, Array]
    greatest: tuple[Array, Array]
    lost: int


def _permuted(
    sample: Sample, cut: Cut, outcome: str, terms: Sequence[str], effects: Sequence[str], models: Sequence[Regress], draws: int, seed: int, engine: Any
) -> Chances:
    frame, keys = sample.rows, {"region": sample.keys.region, "period": sample.keys.period}
    unit, levels = coded([frame[sample.keys.region].to_numpy()])
    codes = [appearing_codes([frame[keys.get(word, word)].to_numpy() for word in effect.split("*")])[0] for effect in effects]
    values = frame[[*terms, outcome]].to_numpy(dtype=float).T
    units = units_of(values - values.mean(1, keepdims=True), unit, len(levels), codes)
    labels = np.zeros(len(levels), dtype=np.intp)
    labels[unit] = cut.codes
    count = len(cut.names)
    own = np.array([model.coefficients["estimate"].iloc[: len(terms)] for model in models]).T  # (terms, groups)
    found = repeat(_dealt, draws, seed, units, labels, count, engine=engine).reshape(draws, len(terms), count)
    usable = np.isfinite(found).all((1, 2))
    found = found[usable]
    pairs = list(combinations(range(count), 2))
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    drawn, actual = np.abs(found[:, :, left] - found[:, :, right]), np.abs(own[:, left] - own[:, right])
    tie = 1 - 1e-9
    return Chances(_chance(drawn >= actual * tie), _chance(drawn.max(2) >= actual.max(1) * tie), int((~usable).sum()))


def _chance(beyond: Any) -> tuple[Array, Array]:
    """(p, share) over the draws, which stand first."""
    b, r = len(beyond), beyond.sum(0)
    return (1 + r) / (1 + b), r / b if b else np.full(beyond.shape[1:], NAN)


def _dealt(chunk: tuple[int, int, int], units: Units, labels: Any, count: int) -> Array:
    """(draws, terms · groups) coefficients, regions dealt anew to groups of the same sizes."""
    random, draws = generator(chunk), chunk[1]
    step = max(1, BLOCK // (units.columns**2 * max(units.count, 1)))
    pieces = []
    for start in range(0, draws, step):
        dealt = random.permuted(np.tile(labels, (min(step, draws - start), 1)), axis=1).T
        pieces.append(np.stack([slopes(units.partialled((dealt == g).astype(float)), units.floor[units.dummies :]) for g in range(count)], axis=1))
    together = np.concatenate(pieces, axis=2)
    return together.reshape(-1, together.shape[2]).T


def _differences(fitted: Fit, terms: Sequence[str], names: Sequence[str], chances: Chances | None, level: float) -> pd.DataFrame:
    g = len(names)
    pairs = list(combinations(range(g), 2))
    take = np.zeros((len(terms) * len(pairs), len(fitted.coefficients)))
    for row, (t, (i, j)) in enumerate((t, pair) for t in range(len(terms)) for pair in pairs):
        take[row, t * g + i], take[row, t * g + j] = 1.0, -1.0
    b = take @ fitted.coefficients
    found = inference(b, take @ fitted.covariance @ take.T, fitted.figures["f_df"][1], level)  # type: ignore[index]
    index = pd.MultiIndex.from_tuples([(term, f"{names[i]} - {names[j]}") for term in terms for i, j in pairs], names=["term", "difference"])
    table = np.column_stack((b, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high))
    frame = pd.DataFrame(table, index=index, columns=list(COEFFICIENTS))
    chance = (NAN, NAN) if chances is None else tuple(part.ravel() for part in chances.pairs)
    return frame.assign(permutation_p_value=chance[0], permutation_p_share=chance[1])


def _tests(fitted: Fit, terms: Sequence[str], g: int, chances: Chances | None) -> pd.DataFrame:
    """F of equal coefficients over groups, term by term and for all."""
    k = len(terms)
    contrasts = np.zeros((k * (g - 1), len(fitted.coefficients)))
    for t in range(k):
        for i in range(1, g):
            contrasts[t * (g - 1) + i - 1, [t * g, t * g + i]] = 1.0, -1.0
    df = fitted.figures["f_df"][1]  # type: ignore[index]
    rows = []
    for t in [*range(k), None]:
        take = contrasts if t is None else contrasts[t * (g - 1) : (t + 1) * (g - 1)]
        f, (restrictions, _), p = wald(take @ fitted.coefficients, take @ fitted.covariance @ take.T, df)
        chance = (NAN, NAN) if chances is None or t is None else (chances.greatest[0][t], chances.greatest[1][t])
        rows.append((f, restrictions, df, p, *chance))
    columns = ["statistic", "df", "df_residual", "p_value", "permutation_p_value", "permutation_p_share"]
    return pd.DataFrame(rows, index=pd.Index([*terms, ALL], name="term"), columns=columns)


def _sizes(models: Sequence[Regress], names: Sequence[str]) -> pd.DataFrame:
    values = {"n": [model.fit["n"] for model in models], "n_regions": [model.fit["n_regions"] for model in models]}
    return pd.DataFrame(values, index=pd.Index(names, name="group"))
