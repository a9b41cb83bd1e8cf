"""Raw mails become messages: one after the other, each in one transaction, so that a worker that is
killed leaves a mail either as it was or taken once and for all."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from deskbell.lib import clock, files
from deskbell.mail import addressing, arrivals, returns
from deskbell.mail.addresses import is_deliverable, is_marked, is_ours
from deskbell.mail.inbound import matching
from deskbell.mail.inbound.apart import Reader, Unreadable
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.models import MailId, RawMail, stored_id
from deskbell.people.models import Person
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note
from deskbell.tickets.words import File, Words

BATCH = 20
LONGEST_SLEEP = 2.0  # seconds; a new mail wakes the loop
MOST_ATTEMPTS = 5
UNPROVED = "Came by mail as {address}. The desk can't prove the sender, so it is a note.\n\n"
log = logging.getLogger(__name__)
_reader = Reader()


class Incomprehensible(Exception):
    """The mail can't become a message, and trying again won't help; the text says why."""


def step() -> float:
    """Take what is waiting; answers the seconds until it wants to look again (for the worker's loop)."""
    _reader.start()
    for _ in range(BATCH):
        if not take_next():
            return LONGEST_SLEEP
    return 0


def take_next() -> bool:
    """Take one mail, or set it aside if that fails; False if none is waiting."""
    taking: list[int] = []
    try:
        return _take_next(taking)
    except Exception as error:
        if not taking:
            raise
        _set_aside(taking[0], error)
        return True


def retry(raw_mail: RawMail) -> None:
    """Take a mail out of quarantine, as after an upgrade that can read it."""
    RawMail.objects.filter(pk=raw_mail.pk, state=RawMail.State.QUARANTINED).update(
        state=RawMail.State.NEW, attempts=0, next_attempt_at=None, reason=""
    )


@transaction.atomic
def _take_next(taking: list[int]) -> bool:
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=clock.now())
    raw = RawMail.objects.waiting().filter(due).select_for_update(skip_locked=True).first()
    if raw is None:
        return False
    taking.append(raw.pk)
    try:
        mail = _reader.read(bytes(raw.raw), envelope_sender=raw.sender)
    except Unreadable as error:
        raise Incomprehensible(str(error)) from error
    _take(raw, mail)
    return True


def _take(raw: RawMail, mail: Mail) -> None:
    raw.automatic = mail.automatic or ""
    sender = _sender(mail)
    ticket = matching.ticket_of(mail, sender)
    if reason := _reason_to_ignore(raw, mail, sender, ticket):
        raw.state, raw.reason = RawMail.State.IGNORED, reason
    else:
        raw.state, raw.message = RawMail.State.TAKEN, _say(raw, mail, sender, ticket)
    raw.save(update_fields=["automatic", "state", "reason", "message"])
    if mail.bounce:
        returns.take_bounce(mail.about, mail.bounce, why=mail.visible_text)


def _sender(mail: Mail) -> Person:
    address = mail.sender.address
    if not is_deliverable(address):
        raise Incomprehensible("The mail names no sender to whom the desk could answer.")
    return Person.objects.with_address(address, mail.sender.name[:200])


def _reason_to_ignore(raw: RawMail, mail: Mail, sender: Person, ticket: Ticket | None) -> str:
    if matching.is_our_own(mail) or is_marked(bytes(raw.raw)):
        addressing.take_test(mail.message_id)
        return "This is a mail of the desk itself that came back."
    if mail.automatic and ticket is None and matching.answers_our_own(mail):
        return "A machine answered a notice of the desk."
    if mail.automatic and ticket is None and sender.is_agent:
        return "An agent's mail program answered by itself."
    return ""


def _say(raw: RawMail, mail: Mail, sender: Person, ticket: Ticket | None) -> Message:
    """Hand the words to the verbs of the tickets; returns the message that they became."""
    words = _words(raw, mail)
    if ticket and sender.is_agent and ticket.requester_id != sender.pk:
        message = _note_of_agent(ticket, words, sender)
    else:
        heard = hear(ticket, words, author=sender) if ticket else _open(raw, mail, words, sender)
        message = heard.messages.filter(author=sender).latest("id")
    _remember(mail, message)
    return message


def _open(raw: RawMail, mail: Mail, words: Words, sender: Person) -> Ticket:
    """A new ticket, of the team and category that the address has to which the mail went."""
    address = arrivals.address_among([*raw.recipients, *(to.address for to in mail.to)])
    return open_for_customer(mail.subject, words, requester=sender, **arrivals.opening_by(address))


def _words(raw: RawMail, mail: Mail) -> Words:
    kept = [
        File(each.name, each.media_type, each.size, files.keep(each.content), each.content_id)
        for each in mail.attachments
    ]
    folded = [part for part in (mail.signature, mail.quoted_text) if part]
    return Words(
        text=mail.visible_text,
        html=mail.html,
        quoted="\n\n".join(folded),
        received_at=raw.received_at,
        automatic=mail.automatic is not None or is_ours(mail.sender.address),
        files=tuple(kept),
    )


def _note_of_agent(ticket: Ticket, words: Words, sender: Person) -> Message:
    said = UNPROVED.format(address=sender.email) + words.text
    return note(
        ticket,
        Words(said, words.html, words.quoted, received_at=words.received_at, files=words.files),
        by=sender.agent,
    )


def _remember(mail: Mail, message: Message) -> None:
    """So that an answer to this mail finds the ticket."""
    if mail.message_id:
        MailId.objects.create(
            value=stored_id(mail.message_id), ticket=message.ticket, message=message, ours=False
        )


@transaction.atomic
def _set_aside(pk: int, error: Exception) -> None:
    """Into quarantine with the reason, at once or after some attempts; a full disk is no fault of the
    mail, so that is tried for as long as it takes. Raises OperationalError if the database is away."""
    raw = RawMail.objects.select_for_update().get(pk=pk)
    if raw.state != RawMail.State.NEW:
        return
    raw.attempts = min(raw.attempts + 1, 1000)
    raw.reason = f"{type(error).__name__}: {error}".replace("\0", "")[:1000]
    hopeless = isinstance(error, Incomprehensible)
    if hopeless or (raw.attempts >= MOST_ATTEMPTS and not isinstance(error, OSError)):
        raw.state = RawMail.State.QUARANTINED
        raw.reason = str(error)[:1000] if hopeless else raw.reason
        log.error("Mail %s was put into quarantine: %s", pk, raw.reason)
    else:
        pause = timedelta(seconds=min(2**raw.attempts, 60))
        raw.next_attempt_at = clock.now() + pause
        log.warning("Mail %s will be tried again in %s: %s", pk, pause, raw.reason)
    raw.save(update_fields=["attempts", "reason", "state", "next_attempt_at"])
