"""A correlation matrix has no negative eigenvalue: not even the best values inside the digits may leave one."""

from __future__ import annotations

from collections.abc import Iterator

from regio.auditing.judgement import Judgement
from regio.auditing.look import Look
from regio.auditing.margins import matrix, moments
from regio.auditing.numbers import shown
from regio.language import Message

KINDS = ("correlations",)


def run(look: Look) -> Iterator[Judgement]:
    import numpy as np

    found = moments(look)
    for table in look.paper.of_kind(*KINDS):
        names = list(dict.fromkeys(look.paper.variable(row[c]) for row in table.rows for c in ("row", "col")))
        both = matrix(found, names)
        if both is None:
            missing = tuple(f"{a}, {b}" for i, a in enumerate(names) for b in names[:i] if (min(a, b), max(a, b)) not in found.r)
            yield Judgement("correlation_matrix", table.id, "", "", "not_checkable", "digit", Message("audit.note.missing_pairs", {"pairs": missing[:5]}))
            continue
        r, h = both
        values, vectors = np.linalg.eigh(r)
        least, reach = float(values[0]), float(h.sum(axis=1).max())
        vector = vectors[:, 0]
        room = float(np.abs(vector) @ h @ np.abs(vector))  # what this direction gains at most
        fine = least + max(min(reach, room), 0.0) >= -1e-9
        note = Message("audit.note.definite" if fine else "audit.note.indefinite", {"least": least, "reach": room, "names": tuple(_heavy(names, vector))})
        yield Judgement("correlation_matrix", table.id, shown(least), f"≥ {shown(-room)}", "consistent" if fine else "inconsistent", "digit", note)


def _heavy(names: list[str], vector: object) -> list[str]:
    """The variables that the negative direction rests on."""
    import numpy as np

    sizes = np.abs(np.asarray(vector, dtype=float))
    return [names[i] for i in np.argsort(-sizes)[:3]]
