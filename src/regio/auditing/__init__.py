"""Whether the numbers of a printed table can be true together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from regio.auditing.proposing.proposal import Proposal


def propose(path: Path | str) -> Proposal:
    """The tables of a .docx, .pdf (text layer), .html, .xlsx or .csv file with their proposed meanings, and what its text says, for a person to confirm.

    Parameters
    ----------
    path : a document

    Returns
    -------
    Proposal
        ``.tables``: each with ``table``, ``evidence``, ``confirmed``; ``.claims``: sentences with numbers, each with ``claim`` and ``confirmed``;
        ``.corrected(id, ...)`` changes a meaning, ``.agreed(id)`` confirms a claim, ``.paper(confirmed=...)`` gives what
        ``regio.audit`` takes, ``.toml()`` the file to confirm

    Raises
    ------
    DataError
        where the document cannot be read, is a scan, or has no table
    """
    from regio.auditing.proposing.proposal import propose as read

    return read(path)
