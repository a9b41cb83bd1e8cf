"""A transcript of the conversation, by mail, for who asks: whole, and not again and again."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from deskbell.chat.models import Visit
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.tickets.models import Message, Messages, Side

PAUSE = timedelta(minutes=10)


def heard_in(visit: Visit) -> Messages:
    """What the team has told this conversation, and what this visitor has said in it.

    Not what other customers say on the ticket: an address that a visitor leaves is not proved, so
    mails from there stay unseen.
    """
    own = Q(side=Side.CUSTOMER, author=visit.visitor.person_id)
    said = Message.objects.said().filter(ticket=visit.ticket_id, public=True)
    return said.filter(~Q(side=Side.CUSTOMER) | own).order_by("id")


def may_hear(visit: Visit, message: Message) -> bool:
    """Is this message of the visit's ticket one of those `heard_in` finds?"""
    if not message.public or message.undone_at:
        return False
    return message.side != Side.CUSTOMER or message.author_id == visit.visitor.person_id


def note_transcript(visit: Visit) -> None:
    """It is mailed now. Refused if it was a moment ago: of two who ask at once, one does. Belongs in the
    transaction in which the mail is queued."""
    now = clock.now()
    not_lately = Q(transcript_at=None) | Q(transcript_at__lte=now - PAUSE)
    if not Visit.objects.filter(not_lately, pk=visit.pk).update(transcript_at=now):
        raise Refused("The transcript was mailed a moment ago. Ask again in ten minutes.")
