"""Spam and the trash in the agents' screens: the lists, the ticket's page, and many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.inbox.finding import asking, lists
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.mail.blocking import blockable
from deskbell.people.models import Agent
from deskbell.tickets.aside.erasing import erase_what_is_due
from deskbell.tickets.aside.setting_aside import delete, mark_as_spam
from deskbell.tickets.bulk import changing
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

ZONE = "America/New_York"


def found(question: str, agent: Agent) -> list[int]:
    return sorted(row.ticket.pk for row in asking.find(question, Asker(agent, ZONE)).rows)


@pytest.fixture
def lead(client_of: ClientOf, town: Town) -> Client:
    """Max's browser: he manages."""
    return client_of(town.max.person)


def test_each_stands_in_its_own_list_and_in_no_other(town: Town, ticket: Ticket) -> None:
    kept = open_for_customer("Dark again", Words("It is dark"), requester=town.tess)
    gone = open_for_customer("Dark too", Words("It is dark"), requester=town.tess)
    mark_as_spam(ticket, by=town.ana)
    delete(gone, by=town.max)
    for view in lists.VIEWS:
        if not view.seldom:
            assert not {ticket.pk, gone.pk} & set(found(view.question, town.max)), view.name
    assert found("dark", town.max) == [kept.pk]
    assert found(f"#{ticket.number}", town.max) == []
    assert found("is:spam dark", town.ana) == [ticket.pk]
    assert found("is:deleted dark", town.max) == [gone.pk]
    assert found("is:deleted", town.ana) == []
    assert found("-is:spam dark", town.ana) == [kept.pk]


def test_the_trash_is_offered_to_those_who_lead(browser: Client, lead: Client) -> None:
    assert b"view=trash" not in browser.get("/inbox?view=spam").content
    page = lead.get("/inbox?view=trash").content.decode()
    assert "view=trash" in page
    assert "Nothing is deleted" in page
    assert set(browser.get("/inbox/counts").json()) & {"spam", "trash"} == set()


def test_a_press_marks_it_and_another_brings_it_back(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    answer = browser.post(f"/tickets/{ticket.number}/spam", headers={"HX-Request": "true"})
    said = answer.content.decode()
    assert "Marked as spam." in said
    assert "marked it as spam" in said
    assert "Not spam" in said
    assert 'Block<span class="said"> from tess@' in said, "who sent it can be blocked"
    back = browser.post(f"/tickets/{ticket.number}/return", headers={"HX-Request": "true"})
    assert "said that it is no spam" in back.content.decode()
    assert found("is:unfinished", town.ana) == [ticket.pk]


def test_who_sent_it_is_blocked_and_let_in_again(browser: Client, ticket: Ticket) -> None:
    browser.post(f"/tickets/{ticket.number}/spam")
    for asked, is_blocked in (("yes", True), ("no", False)):
        browser.post(f"/tickets/{ticket.number}/sender", {"blocked": asked})
        offered = blockable(ticket)
        assert offered and offered.blocked is is_blocked


def test_a_deleted_ticket_says_when_it_is_erased_and_others_find_none(
    browser: Client, lead: Client, ticket: Ticket
) -> None:
    assert "/deletion" not in browser.get(f"/tickets/{ticket.number}").content.decode()
    said = lead.post(f"/tickets/{ticket.number}/deletion", headers={"HX-Request": "true"})
    assert "It is erased for good" in said.content.decode()
    assert browser.get(f"/tickets/{ticket.number}").status_code == 404
    assert lead.get(f"/tickets/{ticket.number}").status_code == 200


def test_below_the_trash_stands_what_was_erased_and_by_whom(
    browser: Client, lead: Client, ticket: Ticket, town: Town
) -> None:
    delete(ticket, by=town.max)
    with moved_to(clock.now() + timedelta(days=30, minutes=1)):
        assert erase_what_is_due() == 1
    page = lead.get("/inbox?view=trash").content.decode()
    assert f"#{ticket.number}</span> deleted by Max Meyer on" in page
    assert "Black screen" not in page
    assert "Max Meyer on" not in browser.get("/inbox?view=trash").content.decode()


def test_many_at_once_and_all_of_it_back(lead: Client, town: Town) -> None:
    numbers = [
        open_for_customer(f"number {n}", Words("Buy"), requester=town.tess).pk for n in range(3)
    ]
    send = {"numbers": ",".join(map(str, numbers))}
    for kind, where in (("spam", "is:spam"), ("trash", "is:deleted")):
        lead.post("/inbox/bulk", send | {"kind": kind, "value": ""})
        changing.carry_out(done := BulkChange.objects.latest("pk"))
        assert found(where, town.max) == numbers
    changing.carry_out(changing.begin_undoing(done.pk, by=town.max))
    assert found("is:spam", town.max) == numbers
    lead.post("/inbox/bulk", {"all": "yes", "view": "spam", "kind": "back"})
    changing.carry_out(back := BulkChange.objects.latest("pk"))
    assert found("is:unfinished", town.max) == numbers
    changing.carry_out(changing.begin_undoing(back.pk, by=town.max))
    assert found("is:spam", town.max) == numbers
