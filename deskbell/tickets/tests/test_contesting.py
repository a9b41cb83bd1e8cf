"""Contesting the impact: once, with a reason, within the promise of an answer, and with an outcome (P6)."""

from __future__ import annotations

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.tickets.contesting import contest, settle
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Contest, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

REASON = "The whole school can’t work"


def why() -> Words:
    return Words(REASON, door=Channel.PORTAL)


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Answered, and Normal."""
    with moved_to(at("2026-11-19 09:00")):
        opened = open_for_customer("Dark", Words("It is dark"), requester=town.olivia)
        reply(opened, Words("We look"), by=town.ana)
    return opened


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.values_list("kind", flat=True))


def test_a_contest_is_a_message_of_the_customer(town: Town, ticket: Ticket) -> None:
    message = contest(ticket, "high", why(), by=town.olivia)
    assert (message.text, message.public, message.author) == (REASON, True, town.olivia)
    assert kinds(ticket)[-2:] == ["contested", "customer_message"]


def test_the_outcome_is_told_with_its_reason_and_the_impact_follows(
    town: Town, ticket: Ticket
) -> None:
    contest(ticket, "high", why(), by=town.olivia)
    told = settle(ticket, "high", "An exam is on", by=town.ben)
    assert "it is High now.\n\nAn exam is on" in told.text and told.public
    ticket.refresh_from_db()
    assert ticket.impact == Impact.HIGH
    assert kinds(ticket)[-3:] == ["impact", "settled", "agent_reply"]
    found = Contest.objects.get()
    assert (found.was, found.wanted, found.became, found.settled_by) == (
        "normal",
        "high",
        "high",
        town.ben,
    )


def test_an_impact_that_stays_is_told_too(town: Town, ticket: Ticket) -> None:
    contest(ticket, "urgent", why(), by=town.olivia)
    told = settle(ticket, "normal", "Lessons go on in the hall", by=town.ben)
    assert "it stays Normal." in told.text
    assert kinds(ticket)[-2:] == ["settled", "agent_reply"]


def test_a_second_contest_is_refused_also_after_the_outcome(town: Town, ticket: Ticket) -> None:
    contest(ticket, "high", why(), by=town.olivia)
    for _ in range(2):
        with pytest.raises(Refused, match="told us once"):
            contest(ticket, "urgent", why(), by=town.olivia)
        if Contest.objects.filter(settled_at=None).exists():
            settle(ticket, "normal", "It stays", by=town.ben)
    assert kinds(ticket).count("contested") == 1


@pytest.mark.parametrize(
    ("wanted", "reason", "told"),
    [("normal", "so", "Choose the impact"), ("huge", "so", "Choose the"), ("high", " ", "Say why")],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    town: Town, ticket: Ticket, wanted: str, reason: str, told: str
) -> None:
    before = kinds(ticket)
    with pytest.raises(Refused, match=told):
        contest(ticket, wanted, Words(reason), by=town.olivia)
    assert kinds(ticket) == before and not Contest.objects.exists()


def test_a_solved_one_is_not_contested(town: Town, ticket: Ticket) -> None:
    set_state(ticket, str(State.SOLVED), by=town.ana)
    with pytest.raises(Refused, match="This request is solved"):
        contest(ticket, "high", why(), by=town.olivia)


def test_there_is_no_outcome_without_a_contest_nor_a_second_nor_one_without_a_reason(
    town: Town, ticket: Ticket
) -> None:
    with pytest.raises(Refused, match="Nobody contests"):
        settle(ticket, "high", "Yes", by=town.ben)
    contest(ticket, "high", why(), by=town.olivia)
    with pytest.raises(Refused, match="Say why"):
        settle(ticket, "high", " ", by=town.ben)
    with pytest.raises(Refused, match="is no impact"):
        settle(ticket, "huge", "Yes", by=town.ben)
    settle(ticket, "high", "Yes", by=town.ben)
    with pytest.raises(Refused, match="settled already"):
        settle(ticket, "low", "No", by=town.ana)


def test_what_an_agent_changes_meanwhile_leaves_the_outcome_owed(
    town: Town, ticket: Ticket
) -> None:
    contest(ticket, "urgent", why(), by=town.olivia)
    set_impact(ticket, "high", by=town.ana)
    assert Contest.objects.filter(settled_at=None).exists()
    assert "it is High now" in settle(ticket, "high", "Half of them work", by=town.ana).text
