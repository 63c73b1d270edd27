"""Known answers, copied from the worked examples E01, E02 and E03 of the reference folder, and a second route in plain loops."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

E01 = pd.DataFrame(
    {
        "region": ["A", "B", "C", "D", "E"],
        "x1": [10.0, 14.0, 20.0, 12.0, 30.0],
        "x2": [200.0, 260.0, 180.0, 300.0, 400.0],
        "x3": [8.0, 5.0, 2.0, 6.0, 4.0],
    }
)
E01_WEIGHTS = [0.4079896210258799, 0.35776499109341986, 0.23424538788070023]
E01_ENTROPY = [0.6754379083297682, 0.7153923829148179, 0.8136541491827749]
E01_SCORES = [0.032524090099401805, 0.3288169785431333, 0.43824019839364015, 0.31402529865923223, 0.9219182040397665]
E01_RANKS = [5, 3, 2, 4, 1]
E01_SHIFTED = {  # shift: weights, and scores of the unshifted values
    0.0001: ([0.40799643905642047, 0.3577736165330916, 0.23422994441048797], 0.03252487423028105),
    0.01: ([0.40738275480202807, 0.35791973097536073, 0.2346975142226112], 0.03253815736139643),
    1.0: ([0.3704497435366706, 0.350980459115667, 0.2785697973476624], 0.031907314465060635),
}
E02 = pd.DataFrame(
    {
        "year": [2021] * 4 + [2022] * 4 + [2023] * 4,
        "region": ["P", "Q", "R", "S"] * 3,
        "x1": [5.0, 8.0, 3.0, 6.0, 6.0, 9.0, 3.5, 7.0, 7.5, 12.0, 4.0, 9.0],
        "x2": [40.0, 35.0, 60.0, 50.0, 42.0, 39.0, 64.0, 54.0, 45.0, 41.0, 70.0, 61.0],
        "x3": [9.0, 8.0, 12.0, 10.0, 8.5, 7.5, 11.0, 9.5, 7.0, 6.0, 10.5, 9.0],
    }
)
E02_POOLED = [0.3613521014336052, 0.3896102633188338, 0.24903763524756103]
E02_BY_PERIOD = {
    2021: [0.31519764335680206, 0.39718257618907415, 0.2876197804541238],
    2022: [0.2830812918536033, 0.43149900405033514, 0.28541970409606154],
    2023: [0.2845074242992025, 0.40751147138948923, 0.3079811043113083],
}
E02_POOLED_SCALE = {
    2021: [0.31519764335680206, 0.39718257618907415, 0.2876197804541238],
    2022: [0.3741260356186867, 0.42380611050219213, 0.20206785387912116],
    2023: [0.37579406501114815, 0.40069058472391106, 0.2235153502649408],
}
E02_WRONG_NORMALISER = [0.32705798924895785, 0.32072902830438027, 0.3522129824466618]  # shares over 12 rows, divided by ln 3: never ours
E03_WEIGHTS = [0.6352653084429197, 0.0, 0.3647346915570803]
E03_SCORES = [0.0, 0.3094204074671241, 0.6823673457785402, 0.18510476136331877, 0.8784217694809733]
DOWN = {"x3": "negative"}
EXACT = 1e-12  # sums of at most a few hundred terms of size one: rounding alone


def loops(columns: Sequence[Sequence[float]], negative: Sequence[bool], shift: float = 0.0) -> tuple[list[float], list[float]]:
    """Entropy weights and scores by the textbook formulae, one cell at a time. No constant columns."""
    scaled = []
    for column, down in zip(columns, negative, strict=True):
        low, high = min(column), max(column)
        scaled.append([(high - x) / (high - low) if down else (x - low) / (high - low) for x in column])
    gains = []
    for column in scaled:
        total = sum(z + shift for z in column)
        e = 0.0
        for z in column:
            p = (z + shift) / total
            e -= p * math.log(p) if p > 0 else 0.0
        gains.append(1 - e / math.log(len(column)))
    weights = [g / sum(gains) for g in gains]
    return weights, [sum(w * column[i] for w, column in zip(weights, scaled, strict=True)) for i in range(len(columns[0]))]
