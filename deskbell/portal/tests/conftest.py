"""What the portal's tests share: a browser that a mailed link has let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.people.models import Person

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
