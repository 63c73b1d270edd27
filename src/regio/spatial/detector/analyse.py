"""One outcome in one group of rows: every detector, as rows of the frames that the result holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regio.compute.engine import repeat
from regio.contract.finding import EstimationError, error
from regio.language import Message
from regio.spatial.breaks import SUPERVISED, Profile
from regio.spatial.detector.factors import Strata, by_edges
from regio.spatial.detector.options import Options
from regio.spatial.detector.pairs import MANY_STRATA, crossed, ecological, kind_of, risk
from regio.spatial.detector.resampling import Searched, drawn_again, labelled, permuted, regions_out
from regio.spatial.detector.search import Candidates, Setting, looking, usable
from regio.spatial.detector.shapley import Feature, Forest, shapley, subsets
from regio.spatial.detector.statistics import (
    Detected,
    Floats,
    Ints,
    Moments,
    benjamini_hochberg,
    detect,
    holm,
    interval,
    log10_p,
    p_central,
    p_noncentral,
)

TREE_ROWS, TREE_FACTORS = 20_000, 10  # above these shares are not computed unless asked for
LEFT_OUT_ROWS = 100_000  # above this q is not computed without each region
Record = dict[str, Any]
NOTHING = Searched(Candidates(Profile.of(np.zeros(1)), ()), np.empty(0, dtype=bool), -1)  # where nothing is drawn


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A column in one group of rows: strata that are known, or candidates to choose from."""

    name: str
    strata: Strata | None
    candidates: Candidates | None = None
    values: Floats | None = None
    methods: tuple[str, ...] = ()


@dataclass(slots=True)
class Found:
    """Rows of each frame."""

    factors: list[Record] = field(default_factory=list)
    interactions: list[Record] = field(default_factory=list)
    combinations: list[Record] = field(default_factory=list)
    search: list[Record] = field(default_factory=list)
    strata: list[Record] = field(default_factory=list)
    risk: list[Record] = field(default_factory=list)
    ecological: list[Record] = field(default_factory=list)
    shapley: list[Record] = field(default_factory=list)
    stability: list[Record] = field(default_factory=list)
    notes: list[tuple[str, str, int]] = field(default_factory=list)  # code, column, count
    codes: dict[str, Strata] = field(default_factory=dict)


def analyse(
    outcome: Floats,
    weights: Floats | None,
    factors: Sequence[Factor],
    regions: tuple[Ints, Sequence[Any]] | None,
    options: Options,
    inside: Message | str,
    name: str,
) -> Found:
    """All detectors on complete rows.

    Raises
    ------
    EstimationError
        for an outcome that does not vary, or a factor of one stratum, or one without a usable discretisation
    """
    centred, centre, square = about_mean(outcome, weights, inside, name)
    found = Found()
    searched = [fix_strata(factor, centred, weights, square, options, inside, found) for factor in factors]
    strata = [found.codes[factor.name] for factor in factors]
    moments = [Moments.of(s.codes, len(s), centred, weights) for s in strata]
    detected = [detect(m, centre, options.convention, options.single_rows) for m in moments]
    alone(found, strata, detected, options)
    each(found, strata, moments, centre, options)

    def cross(chosen: Sequence[int]) -> Detected:
        codes, size = crossed([strata[i] for i in chosen])
        both = Moments.of(codes, size, centred, weights)
        return detect(both.kept(both.rows > 0), centre, options.convention, options.single_rows)

    together(found, strata, detected, cross, len(centred), options)
    _shares(found, factors, strata, centred, weights, cross, options)
    if options.draws:
        _permuted(found, centred, weights, searched, options)
    _stability(found, strata, centred, weights, regions, options)
    return found


def about_mean(outcome: Floats, weights: Floats | None, inside: Message | str, name: str) -> tuple[Floats, float, float]:
    """The outcome without its mean, that mean, and the sum of squares about it."""
    centre = float(np.average(outcome, weights=weights))
    centred = outcome - centre
    centred -= np.average(centred, weights=weights)
    square = float((centred**2).sum() if weights is None else weights @ centred**2)
    if not square > 1e-24 * len(outcome) * max(abs(centre), 1e-300) ** 2 or not square > 0:
        raise EstimationError(error("geodetector.constant_outcome", column=name, inside=inside))
    return centred, centre, square


def fix_strata(factor: Factor, centred: Floats, weights: Floats | None, square: float, options: Options, inside: Message | str, found: Found) -> Searched:
    """Fixes the strata of a factor; what the draws need of it."""
    if factor.strata is not None:
        if len(factor.strata) < 2:
            raise EstimationError(error("geodetector.one_stratum", column=factor.name, inside=inside))
        found.codes[factor.name] = factor.strata
        return labelled(factor.strata.codes, len(factor.strata), weights) if options.draws else NOTHING
    made = factor.candidates
    assert made is not None
    assert factor.values is not None
    sums = made.profile.sums(centred if weights is None else weights * centred)
    methods = tuple(m for m in factor.methods if m in SUPERVISED)
    supervised = looking(made.profile, sums, methods, options.classes, options.min_rows) if len(made.profile) > 1 else ()
    setting, good = choose(factor.name, Candidates(made.profile, (*made.settings, *supervised)), sums, square, options, inside, found)
    found.codes[factor.name] = by_edges(factor.name, factor.values, setting.inner, setting.method)
    chosen = next((i for i, own in enumerate(made.settings) if own is setting), -1)
    return Searched(made, good[: len(made.settings)], chosen, methods, options.classes, options.min_rows)


