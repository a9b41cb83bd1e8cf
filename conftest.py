"""What every test may ask for: the town."""

from __future__ import annotations

import pytest

from tests.town import Town, build


@pytest.fixture
def town(db: None) -> Town:
    """The cast, in a database of its own."""
    return build()
