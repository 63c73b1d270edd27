"""The same bytes every time for files that are zip archives: Word and Excel."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

WHEN = datetime(2000, 1, 1, tzinfo=UTC)  # stands in every such file, so that it does not depend on the clock


def fixed(content: bytes) -> bytes:
    """The archive with the same members in the same order, and no trace of when it was written."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w") as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            member = ZipInfo(name, WHEN.timetuple()[:6])
            member.compress_type, member.create_system = ZIP_DEFLATED, 0
            new.writestr(member, old.read(name))
    return made.getvalue()