def choose(
    name: str, every: Candidates, sums: Floats, square: float, options: Options, inside: Message | str, found: Found
) -> tuple[Setting, NDArray[np.bool_]]:
    """The setting with the largest q, and which settings it was chosen from; writes down the whole search.

    Raises
    ------
    EstimationError
        for a factor that does not vary, or of which no setting has enough rows in each class
    """
    if len(every.profile) < 2:
        raise EstimationError(error("geodetector.one_stratum", column=name, inside=inside))
    if not every.settings:
        raise EstimationError(_no_setting(name, len(every.profile), options, inside))
    q = every.q(sums, square, drop=options.single_rows == "drop")
    good = usable(every, options.min_rows, options.convention)
    best = _best(np.where(good, q, -np.inf), every.settings, options.convention)
    if best < 0:
        raise EstimationError(_no_setting(name, len(every.profile), options, inside))
    for i, setting in enumerate(every.settings):
        row = {"factor": name, "method": setting.method, "classes": setting.classes, "found": len(setting.inner) + 1}
        found.search.append(row | {"least_rows": int(every.least_rows[i]), "q": float(q[i]), "usable": bool(good[i]), "chosen": i == best})
    if not good.all():
        found.notes.append(("geodetector.settings_left_out", name, int((~good).sum())))
    return every.settings[best], good


def _no_setting(name: str, different: int, options: Options, inside: Message | str) -> Any:
    return error("geodetector.no_setting", column=name, different=different, rows=options.min_rows, classes=tuple(map(str, options.classes)), inside=inside)


def _best(ranked: Floats, settings: Sequence[Setting], convention: str) -> int:
    """The largest q; of equal ones the first by method, then by number of classes (gdverse: by number, then by method)."""
    if not np.isfinite(ranked).any():
        return -1
    top = np.flatnonzero(ranked >= ranked.max() * (1 - 1e-13))
    return min(top.tolist(), key=lambda i: settings[i].classes) if convention == "gdverse" else int(top[0])


def _tested(detected: Detected) -> tuple[float, float]:
    """Statistic and p-value from the central F."""
    first, second = detected.degrees
    statistic = detected.statistic
    return statistic, p_central(statistic, first, second) if first >= 1 and second >= 1 else float("nan")


def alone(found: Found, strata: Sequence[Strata], detected: Sequence[Detected], options: Options) -> None:
    ranks = _ranks([d.q for d in detected])
    for s, d, rank in zip(strata, detected, ranks, strict=True):
        first, second = d.degrees
        statistic, p = _tested(d)
        low, high = interval(statistic, first, second, d.n, options.level)
        found.factors.append(
            {
                "factor": s.name,
                "q": d.q,
                "statistic": statistic,
                "p_value": p,
                "p_literature": p_noncentral(statistic, first, second, d.noncentrality),
                "log10_p": log10_p(statistic, first, second),
                "q_expected": d.expected,
                "q_adjusted": d.adjusted,
                "conf_low": low,
                "conf_high": high,
                "p_permutation": float("nan"),
                "p_search": float("nan"),
                "rank": rank,
                "classes": len(s),
                "method": s.method,
                "single_rows": d.single_rows,
                "n": d.n,
            }
        )
        if d.single_rows:
            found.notes.append((f"geodetector.single_rows_{options.single_rows}", s.name, d.single_rows))


def _ranks(q: Sequence[float]) -> list[int]:
    return [1 + sum(other > own for other in q) for own in q]


def each(found: Found, strata: Sequence[Strata], moments: Sequence[Moments], centre: float, options: Options) -> None:
    for s, m in zip(strata, moments, strict=True):
        spread = np.sqrt(m.variances)
        for i, label in enumerate(s.labels):
            low, high = (s.low[i], s.high[i]) if s.low else (float("nan"), float("nan"))
            row = {
                "factor": s.name,
                "stratum": label,
                "low": low,
                "high": high,
                "n": int(m.rows[i]),
                "mean": float(m.means[i] + centre),
                "std": float(spread[i]),
            }
            found.strata.append(row)
        if len(s) > MANY_STRATA:
            found.notes.append(("geodetector.many_strata", s.name, len(s)))
            continue
        columns = risk(m)
        first, second = columns.pop("first"), columns.pop("second")
        numbers = {name: column.tolist() for name, column in columns.items()}
        for i, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            pair: Record = {"factor": s.name, "stratum_a": s.labels[a], "stratum_b": s.labels[b]} | {name: values[i] for name, values in numbers.items()}
            found.risk.append(pair | {"differs": bool(pair["p_value"] < 1 - options.level)})


