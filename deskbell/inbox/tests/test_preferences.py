"""What an agent has chosen for themselves holds on all their pages, and on no one else’s."""

from __future__ import annotations

from django.test import Client

from deskbell.inbox.tests.conftest import ClientOf
from deskbell.tickets.models import Ticket
from tests.town import Town


def test_events_are_hidden_for_the_one_who_hides_them(
    browser: Client, client_of: ClientOf, town: Town, ticket: Ticket
) -> None:
    path = f"/tickets/{ticket.number}"
    assert b"without-events" not in browser.get(path).content
    assert browser.post("/inbox/events", {"hidden": "yes"}).status_code == 204
    assert b'class="timeline without-events"' in browser.get(path).content
    assert b"without-events" not in client_of(town.ben.person).get(path).content
    browser.post("/inbox/events", {"hidden": "no"})
    assert b"without-events" not in browser.get(path).content
