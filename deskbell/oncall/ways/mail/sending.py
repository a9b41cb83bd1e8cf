"""A page by mail: the row waits in mail's own queue, and the page is sent once that mail is (E3)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from deskbell.lib.ids import digest, new_token
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.mail.notices import queue_for_agent
from deskbell.oncall.drawing import wall_clock
from deskbell.oncall.models import Call, Page
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket

LINK_LASTS = timedelta(days=3)


def send(page: Page, ticket: Ticket) -> None:
    """Queue a mail with a link of its own, whose button acknowledges."""
    token = new_token()
    page.token_digest, page.expires_at = digest(token), page.created_at + LINK_LASTS
    subject = f"[{ticket.get_impact_display()}] {ticket.subject} (#{ticket.number})"
    page.mail = queue_for_agent(page.agent, subject, _text(page, ticket, token))
    page.save()


def say_over(agent: Agent, call: Call, ticket: Ticket) -> None:
    """Queue a mail that says that nobody needs to act any more."""
    text = (
        f"{ticket.subject}\n\n{_source(call)} says that it is over. "
        f"Ticket #{ticket.number} stays open for what is left to do:\n{_ticket_link(ticket)}\n"
    )
    queue_for_agent(agent, f"It is over: {ticket.subject} (#{ticket.number})", text)


def _text(page: Page, ticket: Ticket, token: str) -> str:
    call = page.call
    since = wall_clock(call.opened_at, page.agent.person.zone or the_desk().zone)
    link = settings.DESK_URL + reverse("page", args=[token])
    return (
        f"{page.agent.person.name}, someone has to look at this now.\n\n"
        f"{ticket.subject}\n"
        f"{call.reason}, since {since}\n\n"
        f"Acknowledge it here:\n{link}\n\n"
        f"The ticket:\n{_ticket_link(ticket)}\n\n"
        f"This is page {call.round}. The desk goes on until someone acknowledges.\n"
    )


def mail_moved(fact: MailMoved) -> None:
    """A page is as far as its mail: sent once that has left the desk, failed if it never can."""
    page = Page.objects.filter(mail=fact.mail).first()
    if page is not None:
        page.state = _STATES[fact.mail.state]
        page.sent_at = fact.mail.sent_at
        page.save(update_fields=["state", "sent_at"])


_STATES = {
    OutboundMail.State.QUEUED: Page.State.QUEUED,
    OutboundMail.State.SENT: Page.State.SENT,
    OutboundMail.State.FAILED: Page.State.FAILED,
}


def _source(call: Call) -> str:
    return str(call.alert.source) if call.alert else "The desk"


def _ticket_link(ticket: Ticket) -> str:
    return f"{settings.DESK_URL}/tickets/{ticket.number}"
