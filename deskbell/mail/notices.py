"""An agent's notice goes to the agent by mail too, unless they chose not to: they may not be looking."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.conf import settings

from deskbell.mail import letters
from deskbell.mail.branding import brand_for
from deskbell.mail.models import MailId, OutboundMail, Silence
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.people.notices import Noticed, Topic
from deskbell.tickets.models import Ticket

TOPICS = {
    Topic.LATE: "A promise is late",
    Topic.DUE_SOON: "A promise is due soon",
    Topic.MAIL: "A mail could not be delivered",
    Topic.CHAT: "A chat that nobody takes",
    Topic.MENTION: "A colleague names me in a note",
    Topic.OTHER: "Everything else",
}
CHOICES = "/notices/mail"
OF_A_TICKET = re.compile(r"^/tickets/(\d+)")


def queue(fact: Noticed) -> None:
    """Queue one mail for each agent who was told something, unless that has a mail of its own."""
    if not fact.by_mail:
        return
    recipients = [notice.recipient_id for notice in fact.notices]
    silent = Silence.objects.filter(agent__in=recipients, topic=fact.topic)
    quiet = set(silent.values_list("agent", flat=True))
    for notice in fact.notices:
        person = notice.recipient.person
        if notice.recipient_id not in quiet and can_be_written_to(person):
            (mail,) = enqueue(
                OutboundMail.Kind.NOTICE,
                person,
                subject=notice.text,
                from_name=the_desk().name,
                letter=_letter(notice.text, notice.path),
            )
            _remember_what_it_is_about(mail, notice.path)


def wanted_by(agent: Agent) -> set[str]:
    """The topics of which this agent hears by mail."""
    return {str(topic) for topic in TOPICS} - set(agent.silences.values_list("topic", flat=True))


def choose(agent: Agent, topics: Collection[str]) -> None:
    """From now on the agent hears of these topics by mail, and of no others. Pages come always."""
    agent.silences.all().delete()
    Silence.objects.bulk_create(
        Silence(agent=agent, topic=topic) for topic in TOPICS if topic not in topics
    )


def _letter(text: str, path: str) -> letters.Letter:
    return letters.written(
        OutboundMail.Kind.NOTICE,
        {
            "text": text,
            "link": settings.DESK_URL + path,
            "choices": settings.DESK_URL + CHOICES,
            "desk": the_desk().name,
        },
        brand=brand_for(None),
    )


def _remember_what_it_is_about(mail: OutboundMail, path: str) -> None:
    """So that an agent's answer to the notice becomes a note on the ticket that it told of."""
    if about := OF_A_TICKET.match(path):
        ticket = Ticket.objects.filter(number=int(about[1])).values("number")
        MailId.objects.filter(value=mail.mail_id).update(notice_of=ticket[:1])
