"""One mail becomes a message, in a transaction of its own: a worker that is killed leaves it either as it
was or taken once and for all. What can be taken with others alike goes faster: see `batches.py`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from deskbell.lib import clock
from deskbell.lib.remembering import forget
from deskbell.lib.telling import tell
from deskbell.mail import addressing, blocking, returns
from deskbell.mail.addresses import is_deliverable, is_marked, is_ours
from deskbell.mail.facts import MailAddressed, NoticeAnswered
from deskbell.mail.inbound import matching, proving, quarantine
from deskbell.mail.inbound.mail import Mail
from deskbell.mail.inbound.saying import say
from deskbell.mail.models import RawMail, stored_id
from deskbell.mail.trust.clamav import infection_in
from deskbell.people.models import Person
from deskbell.realtime.announcing import announcing_together

MOST_ATTEMPTS = 5
PASSING = (
    "08",
    "40",
    "53",
    "55",
    "57",
)  # classes of SQLSTATE: connection, rollback, resources, locks
DOOR = re.compile(r"\+([a-z]+)\.([a-z0-9]+)@", re.IGNORECASE)
log = logging.getLogger(__name__)


class Incomprehensible(Exception):
    """The mail can't become a message, and trying again won't help; the text says why."""


def take(pk: int, read: Callable[[RawMail], Mail]) -> None:
    """Take the mail with this key if it still waits; set it aside if that fails."""
    try:
        _take_one(pk, read)
    except Exception as error:  # noqa: BLE001 - whatever it is, it stops no other mail
        forget()
        set_aside(pk, error)


@transaction.atomic
def _take_one(pk: int, read: Callable[[RawMail], Mail]) -> None:
    waiting = RawMail.objects.waiting().in_pieces()
    raw = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
    if raw is None:
        return
    raw.fetch_bytes()
    mail = read(raw)
    with announcing_together():
        _take(raw, mail)


def _take(raw: RawMail, mail: Mail) -> None:
    note_what_it_says(raw, mail)
    if taken := _taken_elsewhere(raw, mail):
        _ignore(raw, taken)
        return
    if matching.is_our_own(mail) or is_marked(raw.raw):
        addressing.take_test(mail.message_id)
        _ignore(raw, "This is a mail of the desk itself that came back.")
        return
    sender = _sender(mail)
    if _is_dangerous(raw, mail, sender):
        return
    if _answers_a_notice(raw, mail, sender):
        return
    match = matching.match(mail, sender, raw.recipients)
    if reason := reason_to_ignore(mail, sender, match):
        _ignore(raw, reason)
        return
    raw.state, raw.message, raw.beside = RawMail.State.TAKEN, None, match.beside
    raw.message = say(raw, mail, sender, match)
    raw.save_findings()
    if mail.bounce:
        returns.take_bounce(mail.about, mail.bounce, why=mail.visible_text)
    for address in mail.delivered:
        returns.take_success(mail.about, address)


def note_what_it_says(raw: RawMail, mail: Mail) -> None:
    """Note on the (unsaved) row what reading has found."""
    raw.author, raw.subject = mail.sender.address[:320], mail.subject[:500]
    raw.automatic, raw.warnings = mail.automatic or "", list(mail.warnings)


def has_a_door(raw: RawMail) -> bool:
    """Was it sent to one of the desk's addresses that has a door of its own?"""
    return any(DOOR.search(each) and is_ours(each) for each in raw.recipients)


def _taken_elsewhere(raw: RawMail, mail: Mail) -> str:
    """What became of a mail to an address with a door of its own; nothing: an empty string."""
    for address in raw.recipients:
        found = DOOR.search(address)
        if found and is_ours(address):
            fact = MailAddressed(found[1], found[2], mail, raw)
            tell(fact)
            if fact.taken:
                return fact.taken
    return ""


def _is_dangerous(raw: RawMail, mail: Mail, sender: Person) -> bool:
    """Set the mail aside if it is infected, or comes in the name of someone whom it can't be from, unless
    someone has looked at it and released it."""
    if raw.was_released:
        if not raw.trust:
            proving.prove(raw, mail)
        return False
    if settings.CLAMAV and (infection := infection_in(bytes(raw.raw), settings.CLAMAV)):
        reason = f"ClamAV found {infection} in it."
        quarantine.set_aside(raw, RawMail.Danger.INFECTED, reason)
        return True
    if reason := blocking.why_blocked(sender.email or ""):
        quarantine.set_aside(raw, RawMail.Danger.BLOCKED, reason)
        return True
    proving.prove(raw, mail)
    if pretended := proving.whom_it_pretends_to_be(raw, mail, sender):
        reason = f"It says that it is from {pretended}, but: {raw.proof}"
        quarantine.set_aside(raw, RawMail.Danger.PRETENDED, reason)
        return True
    return False


def _answers_a_notice(raw: RawMail, mail: Mail, sender: Person) -> bool:
    """A person's answer to a mail of ours without a ticket may be for the room that had it sent."""
    if mail.automatic or mail.bounce or not matching.answers_our_own(mail):
        return False
    ids = [stored_id(each) for each in (*mail.in_reply_to, *mail.references)]
    fact = NoticeAnswered(ids, sender, mail.visible_text)
    tell(fact)
    if fact.taken:
        raw.state, raw.reason = RawMail.State.TAKEN, fact.taken
        raw.save_findings()
    return bool(fact.taken)


def _ignore(raw: RawMail, reason: str) -> None:
    raw.state, raw.reason = RawMail.State.IGNORED, reason
    raw.save_findings()


def _sender(mail: Mail) -> Person:
    address = mail.sender.address
    if not is_deliverable(address):
        raise Incomprehensible("The mail names no sender to whom the desk could answer.")
    return Person.objects.with_address(address, mail.sender.name[:200])


def reason_to_ignore(
    mail: Mail, sender: Person, match: matching.Match, known: matching.Known | None = None
) -> str:
    """Why nothing follows from what a machine wrote; empty if something does."""
    if not mail.automatic or (match.ticket and not match.internal):
        return ""
    if match.internal or matching.answers_our_own(mail, known):
        return "A machine answered a notice of the desk."
    return "An agent's mail program answered by itself." if sender.is_agent else ""


@transaction.atomic
def set_aside(pk: int, error: Exception) -> None:
    """Into quarantine with the reason, at once or after some attempts; a full disk is no fault of the
    mail, so that is tried for as long as it takes. Raises OperationalError if the database is away."""
    raw = RawMail.objects.select_for_update().get(pk=pk)
    if raw.state != RawMail.State.NEW:
        return
    raw.attempts = min(raw.attempts + 1, 1000)
    raw.reason = f"{type(error).__name__}: {error}".replace("\0", "")[:1000]
    hopeless = isinstance(error, Incomprehensible)
    passes = isinstance(error, OSError) or _is_passing(error)
    if hopeless or (raw.attempts >= MOST_ATTEMPTS and not passes):
        reason = str(error) if hopeless else raw.reason
        quarantine.set_aside(raw, RawMail.Danger.UNREADABLE, reason.replace("\0", ""))
        return
    pause = timedelta(seconds=min(2**raw.attempts, 60))
    raw.next_attempt_at = clock.now() + pause
    log.warning("Mail %s will be tried again in %s: %s", pk, pause, raw.reason)
    raw.save(update_fields=["attempts", "reason", "next_attempt_at"])


def _is_passing(error: Exception) -> bool:
    """Is the database away, full, or busy with the same rows? No mail is to blame for that."""
    if not isinstance(error, (InterfaceError, OperationalError)):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in PASSING
