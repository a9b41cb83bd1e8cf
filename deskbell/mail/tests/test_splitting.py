"""A mail that is about something else: split off with what follows it, and put back (K3, K13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import MailId, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.sla.models import Clock
from deskbell.sla.verify import differences
from deskbell.tickets.following import follow, followers_of
from deskbell.tickets.merging import merge, unmerge
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.splitting import put_back, split
from deskbell.tickets.words import Words
from tests.town import Town, at

Arrive = Callable[..., RawMail]


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Answered at half past eight; at nine Tess writes about a printer, and Ana notes something."""
    with moved_to(at("2026-11-19 08:00")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-19 08:30")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 09:00")):
        hear(ticket, Words("The printer too"), author=town.tess)
        note(ticket, Words("Which one?"), by=town.ana)
    return ticket


def said(ticket: Ticket) -> list[str]:
    return [message.text for message in ticket.messages.order_by("id")]


def of(ticket: Ticket, text: str) -> Message:
    return ticket.messages.get(text=text)


def clock_of(ticket: Ticket, metric: str) -> Clock:
    return Clock.objects.filter(ticket=ticket, metric=metric).latest("ordinal")


def snapshot(ticket: Ticket) -> list[tuple[object, ...]]:
    fields = ("metric", "ordinal", "due_at", "stopped_at", "outcome", "breached_at")
    return list(Clock.objects.filter(ticket=ticket).order_by("id").values_list(*fields))