def together(
    found: Found, strata: Sequence[Strata], detected: Sequence[Detected], cross: Callable[[Sequence[int]], Detected], n: int, options: Options
) -> None:
    """Interaction and ecological detectors for each pair, and the interaction of three and more factors."""
    rows = []
    for i, j in combinations(range(len(strata)), 2):
        names = {"factor_a": strata[i].name, "factor_b": strata[j].name}
        rows.append(names | _joint(cross((i, j)), (detected[i].q, detected[j].q), options))
        statistic, p, critical, differs = ecological(detected[i], detected[j], n, options.convention, options.level)
        found.ecological.append(names | {"statistic": statistic, "p_value": p, "critical": critical, "differs": differs})
    p_values = np.array([row["p_value"] for row in rows], dtype=float)
    for row, by_holm, by_bh in zip(rows, holm(p_values), benjamini_hochberg(p_values), strict=True):
        found.interactions.append(row | {"p_holm": float(by_holm), "p_bh": float(by_bh)})
    for ways in range(3, min(options.ways, len(strata)) + 1):
        for chosen in combinations(range(len(strata)), ways):
            words = " * ".join(strata[i].name for i in chosen)
            found.combinations.append({"factors": words, "ways": ways, **_joint(cross(chosen), [detected[i].q for i in chosen], options)})


def _joint(both: Detected, apart: Sequence[float], options: Options) -> Record:
    statistic, p = _tested(both)
    return {
        "q": both.q,
        "kind": kind_of(both.q, apart, 0.0 if options.convention in ("gd", "gdverse") else options.tolerance),
        "excess": both.q - sum(apart),
        "statistic": statistic,
        "p_value": p,
        "q_expected": both.expected,
        "q_adjusted": both.adjusted,
        "classes": both.strata,
        "single_rows": both.single_rows,
    }


def _shares(
    found: Found,
    factors: Sequence[Factor],
    strata: Sequence[Strata],
    centred: Floats,
    weights: Floats | None,
    cross: Callable[[Sequence[int]], Detected],
    options: Options,
) -> None:
    many = len(factors) > TREE_FACTORS or len(centred) > TREE_ROWS
    if options.shares == "none" or len(factors) < 2:
        return
    if options.shares == "auto" and many:
        found.notes.append(("geodetector.no_shares", "", len(factors)))
        return
    sets = subsets(len(factors))
    if options.shares == "overlay":
        worth = {s: cross(sorted(s)).q if s else 0.0 for s in sets}
    else:
        features = [Feature(f.values, False) if f.values is not None else Feature(s.codes.astype(float), True) for f, s in zip(factors, strata, strict=True)]
        forest = Forest(centred, features, weights)
        worth = {s: forest.q(sorted(s)) for s in sets}
    shares = shapley(worth, len(factors))
    total = worth[sets[-1]]
    for i, s in enumerate(strata):
        share = float(shares[i] / total) if total > 0 else float("nan")
        found.shapley.append({"factor": s.name, "shapley": float(shares[i]), "share": share, "alone": worth[frozenset((i,))], "q_joint": total})


def _permuted(found: Found, centred: Floats, weights: Floats | None, searched: Sequence[Searched], options: Options) -> None:
    drawn = repeat(permuted, options.draws, options.seed, centred, weights, tuple(searched), engine=options.engine)
    for i, (row, factor) in enumerate(zip(found.factors, searched, strict=True)):
        q = row["q"] - 1e-12
        if factor.chosen >= 0:
            row["p_permutation"] = float((1 + (drawn[:, 2 * i] >= q).sum()) / (1 + options.draws))
        row["p_search"] = float((1 + (drawn[:, 2 * i + 1] >= q).sum()) / (1 + options.draws))


def _stability(
    found: Found, strata: Sequence[Strata], centred: Floats, weights: Floats | None, regions: tuple[Ints, Sequence[Any]] | None, options: Options
) -> None:
    codes, names = regions if regions is not None else (np.arange(len(centred)), range(1, len(centred) + 1))
    if len(names) < 3 or len(centred) > LEFT_OUT_ROWS:
        return
    tables, rows = [], []
    for s in strata:
        made = regions_out(codes, len(names), s.codes, len(s), centred, weights)
        if made is None:
            return
        table, without = made
        own = next(row["q"] for row in found.factors if row["factor"] == s.name)
        far = int(np.nanargmax(np.abs(without - own))) if np.isfinite(without).any() else 0
        tables.append(table)
        rows.append(
            {
                "factor": s.name,
                "leave_one_low": float(np.nanmin(without)),
                "leave_one_high": float(np.nanmax(without)),
                "leave_one_region": str(names[far]),
                "boot_low": float("nan"),
                "boot_high": float("nan"),
            }
        )
    if options.draws:
        drawn = repeat(drawn_again, options.draws, options.seed, tuple(tables), engine=options.engine)
        for row, q in zip(rows, drawn.T, strict=True):
            row["boot_low"], row["boot_high"] = (float(b) for b in np.nanquantile(q, ((1 - options.level) / 2, (1 + options.level) / 2)))
    found.stability += rows
