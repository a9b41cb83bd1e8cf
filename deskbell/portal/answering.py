"""A customer's words from a form of the portal, handed to the verbs of the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from deskbell.chat.triage import Answers, impact_of
from deskbell.lib.errors import Refused
from deskbell.mail.files import Infected, take_uploaded
from deskbell.mail.trust.clamav import ScannerDown
from deskbell.people.customers import Customer
from deskbell.tickets import contesting
from deskbell.tickets.fields.held import Held
from deskbell.tickets.fields.setting import put
from deskbell.tickets.following import follow_as_named
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import take_in
from deskbell.tickets.words import File, Words

MOST_FILES, MOST_BYTES = 10, 7 * 1024 * 1024  # of one message; a request to a page holds 8 MB
LONGEST = 50_000  # characters
NO_SUBJECT = "Say in a few words what it is about."
EMPTY = "Write something before you send it."
TOO_LONG = "That is longer than a message can be. Attach it as a file."
TOO_MANY_FILES = "Attach at most ten files."
TOO_LARGE = "The files are larger than 7 MB together. Send them by mail, or some of them."
INFECTED = "One of the files is infected, so nothing was sent."
NO_SCANNER = (
    "The files can’t be looked at just now. Try again in a moment, or send it without them."
)
READS_ONLY = "You can read here. To write, ask an owner of your district for another role."


def answer(ticket: Ticket, who: Customer, text: str, files: Sequence[UploadedFile[Any]]) -> Ticket:
    """Add their words to the request; returns the one on which they stand now, as a closed one is followed
    by a new one. Whoever answers hears the answers. Raises Refused."""
    if not who.may_write_in(ticket.district_id):
        raise Refused(READS_ONLY)
    words = words_of(text, files)
    with transaction.atomic():
        message = take_in(ticket, words, author=who.person)
        follow_as_named(message.ticket, [who.person], by=who.person)
    return message.ticket


def contest(ticket: Ticket, who: Customer, wanted: str, why: str) -> None:
    """Say once that the impact is wrong, and why. Raises Refused."""
    if not who.may_write_in(ticket.district_id):
        raise Refused(READS_ONLY)
    contesting.contest(ticket, wanted, Words(_tidy(why), door=Channel.PORTAL), by=who.person)


@transaction.atomic
def ask(
    who: Customer,
    subject: str,
    text: str,
    files: Sequence[UploadedFile[Any]],
    given: Answers,
    held: Sequence[Held] = (),
) -> Ticket:
    """Open a request of theirs, in their first place; the answers give its impact (P6), `held` is what they
    wrote in custom fields. Raises Refused."""
    if not who.may_write:
        raise Refused(READS_ONLY)
    if not subject.strip():
        raise Refused(NO_SUBJECT)
    ticket = open_for_customer(
        subject.replace("\0", ""),
        words_of(text, files),
        requester=who.person,
        channel=Channel.PORTAL,
        impact=impact_of(given),
        answers={**asdict(given), "reason": f"by their answers: {given.in_words()}"},
    )
    for each in held:
        put(ticket, each.field, each.value, by=who.person)
    return ticket


def words_of(text: str, files: Sequence[UploadedFile[Any]]) -> Words:
    """What the form brought, its files kept. Raises Refused."""
    words = Words(_tidy(text), door=Channel.PORTAL, files=_kept(files))
    if words.say_nothing:
        raise Refused(EMPTY)
    return words


def _tidy(text: str) -> str:
    if len(text) > LONGEST:
        raise Refused(TOO_LONG)
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _kept(files: Sequence[UploadedFile[Any]]) -> tuple[File, ...]:
    if len(files) > MOST_FILES:
        raise Refused(TOO_MANY_FILES)
    if sum(each.size or 0 for each in files) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    try:
        return tuple(
            take_uploaded(each.name or "file", each.content_type or "", each.read())
            for each in files
        )
    except Infected as error:
        raise Refused(INFECTED) from error
    except ScannerDown as error:
        raise Refused(NO_SCANNER) from error
