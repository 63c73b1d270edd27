"""``regio calibrate`` and ``regio audit --data``."""

from __future__ import annotations

import json as json_
from pathlib import Path

from regio.language import Language, say

INCONSISTENT = 3
SHOWN = 5  # numbers that do not come back for one reason, on the terminal


def calibrate_paper(paper: str, seed: int, out: Path | None, face: Language, *, json: bool) -> int:
    """Make the panel of a paper or design, say what comes back, and write it."""
    from regio.calibrating.calibrate import calibrate
    from regio.calibrating.words import LABEL

    made = calibrate(paper, seed=seed)
    found = made.reproduction
    lost = found[~found["equal"]]
    files = _written(made.panel, made.tables, out) if out is not None else []
    if json:
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        print(
            json_.dumps({"equal": made.equal, "count": len(found), "label": LABEL, "reproduction": rows, "files": [str(f) for f in files]}, ensure_ascii=False)
        )
        return 0
    print(say("calibrate.cli.label", face, label=LABEL, seed=seed))
    print(say("calibrate.note", face, equal=made.equal, count=len(found)))
    for reason, cells in lost.groupby("reason", sort=False):
        print(f"  {say(str(reason), face)}")
        for where, printed, computed in cells[["where", "printed", "computed"]].head(SHOWN).itertuples(index=False):
            print(f"    {where}: {printed}" + ("" if computed != computed else f" → {computed:.6g}"))
        if len(cells) > SHOWN:
            print("  " + say("calibrate.cli.more", face, count=len(cells) - SHOWN))
    for finding in made.findings:
        if finding.severity == "warning":
            print(finding.text(face))
    for file in files:
        print(say("calibrate.cli.written", face, file=str(file)))
    return 0


def _written(panel, tables, out: Path) -> list[Path]:  # type: ignore[no-untyped-def]
    """The panel as CSV with all its digits, its label in the first column; other tables beside it."""
    from regio.calibrating.words import LABEL
    from regio.study.store import write_aside

    files = []
    for name, table in {"": panel, **tables}.items():
        file = out.with_name(f"{out.stem}.{name}{out.suffix or '.csv'}") if name else out.with_suffix(out.suffix or ".csv")
        rows = table.rows.copy()
        rows.insert(0, "label", LABEL["en"])
        write_aside(file, rows.to_csv(index=False).encode("utf-8-sig"))
        files.append(file)
    return files


def recognise_file(data: str, face: Language, *, json: bool) -> int:
    """Say whether a table is one that Regio generated: 0 where it is not, 3 where it is."""
    from regio.calibrating.recognise import recognise
    from regio.reading.reader import read

    found = recognise(read(data, names="keep").panel.rows)
    if json:
        print(json_.dumps({"ok": not found, "recognised": [[r.column, r.study, r.variable, r.seed] for r in found]}, ensure_ascii=False))
    elif not found:
        print(say("calibrate.cli.unknown", face, file=data))
    else:
        first = found[0]
        print(say("calibrate.cli.recognised", face, file=data, study=first.study, seed=first.seed, columns=tuple(f"{r.column} = {r.variable}" for r in found)))
    return INCONSISTENT if found else 0
