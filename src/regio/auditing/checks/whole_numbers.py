"""Variables of whole numbers: mean and SD that n of them can have (GRIM, GRIMMER), and those of yes and no (DEBIT)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.auditing.paper import Cells, PaperTable
from regio.language import Message

KINDS = ("descriptives",)
MOST = 20_000  # sums and sums of squares that are tried
ROOM = 1e-9


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        for row in table.rows:
            if row.get("domain") in ("whole", "binary"):
                yield from _row(look, table, row)


def _row(look: Look, table: PaperTable, row: Cells) -> Iterator[Judgement]:
    n = look.whole(row.get("n"))
    mean, sd = look.interval(row.get("mean"), table, "mean"), look.interval(row.get("sd"), table, "sd")
    where = place(table.id, row["var"], "mean")
    if not n or n < 2 or mean is None:
        return
    sums = whole_sums(mean, n)
    if len(sums) > MOST:
        return
    if sums:
        near = Interval(sums[0] / n, sums[-1] / n)
    else:
        k = round(mean.middle * n)
        near = Interval(k / n, k / n)
    yield look.compare("whole_numbers", where, row["mean"], near, table=table, cell="mean", cells=(where,))
    if sd is None or not sums:
        return
    fine = any(sd.meets(s) for k in sums if (s := binary_sd(k, n)) is not None) if row["domain"] == "binary" else any(has_sd(k, sd, n) for k in sums)
    at = place(table.id, row["var"], "sd")
    note = Message("audit.note.whole_sd_fits" if fine else "audit.note.whole_sd_differs", {"n": n, "mean": row["mean"], "sd": row["sd"]})
    yield Judgement("whole_numbers", at, row["sd"], "", "consistent" if fine else "inconsistent", "digit", note, cells=(at, where))


def whole_sums(mean: Interval, n: int) -> range:
    """The sums of n whole numbers whose mean prints so (Brown and Heathers 2017).

    >>> list(whole_sums(Interval(5.185, 5.195), 28)), list(whole_sums(Interval(5.175, 5.185), 28))
    ([], [145])
    """
    return range(math.ceil(mean.low * n - ROOM), math.floor(mean.high * n + ROOM) + 1)


def has_sd(k: int, sd: Interval, n: int) -> bool:
    """Whether n whole numbers with the sum k can have an SD that prints so: their sum of squares is whole and odd or even as k is (Anaya 2016)."""
    low, high = (max(s, 0.0) ** 2 * (n - 1) + k * k / n for s in (sd.low, sd.high))
    least = n * (k // n) ** 2 + (k % n) * (2 * (k // n) + 1)  # where all are as alike as whole numbers can be
    first = max(math.ceil(low - ROOM * max(1.0, low)), least)
    return first + (first - k) % 2 <= high + ROOM * max(1.0, high)


def binary_sd(k: int, n: int) -> Interval | None:
    """The SD of k ones among n values of 0 and 1 (Heathers and Brown 2019); None where k is none of 0 … n."""
    if not 0 <= k <= n:
        return None
    sd = math.sqrt(k * (n - k) / (n * (n - 1)))
    return Interval(sd, sd)
