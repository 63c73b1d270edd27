"""Principal components of an index: learn, apply, frames and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.fingerprint import of_column
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.contract.method import HASHED_ROWS
from regio.contract.result import Provenance
from regio.exhibits.models import EMPTY, Cell, Column, Row, Table, label, text
from regio.indices._cells import cells
from regio.indices._compute import check_columns
from regio.indices._indicators import Indicator, choose
from regio.indices._plan import SIGN
from regio.indices._rules import IndexRules, PartRules, read_rules
from regio.indices._score import ALL, Rows
from regio.indices.scale import Floats, is_constant, turned
from regio.indices.weights.critic import correlations
from regio.indices.weights.pca import components_of, kept
from regio.language import Message

KIND = "pca_index"
SINGULAR = 1e-12  # a determinant of correlations below this: indicators are linearly dependent


@dataclass(frozen=True, slots=True)
class Components:
    """Of one part. eigenvalues: (m,); vectors: (m, m); number: kept; used: (m,) columns that vary."""

    eigenvalues: Floats
    vectors: Floats
    number: int
    used: Any
    rules: PartRules
    facts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    weights: pd.DataFrame
    scores: pd.DataFrame
    loadings: pd.DataFrame
    components: pd.DataFrame
    facts: pd.DataFrame
    rules: IndexRules
    provenance: Provenance
    findings: tuple[Finding, ...]


def compute_components(data: Any, indicators: Any, directions: Any, components: Any, rescale: bool, scope: str, rules: Any) -> Found:
    """Reads the cells, learns components in each part or takes rules that were learnt before, and scores."""
    given = read_rules(rules, KIND) if rules is not None else None
    if given is not None:
        _check_conflicts(given, {"components": components, "rescale": rescale, "scope": scope})
        check_columns(data, indicators, given)
        chosen = tuple(Indicator(*item) for item in zip(given.indicators, given.directions, given.dimensions, given.best, strict=True))
        notes: tuple[Finding, ...] = (Finding("index.frozen", {"rows": given.rows}, "note"),)
        scope = given.options["scope"]
    else:
        chosen, notes = choose(data, indicators, directions, None)
        _check(chosen, components)
    if scope == "by_period" and data.keys.period is None:
        raise ArgumentError(error("contract.no_period", kind=KIND, argument=f'scope = "{scope}"'))
    names = tuple(i.name for i in chosen)
    found = cells(data, names, scope == "by_period", least=1 if given else 2)
    values = turned(found.values, np.array([[i.best[0], i.best[-1]] if i.best else [np.nan, np.nan] for i in chosen]).T)
    sign = np.array([1.0 if SIGN[i.direction] > 0 else -1.0 for i in chosen])
    parts: list[Rows] = [ALL] if found.parts is None else list(found.parts.values())
    periods = None if found.parts is None else tuple(found.parts)
    learnt = [] if given else [learn(values[rows], sign, components, names) for rows in parts]
    used = _rules_of(given, periods) if given else [one.rules for one in learnt]
    scores = np.empty(len(values))
    for rows, part in zip(parts, used, strict=True):
        scores[rows] = apply(values[rows], sign, part, bool(given.options["rescale"] if given else rescale))
    options = given.options if given else {"components": components, "rescale": rescale, "scope": scope}
    own = given or _as_rules(chosen, options, periods, tuple(used), len(values))
    hashes = {name: of_column(data.rows[name]) for name in names} if indicators is None and len(values) <= HASHED_ROWS else {}
    frame = pd.concat([found.keys, pd.DataFrame({"score": scores}, index=found.keys.index)], axis=1)
    return Found(
        weights=_weights(chosen, used, periods),
        scores=frame,
        loadings=_loadings(names, learnt, periods),
        components=_components(learnt, periods),
        facts=pd.DataFrame([dict(one.facts) for one in learnt], index=pd.Index((periods or [""]) if learnt else [], name="period")),
        rules=own,
        provenance=Provenance(columns=hashes),
        findings=(*notes, *_findings(names, used, learnt, scope, given is not None)),
    )


def learn(values: Floats, sign: Floats, components: Any, names: Sequence[str]) -> Components:
    """Components of turned values (n, k): columns that do not vary have coefficient zero.

    Raises
    ------
    EstimationError
        where fewer than two columns vary
    """
    constant = is_constant(values.min(axis=0), values.max(axis=0))
    used = np.flatnonzero(~constant)
    if len(used) < 2:
        raise EstimationError(error("pca_index.too_few_vary", columns=tuple(names)))
    mean, sd = values.mean(axis=0), np.where(constant, 0.0, values.std(axis=0, ddof=1))
    correlation = correlations(values[:, used] * sign[used])
    eigenvalues, vectors = components_of(correlation)
    number = min(kept(eigenvalues, components), len(used))
    share = eigenvalues[:number] / eigenvalues[:number].sum()
    coefficients = np.zeros(values.shape[1])
    coefficients[used] = vectors[:, :number] @ share
    rules = PartRules(np.array([mean, sd]), coefficients)
    raw = apply(values, sign, rules, rescale=False)
    ends = PartRules(rules.parameters, coefficients, ideal=np.array([[raw.max()], [raw.min()]]))
    facts = adequacy(correlation, len(values)) | {"components": float(number), "variance_share": float(eigenvalues[:number].sum() / eigenvalues.sum())}
    return Components(eigenvalues, vectors, number, used, ends, facts)


def apply(values: Floats, sign: Floats, rules: PartRules, rescale: bool) -> Floats:
    """(n,) scores of turned values (n, k)."""
    mean, sd = rules.parameters
    score = np.zeros(len(values))
    for j in np.flatnonzero(rules.weights):
        score += sign[j] * rules.weights[j] * ((values[:, j] - mean[j]) / sd[j])
    if rescale and rules.ideal is not None:
        high, low = rules.ideal[:, 0]
        score = (score - low) / (high - low) if high > low else np.full(len(score), np.nan)
    return score


def adequacy(correlation: Floats, rows: int) -> dict[str, float]:
    """KMO, Bartlett's test and Cronbach's alpha of a correlation matrix (k, k); nan for those that linear dependence leaves undefined."""
    from scipy.stats import chi2

    k = len(correlation)
    off = ~np.eye(k, dtype=bool)
    df = k * (k - 1) / 2
    mean = float(correlation[off].mean())
    alpha = k * mean / (1 + (k - 1) * mean) if 1 + (k - 1) * mean > 0 else np.nan
    sign, log_determinant = np.linalg.slogdet(correlation)
    if sign <= 0 or log_determinant < np.log(SINGULAR) or rows <= k:
        return {"kmo": np.nan, "statistic": np.nan, "df": df, "p_value": np.nan, "alpha_cronbach": alpha}
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    r2, q2 = float((correlation[off] ** 2).sum()), float((partial[off] ** 2).sum())
    statistic = -(rows - 1 - (2 * k + 5) / 6) * float(log_determinant)
    kmo = r2 / (r2 + q2) if r2 + q2 > 0 else np.nan
    return {"kmo": kmo, "statistic": statistic, "df": df, "p_value": float(chi2.sf(statistic, df)), "alpha_cronbach": alpha}


def _check(chosen: Sequence[Indicator], components: Any) -> None:
    if len(chosen) < 2:
        raise ArgumentError(error("pca_index.one_indicator", columns=tuple(i.name for i in chosen)))
    if isinstance(components, int) and components > len(chosen):
        raise ArgumentError(error("pca_index.too_many", found=components, count=len(chosen)))


def _check_conflicts(rules: IndexRules, given: Mapping[str, Any]) -> None:
    usual = {"components": "kaiser", "rescale": False, "scope": "pooled"}
    problems = [
        error("index.other_option", kind=KIND, option=name, found=str(value), rules=str(rules.options[name]))
        for name, value in given.items()
        if value not in (usual[name], rules.options[name])
    ]
    if problems:
        raise ArgumentError(*problems)


def _rules_of(rules: IndexRules, periods: tuple[Any, ...] | None) -> list[PartRules]:
    if rules.periods is None:
        return list(rules.parts)
    known = dict(zip(map(str, rules.periods), rules.parts, strict=True))
    if unknown := tuple(str(p) for p in periods or () if str(p) not in known):
        raise ArgumentError(error("index.no_rules_of_period", periods=unknown, known=tuple(known), scope=rules.options["scope"]))
    return [known[str(p)] for p in periods or ()]


def _as_rules(chosen: Sequence[Indicator], options: Mapping[str, Any], periods: Any, parts: tuple[PartRules, ...], rows: int) -> IndexRules:
    names, directions, best = tuple(i.name for i in chosen), tuple(i.direction for i in chosen), tuple(i.best for i in chosen)
    return IndexRules(KIND, names, directions, best, ("",) * len(chosen), dict(options), periods, parts, rows)


def _index(names: Sequence[str], periods: tuple[Any, ...] | None) -> pd.Index:
    single = pd.Index(names, name="indicator")
    return single if periods is None else pd.MultiIndex.from_product([pd.Index(periods, name="period"), single])


def _weights(chosen: Sequence[Indicator], parts: Sequence[PartRules], periods: tuple[Any, ...] | None) -> pd.DataFrame:
    coefficients = np.array([part.weights for part in parts])
    size = np.abs(coefficients)
    found = {
        "weight": size / size.sum(axis=1, keepdims=True),
        "coefficient": coefficients,
        "mean": np.array([part.parameters[0] for part in parts]),
        "sd": np.array([part.parameters[1] for part in parts]),
    }
    frame = pd.DataFrame({name: array.ravel() for name, array in found.items()}, index=_index([i.name for i in chosen], periods))
    return frame.assign(direction=[i.direction for i in chosen] * len(parts))


def _loadings(names: Sequence[str], learnt: Sequence[Components], periods: tuple[Any, ...] | None) -> pd.DataFrame:
    if not learnt:
        return pd.DataFrame(index=_index(names, None)[:0])
    width = max(one.number for one in learnt)
    rows = np.full((len(learnt), len(names), width), np.nan)
    for i, one in enumerate(learnt):
        rows[i][np.ix_(one.used, range(one.number))] = one.vectors[:, : one.number] * np.sqrt(one.eigenvalues[: one.number])
    return pd.DataFrame(rows.reshape(-1, width), index=_index(names, periods), columns=[str(c + 1) for c in range(width)])


def _components(learnt: Sequence[Components], periods: tuple[Any, ...] | None) -> pd.DataFrame:
    frames = []
    for one in learnt:
        share = one.eigenvalues / one.eigenvalues.sum()
        number = np.arange(1, len(share) + 1)
        frames.append(pd.DataFrame({"eigenvalue": one.eigenvalues, "share": share, "cumulative": share.cumsum(), "kept": number <= one.number}, index=number))
        frames[-1].index.name = "component"
    if not frames:
        return pd.DataFrame()
    return frames[0] if periods is None else pd.concat(dict(zip(periods, frames, strict=True)), names=["period", "component"])


def _findings(names: Sequence[str], parts: Sequence[PartRules], learnt: Sequence[Components], scope: str, frozen: bool) -> list[Finding]:
    found = []
    coefficients = np.array([part.weights for part in parts])
    flat = tuple(name for name, own in zip(names, coefficients.T, strict=True) if not own.any())
    against = tuple(name for name, own in zip(names, coefficients.T, strict=True) if (own < 0).any())
    if flat and not frozen:
        found.append(Finding("index.constant", {"columns": flat}))
    if against:
        found.append(Finding("pca_index.against", {"columns": against}))
    kmo = [one.facts["kmo"] for one in learnt]
    if any(np.isnan(value) for value in kmo):
        found.append(Finding("pca_index.singular"))
    elif kmo and min(kmo) < 0.5:
        found.append(Finding("pca_index.low_kmo", {"kmo": f"{min(kmo):.3f}"}))
    if scope == "by_period":
        found.append(Finding("index.levels"))
    return found


def loadings_table(weights: pd.DataFrame, loadings: pd.DataFrame) -> Table:
    """By indicator: loadings on the kept components, coefficient in the score, weight."""
    components = tuple(loadings.columns) if len(loadings) else ()
    columns = (
        *(Column(f"loading {c}", (text("pca_index.loading_head"), label(c))) for c in components),
        Column("coefficient", (text("pca_index.coefficient_head"),)),
        Column("weight", (text("index.weight_head"),)),
    )
    rows = []
    for i, (key, item) in enumerate(weights.to_dict("index").items()):
        own = [loadings[c].iloc[i] for c in components]
        name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        block = str(key[0]) if isinstance(key, tuple) else ""
        cells = (*(_cell(value) for value in own), Cell("number", float(item["coefficient"])), Cell("share", float(item["weight"])))
        rows.append(Row(name, label(name), cells, block=block))
    frame = weights.join(loadings.add_prefix("loading ")) if len(loadings) else weights
    title, notes = Message("pca_index.title.weights"), (Message("pca_index.note.sign"), Message("pca_index.note.score"))
    return Table(name="weights", frame=frame, columns=columns, rows=tuple(rows), title=title, stub=text("index.indicator_head"), notes=notes)


def components_table(components: pd.DataFrame) -> Table:
    """By component: eigenvalue, share of variance, cumulative share, whether it is kept."""
    columns = tuple(Column(name, (text(f"pca_index.{name}_head"),)) for name in ("eigenvalue", "share", "cumulative", "kept"))
    rows = []
    for key, item in components.to_dict("index").items():
        name = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
        cells = (Cell("number", item["eigenvalue"]), Cell("share", item["share"]), Cell("share", item["cumulative"]), Cell("yes_no", bool(item["kept"])))
        rows.append(Row(name, label(name), cells, block=str(key[0]) if isinstance(key, tuple) else ""))
    title = Message("pca_index.title.components")
    return Table(name="components", frame=components, columns=columns, rows=tuple(rows), title=title, stub=text("pca_index.component_head"))


def _cell(value: float) -> Cell:
    return EMPTY if value != value else Cell("number", float(value))
