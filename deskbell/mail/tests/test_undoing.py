"""A reply that may be undone leaves after ten seconds; undone within them it never leaves (K1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.mail import outbound
from deskbell.mail.models import MailId, OutboundMail
from deskbell.mail.sending import _lease
from deskbell.mail.tests.conftest import Relay, plain
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.undoing import undo
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = at("2026-11-19 12:00")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    with clock.moved_to(NOON):
        made = open_for_customer("Dark", Words("It is dark"), requester=town.tess)
    OutboundMail.objects.all().delete()  # the receipt
    return made


def answered(ticket: Ticket, town: Town, words: str = "Try again") -> Message:
    with clock.moved_to(NOON):
        return reply(ticket, Words(words), by=town.ana, may_be_undone=True)


def send_after(seconds: float) -> None:
    with clock.moved_to(NOON + timedelta(seconds=seconds)):
        while outbound.step() == 0:
            pass


def test_the_mail_leaves_after_ten_seconds_and_not_before(
    town: Town, ticket: Ticket, relay: Relay
) -> None:
    answered(ticket, town)
    send_after(9.9)
    assert relay.mails == []

    send_after(10)
    assert [plain(mail).split("\n")[0] for mail in relay.mails] == ["Try again"]


def test_k1_undone_within_them_nothing_ever_leaves(
    town: Town, ticket: Ticket, relay: Relay
) -> None:
    message = answered(ticket, town)
    with clock.moved_to(NOON + timedelta(seconds=5)):
        undo(ticket, message.pk, by=town.ana)
    send_after(3600)

    assert relay.mails == [] and not OutboundMail.objects.exists()
    assert not MailId.objects.filter(message=message).exists()


def test_a_mail_that_a_sender_has_in_hand_is_not_taken_back(
    town: Town, ticket: Ticket, relay: Relay
) -> None:
    message = answered(ticket, town)
    with clock.moved_to(NOON + timedelta(seconds=10)):
        assert len(_lease()) == 1
        with pytest.raises(Refused, match="on its way"):
            undo(ticket, message.pk, by=town.ana)
    assert Message.objects.said().filter(pk=message.pk).exists()


def test_what_was_taken_back_is_quoted_to_nobody(town: Town, ticket: Ticket, relay: Relay) -> None:
    message = answered(ticket, town, "I hate this school")
    with clock.moved_to(NOON + timedelta(seconds=5)):
        undo(ticket, message.pk, by=town.ana)
        reply(ticket, Words("We are on it"), by=town.ana)
    send_after(20)

    (mail,) = relay.mails
    assert "We are on it" in plain(mail) and "hate" not in mail.as_string()
