"""Two tickets about one thing: joined, answered as one, and taken apart again (K10)."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import MailId, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.following import followers_of
from deskbell.tickets.impacts import Impact
from deskbell.tickets.merging import merge, unmerge
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]
STRANGER = {"from": "Tess at home <tess@gmail.com>"}


@pytest.fixture
def pair(town: Town) -> tuple[Ticket, Ticket]:
    """One that was answered and one from elsewhere that waits since nine."""
    with moved_to(at("2026-11-19 08:30")):
        stays = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
        reply(stays, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 09:00")):
        stranger = type(town.tess).objects.with_address("tess@gmail.com", "Tess at home")
        gone = open_for_customer("Re: Black screen", Words("It is me"), requester=stranger)
        set_impact(gone, "high", by=town.ana, reason="")
    return gone, stays


def snapshot() -> list[tuple[object, ...]]:
    fields = ("ticket", "metric", "ordinal", "due_at", "stopped_at", "outcome", "breached_at")
    return list(Clock.objects.order_by("ticket", "metric", "ordinal").values_list(*fields))


def test_the_one_that_stays_takes_over_words_impact_and_the_oldest_unanswered_message_k10(
    town: Town, pair: tuple[Ticket, Ticket]
) -> None:
    gone, stays = pair
    with moved_to(at("2026-11-19 10:00")):
        merge(gone, stays, by=town.ana)
        stays.refresh_from_db()
        gone.refresh_from_db()
        assert [m.text for m in stays.messages.order_by("id")] == ["Dark", "On it", "It is me"]
        assert (stays.impact, gone.state, gone.merged_into) == (Impact.HIGH, "closed", stays)
        assert [str(person) for person in followers_of(stays)] == ["Tess at home"]
        waits = stays.clocks.get(metric="next_reply")
        assert waits.started_at == at("2026-11-19 09:00") and waits.outcome == "running"
        assert gone.clocks.get(metric="first_reply").outcome == "cancelled"
        assert list(differences()) == []


def test_taken_apart_again_both_are_as_they_were_k10(
    town: Town, pair: tuple[Ticket, Ticket]
) -> None:
    gone, stays = pair
    before = snapshot()
    with moved_to(at("2026-11-19 09:30")):
        merge(gone, stays, by=town.ana)
        assert snapshot() != before
        unmerge(gone, by=town.ana)
        assert snapshot() == before
        stays.refresh_from_db()
        gone.refresh_from_db()
        assert (gone.state, gone.merged_into, stays.impact) == ("open", None, Impact.NORMAL)
        assert gone.messages.get().text == "It is me" and stays.messages.count() == 2
        assert list(differences()) == []
        with pytest.raises(Refused, match="stands alone"):
            unmerge(gone, by=town.ana)


def test_merged_parted_and_merged_again_the_clocks_still_agree(
    town: Town, pair: tuple[Ticket, Ticket]
) -> None:
    gone, stays = pair
    with moved_to(at("2026-11-19 09:30")):
        for _ in range(2):
            merge(gone, stays, by=town.ana)
            unmerge(gone, by=town.ana)
        merge(gone, stays, by=town.ana)
        reply(stays, Words("Hello both"), by=town.ana)
        set_state(stays, "solved", by=town.ana)
        unmerge(gone, by=town.ana)
        assert list(differences()) == []
        assert gone.clocks.get(metric="first_reply").outcome == "running"


def test_across_districts_it_is_refused_and_so_is_what_is_closed(
    town: Town, pair: tuple[Ticket, Ticket]
) -> None:
    gone, stays = pair
    other = open_for_customer("Other", Words("x"), requester=town.sam)
    with pytest.raises(Refused, match="one district must not read"):
        merge(other, stays, by=town.ana)
    with pytest.raises(Refused, match="into itself"):
        merge(stays, stays, by=town.ana)
    merge(gone, stays, by=town.ana)
    with pytest.raises(Refused, match="is closed"):
        merge(gone, stays, by=town.ana)


def test_a_mail_that_stood_beside_a_ticket_is_joined_and_its_answers_find_it(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    ticket = Ticket.objects.get()
    came = arrive(letter("It is me", subject=f"Re: [#{ticket.number}]", **STRANGER))
    assert came.message and came.beside == ticket
    own = MailId.objects.get(message=came.message).value

    beside = came.message.ticket
    merge(beside, ticket, by=town.ana)
    arrive(letter("And more", subject="x", in_reply_to=own, **STRANGER))
    receipt = next(m for m in sent() if "tess@gmail.com" in m["To"])
    arrive(letter("By the receipt", subject="x", in_reply_to=receipt["Message-ID"], **STRANGER))
    arrive(letter("By number", subject=f"[#{beside.number}]", **STRANGER))
    assert Ticket.objects.count() == 2 and ticket.messages.count() == 5

    unmerge(beside, by=town.ana)
    arrive(letter("Alone again", subject="x", in_reply_to=own, **STRANGER))
    assert beside.messages.count() == 2 and list(differences()) == []
