"""Custom fields on the agents' screens: defined by administrators, filled in beside a ticket."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.inbox.tests.conftest import ClientOf
from deskbell.people.models import Team
from deskbell.tickets.billing import begin_billing
from deskbell.tickets.fields.defining import Written, archive, current_fields, define
from deskbell.tickets.fields.models import Choice, CustomField, Holds
from deskbell.tickets.models import Ticket
from tests.town import Town

HTMX = {"HX-Request": "true"}


@pytest.fixture
def administrator(town: Town, client_of: ClientOf) -> Client:
    return client_of(town.ada.person)


@pytest.fixture
def device(db: None) -> CustomField:
    choices = [Choice("", "Chromebook"), Choice("", "iPad")]
    return define(Written("Device", Holds.ONE, help="As on its sticker", choices=choices))


@pytest.fixture
def room(db: None) -> CustomField:
    return define(Written("Room"))


def page(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def test_an_administrator_defines_a_field_and_every_ticket_has_it(
    administrator: Client, browser: Client, ticket: Ticket
) -> None:
    form = {
        "name": "Device",
        "holds": "one",
        "customers": "hidden",
        "choice_key": ["", "", ""],
        "choice_name": ["Chromebook", "iPad", " "],
        "choice_es": ["", "Tableta", ""],
    }
    assert "can be a field of every ticket" in page(administrator, "/inbox/fields")
    answer = administrator.post("/inbox/fields", form, follow=True)
    assert "Saved." in answer.content.decode()
    (made,) = current_fields()
    assert [(each.key, each.name_es) for each in made.offered()] == [
        ("chromebook", ""),
        ("ipad", "Tableta"),
    ]
    assert '<option value="ipad">iPad</option>' in page(browser, f"/tickets/{ticket.number}")


def test_a_field_is_renamed_archived_and_brought_back(
    administrator: Client, room: CustomField
) -> None:
    path = f"/inbox/fields/{room.pk}"
    assert "Its key stays <code>room</code>" in page(administrator, path)
    administrator.post(path, {"name": "Class room", "customers": "shown", "required": "yes"})
    room.refresh_from_db()
    assert (room.name, room.is_shown, room.required) == ("Class room", True, True)
    archived = administrator.post(f"{path}/archive", follow=True).content.decode()
    assert "What tickets hold in it stays" in archived
    assert current_fields() == ()
    administrator.post(f"{path}/return")
    assert current_fields() == (room,)


def test_fields_are_put_in_order(
    administrator: Client, room: CustomField, device: CustomField
) -> None:
    administrator.post(f"/inbox/fields/{device.pk}/place", {"to": "up"})
    assert current_fields() == (device, room)


def test_an_agent_fills_it_in_and_the_timeline_says_so(
    browser: Client, ticket: Ticket, device: CustomField
) -> None:
    path = f"/tickets/{ticket.number}"
    answer = browser.post(f"{path}/fields/device", {"value": "ipad"}, headers=HTMX).content.decode()
    assert "set “Device” to iPad" in answer
    assert 'id="facts"' not in answer, "the panel stays: hands are on it"
    browser.post(f"{path}/fields/device", {"value": "chromebook"})
    browser.post(f"{path}/fields/device", {"value": ""})
    html = page(browser, path)
    assert "changed “Device” from iPad to Chromebook" in html
    assert "emptied “Device”, which was Chromebook" in html
    assert "As on its sticker" in html


def test_several_are_ticked_at_once(browser: Client, ticket: Ticket) -> None:
    choices = [Choice("", "Sound"), Choice("", "Screen"), Choice("", "Network")]
    define(Written("Fails", Holds.SEVERAL, choices=choices))
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/fields/fails", {"value": ["network", "sound"]})
    ticket.refresh_from_db()
    assert ticket.field_values == {"fails": ["sound", "network"]}
    assert "set “Fails” to Sound, Network" in page(browser, path)


def test_a_bad_value_gets_a_sentence_and_changes_nothing(browser: Client, ticket: Ticket) -> None:
    define(Written("Seats", Holds.NUMBER))
    path = f"/tickets/{ticket.number}/fields/seats"
    answer = browser.post(path, {"value": "many"}, headers=HTMX)
    assert answer.status_code == 422
    assert "“Seats” is a number: “many” is none" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.field_values == {}


def test_what_strangers_could_write_is_text(
    browser: Client, ticket: Ticket, room: CustomField
) -> None:
    bad = "<script>alert(1)</script>"
    browser.post(f"/tickets/{ticket.number}/fields/room", {"value": bad})
    html = page(browser, f"/tickets/{ticket.number}")
    assert bad not in html
    assert html.count("&lt;script&gt;alert(1)") == 2  # on the panel, and in the timeline


def test_an_archived_field_takes_no_value(
    browser: Client, ticket: Ticket, room: CustomField
) -> None:
    archive(room)
    answer = browser.post(f"/tickets/{ticket.number}/fields/room", {"value": "204"})
    assert answer.status_code == 404


def test_a_field_of_one_category_stands_on_its_tickets_alone(
    browser: Client, ticket: Ticket
) -> None:
    define(Written("Invoice", categories=["billing"]))
    path = f"/tickets/{ticket.number}"
    assert "field-invoice" not in page(browser, path)
    Ticket.objects.update(category="billing")
    assert "field-invoice" in page(browser, path)


def test_a_billing_thread_takes_no_value_from_who_may_not_read_it(
    town: Town, browser: Client, ticket: Ticket, room: CustomField
) -> None:
    town.ben.teams.set([Team.objects.get(name="Billing")])
    message = ticket.messages.get()
    thread = begin_billing(ticket, message, town.olivia, by=town.ben, subject="x", whole=False)
    answer = browser.post(f"/tickets/{thread.number}/fields/room", {"value": "204"})
    assert answer.status_code == 404
    thread.refresh_from_db()
    assert thread.field_values == {}


def test_a_page_costs_the_same_however_many_fields_there_are(
    browser: Client, ticket: Ticket, room: CustomField
) -> None:
    path = f"/tickets/{ticket.number}"
    page(browser, path)
    with CaptureQueriesContext(connection) as few:
        page(browser, path)
    for number in range(5):
        define(Written(f"Field {number}"))
        browser.post(f"{path}/fields/field_{number}", {"value": "x"})
    with CaptureQueriesContext(connection) as many:
        page(browser, path)
    assert len(many) == len(few)


def test_what_is_needed_is_named_and_solving_without_an_answer_is_no_way_around_it(
    browser: Client, ticket: Ticket
) -> None:
    define(Written("Root cause", required=True))
    path = f"/tickets/{ticket.number}"
    assert "needed to solve it" in page(browser, path)
    for more in ({}, {"unanswered": "yes"}):
        answer = browser.post(f"{path}/state", {"state": "solved", **more}, headers=HTMX)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "Fill in “Root cause” first" in html and "data-way-out" not in html
    browser.post(f"{path}/fields/root_cause", {"value": "Cable"})
    answer = browser.post(f"{path}/state", {"state": "solved"}, headers=HTMX)
    assert 'data-way-out="unanswered"' in answer.content.decode()


def test_a_reply_that_would_solve_it_is_not_sent_while_something_is_missing(
    browser: Client, ticket: Ticket
) -> None:
    define(Written("Root cause", required=True))
    form = {"text": "Done", "then": "solved"}
    answer = browser.post(f"/tickets/{ticket.number}/replies", form, headers=HTMX)
    assert answer.status_code == 422
    assert "Fill in “Root cause” first" in answer.content.decode()
    assert ticket.messages.count() == 1
