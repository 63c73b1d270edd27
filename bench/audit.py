"""Audit: false alarms on tables from real fits, detection of one changed digit a check, and times. Run: python bench/audit.py [papers] [changes]"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "auditing"))

from simulated_papers import RULES, cells, changed, paper, wider  # noqa: E402

from regio.auditing.audit import audit  # noqa: E402
from regio.auditing.checks import CHECKS  # noqa: E402
from regio.auditing.numbers import alternatives  # noqa: E402
from regio.auditing.paper import Paper  # noqa: E402

Maker = Callable[[int, int, str], Paper]


def false_alarms(papers: int, maker: Maker) -> None:
    verdicts: Counter[str] = Counter()
    start = time.perf_counter()
    for seed in range(papers):
        for rule in RULES:
            verdicts.update(j.verdict for j in audit(maker(seed, 2 + seed % 3, rule)).judgements)
    n = papers * len(RULES)
    times = (time.perf_counter() - start) / n
    relations = sum(verdicts.values())
    print(f"{n} papers without misprints, {relations} relations: {verdicts['inconsistent']} inconsistent, {verdicts['consistent_if']} consistent if,"
          f" {verdicts['not_checkable']} not checkable ({times:.2f} s a paper)")  # fmt: skip


def detection(changes: int, maker: Maker) -> None:
    """One digit of one random cell changed, 3 decimals, rounded half up."""
    rng = np.random.default_rng(5)
    found: Counter[str] = Counter()
    read: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for _ in range(changes):
        given = maker(int(rng.integers(1000)), 3, "half_up")
        t, address, how = (options := list(cells(given)))[int(rng.integers(len(options)))]
        texts = list(alternatives(how[3]))
        text = texts[int(rng.integers(len(texts)))]
        before, after = audit(given), audit(changed(given, t, how, text))
        readers = {j.check for j in before.judgements if address in (j.where, *j.cells) and j.verdict != "not_checkable"}
        flagged = [j for j in after.judgements if j.verdict == "inconsistent"]
        worse = sum(j.verdict == "consistent_if" for j in after.judgements) > sum(j.verdict == "consistent_if" for j in before.judgements)
        checks = {j.check for j in flagged}
        read.update(readers | checks)
        hit.update(checks)
        found["changed"] += 1
        found["inconsistent"] += bool(flagged)
        found["noticed"] += bool(flagged) or worse
        if flagged:
            suspects = after.suspects["where"].tolist()
            found["first"] += suspects[0] == address
            found["three"] += address in suspects[:3]
    share = {k: found[k] / max(found["inconsistent"], 1) for k in ("first", "three")}
    rates = {k: found[k] / changes for k in ("inconsistent", "noticed")}
    print(f"{changes} papers with one digit changed: inconsistent in {rates['inconsistent']:.0%}, or newly conditional in {rates['noticed']:.0%}")
    print(f"where inconsistent, the changed cell is the first suspect in {share['first']:.0%}, of the first three in {share['three']:.0%}")
    print(f"{'check':<20}{'cells it reads':>16}{'found':>8}{'share':>8}")
    for name in CHECKS:
        if read[name]:
            print(f"{name:<20}{read[name]:>16}{hit[name]:>8}{hit[name] / read[name]:>8.0%}")


if __name__ == "__main__":
    for made in (paper, wider):
        print(f"{made.__name__}: {(made.__doc__ or '').splitlines()[0]}")
        false_alarms(int(sys.argv[1]) if len(sys.argv) > 1 else 20, made)
        detection(int(sys.argv[2]) if len(sys.argv) > 2 else 200, made)
