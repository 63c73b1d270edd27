"""``regio package``: a replication package of a study."""

from __future__ import annotations

import json as json_
import sys
from pathlib import Path

from regio.cli.running import show_failed
from regio.language import JOINED, Language, say

FINE, FAILED = 0, 1


def write_package(study: str, data: tuple[str, ...], out: Path | None, face: Language, *, json: bool) -> int:
    from regio.report.package import package

    if not json:
        print(say("package.running", face), file=sys.stderr)
    made = package(study, out, data=data)
    missing = [file.place for file in made.data if not file.included]
    if json:
        files = [{"source": f.source, "file": f.place, "sha256": f.hash, "included": f.included} for f in made.data]
        print(json_.dumps({"ok": not made.run.failed, "package": str(made.place), "data": files, "failed": sorted(made.run.failed)}, ensure_ascii=False))
        return FAILED if made.run.failed else FINE
    show_failed(made.run.failed, face)
    silent = [source.name for source in made.run.study.sources if not source.rights]
    if silent:
        print(say("package.no_rights", face, sources=JOINED[face].join(silent)), file=sys.stderr)
    if missing:
        print(say("package.left_out", face, files=JOINED[face].join(missing)))
    print(say("package.made", face, file=str(made.place)))
    return FAILED if made.run.failed else FINE
