"""A merge or split takes mails along: what answers them belongs to the ticket where they now are."""

from __future__ import annotations

from django.db.models import F

from deskbell.mail.models import MailId, OutboundMail
from deskbell.tickets.events import Merged, Split


def follow(fact: Merged | Split) -> None:
    """Let each Message-ID name the ticket on which its message stands."""
    moved = MailId.objects.filter(message__ticket=fact.ticket).exclude(ticket=fact.ticket)
    moved.exclude(ticket=F("message__ticket")).update(ticket=fact.ticket)


def move_along(fact: Split) -> None:
    """After a split the mails that carried the moved replies are of the new ticket's thread too."""
    follow(fact)
    moved = OutboundMail.objects.filter(message__ticket=fact.ticket).exclude(ticket=fact.ticket)
    moved.update(ticket=fact.ticket)
