"""A page by mail: the row waits in mail's own queue, and the page is sent once that mail is (E3)."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from deskbell.look.words import moment
from deskbell.mail.facts import MailMoved
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import enqueue
from deskbell.oncall.links import give_link
from deskbell.oncall.models import Call, Page
from deskbell.oncall.ways.remote import Message
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket

_STATES: dict[str, str] = {
    OutboundMail.State.QUEUED: Page.State.QUEUED,
    OutboundMail.State.SENT: Page.State.SENT,
    OutboundMail.State.DELIVERED: Page.State.SENT,
    OutboundMail.State.COMPLAINED: Page.State.SENT,
    OutboundMail.State.BOUNCED: Page.State.FAILED,
    OutboundMail.State.FAILED: Page.State.FAILED,
}


def send(page: Page, ticket: Ticket) -> None:
    """Queue a mail with a link of its own, whose button acknowledges."""
    page.save()  # the link is made from its key
    link = give_link(page)
    since = moment(page.call.opened_at, page.agent.person.zone or the_desk().zone)
    page.mail = _queue(
        page.agent,
        ticket,
        subject=f"[{ticket.get_impact_display()}] {ticket.subject} (#{ticket.number})",
        line=f"{page.call.reason}, since {since}.",
        link=link,
        end=f"This is page {page.step}. The desk goes on until someone acknowledges.",
        overtakes=page.is_first,
    )
    page.save()


def send_many(pages: Sequence[Page], message: Message) -> None:
    """One mail that tells several pages of one person (E5). The first stands for all: they are as far as its
    mail."""
    first, rest = pages[0], [page.pk for page in pages[1:]]
    heading, *lines = message.text.splitlines()
    first.mail = _queue(
        first.agent,
        first.call.ticket,
        subject=message.title,
        heading=message.title,
        line=heading,
        lines=lines,
        link=message.link,
        ticket_link=message.ticket,
        end="The desk goes on with each until someone acknowledges it.",
    )
    first.save()
    Page.objects.filter(pk__in=rest).update(state=Page.State.BUNDLED, bundled_in=first)


def say_over(agent: Agent, call: Call, ticket: Ticket) -> None:
    """Queue a mail that says that nobody needs to act any more."""
    source = call.alert.source if call.alert else "The desk"
    _queue(
        agent,
        ticket,
        subject=f"It is over: {ticket.subject} (#{ticket.number})",
        line=f"{source} says that it is over. Nobody needs to acknowledge it any more.",
        link="",
        end=f"Ticket #{ticket.number} stays open for what is left to do.",
    )


def mail_moved(fact: MailMoved) -> None:
    """A page is as far as its mail: sent once that has left the desk, failed if it never can."""
    if fact.mail.kind != OutboundMail.Kind.NOTICE:
        return
    state = _STATES[fact.mail.state]
    Page.objects.filter(mail=fact.mail).update(state=state, sent_at=fact.mail.sent_at)
    told = Page.objects.filter(bundled_in__mail=fact.mail)
    if state == Page.State.FAILED:
        told.update(state=state)
    else:
        told.update(sent_at=fact.mail.sent_at)


def _queue(
    agent: Agent,
    ticket: Ticket,
    *,
    subject: str,
    line: str,
    link: str,
    end: str,
    heading: str = "",
    lines: Sequence[str] = (),
    ticket_link: str = "",
    overtakes: bool = False,
) -> OutboundMail:
    """Without the ticket's thread: mails of a ticket wait for each other, and a page waits for none."""
    return enqueue(
        OutboundMail.Kind.NOTICE,
        agent.person,
        subject=subject,
        from_name=the_desk().name,
        overtakes=overtakes,
        letter=from_files(
            "oncall/letter",
            {
                "name": agent.person.name,
                "heading": heading or ticket.subject,
                "line": line,
                "lines": lines,
                "link": link,
                "ticket": ticket_link or f"{settings.DESK_URL}/tickets/{ticket.number}",
                "end": end,
            },
        ),
    )[0]
