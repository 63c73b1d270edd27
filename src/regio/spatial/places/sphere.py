"""Distances on the sphere and the equal-area projection of maps.

Albers: Snyder (1987), Map Projections: A Working Manual, U.S. Geological Survey Professional Paper 1395, pp. 101-102, on the WGS 84 ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RADIUS = 6371.0088  # kilometres: mean radius of the Earth (IUGG)
AXIS, FLATTENING = 6378137.0, 1 / 298.257223563  # WGS 84
E2 = FLATTENING * (2 - FLATTENING)
E1 = np.sqrt(E2)


def great_circle(first: Any, second: Any) -> Floats:
    """(n, m) kilometres between points (n, 2) and (m, 2) of longitude and latitude, degrees, by the haversine formula.

    Examples
    --------
    A quarter of a great circle is π/2 times the radius.

    >>> great_circle([(0, 0)], [(0, 90)]).round(3).tolist()
    [[10007.557]]
    """
    a, b = np.radians(np.asarray(first, float).reshape(-1, 2)), np.radians(np.asarray(second, float).reshape(-1, 2))
    half = np.sin((a[:, None, 1] - b[None, :, 1]) / 2) ** 2
    half = half + np.cos(a[:, None, 1]) * np.cos(b[None, :, 1]) * np.sin((a[:, None, 0] - b[None, :, 0]) / 2) ** 2
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def planar(first: Any, second: Any) -> Floats:
    """(n, m) distances between points (n, 2) and (m, 2), in their unit."""
    a, b = np.asarray(first, float).reshape(-1, 2), np.asarray(second, float).reshape(-1, 2)
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]))


def bearing(start: Floats, end: Floats) -> Floats:
    """(n,) degrees clockwise from north of the way from points (n, 2) of longitude and latitude to others, where it begins."""
    a, b = np.radians(start), np.radians(end)
    across = np.sin(b[:, 0] - a[:, 0]) * np.cos(b[:, 1])
    ahead = np.cos(a[:, 1]) * np.sin(b[:, 1]) - np.sin(a[:, 1]) * np.cos(b[:, 1]) * np.cos(b[:, 0] - a[:, 0])
    return np.asarray(np.degrees(np.arctan2(across, ahead)) % 360)


@dataclass(frozen=True, slots=True)
class Albers:
    """Equal-area conic projection; metres. ``middle``: longitude; ``base``: latitude of the origin; ``low``, ``high``: standard parallels, degrees."""

    middle: float
    base: float
    low: float
    high: float

    def __call__(self, points: Any) -> Floats:
        """(n, 2) metres of (n, 2) longitude and latitude."""
        lon, lat = np.asarray(points, float).reshape(-1, 2).T
        n, c, base = self._constants()
        rho = AXIS * np.sqrt(np.maximum(c - n * _authalic(np.radians(lat)), 0)) / n
        angle = n * np.radians((lon - self.middle + 180) % 360 - 180)
        return np.column_stack([rho * np.sin(angle), base - rho * np.cos(angle)])

    def back(self, points: Any) -> Floats:
        """(n, 2) longitude and latitude of (n, 2) metres."""
        x, y = np.asarray(points, float).reshape(-1, 2).T
        n, c, base = self._constants()
        sign = np.sign(n)
        rho = np.hypot(x, base - y)
        q = (c - (rho * n / AXIS) ** 2) / n
        lat = np.arcsin(np.clip(q / 2, -1, 1))
        for _ in range(8):
            s = np.sin(lat)
            lat = lat + (1 - E2 * s**2) ** 2 / (2 * np.cos(lat)) * (q / (1 - E2) - s / (1 - E2 * s**2) + np.log((1 - E1 * s) / (1 + E1 * s)) / (2 * E1))
        return np.column_stack([self.middle + np.degrees(np.arctan2(sign * x, sign * (base - y)) / n), np.degrees(lat)])

    def _constants(self) -> tuple[float, float, float]:
        first, second, base = (np.radians(angle) for angle in (self.low, self.high, self.base))
        m1, m2 = (np.cos(angle) / np.sqrt(1 - E2 * np.sin(angle) ** 2) for angle in (first, second))
        q1, q2, q0 = (_authalic(angle) for angle in (first, second, base))
        n = (m1**2 - m2**2) / (q2 - q1) if abs(self.high - self.low) > 1e-9 else np.sin(first)
        c = m1**2 + n * q1
        return float(n), float(c), float(AXIS * np.sqrt(c - n * q0) / n)


def _authalic(angle: Any) -> Any:
    s = np.sin(angle)
    return (1 - E2) * (s / (1 - E2 * s**2) - np.log((1 - E1 * s) / (1 + E1 * s)) / (2 * E1))


CHINA = Albers(105.0, 0.0, 25.0, 47.0)
UNITED_STATES = Albers(-96.0, 23.0, 29.5, 45.5)


def projection_for(points: Floats) -> Albers:
    """One that suits the points: those in use for China and the United States, else standard parallels a sixth inside their latitudes."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    if west >= 70 and east <= 140 and south >= 0 and north <= 56 and (east - west > 30 or north - south > 30):
        return CHINA
    if west >= -130 and east <= -60 and south >= 20 and north <= 55 and east - west > 30:
        return UNITED_STATES
    span = north - south
    low, high = south + span / 6, north - span / 6
    if abs(low + high) < 1:  # around the equator the cone would become a cylinder
        low, high = low + 1, high + 2
    return Albers(float(west + east) / 2, float(south + north) / 2, float(low), float(high))
