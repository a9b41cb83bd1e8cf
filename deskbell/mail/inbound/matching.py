"""Which ticket does a mail belong to? By the mails it answers, then by the number in its subject."""

from __future__ import annotations

import re

from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import MailId, stored_id
from deskbell.people.districts import district_of
from deskbell.people.models import Person
from deskbell.tickets.models import Ticket

NUMBER = re.compile(r"\[#(\d{1,12})\]")


def ticket_of(mail: Mail, sender: Person | None) -> Ticket | None:
    """The ticket that the mail continues, or None if it begins one."""
    ticket = _answered(mail) or _named_in_subject(mail, sender)
    return _what_follows(ticket) if ticket else None


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


def _named_in_subject(mail: Mail, sender: Person | None) -> Ticket | None:
    """Anyone can write a number: it counts only from the requester, and from their district."""
    number = NUMBER.search(mail.subject)
    if number is None or sender is None:
        return None
    ticket = Ticket.objects.filter(number=int(number[1])).first()
    if ticket is None:
        return None
    district = district_of(sender)
    is_known = sender.is_agent or ticket.requester_id == sender.pk
    return ticket if is_known or (district and ticket.district_id == district.pk) else None


def _what_follows(ticket: Ticket) -> Ticket:
    """A closed ticket was perhaps followed by another already: the words belong there."""
    while ticket.is_closed:
        following = (
            ticket.followed_by.filter(requester=ticket.requester).order_by("-number").first()
        )
        if following is None:
            break
        ticket = following
    return ticket
