"""What every test may ask for: the town, and pages that know their static files."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from deskbell.mail import addresses
from deskbell.reports import response
from tests.town import Town, build


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "integration: asks a real PostgreSQL; set by itself")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database, so that `bin/test` can run just that on another PostgreSQL."""
    for item in items:
        uses = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if uses or item.get_closest_marker("django_db"):
            item.add_marker("integration")


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Collect the static files once: a page that names a missing one fails, as it would on a desk."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def addresses_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a database of its own, so nothing is remembered from the one before."""
    monkeypatch.setattr(addresses, "SECONDS_KEPT", 0.0)
    monkeypatch.setattr(response, "SECONDS_KEPT", 0.0)


@pytest.fixture
def town(db: None) -> Town:
    """The cast, in a database of its own."""
    return build()
