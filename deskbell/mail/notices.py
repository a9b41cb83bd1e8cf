"""An agent's notice goes to the agent by mail too: they may not be looking at the desk."""

from __future__ import annotations

from django.conf import settings

from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.notices import Noticed


def queue(fact: Noticed) -> None:
    """Queue one mail for each agent who was told something, unless that has a mail of its own."""
    if not fact.by_mail:
        return
    desk = the_desk()
    for notice in fact.notices:
        agent = notice.recipient.person
        if can_be_written_to(agent):
            enqueue(
                OutboundMail.Kind.NOTICE,
                agent,
                subject=notice.text,
                from_name=desk.name,
                template="mail/notice",
                context={"text": notice.text, "url": settings.DESK_URL + notice.path},
            )
