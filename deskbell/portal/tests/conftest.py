"""What the portal's tests share: a browser that a mailed link has let in, and a stand-in for a provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.people.models import Person
from deskbell.people.providers.models import Provider
from deskbell.portal.tests.at_providers import OLIVIA, provider_at
from tests import oidc
from tests.oidc import OpenIDProvider
from tests.town import Town

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def portal_of() -> ClientOf:
    """Their browser, signed in to the portal by a link; a stranger's for None."""

    def signed_in(person: Person | None) -> Client:
        browser = Client()
        if person is not None:
            who = customer(person)
            assert who
            browser.post(f"/portal/enter/{new_link(who)}")
        return browser

    return signed_in


@pytest.fixture
def there(settings: Any) -> Iterator[OpenIDProvider]:
    """The stand-in, where Olivia consents unless a test says otherwise."""
    settings.MAY_REACH = ["127.0.0.1"]
    settings.DESK_URL = "http://testserver"
    with oidc.running() as provider:
        provider.user = dict(OLIVIA)
        yield provider


@pytest.fixture
def keycloak(town: Town, there: OpenIDProvider) -> Provider:
    return provider_at(there)
