"""The screens for what follows: the vendor's cause, solving together and its undo, the postmortem."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.incidents import grouping
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, Postmortem
from deskbell.incidents.tests.test_cause import trouble
from deskbell.incidents.tests.test_grouping import black_screens
from deskbell.incidents.tests.test_updating import draft, ticket_of
from deskbell.incidents.updating import publish
from deskbell.monitoring.models import Component
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def resolved(town: Town, broken: Incident) -> Incident:
    publish(broken, draft(phase="resolved", text="All is well."), by=town.ana)
    return broken


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_postmortem_is_begun_kept_as_typed_published_and_taken_back(
    browser: Client, resolved: Incident
) -> None:
    path = f"/incidents/{resolved.pk}/postmortem"
    assert "What do we learn from it?" in text_of(browser.get(path))

    browser.post(path)
    assert "Resolved: All is well." in text_of(browser.get(path))
    said = {"causes": "A <b>cable</b>."}
    assert browser.post(path, said, headers={"HX-Request": "true"}).status_code == 204
    assert Postmortem.objects.get().causes == "A <b>cable</b>."

    refused = browser.post(f"{path}/publication", {"on": "yes", "actions": " "})
    assert refused.status_code == 422 and "what you do about it" in text_of(refused)
    browser.post(f"{path}/publication", {"on": "yes", "actions": "A second cable."})
    shown = text_of(browser.get(path))
    assert "Customers read it since" in shown and "A &lt;b&gt;cable&lt;/b&gt;." in shown

    browser.post(f"{path}/publication", {"on": "no"})
    assert Postmortem.objects.get().published_at is None


def test_while_it_goes_on_the_page_says_when_one_can_begin(
    browser: Client, broken: Incident
) -> None:
    path = f"/incidents/{broken.pk}/postmortem"

    assert "When it is resolved" in text_of(browser.get(path))
    assert browser.post(path).status_code == 422


def test_a_vendors_trouble_is_offered_as_the_cause_and_tickets_wait_for_it(
    browser: Client, town: Town, broken: Incident, streaming: Component
) -> None:
    join(broken, [ticket := ticket_of(town.tess)], by=town.ana)
    path, cause = f"/incidents/{broken.pk}", trouble(streaming)
    assert "It is the cause" in text_of(browser.get(path))

    browser.post(f"{path}/cause", {"of": cause.pk})
    assert "Let 1 ticket wait for Google" in text_of(browser.get(path))
    browser.post(f"{path}/cause/waiting")
    assert Ticket.objects.get(pk=ticket.pk).state == "waiting"
    page = browser.get(f"/tickets/{ticket.pk}")
    assert "set it to Waiting: waiting for Google: Drive is slow" in text_of(page)

    browser.post(f"{path}/cause", {"of": ""})
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    wrong = browser.post(f"{path}/cause", {"of": "9" * 30})
    assert wrong.status_code == 422 and "Choose which vendor" in text_of(wrong)


def test_solving_asks_for_an_answer_and_can_be_undone(
    browser: Client, town: Town, resolved: Incident
) -> None:
    join(resolved, [ticket := ticket_of(town.tess)], by=town.ana)
    path = f"/incidents/{resolved.pk}"
    hear(ticket, Words("And now?"), author=town.tess)

    refused = browser.post(f"{path}/tickets/solving")
    assert refused.status_code == 422 and "has no answer yet" in text_of(refused)
    browser.post(f"{path}/tickets/solving", {"text": "It works again."})
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"
    assert "1 was solved together" in text_of(browser.get(path))

    browser.post(f"{path}/tickets/solving/undo")
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    assert "solved together" not in text_of(browser.get(path)).split('id="story"')[0]


def test_a_dismissal_can_be_undone_where_it_was_made(browser: Client, town: Town) -> None:
    black_screens("abe", "bea", "cal")
    (made,) = grouping.look()

    page = browser.post(f"/incidents/proposals/{made.pk}/dismissal", follow=True)
    assert "It is not proposed again." in text_of(page)
    page = browser.post(f"/incidents/proposals/{made.pk}/return", follow=True)

    assert made.reason in text_of(page) and "not proposed again" not in text_of(page)
