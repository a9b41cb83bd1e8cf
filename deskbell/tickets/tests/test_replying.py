"""What is said on a ticket, by whom, and what follows from it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Contact
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import close_what_was_solved_long_ago, set_state
from deskbell.tickets.words import Words
from tests.town import Town, at, build


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def kinds(ticket: Ticket) -> list[str]:
    return [event.kind for event in ticket.events.all()]


def test_the_first_to_reply_becomes_the_assignee_k1(ticket: Ticket, ana: Agent, town: Town) -> None:
    reply(ticket, Words("On it"), by=ana)
    reply(ticket, Words("Me too"), by=town.ben)

    assert fresh(ticket).assignee == ana
    assert kinds(ticket)[2:] == ["assigned", "agent_reply", "agent_reply"]


def test_a_note_is_for_the_team_alone_and_assigns_no_one(ticket: Ticket, ana: Agent) -> None:
    written = note(ticket, Words("Looks like the proxy"), by=ana)

    assert not written.public and written.is_note
    assert fresh(ticket).assignee is None


@pytest.mark.parametrize("state", ["pending", "waiting", "solved"])
def test_a_customers_message_opens_any_but_a_closed_ticket(
    ticket: Ticket, ana: Agent, town: Town, state: str
) -> None:
    reply(ticket, Words("Try again?"), by=ana)
    set_state(ticket, state, by=ana)

    heard = hear(ticket, Words("Still dark"), author=town.tess)

    assert heard == ticket
    assert fresh(ticket).state == "open"
    assert kinds(ticket)[-2:] == ["customer_message", "state"]


def test_a_machines_message_is_kept_and_moves_nothing(
    ticket: Ticket, ana: Agent, town: Town
) -> None:
    reply(ticket, Words("Try again?"), by=ana)
    set_state(ticket, "pending", by=ana)

    hear(ticket, Words("I am on vacation", automatic=True), author=town.tess)

    assert fresh(ticket).state == "pending"
    assert kinds(ticket)[-1] == "automatic"


def test_a_message_to_a_closed_ticket_opens_one_that_follows_it(
    ticket: Ticket, ana: Agent, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        reply(ticket, Words("Fixed"), by=ana)
        set_state(ticket, "solved", by=ana)
    with moved_to(at("2026-12-03 10:01")):
        assert close_what_was_solved_long_ago() == 1

    heard = hear(ticket, Words("It is back"), author=town.tess)

    assert heard.number != ticket.number
    assert heard.follows == ticket and heard.subject == "Black screen"
    assert fresh(ticket).state == "closed"


def test_nothing_can_be_said_to_the_customer_on_a_closed_ticket(ticket: Ticket, ana: Agent) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(state="closed")

    with pytest.raises(Refused, match="is closed"):
        reply(ticket, Words("Hello?"), by=ana)
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_reply_is_refused_with_a_sentence(ticket: Ticket, ana: Agent, text: str) -> None:
    with pytest.raises(Refused, match="Write something"):
        reply(ticket, Words(text), by=ana)
    with pytest.raises(Refused, match="Write something"):
        note(ticket, Words(text), by=ana)


def test_an_event_is_never_before_the_one_before_it(ticket: Ticket, ana: Agent) -> None:
    with moved_to(at("2026-11-19 08:00")):  # the machine's clock went back an hour
        reply(ticket, Words("On it"), by=ana)

    instants = [event.at for event in ticket.events.all()]
    assert instants == sorted(instants)
    assert instants[-1] == at("2026-11-19 09:00")


@pytest.mark.django_db(transaction=True)
def test_replies_at_the_same_time_stand_one_after_the_other() -> None:
    town = build()
    with moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer("Black screen", Words("It is dark"), requester=town.tess)

    def answer() -> None:
        reply(ticket, Words("On it"), by=town.ana)
        connection.close()

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [event.sequence for event in ticket.events.all()] == list(range(1, 12))
    assert kinds(ticket).count("assigned") == 1


def test_someone_of_two_districts_goes_on_in_the_one_about_which_they_write(town: Town) -> None:
    for district in (town.north_valley, town.south_ridge):
        Contact.objects.get_or_create(person=town.tess, district=district)
    for district in (town.north_valley, town.south_ridge):
        asked = open_for_customer(
            "Dark", Words("Help"), requester=town.tess, place=(district, None)
        )
        Ticket.objects.filter(pk=asked.pk).update(state=State.CLOSED)
        asked.refresh_from_db()
        assert hear(asked, Words("Again"), author=town.tess).district == district
