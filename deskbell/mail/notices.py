"""An agent's notice goes to the agent by mail too: they may not be looking at the desk."""

from __future__ import annotations

import re

from django.conf import settings

from deskbell.mail.models import MailId, OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.notices import Noticed
from deskbell.tickets.models import Ticket

OF_A_TICKET = re.compile(r"^/tickets/(\d+)")


def queue(fact: Noticed) -> None:
    """Queue one mail for each agent who was told something, unless that has a mail of its own."""
    if not fact.by_mail:
        return
    desk = the_desk()
    for notice in fact.notices:
        agent = notice.recipient.person
        if can_be_written_to(agent):
            mail = enqueue(
                OutboundMail.Kind.NOTICE,
                agent,
                subject=notice.text,
                from_name=desk.name,
                template="mail/notice",
                context={"text": notice.text, "url": settings.DESK_URL + notice.path},
            )
            _remember_what_it_is_about(mail, notice.path)


def _remember_what_it_is_about(mail: OutboundMail, path: str) -> None:
    """So that an agent's answer to the notice becomes a note on the ticket that it told of."""
    if about := OF_A_TICKET.match(path):
        ticket = Ticket.objects.filter(number=int(about[1])).values("number")
        MailId.objects.filter(value=mail.mail_id).update(notice_of=ticket[:1])
