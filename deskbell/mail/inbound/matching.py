"""Which ticket does a mail belong to? By the mails it answers, then by the address it was sent to,
then by the number in its subject: the first two prove that the sender has had a mail of the ticket,
the number proves nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskbell.mail.addresses import number_in_reply_address
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.inbound.subjects import number_in
from deskbell.mail.models import MailId, stored_id
from deskbell.people.districts import district_of
from deskbell.people.models import Person
from deskbell.tickets.models import Follower, Ticket


@dataclass(frozen=True)
class Match:
    """The ticket that a mail continues, or None if it begins one.

    `beside`: the ticket that its subject names, but the sender doesn't belong to: an agent decides.
    `internal`: it answers a notice to an agent, so it is no word to the customer. `by_number`: only its
    subject names the ticket, which proves nothing: anyone can write a number, and another's name.
    """

    ticket: Ticket | None = None
    beside: Ticket | None = None
    internal: bool = False
    by_number: bool = False


def match(mail: Mail, sender: Person, recipients: Iterable[str] = ()) -> Match:
    """Find the ticket of a mail; `recipients` are those of its envelope."""
    if found := _answered(mail) or _addressed(mail, recipients):
        return Match(_what_follows(found))
    if sender.is_agent and (noticed := _noticed(mail)):
        return Match(noticed, internal=True)
    number = number_in(mail.subject)
    named = Ticket.objects.filter(number=number).first() if number else None
    if named is None:
        return Match()
    if is_on(named, sender):
        return Match(_what_follows(named), by_number=True)
    return Match(beside=named)


def is_on(ticket: Ticket, person: Person) -> bool:
    """Does the person belong to the ticket: asks, follows, has written on it, or is of its district?"""
    if person.is_agent or ticket.requester_id == person.pk:
        return True
    district = district_of(person)
    return bool(
        (district and ticket.district_id == district.pk)
        or Follower.objects.current().filter(ticket=ticket, person=person).exists()
        or ticket.messages.filter(author=person).exists()
    )


def answers_our_own(mail: Mail) -> bool:
    """Does it answer a mail of the desk that belongs to no ticket, such as a notice?"""
    ids = [*mail.in_reply_to, *mail.references, *mail.about]
    return bool(ids) and MailId.objects.named(*ids).filter(ours=True, ticket=None).exists()


def is_our_own(mail: Mail) -> bool:
    """Did the desk itself send this very mail?"""
    return (
        bool(mail.message_id) and MailId.objects.named(mail.message_id).filter(ours=True).exists()
    )


def _answered(mail: Mail) -> Ticket | None:
    """In-Reply-To first, then the nearest of References, then what a bounce brings back."""
    for ids in (mail.in_reply_to, mail.references, mail.about):
        known = MailId.objects.named(*ids).exclude(ticket=None).select_related("ticket")
        by_id = {each.value: each.ticket for each in known.order_by("id")} if ids else {}
        for message_id in reversed(ids):
            found = by_id.get(stored_id(message_id))
            if found:
                return found
    return None


def _addressed(mail: Mail, recipients: Iterable[str]) -> Ticket | None:
    """By the token of a reply address: what is left where a mail program loses its References."""
    named = [*recipients, *(each.address for each in (*mail.to, *mail.cc))]
    numbers = {number for each in named if (number := number_in_reply_address(each))}
    return Ticket.objects.filter(number__in=numbers).order_by("-number").first()


def _noticed(mail: Mail) -> Ticket | None:
    ids = [*mail.in_reply_to, *mail.references]
    told = MailId.objects.named(*ids).exclude(notice_of=None).select_related("notice_of")
    found = told.order_by("-id").first() if ids else None
    return found.notice_of if found else None


def _what_follows(ticket: Ticket) -> Ticket:
    """A ticket that was merged is the one it went into; a closed one was perhaps followed by another
    already, and the words belong there."""
    while ticket.is_closed:
        following = ticket.merged_into or (
            ticket.followed_by.filter(requester=ticket.requester).order_by("-number").first()
        )
        if following is None:
            break
        ticket = following
    return ticket
