"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the program ``regio``: exits with 0 fine, 1 the study failed, 2 usage."""
    from regio.cli.app import start

    sys.exit(start(list(sys.argv[1:] if arguments is None else arguments)))
