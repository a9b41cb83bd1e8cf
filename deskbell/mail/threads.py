"""A merge takes the mails of a ticket along: what answers them belongs to the ticket where they now are."""

from __future__ import annotations

from django.db.models import F

from deskbell.mail.models import MailId
from deskbell.tickets.events import Merged


def follow(fact: Merged) -> None:
    """Let each Message-ID name the ticket on which its message stands."""
    moved = MailId.objects.filter(message__ticket=fact.ticket).exclude(ticket=fact.ticket)
    moved.exclude(ticket=F("message__ticket")).update(ticket=fact.ticket)
