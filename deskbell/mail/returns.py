"""What becomes of a mail after it has left: it was delivered, came back, or was called spam.

Two tell of it: delivery reports that the desk reads, and a mail service's webhooks. Both name the mail;
a report about an address to which that mail never went is not believed. A reply that came back stays
counted (K1): its assignee is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.mail.facts import MailMoved
from deskbell.mail.inbound.mail import Bounce
from deskbell.mail.models import OutboundMail, OutboundMails, stored_id
from deskbell.people.models import Person
from deskbell.people.notices import Topic, notify
from deskbell.people.reaching import mail_failed, mail_works
from deskbell.tickets.events import MessagePosted, TicketOpened
from deskbell.tickets.models import Channel, Side
from deskbell.tickets.models import State as TicketState

CODE = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b")  # an SMTP answer
State = OutboundMail.State
# A later report overrules an earlier one only if it is worse: servers deliver, and then bounce.
WORSE = {State.SENT: 0, State.QUEUED: 0, State.DELIVERED: 1, State.COMPLAINED: 2, State.BOUNCED: 3}
LAST_WORDS = {State.BOUNCED: "came back from", State.COMPLAINED: "was marked as spam by"}


def take_bounce(about: Iterable[str], bounce: Bounce, *, why: str) -> None:
    """Take in what a mail server reports; `why` is the text of its mail, of which a line is kept."""
    lines = [" ".join(line.split()) for line in why.splitlines()]
    told = next((line for line in lines if CODE.search(line)), "")
    reason = told or ("it can't be delivered" if bounce.permanent else "it is delayed")
    take_report(about, bounce.address, permanent=bounce.permanent, why=reason[:300])


@transaction.atomic
def take_success(about: Iterable[str], address: str) -> None:
    """Take in that a mail server says that mails with one of these Message-IDs were delivered there."""
    for mail in _reported_on(about, address):
        report(mail, State.DELIVERED)


@transaction.atomic
def take_report(about: Iterable[str], address: str, *, permanent: bool, why: str) -> None:
    """Take in a delivery report: mails with one of these Message-IDs did not reach `address`."""
    for mail in _reported_on(about, address):
        if permanent:
            report(mail, State.BOUNCED, why=why)
        else:
            late(mail, why)


def _reported_on(about: Iterable[str], address: str) -> list[OutboundMail]:
    names = [stored_id(each) for each in about]
    at_service = [local for each in names if (local := each.strip("<>").partition("@")[0])]
    named = Q(mail_id__in=names) | Q(provider_id__in=at_service)
    mails = OutboundMail.objects.filter(named) if names else OutboundMail.objects.none()
    return [mail for mail in _locked(mails) if _went_to(mail, address, alone=len(mails) == 1)]


def late(mail: OutboundMail, why: str) -> None:
    """Note that a (locked) mail has not arrived so far; that marks nobody."""
    if mail.state == State.SENT:
        mail.error = f"not there yet: {why.replace(chr(0), '')}"[:1000]
        mail.save(update_fields=["error"])
        tell(MailMoved(mail))


def report(mail: OutboundMail, state: str, *, why: str = "", at: datetime | None = None) -> None:
    """Note what became of a (locked) mail, and what follows from it. The same again changes nothing."""
    if mail.state == State.FAILED or WORSE[State(state)] <= WORSE[State(mail.state)]:
        return
    mail.state, mail.reported_at = state, at or clock.now()
    mail.error = why.replace("\0", "")[:1000]
    mail.save(update_fields=["state", "reported_at", "error"])
    tell(MailMoved(mail))
    if state in LAST_WORDS:
        _mark_address(mail, why or str(State(state).label))
        _tell_assignee(mail, LAST_WORDS[State(state)])


def note_refusal(mail: OutboundMail) -> None:
    """The mail never left: the relay refused it for good, or for five days."""
    if mail.permanent:
        _mark_address(mail, mail.error)
    _tell_assignee(mail, "could not be delivered to")


def heard_from(fact: TicketOpened | MessagePosted) -> None:
    """Who writes by mail can be reached by mail."""
    message, author = fact.message, fact.message.author
    wrote = message.side == Side.CUSTOMER and message.door == Channel.MAIL
    if wrote and author is not None and not message.automatic:
        mail_works(author)


def by_service_id(provider_id: str, recipient: str) -> OutboundMail | None:
    """The mail that the service names so, locked."""
    found = OutboundMail.objects.filter(provider_id=provider_id) if provider_id else None
    mails = _locked(found) if found is not None else []
    return next((mail for mail in mails if _went_to(mail, recipient, alone=not recipient)), None)


def _locked(mails: OutboundMails) -> list[OutboundMail]:
    found = mails.select_related("ticket__assignee__person").order_by("id")
    return list(found.select_for_update(of=("self",)))


def _went_to(mail: OutboundMail, address: str, *, alone: bool) -> bool:
    """Did it go there? A server that forwards may report another address, if the mail had one reader."""
    return mail.recipient.casefold() == address.casefold() or (alone and not mail.cc)


def _mark_address(mail: OutboundMail, why: str) -> None:
    person = Person.objects.filter(email=mail.recipient.lower()).first()
    if person and not person.is_agent:
        mail_failed(person, why, at=clock.now())


def _tell_assignee(mail: OutboundMail, what: str) -> None:
    ticket = mail.ticket
    if ticket and ticket.assignee and ticket.state != TicketState.CLOSED:
        notify(
            [ticket.assignee],
            f"A mail {what} {mail.recipient}: #{ticket.number} {ticket.subject}",
            path=f"/tickets/{ticket.number}",
            urgent=True,
            topic=Topic.MAIL,
        )
