"""Which ticket does a mail belong to? By the mails it answers, then by the address it was sent to,
then by the number in its subject: the first two prove that the sender has had a mail of the ticket,
the number proves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from deskbell.mail.addresses import number_in_reply_address
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.inbound.subjects import number_in
from deskbell.mail.models import MailId, stored_id
from deskbell.people.districts import district_of
from deskbell.people.models import Person
from deskbell.tickets.access import admits
from deskbell.tickets.models import Follower, Ticket, Tickets


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


class Known:
    """What the desk knows of the Message-IDs and ticket numbers that some mails name: asked at once."""

    def __init__(self, mails: Iterable[tuple[Mail, Iterable[str]]]) -> None:
        """Each mail comes with the recipients of its envelope."""
        ids: set[str] = set()
        numbers: set[int] = set()
        for mail, recipients in mails:
            ids |= {mail.message_id, *mail.in_reply_to, *mail.references, *mail.about}
            numbers |= {*_numbers_addressed(mail, recipients), number_in(mail.subject) or 0}
        self._ids: dict[str, list[MailId]] = defaultdict(list)
        if ids := ids - {""}:
            found = MailId.objects.named(*ids).select_related("ticket", "notice_of")
            for each in found.order_by("id"):
                self._ids[each.value].append(each)
        self._tickets = Ticket.objects.in_bulk(numbers - {0}) if numbers - {0} else {}

    def named(self, *message_ids: str) -> list[MailId]:
        """The mails with one of these Message-IDs, the oldest first."""
        found = (self._ids.get(stored_id(each), []) for each in dict.fromkeys(message_ids) if each)
        return sorted(
            {each.pk: each for some in found for each in some}.values(), key=lambda e: e.pk
        )

    def ticket(self, number: int | None) -> Ticket | None:
        return self._tickets.get(number or 0)


def match(
    mail: Mail, sender: Person, recipients: Iterable[str] = (), known: Known | None = None
) -> Match:
    """Find the ticket of a mail; `recipients` are those of its envelope."""
    recipients = list(recipients)
    known = known or Known([(mail, recipients)])
    if found := _answered(mail, known) or _addressed(mail, recipients, known):
        return Match(_what_follows(found)) if admits(found, sender) else Match(beside=found)
    noticed = _noticed(mail, known) if sender.is_agent else None
    if noticed and admits(noticed, sender):
        return Match(noticed, internal=True)
    named = known.ticket(number_in(mail.subject))
    if named is None:
        return Match()
    if is_on(named, sender):
        return Match(_what_follows(named), by_number=True)
    return Match(beside=named)


def is_on(ticket: Ticket, person: Person) -> bool:
    """Does the person belong to the ticket: asks, follows, has written on it, or is of its district?"""
    if not admits(ticket, person):
        return False
    if person.is_agent or ticket.requester_id == person.pk:
        return True
    district = district_of(person)
    return bool(
        (district and ticket.district_id == district.pk)
        or Follower.objects.current().filter(ticket=ticket, person=person).exists()
        or ticket.messages.filter(author=person).exists()
    )


def answers_our_own(mail: Mail, known: Known | None = None) -> bool:
    """Does it answer a mail of the desk that belongs to no ticket, such as a notice?"""
    ids = [*mail.in_reply_to, *mail.references, *mail.about]
    named = (known or Known([(mail, ())])).named(*ids)
    return any(each.ours and each.ticket_id is None for each in named)


def is_our_own(mail: Mail, known: Known | None = None) -> bool:
    """Did the desk itself send this very mail?"""
    named = (known or Known([(mail, ())])).named(mail.message_id)
    return any(each.ours for each in named)


def _answered(mail: Mail, known: Known) -> Ticket | None:
    """In-Reply-To first, then the nearest of References, then what a bounce brings back."""
    for ids in (mail.in_reply_to, mail.references, mail.about):
        by_id = {each.value: each.ticket for each in known.named(*ids) if each.ticket}
        for message_id in reversed(ids):
            found = by_id.get(stored_id(message_id))
            if found:
                return found
    return None


def _addressed(mail: Mail, recipients: Iterable[str], known: Known) -> Ticket | None:
    """By the token of a reply address: what is left where a mail program loses its References."""
    numbers = sorted(_numbers_addressed(mail, recipients), reverse=True)
    return next((found for number in numbers if (found := known.ticket(number))), None)


def _numbers_addressed(mail: Mail, recipients: Iterable[str]) -> set[int]:
    named = [*recipients, *(each.address for each in (*mail.to, *mail.cc))]
    return {number for each in named if (number := number_in_reply_address(each))}


def _noticed(mail: Mail, known: Known) -> Ticket | None:
    told = [each for each in known.named(*mail.in_reply_to, *mail.references) if each.notice_of]
    return told[-1].notice_of if told else None


def _what_follows(ticket: Ticket) -> Ticket:
    """A ticket that was merged is the one it went into; a closed one was perhaps followed by another
    already, and the words belong there."""
    while ticket.is_closed:
        following = ticket.merged_into or _followers(ticket).order_by("-number").first()
        if following is None:
            break
        ticket = following
    return ticket


def _followers(ticket: Ticket) -> Tickets:
    """The tickets in which its requester went on. A billing thread that began there is none of them: not
    everyone who may write here may write there."""
    same = {"requester": ticket.requester, "confidential": ticket.confidential}
    return ticket.followed_by.filter(**same)
