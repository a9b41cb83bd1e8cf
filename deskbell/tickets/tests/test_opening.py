"""How a ticket begins."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Person
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_by_agent, open_for_customer
from deskbell.tickets.words import File, Words
from tests.town import Town, at

MORNING = at("2026-11-19 09:00")


def kinds(ticket: Ticket) -> list[str]:
    return [event.kind for event in ticket.events.all()]


def test_a_customers_words_open_a_ticket_of_their_district_and_school(town: Town) -> None:
    ticket = open_for_customer("Black screen", Words("It is dark"), requester=town.victor)

    assert ticket.district == town.north_valley
    assert ticket.school == town.lincoln_high
    assert ticket.team is not None and ticket.team.name == "Support"
    assert ticket.assignee is None
    assert kinds(ticket) == ["opened", "customer_message"]


def test_someone_without_an_account_belongs_to_the_district_of_their_mail_domain(
    town: Town,
) -> None:
    ticket = open_for_customer("Help", Words("Please"), requester=town.tess)

    assert ticket.district == town.north_valley
    assert ticket.school is None


def test_a_stranger_belongs_to_no_district(town: Town) -> None:
    stranger = Person.objects.with_address("someone@elsewhere.example")

    assert open_for_customer("Help", Words("Please"), requester=stranger).district is None


def test_a_ticket_counts_from_when_its_words_were_received_k13(town: Town) -> None:
    with moved_to(at("2026-11-19 09:30")):
        words = Words("It is dark", received_at=MORNING)
        ticket = open_for_customer("Black screen", words, requester=town.victor)

    assert ticket.created_at == MORNING
    assert [event.at for event in ticket.events.all()] == [MORNING, MORNING]


def test_a_phone_call_taken_down_is_the_customers_message_k2(town: Town) -> None:
    ticket = open_by_agent(
        "Call from Olivia",
        Words("She says the lab is down"),
        by=town.ana,
        requester=town.olivia,
        customers_words=True,
    )

    assert kinds(ticket) == ["opened", "customer_message"]
    assert ticket.assignee is None
    assert ticket.messages.get().author == town.olivia


def test_an_agents_own_first_message_is_a_reply_and_makes_the_agent_the_assignee_k2(
    town: Town,
) -> None:
    ticket = open_by_agent(
        "Your renewal",
        Words("Hello Olivia"),
        by=town.ana,
        requester=town.olivia,
        customers_words=False,
    )

    assert kinds(ticket) == ["opened", "agent_reply"]
    assert ticket.assignee == town.ana


def test_an_agent_who_writes_nothing_is_told_what_to_write(town: Town, ana: Agent) -> None:
    with pytest.raises(Refused, match="Write what the customer said"):
        open_by_agent("x", Words("  "), by=ana, requester=town.olivia, customers_words=True)
    assert not Ticket.objects.exists()


def test_a_subject_of_many_lines_becomes_one_and_none_gets_a_name(town: Town) -> None:
    long = open_for_customer("a\n b\t" + "x" * 900, Words("."), requester=town.tess)
    none = open_for_customer("  ", Words("."), requester=town.tess)

    assert long.subject.startswith("a b xxx") and len(long.subject) == 500
    assert none.subject == "(no subject)"


def test_files_come_along(town: Town) -> None:
    file = File("screen.png", "image/png", 5, "a" * 64)
    ticket = open_for_customer("x", Words("see", files=(file,)), requester=town.tess)

    assert ticket.messages.get().attachments.get().name == "screen.png"
