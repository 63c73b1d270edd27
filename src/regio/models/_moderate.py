"""Moderation in numbers: centring on the rows of the estimate, effects of the treatment along the moderator, Johnson-Neyman points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from regio.compute.rows import FrameRows
from regio.contract.finding import ArgumentError, EstimationError, Finding, error
from regio.models._regress import make_model
from regio.models._sample import Sample
from regio.models.core.blocks import Array, Model, Seen
from regio.models.core.inference import inference
from regio.models.core.source import Source
from regio.models.regress import COEFFICIENTS, Regress, fitted_regress

POINTS = 101  # of the curve over the observed range
QUANTILES = (10, 25, 50, 75, 90)


@dataclass(frozen=True, slots=True)
class Terms:
    """The columns of an interaction. ``product`` is the name of treatment × moderator."""

    outcome: str
    treatment: str
    moderator: str
    controls: tuple[str, ...]

    @property
    def product(self) -> str:
        return f"{self.treatment}*{self.moderator}"


def check(terms: Terms) -> None:
    """Raises ArgumentError for a column that plays two parts."""
    x, m = terms.treatment, terms.moderator
    problems = [error("moderate.same_column", column=m, part="treatment")] if x == m else []
    problems += [error("moderate.same_column", column=c, part="outcome") for c in dict.fromkeys((x, m)) if c == terms.outcome]
    problems += [error("moderate.same_column", column=c, part="controls") for c in dict.fromkeys((x, m)) if c in terms.controls]
    problems += [error("moderate.product_given", column=terms.product)] if terms.product in terms.controls else []
    if problems:
        raise ArgumentError(*problems)


def estimation_sample(data: Any, terms: Terms, options: dict[str, Any]) -> tuple[pd.DataFrame, Seen, Model]:
    """The rows that a fit uses: complete, and no singletons where those are dropped."""
    used = ("region",) if options["errors"] == "cluster" and options["cluster"] is None else options["cluster"] or ()
    chosen = {name: options[name] for name in ("effects", "errors", "convention")}
    model = make_model(data, terms.outcome, (terms.treatment, terms.moderator, *terms.controls), cluster=used, **chosen)
    part = Source(FrameRows(data.rows, part_rows=max(len(data.rows), 1)), model).only
    assert part is not None
    if not part.block.n:
        raise EstimationError(error("regress.no_rows", rows=part.seen.rows))
    return data.rows.iloc[part.block.rows], part.seen, model


def with_product(frame: pd.DataFrame, terms: Terms, centre: str) -> tuple[pd.DataFrame, dict[str, float]]:
    """The frame with treatment and moderator less their centres, and their product; and the centres."""
    names = (terms.treatment, terms.moderator)
    centres = {name: float(frame[name].astype(float).mean()) if centre == "sample" else 0.0 for name in names}
    moved = {name: frame[name].astype(float) - centres[name] for name in names}
    return frame.assign(**moved, **{terms.product: moved[terms.treatment] * moved[terms.moderator]}), centres


def interacted(frame: pd.DataFrame, keys: Any, terms: Terms, options: dict[str, Any]) -> tuple[Regress, bool]:
    """The regression, and whether effects have absorbed the moderator's own term.

    Raises
    ------
    EstimationError
        where the moderator is constant, or the product does not vary or is a combination of other columns
    """
    sample = Sample(frame, keys)

    def fit(*columns: str) -> Regress:
        return fitted_regress(sample, terms.outcome, columns, terms.controls, sample_weights=None, **options)

    try:
        return fit(terms.treatment, terms.moderator, terms.product), False
    except EstimationError as problem:
        first = problem.findings[0]
        if first.code != "regress.no_within_variation" or first.values["column"] != terms.moderator:
            raise EstimationError(*(_of_moderator(finding, terms) for finding in problem.findings)) from None
    try:
        return fit(terms.treatment, terms.product), True
    except EstimationError as problem:
        raise EstimationError(*(_of_moderator(finding, terms) for finding in problem.findings)) from None


def _of_moderator(finding: Finding, terms: Terms) -> Finding:
    """What is wrong with a column, said of the part it plays."""
    values = dict(finding.values)
    if finding.code == "regress.constant_regressor" and values["column"] == terms.moderator:
        return error("moderate.constant", column=terms.moderator)
    own = (terms.moderator, terms.product)
    if finding.code == "regress.collinear" and {values["column"], *values["others"]} & {*own}:
        return error("moderate.collinear", **values)
    if finding.code in ("regress.no_within_variation", "regress.constant_regressor") and values["column"] == terms.product:
        return error("moderate.product_constant", treatment=terms.treatment, moderator=terms.moderator)
    return finding


@dataclass(frozen=True, slots=True)
class Slope:
    """The effect of the treatment at a value of the moderator: b + d (m − centre); variances and covariance of b and d."""

    b: float
    d: float
    variance_b: float
    variance_d: float
    covariance: float
    centre: float
    df: float
    level: float

    @classmethod
    def of(cls, model: Regress, terms: Terms, centre: float) -> Slope:
        x, p = terms.treatment, terms.product
        v: Any = model.covariance
        b, d = (float(value) for value in model.coefficients.loc[[x, p], "estimate"])
        return cls(b, d, float(v.loc[x, x]), float(v.loc[p, p]), float(v.loc[x, p]), centre, float(model.fit["f_df"][1]), model.level)

    def at(self, moderator: Array) -> Array:
        """(len, 6) estimate, std_error, statistic, p_value, conf_low, conf_high."""
        m = moderator - self.centre
        variance = self.variance_b + 2 * m * self.covariance + m**2 * self.variance_d
        found = inference(self.b + self.d * m, np.diag(np.maximum(variance, 0.0)), self.df, self.level)
        return np.column_stack([self.b + self.d * m, found.std_error, found.statistic, found.p_value, found.conf_low, found.conf_high])

    def critical(self) -> Array:
        """Values of the moderator where the interval of the effect touches zero, in order: none, one or two (Johnson-Neyman points)."""
        from scipy.special import stdtrit

        t2 = float(stdtrit(self.df, (1 + self.level) / 2)) ** 2
        square, linear, constant = self.d**2 - t2 * self.variance_d, 2 * (self.b * self.d - t2 * self.covariance), self.b**2 - t2 * self.variance_b
        return np.sort(quadratic_roots(square, linear, constant)) + self.centre


def quadratic_roots(square: float, linear: float, constant: float) -> Array:
    """Real roots of square · u² + linear · u + constant, each once.

    Examples
    --------
    >>> quadratic_roots(1.0, -3.0, 2.0).tolist(), quadratic_roots(1.0, 0.0, 1.0).tolist(), quadratic_roots(0.0, 2.0, -1.0).tolist()
    ([2.0, 1.0], [], [0.5])
    """
    discriminant = linear**2 - 4 * square * constant
    if square == 0:
        return np.array([-constant / linear]) if linear else np.zeros(0)
    if discriminant < 0:
        return np.zeros(0)
    half = -(linear + np.copysign(np.sqrt(discriminant), linear)) / 2
    roots = [half / square, *([constant / half] if half else [])]
    return np.array(list(dict.fromkeys(roots)))


def margins(slope: Slope, moderator: Array) -> pd.DataFrame:
    """The effect at the mean, one standard deviation either side, and quantiles; of a moderator with two values at these."""
    values = np.unique(moderator)
    if len(values) == 2:
        places = dict(zip(("value_1", "value_2"), values, strict=True))
    else:
        mean, deviation = moderator.mean(), moderator.std(ddof=1)
        places = {"mean_less_sd": mean - deviation, "mean": mean, "mean_plus_sd": mean + deviation}
        places |= {f"quantile_{q}": np.quantile(moderator, q / 100, method="averaged_inverted_cdf") for q in QUANTILES}
    at = np.array(list(places.values()), dtype=float)
    outside = (at < values[0]) | (at > values[-1])
    return _frame(slope, at, pd.Index(list(places), name="at")).assign(outside=outside)


def curve(slope: Slope, moderator: Array) -> pd.DataFrame:
    """The effect over the observed range."""
    return _frame(slope, np.linspace(moderator.min(), moderator.max(), POINTS), pd.RangeIndex(POINTS, name="point"))


def _frame(slope: Slope, at: Array, index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(np.column_stack([at, slope.at(at)]), index, ["moderator", *COEFFICIENTS])


def johnson_neyman(slope: Slope, moderator: Array) -> pd.DataFrame:
    """Rows are points: the value, the effect there, whether it lies in the observed range, and the share of rows below it."""
    at = slope.critical()
    frame = _frame(slope, at, pd.RangeIndex(1, len(at) + 1, name="point"))
    inside = (at >= moderator.min()) & (at <= moderator.max())
    return frame.assign(inside=inside, share_below=[float((moderator < value).mean()) for value in at])


def significance(slope: Slope, moderator: Array, points: Sequence[float]) -> pd.DataFrame:
    """Rows are pieces of the observed range between the points: from, to, sign of the effect (empty where it is not significant), share of rows."""
    low, high = float(moderator.min()), float(moderator.max())
    edges = [low, *(point for point in points if low < point < high), high]
    middle = (np.array(edges[:-1]) + np.array(edges[1:])) / 2
    found = slope.at(middle)
    sign = np.where(found[:, 4] > 0, "positive", np.where(found[:, 5] < 0, "negative", ""))
    codes = np.clip(np.searchsorted(edges, moderator, side="right") - 1, 0, len(middle) - 1)
    share = np.bincount(codes, minlength=len(middle)) / len(moderator)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "sign": sign.astype(object), "share": share}, pd.RangeIndex(1, len(middle) + 1, name="piece"))
