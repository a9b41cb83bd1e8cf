"""Mail of a blocked sender is set aside with the reason: it opens nothing, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.mail import blocking
from deskbell.mail.inbound import quarantine, taking
from deskbell.mail.models import BlockedSender, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.people.models import Notice, Team
from deskbell.tickets.aside.setting_aside import mark_as_spam
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town

Arrive = Callable[..., RawMail]


@pytest.fixture
def blocked(town: Town, letter: Letter, arrive: Arrive) -> Ticket:
    """A mail of Tess's opened a ticket, and Ana has blocked her for it."""
    arrive(letter("Buy this"))
    ticket = mark_as_spam(Ticket.objects.get(), by=town.ana)
    blocking.block(ticket, by=town.ana)
    return ticket


def test_it_is_set_aside_with_who_blocked_it_and_why(
    blocked: Ticket, letter: Letter, arrive: Arrive
) -> None:
    held = arrive(letter("Buy that"))
    assert (held.state, held.danger) == ("quarantined", "blocked")
    assert held.reason.startswith("Ana Alvarez blocked tess@northvalley.example on ")
    assert held.reason.endswith(f"for ticket #{blocked.number}.")
    assert Ticket.objects.count() == 1
    assert not Notice.objects.exists(), "nobody need hear of what somebody wanted"
    assert RawMail.objects.set_aside_count() == 0


def test_among_many_mails_at_once_the_others_are_taken(
    town: Town, blocked: Ticket, letter: Letter, put: Arrive
) -> None:
    put(letter("Buy that"))
    for name in ("una", "vic"):
        put(letter(subject=name, **{"from": f"{name}@northvalley.example"}))
    while taking.step() == 0:
        pass
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == [
        "Black screen",
        "una",
        "vic",
    ]
    assert RawMail.objects.quarantined().count() == 1


def test_a_person_can_let_one_in_all_the_same_or_all_that_come(
    town: Town, blocked: Ticket, letter: Letter, arrive: Arrive, client: Client
) -> None:
    held = arrive(letter("It was no spam"))
    quarantine.release(held.pk, by=town.ana)
    while taking.step() == 0:
        pass
    assert Ticket.objects.count() == 2
    client.force_login(town.ana.person)
    assert b"tess@northvalley.example" in client.get("/mail/quarantine").content
    client.post("/mail/quarantine/senders/removal", {"address": "tess@northvalley.example"})
    assert not BlockedSender.objects.exists()
    assert arrive(letter("Hello")).state == "taken"


def test_the_team_itself_cannot_be_blocked(town: Town) -> None:
    own = open_for_customer("Ours", Words("Text"), requester=town.ben.person)
    with pytest.raises(Refused, match="someone of the team"):
        blocking.block(own, by=town.ana)


def test_only_of_spam_the_sender_is_blocked(town: Town, letter: Letter, arrive: Arrive) -> None:
    arrive(letter("Black screen"))
    with pytest.raises(Refused, match="as spam first"):
        blocking.block(Ticket.objects.get(), by=town.ana)


def test_what_owners_of_districts_write_is_not_for_everyone_to_set_aside_and_read(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    """It may be about billing (P9)."""
    asked = open_for_customer("Hello", Words("Help"), requester=town.olivia)
    with pytest.raises(Refused, match="owns a district"):
        blocking.block(mark_as_spam(asked, by=town.ana), by=town.ana)

    held = arrive(letter("Our invoice", **{"from": "Olivia@NorthValley.example"}))
    RawMail.objects.filter(pk=held.pk).update(state=RawMail.State.QUARANTINED, reason="Odd")
    town.ben.teams.set([Team.objects.get(name="Billing")])
    for agent, sees in ((town.ana, False), (town.ben, True), (town.max, True)):
        browser = Client()
        browser.force_login(agent.person)
        listed = browser.get("/mail/quarantine").content.decode()
        assert (f"/mail/quarantine/{held.pk}" in listed) is sees
        assert browser.get(f"/mail/quarantine/{held.pk}").status_code == (200 if sees else 404)
        if not sees:
            for deed in ("retry", "discard", "return", "release"):
                assert browser.post(f"/mail/quarantine/{held.pk}/{deed}").status_code == 404
