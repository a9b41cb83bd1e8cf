"""A conversation that its visitor has left goes on by mail, in both directions, as one ticket."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from deskbell.chat import leaving
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.messenger.tests.conftest import Bubble
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import Words
from tests.town import Town, at

TESS = "tess@northvalley.example"


@pytest.fixture
def tab(town: Town, new_bubble: object) -> Bubble:
    with moved_to(at("2026-11-19 09:00")):
        made: Bubble = new_bubble().begin()  # type: ignore[operator]
        made.say("My screen is black", "first-message")
        made.post("address", {"address": TESS})
    return made


def answered(town: Town, words: str, when: str) -> None:
    with moved_to(at(when)):
        reply(Ticket.objects.get(), Words(words), by=town.ana)


def gone() -> None:
    with moved_to(at("2026-11-19 09:30")):
        leaving.step()


def of_ticket() -> QuerySet[OutboundMail]:
    """Without the link that confirms an address."""
    return OutboundMail.objects.exclude(ticket=None)


def letters() -> list[str]:
    return list(of_ticket().order_by("id").values_list("text", flat=True))


def test_what_was_said_after_they_were_last_seen_goes_by_mail_as_one_letter(
    tab: Bubble, town: Town
) -> None:
    answered(town, "Which room?", "2026-11-19 09:03")
    with moved_to(at("2026-11-19 09:04")):
        note(Ticket.objects.get(), Words("SECRET"), by=town.ana)
    answered(town, "Try again, please", "2026-11-19 09:05")
    assert letters() == []  # it may still be read in the chat
    gone()
    gone()
    mail = of_ticket().get()
    assert mail.to_address == TESS and f"[#{Ticket.objects.get().number}]" in mail.subject
    assert mail.text.index("Which room?") < mail.text.index("Try again, please")
    assert "> My screen is black" in mail.text  # the conversation's last lines
    assert "SECRET" not in mail.text


def test_what_they_have_read_in_the_chat_is_not_mailed(tab: Bubble, town: Town) -> None:
    answered(town, "Which room?", "2026-11-19 09:03")
    with moved_to(at("2026-11-19 09:04")):
        tab.post("presence", {})
    gone()
    assert letters() == []


def test_a_reply_after_they_left_is_mailed_with_the_last_lines(tab: Bubble, town: Town) -> None:
    gone()
    answered(town, "It works again", "2026-11-19 11:00")
    (letter,) = letters()
    assert "It works again" in letter and "> My screen is black" in letter


def test_their_mail_lands_on_the_same_ticket(tab: Bubble, town: Town) -> None:
    gone()
    answered(town, "Which room?", "2026-11-19 11:00")
    with moved_to(at("2026-11-19 11:10")):
        hear(Ticket.objects.get(), Words("Room 214"), author=town.tess)
    with moved_to(at("2026-11-19 11:20")):
        tab.say("I am back", "second-message")
    texts = list(Ticket.objects.get().messages.order_by("id").values_list("text", flat=True))
    assert texts == ["My screen is black", "Which room?", "Room 214", "I am back"]


def test_without_an_address_nothing_is_mailed(new_bubble: object, town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        new_bubble().begin().say("Hello", "first-message")  # type: ignore[operator]
    answered(town, "Hello!", "2026-11-19 09:03")
    gone()
    assert letters() == []
