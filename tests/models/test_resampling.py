"""Cross products by unit: each draw equals least squares on the rows that were drawn, copies being units of their own."""

from __future__ import annotations

import numpy as np
import pytest

from regio.models.core.elimination import partialled, slopes
from regio.models.core.resampling import drawn, units_of

EXACT = 1e-12  # of the largest number; both routes are a few sums of squares
ROWS, REGIONS, PERIODS = 80, 9, 5
EFFECTS = {
    "none": (),
    "region": ("region",),
    "period": ("period",),
    "region, period": ("region", "period"),
    "region, half": ("region", "half"),
    "zone": ("zone",),
    "zone*period, region": ("zone_period", "region"),
}


def table(seed: int = 0) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """(4, n) values with large region and period parts, and codes; unbalanced, some cells empty, some with several rows."""
    rng = np.random.default_rng(seed)
    region, period = rng.integers(0, REGIONS, ROWS), rng.integers(0, PERIODS, ROWS)
    values = rng.normal(size=(4, ROWS)) + region + 3 * period
    zone = region // 3
    codes = {"region": region, "period": period, "half": 2 * region + (period > 2), "zone": zone, "zone_period": zone * PERIODS + period}
    return values, {name: np.unique(code, return_inverse=True)[1] for name, code in codes.items()}


def refitted(values: np.ndarray, effects: list[np.ndarray]) -> np.ndarray:
    """(k, k) cross products net of all dummies, by least squares."""
    dummies = np.hstack([np.ones((values.shape[1], 1)), *((codes[:, None] == np.unique(codes)).astype(float) for codes in effects)])
    residual = values.T - dummies @ np.linalg.lstsq(dummies, values.T, rcond=None)[0]
    return residual.T @ residual


def brute(values: np.ndarray, unit: np.ndarray, effects: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """The same for a draw: rows are copied, and levels that lie inside a unit are told apart in its copies."""
    copies = [(row, copy) for u, times in enumerate(weights) for copy in range(int(times)) for row in np.flatnonzero(unit == u)]
    rows, copy = (np.array(part) for part in zip(*copies, strict=True))
    moved = []
    for codes in effects:
        inside = all(len(set(unit[codes == level])) == 1 for level in np.unique(codes))
        moved.append(codes[rows] * 1000 + copy if inside else codes[rows])
    return refitted(values[:, rows], moved)


def triangle(cross: np.ndarray) -> np.ndarray:
    return cross[np.triu_indices(len(cross))]


@pytest.mark.parametrize("effects", EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize("drawn_by", ["region", "row", "zone"])
def test_a_draw_is_a_refit(drawn_by: str, effects: tuple[str, ...]) -> None:
    values, codes = table()
    unit = np.arange(ROWS) if drawn_by == "row" else codes[drawn_by]
    count = int(unit.max()) + 1
    chosen = [codes[name] for name in effects]
    units = units_of(values, unit, count, chosen)
    for weights in drawn((0, 8, 3), count):
        found = units.partialled(weights)
        for b in range(weights.shape[1]):
            expected = brute(values, unit, chosen, weights[:, b])
            np.testing.assert_allclose(triangle(found[:, :, b]), triangle(expected), rtol=0, atol=EXACT * max(np.abs(expected).max(), 1))


@pytest.mark.parametrize("effects", EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize("drawn_by", ["region", "row"])
def test_leaving_one_out_is_a_weight_of_zero(drawn_by: str, effects: tuple[str, ...]) -> None:
    values, codes = table(1)
    unit = np.arange(ROWS) if drawn_by == "row" else codes["region"]
    count = int(unit.max()) + 1
    units = units_of(values, unit, count, [codes[name] for name in effects])
    found = np.concatenate(list(units.left_one_out(1)), axis=2)
    expected = units.partialled(1 - np.eye(count), 1)
    np.testing.assert_allclose(triangle(found), triangle(expected), rtol=0, atol=EXACT * np.abs(expected).max())


def test_slopes_are_least_squares_and_a_redundant_column_is_left_out() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(size=(4, 30))
    values[2] = values[0] - 2 * values[1]
    cross = (values @ values.T)[:, :, None]
    found = slopes(cross)[:, 0]
    expected = np.linalg.lstsq(values[:2].T, values[3], rcond=None)[0]
    np.testing.assert_allclose(found[:2], expected, rtol=1e-12)
    assert np.isnan(found[2])
    net = partialled(cross, 3)[0, 0, 0]
    np.testing.assert_allclose(net, ((values[3] - expected @ values[:2]) ** 2).sum(), rtol=1e-12)


def test_units_of_measurement_do_not_matter() -> None:
    values, codes = table(2)
    scale = np.array([1e-9, 1.0, 1e7, 1e3])[:, None]
    effects = [codes["region"], codes["period"]]
    weights = next(drawn((0, 5, 1), REGIONS))
    one, other = (units_of(v, codes["region"], REGIONS, effects).partialled(weights) for v in (values, values * scale + 1e3 * scale))
    np.testing.assert_allclose(slopes(other), slopes(one) * scale[-1] / scale[:-1], rtol=1e-9)


def test_draws_are_with_replacement_and_the_same_for_a_seed() -> None:
    weights = np.concatenate(list(drawn((0, 4000, 7), 6)), axis=1)
    assert weights.shape == (6, 4000)
    assert set(weights.sum(0)) == {6.0}
    np.testing.assert_allclose(weights.mean(1), 1.0, atol=0.06)  # standard error sqrt(5/6/4000) = 0.014
    np.testing.assert_array_equal(weights, np.concatenate(list(drawn((0, 4000, 7), 6)), axis=1))
    assert not np.array_equal(weights, np.concatenate(list(drawn((1, 4000, 7), 6)), axis=1))