def test_the_message_and_all_after_it_go_with_the_clock_that_it_started_k3_k13(
    town: Town, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-19 09:30")):
        follow(ticket, town.olivia, by=town.ana)
        new = split(ticket, of(ticket, "The printer too"), by=town.ana, subject="Printer")
        assert (said(ticket), said(new)) == (["Dark", "On it"], ["The printer too", "Which one?"])
        assert (new.subject, new.requester, new.follows_id) == ("Printer", town.tess, ticket.pk)
        assert [*followers_of(new)] == [*followers_of(ticket)]
        moved = clock_of(ticket, "next_reply")
        assert (moved.outcome, moved.marks) == ("cancelled", ["moved to another ticket"])
        assert clock_of(ticket, "first_reply").outcome == "met"
        owed = clock_of(new, "first_reply")
        assert (owed.outcome, owed.started_at) == ("running", at("2026-11-19 09:00"))
        assert list(differences()) == []
        set_state(ticket, "solved", by=town.ana)
        with pytest.raises(Refused, match="no answer yet"):
            set_state(new, "solved", by=town.ana)


def test_late_already_it_is_breached_at_the_split_and_the_old_breach_stays_k13(
    town: Town, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-23 12:00")):
        new = split(ticket, of(ticket, "The printer too"), by=town.ana)
        owed = clock_of(new, "first_reply")
        assert (owed.breached_at, owed.marks) == (
            at("2026-11-23 12:00"),
            ["late when split off"],
        )
        assert clock_of(ticket, "next_reply").breached_at == clock_of(ticket, "next_reply").due_at
        assert list(differences()) == []


def test_an_older_unanswered_message_stays_and_its_clock_goes_on_k3(
    town: Town, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-19 09:10")):
        hear(ticket, Words("And a third thing"), author=town.tess)
        before = snapshot(ticket)
        new = split(ticket, of(ticket, "And a third thing"), by=town.ana)
        assert snapshot(ticket) == before
        assert clock_of(new, "first_reply").started_at == at("2026-11-19 09:10")
        assert list(differences()) == []


def test_what_was_answered_owes_nothing_anew_and_stays_counted_where_it_was_k3(
    town: Town, ticket: Ticket
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        reply(ticket, Words("Which printer?"), by=town.ana)
        before = snapshot(ticket)
        new = split(ticket, of(ticket, "The printer too"), by=town.ana)
        assert snapshot(ticket) == before and not new.clocks.exists()
        assert said(new)[-1] == "Which printer?"
        hear(new, Words("The big one"), author=town.tess)
        assert clock_of(new, "first_reply").started_at == at("2026-11-19 10:00")
        again = split(new, of(new, "The big one"), by=town.ana)
        assert clock_of(again, "first_reply").outcome == "running"
        assert list(differences()) == []


def test_put_back_all_is_as_it_was(town: Town, ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 09:30")):
        before, words = snapshot(ticket), said(ticket)
        new = split(ticket, of(ticket, "The printer too"), by=town.ana)
        put_back(new, by=town.ana)
        assert (snapshot(ticket), said(ticket), said(new)) == (before, words, [])
        new.refresh_from_db()
        assert (new.state, new.merged_into) == ("closed", ticket)
        assert clock_of(new, "first_reply").outcome == "cancelled"
        with pytest.raises(Refused, match="Split it anew"):
            unmerge(new, by=town.ana)
        with pytest.raises(Refused, match=r"Take them apart|can.t go back"):
            put_back(new, by=town.ana)
        assert list(differences()) == []


def test_once_something_has_happened_it_is_merged_instead(town: Town, ticket: Ticket) -> None:
    with moved_to(at("2026-11-19 09:30")):
        new = split(ticket, of(ticket, "The printer too"), by=town.ana)
        note(ticket, Words("Hm"), by=town.ana)
        with pytest.raises(Refused, match=f"Merge #{new.number} into #{ticket.number} instead"):
            put_back(new, by=town.ana)
        merge(new, ticket, by=town.ana)
        waits = clock_of(ticket, "next_reply")
        assert (waits.started_at, waits.outcome) == (at("2026-11-19 09:00"), "running")
        assert list(differences()) == []


def test_what_cannot_be_split_is_refused_with_a_sentence(town: Town, ticket: Ticket) -> None:
    other = open_for_customer("Other", Words("x"), requester=town.tess)
    with moved_to(at("2026-11-19 09:30")):
        for text, why in (
            ("Dark", "first message"),
            ("On it", "words of the customer"),
            ("Which one?", "words of the customer"),
        ):
            with pytest.raises(Refused, match=why):
                split(ticket, of(ticket, text), by=town.ana)
        printer = of(ticket, "The printer too")
        Ticket.objects.filter(pk=ticket.pk).update(live=True)
        with pytest.raises(Refused, match="live chat"):
            split(ticket, printer, by=town.ana)
        Ticket.objects.filter(pk=ticket.pk).update(live=False)
        reply(ticket, Words("Oh"), by=town.ana, may_be_undone=True)
        with pytest.raises(Refused, match="still be taken back"):
            split(ticket, printer, by=town.ana)
    with moved_to(at("2026-11-19 10:30")):
        merge(other, ticket, by=town.ana)
        with pytest.raises(Refused, match="Take them apart first"):
            split(ticket, printer, by=town.ana)
        unmerge(other, by=town.ana)
        Ticket.objects.filter(pk=ticket.pk).update(state="closed")
        with pytest.raises(Refused, match="is closed"):
            split(ticket, printer, by=town.ana)


def test_answers_to_what_moved_find_the_new_ticket(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    arrive(letter("Dark"))
    ticket = Ticket.objects.get()
    first = MailId.objects.get(ticket=ticket, ours=False).value
    came = arrive(letter("A printer", subject="Printer", in_reply_to=first))
    assert came.message and came.message.ticket == ticket
    answer = reply(ticket, Words("Which?"), by=town.ana)
    new = split(ticket, came.message, by=town.ana, subject="Printer")
    mail = answer.mails.get()
    assert mail.ticket == new
    arrive(letter("This one", subject="Re: Printer", in_reply_to=mail.mail_id))
    arrive(letter("Still dark", subject="Re: Black", in_reply_to=first))
    assert said(new) == ["A printer", "Which?", "This one"]
    assert said(ticket) == ["Dark", "Still dark"] and list(differences()) == []
