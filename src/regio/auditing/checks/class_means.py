"""How many units lie in each class bounds the mean of all: it cannot leave the sums of the classes' limits."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.checks.classes import classes
from regio.auditing.judgement import Judgement
from regio.auditing.look import Look, place
from regio.auditing.numbers import Interval
from regio.language import Message

KINDS = ("classes",)


def run(look: Look) -> Iterator[Judgement]:
    for table in look.paper.of_kind(*KINDS):
        printed = table.values.get("overall", "")
        mean, found = look.interval(printed, table, "overall"), classes(table)
        counts = [look.whole(row.get("n")) for row in table.rows]
        if mean is None or len(found) != len(table.rows) or any(n is None for n in counts) or not sum(n or 0 for n in counts):
            continue
        total = sum(n or 0 for n in counts)
        low, high = (sum((n or 0) * end for n, end in zip(counts, ends, strict=True)) / total for ends in ([c.low for c in found], [c.high for c in found]))
        where = place(table.id, "overall")
        note = Message("audit.note.class_mean", {"low": low, "high": high, "count": total})
        yield look.compare("class_means", where, printed, Interval(low, high), table=table, cell="overall", note=note, cells=(where,))
