"""``regio status``, ``regio explain`` and ``regio doctor``."""

from __future__ import annotations

import json as json_
import sys
from pathlib import Path

from regio.language import Language, say
from regio.study.file import load
from regio.study.model import Study
from regio.study.store import Store

FINE, FAILED = 0, 1


def folder_of(study: Study, out: Path | None) -> Path:
    return out if out is not None else Path("runs") / study.name


def show_status(name: str, data: tuple[str, ...], out: Path | None, face: Language, *, json: bool) -> int:
    from regio.study.status import status

    study = load(name, data)
    folder = folder_of(study, out)
    store = Store(folder / "store")
    steps = status(study, store)
    if json:
        found = [{"step": s.step, "kind": s.kind, "fresh": s.fresh, "reasons": {x: [say(r, x) for r in s.reasons] for x in ("en", "zh")}} for s in steps]
        print(json_.dumps({"study": study.name, "folder": str(folder), "steps": found, "broken": [f.to_dict() for f in store.broken]}, ensure_ascii=False))
        return FINE
    if not (folder / "store").is_dir():
        print(say("cli.no_store", face, study=study.name, folder=str(folder)))
        return FINE
    width = max((len(s.step) for s in steps), default=0)
    for s in steps:
        words = ("; " if face == "en" else "；").join(say(reason, face) for reason in s.reasons) or say("cli.fresh", face)
        print(f"{'✓' if s.fresh else '·'} {s.step:<{width}}  {words}")
    for finding in store.broken:
        print(finding.text(face), file=sys.stderr)
    stale = sum(1 for s in steps if not s.fresh)
    print(say("cli.some_stale", face, stale=stale, steps=len(steps)) if stale else say("cli.all_fresh", face, steps=len(steps)))
    return FINE


def show_explanation(name: str, address: str, data: tuple[str, ...], out: Path | None, face: Language, *, json: bool) -> int:
    from regio.report.explain import as_json, as_text, explain
    from regio.study.execute import execute
    from regio.study.status import status

    study = load(name, data)
    store = Store(folder_of(study, out) / "store")
    if not json and not all(s.fresh for s in status(study, store)):
        print(say("cli.running_first", face), file=sys.stderr)
    found = explain(execute(study, store=store), _parts(address))
    print(json_.dumps(as_json(found), ensure_ascii=False, indent=1) if json else as_text(found, face))
    return FINE


def _parts(address: str) -> str | list[str]:
    """results.json writes an address as a list where a name contains a slash."""
    try:
        return list(json_.loads(address)) if address.startswith("[") else address
    except ValueError:
        return address


def show_doctor(out: Path | None, face: Language, *, json: bool) -> int:
    from regio.cli.doctor import examine

    checks = examine(out if out is not None else Path("runs"))
    if json:
        print(json_.dumps([{"name": c.name, "fine": c.fine, "text": {x: say(c.message, x) for x in ("en", "zh")}} for c in checks], ensure_ascii=False))
    else:
        for check in checks:
            print(("✓ " if check.fine else "✗ ") + say(check.message, face))
            if check.cure is not None and not check.fine:
                print("    " + say("contract.cure", face, cure=check.cure))
        if all(check.fine for check in checks):
            print(say("cli.doctor.all_fine", face))
    return FINE if all(check.fine for check in checks) else FAILED
