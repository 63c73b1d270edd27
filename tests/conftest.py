"""What every test may use: the folder of reference data, where it is there."""

from __future__ import annotations

from os import environ
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases every time, however slow the machine: HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(environ.get("HYPOTHESIS_PROFILE", "repeatable"))

REFERENCE = Path(__file__).parents[1].parent / "shared" / "reference"


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of public data and printed answers beside the checkout; a test that needs it is skipped where it is absent."""
    if not REFERENCE.is_dir():
        pytest.skip("the reference folder (../shared/reference, beside the checkout) is not here; the known numbers in it cannot be compared")
    return REFERENCE
