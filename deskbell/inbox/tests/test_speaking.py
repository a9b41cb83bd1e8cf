"""Devices speak of what their owner has chosen, when it happens, and of nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from deskbell.inbox.preferences import speak_of
from deskbell.inbox.tests.conftest import Phone
from deskbell.people.models import Agent, Team
from deskbell.people.notices import Topic, notify
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.assigning import assign
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note
from deskbell.tickets.words import Words
from tests.town import Town


def spoken(agent: Agent) -> list[dict[str, Any]]:
    found = LiveEvent.objects.filter(topic=f"agent:{agent.pk}", name="speak").order_by("id")
    return [json.loads(each.data) for each in found]


def test_who_has_chosen_nothing_hears_nothing(town: Town, ticket: Ticket) -> None:
    assign(ticket, town.ben, by=town.ana)
    hear(ticket, Words("Still dark"), author=town.tess)
    assert not LiveEvent.objects.filter(name="speak").exists()


def test_a_customers_words_on_a_ticket_of_mine(town: Town, ticket: Ticket) -> None:
    speak_of(town.ben, ["reply"], sounds=True)
    assign(ticket, town.ben, by=town.ana)
    note(ticket, Words("A note"), by=town.ana)
    hear(ticket, Words("Still   dark", automatic=True), author=town.tess)
    assert spoken(town.ben) == []
    hear(ticket, Words("Still   dark"), author=town.tess)
    (told,) = spoken(town.ben)
    assert told["text"] == f"#{ticket.number} Tess Turner: Still dark"
    assert told["path"].startswith(f"/tickets/{ticket.number}#event-")
    assert told["sounds"] is True


def test_a_new_ticket_in_one_of_my_teams(town: Town) -> None:
    support = Team.objects.get(purpose=Team.Purpose.SUPPORT, tier=1)
    for agent in (town.ana, town.ben, town.eve):
        speak_of(agent, ["team"], sounds=False)
    town.ana.teams.set([support])
    town.ben.teams.set([])
    ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    assert ticket.team == support
    (told,) = spoken(town.ana)
    assert told["text"] == f"New: #{ticket.number} Black screen (Tess Turner · North Valley)"
    assert spoken(town.ben) == spoken(town.eve) == []


def test_a_ticket_that_a_colleague_gives_me(town: Town, ticket: Ticket) -> None:
    speak_of(town.ben, ["assigned"], sounds=False)
    assign(ticket, town.ben, by=town.ben)
    assert spoken(town.ben) == []
    assign(ticket, None, by=town.ana)
    assign(ticket, town.ben, by=town.ana)
    (told,) = spoken(town.ben)
    assert (told["text"][:9], told["pushed"]) == (f"Yours: #{ticket.number}"[:9], False)


def test_what_a_device_is_told_by_push_it_shows_once(
    town: Town, ticket: Ticket, phone: Phone
) -> None:
    speak_of(town.ben, ["assigned"], sounds=False)
    phone(town.ben)
    assign(ticket, town.ben, by=town.ana)
    (told,) = spoken(town.ben)
    assert told["pushed"] is True  # so a page of that browser leaves it to the push


@pytest.mark.parametrize(
    ("topic", "chosen", "is_told"),
    [
        (Topic.DUE_SOON, "due", True),
        (Topic.LATE, "due", True),
        (Topic.MENTION, "due", False),
        (Topic.OTHER, "due", False),
    ],
)
def test_a_notice_by_its_topic(town: Town, topic: Topic, chosen: str, is_told: bool) -> None:
    speak_of(town.ben, [chosen], sounds=False)
    notify([town.ana, town.ben], "It is late", path="/tickets/1", topic=topic)
    assert bool(spoken(town.ben)) is is_told
    assert spoken(town.ana) == []


def test_a_colleague_names_me(town: Town, ticket: Ticket) -> None:
    speak_of(town.ben, ["mention"], sounds=False)
    note(ticket, Words("@Ben Baker look"), by=town.ana)
    (told,) = spoken(town.ben)
    assert told["text"].startswith(f"Ana Alvarez named you on #{ticket.number}")


def test_the_choice_is_kept_and_nonsense_is_left_out(browser: Client, town: Town) -> None:
    browser.post("/notices/device", {"topics": ["due", "nonsense"], "sounds": "yes"})
    town.ana.refresh_from_db()
    assert (town.ana.preferences.speaks_of, town.ana.preferences.sounds) == (["due"], True)
    page = browser.get("/notices/device").content.decode()
    assert 'aria-label="A promise is due soon, or late: in open pages" checked' in page
    assert 'aria-label="A ticket opens in one of my teams: in open pages" >' in page
