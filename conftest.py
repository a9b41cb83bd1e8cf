"""What every test may ask for: the town, and pages that know their static files."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests.town import Town, build


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Collect the static files once: a page that names a missing one fails, as it would on a desk."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def town(db: None) -> Town:
    """The cast, in a database of its own."""
    return build()
